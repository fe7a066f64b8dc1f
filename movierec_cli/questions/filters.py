"""Which movies may be in an answer, as one condition for the database's own search."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from movierec_cli.errors import UsageError

Years = tuple[int | None, int | None]
ANY_YEAR: Years = (None, None)

_YEAR = r"\d{4}|(?:\d{3}|[03-9])0s"
_YEARS = re.compile(rf"(?P<first>{_YEAR})?(?P<dash>\s*[-–]\s*)?(?P<last>{_YEAR})?", re.ASCII)
_EXAMPLES = (
    "Give a year, a decade or a range: --year 1994, --year 1990s, --year 1980-1999, --year 1980- or "
    "--year -1999."
)
_SAME_GENRES = (
    {"scifi", "sciencefiction", "sf"},
    {"childrens", "children", "kids"},
    {"filmnoir", "noir"},
    {"animation", "animated", "cartoon", "cartoons"},
    {"romance", "romantic"},
    {"documentary", "documentaries", "doc", "docs"},
)
"""Words that mean one genre, as `_genre_key` writes them."""

_FEW = 3
"""So many genres are named at most where one is typed that there is not."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a movie must be to be in an answer; a movie must pass all of them.

    genres: it has all of these. not_genres: it has none of them. Case makes no difference.
    years: the first and the last year, None for an open end; a movie without a year passes no limit.
    min_ratings: at least so many people rated it. min_rating: its mean rating is at least this.

    Raises UsageError for numbers that can never be right.
    """

    genres: tuple[str, ...] = ()
    not_genres: tuple[str, ...] = ()
    years: Years = ANY_YEAR
    min_ratings: int = 0
    min_rating: float | None = None

    def __post_init__(self) -> None:
        first, last = self.years
        if any(year is not None and not 0 <= year <= 9999 for year in self.years) or (
            first is not None and last is not None and first > last
        ):
            raise UsageError(f"--year {years_text(self.years)}: no movie can be from then.", _EXAMPLES)
        if not 0 <= self.min_ratings < 2**63:
            raise UsageError(f"--min-ratings {self.min_ratings}: give a whole number from 0.")
        if self.min_rating is not None and not math.isfinite(self.min_rating):
            raise UsageError(f"--min-rating {self.min_rating}: give a rating, such as 3.5.")

    def condition(self, known_genres: Iterable[str]) -> str | None:
        """The filters as SQL over the `movies` table, None where every movie passes.

        Of genres only names out of `known_genres` get into it. Raises UsageError for one that is not there.
        """
        first, last = self.years
        parts = []
        if self.genres or self.not_genres:
            known = {_genre_key(genre): genre for genre in sorted(known_genres)}
            parts += [_has(_known_genre(genre, "--genre", known)) for genre in self.genres]
            parts += [f"NOT {_has(_known_genre(genre, '--not-genre', known))}" for genre in self.not_genres]
        if first is not None:
            parts.append(f"year >= {int(first)}")
        if last is not None:
            parts.append(f"year <= {int(last)}")
        if self.min_ratings:
            parts.append(f"rating_count >= {int(self.min_ratings)}")
        if self.min_rating is not None:
            parts.append(f"mean_rating >= {float(self.min_rating)!r}")
        return " AND ".join(parts) or None

    def options(self) -> list[str]:
        """The filters in use as command-line options: what can be loosened where nothing passes."""
        options = [f"--genre {genre}" for genre in self.genres]
        options += [f"--not-genre {genre}" for genre in self.not_genres]
        if self.years != ANY_YEAR:
            options.append(f"--year {years_text(self.years)}")
        if self.min_ratings:
            options.append(f"--min-ratings {self.min_ratings}")
        if self.min_rating is not None:
            options.append(f"--min-rating {self.min_rating:g}")
        return options


ANY_MOVIE = Filters()


def parse_years(text: str) -> Years:
    """ "1980-1999" -> (1980, 1999), "1994" -> (1994, 1994), "1980-" -> (1980, None), "-1999" -> (None, 1999).

    A decade has its ten years: "1990s" and "90s" -> (1990, 1999), "80s-90s" -> (1980, 1999).
    Raises UsageError for anything else.
    """
    match = _YEARS.fullmatch(text.strip())
    if match is None or not (match["first"] or match["last"]) or (match["last"] and not match["dash"]):
        raise UsageError(f"--year {text!r} is neither a year nor a range of years.", _EXAMPLES)
    first, last = (_ends(match[name]) if match[name] else (None, None) for name in ("first", "last"))
    return (first[0], last[1]) if match["dash"] else first


def _ends(text: str) -> tuple[int, int]:
    """The first and the last year of "1994", "1990s" and "90s"; "00s" are those of 2000."""
    year = int(text.removesuffix("s"))
    if len(text) <= 3:
        year += 1900 if year else 2000
    return year, year + 9 if text.endswith("s") else year


def years_text(years: Years) -> str:
    """The years as they are typed, see parse_years."""
    first, last = years
    if first == last:
        return str(first)
    return f"{'' if first is None else first}-{'' if last is None else last}"


def _has(genre: str) -> str:
    return "array_has(genres, '{}')".format(genre.replace("'", "''"))


def _known_genre(genre: str, option: str, known: dict[str, str]) -> str:
    key = _genre_key(genre)
    same = next((words for words in _SAME_GENRES if key in words), {key})
    found = known.get(key) or next((known[word] for word in same if word in known), None)
    if found is None:
        from difflib import get_close_matches  # a question that is right does without

        names = ", ".join(sorted(known.values()))
        hint = f"These are there: {names}" if names else "No movie of this dataset has a genre."
        several = [_genre_key(part) for part in re.split(r"[,;|+&]", genre) if part.strip()]
        nearest = [get_close_matches(part, known, n=1) for part in several]
        if len(several) > 1 and all(nearest):
            hint = f"Did you mean {' '.join(f'{option} {known[one]}' for (one,) in nearest)}?"
        elif near := _beginning(key, known) or get_close_matches(key, known, n=2):
            hint = f"Did you mean {' or '.join(known[one] for one in near)}?"
        raise UsageError(f"{option} {genre!r}: there is no such genre.", hint)
    return found


def _beginning(key: str, known: Iterable[str]) -> list[str]:
    """Those that begin so, where few do: "docu" is "documentary"."""
    found = [one for one in known if key and one.startswith(key)]
    return found if len(found) <= _FEW else []


def _genre_key(genre: str) -> str:
    """Without case, spaces and hyphens: "scifi" for "Sci-Fi"."""
    return "".join(filter(str.isalnum, genre.casefold()))
