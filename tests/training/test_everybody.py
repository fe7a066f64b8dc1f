"""Everybody in parts: what functions make of each part, and where people are in them."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.system.workers import HERE, Kept
from movierec_cli.training.everybody import Everybody, divided, edges_for, whole
from tests.support import Divided

COUNTS = [3, 0, 7, 1, 1, 12, 2, 0, 5, 4]
Numbers = npt.NDArray[np.int64]


@pytest.fixture
def ratings() -> Interactions:
    """Ten people; each rating of the person k is k + 1."""
    people = len(COUNTS)
    return Interactions(
        user_ids=np.arange(people) * 10 + 7,
        movie_ids=np.arange(20) + 100,
        row_splits=np.cumsum([0, *COUNTS]),
        movie_index=np.concatenate([np.arange(count) for count in COUNTS]).astype(np.int32),
        rating=np.repeat(np.arange(people) + 1, COUNTS).astype(np.float32),
    )


def times(part: Numbers, factor: int) -> Numbers:
    return part * factor


def plus(part: Numbers, other: Numbers) -> Numbers:
    return part + other


def total(part: Numbers) -> int:
    return int(part.sum())


def rows(ratings: Interactions) -> list[tuple[int, int, float]]:
    """Whose each rating is, of which movie, and the rating."""
    columns = (ratings.user_ids[ratings.user_index], ratings.movie_index, ratings.rating)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def in_parts(values: Numbers, edges: list[int]) -> Everybody[Numbers]:
    workers = Divided(len(edges) - 1)
    parts: list[Kept[Numbers]] = [workers.keep(part) for part in np.split(values, edges[1:-1])]
    return Everybody(workers, parts, edges)


@pytest.mark.parametrize("edges", [[0, 8], [0, 3, 8], [0, 1, 2, 7, 8]])
def test_functions_are_given_the_parts_of_the_same_people(edges: list[int]) -> None:
    values, others = np.arange(8), np.arange(8) ** 2
    people, of_others = in_parts(values, edges), in_parts(others, edges)
    assert people.people == 8 and people.sizes.tolist() == np.diff(edges).tolist()
    assert np.concatenate(list(people.each(times, 3))).tolist() == (3 * values).tolist()
    assert np.concatenate(list(people.each(plus, of_others))).tolist() == (values + others).tolist()
    assert people.added(total) == 28
    beside = people.beside(list(range(len(edges) - 1)))
    expected = [
        value + part for part, (low, high) in enumerate(pairwise(edges)) for value in range(low, high)
    ]
    assert np.concatenate(list(people.each(plus, beside))).tolist() == expected


def test_what_has_been_kept_is_not_kept_again() -> None:
    workers = Divided(2)
    people = in_parts(np.arange(8), [0, 5, 8])
    assert [part.tolist() for part in people.each(times, workers.keep(2))] == [[0, 2, 4, 6, 8], [10, 12, 14]]


def some_of(part: Numbers, places: slice, factor: int, other: Numbers) -> list[int]:
    found: list[int] = (factor * part[places] + other[places]).tolist()
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_of_a_part_some_people_are_brought_at_a_time(size: int) -> None:
    people, others = (in_parts(values, [0, 3, 8]) for values in (np.arange(8), np.arange(8) * 100))
    pieces = list(people.pieces(size, some_of, 2, others))
    assert max(map(len, pieces)) == min(size, 5)
    assert [value for piece in pieces for value in piece] == [102 * value for value in range(8)]


@pytest.mark.parametrize("some", [[], [0], [4, 5], [0, 2, 4, 5, 7], [7]])
def test_places_are_where_people_are_in_their_parts(some: list[int]) -> None:
    edges = [0, 3, 5, 8]
    places = list(in_parts(np.arange(8), edges).places(np.array(some, np.int64)))
    expected = [[user - low for user in some if low <= user < high] for low, high in pairwise(edges)]
    assert [part.tolist() for part in places] == expected


def at(part: Numbers, places: Numbers) -> Numbers:
    return part[places]


def test_of_some_people_the_parts_are_smaller() -> None:
    some = in_parts(np.arange(8) * 10, [0, 3, 5, 8]).of_some(np.array([1, 2, 7]), at)
    assert some.people == 3 and some.sizes.tolist() == [2, 0, 1]
    assert [part.tolist() for part in some] == [[10, 20], [], [70]]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
def test_ratings_are_divided_in_the_order_of_people(ratings: Interactions, count: int) -> None:
    parts = list(divided(ratings, Divided(count)))
    assert 1 <= len(parts) <= count
    assert all(len(part.user_ids) for part in parts)
    assert np.concatenate([part.user_ids for part in parts]).tolist() == ratings.user_ids.tolist()
    assert [row for part in parts for row in rows(part)] == rows(ratings)


@pytest.mark.parametrize("parts", [2, 3, 10])
def test_parts_have_about_as_many_ratings(parts: int) -> None:
    """No part has more than its share and one person besides."""
    counts = np.random.default_rng(1).integers(0, 40, 1_000)
    edges = edges_for(counts, parts)
    assert (edges[0], edges[-1], len(edges)) == (0, 1_000, parts + 1)
    shares = [counts[low:high].sum() for low, high in pairwise(edges)]
    assert max(shares) <= counts.sum() / parts + counts.max()
    assert edges == sorted(set(edges))


def test_nobody_is_divided_into_one_part() -> None:
    nobody = Interactions(
        user_ids=np.zeros(0, np.int64),
        movie_ids=np.arange(3),
        row_splits=np.zeros(1, np.int64),
        movie_index=np.zeros(0, np.int32),
        rating=np.zeros(0, np.float32),
    )
    people = divided(nobody, Divided(3))
    assert people.people == 0 and [len(part.rating) for part in people] == [0]


def test_everybodys_rows_are_brought_together() -> None:
    rows = np.arange(24, dtype=np.float32).reshape(8, 3)
    workers = Divided(2)
    people = Everybody(workers, [workers.keep(rows[:5]), workers.keep(rows[5:])], [0, 5, 8])
    np.testing.assert_array_equal(whole(people), rows)
    assert whole(Everybody.here(rows, 8)) is rows
    assert Everybody.here(rows, 8).workers is HERE
