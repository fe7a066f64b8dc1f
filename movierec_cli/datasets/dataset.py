"""The one shape that every MovieLens release is read into."""

from dataclasses import dataclass

import pandas as pd

from movierec_cli.vectors.scale import RatingScale

RATING_COLUMNS = {"user_id": "int64", "movie_id": "int64", "rating": "float32", "timestamp": "int64"}
MOVIE_COLUMNS = ("movie_id", "title", "year", "genres", "release_date", "imdb_id", "tmdb_id")


@dataclass(frozen=True)
class Dataset:
    """Ratings and movies with fixed names and dtypes, whatever layout they came in.

    ratings: user_id int64, movie_id int64, rating float32, on `scale`, timestamp int64 (Unix seconds, 0
        where the file has none); one row per (user_id, movie_id), the latest where the file repeats a pair;
        every movie_id occurs in `movies`.
    movies: movie_id int64 (unique, ascending), title str (without the year, article where the file has it:
        "Godfather, The"), year Int32 (nullable), genres tuple[str, ...] (empty where none are listed),
        release_date datetime64[s] (NaT where unknown), imdb_id str | None ("tt0114709"), tmdb_id Int64
        (nullable).
    scale: the ratings that there can be.
    tags: movie_id int64, tag str in lower case, count int64 (how many people gave it); None where the
        dataset has none.

    Raises ValueError for columns or dtypes other than these; `parse.read_dataset` checks the values.
    """

    name: str
    ratings: pd.DataFrame
    movies: pd.DataFrame
    scale: RatingScale
    tags: pd.DataFrame | None = None

    @property
    def rating_scale(self) -> tuple[float, float]:
        """The lowest and the highest rating that there can be."""
        return self.scale.ends

    @property
    def rating_steps(self) -> tuple[float, ...]:
        """What ratings are counted by, lowest first: see RatingScale.steps."""
        return self.scale.steps

    def __post_init__(self) -> None:
        dtypes = {column: str(dtype) for column, dtype in self.ratings.dtypes.items()}
        if dtypes != RATING_COLUMNS:
            raise ValueError(f"ratings have columns {dtypes}, expected {RATING_COLUMNS}")
        if tuple(self.movies.columns) != MOVIE_COLUMNS:
            raise ValueError(
                f"movies have columns {list(self.movies.columns)}, expected {list(MOVIE_COLUMNS)}"
            )
