"""No command ends in a traceback for want of a character, and data is UTF-8 wherever it goes."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from movierec_cli.cli.text import written
from tests.support import PROJECT, table

C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
PLACES = {
    **{name: {"PYTHONIOENCODING": name} for name in ("ascii", "cp1252", "iso-8859-1", "cp437", "cp932")},
    "C": C_LOCALE,
}


def run(argv: list[str], home: Path, place: dict[str, str]) -> tuple[bytes, bytes]:
    """What a command wrote, when it ended well."""
    environment = {key: value for key, value in os.environ.items() if key not in ("LANG", "LC_CTYPE")}
    done = subprocess.run(
        [sys.executable, "-m", "movierec_cli", *argv],
        cwd=PROJECT,
        env={**environment, "MOVIEREC_HOME": str(home), "COLUMNS": "60", **place},
        capture_output=True,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


COMMANDS = (
    *(["show", "Misérables"], ["similar", "Amélie"], ["recommend", "1", "--explain", "--top", "3"]),
    *(["history", "1"], ["info"], ["--help"]),
)


def tried(commands: Sequence[Sequence[str]]) -> list[Any]:
    """Every command in every place; the fast tests try each place and each command, not every pair."""
    return [
        pytest.param(
            *(place, argv),
            marks=[] if place == "ascii" or argv == commands[0] else [pytest.mark.slow],
            id=f"{argv[0]}-{place}",
        )
        for place in PLACES
        for argv in commands
    ]


@pytest.mark.parametrize(("place", "argv"), tried(COMMANDS))
def test_no_command_fails_for_want_of_a_character(titles_home: Path, place: str, argv: list[str]) -> None:
    out, _ = run(argv, titles_home, PLACES[place])
    text = out.decode("ascii" if place == "C" else place)
    if argv[0] == "show":
        assert ("Misérables" if place in ("cp1252", "iso-8859-1", "cp437") else "Miserables") in text
        assert ("5 ★" if place == "cp932" else "5 *") in text
        assert ("█" if place == "cp437" else "#") in text


@pytest.mark.parametrize(("place", "output_format"), tried([["json"], ["csv"]]))
def test_data_is_always_utf_8(titles_home: Path, place: str, output_format: list[str]) -> None:
    out, _ = run(["search", "Misérables", "-n", "1", "-f", *output_format], titles_home, PLACES[place])
    assert "Misérables" in out.decode("utf-8")
    if output_format == ["json"]:
        assert json.loads(out)[0]["title"] == "Les Misérables"


def test_a_file_with_any_name_is_written_and_named(titles_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "für mich.csv"
    _, said = run(["export", str(file)], titles_home, C_LOCALE)
    assert file.exists()
    assert said.lstrip().startswith(b"Wrote ")


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    table(
        """
        Léon                       | ascii      | Leon
        Léon                       | iso-8859-1 | Léon
        Ко 七人の侍                    | ascii      | ?? ????
        Straße, Œuvre, Łódź, Søren | ascii      | Strasse, OEuvre, Lodz, Soren
        4.5 ★ … ±                  | ascii      | 4.5 * ... +-
        ██▎                        | cp437      | ███
        ██▎                        | ascii      | ###
        Léon ★                     | utf-8      | Léon ★
        """
    ),
)
def test_what_is_written_where_a_character_is_missing(text: str, encoding: str, expected: str) -> None:
    assert written(text, encoding) == expected


def test_a_message_is_wrapped_as_it_is_written(titles_home: Path) -> None:
    """In ASCII three characters may stand for one."""
    place = {"PYTHONIOENCODING": "ascii", "COLUMNS": "20"}
    environment = {**os.environ, "MOVIEREC_HOME": str(titles_home), **place}
    done = subprocess.run(
        [sys.executable, "-m", "movierec_cli", "show", "…… …… ……"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        timeout=120,
    )
    assert b"...... ......" in done.stderr
    assert all(len(line) <= 20 for line in done.stderr.splitlines())
