"""Titles as people type them: normalised keys to compare, and a score for what is only close."""

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz

ENGLISH_ARTICLES = ("the", "a", "an")
_MOVED_ARTICLE = re.compile(
    r"^(?P<rest>.+), (?P<article>the|an|a"
    r"|les|le|la|l'|une|un|los|las|el|una|lo|il|gli|i|das|der|die|det|den|o|os|as)$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\(([^()]*)\)")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"^(?P<title>.*\S)\s*\((?P<year>\d{4})\)$")
CLOSE_ENOUGH = 74.0
"""The lowest similarity that still counts as a typing error rather than another title."""


def natural_title(title: str) -> str:
    """ "Godfather, The" -> "The Godfather", also inside brackets: the order in which people write it."""
    bracketed = _BRACKETED.sub(lambda match: f"({_article_first(match[1])})", title)
    head, bracket, rest = bracketed.partition(" (")
    return _article_first(head) + bracket + rest


def _article_first(title: str) -> str:
    match = _MOVED_ARTICLE.match(title.strip())
    if match is None:
        return title.strip()
    glue = "" if match["article"].endswith("'") else " "
    return f"{match['article']}{glue}{match['rest']}"


def split_year(text: str) -> tuple[str, int | None]:
    """ "Sabrina (1995)" -> ("Sabrina", 1995); a text without a year in brackets comes back as it is."""
    match = _YEAR.match(text.strip())
    return (match["title"], int(match["year"])) if match else (text.strip(), None)


def normalise(text: str) -> str:
    """Lower case, no accents, "&" as "and", and one space in place of any punctuation."""
    folded = text.lower() if text.isascii() else _without_accents(text)
    bare = folded.replace("&", " and ").replace("'", "").replace("’", "")
    return " ".join(_WORD.findall(bare))


def _without_accents(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))


def without_article(key: str) -> str:
    """A normalised key without a leading English article."""
    first, _, rest = key.partition(" ")
    return rest if rest and first in ENGLISH_ARTICLES else key


def title_keys(title: str) -> list[str]:
    """Every normalised name that finds a movie: each of its names, with and without its article.

    `title` is the dataset's title without the year. "Cité des enfants perdus, La" in brackets behind the
    English title counts as a name of its own.
    """
    names = [_BRACKETED.sub(" ", title).strip(), *_BRACKETED.findall(title), title]
    keys = []
    for name in names:
        match = _MOVED_ARTICLE.match(name.strip())
        keys.append(normalise(natural_title(name)))
        keys.append(normalise(match["rest"]) if match else without_article(keys[-1]))
    return [key for key in dict.fromkeys(keys) if key]


def query_keys(text: str) -> list[str]:
    """The keys to look a typed title up with, the most literal first."""
    key = normalise(natural_title(text))
    return [key for key in dict.fromkeys((key, without_article(key))) if key]


def similarity(text_keys: Iterable[str], keys: Iterable[str]) -> float:
    """How alike a typed title and a movie's keys are, 0 to 100.

    Whole-title likeness counts in full; spaces left out are forgiven; words in another order or only a part
    of the title count for less, so that a longer title never beats one that is like it as a whole.
    """
    best = 0.0
    for typed in text_keys:
        for key in keys:
            best = max(best, fuzz.ratio(typed, key))
            best = max(best, fuzz.ratio(typed.replace(" ", ""), key.replace(" ", "")) - 1)
            best = max(best, 0.95 * fuzz.token_sort_ratio(typed, key))
            if len(typed) >= 4 and len(typed) < len(key):
                best = max(best, 0.85 * fuzz.partial_ratio(typed, key))
    return best
