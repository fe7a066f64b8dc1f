"""The words of other programs, in lists that anybody can add to, and how words of files are compared."""

import re
import unicodedata
from pathlib import Path


def folded(text: str) -> str:
    """Letters and digits only, small and without accents: how words of files are compared."""
    small = text.casefold()
    if not small.isascii():
        decomposed = (
            unicodedata.normalize("NFKD", small).replace("ł", "l").replace("ø", "o").replace("đ", "d")
        )
        small = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "", small)


def read_words(name: str) -> dict[str, tuple[str, ...]]:
    """A list in this folder: what its lines begin with -> the words behind it, in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        meaning, colon, words = line.partition(": ")
        if colon and not line.startswith("#"):
            found[meaning] = (*found.get(meaning, ()), *(word.strip() for word in words.split(" | ")))
    return found
