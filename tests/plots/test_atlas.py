"""The map as data: where movies lie, which are near, what their colours mean."""

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.errors import MovieRecError
from movierec_cli.home import Home
from movierec_cli.plots import atlas
from movierec_cli.store.movie import Movie
from movierec_cli.store.runs import current_run
from movierec_cli.vectors.arrays import unit_rows
from tests.plots.conftest import MakeRun, movie
from tests.support import Checkerboard, Stored

Groups = tuple[list[Movie], npt.NDArray[np.float64]]


def test_two_groups_of_vectors_stay_two_groups_on_the_map(make_run: MakeRun, two_groups: Groups) -> None:
    movies, vectors = two_groups
    found = atlas.survey(make_run(movies, vectors), limit=300, seed=0)
    # Best-known first turns the order around: place p of the map is position 59 - p of the table.
    assert [one.movie_id for one in found.movies] == [one.movie_id for one in reversed(movies)]
    even, odd = found.points[1::2], found.points[0::2]
    between = np.linalg.norm(even.mean(axis=0) - odd.mean(axis=0))
    spread = max(np.linalg.norm(group - group.mean(axis=0), axis=1).max() for group in (even, odd))
    assert between > 1.5 * spread
    assert np.abs(found.points).max() == pytest.approx(1)


def test_neighbours_are_the_nearest_by_cosine_among_the_shown(make_run: MakeRun, two_groups: Groups) -> None:
    movies, vectors = two_groups
    found = atlas.survey(make_run(movies, vectors), limit=40, seed=0)
    assert len(found.movies) == 40
    assert found.run.dataset.movies == 60
    shown = vectors[:19:-1]
    for place, vector in enumerate(shown):
        cosines = shown @ vector / np.linalg.norm(shown, axis=1) / np.linalg.norm(vector)
        cosines[place] = -2
        expected = np.argsort(-cosines)[:10]
        assert found.neighbours[place].tolist() == expected.tolist()
        np.testing.assert_allclose(found.cosines[place], cosines[expected], atol=1e-5)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_map_and_another_a_different_one(
    make_run: MakeRun, two_groups: Groups
) -> None:
    run = make_run(*two_groups)
    first, again, other = (atlas.survey(run, limit=300, seed=seed).points for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("count", [3, 4, 11, 52])
@pytest.mark.parametrize("kind", ["random", "one dimension", "all equal", "all zero"])
def test_any_vectors_give_a_finite_map_with_nobody_on_the_same_spot(count: int, kind: str) -> None:
    vectors = {
        "random": np.random.default_rng(count).normal(size=(count, 6)),
        "one dimension": np.random.default_rng(count).normal(size=(count, 1)),
        "all equal": np.ones((count, 6)),
        "all zero": np.zeros((count, 6)),
    }[kind].astype(np.float32)
    points = atlas.place(unit_rows(vectors), seed=0)
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
    assert len({tuple(point) for point in points.tolist()}) == count


def test_two_movies_make_no_map(make_run: MakeRun) -> None:
    run = make_run([movie(1, "One", 5), movie(2, "Two", 4)], np.eye(2))
    with pytest.raises(MovieRecError, match="at least 3 movies; by-hand has 2"):
        atlas.survey(run, limit=300, seed=0)


def test_the_map_of_a_trained_model_has_the_neighbours_by_cosine(
    checkerboard_home: str, stored: Stored
) -> None:
    found = atlas.survey(current_run(Home.resolve(checkerboard_home)), limit=300, seed=0)
    assert len(found.movies) == Checkerboard.movies + 1
    assert found.movies[-1].movie_id == Checkerboard.unrated_movie
    for place, one in enumerate(found.movies[:-1]):
        cosines = stored.cosines(one.movie_id)
        nearest = [found.movies[other].movie_id for other in found.neighbours[place]]
        ordered = sorted(cosines.values(), reverse=True)[:10]
        np.testing.assert_allclose([cosines[movie_id] for movie_id in nearest], ordered, atol=1e-5)


def test_a_movie_of_several_genres_has_the_colour_of_its_rarest() -> None:
    genres = [("Drama",), ("Drama",), ("Drama", "War"), ("Comedy", "Drama"), ("Comedy",), ()]
    scheme = atlas.by_genre([movie(place, str(place), 1, genres=names) for place, names in enumerate(genres)])
    assert scheme.groups == ("Drama", "Drama", "War", "Comedy", "Comedy", "other")
    assert [name for name, _ in scheme.legend] == ["Drama", "Comedy", "War", "other"]
    assert len({color for _, color in scheme.legend}) == 4
    assert scheme.colors()[2] == dict(scheme.legend)["War"]


def test_genres_beyond_the_colours_are_other() -> None:
    names = [f"Genre {letter}" for letter in "ABCDEFGHIJKLMN"]
    movies = [movie(place, "x", 1, genres=(name,)) for place, name in enumerate(names * 2)]
    scheme = atlas.by_genre([*movies, *movies[:10]])
    assert [name for name, _ in scheme.legend] == [*names[:10], "other"]


def test_decades_and_ratings_come_in_order() -> None:
    movies = [
        movie(1, "a", 9, year=1999, mean_rating=4.49),
        movie(2, "b", 9, year=1931, mean_rating=2.5),
        movie(3, "c", 9, year=None, mean_rating=3.2),
        movie(4, "d", 0, year=1990, mean_rating=None),
    ]
    decades, ratings = atlas.by_decade(movies), atlas.by_rating(movies)
    assert decades.groups == ("1990s", "1930s", "no year", "1990s")
    assert [name for name, _ in decades.legend] == ["1930s", "1990s", "no year"]
    assert ratings.groups == ("4 to 4.5", "2.5 to 3", "3 to 3.5", "no ratings")
    assert [name for name, _ in ratings.legend] == ["2.5 to 3", "3 to 3.5", "4 to 4.5", "no ratings"]


def test_many_decades_have_a_colour_each() -> None:
    movies = [movie(year, str(year), 1, year=year) for year in range(1890, 2030, 10)]
    assert len({color for _, color in atlas.by_decade(movies).legend}) == 14


def test_nobody_rated_makes_no_rating_steps() -> None:
    unrated = [dataclasses.replace(movie(place, "x", 0), mean_rating=None) for place in range(3)]
    assert atlas.by_rating(unrated).groups == ("no ratings",) * 3


def test_discs_with_numbers_are_moved_apart_and_no_further_than_that() -> None:
    chance = np.random.default_rng(3)
    points = chance.uniform(-1, 1, (200, 2))
    numbered = [row < 10 for row in range(200)]
    points[:10] = [0.5, -0.2] + 0.01 * chance.normal(size=(10, 2))
    points[9] = [-0.9, 0.9]
    before = points.copy()
    moved = atlas.apart(points, numbered)
    gaps = np.hypot(*(moved[:10, None] - moved[None, :10]).transpose(2, 0, 1))
    assert gaps[np.triu_indices(10, 1)].min() >= atlas.APART
    assert np.hypot(*(moved[:9] - before[:9]).T).max() < 4 * atlas.APART
    np.testing.assert_array_equal(moved[9:], before[9:])
    np.testing.assert_array_equal(points, before)
