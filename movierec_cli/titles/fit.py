"""How well a typed text fits a title: by what kind of agreement, and how much of the two agrees.

Nothing here is certain, so that likenesses are points, 0 to 100, chosen by trying what people type: each says
why it stands above or below the others.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Self

from rapidfuzz import fuzz

from movierec_cli.titles import keys
from movierec_cli.titles.bare_names import without_number, without_series
from movierec_cli.titles.keys import Reading

LONGEST = 250
"""Letters of a typed text that are looked at."""
CLOSE_ENOUGH = 76.0
"""The fewest points that still mean a typing error or a part of the title rather than another title."""


class Kind(IntEnum):
    """How a text and a movie agree, the surest last."""

    ALIKE = 0
    """More or less, as the points say; less than any other kind."""
    PART = 1
    """The text is the main title, the subtitle, or the title without its series or its number there."""
    OTHER_ARTICLE = 2
    """It is a name of the movie, but for an article that the movie does not have."""
    OTHER_YEAR = 3
    """It is a name of the movie, and its year is the one beside the movie's."""
    LOOSE = 4
    """It is a name, with numbers, abbreviations or spaces written in another way."""
    LITERAL = 5
    """It is a name of the movie, or is it but for an article that was left out."""


@dataclass(frozen=True, slots=True, order=True)
class Fit:
    """How well a text fits a movie. Fits are compared by their kind first."""

    kind: Kind
    points: float

    @classmethod
    def of(cls, kind: Kind) -> Self:
        """The fit of a kind in which nothing fits more or less than another; not for ALIKE."""
        return cls(kind, _POINTS[kind])


_POINTS = {
    Kind.PART: 97.0,  # more than any likeness
    Kind.OTHER_ARTICLE: 97.5,  # a tie with a part: either may be meant
    Kind.OTHER_YEAR: 98.5,
    Kind.LOOSE: 99.0,  # a tie with the right title in the year beside
    Kind.LITERAL: 100.0,
}
MOST_ALIKE = 96.9
"""What is only alike comes behind whatever is called so."""
NONE = Fit(Kind.ALIKE, 0.0)
_OF_THE_YEAR_BESIDE = {
    Kind.LITERAL: Fit.of(Kind.OTHER_YEAR),
    Kind.LOOSE: Fit.of(Kind.OTHER_ARTICLE),
    Kind.OTHER_ARTICLE: Fit(Kind.ALIKE, 96.0),
}
"""What a kind becomes where the year is off by one. Other kinds do not count then."""
_OTHER_NUMBER = 25.0
"""What a number costs that the movie does not have: "Toy Story 5" is not close enough to Toy Story 4."""

_WHOLE, _PART = 0.97, 0.94
"""Of the likeness of two titles, and of a text and a part of a title: a misspelt title comes behind a part as
it is spelt, and before a misspelt part."""
_MISSPELT_TITLE = 85.0
"""The fewest points of what is a title in full."""
_SURELY_ALIKE = 85.0
"""Two titles that are so much alike are one, whatever their single words are."""
_ANOTHER_WORD = 50.0
"""Less alike, a word is quite another: "Return of the King" is not "Return of the Jedi"."""
_SAME_WORD = 75.0
"""As much alike, a word may be a misspelt one."""
_BEGINNING, _ALL_WORDS, _OPEN_BEGINNING = 91.0, 88.0, 86.0
"""A title's first words say more than some of its words, and these more than a beginning within a word."""
_MOST_OF_THE_TEXT = 0.65
"""A title of which a text has all words, and others: shorter ones are in too many texts."""
_FEWEST_TO_BEGIN = 4
"""Letters of the beginning of a word."""
ENOUGH_LETTERS = 8
"""Of a text that is misspelt and only a part of a title: fewer would be part of too many."""


class Names(NamedTuple):
    """A movie's names in the forms that the store keeps, see keys.py."""

    title_keys: Sequence[str]
    loose_keys: Sequence[str]
    part_keys: Sequence[str]


def fit_of(reading: Reading, names: Names, year: int | None) -> Fit:
    """How well a movie fits a way to understand the text.

    A movie of another year is not meant; of the year beside it only where the title is the same. A year in
    brackets belongs to a title in full: what is a part of it is not meant either.
    """
    fit = _fit_of_title(reading, names)
    if not reading.years:
        return fit
    if reading.bracketed and fit.kind < Kind.OTHER_ARTICLE:
        likeness = _likeness_of_whole(reading, names)
        fit = Fit(Kind.ALIKE, likeness - _penalty(reading, names)) if likeness >= _MISSPELT_TITLE else NONE
    if year in reading.years:
        return fit
    beside = year is not None and min(abs(year - one) for one in reading.years) == 1
    return _OF_THE_YEAR_BESIDE.get(fit.kind, NONE) if beside and reading.sure else NONE


def likeness(typed: str, title: str) -> float:
    """How many points a typed text has as a title, years apart."""
    names = Names(keys.title_keys(title), keys.loose_keys(title), keys.part_keys(title))
    readings = keys.readings(typed[:LONGEST])
    return max((_fit_of_title(reading, names) for reading in readings), default=NONE).points


def bare_keys(reading: Reading) -> list[str]:
    """The loose keys of a text without its series, or its number before a subtitle."""
    stripped = (without_series(reading.title), without_number(reading.title))
    return [keys.loosen(keys.normalise(bare)) for bare in stripped if bare]


def _fit_of_title(reading: Reading, names: Names) -> Fit:
    typed = reading.loose
    if reading.keys[0] in names.title_keys:
        return Fit.of(Kind.LITERAL)
    if len(reading.keys) > 1 and reading.keys[1] in names.title_keys:
        return Fit.of(Kind.OTHER_ARTICLE)
    if typed in names.loose_keys or reading.one_word in names.loose_keys:
        return Fit.of(Kind.LOOSE)
    if not {*bare_keys(reading)}.isdisjoint(names.loose_keys):
        return Fit.of(Kind.PART)
    penalty = _penalty(reading, names)
    if typed in names.part_keys:
        part = Fit.of(Kind.PART)
        return Fit(Kind.ALIKE, part.points - penalty) if penalty else part
    points = max(
        _likeness_of_whole(reading, names),
        _highest(_part, (typed,), names.part_keys),
        _highest(_beginning, (*reading.keys, typed), (*names.title_keys, *names.loose_keys)),
        _highest(_words, (typed,), names.loose_keys),
    )
    return Fit(Kind.ALIKE, points - penalty)


def _penalty(reading: Reading, names: Names) -> float:
    """What the numbers in the text cost that the movie does not have; every film is the first of its name."""
    return _OTHER_NUMBER * len(_numbers([reading.loose]) - _numbers(names.loose_keys) - {"1"})


def _numbers(keys: Iterable[str]) -> set[str]:
    return {word for key in keys for word in key.split() if word.isdigit()}


def _highest(likeness: Callable[[str, str], float], typed: Iterable[str], keys: Sequence[str]) -> float:
    return max((likeness(text, key) for text in typed for key in keys), default=0.0)


def _likeness_of_whole(reading: Reading, names: Names) -> float:
    return max(
        _highest(_whole, (reading.loose,), names.loose_keys),
        _highest(_without_spaces, (reading.one_word,), names.loose_keys),
    )


def _whole(typed: str, name: str) -> float:
    """They are spelt alike, and no word is quite another."""
    likeness = fuzz.ratio(typed, name)
    if likeness < _SURELY_ALIKE:
        words = name.split()
        if any(_highest(fuzz.ratio, (word,), words) < _ANOTHER_WORD for word in typed.split()):
            return 0.0
    return _WHOLE * likeness


def _without_spaces(typed: str, name: str) -> float:
    return _WHOLE * fuzz.ratio(typed, name, score_cutoff=_SURELY_ALIKE)


def _part(typed: str, part: str) -> float:
    return _PART * fuzz.ratio(typed, part) if len(typed) >= ENOUGH_LETTERS else 0.0


def _beginning(typed: str, name: str) -> float:
    """The name begins with what was typed: with whole words, or in the middle of one."""
    if len(typed) < 2 or not name.startswith(typed):
        return 0.0
    if name[len(typed) : len(typed) + 1] == " ":
        return _BEGINNING
    return _OPEN_BEGINNING if len(typed) >= _FEWEST_TO_BEGIN else 0.0


def _words(typed: str, name: str) -> float:
    """All words of one are in the other, in any order; those of a longer text may be misspelt.

    Their first letters may not: too many words are alike behind them.
    """
    typed_words, name_words = typed.split(), name.split()
    if set(typed_words) <= set(name_words):
        return _ALL_WORDS
    share = len(name) / len(typed)
    if set(name_words) < set(typed_words) and len(name_words) > 1 and share > _MOST_OF_THE_TEXT:
        return 60 + 30 * share  # a little more than CLOSE_ENOUGH for the shortest, less than a beginning
    if len(typed) < ENOUGH_LETTERS or len(typed_words) > len(name_words):
        return 0.0
    likeness = [
        _highest(fuzz.ratio, (word,), [other for other in name_words if other[0] == word[0]])
        for word in typed_words
    ]
    return _ALL_WORDS * sum(likeness) / len(likeness) / 100 if min(likeness) >= _SAME_WORD else 0.0
