"""A movie, the one that a text means, a film to look for, and somebody's own. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

MOVIE_COLUMNS = ("movie_id", "title", "year", "genres", "mean_rating", "rating_count", "imdb_id", "tmdb_id")
"""What of a row of the `movies` table makes a Movie."""


@dataclass(frozen=True, slots=True)
class Movie:
    """A movie as the database knows it; `movie_id` is the dataset's own id."""

    movie_id: int
    title: str
    year: int | None
    genres: tuple[str, ...]
    mean_rating: float | None
    rating_count: int
    imdb_id: str | None = None
    tmdb_id: int | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Movie":
        """The movie of a row that has MOVIE_COLUMNS, whatever else it has."""
        return cls(**{name: row[name] for name in MOVIE_COLUMNS} | {"genres": tuple(row["genres"])})

    @property
    def label(self) -> str:
        """The title with its year, as people write it: "Heat (1995)"."""
        return self.title if self.year is None else f"{self.title} ({self.year})"


class TitleMatch(NamedTuple):
    """The movie taken for a text, and the others that fit it as well."""

    movie: Movie
    others: tuple[Movie, ...] = ()
    exact: bool = True


class MarkedFilms(NamedTuple):
    """Somebody's films, to be marked on a map.

    name: a profile's, or a user_id. ratings: movie_id -> rating on the dataset's scale. seen: movie_ids that
    they know, rated or not. recommended: what they get, best first, with the stars that they would give it.
    """

    name: str
    ratings: Mapping[int, float]
    seen: frozenset[int]
    recommended: tuple[tuple[Movie, float | None], ...]
    rating_scale: tuple[float, float]


class Described(NamedTuple):
    """A film to look for, by what is known of it."""

    titles: tuple[str, ...]
    """The original one first."""
    year: int | None = None
    imdb_id: str | None = None
    """As "tt0113277"."""
    tmdb_id: int | None = None
