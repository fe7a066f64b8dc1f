"""How well a text that somebody typed fits a title, in points from 0 to 100."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from movierec_cli.titles import keys
from movierec_cli.titles.bare_names import without_number, without_series
from movierec_cli.titles.keys import Reading

LITERAL = 100.0
"""The text is one of the movie's names, or is it but for an article that was left out."""
LOOSE = 99.0
"""The same, with numbers, abbreviations or spaces written in another way."""
OTHER_ARTICLE = 97.5
PART = 97.0
_BEGINNING = 91.0
_ALL_WORDS = 88.0
_OPEN_BEGINNING = 86.0
_OTHER_NUMBER = 25.0
_YEAR_BESIDE = 1.5
_SURELY_ALIKE = 85.0
_NEARLY_WHOLE = 85.0
"""Points of a misspelt title in full."""
_ENOUGH_LETTERS = 8
"""Of a text that is misspelt and only a part of a title: fewer would be part of too many."""
LONGEST = 250


def points(reading: Reading, row: Mapping[str, Any]) -> float:
    """How well a movie fits a way to understand the text, 0 to 100. row: of the table `movies`.

    A movie of another year is not meant; of the year beside it only where the title is the same. A year in
    brackets belongs to a title in full: what is a part of it is not meant either.
    """
    fit = _fit_of_title(reading, row["title_keys"], row["loose_keys"], row["part_keys"])
    if not reading.years:
        return fit
    if reading.bracketed and fit < OTHER_ARTICLE:
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
    return fit - _YEAR_BESIDE if beside and fit >= OTHER_ARTICLE else 0.0


def _penalty(reading: Reading, loose_keys: Sequence[str]) -> float:
    """What the numbers in the text cost that the movie does not have."""
    return _OTHER_NUMBER * len(_numbers([reading.loose]) - _numbers(loose_keys) - {"1"})


def likeness(typed: str, title: str) -> float:
    """How well a typed text fits a title, 0 to 100, years apart."""
    names = keys.title_keys(title), keys.loose_keys(title), keys.part_keys(title)
    return max((_fit_of_title(reading, *names) for reading in keys.readings(typed[:LONGEST])), default=0.0)


def _fit_of_title(
    reading: Reading, title_keys: Sequence[str], loose_keys: Sequence[str], part_keys: Sequence[str]
) -> float:
    typed = reading.loose
    if reading.keys[0] in title_keys:
        return LITERAL
    if len(reading.keys) > 1 and reading.keys[1] in title_keys:
        return OTHER_ARTICLE
    if typed in loose_keys or reading.one_word in loose_keys:
        return LOOSE
    if not {*bare_keys(reading)}.isdisjoint(loose_keys):
        return PART
    penalty = _penalty(reading, loose_keys)
    if typed in part_keys:
        return PART - penalty
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


def bare_keys(reading: Reading) -> list[str]:
    """The loose keys of a title without its series, or its number before a subtitle."""
    stripped = (without_series(reading.title), without_number(reading.title))
    return [keys.loosen(keys.normalise(bare)) for bare in stripped if bare]
