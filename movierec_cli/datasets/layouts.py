"""Which files of a folder are the ratings and the movies, and in which of the MovieLens layouts.

MovieLens comes in three: tab-separated `u.data` with `u.item`; `ratings.dat` and `movies.dat` with `::`
between fields; `ratings.csv`, `movies.csv`, `links.csv` and `tags.csv` with a header. People rewrite and
rename these files, so names only decide where to look first, and a file's first line decides its layout.
"""

import csv
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from movierec_cli.errors import DataError

TAB, DOUBLE_COLON, CSV, PIPE = "tab", "double-colon", "csv", "pipe"

RATING_FILES = {TAB: "u.data", DOUBLE_COLON: "ratings.dat", CSV: "ratings.csv"}
MOVIE_FILES = {PIPE: "u.item", DOUBLE_COLON: "movies.dat", CSV: "movies.csv"}
LINK_FILE, TAG_FILE = "links.csv", "tags.csv"
COMPANIONS = ("u.user", "u.genre", "users.dat", "README", "README.txt")

_HEAD_BYTES = 65_536
_MAX_FILES = 1_000
_GIVE = "Give a folder with ratings and movies in a MovieLens layout: movierec fetch --from FOLDER"
_RATING_LINE = {
    TAB: re.compile(r"\s*\d+\t\s*\d+\t\s*-?\d+(\.\d+)?\s*(\t\s*\d+\s*)?"),
    DOUBLE_COLON: re.compile(r"\d+::\d+::-?\d+(\.\d+)?(::\d+)?"),
}
_MOVIE_LINE = {
    PIPE: re.compile(r"\d+\|[^|]*(\|[^|]*){3}(\|[01]){19}"),
    DOUBLE_COLON: re.compile(r"\d+::.*::.*"),
}


@dataclass(frozen=True, slots=True)
class DatasetFiles:
    """The files of one dataset and their layouts; `movies`, `links` and `tags` are None where there are
    none."""

    ratings: Path
    ratings_layout: str
    movies: Path | None = None
    movies_layout: str | None = None
    links: Path | None = None
    tags: Path | None = None
    companions: tuple[Path, ...] = ()

    def named(self) -> dict[str, Path]:
        """Each file under the name that its layout has in MovieLens."""
        names = {RATING_FILES[self.ratings_layout]: self.ratings}
        if self.movies and self.movies_layout:
            names[MOVIE_FILES[self.movies_layout]] = self.movies
        if self.links:
            names[LINK_FILE] = self.links
        if self.tags:
            names[TAG_FILE] = self.tags
        return names | {path.name: path for path in self.companions}


def recognise(folder: Path) -> DatasetFiles:
    """Find the ratings and the movies in `folder`, or in the one folder inside it.

    Raises DataError where there are no ratings, or several files that could be them.
    """
    folder = _descend(folder)
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    if len(entries) > _MAX_FILES:
        raise DataError(
            f"{folder} holds {len(entries):,} files: it does not look like a MovieLens dataset", _GIVE
        )
    for entry in entries:
        if entry.name.lower() in {*RATING_FILES.values(), *MOVIE_FILES.values()} and not entry.is_file():
            raise DataError(f"{entry} should be a file, and is not one", _GIVE)
    files = [entry for entry in entries if entry.is_file()]
    ratings = _find(files, set(RATING_FILES.values()), _sniff_ratings, "ratings")
    if ratings is None:
        raise DataError(
            f"There are no ratings in {folder}.",
            hint="Looked for u.data (tabs), ratings.dat (::), ratings.csv (with a header), and .parquet with "
            "columns for user, movie and rating.",
        )
    movies = _find(files, set(MOVIE_FILES.values()), _sniff_movies, "movies")
    return DatasetFiles(
        ratings=ratings,
        ratings_layout=ratings_layout(ratings),
        movies=movies,
        movies_layout=movies_layout(movies) if movies else None,
        links=_named(files, LINK_FILE),
        tags=_named(files, TAG_FILE),
        companions=tuple(path for path in files if path.name in COMPANIONS),
    )


def _named(files: list[Path], name: str) -> Path | None:
    return next((path for path in files if path.name.lower() == name), None)


def ratings_layout(path: Path) -> str:
    """The layout that the first line of a ratings file is in. Raises DataError where it is in none."""
    return _layout(path, ((DOUBLE_COLON, "::"), (TAB, "\t"), (CSV, ",")))


def movies_layout(path: Path) -> str:
    """The layout that the first line of a movies file is in. Raises DataError where it is in none."""
    line = first_line(path)
    if re.match(r"\s*\d+\|", line):
        return PIPE
    return _layout(path, ((DOUBLE_COLON, "::"), (CSV, ",")))


def first_line(path: Path) -> str:
    """The first line that is not blank. Raises DataError for UTF-16, for an empty file and for none."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}.", "Allow yourself to read it, or give another copy."
        ) from None
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        raise DataError(f"{path.name} is UTF-16 or no text at all", hint="Save it as UTF-8.")
    lines = decode(head, partial=True).split("\n")
    line = next((line.rstrip("\r") for line in lines if line.strip()), None)
    if line is None:
        raise DataError(f"{path.name} is empty")
    return line


def decode(content: bytes, *, partial: bool = False) -> str:
    """Text in UTF-8 (a byte order mark is dropped), and where it is not UTF-8, in latin-1.

    partial: `content` may end in the middle of a character.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if partial and error.start >= len(content) - 3:
            return content[: error.start].decode("utf-8-sig")
        return content.decode("latin-1")


def csv_header(line: str) -> list[str]:
    """The column names of a CSV header in one spelling: "userId", "user_id" and "UserID" are all "userid"."""
    try:
        return column_names(next(csv.reader([line])))
    except csv.Error:
        return []


def column_names(fields: list[str]) -> list[str]:
    """The fields of a header in that one spelling."""
    return [field.strip().lower().replace("_", "").replace("itemid", "movieid") for field in fields]


def shown(value: str) -> str:
    """A value from a file, quoted for a message: short, and with control characters escaped."""
    return repr(value if len(value) <= 60 else f"{value[:57]}...")


def _layout(path: Path, separators: tuple[tuple[str, str], ...]) -> str:
    line = first_line(path)
    for layout, separator in separators:
        if separator in line:
            return layout
    raise DataError(
        f"{path.name}, line 1: {shown(line)} is in no MovieLens layout",
        hint="Fields are separated by tabs (u.data), by | (u.item), by :: (.dat) or by commas (.csv).",
    )


def _sniff_ratings(path: Path) -> bool:
    line = first_line(path)
    return any(pattern.fullmatch(line) for pattern in _RATING_LINE.values()) or {
        "userid",
        "movieid",
        "rating",
    } <= set(csv_header(line))


def _sniff_movies(path: Path) -> bool:
    line = first_line(path)
    return (
        _MOVIE_LINE[PIPE].fullmatch(line) is not None
        or (_MOVIE_LINE[DOUBLE_COLON].fullmatch(line) is not None and not _sniff_ratings(path))
        or {"movieid", "title"} <= set(csv_header(line))
    )


def _find(files: list[Path], names: set[str], looks_right: Callable[[Path], bool], what: str) -> Path | None:
    found = [path for path in files if path.name.lower() in names]
    if not found:
        found = [path for path in files if path.name not in COMPANIONS and _try(looks_right, path)]
    if len(found) > 1:
        raise DataError(
            f"{found[0].parent} holds several files of {what}: {', '.join(path.name for path in found[:6])}",
            hint="Leave one of them in a folder of its own.",
        )
    return found[0] if found else None


def _try(looks_right: Callable[[Path], bool], path: Path) -> bool:
    with suppress(DataError):
        return looks_right(path)
    return False


def _descend(folder: Path) -> Path:
    """Archives usually hold one folder, and sometimes macOS's own beside it."""
    while True:
        if not folder.is_dir():
            raise DataError(f"{folder} is not a folder", _GIVE)
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX"))]
        if len(entries) != 1 or not entries[0].is_dir() or entries[0].name in RATING_FILES.values():
            return folder
        folder = entries[0]
