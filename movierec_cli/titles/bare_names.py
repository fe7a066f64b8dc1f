"""Titles without what some write before them: an author, a series, the number of a film in its series."""

import re

_PARTS = re.compile(r"\s*[:;]\s+|\s+[-–—]\s+|,?\s+or[:,]\s+", re.IGNORECASE)
_AUTHOR = re.compile(
    r"^(?P<author>(?:[^\W\d][\w.-]*\s+(?:&\s+)?){0,3}?[^\W\d][\w.-]*?)(?:['’]s|s['’])\s+(?P<rest>\S.*)$"
)
_AUTHORS = frozenset(
    """
    disney marvel fellini shakespeare hitchcock dickens tolkien kurosawa pixar scorsese tarantino
    kubrick bergman lampoon verdi mozart bizet dumas kafka
    """.split()
)
"""Those who are known by one name."""
_NO_AUTHOR = frozenset(
    """
    my your our his her their a an the some someone somebody no one mr mrs ms miss white young old
    new best all every any this that to in on at of for from when what who where how if it not
    little big last first breakfast weekend night day king queen love
    """.split()
)
_SHORTENED_IS = frozenset(
    """
    who it that what there here she he let where how when everybody nobody love
    """.split()
)
_SERIES = (
    re.compile(r"^\S+\s+(?:&|and)\s+\S+\s+in\s+(?P<rest>\S.*)$", re.IGNORECASE),
    re.compile(r"^\S.*\S\s+presents:?\s+(?P<rest>\S.*)$", re.IGNORECASE),
    re.compile(
        r"^[^\W\d]+\s+[^\W\d]+\s+and\s+(?:the|a)\s+(?P<rest>\S+\s+(?:of|in|from)\s+\S.*)$", re.IGNORECASE
    ),
)
_WORD_NUMBER = r"(?:\d{1,4}|[ivx]{1,5}|two|three|four|five|six|seven|eight|nine|ten|deux)"
_NUMBER_BEHIND = re.compile(
    rf"\s+(?:(?:part|vol\.?|volume|episode|chapter)\s+)?{_WORD_NUMBER}$", re.IGNORECASE
)
_ONLY_NUMBER = re.compile(rf"(?:part|vol\.?|volume|episode|chapter)\s+{_WORD_NUMBER}", re.IGNORECASE)


def parts_of(title: str) -> list[str]:
    """The main title and the subtitles of a natural title."""
    return [part for part in _PARTS.split(title) if part.strip()]


def bare_names(title: str) -> list[str]:
    """A natural title without its author, its series, or its number in the series, where it has one.

    "Bram Stoker's Dracula" -> "Dracula", "Wallace & Gromit in A Close Shave" -> "A Close Shave",
    "Star Trek II: The Wrath of Khan" -> "Star Trek: The Wrath of Khan".
    """
    return [bare for strip in (without_author, without_series, without_number) if (bare := strip(title))]


def without_author(title: str) -> str | None:
    """What an author's name in the possessive stands before, None where there is none."""
    match = _AUTHOR.match(title)
    if match is None:
        return None
    words = match["author"].lower().replace(".", "").split()
    named = words[0] not in _NO_AUTHOR and words[-1] not in _SHORTENED_IS
    if not named or (len(words) == 1 and words[0] not in _AUTHORS):
        return None
    return match["rest"]


def without_series(title: str) -> str | None:
    """What the names of a series' heroes, or of who presents it, stand before."""
    for pattern in _SERIES:
        match = pattern.match(title)
        if match and len(set(match["rest"].lower().split()) - {"the", "a", "an"}) > 1:
            return match["rest"]
    return None


def without_number(title: str) -> str | None:
    """A title with a subtitle, without the number before it."""
    parts = parts_of(title)
    if len(parts) < 2:
        return None
    kept = [parts[0], *(part for part in parts[1:-1] if not _ONLY_NUMBER.fullmatch(part)), parts[-1]]
    kept[0] = _NUMBER_BEHIND.sub("", kept[0]) or kept[0]
    return ": ".join(kept) if kept != parts else None
