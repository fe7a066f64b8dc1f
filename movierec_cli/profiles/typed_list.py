"""Films as somebody has typed them, a line each: a list, a diary, or notes with properties below films."""

import re
from itertools import pairwise

from movierec_cli.profiles.columns import recognise
from movierec_cli.profiles.kinds import FILM, State, kind_of, shelf_of_file, state_of
from movierec_cli.profiles.markdown import plain
from movierec_cli.profiles.notation import parse_rating

_MARK = r"(?:[-*+•]\s+(?:\[[ xX]\]\s+)?|\d{1,4}[.)]\s+)?"
"""What an entry of a list begins with."""
_SOME_DAY = (
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\.?\s[^\W\d]{3,10}\.?\s\d{4}"
    r"|[^\W\d]{3,10}\.?\s\d{1,2},\s\d{4}"
)
_DAY = rf"(?:(?P<day>{_SOME_DAY})[:,]?\s+(?:[-–—]\s+)?)?"
"""What an entry of a diary begins with."""
_LATE_DAY = rf"(?:\s*[-–—,(]\s*(?:[^\W\d]+\s+){{0,3}}(?P<late>{_SOME_DAY})\)?)?"
"""What may stand behind a film: "- watched on 2024-05-31"."""
_NOTE = r"(?:\s+[-–—]\s+[^\d\s].*)??"
"""What may stand behind a rating: "- with subtitles"."""
_REMARK = r"(?:[\s,(]+[^\d\s,(].*?)??"
"""The same behind a rating that can be nothing else: "9/10 great fun", "9/10 (twice)"."""
_GIVEN_UP = re.compile(
    r"\bg(?:a|i)ven? up\b|abandon|\bdropped|unfinished|not finished|abgebrochen", re.IGNORECASE
)
_KIND_BEHIND = re.compile(r"\s+[-–—]\s+(?P<kind>[^\W\d]{2,12}(?:\s[^\W\d]{2,12})?)\s*$")
"""What stands behind films of a list in which there are others, too: "- Movie", "- TV show"."""
_LATE_YEAR = re.compile(r",\s+((?:18|19|20)\d\d)(?=\s+\S{1,8}\s*$)")
_TAGS = re.compile(r"(?:\s+#[^\W\d][\w/-]*)+\s*$")
_SAID = (
    r"\d{1,3}(?:[.,]\d{1,2})?\s?(?:/|\b(?:out of|von|sur|su|de|di|z|из)\b)\s?(?:4|5|6|10|20|100)"
    r"|\d{1,3}(?:[.,]\d{1,2})?\s?%|[★⭐🌟☆✩]\ufe0f?(?:[★⭐🌟☆✩½⯪⯨]\ufe0f?)*|\*{1,5}½?"
)
"""A rating that can be nothing else."""
_INSIDE = r"[^()\[\]\t;|]*"
_TYPED = re.compile(
    rf"\s*{_MARK}{_DAY}(?P<film>[^\t;|]*\S [(\[](?:{_INSIDE},\s)?(?:18|19|20)\d\d(?:,\s{_INSIDE})?[)\]])"
    rf"(?:\s*[-–—:=,]?\s*(?P<rating>(?P<said>{_SAID})|[^\s,;|][^;|\t]{{0,11}}?)(?(said){_REMARK}|{_NOTE}))?{_LATE_DAY}\s*"
)
"""A film and its year in brackets, as people list them, with a rating or without."""
_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?"
_RATED = re.compile(
    rf"\s*{_MARK}{_DAY}(?P<film>[^\t;|]*[^\s\t;|,:=–—★⭐🌟☆✩½*-])"
    rf"(?:\s*[-–—:=,]?\s+|\s*[-–—:=,]\s*|\s*(?=[(\[★⭐🌟*]))[(\[]?(?P<rating>{_SAID})[)\]]?{_REMARK}{_LATE_DAY}\s*"
)
"""A film without its year, and how it is rated: "Fargo - 9/10", "Fargo ★★★★"."""
_NUMBERED = re.compile(
    rf"\s*{_MARK}{_DAY}(?P<film>[^\t;|]*[^\W\d_][^\t;|]*?)\s*(?:\s[-–—]|[:=])\s*(?P<rating>{_NUMBER}){_NOTE}{_LATE_DAY}\s*"
)
"""The same with a number alone: "Fargo: 9"."""
_RATED_FIRST = re.compile(
    rf"\s*{_MARK}{_DAY}(?P<rating>{_SAID})\s*[-–—:]?\s+(?P<film>[^\t;|]+?){_LATE_DAY}\s*"
)
"""And with the rating first: "9/10 Fargo"."""
_HEADING = re.compile(r"(?P<marks>#{1,6})\s*(?P<text>.+?)[\s#:]*|(?P<before>[^:]{2,60}):")
"""What stands above some films of a list: "## To watch", "Gesehen:"."""
_PROPERTY = re.compile(r"\s*(?:[-*+]\s+)?(?P<name>[^\W\d_][\w -]{0,30})::\s*(?P<value>.*?)\s*")
"""What Logseq and Obsidian have below an entry: "rating:: 9/10"."""
_LONGEST = 1000
"""Letters of a line with a film and a remark."""
_MARKED = re.compile(rf"\s*{_MARK}#{{1,6}}\s.*")
_BARE_YEAR = re.compile(r"(?<=\S)[ ,]+((?:18|19|20)\d\d)(?=\s*$)")
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


def typed(line: str, *, doubtful: bool = False) -> dict[str, str] | None:
    """The title, rating and date of a line that somebody has typed, as far as it has them.

    doubtful: also where one line alone would not say it: "Apollo: 13" may be a title, "9/10 Fargo" a day.
    """
    if len(line) > _LONGEST:
        return None
    text, kind = _without_kind(_LATE_YEAR.sub(r" (\1)", plain(_TAGS.sub("", line))))
    patterns = (_TYPED, _RATED, *((_NUMBERED, _RATED_FIRST) if doubtful else ()))
    match = next(filter(None, (pattern.fullmatch(text) for pattern in patterns)), None)
    if doubtful and match and match["rating"] is None and _RATED_FIRST.fullmatch(match["film"]):
        match = _RATED_FIRST.fullmatch(text) or match
    if match is None:
        return None
    try:
        if match["rating"] is not None and not parse_rating(match["rating"]):
            return None
    except ValueError:
        return None
    return {
        "title": match["film"],
        "rating": match["rating"] or "",
        "date": match["day"] or match["late"] or "",
    } | ({"kind": kind} if kind else {})


def _without_kind(text: str) -> tuple[str, str]:
    """A line without the kind behind it, and the kind; "" where there is none."""
    behind = _KIND_BEHIND.search(text)
    if behind is None or kind_of(behind["kind"]) is None:
        return text, ""
    return text[: behind.start()], behind["kind"]


def typed_as_table(lines: list[str]) -> list[str]:
    """A table with the lines of a list; what a heading says holds for the films below it.

    In a diary, where films have days, a line without one and without a year is a heading too.
    """
    lines = _with_brackets(lines)
    doubtful = _are_rated(lines)
    found = [typed(line, doubtful=doubtful) for line in lines]
    films = [film for film in found if film]
    is_diary = 2 * sum(bool(film["date"]) for film in films) > len(films) > 0
    first = _preamble(lines, films)
    rows: list[dict[str, str]] = []
    entry: dict[str, str] = {}
    says: dict[str, str] = {}
    level = 0
    for number, (line, film) in enumerate(zip(lines, found, strict=True)):
        row: dict[str, str] = {}
        rows.append(row)
        text = re.sub(rf"^\s*{_MARK}", "", line.rstrip())
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if is_no_entry(line) and not _MARKED.fullmatch(line.rstrip()):
            _add_property(entry, line.rstrip())
        elif film:
            row |= film | says
            entry = row
        elif heading := _HEADING.fullmatch(text):
            above, marks = heading["text"] or heading["before"], len(heading["marks"] or "")
            said = _said_by(above)
            if said or marks <= level:
                says, level = said, marks
            entry = {}
        elif text.isupper() and kind_of(text) not in {None, FILM}:
            says, level, entry = {"kind": text}, 0, {}
        elif state := state_of(text):
            says, level, entry = {"status": state.value}, 0, {}
        elif _UNDERLINE.fullmatch(below.rstrip("\r\n")) and text.strip():
            says, level, entry = {} if below.lstrip().startswith("=") else _said_by(text), 0, {}
        elif text.strip() and not is_diary and number >= first:
            row |= {"title": plain(text)} | says
            entry = row
    used = [
        name
        for name in ("title", "rating", "status", "kind", "date")
        if name == "title" or any(row.get(name) for row in rows)
    ]
    return [
        "\t".join(cells) + "\n" for cells in (used, *([row.get(name, "") for name in used] for row in rows))
    ]


def _are_rated(lines: list[str]) -> bool:
    """Whether most lines are films with ratings, however these are written."""
    rated = [film for line in lines if (film := typed(line, doubtful=True)) and film["rating"]]
    return 2 * len(rated) > sum(bool(line.strip()) for line in lines)


def _with_brackets(lines: list[str]) -> list[str]:
    """ "Heat 1995" and "Heat, 1995" as "Heat (1995)", where most lines end so."""
    most = 2 * sum(bool(_BARE_YEAR.search(line)) for line in lines) > sum(
        bool(line.strip()) for line in lines
    )
    return [_BARE_YEAR.sub(r" (\1)", line) for line in lines] if most else lines


def _said_by(heading: str) -> dict[str, str]:
    """What a heading says of all films below it."""
    state = (
        state_of(heading) or shelf_of_file(heading) or (State.BEGUN if _GIVEN_UP.search(heading) else None)
    )
    of_films = len(heading.split()) > 3 or kind_of(heading) in {None, FILM}
    return ({"status": state.value} if state else {}) | ({} if of_films else {"kind": heading})


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
