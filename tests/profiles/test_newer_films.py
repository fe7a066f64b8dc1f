"""What is said of a profile whose films are newer than the dataset: right figures, once, at a terminal."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from movierec_cli.cli.hints import newer_films_text
from movierec_cli.datasets.catalog import CATALOG
from movierec_cli.home import Home
from movierec_cli.profiles.editing import editing
from movierec_cli.profiles.newer_films import NewerFilms, newer_films, training_seconds
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


@pytest.mark.parametrize(("dataset", "seconds"), [("ml-100k", 11.5), ("ml-1m", 68.3)])
def test_how_long_training_takes_is_reckoned_from_the_last_one(dataset: str, seconds: float) -> None:
    """As in docs/performance.md: 69 passes of ml-100k or of ml-1m in so many seconds, and ml-32m in 410.4.

    A machine as fast as that one, one that takes twice as long, and a shorter training.
    """
    there = 410.4
    for slower, epochs, finishing in ((1.0, 50, 25), (2.0, 50, 25), (1.0, 10, 5)):
        taken = slower * seconds * (epochs + finishing) / 69
        facts = run_facts(
            dataset={"name": dataset},
            training={"epochs": epochs, "finishing_epochs": finishing, "seconds": taken},
        )
        assert training_seconds(facts, 32_000_204) == pytest.approx(slower * there)


def test_how_long_is_not_said_where_it_is_not_known() -> None:
    known = {"name": "ml-100k"}
    assert training_seconds(run_facts(dataset=known, training={"epochs": 0}), 1_000_000) is None
    assert training_seconds(run_facts(dataset=known, model={"kind": "article"}), 1_000_000) is None
    assert training_seconds(run_facts(dataset={"name": "my-own"}), 1_000_000) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {},
            "3 of your 4 films came out after 1998, the last year of ml-100k. ml-32m knows films to 2023: "
            "movierec fetch ml-32m, 239 MB; movierec train --dataset ml-32m, about 7 minutes on two cores.",
        ),
        ({"training_seconds": 5586.0}, "movierec train --dataset ml-32m, about 1.5 hours here."),
        ({"training_seconds": 3500.0}, "about an hour here."),
        ({"training_seconds": 40_000.0}, "about 11 hours here."),
        ({"training_seconds": 1300.0}, "about 20 minutes here."),
        ({"fetched": True}, "knows films to 2023: movierec train --dataset ml-32m, about"),
        ({"profile": "bob"}, "3 of bob's 4 films came out"),
        ({"profile": "bob", "films": 1, "newer": 1}, "The only film in the profile bob came out after 1998"),
    ],
)
def test_the_sentence(changes: dict[str, Any], said: str) -> None:
    found = NewerFilms(
        *("me", 4, 3, "ml-100k", 1998, CATALOG["ml-32m"]),
        fetched=False,
        training_seconds=None,
        usual_training_seconds=410.4,
    )
    assert said in newer_films_text(replace(found, **changes))


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
        "movierec train --dataset ml-32m, about 7 minutes on two cores." in first
    )
    assert beginning not in at_a_terminal(own_home, "recommend", "me")
    by_import = at_a_terminal(own_home, "import", str(file), "--as", "bob")
    assert "3 of bob's 4 films came out after 1979" in by_import
    assert "came out after" not in at_a_terminal(own_home, "recommend", "bob")


def test_it_is_not_said_where_it_cannot_be_remembered(own_home: Path) -> None:
    save(own_home, "me", 2020, 2021, 2022)
    (own_home / "hints").write_text("a file in the place of the folder", encoding="utf-8")
    assert "came out after" not in at_a_terminal(own_home, "recommend", "me")
