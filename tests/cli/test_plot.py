"""movierec plot: where the file goes, what is said, what is opened."""

import sys
import webbrowser
from pathlib import Path

import pytest

from tests.support import Checkerboard, Cli, run_python

NO_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


@pytest.fixture(autouse=True)
def _work_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Default file names go to the current folder; nothing is ever really opened."""
    monkeypatch.chdir(tmp_path)
    for name in NO_DISPLAY:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.parametrize(
    ("what", "name", "start"),
    [("loss", "movierec-loss.png", b"\x89PNG"), ("map", "movierec-map.html", b"<!doctype html>")],
)
def test_the_file_is_written_here_and_named_on_stderr(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, what: str, name: str, start: bytes
) -> None:
    result = cli("plot", what, home=checkerboard_home)
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines()[-1] == f"Wrote {tmp_path / name}"
    assert (tmp_path / name).read_bytes().startswith(start)


def test_the_article_s_network(cli: Cli, article_home: Path, tmp_path: Path) -> None:
    result = cli("plot", "model", home=article_home)
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines()[-1] == f"Wrote {tmp_path / 'movierec-model.png'}"
    assert (tmp_path / "movierec-model.png").is_file()


def test_map_options(cli: Cli, checkerboard_home: Path, tmp_path: Path) -> None:
    options = ("--limit", "5", "--color", "rating", "--seed", "2")
    result = cli("plot", "map", "-o", "five.html", *options, home=checkerboard_home)
    assert result.code == 0
    text = (tmp_path / "five.html").read_text(encoding="utf-8")
    assert text.count('"near":') == 5
    assert '"color":"rating"' in text
    assert cli("plot", "map", "--output", "five.png", *options, home=checkerboard_home).code == 0
    assert (tmp_path / "five.png").read_bytes().startswith(b"\x89PNG")


def test_open_shows_the_file(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def remember(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", remember)
    monkeypatch.setenv("DISPLAY", ":0")
    result = cli("plot", "loss", "--output", "a b.svg", "--open", home=checkerboard_home)
    assert result.code == 0
    assert opened == [(tmp_path / "a b.svg").as_uri()]
    assert "display" not in result.err


def test_open_without_a_display_says_where_the_file_is(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: pytest.fail(f"opened {url}"))
    result = cli("plot", "loss", "--open", home=checkerboard_home)
    assert (result.code, result.out) == (0, "")
    assert f"Wrote {tmp_path / 'movierec-loss.png'}" in result.err
    assert "no display" in result.err


@pytest.mark.parametrize("what", ["loss", "model", "map"])
def test_what_goes_wrong(cli: Cli, checkerboard_home: Path, tmp_path: Path, what: str) -> None:
    result = cli("plot", what, "--output", "x.bmp", home=checkerboard_home)
    assert (result.code, result.out) == (2, "")
    assert "'x.bmp'" in result.err
    assert ".png" in result.err
    (tmp_path / "folder.png").mkdir()
    assert cli("plot", what, "--output", "folder.png", home=checkerboard_home).code == 1
    result = cli("plot", what, "--output", "no/such/x.png", home=checkerboard_home)
    assert result.code == 1
    assert "no folder" in result.err
    result = cli("plot", what, home=tmp_path / "empty")
    assert result.code == 1
    assert "movierec train" in result.err
    assert sorted(file.name for file in tmp_path.glob("*.*")) == ["folder.png"]


@pytest.mark.parametrize(
    "arguments",
    [("--limit", "2"), ("--limit", "-300"), ("--seed", "-1"), ("--seed", "4294967296")],
)
def test_values_out_of_range(cli: Cli, arguments: tuple[str, str]) -> None:
    result = cli("plot", "map", *arguments)
    assert result.code == 2
    assert " ".join(arguments) in result.err


def test_without_the_extra_there_is_the_command_that_installs_it(
    cli: Cli, checkerboard_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    for what in ("loss", "map"):
        result = cli("plot", what, home=checkerboard_home)
        assert (result.code, result.out) == (1, "")
        assert "plot needs matplotlib and scikit-learn" in result.err
        assert "pip install 'movierec-cli[plot]'" in result.err


def test_without_the_extra_the_network_is_listed(
    cli: Cli, article_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = cli("plot", "model", home=article_home)
    assert result.code == 0
    row = next(line.split() for line in result.out.splitlines() if "user_embedding" in line)
    assert row == ["user_embedding", "Embedding", "(None,", "1,", "10)", str(10 * Checkerboard.people)]
    assert "pip install 'movierec-cli[plot]'" in result.err
    # Who asked for a file and gets none must be able to tell.
    result = cli("plot", "model", "--output", "model.png", home=article_home)
    assert result.code == 1
    assert "user_embedding" in result.out
    assert not list(tmp_path.glob("*.png"))


def test_help_loads_no_plotting_library() -> None:
    run_python(
        "import sys; from movierec_cli.cli.app import app;"
        "loaded = {'matplotlib', 'sklearn', 'tensorflow', 'lancedb', 'pandas'} & set(sys.modules);"
        "assert not loaded, loaded"
    )
