"""Messages that an extension writes past Python, kept off the terminal."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silence() -> Iterator[None]:
    """Keep what is written to file descriptor 2 off the terminal; if the block fails, show it after all.

    Python's own stderr goes on working meanwhile, in every thread, so that a progress bar keeps moving.
    """
    python_stderr = sys.stderr
    python_stderr.flush()
    terminal = os.dup(2)
    ours = None
    if _file_descriptor(python_stderr) == 2:
        ours = os.fdopen(terminal, "w", encoding=python_stderr.encoding, closefd=False, buffering=1)
        sys.stderr = ours  # before the descriptor is another's: no line of Python's goes there
    with tempfile.TemporaryFile() as messages:
        os.dup2(messages.fileno(), 2)
        try:
            yield
        except Exception:
            messages.seek(0)
            os.write(terminal, messages.read())
            raise
        finally:
            os.dup2(terminal, 2)  # `terminal` stays open: TensorFlow's logger holds on to the stream it saw
            if ours is not None:
                ours.flush()
                if sys.stderr is ours:
                    sys.stderr = python_stderr


def _file_descriptor(stream: object) -> int | None:
    try:
        return stream.fileno()  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, ValueError):
        return None
