"""From a person's ratings to their vector: the user tower of the ranking model, in numpy.

The tower is linear in the history, so a vector costs one weighted sum: no training, and every score splits
exactly into what each rated movie added to it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HistoryWeights:
    """How much each rating of a history counts.

    highest: top of the rating scale. recency: after about this many later ratings, one counts for
    70 % of what it did (1 / sqrt(1 + age / recency)); taste drifts. shrinkage: n ratings are scaled to a
    length of sqrt(n / (n + shrinkage)), so that who rated three movies is mostly like everybody.
    """

    highest: float
    recency: float
    shrinkage: float

    def __call__(self, ratings: Vector, age: npt.NDArray[np.int64]) -> Vector:
        """float32 weights, not scaled yet, for ratings in stars; age: how many the person gave later."""
        return (ratings / self.highest / np.sqrt(1 + age / self.recency)).astype(np.float32)

    def length(self, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The length that histories of so many ratings are scaled to; 0 for none."""
        length: npt.NDArray[np.float64] = np.sqrt(counts / np.maximum(counts + self.shrinkage, 1e-9))
        return length


def fold_in(
    history_vectors: npt.NDArray[np.float32], ratings: Vector, weights: HistoryWeights, user_bias: Vector
) -> Vector:
    """A person's vector, float32 (d,), from what they rated, oldest first.

    history_vectors: float32 (ratings, d), the rated movies' history embeddings. Without ratings the vector is
    `user_bias`, the person the model knows nothing about.
    """
    return (user_bias + scaled_weights(ratings, weights) @ history_vectors).astype(np.float32)


def scaled_weights(ratings: Vector, weights: HistoryWeights) -> Vector:
    """float32 (ratings,): what a history's ratings count, oldest first, scaled to their length."""
    weight = weights(ratings, np.arange(len(ratings))[::-1])
    length = np.linalg.norm(weight)
    goal = weights.length(np.array(len(ratings)))
    return (weight * (goal / length if length > 0 else 0)).astype(np.float32)


def contributions(
    history_vectors: npt.NDArray[np.float32], ratings: Vector, weights: HistoryWeights, score_vector: Vector
) -> Vector:
    """float32 (ratings,): what each rating adds to a movie's score; the rest is `user_bias` . `score_vector`.

    The arguments are those of `fold_in`, and the movie's score_vector, float32 (d,).
    """
    return scaled_weights(ratings, weights) * (history_vectors @ score_vector)
