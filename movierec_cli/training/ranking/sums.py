"""What everybody's histories add up to: products with a sparse matrix of people x movies, summed over people.

A sum over all people is that of the parts' sums: so each part stays with its worker, and what goes to it and
comes back has a row for each movie.
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.training.everybody import Everybody
from movierec_cli.training.sparse import product
from movierec_cli.vectors.arrays import Flags, Floats, Indices, Matrix


class Histories(Protocol):
    """Of some people."""

    @property
    def histories(self) -> csr_array:
        """float32 (people, movies)"""


class Liking(Histories, Protocol):
    """Of some people, and what they liked."""

    @property
    def liked(self) -> csr_array:
        """float32 (people, movies)"""


@dataclass(frozen=True, slots=True)
class HistoriesAlone:
    """Of some people of whom nothing else is known."""

    histories: csr_array


class Sums:
    """X stands for the histories, T for what people liked, B for a dense matrix, float32 (movies, k)."""

    def __init__(self, people: Everybody[Histories]) -> None:
        self._people = people
        sizes = list(people.each(_sizes))
        self.shape: tuple[int, int] = people.people, sizes[0][0]
        self.entries = sum(entries for _, entries in sizes)

    @classmethod
    def of(cls, histories: csr_array) -> Self:
        """Those of one matrix."""
        return cls(Everybody.here(HistoriesAlone(histories), histories.shape[0]))

    def of_some(self, chosen: Flags) -> "Sums":
        """Those of some people. chosen: (people,)."""
        return Sums(self._people.of_some(np.flatnonzero(chosen), _of_some))

    def there_and_back(self, matrix: Matrix) -> Matrix:
        """X'(XB), float32 (movies, k)."""
        added: Matrix = self._people.added(_there_and_back, matrix)
        return added

    def places(self, matrix: Matrix) -> Everybody[Matrix]:
        """XB, float32 (people, k)."""
        return self._people.each(_places, matrix)


def liked_by(people: Everybody[Liking], places: Everybody[Matrix]) -> Matrix:
    """T'(XB), float32 (movies, k), for T as Sums has it. places: XB."""
    added: Matrix = people.added(_liked_by, places)
    return added


def gram_of(places: Everybody[Matrix]) -> Floats:
    """(XB)'(XB), float64 (k, k)."""
    added: Floats = places.added(gram)
    return added


def gram(columns: Matrix) -> Floats:
    """columns.T @ columns, float64 (k, k)."""
    wide = columns.astype(np.float64)
    return wide.T @ wide


def _sizes(part: Histories) -> tuple[int, int]:
    return part.histories.shape[1], int(part.histories.nnz)


def _of_some(part: Histories, places: Indices) -> HistoriesAlone:
    return HistoriesAlone(part.histories[places])


def _there_and_back(part: Histories, matrix: Matrix) -> Floats:
    return product(part.histories.T, product(part.histories, matrix))


def _places(part: Histories, matrix: Matrix) -> Matrix:
    return np.asarray(product(part.histories, matrix), np.float32)


def _liked_by(part: Liking, places: Matrix) -> Floats:
    return product(part.liked.T, places)
