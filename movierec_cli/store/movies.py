"""A run's movies, found by their ids and by their vectors."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

import numpy as np
import numpy.typing as npt

from movierec_cli.errors import NotFoundError
from movierec_cli.store.lookup import FEW_IDS, is_one_of, matrix, rows_by_id, vectors_by_id
from movierec_cli.store.movie import MOVIE_COLUMNS, Movie
from movierec_cli.store.query import Metric, Query, Row
from movierec_cli.store.runs import Run
from movierec_cli.store.table import check_vector, open_table
from movierec_cli.vectors.arrays import Matrix, Vector
from movierec_cli.vectors.scores import best, score_matrix

AT_ONCE = 2048
"""Movies that are read at once where all are compared: some 3 MB."""


class Movies:
    """The `movies` table of a run, open. Every method raises StoreError when it is damaged."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.table = open_table(run.folder, "movies")

    def by_id(self, movie_ids: Iterable[int]) -> dict[int, Movie]:
        """Those of the movies that the dataset has, by movie_id."""
        rows = self.rows(movie_ids, MOVIE_COLUMNS)
        return {movie_id: Movie.from_row(row) for movie_id, row in rows.items()}

    def one(self, movie_id: int) -> Movie:
        """A movie. Raises NotFoundError where the dataset does not have it."""
        found = self.by_id([movie_id])
        if not found:
            raise self._missing(movie_id)
        return found[movie_id]

    def best_known(self, count: int) -> list[int]:
        """The movie_ids of those that most people have rated, most first; of equals the lower one."""
        columns = ["movie_id", "rating_count"]
        batches = list(self.table.batches(columns))
        movie_ids, counts = (
            np.concatenate([np.from_dlpack(batch.column(name)) for batch in batches]) for name in columns
        )
        most_first: list[int] = movie_ids[np.lexsort((movie_ids, -counts))[:count]].tolist()
        return most_first

    def some_of(self, *columns: str) -> Iterator[list[npt.NDArray[Any]]]:
        """Columns of numbers, (n,), or of vectors, float32 (n, dimension), of n movies after another, until
        these were all: never more of them in memory than what is kept, which must be copied."""
        vectors, movies = self.run.facts.model.dimensions, self.table.count()
        for start in range(0, movies, AT_ONCE):  # LanceDB would read far ahead
            some = range(start, min(start + AT_ONCE, movies))
            for batch in self.table.batches(columns, some=some):
                yield [
                    matrix(batch.column(name)) if name in vectors else np.from_dlpack(batch.column(name))
                    for name in columns
                ]

    def rows(self, movie_ids: Iterable[int], columns: Iterable[str]) -> dict[int, Row]:
        """The same as rows that have some columns."""
        return rows_by_id(self.table, "movie_id", movie_ids, columns)

    def vectors(self, movie_ids: Sequence[int], columns: Sequence[str]) -> dict[str, Matrix]:
        """Vector columns of movies: name -> float32 (movies, dimension), in the order given.

        Raises NotFoundError for a movie that the dataset does not have.
        """
        dimensions = self.run.facts.model.dimensions
        try:
            return vectors_by_id(self.table, "movie_id", movie_ids, columns, dimensions)
        except KeyError as error:
            raise self._missing(error.args[0]) from None

    def similar_vectors(self, movie_ids: Sequence[int]) -> Matrix:
        """What movies are compared by, float32 (movies, dimension); see `vectors`."""
        column = self.run.facts.model.similar_column
        return self.vectors(movie_ids, [column])[column]

    def nearest(self, query: Query, without: Set[int] = frozenset(), *, exact: bool = False) -> list[Row]:
        """The rows whose vectors score best, best first, with `movie_id` and `score`: higher is better.

        without: movie_ids to leave out.
        exact: compare with every movie, also where there is an index.
        """
        limit = query.limit
        if query.vector is None or limit is None:
            raise ValueError("a search needs a vector and a limit")
        check_vector(query.vector, self.run.facts.model.dimensions[query.searched])
        columns = ["movie_id", *(name for name in query.columns if name != "movie_id")]
        exact = exact or query.where is not None  # filters may leave little of what an index looks into
        few = len(without) <= FEW_IDS
        if not few and not exact and self.table.has_index(query.searched, query.metric):
            left = f"NOT {is_one_of('movie_id', without) or 'FALSE'}"
            kept = self.table.nearest(query._replace(columns=columns, where=left), exact=False)
        else:
            # Asking for as many more as may be dropped is faster than NOT IN where all are compared.
            first = columns if few else columns[:1]
            rows = self.table.nearest(query._replace(columns=first, limit=limit + len(without)), exact=exact)
            kept = [row for row in rows if row["movie_id"] not in without][:limit]
            if not few:
                known = self.rows([row["movie_id"] for row in kept], columns)
                kept = [row | known[row["movie_id"]] for row in kept]
        return [row | {"score": _score(row, query.metric)} for row in kept]

    def _missing(self, movie_id: int) -> NotFoundError:
        return NotFoundError.movie(movie_id, self.run.facts.dataset.name)

    def nearest_to_each(self, column: str, vectors: Matrix, count: int) -> list[list[tuple[int, Vector]]]:
        """For each of some vectors, float32 (n, d), the `count` movies whose `column` has the largest inner
        product with it, best first, as movie_id and vector.

        One pass over the movies serves all; where there is an index, it is asked for each.
        """
        if self.table.has_index(column, "dot"):
            found = (self.nearest(Query([column], None, count, column, vector)) for vector in vectors)
            return [
                [(row["movie_id"], np.array(row[column], dtype=np.float32)) for row in rows] for rows in found
            ]
        nearest: list[list[tuple[int, Vector]]] = [[] for _ in vectors]
        scores: Matrix = np.zeros((len(vectors), 0), np.float32)
        for batch in self.table.batches(["movie_id", column]):  # never all of them in memory
            movie_ids, movies = np.from_dlpack(batch.column("movie_id")), matrix(batch.column(column))
            scores = np.hstack([scores, score_matrix(vectors, movies, "dot")])
            chosen = best(scores, count)
            for own, places in zip(nearest, chosen.tolist(), strict=True):
                known = len(own)
                own[:] = [
                    own[place]
                    if place < known
                    else (int(movie_ids[place - known]), movies[place - known].copy())
                    for place in places
                ]
            scores = np.take_along_axis(scores, chosen, axis=1)
        return nearest


def _score(row: Row, metric: Metric) -> float:
    """LanceDB's `_distance` as a score that is higher for better."""
    distance = float(row["_distance"])
    return -float(np.sqrt(max(distance, 0.0))) if metric == "l2" else 1.0 - distance
