"""Ratings and movies in Parquet are read as the same ones in CSV."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.library import fetch, load_dataset
from movierec_cli.errors import DataError
from tests.datasets.samples import MOVIES, RATINGS, csv_files, write

USERS, RATED, STARS, TIMES = (list(column) for column in zip(*RATINGS, strict=True))
TITLES = [f"{title} ({year})" for _, title, year, _ in MOVIES]
NAMES = [["userId", "movieId"], ["user_id", "movie_id"], ["user", "movie"], ["UserID", "item_id"]]


def put(path: Path, columns: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table(columns), path)


def put_ratings(path: Path, some: slice = slice(None), **changes: Any) -> None:
    columns = {"userId": USERS, "movieId": RATED, "rating": STARS, "timestamp": TIMES}
    put(path, {name: changes.get(name, values)[some] for name, values in columns.items()})


def put_movies(path: Path) -> None:
    ids, genres = [row[0] for row in MOVIES], [list(row[3]) for row in MOVIES]
    put(path, {"movieId": ids, "title": TITLES, "genres": pa.array(genres, pa.list_(pa.string()))})


def fetched(folder: Path, tmp_path: Path) -> Dataset:
    fetch(source=folder, name="sample", home=tmp_path / "home")
    return load_dataset("sample", home=tmp_path / "home")


@pytest.fixture
def wanted(tmp_path: Path) -> Dataset:
    """The same from CSV."""
    fetch(source=write(tmp_path / "csv", csv_files()), name="sample", home=tmp_path / "home-of-csv")
    return load_dataset("sample", home=tmp_path / "home-of-csv")


def same(one: Dataset, other: Dataset) -> bool:
    known = ["movie_id", "title", "year", "genres"]
    pd.testing.assert_frame_equal(one.ratings, other.ratings)
    pd.testing.assert_frame_equal(one.movies[known], other.movies[known])
    return one.scale == other.scale


def test_one_file_of_each(tmp_path: Path, wanted: Dataset) -> None:
    put_ratings(tmp_path / "lake" / "any-name.parquet")
    put_movies(tmp_path / "lake" / "films.parquet")
    assert same(fetched(tmp_path / "lake", tmp_path), wanted)
    home = tmp_path / "home"
    assert sorted(path.name for path in (home / "datasets").iterdir() if path.suffix != ".lock") == ["sample"]
    assert fetch(source=tmp_path / "lake", name="sample", home=home).already_there


def test_parts_as_spark_writes_them(tmp_path: Path, wanted: Dataset) -> None:
    """In folders, with files of its own beside them."""
    lake = tmp_path / "lake"
    for number, some in enumerate((slice(0, 2), slice(2, 2), slice(2, 5), slice(5, 6))):
        put_ratings(lake / "ratings" / f"part-0000{number}.snappy.parquet", some)
    for name in ("_SUCCESS", "_metadata.parquet", ".part-00000.parquet.crc", ".hidden.parquet"):
        (lake / "ratings" / name).write_bytes(b"of Spark")
    put_movies(lake / "movies" / "part-00000.parquet")
    assert same(fetched(lake, tmp_path), wanted)


def test_movies_may_be_in_csv(tmp_path: Path, wanted: Dataset) -> None:
    put_ratings(tmp_path / "lake" / "ratings.parquet")
    write(tmp_path / "lake", {"movies.csv": csv_files()["movies.csv"]})
    assert same(fetched(tmp_path / "lake", tmp_path), wanted)


@pytest.mark.parametrize("names", NAMES, ids=" ".join)
@pytest.mark.parametrize("number", [pa.int32(), pa.float64(), pa.decimal128(20, 1)], ids=str)
def test_columns_go_by_names_and_numbers_of_any_kind_will_do(
    tmp_path: Path, names: list[str], number: pa.DataType
) -> None:
    columns = {names[0]: pa.array(USERS, pa.int32()), names[1]: pa.array(RATED, pa.uint32())}
    put(tmp_path / "lake" / "r.parquet", {"rating": pa.array(STARS).cast(number), **columns, "more": USERS})
    dataset = fetched(tmp_path / "lake", tmp_path)
    assert dataset.ratings[["user_id", "movie_id", "rating"]].to_numpy().tolist() == [
        [user, movie, stars] for user, movie, stars, _ in RATINGS
    ]
    assert not dataset.ratings["timestamp"].any()
    assert dataset.movies["title"].tolist() == ["Movie 10", "Movie 20", "Movie 30"]


@pytest.mark.parametrize("unit", ["s", "ms", "ns"])
def test_timestamps_of_parquet_become_seconds(tmp_path: Path, unit: str) -> None:
    times = pa.array([datetime.fromtimestamp(time, UTC) for time in TIMES], pa.timestamp(unit, "UTC"))
    put_ratings(tmp_path / "lake" / "ratings.parquet", timestamp=times)
    assert fetched(tmp_path / "lake", tmp_path).ratings["timestamp"].tolist() == TIMES


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"userId": list("abcdef")}, r"ratings\.parquet: the column userId holds string"),
        ({"movieId": [1.5] * 6}, r"ratings\.parquet: the column movieId holds double"),
        ({"userId": [None, *USERS[1:]]}, r"ratings\.csv, line 2: the user id is ''"),
        ({"rating": [float("nan"), *STARS[1:]]}, r"ratings\.csv, line 2: the rating is 'nan'"),
        ({"userId": [-1, *USERS[1:]]}, r"ratings\.csv, line 2: the user id is '-1'"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, changes: dict[str, list[Any]], said: str) -> None:
    put_ratings(tmp_path / "lake" / "ratings.parquet", slice(None), **changes)
    with pytest.raises(DataError, match=said):
        fetched(tmp_path / "lake", tmp_path)
    assert not (tmp_path / "home" / "datasets" / "sample").exists()


def test_a_column_is_named_as_it_is_in_the_file(tmp_path: Path) -> None:
    columns = {"user": list("abcdef"), "movie": RATED, "rating": STARS}
    put(tmp_path / "lake" / "r.parquet", columns)
    with pytest.raises(DataError, match=r"r\.parquet: the column user holds string"):
        fetched(tmp_path / "lake", tmp_path)


def test_of_one_file_its_folder_is_asked_for(tmp_path: Path) -> None:
    put_ratings(tmp_path / "lake" / "part-0.parquet")
    with pytest.raises(DataError, match="a dataset is a folder of them") as caught:
        fetched(tmp_path / "lake" / "part-0.parquet", tmp_path)
    assert caught.value.hint == f"Give the folder: movierec fetch --from {tmp_path / 'lake'}"


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "lake", {"ratings.parquet": b"userId,movieId,rating\n1,2,3\n"})
    with pytest.raises(DataError, match=r"ratings\.parquet cannot be read as Parquet"):
        fetched(tmp_path / "lake", tmp_path)


def test_a_file_of_a_movielens_layout_goes_first(tmp_path: Path, wanted: Dataset) -> None:
    write(tmp_path / "lake", csv_files())
    put_ratings(tmp_path / "lake" / "older.parquet", slice(0, 2))
    assert same(fetched(tmp_path / "lake", tmp_path), wanted)


def test_a_folder_without_ratings_is_said_to_have_none(tmp_path: Path) -> None:
    put_movies(tmp_path / "lake" / "movies.parquet")
    with pytest.raises(DataError, match="There are no ratings in"):
        fetched(tmp_path / "lake", tmp_path)
