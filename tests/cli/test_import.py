"""movierec import: what is said about a file."""

from pathlib import Path

import pytest

from movierec_cli.home import Home
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
        "films.csv, line 14: the rating 'many' is not a number.",
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


def test_the_summary_counts_rated_seen_and_planned(cli: Cli, checkerboard_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    rows = ["Film 1,1951,4,", "Film 2,1952,,completed", "Film 3,1953,,planned", "Film 4,1954,,", "Film 5,,3,"]
    path.write_text("\n".join(["title,year,rating,status", *rows]), encoding="utf-8")
    words = " ".join(cli("import", str(path), home=checkerboard_home).err.split())
    assert "Rows: 2 rated, 1 seen without a rating, 1 for the watchlist, 1 left out." in words
    assert "Left out: without a rating 1" in words
    assert "Matched by title alone, without a year (1): Film 5 is Film 5 (1955)" in words
    assert "movierec rate id:NN STARS --as me" in words


def test_one_more_row_is_one(cli: Cli, checkerboard_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text("title,year,rating\nFilm 1,1951,4\nFilm 1,1951,5\n", encoding="utf-8")
    assert "1 more row is about these films." in cli("import", str(path), home=checkerboard_home).err


def test_columns_are_said_on_the_command_line(cli: Cli, checkerboard_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text("Werk,Jahrgang,Gefallen\nFilm 1,1951,8/10\n", encoding="utf-8")
    refused = cli("import", str(path), home=checkerboard_home)
    assert refused.code == 1
    assert "Werk, Jahrgang, Gefallen" in " ".join(refused.err.split())
    assert "--column" in refused.err
    columns = ("--column", "title=Werk", "--column", "rating=Gefallen", "--column", "year=Jahrgang")
    assert cli("import", str(path), *columns, home=checkerboard_home).code == 0
    assert [own.stars for own in load_profile(Home(checkerboard_home), "me").ratings] == [4.0]


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
        (["films.csv", "--column", "title=Titel"], 2),
        (["films.csv", "--seen", "--watchlist"], 2),
        (["films.csv", "--unmatched", "films.txt"], 2),
        (["films.csv", "--unmatched", "films.csv"], 2),
    ],
    ids=["no file", "no name", "no scale", "no column", "both", "no CSV", "the file itself"],
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


def test_what_fits_several_movies_is_named(cli: Cli, films_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "films.csv"
    file.write_text("title,rating\nSabrina,4\nHeat,5\n", encoding="utf-8")
    said = " ".join(cli("import", str(file), "--as", "ann", home=films_home).err.split())
    assert "Several movies fit (1): Sabrina. To say which is meant: " in said
    assert "movierec rate id:NN STARS --as ann" in said
    assert cli("rate", "id:3", "4", "--as", "ann", home=films_home).code == 0
    rated = {(own.title, own.year) for own in load_profile(Home(films_home), "ann").ratings}
    assert rated == {("Heat", None), ("Sabrina", 1954)}


@pytest.mark.parametrize("command", [["rate", "id:3", "4"], ["seen", "id:3"]])
def test_what_has_been_seen_leaves_the_watchlist_also_where_only_its_title_stood_there(
    cli: Cli, films_home: Path, tmp_path: Path, command: list[str]
) -> None:
    file = tmp_path / "films.csv"
    file.write_text("title\nSabrina\nHeat\n", encoding="utf-8")
    said = " ".join(cli("import", str(file), "--watchlist", home=films_home).err.split())
    assert "To say which is meant: give their years in the file, and import it again" in said
    assert "STARS" not in said
    assert cli(*command, home=films_home).code == 0
    assert [own.title for own in load_profile(Home(films_home), "me").watchlist] == ["Heat"]
