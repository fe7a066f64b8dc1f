"""A CSV file as somebody's spreadsheet wrote it: any encoding and delimiter, bad rows among the good.

`datasets/` reads files that must be right to the last line; here a bad row is reported and the rest is read.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from movierec_cli.errors import DataError, counted
from movierec_cli.profiles.columns import recognise, uses_of
from movierec_cli.profiles.markdown import plain
from movierec_cli.profiles.words import folded

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_ROW = 1000  # lines: a review may have some, a quote that is never closed has all the rest
_BEFORE_HEADER = 20  # lines that a title and a date of the export may take
_SEPARATOR_LINE = re.compile(r'^"?sep=(?P<delimiter>.)"?$', re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_LIST_NAME = re.compile(r".*\.(?:txt|text|md)", re.IGNORECASE)
_TITLE_LINE = re.compile(r"[^\t;|]{1,100}")
_RULE = re.compile(r":?-{2,}:?")
"""What stands in each column of a table in Markdown between its header and its rows."""
_INNER = "\ue000"
"""In place of the semicolon that ends an entity, while semicolons separate fields."""


class Record(NamedTuple):
    """A row below the header, by column name."""

    line: int
    values: Mapping[str, str]
    problem: str | None = None
    """Why it cannot be read."""


class Sheet(NamedTuple):
    """Rows under one header, from whatever kind of file."""

    columns: tuple[str, ...]
    """The header's names in small letters and digits only ("Your Rating" -> "yourrating")."""
    header: tuple[str, ...]
    """The names as the file has them."""
    encoding: str
    """What the text was taken to be in."""
    records: tuple[Record, ...]
    unit: str = "line"
    """What a record's number counts."""
    above: str = ""
    """What stands above the header."""


def read_sheet(content: bytes, name: str, is_header: Callable[[Sequence[str]], bool] | None = None) -> Sheet:
    """The rows of a CSV file. Blank lines are none. Raises DataError for a file without a header.

    is_header: whether some fields are the header, where it has columns that nobody else has.
    """
    text, encoding = decode(content)
    lines = list(io.StringIO(text, newline=""))
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise DataError(f"{name} is empty.", "Export it again.")
    line_of_first = 1
    said = _SEPARATOR_LINE.match(lines[start].strip("\r\n \ufeff"))
    start += bool(said)
    if not said and not is_header and _is_list(lines[start:], name):
        from movierec_cli.profiles.typed_list import typed_as_table

        lines, start, delimiter, line_of_first = typed_as_table(lines), 0, "\t", 0
    else:
        start, delimiter = _header(lines, start, said["delimiter"] if said else "", is_header)
    if start >= len(lines):
        raise DataError(f"{name} is empty.", "Export it again.")
    with_entities = "&" in text and _ENTITY.search(text) is not None
    if with_entities and delimiter == ";":
        lines = [_ENTITY.sub(lambda match: match[0][:-1] + _INNER, line) for line in lines]
    rows = _rows(lines, start, delimiter)
    _, header, _ = next(rows)
    columns = tuple(map(folded, header))
    names = ["" if name in columns[:place] else name for place, name in enumerate(columns)]
    clean = _without_marks if delimiter == "|" else _text if with_entities else str.strip
    records = tuple(
        _record(line - 1 + line_of_first, texts, names, problem)
        for line, fields, problem in rows
        if any(texts := list(map(clean, fields))) and not (delimiter == "|" and _is_no_row(texts))
    )
    return Sheet(columns, tuple(header), encoding, records, above="".join(lines[:start]))


def _is_no_row(fields: Sequence[str]) -> bool:
    """Whether a line is the rule of a table in Markdown, or a sentence below it."""
    return len(fields) == 1 or all(_RULE.fullmatch(field) for field in fields if field)


def _without_marks(field: str) -> str:
    return plain(_text(field)).strip()


def _text(field: str) -> str:
    if "&" not in field:
        return field.strip()
    from html import unescape  # loads the names of two thousand signs

    return unescape(field.replace(_INNER, ";")).strip()


def _header(
    lines: list[str], first: int, said: str, is_header: Callable[[Sequence[str]], bool] | None
) -> tuple[int, str]:
    """(number, delimiter) of the header's line: the first that has columns of which two are known.

    A table of two lines above another one says what the file is, as Letterboxd's lists have it.
    """
    found = []
    for number in range(first, min(first + _BEFORE_HEADER, len(lines))):
        if not lines[number].strip():
            continue
        delimiter = said or max(_DELIMITERS, key=_outside_quotes(lines[number]).count)
        fields = _line(lines[number], delimiter)
        columns = recognise(fields)
        if is_header and is_header(fields):
            return number, delimiter
        if (columns.titles or columns.of("movie_id")) and columns.known > 1:
            found.append((number, delimiter))
    blank = [number for number in range(first, len(lines)) if not lines[number].strip()]
    for number, delimiter in found[1:]:
        one_row = found[0][0] + 1
        if number - 1 in blank and one_row + _row(lines, one_row, delimiter, None)[1] in blank:
            return number, delimiter
    if found:
        return found[0]
    while first < len(lines) and not lines[first].strip():
        first += 1
    line = _outside_quotes(lines[first]) if first < len(lines) else ""
    return first, said or max(_DELIMITERS, key=line.count)


def _is_list(lines: list[str], name: str) -> bool:
    """Whether each line is a film: most have a year in brackets, or it is a text file of short lines.

    What reads like a header is a sentence where most lines below are films and have fewer fields.
    """
    some = [line.strip() for line in lines[:_BEFORE_HEADER] if line.strip()]
    if _is_table(some):
        return False
    from movierec_cli.profiles.typed_list import is_no_entry, is_typed  # its patterns take long to compile

    some = [line for line in some if not is_no_entry(line)]
    if not some or _is_table(some):
        return False
    if is_typed(some):
        return True
    if _headers(some[0]):
        return False
    commas = {line.count(",") for line in some}
    same_fields = len(commas) == 1 and 0 not in commas
    return not same_fields and bool(_LIST_NAME.fullmatch(name)) and all(map(_TITLE_LINE.fullmatch, some))


def _is_table(lines: list[str]) -> bool:
    """Whether the first line is a header and most of those below it have as many fields."""
    fits = (sum(line.count(one) >= most for line in lines[1:]) for one, most in _headers(lines[0]))
    return any(2 * rows >= len(lines) - 1 for rows in fits)


def _headers(line: str) -> list[tuple[str, int]]:
    """How a line can be read as a header: the delimiter, and how many of it there are."""
    return [(one, len(fields) - 1) for one in _DELIMITERS if _is_header(fields := _line(line, one))]


def _is_header(fields: Sequence[str]) -> bool:
    """Whether columns are called so; a single one must be that of titles, by its whole name: "Seen" and "Film
    diary" alone are headings."""
    if len(fields) == 1:
        return bool(uses_of(map(folded, fields)) & {"title", "original_title"})
    return recognise(fields).known > 0


_MAY_BE_HEADER = 3
"""So many of the first lines."""


def decode(content: bytes) -> tuple[str, str]:
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
        return _decode_legacy(content)


def _decode_legacy(content: bytes) -> tuple[str, str]:
    """Text in one of the encodings from before UTF-8.

    Chinese, Japanese and Korean show by a header that is known. Western letters beyond ASCII stand alone or
    in pairs among others; in other alphabets they come in rows. Polish letters stand where Windows-1252 has
    signs.
    """
    beyond = sum(byte > 127 for byte in content)
    in_rows = sum(len(run) for run in re.findall(rb"[\x80-\xff]{3,}", content))
    for encoding, name in (
        ("gb18030", "GB 18030"),
        ("cp932", "Shift JIS"),
        ("cp949", "CP949"),
        ("big5", "Big5"),
    ):
        with_ascii = _strictly(content, encoding)
        if with_ascii and _known_header(with_ascii):
            return with_ascii, name
    if 2 * in_rows > beyond:
        cyrillic, greek = _strictly(content, "cp1251"), _strictly(content, "cp1253")
        if cyrillic and greek and _known_columns(greek) > _known_columns(cyrillic):
            return greek, "Windows-1253"
        if cyrillic and 10 * len(re.findall(r"[а-яё]", cyrillic, re.IGNORECASE)) > 8 * beyond:
            return cyrillic, "Windows-1251"
    western = _strictly(content, "cp1252")
    central = _strictly(content, "cp1250")
    turkish = _strictly(content, "cp1254")
    if western and turkish and _known_columns(turkish) > _known_columns(western):
        return turkish, "Windows-1254"
    if western and central:
        letters_between = re.search(r"[A-Za-z][³¹¿£][a-z]|\b£[óa-z]", western)
        czech = "ø" in western and re.search(r"[ìùè]", western)
        if letters_between or czech or _known_columns(central) > _known_columns(western):
            return central, "Windows-1250"
    if western:
        return western, "Windows-1252"
    return content.decode("latin-1"), "Latin-1"


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _known_header(text: str) -> bool:
    return any(
        recognise([field for field in fields if not field.isascii()]).titles for fields in _first_lines(text)
    )


def _known_columns(text: str) -> int:
    return max((recognise(fields).known for fields in _first_lines(text)), default=0)


def _first_lines(text: str) -> list[list[str]]:
    """The fields of what may be the header: a heading may stand above it."""
    lines = [line for line in text.splitlines() if line.strip()][:_MAY_BE_HEADER]
    return [_line(line, max(_DELIMITERS, key=line.count)) for line in lines]


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
    if '"' not in lines[number]:
        return lines[number].rstrip("\r\n").split(delimiter), 1
    for end in range(number + 1, min(number + _LONGEST_ROW, len(lines)) + 1):
        if end > number + 1 and '"' not in lines[end - 1]:
            continue  # still within the quotes
        try:
            rows = list(
                csv.reader(lines[number:end], delimiter=delimiter, strict=True, skipinitialspace=True)
            )
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
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:  # a field too long for the csv module
        return [line]


def _record(line: int, texts: list[str], names: list[str], problem: str | None) -> Record:
    """A row by the names of its columns; those that are called "" are left out."""
    values = dict(zip(names, texts, strict=False))
    values.pop("", None)
    if problem is None and len(texts) > len(names) and any(texts[len(names) :]):
        problem = f"it has {counted(len(texts), 'field')}, the header {len(names)}"
    return Record(line, values, problem)
