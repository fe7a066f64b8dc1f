"""What messages have in common: whole sentences, one thing is one, and what was given stays as it was."""

import ast
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import movierec_cli
from movierec_cli import errors
from movierec_cli.errors import DataError, MovieRecError, NotFoundError, UsageError, counted, sizes_text
from movierec_cli.profiles.rating import rate
from tests.support import PROJECT, Checkerboard, Cli, CliResult


def said(result: CliResult) -> str:
    return " ".join(result.err.split())


def test_counts() -> None:
    assert [counted(count, "film") for count in (0, 1, 2, 1000)] == [
        "0 films",
        "1 film",
        "2 films",
        "1,000 films",
    ]
    assert counted(1, "person", "people") == "1 person"
    assert sizes_text(1, 1, 1) == "1 person, 1 movie, 1 rating"
    assert sizes_text(943, 1682, 100_000) == "943 people, 1,682 movies, 100,000 ratings"


@pytest.mark.parametrize("kind", [MovieRecError, UsageError, DataError, NotFoundError])
def test_a_message_ends_as_a_sentence(kind: type[MovieRecError]) -> None:
    assert kind("There is none").message == "There is none."
    for whole in ("There is none.", "Whom?", "These:"):
        assert kind(whole).message == whole


@pytest.mark.parametrize("given", ["", "  ", "4.3", "0", "-"])
def test_stars_that_are_none_are_shown_as_they_were_given(titles_home: Path, given: str) -> None:
    with pytest.raises(UsageError) as caught:
        rate("Die Hard", given, home=titles_home)
    assert repr(given) in caught.value.message or given in caught.value.message.split()
    assert "  is" not in caught.value.message.replace(repr(given), "")
    assert 'movierec rate "Die Hard" 4.5' in str(caught.value.hint)


FILES = ["import {}", "predict --pairs {}", "recommend 3 --among {}", "recommend 3 --except {}"]


@pytest.mark.parametrize("line", FILES)
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("https://example.org/films.csv", "https://example.org/films.csv is an address"),
        ("https://example.org/me/", "https://example.org/me/ is an address"),
        ("file:///films.csv", "file:///films.csv is an address"),
        ("-", "- is not a file"),
        ("missing.csv", "missing.csv cannot be read: there is no such file."),
    ],
)
def test_a_file_that_is_none_is_repeated(
    cli: Cli, checkerboard_home: Path, line: str, given: str, why: str
) -> None:
    result = cli(*line.format(given).split(), home=checkerboard_home)
    assert (result.code, result.out) == (1, "")
    assert why in said(result)
    assert "Put the file right" not in result.err


@pytest.mark.parametrize("line", FILES)
def test_a_folder_is_no_file_to_put_right(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, line: str
) -> None:
    result = cli(*line.format(tmp_path).split(), home=checkerboard_home)
    assert (result.code, result.out) == (1, "")
    assert "Give " in result.err
    assert "Put the file right" not in result.err


@pytest.mark.parametrize("line", ["export {}", "import {file} --unmatched {}", "plot map --output {}"])
def test_no_address_is_written_to(cli: Cli, checkerboard_home: Path, tmp_path: Path, line: str) -> None:
    file = tmp_path / "films.csv"
    file.write_text("title,year,rating\nFilm 1,1951,4\n", encoding="utf-8")
    address = "https://example.org/" + ("map.png" if "plot" in line else "films.csv")
    result = cli(*line.format(address, file=file).split(), home=checkerboard_home)
    assert (result.code, result.out) == (1, "")
    assert f"Cannot write {address}: it is an address." in said(result)


def test_the_one_suffix_that_will_do_is_named(cli: Cli, checkerboard_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "films.csv"
    file.write_text("title,year,rating\nFilm 1,1951,4\n", encoding="utf-8")
    result = cli("import", str(file), "--unmatched", "rest.txt", home=checkerboard_home)
    assert "the name must end in .csv." in said(result)


@pytest.mark.parametrize("film", [1, 2])
def test_one_film_is_one(cli: Cli, own_home: Path, film: int) -> None:
    for movie in range(film):
        assert cli("rate", f"film {movie}", "4", home=own_home).code == 0
    films = "1 movie" if film == 1 else "2 movies"
    assert cli("history", home=own_home).out.splitlines()[0].strip() == f"me in checkerboard: {films}"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
@pytest.mark.parametrize(
    "argv",
    [("recommend", str(Checkerboard.user_id(0))), ("recommend", "3", "-f", "json"), ("--help",), ("info",)],
)
def test_an_answer_that_finds_no_room_is_no_matter_of_home(
    checkerboard_home: Path, argv: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "movierec_cli", *argv],
            cwd=PROJECT,
            env={**os.environ, "MOVIEREC_HOME": str(checkerboard_home)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "The answer cannot be written: No space left on device." in done.stderr
    assert "--home" not in done.stderr


# ---- every text in the source ----

PACKAGE = Path(movierec_cli.__file__).parent
KINDS = {name for name, _ in inspect.getmembers(errors, inspect.isclass) if name.endswith("Error")}
VALUE = "{}"
"""What stands here for a value in a text."""


def text_of(node: ast.expr) -> str | None:
    """A text as it is written, with VALUE for every value in it; None where it is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else VALUE for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = text_of(node.left), text_of(node.right)
        return None if sides == (None, None) else "".join(VALUE if side is None else side for side in sides)
    return None


def said_in(file: Path) -> Iterator[tuple[str, str, str]]:
    """Where, what kind ("message", "hint", "note" or "help"), and the text, of all that users are told."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func).rpartition(".")[2]
        given = [(keyword.arg or "", keyword.value) for keyword in call.keywords]
        if name in KINDS | {"DamageError"} or ast.unparse(call.func) == "type(error)":
            given += list(zip(("message", "hint"), call.args, strict=False))
        elif name in {"note", "say", "echo"}:
            given += [("note", argument) for argument in call.args]
        elif name in {"profile_option", "films_option"}:
            given += [("help", argument) for argument in call.args[1:]]
        for kind, value in given:
            for one in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
                text = text_of(one)
                if text and text != VALUE and kind in {"message", "hint", "note", "help"}:
                    yield f"{file.name}:{call.lineno}", kind, text


TOLD = [said for file in sorted(PACKAGE.rglob("*.py")) for said in said_in(file)]


def test_they_are_found() -> None:
    kinds = [kind for _, kind, _ in TOLD]
    assert all(kinds.count(kind) > 50 for kind in ("hint", "note", "help"))
    assert kinds.count("message") > 140
    texts = {text for _, _, text in TOLD}
    assert "--top {}: ask for at least 1 movie." in texts
    assert "Which run it is." not in texts


@pytest.mark.parametrize(("where", "kind", "text"), TOLD, ids=[where for where, _, _ in TOLD])
def test_every_text_is_a_sentence(where: str, kind: str, text: str) -> None:
    assert "  " not in text
    begins = text.removeprefix("(").lstrip("'\"")
    assert (
        begins.startswith((VALUE, "--", "movierec", "pip", "plot"))
        or begins[0].isupper()
        or begins[0] in "0-*"
    )
    if kind in {"hint", "note"}:  # either a sentence, or it ends with what to type
        assert text.endswith((".", "?", ":", VALUE)) or re.search(r": \S+[^:]*$", text)
    if kind == "help":
        assert text.endswith(".") and not text.endswith("..")


@pytest.mark.parametrize(
    "word", ["foretell", "whose they are", "are dear", "no more in", "; refused", "lest "]
)
def test_no_text_has_words_that_nobody_says(word: str) -> None:
    assert [where for where, _, text in TOLD if word in text] == []
