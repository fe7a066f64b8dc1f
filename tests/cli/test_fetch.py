import csv
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from subprocess import run

import pytest

from movierec_cli.datasets import catalog
from tests.datasets.samples import csv_files, tab_files, write, zipped
from tests.datasets.server import serving
from tests.support import Cli


@pytest.fixture
def home(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOVIEREC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


def test_a_folder_is_taken_in_and_everything_said_on_stderr(home: Path, tmp_path: Path, cli: Cli) -> None:
    files = csv_files()
    del files["links.csv"]
    folder = write(tmp_path / "films", files)
    result = cli("fetch", "--from", str(folder))
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines() == [
        f"films is here: {home / 'datasets' / 'films'}",
        "3 people, 4 movies, 6 ratings",
        "Scale: 0.5 to 5, half steps",
        f"Source: {folder}",
        "This copy lacks: IMDb and TMDB ids",
        "Licence: Whatever terms you have it under; MovieLens itself is for research, "
        "not for redistribution.",
        "Next: movierec train --dataset films",
    ]


@pytest.mark.parametrize(
    ("ratings", "options", "said", "listed"),
    [
        ((0, 7, 10), (), "0 to 10, whole steps", "0-10"),
        ((1, 7.5, 10), (), "1 to 10, half steps", "1-10"),
        ((0, 55, 100), (), "0 to 100, whole steps", "0-100"),
        ((-9.95, 3, 10), (), "-10 to 10, any number between", "-10-10"),
        ((1, 1, 1), (), "likes alone, each counts the same", "likes"),
        ((1, 7, 9), ("--scale", "0-10"), "0 to 10, whole steps", "0-10"),
        ((1, 7, 9), ("--scale", "-10-10"), "-10 to 10, whole steps", "-10-10"),
        ((1, 7, 9), ("--scale=.5-10",), "0.5 to 10, half steps", "0.5-10"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_scale_is_said(
    home: Path, tmp_path: Path, cli: Cli, ratings: tuple[float], options: tuple[str], said: str, listed: str
) -> None:
    lines = "".join(f"{person},10,{rating}\n" for person, rating in enumerate(ratings))
    source = write(tmp_path / "films", {"ratings.csv": f"userId,movieId,rating\n{lines}".encode()})
    result = cli("fetch", "--from", str(source), *options)
    assert result.code == 0
    assert f"Scale: {said}" in result.err.splitlines()
    assert f"Scale: {said}" in cli("fetch", "--from", str(source)).err.splitlines()
    table = cli("fetch", "--list").out.splitlines()
    assert [line.split()[-2:] for line in table if line.split()[:1] == ["films"]] == [[listed, "yes"]]
    assert f"; scale: {said}" in " ".join(cli("info").out.split())
    found = json.loads(cli("fetch", "--list", "-f", "json").out)[-1]
    kept = json.loads(cli("info", "-f", "json").out)["datasets"][0]
    assert kept["rating_scale"] == [found["lowest_rating"], found["highest_rating"]]


def test_a_rating_beyond_the_scale_is_told_with_the_way_out(home: Path, tmp_path: Path, cli: Cli) -> None:
    source = write(tmp_path / "films", {"u.data": b"1\t2\t3\t4\n1\t3\t12\t4\n"})
    result = cli("fetch", "--from", str(source), "--scale", "0-10")
    assert (result.code, result.out) == (1, "")
    assert "Error: u.data, line 2: the rating is '12', beyond the scale from 0 to 10" in result.err
    assert "--scale LOWEST-HIGHEST" in result.err


def test_fetching_again_says_that_it_is_here(home: Path, tmp_path: Path, cli: Cli) -> None:
    folder = write(tmp_path / "films", tab_files())
    assert cli("fetch", "--from", str(folder), "--name", "mine").code == 0
    again = cli("fetch", "mine", "--from", str(folder))
    assert again.code == 0
    assert again.err.startswith("mine is already here: ")


def test_a_release_is_downloaded(home: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> None:
    with serving() as server:
        server.content, server.moods = zipped(csv_files()), [500]
        small = replace(catalog.CATALOG["ml-latest-small"], url=server.url)
        monkeypatch.setitem(catalog.CATALOG, "ml-latest-small", small)
        result = cli("fetch", "ml-latest-small")
    assert result.code == 0
    said = result.err
    assert "The server answered 500. Trying again in 1 s." in said
    assert "has another checksum than the one known" in said
    assert f"Licence: {small.licence}" in said
    assert f"Cite: {small.citation}" in said
    assert said.endswith("Next: movierec train --dataset ml-latest-small\n")


def test_a_terminal_gets_a_bar_with_size_and_speed(
    home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with serving() as server:
        server.content = zipped(csv_files())
        result = cli("fetch", "--from", server.url)
    assert result.code == 0
    size = len(server.content)
    assert f"{size}/{size} bytes" in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", result.err)


def test_the_list_fits_80_columns_and_cuts_no_name(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    long_name = "a-name-of-thirty-characters-01"
    cli("fetch", "--from", str(write(tmp_path / "x", csv_files())), "--name", long_name)
    cli("fetch", "--from", str(tmp_path / "x"), "--name", "ml-1m")
    monkeypatch.setenv("COLUMNS", "80")
    output = cli("fetch", "--list").out
    assert all(len(line) <= 80 for line in output.splitlines())
    assert "\x1b" not in output and "…" not in output
    rows = {line.split()[0]: line.split() for line in output.splitlines() if line.strip()}
    assert {*catalog.CATALOG, long_name} <= set(rows)
    assert rows["ml-100k"][-3:] == ["1,682", "100,000", "1922-1998"]
    assert rows["ml-1m"][-1] == "yes"
    monkeypatch.setenv("COLUMNS", "120")
    rows = {line.split()[0]: line.split() for line in cli("fetch", "--list").out.splitlines() if line.strip()}
    assert rows["ml-100k"][-5:] == ["943", "1,682", "100,000", "1922-1998", "1-5"]
    assert rows["ml-32m"][-2] == "1874-2023"


def test_the_list_as_data(home: Path, tmp_path: Path, cli: Cli) -> None:
    cli("fetch", "--from", str(write(tmp_path / "films", csv_files())))
    records = json.loads(cli("fetch", "--list", "--format", "json").out)
    assert [record["name"] for record in records] == [*catalog.CATALOG, "films"]
    assert list(records[0]) == [
        *("name", "here", "people", "movies", "ratings", "lowest_rating", "highest_rating", "layout"),
        *("download_bytes", "checksum", "path", "source", "licence", "first_year", "last_year"),
    ]
    assert [records[0]["first_year"], records[0]["last_year"]] == [1922, 1998]
    assert records[-1]["last_year"] is None
    assert records[0]["download_bytes"] == 4924029 and records[0]["here"] is False
    assert records[-1]["path"] == str(home / "datasets" / "films") and records[-1]["here"] is True
    rows = list(csv.DictReader(cli("fetch", "--list", "--format", "csv").out.splitlines()))
    assert [row["name"] for row in rows] == [*catalog.CATALOG, "films"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ml-1"], 1, "There is no MovieLens release called 'ml-1'. Did you mean ml-1m?"),
        (["--from", "nothing-here"], 1, "There is no folder or archive 'nothing-here'"),
        (
            ["--from", "ftp://u:s3cret@example.org/x.zip"],
            2,
            "The address 'ftp://example.org/x.zip' cannot be used",
        ),
        (["--from", ".", "--name", "../x"], 2, "A dataset cannot be called '../x'"),
        (["x", "--from", ".", "--name", "y"], 2, "DATASET and --name both name"),
        (["ml-1m", "--list"], 2, "--list cannot be combined with"),
        (["--name", "a\x1b[31mb", "--from", "."], 2, r"A dataset cannot be called 'a\x1b[31mb'"),
    ],
)
def test_mistakes_are_one_message_and_nothing_written(
    home: Path, cli: Cli, arguments: list[str], code: int, message: str
) -> None:
    output = cli("fetch", *arguments)
    assert (output.code, output.out) == (code, "")
    assert message in output.err
    assert "Traceback" not in output.err and "s3cret" not in output.err and "\x1b" not in output.err
    assert not home.exists()


def test_a_bad_line_is_told_and_nothing_is_there(home: Path, tmp_path: Path, cli: Cli) -> None:
    write(tmp_path / "films", {"u.data": b"1\t2\t3\t4\n1\t2\tmany\t4\n"})
    result = cli("fetch", "--from", str(tmp_path / "films"))
    assert result.code == 1
    assert "Error: u.data, line 2: the rating is 'many'" in result.err
    assert list((home / "datasets").iterdir()) == []


def test_help_needs_nothing_heavy() -> None:
    code = (
        "import sys\nfrom movierec_cli.cli.app import main\n"
        "try:\n    main(['fetch', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'pyarrow', 'requests', 'tensorflow', 'lancedb', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    finished = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines()[-1] == "[]"
    assert all(option in finished.stdout for option in ("--from", "--list", "--scale"))
