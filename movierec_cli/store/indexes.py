"""Which vector columns of a table have an index, and how it must be asked.

An index answers from a part of the vectors. How large that part must be depends on the vectors, so writer.py
measures it when the index is built, and it is kept in a file next to the table.

Vectors to be searched by inner product are lifted first: one more dimension, sqrt(longest^2 - length^2),
gives them all the same length, so that the nearest by distance has the largest product (Bachrach et al.,
"Speeding up the Xbox recommender system using a Euclidean transformation for inner-product spaces", RecSys
2014). Searching plain vectors by inner product takes several times as many partitions.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]

REFINE = 8
"""The index holds vectors of one byte per dimension: so many times what is asked for is compared in full."""


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """metric: what a search may ask for. probes: how many of the index's partitions it must look into.

    longest: for "dot", the length that the lifted vectors have, in the column `lifted` names; else 0.
    """

    metric: Literal["dot", "cosine", "l2"]
    probes: int
    longest: float = 0.0

    @property
    def built_for(self) -> Literal["cosine", "l2"]:
        """The index's own metric."""
        return "l2" if self.metric == "dot" else self.metric

    def column(self, column: str) -> str:
        """The column that the index of `column` is on."""
        return lifted(column) if self.metric == "dot" else column

    def query(self, vector: Vector) -> Vector:
        """What that column is searched for, instead of `vector`."""
        return np.append(vector, np.float32(0)) if self.metric == "dot" else vector

    def distance(self, vector: Vector, distance: float) -> float:
        """The `_distance` by `metric` for one that a search by `built_for` gave."""
        if self.metric != "dot":
            return distance
        return 1 - (float(vector.astype(np.float64) @ vector) + self.longest**2 - distance) / 2


def lifted(column: str) -> str:
    """The column with the lifted vectors of `column`."""
    return f"{column}_lifted"


def lift(vectors: Matrix, longest: float) -> Matrix:
    """float32 (n, d + 1) of length `longest` from (n, d); what is searched for gets a 0 instead."""
    squares = np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64)
    return np.column_stack([vectors, np.sqrt(np.maximum(longest**2 - squares, 0)).astype(np.float32)])


def write_indexes(folder: Path, table: str, indexes: Mapping[str, VectorIndex]) -> None:
    """Keep what is known of a table's indexes, by column."""
    text = json.dumps({column: asdict(index) for column, index in indexes.items()}, indent=1)
    _file(folder, table).write_text(text, encoding="utf-8")


def read_indexes(folder: Path, table: str) -> dict[str, VectorIndex]:
    """What `write_indexes` kept; nothing where it was never called. Raises ValueError for another content."""
    try:
        text = _file(folder, table).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        return {column: VectorIndex(**facts) for column, facts in json.loads(text).items()}
    except (TypeError, AttributeError):
        raise ValueError(f"{_file(folder, table).name} is not as it was written") from None


def _file(folder: Path, table: str) -> Path:
    return folder / f"{table}.indexes.json"
