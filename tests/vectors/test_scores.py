"""Scores for everybody at once, against the plainest way of computing them."""

import math

import numpy as np
import pytest

from movierec_cli.vectors import scores as scoring
from movierec_cli.vectors.scores import Candidates, best, blocks, score_matrix


@pytest.fixture(scope="module")
def vectors() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    users = rng.normal(size=(7, 5)).astype(np.float32)
    movies = rng.normal(scale=3, size=(11, 5)).astype(np.float32)
    movies[4] = users[2]  # a distance of zero, which rounding may turn negative under the root
    return users, movies


def test_dot_is_the_inner_product(vectors: tuple[np.ndarray, np.ndarray]) -> None:
    users, movies = vectors
    expected = [[sum(float(a) * float(b) for a, b in zip(u, m, strict=True)) for m in movies] for u in users]
    np.testing.assert_allclose(score_matrix(users, movies, "dot"), expected, rtol=1e-5, atol=1e-5)


def test_l2_is_minus_the_distance(vectors: tuple[np.ndarray, np.ndarray]) -> None:
    users, movies = vectors
    expected = [[-math.dist(map(float, u), map(float, m)) for m in movies] for u in users]
    scores = score_matrix(users, movies, "l2")
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=2e-3)


def sorted_in_full(scores: np.ndarray, top: int) -> list[list[int]]:
    """Each row's column indices by falling score, equal ones by index, cut off behind `top`."""
    return [
        [index for _, index in sorted((-score, i) for i, score in enumerate(row))][:top] for row in scores
    ]


@pytest.mark.parametrize("top", [1, 4, 11, 50])
def test_best_is_a_full_sort_cut_off(top: int) -> None:
    scores = np.random.default_rng(5).normal(size=(30, 11)).astype(np.float32)
    assert best(scores, top).tolist() == sorted_in_full(scores, top)


@pytest.mark.parametrize("top", [1, 3, 10, 200])
def test_ties_go_by_index(top: int) -> None:
    scores = np.random.default_rng(6).integers(0, 4, size=(50, 200)).astype(np.float32)
    assert best(scores, top).tolist() == sorted_in_full(scores, top)


def test_best_leaves_minus_infinity_for_last() -> None:
    scores = np.array([[-np.inf, -5, -np.inf, -7]], dtype=np.float32)
    assert best(scores, 3).tolist() == [[1, 3, 0]]


@pytest.mark.parametrize(("people", "movies"), [(0, 10), (1, 10), (10, 30), (97, 7), (5, 1000), (3, 0)])
def test_blocks_cover_everybody_once_and_stay_small(
    people: int, movies: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "SCORES_PER_BLOCK", 100)
    parts = list(blocks(people, movies))
    assert [person for part in parts for person in range(part.start, part.stop)] == list(range(people))
    for part in parts:
        size = part.stop - part.start
        assert size == 1 or size * movies <= 100  # one person at a time is the least


@pytest.mark.parametrize("metric", ["dot", "l2"])
@pytest.mark.parametrize("top", [1, 5, 40, 500])
@pytest.mark.parametrize("group", [1, 15, 2048])
def test_the_best_candidates_are_those_of_a_full_sort(
    metric: str, top: int, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vectors are small whole numbers, so that many scores are equal and all are exact."""
    monkeypatch.setattr(scoring, "GROUP", group)
    rng = np.random.default_rng(7)
    users = rng.integers(-3, 4, size=(20, 6)).astype(np.float32)
    movies = rng.integers(-3, 4, size=(150, 6)).astype(np.float32) * rng.integers(0, 3, size=(150, 1))
    rows, columns = np.nonzero(rng.random((20, 150)) < 0.3)
    scores = -np.linalg.norm(users[:, None] - movies[None], axis=2) if metric == "l2" else users @ movies.T
    scores[rows, columns] = -np.inf
    scores = scores.round(3)
    candidates = Candidates.of(movies.astype(np.float32), metric)
    found, reached = candidates.best_for(users, top, (rows, columns))
    expected = sorted_in_full(scores, top)
    assert found.shape == reached.shape == (20, min(top, 150))
    for person in range(20):
        left = np.isfinite(reached[person])
        assert left.sum() == min(top, np.isfinite(scores[person]).sum())
        assert found[person][left].tolist() == expected[person][: left.sum()]
        np.testing.assert_allclose(reached[person][left], scores[person][found[person][left]], atol=2e-3)


def test_candidates_that_cannot_be_among_the_best_get_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand movies, of which the first hundred are ten times as long as the others."""
    rng = np.random.default_rng(8)
    users, movies = (rng.normal(size=(count, 16)).astype(np.float32) for count in (30, 1000))
    movies[100:] /= 10
    scored = []

    def counting(some: np.ndarray, of: np.ndarray, metric: str) -> np.ndarray:
        scored.append(len(of))
        return score_matrix(some, of, metric)

    monkeypatch.setattr(scoring, "score_matrix", counting)
    monkeypatch.setattr(scoring, "GROUP", 50)
    nothing = np.zeros(0, np.int64)
    found, _ = Candidates.of(movies, "dot").best_for(users, 10, (nothing, nothing))
    assert found.tolist() == sorted_in_full(users @ movies.T, 10)
    assert sum(scored) <= 200


def test_no_candidates() -> None:
    nothing = np.zeros(0, np.int64)
    three, none = np.ones((3, 4), np.float32), np.ones((0, 4), np.float32)
    assert Candidates.of(none, "dot").best_for(three, 2, (nothing, nothing))[0].shape == (3, 0)
