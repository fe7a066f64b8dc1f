"""What the Tab key offers, through typer's protocol as the shells speak it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from movierec_cli.cli.completion import MOST
from movierec_cli.home import TITLES_FILE, Home
from movierec_cli.questions.recommender import Recommender
from tests.conftest import TITLES
from tests.support import Cli, run_python

COMPLETE = """
import json, os, sys
from movierec_cli.cli.app import main
os.environ.update(json.loads(sys.argv[1]))
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, sorted(sys.modules)]))
"""


@pytest.fixture
def tab(cli: Cli, titles_home: Path, monkeypatch: pytest.MonkeyPatch) -> "Tab":
    return Tab(cli, titles_home, monkeypatch)


class Tab:
    """Presses Tab behind some words, in this process."""

    def __init__(self, cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cli, self.home, self.monkeypatch = cli, home, monkeypatch

    def _run(self, shell: str, **environment: str) -> list[str]:
        self.monkeypatch.setattr(sys, "argv", ["movierec"])
        self.monkeypatch.setenv("_MOVIEREC_COMPLETE", f"complete_{shell}")
        for name, value in environment.items():
            self.monkeypatch.setenv(name, value)
        result = self.cli(home=self.home)
        assert result.err == ""
        return [line for line in result.out.splitlines() if line]

    def bash(self, *words: str) -> list[str]:
        typed = ["movierec", *words]
        return self._run("bash", COMP_WORDS="\n".join(typed), COMP_CWORD=str(len(typed) - 1))

    def zsh(self, line: str) -> list[str]:
        return self._run("zsh", _TYPER_COMPLETE_ARGS=f"movierec {line}")

    def fish(self, line: str) -> list[str]:
        action = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        return self._run("fish", _TYPER_COMPLETE_ARGS=f"movierec {line}", **action)


def test_a_run_keeps_its_titles_the_best_known_first(titles_home: Path) -> None:
    run = Recommender.open(titles_home).run
    lines = (run.folder / TITLES_FILE).read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(TITLES)
    assert lines[:3] == ["Star Wars (1977)", "The Godfather (1972)", "Sabrina (1954)"]  # 9, 9 and 7 ratings
    assert lines[-1] == "unknown"


@pytest.mark.parametrize(
    "words",
    [
        ("similar",),
        ("show",),
        ("rate",),
        ("predict", "42"),
        ("predict", "42", "Sabrina"),
        ("recommend", "--like"),
        ("recommend", "42", "--dislike"),
        ("recommend", "--not-like"),
        ("similar", "Sabrina", "--not-like"),
    ],
    ids=" ".join,
)
def test_every_title_can_be_completed(tab: Tab, words: tuple[str, ...]) -> None:
    assert tab.bash(*words, '"star w') == ["Star Wars (1977)"]


def test_an_article_need_not_be_typed(tab: Tab) -> None:
    assert tab.fish("show godf") == ["Godfather (1972)", "Godfather: Part II (1974)"]
    assert tab.fish('show "the godf') == ["The Godfather (1972)", "The Godfather: Part II (1974)"]
    assert tab.fish("show miser") == ["Misérables (1995)"]
    assert tab.fish("show avv") == ["Avventura (1960)"]


def test_every_title_is_offered_and_is_found_again(tab: Tab) -> None:
    """As it is shown; of two of the same name both."""
    recommender = Recommender.open(tab.home)
    for (movie_id, title, _, _), _ in TITLES:
        if title.isprintable():
            label = recommender.find(f"id:{movie_id}").movie.label
            typed = label[:-2].lower().replace("\\", "\\\\").replace('"', '\\"')
            assert label in tab.fish(f'show "{typed}')
            assert recommender.find(label).movie.movie_id == movie_id


def test_case_and_accents_make_no_difference(tab: Tab) -> None:
    assert tab.fish("show AMEL") == tab.fish("show amél") == tab.fish("show amel")
    assert tab.fish("show amel") == ["Amélie (Le Fabuleux destin d'Amélie Poulain) (2001)"]


def test_bash_gets_what_it_can_read_back(tab: Tab) -> None:
    """Without quotes escaped, within quotes as they need."""
    assert tab.bash("show", "schin") == ["Schindler\\'s\\ List\\ \\(1993\\)"]
    assert tab.bash("show", '"schin') == ["Schindler's List (1993)"]
    assert tab.bash("show", "'schin") == ["Schindler'\\''s List (1993)"]
    assert tab.bash("show", "star\\ w") == ["Star\\ Wars\\ \\(1977\\)"]


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash to ask")
def test_bash_reads_every_title_back(tab: Tab) -> None:
    recommender = Recommender.open(tab.home)
    for quote in ("", '"', "'"):
        offered = tab.bash("show", f"{quote}star ".replace(" ", "\\ " if not quote else " "))
        assert len(offered) == 4
        line = "printf '%s\\n' " + " ".join(f"{quote}{one}{quote}" for one in offered)
        read = subprocess.run(["bash", "-c", line], capture_output=True, encoding="utf-8", check=True)
        assert [recommender.find(title).exact for title in read.stdout.splitlines()] == [True] * 4


def test_zsh_is_offered_what_goes_on_from_the_letters_typed(tab: Tab) -> None:
    (offered,) = tab.zsh("show star\\ w")
    assert '"star wars (1977)"' in offered
    assert all("godf" in line for line in tab.zsh("show godf"))


def test_control_characters_are_never_offered(tab: Tab) -> None:
    assert tab.fish("show bell") == []
    assert "\x1b" not in "".join(tab.fish("show "))


def test_no_more_than_some_are_offered(tab: Tab, tmp_path: Path, titles_home: Path) -> None:
    run_id = Home(titles_home).current.read_text().strip()
    folder = tmp_path / "runs" / run_id
    folder.mkdir(parents=True)
    (tmp_path / "CURRENT").write_text(run_id)
    (folder / TITLES_FILE).write_text("".join(f"Film {number}\n" for number in range(1000)))
    tab.home = tmp_path
    assert tab.fish("show film") == [f"Film {number}" for number in range(MOST)]


def test_profiles_datasets_releases_and_runs(tab: Tab, tmp_path: Path) -> None:
    home = Home(tmp_path)
    for profile in ("me", "alice", "albert"):
        home.profiles.mkdir(exist_ok=True)
        (home.profiles / f"{profile}.json").write_text("{}")
    for dataset in ("ml-100k", "films"):
        (home.datasets / dataset).mkdir(parents=True)
        (home.datasets / dataset / "dataset.json").write_text("{}")
    for run in ("20260101-000000-aaaa", "20260102-000000-bbbb"):
        (home.runs / run).mkdir(parents=True)
        (home.runs / run / "run.json").write_text("{}")
    tab.home = tmp_path
    assert tab.fish("recommend al") == ["albert", "alice"]
    assert tab.fish("recommend 42 m") == ["me"]
    assert tab.fish("history al") == ["albert", "alice"]
    assert tab.fish("rate Heat 4 --as a") == ["albert", "alice"]
    assert tab.fish("train --dataset ") == tab.fish("evaluate -d ") == ["films", "ml-100k"]
    assert tab.fish("fetch ml-latest") == ["ml-latest-small", "ml-latest"]
    assert tab.fish("use 2026") == ["20260102-000000-bbbb", "20260101-000000-aaaa"]


def test_home_on_the_command_line_counts(tab: Tab, tmp_path: Path, titles_home: Path) -> None:
    tab.home = tmp_path
    assert tab.fish("show star") == []
    assert tab.fish(f"show --home {titles_home} sabr") == ["Sabrina (1954)", "Sabrina (1995)"]


@pytest.mark.parametrize("current", [None, "", "nothing", "../..", "\0", b"\xff"])
def test_a_damaged_home_offers_nothing(tab: Tab, tmp_path: Path, current: str | bytes | None) -> None:
    if current is not None:
        content = current if isinstance(current, bytes) else current.encode()
        (tmp_path / "CURRENT").write_bytes(content)
    tab.home = tmp_path
    for line in ("show a", "train -d a", "recommend a", "use a"):
        assert tab.fish(line) == []


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("show star", "Star Wars (1977)"),
        ("recommend --like godf", "Godfather (1972)"),
        ("recommend m", ""),
        ("train -d m", ""),
        ("fetch ml-1m", "ml-1m"),
        ("use 2", "2"),
    ],
)
def test_nothing_slow_is_loaded(titles_home: Path, line: str, offered: str) -> None:
    environment = {
        "_MOVIEREC_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": f"movierec {line}",
    }
    out = run_python(COMPLETE, json.dumps(environment), home=titles_home).stdout
    *shown, last = out.splitlines()
    code, modules = json.loads(last)
    assert code == 0
    assert "\n".join(shown).startswith(offered)
    slow = ("numpy", "pyarrow", "pandas", "lancedb", "tensorflow", "rapidfuzz", "requests")
    assert not [name for name in modules if name.split(".")[0] in slow]
    assert "movierec_cli.questions.recommender" not in modules
