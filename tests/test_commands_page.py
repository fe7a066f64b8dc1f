"""docs/commands.md says what the commands say."""

import re
import runpy
from typing import Any

import pytest

from tests.commands import COMMANDS, options_of, spellings
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "commands.md"


def sections() -> dict[str, str]:
    """command -> its part of the page, by the headings "## `movierec COMMAND`"; "" for movierec itself."""
    _, *parts = re.split(r"^## `movierec ?", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {part.partition("`")[0]: part for part in parts}


def first_cells(part: str) -> str:
    """What stands in the first column of the tables of a part."""
    lines = part.replace("\\|", " ").splitlines()
    return "\n".join(line.split("|")[1] for line in lines if line.startswith("|"))


def test_the_page_is_what_the_program_writes() -> None:
    written = runpy.run_path(str(PROJECT / "docs" / "write_commands.py"))["page"]()
    assert PAGE.read_text(encoding="utf-8") == written, "make docs writes it anew"


def test_every_command_has_its_section() -> None:
    assert set(sections()) == {"", *COMMANDS}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_section_names_every_option_and_no_other(name: str) -> None:
    assert spellings(first_cells(sections()[name])) == options_of(COMMANDS[name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_section_shows_how_the_arguments_are_typed(name: str) -> None:
    shown = re.findall(rf"^\$ movierec {name} \[OPTIONS\]( .*)?$", sections()[name], flags=re.MULTILINE)
    assert len(shown) == 1
    arguments = [one for one in COMMANDS[name].params if one.param_type_name == "argument"]
    named = [one.metavar or one.name.upper() for one in arguments]
    assert re.findall(r"[A-Z]+", shown[0]) == named
    assert [f"[{name}]" in shown[0] for name in named] == [not one.required for one in arguments]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_section_says_what_the_help_says(name: str) -> None:
    def said(text: str) -> str:
        return " ".join(text.split())

    part = said(sections()[name].replace("\\|", "|"))
    command: Any = COMMANDS[name]
    for text in (command.help, *(one.help for one in command.params)):
        assert said(text) in part


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("recommend", "One of `table`, `json`, `csv`. Default: table."),
        ("train", "One of `ranking`, `article`. Default: ranking."),
        ("plot map", "One of `taste`, `genre`, `decade`, `rating`. Default: genre; with --as: taste."),
        ("fetch", "Default: found by the ratings."),
        ("train", "Default: 50."),
        ("rate", "`--as NAME`"),
        ("recommend", "`--top NUMBER`, `-n`"),
    ],
)
def test_choices_values_and_defaults_are_told(name: str, line: str) -> None:
    assert line in sections()[name]


def test_the_options_of_movierec_itself_are_told() -> None:
    assert {"--version", "--install-completion", "--show-completion"} == spellings(
        first_cells(sections()[""])
    )
