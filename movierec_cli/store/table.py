"""Reading a run's tables: rows by SQL, nearest vectors, matching titles."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from movierec_cli.errors import StoreError
from movierec_cli.store import native
from movierec_cli.store.indexes import VectorIndex, read_indexes
from movierec_cli.store.public import PublicEngine
from movierec_cli.store.query import Engine, Metric, Query, Row
from movierec_cli.system.storage import storage_at
from movierec_cli.vectors.arrays import Vector

if TYPE_CHECKING:
    import pyarrow as pa

os.environ.setdefault("LANCEDB_LOG", "error")


class Table:
    """One table of a run, read-only: see `open_table`. Every method raises StoreError where it is damaged."""

    def __init__(self, folder: Path, name: str, engine: Engine) -> None:
        self._folder, self._name, self._engine = folder, name, engine
        self._indexes = read_indexes(folder, name)

    def count(self) -> int:
        """The number of rows."""
        with _reading(self._folder, self._name):
            return self._engine.count()

    def rows(self, columns: Sequence[str], where: str | None = None, limit: int | None = None) -> list[Row]:
        """Rows for which the SQL condition holds, in the table's order, as Python values."""
        return self._rows(Query(columns, where, limit))

    def batches(
        self, columns: Sequence[str], where: str | None = None, some: range | None = None
    ) -> "Iterator[pa.RecordBatch]":
        """The same, some at a time, as LanceDB gives them. some: rows one after another, by their places."""
        if some is None:
            return self._batches(Query(columns, where))
        return self._batches(Query(columns, where, limit=len(some), offset=some.start))

    def nearest(self, query: Query, *, exact: bool = True) -> list[Row]:
        """The rows nearest to the query's vector, nearest first, with their `_distance`.

        exact: compare with every row, also where the column has an index.
        """
        index = None if exact or query.vector is None else self._index(query.searched, query.metric)
        query = query._replace(columns=[*query.columns, "_distance"])
        rows = self._rows(index.query(query) if index else query)
        if index and query.vector is not None:
            for row in rows:
                row["_distance"] = index.distance(query.vector, row["_distance"])
        return rows

    def has_index(self, vector_column: str, metric: Metric) -> bool:
        """Whether `nearest` has an index to search where it need not be exact."""
        return self._index(vector_column, metric) is not None

    def match_text(self, query: Query) -> list[Row]:
        """The rows that share n-grams with the query's text, best first, with their `_score`."""
        return self._rows(query._replace(columns=[*query.columns, "_score"]))

    def _index(self, vector_column: str, metric: Metric) -> VectorIndex | None:
        index = self._indexes.get(vector_column)
        return index if index and index.metric == metric else None

    def _rows(self, query: Query) -> list[Row]:
        return [row for batch in self._batches(query) for row in batch.to_pylist()]

    def _batches(self, query: Query) -> "Iterator[pa.RecordBatch]":
        batches = self._engine.batches(query)
        while True:
            with _reading(self._folder, self._name):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch


def open_table(folder: Path, name: str) -> Table:
    """Open the table `name` of the run in `folder`.

    Uses the extension module alone where it can (see native.py), else LanceDB's public API.
    Raises StoreError when the table is missing or unreadable.
    """
    if not storage_at(folder).has(f"{name}.lance"):  # lancedb.connect would create what is missing
        raise StoreError(f"The table {name} is missing from {folder}.", "Train again: movierec train")
    extension = native.load_extension()
    with _reading(folder, name):
        engine = native.NativeEngine(extension, folder, name) if extension else PublicEngine(folder, name)
        return Table(folder, name, engine)


def check_vector(vector: Vector, dimension: int) -> None:
    """Refuse what LanceDB would answer with nothing, or with an error about the wrong thing."""
    if vector.shape != (dimension,):
        raise ValueError(f"the vector has shape {vector.shape}, the column has dimension {dimension}")
    if not np.isfinite(vector).all():
        raise ValueError("the vector holds NaN or infinity")


@contextmanager
def _reading(folder: Path, name: str) -> Iterator[None]:
    """Turn what LanceDB raises for damaged files into a StoreError."""
    try:
        yield
    except (ValueError, RuntimeError, OSError) as error:
        # what an object store answers comes in tags, and may hold keys and tokens
        reason = (str(error).partition("<")[0].splitlines() or [type(error).__name__])[0][:200]
        raise StoreError(
            f"The table {name} in {folder} cannot be read: {reason}", "Train again: movierec train"
        ) from error
