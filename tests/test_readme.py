"""README's reference and the app say the same."""

import re
from typing import Any

import pytest
import typer.main

from movierec_cli.cli.app import app
from tests.support import PROJECT

README = PROJECT / "README.md"


def leaves(command: Any, name: str = "") -> dict[str, Any]:
    """Every command that can be typed, "plot loss" and the like too."""
    below = getattr(command, "commands", None)
    if below is None:
        return {name: command}
    found: dict[str, Any] = {}
    for word, subcommand in below.items():
        found |= leaves(subcommand, f"{name} {word}".strip())
    return found


COMMANDS = leaves(typer.main.get_command(app))


def options_of(command: Any) -> set[str]:
    """Every long and short spelling of every option, --help apart."""
    return {
        spelling
        for parameter in command.params
        if parameter.param_type_name == "option"
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    } - {"--help", "-h"}


def spellings(text: str) -> set[str]:
    """What looks like an option in a text."""
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text)) - {"--help", "-h"}


def reference() -> str:
    sections = re.split(r"^## ", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = [section for section in sections if section.startswith("Reference\n")]
    assert len(found) == 1
    return found[0]


def sections() -> dict[str, str]:
    """command -> its part of the reference, by the headings "### `movierec COMMAND ...`"."""
    _, *parts = re.split(r"^### `movierec (?=[a-z])", reference(), flags=re.MULTILINE)
    found = {}
    for part in parts:
        name = re.match(r"[a-z]+( [a-z]+)*", part)
        assert name
        found[name[0]] = part
    assert len(found) == len(parts)
    return found


def test_every_command_has_its_section() -> None:
    assert set(sections()) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_section_names_every_option_and_no_other(name: str) -> None:
    described = "\n".join(
        line.split("|")[1].replace("\\", "") if line.startswith("|") else ""
        for line in sections()[name].replace("\\|", " ").splitlines()
    )
    assert spellings(described) == options_of(COMMANDS[name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_heading_names_every_argument(name: str) -> None:
    heading = sections()[name].splitlines()[0]
    arguments = [p for p in COMMANDS[name].params if p.param_type_name == "argument"]
    usage = re.findall(r"[A-Z]+", heading)
    assert usage == [argument.metavar or argument.name.upper() for argument in arguments]


def test_the_options_of_movierec_itself_are_named() -> None:
    before = re.split(r"^### ", reference(), flags=re.MULTILINE)[0]
    own = options_of(typer.main.get_command(app))
    assert "--version" in own
    assert own <= spellings(before)


def test_every_command_line_in_the_readme_can_be_typed() -> None:
    """`movierec COMMAND --option`, wherever it stands."""
    text = README.read_text(encoding="utf-8")
    names = "|".join(sorted(COMMANDS, key=len, reverse=True))
    typed = re.findall(rf"movierec ({names})\b([^`\n#]*)", text)
    assert len(typed) > len(COMMANDS)
    for name, rest in typed:
        assert spellings(rest) <= options_of(COMMANDS[name]), f"movierec {name}{rest}"
    console = re.findall(r"^\$ movierec (.*)", text, flags=re.MULTILINE)
    assert console
    for line in console:
        assert re.match(rf"({names}|--help|--version)\b", line), line
