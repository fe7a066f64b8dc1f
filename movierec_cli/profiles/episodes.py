"""Which rows of a history are episodes: those that say it, and those that share their series' name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

_SEASON = (
    "(?:season|staffel|saison|temporada|stagione|seizoen|sezon(?:ul)?|sæson|säsong|sesong|kausi|série|řada"
    "|évad|κύκλος|сезон|musim|phần|ซีซั่น|الموسم|עונה|シーズン|시즌|第)"
)
_SERIES_OF_ONE_SEASON = (
    "(?:limited series|mini-?seri(?:e|es|en|al|ál)|mini-?séries?|miniss?érie|série limitée|serie limitada"
    "|miniserier|minisarja|minisorozat|mini dizi|мини-?сериал"
    "|リミテッドシリーズ|리미티드 시리즈|迷你剧|限定剧)"
)
_NO_FILMS = (
    "episode|folge|épisode|episodio|episódio|aflevering|odcinek|avsnitt|afsnit|jakso|bölüm|epizoda|epizód"
    "|серия|эпизод"
)
_EPISODE = f"(?:{_NO_FILMS}|chapter|kapitel|chapitre|capítulo|capitolo|hoofdstuk|глава|rozdział)"
_PART = (
    r"(?:part|teil|partie|parte|volume|vol\.?|book|buch|livre|collection|series|chapter|kapitel"
    "|limited series)"
)
_NUMBERED_PART = (
    "(?:partea|deel|del|osa|część|část|rész|kısım|часть|частина|volumen|libro|パート|파트"
    "|year|jahr|jaar|année|año|anno|ano|rok|år|год|act|akt|acte|acto|atto)"
)
"""Words that the titles of films have, too, so that a number must follow."""
_NUMBER = "(?:\\d+|[ivx]+|one|two|three|four|five|six|seven|eight|nine|ten)"
_ENOUGH = 3
"""So many titles of one beginning may be a series; fewer are a film and its sequel."""
_MORE_THAN_FILMS = 6
"""So many are a series, however long it took to watch them."""


def is_episode(title: str, of_netflix: bool) -> bool:
    """Whether a title is that of an episode, with its series: "Show: Season 1: Pilot".

    of_netflix: "Show: Part 1: Pilot" as well, which films have elsewhere.
    """
    return _series(title, of_netflix) is not None


def series_without_seasons(rows: Iterable[tuple[str, bool, str | None]]) -> set[str]:
    """The beginnings of titles, such as "Black Mirror", that are the names of series in a history of Netflix.

    rows: every title, whether it is a film of the dataset, and the day. A beginning is what stands before a
    colon. It is a series' where no film of the dataset has it, and either another row has it with a season,
    or several titles have it that are more like episodes than like the films of a series of films: see
    `_like_episodes`; of them none is numbered as sequels are, and no film is called by it alone.
    """
    titles: dict[str, dict[str, str | None]] = defaultdict(dict)
    with_seasons, of_known_films, of_sequels = set(), set(), set()
    for title, known, day in rows:
        series = _series(title, of_netflix=True)
        if series is not None and not known:
            with_seasons.add(series)
            continue
        if ":" not in title:
            of_sequels.add(title)
        for beginning in beginnings(title):
            titles[beginning][title] = day
            if known:
                of_known_films.add(beginning)
            if _sequel().search(title):
                of_sequels.add(beginning)
    return {
        beginning
        for beginning, found in titles.items()
        if beginning not in of_known_films
        and (beginning in with_seasons or (_like_episodes(found) and beginning not in of_sequels))
    }


def _like_episodes(days: Mapping[str, str | None]) -> bool:
    """Whether titles of one beginning, with their days, are episodes: many, two a day, or below a season."""
    known = {day for day in days.values() if day}
    two_a_day = known and None not in days.values() and 2 * len(known) <= len(days)
    below = all(len(list(beginnings(title))) > 1 for title in days)
    return len(days) >= _MORE_THAN_FILMS or (len(days) >= _ENOUGH and bool(two_a_day or below))


def beginnings(title: str) -> Iterator[str]:
    """What stands before each colon of a title."""
    for colon in re.finditer(r":\s", title):
        yield title[: colon.start()].rstrip()


def _series(title: str, of_netflix: bool) -> str | None:
    """The name of the series where a title says that it is an episode's."""
    if ":" not in title:
        return None
    whole, part = _patterns()
    match = whole.search(title) or (part.search(title) if of_netflix else None)
    return title[: match.start()].rstrip() if match else None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What only episodes have in their titles, and what films have too, but hardly on Netflix."""
    return (
        re.compile(
            rf"^(?P<name>.{{2,60}}):\s*(?P=name)\s+\d{{1,2}}\s*:"
            rf"|:\s*(?:{_SEASON}\s*{_NUMBER}|\d+\.?\s*{_SEASON})\b.*:"
            rf"|:\s*第\s*\d+\s*[季期部シ].*:|:\s*{_SERIES_OF_ONE_SEASON}\s*:"
            rf"|:\s*(?:{_SEASON}\s*\d+|\d+\.?\s*{_SEASON}|第\s*\d+\s*[季期部])\s*$"
            rf"|:.*:\s*{_EPISODE}\s*{_NUMBER}\b|:.*\({_EPISODE}\s*\d+\)\s*$",
            re.IGNORECASE,
        ),
        re.compile(
            rf":\s*(?:{_PART}(?:\s*\d+|\s+\w+)?|{_NUMBERED_PART}\s*\d+|\d+\.\s*{_NUMBERED_PART})\s*:\s*\S"
            rf"|:\s*(?:{_NO_FILMS})\s*\d+\s*$",
            re.IGNORECASE,
        ),
    )


@lru_cache(maxsize=1)
def _sequel() -> re.Pattern[str]:
    """A film's number after a colon: "John Wick: Chapter 4"."""
    return re.compile(rf":\s*(?:{_PART}|{_EPISODE})\s*{_NUMBER}\b", re.IGNORECASE)
