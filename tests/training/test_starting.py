"""TensorFlow is started while the data is read, loses no line, and does not keep anybody who gives up."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import PROJECT, run_python

pytestmark = pytest.mark.slow


def test_tensorflow_is_started_while_the_data_is_read(fetched_home: Path) -> None:
    script = """
import sys, time
import movierec_cli as movierec

def on_stage(name):
    print(name, "tensorflow" in sys.modules, file=sys.stderr)
    deadline = time.monotonic() + 120
    while name.startswith("Reading") and "tensorflow" not in sys.modules and time.monotonic() < deadline:
        time.sleep(0.01)

assert "tensorflow" not in sys.modules
movierec.train("checkerboard", epochs=1, on_stage=on_stage)
"""
    stages = run_python(script, home=fetched_home).stderr.splitlines()
    assert stages[:3] == [
        "Reading checkerboard, starting TensorFlow False",
        "Computing what needs no training True",
        "Starting TensorFlow, up to 12 seconds True",
    ]
    assert all(stage.endswith(" True") for stage in stages[1:])  # a line of TensorFlow's would be another


def test_what_is_said_meanwhile_is_shown_and_tensorflows_chatter_is_not() -> None:
    script = """
import os, sys
from movierec_cli.training.starting import tensorflow_beside
with tensorflow_beside():
    print("a line", file=sys.stderr)
    os.write(2, b"chatter\\n")
    from movierec_cli.training.backend import tf
    print(int(tf.constant(1) + 1), file=sys.stderr)
os.write(2, b"the descriptor is back\\n")
"""
    assert run_python(script).stderr.splitlines() == ["a line", "2", "the descriptor is back"]


def test_a_block_that_fails_gives_tensorflow_up() -> None:
    script = """
import os, sys
from movierec_cli.training.starting import BACKEND, tensorflow_beside
finders = list(sys.meta_path)
try:
    with tensorflow_beside():
        raise LookupError("no data")
except LookupError as error:
    print(error, file=sys.stderr)
assert BACKEND not in sys.modules
assert sys.meta_path == finders
os.write(2, b"the descriptor is back\\n")
"""
    assert run_python(script).stderr.splitlines() == ["no data", "the descriptor is back"]


def test_a_dataset_that_is_not_here_is_said_as_ever(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "movierec_cli", "train", "ml-1m", "--home", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == [
        "Error: ml-1m has not been fetched.",
        "Fetch it: movierec fetch ml-1m",
    ]


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT to send to another process")
def test_ctrl_c_meanwhile_ends_with_a_sentence(fetched_home: Path) -> None:
    script = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it begins ignored
from movierec_cli.cli.app import main
main(["train", "checkerboard", "--home", sys.argv[1]])
"""
    command = [sys.executable, "-c", script, str(fetched_home)]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr
        first = child.stderr.readline()
        child.send_signal(signal.SIGINT)
        rest = child.stderr.read().splitlines()
        code = child.wait(120)
    assert first == "Reading checkerboard, starting TensorFlow ...\n"
    assert code == 130
    assert rest[-1] == "Stopped. The model in use stays as it was."
    assert not any("Traceback" in line or "Error" in line for line in rest)
