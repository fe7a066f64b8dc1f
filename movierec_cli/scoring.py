"""Scores of many people for every movie at once, and the best of each row."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

SCORES_PER_BLOCK = 16_000_000
"""Scores held at once (64 MB of float32): large enough for BLAS, small enough for any machine."""


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


def best(scores: Matrix, top: int) -> npt.NDArray[np.int64]:
    """(people, min(top, movies)) column indices of each row's highest scores, best first, ties by index."""
    top = min(top, scores.shape[1])
    found = np.argpartition(-scores, top - 1, axis=1)[:, :top]
    values = np.take_along_axis(scores, found, axis=1)
    found = np.take_along_axis(found, np.lexsort((found, -values), axis=1), axis=1)
    # A partition takes any of those that tie for the last places: such rows are sorted in full.
    last = values.min(axis=1, keepdims=True)
    tied = (scores == last).sum(axis=1) > (values == last).sum(axis=1)
    found[tied] = np.argsort(-scores[tied], axis=1, kind="stable")[:, :top]
    return found
