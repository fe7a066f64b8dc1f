"""How well scores rank the movies that were held out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from movierec_cli import metrics
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.scoring import Matrix, best, blocks, score_matrix

TOP = 10
LIKED_SHARE = 0.8
"""A rating is liked from this share of the scale's top: 4 of 5 stars."""

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RankingTask:
    """Held-out ratings to rank: for each person, every movie not in `seen` is a candidate.

    seen: the ratings that the model may know. held_out: those it is judged by, of the same people and movies.
    highest: the top of the rating scale, stars.
    """

    seen: Interactions
    held_out: Interactions
    highest: float

    @cached_property
    def liked(self) -> Interactions:
        """The held-out ratings that are relevant."""
        return self.held_out.where(self.held_out.rating >= LIKED_SHARE * self.highest)

    @cached_property
    def judged(self) -> Indices:
        """user_index of everybody with something relevant, ascending."""
        return np.flatnonzero(self.liked.counts)

    def lists(self, users: Indices, scores: Matrix, top: int) -> Indices:
        """(users, top) movie_index, best first; -1 behind the last candidate.

        `scores` is (users, movies) and is overwritten.
        """
        rows, entries = self.seen.entries(users)
        scores[rows, self.seen.movie_index[entries]] = -np.inf
        chosen = best(scores, top)
        return np.where(np.isfinite(np.take_along_axis(scores, chosen, axis=1)), chosen, -1)

    def relevance(self, users: Indices, lists: Indices) -> tuple[metrics.Flags, metrics.Counts]:
        """What metrics.py asks for: which movies in the lists are relevant, and how many each person has."""
        rows, entries = self.liked.entries(users)
        relevant = np.zeros((len(users), len(self.seen.movie_ids) + 1), dtype=np.bool_)  # last column for -1
        relevant[rows, self.liked.movie_index[entries]] = True
        return np.take_along_axis(relevant, lists, axis=1), self.liked.counts[users]

    def ndcg(self, users: Matrix, movies: Matrix, metric: str) -> float:
        """Mean NDCG@10 over everybody judged, given all people's and all movies' vectors; 0 if nobody is."""
        figures = []
        for part in blocks(len(self.judged), len(movies)):
            people = self.judged[part]
            lists = self.lists(people, score_matrix(users[people], movies, metric), TOP)
            figures.append(metrics.ndcg(*self.relevance(people, lists)))
        return float(np.concatenate(figures).mean()) if figures else 0.0
