"""Ratings that are in an object store: read part by part, as those of a folder."""

import io
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from movierec_cli.datasets.library import fetch, load_dataset, load_people, survey_dataset
from movierec_cli.errors import DataError, UnreachableError
from movierec_cli.home import Home
from tests.buckets.between import Act, Between
from tests.buckets.conftest import Objects
from tests.datasets.samples import RATINGS, csv_files
from tests.support import Cli


def put_parts(objects: Objects, lake: Path) -> None:
    """The ratings of the samples in two parts, as Spark writes them, and their titles in CSV."""
    names = ["user", "item", "rating", "timestamp"]
    for number, some in enumerate((RATINGS[:4], RATINGS[4:])):
        columns = dict(zip(names, map(list, zip(*some, strict=True)), strict=True))
        content = io.BytesIO()
        parquet.write_table(pa.table(columns), content)
        objects.write(lake / "ratings" / f"part-0000{number}.parquet", content.getvalue())
    objects.write(lake / "ratings" / "_SUCCESS", b"")
    objects.write(lake / "of" / "others" / "ratings.parquet", b"not as deep as this")
    put_titles(objects, lake)


def put_titles(objects: Objects, lake: Path) -> None:
    for name in ("movies.csv", "links.csv"):
        objects.write(lake / name, csv_files()[name])


def ratings(home: Path) -> list[tuple[int, ...]]:
    dataset = load_dataset("lake", home=home)
    assert dataset.movies["title"].tolist()[2:] == ["Hugo Pool", "Hugo Pool"]
    assert dataset.movies["imdb_id"].tolist() == ["tt0113828", "tt0112682", "tt0119347", None]
    return [tuple(map(int, row)) for row in dataset.ratings.itertuples(index=False)]


def test_parts_of_parquet(home: Home, objects: Objects, cli: Cli, tmp_path: Path) -> None:
    lake = home.root / "lake"
    put_parts(objects, lake)
    first = cli("fetch", "--from", str(lake), home=tmp_path)
    assert first.code == 0, first.err
    assert f"Fetching lake from {lake}" in " ".join(first.err.split())
    assert ratings(tmp_path) == RATINGS
    assert fetch(source=f"{lake}/", home=tmp_path).already_there
    assert not fetch(source=str(lake), home=tmp_path, force=True).already_there


def test_parts_of_parquet_into_a_home_in_the_store(home: Home, objects: Objects) -> None:
    put_parts(objects, home.root / "lake")
    fetch(source=str(home.root / "lake"), home=home)
    assert ratings(home.root) == RATINGS
    survey = survey_dataset("lake", home=home)
    assert survey.ratings.user_ids.tolist() == [1, 2, 3]
    movie_ids = survey.movies["movie_id"].to_numpy()
    people = load_people("lake", movie_ids, 2, 3, scale=survey.ratings.scale, home=home)
    given = zip(people.user_ids[people.user_index], movie_ids[people.movie_index], people.rating, strict=True)
    assert [tuple(map(int, row)) for row in given] == [row[:3] for row in RATINGS[2:]]


def test_files_of_a_movielens_layout(home: Home, objects: Objects, tmp_path: Path) -> None:
    objects.write(home.root / "lake" / "ratings.csv", csv_files()["ratings.csv"])
    objects.write(home.root / "lake" / "more.bin", b"of somebody else")
    put_titles(objects, home.root / "lake")
    fetch(source=str(home.root / "lake"), home=tmp_path)
    assert ratings(tmp_path) == RATINGS
    there = {path.name for path in (tmp_path / "datasets" / "lake").iterdir()}
    assert there == {"ratings.csv", "movies.csv", "links.csv", "dataset.json"}


@pytest.mark.parametrize("act", ["503", "cut"])
def test_answers_that_fail_at_first_are_asked_for_again(
    home: Home, objects: Objects, between: Between, tmp_path: Path, act: Act
) -> None:
    put_parts(objects, home.root / "lake")
    between.watch(lambda request: act if request.number % 2 == 0 else "forward")
    fetch(source=str(home.root / "lake"), home=tmp_path)
    assert ratings(tmp_path) == RATINGS


def test_what_has_no_ratings_is_said(home: Home, objects: Objects, tmp_path: Path) -> None:
    put_titles(objects, home.root / "lake")
    for place in (home.root / "lake", home.root / "nothing"):
        with pytest.raises(DataError, match=f"There are no ratings in {place}") as caught:
            fetch(source=str(place), home=tmp_path)
        assert ".parquet" in str(caught.value.hint)
    with pytest.raises(UnreachableError, match="There is no bucket nobodys"):
        fetch(source="s3://nobodys/lake", home=tmp_path)
    assert not [path for path in (tmp_path / "datasets").iterdir() if path.suffix != ".lock"]


def test_a_part_that_is_no_parquet_is_named(home: Home, objects: Objects, tmp_path: Path) -> None:
    put_parts(objects, home.root / "lake")
    objects.write(home.root / "lake" / "ratings" / "part-00001.parquet", b"userId,movieId,rating\n")
    with pytest.raises(DataError, match=r"ratings/part-00001\.parquet cannot be read as Parquet"):
        fetch(source=str(home.root / "lake"), home=tmp_path)
    assert not (tmp_path / "datasets" / "lake").exists()


def test_what_is_no_address_of_a_store_is_refused(cli: Cli, tmp_path: Path) -> None:
    answer = cli("fetch", "--from", "s3://", home=tmp_path)
    assert answer.code == 2
    assert "cannot be at s3://" in answer.err
