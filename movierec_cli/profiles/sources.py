"""Who wrote a file, as its columns show, and what is known of what they write."""

from enum import StrEnum
from typing import NamedTuple

from movierec_cli.profiles.columns import DAY_WORDS, TITLE_WORDS, Columns
from movierec_cli.profiles.kinds import SERIES
from movierec_cli.profiles.sheet import Sheet
from movierec_cli.profiles.words import word_lines


class Source(StrEnum):
    """Who wrote a file."""

    LETTERBOXD = "Letterboxd"
    IMDB = "IMDb"
    MOVIELENS = "MovieLens"
    TRAKT = "Trakt"
    SIMKL = "Simkl"
    TMDB = "TMDB"
    YAMTRACK = "Yamtrack"
    CRITICKER = "Criticker"
    KINORIUM = "Kinorium"
    NETFLIX = "Netflix"
    MOVIEREC = "movierec"
    OTHER = "CSV"
    JSON = "JSON"
    XML = "XML"


_SIGNS = [(Source(name), frozenset(words[0].split())) for name, words in word_lines("sources")]
_OUT_OF = {
    Source.LETTERBOXD: 5.0,
    Source.IMDB: 10.0,
    Source.TRAKT: 10.0,
    Source.SIMKL: 10.0,
    Source.TMDB: 10.0,
    Source.YAMTRACK: 10.0,
    Source.CRITICKER: 100.0,
    Source.KINORIUM: 10.0,
    Source.NETFLIX: 5.0,
}
_OTHER_KINDS = [(kind, [{*sign.split()} for sign in signs]) for kind, signs in word_lines("other_kinds")]
"""What all of a file is about, where it has certain columns."""


class Origin(NamedTuple):
    """What a file is, apart from its rows."""

    source: Source
    is_list: bool
    """Films that somebody put together, of which it does not say that they have been seen."""
    all_about: str | None
    """The kind of all rows, where it is another one than films."""
    history: bool
    """A list of what was watched, without a word about it in its columns."""

    @property
    def scale(self) -> float | None:
        """What its ratings are out of, where that is known."""
        return _OUT_OF.get(self.source)


def origin_of(sheet: Sheet, columns: Columns) -> Origin:
    """What the header, and what stands above it, say of a file."""
    names = set(sheet.columns) - {""}
    source = next((source for source, signs in _SIGNS if signs <= names), None)
    letterboxd_list = (
        "letterboxd list export" in sheet.above.casefold() or {"position", "name", "url"} <= names
    )
    history = len(names & TITLE_WORDS) == len(names & DAY_WORDS) == 1 and len(names) == 2
    if source is None and history:
        source = Source.NETFLIX
    if source is None and letterboxd_list:
        source = Source.LETTERBOXD
    if source is None and columns.of("movie_id") and not columns.titles:
        source = Source.MOVIELENS
    if source is None:
        source = {"line": Source.OTHER, "element": Source.XML}.get(sheet.unit, Source.JSON)
    says = columns.ratings or any(map(columns.of, ("watched", "status", "thumbs", "liked", "favourite")))
    return Origin(
        source,
        is_list=letterboxd_list
        or {"const", "position", "created"} <= names
        or "predictedrating" in names
        or not (says or history or source in {Source.LETTERBOXD, Source.MOVIELENS}),
        all_about=next(
            (
                kind
                for kind, signs in _OTHER_KINDS
                if any(sign <= names for sign in signs) and not (kind == SERIES and columns.titles)
            ),
            None,
        ),
        history=history or source is Source.LETTERBOXD or "supplementalvideotype" in names,
    )
