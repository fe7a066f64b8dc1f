"""Films that are known under several titles: Man Bites Dog, C'est arrivé près de chez vous."""

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from movierec_cli.titles.keys import loose_key, loosen, natural_title, normalise, one_word

_FILE = Path(__file__).with_suffix(".txt")


class OtherTitles(NamedTuple):
    """A film's titles, and the year of its first release, or those that are given for it."""

    years: tuple[int, ...]
    titles: tuple[str, ...]


def other_titles(title: str, year: int | None) -> list[OtherTitles]:
    """The films known under `title`, of the year, give or take one, or of any where `year` is None."""
    key = loose_key(title)
    found = _by_key().get(key) or _by_key().get(one_word(key)) or ()
    return [film for film in found if year is None or any(abs(one - year) <= 1 for one in film.years)]


def years_to_ask_for(is_wanted: Callable[[int], bool]) -> set[int]:
    """The years for which `other_titles` may give a film that has a year that is wanted."""
    films = [film for film in _films() if any(map(is_wanted, film.years))]
    return {year + beside for film in films for year in film.years for beside in (-1, 0, 1)}


@lru_cache(maxsize=1)
def _films() -> list[OtherTitles]:
    lines = [line for line in _FILE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [
        OtherTitles(tuple(map(int, years.split(","))), tuple(names.split(" | ")))
        for years, _, names in (line.partition(" ") for line in lines)
    ]


@lru_cache(maxsize=1)
def _by_key() -> dict[str, list[OtherTitles]]:
    found: dict[str, list[OtherTitles]] = defaultdict(list)
    for film in _films():
        keys = {loosen(normalise(natural_title(title))) for title in film.titles}
        for key in keys | set(map(one_word, keys)):
            found[key].append(film)
    return found
