"""A run's movies by their ids and by their vectors."""

from pathlib import Path

import numpy as np
import pytest

from movierec_cli.errors import NotFoundError
from movierec_cli.home import Home
from movierec_cli.store.lookup import FEW_IDS
from movierec_cli.store.movies import Movies
from movierec_cli.store.query import Query
from movierec_cli.store.runs import current_run
from tests.support import Checkerboard, Stored


@pytest.fixture
def movies(checkerboard_home: Path) -> Movies:
    return Movies(current_run(Home(checkerboard_home)))


@pytest.mark.parametrize("unknown", [1, FEW_IDS + 1])
def test_those_that_the_dataset_has_by_id(movies: Movies, unknown: int) -> None:
    """Few ids are looked up, many compared with the whole table."""
    wanted = [Checkerboard.movie_id(3), Checkerboard.unrated_movie, *range(10_000, 10_000 + unknown), 2**70]
    found = movies.by_id(wanted)
    assert {movie_id: movie.title for movie_id, movie in found.items()} == {
        Checkerboard.movie_id(3): "Film 3",
        Checkerboard.unrated_movie: "Unseen",
    }
    rows = movies.rows(wanted, ["year"])
    assert {movie_id: row["year"] for movie_id, row in rows.items()} == {
        Checkerboard.movie_id(3): 1953,
        Checkerboard.unrated_movie: None,
    }
    assert movies.by_id([]) == {}


def test_vectors_in_the_order_asked_for(movies: Movies, stored: Stored) -> None:
    wanted = [Checkerboard.movie_id(movie) for movie in (7, 2, 7)]
    positions = [stored.movies["movie_id"].index(movie_id) for movie_id in wanted]
    found = movies.vectors(wanted, ["score_vector", "similar_vector"])
    for column, vectors in found.items():
        np.testing.assert_allclose(vectors, stored.movie_matrix(column)[positions])
    assert movies.vectors([], ["score_vector"])["score_vector"].shape == (0, vectors_width(stored))


def vectors_width(stored: Stored) -> int:
    return len(stored.movies["score_vector"][0])


def test_a_vector_of_an_unknown_movie(movies: Movies) -> None:
    with pytest.raises(NotFoundError, match="4 in checkerboard"):
        movies.vectors([Checkerboard.movie_id(1), 4], ["score_vector"])


def test_the_nearest_are_some_in_number_and_near_to_something(movies: Movies) -> None:
    vector = np.ones(2, np.float32)
    for query in (Query(["title"], limit=5), Query(["title"], searched="similar_vector", vector=vector)):
        with pytest.raises(ValueError, match="a vector and a limit"):
            movies.nearest(query)


@pytest.mark.parametrize("far", [0, FEW_IDS])
def test_the_nearest_without_some(movies: Movies, stored: Stored, far: int) -> None:
    """As few or as many to be left out, of which most are not there at all."""
    column, movie_ids = stored.movie_matrix("similar_vector"), stored.movies["movie_id"]
    products = column @ column[0]
    order = [movie_ids[place] for place in np.argsort(-products, kind="stable")]
    without = {*order[:3], *range(10_000, 10_000 + far)}
    query = Query(["title"], None, 5, "similar_vector", column[0].astype(np.float32))
    rows = movies.nearest(query, without)
    expected = sorted(
        (value for value, one in zip(products, movie_ids, strict=True) if one not in without), reverse=True
    )[:5]
    np.testing.assert_allclose([row["score"] for row in rows], expected, atol=1e-5)
    titles = dict(zip(movie_ids, stored.movies["title"], strict=True))
    assert {row["title"] for row in rows}.isdisjoint(titles[one] for one in order[:3])
