"""movierec import: what is said about a file."""

from pathlib import Path

import pytest

from movierec_cli.paths import Home
from movierec_cli.profiles.profile import load_profile
from tests.support import Cli


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Ten films of the checkerboard, one that it does not have, and rows that are wrong."""
    path = tmp_path / "films.csv"
    rows = [f"Film {n},{1950 + n},{2 + n % 9},Movie" for n in range(10)]
    rows += [
        "Nowhere,1990,3,Movie",
        "A Show,1990,3,TV Series",
        "Film 11,1961,many,Movie",
        "Film\x1b[31m,1,1,1,1",
    ]
    path.write_text("\n".join(["title,year,rating,type", *rows]), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _no_profiles_left(checkerboard_home: Path) -> None:
    for profile in Home(checkerboard_home).profiles.glob("*"):
        profile.unlink()


def test_the_summary(cli: Cli, checkerboard_home: Path, file: Path) -> None:
    result = cli("import", str(file), home=checkerboard_home)
    assert (result.code, result.out) == (0, "")
    lines = [" ".join(line.split()) for line in result.err.splitlines() if line.strip()]
    for line in (
        "Matched 10",
        "Not in checkerboard 1",
        "Left out: TV series 1",
        "Unreadable 2",
        "In all 14",
        "films.csv, line 14: the rating 'many' is no number.",
        "films.csv, line 15: it has 5 fields, the header 4.",
        "Films for the profile me: 11 new.",
    ):
        assert line in lines
    assert "out of 10" in result.err
    assert "\x1b" not in result.err
    assert len(load_profile(Home(checkerboard_home), "me").ratings) == 11


def test_a_second_time(cli: Cli, checkerboard_home: Path, file: Path) -> None:
    cli("import", str(file), "--as", "bob", home=checkerboard_home)
    result = cli("import", str(file), "--as", "bob", home=checkerboard_home)
    assert "Films for the profile bob: 11 unchanged." in result.err


def test_conflicts_are_named(cli: Cli, checkerboard_home: Path, file: Path) -> None:
    cli("import", str(file), home=checkerboard_home)
    arguments = ("import", str(file), "--scale", "20")
    result = cli(*arguments, home=checkerboard_home)
    words = " ".join(result.err.split())
    assert "Film 1 (1951) keeps 1.5; the file has 0.75." in words
    assert "And 1 more." in words
    assert "11 in conflict, kept as they are" in words
    assert "--overwrite" in words
    assert "11 replaced" in cli(*arguments, "--overwrite", home=checkerboard_home).err


def test_without_a_model(cli: Cli, tmp_path: Path, file: Path) -> None:
    result = cli("import", str(file), home=tmp_path / "empty")
    assert result.code == 0
    assert "Kept, to be matched when a model is trained" in " ".join(result.err.split())


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["missing.csv"], 1),
        (["films.csv", "--as", "42"], 2),
        (["films.csv", "--scale", "0"], 2),
        (["films.csv", "--unmatched", "films.txt"], 2),
        (["films.csv", "--unmatched", "films.csv"], 2),
    ],
    ids=["no file", "no name", "no scale", "no CSV", "the file itself"],
)
def test_what_cannot_be(
    cli: Cli,
    checkerboard_home: Path,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    code: int,
) -> None:
    monkeypatch.chdir(file.parent)
    result = cli("import", *argv, home=checkerboard_home)
    assert result.code == code
    assert result.err.startswith("Error: ")
    assert not list(Home(checkerboard_home).profiles.glob("*.json"))
