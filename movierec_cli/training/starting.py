"""TensorFlow's start, seconds long, beside other work."""

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from importlib import import_module

from movierec_cli.system.interrupts import between_imports
from movierec_cli.system.silence import silence

BACKEND = "movierec_cli.training.backend"
_under_way: set[Future[None]] = set()


@contextmanager
def tensorflow_beside() -> Iterator[None]:
    """Import TensorFlow in a thread meanwhile. Where the block fails, Ctrl-C among it, the thread goes no
    further than to its next module."""
    if BACKEND in sys.modules:
        yield
        return
    given_up = _GivenUp()
    quiet = ExitStack()

    def start() -> None:
        given_up.thread = threading.get_ident()
        with quiet:
            import_module(BACKEND)

    sys.meta_path.insert(0, given_up)
    quiet.enter_context(silence())  # here, where no line is half written
    try:
        with between_imports(), ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(start)
            _under_way.add(under_way)
            try:
                yield
            except BaseException:
                given_up.now = True
                raise
            finally:
                _under_way.discard(under_way)
    finally:
        sys.meta_path.remove(given_up)


def wait_for_tensorflow() -> None:
    """Until it has been imported, if that is under way; the import to come has its error, where it failed."""
    wait(_under_way)


class _GivenUp:
    """An importer that finds nothing, and once it is `now`, ends a thread that imports."""

    thread: int | None = None
    now = False

    def find_spec(self, *_: object) -> None:
        if self.now and threading.get_ident() == self.thread:
            raise KeyboardInterrupt
