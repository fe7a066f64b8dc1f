"""Parquet, as who has many ratings keeps them, written as the CSV files of MovieLens's later releases."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv, parquet

from movierec_cli.datasets.layouts import CSV, LINK_FILE, MOVIE_FILES, RATING_FILES, TAG_FILE, column_names
from movierec_cli.errors import DataError

_NAMES = {
    **dict.fromkeys(("user", "userid"), "userId"),
    **dict.fromkeys(("movie", "movieid", "item"), "movieId"),
    **{name: name for name in ("rating", "timestamp", "title", "genres")},
}
"""What a column holds, by its name in the spelling of `column_names`."""
_RATINGS, _MOVIES = {"userId", "movieId", "rating"}, {"movieId", "title"}
_SCHEMA = [("userId", pa.int64()), ("movieId", pa.int64()), ("rating", None), ("timestamp", pa.int64())]


def as_csv(folder: Path, target: Path) -> Path:
    """`target`, into which the ratings and movies are written that Parquet files hold, in `folder` or in the
    folders in it; `folder` itself where none holds ratings, or where it has a ratings.csv or the like.

    Several files of ratings are one after another, by their names. Movies may as well be in a movies.csv.
    Raises DataError for files that are not Parquet, and for columns that cannot be what their names say.
    """
    found = sorted([*folder.glob("*.parquet"), *folder.glob("*/*.parquet")])
    paths = [path for path in found if path.is_file() and _shows(path, folder)]
    if any((folder / name).is_file() for name in RATING_FILES.values()):
        return folder
    columns = {path: _columns(path) for path in paths}
    ratings = [path for path in paths if {*columns[path]} >= _RATINGS]
    if not ratings:
        return folder
    target.mkdir(parents=True)
    _write_ratings(target / RATING_FILES[CSV], {path: columns[path] for path in ratings})
    movies = [path for path in paths if {*columns[path]} >= _MOVIES and path not in ratings]
    if movies:
        _write_movies(target / MOVIE_FILES[CSV], {path: columns[path] for path in movies})
    for name in (MOVIE_FILES[CSV], LINK_FILE, TAG_FILE):
        if (folder / name).is_file() and not (target / name).exists():
            shutil.copyfile(folder / name, target / name)
    return target


def _shows(path: Path, folder: Path) -> bool:
    """Whether it is not in a folder, or has a name, that is hidden or that Spark writes beside its parts."""
    return not any(part[0] in "._" for part in path.relative_to(folder).parts)


def _columns(path: Path) -> dict[str, str]:
    """The names of the columns that are known, by what they hold."""
    try:
        names = parquet.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:100]
        raise DataError(f"{path.name} cannot be read as Parquet: {reason}") from None
    held = {_NAMES.get(spelled): name for spelled, name in zip(column_names(names), names, strict=True)}
    return {what: name for what, name in held.items() if what}


def _write_ratings(target: Path, files: dict[Path, dict[str, str]]) -> None:
    """As they come, some at a time."""
    has_times = all("timestamp" in columns for columns in files.values())
    fields = _SCHEMA if has_times else _SCHEMA[:3]
    schema = pa.schema([(name, type_ or pa.float32()) for name, type_ in fields])
    with arrow_csv.CSVWriter(target, schema) as writer:
        for path, columns in files.items():
            for batch in _batches(path, [columns[name] for name in schema.names]):
                cast = [_cast(path, batch[columns[field.name]], field) for field in schema]
                writer.write(pa.table(cast, schema=schema))


def _batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    try:
        yield from parquet.ParquetFile(path).iter_batches(columns=columns)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:100]
        raise DataError(f"{path.name} cannot be read as Parquet: {reason}") from None


def _cast(path: Path, column: pa.Array, field: pa.Field) -> pa.Array:
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("s"), safe=False)
    try:
        return column.cast(field.type, safe=field.name != "rating")
    except pa.ArrowException as error:
        wanted = "numbers" if field.name == "rating" else "whole numbers"
        raise DataError(
            f"{path.name}: the column {field.name} holds {column.type}, and it takes {wanted}: "
            f"{str(error).splitlines()[0][:100]}"
        ) from None


def _write_movies(target: Path, files: dict[Path, dict[str, str]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["movieId", "title", "genres"])
        for path, columns in files.items():
            for batch in _batches(path, list(columns.values())):
                for row in batch.to_pylist():
                    genres = row.get(columns.get("genres", "")) or ""
                    text = genres if isinstance(genres, str) else "|".join(genres)
                    writer.writerow([row[columns["movieId"]], row[columns["title"]], text])
