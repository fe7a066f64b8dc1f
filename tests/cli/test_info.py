"""movierec info, --help and --version."""

import json
import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.library import fetch
from movierec_cli.overview import info
from movierec_cli.version import __version__
from tests.commands import COMMANDS
from tests.support import Cli, Stored, write_csv_layout


def test_before_anything_exists(cli: Cli, tmp_path: Path) -> None:
    result = cli("info", home=tmp_path / "home")
    assert result.code == 0
    assert __version__ in result.out
    assert "There is no trained model" in " ".join(result.err.split())
    assert "movierec fetch && movierec train" in " ".join(result.err.split())
    assert not (tmp_path / "home").exists()


def test_a_trained_run(cli: Cli, checkerboard_home: Path, stored: Stored) -> None:
    result = cli("info", home=checkerboard_home)
    assert (result.code, result.err) == (0, "")
    assert all(len(line) <= 80 for line in result.out.splitlines())
    assert "\x1b" not in result.out
    said = " ".join(result.out.split())
    assert stored.run.run_id in said
    assert "checkerboard: 60 people, 31 movies" in said
    widths = stored.model["dimensions"]
    assert f"score {widths['score_vector']}" in said
    assert f"similar {widths['similar_vector']}" in said
    assert f"ndcg@100 {stored.run.facts.training.validation.ndcg:.4f}" in said
    assert f"best {stored.run.facts.training.best_epoch}" in said


def test_json_holds_what_the_library_and_the_files_say(
    cli: Cli, checkerboard: Dataset, checkerboard_home: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(checkerboard_home, tmp_path / "home"))
    fetched = fetch(source=write_csv_layout(checkerboard, tmp_path / "board"), home=home)
    result = cli("info", "--format", "json", home=home)
    assert (result.code, result.err) == (0, "")
    found, said = info(home), json.loads(result.out)
    assert found.run
    assert list(said) == [field.name for field in fields(found)]
    assert said["home"] == str(home)
    assert [said[name] for name in ("movierec", "python", "libraries", "runs")] == [
        *(found.movierec, found.python, found.libraries, 1),
    ]
    about = {"run_id": found.run.run_id, "folder": str(found.run.folder), "bytes": found.run.size}
    assert said["run"] == about | json.loads((found.run.folder / "run.json").read_text())
    size = sum(file.stat().st_size for file in fetched.path.iterdir())
    manifest = json.loads((fetched.path / "dataset.json").read_text())
    assert said["datasets"] == [manifest | {"bytes": size}]


def test_json_before_anything_exists(cli: Cli, tmp_path: Path) -> None:
    result = cli("info", "-f", "json", home=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out)["run"] is None


def test_alone_it_shows_the_way_and_every_command(cli: Cli) -> None:
    result = cli()
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= 80
    way = [line.split()[1] for line in lines if line.startswith("  movierec ")]
    assert way == ["fetch", "train", "recommend", "similar"]
    words = set(re.findall(r"\w+", result.out))
    assert {command.partition(" ")[0] for command in COMMANDS} <= words


def test_version(cli: Cli) -> None:
    assert cli("--version").out == f"movierec {__version__}\n"


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_command(cli: Cli, flag: str) -> None:
    result = cli(flag)
    assert (result.code, result.err) == (0, "")
    for command in ("fetch", "train", "recommend", "similar", "export", "info"):
        assert command in result.out
        assert re.search(rf"Usage: .* {command} \[OPTIONS\]", cli(command, flag).out)
