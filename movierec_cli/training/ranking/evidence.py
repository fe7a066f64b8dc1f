"""What everybody's ratings say of people and of movies: the matrices that both members learn from."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.sparse import by_person
from movierec_cli.vectors.arrays import Indices, Matrix
from movierec_cli.vectors.fold_in import HistoryWeights

EVENING = 0.25
"""A movie's weights are divided by this power of what they add up to: the well-known say less of a person."""
STEEPNESS = 5.0
"""A highest rating is worth 2^5 times as much, as a target, as one at the bottom of the scale."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Ratings as the members see them, person by person."""

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
    def of(cls, interactions: Interactions, weights: HistoryWeights, recency: float) -> Self:
        """From ratings and the rule for what they say.

        recency: how much less older ratings count as targets, see RankingConfig.
        """
        people, movies = len(interactions.user_ids), len(interactions.movie_ids)
        weight = weights(interactions.rating)
        squares = np.bincount(interactions.user_index, weights=weight**2, minlength=people)
        length = weights.length(interactions.counts) / np.sqrt(np.maximum(squares, 1e-12))
        sums = np.bincount(interactions.movie_index, weights=np.abs(weight), minlength=movies)
        evening = np.maximum(sums, 1.0) ** -EVENING
        evening /= np.median(evening)
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

    def of_some(self, people: Indices) -> Self:
        """The same of some people, user_index; what everybody's ratings say of a movie stays."""
        _, entries = self.interactions.entries(people)
        return replace(
            self,
            interactions=self.interactions.of_some(people),
            histories=self.histories[people],
            liked=self.liked[people],
            target=self.target[entries],
        )

    @property
    def worth(self) -> Matrix:
        """float32 (movies,): what each movie's targets add up to."""
        movies = len(self.evening)
        worth = np.bincount(self.interactions.movie_index, weights=self.target, minlength=movies)
        return worth.astype(np.float32)

    @property
    def popularity(self) -> Matrix:
        """float32 (movies,): the log of that, 0 on average."""
        popularity: Matrix = np.log1p(self.worth)
        return np.asarray(popularity - popularity.mean(), np.float32)
