"""Reading a run's tables: rows by SQL, nearest vectors, matching titles."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import numpy as np

from movierec_cli.errors import StoreError
from movierec_cli.store import native
from movierec_cli.store.indexes import REFINE, VectorIndex, read_indexes
from movierec_cli.vectors.arrays import Vector

if TYPE_CHECKING:
    import pyarrow as pa

Metric = Literal["dot", "cosine", "l2"]
Row = dict[str, Any]

os.environ.setdefault("LANCEDB_LOG", "error")


class TableReader(Protocol):
    """One table, read-only. Every method returns rows as dictionaries of Python values."""

    def count(self) -> int:
        """The number of rows."""
        ...

    def rows(self, columns: Sequence[str], where: str | None = None, limit: int | None = None) -> list[Row]:
        """Rows for which the SQL condition holds, in the table's order."""
        ...

    def batches(self, columns: Sequence[str], where: str | None = None) -> "Iterator[pa.RecordBatch]":
        """The rows for which `where` holds, some at a time, in the table's order."""
        ...

    def nearest(
        self,
        vector_column: str,
        vector: Vector,
        metric: Metric,
        columns: Sequence[str],
        limit: int,
        where: str | None = None,
        *,
        exact: bool = True,
    ) -> list[Row]:
        """The `limit` rows nearest to `vector` among those for which `where` holds, nearest first.

        exact: compare with every row, also where the column has an index.
        `_distance` is 1 - dot, 1 - cosine, or the squared Euclidean distance.
        """
        ...

    def has_index(self, vector_column: str, metric: Metric) -> bool:
        """Whether `nearest` has an index to search where it need not be exact."""
        ...

    def match_text(
        self, text_column: str, text: str, columns: Sequence[str], limit: int, where: str | None = None
    ) -> list[Row]:
        """Rows whose `text_column` shares n-grams with `text`, among those for which `where` holds.

        Best first, with `_score`.
        """
        ...


def open_table(folder: Path, name: str) -> TableReader:
    """Open the table `name` of the run in `folder`.

    Uses the extension module alone where it can (see native.py), else LanceDB's public API.
    Raises StoreError when the table is missing or unreadable.
    """
    if not (folder / f"{name}.lance").is_dir():  # lancedb.connect would create what is missing
        raise StoreError(f"The table {name} is missing from {folder}.", "Train again: movierec train")
    extension = native.load_extension()
    with _reading(folder, name):
        return NativeTable(extension, folder, name) if extension else PublicTable(folder, name)


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
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise StoreError(
            f"The table {name} in {folder} cannot be read: {reason}", "Train again: movierec train"
        ) from error


def _index_for(
    indexes: dict[str, VectorIndex], vector_column: str, metric: Metric, exact: bool
) -> VectorIndex | None:
    index = None if exact else indexes.get(vector_column)
    return index if index and index.metric == metric else None


def _by_metric(rows: list[Row], index: VectorIndex | None, vector: Vector) -> list[Row]:
    """The rows with the `_distance` that was asked for."""
    if index:
        for row in rows:
            row["_distance"] = index.distance(vector, row["_distance"])
    return rows


class NativeTable:
    """A table through the extension module."""

    def __init__(self, extension: Any, folder: Path, name: str) -> None:
        async def open_it() -> Any:
            connection = await extension.connect(str(folder))
            return await connection.open_table(name)

        self._folder, self._name = folder, name
        self._table = native.run(open_it())
        self._indexes = read_indexes(folder, name)

    def count(self) -> int:
        async def count_rows() -> int:
            return cast(int, await self._table.count_rows(None))

        with _reading(self._folder, self._name):
            return native.run(count_rows())

    def rows(self, columns: Sequence[str], where: str | None = None, limit: int | None = None) -> list[Row]:
        return self._collect(self._table.query(), columns, where, limit)

    def batches(self, columns: Sequence[str], where: str | None = None) -> "Iterator[pa.RecordBatch]":
        query = self._table.query()
        query.select_columns(list(columns))
        if where:
            query.where(where)

        async def execute() -> Any:
            return await query.execute()

        async def next_batch() -> "pa.RecordBatch | None":
            return await anext(stream, None)

        with _reading(self._folder, self._name):
            stream = native.run(execute())
        while True:
            with _reading(self._folder, self._name):
                batch = native.run(next_batch())
            if batch is None:
                return
            yield batch

    def nearest(
        self,
        vector_column: str,
        vector: Vector,
        metric: Metric,
        columns: Sequence[str],
        limit: int,
        where: str | None = None,
        *,
        exact: bool = True,
    ) -> list[Row]:
        import pyarrow as pa

        index = _index_for(self._indexes, vector_column, metric, exact)
        # from_buffers, because pa.array imports pandas where it is installed
        dense = np.ascontiguousarray(index.query(vector) if index else vector, dtype=np.float32)
        query = self._table.query().nearest_to(
            pa.Array.from_buffers(pa.float32(), len(dense), [None, pa.py_buffer(dense)])
        )
        query.column(index.column(vector_column) if index else vector_column)
        query.distance_type(index.built_for if index else metric)
        if index:
            query.nprobes(index.probes)
            query.refine_factor(REFINE)
        else:
            query.bypass_vector_index()
        rows = self._collect(query, [*columns, "_distance"], where, limit)
        return _by_metric(rows, index, vector)

    def has_index(self, vector_column: str, metric: Metric) -> bool:
        return _index_for(self._indexes, vector_column, metric, exact=False) is not None

    def match_text(
        self, text_column: str, text: str, columns: Sequence[str], limit: int, where: str | None = None
    ) -> list[Row]:
        query = self._table.query().nearest_to_text({"query": text, "columns": [text_column]})
        return self._collect(query, [*columns, "_score"], where, limit)

    def _collect(self, query: Any, columns: Sequence[str], where: str | None, limit: int | None) -> list[Row]:
        query.select_columns(list(columns))
        if where:
            query.where(where)
        if limit is not None:
            query.limit(limit)

        async def run_it() -> list[Row]:
            return [row async for batch in await query.execute() for row in batch.to_pylist()]

        with _reading(self._folder, self._name):
            return native.run(run_it())


class PublicTable:
    """The same table through `import lancedb`."""

    def __init__(self, folder: Path, name: str) -> None:
        import lancedb

        self._folder, self._name = folder, name
        self._table = lancedb.connect(folder).open_table(name)
        self._indexes = read_indexes(folder, name)

    def count(self) -> int:
        with _reading(self._folder, self._name):
            return self._table.count_rows()

    def rows(self, columns: Sequence[str], where: str | None = None, limit: int | None = None) -> list[Row]:
        return self._collect(self._table.search(), columns, where, limit)

    def batches(self, columns: Sequence[str], where: str | None = None) -> "Iterator[pa.RecordBatch]":
        query = self._table.search().select(list(columns))
        if where:
            query = query.where(where)
        with _reading(self._folder, self._name):
            batches = iter(query.to_batches())
        while True:
            with _reading(self._folder, self._name):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def nearest(
        self,
        vector_column: str,
        vector: Vector,
        metric: Metric,
        columns: Sequence[str],
        limit: int,
        where: str | None = None,
        *,
        exact: bool = True,
    ) -> list[Row]:
        index = _index_for(self._indexes, vector_column, metric, exact)
        query: Any = self._table.search(
            index.query(vector) if index else vector,
            vector_column_name=index.column(vector_column) if index else vector_column,
            query_type="vector",
        )
        query = query.distance_type(index.built_for if index else metric)
        query = query.nprobes(index.probes).refine_factor(REFINE) if index else query.bypass_vector_index()
        rows = self._collect(query, [*columns, "_distance"], where, limit)
        return _by_metric(rows, index, vector)

    def has_index(self, vector_column: str, metric: Metric) -> bool:
        return _index_for(self._indexes, vector_column, metric, exact=False) is not None

    def match_text(
        self, text_column: str, text: str, columns: Sequence[str], limit: int, where: str | None = None
    ) -> list[Row]:
        query = self._table.search(text, query_type="fts", fts_columns=text_column)
        return self._collect(query, [*columns, "_score"], where, limit)

    def _collect(self, query: Any, columns: Sequence[str], where: str | None, limit: int | None) -> list[Row]:
        query = query.select(list(columns))
        if where:
            query = query.where(where)
        if limit is not None:
            query = query.limit(limit)
        with _reading(self._folder, self._name):
            return cast(list[Row], query.to_arrow().to_pylist())
