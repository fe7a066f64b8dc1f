"""TensorFlow and Keras, imported without their chatter: every module that needs them gets them from here."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["keras", "one_core_per_operation", "silence", "tf"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@contextmanager
def silence() -> Iterator[None]:
    """Keep the C++ side's messages off the terminal; if the block fails, show them after all.

    TensorFlow 2.21 logs on file descriptor 2 before it reads any log level. Python's own stderr goes on
    working meanwhile, so that a progress bar keeps moving.
    """
    sys.stderr.flush()
    terminal = os.dup(2)
    python_stderr = sys.stderr
    with tempfile.TemporaryFile() as messages:
        os.dup2(messages.fileno(), 2)
        try:
            if _file_descriptor(python_stderr) == 2:
                sys.stderr = os.fdopen(
                    terminal, "w", encoding=python_stderr.encoding, closefd=False, buffering=1
                )
            yield
        except Exception:
            messages.seek(0)
            os.write(terminal, messages.read())
            raise
        finally:
            sys.stderr.flush()
            sys.stderr = python_stderr
            os.dup2(terminal, 2)  # `terminal` stays open: TensorFlow's logger holds on to the stream it saw


def _file_descriptor(stream: object) -> int | None:
    try:
        return stream.fileno()  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, ValueError):
        return None


with silence():
    import keras
    import tensorflow as tf


def one_core_per_operation() -> None:
    """Let TensorFlow's cores take an operation each instead of dividing one between them, which takes longer
    where operations are small. Once TensorFlow has computed something, it stays as it was."""
    with suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(1)
