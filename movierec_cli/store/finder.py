"""From a typed title to the movie that is meant: one matcher for every command.

Movies that are called like the text come from the stored keys (titles/keys.py), others from the n-gram index.
All get points, 0 to 100, by how much of text and title agree; among the alike the best-known come first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log10

from rapidfuzz import fuzz

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.store.identify import Described, identify
from movierec_cli.store.movie import MOVIE_COLUMNS, Movie, TitleMatch
from movierec_cli.store.movies import Movies
from movierec_cli.store.query import Query, Row
from movierec_cli.titles import keys
from movierec_cli.titles.bare_names import without_number, without_series
from movierec_cli.titles.keys import Reading

SUGGESTIONS = 5
CLOSE_ENOUGH = 76.0
"""The fewest points that still mean a typing error or a part of the title rather than another title."""

LITERAL = 100.0
"""The text is one of the movie's names, or is it but for an article that was left out."""
LOOSE = 99.0
"""The same, with numbers, abbreviations or spaces written in another way."""
_OTHER_ARTICLE = 97.5
_PART = 97.0
_BEGINNING = 91.0
_ALL_WORDS = 88.0
_OPEN_BEGINNING = 86.0
_MOST_ALIKE = 96.9
_MOST_FAME = 5.0
_OTHER_NUMBER = 25.0
_YEAR_BESIDE = 1.5
_SURELY_ALIKE = 85.0
_NEARLY_WHOLE = 85.0
"""Points of a misspelt title in full."""
_FEW_LETTERS = 5
"""Of a text in which one wrong letter leaves none of a title's n-grams: "alen" and "alien" share none."""
_ENOUGH_LETTERS = 8
"""Of a text that is misspelt and only a part of a title: fewer would be part of too many."""
_TIE = 0.5
_BETTER_KNOWN = {LOOSE: 5, _OTHER_ARTICLE: 20, _PART: 20}
"""How many times the ratings it takes to come before a movie that is literally called so."""
_CANDIDATES = 50
_LONGEST = 250
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
        if not ranked or ranked[0].points < _PART:
            ranked = _ranked(readings, called + self._alike(readings))
        best, *rest = _close(title, ranked)
        others = tuple(one.movie for one in rest if best.place - one.place <= _TIE)
        return TitleMatch(best.movie, others, exact=best.points >= LOOSE)

    def search(self, text: str, top: int) -> list[tuple[Movie, float]]:
        """The movies that a text may mean, and how well it fits: see Recommender.search."""
        movie_id = typed_id(text)
        if movie_id is not None:
            return [(self._movies.one(movie_id), 1.0)]
        readings = _readings(text)
        called = self._called(readings)
        surest = self._with_same(readings, _ranked(readings, called))
        ranked = _ranked(readings, called + self._alike(readings))
        close = _close(text, _distinct([*surest[:1], *ranked] if surest else ranked))[:top]
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
        movie = self._movies.one(found.pop())
        same = [one for one in ranked if one.movie.movie_id == movie.movie_id and one.points >= _PART]
        others = [one for one in ranked if one.movie.movie_id != movie.movie_id and one.points >= LOOSE]
        return [same[0] if same else _Candidate(movie, _PART, LITERAL), *others]

    def _called(self, readings: Sequence[Reading]) -> list[Row]:
        """The movies one of whose keys the text is."""
        wanted = {
            "title_keys": {key for reading in readings for key in reading.keys},
            "loose_keys": {
                key for reading in readings for key in (reading.loose, reading.one_word, *_bare(reading))
            },
            "part_keys": {reading.loose for reading in readings},
        }
        conditions = (  # keys hold letters, digits and spaces only
            f"array_has_any({column}, [{_quoted(keys)}])" for column, keys in wanted.items()
        )
        return self._table.rows([*MOVIE_COLUMNS, *wanted], " OR ".join(conditions))

    def _alike(self, readings: Sequence[Reading]) -> list[Row]:
        """The movies that have most of the text's n-grams; the index knows none of a text of two letters."""
        columns = [*MOVIE_COLUMNS, *_KEY_COLUMNS]
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


def _begins_with(text: str) -> str:
    """The SQL condition that one of a movie's names does."""
    return f"search_text LIKE '{text}%' OR search_text LIKE '%| {text}%'"


def _bare(reading: Reading) -> list[str]:
    """The loose keys of a title without its series, or its number before a subtitle."""
    stripped = (without_series(reading.title), without_number(reading.title))
    return [keys.loosen(keys.normalise(bare)) for bare in stripped if bare]


def _distinct(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Each movie once, where it comes first."""
    return list({one.movie.movie_id: one for one in reversed(list(candidates))}.values())[::-1]


def _quoted(keys: Iterable[str]) -> str:
    return ", ".join(f"'{key}'" for key in sorted(keys))


def _readings(text: str) -> list[Reading]:
    readings = keys.readings(text[:_LONGEST])
    if not readings:
        raise UsageError(
            f"{shortened(text)!r} is not a title.", 'Give one like this: movierec similar "Star Wars"'
        )
    return readings


def _close(text: str, ranked: Sequence[_Candidate]) -> list[_Candidate]:
    """Those of the candidates that may be meant. Raises NotFoundError, with the nearest, when none is."""
    close = [one for one in ranked if one.points >= CLOSE_ENOUGH]
    if close:
        return close
    bare, _ = keys.split_year(text[:_LONGEST])
    ranked = sorted(ranked, key=lambda one: -likeness(bare, one.movie.title))  # whatever its year
    nearest = ", ".join(one.movie.label for one in ranked[:SUGGESTIONS])
    raise NotFoundError(
        f"No movie is called {shortened(text)!r}.",
        f"The nearest titles: {nearest}" if nearest else "Try another spelling, or id:MOVIE_ID.",
    )


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
    if fit < _PART:
        return min(fit + min(log10(1 + movie.rating_count), _MOST_FAME), _MOST_ALIKE)
    if known is not None and fit in _BETTER_KNOWN and movie.rating_count > _BETTER_KNOWN[fit] * known:
        return LITERAL
    return fit


def points(reading: Reading, row: Row) -> float:
    """How well a movie fits a way to understand the text, 0 to 100.

    A movie of another year is not meant; of the year beside it only where the title is the same. A year in
    brackets belongs to a title in full: what is a part of it is not meant either.
    """
    fit = _fit_of_title(reading, row["title_keys"], row["loose_keys"], row["part_keys"])
    if not reading.years:
        return fit
    if reading.bracketed and fit < _OTHER_ARTICLE:
        fit = max(
            _highest(_whole, (reading.loose,), row["loose_keys"]),
            _highest(_without_spaces, (reading.one_word,), row["loose_keys"]),
        )
        fit = fit - _penalty(reading, row["loose_keys"]) if fit >= _NEARLY_WHOLE else 0.0
    if row["year"] in reading.years:
        return fit
    if not reading.sure:
        return 0.0
    beside = row["year"] is not None and min(abs(row["year"] - year) for year in reading.years) == 1
    return fit - _YEAR_BESIDE if beside and fit >= _OTHER_ARTICLE else 0.0


def _penalty(reading: Reading, loose_keys: Sequence[str]) -> float:
    """What the numbers in the text cost that the movie does not have."""
    return _OTHER_NUMBER * len(_numbers([reading.loose]) - _numbers(loose_keys) - {"1"})


def likeness(typed: str, title: str) -> float:
    """How well a typed text fits a title, 0 to 100, years apart."""
    names = keys.title_keys(title), keys.loose_keys(title), keys.part_keys(title)
    return max((_fit_of_title(reading, *names) for reading in keys.readings(typed[:_LONGEST])), default=0.0)


def _fit_of_title(
    reading: Reading, title_keys: Sequence[str], loose_keys: Sequence[str], part_keys: Sequence[str]
) -> float:
    typed = reading.loose
    if reading.keys[0] in title_keys:
        return LITERAL
    if len(reading.keys) > 1 and reading.keys[1] in title_keys:
        return _OTHER_ARTICLE
    if typed in loose_keys or reading.one_word in loose_keys:
        return LOOSE
    if not {*_bare(reading)}.isdisjoint(loose_keys):
        return _PART
    penalty = _penalty(reading, loose_keys)
    if typed in part_keys:
        return _PART - penalty
    fit = max(
        _highest(_whole, (typed,), loose_keys),
        _highest(_without_spaces, (reading.one_word,), loose_keys),
        _highest(_part, (typed,), part_keys),
        _highest(_beginning, (*reading.keys, typed), (*title_keys, *loose_keys)),
        _highest(_words, (typed,), loose_keys),
    )
    return fit - penalty


def _numbers(keys: Iterable[str]) -> set[str]:
    return {word for key in keys for word in key.split() if word.isdigit()}


def _highest(likeness: Callable[[str, str], float], typed: Iterable[str], keys: Sequence[str]) -> float:
    return max((likeness(text, key) for text in typed for key in keys), default=0.0)


def _whole(typed: str, name: str) -> float:
    """They are spelt alike, and no word is quite another: "Return of the King" is not "of the Jedi"."""
    likeness = fuzz.ratio(typed, name)
    if likeness < _SURELY_ALIKE:
        words = name.split()
        if any(_highest(fuzz.ratio, (word,), words) < 50 for word in typed.split()):
            return 0.0
    return 0.97 * likeness


def _without_spaces(typed: str, name: str) -> float:
    likeness = fuzz.ratio(typed, name)
    return 0.97 * likeness if likeness >= _SURELY_ALIKE else 0.0


def _part(typed: str, part: str) -> float:
    return 0.94 * fuzz.ratio(typed, part) if len(typed) >= _ENOUGH_LETTERS else 0.0


def _beginning(typed: str, name: str) -> float:
    """The name begins with what was typed: with whole words, or in the middle of one."""
    if len(typed) < 2 or not name.startswith(typed):
        return 0.0
    if name[len(typed) : len(typed) + 1] == " ":
        return _BEGINNING
    return _OPEN_BEGINNING if len(typed) > 3 else 0.0


def _words(typed: str, name: str) -> float:
    """All words of one are in the other, in any order; those of a longer text may be misspelt.

    Their first letters may not: too many words are alike behind them.
    """
    typed_words, name_words = typed.split(), name.split()
    if set(typed_words) <= set(name_words):
        return _ALL_WORDS
    if set(name_words) < set(typed_words) and len(name_words) > 1 and len(name) > 0.55 * len(typed):
        return 60 + 30 * len(name) / len(typed)
    if len(typed) < _ENOUGH_LETTERS or len(typed_words) > len(name_words):
        return 0.0
    likeness = [
        _highest(fuzz.ratio, (word,), [other for other in name_words if other[0] == word[0]])
        for word in typed_words
    ]
    return _ALL_WORDS * sum(likeness) / len(likeness) / 100 if min(likeness) >= 75 else 0.0
