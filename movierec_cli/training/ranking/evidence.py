"""What everybody's ratings say of people and of movies: the matrices that both members learn from."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.sparse import by_person
from movierec_cli.vectors.arrays import Floats, Matrix
from movierec_cli.vectors.fold_in import HistoryWeights

EVENING = 0.25
"""A movie's weights are divided by this power of what they add up to: the well-known say less of a person."""
STEEPNESS = 5.0
"""A highest rating is worth 2^5 times as much, as a target, as one at the bottom of the scale."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Some people's ratings as the members see them, person by person."""

    interactions: Interactions
    """The ratings themselves."""
    evening: Matrix
    """float32 (movies,): what a movie's weights are multiplied with, 1 for a movie in the middle."""
    histories: csr_array
    """float32 (people, movies): weights, scaled over each person (see vectors/fold_in.py) and evened."""
    liked: csr_array
    """float32 (people, movies): the square of a rating's place on the scale, what the computed member
    predicts."""
    target: Matrix
    """float32 (ratings,): what predicting a rating is worth to the trained member."""

    @classmethod
    def of(cls, interactions: Interactions, weights: HistoryWeights, recency: float, evening: Floats) -> Self:
        """From ratings, the rule for what they say, and what is known from everybody's.

        recency: how much less older ratings count as targets, see RankingConfig.
        """
        people = len(interactions.user_ids)
        weight = weights(interactions.rating)
        squares = np.bincount(interactions.user_index, weights=weight**2, minlength=people)
        length = weights.length(interactions.counts) / np.sqrt(np.maximum(squares, 1e-12))
        scaled = weight * length[interactions.user_index] * evening[interactions.movie_index]
        place = weights.place(interactions.rating)
        later = interactions.age / np.maximum(interactions.counts, 1)[interactions.user_index]
        worth = 2.0 ** (STEEPNESS * (place - 1)) / np.sqrt(1 + recency * later)
        return cls(
            interactions=interactions,
            evening=np.asarray(evening, np.float32),
            histories=by_person(interactions, scaled.astype(np.float32)),
            liked=by_person(interactions, (place**2).astype(np.float32)),
            target=worth.astype(np.float32),
        )


def evidence_of(
    people: Everybody[Interactions], weights: HistoryWeights, recency: float
) -> Everybody[Evidence]:
    """Of everybody's ratings; see Evidence.of."""
    evening = np.maximum(people.added(_weight_sums, weights), 1.0) ** -EVENING
    return people.each(_evidence, weights, recency, evening / np.median(evening))


def evening_of(people: Everybody[Evidence]) -> Matrix:
    """Evidence.evening, float32 (movies,), which is the same for everybody."""
    return next(iter(people.each(_evening)))


def worth_of(people: Everybody[Evidence]) -> Matrix:
    """What each movie's targets add up to, float32 (movies,)."""
    return np.asarray(people.added(_worth), np.float32)


def popularity(worth: Matrix) -> Matrix:
    """The log of that, 0 on average, float32 (movies,)."""
    popularity: Matrix = np.log1p(worth)
    return np.asarray(popularity - popularity.mean(), np.float32)


def _evidence(
    interactions: Interactions, weights: HistoryWeights, recency: float, evening: Floats
) -> Evidence:
    return Evidence.of(interactions, weights, recency, evening)


def _evening(evidence: Evidence) -> Matrix:
    return evidence.evening


def _weight_sums(interactions: Interactions, weights: HistoryWeights) -> Floats:
    weight = np.abs(weights(interactions.rating))
    movies = len(interactions.movie_ids)
    return np.asarray(np.bincount(interactions.movie_index, weights=weight, minlength=movies), np.float64)


def _worth(evidence: Evidence) -> Floats:
    movie_index, movies = evidence.interactions.movie_index, len(evidence.evening)
    return np.asarray(np.bincount(movie_index, weights=evidence.target, minlength=movies), np.float64)
