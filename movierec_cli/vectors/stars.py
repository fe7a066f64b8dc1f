"""Predicted stars, as a question needs them: fold a person in, multiply, clip. numpy only.

    stars = clip(movie bias + person bias + person . movie)

A person's part is the answer of a small ridge regression of their ratings on the movies they rated, the
posterior mean of a Bayesian factor model (training/star_model.py learns its other side). Training computes
people with the same function, so a person who was not there gets exactly what training would have given them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from movierec_cli.vectors.arrays import Floats, Indices, Matrix, Vector

T = TypeVar("T")
ROWS_PER_BLOCK = 8192
"""Posteriors computed at once: a matrix each."""

SmallMatrix = tuple[tuple[float, ...], ...]
"""Row by row, as run.json holds it."""


class Side(NamedTuple):
    """The posterior of every person, or of every movie.

    A row's covariance is its spread times what all rows share: covariances of their own gain 0.001 RMSE and
    cost a matrix per movie, in memory and in every fold-in.
    """

    mean: Floats
    """(rows, 1 + dim): the bias, and the factors."""
    spread: Floats
    """(rows,)"""
    cov: Floats
    """(1 + dim, 1 + dim)"""

    @property
    def design(self) -> Floats:
        """What the other side's ratings are regressed on."""
        return design_of(self.mean)


def design_of(mean: Floats) -> Floats:
    """(rows, 1 + dim): 1, for the other side's own bias, and the factors. mean: see Side."""
    design = mean.copy()
    design[:, 0] = 1.0
    return design


@dataclass(frozen=True, slots=True)
class RatingSums:
    """What ratings say of the rows of one side, summed over each row's ratings: all that its posterior
    needs."""

    count: Indices
    """(rows,): how many ratings there are."""
    gram: Floats
    """(rows, 1 + dim, 1 + dim): the products of the other side's `design` with itself."""
    moment: Floats
    """(rows, 1 + dim): the products of the other side's `design` with the rating less the other's bias."""
    spread: Floats
    """(rows,): the other side's."""


class Posteriors(NamedTuple):
    """The posteriors of all rows of a side, or of some of them, before it is known what all rows share."""

    mean: Floats
    """(rows, 1 + dim): the bias, and the factors."""
    trace: Floats
    """(rows,): that of the covariance of the factors."""
    total: Floats
    """(1 + dim, 1 + dim): the sum of the rows' covariances."""
    weighted: Floats
    """(1 + dim, 1 + dim): their sum, each times the number of the row's ratings."""

    def side(self, ratings: int, weighted: Floats | None = None) -> Side:
        """The same with the covariance that all rows share: the mean over the side's ratings.

        weighted: the sum over all rows of the side, if these are some of them.
        """
        shared = (self.weighted if weighted is None else weighted) / max(1, ratings)
        return Side(self.mean, self.trace / max(np.trace(shared[1:, 1:]), 1e-12), shared)


def posterior(
    sums: RatingSums, other: Side, prior_mean: Floats, prior_precision: Floats, noise_precision: float
) -> tuple[Side, Floats]:
    """Ridge-regress every row's ratings on the other side, shrunk towards `prior_mean` (rows, 1 + dim).

    Returns the rows' posterior and the sum of their covariances.
    """
    rows = posteriors(sums, other.cov, prior_mean, prior_precision, noise_precision)
    return rows.side(int(sums.count.sum())), rows.total


def posteriors(
    sums: RatingSums, other_cov: Floats, prior_mean: Floats, prior_precision: Floats, noise_precision: float
) -> Posteriors:
    """The same of some rows, of which there may be none. other_cov: Side.cov of the other side."""
    count, size = prior_mean.shape
    pull = prior_mean @ prior_precision
    # The covariance of `design`, whose 1 is certain, and that with the bias, which is part of the target.
    design_cov, cross = other_cov.copy(), other_cov[0].copy()
    design_cov[0, :] = design_cov[:, 0] = cross[0] = 0.0
    mean, trace = np.empty((count, size)), np.empty(count)

    def fill(low: int) -> tuple[Floats, Floats]:
        """The sum of some rows' covariances, and the same weighted by their counts."""
        rows = slice(low, low + ROWS_PER_BLOCK)
        spread = sums.spread[rows]
        gram = sums.gram[rows] + spread[:, None, None] * design_cov
        moment = sums.moment[rows] - spread[:, None] * cross
        cov = np.linalg.inv(noise_precision * gram + prior_precision)
        mean[rows] = (cov @ (noise_precision * moment + pull[rows])[:, :, None])[:, :, 0]
        trace[rows] = np.trace(cov[:, 1:, 1:], axis1=1, axis2=2)
        return cov.sum(axis=0), np.tensordot(sums.count[rows], cov, axes=1)

    parts = list(_each(fill, range(0, max(1, count), ROWS_PER_BLOCK)))
    total, weighted = (np.sum(added, axis=0) for added in zip(*parts, strict=True))
    return Posteriors(mean, trace, total, weighted)


def _each(work: Callable[[int], T], starts: range) -> Iterable[T]:
    """What `work` gives for each, by all cores where that is worth it: numpy lets go of Python's lock."""
    if len(starts) < 2:
        return map(work, starts)
    from concurrent.futures import ThreadPoolExecutor  # no question needs it

    with ThreadPoolExecutor() as pool:
        return pool.map(work, starts)


@dataclass(frozen=True, slots=True)
class Stars:
    """What all people share; the store keeps it in run.json, next to the two tables' star vectors.

    A movie's star vector is float32 (2 + dim,): its bias in stars, 1, its factors; a person's is 1, their
    bias, their factors; their inner product is the prediction. A movie's star history is float32 (2 + dim,):
    what having rated it says about a person (1 + dim), and the spread of its posterior.

    """

    mean: float
    """Ratings are standardised: this is taken from them ..."""
    scale: float
    """... and they are divided by this."""
    lowest: float
    """The lowest rating of the dataset's scale."""
    highest: float
    """The highest rating of the dataset's scale."""
    noise_precision: float
    """How sure a single rating is, in standardised ratings."""
    movie_cov: SmallMatrix
    """(1 + dim, 1 + dim): Side.cov of the movies."""
    person_mean: tuple[float, ...]
    """(1 + dim,): what is expected of a person of whom nothing is known."""
    person_precision: SmallMatrix
    """(1 + dim, 1 + dim): how sure that is."""
    any_movie: tuple[float, ...]
    """(2 + dim,): the star vector of a movie of whose ratings nothing is known: that of the average
    rating."""

    def fold_in(self, movie_vectors: Matrix, movie_histories: Matrix, ratings: Vector) -> Vector:
        """A person's star vector, float32 (2 + dim,), from the movies they rated and the ratings in stars.

        Without ratings: the person of whom nothing is known.
        """
        rated = len(ratings)
        vectors = movie_vectors.astype(np.float64)
        bias = (vectors[:, 0] - self.mean) / self.scale
        movies = Side(
            np.column_stack([bias, vectors[:, 2:]]),
            movie_histories[:, -1].astype(np.float64),
            np.array(self.movie_cov),
        )
        design = movies.design
        sums = RatingSums(
            count=np.array([rated]),
            gram=(design.T @ design)[None],
            moment=(design.T @ ((ratings - self.mean) / self.scale - bias))[None],
            spread=movies.spread.sum(keepdims=True),
        )
        told = movie_histories[:, :-1].sum(axis=0, dtype=np.float64) / np.sqrt(max(1, rated))
        expected = (self.person_mean + told)[None]
        person, _ = posterior(sums, movies, expected, np.array(self.person_precision), self.noise_precision)
        return np.concatenate([[1.0], person.mean[0] * self.scale]).astype(np.float32)

    def any_person(self) -> Vector:
        """The star vector of a person of whom nothing is known."""
        size = len(self.any_movie)
        nothing = np.zeros((0, size), np.float32)
        return self.fold_in(nothing, nothing, np.zeros(0, np.float32))

    def predict(self, people: Matrix, movies: Matrix) -> Matrix:
        """Stars within the scale from star vectors, float32: one per pair, the last axes multiplied."""
        stars: Matrix = np.clip((people * movies).sum(axis=-1), self.lowest, self.highest)
        return stars.astype(np.float32, copy=False)
