"""Predicted stars, as a question needs them: fold a person in, multiply, clip. numpy only.

    stars = clip(movie bias + person bias + person . movie)

A person's part is the answer of a small ridge regression of their ratings on the movies they rated, the
posterior mean of a Bayesian factor model (training/star_model.py learns its other side). Training computes
people with the same function, so a person who was not there gets exactly what training would have given them.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from movierec_cli.vectors.arrays import Floats, Matrix, Vector

ROWS_PER_BLOCK = 8192
"""Posteriors computed at once: a matrix each."""


@dataclass(frozen=True, slots=True)
class Side:
    """The posterior of every person, or of every movie: column 0 of `mean` is the bias, the rest the factors.

    mean: (rows, 1 + dim). A row's covariance is `spread` (rows,) times `cov` (1 + dim, 1 + dim): the full
    ones gain 0.001 RMSE and cost a matrix per movie, in memory and in every fold-in.
    """

    mean: Floats
    spread: Floats
    cov: Floats

    @property
    def design(self) -> Floats:
        """What the other side's ratings are regressed on: 1, for its own bias, and the factors."""
        design = self.mean.copy()
        design[:, 0] = 1.0
        return design

    @property
    def design_cov(self) -> Floats:
        """The covariance of `design`: its 1 is certain."""
        cov = self.cov.copy()
        cov[0, :] = cov[:, 0] = 0.0
        return cov

    @property
    def cross(self) -> Floats:
        """The covariance between `design` and the bias, which is part of the regression's target."""
        cross: Floats = self.cov[0].copy()
        cross[0] = 0.0
        return cross


@dataclass(frozen=True, slots=True)
class Evidence:
    """What ratings say of the rows of one side, summed over each row's ratings: all that its posterior needs.

    count: (rows,), ratings. gram: (rows, 1 + dim, 1 + dim), the products of the other side's `design` with
    itself. moment: (rows, 1 + dim), its products with the rating less the other side's bias. spread: (rows,),
    the other side's.
    """

    count: npt.NDArray[np.int64]
    gram: Floats
    moment: Floats
    spread: Floats


def posterior(
    evidence: Evidence, other: Side, prior_mean: Floats, prior_precision: Floats, noise_precision: float
) -> tuple[Side, Floats]:
    """Ridge-regress every row's ratings on the other side, shrunk towards `prior_mean` (rows, 1 + dim).

    Returns the rows' posterior and the sum of their covariances.
    """
    count, size = prior_mean.shape
    pull = prior_mean @ prior_precision
    mean, trace = np.empty((count, size)), np.empty(count)
    total, weighted = np.zeros((size, size)), np.zeros((size, size))
    for low in range(0, count, ROWS_PER_BLOCK):
        rows = slice(low, low + ROWS_PER_BLOCK)
        spread = evidence.spread[rows]
        gram = evidence.gram[rows] + spread[:, None, None] * other.design_cov
        moment = evidence.moment[rows] - spread[:, None] * other.cross
        cov = np.linalg.inv(noise_precision * gram + prior_precision)
        mean[rows] = (cov @ (noise_precision * moment + pull[rows])[:, :, None])[:, :, 0]
        trace[rows] = np.trace(cov[:, 1:, 1:], axis1=1, axis2=2)
        total += cov.sum(axis=0)
        weighted += np.tensordot(evidence.count[rows], cov, axes=1)
    shared = weighted / max(1, evidence.count.sum())
    return Side(mean, trace / max(np.trace(shared[1:, 1:]), 1e-12), shared), total


@dataclass(frozen=True, slots=True)
class Stars:
    """What all people share; the store keeps it in run.json, next to the two tables' star vectors.

    A movie's star vector is float32 (2 + dim,): its bias in stars, 1, its factors; a person's is 1, their
    bias, their factors; their inner product is the prediction. A movie's star history is float32 (2 + dim,):
    what having rated it says about a person (1 + dim), and the spread of its posterior.

    mean, scale: ratings are standardised by these. lowest, highest: the rating scale. movie_cov,
    person_precision: (1 + dim, 1 + dim); person_mean (1 + dim,); any_movie (2 + dim,): that of the average
    rating.
    """

    mean: float
    scale: float
    lowest: float
    highest: float
    noise_precision: float
    movie_cov: Floats
    person_mean: Floats
    person_precision: Floats
    any_movie: Vector

    def fold_in(self, movie_vectors: Matrix, movie_histories: Matrix, ratings: Vector) -> Vector:
        """A person's star vector, float32 (2 + dim,), from the movies they rated and the ratings in stars.

        Without ratings: the person of whom nothing is known.
        """
        rated = len(ratings)
        vectors = movie_vectors.astype(np.float64)
        bias = (vectors[:, 0] - self.mean) / self.scale
        movies = Side(
            np.column_stack([bias, vectors[:, 2:]]), movie_histories[:, -1].astype(np.float64), self.movie_cov
        )
        design = movies.design
        evidence = Evidence(
            count=np.array([rated]),
            gram=(design.T @ design)[None],
            moment=(design.T @ ((ratings - self.mean) / self.scale - bias))[None],
            spread=movies.spread.sum(keepdims=True),
        )
        told = movie_histories[:, :-1].sum(axis=0, dtype=np.float64) / np.sqrt(max(1, rated))
        person, _ = posterior(
            evidence, movies, (self.person_mean + told)[None], self.person_precision, self.noise_precision
        )
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

    def to_facts(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name in self.__slots__
            for value in [getattr(self, name)]
        }

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Self:
        """What `to_facts` gave."""
        values = {
            name: np.array(value, dtype=np.float64) if isinstance(value, list) else value
            for name, value in facts.items()
        }
        return cls(**values | {"any_movie": values["any_movie"].astype(np.float32)})
