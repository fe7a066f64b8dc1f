"""What somebody rated and their taste, recomputed from the ratings that a model was trained on."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import movierec_cli as movierec
from movierec_cli.cli.output import csv_text, json_text
from movierec_cli.cli.views import history as views
from movierec_cli.cli.views.history import FIELDS
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.errors import MovieRecError
from movierec_cli.home import Home
from movierec_cli.profiles.profile import OwnRating, Profile, load_profile, save_profile
from movierec_cli.questions.history import Taste, history
from tests.support import Checkerboard, Cli, Stored

USER = Checkerboard.user_id(4)


def rated_by(dataset: Dataset, user_id: int) -> list[dict[str, Any]]:
    """Best first, then the latest."""
    joined = dataset.ratings[dataset.ratings["user_id"] == user_id].merge(dataset.movies, on="movie_id")
    ordered = joined.sort_values(["rating", "timestamp"], ascending=False, kind="stable")
    return [dict(row) for _, row in ordered.iterrows()]


def mean_ratings(dataset: Dataset) -> dict[int, float]:
    return {
        int(str(key)): float(value)
        for key, value in dataset.ratings.groupby("movie_id")["rating"].mean().items()
    }


def expected_taste(
    rows: list[dict[str, Any]], means: dict[int, float], names: Callable[[dict[str, Any]], list[str]]
) -> dict[str, tuple[int, float, float]]:
    found = {}
    for name in {name for row in rows for name in names(row)}:
        of_name = [row for row in rows if name in names(row)]
        found[name] = (
            len(of_name),
            float(np.mean([row["rating"] for row in of_name])),
            float(np.mean([means[row["movie_id"]] for row in of_name])),
        )
    return found


def as_numbers(taste: tuple[Taste, ...]) -> dict[str, tuple[int, Any, Any]]:
    return {
        one.name: (one.count, pytest.approx(one.mean_rating), pytest.approx(one.everyone)) for one in taste
    }


def test_a_person_of_the_dataset(checkerboard: Dataset, checkerboard_home: Path) -> None:
    rows, means = rated_by(checkerboard, USER), mean_ratings(checkerboard)
    found = history(USER, home=checkerboard_home)
    assert (found.who, found.dataset) == (str(USER), "checkerboard")
    told = [(entry.movie and entry.movie.movie_id, entry.rating) for entry in found.entries]
    assert told == [(row["movie_id"], row["rating"]) for row in rows]
    for entry in found.entries:
        assert entry.movie is not None
        assert entry.movie.mean_rating == pytest.approx(means[entry.movie.movie_id])
    assert expected_taste(rows, means, lambda row: list(row["genres"])) == as_numbers(found.genres)
    decades = expected_taste(rows, means, lambda row: [f"{row['year'] // 10}0s"])
    assert decades == as_numbers(found.decades)
    assert [one.count for one in found.genres] == sorted((one.count for one in found.genres), reverse=True)
    assert [one.name for one in found.decades] == sorted(decades, reverse=True)
    assert (found.absent, found.ambiguous) == ((), ())


@pytest.fixture
def profile_home(checkerboard_home: Path) -> Path:
    """With a profile "ann": rated, watched, rated lower than the scale begins, and not in the dataset."""
    home = Home(checkerboard_home)
    home.profiles.mkdir(exist_ok=True)
    ratings = (
        OwnRating("Film 2", 1952, None, 4.0, None),
        OwnRating("film 4", 1954, "tt0000004", 0.5, "2020-01-01"),
        OwnRating("Nowhere", 1990, None, 3.0, "2021-01-01"),
        OwnRating("Film 6", 1956, None, None, "2022-01-01"),
        OwnRating("Film 7", 1957, None, 4.0, "2023-01-01"),
        OwnRating("Elsewhere", None, None, 5.0, "2023-01-01"),
    )
    save_profile(home, Profile("ann", ratings))
    return checkerboard_home


def test_a_profile(checkerboard: Dataset, profile_home: Path) -> None:
    found = history("Ann", home=profile_home)
    assert [(entry.title, entry.rating, entry.rated_on) for entry in found.entries] == [
        ("Film 7", 4.0, "2023-01-01"),
        ("Film 2", 4.0, None),
        ("Film 4", 0.5, "2020-01-01"),
        ("Film 6", None, "2022-01-01"),
    ]
    assert [(entry.title, entry.rating) for entry in found.absent] == [("Elsewhere", 5.0), ("Nowhere", 3.0)]
    means = mean_ratings(checkerboard)
    on_scale = {2: 4.0, 4: 1.0, 7: 4.0}  # half a star is the lowest that the dataset knows
    rows = [
        {"movie_id": Checkerboard.movie_id(n), "rating": stars, "genre": ("Drama", "Comedy", "War")[n % 3]}
        for n, stars in on_scale.items()
    ]
    assert expected_taste(rows, means, lambda row: [row["genre"]]) == as_numbers(found.genres)


def test_json_and_csv_have_the_fields_and_everything(profile_home: Path) -> None:
    found = history("ann", home=profile_home)
    content = json.loads(json_text(views.content(found)))
    assert list(content) == ["who", "dataset", "entries", "genres", "decades"]
    assert all(tuple(entry) == FIELDS for entry in content["entries"])
    assert [entry["rank"] for entry in content["entries"]] == [1, 2, 3, 4, 5, 6]
    assert [entry["movie_id"] is None for entry in content["entries"]] == [False] * 4 + [True] * 2
    assert list(content["genres"][0]) == ["name", "count", "mean_rating", "everyone"]
    rows = list(csv.DictReader(io.StringIO(csv_text(views.rows(found)))))
    assert [row["title"] for row in rows] == [entry["title"] for entry in content["entries"]]
    assert (
        len(json.loads(json_text(views.content(found, 2)))["entries"])
        == len(csv_text(views.rows(found, 2)).splitlines()) - 1
        == 2
    )


def test_a_history_can_be_imported(profile_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(csv_text(views.rows(history("ann", home=profile_home))), encoding="utf-8")
    summary = movierec.import_ratings(file, profile="copy", home=profile_home)
    assert sum(summary.changes.values()) == 6
    copied = history("copy", home=profile_home)
    assert [(entry.title, entry.rating) for entry in copied.entries] == [
        ("Film 7", 4.0),
        ("Film 2", 4.0),
        ("Film 4", 0.5),
        ("Film 6", None),
    ]
    assert [(entry.title, entry.rating) for entry in copied.absent] == [("Elsewhere", 5.0), ("Nowhere", 3.0)]


def test_a_history_comes_back_with_its_own_titles_and_ids(profile_home: Path, tmp_path: Path) -> None:
    """The dataset calls it Film 7; the person calls it otherwise, and in another year."""
    mine = (
        OwnRating("Siebter Film", 1958, None, 4.0, "2024-05-01", "Film 7", 77),
        OwnRating("Film 2", None, None, None, None),
        OwnRating("Elsewhere", 2001, None, 5.0, None, "Ailleurs", 12),
    )
    planned = (
        OwnRating("Vierter Film", 1954, None, None, None, "Film 4"),
        OwnRating("Dune", 2021, None, None, None),
    )
    home = Home(profile_home)
    save_profile(home, Profile("mine", mine, planned))
    file = tmp_path / "history.csv"
    file.write_text(csv_text(views.rows(history("mine", home=profile_home))), encoding="utf-8")
    movierec.import_ratings(file, profile="again", home=profile_home)
    copied = {own.title: own for own in load_profile(home, "again").ratings}
    assert {title: replace(own, imdb_id=None) for title, own in copied.items()} == {
        own.title: own for own in mine
    }
    found = history("mine", home=profile_home)  # what is planned is not part of it
    assert (found.planned, len(found.entries) + len(found.absent)) == (2, len(mine))
    assert load_profile(home, "again").watchlist == ()


# ---- on the command line ----


def test_the_tables(cli: Cli, profile_home: Path) -> None:
    result = cli("history", "ann", home=profile_home)
    assert result.code == 0
    words = " ".join(result.out.split())
    assert "ann in checkerboard: 4 movies" in words
    assert "Film 7 1957 4 Comedy" in words
    assert "Film 6 1956 seen Drama" in words
    assert "Genre Rated Mean Everyone Decade Rated Mean Everyone" in words
    assert "Not in checkerboard (2): Elsewhere: 5; Nowhere (1990): 3." in result.err
    assert max(map(len, result.out.splitlines())) <= 80


def test_the_rest_is_counted(cli: Cli, checkerboard_home: Path, stored: Stored) -> None:
    rated = len(stored.users["movie_ids"][stored.user_ids.index(USER)])
    result = cli("history", str(USER), "--top", "3", home=checkerboard_home)
    assert f"user {USER} in checkerboard: {rated} movies" in result.out
    assert result.err == f"There are {rated - 3} more movies. To see all of them: --top {rated}\n"
    as_json = json.loads(cli("history", str(USER), "--format", "json", home=checkerboard_home).out)
    assert len(as_json["entries"]) == rated
    as_csv = cli("history", str(USER), "--format", "csv", "--top", "2", home=checkerboard_home).out
    assert len(as_csv.splitlines()) == 3


def test_an_empty_profile(cli: Cli, checkerboard_home: Path) -> None:
    Home(checkerboard_home).profiles.mkdir(exist_ok=True)
    save_profile(Home(checkerboard_home), Profile("unrated", ()))
    result = cli("history", "unrated", home=checkerboard_home)
    assert (result.code, result.out, result.err) == (0, "", "There is nothing to show.\n")
    planned = (OwnRating("Film 3", 1953, None, None, None),)
    save_profile(Home(checkerboard_home), Profile("planner", (), planned))
    result = cli("history", "planner", home=checkerboard_home)
    assert (result.code, result.out) == (0, "")
    assert " ".join(result.err.split()) == (
        "Nothing has been rated or seen yet. 1 film is on the watchlist. "
        "To rank it: movierec recommend planner --watchlist"
    )


def test_what_is_hidden_is_named(cli: Cli, checkerboard_home: Path) -> None:
    assert cli("hide", "Film 5", "--as", "hider", home=checkerboard_home).code == 0
    assert cli("hide", "Film 3", "--as", "hider", home=checkerboard_home).code == 0
    result = cli("history", "hider", home=checkerboard_home)
    assert (result.code, result.out) == (0, "")
    assert " ".join(result.err.split()) == (
        "Nothing has been rated or seen yet. Hidden (2): Film 5 (1955); Film 3 (1953). "
        "To have one recommended again: movierec hide TITLE --undo --as hider"
    )
    assert cli("hide", "Film 5", "--undo", "--as", "hider", home=checkerboard_home).code == 0
    assert "Hidden (1): Film 3 (1953)." in cli("history", "hider", home=checkerboard_home).err


@pytest.mark.parametrize(("who", "code"), [("4", 1), ("zoe", 1), ("a b", 2)])
def test_somebody_who_is_not_there(cli: Cli, checkerboard_home: Path, who: str, code: int) -> None:
    result = cli("history", who, home=checkerboard_home)
    assert result.code == code
    assert result.err.startswith("Error: ")


def test_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(MovieRecError, match="no trained model"):
        history("me", home=tmp_path)
