"""The computed members against the closed forms that they are short cuts to."""

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.models import linear

PEOPLE, MOVIES = 30, 18


@pytest.fixture(scope="module")
def ratings() -> npt.NDArray[np.float32]:
    """(people, movies) stars, 0 where there is no rating."""
    rng = np.random.default_rng(0)
    stars = rng.integers(1, 11, (PEOPLE, MOVIES)) / 2
    return np.where(rng.random((PEOPLE, MOVIES)) < 0.4, stars, 0).astype(np.float32)


def interactions_of(ratings: npt.NDArray[np.float32]) -> Interactions:
    rows, columns = np.nonzero(ratings)
    return Interactions(
        user_ids=np.arange(len(ratings)),
        movie_ids=np.arange(ratings.shape[1]),
        row_splits=np.concatenate([[0], np.cumsum((ratings > 0).sum(axis=1))]),
        movie_index=columns.astype(np.int32),
        rating=ratings[rows, columns],
    )


@pytest.mark.parametrize("rank", [MOVIES, MOVIES + 5])
def test_at_full_rank_it_is_ease(ratings: npt.NDArray[np.float32], rank: int) -> None:
    """Off the diagonal, which is about movies that were rated and so are never recommended."""
    history, movies = linear.fit(interactions_of(ratings), 5.0, rank, ridge=2.0, seed=0)
    assert history.shape == movies.shape == (MOVIES, rank)
    share = ratings.astype(np.float64) / 5
    inverse = np.linalg.inv(share.T @ share + 2.0 * np.eye(MOVIES))
    ease = -inverse / np.diag(inverse)
    other = ~np.eye(MOVIES, dtype=bool)
    np.testing.assert_allclose((history @ movies.T)[other], ease[other], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("ridge", [2.0, 50.0])
def test_a_low_rank_keeps_the_largest_singular_vectors(
    ratings: npt.NDArray[np.float32], ridge: float
) -> None:
    """Only the subspace is told by a product: history . history is Q h Q'. The ridge is at least three times
    the smallest squared singular value kept."""
    history, movies = linear.fit(interactions_of(ratings), 5.0, 4, ridge=ridge, seed=0)
    _, values, vectors = np.linalg.svd(ratings / 5, full_matrices=False)
    assert 2.0 < 3 * values[3] ** 2 < 50.0
    kept = values[:4] ** 2 / (values[:4] ** 2 + max(ridge, 3 * values[3] ** 2))
    expected = (vectors[:4].T * kept) @ vectors[:4]
    np.testing.assert_allclose(history @ history.T, expected, atol=1e-3)
    np.testing.assert_allclose(history @ movies.T, expected / (1 - np.diag(expected)), atol=1e-3)


def test_fewer_people_than_dimensions(ratings: npt.NDArray[np.float32]) -> None:
    few = ratings[:3]
    history, movies = linear.fit(interactions_of(few), 5.0, 8, ridge=2.0, seed=0)
    assert history.shape == movies.shape == (MOVIES, 8)
    assert np.isfinite(history).all() and np.isfinite(movies).all()
    assert np.linalg.matrix_rank(history, tol=1e-4) == 3


def test_taste_is_a_ridge_regression_of_what_people_do_not_share(ratings: npt.NDArray[np.float32]) -> None:
    rng = np.random.default_rng(1)
    people, movies = rng.normal(size=(PEOPLE, 3)), rng.normal(size=(MOVIES, 3))
    rated = np.where(ratings > 0, rng.random(ratings.shape) + 0.1, 0)
    weight = rated[np.nonzero(ratings)].astype(np.float32)
    history, taste = linear.taste(
        interactions_of(ratings), weight, people.astype(np.float32), movies.astype(np.float32), ridge=0.7
    )
    target = people - people.mean(axis=0)
    expected = np.linalg.solve(rated.T @ rated + 0.7 * np.eye(MOVIES), rated.T @ target)
    np.testing.assert_allclose(history, expected, atol=1e-4)
    np.testing.assert_allclose(taste, movies - movies.mean(axis=0), atol=1e-6)
