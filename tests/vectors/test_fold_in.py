"""A person's vector from their ratings, worked out from the definition."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.fold_in import HistoryWeights, fold_in
from tests.support import Stored

MODEL = {"highest": 5.0, "recency": 8.0, "shrinkage": 4.0}


def by_definition(
    vectors: Sequence[Sequence[float]],
    stars: Sequence[float],
    model: Mapping[str, float],
    bias: Sequence[float],
) -> list[float]:
    """bias + sum of w_i v_i over the length of w, times sqrt(n / (n + shrinkage)).

    w_i = stars_i / highest / sqrt(1 + later_i / recency)
    """
    count = len(stars)
    weight = [
        stars[i] / model["highest"] / math.sqrt(1 + (count - 1 - i) / model["recency"])
        for i in range(count)  # oldest first: count - 1 - i ratings came later
    ]
    length = math.sqrt(sum(w * w for w in weight)) / math.sqrt(count / (count + model["shrinkage"]))
    return [
        bias[d] + sum(w / length * vector[d] for w, vector in zip(weight, vectors, strict=True))
        for d in range(len(bias))
    ]


def test_few_ratings_say_little() -> None:
    """Twelve ratings with a shrinkage of 4 have a length of sqrt(12 / 16); none has none."""
    vectors = np.eye(12, dtype=np.float32)
    weights = HistoryWeights(5.0, 50.0, 4.0)
    person = fold_in(vectors, np.full(12, 3, dtype=np.float32), weights, np.zeros(12, dtype=np.float32))
    assert np.linalg.norm(person) == pytest.approx(math.sqrt(3) / 2)
    assert weights.length(np.array([0, 4])).tolist() == [0, pytest.approx(math.sqrt(1 / 2))]


@pytest.mark.parametrize("count", [1, 2, 17])
def test_fold_in_is_the_weighted_sum(count: int) -> None:
    rng = np.random.default_rng(count)
    vectors = rng.normal(size=(count, 6)).astype(np.float32)
    stars = rng.choice([0.5, 1, 3, 5], size=count).astype(np.float32)
    bias = rng.normal(size=6).astype(np.float32)
    person = fold_in(vectors, stars, HistoryWeights(**MODEL), bias)
    assert person.dtype == np.float32
    expected = by_definition(vectors.tolist(), stars.tolist(), MODEL, bias.tolist())
    np.testing.assert_allclose(person, expected, rtol=1e-5, atol=1e-6)


def test_someone_without_ratings_has_the_bias() -> None:
    bias = np.array([1.5, -2], dtype=np.float32)
    empty = np.zeros((0, 2), dtype=np.float32)
    person = fold_in(empty, np.zeros(0, dtype=np.float32), HistoryWeights(**MODEL), bias)
    np.testing.assert_array_equal(person, bias)


def test_a_rating_after_recency_others_counts_for_70_percent() -> None:
    weights = HistoryWeights(highest=5.0, recency=20.0, shrinkage=4.0)
    given = weights(np.array([5, 5, 2.5], dtype=np.float32), np.array([0, 20, 0]))
    np.testing.assert_allclose(given, [1, math.sqrt(1 / 2), 0.5], rtol=1e-6)


def test_the_stored_people_are_folded_in_from_what_is_stored(stored: Stored) -> None:
    """So a new person's vector, or a changed one, is what training would have given them."""
    model = stored.model["fold_in"]
    history = dict(zip(stored.movies["movie_id"], stored.movies["history_vector"], strict=True))
    for person in range(len(stored.user_ids)):
        vectors = [history[movie_id] for movie_id in stored.users["movie_ids"][person]]
        stars = stored.users["ratings"][person]
        bias = model["user_bias"]
        expected = by_definition(vectors, stars, model, bias)
        folded = fold_in(
            np.array(vectors, dtype=np.float32),
            np.array(stars, dtype=np.float32),
            HistoryWeights(model["highest"], model["recency"], model["shrinkage"]),
            np.array(bias, dtype=np.float32),
        )
        vector = stored.users["score_vector"][person]
        np.testing.assert_allclose(folded, expected, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(vector, expected, rtol=1e-4, atol=1e-5)
        assert vector[-1] == 1  # meets the movie's bias


def test_what_is_stored_of_a_person_is_what_they_rated_oldest_first(
    stored: Stored, checkerboard_home: Path
) -> None:
    from tests.support import Checkerboard

    ratings = Checkerboard.dataset().ratings
    assert stored.user_ids == [Checkerboard.user_id(person) for person in range(Checkerboard.people)]
    for person, user_id in enumerate(stored.user_ids):
        own = ratings[ratings["user_id"] == user_id].sort_values("timestamp", kind="stable")
        assert stored.users["movie_ids"][person] == own["movie_id"].tolist()
        assert stored.users["ratings"][person] == own["rating"].tolist()
