"""Predicted stars: the regression against numpy, the model on data whose answer is known."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.training import star_model
from movierec_cli.training.content import movie_features
from movierec_cli.vectors.stars import RatingSums, Side, Stars, posterior
from tests.support import Stored, make_dataset

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
    tables = star_model.fit(seen, NO_FEATURES, (1.0, 5.0), seed=0, on_part=shares.append, config=config)
    assert len(shares) == 12 and sum(shares) == pytest.approx(1.0)
    assert errors(tables, held_out).mean() < 0.1
    assert np.abs(held_out.rating - seen.rating.mean()).mean() > 0.5


def test_tastes_are_found_that_no_bias_explains() -> None:
    """Two camps that love what the other hates: the best sum of two parts is off by a star and a half."""
    rng = np.random.default_rng(4)
    truth = 3 + 1.6 * np.outer(rng.choice([-1, 1], PEOPLE), rng.choice([-1, 1], MOVIES))
    seen, held_out = hold_out(interactions_of(truth, 0.4, seed=5), 0.2, seed=6)
    tables = star_model.fit(seen, NO_FEATURES, (1.0, 5.0), seed=0)
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
        star_model.fit(ratings, NO_FEATURES, scale, seed=0).predict(single.user_index, single.movie_index)
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
    tables = star_model.fit(
        Interactions.from_dataset(dataset), movie_features(dataset.movies), (1.0, 5.0), seed=0
    )
    western, drama = (
        tables.predict(np.array([0]), np.array([movie]))[0] for movie in (MOVIES - 2, MOVIES - 1)
    )
    assert western < 2.5
    assert drama > 3.5


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
