"""A CSV file as somebody's spreadsheet wrote it: any encoding and delimiter, bad rows among the good.

`datasets/` reads files that must be right to the last line; here a bad row is reported and the rest is read.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from movierec_cli.errors import DataError

_DELIMITERS = (",", ";", "\t")
_LONGEST_ROW = 1000  # lines: a review may have some, a quote that is never closed has all the rest


@dataclass(frozen=True, slots=True)
class Record:
    """A row below the header, by column name; `problem` says why it cannot be read."""

    line: int
    values: Mapping[str, str]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """columns: the header's names in small letters and digits only ("Your Rating" -> "yourrating").

    encoding: what the text was taken to be in.
    """

    columns: tuple[str, ...]
    header: tuple[str, ...]
    encoding: str
    records: tuple[Record, ...]


def read_sheet(content: bytes, name: str) -> Sheet:
    """The rows of a CSV file. Blank lines are none. Raises DataError for a file without a header."""
    text, encoding = _decode(content)
    lines = list(io.StringIO(text, newline=""))
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise DataError(f"{name} is empty.")
    delimiter = max(_DELIMITERS, key=_outside_quotes(lines[start]).count)
    rows = _rows(lines, start, delimiter)
    _, header, _ = next(rows)
    columns = tuple(re.sub(r"[\W_]+", "", title.casefold()) for title in header)
    records = tuple(
        _record(line, fields, columns, problem)
        for line, fields, problem in rows
        if any(field.strip() for field in fields)
    )
    return Sheet(columns, tuple(header), encoding, records)


def _decode(content: bytes) -> tuple[str, str]:
    """The text, and what its encoding is called. Bytes that mean nothing never stand in the way."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace"), "UTF-16"
    if b"\0" in content[:2]:  # UTF-16 without its mark, as a header in Latin letters shows
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return content.decode(encoding, errors="replace"), "UTF-16"
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "Latin-1"


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def _rows(lines: list[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str], str | None]]:
    """(line number, fields, problem) of every row from lines[start] on, the header first.

    A field in quotes may hold line breaks. Where a quote is not closed as it should be, its line is taken as
    it is, and the next row begins on the next line: the csv module would swallow the rest of the file.
    """
    width = None
    number = start
    while number < len(lines):
        fields, used = _row(lines, number, delimiter, width)
        problem = None
        if not used:
            fields, used = _line(lines[number], delimiter), 1
            problem = None if len(fields) == width else "a quotation mark is out of place"
        width = width or len(fields)
        yield number + 1, fields, problem
        number += used


def _row(lines: list[str], number: int, delimiter: str, width: int | None) -> tuple[list[str], int]:
    """The fields of a well-formed row, and how many lines it takes: 0 where there is none."""
    for end in range(number + 1, min(number + _LONGEST_ROW, len(lines)) + 1):
        if end > number + 1 and '"' not in lines[end - 1]:
            continue  # still within the quotes
        try:
            rows = list(csv.reader(lines[number:end], delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                continue
            break
        if end == number + 1 or (len(rows) == 1 and width in {None, len(rows[0])}):
            return (rows[0] if rows else []), end - number
        break
    return [], 0


def _line(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a field too long for the csv module
        return [line]


def _record(line: int, fields: list[str], columns: tuple[str, ...], problem: str | None) -> Record:
    values: dict[str, str] = {}
    for column, field in zip(columns, fields, strict=False):
        if column:
            values.setdefault(column, field.strip())
    if problem is None and any(field.strip() for field in fields[len(columns) :]):
        problem = f"it has {len(fields)} fields, the header {len(columns)}"
    return Record(line, values, problem)
