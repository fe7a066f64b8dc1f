"""The fields of one row: its titles, year and ids, and the film that they make."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from movierec_cli.profiles.columns import Columns
from movierec_cli.profiles.profile import OwnRating, normal_imdb_id
from movierec_cli.titles.keys import beside_year, split_year

_NO_VALUE = frozenset({"", "-", "–", "—", "n/a", "nan", "none", "null", "\\n", "unknown", "?"})
_NO_YEAR = _NO_VALUE | {"0"}
MOVIE_ID = re.compile(r"[0-9]{1,18}")
_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")
_IMDB = re.compile(r"(?<![a-z])tt\d{1,12}\b")
_TMDB = re.compile(r"(?:themoviedb\.org/movie/|(?:tmdb|themoviedb)://|^)(\d{1,9})(?:[-/?].*|\.0)?$")
_EDITION = re.compile(
    r"\s*\[(?!(?:18|19|20)\d\d\])[^\[\]]*\]\s*$|\s*\((?:dvd|blu-?ray|4k(?: uhd)?|uhd|omu|ov|omeu)\)\s*$", re.I
)
"""What shops and services put behind a title: [dt./OV], [Blu-ray], (OmU)."""
_ADDRESSES = frozenset({"url", "link", "guid"})

_T = TypeVar("_T")


class FilmColumns:
    """The columns of one file that say which film a row is about."""

    def __init__(self, columns: Columns) -> None:
        self._titles, self._local, self._years = columns.titles, columns.of("title"), columns.of("year")
        self._has_originals = self._titles != self._local
        self._imdb_ids, self._tmdb_ids = columns.of("imdb_id"), columns.of("tmdb_id")
        self._addresses = tuple(name for name in self._imdb_ids if name in _ADDRESSES)
        self._may_have_tmdb_id = bool(self._tmdb_ids or self._addresses or "source" in columns.all_names)

    def titles(self, values: Mapping[str, str]) -> list[str]:
        """A row's titles, each once, an original one first."""
        return _distinct(values, self._titles)

    def film(
        self, values: Mapping[str, str], titles: list[str], stars: float | None, day: str | None
    ) -> OwnRating:
        """The entry that a row makes. Raises ValueError where it has no title, or a year that is none.

        titles: those of the row, as `titles` gives them.
        """
        years = [values.get(name, "") for name in self._years]
        local = _distinct(values, self._local) if self._has_originals else titles
        title, year = _title_and_year((local or titles or [""])[0], years)
        original = _title_and_year(titles[0], years)[0] if len(titles) > 1 else title
        # Of two columns perhaps neither says that it is the original's.
        if original == title and len(local) > 1:
            original = _title_and_year(local[1], years)[0]
        if original == title and year is not None:
            original = beside_year((local or titles)[0]) or title
        return OwnRating(
            title,
            year,
            self._imdb_id(values),
            stars,
            day,
            original if original != title else None,
            self._tmdb_id(values) if self._may_have_tmdb_id else None,
        )

    def _imdb_id(self, values: Mapping[str, str]) -> str | None:
        for name in self._imdb_ids:
            imdb_id = _imdb_id(name, values.get(name, ""))
            if imdb_id is not None:
                return imdb_id
        return None

    def _tmdb_id(self, values: Mapping[str, str]) -> int | None:
        texts = [values.get(name, "") for name in self._tmdb_ids]
        for name in self._addresses:
            if "tmdb" in (text := values.get(name, "")) or "themoviedb" in text:
                texts.append(text)
        if values.get("source", "").casefold() == "tmdb":
            texts.append(values.get("mediaid", ""))
        matches = (_TMDB.search(text.strip()) for text in texts if text)
        return _first(int(match[1]) or None if match else None for match in matches)


def _distinct(values: Mapping[str, str], names: Sequence[str]) -> list[str]:
    if len(names) == 1:
        text = values.get(names[0], "")
        return [] if text.casefold() in _NO_VALUE else [text]
    found = {text.casefold(): text for name in names if (text := values.get(name, ""))}
    return [text for key, text in found.items() if key not in _NO_VALUE]


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value is not None), None)


def _title_and_year(title: str, years: list[str]) -> tuple[str, int | None]:
    bare, year_in_title = title.strip(), None
    if bare.endswith((")", "]")):
        title = _EDITION.sub("", title) or title
        bare, year_in_title = split_year(title)
    if not bare:
        raise ValueError("there is no title")
    for text in years:
        digits = _YEAR.search(text)  # "1995", "1995.0", "1995-12-15", "12/15/1995"
        if digits:
            year = int(digits[0])
            return (bare if year == year_in_title else title), year
    for text in years:
        if text.casefold() not in _NO_YEAR:
            raise ValueError(f"the year {text!r} is not a year")
    return bare, year_in_title


def whole_number(text: str) -> int:
    """A MovieLens id. Raises ValueError for what is none."""
    if not MOVIE_ID.fullmatch(text):
        raise ValueError(f"the movie id {text!r} is not a whole number")
    return int(text)


def _imdb_id(column: str, text: str) -> str | None:
    inside = _IMDB.search(text)  # an address has it, https://www.imdb.com/title/tt0113277/
    if inside:
        return normal_imdb_id(inside[0])
    return None if column in _ADDRESSES else normal_imdb_id(text)


def highest_of(values: Mapping[str, str], columns: Columns) -> float | None:
    """What the row itself says that its rating is out of."""
    for name in columns.of("max_rating"):
        text = values.get(name, "").replace(",", ".")
        if re.fullmatch(r"\d{1,3}(?:\.\d+)?", text) and float(text) >= 1:
            return float(text)
    return None
