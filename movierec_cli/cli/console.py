"""The two ends of the terminal: data on stdout, everything else on stderr."""

from rich.console import Console
from rich.text import Text

from movierec_cli.errors import MovieRecError


def out() -> Console:
    """For tables: the answer itself."""
    return Console(highlight=False)


def err() -> Console:
    """For progress, notes, hints and errors."""
    return Console(stderr=True, highlight=False)


def note(message: str) -> None:
    """One plain sentence on stderr, wrapped to the terminal, never parsed as markup."""
    err().print(Text(message))


def print_error(error: MovieRecError) -> None:
    """What happened, then what to do about it."""
    console = err()
    console.print(Text.assemble(("Error: ", "bold red"), error.message))
    if error.hint:
        console.print(Text(error.hint))
