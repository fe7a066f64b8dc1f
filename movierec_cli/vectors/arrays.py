"""The arrays that training and questions speak of, by their names."""

from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating[Any]]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def unit_rows(matrix: Matrix) -> Matrix:
    """The rows scaled to unit length; a row of zeros stays one."""
    length = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return (matrix / np.where(length > 0, length, 1)).astype(np.float32)
