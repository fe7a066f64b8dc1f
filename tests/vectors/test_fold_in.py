"""What a rating says of a person, and their vector from their ratings, worked out from the definition."""

import math
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.system.typed_json import from_json
from movierec_cli.vectors.fold_in import FoldIn, HistoryWeights, scaled_weights
from tests.support import Checkerboard, Stored, history_weights, vector_of

RULE = {"lowest": 0.5, "highest": 5.0, "neutral": 0.4, "shrinkage": 4.0}


def fold_of(width: int) -> FoldIn:
    """Of somebody of whom nothing is known the last number alone is not 0."""
    return FoldIn(HistoryWeights(**RULE), (0.0,) * (width - 1) + (1.0,))


def weights_of(lowest: float, highest: float, ratings: list[float]) -> list[float]:
    rule = HistoryWeights(**RULE | {"lowest": lowest, "highest": highest})
    found = rule(np.array(ratings, np.float32))
    assert found.dtype == np.float32
    weights: list[float] = found.tolist()
    return weights


# ---- one rating ----


@pytest.mark.parametrize(
    ("lowest", "highest", "expected"),
    [
        (1, 5, {1: -1 / 3, 2: 0, 3: 1 / 3, 4: 2 / 3, 5: 1}),
        (0.5, 5, {0.5: -1 / 2, 1: -1 / 3, 2: 0, 3.5: 1 / 2, 5: 1}),
        (0, 10, {0: -2 / 3, 2: -1 / 3, 4: 0, 7: 1 / 2, 10: 1}),
        (1, 10, {1: -1 / 2, 4: 0, 10: 1}),
        (0, 100, {0: -2 / 3, 40: 0, 70: 1 / 2, 100: 1}),
        (-10, 10, {-10: -2 / 3, -6: -1 / 3, -2: 0, 4: 1 / 2, 10: 1}),  # places are counted from the bottom
        (0, 1, {0: -2 / 3, 0.4: 0, 1: 1}),
        (1, 1, {1: 1}),  # likes alone
    ],
)
def test_a_rating_weighs_nothing_at_the_neutral_place_and_one_at_the_top(
    lowest: float, highest: float, expected: dict[float, float]
) -> None:
    """Below it a rating speaks against its kind: 1 of 5 is a fifth of the scale below, 5 three above."""
    assert weights_of(lowest, highest, list(expected)) == pytest.approx(list(expected.values()), abs=1e-6)


def test_the_same_place_weighs_the_same_on_every_scale() -> None:
    stars = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]
    five = weights_of(0.5, 5, stars)
    assert weights_of(0, 10, [2 * given for given in stars]) == pytest.approx(five, abs=1e-6)
    assert weights_of(0, 100, [20 * given for given in stars]) == pytest.approx(five, abs=1e-6)
    assert weights_of(-10, 10, [4 * given - 10 for given in stars]) == pytest.approx(five, abs=1e-6)


# ---- a person ----


def test_few_ratings_say_little() -> None:
    """Twelve ratings with a shrinkage of 4 have a length of sqrt(12 / 16); none has none."""
    rule = HistoryWeights(**RULE)
    for stars in (np.full(12, 3), np.full(12, 0.5), np.tile([5, 1, 0.5], 4)):
        assert np.linalg.norm(scaled_weights(stars.astype(np.float32), rule)) == pytest.approx(
            math.sqrt(3) / 2
        )
    assert rule.length(np.array([0, 4])).tolist() == [0, pytest.approx(math.sqrt(1 / 2))]
    assert HistoryWeights(**RULE | {"shrinkage": 0}).length(np.array([0, 4])).tolist() == [0, 1]


def test_only_neutral_ratings_say_nothing() -> None:
    assert scaled_weights(np.array([2, 2], np.float32), HistoryWeights(**RULE)).tolist() == [0, 0]


@pytest.mark.parametrize("count", [1, 2, 17])
def test_fold_in_is_the_weighted_sum(count: int) -> None:
    rng = np.random.default_rng(count)
    vectors = rng.normal(size=(count, 6)).astype(np.float32)
    vectors[:, -1] = 0
    stars = rng.choice([0.5, 1, 3, 5], size=count).astype(np.float32)
    person = fold_of(6).fold_in(vectors, stars)
    assert person.dtype == np.float32
    weights = history_weights(stars.tolist(), RULE)
    expected = sum(weight * vector for weight, vector in zip(weights, vectors.astype(float), strict=True))
    np.testing.assert_allclose(person[:5], expected[:5], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("count", "biases"), [(0, 7.0), (4, 1 + 6 / 64), (12, 1 + 6 / 4**6), (4996, 1.0)])
def test_what_everybody_likes_counts_most_where_little_is_known(count: int, biases: float) -> None:
    """With a shrinkage of 4: seven times for nobody in particular, 1 + 6 (4 / (n + 4))^6 for n ratings."""
    movies = np.zeros((count, 4), np.float32)
    person = fold_of(4).fold_in(movies, np.full(count, 3, np.float32))
    assert person.tolist() == [0, 0, 0, pytest.approx(biases, rel=1e-5)]
    assert fold_of(4).general(np.full(count, 3, np.float32)).tolist() == person.tolist()
    question = fold_of(4).fold_in(movies, np.full(count, 3, np.float32), is_question=True)
    assert question[-1] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("stars", "general", "not_hated"),
    [
        ([5, 0.5, 0.5], 1 - 4 / 7, 1 / 3),  # a third of each, with a shrinkage of 4
        ([5, 4, 3, 3, 3, 2, 2, 2, 2, 2, 2, 0.5], 1 - 3 / 12 * 4 / 16, 11 / 12),
        ([5, 5, 4.5], 1.0, 1.0),
        ([0.5, 0.5, 0.5], 1.0, 0.0),  # hates alone say nothing of what somebody likes instead
        ([1, 1, 3], 1.0, 1.0),
    ],
)
def test_who_hates_and_likes_is_less_like_everybody(
    stars: list[float], general: float, not_hated: float
) -> None:
    fold = FoldIn(HistoryWeights(**RULE), (2.0, 1.0))
    unknown = 4 / (len(stars) + 4)
    expected = [2 * general, general * (1 + 6 * not_hated * unknown**6)]
    assert fold.general(np.array(stars, np.float32)).tolist() == pytest.approx(expected, rel=1e-5)


def test_many_people_at_once_are_the_same_people() -> None:
    rng = np.random.default_rng(5)
    fold = fold_of(5)
    histories = [rng.normal(size=(count, 5)).astype(np.float32) for count in (1, 3, 40, 300)]
    stars = [rng.choice([0.5, 2, 4, 5], size=len(movies)).astype(np.float32) for movies in histories]
    for movies in histories:
        movies[:, -1] = 0
    sums = [scaled_weights(one, fold.weights) @ movies for one, movies in zip(stars, histories, strict=True)]
    row_splits = np.append(0, np.cumsum([len(one) for one in stars]))
    together = fold.vectors(np.array(sums), np.concatenate(stars), row_splits)
    alone = [fold.fold_in(movies, one) for movies, one in zip(histories, stars, strict=True)]
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-6)


def test_contributions_add_up_to_the_score_of_the_personal_part() -> None:
    """And each is its weight times how the two movies' vectors agree; a hated one can add as well."""
    rng = np.random.default_rng(3)
    vectors, movie = rng.normal(size=(9, 5)).astype(np.float32), rng.normal(size=5).astype(np.float32)
    vectors[:, -1] = 0
    stars = np.array([5, 0.5, 1, 4, 0.5, 3, 2, 5, 1], np.float32)
    fold = fold_of(5)
    added = fold.contributions(vectors, stars, movie)
    weights = history_weights(stars.tolist(), RULE)
    expected = [weight * float(vector @ movie) for weight, vector in zip(weights, vectors, strict=True)]
    np.testing.assert_allclose(added, expected, rtol=1e-4, atol=1e-6)
    score = float(fold.fold_in(vectors, stars) @ movie)
    assert float(added.sum()) == pytest.approx(score - float(fold.general(stars) @ movie), abs=1e-5)
    assert added[6] == 0 and (added[stars < 2] > 0).any() and (added[stars < 2] < 0).any()


# ---- what is stored ----


@pytest.mark.parametrize("home", ["checkerboard_home", "computed_home", "halves_home"])
def test_the_stored_people_are_folded_in_from_what_is_stored(
    home: str, request: pytest.FixtureRequest
) -> None:
    """So a new person's vector, or a changed one, is what training would have given them."""
    stored = Stored.read(request.getfixturevalue(home))
    model = stored.model["fold_in"]
    fold = from_json(FoldIn, model)
    history = dict(zip(stored.movies["movie_id"], stored.movies["history_vector"], strict=True))
    below = 0
    for user_id, vector in zip(stored.user_ids, stored.users["score_vector"], strict=True):
        ratings = stored.ratings(user_id)
        below += min(history_weights(list(ratings.values()), model["weights"])) < 0
        folded = fold.fold_in(
            np.array([history[movie_id] for movie_id in ratings], np.float32),
            np.array(list(ratings.values()), np.float32),
        )
        np.testing.assert_allclose(folded, vector_of(stored, ratings), rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(vector, folded, rtol=1e-4, atol=1e-5)
        assert 0 < vector[-1] < 7  # meets the movie's bias
    assert below == len(stored.user_ids)


def test_what_is_stored_of_a_person_is_what_they_rated_oldest_first(
    stored: Stored, checkerboard_home: Path
) -> None:
    ratings = Checkerboard.dataset().ratings
    assert stored.user_ids == [Checkerboard.user_id(person) for person in range(Checkerboard.people)]
    for person, user_id in enumerate(stored.user_ids):
        own = ratings[ratings["user_id"] == user_id].sort_values("timestamp", kind="stable")
        assert stored.users["movie_ids"][person] == own["movie_id"].tolist()
        assert stored.users["ratings"][person] == own["rating"].tolist()
