"""The two ends of the terminal: data on stdout, everything else on stderr."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from movierec_cli.cli.text import printable, written
from movierec_cli.errors import MovieRecError
from movierec_cli.home import Home
from movierec_cli.system.interrupts import never_lost
from movierec_cli.system.storage import storage_at

WIDE = 80
"""From so many columns on a progress bar has room for all that it can say."""
INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended, as shells have it."""


def out() -> Console:
    """For tables: the answer itself."""
    return Console(highlight=False, force_terminal=_plain())


def err() -> Console:
    """For progress, notes, hints and errors."""
    return Console(stderr=True, highlight=False, force_terminal=_plain())


def _plain() -> bool | None:
    """With NO_COLOR a terminal gets what a file would: no colour, no bold, no animation."""
    return False if os.environ.get("NO_COLOR") else None


def _text(message: str, encoding: str) -> Text:
    """Plain text, never parsed as markup; titles and names in it never steer the terminal.

    It is put as the encoding will have it, before it is wrapped.
    """
    return Text("\n".join(written(printable(line), encoding) for line in message.split("\n")))


def note(message: str) -> None:
    """One plain sentence on stderr, wrapped to the terminal."""
    console = err()
    console.print(_text(message, console.encoding))


def print_error(error: MovieRecError) -> None:
    """What happened, then what to do about it."""
    console = err()
    console.print(Text.assemble(("Error: ", "bold red"), _text(error.message, console.encoding)))
    if error.hint:
        console.print(_text(error.hint, console.encoding))


@contextmanager
def interruptible(comfort: Callable[[], str]) -> Iterator[None]:
    """Answer Ctrl-C with a sentence on what it has left, and the exit code that shells have for it.

    comfort: asked when it has happened, since the work may have been done just before.
    """
    try:
        with never_lost():
            yield
    except KeyboardInterrupt:
        note(f"Stopped. {comfort()}")
        raise typer.Exit(INTERRUPTED) from None


def what_is_there(
    version: Callable[[], object], *, as_before: str, replaced: Callable[[], str]
) -> Callable[[], str]:
    """What `interruptible` says, by whether what a `version` is asked of has been replaced since now."""
    before = version()
    return lambda: as_before if version() == before else replaced()


def model_in_use(home: Path | None) -> Callable[[], str]:
    """What `interruptible` says of the run in use, by whether it is another one since now."""
    place = Home.resolve(home)

    def current() -> str:
        try:
            return storage_at(place.root).read(place.current.name).decode("utf-8").strip()
        except (OSError, ValueError):
            return ""

    return what_is_there(
        current,
        as_before="The model in use stays as it was.",
        replaced=lambda: f"The run {current()} is in use now.",
    )


@contextmanager
def working(first: str) -> Iterator[Callable[[str], None]]:
    """A spinner on stderr with the name of the step at hand; plain lines where stderr is not a terminal."""
    console = err()
    if not console.is_terminal:
        note(f"{first} ...")
        yield lambda step: note(f"{step} ...")
        return
    spinner = "dots" if console.encoding.startswith("utf") else "line"
    with console.status(f"{first} ...", spinner=spinner) as status:
        yield lambda step: status.update(f"{step} ...")


@contextmanager
def counting(verb: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, fed with (done, total); silent where stderr is not a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = err()
    is_wide = console.width >= WIDE
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20 if is_wide else 6),
        MofNCompleteColumn(),
        *([TextColumn(unit), TimeRemainingColumn()] if is_wide else []),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(verb, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
