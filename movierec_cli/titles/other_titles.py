"""Films that are known under several titles: Man Bites Dog, C'est arrivé près de chez vous."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from movierec_cli.titles.keys import loose_key, one_word

_FILE = Path(__file__).with_suffix(".txt")


@dataclass(frozen=True, slots=True)
class OtherTitles:
    """A film's titles, and the year of its first release, or those that are given for it."""

    years: tuple[int, ...]
    titles: tuple[str, ...]


def other_titles(title: str, year: int | None) -> list[OtherTitles]:
    """The films known under `title`, of the year, give or take one, or of any where `year` is None."""
    key = loose_key(title)
    found = _by_key().get(key) or _by_key().get(one_word(key)) or ()
    return [film for film in found if year is None or any(abs(one - year) <= 1 for one in film.years)]


@lru_cache(maxsize=1)
def _by_key() -> dict[str, list[OtherTitles]]:
    films: dict[str, list[OtherTitles]] = defaultdict(list)
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            years, _, names = line.partition(" ")
            film = OtherTitles(tuple(map(int, years.split(","))), tuple(names.split(" | ")))
            keys = {loose_key(name) for name in film.titles}
            for key in keys | set(map(one_word, keys)):
                films[key].append(film)
    return films
