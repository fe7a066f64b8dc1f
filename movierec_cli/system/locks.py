"""Files kept open to say "somebody is using this". The system lets go for a process that dies, however."""

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there an open file keeps itself, and its folder, from being removed or renamed
    fcntl = None  # type: ignore[assignment]


class Hold:
    """An open file; let go of when released, forgotten, or when the process ends. None where none can be."""

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = descriptor

    def is_at(self, path: Path) -> bool:
        """Whether `path` still is the file that is held, and not removed or replaced since."""
        try:
            return self._descriptor is not None and os.path.samestat(os.fstat(self._descriptor), path.stat())
        except OSError:
            return False

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.release()


def hold(path: Path, *, shared: bool = False) -> Hold | None:
    """Hold the file `path` alone, or together with all others who share it; None where that cannot be now.

    Raises OSError where the file cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY if shared else os.O_RDWR)
    if fcntl is not None:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            pass  # a file system without locks
    return Hold(descriptor)
