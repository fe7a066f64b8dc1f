"""Values that are taken without pydantic are those that typer itself would have made of them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from hypothesis import given, strategies as st
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from movierec_cli.cli.text import printable
from movierec_cli.cli.values import Command, Group
from movierec_cli.errors import UsageError


class Shape(StrEnum):
    TABLE = "table"
    JSON = "json"


PARAMETERS: dict[str, Any] = {
    "int": Annotated[int | None, typer.Option("--value")],
    "bounded": Annotated[int | None, typer.Option("--value", min=1, max=100)],
    "str": Annotated[str | None, typer.Option("--value")],
    "float": Annotated[float | None, typer.Option("--value")],
    "bool": Annotated[bool | None, typer.Option("--value/--no-value")],
    "enum": Annotated[Shape | None, typer.Option("--value")],
    "enum, any case": Annotated[Shape | None, typer.Option("--value", case_sensitive=False)],
    "path": Annotated[Path | None, typer.Option("--value")],
    "existing file": Annotated[Path | None, typer.Option("--value", exists=True, dir_okay=False)],
    "list of int": Annotated[list[int] | None, typer.Option("--value")],
    "list of enum": Annotated[list[Shape] | None, typer.Option("--value")],
}
WANTED = {
    "int": "give a whole number.",
    "bounded": "give a whole number from 1 to 100.",
    "float": "give a number.",
    "enum": "give one of table, json.",
    "enum, any case": "give one of table, json.",
    "list of int": "give a whole number.",
    "list of enum": "give one of table, json.",
}
"""What is said of a value that is none of its kind."""


def program(annotation: Any, *, quick: bool) -> typer.Typer:
    app = typer.Typer(cls=Group if quick else TyperGroup)

    def show(value: Any = None) -> None:
        typer.echo(repr(value))

    show.__annotations__["value"] = annotation
    app.command(cls=Command if quick else TyperCommand)(show)
    app.callback()(lambda: None)
    return app


PROGRAMS = {
    kind: (program(annotation, quick=True), program(annotation, quick=False))
    for kind, annotation in PARAMETERS.items()
}


def assert_alike(kind: str, *arguments: str) -> None:
    quick, plain = (CliRunner().invoke(app, ["show", *arguments]) for app in PROGRAMS[kind])
    if plain.exit_code == 0:
        assert (quick.exit_code, quick.output) == (0, plain.output)
    else:  # what typer refuses is refused, in our words
        assert isinstance(quick.exception, UsageError)
        given = " ".join(argument.partition("=")[2] for argument in arguments)
        assert quick.exception.message.startswith(f"--value {printable(given)!r}: ")
        assert quick.exception.message.endswith(WANTED.get(kind, "."))
        assert quick.exception.hint == "How it is used: root show --help"


@pytest.mark.parametrize("kind", PARAMETERS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "7",
        "-7",
        "+7",
        "007",
        "101",
        "7.5",
        "1e3",
        "1_0",
        "٣",
        "9" * 30,
        " 7 ",
        "json",
        "JSON",
        "nan",
        "/",
        "-",
    ],
)
def test_every_kind_of_text(kind: str, text: str) -> None:
    if kind == "bool":
        assert_alike(kind, "--value")
        assert_alike(kind, "--no-value")
    else:
        assert_alike(kind, f"--value={text}")
    assert_alike(kind)


@pytest.mark.slow
@given(st.sampled_from([kind for kind in PARAMETERS if kind != "bool"]), st.text(max_size=6))
def test_any_text(kind: str, text: str) -> None:
    if "\x00" not in text:
        assert_alike(kind, f"--value={text}")


@pytest.mark.parametrize("kind", ["list of int", "list of enum"])
def test_repeated(kind: str) -> None:
    assert_alike(kind, "--value=1", "--value=2")
    assert_alike(kind, "--value=json", "--value=table")
