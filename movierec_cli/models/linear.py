"""The member of the ranking model that is not trained but computed: a linear autoencoder of low rank.

Steck's EASE ("Embarrassingly Shallow Autoencoders", WWW 2019) predicts a person's ratings from the others by
weights B = I - P / diag(P), where P inverts the movies' Gram matrix plus a ridge. With the singular vectors Q
and values s of the people x movies ratings, h = s^2 / (s^2 + ridge) and i different from j,

    B[i, j] = (Q[i] h Q[j]) / (1 - Q[j] h Q[j])

which is an inner product of a vector for i and one for j. Cut off after some dozens of dimensions it needs no
movies x movies matrix, and EASE's and the networks' mistakes differ: together they rank better than either.
"""

from collections.abc import Callable

import numpy as np

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.models.sparse import Floats, SparseMatrix
from movierec_cli.scoring import Matrix

OVERSAMPLING = 16
POWER_ITERATIONS = 4
TASTE_STEPS = 30
LEAST_RIDGE = 3.0
"""Times the smallest s^2 that is kept. What is cut off would have held back the weights of the best-known
movies; with more ratings a ridge that stays as it is no longer does, and 1 - Q[j] h Q[j] comes near 0."""


def fit(
    interactions: Interactions, highest: float, rank: int, ridge: float, seed: int
) -> tuple[Matrix, Matrix]:
    """Two tables, float32 (movies, rank): what having rated a movie adds to a person's vector, and what that
    vector is multiplied with. Ratings count as a share of `highest`. ridge: at least; see
    LEAST_RIDGE."""
    values, vectors = _singular(interactions, highest, rank, seed)
    ridge = max(ridge, LEAST_RIDGE * float(values[-1]) ** 2)
    kept = values**2 / (values**2 + ridge)
    own = (vectors**2 * kept).sum(axis=1, keepdims=True)
    history = vectors * np.sqrt(kept)
    return history.astype(np.float32), (history / (1 - own)).astype(np.float32)


def taste(
    interactions: Interactions, weight: Matrix, people: Matrix, movies: Matrix, ridge: float
) -> tuple[Matrix, Matrix]:
    """The personal part of predicted stars as such a pair of tables, float32 (movies, k).

    people, movies: the factors of the star model, float32 (people, k) and (movies, k), whose inner product,
    less what all people and all movies share, is how much more somebody likes a movie than is usual. weight:
    float32 (ratings,), the history weights, from whose sum over a person the first table foretells the
    person's factors: a ridge regression.
    """
    weights = _by_person(interactions, weight)
    target = people - people.mean(axis=0)

    def normal(table: Floats) -> Floats:
        return weights.transposed.times(weights.times(table)) + ridge * table

    start = np.zeros((len(movies), target.shape[1]))
    history = conjugate_gradient(normal, weights.transposed.times(target), start, TASTE_STEPS)
    return history.astype(np.float32), (movies - movies.mean(axis=0)).astype(np.float32)


def conjugate_gradient(
    normal: Callable[[Floats], Floats], right: Floats, start: Floats, steps: int
) -> Floats:
    """Some steps from `start`, float (rows, k), towards the table for which normal(table) = right, for each
    of the k columns on its own; `normal` is symmetric and positive definite."""
    table, residual = start, right - normal(start)
    direction, norm = residual, (residual**2).sum(axis=0)
    for _ in range(steps):
        applied = normal(direction)
        step = norm / ((direction * applied).sum(axis=0) + 1e-12)
        table, residual = table + step * direction, residual - step * applied
        norm, last = (residual**2).sum(axis=0), norm
        direction = residual + norm / (last + 1e-12) * direction
    return table


def _by_person(interactions: Interactions, value: Matrix) -> SparseMatrix:
    """A value for each rating, float32 (ratings,), as people x movies."""
    shape = (len(interactions.user_ids), len(interactions.movie_ids))
    return SparseMatrix.of(interactions.user_index, interactions.movie_index, value, shape)


def _singular(interactions: Interactions, highest: float, rank: int, seed: int) -> tuple[Floats, Floats]:
    """The largest singular values (rank,) of the ratings and their right vectors (movies, rank), zero beyond
    what there is: the randomised method of Halko, Martinsson and Tropp (2011), by products with a sparse
    matrix only."""
    n_users, n_movies = len(interactions.user_ids), len(interactions.movie_ids)
    ratings = _by_person(interactions, interactions.rating / np.float32(highest))
    width = min(rank + OVERSAMPLING, n_users, n_movies)
    basis = np.random.default_rng(seed).normal(size=(n_movies, width))
    for _ in range(POWER_ITERATIONS):
        basis, _ = np.linalg.qr(ratings.transposed.times(ratings.times(basis)))
    _, values, right = np.linalg.svd(ratings.times(basis), full_matrices=False)
    vectors = basis @ right.T
    missing = max(0, rank - width)
    return (
        np.pad(values[:rank], (0, missing)),
        np.pad(vectors[:, :rank], ((0, 0), (0, missing))),
    )
