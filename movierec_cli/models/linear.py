"""The member of the ranking model that is not trained but computed: a linear autoencoder of low rank.

Steck's EASE ("Embarrassingly Shallow Autoencoders", WWW 2019) predicts a person's ratings from the others by
weights B = I - P / diag(P), where P inverts the movies' Gram matrix plus a ridge. With the singular vectors Q
and values s of the people x movies ratings, h = s^2 / (s^2 + ridge) and i different from j,

    B[i, j] = (Q[i] h Q[j]) / (1 - Q[j] h Q[j])

which is an inner product of a vector for i and one for j. Cut off after some dozens of dimensions it needs no
movies x movies matrix, and EASE's and the networks' mistakes differ: together they rank better than either.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.models.backend import tf
from movierec_cli.scoring import Matrix

Floats = npt.NDArray[np.floating[Any]]

OVERSAMPLING = 16
POWER_ITERATIONS = 4


def fit(
    interactions: Interactions, highest: float, rank: int, ridge: float, seed: int
) -> tuple[Matrix, Matrix]:
    """Two tables, float32 (movies, rank): what having rated a movie adds to a person's vector, and what that
    vector is multiplied with. Ratings count as a share of `highest`."""
    values, vectors = _singular(interactions, highest, rank, seed)
    kept = values**2 / (values**2 + ridge)
    own = (vectors**2 * kept).sum(axis=1, keepdims=True)
    history = vectors * np.sqrt(kept)
    return history.astype(np.float32), (history / (1 - own)).astype(np.float32)


def _singular(interactions: Interactions, highest: float, rank: int, seed: int) -> tuple[Floats, Floats]:
    """The largest singular values (rank,) of the ratings and their right vectors (movies, rank), zero beyond
    what there is: the randomised method of Halko, Martinsson and Tropp (2011), by products with a sparse
    matrix only."""
    shape = (len(interactions.user_ids), len(interactions.movie_ids))
    rows = np.stack([interactions.user_index, interactions.movie_index], axis=1).astype(np.int64)
    ratings = tf.SparseTensor(rows, interactions.rating / np.float32(highest), shape)

    def times(matrix: Floats, *, transposed: bool) -> Floats:
        product = tf.sparse.sparse_dense_matmul(ratings, matrix.astype(np.float32), adjoint_a=transposed)
        dense: Floats = product.numpy().astype(np.float64)
        return dense

    width = min(rank + OVERSAMPLING, *shape)
    basis = np.random.default_rng(seed).normal(size=(shape[1], width))
    for _ in range(POWER_ITERATIONS):
        basis, _ = np.linalg.qr(times(times(basis, transposed=False), transposed=True))
    _, values, right = np.linalg.svd(times(basis, transposed=False), full_matrices=False)
    vectors = basis @ right.T
    missing = max(0, rank - width)
    return (
        np.pad(values[:rank], (0, missing)),
        np.pad(vectors[:, :rank], ((0, 0), (0, missing))),
    )
