"""How the work of fetching tells whoever asked for it how far it is."""

from typing import Protocol


class Progress(Protocol):
    """What `fetch` calls while it works; the command line draws it."""

    def say(self, message: str) -> None:
        """One sentence about what happens now."""

    def start(self, total: int | None, done: int) -> None:
        """A transfer begins with `done` of `total` bytes already here; `total` is None where unknown."""

    def advance(self, amount: int) -> None:
        """`amount` more bytes have arrived."""

    def stop(self) -> None:
        """The transfer has ended, well or badly."""


class Silent:
    """Progress that nobody watches."""

    def say(self, message: str) -> None: ...

    def start(self, total: int | None, done: int) -> None: ...

    def advance(self, amount: int) -> None: ...

    def stop(self) -> None: ...
