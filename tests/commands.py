"""The commands as typer knows them, for the tests of the documents."""

import re
from typing import Any

import typer.main

from movierec_cli.cli.app import app


def _leaves(command: Any, name: str = "") -> dict[str, Any]:
    if not hasattr(command, "list_commands"):
        return {name: command}
    found: dict[str, Any] = {}
    for word in command.list_commands(None):
        found |= _leaves(command.get_command(None, word), f"{name} {word}".strip())
    return found


COMMANDS = _leaves(typer.main.get_command(app))
"""Every command that can be typed, "plot loss" and the like too."""


def options_of(command: Any) -> set[str]:
    """Every long and short spelling of every option, --help apart."""
    return {
        spelling
        for parameter in command.params
        if parameter.param_type_name == "option"
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    } - {"--help", "-h"}


def spellings(text: str) -> set[str]:
    """What looks like an option in a text, --help apart."""
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text)) - {"--help", "-h"}
