"""A dataset's file of ratings.

Ratings come by the ten million, so pyarrow reads them and every check is vectorised. Only when a check has
failed is the file read again line by line, to name the line.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from movierec_cli.datasets.dataset import RATING_COLUMNS
from movierec_cli.datasets.find_scale import LIKES_ALONE, DoubtfulScaleError, find_scale, with_step
from movierec_cli.datasets.layouts import CSV, DOUBLE_COLON, csv_header, decode, first_line, shown
from movierec_cli.datasets.lines import SEPARATORS, WHOLE, check_count, lines_of, whole_number
from movierec_cli.errors import DataError
from movierec_cli.vectors.scale import RatingScale

_FIELDS = ("user_id", "movie_id", "rating", "timestamp")
_CSV_NAMES = {"userid": "user_id", "movieid": "movie_id", "rating": "rating", "timestamp": "timestamp"}
_MAX_TABLE = 100_000_000
_LARGEST_RATING = 1e6
_MAX_SECONDS = 253_402_300_800  # the year 10000: beyond it are milliseconds


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a file's fields must be.

    known_ids: of movies, None for any. lowest, highest: of ratings. beyond, hint: the end of a sentence about
    a rating that is not between them, and what to do then.
    """

    known_ids: npt.NDArray[np.int64] | None
    lowest: float = -math.inf
    highest: float = math.inf
    beyond: str = ""
    hint: str | None = None


def read_ratings(
    path: Path,
    layout: str,
    known_ids: npt.NDArray[np.int64] | None,
    scale: RatingScale | tuple[float, float] | None,
) -> tuple[pd.DataFrame, RatingScale]:
    """RATING_COLUMNS, the latest of each pair, and their scale. Raises DataError naming line and value.

    known_ids: of movies, None for any. scale: as for read_dataset.
    """
    columns = _rating_columns(path, layout)
    expected = _expected(known_ids, scale)
    try:
        columns_read = _read_fast(path, layout, columns)
    except pa.ArrowException as error:
        _raise_first_fault(path, layout, columns, expected, str(error))
    ratings = columns_read["rating"]
    if not len(ratings):
        raise DataError(f"{path.name} holds no ratings")
    if not _all_good(columns_read, expected):
        _raise_first_fault(path, layout, columns, expected, "it holds values out of range")
    if isinstance(scale, tuple):
        scale = with_step(ratings, *scale)
    elif scale is None:
        try:
            scale = find_scale(ratings, by_halves=layout == CSV)
        except DoubtfulScaleError as doubt:
            hint = f"Put the file right, or if it is, say its scale: --scale {doubt.likely}"
            expected = _Expected(known_ids, doubt.lowest, doubt.highest, doubt.reason, hint)
            _raise_first_fault(path, layout, columns, expected, "its ratings are on no scale")
    if scale == LIKES_ALONE:
        columns_read["rating"] = np.ones_like(ratings)
    if "timestamp" not in columns_read:
        columns_read["timestamp"] = np.zeros(len(ratings), dtype=np.int64)
    frame = pd.DataFrame({name: columns_read[name] for name in RATING_COLUMNS}, copy=False)
    return _latest_of_each_pair(frame), scale


def _expected(
    known_ids: npt.NDArray[np.int64] | None, scale: RatingScale | tuple[float, float] | None
) -> _Expected:
    if scale is None or scale == LIKES_ALONE:
        return _Expected(known_ids)
    lowest, highest = scale if isinstance(scale, tuple) else (scale.lowest, scale.highest)
    beyond = f"beyond the scale from {lowest:g} to {highest:g}"
    hint = "Put the file right, or give another scale: movierec fetch --from ... --scale LOWEST-HIGHEST"
    return _Expected(known_ids, lowest, highest, beyond, hint)


def _rating_columns(path: Path, layout: str) -> list[str | None]:
    """The file's columns in its own order; None for one that is not ours."""
    line = first_line(path)
    if layout != CSV:
        return list(_FIELDS[: 3 if line.count(SEPARATORS[layout]) == 2 else 4])
    columns = [_CSV_NAMES.get(name) for name in csv_header(line)]
    wanted = [column for column in columns if column is not None]
    missing = [column for column in _FIELDS[:3] if column not in wanted]
    if missing or len(wanted) != len(set(wanted)):
        fault = f"lacks {', '.join(missing)}" if missing else "has a column twice"
        raise DataError(
            f"{path.name}, line 1: the header {shown(line)} {fault}",
            hint="The header of a MovieLens ratings file is userId,movieId,rating,timestamp.",
        )
    return columns


def _read_fast(path: Path, layout: str, columns: list[str | None]) -> dict[str, npt.NDArray[Any]]:
    names = [column or f"unused {position}" for position, column in enumerate(columns)]
    types = {"user_id": pa.int64(), "movie_id": pa.int64(), "rating": pa.float32(), "timestamp": pa.int64()}
    wanted = [column for column in columns if column is not None]
    delimiter = "," if layout == CSV else "\t"
    if layout == DOUBLE_COLON:
        # pyarrow knows delimiters of one character only: "1::2" is three fields, and the empty one between
        # them, read as type null, must be empty.
        delimiter = ":"
        fillers = [f"filler {position}" for position in range(len(names) - 1)]
        names = [name for pair in zip(names, fillers, strict=False) for name in pair] + names[-1:]
        types |= {filler: pa.null() for filler in fillers}
        wanted += fillers
    table = arrow_csv.read_csv(
        path,
        arrow_csv.ReadOptions(column_names=names, skip_rows=_leading_rows(path, layout)),
        arrow_csv.ParseOptions(delimiter=delimiter, quote_char='"' if layout == CSV else False),
        arrow_csv.ConvertOptions(column_types=types, include_columns=wanted, null_values=[""]),
    )
    if any(table[name].null_count for name in table.column_names if name in _FIELDS):
        raise pa.ArrowInvalid("a field is empty")
    read = {name: table[name].to_numpy() for name in table.column_names if name in _FIELDS}
    del table
    pa.default_memory_pool().release_unused()  # else Arrow keeps more than a gigabyte of 32 million ratings
    return read


def _leading_rows(path: Path, layout: str) -> int:
    """The lines up to and with the header."""
    if layout != CSV:
        return 0
    with path.open("rb") as file:
        return next(number for number, line in enumerate(file, 1) if decode(line).strip())


def _all_good(columns: dict[str, npt.NDArray[Any]], expected: _Expected) -> bool:
    seconds, ratings, known_ids = columns.get("timestamp"), columns["rating"], expected.known_ids
    # min and max of floats with a NaN are NaN, and no comparison with NaN is true.
    return bool(
        columns["user_id"].min() >= 0
        and columns["movie_id"].min() >= 0
        and max(expected.lowest, -_LARGEST_RATING) <= ratings.min()
        and ratings.max() <= min(expected.highest, _LARGEST_RATING)
        and (seconds is None or (seconds.min() >= 0 and seconds.max() < _MAX_SECONDS))
        and (known_ids is None or _all_known(columns["movie_id"], known_ids))
    )


def _all_known(movie_ids: npt.NDArray[np.int64], known_ids: npt.NDArray[np.int64]) -> bool:
    largest = int(known_ids.max())
    if largest > _MAX_TABLE:
        return bool(np.isin(movie_ids, known_ids).all())
    # A table to look ids up in is ten times as fast as np.isin, for ids as small as MovieLens's.
    table = np.zeros(largest + 1, dtype=np.bool_)
    table[known_ids] = True
    return bool(movie_ids.max() <= largest and table[movie_ids].all())


def _raise_first_fault(
    path: Path, layout: str, columns: list[str | None], expected: _Expected, reason: str
) -> NoReturn:
    known = None if expected.known_ids is None else set(expected.known_ids.tolist())
    # Line by line: the file may be larger than memory.
    with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file:
        rows = lines_of(file, path.name, layout)
        if layout == CSV:
            next(rows)
        for number, fields in rows:
            _check(fields, columns, known, expected, f"{path.name}, line {number}")
    raise DataError(f"{path.name} cannot be read: {shown(reason)}")


def _check(
    fields: list[str], columns: list[str | None], known: set[int] | None, expected: _Expected, where: str
) -> None:
    """Raise DataError for a line of ratings that is not as it should be."""
    check_count(fields, len(columns), where, " ")
    for column, field in zip(columns, fields, strict=True):
        what, value = (column or "").replace("_", " "), field.strip()
        if column == "rating":
            _check_rating(value, expected, where)
        elif column == "timestamp":
            if not WHOLE.fullmatch(value) or int(value) >= _MAX_SECONDS:
                raise DataError(
                    f"{where}: the timestamp is {shown(value)}, not a whole number of seconds since 1970"
                )
        elif column is not None:
            movie_or_user_id = whole_number(value, what, where)
            if column == "movie_id" and known is not None and movie_or_user_id not in known:
                raise DataError(f"{where}: movie {value} is rated, and is not in the movies file")


def _check_rating(value: str, expected: _Expected, where: str) -> None:
    try:
        rating = float(value)
    except ValueError:
        rating = math.nan
    if not abs(rating) <= _LARGEST_RATING:
        raise DataError(f"{where}: the rating is {shown(value)}, not a number that a rating can be")
    if not expected.lowest <= rating <= expected.highest:
        raise DataError(f"{where}: the rating is {shown(value)}, {expected.beyond}", expected.hint)


def _latest_of_each_pair(ratings: pd.DataFrame) -> pd.DataFrame:
    """Drop all but the latest rating of a movie by a person.

    The large releases are sorted by person and movie, and then one pass shows that no pair is repeated.
    """
    user_ids, movie_ids = ratings["user_id"].to_numpy(), ratings["movie_id"].to_numpy()
    later_user = user_ids[1:] > user_ids[:-1]
    later_movie = (user_ids[1:] == user_ids[:-1]) & (movie_ids[1:] > movie_ids[:-1])
    if bool((later_user | later_movie).all()) or not ratings.duplicated(["user_id", "movie_id"]).any():
        return ratings
    in_time = ratings.sort_values("timestamp", kind="stable")
    latest = in_time.drop_duplicates(["user_id", "movie_id"], keep="last")
    return latest.sort_index().reset_index(drop=True)
