"""Predicted stars: the regression against numpy, the model on data whose answer is known."""

import pickle
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.system.workers import HERE, Kept, Workers
from movierec_cli.training import star_model
from movierec_cli.training.content import movie_features
from movierec_cli.training.everybody import Everybody, divided, whole
from movierec_cli.vectors.stars import RatingSums, Side, Stars, posterior
from tests.support import Divided, Stored, make_dataset

PEOPLE, MOVIES = 80, 60
NO_FEATURES = np.zeros((MOVIES, 0), dtype=np.float32)


def interactions_of(truth: npt.NDArray[np.float64], share: float, seed: int) -> Interactions:
    """A `share` of the matrix (people, movies), drawn at random, as ratings."""
    rng = np.random.default_rng(seed)
    seen = rng.random(truth.shape) < share
    rows, columns = np.nonzero(seen)
    return Interactions(
        user_ids=np.arange(PEOPLE),
        movie_ids=np.arange(MOVIES),
        row_splits=np.concatenate([[0], np.cumsum(seen.sum(axis=1))]),
        movie_index=columns.astype(np.int32),
        rating=truth[rows, columns].astype(np.float32),
    )


class Pickling(Divided):
    """Workers to whom all is sent, and who may not write into what they are given."""

    def keep(self, value: Any) -> Kept[Any]:
        return super().keep(sent(value))

    def call(self, function: Callable[..., Any], *arguments: object) -> Kept[Any]:
        given = [sent(each.held if isinstance(each, Kept) else each) for each in arguments]
        return self.keep(sent(function)(*given))


def sent(value: Any) -> Any:
    """It as it arrives elsewhere: its arrays are in memory that others read too."""
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    return pickle.loads(pickled, buffers=[bytes(each.raw()) for each in buffers])


def errors(tables: star_model.StarTables, held_out: Interactions) -> npt.NDArray[np.float32]:
    missed: npt.NDArray[np.float32] = (
        tables.predict(held_out.user_index, held_out.movie_index) - held_out.rating
    )
    return np.abs(missed)


def test_one_persons_posterior_is_a_ridge_regression() -> None:
    """With movies known for certain: (X'X * precision + P)^-1 (X'y * precision + P m)."""
    rng = np.random.default_rng(0)
    count, dim = 7, 3
    factors, bias, rating = rng.normal(size=(count, dim)), rng.normal(size=count), rng.normal(size=count)
    prior, spread = rng.normal(size=1 + dim), np.eye(1 + dim) * 2.5
    movies = Side(np.column_stack([bias, factors]), np.zeros(count), np.eye(1 + dim))
    x = np.column_stack([np.ones(count), factors])
    sums = RatingSums(
        np.array([count]), (x.T @ x)[None], (x.T @ (rating - bias))[None], movies.spread.sum(keepdims=True)
    )
    person, covariance = posterior(sums, movies, prior[None], spread, noise_precision=1.7)
    precision = 1.7 * x.T @ x + spread
    expected = np.linalg.solve(precision, 1.7 * x.T @ (rating - bias) + spread @ prior)
    np.testing.assert_allclose(person.mean[0], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(covariance, np.linalg.inv(precision), rtol=1e-9)


@pytest.mark.parametrize("many", [10**9, 1_200])
def test_generous_people_and_good_movies_are_found_out(many: int) -> None:
    """Stars that are a person's part plus a movie's part; also where most sweeps are of some people."""
    rng = np.random.default_rng(1)
    truth = 3 + rng.uniform(-0.9, 0.9, (PEOPLE, 1)) + rng.uniform(-0.9, 0.9, (1, MOVIES))
    seen, held_out = hold_out(interactions_of(truth, 0.5, seed=2), 0.2, seed=3)
    shares: list[float] = []
    config = replace(star_model.CONFIG, many=many)
    tables = star_model.fit(
        divided(seen), NO_FEATURES, (1.0, 5.0), seed=0, on_part=shares.append, config=config
    )
    assert len(shares) == 12 and sum(shares) == pytest.approx(1.0)
    assert errors(tables, held_out).mean() < 0.1
    assert np.abs(held_out.rating - seen.rating.mean()).mean() > 0.5


def test_tastes_are_found_that_no_bias_explains() -> None:
    """Two camps that love what the other hates: the best sum of two parts is off by a star and a half."""
    rng = np.random.default_rng(4)
    truth = 3 + 1.6 * np.outer(rng.choice([-1, 1], PEOPLE), rng.choice([-1, 1], MOVIES))
    seen, held_out = hold_out(interactions_of(truth, 0.4, seed=5), 0.2, seed=6)
    tables = star_model.fit(divided(seen), NO_FEATURES, (1.0, 5.0), seed=0)
    columns = [seen.user_index, PEOPLE + seen.movie_index]
    design = np.zeros((len(seen.rating), PEOPLE + MOVIES))
    for column in columns:
        design[np.arange(len(design)), column] = 1
    parts = np.linalg.lstsq(design, seen.rating, rcond=None)[0]
    additive = parts[held_out.user_index] + parts[PEOPLE + held_out.movie_index]
    assert np.abs(additive - held_out.rating).mean() > 1
    assert errors(tables, held_out).mean() < 0.2


def test_twice_the_stars_are_twice_the_prediction() -> None:
    rng = np.random.default_rng(7)
    truth = np.clip(rng.normal(3, 1, (PEOPLE, MOVIES)), 1, 5)
    single = interactions_of(truth, 0.4, seed=8)
    double = interactions_of(2 * truth, 0.4, seed=8)
    predicted = [
        star_model.fit(divided(ratings), NO_FEATURES, scale, seed=0).predict(
            single.user_index, single.movie_index
        )
        for ratings, scale in [(single, (1.0, 5.0)), (double, (2.0, 10.0))]
    ]
    np.testing.assert_allclose(2 * predicted[0], predicted[1], rtol=1e-4)


def test_a_movie_that_nobody_rated_is_judged_by_its_genre() -> None:
    """Everybody loves dramas and hates westerns."""
    genres = [("Drama",) if movie % 2 else ("Western",) for movie in range(MOVIES)]
    movies = [(movie, f"Movie {movie}", 1990, genres[movie]) for movie in range(MOVIES)]
    rng = np.random.default_rng(9)
    rated = [
        (person, movie, 5.0 if movie % 2 else 1.0, 1)
        for person in range(PEOPLE)
        for movie in range(MOVIES - 2)
        if rng.random() < 0.3
    ]
    dataset = make_dataset("genres", movies, rated)
    people = divided(Interactions.from_dataset(dataset))
    tables = star_model.fit(people, movie_features(dataset.movies), (1.0, 5.0), seed=0)
    western, drama = (
        tables.predict(np.array([0]), np.array([movie]))[0] for movie in (MOVIES - 2, MOVIES - 1)
    )
    assert western < 2.5
    assert drama > 3.5


def noisy(seed: int) -> Interactions:
    """Stars by taste, and some that no model explains."""
    rng = np.random.default_rng(seed)
    taste = rng.normal(size=(PEOPLE, 2)) @ rng.normal(size=(2, MOVIES))
    truth = np.clip(np.round(3 + taste + rng.normal(scale=0.5, size=taste.shape)), 1, 5)
    return interactions_of(truth, 0.4, seed=seed + 1)


def assert_alike(one: star_model.StarTables, other: star_model.StarTables) -> None:
    """Both tables are the same, but for what float32 cannot tell apart."""
    for table, expected in [
        (one.movie_vectors, other.movie_vectors),
        (one.movie_histories, other.movie_histories),
        (whole(one.user_vectors), whole(other.user_vectors)),
    ]:
        assert table.dtype == np.float32
        np.testing.assert_allclose(table, expected, rtol=1e-4, atol=1e-5)
    for field in fields(Stars):
        shared, expected = (np.array(getattr(each.shared, field.name)) for each in (one, other))
        np.testing.assert_allclose(shared, expected, rtol=1e-4, atol=1e-6, err_msg=field.name)


@pytest.mark.parametrize("many", [10**9, 1_200])
@pytest.mark.parametrize("workers", [Divided(2), Divided(7), Pickling(3)], ids=["2", "7", "pickled"])
def test_people_in_parts_are_learned_as_all_at_once(workers: Workers, many: int) -> None:
    """Also where most sweeps are of some people."""
    interactions, config = noisy(10), replace(star_model.CONFIG, many=many)
    features = np.random.default_rng(12).integers(0, 2, (MOVIES, 3)).astype(np.float32)
    one, parts = (
        star_model.fit(people, features, (1.0, 5.0), seed=0, config=config)
        for people in (divided(interactions), divided(interactions, workers))
    )
    assert len(list(parts.user_vectors)) == workers.count
    assert_alike(parts, one)


@pytest.mark.parametrize("many", [10**9, 300])
def test_a_part_may_have_few_people_and_few_ratings(many: int) -> None:
    """One person; one without ratings; of the rest, of whom at times nobody is among those at random."""
    interactions, edges = noisy(13), [0, 1, 2, 5, PEOPLE]
    interactions = interactions.where(interactions.user_index != 1)
    config = replace(star_model.CONFIG, many=many)
    parts = [interactions.of_some(np.arange(low, high)) for low, high in pairwise(edges)]
    people = Everybody(HERE, [HERE.keep(part) for part in parts], edges)
    one, several = (
        star_model.fit(each, NO_FEATURES, (1.0, 5.0), seed=0, config=config)
        for each in (divided(interactions), people)
    )
    assert [len(part) for part in several.user_vectors] == [1, 1, 3, PEOPLE - 5]
    assert_alike(several, one)


def test_all_ratings_alike_are_predicted_whoever_is_asked() -> None:
    """Their deviation is 0, and the stars are such that the mean is rounded."""
    interactions = interactions_of(np.full((PEOPLE, MOVIES), 3.3), 0.4, seed=14)
    tables = star_model.fit(divided(interactions, Divided(4)), NO_FEATURES, (1.0, 5.0), seed=0)
    assert errors(tables, interactions).max() < 1e-3


def test_what_is_stored_folds_everybody_in_to_the_vector_they_were_given(stored: Stored) -> None:
    shared = stored.run.facts.model.stars
    assert shared
    vectors, told = stored.movie_matrix("star_vector"), stored.movie_matrix("star_history")
    index = {movie_id: row for row, movie_id in enumerate(stored.movies["movie_id"])}
    for person, (movie_ids, given) in enumerate(
        zip(stored.users["movie_ids"], stored.users["ratings"], strict=True)
    ):
        rows = [index[movie_id] for movie_id in movie_ids]
        folded = shared.fold_in(
            vectors[rows].astype(np.float32), told[rows].astype(np.float32), np.array(given, dtype=np.float32)
        )
        np.testing.assert_allclose(folded, stored.users["star_vector"][person], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("person", "expected"), [([1, 9, 0], 5.0), ([1, -9, 0], 1.0), ([1, 0.25, 2], 3.75)])
def test_predictions_stay_within_the_scale(person: list[float], expected: float) -> None:
    shared = Stars(3.0, 1.0, 1.0, 5.0, 1.0, ((1.0,),), (0.0,), ((1.0,),), (0.0, 0.0))
    movie = np.array([3.0, 1.0, 0.25], dtype=np.float32)
    assert shared.predict(np.array(person, dtype=np.float32), movie) == pytest.approx(expected)
