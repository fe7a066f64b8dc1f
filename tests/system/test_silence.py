"""What an extension writes past Python shows only where it fails; what Python writes always does."""

import os
import sys

import pytest

from movierec_cli.system.silence import silence
from tests.support import run_python


@pytest.mark.parametrize(("error", "shown"), [(ImportError, "no AVX\n"), (KeyboardInterrupt, "")])
def test_messages_are_shown_where_the_block_fails_but_not_after_ctrl_c(
    capfd: pytest.CaptureFixture[str], error: type[BaseException], shown: str
) -> None:
    with pytest.raises(error), silence():
        os.write(2, b"no AVX\n")
        raise error
    assert capfd.readouterr().err == shown


def test_no_line_is_lost_that_another_thread_prints_meanwhile() -> None:
    script = """
import os, sys, threading
from movierec_cli.system.silence import silence

def count():
    for number in range(20_000):
        print(number, file=sys.stderr)
        if number == 5_000:
            begun.set()

before, begun = sys.stderr, threading.Event()
counting = threading.Thread(target=count)
with silence():
    counting.start()
    os.write(2, b"chatter\\n")
    begun.wait()
counting.join()
os.write(2, b"the descriptor is back\\n")
assert sys.stderr is before
"""
    said = run_python(script).stderr.splitlines()
    assert said == [*map(str, range(20_000)), "the descriptor is back"]


def test_somebody_elses_stderr_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = sys.__stdout__
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    with silence():
        monkeypatch.setattr(sys, "stderr", elsewhere)
    assert sys.stderr is elsewhere
