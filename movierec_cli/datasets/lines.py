"""The lines of a dataset's files, and the fields of each."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from movierec_cli.datasets.layouts import (
    CSV,
    DOUBLE_COLON,
    PIPE,
    TAB,
    column_names,
    decode,
    first_line,
    shown,
)
from movierec_cli.errors import DataError

SEPARATORS = {TAB: "\t", DOUBLE_COLON: "::", PIPE: "|"}
WHOLE = re.compile(r"[0-9]{1,19}")
_MAX_ID = 2**63 - 1


def lines_of(lines: Iterable[str], file_name: str, layout: str) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and fields of every line that is not blank."""
    if layout != CSV:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line.rstrip("\r\n").split(SEPARATORS[layout])
        return
    reader = csv.reader(lines, strict=True)
    try:
        for fields in reader:
            if fields:
                yield reader.line_num, fields
    except csv.Error as error:
        raise DataError(f"{file_name}, line {reader.line_num}: {error}") from None


def rows_of(path: Path, layout: str) -> Iterator[tuple[str, list[str]]]:
    """The fields of every line of a file that is small enough to be read at once, and where each line is.

    Raises DataError where the file is empty, unreadable or UTF-16.
    """
    first_line(path)
    lines = io.StringIO(decode(path.read_bytes()), newline="\n")
    for number, fields in lines_of(lines, path.name, layout):
        yield f"{path.name}, line {number}", fields


def named_rows(path: Path, needed: Sequence[str], hint: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    """The same of a CSV file, by the names in its header, in the spelling of `column_names`.

    needed: the columns that it must have, as MovieLens spells them. hint: what to do where it lacks one.
    """
    rows = rows_of(path, CSV)
    where, header = next(rows, (f"{path.name}, line 1", []))
    columns = column_names(header)
    if not {*column_names([*needed])} <= {*columns}:
        raise DataError(f"{where}: the header {shown(','.join(header))} lacks {' or '.join(needed)}", hint)
    for where, fields in rows:
        check_count(fields, len(columns), where, ",")
        yield where, dict(zip(columns, fields, strict=True))


def check_count(fields: list[str], count: int, where: str, separator: str) -> None:
    """Raise DataError for more or fewer fields than `count`."""
    if len(fields) != count:
        found = shown(separator.join(fields))
        raise DataError(f"{where}: expected {count} fields, found {len(fields)}: {found}")


def whole_number(text: str, what: str, where: str) -> int:
    """An id or the like. Raises DataError for anything else. what, where: for the message."""
    if not WHOLE.fullmatch(text.strip()) or int(text) > _MAX_ID:
        raise DataError(f"{where}: the {what} is {shown(text)}, not a whole number from 0 to 2^63 - 1")
    return int(text)
