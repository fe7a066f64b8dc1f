"""Text as a terminal can take it, whatever its encoding is."""

import codecs
import os
import sys
import unicodedata
from collections.abc import Sequence

_LETTERS = """
    ★* ☆* …... ±+- ×x ·- •* –- —- −- ‘' ’' ‚, “" ”" „" «" »" ½1/2
    ßss æae ÆAE œoe ŒOE øo ØO łl ŁL đd ĐD ðd ÐD þth ÞTh ıi
"""
_PLAIN = {pair[0]: pair[1:] for pair in _LETTERS.split()} | {
    "\u00a0": " ",
    **dict.fromkeys("─━═╌╍", "-"),
    **dict.fromkeys("│┃║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰╸╺", "+"),
    **dict.fromkeys("█▉▊▋▌▍▎▏", "#"),
}
"""What stands for a character where the encoding does not have it."""
_PARTS = "▏▎▍▌▋▊▉"
_UNKNOWN = "?"
_PLAINLY = "movierec-plainly"
"""The name of the error handler that writes what can be written of any text."""


def some_of(texts: Sequence[str], most: int, between: str = ", ") -> str:
    """The first of them, and how many more there are: "Heat, Alien, and 7 more"."""
    more = [f"and {len(texts) - most:,} more"] if len(texts) > most else []
    return between.join([*texts[:most], *more])


def printable(text: str) -> str:
    """`text` with every control character shown as U+FFFD: data never steers the terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def written(text: str, encoding: str) -> str:
    """`text` as it will be read where it is written in an encoding: letters without their accents, "?" for
    what has no plain form, as many as there are characters. A part of a bar becomes a whole character."""
    if text.isascii() or encoding.lower().startswith("utf"):
        return text
    if any(part in text for part in _PARTS):
        text = text.translate(dict.fromkeys(map(ord, _PARTS), "█"))
    return text.encode(encoding, _PLAINLY).decode(encoding)


def never_fail_to_write() -> None:
    """From now on stdout and stderr write what can be written of any text, rather than raising an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_PLAINLY)


def as_typed(word: str) -> str:
    """A word of the command line that Python could not decode, as in the C locale, read as UTF-8.

    The name of a file stays as it is: only so does it lead to the file.
    """
    if word.isascii() or os.path.lexists(word):
        return word
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(char: str) -> str:
    """What is left of a character in ASCII."""
    if char in _PLAIN:
        return _PLAIN[char]
    if unicodedata.combining(char):
        return ""
    base = unicodedata.normalize("NFKD", char)[0]
    return base if base.isascii() else _UNKNOWN


codecs.register_error(_PLAINLY, _plainly)
