"""What is known of everybody, in parts of some people each, and what is worked out from it where they are.

The parts are with workers, so nobody has to hold all of them; one process is the case of one part.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.system.workers import HERE, Kept, Workers, in_order
from movierec_cli.vectors.arrays import Indices, Matrix

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Everybody(Generic[T_co]):
    """A value for each part: its people come one after another, in the order of user_index."""

    def __init__(self, workers: Workers, parts: Sequence[Kept[T_co]], edges: Sequence[int]) -> None:
        """edges: the user_index with which each part begins, and how many people there are."""
        self.workers, self._parts, self._edges = workers, tuple(parts), np.asarray(edges, np.int64)

    @staticmethod
    def here(whole: U, people: int) -> "Everybody[U]":
        """All people in this process."""
        return Everybody(HERE, [HERE.keep(whole)], [0, people])

    @property
    def people(self) -> int:
        """How many there are."""
        return int(self._edges[-1])

    @property
    def sizes(self) -> Indices:
        """How many each part has, int64 (parts,)."""
        return np.diff(self._edges)

    def each(self, function: Callable[..., U], *arguments: object) -> "Everybody[U]":
        """What a function of a module's top level makes of each part.

        Of arguments that are of everybody it is given the same people's part, of others all.
        """
        given = [self._given(argument) for argument in arguments]
        calls = [self.workers.call(function, *each) for each in zip(self._parts, *given, strict=True)]
        return Everybody(self.workers, calls, self._edges.tolist())

    def added(self, function: Callable[..., Any], *arguments: object) -> Any:
        """The sum of what a function makes of each part: a number or an array."""
        return reduce(np.add, self.each(function, *arguments))

    def __iter__(self) -> Iterator[T_co]:
        """The parts, of which one after another is brought here."""
        return map(self.workers.get, self._parts)

    def pieces(self, people: int, function: Callable[..., U], *arguments: object) -> Iterator[U]:
        """What a function makes of at most so many people of a part at a time, brought here one by one.

        It is given the part, the places of these people in it as a slice, and the arguments as for `each`.
        """
        given = [self._given(argument) for argument in arguments]
        calls = (
            self.workers.call(function, part, slice(low, min(low + people, size)), *each)
            for part, size, *each in zip(self._parts, self.sizes.tolist(), *given, strict=True)
            for low in range(0, max(size, 1), people)
        )
        return in_order(self.workers, calls)

    def beside(self, values: Sequence[U]) -> "Everybody[U]":
        """A value of one's own for each part."""
        return Everybody(self.workers, [self.workers.keep(value) for value in values], self._edges.tolist())

    def of_some(self, users: Indices, function: Callable[[Any, Indices], U]) -> "Everybody[U]":
        """What a function makes of each part and of where some people are in it: all is of these people then.

        users: user_index, int64 (n,), ascending.
        """
        parts = self.each(function, self.places(users))._parts
        return Everybody(self.workers, parts, np.searchsorted(users, self._edges).tolist())

    def places(self, users: Indices) -> "Everybody[Indices]":
        """Where some people are in their parts. users: user_index, int64 (n,), ascending."""
        cuts = np.searchsorted(users, self._edges)
        return self.beside(
            [
                users[low:high] - first
                for low, high, first in zip(cuts[:-1], cuts[1:], self._edges[:-1], strict=True)
            ]
        )

    def _given(self, argument: object) -> Sequence[Kept[object]]:
        """What each part is given of it."""
        if isinstance(argument, Everybody):
            return argument._parts
        kept = argument if isinstance(argument, Kept) else self.workers.keep(argument)
        return [kept] * len(self._parts)


def whole(people: Everybody[Matrix]) -> Matrix:
    """Everybody's rows, brought here."""
    parts = list(people)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def divided(interactions: Interactions, workers: Workers = HERE) -> Everybody[Interactions]:
    """Everybody's ratings, about as many with each worker."""
    if workers.count == 1 or not len(interactions.user_ids):
        return Everybody(workers, [workers.keep(interactions)], [0, len(interactions.user_ids)])
    edges = edges_for(interactions.counts, workers.count)
    parts = [workers.keep(interactions.of_some(np.arange(low, high))) for low, high in pairwise(edges)]
    return Everybody(workers, parts, edges)


def edges_for(counts: Indices, parts: int) -> list[int]:
    """Where to cut people, with so many ratings each, int64 (people,), into at most so many parts with about
    as many ratings; each part has somebody."""
    ends = np.cumsum(counts)
    shares = np.linspace(0, ends[-1] if len(ends) else 0, parts + 1)[1:-1]
    inner = np.searchsorted(ends, shares, side="right")
    edges: list[int] = np.unique([0, *inner, len(counts)]).tolist()
    return edges
