"""Everybody's ratings as sparse matrices, and their products with dense ones, by scipy."""

from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np
from scipy.sparse import csc_array, csr_array

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.system.workers import cores
from movierec_cli.vectors.arrays import Floats

Sparse: TypeAlias = csr_array | csc_array
"""By rows, or by columns: what the transpose of one by rows is."""
WORTH_A_THREAD = 4_000_000
"""Multiplications below which starting threads takes longer than they save."""
MOST_NARROW = np.iinfo(np.int32).max
"""Entries up to which 32 bits say where each row begins, and so which column each entry is in."""
ALIGNED = 8
"""Columns: scipy's loop wants rows of whole 32 bytes."""


def by_person(interactions: Interactions, values: Floats) -> csr_array:
    """A value for each rating, (ratings,), as a matrix people x movies of the same dtype."""
    shape = (len(interactions.user_ids), len(interactions.movie_ids))
    splits = interactions.row_splits
    if len(values) <= MOST_NARROW:  # scipy takes the wider of two kinds of index for both
        splits = splits.astype(np.int32)
    return csr_array((values, interactions.movie_index, splits), shape=shape)


def product(matrix: Sparse, dense: Floats) -> Floats:
    """matrix @ dense, some of it a thread: scipy works on one core, and lets go of Python's lock.

    The transpose of a csr_array is to be asked for as it is, a csc_array: brought into rows, it takes twice
    as long, since then the rows of `dense` come in any order.
    """
    threads = cores()
    if threads == 1 or matrix.nnz * dense.shape[1] < WORTH_A_THREAD:
        return np.asarray(matrix @ dense)
    result = np.empty((matrix.shape[0], dense.shape[1]), np.result_type(matrix.dtype, dense.dtype))

    def rows(low: int, high: int) -> None:
        result[low:high] = matrix[low:high] @ dense

    def columns(low: int, high: int) -> None:
        result[:, low:high] = matrix @ dense[:, low:high]

    if isinstance(matrix, csr_array):
        shares = np.linspace(0, matrix.nnz, 4 * threads + 1)[1:-1]
        fill, edges = rows, [0, *np.searchsorted(matrix.indptr, shares).tolist(), matrix.shape[0]]
    else:
        width = dense.shape[1]
        wholes = np.linspace(0, -(-width // ALIGNED), threads + 1).astype(int)
        fill, edges = columns, np.minimum(np.unique(ALIGNED * wholes), width).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, edges[:-1], edges[1:]))
    return result
