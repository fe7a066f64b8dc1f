"""From a typed title to the movie that is meant: one matcher for every command.

Movies that are called like the text come from the stored keys (titles/keys.py), others from the n-gram index.
All get points for how well the text fits (titles/fit.py); among the alike the best-known come first.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf, log10

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.store.identify import identify
from movierec_cli.store.lookup import last_year
from movierec_cli.store.movie import MOVIE_COLUMNS, Described, Movie, TitleMatch
from movierec_cli.store.movies import Movies
from movierec_cli.store.query import Query, Row
from movierec_cli.titles import keys
from movierec_cli.titles.bare_names import parts_of, without_author
from movierec_cli.titles.fit import (
    CLOSE_ENOUGH,
    LONGEST,
    MOST_ALIKE,
    Fit,
    Kind,
    Names,
    bare_keys,
    fit_of,
    likeness,
)
from movierec_cli.titles.keys import Reading

SUGGESTIONS = 5
_FIRST, _MOST_FAME = 100.0, 5.0
"""The points of what comes before all others, and those that being known may add to a likeness: a point for
ten times the ratings."""
_TIE = 0.5
"""Movies that are as many points behind the first one, or fewer, may be meant as well."""
_BETTER_KNOWN = {Kind.LOOSE: 5, Kind.OTHER_ARTICLE: 20, Kind.PART: 20}
"""How many times the ratings it takes to come before a movie that is literally called so."""
_NEAR = 75.0
"""The fewest points, years and numbers apart, that make a title worth naming where nothing is found."""
_SAME = 95.0
"""The fewest that make it worth naming for a part of the text, such as what stands behind an author."""
_NUMBER_BEHIND = re.compile(r"\s+(?:\d{1,2}|[ivx]{1,4})$", re.IGNORECASE)
_FEW_LETTERS = 5
"""Of a text in which one wrong letter leaves none of a title's n-grams: "alen" and "alien" share none."""
_CANDIDATES = 50
"""Rows that the n-gram index is asked for."""
_LONGEST_SHOWN = 100
"""Letters of a typed text that a message repeats."""


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
    """A movie, how well it fits, and its place: the points that it is ranked by."""

    movie: Movie
    fit: Fit
    place: float


class Finder:
    """A run's movies, open for titles."""

    def __init__(self, movies: Movies) -> None:
        self._movies, self._table = movies, movies.table

    def find(self, title: str) -> TitleMatch:
        """The movie that a typed title means: see Recommender.find."""
        movie_id = typed_id(title)
        if movie_id is not None:
            return TitleMatch(self._movies.one(movie_id))
        readings = _readings(title)
        called = self._called(readings)
        ranked = self._with_same(readings, _ranked(readings, called))
        if not ranked or ranked[0].fit.kind is Kind.ALIKE:
            ranked = _ranked(readings, called + self._alike(readings))
        if _is_number(title) and ranked and ranked[0].fit.kind < Kind.LOOSE:
            raise self._not_called(title, ranked)  # who types a number may mean an id
        best, *rest = self._close(title, ranked)
        others = tuple(one.movie for one in rest if best.place - one.place <= _TIE)
        surest = Kind.LITERAL if _is_number(title) else Kind.LOOSE
        return TitleMatch(best.movie, others, exact=best.fit.kind >= surest)

    def search(self, text: str, top: int) -> list[tuple[Movie, float]]:
        """The movies that a text may mean, and how well it fits: see Recommender.search."""
        movie_id = typed_id(text)
        if movie_id is not None:
            return [(self._movies.one(movie_id), 1.0)]
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
        called_so = any(one.fit.kind >= Kind.LOOSE for one in ranked)
        wanted = [
            Described((reading.title,), year)
            for reading in readings
            if reading.sure and (reading.bracketed or not called_so)
            for year in (reading.years or (None,))
        ]
        found = {ids[0] for ids in identify(wanted, self._movies) if ids}
        if len(found) != 1:
            return ranked
        movie = self._movies.one(found.pop())
        same = [one for one in ranked if one.movie.movie_id == movie.movie_id and one.fit.kind >= Kind.PART]
        others = [
            one for one in ranked if one.movie.movie_id != movie.movie_id and one.fit.kind >= Kind.LOOSE
        ]
        return [same[0] if same else _Candidate(movie, Fit.of(Kind.PART), _FIRST), *others]

    def _close(self, text: str, ranked: Sequence[_Candidate]) -> list[_Candidate]:
        """Those of the candidates that may be meant.

        Raises NotFoundError, with the titles that are near or the movie whose id the text is, when none is.
        """
        close = [one for one in ranked if one.fit.points >= CLOSE_ENOUGH]
        if close:
            return close
        raise self._not_called(text, ranked)

    def _not_called(self, text: str, ranked: Sequence[_Candidate]) -> NotFoundError:
        known_to = last_year(self._table)
        until = "" if known_to is None else f", which knows films to {known_to}"
        return NotFoundError(
            f"No movie is called {shortened(text)!r} in {self._movies.run.facts.dataset.name}{until}.",
            self._hint(text, ranked),
        )

    def _hint(self, text: str, ranked: Sequence[_Candidate]) -> str:
        digits = text.strip()
        if _is_number(digits) and len(digits) < 19:
            with_it = [one.movie.label for one in ranked if one.fit.points >= CLOSE_ENOUGH]
            nearest = f" The nearest titles: {', '.join(with_it[:SUGGESTIONS])}" if with_it else ""
            with suppress(NotFoundError):
                return f"id:{digits} is {self._movies.one(int(digits)).label}.{nearest}"
        bare, _ = keys.split_year(text[:LONGEST])
        without_number = _NUMBER_BEHIND.sub("", bare)
        parts = [part for part in (without_author(bare), *parts_of(bare)[1:]) if part]
        alike = {}
        for one in ranked:
            of_part = max((likeness(part, one.movie.title) for part in parts), default=0.0)
            of_whole = likeness(without_number, one.movie.title)
            alike[one.movie.label] = max(of_whole, of_part if of_part >= _SAME else 0.0)
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
        return self._table.rows([*MOVIE_COLUMNS, *wanted], " OR ".join(conditions))

    def _alike(self, readings: Sequence[Reading]) -> list[Row]:
        """The movies that have most of the text's n-grams; the index knows none of a text of two letters."""
        columns = [*MOVIE_COLUMNS, *Names._fields]
        # Misspelt texts mean the best-known movies so often that these are looked through on their own.
        conditions = (None, f"rating_count >= {self._movies.run.facts.dataset.well_known}")
        found = []
        for key in dict.fromkeys(reading.keys[-1] for reading in readings):
            if len(key) > 2:
                for condition in conditions:
                    found += self._table.match_text(
                        Query(columns, condition, _CANDIDATES, "search_text", text=key)
                    )
                if len(key) <= _FEW_LETTERS:
                    beginning = _begins_with(key[:2])
                    found += self._table.rows(columns, f"({beginning}) AND {conditions[1]}")
            else:
                found += self._table.rows(columns, _begins_with(f"{key} "))
        return found


def _is_number(text: str) -> bool:
    """Whether a text may be meant as an id."""
    bare = text.strip()
    return bare.isascii() and bare.isdigit()


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
            names = Names(*(row[column] for column in Names._fields))
            fit = max(fit_of(reading, names, row["year"]) for reading in readings)
            found[row["movie_id"]] = (Movie.from_row(row), fit)
    literal = (movie.rating_count for movie, fit in found.values() if fit.kind is Kind.LITERAL)
    known = max(literal, default=None)
    candidates = [_Candidate(movie, fit, _place(movie, fit, known)) for movie, fit in found.values()]
    return sorted(candidates, key=lambda one: (-one.place, -one.movie.rating_count, one.movie.movie_id))


def _place(movie: Movie, fit: Fit, known: int | None) -> float:
    """The points, and what fame adds. `known`: the most ratings of a movie that is literally called so.

    "Ocean's 11" is a name of an old film, and something else may be called "The Phantom Menace"; who types
    it means the famous one.
    """
    if fit.kind is Kind.ALIKE:
        return min(fit.points + min(log10(1 + movie.rating_count), _MOST_FAME), MOST_ALIKE)
    if known is not None and movie.rating_count > _BETTER_KNOWN.get(fit.kind, inf) * known:
        return _FIRST
    return fit.points
