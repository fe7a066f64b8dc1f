"""Answers as tables, JSON and CSV."""

import csv
import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from movierec_cli.cli.views import render
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


def text_of(hits: list[Hit], width: int = 80, score_name: str = "Score") -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(render.to_table(hits, "Recommended for user 42", score_name))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("hits", [HITS, [Hit(hit.rank, hit.movie, hit.score) for hit in HITS]])
def test_a_table_fits_80_columns_and_breaks_no_word(hits: list[Hit]) -> None:
    text = text_of(hits)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "…" not in text
    words = text.split()
    for value in ("2927570", "1234567", "1964", "12.35", "-1234.57", "1000", "4.6", *LONG.title.split()):
        assert value in words
    for genre in LONG.genres:
        assert genre in text


@pytest.mark.parametrize("hits", [HITS, [Hit(hit.rank, hit.movie, hit.score) for hit in HITS]])
def test_what_does_not_fit_is_folded_not_cut(hits: list[Hit]) -> None:
    movie = replace(LONG, movie_id=10**9 + 7, title="Taumatawhakatangihangakoauauotamateaturipukaka")
    text = text_of([replace(hit, movie=movie) for hit in hits])
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "…" not in text
    assert str(movie.movie_id) in text.split()
    column = text.splitlines()[1].index("Title")
    pieces = [line[column:].split(" ")[0] for line in text.splitlines()[3:]]
    assert "".join(pieces).startswith(movie.title)


def test_a_table_has_a_column_for_predicted_stars_only_where_there_are_any() -> None:
    assert "Stars" in text_of(HITS)
    assert "4.9" in text_of(HITS).split()
    assert "Stars" not in text_of([Hit(1, LONG, 1.0)])


def test_markup_and_control_characters_in_titles_are_text() -> None:
    movie = Movie(1, "[red]x[/red] \x1b[31m\x07y\n\u202ez", 2000, ("Dra\x1bma", "[b]"), 3.0, 1)
    text = text_of([Hit(1, movie, 1.0)])
    assert "[red]x[/red]" in text
    assert "[b]" in text
    assert not set("\x1b\x07\u202e") & set(text)
    assert "\ufffd[31m\ufffdy\ufffd\ufffdz" in text


def test_the_title_of_a_table_is_text_too() -> None:
    console = Console(width=80, file=io.StringIO(), color_system=None)
    console.print(render.to_table([Hit(1, BARE, 1.0)], "Movies like [red]\x1b[31mx", "Cosine"))
    assert isinstance(console.file, io.StringIO)
    assert "Movies like [red]\ufffd[31mx" in console.file.getvalue()


def test_json_keeps_every_digit() -> None:
    records = json.loads(render.to_json(HITS))
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
    assert json.loads(render.to_json([])) == []


def test_csv_keeps_every_digit() -> None:
    rows = list(csv.DictReader(io.StringIO(render.to_csv(HITS))))
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
    assert render.to_csv([]) == ",".join(render.FIELDS)


def test_the_fields_begin_as_promised() -> None:
    promised = ("rank", "movie_id", "title", "year", "genres", "score", "predicted_rating")
    assert render.FIELDS[: len(promised)] == promised


EXPLAINED = [
    replace(hit, explanation=Explanation(because, despite, other, general))
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
    replace(
        hit,
        people=(PersonScore("42", 1.23456789, 4.321), PersonScore("film-club-of-the-old-town", -2.5, None)),
    )
    for hit in HITS
]


@pytest.mark.parametrize("hits", [EXPLAINED, TOGETHER])
def test_a_table_with_details_fits_80_columns_too(hits: list[Hit]) -> None:
    text = text_of(hits)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "…" not in text
    assert "2927570" in text.split()


def test_reasons_in_a_table_add_up() -> None:
    words = " ".join(text_of(EXPLAINED, width=300).split())
    assert "Because you rated" in words
    for line in (
        "unknown 5 (+1.25)",
        f"{LONG.title} 4.5 (+1.00)",
        "in spite of unknown 1 (-0.25)",
        "others +0.06, general +10.28",  # with the second reason against, which is not shown
    ):
        assert line in words
    assert words.count("in spite of") == 1
    assert "others -0.50, general +0.25" in words


def test_only_some_reasons_are_shown_and_the_rest_is_added_up() -> None:
    reasons = tuple(Contribution(BARE, 5.0, value) for value in (0.5, 0.4, 0.3, 0.2, 0.1))
    hit = replace(HITS[1], explanation=Explanation(reasons, (), 1.0, 2.0))
    words = " ".join(text_of([hit], width=300).split())
    assert words.count("unknown 5") == 3
    assert "others +1.30, general +2.00" in words


def test_others_that_come_to_nothing_are_not_shown() -> None:
    reason = Contribution(HITS[1].movie, 5.0, 1.25)
    hit = replace(HITS[1], explanation=Explanation((reason,), (), 0.0, 2.0))
    words = " ".join(text_of([hit], width=300).split())
    assert "general +2.00" in words
    assert "others" not in words


def test_each_persons_score_is_in_the_table() -> None:
    words = " ".join(text_of(TOGETHER, width=300).split())
    assert "42: 1.23 (4.3)" in words
    assert "film-club-of-the-old-town: -2.50" in words


def test_json_has_the_people_and_the_reasons() -> None:
    people = json.loads(render.to_json(TOGETHER))[0]
    assert list(people) == [*render.FIELDS, "people"]
    assert people["people"] == [
        {"name": "42", "score": 1.23456789, "predicted_rating": 4.321},
        {"name": "film-club-of-the-old-town", "score": -2.5, "predicted_rating": None},
    ]
    explained = json.loads(render.to_json(EXPLAINED))[0]
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
    row = next(csv.DictReader(io.StringIO(render.to_csv(TOGETHER))))
    assert list(row) == [
        *render.FIELDS,
        *("score 42", "predicted_rating 42"),
        *("score film-club-of-the-old-town", "predicted_rating film-club-of-the-old-town"),
    ]
    assert list(row.values())[len(render.FIELDS) :] == ["1.23456789", "4.321", "-2.5", ""]
    rows = list(csv.DictReader(io.StringIO(render.to_csv(EXPLAINED))))
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
