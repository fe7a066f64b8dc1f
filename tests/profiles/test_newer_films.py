"""What is said of a profile whose films are newer than the dataset: right figures, once, at a terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from movierec_cli.paths import Home
from movierec_cli.profiles.editing import editing
from movierec_cli.profiles.newer_films import newer_films, training_seconds
from movierec_cli.profiles.profile import OwnRating
from tests.support import PROJECT, Cli, run_facts

LAST = 1979
"""The year of the checkerboard's last film."""


def save(home: Path, name: str, *years: int | None) -> None:
    with editing(Home(home), name) as draft:
        draft.put(OwnRating("Film 3", 1953, None, 4.0, None))
        for number, year in enumerate(years):
            draft.put(OwnRating(f"Another {number}", year, None, 4.0, None))


@pytest.mark.parametrize(
    ("years", "newer"),
    [
        ((LAST + 1,), None),  # one of two is not most
        ((LAST + 1, 2023), 2),
        ((LAST, LAST), None),
        ((2023, 2023, LAST, None), None),
        ((2023, 2023, 2023, LAST, None), None),
        ((2023, 2023, 2023, 2000, LAST, None), 4),
    ],
)
def test_most_films_must_be_newer_than_the_last_year(
    own_home: Path, years: tuple[int | None, ...], newer: int | None
) -> None:
    save(own_home, "me", *years)
    found = newer_films("me", home=own_home)
    assert (found and found.newer) == newer
    if found:
        assert (found.films, found.last_year, found.dataset) == (len(years) + 1, LAST, "checkerboard")
        assert (found.release.name, found.fetched) == ("ml-32m", False)


def test_nothing_is_newer_than_a_dataset_of_today(titles_home: Path) -> None:
    """Its last film is of 2017."""
    save(titles_home, "newer", 2010, 2015, 2017)
    assert newer_films("newer", home=titles_home) is None


def test_training_takes_as_much_longer_as_there_are_more_ratings() -> None:
    """A machine that is as fast as the one where it was measured, and one that takes twice as long."""
    for slower in (1.0, 2.0):
        facts = run_facts(
            dataset={"ratings": 100_000},
            training={"epochs": 50, "finishing_epochs": 25, "seconds": slower * (21.6 + 9.5)},
        )
        assert training_seconds(facts, 1_000_000) == pytest.approx(slower * (21.6 + 95))
    few = run_facts(
        dataset={"ratings": 100_000}, training={"epochs": 10, "finishing_epochs": 5, "seconds": 21.6 + 1.9}
    )
    assert training_seconds(few, 1_000_000) == pytest.approx(21.6 + 95)


def test_how_long_is_not_said_where_it_is_not_known() -> None:
    assert training_seconds(run_facts(training={"epochs": 0}), 1_000_000) is None
    assert training_seconds(run_facts(model={"kind": "article"}), 1_000_000) is None


def at_a_terminal(home: Path, *argv: str) -> str:
    """What a command says on a terminal, as one line of words."""
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "movierec_cli", *argv],
        cwd=PROJECT,
        env={**os.environ, "MOVIEREC_HOME": str(home), "COLUMNS": "80", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=child,
        stderr=child,
    )
    os.close(child)
    text = b""
    while True:
        try:
            part = os.read(parent, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        text += part
    os.close(parent)
    assert process.wait() == 0, text
    return " ".join(text.decode("utf-8").split())


def test_it_is_said_once_at_a_terminal_and_never_in_a_pipe(cli: Cli, own_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "films.csv"
    rows = ["Film 3,1953,4", "Dune,2021,5", "Barbie,2023,3", "Oppenheimer,2023,4"]
    file.write_text("\n".join(["title,year,rating", *rows]), encoding="utf-8")
    beginning = "3 of your 4 films came out after 1979, the last year of checkerboard."
    assert beginning not in cli("import", str(file), home=own_home).err.replace("\n", " ")
    assert beginning not in cli("recommend", "me", home=own_home).err.replace("\n", " ")
    assert beginning not in at_a_terminal(own_home, "recommend", "me", "-f", "json")
    first = at_a_terminal(own_home, "recommend", "me")
    assert (
        f"{beginning} ml-32m knows films to 2023: movierec fetch ml-32m, 239 MB; "
        "movierec train --dataset ml-32m, about" in first
    )
    assert first.endswith("here.")
    assert beginning not in at_a_terminal(own_home, "recommend", "me")
    by_import = at_a_terminal(own_home, "import", str(file), "--as", "bob")
    assert "3 of bob's 4 films came out after 1979" in by_import
    assert "came out after" not in at_a_terminal(own_home, "recommend", "bob")


def test_it_is_not_said_where_it_cannot_be_remembered(own_home: Path) -> None:
    save(own_home, "me", 2020, 2021, 2022)
    (own_home / "hints").write_text("a file in the place of the folder", encoding="utf-8")
    assert "came out after" not in at_a_terminal(own_home, "recommend", "me")
