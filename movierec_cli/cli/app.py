"""The command line, assembled: every command registered, every error turned into a message."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from movierec_cli.cli.fetch import fetch
from movierec_cli.errors import MovieRecError

app = typer.Typer(
    name="movierec",
    help="Recommend movies from embeddings learned from MovieLens ratings.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

app.command()(fetch)


@app.callback()
def root() -> None:
    """Recommend movies from embeddings learned from MovieLens ratings."""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command line (default: the process's own) and exit with its code."""
    try:
        app(args=None if argv is None else list(argv))
    except MovieRecError as error:
        from movierec_cli.cli.console import print_error

        print_error(error)
        sys.exit(error.exit_code)
    sys.exit(0)
