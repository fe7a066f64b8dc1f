"""Whether two titles of the same year are one film's: the rules, from the surest to the least sure.

A wrong match is worse than none. What a title lacks (an author, a number in a series, a subtitle) is forgiven
only where the rest could hardly be another film's.
"""

import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from movierec_cli.titles.bare_names import bare_names, parts_of
from movierec_cli.titles.keys import (
    loose_key,
    loosen,
    name_key,
    names_of,
    natural_title,
    normalise,
    one_word,
    without_article,
)


class Agreement(IntEnum):
    """How two titles agree, the surest first."""

    OWN_TITLE = 0
    """They are the same, but for case, accents and punctuation."""
    OTHER_NAME = 1
    """One is another name of the other, such as one in brackets, or has an article more."""
    SPELLING = 2
    """Numbers, abbreviations, spaces, or British and American words are written in another way."""
    BARE = 3
    """One has an author, a series or a number of the series before what both have."""
    NUMBERED = 4
    """One is the main title of the other, with a number that tells which film of its series it is."""
    PART = 5
    """One is the main title or the subtitle of the other, and is enough to tell the film."""
    SLIP = 6
    """One letter of a long word is another, missing or too many."""

    @property
    def tells_beside_the_year(self) -> bool:
        """Whether they say enough where the year is off by one."""
        return self.is_the_whole or self is Agreement.NUMBERED

    @property
    def is_the_whole(self) -> bool:
        """Whether the titles say the same in full, so that the year may be off by one, or unknown."""
        return self <= Agreement.SPELLING


_OF_NO_WEIGHT = frozenset(
    """
    of in on at to for with from by is it s der die das le la les de du il el
    """.split()
)
_SAME_FILM_BEHIND = frozenset(
    """
    episode part chapter cut edition version redux movie director directors final special extended
    remastered
    """.split()
)
_IN_PARTS = re.compile(r"[:;()/'’-]|[–—&]| (?:in|and|presents|or)\b", re.IGNORECASE)
"""What a title has that may have an author, a series, subtitles or other names."""
_WITH_NUMBER = re.compile(r"\d| [ivx]+\b", re.IGNORECASE)
_LIGHT = _OF_NO_WEIGHT | {"over", "upon", "into", "across", "under", "about"}
"""These, and longer prepositions."""
_SOME_WORDS = 3
_ANYWHERE = -1
_LONG_WORD = 5
_LONG_TITLE = 8


class _Name(NamedTuple):
    """One name of a film, in the forms that are compared."""

    key: str
    bare_key: str
    """Without its article."""
    loose: str
    word: str
    bare: frozenset[str]
    """Without its author, its series or its number; loose."""
    main: str
    """What stands before its subtitles, loose; "" where there are none."""
    endings: tuple[str, ...]
    """Its subtitles, from the whole of them to the last one; loose."""

    @property
    def numbers(self) -> frozenset[str]:
        return _numbers(self.loose)


def agreement(entry: str, movie: str) -> Agreement | None:
    """How the title of an entry and that of a movie agree, None where they may well be two films'."""
    found = (_agree(mine, theirs) for mine in _names(entry) for theirs in _names(movie))
    best = min((one for one in found if one is not None), default=None)
    if best is Agreement.OWN_TITLE and _names(entry)[0].key != _names(movie)[0].key:
        return Agreement.OTHER_NAME
    return best


def wanted_keys(entry: str) -> set[str]:
    """The keys under which a movie that agrees is found, but for slips: title, loose or part keys."""
    if _IN_PARTS.search(entry) is None:  # one name of one part, as most titles are
        key, loose = name_key(entry), loose_key(entry)
        numbered = _without_numbers(loose) if _WITH_NUMBER.search(entry) else ""
        return {key, without_article(key), loose, one_word(key), numbered} - {""}
    keys: set[str] = set()
    for name in _names(entry):
        keys |= {name.key, name.bare_key, name.loose, name.word, name.main, *name.endings, *name.bare}
        keys.add(_without_numbers(name.loose))
    return keys - {""}


@lru_cache(maxsize=1 << 13)
def _names(title: str) -> tuple[_Name, ...]:
    whole = [title, *names_of(title), *(side for side in title.split(" / ") if " / " in title)]
    return tuple(_name(natural_title(name)) for name in dict.fromkeys(whole) if name_key(name))


def _name(title: str) -> _Name:
    key, loose = name_key(title), loose_key(title)
    pieces = parts_of(title)
    parts = [loosen(normalise(piece)) for piece in pieces] if len(pieces) > 1 else []
    return _Name(
        key,
        without_article(key),
        loose,
        one_word(key),
        frozenset(loosen(normalise(bare)) for bare in bare_names(title)),
        parts[0] if parts else "",
        tuple(" ".join(parts[start:]) for start in range(1, len(parts))),
    )


def _agree(mine: _Name, theirs: _Name) -> Agreement | None:
    if mine.key == theirs.key:
        return Agreement.OWN_TITLE
    if mine.bare_key == theirs.bare_key:
        return Agreement.OTHER_NAME
    if mine.loose == theirs.loose or mine.word == theirs.word or _same_parts(mine, theirs):
        return Agreement.SPELLING
    if mine.loose in theirs.bare or theirs.loose in mine.bare or _numbered(mine, theirs):
        return Agreement.BARE
    if _same_number(mine, theirs) or _same_number(theirs, mine):
        return Agreement.NUMBERED
    if _is_part(mine, theirs) or _is_part(theirs, mine, shorter_is_movie=True) or _same_ending(mine, theirs):
        return Agreement.PART
    return Agreement.SLIP if slipped(mine.loose, theirs.loose) else None


def _same_parts(mine: _Name, theirs: _Name) -> bool:
    """ "Jurassic Park: The Lost World" and "The Lost World: Jurassic Park"."""
    if not (mine.main and theirs.main and len(mine.endings) == len(theirs.endings) == 1):
        return False
    return {mine.main, mine.endings[0]} == {theirs.main, theirs.endings[0]}


def _numbered(mine: _Name, theirs: _Name) -> bool:
    """ "Star Trek 2" of the year of "Star Trek: The Wrath of Khan", which has no number; "The Madness of King
    George III" of that of "The Madness of King George"."""
    if not mine.numbers or mine.main or theirs.numbers:
        return False
    bare = _without_numbers(mine.loose)
    return (bare != "" and bare == theirs.main) or (bare == theirs.loose and _weight(bare) > 1)


def _same_number(shorter: _Name, longer: _Name) -> bool:
    """ "Poison Ivy II" and "Poison Ivy 2: Lily", and not "Apollo 13", of which there is no twelfth."""
    return shorter.loose == longer.main and not shorter.numbers.isdisjoint("23456789")


def _is_part(shorter: _Name, longer: _Name, *, shorter_is_movie: bool = False) -> bool:
    """Whether one name is the main title or the subtitles of the other, and tells which film it is.

    A main title alone does not: "Pocahontas: The Legend" of 1995 is another film than "Pocahontas", and
    "Robin Hood" of 1991 another than "Robin Hood: Prince of Thieves". It does where it has a number of its
    own, or where the subtitle only counts or names a version.
    """
    if not longer.main:
        return False
    if shorter.loose == longer.main:
        return bool(shorter.numbers - {"1"}) or _names_a_version(longer)
    return shorter.loose in longer.endings and (shorter_is_movie or _weight(shorter.loose) > 1)


def _names_a_version(name: _Name) -> bool:
    first, *_ = name.endings[0].split() or [""]
    return first.isdigit() or not _SAME_FILM_BEHIND.isdisjoint(name.endings[0].split())


def _same_ending(mine: _Name, theirs: _Name) -> bool:
    """The same subtitle, behind a series that is called by more words or fewer, with no other number."""
    shared = [ending for ending in mine.endings if ending in theirs.endings and _weight(ending) > 1]
    if not shared:
        return False
    one, other = set(mine.main.split()), set(theirs.main.split())
    numbers = _numbers(mine.main), _numbers(theirs.main)
    words = one - numbers[0], other - numbers[1]
    return (words[0] <= words[1] or words[1] <= words[0]) and (numbers[0] == numbers[1] or not all(numbers))


def without_a_word(loose: str) -> list[tuple[int, str]]:
    """A title without each of its long words in turn, and where it stood: what a slip leaves the same. Also
    without its prepositions."""
    if len(loose) < _LONG_TITLE - 1:
        return []
    words = loose.split()
    left = [
        (place, " ".join([*words[:place], *words[place + 1 :]]))
        for place, word in enumerate(words)
        if len(word) >= _LONG_WORD and word.isalpha()
    ]
    said = heavy(loose)
    return [*left, (_ANYWHERE, said)] if said else left


def heavy(loose: str) -> str:
    """The words that say something, where there are some: of titles that have the same only a preposition is
    another, as in "The Bridge over the River Kwai"."""
    words = [word for word in loose.split() if word not in _LIGHT]
    return " ".join(words) if len(words) >= _SOME_WORDS else ""


def slipped(mine: str, theirs: str) -> bool:
    """Whether all words are the same but one, long one, of which one letter is not; or but prepositions."""
    if heavy(mine) and heavy(mine) == heavy(theirs):
        return True
    if min(len(mine), len(theirs)) < _LONG_TITLE or abs(len(mine) - len(theirs)) > 1:
        return False
    words = mine.split(), theirs.split()
    if len(words[0]) != len(words[1]):
        return False
    different = [(one, other) for one, other in zip(*words, strict=True) if one != other]
    if len(different) != 1:
        return False
    one, other = different[0]
    if min(len(one), len(other)) < _LONG_WORD or one[0] != other[0] or not (one + other).isalpha():
        return False
    plural = one + "s" == other or other + "s" == one
    return not plural and one_letter_apart(one, other)


def one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter put in, taken out, changed or swapped with the next makes one of the other."""
    shorter, longer = sorted((one, other), key=len)
    start = next(
        (i for i, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), len(shorter)
    )
    if len(longer) > len(shorter):
        return shorter[start:] == longer[start + 1 :]
    rest = shorter[start + 1 :] == longer[start + 1 :]
    swapped = shorter[start : start + 2] == longer[start : start + 2][::-1]
    return rest or (swapped and shorter[start + 2 :] == longer[start + 2 :])


def _numbers(loose: str) -> frozenset[str]:
    return frozenset(word for word in loose.split() if word.isdigit())


def _without_numbers(loose: str) -> str:
    return " ".join(word for word in loose.split() if not word.isdigit())


def _weight(loose: str) -> int:
    """How many words say something."""
    return sum(word not in _OF_NO_WEIGHT for word in loose.split())
