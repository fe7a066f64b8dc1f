"""Products of sparse matrices with dense ones, by TensorFlow's kernels for compressed rows, which take a
quarter of the time of its `sparse_dense_matmul`."""

from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from movierec_cli.models.backend import tf

Floats = npt.NDArray[np.floating[Any]]

ALIGNED = 32
"""Bytes: rows that are no multiple of so many take two to four times as long."""


class SparseMatrix:
    """A matrix of float32 or float64 that numpy's are multiplied with."""

    def __init__(self, compressed: Any, dtype: np.dtype[Any], shape: tuple[int, int]) -> None:
        """compressed: what TensorFlow's kernels take. See `of`."""
        self._compressed, self._dtype, self._shape = compressed, dtype, shape

    @classmethod
    def of(
        cls, row: npt.ArrayLike, column: npt.ArrayLike, value: npt.NDArray[Any], shape: tuple[int, int]
    ) -> Self:
        """row, column, value: (entries,), rows ascending and columns in any order, no pair twice."""
        cell = np.stack([row, column], axis=1).astype(np.int64, copy=False)
        return cls(_compressed(cell, value, shape), value.dtype, shape)

    @cached_property
    def transposed(self) -> Self:
        """The same with rows and columns exchanged."""
        transpose = tf.raw_ops.SparseMatrixTranspose(input=self._compressed, type=tf.as_dtype(self._dtype))
        return type(self)(transpose, self._dtype, self._shape[::-1])

    def times(self, dense: Floats) -> Floats:
        """The product with (columns, d): (rows, d), of this matrix's dtype."""
        dense = dense.astype(self._dtype, copy=False)
        if self._shape[0] == 0:  # TensorFlow divides by it
            return np.zeros((0, dense.shape[1]), self._dtype)
        width = dense.shape[1]
        whole = np.pad(dense, ((0, 0), (0, -width % (ALIGNED // self._dtype.itemsize))))
        product: Floats = tf.raw_ops.SparseMatrixMatMul(a=self._compressed, b=whole).numpy()[:, :width]
        return product


def sparse_product(cell: Any, value: Any, shape: Any, table: Any) -> Any:
    """The same within a graph, with a gradient for `table`, float32 (columns, d): float32 (rows, d).

    cell: int64 (entries, 2), row and column of each `value`, float32 (entries,); rows ascending.
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def product(dense: Any) -> Any:
        matrix = _compressed(cell, value, shape)

        def gradient(upstream: Any) -> Any:
            transposed = tf.raw_ops.SparseMatrixTranspose(input=matrix, type=tf.float32)
            return tf.raw_ops.SparseMatrixMatMul(a=transposed, b=upstream)

        return tf.raw_ops.SparseMatrixMatMul(a=matrix, b=dense), gradient

    return product(tf.convert_to_tensor(table))


def rows_of(table: Any, rows: Any) -> Any:
    """Some rows of `table`, float32 (n, d), within a graph. rows: int (m,), any of them any number of times.

    What tf.gather gives; but its gradient is sparse, and to make that dense takes far longer than a product.
    """
    count = tf.size(rows, tf.int64)
    cell = tf.stack([tf.range(count), tf.cast(rows, tf.int64)], axis=1)
    shape = tf.stack([count, tf.constant(table.shape[0], tf.int64)])
    return sparse_product(cell, tf.ones([count]), shape, table)


def _compressed(cell: Any, value: Any, shape: Any) -> Any:
    return tf.raw_ops.SparseTensorToCSRSparseMatrix(indices=cell, values=value, dense_shape=shape)
