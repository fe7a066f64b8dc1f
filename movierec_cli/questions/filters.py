"""Which movies may be in an answer, as one condition for the database's own search."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from movierec_cli.errors import UsageError

Years = tuple[int | None, int | None]
ANY_YEAR: Years = (None, None)

_YEARS = re.compile(r"(?P<first>\d{4})?(?P<dash>-)?(?P<last>\d{4})?", re.ASCII)
_EXAMPLES = "Give a year or a range: --year 1994, --year 1980-1999, --year 1980- or --year -1999."


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
            known = {genre.casefold(): genre for genre in known_genres}
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

    Raises UsageError for anything else.
    """
    match = _YEARS.fullmatch(text.strip())
    if match is None or not (match["first"] or match["last"]) or (match["last"] and not match["dash"]):
        raise UsageError(f"--year {text!r} is neither a year nor a range of years.", _EXAMPLES)
    first = int(match["first"]) if match["first"] else None
    last = int(match["last"]) if match["last"] else None
    return (first, last) if match["dash"] else (first, first)


def years_text(years: Years) -> str:
    """The years as they are typed, see parse_years."""
    first, last = years
    if first == last:
        return str(first)
    return f"{'' if first is None else first}-{'' if last is None else last}"


def _has(genre: str) -> str:
    return "array_has(genres, '{}')".format(genre.replace("'", "''"))


def _known_genre(genre: str, option: str, known: dict[str, str]) -> str:
    if (found := known.get(genre.strip().casefold())) is None:
        names = ", ".join(sorted(known.values()))
        raise UsageError(
            f"{option} {genre!r}: there is no such genre.",
            f"These are there: {names}" if names else "No movie of this dataset has a genre.",
        )
    return found
