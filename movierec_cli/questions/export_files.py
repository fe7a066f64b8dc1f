"""The files that recommendations are exported to: CSV, JSON Lines, Parquet."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

import numpy as np
import pyarrow as pa

from movierec_cli.questions.everyone import AllMovies, Block

FIELDS = ("user_id", "rank", "movie_id", "title", "score")

Write = Callable[[Block], None]


@contextmanager
def csv_writer(path: Path, all_movies: AllMovies) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(FIELDS) + "\n")
        quoted = io.StringIO()
        writer = csv.writer(quoted, lineterminator="\0")  # a title has no control characters
        writer.writerows(zip(all_movies.movie_ids.tolist(), all_movies.titles.to_pylist(), strict=True))
        movies = quoted.getvalue().split("\0")
        yield _line_writer(file, movies, "{0},{1},{2},{3!r}\n")


@contextmanager
def jsonl_writer(path: Path, all_movies: AllMovies) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        known = zip(all_movies.movie_ids.tolist(), all_movies.titles.to_pylist(), strict=True)
        movies = [
            json.dumps({"movie_id": movie_id, "title": title}, ensure_ascii=False)[1:-1]
            for movie_id, title in known
        ]
        yield _line_writer(file, movies, '{{"user_id": {0}, "rank": {1}, {2}, "score": {3!r}}}\n')


def _line_writer(file: TextIO, movies: list[str], line: str) -> Write:
    """Writes a line per row; what it says of the movie was put into words once for all."""

    def write(block: Block) -> None:
        said = (movies[movie] for movie in block.movie.tolist())
        rows = zip(block.user_id.tolist(), block.rank.tolist(), said, block.score.tolist(), strict=True)
        file.write("".join([line.format(*row) for row in rows]))

    return write


@contextmanager
def parquet_writer(path: Path | IO[bytes], all_movies: AllMovies) -> Iterator[Write]:
    from pyarrow import parquet

    schema = pa.schema(
        [
            ("user_id", pa.int64()),
            ("rank", pa.int32()),
            ("movie_id", pa.int64()),
            ("title", pa.string()),
            ("score", pa.float32()),
        ]
    )
    with parquet.ParquetWriter(path, schema) as writer:

        def write(block: Block) -> None:
            titles = all_movies.titles.take(pa.array(block.movie))
            movie_ids = all_movies.movie_ids[block.movie]
            columns = [block.user_id, block.rank.astype(np.int32), movie_ids, titles, block.score]
            writer.write_table(pa.table(columns, schema=schema))

        yield write


WRITERS = {".csv": csv_writer, ".jsonl": jsonl_writer, ".parquet": parquet_writer}
"""By the suffix of the file. Each takes the file and all movies, and gives what writes a block."""
