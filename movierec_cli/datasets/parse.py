"""MovieLens layouts -> Dataset.

Ratings come by the ten million, so pyarrow reads them and every check is vectorised. Only when a check has
failed is the file read again line by line, to name the line. Movies come by the ten thousand: plain Python.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from movierec_cli.datasets.dataset import MOVIE_COLUMNS, RATING_COLUMNS, Dataset
from movierec_cli.datasets.find_scale import LIKES_ALONE, DoubtfulScaleError, find_scale, with_step
from movierec_cli.datasets.layouts import (
    CSV,
    DOUBLE_COLON,
    PIPE,
    TAB,
    DatasetFiles,
    column_names,
    csv_header,
    decode,
    first_line,
    recognise,
    shown,
)
from movierec_cli.datasets.tags import read_tags
from movierec_cli.errors import DataError
from movierec_cli.vectors.scale import RatingScale

GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *(
        "Fantasy",
        "Film-Noir",
        "Horror",
        "Musical",
        "Mystery",
        "Romance",
        "Sci-Fi",
        "Thriller",
        "War",
        "Western",
    ),
)
"""The genres of ml-100k in the order of u.item's 19 flags."""

_NO_GENRE = frozenset({"", "unknown", "(no genres listed)"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# The year, or the first of a span, in the last brackets: "(1995)", "(2006–2007)", "(2009– )", "(1983))",
# and in ml-100k once followed by a mark for "video": "(1995) (V)".
_YEAR = re.compile(
    r"(?P<title>.*?)\s*\(\s*(?P<year>(?:18|19|20)[0-9]{2})\s*(?:[-–—]\s*(?:[0-9]{4})?\s*)?\)+(?:\s*\((?:V|TV|VG)\))?",
    re.S,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_WHOLE = re.compile(r"[0-9]{1,19}")
_DATE = re.compile(r"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
_SEPARATORS = {TAB: "\t", DOUBLE_COLON: "::", PIPE: "|"}
_FIELDS = ("user_id", "movie_id", "rating", "timestamp")
_CSV_NAMES = {"userid": "user_id", "movieid": "movie_id", "rating": "rating", "timestamp": "timestamp"}
_MAX_TABLE = 100_000_000
_MAX_ID = 2**63 - 1
_LARGEST_RATING = 1e6
_MAX_SECONDS = 253_402_300_800  # the year 10000: beyond it are milliseconds


def read_dataset(
    files: Path | DatasetFiles, name: str, scale: RatingScale | tuple[float, float] | None = None
) -> Dataset:
    """Read a folder, or the files that `recognise` found in one.

    A folder without a movies file gives titles like "Movie 123". scale: that of the ratings, or its
    two ends, where they are known; otherwise it is found by the ratings.
    Raises DataError naming file, line and value for anything that its layout does not allow.
    """
    if isinstance(files, Path):
        files = recognise(files)
    movies = None if files.movies is None else _read_movies(files.movies, files.movies_layout or CSV)
    known_ids = None if movies is None else movies["movie_id"].to_numpy()
    ratings, scale = _read_ratings(files.ratings, files.ratings_layout, known_ids, scale)
    if movies is None:
        movie_ids = np.unique(ratings["movie_id"].to_numpy())
        movies = _movie_frame([_Movie(int(movie_id), f"Movie {movie_id}") for movie_id in movie_ids])
    elif files.links is not None:
        movies = _add_links(movies, files.links)
    tags = None if files.tags is None else read_tags(files.tags)
    return Dataset(name, ratings, movies, scale, tags)


def split_title(text: str) -> tuple[str, int | None]:
    """A title as MovieLens writes it -> the title without its year, and the year where it has one."""
    text = _CONTROL.sub(" ", text).strip()
    match = _YEAR.fullmatch(text)
    if match is None or not match["title"].strip():
        return text, None
    return match["title"].strip(), int(match["year"])


# ---- ratings ----


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


def _read_ratings(
    path: Path,
    layout: str,
    known_ids: npt.NDArray[np.int64] | None,
    scale: RatingScale | tuple[float, float] | None,
) -> tuple[pd.DataFrame, RatingScale]:
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
        return list(_FIELDS[: 3 if line.count(_SEPARATORS[layout]) == 2 else 4])
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
    return {name: table[name].to_numpy() for name in table.column_names if name in _FIELDS}


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
        rows = _rows(file, path.name, layout)
        if layout == CSV:
            next(rows)
        for number, fields in rows:
            _check(fields, columns, known, expected, f"{path.name}, line {number}")
    raise DataError(f"{path.name} cannot be read: {shown(reason)}")


def _check(
    fields: list[str], columns: list[str | None], known: set[int] | None, expected: _Expected, where: str
) -> None:
    """Raise DataError for a line of ratings that is not as it should be."""
    if len(fields) != len(columns):
        raise DataError(
            f"{where}: expected {len(columns)} fields, found {len(fields)}: {shown(' '.join(fields))}"
        )
    for column, field in zip(columns, fields, strict=True):
        what, value = (column or "").replace("_", " "), field.strip()
        if column == "rating":
            _check_rating(value, expected, where)
        elif column == "timestamp":
            if not _WHOLE.fullmatch(value) or int(value) >= _MAX_SECONDS:
                raise DataError(
                    f"{where}: the timestamp is {shown(value)}, not a whole number of seconds since 1970"
                )
        elif column is not None:
            movie_or_user_id = _whole(value, what, where)
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


# ---- movies ----


@dataclass(slots=True)
class _Movie:
    movie_id: int
    title: str
    year: int | None = None
    genres: tuple[str, ...] = ()
    release_date: str | None = None


def _read_movies(path: Path, layout: str) -> pd.DataFrame:
    rows = _rows(_text(path), path.name, layout)
    columns: list[str] = []
    if layout == CSV:
        line, names = next(rows)
        columns = column_names(names)
        if not {"movieid", "title"} <= set(columns):
            raise DataError(
                f"{path.name}, line {line}: the header {shown(','.join(names))} lacks movieId or title",
                hint="The header of a MovieLens movies file is movieId,title,genres.",
            )
    movies: dict[int, _Movie] = {}
    for number, fields in rows:
        where = f"{path.name}, line {number}"
        movie = _movie(fields, layout, columns, where)
        if movie.movie_id in movies:
            raise DataError(f"{where}: movie {movie.movie_id} is in the file twice")
        movies[movie.movie_id] = movie
    if not movies:
        raise DataError(f"{path.name} holds no movies")
    return _movie_frame(sorted(movies.values(), key=lambda movie: movie.movie_id))


def _movie(fields: list[str], layout: str, columns: list[str], where: str) -> _Movie:
    release_date = None
    if layout == PIPE:
        flags = fields[5:]
        if len(fields) != 5 + len(GENRES) or not set(flags) <= {"0", "1"}:
            raise DataError(
                f"{where}: not 5 fields and {len(GENRES)} flags of 0 or 1: {shown('|'.join(fields))}"
            )
        number, text = fields[:2]
        release_date = _date(fields[2], where)
        genres = [genre for genre, flag in zip(GENRES, flags, strict=True) if flag == "1"]
    elif layout == DOUBLE_COLON:
        if len(fields) < 3:
            raise DataError(f"{where}: expected 3 fields, found {len(fields)}: {shown('::'.join(fields))}")
        number, text, genres = fields[0], "::".join(fields[1:-1]), fields[-1].split("|")
    else:
        if len(fields) != len(columns):
            raise DataError(
                f"{where}: expected {len(columns)} fields, found {len(fields)}: {shown(','.join(fields))}"
            )
        named = dict(zip(columns, fields, strict=True))
        number, text, genres = named["movieid"], named["title"], named.get("genres", "").split("|")
    movie_id = _whole(number, "movie id", where)
    title, year = split_title(text)
    genres = [_CONTROL.sub(" ", genre).strip() for genre in genres]
    return _Movie(
        movie_id,
        title or f"Movie {movie_id}",
        year,
        tuple(genre for genre in genres if genre not in _NO_GENRE),
        release_date,
    )


def _movie_frame(movies: list[_Movie]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "movie_id": np.array([movie.movie_id for movie in movies], dtype=np.int64),
            "title": pd.Series([movie.title for movie in movies], dtype="str"),
            "year": pd.array([movie.year for movie in movies], dtype="Int32"),
            "genres": pd.Series([movie.genres for movie in movies], dtype="object"),
            "release_date": np.array(
                [movie.release_date or "NaT" for movie in movies], dtype="datetime64[s]"
            ),
            "imdb_id": pd.Series([None] * len(movies), dtype="object"),
            "tmdb_id": pd.array([None] * len(movies), dtype="Int64"),
        },
        columns=list(MOVIE_COLUMNS),
    )


def _add_links(movies: pd.DataFrame, path: Path) -> pd.DataFrame:
    rows = _rows(_text(path), path.name, CSV)
    line, names = next(rows, (1, []))
    columns = column_names(names)
    if not {"movieid", "imdbid"} <= set(columns):
        raise DataError(
            f"{path.name}, line {line}: the header {shown(','.join(names))} lacks movieId or imdbId"
        )
    imdb_ids: dict[int, str] = {}
    tmdb_ids: dict[int, int] = {}
    for number, fields in rows:
        where = f"{path.name}, line {number}"
        if len(fields) != len(columns):
            raise DataError(
                f"{where}: expected {len(columns)} fields, found {len(fields)}: {shown(','.join(fields))}"
            )
        named = dict(zip(columns, fields, strict=True))
        movie_id = _whole(named["movieid"], "movie id", where)
        if named["imdbid"].strip():
            digits = named["imdbid"].strip().removeprefix("tt")
            imdb_ids[movie_id] = f"tt{_whole(digits, 'IMDb id', where):07d}"
        if named.get("tmdbid", "").strip():
            tmdb_ids[movie_id] = _whole(named["tmdbid"].strip().removesuffix(".0"), "TMDB id", where)
    movie_ids = movies["movie_id"].tolist()
    return movies.assign(
        imdb_id=pd.Series([imdb_ids.get(movie_id) for movie_id in movie_ids], dtype="object"),
        tmdb_id=pd.array([tmdb_ids.get(movie_id) for movie_id in movie_ids], dtype="Int64"),
    )


# ---- lines and fields ----


def _rows(lines: Iterable[str], file_name: str, layout: str) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and fields of every line that is not blank."""
    if layout != CSV:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line.rstrip("\r\n").split(_SEPARATORS[layout])
        return
    reader = csv.reader(lines, strict=True)
    try:
        for fields in reader:
            if fields:
                yield reader.line_num, fields
    except csv.Error as error:
        raise DataError(f"{file_name}, line {reader.line_num}: {error}") from None


def _text(path: Path) -> io.StringIO:
    """The lines of a file of movies. Raises DataError where it is empty, unreadable or UTF-16."""
    first_line(path)
    return io.StringIO(decode(path.read_bytes()), newline="\n")


def _whole(text: str, what: str, where: str) -> int:
    if not _WHOLE.fullmatch(text.strip()) or int(text) > _MAX_ID:
        raise DataError(f"{where}: the {what} is {shown(text)}, not a whole number from 0 to 2^63 - 1")
    return int(text)


def _date(text: str, where: str) -> str | None:
    """ "01-Jan-1995" -> "1995-01-01", whatever the machine's language (strptime's %b follows it)."""
    if not text.strip():
        return None
    match = _DATE.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        day, month, year = int(match[1]), _MONTHS.index(match[2].lower()) + 1, int(match[3])
        return str(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D"))
    except ValueError:
        raise DataError(f"{where}: the release date is {shown(text)}, not like 01-Jan-1995") from None
