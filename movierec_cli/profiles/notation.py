"""How people write a rating: 4.5, 4,5, 9/10, 7.5 out of 10, 85%, ★★★★½, thumbs up."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from movierec_cli.profiles.kinds import answer_of
from movierec_cli.profiles.profile import LEAST_STARS, MOST_STARS
from movierec_cli.profiles.words import read_words

EXAMPLES = "4.5, 4,5, 9/10, 85% or ★★★★½"

_NUMBER = r"(?:\d{1,9}(?:[.,]\d{1,9})?|[.,]\d{1,9})"
_HALF = r"(?:\s*½|\s+1/2|\s*[⯪⯨])"
_PLAIN = rf"(?P<value>-?{_NUMBER})(?P<half>{_HALF})?(?:\s?[-+])?"  # "7+" is a 7
_OUT_OF = (
    rf"(?P<value>-?{_NUMBER})(?P<half>{_HALF})?\s*"
    rf"(?:/|⁄|out\s+of|of|von|sur|su|de|di|do|из|z|na|av|af|van)\s*(?P<scale>{_NUMBER})"
)
_PERCENT = rf"(?P<value>-?{_NUMBER})(?P<half>{_HALF})?\s*[%٪]"
_UNITS = (
    r"\s*(?:[★⭐🌟✩✭✮✯⋆*]|\bstars?|\bsterne?|\bétoiles?|\bestrellas?|\bestrelas?|\bstelle|\bstella"
    r"|\bsterren|\bstjärnor|\bgwiazdki|\bgwiazdek|\bзвезды|\bзвёзд|\bзвезд|\bpoints?|\bpts?\.?|\bpunkte?|星|分|점)\s*"
)
_FULL_STARS = "★⭐🌟✭✮✯✪"
_EMPTY_STARS = "☆✩⚝"
_STAR_RUN = re.compile(
    rf"(?P<full>[{_FULL_STARS}*]*)(?P<half>½|1/2|\s1/2|\.5|[⯪⯨])?(?P<empty>[{_EMPTY_STARS}]*)(?P<late>½)?"
)
_LETTER = re.compile(r"[A-F][+\-–−]?(?:/[A-F][+\-–−]?)?", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2,20}(?:[\s-][^\W\d_]{1,20})?[!.]?")
_NONE = frozenset({"", "?", "-", "–", "—", "n/a", "na", "none", "null", "unrated", "not rated", "no rating"})
_THUMBS = {"worst": LEAST_STARS, "down": 1.5, "up": 4.0, "two": 5.0}
_THUMB_WORDS = {word: thumb for thumb, words in read_words("thumbs").items() for word in words}
_THUMB_NUMBERS = {"1": "down", "2": "up", "3": "two"}


class Written(NamedTuple):
    """A rating as it stands in a text."""

    value: float
    """What programs write for no rating is 0."""
    scale: float | None
    """The highest that could have been given, None where the text does not say it."""

    def stars(self, scale: float) -> float | None:
        """0.5 to 5 stars, `scale` being what it is out of where the text does not say it; None for 0.

        Raises ValueError for more than can be given.
        """
        out_of = self.scale or scale
        if not self.value:
            return None
        if not 0 < self.value <= out_of:
            raise ValueError(f"the rating {self.value:g} is not between 0 and {out_of:g}")
        return max(LEAST_STARS, self.value * MOST_STARS / out_of)


@lru_cache(maxsize=1 << 10)
def parse_rating(text: str) -> Written | None:
    """What a text says, None where it says that there is no rating.

    Raises ValueError, with a clause that says why, for anything else.
    """
    shown = text.replace("\ufe0f", "").strip()
    bare = shown if text.isascii() else unicodedata.normalize("NFKC", shown.replace("½", " 1/2"))
    small = bare.lower().strip()
    if small in _NONE:
        return None
    if small in _THUMB_WORDS:
        return Written(_THUMBS[_THUMB_WORDS[small]], MOST_STARS)
    if _LETTER.fullmatch(shown):
        raise ValueError(f"the rating {shown!r} is a letter, not a number or stars, such as {EXAMPLES}")
    return _stars(shown) or _number(small.replace("⁄", "/"), shown)


def is_letter(text: str) -> bool:
    """Whether a rating is a letter, A to F."""
    return bool(_LETTER.fullmatch(text.strip()))


def is_word(text: str) -> bool:
    """Whether a rating is one word or two that say no number: "excellent", "so so"."""
    bare = text.strip()
    if not _WORDS.fullmatch(bare):
        return False
    try:
        parse_rating(bare)
    except ValueError:
        return not is_letter(bare)
    return False


def is_drawn(text: str) -> bool | None:
    """True for a rating in signs, stars or thumbs, and else None."""
    shown = text.replace("\ufe0f", "").strip()
    in_signs = not any(letter.isalnum() or letter == "*" for letter in shown)
    return True if in_signs and (shown in _THUMB_WORDS or _stars(shown)) else None


def parse_liking(text: str, no_counts: bool) -> Written | None:
    """What "yes", "true" or a thumb says below "Liked"; "no" is a thumb down where it `no_counts`."""
    bare = text.replace("\ufe0f", "").strip()
    yes = answer_of(bare)
    thumb = _THUMB_WORDS.get(bare.lower()) or ("" if yes is None else "up" if yes else "down")
    if not thumb or (_THUMBS[thumb] < _THUMBS["up"] and not no_counts):
        return None
    return Written(_THUMBS[thumb], MOST_STARS)


def parse_thumbs(text: str) -> Written | None:
    """A thumb as a number, as Netflix writes it: 1 is down, 2 is up, 3 is two up, 0 is none."""
    thumb = _THUMB_NUMBERS.get(text.strip())
    if thumb is not None:
        return Written(_THUMBS[thumb], MOST_STARS)
    return None if text.strip() in {"", "0"} else parse_rating(text)


def _stars(text: str) -> Written | None:
    """Stars one beside the other, full, half and empty ones; None for anything else."""
    match = _STAR_RUN.fullmatch(text.replace(" ", "") if "1/2" not in text else text)
    if match is None or not match[0]:
        return None
    full, empty = len(match["full"]), len(match["empty"])
    half = 0.5 if match["half"] or match["late"] else 0.0
    if not full and not half and empty < MOST_STARS:
        full, empty = empty, 0  # some have no other stars
    return Written(full + half, float(_scale_of(full + empty + (half > 0), full + half)))


def _scale_of(drawn: int, value: float) -> float:
    """Out of how many stars, where `drawn` of them are drawn."""
    return MOST_STARS if max(drawn, value) <= MOST_STARS else 10.0


def _number(text: str, shown: str) -> Written:
    for pattern in (_PLAIN, _OUT_OF, _PERCENT):  # compiled where they are needed: few files write so
        match = re.fullmatch(pattern, text)
        if match:
            found = match.groupdict()
            scale = 100.0 if pattern is _PERCENT else _float(found["scale"]) if found.get("scale") else None
            if scale is not None and scale < 1:
                break
            return Written(_float(found["value"]) + (0.5 if found["half"] else 0.0), scale)
    without_unit = re.sub(_UNITS, " ", text).strip()
    if without_unit != text and without_unit:
        return _number(without_unit, shown)
    raise ValueError(f"the rating {shown!r} is not a number")


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def likely_scale(values: Counter[float]) -> float:
    """5, 10 or 100: the smallest that ratings fit in, where a few beyond 10 are taken for mistakes.

    values: how many ratings have each.
    """
    if 2 * sum(count for value, count in values.items() if value > 10) > values.total():
        return 100.0
    return 10.0 if any(5 < value <= 10 for value in values) else 5.0
