"""A dataset's file of movies, and that of their ids elsewhere: few enough for plain Python."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from movierec_cli.datasets.dataset import MOVIE_COLUMNS
from movierec_cli.datasets.layouts import CSV, DOUBLE_COLON, PIPE, shown
from movierec_cli.datasets.lines import named_rows, rows_of, whole_number
from movierec_cli.errors import DataError

GENRES = tuple(
    """
    unknown Action Adventure Animation Children's Comedy Crime Documentary Drama Fantasy Film-Noir Horror
    Musical Mystery Romance Sci-Fi Thriller War Western
    """.split()
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
_DATE = re.compile(r"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")


def split_title(text: str) -> tuple[str, int | None]:
    """A title as MovieLens writes it -> the title without its year, and the year where it has one."""
    text = _CONTROL.sub(" ", text).strip()
    match = _YEAR.fullmatch(text)
    if match is None or not match["title"].strip():
        return text, None
    return match["title"].strip(), int(match["year"])


@dataclass(slots=True)
class _Movie:
    movie_id: int
    title: str
    year: int | None = None
    genres: tuple[str, ...] = ()
    release_date: str | None = None


def read_movies(path: Path, layout: str) -> pd.DataFrame:
    """MOVIE_COLUMNS, by movie_id. Raises DataError for anything that the layout does not allow."""
    parsed = {CSV: _from_csv, PIPE: _from_item, DOUBLE_COLON: _from_dat}[layout](path)
    movies: dict[int, _Movie] = {}
    for where, movie in parsed:
        if movie.movie_id in movies:
            raise DataError(f"{where}: movie {movie.movie_id} is in the file twice")
        movies[movie.movie_id] = movie
    if not movies:
        raise DataError(f"{path.name} holds no movies")
    return _movie_frame(sorted(movies.values(), key=lambda movie: movie.movie_id))


def _from_csv(path: Path) -> Iterator[tuple[str, _Movie]]:
    hint = "The header of a MovieLens movies file is movieId,title,genres."
    for where, row in named_rows(path, ("movieId", "title"), hint):
        yield where, _movie(row["movieid"], row["title"], row.get("genres", "").split("|"), where)


def _from_item(path: Path) -> Iterator[tuple[str, _Movie]]:
    for where, fields in rows_of(path, PIPE):
        flags = fields[5:]
        if len(fields) != 5 + len(GENRES) or not set(flags) <= {"0", "1"}:
            raise DataError(
                f"{where}: expected 5 fields and {len(GENRES)} flags of 0 or 1: {shown('|'.join(fields))}"
            )
        genres = [genre for genre, flag in zip(GENRES, flags, strict=True) if flag == "1"]
        yield where, _movie(fields[0], fields[1], genres, where, _date(fields[2], where))


def _from_dat(path: Path) -> Iterator[tuple[str, _Movie]]:
    for where, fields in rows_of(path, DOUBLE_COLON):
        if len(fields) < 3:
            raise DataError(f"{where}: expected 3 fields, found {len(fields)}: {shown('::'.join(fields))}")
        yield where, _movie(fields[0], "::".join(fields[1:-1]), fields[-1].split("|"), where)


def _movie(number: str, text: str, genres: list[str], where: str, release_date: str | None = None) -> _Movie:
    movie_id = whole_number(number, "movie id", where)
    title, year = split_title(text)
    named = (_CONTROL.sub(" ", genre).strip() for genre in genres)
    kept = tuple(genre for genre in named if genre not in _NO_GENRE)
    return _Movie(movie_id, title or f"Movie {movie_id}", year, kept, release_date)


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


def nameless_movies(movie_ids: Iterable[int]) -> pd.DataFrame:
    """Movies of which nothing but the ids is known, ascending."""
    return _movie_frame([_Movie(movie_id, f"Movie {movie_id}") for movie_id in movie_ids])


def add_links(movies: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The movies with their ids at IMDb and TMDB. Raises DataError as read_movies does."""
    imdb_ids: dict[int, str] = {}
    tmdb_ids: dict[int, int] = {}
    for where, row in named_rows(path, ("movieId", "imdbId"), None):
        movie_id = whole_number(row["movieid"], "movie id", where)
        if row["imdbid"].strip():
            digits = row["imdbid"].strip().removeprefix("tt")
            imdb_ids[movie_id] = f"tt{whole_number(digits, 'IMDb id', where):07d}"
        if row.get("tmdbid", "").strip():
            tmdb_ids[movie_id] = whole_number(row["tmdbid"].strip().removesuffix(".0"), "TMDB id", where)
    movie_ids = movies["movie_id"].tolist()
    return movies.assign(
        imdb_id=pd.Series([imdb_ids.get(movie_id) for movie_id in movie_ids], dtype="object"),
        tmdb_id=pd.array([tmdb_ids.get(movie_id) for movie_id in movie_ids], dtype="Int64"),
    )


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
