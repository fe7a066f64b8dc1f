"""Pages of notes in Markdown: what stands on one beside what, and text without its marks."""

import re
from collections.abc import Iterator
from itertools import groupby

from movierec_cli.profiles.kinds import shelf_of_file, state_of

NAME = re.compile(r".*\.(?:md|markdown)", re.IGNORECASE)
"""What a file with such a page is called."""
_HEADING = re.compile(r"\s*#{1,6}\s+(?P<text>.*?)[\s#:]*")
_ENTRY = re.compile(r"\s*(?:[-*+]|\d{1,4}[.)])\s.*")
_WITH_YEAR = re.compile(r".*\((?:18|19|20)\d\d\)")
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]|\[([^\[\]]+)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3}|~~)(?=[^\s*_~])(.+?)(?<=[^\s*_~])\1(?![\w*])")


def parts_of_page(page: bytes) -> list[bytes]:
    """What is on a page: its list, if it has one beside tables, then each table; else the page itself.

    Every line keeps its number.
    """
    lines = page.split(b"\n")
    tables = [lines_of for is_table, lines_of in _runs(lines) if is_table and len(lines_of) > 1]
    if not tables:
        return [page]
    listed = _listed(page.decode("utf-8", errors="replace").split("\n"))
    return [_only(lines, some) for some in ([listed] if listed else []) + tables]


def _listed(lines: list[str]) -> list[int]:
    """The films listed beside tables, below headings that say what they are, or with years; by number."""
    kept: list[int] = []
    heading, says = -1, False
    for number, line in enumerate(lines):
        if found := _HEADING.fullmatch(line.rstrip()):
            heading, says = number, bool(state_of(found["text"]) or shelf_of_file(found["text"]))
        elif _ENTRY.fullmatch(line.rstrip()) and (says or _WITH_YEAR.match(line)):
            kept += [heading, number] if heading not in {-1, *kept} else [number]
    return kept


def _runs(lines: list[bytes]) -> Iterator[tuple[bool, list[int]]]:
    """Lines one after the other that are a table's, or not, by their numbers from 0."""
    numbers = groupby(range(len(lines)), lambda number: lines[number].lstrip().startswith(b"|"))
    for is_table, some in numbers:
        yield is_table, [*some]


def _only(lines: list[bytes], kept: list[int]) -> bytes:
    wanted = set(kept)
    return b"\n".join(line if number in wanted else b"" for number, line in enumerate(lines))


def plain(text: str) -> str:
    """A text without marks of links and of emphasis: "[[Alien]]", "**Alien**", "[Alien](address)"."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(lambda link: link[1] or link[2], text))
