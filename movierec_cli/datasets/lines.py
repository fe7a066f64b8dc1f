"""The lines of a dataset's files, and the fields of each."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from movierec_cli.datasets.layouts import CSV, DOUBLE_COLON, PIPE, TAB, decode, first_line, shown
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


def text_of(path: Path) -> io.StringIO:
    """The lines of a file of movies. Raises DataError where it is empty, unreadable or UTF-16."""
    first_line(path)
    return io.StringIO(decode(path.read_bytes()), newline="\n")


def whole_number(text: str, what: str, where: str) -> int:
    """An id or the like. Raises DataError for anything else. what, where: for the message."""
    if not WHOLE.fullmatch(text.strip()) or int(text) > _MAX_ID:
        raise DataError(f"{where}: the {what} is {shown(text)}, not a whole number from 0 to 2^63 - 1")
    return int(text)
