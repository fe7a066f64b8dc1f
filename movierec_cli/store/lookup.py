"""Rows and vectors of known ids."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from movierec_cli.store.query import Row
from movierec_cli.store.table import Table

if TYPE_CHECKING:
    import pyarrow as pa

from movierec_cli.vectors.arrays import Matrix

FEW_IDS = 200
"""Up to so many ids are named in a condition; for more, all rows are read and chosen here."""


def rows_by_id(table: Table, key: str, wanted: Iterable[int], columns: Iterable[str]) -> dict[int, Row]:
    """The rows of those of the `wanted` ids that the table has, by id."""
    wanted, columns = set(wanted), [*{key, *columns}]
    if len(wanted) > FEW_IDS:
        batches = table.batches(columns)
        rows = [row for batch in batches for row in batch.to_pylist() if row[key] in wanted]
    else:
        condition = is_one_of(key, wanted)
        rows = table.rows(columns, condition) if condition else []
    return {row[key]: row for row in rows}


def vectors_by_id(
    table: Table, key: str, wanted: Sequence[int], columns: Sequence[str], dimensions: dict[str, int]
) -> dict[str, Matrix]:
    """Vector columns of the `wanted` ids: name -> float32 (wanted, dimension), in their order.

    Raises KeyError for an id that the table does not have.
    """
    found: dict[int, int] = {}
    parts: dict[str, list[Matrix]] = {name: [] for name in columns}
    condition = is_one_of(key, wanted)
    for batch in table.batches([key, *columns], condition) if condition else ():
        found |= {one: len(found) + i for i, one in enumerate(batch.column(key).to_pylist())}
        for name in columns:
            parts[name].append(matrix(batch.column(name)))
    rows = [found[one] for one in wanted]
    return {
        name: np.concatenate(blocks)[rows] if blocks else np.zeros((0, dimensions[name]), np.float32)
        for name, blocks in parts.items()
    }


def matrix(column: "pa.FixedSizeListArray | pa.ChunkedArray") -> Matrix:
    """A vector column of a batch, or of a table, as float32 (rows, dimension), read-only."""
    if hasattr(column, "combine_chunks"):
        column = column.combine_chunks()
    # to_numpy would import pandas where it is installed, flatten pyarrow's compute functions
    width = column.type.list_size
    numbers = column.values.slice(column.offset * width, len(column) * width)
    values: Matrix = np.asarray(np.from_dlpack(numbers), dtype=np.float32)
    return values.reshape(len(column), width)


def last_year(movies: Table) -> int | None:
    """The latest year of a movie, None where none has a year."""
    years = (year for batch in movies.batches(["year"]) for year in batch.column("year").to_pylist())
    return max((year for year in years if year is not None), default=None)


def is_one_of(key: str, wanted: Iterable[int]) -> str | None:
    """As SQL; None where no id is one that int64 can hold."""
    known = [str(int(value)) for value in wanted if -(2**63) <= value < 2**63]
    return f"{key} IN ({', '.join(known)})" if known else None


def stacked(rows: Sequence[Row], column: str) -> Matrix:
    """A vector column of some rows, float32 (rows, dimension)."""
    return np.array([row[column] for row in rows], dtype=np.float32)
