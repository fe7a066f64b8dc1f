"""From a typed title to the movie that is meant: exact matches first, then the closest by spelling."""

from collections.abc import Sequence

from movierec_cli import titles
from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.records import MOVIE_COLUMNS, Movie, TitleMatch
from movierec_cli.store.reader import TableReader

SUGGESTIONS = 5
_CANDIDATES = 60
_TIE = 0.5


def typed_id(title: str) -> int | None:
    """50 for "id:50", None for a title. Raises UsageError for "id:" and anything else."""
    wanted = title.strip()
    if not wanted.lower().startswith("id:"):
        return None
    digits = wanted[3:].strip()
    if not digits.isascii() or not digits.isdigit() or int(digits) >= 2**63:
        raise UsageError(f"{wanted!r} is not a movie id.", "Give a number: id:50")
    return int(digits)


class Finder:
    """The `movies` table of a run, open for titles. `dataset` is the name that messages use."""

    def __init__(self, movies: TableReader, dataset: str) -> None:
        self._movies = movies
        self._dataset = dataset

    def find(self, title: str) -> TitleMatch:
        """The movie that a typed title means: see Recommender.find."""
        movie_id = typed_id(title)
        if movie_id is not None:
            rows = self._movies.rows(MOVIE_COLUMNS, f"movie_id = {movie_id}", limit=1)
            if not rows:
                raise NotFoundError.movie(movie_id, self._dataset)
            return TitleMatch(Movie.from_row(rows[0]))
        text, year = titles.split_year(title)
        keys = titles.query_keys(text)
        if not keys:
            raise UsageError(f"{title!r} is not a title.", 'Give one like this: movierec similar "Star Wars"')
        exact = self._exact_matches(keys, year)
        if exact:
            return TitleMatch(exact[0], tuple(exact[1:]))
        return self._close_match(title, keys, year)

    def _exact_matches(self, keys: Sequence[str], year: int | None) -> list[Movie]:
        condition = " OR ".join(f"array_has(title_keys, '{key}')" for key in keys)
        movies = [Movie.from_row(row) for row in self._movies.rows(MOVIE_COLUMNS, condition)]
        if year is not None:
            movies = [movie for movie in movies if movie.year == year]
        return sorted(movies, key=lambda movie: -movie.rating_count)

    def _close_match(self, title: str, keys: Sequence[str], year: int | None) -> TitleMatch:
        rows = self._movies.match_text(
            "search_text", keys[0], [*MOVIE_COLUMNS, "title_keys"], limit=_CANDIDATES
        )
        scored = sorted(
            (
                (titles.similarity(keys, row["title_keys"]) + (5 if year and row["year"] == year else 0), row)
                for row in rows
            ),
            key=lambda pair: (-pair[0], -pair[1]["rating_count"]),
        )
        if not scored or scored[0][0] < titles.CLOSE_ENOUGH:
            nearest = ", ".join(Movie.from_row(row).label for _, row in scored[:SUGGESTIONS])
            raise NotFoundError(
                f"No movie is called {title!r}.",
                f"The nearest titles: {nearest}" if nearest else "Try another spelling, or id:MOVIE_ID.",
            )
        best = scored[0][0]
        equals = [Movie.from_row(row) for score, row in scored if best - score <= _TIE]
        equals.sort(key=lambda movie: -movie.rating_count)
        return TitleMatch(equals[0], tuple(equals[1:]), exact=False)
