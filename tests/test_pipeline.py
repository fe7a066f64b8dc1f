"""The main job on real data: fetch, train, recommend, similar, export, as a person would type them."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.home import Home
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.runs import current_run
from tests.support import Cli, CliResult, Stored, assert_best

PEOPLE, MOVIES, RATINGS = 943, 1682, 100_000


@pytest.fixture(scope="module")
def home(real_ml100k_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MovieLens 100K in a home of its own."""
    place = tmp_path_factory.mktemp("pipeline")
    shutil.copytree(real_ml100k_home / "datasets", place / "datasets")
    return place


@pytest.fixture(scope="module")
def trained(home: Path) -> CliResult:
    """The home, trained briefly by its command line; the first to need it does it."""
    from movierec_cli.cli.app import main

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIEREC_HOME", str(home))
        with pytest.raises(SystemExit) as end:
            main(["train", "--epochs", "5"])
    assert isinstance(end.value.code, int)
    return CliResult(end.value.code, "", "")


@pytest.fixture(scope="module")
def stored(home: Path, trained: CliResult) -> Stored:
    assert trained.code == 0
    return Stored.read(home)


def ratings(home: Path) -> dict[int, dict[int, float]]:
    """user_id -> movie_id -> stars, read straight from u.data."""
    rated: dict[int, dict[int, float]] = {}
    for line in (home / "datasets" / "ml-100k" / "u.data").read_text(encoding="latin-1").splitlines():
        user_id, movie_id, stars, _ = line.split("\t")
        rated.setdefault(int(user_id), {})[int(movie_id)] = float(stars)
    return rated


def test_the_run_is_of_the_whole_dataset(home: Path, stored: Stored) -> None:
    dataset = current_run(Home(home)).facts.dataset
    assert (dataset.people, dataset.movies, dataset.ratings) == (PEOPLE, MOVIES, RATINGS)
    rated = ratings(home)
    assert stored.user_ids == sorted(rated)
    for user_id, movie_ids, stars in zip(
        stored.user_ids, stored.users["movie_ids"], stored.users["ratings"], strict=True
    ):
        assert dict(zip(movie_ids, stars, strict=True)) == rated[user_id]
    given = [stars[50] for stars in rated.values() if 50 in stars]
    star_wars = stored.movies["movie_id"].index(50)
    assert stored.movies["title"][star_wars] == "Star Wars"
    assert stored.movies["rating_count"][star_wars] == len(given)
    assert stored.movies["mean_rating"][star_wars] == pytest.approx(np.mean(given))


def test_user_42_gets_ten_movies_they_have_not_rated(cli: Cli, home: Path, stored: Stored) -> None:
    result = cli("recommend", "42", "--format", "json", home=home)
    assert (result.code, result.err) == (0, "")
    records = json.loads(result.out)
    assert [record["rank"] for record in records] == list(range(1, 11))
    assert not {record["movie_id"] for record in records} & set(ratings(home)[42])
    table = cli("recommend", "42", home=home)
    assert all(len(line) <= 80 for line in table.out.splitlines())
    assert all(str(record["movie_id"]) in table.out.split() for record in records)


def test_lancedbs_top_ten_is_numpys_for_everybody(home: Path, stored: Stored) -> None:
    recommender = Recommender.open(home)
    rated = ratings(home)
    for user_id in stored.user_ids:
        hits = recommender.recommend(user_id)
        assert_best(hits, stored.left(user_id), 10, sinks=stored.sinks(user_id))
        assert not {hit.movie.movie_id for hit in hits} & set(rated[user_id])


def test_what_is_like_star_wars(cli: Cli, home: Path, stored: Stored) -> None:
    result = cli("similar", "star wars", "-f", "json", home=home)
    assert (result.code, result.err) == (0, "")
    records = json.loads(result.out)
    assert len(records) == 10
    assert 50 not in {record["movie_id"] for record in records}
    assert_best(Recommender.open(home).similar(50), stored.likeness(50), 10)


@pytest.mark.parametrize(
    ("typed", "movie_id"),
    [
        ("star wrs", 50),
        ("godfather", 127),
        ("the empire strikes back", 172),
        ("les miserables", 543),
        ("Misérables, Les (1995)", 543),
        ("brazil", 175),
        ("City of Lost Children", 919),
        ("yao a yao yao dao waipo qiao", 6),
    ],
)
def test_titles_of_the_real_catalogue_are_found(
    home: Path, trained: CliResult, typed: str, movie_id: int
) -> None:
    assert Recommender.open(home).find(typed).movie.movie_id == movie_id


def test_export_is_what_recommend_gives(cli: Cli, home: Path, stored: Stored, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    assert cli("export", str(path), home=home).code == 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == PEOPLE * 10
    recommender = Recommender.open(home)
    for user_id in (1, 42, 405, 943):
        own = [row for row in rows if row["user_id"] == str(user_id)]
        hits = recommender.recommend(user_id)
        assert [int(row["movie_id"]) for row in own] == [hit.movie.movie_id for hit in hits]
        scores = [hit.score for hit in hits]
        assert [float(row["score"]) for row in own] == pytest.approx(scores, rel=1e-4, abs=1e-4)
