"""Write docs/commands.md, the reference of all commands, from the commands themselves: `make docs`."""

import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer.main

from movierec_cli.cli.app import app
from movierec_cli.cli.help import value_name

PAGE = Path(__file__).with_name("commands.md")

_INTRODUCTION = """\
# Commands

This page is written by the program from the help of its commands (`make docs`), and a test compares the two.
Every command takes `--help` (`-h`), too. [output.md](output.md) has the fields of JSON and CSV and the exit
codes, [titles.md](titles.md) says how a title is found, and the [README](../README.md) lists the other pages.
"""


def page() -> str:
    """The whole page."""
    root = typer.main.get_command(app)
    parts = [_INTRODUCTION, _section("movierec", root)]
    parts += [_section(f"movierec {name}", command) for name, command in _leaves(root)]
    return "\n".join(parts)


def _leaves(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that can be typed, with the words that lead to it: "plot loss"."""
    for word in group.list_commands(None):
        command = group.get_command(None, word)
        if hasattr(command, "commands"):
            yield from _leaves(command, f"{before}{word} ")
        else:
            yield f"{before}{word}", command


def _section(name: str, command: Any) -> str:
    """A heading, what the command is for, how it is typed, its arguments and its options."""
    types = _types(command)
    parameters = [parameter for parameter in command.params if not parameter.hidden]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option"]
    rest = ["COMMAND"] if hasattr(command, "commands") else [_usage(one) for one in arguments]
    lines = [
        f"## `{name}`",
        "",
        inspect.cleandoc(command.help),
        "",
        "```console",
        " ".join(["$", name, "[OPTIONS]", *rest]),
        "```",
        "",
    ]
    if command.epilog:
        lines += [command.epilog.replace("Example: ", "Example: `") + "`", ""]
    for kind, rows in (
        ("argument", [(f"`{_called(one)}`", one) for one in arguments]),
        ("option", [(_spellings(one, types.get(one.name)), one) for one in options]),
    ):
        if rows:
            lines += [f"| {kind} | |", "| --- | --- |"]
            lines += [f"| {shown} | {_described(one, types.get(one.name))} |" for shown, one in rows]
            lines.append("")
    return "\n".join(lines)


def _types(command: Any) -> dict[str, Any]:
    """For every parameter of the function behind a command, the type of one value."""
    hints = get_type_hints(inspect.unwrap(command.callback))
    return {name: _type(hint) for name, hint in hints.items()}


def _type(annotation: Any) -> Any:
    """The type of one value: int for `int | None` and for `list[int] | None`."""
    while get_args(annotation):
        annotation = get_args(annotation)[0]
    return annotation


def _called(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _usage(argument: Any) -> str:
    shown = _called(argument) if argument.required else f"[{_called(argument)}]"
    return f"{shown}..." if argument.nargs == -1 else shown


def _spellings(option: Any, kind: Any) -> str:
    """All ways to write an option, the long one first with what stands for its value."""
    first, *others = sorted([*option.opts, *option.secondary_opts], key=len, reverse=True)
    value = "" if option.is_flag else f" {_value(option, kind)}"
    return ", ".join(f"`{_cell(text)}`" for text in (first + value, *others))


def _value(option: Any, kind: Any) -> str:
    """What stands for its value; the choices of one that has some are said in its description."""
    choice = isinstance(kind, type) and issubclass(kind, Enum)
    return "CHOICE" if choice else option.metavar or value_name(kind)


def _described(parameter: Any, kind: Any) -> str:
    """The help, then what may be given and what is taken where nothing is."""
    sentences = [parameter.help or ""]
    if isinstance(kind, type) and issubclass(kind, Enum):
        sentences.append(f"One of {', '.join(f'`{one.value}`' for one in kind)}.")
    default = _default(parameter)
    if default:
        sentences.append(f"Default: {default}.")
    return _cell(" ".join(sentences))


def _default(parameter: Any) -> str:
    """What is taken where nothing is given, as the help says it; empty where that goes without saying."""
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    value = parameter.default
    if parameter.show_default is False or value is None or isinstance(value, bool):
        return ""
    return str(value.value if isinstance(value, Enum) else value)


def _cell(text: str) -> str:
    """Text that stays in its cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
