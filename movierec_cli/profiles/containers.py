"""What a person hands over - a file, a zip or a folder - as named contents, and what none of them can be."""

import io
import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from movierec_cli.errors import DataError
from movierec_cli.profiles import markdown
from movierec_cli.system.files import unreadable

if TYPE_CHECKING:
    import zipfile

WANTED = "the file, the zip or the folder with your films"
LARGEST = 100 << 20
"""Bytes of a file: a thousand times what the keenest cinema-goer has."""

LETTERBOXD_FILES = ("watchlist.csv", "watched.csv", "diary.csv", "ratings.csv")
"""Those of Letterboxd's export that are read; what comes later is believed more."""

_OF_LETTERBOXD = {*LETTERBOXD_FILES, "comments.csv", "profile.csv", "reviews.csv"}
_READABLE = {".csv", ".tsv", ".txt", ".json", ".xml", ".nfo"}
_NOT_OURS = re.compile(
    r"(?:^|/)(?:lists?/(?!watchlist)|(?:likes|deleted|orphaned|comments|hidden|backups?)/)|readme|comment|follow|friend|collection|hidden|dropped|profile|settings|stats|account|likes?[-_.]|device"
    r"|search|message|billing|network|(?:\b|_)notes?\b|reviews?-?\b|lists?[-_](?!watchlist)|last-activities|playback|progress",
    re.IGNORECASE,
)
_TRUSTED_LAST = re.compile(r"rating|rated|vote|score", re.IGNORECASE)
_PLANNED_FIRST = re.compile(r"watch-?_?list|plan", re.IGNORECASE)
_SAVE_AS = "Open it in a spreadsheet program, save it as CSV (UTF-8), and import that file."
_FOREIGN = (
    (
        b"%PDF",
        "a PDF file",
        "Export the ratings as CSV where they are, or copy them into a spreadsheet and save it as CSV.",
    ),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook of the old kind (.xls)", _SAVE_AS),
    (b"{\\rtf", "a rich text document", "Copy the table into a spreadsheet and save it as CSV."),
    (
        b"SQLite format 3",
        "a database (SQLite)",
        "Export its ratings as CSV, for example with a database browser.",
    ),
    (b"\x1f\x8b", "a gzip archive", "Unpack it, and import the file inside."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it, and import the folder."),
    (b"Rar!", "a RAR archive", "Unpack it, and import the folder."),
    (b"\x89PNG", "a picture", "Export the ratings as CSV where they are."),
    (b"\xff\xd8\xff", "a picture", "Export the ratings as CSV where they are."),
    (b"PAR1", "a Parquet file", "Save it as CSV, and import that file."),
)
_BY_NAME = {".yaml": "a YAML file", ".yml": "a YAML file", ".toml": "a TOML file"}
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+(?:html|netscape)|html|head|body|table|meta)\b",
    re.I | re.S,
)


class Content(NamedTuple):
    """One file, wherever it was."""

    name: str
    data: bytes


class Contents(NamedTuple):
    """What was handed over, the most trusted file last."""

    files: tuple[Content, ...]
    packed: bool
    """Whether they come from a zip, a folder or a page, of which a part may be of no interest."""


def read_contents(path: Path) -> Contents:
    """The files that may hold films in `path`. Raises DataError where it cannot be read or holds none."""
    try:
        if path.is_dir():
            return _of_folder(path)
        if path.stat().st_size > LARGEST:
            raise _too_large(str(path), "has")
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error, WANTED) from None
    if content.startswith(b"PK\x03\x04"):
        return _of_zip(path, content)
    refuse_foreign(content, path.name)
    parts = [content]
    if markdown.NAME.fullmatch(path.name):
        parts = markdown.parts_of_page(content)
        note = markdown.notes_as_json([(PurePosixPath(path.name), content)])
        if note and parts == [content]:  # a page with tables is a list, whatever stands above them
            parts = [note]
    return Contents(tuple(Content(path.name, part) for part in parts), packed=len(parts) > 1)


def refuse_foreign(content: bytes, name: str) -> None:
    """Raise a DataError, with what to do, for what its beginning or its name shows to be nothing we read."""
    if what := _BY_NAME.get(PurePosixPath(name).suffix.lower()):
        raise DataError(
            f"{name} is {what}, which movierec does not read.",
            "Save it as CSV with the columns title, year and rating, or as JSON, and import that file.",
        )
    for beginning, what, hint in _FOREIGN:
        if content.startswith(beginning):
            raise DataError(f"{name} is {what}, which movierec does not read.", hint)
    if _HTML.match(content[:4096]):
        raise DataError(
            f"{name} is a web page (HTML), which movierec does not read.",
            "Use the site's own export to CSV, or open it in a spreadsheet and save the table as CSV.",
        )


def _of_zip(path: Path, content: bytes) -> Contents:
    import lzma  # most people give a file that is none
    import struct
    import zipfile
    import zlib

    damage = (
        *(zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError),
        *(zlib.error, lzma.LZMAError, struct.error),
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {
                PurePosixPath(one.filename.replace("\\", "/")): one
                for one in archive.infolist()
                if not one.is_dir()
            }
            _refuse_documents(path.name, archive, names)
            found = _found(names, lambda place: _unpacked(archive, names[place]))
    except damage as error:
        raise DataError(
            f"{path} is a damaged zip archive: {error}", "Export it, or download it, again."
        ) from None
    return _some(path, found)


def _of_folder(path: Path) -> Contents:
    files = {
        PurePosixPath(file.relative_to(path).as_posix()): file
        for file in sorted(path.rglob("*"))
        if file.is_file() and len(file.relative_to(path).parts) <= 4
    }

    def read(place: PurePosixPath) -> bytes:
        if files[place].stat().st_size > LARGEST:
            raise _too_large(str(files[place]), "has")
        return files[place].read_bytes()

    return _some(path, _found(files, read))


def _found(places: Collection[PurePosixPath], read: Callable[[PurePosixPath], bytes]) -> list[Content]:
    """What of the files may hold films, or all notes about a film each as one."""
    found = [Content(shown, read(place)) for place, shown in _wanted(list(places))]
    notes = [place for place in _visible(places) if markdown.NAME.fullmatch(place.name)]
    if films := markdown.notes_as_json((place, read(place)) for place in notes):
        found.append(Content("Notes", films))
    return found


def _some(path: Path, found: list[Content]) -> Contents:
    if found:
        return Contents(tuple(found), packed=True)
    raise DataError(
        f"{path} has none of {', '.join(LETTERBOXD_FILES)} in it, and no other CSV, JSON or XML file "
        "with films.",
        "Give the export as it came from Letterboxd, Trakt or another service, or a CSV file from within.",
    )


def _refuse_documents(
    name: str, archive: "zipfile.ZipFile", names: "dict[PurePosixPath, zipfile.ZipInfo]"
) -> None:
    parts = {str(place) for place in names}
    if "[Content_Types].xml" in parts:
        what = (
            "an Excel workbook (.xlsx)"
            if any(part.startswith("xl/") for part in parts)
            else "an Office document"
        )
        raise DataError(f"{name} is {what}, which movierec does not read.", _SAVE_AS)
    if "mimetype" in parts and b"opendocument" in archive.read("mimetype")[:100]:
        raise DataError(f"{name} is an OpenDocument file, which movierec does not read.", _SAVE_AS)
    if any(part.endswith(".iwa") for part in parts):
        raise DataError(f"{name} is a Numbers document, which movierec does not read.", _SAVE_AS)


def _wanted(places: list[PurePosixPath]) -> list[tuple[PurePosixPath, str]]:
    """The files with films, and what they are called, the most trusted last.

    Letterboxd's known ones, or whatever else may be: what Letterboxd keeps in folders (lists, likes, what was
    deleted) is not wanted. A folder around everything, as packing anew makes it, is looked into.
    """
    inner = _visible(places)
    outermost = {place.parts[0] for place in inner}
    around = len(outermost) == 1 and all(len(place.parts) > 1 for place in inner)
    shown = {"/".join(place.parts[around:]): place for place in inner}
    letterboxd = [name for name in LETTERBOXD_FILES if name in shown]
    alone = all("/" in name or name in _OF_LETTERBOXD for name in shown)
    if {"watched.csv", "diary.csv"} & shown.keys() or (alone and len(letterboxd) > 1):
        return [(shown[name], name) for name in letterboxd]
    readable = [
        name
        for name, place in shown.items()
        if place.suffix.lower() in _READABLE and not _NOT_OURS.search(name)
    ]
    return [(shown[name], name) for name in sorted(readable, key=lambda name: (_trust(name), name))]


def _visible(places: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Those that a person has put there, and within."""
    return [
        place
        for place in places
        if place.parts
        and place.parts[0] not in {"__MACOSX", "/"}
        and not any(part.startswith(".") for part in place.parts)
    ]


def _trust(name: str) -> int:
    if _TRUSTED_LAST.search(name):
        return 2
    return 0 if _PLANNED_FIRST.search(name) else 1


def _unpacked(archive: "zipfile.ZipFile", member: "zipfile.ZipInfo") -> bytes:
    with archive.open(member) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _too_large(member.filename, "unpacks to")
    return content


def _too_large(name: str, has: str) -> DataError:
    return DataError(
        f"{name} {has} more than {LARGEST >> 20} MB, which nobody's ratings have.",
        "Give the export of one person.",
    )
