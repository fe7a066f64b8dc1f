"""What a run's tables are asked, however they are read."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from movierec_cli.vectors.arrays import Vector

if TYPE_CHECKING:
    import pyarrow as pa

Metric = Literal["dot", "l2"]
Row = dict[str, Any]

REFINE = 8
"""The index holds vectors of one byte per dimension: so many times what is asked for is compared in full."""


class Query(NamedTuple):
    """Which rows of a table are wanted, and in which order: the table's, if nothing is searched for."""

    columns: Sequence[str]
    where: str | None = None
    """What must hold of a row, in SQL."""
    limit: int | None = None
    searched: str = ""
    """The column in which `vector` or `text` is searched for, the nearest rows first."""
    vector: Vector | None = None
    metric: Metric = "dot"
    """By which vectors are near; a row's `_distance` is 1 - dot, or the squared Euclidean distance."""
    probes: int | None = None
    """How many partitions of the column's index are looked into; None to compare with every row."""
    text: str | None = None
    """Rows that share n-grams with it, with their `_score`."""
    offset: int = 0
    """How many rows are passed over first."""


class Engine(Protocol):
    """A way to ask one table. Its methods raise whatever LanceDB raises."""

    def count(self) -> int:
        """The number of rows."""
        ...

    def batches(self, query: Query) -> "Iterator[pa.RecordBatch]":
        """The rows that `query` is for, some at a time."""
        ...
