"""movierec recommend and similar with the options that choose, as they are typed."""

import csv
import inspect
import io
import json
import math
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from movierec_cli.cli.output import csv_text, json_text
from movierec_cli.cli.recommend import recommend
from movierec_cli.cli.similar import similar
from movierec_cli.cli.views import render
from movierec_cli.cli.views.render import FIELDS
from movierec_cli.questions.answers import Hit
from movierec_cli.questions.filters import Filters
from movierec_cli.questions.options import RecommendOptions, SimilarOptions
from movierec_cli.questions.recommender import Recommender
from tests.support import Checkerboard, Cli, CliResult, table

MOVIE_ID = Checkerboard.movie_id

LINES: dict[str, Callable[[Recommender], list[Hit]]] = {
    "recommend 43 13": lambda r: r.recommend(43, 13),
    "recommend --like 'film 4' --like 'Film 6' --dislike 'film 5'": lambda r: r.recommend(
        like=[MOVIE_ID(4), MOVIE_ID(6)], dislike=[MOVIE_ID(5)]
    ),
    "recommend 43 --explain": lambda r: r.recommend(43, explain=True),
    "recommend 43 --include-seen --top 30": lambda r: r.recommend(43, include_seen=True, top=30),
    "recommend 43 --diversity 0.7 --novelty .3": lambda r: r.recommend(43, diversity=0.7, novelty=0.3),
    "recommend 43 --genre war --not-genre drama --year 1952-1970": lambda r: r.recommend(
        43, filters=Filters(("war",), ("drama",), (1952, 1970))
    ),
    "recommend 43 --min-ratings 40 --min-rating 2.5": lambda r: r.recommend(
        43, filters=Filters(min_ratings=40, min_rating=2.5)
    ),
    "recommend 43 --year -1960": lambda r: r.recommend(43, filters=Filters(years=(None, 1960))),
    "recommend 43 --not-like 'film 5'": lambda r: r.recommend(43, not_like=[MOVIE_ID(5)]),
    "similar id:78 --genre War --year 1952-": lambda r: r.similar(
        78, filters=Filters(("War",), years=(1952, None))
    ),
    "similar id:78 --not-genre war --min-ratings 40 --min-rating 1.5 --not-like id:85": lambda r: r.similar(
        78, filters=Filters(not_genres=("War",), min_ratings=40, min_rating=1.5), not_like=[85]
    ),
}


@pytest.fixture(scope="module")
def recommender(checkerboard_home: Path) -> Recommender:
    return Recommender.open(checkerboard_home)


def said(result: CliResult) -> str:
    return " ".join(result.err.split())


@pytest.mark.parametrize("line", LINES)
def test_the_options_reach_the_question(
    cli: Cli, checkerboard_home: Path, recommender: Recommender, line: str
) -> None:
    hits = LINES[line](recommender)
    assert hits
    argv = shlex.split(line)
    result = cli(*argv, "-f", "json", home=checkerboard_home)
    assert (result.code, result.out, result.err) == (0, json_text(render.content(hits)) + "\n", "")
    assert cli(*argv, "-f", "csv", home=checkerboard_home).out == csv_text(render.rows(hits)) + "\n"
    rows = cli(*argv, home=checkerboard_home).out.splitlines()
    assert all(len(row) <= 80 for row in rows)
    assert [int(row.split()[-1]) for row in rows if re.match(r" ?\d+ ", row)] == [
        hit.movie.movie_id for hit in hits
    ]


def test_whom_it_is_for_is_in_the_heading(cli: Cli, checkerboard_home: Path) -> None:
    for argv, heading in (
        (("43",), "Recommended for user 43"),
        (("43", "13"), "Recommended for 43 and 13"),
        (("43", "13", "3"), "Recommended for 43, 13 and 3"),
        (("--like", "film 4"), "Recommended for you"),
    ):
        assert cli("recommend", *argv, home=checkerboard_home).out.splitlines()[0].strip() == heading


def test_explained_shares_add_up_in_json_and_csv(cli: Cli, checkerboard_home: Path) -> None:
    records = json.loads(cli("recommend", "43", "--explain", "-f", "json", home=checkerboard_home).out)
    for record in records:
        explanation = record["explanation"]
        shares = [one["contribution"] for side in ("because", "despite") for one in explanation[side]]
        assert {one["contribution"] < 0 for one in explanation["despite"]} <= {True}
        total = math.fsum([*shares, explanation["other_ratings"], explanation["general"]])
        assert total == pytest.approx(record["score"], abs=1e-4)
    text = cli("recommend", "43", "--explain", "-f", "csv", home=checkerboard_home).out
    for row in csv.DictReader(io.StringIO(text)):
        shares = [
            float(share)
            for side in ("because", "despite")
            for share in row[f"{side}_contributions"].split("|")
            if share
        ]
        total = math.fsum([*shares, float(row["other_ratings"]), float(row["general"])])
        assert total == pytest.approx(float(row["score"]), abs=1e-4)


def test_a_table_says_because_of_what(cli: Cli, checkerboard_home: Path) -> None:
    words = " ".join(cli("recommend", "43", "--explain", "--top", "1", home=checkerboard_home).out.split())
    assert "Because you rated" in words
    assert re.search(r"Film \d+ 5 \(\+\d", words)
    assert "what everybody likes" in words


def test_the_movie_taken_for_each_title_is_said(cli: Cli, titles_home: Path) -> None:
    argv = ("--like", "star wrs", "--dislike", "godfater", "--not-like", "Sabrina")
    result = cli("recommend", *argv, "-f", "json", home=titles_home)
    assert result.code == 0
    assert "Taking Star Wars (1977) for 'star wrs'." in said(result)
    assert "The Godfather (1972) for 'godfater'" in said(result)
    assert "Taking Sabrina (1954) [id:493]" in said(result)


@pytest.mark.parametrize(("output_format", "out"), [("table", ""), ("json", "[]\n"), ("csv", None)])
def test_nothing_left_says_what_to_loosen(
    cli: Cli, checkerboard_home: Path, output_format: str, out: str | None
) -> None:
    expected = ",".join(FIELDS) + "\n" if out is None else out
    result = cli("recommend", "43", "--year", "1900-1910", "-f", output_format, home=checkerboard_home)
    assert (result.code, result.out) == (0, expected)
    assert said(result) == "There is nothing left to show. Leave out --year 1900-1910."
    argv = ("--genre", "war", "--genre", "drama", "--not-like", "film 4", "--min-rating", "4.5")
    for command in (("recommend", "43"), ("similar", "film 3")):
        result = cli(*command, *argv, "-f", output_format, home=checkerboard_home)
        assert (result.code, result.out) == (0, expected)
        assert said(result) == (
            "There is nothing left to show. Loosen or leave out one of: "
            '--genre war, --genre drama, --min-rating 4.5, --not-like "film 4".'
        )


@pytest.mark.parametrize(
    ("line", "message"),
    table(
        """
        recommend                                 | Recommend to whom?
        recommend 43 --diversity 1.5              | --diversity 1.5
        recommend 43 --diversity nan              | --diversity nan
        recommend 43 --novelty -0.1               | --novelty -0.1
        recommend 43 --novelty much               | 'much'
        recommend 43 --genre horor                | 'horor': there is no such genre
        recommend 43 --not-genre horor            | 'horor': there is no such genre
        recommend 43 --year 1995s                 | --year '1995s'
        recommend 43 --year 1999-1980             | --year 1999-1980
        recommend 43 --min-ratings -1             | --min-ratings -1
        recommend 43 --min-ratings 1.5            | '1.5'
        recommend 43 --min-rating inf             | --min-rating inf
        recommend 43 13 --explain                 | movierec recommend 43 --explain
        recommend --like 'film 4' --dislike id:78 | cannot be both liked and disliked
        recommend --like ''                       | is not a title
        recommend a/b                             | 'a/b'
        similar 'film 4' --year soon              | --year 'soon'
        similar 'film 4' --genre horor            | 'horor'
        """
    ),
)
def test_what_can_never_be_right_ends_with_2(
    cli: Cli, checkerboard_home: Path, line: str, message: str
) -> None:
    result = cli(*shlex.split(line), home=checkerboard_home)
    assert (result.code, result.out) == (2, "")
    assert message in said(result)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("recommend bob", "There is no profile 'bob'"),
        ("recommend 43 bob", "There is no profile 'bob'"),
        ("recommend 43 4", "There is no user 4"),
        ("recommend --like id:51", "There is no movie with id 51"),
        ("recommend 43 --not-like casablanca", "No movie is called 'casablanca'"),
    ],
)
def test_what_is_not_there_ends_with_1(cli: Cli, checkerboard_home: Path, line: str, message: str) -> None:
    result = cli(*shlex.split(line), home=checkerboard_home)
    assert (result.code, result.out) == (1, "")
    assert message in said(result)


def test_a_profile_can_be_named_by_as_everywhere(cli: Cli, own_home: Path) -> None:
    for movie in range(0, 12, 2):
        assert cli("rate", f"film {movie}", "5", "--as", "bob", home=own_home).code == 0
    for command in (("recommend",), ("history",), ("recommend", "43")):
        by_name = cli(*command, "bob", home=own_home)
        assert by_name.code == 0
        assert by_name == cli(*command, "--as", "bob", home=own_home)
    both = cli("history", "43", "--as", "bob", home=own_home)
    assert (both.code, both.out) == (2, "")


@pytest.mark.parametrize("kind", ["seen", "watchlist"])
def test_a_profile_with_nothing_rated_says_so(cli: Cli, own_home: Path, kind: str) -> None:
    if kind == "seen":
        assert cli("seen", "film 3", "--as", "bob", home=own_home).code == 0
    else:
        file = own_home / "list.csv"
        file.write_text("title,year\nFilm 3,1953\n", encoding="utf-8")
        assert cli("import", str(file), "--watchlist", "--as", "bob", home=own_home).code == 0
    for command in (("recommend", "bob"), ("recommend", "43", "bob"), ("predict", "bob", "film 4")):
        result = cli(*command, home=own_home)
        assert result.code == 0
        assert "Film" in result.out
        words = said(result)
        assert "No film of checkerboard is rated in the profile bob" in words
        assert 'movierec rate "TITLE" 4.5 --as bob' in words
    assert said(cli("recommend", "bob", "--like", "film 4", home=own_home)) == ""
    cli("rate", "film 5", "5", "--as", "bob", home=own_home)
    assert said(cli("recommend", "bob", home=own_home)) == ""


def test_own_ratings_are_asked_for_by_name(cli: Cli, own_home: Path) -> None:
    for movie in range(0, 12, 2):
        assert cli("rate", f"film {movie}", "5", home=own_home).code == 0
    plain = cli("recommend", home=own_home)
    assert plain.out.splitlines()[0].strip() == "Recommended for me"
    assert plain.out == cli("recommend", "me", home=own_home).out
    records = json.loads(cli("recommend", "43", "me", "-f", "json", home=own_home).out)
    assert [person["name"] for person in records[0]["people"]] == ["43", "me"]


FILTERS = {"genre", "not_genre", "year", "min_ratings", "min_rating"}


@pytest.mark.parametrize(
    ("command", "options", "others"),
    [
        (recommend, RecommendOptions, {"who", "profile"}),
        (similar, SimilarOptions, {"title", "profile"}),
    ],
    ids=["recommend", "similar"],
)
def test_a_command_has_every_option_that_the_function_has(
    command: Any, options: Any, others: set[str]
) -> None:
    wanted = set(options.__annotations__) - {"filters", "on_match"}
    assert set(inspect.signature(command).parameters) == wanted | FILTERS | others | {"output_format", "home"}
