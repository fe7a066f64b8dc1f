"""Ctrl-C: the moments in which it has to wait, and those in which Python would lose it."""

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until the block has ended; KeyboardInterrupt is raised then."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    pressed: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: pressed.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if pressed:
        handler(*pressed[0])


def _comes_of_it(error: BaseException | None) -> bool:
    """Whether an error is Ctrl-C, or what somebody who met it made of it."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


@contextmanager
def never_lost() -> Iterator[None]:
    """Ctrl-C ends the block as KeyboardInterrupt, whatever Python or an extension would make of it.

    In a destructor or a callback, where Python can only report it, it comes again. Where it meets Python that
    an extension has called, an error of the extension's own may come out, or be printed (TensorFlow's:
    SystemError, AttributeError).
    """
    report, show = sys.unraisablehook, sys.excepthook
    handler = signal.getsignal(signal.SIGINT)
    pressed = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        if callable(handler):
            handler(number, frame)

    def again() -> None:
        threading.Timer(0.01, _thread.interrupt_main).start()

    def unraisable(lost: "sys.UnraisableHookArgs") -> None:
        if _comes_of_it(lost.exc_value):
            again()
        else:
            report(lost)

    def printed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if _comes_of_it(error):
            again()
        elif not pressed:
            show(kind, error, trace)

    listening = callable(handler) and threading.current_thread() is threading.main_thread()
    if listening:
        signal.signal(signal.SIGINT, press)
    sys.unraisablehook, sys.excepthook = unraisable, printed
    try:
        yield
    except Exception as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
    finally:
        sys.unraisablehook, sys.excepthook = report, show
        if listening:
            signal.signal(signal.SIGINT, handler)
