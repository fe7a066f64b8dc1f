"""From a person's ratings to their vector, in numpy: training and questions share it.

A person is a weighted sum of what they rated, so a vector costs one product and no training, and every score
splits exactly into what each rating added to it or took from it.
"""

from dataclasses import dataclass

import numpy as np

from movierec_cli.vectors.arrays import Flags, Floats, Indices, Matrix, Vector
from movierec_cli.vectors.scale import bottom_of, hated_up_to, liked_from

EXTRA_POPULARITY = 6.0
"""For somebody without ratings the movies' biases count so much more; this fades with a power of
shrinkage / (ratings + shrinkage), and with the share of lowest ratings: these ask for something else.
docs/experiments.md has what other numbers give."""
FADING = 6
"""That power: with three ratings it is 2.2 times as much as with many, with ten nearly the same."""
OPPOSED = 3.0
"""Who has hated some movies and liked others is not like everybody: once a third of their ratings are the
lowest, and a third are likes, what everybody likes counts ratings / (ratings + shrinkage)."""
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

    def vectors(self, personal: Matrix, ratings: Vector, row_splits: Indices) -> Matrix:
        """People's vectors, float32 (people, d), from the sums of their weighted history vectors.

        personal: float32 (people, d), which is changed. ratings: float32 (ratings,), theirs, one person after
        another; person i gave row_splits[i]:row_splits[i + 1], (people + 1,).
        """
        hated, liked = (_counted(said, row_splits) for said in self._extremes(ratings))
        general, popularity = self._like_everybody(np.diff(row_splits), hated, liked)
        bias = np.array(self.user_bias, np.float32)
        personal += general[:, None] * bias
        personal[:, -1] += (popularity - general) * bias[-1]
        return personal

    def fold_in(self, history_vectors: Matrix, ratings: Vector, *, is_question: bool = False) -> Vector:
        """The vector of somebody, float32 (d,), from what they rated; exactly what training stores.

        history_vectors: float32 (ratings, d), of the rated movies. is_question: whether the ratings are a
        question about these movies rather than somebody's history.
        """
        personal = scaled_weights(ratings, self.weights) @ history_vectors
        return (personal + self.general(ratings, is_question=is_question)).astype(np.float32)

    def general(self, ratings: Vector, *, is_question: bool = False) -> Vector:
        """What everybody likes, as far as it counts for somebody with these ratings, float32 (d,)."""
        vector = np.array(self.user_bias, np.float32)
        if is_question:
            return np.float32(QUESTION_GENERAL) * vector
        hated, liked = (np.count_nonzero(said) for said in self._extremes(ratings))
        general, popularity = self._like_everybody(*map(np.array, (len(ratings), hated, liked)))
        return np.append(general * vector[:-1], popularity * vector[-1]).astype(np.float32)

    def contributions(self, history_vectors: Matrix, ratings: Vector, score_vector: Vector) -> Vector:
        """float32 (ratings,): what each rating adds to a movie's score; the rest is that of `general`.

        The arguments are those of `fold_in`, and the movie's score_vector, float32 (d,).
        """
        return scaled_weights(ratings, self.weights) * (history_vectors @ score_vector)

    def _extremes(self, ratings: Vector) -> tuple[Flags, Flags]:
        """Which of the ratings are the lowest, and which say that a movie is liked."""
        scale = self.weights.lowest, self.weights.highest
        return ratings <= hated_up_to(*scale), ratings >= liked_from(*scale)

    def _like_everybody(self, counts: Indices, hated: Indices, liked: Indices) -> tuple[Floats, Floats]:
        """What the general part counts for people with so many ratings, and what the movies' biases do."""
        unknown = 1 - self.weights.length(counts) ** 2
        opposed = np.minimum(1, OPPOSED * np.minimum(hated, liked) / np.maximum(counts, 1))
        general = 1 - opposed * unknown
        not_hated = 1 - hated / np.maximum(counts, 1)
        popularity = general * (1 + EXTRA_POPULARITY * not_hated * unknown**FADING)
        return general.astype(np.float32), popularity.astype(np.float32)


def _counted(said: Flags, row_splits: Indices) -> Indices:
    """How many of each person's ratings are flagged, int64 (people,)."""
    running = np.zeros(len(said) + 1, np.int64)
    np.cumsum(said, out=running[1:])
    return np.diff(running[row_splits])
