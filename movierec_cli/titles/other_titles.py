"""Films that are known under several titles: Man Bites Dog, C'est arrivé près de chez vous."""

import json
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from movierec_cli.titles.keys import loose_key, loosen, natural_title, normalise, one_word

_FILE = Path(__file__).with_suffix(".txt")
KEYS_FILE = Path(__file__).with_suffix(".json")
"""The keys of the titles, made by `make other-titles`: it takes 20 ms to make them, and 3 to read them."""


class OtherTitles(NamedTuple):
    """A film's titles, and the year of its first release, or those that are given for it."""

    years: tuple[int, ...]
    titles: tuple[str, ...]


def other_titles(title: str, year: int | None) -> list[OtherTitles]:
    """The films known under `title`, of the year, give or take one, or of any where `year` is None."""
    key = loose_key(title)
    numbers = _by_key().get(key) or _by_key().get(one_word(key)) or ()
    found = [_film(number) for number in numbers]
    return [film for film in found if year is None or any(abs(one - year) <= 1 for one in film.years)]


def years_to_ask_for(is_wanted: Callable[[int], bool]) -> set[int]:
    """The years for which `other_titles` may give a film that has a year that is wanted."""
    wanted = (years for years in map(_years, _lines()) if any(map(is_wanted, years)))
    return {year + beside for years in wanted for year in years for beside in (-1, 0, 1)}


def keys_as_json() -> str:
    """What KEYS_FILE has to hold: loose key, also as one word -> the numbers of the films known under it."""
    found: dict[str, list[int]] = defaultdict(list)
    for number in range(len(_lines())):
        keys = {loosen(normalise(natural_title(title))) for title in _film(number).titles}
        for key in keys | set(map(one_word, keys)):
            found[key].append(number)
    lines = (f"{json.dumps(key, ensure_ascii=False)}: {numbers}" for key, numbers in sorted(found.items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


@cache
def _film(number: int) -> OtherTitles:
    line = _lines()[number]
    return OtherTitles(_years(line), tuple(line.partition(" ")[2].split(" | ")))


def _years(line: str) -> tuple[int, ...]:
    return tuple(map(int, line[: line.index(" ")].split(",")))


@cache
def _lines() -> list[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and line[0] != "#"]


@cache
def _by_key() -> dict[str, list[int]]:
    found: dict[str, list[int]] = json.loads(KEYS_FILE.read_bytes())
    return found


if __name__ == "__main__":
    KEYS_FILE.write_text(keys_as_json(), encoding="utf-8", newline="\n")
