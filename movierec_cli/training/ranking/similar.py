"""The vectors that `similar` searches: what a movie's ratings say of it, as far as they are evidence."""

import numpy as np
import numpy.typing as npt

from movierec_cli.scoring import Matrix
from movierec_cli.vectors.sinking import unit_rows

ENOUGH = 5.0
"""Ratings at which a movie's evidence is half of what it can be."""
CONTENT = 0.5
"""The length of the part for genres and decade, beside a learned part of at most 1."""


def similar_vectors(score_vectors: Matrix, features: Matrix, counts: npt.NDArray[np.int64]) -> Matrix:
    """float32 (movies, d + n): searched by the inner product with a movie's own vector of unit length.

    score_vectors: float32 (movies, d), without the bias, which would make every well-known movie alike.
    features: 0/1 float32 (movies, n), of which rare ones count more. counts: (movies,), ratings.

    The learned part is as long as its evidence, sqrt(n / (n + ENOUGH)) for n ratings, so that content says
    more of a movie with few; and the whole is multiplied with that, so that such a movie comes up only where
    nothing better is known.
    """
    evidence = np.sqrt((counts + 0.1) / (counts + 0.1 + ENOUGH)).astype(np.float32)[:, None]
    rarity = np.log(len(features) / np.maximum(features.sum(axis=0), 1)).astype(np.float32)
    content = np.float32(CONTENT) * unit_rows(features * rarity)
    return evidence * np.hstack([evidence * unit_rows(score_vectors), content])
