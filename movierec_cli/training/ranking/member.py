"""A member of the ranking model, and how members become the vectors that the store keeps. numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.training.sparse import product
from movierec_cli.vectors.arrays import Matrix


@dataclass(frozen=True, slots=True)
class Member:
    """A linear part of the model.

    person = history @ history_vectors + start, score = person @ score_vector + bias.
    """

    history_vectors: Matrix
    """float32 (movies, d)"""
    score_vectors: Matrix
    """float32 (movies, d)"""
    start: Matrix
    """float32 (d,)"""
    bias: Matrix
    """float32 (movies,)"""

    def personal(self, histories: csr_array) -> Matrix:
        """What histories, float32 (people, movies), add to the start: float32 (people, d)."""
        return np.asarray(product(histories, self.history_vectors), np.float32)

    def people(self, histories: csr_array) -> Matrix:
        """Vectors from histories, float32 (people, movies)."""
        vectors: Matrix = self.personal(histories) + self.start
        return vectors

    def scaled(self, factor: float) -> Self:
        """The same member with all its scores multiplied."""
        return replace(
            self, score_vectors=np.float32(factor) * self.score_vectors, bias=np.float32(factor) * self.bias
        )

    def evened(self, evening: Matrix) -> "Member":
        """The same member for histories whose weights have not been multiplied with `evening`, (movies,)."""
        return replace(self, history_vectors=np.multiply(evening[:, None], self.history_vectors))


def side_by_side(members: Sequence[Member]) -> Member:
    """Members whose scores add up, as one whose last dimension holds the bias: its people end in a 1."""
    movies = len(members[0].bias)
    nothing, one = np.zeros((movies, 1), np.float32), np.ones(1, np.float32)
    bias: Matrix = np.stack([member.bias for member in members]).sum(axis=0)
    return Member(
        history_vectors=np.hstack([*(member.history_vectors for member in members), nothing]),
        score_vectors=np.hstack([*(member.score_vectors for member in members), bias[:, None]]),
        start=np.concatenate([*(member.start for member in members), one]),
        bias=np.zeros(movies, np.float32),
    )


def spread(people: Matrix, vectors: Matrix) -> float:
    """The standard deviation of all the inner products of some people's vectors and some movies', (n, d)
    each.

    From the two Gram matrices: the table of scores itself may be too large.
    """
    if not len(people) or not len(vectors):
        return 0.0
    mean = float(people.mean(axis=0) @ vectors.mean(axis=0))
    square = float(np.sum((people.T @ people) * (vectors.T @ vectors))) / len(people) / len(vectors)
    return float(np.sqrt(max(square - mean**2, 0.0)))
