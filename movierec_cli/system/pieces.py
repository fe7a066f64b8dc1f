"""A file of an object store as Python's own: of a large one only the pieces are fetched that are read."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from obstore import ReadableFile


class Pieces(io.RawIOBase):
    """What obstore gives has other bytes than zipfile takes, and errors of its own."""

    def __init__(self, file: "ReadableFile", asking: Callable[[], AbstractContextManager[None]]) -> None:
        """asking: what turns the errors into those that the user is told."""
        self._file, self._asking = file, asking

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any, /) -> int:
        with self._asking():
            content = bytes(self._file.read(len(buffer)))
        buffer[: len(content)] = content
        return len(content)
