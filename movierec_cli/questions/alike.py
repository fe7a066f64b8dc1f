"""Movies that are like others, by the vectors of `similar`."""

from collections.abc import Sequence
from typing import Any

from movierec_cli.questions import choosing
from movierec_cli.store.movies import Movies
from movierec_cli.store.query import Query, Row
from movierec_cli.vectors.arrays import Vector, unit_rows

CLOSE_AT_FIRST = 256
"""So many are looked at first for what is close to an unwanted movie."""


def alike(
    vector: Vector,
    columns: Sequence[str],
    count: int,
    movies: Movies,
    where: str | None = None,
    **options: Any,
) -> list[Row]:
    """The `count` movies most like a similar vector: see similar_vectors in training/similar.py.

    where: a condition in SQL that they must meet. options: as for Movies.nearest.
    """
    column = movies.run.facts.model.similar_column
    return movies.nearest(Query(columns, where, count, column, unit_rows(vector)), **options)


def close_to(movie_ids: Sequence[int], movies: Movies) -> set[int]:
    """The movies themselves and all whose likeness to one of them reaches choosing.NOT_LIKE."""
    close = set(movie_ids)
    for vector in movies.similar_vectors(movie_ids):
        count = CLOSE_AT_FIRST
        while True:
            rows = alike(vector, ["movie_id"], count, movies, exact=True)
            found = {row["movie_id"] for row in rows if row["score"] >= choosing.NOT_LIKE}
            if len(found) < count:
                break
            count *= 8
        close |= found
    return close
