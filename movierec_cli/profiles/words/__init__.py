"""The words of other programs, in lists that anybody can add to, and how words of files are compared."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

_NO_LETTERS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Letters and digits only, small and without accents: how words of files are compared."""
    small = text.casefold()
    if not small.isascii():
        decomposed = unicodedata.normalize("NFKD", small)
        small = decomposed.replace("ł", "l").replace("ø", "o").replace("đ", "d")
    return small if small.isalnum() else _NO_LETTERS.sub("", small)


def word_lines(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines of a list in this folder: what each begins with, and the words behind it."""
    for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        meaning, colon, words = line.partition(": ")
        if colon and not line.startswith("#"):
            yield meaning, tuple(word.strip() for word in words.split(" | "))


def read_words(name: str) -> dict[str, tuple[str, ...]]:
    """What lines begin with -> the words behind it, in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for meaning, words in word_lines(name):
        found[meaning] = (*found.get(meaning, ()), *words)
    return found
