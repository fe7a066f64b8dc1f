"""Ctrl-C waits where it must, and is not lost where Python cannot raise it."""

import os
import signal
import sys
import time

import pytest

from movierec_cli.system.interrupts import never_lost, uninterrupted


class Pressed:
    """Ctrl-C comes while this is being destroyed."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):  # Python looks for signals here
            pass


def test_python_loses_it_in_a_destructor(listening: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What never_lost is for."""
    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: lost.append(what.exc_type))
    pressed = Pressed()
    del pressed
    assert lost == [KeyboardInterrupt]


def test_other_faults_of_destructors_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Faulty:
        def __del__(self) -> None:
            raise ValueError

    reported: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: reported.append(what.exc_type))
    with never_lost():
        faulty = Faulty()
        del faulty
    assert reported == [ValueError]


@pytest.mark.slow
def test_it_comes_again(listening: None, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), never_lost():
        pressed = Pressed()
        del pressed
        time.sleep(5)
    assert capfd.readouterr().err == ""


class PressedInAnImport:
    """Ctrl-C falls into an import while this is being destroyed: Python makes a SystemError of it."""

    def __del__(self) -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt as interrupt:
            message = "<built-in function __import__> returned a result with an exception set"
            raise SystemError(message) from interrupt


@pytest.mark.slow
def test_what_python_makes_of_it_where_it_can_only_report_is_the_interrupt(
    listening: None, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt), never_lost():
        pressed = PressedInAnImport()
        del pressed
        time.sleep(5)
    assert capfd.readouterr().err == ""


def error_of_an_extension() -> None:
    """As TensorFlow does when Ctrl-C falls into Python that it has called."""
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    except KeyboardInterrupt:
        raise SystemError("returned a result with an exception set") from None


def test_an_error_that_an_extension_makes_of_it_is_the_interrupt(listening: None) -> None:
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemError):
        error_of_an_extension()
    with pytest.raises(KeyboardInterrupt), never_lost(), never_lost():
        error_of_an_extension()
    assert signal.getsignal(signal.SIGINT) == handler


def print_as_an_extension_does(error: BaseException) -> None:
    """What PyErr_Print calls."""
    sys.excepthook(type(error), error, None)


@pytest.mark.slow
def test_what_an_extension_prints_of_it_is_not_shown(
    listening: None, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt), never_lost():
        print_as_an_extension_does(SystemError("before"))
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt as interrupt:
            print_as_an_extension_does(SystemError("after"))
            print_as_an_extension_does(interrupt)
        time.sleep(5)
    assert capfd.readouterr().err.split() == ["SystemError:", "before"]


def test_an_error_without_it_stays_what_it_is(listening: None) -> None:
    with pytest.raises(SystemError), never_lost():
        raise SystemError


def test_it_waits_for_the_end_of_a_block(listening: None) -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        done.append("block")
    assert done == ["block"]
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
