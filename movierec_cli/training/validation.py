"""How well scores rank the movies that were held out."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.store.facts import ValidationFacts
from movierec_cli.vectors.arrays import Flags, Floats, Indices, Matrix
from movierec_cli.vectors.scale import liked_from
from movierec_cli.vectors.scores import SCORES_PER_BLOCK, best

TOP = 10
DEPTH = 100
"""Epochs are judged by NDCG at this depth: at 10, with a twentieth of the ratings held out, luck decides."""
PEOPLE_JUDGED = 5_000
"""People who are judged after an epoch, at most."""
BLOCK_SHARE = 32
"""What part of scores.SCORES_PER_BLOCK is judged at once by one thread: what fits into its cache ..."""
JUDGED_AT_ONCE = 64
"""... and so many people at least: all movies' vectors are read for a product, of however few people."""


@dataclass(frozen=True)
class RankingTask:
    """Held-out ratings to rank: for each person, every movie not in `seen` is a candidate."""

    seen: Interactions
    """The ratings that the model may know."""
    held_out: Interactions
    """The ratings that it is judged by, of the same people and movies."""
    highest: float
    """The highest rating of the scale; see vectors/scale.py."""
    lowest: float = 0.0
    """The lowest rating of the scale."""

    @cached_property
    def liked(self) -> Interactions:
        """The held-out ratings that are relevant."""
        return self.held_out.where(self.held_out.rating >= liked_from(self.lowest, self.highest))

    @cached_property
    def judged(self) -> Indices:
        """user_index of everybody with something relevant, ascending."""
        return np.flatnonzero(self.liked.counts)

    @cached_property
    def sample(self) -> Indices:
        """`judged`, or PEOPLE_JUDGED of them: user_index, ascending."""
        return some_of(self.judged)

    def lists(self, users: Indices, scores: Matrix, top: int) -> Indices:
        """(users, top) movie_index, best first; -1 behind the last candidate.

        `scores` is (users, movies) and is overwritten.
        """
        self._leave_out_seen(users, scores)
        chosen = best(scores, top)
        return np.where(np.isfinite(np.take_along_axis(scores, chosen, axis=1)), chosen, -1)

    def relevance(self, users: Indices, lists: Indices) -> tuple[Flags, Indices]:
        """What ranking metrics ask for: which movies in the lists are relevant, how many each person has."""
        rows, entries = self.liked.entries(users)
        relevant = np.zeros((len(users), len(self.seen.movie_ids) + 1), dtype=np.bool_)  # last column for -1
        relevant[rows, self.liked.movie_index[entries]] = True
        return np.take_along_axis(relevant, lists, axis=1), self.liked.counts[users]

    def judge(self, score: Callable[[slice], Matrix]) -> ValidationFacts:
        """How good a model is. `score` takes some positions in `sample` and gives those people's scores for
        every movie, float32 (people, movies), which are overwritten."""
        threads = os.cpu_count() or 1
        at_once = max(JUDGED_AT_ONCE, SCORES_PER_BLOCK // BLOCK_SHARE // len(self.seen.movie_ids))
        fitting = -(-len(self.sample) // at_once)
        edges = np.linspace(0, len(self.sample), -(-fitting // threads) * threads + 1).astype(int)
        parts = [slice(low, high) for low, high in pairwise(edges.tolist()) if low < high]  # as many for each
        with ThreadPoolExecutor(threads) as pool:  # numpy's loops run side by side
            judged = list(pool.map(lambda part: self._judged(part, score), parts))
        if not judged:
            return ValidationFacts(0.0, 0.0)
        losses, ndcgs = (np.concatenate(figures) for figures in zip(*judged, strict=True))
        return ValidationFacts(float(losses.mean()), float(ndcgs.mean()))

    def _judged(self, part: slice, score: Callable[[slice], Matrix]) -> tuple[Floats, Floats]:
        """The loss and the NDCG of each of some people."""
        people = self.sample[part]
        rows, entries = self.liked.entries(people)
        counts = self.liked.counts[people]
        with np.errstate(over="ignore", invalid="ignore"):
            scores = score(part)
            highest = scores.max(axis=1)
            normaliser = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
        liked = scores[rows, self.liked.movie_index[entries]]
        losses = np.bincount(rows, normaliser[rows] - liked, minlength=len(people)) / counts
        self._leave_out_seen(people, scores)
        # Ties count against the model, so that one that scores everything alike earns nothing.
        depth = min(DEPTH + 1, scores.shape[1])
        best_scores = np.partition(scores, -depth, axis=1)[:, -depth:]
        rank = np.maximum((best_scores[rows] >= liked[:, None]).sum(axis=1) - 1, 0)  # NaN beats nothing
        gain = np.where(rank < DEPTH, 1 / np.log2(rank + 2.0), 0.0)
        ideal = np.cumsum(1 / np.log2(np.arange(DEPTH) + 2.0))[np.minimum(counts, DEPTH) - 1]
        return losses, np.bincount(rows, gain, minlength=len(people)) / ideal

    def _leave_out_seen(self, users: Indices, scores: Matrix) -> None:
        rows, entries = self.seen.entries(users)
        scores[rows, self.seen.movie_index[entries]] = -np.inf


def some_of(people: Indices) -> Indices:
    """PEOPLE_JUDGED of these at most. people: user_index, ascending, like what is returned."""
    if len(people) <= PEOPLE_JUDGED:
        return people
    return np.sort(np.random.default_rng(0).choice(people, PEOPLE_JUDGED, replace=False))
