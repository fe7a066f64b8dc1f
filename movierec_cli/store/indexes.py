"""Which vector columns of a table have an index, and how it must be asked.

An index answers from a part of the vectors, and keeps a byte of each number. How large the part must be
depends on the vectors, so writer.py measures it when the index is built, and it is kept in a file next to the
table.

Vectors to be searched by inner product are lifted first: one more dimension, sqrt(longest^2 - length^2),
gives them all the same length, so that the nearest by distance has the largest product (Bachrach et al.,
"Speeding up the Xbox recommender system using a Euclidean transformation for inner-product spaces", RecSys
2014). Searching plain vectors by inner product takes several times as many partitions.

What is asked for is rounded to the same bytes, so it is made as long as the vectors, which changes no order:
a short one would come to a few of the bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from movierec_cli.store.query import Metric, Query
from movierec_cli.system.storage import storage_at
from movierec_cli.system.typed_json import from_json, parse, to_json
from movierec_cli.vectors.arrays import Floats, Matrix, Vector

_LIFTED = "_lifted"


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """How the index of a column is asked. The index itself always goes by the Euclidean distance."""

    metric: Metric
    """What a search may ask for."""
    probes: int
    """How many of the index's partitions it must look into."""
    longest: float = 0.0
    """For "dot", the length that the lifted vectors have, in the column `lifted` names; else 0."""

    def query(self, query: Query) -> Query:
        """What the index is asked in place of a query for its column and metric."""
        query = query._replace(metric="l2", probes=self.probes)
        if self.metric == "l2" or query.vector is None:
            return query
        asked, _ = self._asked(query.vector)
        return query._replace(searched=lifted(query.searched), vector=np.append(asked, 0).astype(np.float32))

    def distance(self, vector: Vector, distance: float) -> float:
        """The `_distance` by `metric` for the one that the index gave."""
        if self.metric == "l2":
            return distance
        asked, factor = self._asked(vector)
        return 1 - (float(asked @ asked) + self.longest**2 - distance) / 2 / factor

    def _asked(self, vector: Vector) -> tuple[Floats, float]:
        """What stands for a vector, float64 (d,), and how many times as long that made it."""
        factor = self.longest / (float(np.linalg.norm(vector)) or 1.0)
        return factor * vector.astype(np.float64), factor


def lift(vectors: Matrix, longest: float) -> Matrix:
    """float32 (n, d + 1) of length `longest` from (n, d); what is searched for gets a 0 instead."""
    squares = np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64)
    return np.column_stack([vectors, np.sqrt(np.maximum(longest**2 - squares, 0)).astype(np.float32)])


def lifted(column: str) -> str:
    """The column with the lifted vectors of `column`."""
    return f"{column}{_LIFTED}"


def is_lifted(column: str) -> bool:
    """Whether a column is one that `lifted` names."""
    return column.endswith(_LIFTED)


def write_indexes(folder: Path, table: str, indexes: Mapping[str, VectorIndex]) -> None:
    """Keep what is known of a table's indexes, by column."""
    (folder / _file(table)).write_text(json.dumps(to_json(dict(indexes)), indent=1), encoding="utf-8")


def read_indexes(folder: Path, table: str) -> dict[str, VectorIndex]:
    """What `write_indexes` kept; nothing where it was never called. Raises ValueError for another content."""
    run, name = storage_at(folder), _file(table)
    return from_json(dict[str, VectorIndex], parse(run.read(name).decode("utf-8"))) if run.has(name) else {}


def _file(table: str) -> str:
    return f"{table}.indexes.json"
