"""What is here: info."""

import json
import shutil
from importlib import metadata
from pathlib import Path

from movierec_cli.status import info
from movierec_cli.version import __version__
from tests.support import Stored

KEYS = ["movierec", "python", "libraries", "home", "datasets", "run", "runs", "problem", "next"]


def test_before_anything_exists(tmp_path: Path) -> None:
    facts = info(tmp_path / "home")
    assert list(facts) == KEYS
    assert facts["movierec"] == __version__
    assert facts["libraries"]["lancedb"] == metadata.version("lancedb")
    assert facts["home"] == str(tmp_path / "home")
    assert (facts["datasets"], facts["run"], facts["runs"]) == ([], None, 0)
    assert "no trained model" in facts["problem"]
    assert "movierec fetch && movierec train" in facts["next"]
    assert not (tmp_path / "home").exists()


def test_a_trained_run(checkerboard_home: Path, stored: Stored) -> None:
    facts = info(checkerboard_home)
    assert list(facts) == KEYS
    run = facts["run"]
    assert (run["run_id"], run["folder"]) == (stored.run.run_id, str(stored.run.folder))
    files = [file for file in stored.run.folder.rglob("*") if file.is_file()]
    assert run["bytes"] == sum(len(file.read_bytes()) for file in files)
    assert run["dataset"] == {
        "name": "checkerboard",
        "people": 60,
        "movies": 31,
        "ratings": sum(len(row) for row in stored.users["ratings"]),
        "rating_scale": [1.0, 5.0],
        "rating_steps": [1.0, 2.0, 3.0, 4.0, 5.0],
        "well_known": 0,
        "first_user_id": 3,
        "last_user_id": 593,
    }
    assert (facts["runs"], facts["problem"], facts["next"]) == (1, None, None)
    json.dumps(facts, allow_nan=False)


def test_datasets_that_are_here(tmp_path: Path) -> None:
    for name, manifest in (("good", '{"people": 3}'), ("bad", "{")):
        folder = tmp_path / "datasets" / name
        folder.mkdir(parents=True)
        (folder / "u.data").write_bytes(b"x" * 100)
        (folder / "dataset.json").write_text(manifest)
    (tmp_path / "datasets" / ".good.new").mkdir()
    (tmp_path / "datasets" / ".good.new" / "dataset.json").write_text("{}")
    facts = info(tmp_path)
    assert facts["datasets"] == [
        {"name": "bad", "bytes": 101},
        {"people": 3, "name": "good", "bytes": 113},
    ]
    assert facts["next"] == "Train one: movierec train"


def test_a_damaged_run_is_a_problem_not_an_error(checkerboard_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(checkerboard_home, tmp_path / "home"))
    for file in home.glob("runs/*/run.json"):
        file.write_text("{")
    facts = info(home)
    assert (facts["run"], facts["runs"]) == (None, 1)
    assert "run.json has 1 bytes instead of" in facts["problem"]
    assert facts["next"] == "Train again: movierec train"
