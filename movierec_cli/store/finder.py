"""From a typed title to the movie that is meant: one matcher for every command.

Movies that are called like the text come from the stored keys (titles/keys.py), others from the n-gram index.
All get points, 0 to 100, by how much of text and title agree; among the alike the best-known come first.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import log10

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.store.facts import DatasetFacts
from movierec_cli.store.identify import Described, identify
from movierec_cli.store.lookup import last_year
from movierec_cli.store.movie import MOVIE_COLUMNS, Movie, TitleMatch
from movierec_cli.store.reader import Row, TableReader
from movierec_cli.titles import keys
from movierec_cli.titles.keys import Reading
from movierec_cli.titles.typed import (
    LITERAL,
    LONGEST,
    LOOSE,
    OTHER_ARTICLE,
    PART,
    bare_keys,
    likeness,
    points,
)

SUGGESTIONS = 5
CLOSE_ENOUGH = 76.0
"""The fewest points that still mean a typing error or a part of the title rather than another title."""

_MOST_ALIKE = 96.9
_MOST_FAME = 5.0
_NEAR = 75.0
"""The fewest points, years and numbers apart, that make a title worth naming where nothing is found."""
_NUMBER_BEHIND = re.compile(r"\s+(?:\d{1,2}|[ivx]{1,4})$", re.IGNORECASE)
_FEW_LETTERS = 5
"""Of a text in which one wrong letter leaves none of a title's n-grams: "alen" and "alien" share none."""
_TIE = 0.5
_BETTER_KNOWN = {LOOSE: 5, OTHER_ARTICLE: 20, PART: 20}
"""How many times the ratings it takes to come before a movie that is literally called so."""
_CANDIDATES = 50
_LONGEST_SHOWN = 100
_KEY_COLUMNS = ("title_keys", "loose_keys", "part_keys")


def typed_id(title: str) -> int | None:
    """50 for "id:50", None for a title. Raises UsageError for "id:" and anything else."""
    wanted = title.strip()
    if not wanted.lower().startswith("id:"):
        return None
    digits = wanted[3:].strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 19 or int(digits) >= 2**63:
        raise UsageError(f"{shortened(wanted)!r} is not a movie id.", "Give a number: id:50")
    return int(digits)


def shortened(text: str) -> str:
    """A typed text for a message, cut where hardly a title is that long."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A movie, its points, and its place: what it is ranked by."""

    movie: Movie
    points: float
    place: float


class Finder:
    """The `movies` table of a run, open for titles. `dataset` is what run.json says of the dataset."""

    def __init__(self, movies: TableReader, dataset: DatasetFacts) -> None:
        self._movies = movies
        self._dataset = dataset

    def find(self, title: str) -> TitleMatch:
        """The movie that a typed title means: see Recommender.find."""
        movie_id = typed_id(title)
        if movie_id is not None:
            return TitleMatch(self._by_id(movie_id))
        readings = _readings(title)
        called = self._called(readings)
        ranked = self._with_same(readings, _ranked(readings, called))
        if not ranked or ranked[0].points < PART:
            ranked = _ranked(readings, called + self._alike(readings))
        best, *rest = self._close(title, ranked)
        others = tuple(one.movie for one in rest if best.place - one.place <= _TIE)
        return TitleMatch(best.movie, others, exact=best.points >= LOOSE)

    def search(self, text: str, top: int) -> list[tuple[Movie, float]]:
        """The movies that a text may mean, and how well it fits: see Recommender.search."""
        movie_id = typed_id(text)
        if movie_id is not None:
            return [(self._by_id(movie_id), 1.0)]
        readings = _readings(text)
        called = self._called(readings)
        surest = self._with_same(readings, _ranked(readings, called))
        ranked = _ranked(readings, called + self._alike(readings))
        close = self._close(text, _distinct([*surest[:1], *ranked] if surest else ranked))[:top]
        return [(one.movie, one.place / 100) for one in close]

    def _with_same(self, readings: Sequence[Reading], ranked: list[_Candidate]) -> list[_Candidate]:
        """The candidates, and first the film that is the same by the rules that an import has.

        Where a year is said it is asked for at once; else where nothing is called like the text.
        """
        called_so = any(one.points >= LOOSE for one in ranked)
        wanted = [
            Described((reading.title,), year)
            for reading in readings
            if reading.sure and (reading.bracketed or not called_so)
            for year in (reading.years or (None,))
        ]
        found = {ids[0] for ids in identify(wanted, self._movies) if ids}
        if len(found) != 1:
            return ranked
        movie = self._by_id(found.pop())
        same = [one for one in ranked if one.movie.movie_id == movie.movie_id and one.points >= PART]
        others = [one for one in ranked if one.movie.movie_id != movie.movie_id and one.points >= LOOSE]
        return [same[0] if same else _Candidate(movie, PART, LITERAL), *others]

    def _by_id(self, movie_id: int) -> Movie:
        rows = self._movies.rows(MOVIE_COLUMNS, f"movie_id = {movie_id}", limit=1)
        if not rows:
            raise NotFoundError.movie(movie_id, self._dataset.name)
        return Movie.from_row(rows[0])

    def _close(self, text: str, ranked: Sequence[_Candidate]) -> list[_Candidate]:
        """Those of the candidates that may be meant.

        Raises NotFoundError, with the titles that are near or the movie whose id the text is, when none is.
        """
        close = [one for one in ranked if one.points >= CLOSE_ENOUGH]
        if close:
            return close
        known_to = last_year(self._movies)
        until = "" if known_to is None else f", which knows films to {known_to}"
        raise NotFoundError(
            f"No movie is called {shortened(text)!r} in {self._dataset.name}{until}.",
            self._hint(text, ranked),
        )

    def _hint(self, text: str, ranked: Sequence[_Candidate]) -> str:
        digits = text.strip()
        if digits.isascii() and digits.isdigit() and len(digits) < 19:
            with suppress(NotFoundError):
                return f"id:{digits} is {self._by_id(int(digits)).label}."
        bare, _ = keys.split_year(text[:LONGEST])
        without_number = _NUMBER_BEHIND.sub("", bare)
        alike = {one.movie.label: likeness(without_number, one.movie.title) for one in ranked}
        near = sorted((label for label in alike if alike[label] >= _NEAR), key=lambda label: -alike[label])
        if near:
            return f"The nearest titles: {', '.join(near[:SUGGESTIONS])}"
        return "A newer dataset may have it: movierec fetch --list. Or try another spelling, or id:MOVIE_ID."

    def _called(self, readings: Sequence[Reading]) -> list[Row]:
        """The movies one of whose keys the text is."""
        wanted = {
            "title_keys": {key for reading in readings for key in reading.keys},
            "loose_keys": {
                key for reading in readings for key in (reading.loose, reading.one_word, *bare_keys(reading))
            },
            "part_keys": {reading.loose for reading in readings},
        }
        conditions = (  # keys hold letters, digits and spaces only
            f"array_has_any({column}, [{_quoted(keys)}])" for column, keys in wanted.items()
        )
        return self._movies.rows([*MOVIE_COLUMNS, *wanted], " OR ".join(conditions))

    def _alike(self, readings: Sequence[Reading]) -> list[Row]:
        """The movies that have most of the text's n-grams; the index knows none of a text of two letters."""
        columns = [*MOVIE_COLUMNS, *_KEY_COLUMNS]
        # Misspelt texts mean the best-known movies so often that these are looked through on their own.
        conditions = (None, f"rating_count >= {self._dataset.well_known}")
        found = []
        for key in dict.fromkeys(reading.keys[-1] for reading in readings):
            if len(key) > 2:
                for condition in conditions:
                    found += self._movies.match_text("search_text", key, columns, _CANDIDATES, condition)
                if len(key) <= _FEW_LETTERS:
                    beginning = _begins_with(key[:2])
                    found += self._movies.rows(columns, f"({beginning}) AND {conditions[1]}")
            else:
                found += self._movies.rows(columns, _begins_with(f"{key} "))
        return found


def _begins_with(text: str) -> str:
    """The SQL condition that one of a movie's names does."""
    return f"search_text LIKE '{text}%' OR search_text LIKE '%| {text}%'"


def _distinct(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Each movie once, where it comes first."""
    return list({one.movie.movie_id: one for one in reversed(list(candidates))}.values())[::-1]


def _quoted(keys: Iterable[str]) -> str:
    return ", ".join(f"'{key}'" for key in sorted(keys))


def _readings(text: str) -> list[Reading]:
    readings = keys.readings(text[:LONGEST])
    if not readings:
        raise UsageError(
            f"{shortened(text)!r} is not a title.", 'Give one like this: movierec similar "Star Wars"'
        )
    return readings


def _ranked(readings: Sequence[Reading], rows: Iterable[Row]) -> list[_Candidate]:
    """The rows as candidates, best first."""
    found = {}
    for row in rows:
        if row["movie_id"] not in found:
            fit = max(points(reading, row) for reading in readings)
            found[row["movie_id"]] = (Movie.from_row(row), fit)
    known = max((movie.rating_count for movie, fit in found.values() if fit == LITERAL), default=None)
    candidates = [_Candidate(movie, fit, _place(movie, fit, known)) for movie, fit in found.values()]
    return sorted(candidates, key=lambda one: (-one.place, -one.movie.rating_count, one.movie.movie_id))


def _place(movie: Movie, fit: float, known: int | None) -> float:
    """The points, and what fame adds. `known`: the most ratings of a movie that is literally called so.

    "Ocean's 11" is a name of an old film, and something else may be called "The Phantom Menace"; who types
    it means the famous one.
    """
    if fit < PART:
        return min(fit + min(log10(1 + movie.rating_count), _MOST_FAME), _MOST_ALIKE)
    if known is not None and fit in _BETTER_KNOWN and movie.rating_count > _BETTER_KNOWN[fit] * known:
        return LITERAL
    return fit
