"""Parquet, as who has many ratings keeps them, written as the CSV files of MovieLens's later releases."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv, parquet

from movierec_cli.datasets.layouts import (
    COMPANIONS,
    CSV,
    LINK_FILE,
    MOVIE_FILES,
    RATING_FILES,
    TAG_FILE,
    column_names,
)
from movierec_cli.errors import DataError
from movierec_cli.system.storage import Storage

_NAMES = {
    **dict.fromkeys(("user", "userid"), "userId"),
    **dict.fromkeys(("movie", "movieid", "item"), "movieId"),
    **{name: name for name in ("rating", "timestamp", "title", "genres")},
}
"""What a column holds, by its name in the spelling of `column_names`."""
_RATINGS, _MOVIES = {"userId", "movieId", "rating"}, {"movieId", "title"}
_SCHEMA = [("userId", pa.int64()), ("movieId", pa.int64()), ("rating", None), ("timestamp", pa.int64())]


def as_csv(source: Storage, target: Path) -> bool:
    """Write into the folder `target` the ratings and movies that Parquet files hold, in `source` or in the
    folders in it. False where none holds ratings, or where there is a ratings.csv or the like.

    Several files of ratings are one after another, by their names; no more is held than a part of one. Movies
    may as well be in a movies.csv.
    Raises DataError for files that are not Parquet, and for columns that cannot be what their names say.
    """
    there = source.files(depth=1)
    if not there.keys().isdisjoint(RATING_FILES.values()):
        return False
    columns = {name: _columns(source, name) for name in sorted(there) if _is_part(name)}
    ratings = {name: known for name, known in columns.items() if known.keys() >= _RATINGS}
    if not ratings:
        return False
    target.mkdir(parents=True)
    _write_ratings(source, target / RATING_FILES[CSV], ratings)
    movies = {name: known for name, known in columns.items() if known.keys() >= _MOVIES}
    if movies := {name: known for name, known in movies.items() if name not in ratings}:
        _write_movies(source, target / MOVIE_FILES[CSV], movies)
    beside = {MOVIE_FILES[CSV], LINK_FILE, TAG_FILE} - {path.name for path in target.iterdir()}
    _copy(source, sorted(beside & there.keys()), target)
    return True


def as_it_is(source: Storage, target: Path) -> bool:
    """Copy into the folder `target` the files that have the names of a MovieLens layout; false without any
    ratings."""
    names = {*RATING_FILES.values(), *MOVIE_FILES.values(), LINK_FILE, TAG_FILE, *COMPANIONS}
    found = names & source.files(depth=0).keys()
    if found.isdisjoint(RATING_FILES.values()):
        return False
    target.mkdir(parents=True)
    _copy(source, sorted(found), target)
    return True


def _copy(source: Storage, names: list[str], target: Path) -> None:
    """Copy files into a folder."""
    for name in names:
        with source.open(name) as file, (target / name).open("wb") as copied:
            shutil.copyfileobj(file, copied, 1 << 20)


def _is_part(name: str) -> bool:
    """Whether it is Parquet by its name, and neither hidden nor what Spark writes beside its parts, nor in a
    folder that is."""
    return name.endswith(".parquet") and not any(part[0] in "._" for part in name.split("/"))


@contextmanager
def _opened(source: Storage, name: str) -> Iterator[parquet.ParquetFile]:
    try:
        with source.open(name) as file:
            yield parquet.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:100]
        raise DataError(f"{name} cannot be read as Parquet: {reason}") from None


def _columns(source: Storage, name: str) -> dict[str, str]:
    """The names of the columns that are known, by what they hold."""
    with _opened(source, name) as file:
        names = file.schema_arrow.names
    held = {_NAMES.get(spelled): name for spelled, name in zip(column_names(names), names, strict=True)}
    return {what: name for what, name in held.items() if what}


def _write_ratings(source: Storage, target: Path, files: dict[str, dict[str, str]]) -> None:
    """As they come, some at a time."""
    has_times = all("timestamp" in columns for columns in files.values())
    fields = _SCHEMA if has_times else _SCHEMA[:3]
    schema = pa.schema([(name, type_ or pa.float32()) for name, type_ in fields])
    with arrow_csv.CSVWriter(target, schema) as writer:
        for name, columns in files.items():
            for batch in _batches(source, name, [columns[field] for field in schema.names]):
                cast = [_cast(name, columns[field.name], batch, field) for field in schema]
                writer.write(pa.table(cast, schema=schema))


def _batches(source: Storage, name: str, columns: list[str]) -> Iterator[pa.RecordBatch]:
    with _opened(source, name) as file:
        yield from file.iter_batches(columns=columns)


def _cast(file: str, name: str, batch: pa.RecordBatch, field: pa.Field) -> pa.Array:
    column = batch[name]
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("s"), safe=False)
    try:
        return column.cast(field.type, safe=field.name != "rating")
    except pa.ArrowException as error:
        wanted = "numbers" if field.name == "rating" else "whole numbers"
        reason = str(error).splitlines()[0][:100]
        raise DataError(
            f"{file}: the column {name} holds {column.type}, and it takes {wanted}: {reason}"
        ) from None


def _write_movies(source: Storage, target: Path, files: dict[str, dict[str, str]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["movieId", "title", "genres"])
        for name, columns in files.items():
            for batch in _batches(source, name, list(columns.values())):
                for row in batch.to_pylist():
                    genres = row.get(columns.get("genres", "")) or ""
                    text = genres if isinstance(genres, str) else "|".join(genres)
                    writer.writerow([row[columns["movieId"]], row[columns["title"]], text])
