"""The one table that the article works on: ratings, movies and people of ml-100k, merged."""

from pathlib import Path

import pandas as pd

from movierec_cli.datasets.layouts import TAB, decode, recognise, shown
from movierec_cli.datasets.movies_file import GENRES
from movierec_cli.datasets.parse import read_dataset
from movierec_cli.errors import DataError
from movierec_cli.vectors.scale import RatingScale

GENRE_COLUMNS = ("genre_unknown", *GENRES[1:])
COLUMNS = (
    *("user_id", "movie_id", "rating", "unix_timestamp"),
    *("title", "release_date", "video_release_date", "imdb_url"),
    *GENRE_COLUMNS,
    *("year", "genre", "all_genres"),
    *("age", "sex", "occupation", "zip_code"),
)


def read_article_table(folder: Path, scale: RatingScale | None = None) -> pd.DataFrame:
    """Merge u.data, u.item and u.user in `folder`: one row per rating, the article's 34 columns.

    As in the article, user_id and movie_id count from 0, title has the year in it, genre is one of the
    movie's genres (here always its first, where the article draws one at random) and all_genres joins them
    with "-". year is that of the title. release_date and video_release_date are NaT, and imdb_url is None,
    where the source has none. scale: of the ratings, where it is known; otherwise found by them.
    Raises DataError where `folder` does not hold ml-100k.
    """
    files = recognise(folder)
    users = folder / "u.user"
    if files.ratings_layout != TAB or files.movies is None or not users.is_file():
        raise DataError(
            f"{folder} does not hold u.data, u.item and u.user",
            hint="Only ml-100k has the article's columns: movierec fetch ml-100k",
        )
    dataset = read_dataset(files, folder.name, scale)
    table = dataset.ratings.rename(columns={"timestamp": "unix_timestamp"})
    table = table.merge(_movies(files.movies, dataset.movies), on="movie_id").merge(
        _people(users), on="user_id"
    )
    if len(table) != len(dataset.ratings):
        raise DataError(f"{users.name} does not name everybody in {files.ratings.name} exactly once")
    table[["user_id", "movie_id"]] -= 1
    return table[list(COLUMNS)]


def _movies(path: Path, movies: pd.DataFrame) -> pd.DataFrame:
    rows = {int(row[0]): row for row in _rows(path)}
    ordered = [rows[movie_id] for movie_id in movies["movie_id"]]
    names = [
        [genre for genre, flag in zip(GENRES, row[5:], strict=True) if flag == "1"] or ["unknown"]
        for row in ordered
    ]
    flags = {column: [int(row[5 + place]) for row in ordered] for place, column in enumerate(GENRE_COLUMNS)}
    return pd.DataFrame(
        {
            "movie_id": movies["movie_id"],
            "title": [row[1].strip() for row in ordered],
            "release_date": movies["release_date"],
            "video_release_date": pd.Series(pd.NaT, index=movies.index, dtype="datetime64[s]"),
            "imdb_url": pd.Series([row[4] or None for row in ordered], dtype="object"),
            **flags,
            "year": movies["year"],
            "genre": [genres[0] for genres in names],
            "all_genres": ["-".join(genres) for genres in names],
        }
    )


def _people(path: Path) -> pd.DataFrame:
    people = []
    for number, row in enumerate(_rows(path), 1):
        if len(row) != 5 or not (row[0].isdecimal() and row[1].isdecimal()):
            raise DataError(
                f"{path.name}, line {number}: {shown('|'.join(row))} is not user|age|sex|occupation|zip code."
            )
        people.append((int(row[0]), int(row[1]), *row[2:]))
    return pd.DataFrame(people, columns=["user_id", "age", "sex", "occupation", "zip_code"])


def _rows(path: Path) -> list[list[str]]:
    return [line.rstrip("\r").split("|") for line in decode(path.read_bytes()).split("\n") if line.strip()]
