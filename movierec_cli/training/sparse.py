"""Everybody's ratings as sparse matrices, and their products with dense ones, by scipy."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.vectors.arrays import Floats

WORTH_A_THREAD = 4_000_000
"""Multiplications below which starting threads takes longer than they save."""


def by_person(interactions: Interactions, values: Floats) -> csr_array:
    """A value for each rating, (ratings,), as a matrix people x movies of the same dtype."""
    shape = (len(interactions.user_ids), len(interactions.movie_ids))
    return csr_array((values, interactions.movie_index, interactions.row_splits), shape=shape)


def product(matrix: csr_array, dense: Floats) -> Floats:
    """matrix @ dense, some rows a thread: scipy works on one core, and lets go of Python's lock."""
    threads = os.cpu_count() or 1
    if threads == 1 or matrix.nnz * dense.shape[1] < WORTH_A_THREAD:
        return np.asarray(matrix @ dense)
    shares = np.linspace(0, matrix.nnz, 4 * threads + 1)[1:-1]
    edges = [0, *np.searchsorted(matrix.indptr, shares).tolist(), matrix.shape[0]]
    result = np.empty((matrix.shape[0], dense.shape[1]), np.result_type(matrix.dtype, dense.dtype))

    def fill(low: int, high: int) -> None:
        result[low:high] = matrix[low:high] @ dense

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, edges[:-1], edges[1:]))
    return result
