"""The arrays that training and questions speak of, by their names."""

from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]
"""Rows of a table: user_index or movie_index."""
SmallIndices = npt.NDArray[np.int32]
"""The same where there is one for each rating, of which there may be many millions."""


def unit_rows(matrix: Matrix) -> Matrix:
    """The rows scaled to unit length; a row of zeros stays one."""
    length = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return (matrix / np.where(length > 0, length, 1)).astype(np.float32)
