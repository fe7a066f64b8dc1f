"""Fixtures: models that are trained once for all tests, and the command line in this process."""

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from movierec_cli.cli.app import main
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.home import Home
from tests.support import (
    Checkerboard,
    Cli,
    CliResult,
    Halves,
    MovieRow,
    Stored,
    home_with,
    make_dataset,
    table,
)

# How long an example takes says something of the machine only.
hypothesis.settings.register_profile("on any machine", deadline=None)
hypothesis.settings.load_profile("on any machine")

SLOW_FIXTURES = {"article_home", "real_ml100k_home", "browser", "zygote"}
"""What takes seconds to build, or more than this project: a test with one of them is marked slow."""


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark the tests with SLOW_FIXTURES: `make test-fast` leaves out what is marked slow."""
    for item in items:
        if SLOW_FIXTURES.intersection(item.fixturenames):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where MOVIEREC_ALLOWED_SKIPS names a file, as in .ci/run, tests are skipped for reasons in it only."""
    report = yield
    allowed = os.environ.get("MOVIEREC_ALLOWED_SKIPS")
    if allowed and report.skipped and isinstance(report.longrepr, tuple):  # an expected failure has none
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason not in Path(allowed).read_text(encoding="utf-8").splitlines():
            report.outcome = "failed"
            report.longrepr = f"Skipped for a reason that does not stand in {Path(allowed).name}: {reason}"
    return report


@pytest.fixture(autouse=True)
def _never_the_users_own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test forgets to say goes to a folder of its own."""
    monkeypatch.setenv("MOVIEREC_HOME", str(tmp_path / "default-home"))


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command line in this process, on an 80-column screen that is no terminal.

    cli("recommend", "42", home=...) -> CliResult. An exception that is no MovieRecError comes through.
    """
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)

    def run(*argv: str, home: Path | None = None) -> CliResult:
        if home:
            monkeypatch.setenv("MOVIEREC_HOME", str(home))
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(argv)
            except SystemExit as end:
                code = end.code
        assert isinstance(code, int), code
        return CliResult(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def checkerboard() -> Dataset:
    """See tests.support.Checkerboard."""
    return Checkerboard.dataset()


@pytest.fixture(scope="session")
def checkerboard_home(checkerboard: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the ranking model trained on the checkerboard. For reading only."""
    from movierec_cli.training.train import train

    home = tmp_path_factory.mktemp("checkerboard")
    train(checkerboard, epochs=30, dim=16, batch_size=20, seed=1, home=home)
    return home


@pytest.fixture(scope="session")
def computed_home(checkerboard: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the computed part of the ranking model alone, of the checkerboard. For reading only."""
    from movierec_cli.training.train import train

    home = tmp_path_factory.mktemp("computed")
    train(checkerboard, epochs=0, home=home)
    return home


@pytest.fixture(scope="session")
def halves_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the computed part of the ranking model alone, of Halves. For reading only."""
    from movierec_cli.training.train import train

    home = tmp_path_factory.mktemp("halves")
    train(Halves.dataset(), epochs=0, home=home)
    return home


@pytest.fixture
def own_home(checkerboard_home: Path, tmp_path: Path) -> Path:
    """A copy of checkerboard_home without profiles, to write to."""
    ignore = shutil.ignore_patterns("profiles")
    return Path(shutil.copytree(checkerboard_home, tmp_path / "own", ignore=ignore))


@pytest.fixture(scope="session")
def stored(checkerboard_home: Path) -> Stored:
    """The tables of checkerboard_home."""
    return Stored.read(checkerboard_home)


@pytest.fixture(scope="session")
def article_home(checkerboard: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the article's network, trained on the checkerboard for two epochs. For reading only."""
    from movierec_cli.training.train import train

    home = tmp_path_factory.mktemp("article")
    train(checkerboard, model="article", epochs=2, home=home)
    return home


CONTROL_CHARACTERS = "Bell\x07 and \x1b[31mred\x1b[0m"

TITLES: list[tuple[MovieRow, int]] = [
    ((int(movie_id), title, int(year) if year else None, tuple(filter(None, genres.split(", ")))), int(count))
    for movie_id, title, year, genres, count in table(
        f"""
        50  | Star Wars                                                | 1977 | Action, Adventure, Sci-Fi | 9
        172 | Empire Strikes Back, The                                 | 1980 | Action, Adventure, Sci-Fi | 6
        222 | Star Trek: First Contact                                 | 1996 | Sci-Fi                    | 5
        450 | Star Trek V: The Final Frontier                          | 1989 | Sci-Fi                    | 3
        227 | Star Trek VI: The Undiscovered Country                   | 1991 | Sci-Fi                    | 4
        127 | Godfather, The                                           | 1972 | Crime, Drama              | 9
        187 | Godfather: Part II, The                                  | 1974 | Crime, Drama              | 5
        315 | Sabrina                                                  | 1995 | Comedy                    | 2
        493 | Sabrina                                                  | 1954 | Comedy, Romance           | 7
        701 | Misérables, Les                                          | 1995 | Drama                     | 4
        702 | City of Lost Children, The (Cité des enfants perdus, La) | 1995 | Adventure                 | 3
        703 | Shanghai Triad (Yao a yao yao dao waipo qiao)            | 1995 | Drama                     | 2
        704 | Postman, The (Postino, Il)                               | 1994 | Drama                     | 4
        705 | Postman, The                                             | 1997 | Drama                     | 2
        706 | Pride & Prejudice                                        | 2005 | Romance                   | 3
        707 | Avventura, L'                                            | 1960 | Drama                     | 2
        708 | Schindler's List                                         | 1993 | War                       | 6
        709 | It                                                       | 2017 | Horror                    | 2
        710 | 2001: A Space Odyssey                                    | 1968 | Sci-Fi                    | 5
        711 | 1984                                                     | 1984 | Drama                     | 2
        712 | Robert'); DROP TABLE movies; -- "quoted", with a comma   | 2007 | Comedy                    | 2
        713 | {CONTROL_CHARACTERS}                                     | 1999 | Dra\x1bma                 | 2
        714 | Die Hard                                                 | 1988 | Action                    | 4
        715 | Beauty and the Beast                                     | 1991 | Animation, Children's     | 4
        716 | Amélie (Fabuleux destin d'Amélie Poulain, Le)            | 2001 | Romance                   | 3
        717 | M*A*S*H                                                  | 1970 | Comedy, War               | 2
        718 | Se7en                                                    | 1995 | Thriller                  | 3
        719 | unknown                                                  |      |                           | 1
        """
    )
]
"""Movies whose titles are hard to find, as ML-100K and its successors write them, and how many rated each."""


@pytest.fixture(scope="session")
def titles_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose movies have the titles of TITLES. The model has learned next to nothing."""
    from movierec_cli.training.train import train

    ratings = [
        (person, row[0], float(1 + (person + row[0]) % 5), person)
        for row, count in TITLES
        for person in range(1, count + 1)
    ]
    home = tmp_path_factory.mktemp("titles")
    train(make_dataset("titles", [row for row, _ in TITLES], ratings), epochs=0, home=home)
    return home


@pytest.fixture(scope="session")
def _films_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from movierec_cli.training.train import train

    movies: list[MovieRow] = [
        (1, "Heat", 1995, ("Crime",)),
        (2, "Godfather, The", 1972, ("Crime",)),
        (3, "Sabrina", 1954, ("Romance",)),
        (4, "Sabrina", 1995, ("Romance",)),
        (5, "Chasing Amy", 1997, ("Comedy",)),
        (6, "Chasing Amy", 1997, ("Comedy",)),
        (7, "Hercules", 2014, ("Action",)),
        (8, "Hercules", 2014, ("Drama",)),
        (9, "Dune", 1984, ("Sci-Fi",)),
        (10, "Alien", 1979, ("Horror",)),
    ]
    ratings = [(person, movie, 1.0 + person % 5, person) for movie in range(1, 11) for person in range(movie)]
    home = tmp_path_factory.mktemp("films")
    train(make_dataset("films", movies, ratings), epochs=0, home=home)
    return home


@pytest.fixture
def films_home(_films_home: Path) -> Path:
    """A home for profiles, without any: its movies have namesakes, and one is entered twice."""
    for file in Home(_films_home).profiles.glob("*"):
        file.unlink()
    return _films_home


@pytest.fixture(scope="session")
def real_ml100k_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with MovieLens 100K, fetched once as a user would; skips where no source can be reached."""
    home = tmp_path_factory.mktemp("real-ml-100k")
    finished = subprocess.run(
        [sys.executable, "-m", "movierec_cli", "fetch"],
        env={**os.environ, "MOVIEREC_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode == 1 and "cannot be had" in finished.stderr:
        pytest.skip(f"MovieLens 100K can be had from nowhere: {finished.stderr.strip()}")
    assert finished.returncode == 0, finished.stderr
    return home


@pytest.fixture
def fetched_home(checkerboard: Dataset, tmp_path: Path) -> Path:
    """A home into which the checkerboard has been fetched, and nothing trained."""
    return home_with(checkerboard, tmp_path, "checkerboard")


@pytest.fixture
def listening() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt; where the tests run in the background, it begins ignored."""
    if os.name == "nt":
        pytest.skip("os.kill ends the process there")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
