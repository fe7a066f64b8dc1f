"""Which column of a file means what, by what it is called in the languages that services speak."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from movierec_cli.errors import UsageError
from movierec_cli.profiles.kinds import State, state_of
from movierec_cli.profiles.words import folded, read_words

_NAMES = read_words("columns")
"""What a column is for -> what it may be called, the best name first."""
_TITLE_TOKENS, _NO_TITLE, _ORIGINAL, _RATING_TOKENS, _OTHERS, _DATE_TOKENS, _NO_DATE, _WATCHED_TOKENS = (
    frozenset(_NAMES.pop(f"token {name}"))
    for name in ("title", "no title", "original", "rating", "others", "date", "no date", "watched")
)
_MEANING: dict[str, tuple[str, int]] = {}
for _use, _words in _NAMES.items():
    for _rank, _word in enumerate(_words):
        _MEANING.setdefault(folded(_word), (_use, _rank))

TITLE_WORDS = frozenset(map(folded, _TITLE_TOKENS))
DAY_WORDS = frozenset(map(folded, _DATE_TOKENS))
"""What columns are called that have titles, or days, and say nothing else of them."""

_SAYABLE = (
    *("title", "original_title", "year", "own_rating", "max_rating", "date", "watched", "status", "kind"),
    *("imdb_id", "tmdb_id", "movie_id", "user_id"),
)
SAYABLE = {use.removeprefix("own_"): use for use in _SAYABLE}
"""What `--column` may say -> the use that it is."""

_LONGEST = 200
"""Letters of what a column is called; what is longer is a text."""
_TOKEN = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+|[^\W\d_]+")
_SERVICES = frozenset({"trakt", "imdb", "tmdb", "simkl", "letterboxd", "kinopoisk"})
_RATED_ON = frozenset({"ratedon", "daterated", "ratedat", "ratingdate", "lastratedat", "userratedat"})
_OTHERS_PARTS = ("豆瓣", "imdb", "кинопоиск", "средн", "平均", "метакрит")
_BRACKETS = re.compile(r"[(\[（].*?[)\]）]")
_SCALE_BEHIND = re.compile(
    r"[\s_]*[(\[（]?\s*(?:/|滿分|满分|out\s+of|max\.?|von|sur|su|de|из|av|af|ud\s+af|van|na|z|στα|1\s*[-–]|0\s*[-–]|0[.,]5\s*[-–])\s*(?P<scale>[4-7]|10|20|100)(?:[.,]0)?分?\s*[)\]）]?\s*$"
    r"|(?P<bare>10|100)\s*$|[(\[]\s*(?P<percent>%)\s*[)\]]\s*$",
    re.IGNORECASE,
)


class RatingColumn(NamedTuple):
    """A column that ratings stand in."""

    name: str
    own: bool
    """Whether it says that they are the person's own, not everybody's."""
    scale: float | None
    """What its name says that they are out of."""


class Columns(NamedTuple):
    """The columns of a file by what they are for, the best first; names as in Sheet.columns."""

    uses: Mapping[str, tuple[str, ...]]
    ratings: tuple[RatingColumn, ...] = ()
    all_names: frozenset[str] = frozenset()

    def of(self, use: str) -> tuple[str, ...]:
        """The columns for a use."""
        return self.uses.get(use, ())

    @property
    def titles(self) -> tuple[str, ...]:
        """Original titles before local ones."""
        return self.of("original_title") + self.of("title")

    @property
    def known(self) -> int:
        """How many uses there are columns for."""
        return len(self.uses) + bool(self.ratings)


def recognise(header: Sequence[str], said: Mapping[str, str] | None = None) -> Columns:
    """What the columns of a header mean. `said`: use, as in SAYABLE -> a column's name, which wins."""
    ranked: dict[str, list[tuple[int, str]]] = {}
    ratings: list[tuple[int, RatingColumn]] = []
    said_for = {folded(column): SAYABLE[use] for use, column in (said or {}).items()}
    for position, title in enumerate(header):
        name = folded(title)
        if not name or len(title) > _LONGEST:
            continue
        if name in said_for:
            use, rank = said_for[name], -1
        else:
            use, rank = _meaning(title, name, position)
        if use in {"rating", "own_rating"}:
            bare = _SCALE_BEHIND.search(title)
            ratings.append((rank, RatingColumn(name, use == "own_rating", _scale(bare))))
        elif use:
            ranked.setdefault(use, []).append((rank, name))
    things = ranked.pop("thing", [])
    if things and not ranked.keys() & {"title", "original_title"}:  # what a shop calls a film
        ranked["title"] = things
    if not ratings and any(name in _RATED_ON for _, name in ranked.get("date", ())):
        ratings += [
            (0, RatingColumn(folded(title), True, None)) for title in header if _is_of_a_service(title)
        ]
    ratings.sort(key=lambda one: (one[0] >= 0, not one[1].own, one[0]))
    uses = {use: tuple(dict.fromkeys(name for _, name in sorted(found))) for use, found in ranked.items()}
    for use in set(said_for.values()) & uses.keys():  # what was said is meant, and nothing beside it
        uses[use] = tuple(name for name in uses[use] if name in said_for)
    kept = [column for _, column in ratings]
    if "own_rating" in said_for.values():
        kept = [column for column in kept if column.name in said_for]
    return Columns(uses, tuple(kept), frozenset(map(folded, header)))


def parse_said(texts: Iterable[str], header: Sequence[str], name: str) -> dict[str, str]:
    """The `--column` options as use -> column. Raises UsageError for a use or a column that there is not."""
    said = {}
    for text in texts:
        use, equals, column = text.partition("=")
        use = folded(use)
        use = next((one for one in SAYABLE if folded(one) == use), "")
        if not equals or not use:
            raise UsageError(
                f"--column {text!r} does not say what a column means.",
                f"Give USE=COLUMN, such as --column title={header[0] or 'Titel'}; USE is one of "
                f"{', '.join(SAYABLE)}.",
            )
        if folded(column) not in {folded(one) for one in header}:
            raise UsageError(
                f"{name} has no column {column!r}.",
                f"Its columns are {', '.join(filter(None, header))}."[:400],
            )
        said[use] = column
    return said


def uses_of(names: Iterable[str]) -> set[str]:
    """What columns are for that are called as `folded` makes it, as far as their whole names say it."""
    return {_MEANING[name][0] for name in names if name in _MEANING}


def _meaning(title: str, name: str, position: int) -> tuple[str, int]:
    """(use, rank) of a column: by its whole name, by its name without a scale, or by the words in it."""
    bare = folded(_SCALE_BEHIND.sub("", title))
    without_brackets = folded(_BRACKETS.sub("", title))
    if name in _MEANING:
        titles_with_years = (
            _MEANING[name][0] == "year" and _MEANING.get(without_brackets, ("",))[0] == "title"
        )
        return _MEANING[without_brackets if titles_with_years else name]
    if bare in _MEANING and _MEANING[bare][0] in {"rating", "own_rating"}:
        return _MEANING[bare]
    tokens = _tokens(title)
    if without_brackets in _MEANING and not _speaks_of_others(title, name):
        use, rank = _MEANING[without_brackets]
        original = use == "title" and bool(_ORIGINAL & tokens)
        return ("original_title" if original else use), rank + 50
    if state_of(title) is State.PLANNED:
        return "status", 100 + position
    inner = folded(title.rpartition(".")[2])  # a field within a field: "UserData.Played"
    if "." in title and inner in _MEANING and not _speaks_of_others(title, name):
        use, rank = _MEANING[inner]
        if not ((use in {"title", "year"} and tokens & _NO_TITLE) or use == "rating"):
            return use, rank + 50
    if tokens & _TITLE_TOKENS and not tokens & _NO_TITLE:
        return ("original_title" if tokens & _ORIGINAL else "title"), 100 + position
    if tokens & _DATE_TOKENS and not tokens & _NO_DATE:
        return ("watched" if tokens & _WATCHED_TOKENS else "date"), 100 + position
    if tokens & _RATING_TOKENS and not _speaks_of_others(title, name) and len(tokens) <= 3:
        return "rating", 100 + position
    return "", 0


def _is_of_a_service(title: str) -> bool:
    """Whether a column is called "Trakt rating", which beside a day of rating is the person's own."""
    tokens = _tokens(title)
    return len(tokens) == 2 and bool(tokens & _RATING_TOKENS) and bool(tokens & _SERVICES)


def _tokens(title: str) -> set[str]:
    return {token.casefold() for token in _TOKEN.findall(title)}


def _speaks_of_others(title: str, name: str) -> bool:
    return bool(_tokens(title) & _OTHERS) or any(part in name for part in _OTHERS_PARTS)


def _scale(match: re.Match[str] | None) -> float | None:
    if match is None:
        return None
    return 100.0 if match["percent"] else float(match["scale"] or match["bare"])
