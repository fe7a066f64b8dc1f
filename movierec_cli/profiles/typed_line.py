"""A film as somebody has typed it on a line: its title, its year, how it is rated, and when it was seen."""

import re
from itertools import pairwise

from movierec_cli.profiles.columns import uses_of
from movierec_cli.profiles.kinds import kind_of
from movierec_cli.profiles.markdown import plain
from movierec_cli.profiles.notation import parse_rating
from movierec_cli.profiles.words import folded

YEAR = r"(?:18|19|20)\d\d"
MARK = r"(?:[-*+•]\s+(?:\[[ xX]\]\s+)?|\d{1,4}[.)]\s+)?"
"""What an entry of a list begins with."""
_BOX = re.compile(r"\s*[-*+•]\s+\[(?P<tick>[ xX])\]")
_SOME_DAY = (
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\.?\s[^\W\d]{3,10}\.?\s\d{4}"
    r"|[^\W\d]{3,10}\.?\s\d{1,2},\s\d{4}"
)
_DAY = rf"(?:(?P<day>{_SOME_DAY})[:,]?\s+(?:[-–—]\s+)?)?"
"""What an entry of a diary begins with."""
_LATE_DAY = rf"(?:\s*[-–—,(]\s*(?:[^\W\d]+\s+){{0,3}}(?P<late>{_SOME_DAY})\)?)?"
"""What may stand behind a film: "- watched on 2024-05-31"."""
_NOTE = r"(?:(?:\s+[-–—]\s+|\s{2,}|\s+(?=\())[^\d\s].*)??"
"""What may stand behind a rating: "- with subtitles", "(twice)"."""
_REMARK = r"(?:[\s,(]+[^\d\s,(].*?)??"
"""The same behind a rating that can be nothing else: "9/10 great fun", "9/10 (twice)"."""
_KIND_BEHIND = re.compile(r"\s+[-–—]\s+(?P<kind>[^\W\d]{2,12}(?:\s[^\W\d]{2,12})?)\s*$")
"""What stands behind films of a list in which there are others, too: "- Movie", "- TV show"."""
_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?"
_NAMED = re.compile(rf"(?:(?<=[-–—:,]\s)|(?<=\s[(\[]))(?P<word>[^\W\d_]{{3,14}}):?\s+(?={_NUMBER})")
"""What a rating may be called before it: "- nota 9"."""
_LATE_YEAR = re.compile(rf",\s+({YEAR})(?=\s+\S{{1,8}}\s*$)")
_TAGS = re.compile(r"(?:\s+#[^\W\d][\w/-]*)+\s*$")
_SAID = (
    r"\d{1,3}(?:[.,]\d{1,2})?\s?(?:/|\b(?:out of|von|sur|su|de|di|z|из)\b)\s?(?:4|5|6|10|20|100)"
    r"|\d{1,3}(?:[.,]\d{1,2})?\s?%|[★⭐🌟☆✩]\ufe0f?(?:[★⭐🌟☆✩½⯪⯨]\ufe0f?)*|\*{1,5}½?"
)
"""A rating that can be nothing else."""
_INSIDE = r"[^()\[\]\t;|]*"
_TYPED = re.compile(
    rf"\s*{MARK}{_DAY}(?P<film>[^\t;|]*\S [(\[](?:{_INSIDE},\s)?{YEAR}(?:,\s{_INSIDE})?[)\]])"
    rf"(?:\s*[-–—:=,]?\s*(?P<rating>(?P<said>{_SAID})|[^\s,;|][^;|\t]{{0,11}}?)(?(said){_REMARK}|{_NOTE}))?{_LATE_DAY}\s*"
)
"""A film and its year in brackets, as people list them, with a rating or without."""
_RATED = re.compile(
    rf"\s*{MARK}{_DAY}(?P<film>[^\t;|]*[^\s\t;|,:=–—★⭐🌟☆✩½*-])"
    rf"(?:\s*[-–—:=,]?\s+|\s*[-–—:=,]\s*|\s*(?=[(\[★⭐🌟*]))[(\[]?(?P<rating>{_SAID})[)\]]?{_REMARK}{_LATE_DAY}\s*"
)
"""A film without its year, and how it is rated: "Fargo - 9/10", "Fargo ★★★★"."""
_NUMBERED = re.compile(
    rf"\s*{MARK}{_DAY}(?P<film>[^\t;|]*[^\W\d_][^\t;|]*?)"
    rf"\s*(?:\s[-–—]|[:=]|(?=[(\[]))\s*[(\[]?(?P<rating>{_NUMBER})[)\]]?{_NOTE}{_LATE_DAY}\s*"
)
"""The same with a number alone: "Fargo: 9", "Fargo [9]"."""
_RATED_FIRST = re.compile(
    rf"\s*{MARK}{_DAY}(?P<rating>{_SAID})\s*[-–—:]?\s+(?P<film>[^\t;|]+?){_LATE_DAY}\s*"
)
"""And with the rating first: "9/10 Fargo"."""
_BARE_YEAR = re.compile(rf"(?<=\S)[ ,]+({YEAR})(?=\s*$)")
_YEAR_BEFORE = re.compile(
    rf"(?P<mark>\s*{MARK})[(\[]?(?P<year>{YEAR})[)\]]?(?:\s*[-–—:]\s*|\s+)(?P<film>(?!\d+[-/.])\S.*?)"
    rf"(?P<rest>(?:\s*[-–—:,])?\s+(?:{_SAID})|\s*[-–—:,]\s+{_NUMBER})?\s*"
)
_DAY_OF_A_YEAR = re.compile(rf"\s*{MARK}\d{{1,2}}[./]\d{{1,2}}\.?[:,]?\s+(?:[-–—]\s+)?")
_NUMBER_BEFORE = re.compile(rf"\s*(?P<rating>{_NUMBER})(?:\s*[-–—:|]\s*|\s+)(?P<film>[^\W_].*?)\s*")
_RATING = re.compile(rf"\s*(?:[-*+]\s+)?(?P<rating>{_SAID}|{_NUMBER}[\s-][^\W\d]{{3,12}})[\s:]*")
"""A line, or a heading, that is a rating: "★★★★", "5 stars:"."""
_LONGEST = 1000
"""Letters of a line with a film and a remark."""


def typed(line: str, *, doubtful: bool = False) -> dict[str, str] | None:
    """The title, rating and date of a line that somebody has typed, as far as it has them.

    doubtful: also where one line alone would not say it: "Apollo: 13" may be a title, "9/10 Fargo" a day.
    """
    if len(line) > _LONGEST:
        return None
    bare = _NAMED.sub(_without_name, plain(_TAGS.sub("", line)))
    text, kind = _without_kind(_LATE_YEAR.sub(r" (\1)", bare))
    patterns = (_TYPED, _RATED, *((_NUMBERED, _RATED_FIRST) if doubtful else ()))
    match = next(filter(None, (pattern.fullmatch(text) for pattern in patterns)), None)
    if doubtful and match and match["rating"] is None and _RATED_FIRST.fullmatch(match["film"]):
        match = _RATED_FIRST.fullmatch(text) or match
    if match is None:
        return None
    try:
        rating = match["rating"] if match["rating"] and parse_rating(match["rating"]) else ""
    except ValueError:
        return None
    return {
        "title": match["film"],
        "rating": rating,
        "date": match["day"] or match["late"] or "",
    } | ({"kind": kind} if kind else {})


def _without_name(named: re.Match[str]) -> str:
    return "" if uses_of([folded(named["word"])]) & {"rating", "own_rating"} else named[0]


def _without_kind(text: str) -> tuple[str, str]:
    """A line without the kind behind it, and the kind; "" where there is none."""
    behind = _KIND_BEHIND.search(text)
    if behind is None or kind_of(behind["kind"]) is None:
        return text, ""
    return text[: behind.start()], behind["kind"]


def is_ticked(line: str) -> bool | None:
    """Whether the box before an entry of a list is ticked, None where there is none."""
    box = _BOX.match(line)
    return None if box is None else box["tick"] != " "


def rearranged(lines: list[str]) -> list[str]:
    """Lines with the year in brackets behind the film and the rating behind both, where most have them
    elsewhere: "Heat 1995", "1995 - Heat - 8/10", "12/01 Heat (1995) 8/10", "8 Heat (1995)"."""
    for arranged in (_year_behind, _year_before, _without_day):
        found = [arranged(line) if len(line) <= _LONGEST else None for line in lines]
        if 2 * sum(map(bool, found)) > sum(bool(line.strip()) for line in lines):
            lines = [new or line for new, line in zip(found, lines, strict=True)]
    return _numbers_behind(lines)


def _year_behind(line: str) -> str | None:
    return _BARE_YEAR.sub(r" (\1)", line) if _BARE_YEAR.search(line) else None


def _year_before(line: str) -> str | None:
    found = None if _TYPED.fullmatch(line) else _YEAR_BEFORE.fullmatch(line)
    return found and f"{found['mark']}{found['film']} ({found['year']}){found['rest'] or ''}"


def _without_day(line: str) -> str | None:
    """A line without a day that has no year, where a rating at the end shows that it is none itself."""
    rest = _DAY_OF_A_YEAR.sub("", line, count=1)
    film = typed(rest) if rest != line else None
    return rest if film and film["rating"] else None


def _numbers_behind(lines: list[str]) -> list[str]:
    """Each film's number behind it, where every line begins with one; without it where these only count."""
    if max(map(len, lines), default=0) > _LONGEST:
        return lines
    found = [_NUMBER_BEFORE.fullmatch(line) for line in lines if line.strip()]
    films = [match for match in found if match]
    numbers = [float(match["rating"].replace(",", ".")) for match in films]
    if len(films) < max(3, len(found)):
        return lines
    steps = {after - before for before, after in pairwise(numbers)}
    if steps in ({1.0}, {-1.0}):
        arranged = (match["film"] for match in films)
    elif max(numbers) <= 10:
        arranged = (f"{match['film']} - {match['rating']}" for match in films)
    else:
        return lines
    return [next(arranged) if line.strip() else line for line in lines]


def rating_of(line: str) -> str:
    """What a line says that is nothing but a rating, else ""."""
    match = _RATING.fullmatch(line)
    try:
        return match["rating"] if match and parse_rating(match["rating"]) else ""
    except ValueError:
        return ""
