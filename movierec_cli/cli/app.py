"""The command line, assembled: every command registered, every error turned into a message."""

import atexit
import errno
import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from movierec_cli.cli.evaluate import evaluate
from movierec_cli.cli.export import export
from movierec_cli.cli.fetch import fetch
from movierec_cli.cli.help import QUESTIONS, example, group_of
from movierec_cli.cli.hide import hide
from movierec_cli.cli.history import history
from movierec_cli.cli.import_ import import_
from movierec_cli.cli.info import info
from movierec_cli.cli.plot import app as plot
from movierec_cli.cli.predict import predict
from movierec_cli.cli.profiles import profiles
from movierec_cli.cli.rate import rate
from movierec_cli.cli.recommend import recommend
from movierec_cli.cli.runs import runs
from movierec_cli.cli.search import search
from movierec_cli.cli.seen import seen
from movierec_cli.cli.show import show
from movierec_cli.cli.similar import similar
from movierec_cli.cli.text import never_fail_to_write
from movierec_cli.cli.train import train
from movierec_cli.cli.update import update
from movierec_cli.cli.use import use
from movierec_cli.cli.values import Command, Main
from movierec_cli.errors import MovieRecError
from movierec_cli.system.interrupts import never_lost
from movierec_cli.version import __version__

_OUT_OF_OUR_HANDS = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
)

_MANY_OBJECTS = 100_000
"""So many new objects are searched for garbage at a time in a question: most of it is done before."""

app = typer.Typer(
    name="movierec",
    cls=Main,
    help="Recommend movies from embeddings learned from MovieLens ratings.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

for command in (
    *(fetch, train, recommend, similar, search, show, predict),
    *(rate, seen, hide, import_, history, profiles),
    *(update, export, evaluate, runs, use, info),
):
    name = command.__name__.rstrip("_")
    app.command(name, cls=Command, rich_help_panel=group_of(name), epilog=example(name))(command)
app.add_typer(plot, name="plot", rich_help_panel=group_of("plot"))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"movierec {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Recommend movies from embeddings learned from MovieLens ratings."""
    gc.freeze()
    gc.enable()
    if group_of(str(ctx.invoked_subcommand)) in QUESTIONS:
        gc.set_threshold(_MANY_OBJECTS)
        # A second thread of OpenBLAS, which numpy calculates with, would keep a core busy with waiting.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command line (default: the process's own) and exit with its code."""
    atexit.register(gc.freeze)  # else what thousands of rows have left is searched for garbage on the way out
    try:
        with never_lost():
            never_fail_to_write()
            app(args=None if argv is None else list(argv), prog_name="movierec")
    except MovieRecError as error:
        _fail(error)
    except KeyboardInterrupt:  # while the command was still being put together
        sys.exit(130)
    except OSError as error:
        if error.errno not in _OUT_OF_OUR_HANDS:
            raise
        if _while_printing(error):
            _fail(
                MovieRecError(
                    f"The answer cannot be written: {error.strerror}.",
                    "Make room where it goes, or send it elsewhere.",
                )
            )
        where = f": {error.filename}" if error.filename else ""
        _fail(MovieRecError(f"{error.strerror}{where}.", "Choose another place: --home FOLDER"))
    sys.exit(0)


def _while_printing(error: OSError) -> bool:
    """Whether it came up where an answer is printed, rather than where a file is written."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__", "") if trace else ""
    return error.filename is None and module.partition(".")[0] in {"rich", "typer"}


def _fail(error: MovieRecError) -> NoReturn:
    from movierec_cli.cli.console import print_error

    print_error(error)
    sys.exit(error.exit_code)
