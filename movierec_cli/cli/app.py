"""The command line, assembled: every command registered, every error turned into a message."""

import atexit
import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
import typer.main

from movierec_cli.cli.help import GROUPS, QUESTIONS, example, group_of, the_way_in
from movierec_cli.cli.text import never_fail_to_write
from movierec_cli.cli.values import Command, Group
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


class Main(Group):
    """Movierec itself, which shows the way in, and loads a command when it is asked for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            from movierec_cli.cli.console import out

            out().print(the_way_in())
            raise typer.Exit
        return super().parse_args(ctx, args)

    def list_commands(self, _ctx: Any) -> list[str]:
        return [name for names in GROUPS.values() for name in names]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands and cmd_name in self.list_commands(ctx):
            self.commands[cmd_name] = _command(cmd_name)
        return self.commands.get(cmd_name)


def _command(name: str) -> Any:
    """What typer makes of the module that is called as the command is."""
    function = "import_" if name == "import" else name
    module = import_module(f"movierec_cli.cli.{function}")
    if name == "plot":
        commands = module.app
    else:
        commands = typer.Typer(add_completion=False)
        commands.command(name, cls=Command, epilog=example(name))(getattr(module, function))
    made: Any = typer.main.get_command(commands)
    made.rich_help_panel = group_of(name)
    return made


app = typer.Typer(
    name="movierec",
    cls=Main,
    help="Recommend movies from embeddings learned from MovieLens ratings.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


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
