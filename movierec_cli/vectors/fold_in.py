"""From a person's ratings to their vector, in numpy: training and questions share it.

A person is a weighted sum of what they rated, so a vector costs one product and no training, and every score
splits exactly into what each rating added to it or took from it.
"""

from dataclasses import dataclass

import numpy as np

from movierec_cli.vectors.arrays import Floats, Indices, Matrix, Vector
from movierec_cli.vectors.scale import bottom_of


@dataclass(frozen=True, slots=True)
class HistoryWeights:
    """What a rating says of the person who gave it: the one rule for training, profiles, likes and dislikes.

    A rating's place on the scale is its share of the way from zero (or from `lowest`, where that is below) to
    `highest`. The weight is a line: 0 at `neutral`, where a rating says nothing, 1 for the highest rating,
    and negative below `neutral`.
    """

    lowest: float
    """The lowest rating that the dataset allows."""
    highest: float
    """The highest rating that the dataset allows."""
    neutral: float
    """The place on the scale of a rating that says nothing."""
    shrinkage: float
    """In ratings. The weights of n ratings are scaled to a length of sqrt(n / (n + shrinkage)), so that
    somebody with few ratings is mostly like everybody."""

    def place(self, ratings: Floats) -> Floats:
        """Ratings as their places on the scale, 0 to 1."""
        bottom = bottom_of(self.lowest)
        return (ratings - bottom) / (self.highest - bottom)

    def __call__(self, ratings: Vector) -> Vector:
        """float32 (ratings,): the weights of ratings on the dataset's scale, not scaled yet."""
        return ((self.place(ratings) - self.neutral) / (1 - self.neutral)).astype(np.float32)

    def length(self, counts: Indices) -> Floats:
        """The length that the weights of so many ratings are scaled to; 0 for none."""
        return np.asarray(np.sqrt(counts / np.maximum(counts + self.shrinkage, 1e-9)))


def scaled_weights(ratings: Vector, weights: HistoryWeights) -> Vector:
    """float32 (ratings,): the weights of one person's ratings, scaled to their length."""
    weight = weights(ratings)
    length = np.linalg.norm(weight)
    goal = weights.length(np.array(len(ratings)))
    return (weight * (goal / length if length > 0 else 0)).astype(np.float32)


def fold_in(history_vectors: Matrix, ratings: Vector, weights: HistoryWeights) -> Vector:
    """The personal part of somebody's vector, float32 (d,), from what they rated.

    history_vectors: float32 (ratings, d), of the rated movies. The vector of a person is this and
    `user_bias`, the vector of somebody of whom nothing is known.
    """
    return (scaled_weights(ratings, weights) @ history_vectors).astype(np.float32)


def contributions(
    history_vectors: Matrix, ratings: Vector, weights: HistoryWeights, score_vector: Vector
) -> Vector:
    """float32 (ratings,): what each rating adds to a movie's score; the rest is `user_bias` . `score_vector`.

    The arguments are those of `fold_in`, and the movie's score_vector, float32 (d,).
    """
    return scaled_weights(ratings, weights) * (history_vectors @ score_vector)
