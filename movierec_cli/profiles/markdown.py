"""Notes in Markdown: what stands on a page beside what, notes about a film each, text without its marks."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import PurePosixPath

from movierec_cli.profiles.columns import uses_of
from movierec_cli.profiles.kinds import shelf_of_file, state_of
from movierec_cli.profiles.words import folded

NAME = re.compile(r".*\.(?:md|markdown)", re.IGNORECASE)
"""What a file with such a page is called."""
_HEADING = re.compile(r"\s*#{1,6}\s+(?P<text>.*?)[\s#:]*")
_OF_A_FILM = {"original_title", "year", "rating", "own_rating", "status", "watched", "imdb_id"}
"""Uses of columns, of which a note about a film has one among its properties; any page may have a title."""
_FRONT = re.compile(r"(?P<name>[^\s:#-][^:#]{0,40}):\s*(?P<value>.*)")
_ENTRY = re.compile(r"\s*(?:[-*+]|\d{1,4}[.)])\s.*")
_WITH_YEAR = re.compile(r".*\((?:[^()]*,\s)?(?:18|19|20)\d\d(?:,\s[^()]*)?\)")
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]|\[([^\[\]]+)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3}|~~)(?=[^\s*_~])(.+?)(?<=[^\s*_~])\1(?![\w*])")


def notes_as_json(notes: Iterable[tuple[PurePosixPath, bytes]]) -> bytes:
    """Notes about a film each as what their front matter says, with the name of the file in place of a title
    that is missing; empty where none has any. Obsidian and others keep such notes."""
    found = []
    for place, note in notes:
        lines = note.decode("utf-8-sig", errors="replace").splitlines()
        said = _front_matter(lines)
        if uses_of(map(folded, said)) & _OF_A_FILM:
            found.append({"title": place.stem} | said)
    return json.dumps(found, ensure_ascii=False).encode() if found else b""


def _front_matter(lines: list[str]) -> dict[str, str]:
    """The properties between the first two lines of hyphens that have one value each."""
    bare = [line.rstrip() for line in lines]
    if bare[:1] != ["---"] or "---" not in bare[1:]:
        return {}
    pairs = (_FRONT.fullmatch(line) for line in bare[1 : bare.index("---", 1)])
    return {pair["name"]: plain(pair["value"].strip("\"'")) for pair in pairs if pair and pair["value"]}


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
