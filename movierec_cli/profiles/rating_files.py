"""What people export from services, and their own tables, row by row as entries of a profile."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from movierec_cli.errors import DataError, UsageError
from movierec_cli.profiles import containers
from movierec_cli.profiles.columns import parse_said, recognise
from movierec_cli.profiles.containers import Content, refuse_foreign
from movierec_cli.profiles.editing import Name, film_name
from movierec_cli.profiles.kinds import State, shelf_of_file
from movierec_cli.profiles.opinions import Reading
from movierec_cli.profiles.profile import LEAST_STARS
from movierec_cli.profiles.rows import FileRow, MoviesById, Part
from movierec_cli.profiles.sheet import Sheet, decode, read_sheet
from movierec_cli.profiles.sources import Source, origin_of

__all__ = ["FileRow", "MoviesById", "RatingFile", "Source", "read_rating_file"]


class RatingFile(NamedTuple):
    """What a file, or a zip or folder of several, has in it."""

    source: Source
    rows: tuple[FileRow, ...]
    """Every row, in its order, the most trusted file last."""
    assumed: tuple[str, ...]
    """Sentences about what the file does not say itself."""


def read_rating_file(
    file: Path,
    movies_by_id: MoviesById,
    scale: float | None = None,
    said: Sequence[str] = (),
    unrated: State | None = None,
) -> RatingFile:
    """Read what a service exports (a file, a zip or a folder), or any CSV, JSON or XML file with films.

    scale: the highest rating that the file's author could give, where it is not what it seems. said: what
    columns mean, as "title=Titel". unrated: what films without a rating are, where the file does not say it.
    Bad rows are among the rows. Raises DataError for a file that is nothing of the kind, UsageError for a bad
    `scale` or `said`, and what `movies_by_id` raises, which is called for files with ids only.
    """
    if scale is not None and not LEAST_STARS <= scale <= 1000:
        raise UsageError(
            f"--scale {scale:g} cannot be the highest rating.", "For ratings from 1 to 10: --scale 10"
        )
    contents = containers.read_contents(file)
    parts, passed_over = [], []
    for content in contents.files:
        try:
            parts.append(_part(content, scale, said, unrated))
        except DataError as error:
            if not contents.packed:
                raise
            passed_over.append(error)
    if not parts:
        raise passed_over[-1]
    rows: list[FileRow] = []
    assumed: list[str] = []
    names: set[Name] = set()
    for part in parts:
        found = part.rows(movies_by_id)
        names |= _names_of_several_films(part, found)
        rows += found
        assumed += part.assumed(found)
    return RatingFile(
        parts[-1].origin.source,
        tuple(_marked(rows, names)) if names else tuple(rows),
        (
            *assumed,
            *(
                f"Passed over: {error.message}"
                for error in passed_over
                if not isinstance(error, _EmptyFileError)
            ),
        ),
    )


class _EmptyFileError(DataError):
    """A file of a service for which the person has nothing: others of the export have it."""


def _part(content: Content, scale: float | None, said: Sequence[str], unrated: State | None) -> Part:
    """One file, read and understood. Raises DataError for one without films."""
    refuse_foreign(content.data, content.name)
    sheet = _read(content, said)
    if not sheet.columns:
        raise _EmptyFileError(f"{content.name} has nothing in it.", "Export it again.")
    columns = recognise(sheet.header, parse_said(said, sheet.header, content.name))
    origin = origin_of(sheet, columns)
    if origin.source is Source.MOVIEREC and any(record.values.get("owntitle") for record in sheet.records):
        # A history of a profile: `title` and `year` are the dataset's.
        columns = columns._replace(uses={**columns.uses, "title": ("owntitle",), "year": ("ownyear",)})
    shelf = shelf_of_file(content.name)
    if shelf is None and origin.is_list:
        shelf = shelf_of_file(sheet.above)
    return Part(sheet, columns, origin, Reading(content.name, scale, unrated, shelf))


def _read(content: Content, said: Sequence[str]) -> Sheet:
    beginning = decode(content.data[:400])[0].lstrip("\ufeff \r\n\t")[:1]
    if beginning in {"{", "["}:
        from movierec_cli.profiles.trees import read_json

        return read_json(content.data, content.name)
    if beginning == "<":
        from movierec_cli.profiles.trees import read_xml

        return read_xml(content.data, content.name)
    wanted = {text.partition("=")[2].strip() for text in said}
    return read_sheet(
        content.data,
        content.name,
        (lambda fields: wanted <= {field.strip() for field in fields}) if wanted else None,
    )


def _marked(rows: Iterable[FileRow], ambiguous_names: set[Name]) -> Iterator[FileRow]:
    for row in rows:
        is_ambiguous = row.own and film_name(row.own.title, row.own.year) in ambiguous_names
        yield row._replace(ambiguous=True) if is_ambiguous else row


def _names_of_several_films(part: Part, rows: Sequence[FileRow]) -> set[Name]:
    """Titles with years that are two films: Letterboxd has an address for each film, and no id."""
    if "letterboxduri" not in part.sheet.columns or "watcheddate" in part.sheet.columns:
        return set()  # a diary's addresses are those of its own entries
    addresses: dict[Name, set[str]] = defaultdict(set)
    for record, row in zip(part.sheet.records, rows, strict=True):
        if row.own is not None:
            addresses[row.own.title.casefold(), row.own.year].add(record.values.get("letterboxduri", ""))
    return {film_name(*name) for name, found in addresses.items() if len(found - {""}) > 1}
