"""Answers as tables, JSON and CSV."""

import csv
import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from movierec_cli.cli.output import csv_text, json_text
from movierec_cli.cli.views import render, report
from movierec_cli.evaluation.compare import Comparison, Figures
from movierec_cli.questions.answers import Contribution, Explanation, Hit, PersonScore
from movierec_cli.store.movie import Movie

LONG = Movie(
    movie_id=2_927_570,
    title="Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb, Mon Amour (1964), Restored",
    year=1964,
    genres=("Adventure", "Animation", "Children's", "Documentary", "Film-Noir", "Sci-Fi"),
    mean_rating=4.56789,
    rating_count=1_234_567,
    imdb_id="tt0057012",
    tmdb_id=935,
)
BARE = Movie(7, "unknown", None, (), None, 0)
HITS = [
    Hit(1, LONG, 12.3456789, 4.87654321),
    Hit(2, BARE, -0.25, None),
    Hit(1000, LONG, -1234.5678, 0.5),
]


def text_of(hits: list[Hit], width: int = 80, *, alike: bool = False) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(render.table(hits, "Recommended for user 42", alike=alike))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("hits", [HITS, [Hit(hit.rank, hit.movie, hit.score) for hit in HITS]])
@pytest.mark.parametrize("width", [40, 50, 60, 80, 120])
def test_a_table_fits_and_breaks_no_word_of_a_title_and_no_id(hits: list[Hit], width: int) -> None:
    text = text_of(hits, width)
    assert all(len(line) <= width for line in text.splitlines())
    words = text.split()
    for value in ("2927570", "1000", *LONG.title.split()):
        assert value in words
    assert "12.35" not in words, "a raw score says nothing to a person"


def test_there_is_room_for_all_that_is_known() -> None:
    text = text_of(HITS, 240)
    assert text.splitlines()[1].split() == ["#", "Title", "Year", "Stars", "Genres", "Mean", "Ratings", "id"]
    assert ", ".join(LONG.genres) in text
    assert {"1234567", "1964", "4.6", "4.9"} <= set(text.split())


def test_columns_go_in_their_order() -> None:
    """Nobody loses the mean to keep how many have rated, nor the year to keep anything."""
    order = ["Ratings", "Mean", "Genres", "Stars", "Year"]
    gone = []
    for width in range(180, 39, -1):
        heading = text_of(HITS, width).splitlines()[1].split()
        assert {"#", "Title", "id"} <= set(heading)
        gone.append([name for name in order if name not in heading])
    assert all(names == order[: len(names)] for names in gone)
    assert gone[0] == [] and len(gone[-1]) >= 3


def test_genres_are_in_one_line_shortened_with_a_mark() -> None:
    hit = Hit(1, replace(LONG, title="Heat"), 1.0)
    lines = text_of([hit], 70).splitlines()
    assert len(lines) == 4
    assert "Adventure, Animation, …" in lines[3]


def test_below_40_columns_there_is_a_film_a_line() -> None:
    assert "2 unknown id:7" in text_of(HITS, 39).splitlines()
    words = text_of(HITS, 39).split()
    assert {"(1964)", "id:2927570", *LONG.title.split()} <= set(words)
    assert "12.35" not in words
    explained = " ".join(text_of(EXPLAINED, 30).split())
    assert "- what everybody likes (+10.28)" in explained


def test_a_word_that_is_wider_than_the_screen_is_folded_not_cut() -> None:
    title = "Taumatawhakatangihangakoauauotamateaturipukaka"
    text = text_of([Hit(1, replace(LONG, movie_id=10**9 + 7, title=title), 1.0)], 40)
    assert all(len(line) <= 40 for line in text.splitlines())
    assert "…" not in text
    assert "1000000007" in text.split()
    column = text.splitlines()[1].index("Title")
    pieces = [line[column:].split(" ")[0] for line in text.splitlines()[3:]]
    assert "".join(pieces) == title


def test_likeness_is_a_bar_that_is_full_for_1() -> None:
    hits = [Hit(1, BARE, 1.0), Hit(2, BARE, 0.5), Hit(3, BARE, -0.2)]
    bars = [line.split()[2] for line in text_of(hits, alike=True).splitlines()[3:]]
    assert bars == ["█████", "██▌", "0"]  # the last has none, but its number of ratings


def test_a_table_has_a_column_for_predicted_stars_only_where_there_are_any() -> None:
    assert "Stars" in text_of(HITS)
    assert "4.9" in text_of(HITS).split()
    assert "Stars" not in text_of([Hit(1, LONG, 1.0)])


def test_markup_and_control_characters_in_titles_are_text() -> None:
    movie = Movie(1, "[red]x[/red] \x1b[31m\x07y\n\u202ez", 2000, ("Dra\x1bma", "[b]"), 3.0, 1)
    text = text_of([Hit(1, movie, 1.0)], 120)
    assert "[red]x[/red]" in text
    assert "[b]" in text
    assert not set("\x1b\x07\u202e") & set(text)
    assert "\ufffd[31m\ufffdy\ufffd\ufffdz" in text


def test_the_title_of_a_table_is_text_too() -> None:
    console = Console(width=80, file=io.StringIO(), color_system=None)
    console.print(render.table([Hit(1, BARE, 1.0)], "Movies like [red]\x1b[31mx"))
    assert isinstance(console.file, io.StringIO)
    assert "Movies like [red]\ufffd[31mx" in console.file.getvalue()


def test_json_keeps_every_digit() -> None:
    records = json.loads(json_text(render.content(HITS)))
    assert [list(record) for record in records] == [list(render.FIELDS)] * 3
    assert records[0] == {
        "rank": 1,
        "movie_id": 2_927_570,
        "title": LONG.title,
        "year": 1964,
        "genres": list(LONG.genres),
        "score": 12.3456789,
        "predicted_rating": 4.87654321,
        "mean_rating": 4.56789,
        "rating_count": 1_234_567,
        "imdb_id": "tt0057012",
        "tmdb_id": 935,
    }
    assert records[1]["year"] is None
    assert records[1]["genres"] == []
    assert json.loads(json_text(render.content([]))) == []


def test_csv_keeps_every_digit() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(render.rows(HITS)))))
    assert rows[0] == {
        "rank": "1",
        "movie_id": "2927570",
        "title": LONG.title,
        "year": "1964",
        "genres": "Adventure|Animation|Children's|Documentary|Film-Noir|Sci-Fi",
        "score": "12.3456789",
        "predicted_rating": "4.87654321",
        "mean_rating": "4.56789",
        "rating_count": "1234567",
        "imdb_id": "tt0057012",
        "tmdb_id": "935",
    }
    assert (rows[1]["year"], rows[1]["genres"], rows[1]["mean_rating"]) == ("", "", "")
    assert csv_text(render.rows([])) == ",".join(render.FIELDS)


def test_the_fields_begin_as_promised() -> None:
    promised = ("rank", "movie_id", "title", "year", "genres", "score", "predicted_rating")
    assert render.FIELDS[: len(promised)] == promised


EXPLAINED = [
    hit._replace(explanation=Explanation(because, despite, other, general))
    for hit, because, despite, other, general in [
        (
            HITS[0],
            (Contribution(BARE, 5.0, 1.25), Contribution(LONG, 4.5, 1.0)),
            (Contribution(BARE, 1.0, -0.25), Contribution(LONG, 0.5, -0.0625)),
            0.125,
            10.2831789,
        ),
        (HITS[1], (), (), -0.5, 0.25),
    ]
]
TOGETHER = [
    hit._replace(
        people=(PersonScore("42", 1.23456789, 4.321), PersonScore("film-club-of-the-old-town", -2.5, None)),
    )
    for hit in HITS
]


@pytest.mark.parametrize("hits", [EXPLAINED, TOGETHER])
@pytest.mark.parametrize("width", [40, 50, 60, 80, 120])
def test_a_table_with_details_fits_too(hits: list[Hit], width: int) -> None:
    text = text_of(hits, width)
    assert all(len(line) <= width for line in text.splitlines())
    assert "…" not in text
    assert {"2927570", *LONG.title.split()} <= set(text.split())


def reasons_of(hit: Hit, width: int) -> str:
    return " ".join(text_of([hit], width).split())


@pytest.mark.parametrize("width", [40, 300])
def test_reasons_in_a_table_add_up_those_for_a_film_first(width: int) -> None:
    """Where the column has no room it stands below the title."""
    reasons = (Contribution(replace(BARE, title="Alien"), 5.0, 1.25), Contribution(BARE, 4.5, 1.0))
    against = (Contribution(BARE, 1.0, -0.25), Contribution(BARE, 0.5, -0.0625))
    hit = Hit(1, BARE, 12.3456789, explanation=Explanation(reasons, against, 0.125, 10.2831789))
    text = text_of([hit], width)
    words = "".join(text.split()) if width == 300 else "".join(text.replace("- ", "").split())
    wanted = (
        "Alien 5 (+1.25)",
        "unknown 4.5 (+1.00)",
        "in spite of unknown 1 (-0.25)",
        "all other ratings (+0.06)",  # with the second reason against, which is not shown
        "what everybody likes (+10.28)",
        "in all 12.35",
    )
    places = [words.find(line.replace(" ", "")) for line in wanted]
    assert min(places) > 0 and places == sorted(places), text
    assert text.count("in spite of") == 1


def test_only_some_reasons_are_shown_and_the_rest_is_added_up() -> None:
    reasons = tuple(Contribution(BARE, 5.0, value) for value in (0.5, 0.4, 0.3, 0.2, 0.1))
    words = reasons_of(HITS[1]._replace(explanation=Explanation(reasons, (), 1.0, 2.0)), 300)
    assert words.count("unknown 5") == 3
    assert "all other ratings (+1.30) what everybody likes (+2.00)" in words


def test_others_that_come_to_nothing_are_not_shown() -> None:
    reason = Contribution(HITS[1].movie, 5.0, 1.25)
    words = reasons_of(HITS[1]._replace(explanation=Explanation((reason,), (), 0.0, 2.0)), 300)
    assert "what everybody likes (+2.00)" in words
    assert "other ratings" not in words


def test_each_persons_stars_are_in_the_table() -> None:
    words = " ".join(text_of(TOGETHER, width=300).split())
    assert "42: 4.3" in words
    assert "film-club-of-the-old-town" not in words, "nothing is known of their stars"


def test_json_has_the_people_and_the_reasons() -> None:
    people = json.loads(json_text(render.content(TOGETHER)))[0]
    assert list(people) == [*render.FIELDS, "people"]
    assert people["people"] == [
        {"name": "42", "score": 1.23456789, "predicted_rating": 4.321},
        {"name": "film-club-of-the-old-town", "score": -2.5, "predicted_rating": None},
    ]
    explained = json.loads(json_text(render.content(EXPLAINED)))[0]
    assert list(explained) == [*render.FIELDS, "explanation"]
    assert explained["explanation"] == {
        "because": [
            {"movie_id": 7, "title": "unknown", "year": None, "rating": 5.0, "contribution": 1.25},
            {"movie_id": 2_927_570, "title": LONG.title, "year": 1964, "rating": 4.5, "contribution": 1.0},
        ],
        "despite": [
            {"movie_id": 7, "title": "unknown", "year": None, "rating": 1.0, "contribution": -0.25},
            {
                "movie_id": 2_927_570,
                "title": LONG.title,
                "year": 1964,
                "rating": 0.5,
                "contribution": -0.0625,
            },
        ],
        "other_ratings": 0.125,
        "general": 10.2831789,
    }


def test_csv_has_the_people_and_the_reasons() -> None:
    row = next(csv.DictReader(io.StringIO(csv_text(render.rows(TOGETHER)))))
    assert list(row) == [
        *render.FIELDS,
        *("score 42", "predicted_rating 42"),
        *("score film-club-of-the-old-town", "predicted_rating film-club-of-the-old-town"),
    ]
    assert list(row.values())[len(render.FIELDS) :] == ["1.23456789", "4.321", "-2.5", ""]
    rows = list(csv.DictReader(io.StringIO(csv_text(render.rows(EXPLAINED)))))
    assert {name: rows[0][name] for name in list(rows[0])[len(render.FIELDS) :]} == {
        "because_movie_ids": "7|2927570",
        "because_titles": f"unknown|{LONG.title}",
        "because_ratings": "5.0|4.5",
        "because_contributions": "1.25|1.0",
        "despite_movie_ids": "7|2927570",
        "despite_titles": f"unknown|{LONG.title}",
        "despite_ratings": "1.0|0.5",
        "despite_contributions": "-0.25|-0.0625",
        "other_ratings": "0.125",
        "general": "10.2831789",
    }
    assert (rows[1]["because_movie_ids"], rows[1]["other_ratings"]) == ("", "-0.5")
    assert rows[1]["despite_titles"] == ""


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_comparison_is_never_cut(width: int) -> None:
    """Figures that have no room are not there; those that are there are whole."""
    ranking = Figures("ranking", 0.4012, 0.38, 0.42, 0.451, 0.88, 0.63, 0.312, 240.4, 0.913, 0.711, 31.25, "")
    ease = replace(ranking, model="ease", ndcg=0.3943, rmse=None, mae=None)
    console = Console(width=width, file=io.StringIO(), color_system=None)
    figures = [ease, ranking]
    console.print(report.table(Comparison("ml-100k", "random", 0, 936, 1682, 1597.0, figures, {})))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert all(len(line) <= width for line in text.splitlines())
    assert "…" not in text
    rows = [line.split() for line in text.splitlines() if line.startswith(("ranking", "ease"))]
    shown = ["ranking", "0.4012", "0.020", "0.451", "0.880", "0.630", "31%", "240", "0.913", "0.711", "31.2"]
    assert [value for value in shown if value in rows[0]] == rows[0]
    assert len(rows[0]) == len(shown) if width >= 80 else len(rows[0]) >= 5
