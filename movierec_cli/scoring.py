"""Scores of many people for every movie at once, and the best of each row."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

SCORES_PER_BLOCK = 16_000_000
"""Scores held at once (64 MB of float32): large enough for BLAS, small enough for any machine."""

GROUPS_PER_PLACE = 8
"""Groups of columns for each of the best that is looked for: then few others are looked at."""


def blocks(people: int, movies: int, share: int = 1) -> Iterator[slice]:
    """Slices of people such that a block of scores stays within SCORES_PER_BLOCK / share."""
    size = max(1, SCORES_PER_BLOCK // share // max(1, movies))
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


def best(scores: Matrix, top: int) -> npt.NDArray[np.int64]:
    """(people, min(top, movies)) column indices of each row's highest scores, best first, ties by index."""
    people, movies = scores.shape
    top = min(top, movies)
    rows, columns = np.nonzero(~(scores < _reached(scores, top)))  # a NaN is not below anything
    order = np.lexsort((columns, -scores[rows, columns], rows))
    starts = np.searchsorted(rows, np.arange(people))
    found: npt.NDArray[np.int64] = columns[order][starts[:, None] + np.arange(top)]
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
