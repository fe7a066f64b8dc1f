"""The member of the ranking model that is computed: a ridge regression on the histories' largest directions.

    X ~ Z V'   with Z = X V                X: histories, people x movies; V: their largest singular directions
    C = (Z'Z + ridge)^-1 Z' T              T: what people liked, people x movies

A person is x V, a movie its column of C, and a score their inner product: a ridge regression of what people
liked on where their histories lie. It is a linear autoencoder (Steck, "Embarrassingly Shallow Autoencoders",
WWW 2019; Jin et al., "Towards a Better Understanding of Linear Models for Recommendation", KDD 2021) that
hears dislikes, and that needs no movies x movies matrix. Two movies are alike when the same tastes lead to
both: the cosine of their columns of C is what `similar` compares.
"""

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.training.ranking.evidence import Evidence
from movierec_cli.training.ranking.member import Member
from movierec_cli.training.sparse import product
from movierec_cli.vectors.arrays import Matrix

LEAST_WIDTH, GREATEST_WIDTH = 16, 192
OVERSAMPLING = 16
POWER_ITERATIONS = 4
FEW_RATINGS = 100_000
"""Up to so many the member's share is the setting's own."""
LEAST_KEPT = 0.01
"""The smallest s^2 counts as this share of the largest at least: small data may have no more directions."""


def width_for(ratings: int) -> int:
    """How many directions are kept: a quarter of the root of the number of ratings, up to GREATEST_WIDTH.

    Directions that come from chance alone are as strong as that root, so with fewer ratings fewer say
    anything.
    """
    return int(np.clip(np.sqrt(ratings) / 4, LEAST_WIDTH, GREATEST_WIDTH))


def share_for(ratings: int, share: float) -> float:
    """The spread of the member's scores, as a share of the trained scores' spread: more with more ratings.

    The towers stay as wide as they are; here more ratings give more directions, each known more surely.
    """
    return min(1.0, share * max(1.0, float(np.cbrt(ratings / FEW_RATINGS))))


def fit(evidence: Evidence, width: int, ridge: float, seed: int) -> Member:
    """The member for everybody's ratings; it has neither a start nor a bias.

    width: how many directions are kept, at most. ridge: as a multiple of the smallest s^2 that is kept. What
    is cut off is as strong as that, and would have held the weaker directions back.
    """
    squares, directions = directions_of(evidence.histories, width, seed)
    strength = squares + ridge * max(squares.min(), LEAST_KEPT * squares.max())
    liked_by = product(evidence.liked.T.tocsr(), product(evidence.histories, directions))
    return Member(
        history_vectors=directions.astype(np.float32),
        score_vectors=(liked_by / np.where(strength > 0, strength, 1.0)).astype(np.float32),
        start=np.zeros(directions.shape[1], np.float32),
        bias=np.zeros(len(directions), np.float32),
    )


def directions_of(matrix: csr_array, width: int, seed: int) -> tuple[Matrix, Matrix]:
    """The largest squared singular values, at most `width`, and their right vectors, (movies, as many).

    The randomised method of Halko, Martinsson and Tropp, "Finding structure with randomness" (SIAM Review,
    2011).
    """
    people, movies = matrix.shape
    sampled = min(width + OVERSAMPLING, people, movies)
    transposed = matrix.T.tocsr()
    basis = np.random.default_rng(seed).normal(size=(movies, sampled)).astype(np.float32)
    for _ in range(POWER_ITERATIONS):
        basis, _ = np.linalg.qr(product(transposed, product(matrix, basis)))
    projected = product(matrix, basis)
    squares, rotation = np.linalg.eigh(projected.T.astype(np.float64) @ projected)
    largest = np.argsort(-squares)[:width]
    return np.maximum(squares[largest], 0.0), basis @ rotation[:, largest].astype(np.float32)
