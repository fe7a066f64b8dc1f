"""Ratings, days and words as people and services write them."""

import pytest
from hypothesis import given, strategies as st

from movierec_cli.errors import UsageError
from movierec_cli.profiles.days import DayOrder, order_of, parse_day
from movierec_cli.profiles.kinds import State, kind_of, says_yes, shelf_of_file, state_of
from movierec_cli.profiles.notation import parse_rating, parse_thumbs
from movierec_cli.profiles.rating import stars_of
from tests.support import table


@pytest.mark.parametrize(
    ("text", "out_of_5", "out_of_10"),
    [
        ("4.5", 4.5, 2.25),
        ("4,5", 4.5, 2.25),
        (" 4.5 ", 4.5, 2.25),
        ("4½", 4.5, 2.25),
        ("4 1/2", 4.5, 2.25),
        ("4 stars", 4.0, 2.0),
        ("4,5 Sterne", 4.5, 2.25),
        ("9/10", 4.5, 4.5),
        ("7.5/10", 3.75, 3.75),
        ("7,5 / 10", 3.75, 3.75),
        ("8 von 10", 4.0, 4.0),
        ("8 sur 10", 4.0, 4.0),
        ("8 из 10", 4.0, 4.0),
        ("4 out of 5", 4.0, 4.0),
        ("3/4", 3.75, 3.75),
        ("85%", 4.25, 4.25),
        ("85 %", 4.25, 4.25),
        ("★★★★½", 4.5, 4.5),
        ("★★★☆☆", 3.0, 3.0),
        ("½", 0.5, 0.5),
        ("⭐⭐⭐", 3.0, 3.0),
        ("⭐️⭐️⭐️⭐️", 4.0, 4.0),
        ("★★★★★★★☆☆☆", 3.5, 3.5),
        ("****", 4.0, 4.0),
        ("👍", 4.0, 4.0),
        ("👍👍", 5.0, 5.0),
        ("👎", 1.5, 1.5),
        ("thumbs up", 4.0, 4.0),
        ("", None, None),
        ("-", None, None),
        ("n/a", None, None),
        ("0", None, None),
        ("0/10", None, None),
    ],
)
def test_ratings(text: str, out_of_5: float | None, out_of_10: float | None) -> None:
    written = parse_rating(text)
    stars = [written and written.stars(scale) for scale in (5.0, 10.0)]
    assert stars == [out_of_5, out_of_10]


@pytest.mark.parametrize("text", ["A", "B+", "f", "C-", "good", "9/0", "1/2/3", "five", "4..5", "nan"])
def test_no_ratings(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number|is a letter"):
        parse_rating(text)


@pytest.mark.parametrize("text", ["-1", "6", "11/10", "101%"])
def test_more_than_can_be_given(text: str) -> None:
    written = parse_rating(text)
    assert written
    with pytest.raises(ValueError, match="is not between 0 and"):
        written.stars(5.0)


@given(st.text(max_size=12) | st.text("0123456789.,/ ½★☆%-+", max_size=12))
def test_any_text_is_a_rating_or_a_clause(text: str) -> None:
    for parse in (parse_rating, parse_thumbs):
        try:
            written = parse(text)
            stars = written.stars(5.0) if written else None
        except ValueError as error:
            assert str(error)
        else:
            assert stars is None or 0.5 <= stars <= 5


@pytest.mark.parametrize(
    ("given", "stars"),
    [("4.5", 4.5), ("4,5", 4.5), ("9/10", 4.5), ("85%", 4.25), ("★★★★½", 4.5), ("5", 5.0), (3, 3.0)],
)
def test_stars_on_the_command_line(given: float | str, stars: float) -> None:
    assert stars_of(given) == stars


@pytest.mark.parametrize(
    "given", ["A", "B+", "0", "", "6", "4.7", "0.25", "-1", "many", 4.7, float("nan"), 0]
)
def test_what_stars_cannot_be_says_what_they_can(given: float | str) -> None:
    with pytest.raises(UsageError) as error:
        stars_of(given, "Heat")
    assert 'movierec rate "Heat" 4.5' in (error.value.hint or "")


@pytest.mark.parametrize(("text", "stars"), [("1", 1.5), ("2", 4.0), ("3", 5.0), ("0", None), ("", None)])
def test_thumbs_as_numbers(text: str, stars: float | None) -> None:
    written = parse_thumbs(text)
    assert (written and written.stars(5.0)) == stars


# ---- days ----


@pytest.mark.parametrize(
    ("text", "order", "day"),
    table(
        """
        2024-05-31               |             | 2024-05-31
        2024-05-31T20:15:00.000Z |             | 2024-05-31
        2024/5/3                 |             | 2024-05-03
        2024年5月31日            |             | 2024-05-31
        20240531                 |             | 2024-05-31
        1717113600               |             | 2024-05-31
        1717113600000            |             | 2024-05-31
        31.05.2024               |             | 2024-05-31
        05/06/2024               |             |
        05/06/2024               | day first   | 2024-06-05
        05/06/2024               | month first | 2024-05-06
        12/31/23                 | month first | 2023-12-31
        Feb 27, 2008             |             | 2008-02-27
        27 février 2008          |             | 2008-02-27
        27. Juni 2010            |             | 2010-06-27
        31/02/2024               | day first   |
        0000-00-00               |             |
        yesterday                |             |
        """
    ),
)
def test_days(text: str, order: str, day: str) -> None:
    orders = {"": DayOrder(), "day first": DayOrder(True), "month first": DayOrder(False)}
    assert parse_day(text, orders[order]) == (day or None)


@pytest.mark.parametrize(
    ("texts", "day_first", "unclear"),
    [
        (["05/06/2024", "31/12/2025"], True, []),
        (["05/06/2024", "12/31/2025"], False, []),
        (["05/06/2024", "7/8/2024"], None, ["05/06/2024"]),
        (["1/2/2024", "31/12/2024", "12/31/2025", "30/1/2025"], None, ["31/12/2024", "12/31/2025"]),
        (["2024-05-06"], None, []),
        (["5/5/2024"], None, []),
    ],
)
def test_what_a_column_of_days_tells(texts: list[str], day_first: bool | None, unclear: list[str]) -> None:
    assert order_of(texts) == (DayOrder(day_first), unclear)


# ---- words ----


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *(
            (word, "film")
            for word in ("Film", "movie", "Short", "tvMovie", "Feature Film", "Фильм", "Spielfilm")
        ),
        *(
            (word, "film")
            for word in ("Película", "Filme", "映画", "电影", "Court métrage", "Fernsehfilm", "Film TV")
        ),
        *(
            (word, "TV series")
            for word in ("tv", "TV Show", "Serie TV", "Mini serie TV", "Сериал", "Fernsehserie")
        ),
        *(
            (word, "TV series")
            for word in ("tvMiniSeries", "Série télévisée", "Minissérie de TV", "TV-Serie")
        ),
        *((word, "TV episode") for word in ("Episodio TV", "tvEpisode", "Épisode de série", "Folge")),
        ("anime", "anime"),
        ("Manga", "manga"),
        ("Video Game", "video game"),
        ("Videojuego", "video game"),
        ("book", "book"),
        ("Blu-ray", None),
        ("", None),
    ],
)
def test_words_for_films_and_other_things(word: str, kind: str | None) -> None:
    assert kind_of(word) == kind


def test_words_for_seen_and_planned() -> None:
    assert {state_of(word) for word in ("completed", "Watched", "看过", "Gesehen", "просмотрено")} == {
        State.SEEN
    }
    planned = ("plantowatch", "Plan to Watch", "Planning", "watchlist", "想看", "Буду смотреть", "à voir")
    assert {state_of(word) for word in planned} == {State.PLANNED}
    assert {state_of(word) for word in ("watching", "In progress", "on hold")} == {State.BEGUN}
    assert state_of("Thriller") is None


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("watchlist.csv", State.PLANNED),
        ("WATCHLIST (1).csv", State.PLANNED),
        ("simkl-plantowatch.json", State.PLANNED),
        ("watched.csv", State.SEEN),
        ("ViewingHistory.csv", State.SEEN),
        ("ratings.csv", None),
        ("festival.csv", None),
    ],
)
def test_names_of_files(name: str, state: State | None) -> None:
    assert shelf_of_file(name) is state


def test_yes_and_no() -> None:
    assert all(map(says_yes, ("1", "true", "Yes", "x", "2024-01-01", "3", "✓")))
    assert not any(map(says_yes, ("", "0", "false", "No", "null", "nein")))
