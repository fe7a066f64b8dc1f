"""Scores of many people for every movie at once, and the best of each row."""

from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np

from movierec_cli.vectors.arrays import Indices, Matrix

SCORES_PER_BLOCK = 16_000_000
"""Scores held at once (64 MB of float32): large enough for BLAS, small enough for any machine."""

GROUP = 2048
"""Movies whose scores are computed at once: more would be looked at in vain, fewer take longer each."""

LEVELS = 32
"""People are sorted into so many by the lengths of their vectors, each with a bound of its own."""

ROUNDING = 1e-5
"""The part of its bound by which a score may exceed it, because sums in float32 are rounded."""

GROUPS_PER_PLACE = 8
"""Groups of columns for each of the best that is looked for: then few others are looked at."""


def blocks(people: int, movies: int) -> Iterator[slice]:
    """Slices of people such that a block of scores stays within SCORES_PER_BLOCK."""
    size = max(1, SCORES_PER_BLOCK // max(1, movies))
    for start in range(0, people, size):
        yield slice(start, min(start + size, people))


def score_matrix(users: Matrix, movies: Matrix, metric: str) -> Matrix:
    """(people, movies) scores, higher is better: the inner product ("dot") or minus the distance ("l2")."""
    products: Matrix = users @ movies.T
    if metric == "dot":
        return products
    squares = (users**2).sum(axis=1)[:, None] + (movies**2).sum(axis=1)[None, :] - 2 * products
    distances: Matrix = -np.sqrt(np.maximum(squares, 0))
    return distances


def best(scores: Matrix, top: int) -> Indices:
    """(people, min(top, movies)) column indices of each row's highest scores, best first, ties by index."""
    people, movies = scores.shape
    top = min(top, movies)
    rows, columns = np.nonzero(~(scores < _reached(scores, top)))  # a NaN is not below anything
    order = np.lexsort((columns, -scores[rows, columns], rows))
    starts = np.searchsorted(rows, np.arange(people))
    found: Indices = columns[order][starts[:, None] + np.arange(top)]
    return found


def _reached(scores: Matrix, top: int) -> Matrix:
    """(people, 1): a score that at least `top` of a row's reach, and seldom many more.

    Of the maxima of some groups of columns, `top` are no less than the top-th largest: one pass over the
    scores, a fifth of what partitioning them takes.
    """
    people, movies = scores.shape
    groups = min(movies, max(GROUPS_PER_PLACE * top, 64))
    whole = movies - movies % groups
    highest = scores[:, :whole].reshape(people, whole // groups, groups).max(axis=1)
    if whole < movies:
        rest = scores[:, whole:]
        highest[:, : movies - whole] = np.maximum(highest[:, : movies - whole], rest)
    place = groups - top
    return np.partition(highest, place, axis=1)[:, place : place + 1]


class Candidates(NamedTuple):
    """Movies among which the best are looked for, most of which need no score when they are many."""

    vectors: Matrix
    """float32 (movies, d)"""
    metric: str
    """What they are scored by: see score_matrix."""
    lengths: Matrix
    """float32 (movies,): the length of each vector without its last number, which is the movie's bias."""

    @classmethod
    def of(cls, vectors: Matrix, metric: str) -> Self:
        return cls(vectors, metric, np.linalg.norm(vectors[:, :-1], axis=1))

    def scores(self, users: Matrix) -> Matrix:
        """Of some people, float32 (people, d), for all movies: float32 (people, movies)."""
        return score_matrix(users, self.vectors, self.metric)

    def best_for(self, users: Matrix, top: int, left_out: tuple[Indices, Indices]) -> tuple[Indices, Matrix]:
        """The best movies for some people, float32 (people, d), and their scores: both
        (people, min(top, movies)), best first, ties by position; where none is left, the score is -inf.

        left_out: rows and movies of pairs that do not count.

        Movies come in groups, and a group is skipped for those whose last place is above a bound that none of
        its scores exceeds (Teflioudi, Gemulla and Mykytiuk, "LEMP: Fast Retrieval of Large Entries in a
        Matrix Product", SIGMOD 2015, section 4.2).
        """
        people, count = len(users), len(self.vectors)
        top = min(top, count)
        movies, scores = np.zeros((people, top), np.int64), np.full((people, top), -np.inf, np.float32)
        lengths = np.linalg.norm(users[:, :-1], axis=1)
        levels = np.linspace(lengths.min(), lengths.max(), LEVELS, dtype=np.float32)
        level = np.minimum(np.searchsorted(levels, lengths), LEVELS - 1)
        bias = np.multiply.outer([users[:, -1].min(), users[:, -1].max()], self.vectors[:, -1]).max(axis=0)
        order = np.argsort(-self._bounds(levels[LEVELS // 2], self.lengths, bias), kind="stable")
        for start in range(0, count, GROUP):
            some = np.sort(order[start : start + GROUP])
            bounds = self._bounds(levels[:, None], self.lengths[some], bias[some]).max(axis=1)
            waiting = np.flatnonzero(scores[:, -1] <= bounds[level])
            if len(waiting) == 0:
                continue
            part = score_matrix(users[waiting], self.vectors[some], self.metric)
            row, column = _place(left_out[0], waiting, people), _place(left_out[1], some, count)
            both = (row >= 0) & (column >= 0)
            part[row[both], column[both]] = -np.inf
            chosen = best(part, top)
            rivals = np.hstack([movies[waiting], some[chosen]])
            rival_scores = np.hstack([scores[waiting], np.take_along_axis(part, chosen, axis=1)])
            kept = np.lexsort((rivals, -rival_scores), axis=1)[:, :top]
            movies[waiting] = np.take_along_axis(rivals, kept, axis=1)
            scores[waiting] = np.take_along_axis(rival_scores, kept, axis=1)
        return movies, scores

    def _bounds(self, level: Matrix, length: Matrix, bias: Matrix) -> Matrix:
        """What no score of people whose vectors are at most `level` long exceeds, by Cauchy and Schwarz."""
        taste = level * length
        if self.metric != "dot":
            return np.full_like(taste, np.inf)
        bound: Matrix = taste + bias + ROUNDING * (taste + np.abs(bias))
        return bound


def _place(values: Indices, among: Indices, size: int) -> Indices:
    """Where each value is in `among`, -1 where it is not; all are below `size`."""
    place = np.full(size, -1)
    place[among] = np.arange(len(among))
    return place[values]
