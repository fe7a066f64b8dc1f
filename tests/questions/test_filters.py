"""Filters: what they refuse, and what they let through against a count of the table by hand."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from movierec_cli.errors import UsageError
from movierec_cli.questions.filters import ANY_MOVIE, ANY_YEAR, Filters, parse_years
from movierec_cli.questions.recommender import Recommender
from tests.support import Stored, assert_best, table


@pytest.mark.parametrize(
    ("text", "years"),
    table(
        """
        1994        | 1994 1994
        1980-1999   | 1980 1999
        1980-1980   | 1980 1980
        1980-       | 1980 ...
        -1999       | ... 1999
        1990s       | 1990 1999
        90s         | 1990 1999
        00s         | 2000 2009
        30s         | 1930 1939
        2010s       | 2010 2019
        80s-90s     | 1980 1999
        1995-2000s  | 1995 2009
        1980s-      | 1980 ...
        -50s        | ... 1959
        1980–1999   | 1980 1999
        1980 - 1999 | 1980 1999
        """
    ),
)
def test_years_as_they_are_typed(text: str, years: str) -> None:
    first, last = (None if year == "..." else int(year) for year in years.split())
    assert parse_years(text) == parse_years(f" {text} ") == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "--1999",
        "94",
        "95s",
        "1995s",
        "20s",
        "10s",
        "1980-99",
        "1980 to 1999",
        "19801999",
        "1980-1999-",
        "１９９４",
    ],
)
def test_years_that_are_none(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_years(text)
    assert repr(text) in caught.value.message
    assert "--year 1980-1999" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"years": (1999, 1980)}, "--year 1999-1980"),
        ({"years": (-1, None)}, "--year -1-"),
        ({"years": (None, 10_000)}, "--year -10000"),
        ({"min_ratings": -1}, "--min-ratings -1"),
        ({"min_ratings": 2**63}, "--min-ratings 9223372036854775808"),
        ({"min_rating": math.nan}, "--min-rating nan"),
        ({"min_rating": math.inf}, "--min-rating inf"),
    ],
)
def test_numbers_that_can_never_be_right(values: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        Filters(**values)
    assert said in caught.value.message


def test_no_filter_is_no_condition() -> None:
    assert ANY_MOVIE.condition(["Drama"]) is None
    assert ANY_MOVIE.options() == []


@pytest.mark.parametrize("typed", ["') OR 1=1 --", "", "x" * 10_000])
def test_nothing_typed_gets_into_the_condition(typed: str) -> None:
    for filters in (Filters(genres=(typed,)), Filters(not_genres=("drama", typed))):
        with pytest.raises(UsageError) as caught:
            filters.condition(["Drama", "Children's"])
        assert "Children's, Drama" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("typed", "genre"),
    [
        *((text, "Sci-Fi") for text in ("scifi", "sci-fi", "SCI FI", "science fiction", "Sci_Fi")),
        *((text, "Children's") for text in ("childrens", "children", "kids")),
        *((text, "Film-Noir") for text in ("noir", "film noir")),
        ("Drama'", "Drama"),
    ],
)
def test_genres_as_people_write_them(typed: str, genre: str) -> None:
    known = ["Drama", "Children's", "Sci-Fi", "Film-Noir"]
    plain = Filters(genres=(genre,)).condition(known)
    assert Filters(genres=(typed,)).condition(known) == plain
    assert plain is not None
    assert genre.replace("'", "''") in plain


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("horor", "Horror"),
        ("thriler", "Thriller"),
        ("Dram", "Drama"),
        ("Thr", "Thriller"),
        ("sci-fy", "Sci-Fi"),
    ],
)
def test_the_nearest_genre_is_named_and_no_other(typed: str, nearest: str) -> None:
    with pytest.raises(UsageError) as caught:
        Filters(genres=(typed,)).condition(["Drama", "War", "Horror", "Thriller", "Sci-Fi", "Western"])
    assert repr(typed) in caught.value.message
    assert caught.value.hint == f"Did you mean {nearest}?"


@pytest.mark.parametrize("typed", ["horor,comedy", "Horror | comedi", "horror+comedy"])
def test_several_genres_in_one_word_are_named_each(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        Filters(not_genres=(typed,)).condition(["Comedy", "Drama", "Horror"])
    assert caught.value.hint == "Did you mean --not-genre Horror --not-genre Comedy?"


def test_genres_are_known_in_any_case_and_quoted() -> None:
    condition = Filters(genres=("children'S ",)).condition(["Drama", "Children's"])
    assert condition == "array_has(genres, 'Children''s')"


def test_the_options_in_use_can_be_named() -> None:
    filters = Filters(("Drama",), ("War",), (1980, None), 3, 4.0)
    assert filters.options() == [
        *("--genre Drama", "--not-genre War", "--year 1980-", "--min-ratings 3", "--min-rating 4")
    ]


# ---- against the table ----


@pytest.fixture(scope="module")
def titles(titles_home: Path) -> Stored:
    return Stored.read(titles_home)


def passing(stored: Stored, filters: Filters) -> set[int]:
    """The movie_ids that pass, worked out movie by movie."""
    first, last = filters.years
    found = set()
    movies = stored.movies
    for row, movie_id in enumerate(movies["movie_id"]):
        genres = {genre.lower() for genre in movies["genres"][row]}
        year, mean = movies["year"][row], movies["mean_rating"][row]
        if (
            all(genre.lower() in genres for genre in filters.genres)
            and not any(genre.lower() in genres for genre in filters.not_genres)
            and (first is None or (year is not None and year >= first))
            and (last is None or (year is not None and year <= last))
            and movies["rating_count"][row] >= filters.min_ratings
            and (filters.min_rating is None or (mean is not None and mean >= filters.min_rating))
        ):
            found.add(movie_id)
    return found


GENRES = ["Action", "adventure", "SCI-FI", "Crime", "Drama", "comedy", "Romance", "War", "children's"]
some_year = st.none() | st.integers(1925, 2020)
some_filters = st.builds(
    Filters,
    genres=st.lists(st.sampled_from(GENRES), max_size=2).map(tuple),
    not_genres=st.lists(st.sampled_from(GENRES), max_size=2).map(tuple),
    years=st.just(ANY_YEAR)
    | st.tuples(some_year, some_year).filter(
        lambda years: years[0] is None or years[1] is None or years[0] <= years[1]
    ),
    min_ratings=st.integers(0, 9),
    min_rating=st.none() | st.floats(1, 5),
)


@pytest.mark.slow
@settings(max_examples=150)
@given(some_filters, st.integers(1, 9), st.integers(1, 40), st.booleans())
def test_as_many_as_asked_for_whenever_there_are_so_many(
    titles: Stored, filters: Filters, user_id: int, top: int, include_seen: bool
) -> None:
    recommender = Recommender(titles.run)
    scores = titles.scores(user_id) if include_seen else titles.left(user_id)
    allowed = {movie_id: scores[movie_id] for movie_id in passing(titles, filters) & scores.keys()}
    hits = recommender.recommend(user_id, top=top, filters=filters, include_seen=include_seen)
    assert_best(hits, allowed, top, sinks=titles.sinks(user_id))  # min(top, allowed) of them, and the best


@settings(max_examples=60)
@given(some_filters, st.data(), st.integers(1, 40))
def test_similar_filters_as_recommend_does(
    titles: Stored, filters: Filters, data: st.DataObject, top: int
) -> None:
    movie_id = data.draw(st.sampled_from(titles.movies["movie_id"]))
    cosines = titles.likeness(movie_id)
    allowed = {other: cosines[other] for other in passing(titles, filters) & cosines.keys()}
    assert_best(Recommender(titles.run).similar(movie_id, top=top, filters=filters), allowed, top)


@pytest.mark.parametrize("at_first", [1, 2, 256])
def test_what_is_much_like_an_unwanted_movie_is_left_out(
    titles: Stored, at_first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of several, the unwanted themselves, and more than are looked at first."""
    monkeypatch.setattr("movierec_cli.questions.alike.CLOSE_AT_FIRST", at_first)
    monkeypatch.setattr("movierec_cli.questions.choosing.NOT_LIKE", 0.1)  # few ratings, little likeness
    recommender = Recommender(titles.run)
    for unwanted in ([50], [127, 493]):
        close = {
            other for one in unwanted for other, likeness in titles.likeness(one).items() if likeness >= 0.1
        } | {*unwanted}
        assert len(unwanted) < len(close) < len(titles.movies["movie_id"])
        left = {movie_id: score for movie_id, score in titles.left(9).items() if movie_id not in close}
        hits = recommender.recommend(9, top=100, not_like=unwanted)
        assert_best(hits, left, 100, sinks=titles.sinks(9))
        likenesses = {
            other: likeness for other, likeness in titles.likeness(719).items() if other not in close
        }
        assert_best(recommender.similar(719, top=100, not_like=unwanted), likenesses, 100)


@pytest.mark.parametrize("genre", ["sports", "' OR 1=1"])
def test_an_unknown_genre_is_told_which_there_are(titles: Stored, genre: str) -> None:
    recommender = Recommender(titles.run)
    with pytest.raises(UsageError) as caught:
        recommender.recommend(9, filters=Filters(genres=(genre,)))
    assert repr(genre) in caught.value.message
    for known in ("Children's", "Horror", "Sci-Fi", "War"):
        assert known in str(caught.value.hint)
