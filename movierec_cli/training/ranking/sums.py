"""What everybody's histories add up to: products with a sparse matrix of people x movies, summed over people.

The people come in parts, one for each worker, and a sum over all of them is that of the parts' sums: so each
part is with its worker, and what goes to it and comes back has a row for each movie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.system.workers import HERE, Workers
from movierec_cli.training.sparse import product
from movierec_cli.vectors.arrays import Flags, Floats, Matrix


@dataclass(frozen=True, slots=True)
class _Part:
    """Of some people."""

    histories: csr_array
    liked: csr_array


class Sums:
    """X stands for the histories, T for what people liked, B for a dense matrix, float32 (movies, k)."""

    def __init__(self, histories: csr_array, liked: csr_array | None = None, workers: Workers = HERE) -> None:
        """histories: people x movies. liked: likewise, where `liked_by` is asked for."""
        self.shape: tuple[int, int] = histories.shape
        self.entries = int(histories.nnz)
        self._histories, self._workers = histories, workers
        whole = _Part(histories, histories if liked is None else liked)
        self._parts = [workers.keep(part) for part in _divided(whole, workers.count)]

    def of_some(self, people: Flags) -> "Sums":
        """Those of some people; nothing is known of what they liked."""
        return Sums(self._histories[np.flatnonzero(people)], workers=self._workers)

    def there_and_back(self, matrix: Matrix) -> Matrix:
        """X'(XB), float32 (movies, k)."""
        return self._added(_there_and_back, matrix)

    def gram(self, matrix: Matrix) -> Floats:
        """(XB)'(XB), float64 (k, k)."""
        return self._added(_gram, matrix)

    def liked_by(self, matrix: Matrix) -> Matrix:
        """T'(XB), float32 (movies, k)."""
        return self._added(_liked_by, matrix)

    def _added(self, function: Callable[[_Part, Matrix], Floats], matrix: Matrix) -> Floats:
        kept = self._workers.keep(matrix)
        calls = [self._workers.call(function, part, kept) for part in self._parts]
        return reduce(np.add, map(self._workers.get, calls))


def gram(columns: Matrix) -> Floats:
    """columns.T @ columns, float64 (k, k)."""
    wide = columns.astype(np.float64)
    return wide.T @ wide


def _divided(whole: _Part, parts: int) -> list[_Part]:
    """People one after another, about as many ratings in each part."""
    if parts == 1:
        return [whole]
    shares = np.linspace(0, whole.histories.nnz, parts + 1)[1:-1]
    edges = [0, *np.searchsorted(whole.histories.indptr, shares).tolist(), whole.histories.shape[0]]
    return [
        _Part(whole.histories[low:high], whole.liked[low:high]) for low, high in pairwise(edges) if low < high
    ]


def _there_and_back(part: _Part, matrix: Matrix) -> Floats:
    return product(part.histories.T, product(part.histories, matrix))


def _gram(part: _Part, matrix: Matrix) -> Floats:
    return gram(product(part.histories, matrix))


def _liked_by(part: _Part, matrix: Matrix) -> Floats:
    return product(part.liked.T, product(part.histories, matrix))
