"""A dataset's file of ratings.

Ratings come by the ten million, so pyarrow reads them and every check is vectorised. Only when a check has
failed is the file read again line by line, to name the line.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
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
from movierec_cli.datasets.tally import Tally
from movierec_cli.errors import DataError
from movierec_cli.vectors.scale import RatingScale

_FIELDS = ("user_id", "movie_id", "rating", "timestamp")
_CSV_NAMES = {"userid": "user_id", "movieid": "movie_id", "rating": "rating", "timestamp": "timestamp"}
_MAX_TABLE = 100_000_000
_LARGEST_RATING = 1e6
_MAX_SECONDS = 253_402_300_800  # the year 10000: beyond it are milliseconds
_OUT_OF_RANGE = "it holds values out of range"

Columns = dict[str, npt.NDArray[Any]]
"""Of a ratings file, by their names in RATING_COLUMNS; without timestamp where the file has none."""
GivenScale = RatingScale | tuple[float, float] | None
""" "scale" of read_dataset: that of the ratings, its two ends, or neither."""


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


class RatingsFile:
    """A file of ratings, which is read at once or in blocks. Whatever is read is checked.

    known_ids: of movies, None for any. scale: as for read_dataset.
    """

    def __init__(
        self, path: Path, layout: str, known_ids: npt.NDArray[np.int64] | None, scale: GivenScale
    ) -> None:
        self._path, self._layout, self._scale = path, layout, scale
        self._columns = _rating_columns(path, layout)
        self._expected = _expected(known_ids, scale)

    def read(self) -> Columns:
        """All ratings. Raises DataError naming line and value."""
        with self._faults_named():
            table = arrow_csv.read_csv(self._path, *self._options())
            columns = _arrays(table)
            del table
            # Else Arrow keeps more than a gigabyte of 32 million ratings.
            pa.default_memory_pool().release_unused()
        if not len(columns["rating"]):
            raise self._no_ratings()
        self._check(columns)
        self.check_movies(columns["movie_id"])
        return columns

    def blocks(self, size: int) -> Iterator[Columns]:
        """The ratings of one block after another, of `size` bytes. Raises DataError naming line and value.

        Whether the movies are known is left to `check_movies`.
        """
        is_empty = True
        with self._faults_named(), arrow_csv.open_csv(self._path, *self._options(size)) as reader:
            for batch in reader:
                if batch.num_rows:
                    is_empty = False
                    columns = _arrays(batch)
                    self._check(columns)
                    yield columns
        if is_empty:
            raise self._no_ratings()

    def check_movies(self, movie_ids: npt.NDArray[np.int64]) -> None:
        """Raise DataError naming the line of a movie that is not known, where one of these is not."""
        known_ids = self._expected.known_ids
        if known_ids is not None and len(movie_ids) and not _all_known(movie_ids, known_ids):
            self._raise_first_fault(_OUT_OF_RANGE)

    def scale_of(self, values: npt.NDArray[np.float32], counts: npt.NDArray[np.int64]) -> RatingScale:
        """The scale of all ratings of the file, by which there are, ascending, and how often.

        Raises DataError naming the first that no scale explains.
        """
        if isinstance(self._scale, RatingScale):
            return self._scale
        if self._scale is not None:
            return with_step(values, *self._scale)
        try:
            return find_scale(values, counts, by_halves=self._layout == CSV)
        except DoubtfulScaleError as doubt:
            hint = f"Put the file right, or if it is, say its scale: --scale {doubt.likely}"
            known_ids = self._expected.known_ids
            self._expected = _Expected(known_ids, doubt.lowest, doubt.highest, doubt.reason, hint)
            self._raise_first_fault("its ratings are on no scale")

    def _options(
        self, block_size: int | None = None
    ) -> tuple[arrow_csv.ReadOptions, arrow_csv.ParseOptions, arrow_csv.ConvertOptions]:
        names = [column or f"unused {position}" for position, column in enumerate(self._columns)]
        types = {
            "user_id": pa.int64(),
            "movie_id": pa.int64(),
            "rating": pa.float32(),
            "timestamp": pa.int64(),
        }
        wanted = [column for column in self._columns if column is not None]
        delimiter = "," if self._layout == CSV else "\t"
        if self._layout == DOUBLE_COLON:
            # pyarrow knows delimiters of one character only: "1::2" is three fields, and the empty one
            # between them, read as type null, must be empty.
            delimiter = ":"
            fillers = [f"filler {position}" for position in range(len(names) - 1)]
            names = [name for pair in zip(names, fillers, strict=False) for name in pair] + names[-1:]
            types |= {filler: pa.null() for filler in fillers}
            wanted += fillers
        leading = _leading_rows(self._path, self._layout)
        return (
            arrow_csv.ReadOptions(column_names=names, skip_rows=leading, block_size=block_size),
            arrow_csv.ParseOptions(delimiter=delimiter, quote_char='"' if self._layout == CSV else False),
            arrow_csv.ConvertOptions(column_types=types, include_columns=wanted, null_values=[""]),
        )

    def _check(self, columns: Columns) -> None:
        if not _all_in_range(columns, self._expected):
            self._raise_first_fault(_OUT_OF_RANGE)

    @contextmanager
    def _faults_named(self) -> Iterator[None]:
        """Name the line that Arrow cannot read."""
        try:
            yield
        except pa.ArrowException as error:
            self._raise_first_fault(str(error))

    def _no_ratings(self) -> DataError:
        return DataError(f"{self._path.name} holds no ratings")

    def _raise_first_fault(self, reason: str) -> NoReturn:
        known_ids = self._expected.known_ids
        known = None if known_ids is None else set(known_ids.tolist())
        # Line by line: the file may be larger than memory.
        with self._path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file:
            rows = lines_of(file, self._path.name, self._layout)
            if self._layout == CSV:
                next(rows)
            for number, fields in rows:
                _check(fields, self._columns, known, self._expected, f"{self._path.name}, line {number}")
        raise DataError(f"{self._path.name} cannot be read: {shown(reason)}")


def read_ratings(
    path: Path, layout: str, known_ids: npt.NDArray[np.int64] | None, scale: GivenScale
) -> tuple[pd.DataFrame, RatingScale]:
    """RATING_COLUMNS, the latest of each pair, and their scale. Raises DataError naming line and value.

    known_ids: of movies, None for any. scale: as for read_dataset.
    """
    file = RatingsFile(path, layout, known_ids, scale)
    columns = file.read()
    if not isinstance(scale, RatingScale):
        stars = Tally()
        stars.add(columns["rating"])
        scale = file.scale_of(*stars.total())
    return rating_frame(columns, scale), scale


def rating_frame(columns: Columns, scale: RatingScale) -> pd.DataFrame:
    """RATING_COLUMNS, the latest of each pair."""
    count = len(columns["rating"])
    if scale == LIKES_ALONE:
        columns = columns | {"rating": np.ones(count, dtype=np.float32)}
    if "timestamp" not in columns:
        columns = columns | {"timestamp": np.zeros(count, dtype=np.int64)}
    frame = pd.DataFrame({name: columns[name] for name in RATING_COLUMNS}, copy=False)
    return _latest_of_each_pair(frame)


def ascending(user_ids: npt.NDArray[np.int64], movie_ids: npt.NDArray[np.int64]) -> bool:
    """Whether they are sorted by person and movie, and no pair is repeated."""
    later_user = user_ids[1:] > user_ids[:-1]
    later_movie = (user_ids[1:] == user_ids[:-1]) & (movie_ids[1:] > movie_ids[:-1])
    return bool((later_user | later_movie).all())


def _expected(known_ids: npt.NDArray[np.int64] | None, scale: GivenScale) -> _Expected:
    if scale is None or scale == LIKES_ALONE:
        return _Expected(known_ids)
    lowest, highest = scale if isinstance(scale, tuple) else scale.ends
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


def _arrays(table: pa.Table | pa.RecordBatch) -> Columns:
    """Our columns of it. Raises ArrowInvalid where a field is empty."""
    ours = [name for name in table.column_names if name in _FIELDS]
    if any(table[name].null_count for name in ours):
        raise pa.ArrowInvalid("a field is empty")
    return {name: table[name].to_numpy() for name in ours}


def _leading_rows(path: Path, layout: str) -> int:
    """The lines up to and with the header."""
    if layout != CSV:
        return 0
    with path.open("rb") as file:
        return next(number for number, line in enumerate(file, 1) if decode(line).strip())


def _all_in_range(columns: Columns, expected: _Expected) -> bool:
    seconds, ratings = columns.get("timestamp"), columns["rating"]
    # min and max of floats with a NaN are NaN, and no comparison with NaN is true.
    return bool(
        columns["user_id"].min() >= 0
        and columns["movie_id"].min() >= 0
        and max(expected.lowest, -_LARGEST_RATING) <= ratings.min()
        and ratings.max() <= min(expected.highest, _LARGEST_RATING)
        and (seconds is None or (seconds.min() >= 0 and seconds.max() < _MAX_SECONDS))
    )


def _all_known(movie_ids: npt.NDArray[np.int64], known_ids: npt.NDArray[np.int64]) -> bool:
    largest = int(known_ids.max())
    if largest > _MAX_TABLE:
        return bool(np.isin(movie_ids, known_ids).all())
    # A table to look ids up in is ten times as fast as np.isin, for ids as small as MovieLens's.
    table = np.zeros(largest + 1, dtype=np.bool_)
    table[known_ids] = True
    return bool(movie_ids.max() <= largest and table[movie_ids].all())


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
    if ascending(user_ids, movie_ids) or not ratings.duplicated(["user_id", "movie_id"]).any():
        return ratings
    in_time = ratings.sort_values("timestamp", kind="stable")
    latest = in_time.drop_duplicates(["user_id", "movie_id"], keep="last")
    return latest.sort_index().reset_index(drop=True)
