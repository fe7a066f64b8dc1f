"""How TensorFlow's cores divide the work."""

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_cores_are_given_an_operation_each_unless_something_was_computed_before() -> None:
    script = """
from movierec_cli.training.backend import one_core_per_operation, tf
cores = tf.config.threading.get_intra_op_parallelism_threads
tf.config.threading.set_intra_op_parallelism_threads(3)
{first}
one_core_per_operation()
print(cores(), int(tf.constant(1) + 1))
"""
    for first, cores in (("", 1), ("tf.constant(1) + 1", 3)):
        done = subprocess.run(
            [sys.executable, "-c", script.format(first=first)], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == [str(cores), "2"]
