"""The help: one language for values, and an example of every command that works."""

import re
import shlex
from pathlib import Path

import pytest

from tests.commands import COMMANDS
from tests.support import Cli, make_dataset, write_csv_layout

FILMS = [
    (1, "Star Wars", 1977, ("Sci-Fi",)),
    (2, "Die Hard", 1988, ("Action",)),
    (3, "Alien", 1979, ("Sci-Fi", "Horror")),
    (4, "Heat", 1995, ("Crime",)),
    (5, "Brazil", 1985, ("Sci-Fi",)),
    (6, "Solaris", 1972, ("Sci-Fi",)),
]


def example_of(command: str) -> str:
    return str(COMMANDS[command].epilog).removeprefix("Example: ")


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a dataset that is called ml-100k: 40 people, each with 4 of 6 films. Nothing is trained."""
    from movierec_cli.datasets.library import fetch

    place = tmp_path_factory.mktemp("small")
    ratings = [
        (person, 1 + (person + step) % 6, float(1 + (person * step) % 5), person)
        for person in range(1, 41)
        for step in range(4)
    ]
    folder = write_csv_layout(make_dataset("small", FILMS, ratings), place / "source")
    fetch("ml-100k", source=str(folder), name="ml-100k", home=place / "home")
    return place / "home"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_example_is_of_its_command_and_stands_in_the_help(cli: Cli, command: str) -> None:
    example = example_of(command)
    assert example.startswith(f"movierec {command}")
    assert example in " ".join(cli(*command.split(), "--help").out.split())


def test_every_example_works(
    cli: Cli, small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but those of plot loss and plot model, one after the other, as somebody would who begins."""
    monkeypatch.chdir(tmp_path)
    Path("ratings.csv").write_text("title,year,rating\nAlien,1979,5\nHeat,1995,2\n", encoding="utf-8")
    Path("new-ratings.csv").write_text("userId,movieId,rating\n900,1,4\n", encoding="utf-8")
    last = ["history", "profiles", "runs", "use", "info", "plot map"]
    first = ["fetch", "train", *(set(COMMANDS) - {*last, "fetch", "train", "plot loss", "plot model"})]
    for command in (*first, *last):
        example = example_of(command)
        if command == "use":
            run = next((small_home / "runs").glob("[!.]*/run.json")).parent.name
            example = re.sub(r"\d{8}-\d{6}", run, example)
        result = cli(*shlex.split(example)[1:], home=small_home)
        assert result.code == 0, (example, result.err)


@pytest.mark.parametrize("command", ["plot loss", "plot model"])
def test_the_examples_of_a_trained_network_work(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli(*shlex.split(example_of(command))[1:], home=checkerboard_home).code == 0


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_values_are_named_in_one_language(cli: Cli, command: str) -> None:
    """In capitals, or as the choices that there are; a flag has no value, and nothing has a type."""
    text = cli(*command.split(), "--help").out
    assert not re.search(r"<\w+|\{\w+\}|<=", text), text
    options = [one for one in COMMANDS[command].params if one.param_type_name == "option"]
    assert all(re.fullmatch(r"[A-Z|=-]+|[a-z|]*", one.metavar or "") for one in options)


@pytest.mark.parametrize("width", [30, 40, 60, 65, 66, 80])
def test_the_help_fits_and_shortens_no_name(cli: Cli, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    pages = {name: cli(*name.split(), "--help").out for name in ("", *COMMANDS)}
    assert all(len(line) <= width for page in pages.values() for line in page.splitlines())
    assert {name.split()[0] for name in COMMANDS} <= set(pages[""].split())
    for name, command in COMMANDS.items():
        words = set(re.split(r"[\s,]+", pages[name]))
        for param in command.params:
            is_option = param.param_type_name == "option"
            assert words >= set(param.opts if is_option else [param.metavar or param.name.upper()]), name
            if width < 66:
                assert words >= set(re.split(r"[\s,]+", param.help)), (name, param.name)
