"""Writing a run's tables. Training only: this is where the whole of LanceDB is imported."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

os.environ.setdefault("LANCEDB_LOG", "error")

import lancedb
from lancedb.index import FTS, IvfSq

from movierec_cli.store.indexes import VectorIndex, is_lifted, lift, lifted, write_indexes
from movierec_cli.store.lookup import matrix
from movierec_cli.store.query import Metric, Query
from movierec_cli.store.runs import MOVIES, USERS
from movierec_cli.system.storage import storage_at
from movierec_cli.vectors.arrays import Matrix
from movierec_cli.vectors.scores import best, blocks, score_matrix

INDEX_FROM = 50_000
"""Movies from which on an index pays: of fewer, reading all vectors takes less than loading the libraries."""
QUERIES = 100
RECALL = {10: 0.995, 200: 0.95}
"""The share of so many nearest that an index must find: of the list itself, and of what is behind it, which
comes up when many of a person's best are rated."""


def vector_column(matrix: npt.NDArray[np.float32]) -> pa.FixedSizeListArray:
    """An (n, d) float32 matrix as a LanceDB vector column of dimension d, without copying.

    Raises ValueError for NaN or infinity: LanceDB would answer searches on them with nothing.
    """
    if not np.isfinite(matrix).all():
        raise ValueError("embeddings hold NaN or infinity")
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1])


def write_users(folder: Path, users: Iterator[pa.Table]) -> None:
    """Write the table of people into `folder`, in one commit.

    users: one piece after another, one at least.
    """
    first = next(users)
    batches = (batch for piece in chain([first], users) for batch in piece.to_batches())
    lancedb.connect(folder).create_table(USERS, pa.RecordBatchReader.from_batches(first.schema, batches))


def write_movies(
    folder: Path, movies: pa.Table, searched: Mapping[str, Metric], asking: Mapping[str, Matrix]
) -> None:
    """Write the table of movies into `folder`, with a full-text index on its `search_text`.

    From INDEX_FROM rows on it gets an index on each of its vector columns in `searched`, too, for the metric
    given there. asking: by such a column, vectors that it will be asked for, by default some of its own.
    """
    indexed = searched if movies.num_rows >= INDEX_FROM else {}
    longest = {column: _longest(movies[column]) for column, metric in indexed.items() if metric == "dot"}
    for column, length in longest.items():
        movies = movies.append_column(lifted(column), vector_column(lift(matrix(movies[column]), length)))
    movie_table = lancedb.connect(folder).create_table(MOVIES, movies)
    movie_table.create_index(
        "search_text", config=FTS(base_tokenizer="ngram", stem=False, remove_stop_words=False)
    )
    built = {}
    for column, metric in indexed.items():
        index = VectorIndex(metric, 0, longest.get(column, 0.0))
        queries = asking[column] if column in asking else some_rows(matrix(movies[column]), QUERIES)
        if found := _build(movie_table, movies, column, index, queries):
            built[column] = found
    if built:
        write_indexes(folder, MOVIES, built)


def read_tables(folder: Path) -> tuple[pa.Table, pa.Table]:
    """Both tables of a run as they were given: movies and users."""
    movies, users = (_read(folder, name) for name in (MOVIES, USERS))
    return movies.drop_columns([name for name in movies.column_names if is_lifted(name)]), users


def _read(folder: Path, name: str) -> pa.Table:
    address, options = storage_at(folder).tables(name)
    return lancedb.connect(address, storage_options=options).open_table(name).to_arrow()


def _longest(column: pa.ChunkedArray) -> float:
    return float(np.linalg.norm(matrix(column), axis=1).max())


def some_rows(vectors: Matrix, most: int) -> Matrix:
    """At most so many of the rows, at random."""
    rows = np.random.default_rng(0).choice(len(vectors), min(most, len(vectors)), replace=False)
    return vectors[np.sort(rows)]


def _build(
    table: Any, movies: pa.Table, column: str, index: VectorIndex, queries: Matrix
) -> VectorIndex | None:
    """Build an index, and find the fewest partitions by which it answers the queries well enough.

    Partitions of about the square root of the rows each; vectors without any clusters need all of them, and
    even then the index is a quarter of what an exact search reads. None where all are not enough, and the
    index is gone again.
    """
    partitions = round(np.sqrt(movies.num_rows))
    config = IvfSq("l2", num_partitions=partitions, sample_rate=64, max_iterations=10)
    searched = lifted(column) if index.metric == "dot" else column
    table.create_index(searched, config=config)
    wanted = movies["movie_id"].to_numpy()[_nearest(matrix(movies[column]), queries, index.metric)]
    probes = min(8, partitions)
    while not _reaches(table, column, replace(index, probes=probes), queries, wanted):
        if probes == partitions:
            table.drop_index(f"{searched}_idx")
            return None
        probes = min(2 * probes, partitions)
    return replace(index, probes=probes)


def _nearest(vectors: Matrix, queries: Matrix, metric: Metric) -> npt.NDArray[np.int64]:
    """(queries, the most in RECALL) rows of `vectors`, by comparing with all of them."""
    parts = blocks(len(queries), len(vectors))
    return np.concatenate([best(score_matrix(queries[part], vectors, metric), max(RECALL)) for part in parts])


def _reaches(
    table: Any, column: str, index: VectorIndex, queries: Matrix, wanted: npt.NDArray[np.int64]
) -> bool:
    """Whether the index finds as many of the nearest as RECALL asks for. wanted: movie_ids, nearest first."""
    missed = np.zeros(wanted.shape, dtype=np.bool_)
    for row, vector in enumerate(queries):
        asked = index.query(Query([], searched=column, vector=vector))
        search = table.search(asked.vector, vector_column_name=asked.searched, query_type="vector")
        search = search.distance_type(asked.metric).nprobes(index.probes).refine_factor(2)
        search = search.limit(wanted.shape[1]).select(["movie_id", "_distance"])
        missed[row] = np.isin(wanted[row], search.to_arrow()["movie_id"].to_numpy(), invert=True)
        if any(missed[:, :depth].mean() > 1 - share for depth, share in RECALL.items()):
            return False  # whatever the others find
    return True
