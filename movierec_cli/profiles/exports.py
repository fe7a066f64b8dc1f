"""What Letterboxd, IMDb, MovieLens and spreadsheets export, row by row as entries of a profile."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath

from movierec_cli.errors import DataError, UsageError
from movierec_cli.profiles.editing import Name, film_name
from movierec_cli.profiles.profile import LEAST_STARS, MOST_STARS, OwnRating, normal_imdb_id
from movierec_cli.profiles.sheet import Record, Sheet, read_sheet
from movierec_cli.records import Movie
from movierec_cli.titles import split_year

LARGEST = 100 << 20
"""Bytes of a file: a thousand times what the keenest cinema-goer has."""

_LETTERBOXD_FILES = ("watched.csv", "diary.csv", "ratings.csv")  # what comes later is believed more

_COLUMNS = {
    "title": (
        *("title", "name", "movie", "film", "movietitle", "filmtitle", "moviename", "filmname"),
        *("primarytitle", "originaltitle"),
    ),
    "year": ("year", "releaseyear", "movieyear", "filmyear", "releasedate", "released"),
    "rating": ("yourrating", "myrating", "userrating", "stars", "rating", "rating10", "score", "myscore"),
    "day": (
        "watcheddate",
        "ratedon",
        "daterated",
        "ratedat",
        "watchedat",
        "lastwatchedat",
        "date",
        "timestamp",
    ),
    "imdb_id": ("imdbid", "const", "tconst", "imdb", "imdburl", "url"),
    "movie_id": ("movieid", "itemid"),
    "user_id": ("userid",),
    "kind": ("titletype", "mediatype", "type"),
}
"""What a column is for -> what it may be called, the best name first."""
_DAMAGE = (
    *(zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError),
    *(zlib.error, lzma.LZMAError, struct.error),
)
_NO_FILMS = {
    "tvseries": "TV series",
    "tvminiseries": "TV series",
    "tvepisode": "TV episode",
    "tvpilot": "TV episode",
    "show": "TV series",
    "season": "TV series",
    "episode": "TV episode",
    "videogame": "video game",
    "podcastseries": "podcast",
    "podcastepisode": "podcast",
    "musicvideo": "music video",
}
_NOT_RATED = "without a rating"
_NO_YEAR = ("", "0", "-", "n/a", "nan", "none", "null", "unknown")
_MOVIE_ID = re.compile(r"[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:[.,][0-9]{1,18})?")


class Source(StrEnum):
    """Who wrote a file."""

    LETTERBOXD = "Letterboxd"
    IMDB = "IMDb"
    MOVIELENS = "MovieLens"
    OTHER = "CSV"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row of a file, which is an entry for a profile, or one of the others.

    title: as the file has it. own: the entry; `ambiguous` where the file has two films of its title and year.
    movie_id: a MovieLens id that the dataset does not have. left_out: what the row is about instead of a
    rated film ("TV series"). problem: why it cannot be read.
    """

    file: str
    line: int
    title: str
    own: OwnRating | None = None
    ambiguous: bool = False
    movie_id: int | None = None
    left_out: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """What a file, or a zip of several, has in it: every row, in its order, the most trusted file last.

    assumed: sentences about what the file does not say itself.
    """

    source: Source
    rows: tuple[ExportRow, ...]
    assumed: tuple[str, ...]


MoviesById = Callable[[set[int]], Mapping[int, Movie]]
"""Those of the movies that the dataset in use has, by movie_id."""


def read_export(file: Path, movies_by_id: MoviesById, scale: float | None = None) -> Export:
    """Read Letterboxd's zip or one of its files, IMDb's ratings, or any CSV with titles or MovieLens ids.

    scale: the highest rating that the file's author could give, where it is not what it seems. Bad rows are
    among the rows. Raises DataError for a file that is nothing of the kind, UsageError for a bad `scale`, and
    what `movies_by_id` raises, which is called for files with ids only.
    """
    if scale is not None and not LEAST_STARS <= scale <= 1000:
        raise UsageError(
            f"--scale {scale:g} cannot be the highest rating.", "For ratings from 1 to 10: --scale 10"
        )
    parts = [_Part(name, read_sheet(content, name), scale) for name, content in _contents(file)]
    rows: list[ExportRow] = []
    names: set[Name] = set()
    for part in parts:
        found = part.rows(movies_by_id)
        names |= part.names_of_several_films(found)
        rows += found
    return Export(
        parts[-1].source,
        tuple(_marked(row, names) for row in rows),
        tuple(sentence for part in parts for sentence in part.assumed()),
    )


def _marked(row: ExportRow, ambiguous_names: set[Name]) -> ExportRow:
    if row.own is None or film_name(row.own.title, row.own.year) not in ambiguous_names:
        return row
    return replace(row, ambiguous=True)


class _Part:
    """One file, and what its columns mean. Raises DataError where they make no ratings."""

    def __init__(self, name: str, sheet: Sheet, scale: float | None) -> None:
        self.name, self.sheet = name, sheet
        self.columns = {
            use: next((column for column in synonyms if column in sheet.columns), "")
            for use, synonyms in _COLUMNS.items()
        }
        self.source = self._source()
        self._check()
        fixed = {Source.LETTERBOXD: 5.0, Source.IMDB: 10.0}.get(self.source)
        if self.columns["rating"] == "rating10":
            fixed = 10.0
        self.scale = scale or fixed or self._likely_scale()
        self._guessed = not (scale or fixed)

    def assumed(self) -> Iterator[str]:
        """Sentences about what the file leaves open."""
        if self.sheet.encoding not in {"UTF-8", "UTF-16"}:
            yield f"{self.name} is not UTF-8 text; it was read as {self.sheet.encoding}."
        if self._guessed:
            yield (
                f"The ratings in {self.name} are taken to be out of {self.scale:g}, as none that makes sense "
                "is higher; if they are not, give --scale."
            )

    def names_of_several_films(self, rows: Sequence[ExportRow]) -> set[Name]:
        """Titles with years that are two films: Letterboxd has an address for each film, and no id."""
        if self.source is not Source.LETTERBOXD or "watcheddate" in self.sheet.columns:
            return set()  # a diary's addresses are those of its own entries
        addresses: dict[Name, set[str]] = defaultdict(set)
        for record, row in zip(self.sheet.records, rows, strict=True):
            if row.own is not None:
                addresses[film_name(row.own.title, row.own.year)].add(record.values.get("letterboxduri", ""))
        return {name for name, found in addresses.items() if len(found - {""}) > 1}

    def rows(self, movies_by_id: MoviesById) -> list[ExportRow]:
        """Every record as what it says."""
        movies: Mapping[int, Movie] = {}
        if self.source is Source.MOVIELENS:
            texts = {self._value(record, "movie_id") for record in self.sheet.records}
            movies = movies_by_id({int(text) for text in texts if _MOVIE_ID.fullmatch(text)})
        return [self._row(record, movies) for record in self.sheet.records]

    def _source(self) -> Source:
        if {"name", "letterboxduri"} <= set(self.sheet.columns):
            return Source.LETTERBOXD
        if {"const", "yourrating"} <= set(self.sheet.columns):
            return Source.IMDB
        return Source.MOVIELENS if self.columns["movie_id"] and not self.columns["title"] else Source.OTHER

    def _check(self) -> None:
        if "watchlist" in self.name.lower():
            raise DataError(
                f"{self.name} is a watchlist: films that somebody wants to see, not films they have seen.",
                "Import what was watched or rated: ratings.csv, watched.csv or diary.csv",
            )
        lacking = [
            what
            for what, there in (
                ("titles", self.columns["title"] or self.columns["movie_id"]),
                ("ratings", self.columns["rating"] or self.source is Source.LETTERBOXD),
            )
            if not there
        ]
        if lacking:
            raise DataError(
                f"{self.name} has no column for {' and none for '.join(lacking)}; "
                f"its first line is {', '.join(self.sheet.header)[:200]!r}.",
                "The first line must name the columns, for example: title,year,rating",
            )
        people = {self._value(record, "user_id") for record in self.sheet.records if not record.problem}
        people.discard("")
        if len(people) > 1:
            raise DataError(
                f"{self.name} has the ratings of {len(people):,} people, and a profile is one person's.",
                "A whole dataset is fetched: movierec fetch --from FOLDER",
            )

    def _value(self, record: Record, use: str) -> str:
        return record.values.get(self.columns[use], "")

    def _ratings(self) -> Iterator[float]:
        for record in self.sheet.records:
            rating = _number(self._value(record, "rating"))
            if rating is not None and not record.problem:
                yield rating

    def _likely_scale(self) -> float:
        """5, 10 or 100: the smallest that fits, where a few beyond 10 are taken for mistakes."""
        ratings = list(self._ratings())
        if 2 * sum(rating > 10 for rating in ratings) > len(ratings):
            return 100.0
        return 10.0 if any(5 < rating <= 10 for rating in ratings) else 5.0

    def _row(self, record: Record, movies: Mapping[int, Movie]) -> ExportRow:
        row = ExportRow(self.name, record.line, self._value(record, "title"))
        try:
            if record.problem:
                raise ValueError(record.problem)
            kind = re.sub(r"[\W_]+", "", self._value(record, "kind").casefold())
            stars = self._stars(self._value(record, "rating"))
            if kind in _NO_FILMS or (stars is None and self.source is not Source.LETTERBOXD):
                return replace(row, left_out=_NO_FILMS.get(kind, _NOT_RATED))
            day = _day(self._value(record, "day"))
            if self.source is not Source.MOVIELENS:
                title, year = _title_and_year(row.title, self._value(record, "year"))
                imdb_id = _imdb_id(self._value(record, "imdb_id"))
                return replace(row, own=OwnRating(title, year, imdb_id, stars, day))
            movie_id = _whole_number(self._value(record, "movie_id"))
            if movie_id not in movies:
                return replace(row, movie_id=movie_id)
            movie = movies[movie_id]
            imdb_id = normal_imdb_id(movie.imdb_id or "")
            return replace(row, own=OwnRating(movie.title, movie.year, imdb_id, stars, day))
        except ValueError as error:
            return replace(row, problem=str(error))

    def _stars(self, text: str) -> float | None:
        rating = _number(text)
        if rating is None and text:
            raise ValueError(f"the rating {text!r} is no number")
        if not rating:
            return None  # 0 is how many a program writes that there is none
        if not 0 < rating <= self.scale:
            raise ValueError(f"the rating {text} is not between 0 and {self.scale:g}")
        return max(LEAST_STARS, rating * MOST_STARS / self.scale)


def _title_and_year(title: str, year: str) -> tuple[str, int | None]:
    bare, year_in_title = split_year(title)
    if not bare:
        raise ValueError("there is no title")
    if year.casefold() in _NO_YEAR:
        return bare, year_in_title
    digits = re.search(r"(?<!\d)(?:18|19|20)\d\d(?!\d)", year)  # "1995", "1995.0", "1995-12-15", "12/15/1995"
    if digits is None:
        raise ValueError(f"the year {year!r} is no year")
    return (bare if int(digits[0]) == year_in_title else title), int(digits[0])


def _whole_number(text: str) -> int:
    if not _MOVIE_ID.fullmatch(text):
        raise ValueError(f"the movie id {text!r} is no whole number")
    return int(text)


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _imdb_id(text: str) -> str | None:
    inside = re.search(r"\btt\d{1,12}\b", text)  # an address has it, https://www.imdb.com/title/tt0113277/
    return normal_imdb_id(inside[0] if inside else text)


def _day(text: str) -> str | None:
    """The day of "2024-05-31", "2024-05-31T20:15:00Z" or seconds since 1970; None for what is less clear."""
    try:
        if text.isdigit() and len(text) in {9, 10}:
            return datetime.fromtimestamp(int(text), UTC).date().isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


def _contents(file: Path) -> list[tuple[str, bytes]]:
    """(name, bytes) of the file, or of the files in the zip that hold ratings."""
    try:
        if file.stat().st_size > LARGEST:
            raise DataError(f"{file} has more than {LARGEST >> 20} MB, which nobody's ratings have.")
        content = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}.") from None
    if not content.startswith(b"PK\x03\x04"):
        return [(file.name, content)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {name: _unpacked(archive, member) for name, member in _members(archive).items()}
    except _DAMAGE as error:
        raise DataError(f"{file} is a damaged zip archive: {error}") from None
    if not found:
        raise DataError(
            f"{file} has none of {', '.join(_LETTERBOXD_FILES)} in it.",
            "Give Letterboxd's export as it came, or a CSV file from within.",
        )
    return list(found.items())


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files wanted, in order; what Letterboxd keeps in folders (lists, likes, what was deleted) is not.

    Only a folder around everything, as packing anew makes it, is looked into.
    """
    by_path = {PurePosixPath(member.filename): member for member in archive.infolist() if not member.is_dir()}
    outermost = {path.parts[0] for path in by_path if path.parts and path.parts[0] != "__MACOSX"}
    around = outermost.pop() if len(outermost) == 1 else ""
    paths = (
        (name, path)
        for name in _LETTERBOXD_FILES
        for path in (PurePosixPath(name), around / PurePosixPath(name))
    )
    return {name: by_path[path] for name, path in paths if path in by_path}


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise DataError(f"{member.filename} unpacks to more than {LARGEST >> 20} MB; refused.")
    return content
