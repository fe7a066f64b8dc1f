"""Titles as people type them: the normalised forms under which a movie is stored and looked up.

A movie has names (its title, and what stands in brackets behind it), and three kinds of keys made of them:

- title keys, what was typed apart from case, accents and punctuation: "the godfather part ii";
- loose keys, where spelling is a matter of taste: "godfather 2" for Part II, Part 2, Part Two and II;
- part keys, the main title or the subtitle alone: "empire strikes back".
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from movierec_cli.titles.bare_names import bare_names, parts_of
from movierec_cli.titles.spelling import ONE_SPELLING, with_initials

ENGLISH_ARTICLES = ("the", "a", "an")
_FOREIGN_ARTICLES = tuple("le la les un une el los las una il lo gli der das".split())
_MOVED_ARTICLE = re.compile(
    r"^(?P<rest>.+), (?P<article>the|an|a"
    r"|les|le|la|l'|une|un|los|las|el|una|lo|il|gli|i|das|der|die|det|den|o|os|as)$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\(([^()]*)\)")
_NAMES_BEHIND = re.compile(r"(?:\s*\([^()]*\))+\s*$")
_ALSO_KNOWN_AS = re.compile(r"^(?:a\.?k\.?a\.?|also known as)[:,]?\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(
    r"^(?P<title>.*\S)\s*[(\[](?:(?P<beside>[^()\[\]]*),\s)?(?P<year>\d{4})(?:,\s[^()\[\]]*)?[)\]]$",
    re.DOTALL,
)
_TYPED_YEAR = re.compile(
    r"^(?P<title>.*\S)[\s,]*[\[(\s,]'?(?P<year>(?:18[89]|19[0-9]|20[0-3])[0-9]|[0-9]{2})[\])]?$", re.DOTALL
)
_YEAR_FIRST = re.compile(
    r"^[\[(]?(?P<year>(?:18[89]|19[0-9]|20[0-3])[0-9])[\])]?[\s,:]+(?P<title>\S.*)$", re.DOTALL
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_INITIALS = re.compile(r"\b[^\W\d_](?:[.*][^\W\d_]\b)+")
_MANY_PARTS = 4
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}
_ROMAN_UNITS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_UP_TO_NINETEEN = """
zero one two three four five six seven eight nine ten
eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
_UNITS = {word: number for number, word in enumerate(_UP_TO_NINETEEN.split())} | {"deux": 2}
_TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1
    )
}
"""Behind a name, as in "Richard the Third", they are numerals."""
_POWERS = {"hundred": 100, "thousand": 1000}
_ROMANS = (f"{tens}{units}" for tens in ("", "x", "xx", "xxx") for units in ("", *_ROMAN_UNITS))
_NUMBER_WORDS = frozenset({*_UNITS, *_TENS, *_POWERS, *_ROMANS} - {""})
_UNSAID = frozenset({*ENGLISH_ARTICLES, "and", "n"})
_COUNTED = frozenset({"part", "pt", "vol", "volume", "episode", "ep", "chapter"})


def natural_title(title: str) -> str:
    """ "Godfather, The" -> "The Godfather", also inside brackets: the order in which people write it."""
    if "(" not in title:
        return _article_first(title)
    bracketed = _BRACKETED.sub(lambda match: f"({_article_first(match[1])})", title)
    head, bracket, rest = bracketed.partition(" (")
    return _article_first(head) + bracket + rest


def _article_first(title: str) -> str:
    match = _MOVED_ARTICLE.match(title.strip()) if "," in title else None
    if match is None:
        return title.strip()
    glue = "" if match["article"].endswith("'") else " "
    return f"{match['article']}{glue}{match['rest']}"


def split_year(text: str) -> tuple[str, int | None]:
    """ "Sabrina (1995)" and "Sabrina (Sydney Pollack, 1995)" -> ("Sabrina", 1995); else the text as it is."""
    bare = text.strip()
    match = _YEAR.match(bare) if bare.endswith((")", "]")) else None
    return (match["title"], int(match["year"])) if match else (bare, None)


def beside_year(text: str) -> str:
    """ "The Godfather" of "Le Parrain (The Godfather, 1972)"; it may as well be who made the film."""
    bare = text.strip()
    match = _YEAR.match(bare) if bare.endswith((")", "]")) else None
    return (match["beside"] or "").strip() if match else ""


def normalise(text: str) -> str:
    """Lower case, no accents, "&" as "and", initials together, and one space in place of any punctuation."""
    folded = text.lower() if text.isascii() else text.translate(_PLAIN)
    words = folded.split()
    if "".join(words).isalnum():
        return " ".join(words)
    bare = folded.replace("&", " and ").replace("+", " and ").replace("'", "").replace("’", "")
    if "," in bare:
        bare = _THOUSANDS.sub("", bare)
    if "." in bare or "*" in bare:
        bare = _INITIALS.sub(lambda match: match[0].replace(".", "").replace("*", ""), bare)
    return " ".join(_WORD.findall(bare))


@lru_cache(maxsize=1 << 14)
def name_key(title: str) -> str:
    """The normalised form of a title as people write it: the most literal of its keys."""
    return normalise(natural_title(title))


@lru_cache(maxsize=1 << 14)
def loose_key(title: str) -> str:
    """The loose key of a whole title."""
    return loosen(name_key(title))


class _Plain(dict[int, str]):
    """What a character becomes in a key, by its number: small, without accents, in Latin letters.

    A power or a fraction is a word of its own: "Alien³", "8½".
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        is_raised = unicodedata.decomposition(char).startswith(("<super>", "<fraction>"))
        folded = unicodedata.normalize("NFKD", char).casefold().translate(_LETTERS)
        bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
        self[code] = f" {bare}" if is_raised else bare
        return self[code]


_PLAIN = _Plain()


def without_article(key: str) -> str:
    """A normalised key without a leading English article."""
    return _without(key, ENGLISH_ARTICLES)


def _without(key: str, articles: tuple[str, ...]) -> str:
    first, _, rest = key.partition(" ")
    return rest if rest and first in articles else key


def title_keys(title: str) -> list[str]:
    """Every normalised name that finds a movie: each of its names, with and without its article.

    `title` is the dataset's title without the year. "Cité des enfants perdus, La" in brackets behind the
    English title counts as a name of its own.
    """
    main, *others = names_of(title)
    keys = []
    for name in (main, *others, title):
        match = _MOVED_ARTICLE.match(name.strip())
        keys.append(normalise(natural_title(name)))
        keys.append(normalise(match["rest"]) if match else without_article(keys[-1]))
    # What is in brackets is often foreign, with its article in front.
    keys += [_without(normalise(natural_title(name)), _FOREIGN_ARTICLES) for name in others]
    return _distinct(keys)


def query_keys(text: str) -> list[str]:
    """The keys to look a typed title up with, the most literal first."""
    key = normalise(natural_title(text))
    return _distinct([key, without_article(key)])


def loose_keys(title: str) -> list[str]:
    """The loose key of each of a movie's names, and each name written as one word."""
    keys = [normalise(natural_title(name)) for name in names_of(title)]
    return _distinct([*map(loosen, keys), *map(one_word, keys)])


def part_keys(title: str) -> list[str]:
    """The loose keys of main titles and subtitles, of what lies together of several, and of `bare_names`."""
    keys = []
    for name in names_of(title):
        parts = parts_of(natural_title(name))
        most = len(parts) - 1 if len(parts) <= _MANY_PARTS else 1
        for length in range(1, most + 1):
            for start in range(len(parts) - length + 1):
                keys.append(loosen(normalise(" ".join(parts[start : start + length]))))
        keys += [loosen(normalise(bare)) for bare in bare_names(natural_title(name))]
    return [key for key in _distinct(keys) if not key.replace(" ", "").isdigit()]


def loosen(key: str) -> str:
    """A normalised key with numbers as digits and without "the", "and", "part" and the like.

    "the godfather part ii" -> "godfather 2", "twelve angry men" -> "12 angry men".
    """
    words = [ONE_SPELLING.get(word, word) for word in with_initials(key).split() if word not in _UNSAID]
    if len(words) > 1:
        words[-1] = _ORDINALS.get(words[-1], words[-1])
    if not _NUMBER_WORDS.isdisjoint(words):
        words = _numbers_as_digits(words)
    if not _COUNTED.isdisjoint(words):
        words = [
            word
            for word, following in pairwise([*words, ""])
            if not (word in _COUNTED and following.isdigit())
        ]
    return " ".join(words) or key


def one_word(key: str) -> str:
    """A key without its spaces."""
    return key.replace(" ", "")


def names_of(title: str) -> list[str]:
    """The title without brackets behind it, then what is in each of them, without "a.k.a."."""
    behind = _NAMES_BEHIND.search(title)
    if behind is None or behind.start() == 0:
        return [title]
    inside = [_ALSO_KNOWN_AS.sub("", name.strip()) for name in _BRACKETED.findall(behind[0])]
    return [title[: behind.start()], *inside]


def _distinct(keys: list[str]) -> list[str]:
    return [key for key in dict.fromkeys(keys) if key]


def _numbers_as_digits(words: list[str]) -> list[str]:
    """ "four hundred blows" -> "400 blows", "rocky iv" -> "rocky 4"; other words stay."""
    found: list[str] = []
    total = 0
    last = ""  # the word that `total` ended with, "" while there is none
    for word in [*words, ""]:
        goes_on = bool(last) and (
            (word in _UNITS and (last in _POWERS or (last in _TENS and 0 < _UNITS[word] < 10)))
            or (word in _TENS and last in _POWERS)
            or word in _POWERS
        )
        if last and not goes_on:
            found.append(str(total))
            total, last = 0, ""
        if word in _UNITS or word in _TENS:
            total, last = total + (_UNITS[word] if word in _UNITS else _TENS[word]), word
        elif word in _POWERS and last:
            total, last = total * _POWERS[word], word
        elif word:
            found.append(str(_roman(word)) if _ROMAN.fullmatch(word) else word)
    return found


def _roman(numeral: str) -> int:
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    following = [*values, 0][1:]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


class Reading(NamedTuple):
    """One way to understand a typed text: a title, and perhaps the years that it may be of."""

    keys: tuple[str, ...]
    """See `query_keys`: one or two."""
    years: frozenset[int] = frozenset()
    sure: bool = True
    """Whether what looks like a year surely is one."""
    title: str = ""
    """The text without the year."""
    bracketed: bool = False
    """Whether the year stands in brackets, as it does where a film is named in full."""

    @property
    def loose(self) -> str:
        return loosen(self.keys[0])

    @property
    def one_word(self) -> str:
        return one_word(self.keys[0])


def readings(text: str) -> list[Reading]:
    """The ways to understand a typed text, none if there is no word in it.

    "Sabrina (1995)" has one; "Psycho 1998", "1931 Dracula" and "Cape Fear '62" may be titles as they stand
    ("Blade Runner 2049") or a title and a year.
    """
    title, year = split_year(text)
    if year is not None:
        keys = tuple(query_keys(title))
        return [Reading(keys, frozenset({year}), True, title, bracketed=True)] if keys else []
    found = [(title, frozenset[int](), True)]
    for pattern in (_TYPED_YEAR, _YEAR_FIRST):
        match = pattern.match(title)
        if match:
            digits = int(match["year"])
            years = {digits} if digits > 99 else {1900 + digits, 2000 + digits}
            found.append((match["title"], frozenset(years), digits > 99))
    return [
        Reading(tuple(query_keys(title)), years, sure, title)
        for title, years, sure in found
        if query_keys(title)
    ]
