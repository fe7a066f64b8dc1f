"""What is here: info."""

import shutil
from importlib import metadata
from pathlib import Path

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.library import fetch
from movierec_cli.datasets.shelf import DatasetSummary, Shelf
from movierec_cli.home import Home
from movierec_cli.overview import info, prune_runs, use
from movierec_cli.store.facts import DatasetFacts
from movierec_cli.version import __version__
from tests.support import Stored, write_csv_layout


def test_before_anything_exists(tmp_path: Path) -> None:
    found = info(tmp_path / "home")
    assert found.movierec == __version__
    assert found.libraries["lancedb"] == metadata.version("lancedb")
    assert found.home == tmp_path / "home"
    assert (found.datasets, found.run, found.runs) == ((), None, 0)
    assert "no trained model" in str(found.problem)
    assert "movierec fetch && movierec train" in str(found.next)
    assert not (tmp_path / "home").exists()


def test_a_trained_run(checkerboard_home: Path, stored: Stored) -> None:
    found = info(checkerboard_home)
    run = found.run
    assert run
    assert (run.run_id, run.folder) == (stored.run.run_id, stored.run.folder)
    files = [file for file in stored.run.folder.rglob("*") if file.is_file()]
    assert run.size == sum(len(file.read_bytes()) for file in files)
    assert run.facts.dataset == DatasetFacts(
        name="checkerboard",
        people=60,
        movies=31,
        ratings=sum(len(row) for row in stored.users["ratings"]),
        rating_scale=(1.0, 5.0),
        rating_steps=(1.0, 2.0, 3.0, 4.0, 5.0),
        well_known=0,
        first_user_id=3,
        last_user_id=593,
    )
    assert (found.runs, found.problem, found.next) == (1, None, None)


def test_what_info_returns_keeps_no_run_from_being_removed(checkerboard_home: Path, tmp_path: Path) -> None:
    home = Home(Path(shutil.copytree(checkerboard_home, tmp_path / "home")))
    found = info(home.root)
    assert found.run
    newer = shutil.copytree(found.run.folder, home.runs / "99990101-000000-0000")
    use(newer.name, home.root)
    assert prune_runs(1, home.root).removed == [found.run.run_id]


def test_datasets_that_are_here(checkerboard: Dataset, tmp_path: Path) -> None:
    source = write_csv_layout(checkerboard, tmp_path / "board")
    fetched = fetch(source=source, home=tmp_path / "elsewhere")
    manifest = Shelf(Home(tmp_path / "elsewhere"), "board").manifest()
    good = shutil.copytree(fetched.path, tmp_path / "datasets" / "good")
    bad = tmp_path / "datasets" / "bad"
    bad.mkdir()
    (bad / "u.data").write_bytes(b"x" * 100)
    (bad / "dataset.json").write_text("{")
    (tmp_path / "datasets" / ".good.new").mkdir()
    (tmp_path / "datasets" / ".good.new" / "dataset.json").write_text("{}")
    found = info(tmp_path)
    size = sum(file.stat().st_size for file in good.iterdir())
    assert found.datasets == (DatasetSummary("bad", 101, None), DatasetSummary("good", size, manifest))
    assert found.next == "Train one: movierec train"


def test_a_damaged_run_is_a_problem_not_an_error(checkerboard_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(checkerboard_home, tmp_path / "home"))
    for file in home.glob("runs/*/run.json"):
        file.write_text("{")
    found = info(home)
    assert (found.run, found.runs) == (None, 1)
    assert "run.json has 1 bytes instead of" in str(found.problem)
    assert found.next == "Train again: movierec train"
