"""Sparse products in TensorFlow's graph, and their gradients, against dense ones in numpy."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.training.backend import keras, tf
from movierec_cli.training.graph import rows_of, sparse_product

ROWS, COLUMNS, WIDTH = 6, 9, 5


@pytest.fixture
def dense() -> npt.NDArray[np.float64]:
    """With a row and a column of nothing."""
    rng = np.random.default_rng(3)
    matrix = np.where(rng.random((ROWS, COLUMNS)) < 0.4, rng.normal(size=(ROWS, COLUMNS)), 0.0)
    matrix[2] = matrix[:, 4] = 0
    return matrix


def entries(dense: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows ascending, columns in any order."""
    row, column = np.nonzero(dense)
    order = np.lexsort([np.random.default_rng(5).random(len(row)), row])
    return row[order], column[order]


def test_the_product_in_a_graph_and_its_gradient(dense: npt.NDArray[np.float64]) -> None:
    row, column = entries(dense)
    rng = np.random.default_rng(4)
    table = keras.Variable(rng.normal(size=(COLUMNS, WIDTH)), dtype="float32")
    upstream = rng.normal(size=(ROWS, WIDTH)).astype(np.float32)
    with tf.GradientTape() as tape:
        product = sparse_product(
            tf.stack([row, column], axis=1),
            dense[row, column].astype(np.float32),
            tf.constant(dense.shape, tf.int64),
            table,
        )
        total = tf.reduce_sum(product * upstream)
    np.testing.assert_allclose(product, dense @ table.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(tape.gradient(total, table.value), dense.T @ upstream, rtol=1e-5, atol=1e-6)


def test_some_rows_of_a_table_and_their_gradient() -> None:
    """One of them twice, most of them never."""
    rng = np.random.default_rng(8)
    table = keras.Variable(rng.normal(size=(COLUMNS, WIDTH)), dtype="float32")
    rows = np.array([7, 0, 7, 3])
    upstream = rng.normal(size=(len(rows), WIDTH)).astype(np.float32)
    with tf.GradientTape() as tape:
        found = rows_of(table, tf.constant(rows))
        total = tf.reduce_sum(found * upstream)
    np.testing.assert_array_equal(found, table.numpy()[rows])
    expected = np.zeros((COLUMNS, WIDTH))
    np.add.at(expected, rows, upstream)
    np.testing.assert_allclose(tape.gradient(total, table.value), expected, rtol=1e-6, atol=1e-7)
