"""Who does the work that can be divided: this process, or workers beside each other (see cluster/)."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Kept(Generic[T_co]):
    """A value, there already or still to come, where the workers have it."""

    held: Any
    """What stands for it."""


class Workers(Protocol):
    """Those who call functions. A call that is lost with its worker is made again, so it must be one that can
    be: what it gives, and what it writes, follows from its arguments."""

    @property
    def count(self) -> int:
        """How many calls are made side by side."""

    @property
    def apart(self) -> bool:
        """Whether they are processes of their own, on other machines perhaps."""

    @property
    def ahead(self) -> int:
        """How many calls there are besides the one that is waited for, so that nobody is idle."""

    def keep(self, value: T) -> Kept[T]:
        """Bring a value there once for many calls."""

    def call(self, function: Callable[..., T], *arguments: object) -> Kept[T]:
        """Call a function of a module's top level. What is kept among the arguments is its value there."""

    def get(self, kept: Kept[T]) -> T:
        """A value from there. Raises what its call raised, and ClusterError where that was lost for good."""


class _Here:
    """This process, which does everything at once."""

    count = 1
    apart = False
    ahead = 0

    def __reduce__(self) -> str:
        return "HERE"

    def keep(self, value: T) -> Kept[T]:
        return Kept(value)

    def call(self, function: Callable[..., T], *arguments: object) -> Kept[T]:
        return Kept(function(*(each.held if isinstance(each, Kept) else each for each in arguments)))

    def get(self, kept: Kept[T]) -> T:
        value: T = kept.held
        return value


HERE: Workers = _Here()


def in_order(workers: Workers, calls: Iterable[Kept[T]]) -> Iterator[T]:
    """What calls give, in their order. calls: each is made when it is asked for."""
    waiting: deque[Kept[T]] = deque()
    for call in calls:
        waiting.append(call)
        if len(waiting) > workers.ahead:
            yield workers.get(waiting.popleft())
    while waiting:
        yield workers.get(waiting.popleft())


def cores() -> int:
    """How many threads are of use here: OMP_NUM_THREADS, which a worker is given, or one for each core."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdecimal() and int(told) else os.cpu_count() or 1
