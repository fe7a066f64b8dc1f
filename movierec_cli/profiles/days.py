"""Days as programs and people write them."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)日?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?!\d)")
_WITH_MONTH = (
    r"(?:[^\W\d]+\.?,?\s+)?(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?\s*(?:de\s+)?(?P<month>[^\W\d]{3,})\.?"
    r"|(?P<month_first>[^\W\d]{3,})\.?\s+(?P<day_second>\d{1,2})(?:st|nd|rd|th)?),?\s*(?:de\s+)?(?P<year>\d{4})\b"
)
_MONTHS = (
    "jan ene gen янв sty led tam",
    "feb fev fév fev фев lut úno hel",
    "mar mär mrz maa мар bře",
    "apr abr avr апр kwi dub huh",
    "may mai mag mei maj май мая kvě tou",
    "jun juin giu июн cze čvn kes",
    "jul juil lug июл lip hei",
    "aug ago aoû aou авг sie srp elo",
    "sep set сен wrz zář syy",
    "oct okt ott out окт paź říj lok",
    "nov ноя lis",
    "dec dez dic déc дек gru pro jou",
)
"""How the names of the months begin in many languages."""


class DayOrder(NamedTuple):
    """Whether 05/06/2024 is the 5th of June, as far as a whole file tells."""

    day_first: bool | None = None
    """None where nothing in the file tells."""


def order_of(texts: Iterable[str]) -> tuple[DayOrder, list[str]]:
    """What the days of one column tell about their order; and where it is not clear, one or two of them.

    One row that can only be day first makes all of them so, and likewise month first. Where there are both,
    nothing is clear, and one of each is given.
    """
    day_first, month_first, either = "", "", ""
    for text in texts:
        match = _YEAR_LAST.match(text)
        if match and match[2] != ".":
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                day_first = day_first or text
            elif second > 12 >= first:
                month_first = month_first or text
            elif first != second:
                either = either or text
    if day_first and month_first:
        return DayOrder(), [day_first, month_first]
    if day_first or month_first:
        return DayOrder(bool(day_first)), []
    return DayOrder(), [either] if either else []


@lru_cache(maxsize=1 << 13)
def parse_day(text: str, order: DayOrder) -> str | None:
    """A day as "2024-05-31", None for what is none or is not clear. Never raises."""
    try:
        if text.isascii() and text.isdigit():
            return _of_digits(text)
        match = _YEAR_FIRST.match(text)
        if match:
            return date(*map(int, match.groups())).isoformat()
        match = _YEAR_LAST.match(text)
        if match:
            return _year_last(int(match[1]), int(match[3]), match[4], match[2], order)
        match = re.match(_WITH_MONTH, text)
        if match:
            found = match.groupdict()
            month = _month(found["month"] or found["month_first"])
            if month:
                day = int(found["day"] or found["day_second"])
                return date(int(found["year"]), month, day).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _of_digits(text: str) -> str | None:
    """20240531, or seconds or milliseconds since 1970."""
    if len(text) == 8:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    if len(text) in {9, 10, 12, 13}:
        seconds = int(text) if len(text) < 12 else int(text) // 1000
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return None


def _year_last(first: int, second: int, year: str, separator: str, order: DayOrder) -> str | None:
    """Points stand between day, month and year, in this order, wherever they do."""
    whole = int(year) if len(year) == 4 else 2000 + int(year)
    day_first = True if separator == "." or first == second else order.day_first
    if day_first is None:
        return None
    day, month = (first, second) if day_first else (second, first)
    return date(whole, month, day).isoformat()


def _month(name: str) -> int | None:
    small = unicodedata.normalize("NFC", name.casefold())
    return next(
        (
            number
            for number, beginnings in enumerate(_MONTHS, start=1)
            if any(small.startswith(beginning) for beginning in beginnings.split())
        ),
        None,
    )
