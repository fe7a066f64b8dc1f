"""Films as somebody has typed them, a line each: a list, a diary, or notes with properties below films."""

import re
from itertools import pairwise

from movierec_cli.profiles.columns import recognise
from movierec_cli.profiles.kinds import FILM, State, kind_of, shelf_of_file, state_of
from movierec_cli.profiles.markdown import plain
from movierec_cli.profiles.typed_line import MARK, YEAR, is_ticked, rating_of, rearranged, typed
from movierec_cli.titles.keys import split_year

_GIVEN_UP = re.compile(
    r"\bg(?:a|i)ven? up\b|abandon|\bdropped|unfinished|not finished|abgebrochen", re.IGNORECASE
)
_HEADING = re.compile(r"(?P<marks>#{1,6})\s*(?P<text>.*[^\s#:])[\s#:]*|(?P<before>[^:]{2,60}):")
"""What stands above some films of a list: "## To watch", "Gesehen:"."""
_SAYS_A_STATE = 5
"""Letters of a word within a heading that says a state by itself."""
_PROPERTY = re.compile(r"\s*(?:[-*+]\s+)?(?P<name>[^\W\d_][\w -]{0,30})::\s*(?P<value>.*?)\s*")
"""What Logseq and Obsidian have below an entry: "rating:: 9/10"."""
_MARKED = re.compile(rf"\s*{MARK}#{{1,6}}\s.*")
_UNDERLINE = re.compile(r"\s*[=~_*-]{3,}\s*")


def is_no_entry(line: str) -> bool:
    """Whether a line is a property, a line of a drawing, or a heading with its marks."""
    return any(pattern.fullmatch(line.rstrip("\r\n")) for pattern in (_PROPERTY, _UNDERLINE, _MARKED))


def is_typed(lines: list[str]) -> bool:
    """Whether most lines are films as people type them."""
    return any(
        2 * sum(typed(line, doubtful=doubtful) is not None for line in lines) > len(lines)
        for doubtful in (False, True)
    )


def typed_as_table(lines: list[str]) -> list[str]:
    """A table with the lines of a list; what a heading says holds for the films below it.

    In a diary, where films have days, a line without one and without a year is a heading too.
    """
    lines = rearranged(lines)
    doubtful = _are_rated(lines)
    found = [typed(line, doubtful=doubtful) for line in lines]
    films = [film for film in found if film]
    with_years = 2 * sum(split_year(film["title"])[1] is not None for film in films) > len(films)
    below_films = _stand_below(lines)
    is_diary = 2 * sum(bool(film["date"]) for film in films) > len(films) > 0
    first = _preamble(lines, films)
    rows: list[dict[str, str]] = []
    entry: dict[str, str] = {}
    says: dict[str, str] = {}
    level = 0
    some_ticked = any(map(is_ticked, lines))
    for number, (line, film) in enumerate(zip(lines, found, strict=True)):
        row: dict[str, str] = {}
        rows.append(row)
        box = _by_box(line, says) if some_ticked else {}
        text = re.sub(rf"^\s*{MARK}", "", line.rstrip())
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if is_no_entry(line) and not _MARKED.fullmatch(line.rstrip()):
            _add_property(entry, line.rstrip())
        elif film:
            row |= says | {name: cell for name, cell in film.items() if cell} | box
            entry = row
        elif rating := rating_of(text):
            if below_films and entry:
                entry["rating"] = entry.get("rating") or rating
            else:
                says, entry = says | {"rating": rating}, {}
        elif heading := _heading_of(text, below):
            if heading[0] or heading[1] <= level:
                says, level = heading
            entry = {}
        elif text.strip() and number >= first and not (is_diary or (with_years and re.fullmatch(YEAR, text))):
            row |= {"title": plain(text)} | says | box
            entry = row
    used = [
        name
        for name in ("title", "rating", "status", "kind", "date")
        if name == "title" or any(row.get(name) for row in rows)
    ]
    return [
        "\t".join(cells) + "\n" for cells in (used, *([row.get(name, "") for name in used] for row in rows))
    ]


def _by_box(line: str, says: dict[str, str]) -> dict[str, str]:
    """What the box before a film says, where its heading does not say that it was seen or given up."""
    ticked = is_ticked(line)
    if ticked is None or says.get("status", State.PLANNED) != State.PLANNED:
        return {}
    return {"status": (State.SEEN if ticked else State.PLANNED).value}


def _are_rated(lines: list[str]) -> bool:
    """Whether most lines are films with ratings, however these are written."""
    rated = [film for line in lines if (film := typed(line, doubtful=True)) and film["rating"]]
    return 2 * len(rated) > sum(bool(line.strip()) for line in lines)


def _stand_below(lines: list[str]) -> bool:
    """Whether lines that are ratings stand below the films that they are of, and not above them."""
    shown = [line.strip() for line in lines]
    places = [number for number, line in enumerate(shown) if rating_of(line)]
    above = sum(not number or not shown[number - 1] for number in places)
    below = sum(number + 1 == len(shown) or not shown[number + 1] for number in places)
    if above == below and places:
        return any(shown[: places[0]])
    return below > above


def _heading_of(text: str, below: str) -> tuple[dict[str, str], int] | None:
    """What a heading says, and by how many marks it is one; None for another line."""
    if heading := _HEADING.fullmatch(text):
        return _said_by(heading["text"] or heading["before"]), len(heading["marks"] or "")
    if text.isupper() and kind_of(text) not in {None, FILM}:
        return {"kind": text}, 0
    if state := state_of(text):
        return {"status": state.value}, 0
    if _UNDERLINE.fullmatch(below.rstrip("\r\n")) and text.strip():
        return {} if below.lstrip().startswith("=") else _said_by(text), 0
    return None


def _said_by(heading: str) -> dict[str, str]:
    """What a heading says of all films below it."""
    state = state_of(heading) or shelf_of_file(heading)
    if state is None and _GIVEN_UP.search(heading):
        state = State.BEGUN
    if state is None:
        words = (state_of(word) for word in heading.split() if len(word) >= _SAYS_A_STATE)
        state = next(filter(None, words), None)
    of_films = len(heading.split()) > 3 or kind_of(heading) in {None, FILM}
    said = {} if of_films else {"kind": heading}
    if rating := rating_of(heading):
        said["rating"] = rating
    return said | ({"status": state.value} if state else {})


def _preamble(lines: list[str], films: list[dict[str, str]]) -> int:
    """How many lines stand before a list of films with years: its name, and notes in brackets below it.

    A name has a word for films, or for what was done with them: else it may be a film without its year.
    """
    begin = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    end = next((number for number in range(begin, len(lines)) if not lines[number].strip()), len(lines))
    block = [line.strip() for line in lines[begin:end]]
    of_list = any(typed(line) or re.match(r"(?:[-*+•#]|\d+[.)])\s", line) for line in block)
    named = all(line.startswith("(") or kind_of(line) == FILM or shelf_of_file(line) for line in block)
    others = [
        line
        for line, below in pairwise([*lines[end:], ""])
        if line.strip() and not is_no_entry(line) and not _UNDERLINE.fullmatch(below.rstrip("\r\n"))
    ]
    return end if named and not of_list and 2 * len(films) > len(others) > 0 else 0


def _add_property(entry: dict[str, str], line: str) -> None:
    """Put a property's value into the entry that it stands below, if it is a rating or a day."""
    match = _PROPERTY.fullmatch(line)
    if not match or not entry:
        return
    columns = recognise([match["name"]])
    if columns.ratings:
        entry["rating"] = match["value"]
    elif columns.of("watched") or columns.of("date"):
        entry["date"] = plain(match["value"])
