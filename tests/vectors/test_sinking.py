"""What sinks for somebody, from vectors small enough to see it."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.vectors.arrays import unit_rows
from movierec_cli.vectors.scale import hated_up_to, liked_from, sinks_below
from movierec_cli.vectors.sinking import Sinking, near_any, nearer_to_hated

Floats = npt.NDArray[np.float32]


def at(*degrees: float) -> Floats:
    """Unit vectors in the plane."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


# ---- verdicts ----


@pytest.mark.parametrize(
    ("lowest", "highest", "least", "hated", "liked"),
    [
        (1, 5, 3, [1], [4, 5]),
        (0.5, 5, 3, [0.5], [4, 4.5, 5]),
        (1, 10, 6, [1], [8, 10]),
        (0, 10, 6, [0, 0.5, 1], [8, 10]),
        (-10, 10, 2, [-10, -9, -8], [6, 10]),
        (1, 1, 0.6, [], [1]),  # likes alone: nobody hates anything
    ],
)
def test_three_of_five_is_the_least_and_half_a_star_or_the_lowest_is_hated(
    lowest: float, highest: float, least: float, hated: list[float], liked: list[float]
) -> None:
    scale = lowest, highest
    assert sinks_below(*scale) == pytest.approx(least)
    ratings = [-10, -9, -8, -7.9, 0, 0.5, 1, 1.5, 2, 3, 3.5, 4, 4.5, 5, 5.9, 6, 7.9, 8, 10]
    given = np.array([one for one in ratings if lowest <= one <= highest], np.float32)
    assert given[given <= hated_up_to(*scale)].tolist() == hated
    loved = given[given >= liked_from(*scale)]
    assert set(liked) <= set(loved.tolist())
    bottom = min(0, lowest)
    assert loved.min() == pytest.approx(max(bottom + 0.8 * (highest - bottom), lowest))


# ---- the nearest of what is hated ----


def test_a_neighbour_sinks_unless_something_liked_is_nearer() -> None:
    """Hated at 0 degrees; neighbours at 10, 20 and 30; liked at 35 and -90."""
    near = at(10, 20, 30)[None]
    assert nearer_to_hated(at(0), near, at(35, -90)).tolist() == [[True, False, False]]
    assert nearer_to_hated(at(0), near, at(45)).tolist() == [[True, True, False]]
    assert nearer_to_hated(at(0), near, np.zeros((0, 2), np.float32)).tolist() == [[True, True, True]]


def test_only_hated_movies_that_a_candidate_is_nearer_to_than_to_anything_liked_can_sink_it() -> None:
    """Hated at 0, 90 and 200 degrees, the second only half as long; candidates at 30 and 80; liked at 50."""
    hated, candidates = at(0, 90, 200) * np.array([[1], [0.5], [1]], np.float32), at(30, 80)
    assert near_any(hated, candidates, at(50)).tolist() == [False, True, False]
    assert near_any(hated, candidates, at(61)).tolist() == [True, True, False]
    assert near_any(hated, candidates, np.zeros((0, 2), np.float32)).tolist() == [True, True, True]


def test_how_long_the_liked_and_the_hated_are_does_not_matter() -> None:
    near = at(10, 20, 30)[None]
    for hated, liked in ((0.1, 9.0), (9.0, 0.1)):
        found = nearer_to_hated(hated * at(0), near, (np.array([[liked]]) * at(35)).astype(np.float32))
        assert found.tolist() == [[True, False, False]]


def test_each_hated_movie_has_neighbours_of_its_own() -> None:
    near = np.stack([at(10, 20), at(100, 140)])
    assert nearer_to_hated(at(0, 90), near, at(150)).tolist() == [[True, True], [True, False]]


def test_rows_of_unit_length() -> None:
    found = unit_rows(np.array([[3, 4], [0, 0], [0, -2]], np.float32))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.0, 0.0], [0.0, -1.0]], rtol=1e-6)
    assert found.dtype == np.float32


# ---- many people at once ----

ANGLES = (*(12.0 * number + 7 * number % 5 / 3 for number in range(12)), 200.0)
"""A movie each twelve degrees or so, no two equally far from a third, and one far off."""
SIMILAR = at(*ANGLES)
STARS = np.array([[2 + 0.25 * number, 1.0] for number in range(13)], np.float32)
"""Bias and 1: what somebody whose star vector is (1, b) gives: 2 + b to 5 + b stars."""


@pytest.fixture
def sinking() -> Sinking:
    """Movies 0, 5 and 12 have been hated by somebody."""
    return Sinking.of((1.0, 5.0), STARS, SIMILAR, np.array([0, 5, 12]))


def by_hand(ratings: dict[int, float]) -> set[int]:
    """Whoever is of the three nearest of a movie rated 1, by their angles, and no movie rated 4 is nearer."""

    def apart(one: int, other: int) -> float:
        return abs((ANGLES[one] - ANGLES[other] + 180) % 360 - 180)

    found = set()
    for hated in [movie for movie, given in ratings.items() if given == 1]:
        others = sorted((movie for movie in range(13) if movie != hated), key=lambda one: apart(one, hated))
        for movie in others[:3]:
            liked = [apart(movie, one) for one, given in ratings.items() if given >= 4]
            if apart(movie, hated) < min(liked, default=math.inf):
                found.add(movie)
    return found


def test_the_pairs_of_everybody_are_those_by_hand(sinking: Sinking) -> None:
    everyone: list[dict[int, float]] = [
        {0: 1, 7: 5},
        {3: 5, 4: 2},
        {0: 1, 2: 4, 12: 1},
        {},
        {5: 1, 4: 4, 8: 3},
        {12: 1},
    ]
    row = np.repeat(np.arange(6), [len(one) for one in everyone])
    movie = np.array([movie for one in everyone for movie in one])
    rating = np.array([given for one in everyone for given in one.values()], np.float32)
    rows, movies = sinking.with_hated(row, movie, rating)
    for person, ratings in enumerate(everyone):
        assert set(movies[rows == person].tolist()) == by_hand(ratings)
    assert by_hand(everyone[0]) and by_hand(everyone[4]) and len(by_hand(everyone[5])) == 3
    nothing = sinking.with_hated(row[:0], movie[:0], rating[:0])
    assert [len(one) for one in nothing] == [0, 0]


def test_scores_of_what_sinks_fall_below_all_others(sinking: Sinking) -> None:
    """The first person gives movie i 2 + i / 4 stars, the second half a star more. Both come after."""
    scores = np.random.default_rng(0).normal(scale=[[0.001], [1000.0]], size=(2, 13)).astype(np.float32)
    people = np.array([[1, 0.0], [1, 0.5]], np.float32)
    before = scores.copy()
    sinking.sink(scores, people, (np.array([1, 1, 1]), np.array([12, 6, 0])))  # the last for two reasons
    for person, sunk in enumerate([{0, 1, 2, 3}, {0, 1, 6, 12}]):
        expected = sorted(range(13), key=lambda movie: (movie in sunk, -before[person, movie]))
        assert np.argsort(-scores[person]).tolist() == expected
        for movie in set(range(13)) - sunk:
            assert scores[person, movie] == before[person, movie]


def test_few_movies_have_fewer_neighbours() -> None:
    few = Sinking.of((1.0, 5.0), STARS[:3], SIMILAR[:3], np.array([1]))
    rows, movies = few.with_hated(np.array([0]), np.array([1]), np.array([1], np.float32))
    assert (rows.tolist(), sorted(movies.tolist())) == ([0, 0], [0, 2])


def test_likes_alone_sink_nothing() -> None:
    likes: Any = Sinking.of((1.0, 1.0), STARS, SIMILAR, np.array([0]))
    rows, _ = likes.with_hated(np.array([0]), np.array([0]), np.array([1], np.float32))
    assert not len(rows)
