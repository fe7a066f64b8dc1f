"""Small made-up ratings, and what they are as evidence, worked out rating by rating."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.everybody import Everybody, divided
from movierec_cli.training.ranking.evidence import Evidence, evidence_of
from movierec_cli.vectors.fold_in import HistoryWeights
from tests.support import history_weights

RULE = {"lowest": 1.0, "highest": 5.0, "neutral": 0.4, "shrinkage": 4.0}
RECENCY = 3.0
Dense = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MadeUp:
    """Ratings and, as dense matrices (people, movies), what each is; 0 where there is no rating.

    histories: weights that have been scaled over each person and evened over the movies. evening: (movies,).
    liked: the squares of places on the scale. target: what predicting a rating is worth.
    """

    interactions: Interactions
    histories: Dense
    evening: Dense
    liked: Dense
    target: Dense

    @property
    def everybody(self) -> Everybody[Evidence]:
        """As the code has it."""
        return evidence_of(divided(self.interactions), HistoryWeights(**RULE), RECENCY)

    @property
    def evidence(self) -> Evidence:
        """The same, in its only part."""
        (everything,) = self.everybody
        return everything


def made_up(people: int, movies: int, seed: int = 0, share: float = 0.5) -> MadeUp:
    """Some ratings of 1 to 5 in any order; the last movie has none, the last person likewise."""
    rng = np.random.default_rng(seed)
    rated: list[list[int]] = [
        rng.permutation(np.flatnonzero(rng.random(movies - 1) < share)).tolist()
        if person < people - 1
        else []
        for person in range(people)
    ]
    given = [rng.integers(1, 6, size=len(own)).astype(float) for own in rated]
    interactions = Interactions(
        user_ids=np.arange(people) + 100,
        movie_ids=np.arange(movies) + 1000,
        row_splits=np.cumsum([0, *map(len, rated)]),
        movie_index=np.concatenate(rated).astype(np.int32),
        rating=np.concatenate(given).astype(np.float32),
    )
    histories, plain, liked, target = (np.zeros((people, movies)) for _ in range(4))
    for person, (own, stars) in enumerate(zip(rated, given, strict=True)):
        histories[person, own] = history_weights(stars.tolist(), RULE)
        for later, movie, star in zip(reversed(range(len(own))), own, stars, strict=True):
            fresh = 1 / math.sqrt(1 + RECENCY * later / len(own))
            place = star / 5
            plain[person, movie] = abs((place - 0.4) / 0.6)
            liked[person, movie] = place**2
            target[person, movie] = 2 ** (5 * (place - 1)) * fresh
    evening = 1 / np.maximum(plain.sum(axis=0), 1) ** 0.25
    evening /= np.median(evening)
    return MadeUp(interactions, histories * evening, evening, liked, target)
