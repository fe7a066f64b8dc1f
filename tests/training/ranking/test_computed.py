"""The computed member against a dense singular value decomposition and a dense ridge regression."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from movierec_cli.training.ranking import computed
from movierec_cli.training.ranking.sums import Sums
from tests.training.ranking.made_up import Dense, MadeUp, made_up


def dense_scores(data: MadeUp, width: int, ridge: float) -> Dense:
    """(movies, movies): a movie in the history to the score of another, V (Z'Z + ridge s^2)^-1 Z' T."""
    _, singular, directions = np.linalg.svd(data.histories, full_matrices=False)
    kept = directions[:width].T
    smallest = max(singular[:width][-1] ** 2, 0.01 * singular[0] ** 2)
    places = data.histories @ kept
    gram = places.T @ places + ridge * smallest * np.eye(width)
    return np.asarray(kept @ np.linalg.solve(gram, places.T @ data.liked))


@pytest.fixture(scope="module")
def data() -> MadeUp:
    return made_up(30, 18)


@pytest.mark.parametrize(("width", "ridge"), [(4, 1.0), (4, 20.0), (10, 3.0), (17, 0.1)])
def test_it_is_a_ridge_regression_on_the_largest_directions(data: MadeUp, width: int, ridge: float) -> None:
    """Only products are told: directions may be turned and mirrored."""
    member = computed.fit(data.everybody, width, ridge, seed=0)
    assert member.history_vectors.shape == member.score_vectors.shape == (18, width)
    scores = member.history_vectors.astype(np.float64) @ member.score_vectors.T
    np.testing.assert_allclose(scores, dense_scores(data, width, ridge), rtol=1e-3, atol=1e-4)
    assert not member.start.any() and not member.bias.any()
    assert len(member.start) == width and len(member.bias) == 18


@pytest.mark.parametrize(("many", "noise"), [(10**9, None), (9_000, None), (10**9, 0.1)])
def test_the_sampled_directions_are_the_largest_of_a_larger_matrix(
    monkeypatch: pytest.MonkeyPatch, many: int, noise: float | None
) -> None:
    """More directions than are looked at, so that the power iterations must tell them apart.

    Also with half of the people for all but the last iteration, and from nearly the right directions on.
    """
    monkeypatch.setattr(computed, "MANY", many)
    rng = np.random.default_rng(2)
    left, right = (np.linalg.qr(rng.normal(size=(rows, 90)))[0] for rows in (150, 120))
    singular = 10 * 0.85 ** np.arange(90)
    matrix = (left * singular) @ right.T
    start = None
    if noise is not None:
        start = (right[:, :6] + noise * rng.normal(size=(120, 6)) / np.sqrt(120)).astype(np.float32)
    sums = Sums.of(csr_array(matrix.astype(np.float32)))
    found = computed.directions_of(sums, 6, seed=1, start=start)
    directions = found.vectors
    np.testing.assert_allclose(found.squares, singular[:6] ** 2, rtol=1e-3)
    np.testing.assert_allclose(directions @ directions.T, right[:, :6] @ right[:, :6].T, atol=2e-3)


def test_where_there_are_many_ratings_nearly_the_same_directions_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are only turned: within what a start in any order spans, these are the largest."""
    monkeypatch.setattr(computed, "MANY", 100)
    rng = np.random.default_rng(4)
    left, right = (np.linalg.qr(rng.normal(size=(rows, 20)))[0] for rows in (50, 40))
    singular = 5 * 0.8 ** np.arange(20)
    spanned = [0, 2, 5, 9]
    turned = right[:, spanned] @ np.linalg.qr(rng.normal(size=(4, 4)))[0]
    sums, done = Sums.of(csr_array(((left * singular) @ right.T).astype(np.float32))), list[float]()
    found = computed.directions_of(sums, 4, 1, turned.astype(np.float32), done.append)
    directions = found.vectors
    np.testing.assert_allclose(found.squares, singular[spanned] ** 2, rtol=1e-4)
    np.testing.assert_allclose(np.abs(directions.T @ right[:, spanned]), np.eye(4), atol=1e-3)
    assert sum(done) == pytest.approx(computed.ITERATING)


def test_fewer_people_than_dimensions() -> None:
    """All that there is: three people, the fourth has rated nothing. Nothing is divided by zero."""
    few = made_up(4, 18)
    member = computed.fit(few.everybody, 16, ridge=2.0, seed=0)
    assert member.score_vectors.shape == (18, 4)
    assert np.isfinite(member.score_vectors).all() and np.isfinite(member.history_vectors).all()
    _, singular, directions = np.linalg.svd(few.histories, full_matrices=False)
    assert singular[2] > 0.05 and singular[3] < 1e-6
    kept = directions[:3].T
    places = few.histories @ kept
    strength = places.T @ places + 2.0 * 0.01 * singular[0] ** 2 * np.eye(3)
    expected = kept @ np.linalg.solve(strength, places.T @ few.liked)
    found = member.history_vectors.astype(np.float64) @ member.score_vectors.T
    np.testing.assert_allclose(few.histories @ found, few.histories @ expected, rtol=1e-3, atol=1e-4)


def test_where_nobody_says_anything_nothing_is_learned() -> None:
    """Every rating at the neutral place."""
    data = made_up(6, 9)
    everybody = data.everybody
    for evidence in everybody:
        evidence.histories.data[:] = 0
    member = computed.fit(everybody, 4, ridge=2.0, seed=0)
    assert not member.score_vectors.any()


def test_the_seed_decides_it_and_hardly_matters() -> None:
    data = made_up(60, 50)
    first, again, other = (computed.fit(data.everybody, 8, 3.0, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.history_vectors, again.history_vectors)
    np.testing.assert_array_equal(first.score_vectors, again.score_vectors)
    assert (first.history_vectors != other.history_vectors).any()
    products = [one.history_vectors @ one.score_vectors.T for one in (first, other)]
    assert np.corrcoef(products[0].ravel(), products[1].ravel())[0, 1] > 0.99


@pytest.mark.parametrize(
    ("ratings", "movies", "width"),
    [(3, 2, 16), (10_000, 16, 16), (10_000, 625, 20), (62_500, 2_401, 70), (32_000_204, 84_432, 256)],
)
def test_the_width_grows_with_the_root_of_the_ratings_and_the_fourth_root_of_the_movies(
    ratings: int, movies: int, width: int
) -> None:
    assert computed.width_for(ratings, movies) == width


@pytest.mark.parametrize(
    ("ratings", "movies", "ridge"), [(500, 10, 3.0), (16_000, 10, 6.0), (1_000, 640, 1.5)]
)
def test_its_ridge_grows_with_the_fifth_root_of_the_ratings_of_a_movie(
    ratings: int, movies: int, ridge: float
) -> None:
    """Fifty of them give the setting's own, 32 times as many twice that, and a 32nd half."""
    assert computed.ridge_for(ratings, movies, 3.0) == pytest.approx(ridge)


@pytest.mark.parametrize(
    ("ratings", "share"), [(500, 0.35), (100_000, 0.35), (800_000, 0.7), (32_000_000, 1.0)]
)
def test_its_share_grows_with_the_cube_root_of_the_ratings(ratings: int, share: float) -> None:
    """Eight times 100,000 ratings give twice the share, and no data gives more than the towers'."""
    assert computed.share_for(ratings, 0.35) == pytest.approx(share)
