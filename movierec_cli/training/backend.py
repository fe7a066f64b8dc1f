"""TensorFlow and Keras, imported without their chatter: every module that needs them gets them from here."""

import os
from contextlib import suppress

from movierec_cli.system.silence import silence

__all__ = ["keras", "one_core_per_operation", "tf"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

with silence():  # TensorFlow 2.21 logs on file descriptor 2 before it reads any log level
    import keras
    import tensorflow as tf


def one_core_per_operation() -> None:
    """Let TensorFlow's cores take an operation each instead of dividing one between them, which takes longer
    where operations are small. Once TensorFlow has computed something, it stays as it was."""
    with suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(1)
