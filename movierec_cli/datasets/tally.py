"""Counting the values of a column that comes in blocks."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_LEAST = 1 << 20
"""So many rows wait to be counted, at least."""


class Tally:
    """Which values a column of numbers has, and how often, while its blocks come one by one."""

    def __init__(self) -> None:
        self._waiting: list[npt.NDArray[Any]] = []
        self._rows_waiting = 0
        self._known: list[tuple[npt.NDArray[Any], npt.NDArray[np.int64]]] = []
        self._enough = _LEAST

    def add(self, column: npt.NDArray[Any]) -> None:
        """Count one more block, which may not hold NaN."""
        self._waiting.append(column.copy())  # the block itself may be a part of something larger
        self._rows_waiting += len(column)
        if self._rows_waiting >= self._enough:
            self.total()

    def total(self) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
        """The values so far, ascending, and how often there is each. There must have been a block."""
        if self._waiting:
            found = pa.chunked_array(self._waiting).value_counts()
            self._known.append(tuple(column.to_numpy() for column in found.flatten()))
            self._waiting, self._rows_waiting = [], 0
            values, place = np.unique(np.concatenate([part[0] for part in self._known]), return_inverse=True)
            counts = np.zeros(len(values), dtype=np.int64)
            np.add.at(counts, place, np.concatenate([part[1] for part in self._known]))
            self._known = [(values, counts)]
            # As many wait as are known, so that putting together takes no longer for many blocks.
            self._enough = max(_LEAST, len(values))
        return self._known[0]
