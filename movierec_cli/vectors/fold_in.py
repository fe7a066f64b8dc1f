"""From a person's ratings to their vector, in numpy: training and questions share it.

A person is a weighted sum of what they rated, so a vector costs one product and no training, and every score
splits exactly into what each rating added to it or took from it.
"""

from dataclasses import dataclass

import numpy as np

from movierec_cli.vectors.arrays import Floats, Indices, Matrix, Vector
from movierec_cli.vectors.scale import bottom_of

EXTRA_POPULARITY = 6.0
"""For somebody without ratings the movies' biases count so much more; this fades with a power of
shrinkage / (ratings + shrinkage). docs/experiments.md has what other numbers give."""
FADING = 6
"""That power: with three ratings it is 2.2 times as much as with many, with ten nearly the same."""
QUESTION_GENERAL = 0.05
"""How much of the general part counts where nothing but likes and dislikes is known: that is a question about
these movies. docs/experiments.md has what other shares give."""


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


@dataclass(frozen=True, slots=True)
class FoldIn:
    """What turns a person's ratings into their vector, float32 (d,). Its last number meets movies' biases."""

    weights: HistoryWeights
    """What a rating says of a person."""
    user_bias: tuple[float, ...]
    """The general part of the vector of somebody with many ratings, (d,)."""

    def vectors(self, personal: Matrix, counts: Indices) -> Matrix:
        """People's vectors, float32 (people, d), from the sums of their weighted history vectors.

        personal: float32 (people, d), which is changed. counts: how many ratings they have given.
        """
        personal += np.array(self.user_bias, np.float32)
        personal[:, -1] *= self._popularity(counts)
        return personal

    def fold_in(self, history_vectors: Matrix, ratings: Vector, *, is_question: bool = False) -> Vector:
        """The vector of somebody, float32 (d,), from what they rated; exactly what training stores.

        history_vectors: float32 (ratings, d), of the rated movies. is_question: whether the ratings are a
        question about these movies rather than somebody's history.
        """
        personal = scaled_weights(ratings, self.weights) @ history_vectors
        return (personal + self.general(len(ratings), is_question=is_question)).astype(np.float32)

    def general(self, count: int, *, is_question: bool = False) -> Vector:
        """What is the same in the vectors of all who have given `count` ratings, float32 (d,)."""
        vector = np.array(self.user_bias, np.float32)
        if is_question:
            return np.float32(QUESTION_GENERAL) * vector
        vector[-1] *= self._popularity(np.array(count))
        return vector

    def contributions(self, history_vectors: Matrix, ratings: Vector, score_vector: Vector) -> Vector:
        """float32 (ratings,): what each rating adds to a movie's score; the rest is that of `general`.

        The arguments are those of `fold_in`, and the movie's score_vector, float32 (d,).
        """
        return scaled_weights(ratings, self.weights) * (history_vectors @ score_vector)

    def _popularity(self, counts: Indices) -> Floats:
        unknown = 1 - self.weights.length(counts) ** 2
        return (1 + EXTRA_POPULARITY * unknown**FADING).astype(np.float32)
