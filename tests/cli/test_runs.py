"""movierec runs, movierec use and movierec info --verify."""

import csv
import io
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

import movierec_cli as movierec
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.home import Home
from movierec_cli.store.facts import write_facts
from movierec_cli.store.publishing import new_run
from movierec_cli.store.runs import current_run
from tests.support import Cli, home_with, run_facts


def add_run(home: Path, dataset: str, ndcg: float = 0.25) -> str:
    with new_run(Home(home)) as folder:
        write_facts(
            folder,
            run_facts(dataset={"name": dataset}, training={"validation": {"loss": 1.0, "ndcg@100": ndcg}}),
        )
    return folder.name


@pytest.fixture
def three(tmp_path: Path) -> tuple[Path, list[str]]:
    """A home with three runs, the last of them in use."""
    return tmp_path / "home", [add_run(tmp_path / "home", f"data-{n}", n / 7) for n in (1, 2, 3)]


def test_the_list_says_which_run_is_in_use(cli: Cli, three: tuple[Path, list[str]]) -> None:
    home, run_ids = three
    result = cli("runs", home=home)
    assert result.code == 0
    lines = [line for line in result.out.splitlines() if "data-" in line]
    assert [run_id in line for run_id, line in zip(run_ids, lines, strict=True)] == [True] * 3
    assert [line[0] for line in lines] == [" ", " ", "*"]
    for number, line in enumerate(lines, 1):
        assert f"data-{number}" in line
        assert f"{number / 7:.4f}" in line
        assert "2026-01-02" in line
    assert all(len(line) <= 80 for line in result.out.splitlines())
    assert result.err == ""  # what the mark means stands on a terminal only


def test_json_and_csv_hold_every_figure(cli: Cli, three: tuple[Path, list[str]]) -> None:
    home, run_ids = three
    result = cli("runs", "--format", "json", home=home)
    assert (result.code, result.err) == (0, "")
    listed = json.loads(result.out)
    assert listed == [asdict(run) for run in movierec.runs(home)]
    assert [run["run_id"] for run in listed] == run_ids
    assert listed[1] == {
        "run_id": run_ids[1],
        "created": "2026-01-02T03:04:05+0000",
        "dataset": "data-2",
        "model": "ranking",
        "validation_ndcg": 2 / 7,
        "bytes": sum(len(file.read_bytes()) for file in (home / "runs" / run_ids[1]).iterdir()),
        "in_use": False,
        "problem": None,
        "update_of": None,
    }
    rows = list(csv.DictReader(io.StringIO(cli("runs", "-f", "csv", home=home).out)))
    assert [row["validation_ndcg"] for row in rows] == [str(n / 7) for n in (1, 2, 3)]
    assert list(rows[0]) == list(listed[0])


def test_without_runs_the_list_is_empty(cli: Cli, tmp_path: Path) -> None:
    result = cli("runs", home=tmp_path / "none")
    assert (result.code, result.out) == (0, "")
    assert "movierec train" in result.err
    assert cli("runs", "-f", "json", home=tmp_path / "none").out == "[]\n"
    assert not (tmp_path / "none").exists()


def test_a_run_that_cannot_be_read_is_listed_with_the_reason(cli: Cli, three: tuple[Path, list[str]]) -> None:
    home, run_ids = three
    (home / "runs" / run_ids[0] / "run.json").write_text("{")
    result = cli("runs", home=home)
    assert result.code == 0
    assert "cannot be read" in result.out
    assert "run.json" in " ".join(result.err.split())
    listed = movierec.runs(home)
    assert [run.dataset for run in listed] == [None, "data-2", "data-3"]
    assert run_ids[0] in str(listed[0].problem)


def test_use_goes_back_and_forth(cli: Cli, three: tuple[Path, list[str]]) -> None:
    home, run_ids = three
    for run_id in (*run_ids, run_ids[0]):
        result = cli("use", run_id, home=home)
        assert (result.code, result.out) == (0, "")
        assert run_id in result.err
        assert current_run(Home(home)).run_id == run_id
        assert [run.run_id for run in movierec.runs(home) if run.in_use] == [run_id]


def test_the_beginning_of_an_id_is_enough_when_it_is_the_only_one(
    cli: Cli, three: tuple[Path, list[str]]
) -> None:
    home, run_ids = three
    common = len(run_ids[0])
    while not all(run_id.startswith(run_ids[0][:common]) for run_id in run_ids):
        common -= 1
    unique = next(
        run_ids[0][:length]
        for length in range(1, 30)
        if sum(run_id.startswith(run_ids[0][:length]) for run_id in run_ids) == 1
    )
    assert movierec.use(unique, home).run_id == run_ids[0]
    result = cli("use", run_ids[0][:common], home=home)
    assert result.code == 2
    assert "fits 3 runs" in " ".join(result.err.split())
    assert current_run(Home(home)).run_id == run_ids[0]


def test_prune_leaves_the_newest_and_the_one_in_use(cli: Cli, three: tuple[Path, list[str]]) -> None:
    home, run_ids = three
    movierec.use(run_ids[0], home)
    result = cli("runs", "--prune", "--keep", "1", "-f", "json", home=home)
    assert result.code == 0
    assert "Removed 1 of the runs, 1.1 kB" in result.err
    assert [run["run_id"] for run in json.loads(result.out)] == [run_ids[0], run_ids[2]]
    assert sorted(entry.name for entry in (home / "runs").iterdir()) == [".lock", run_ids[0], run_ids[2]]


def test_prune_alone_keeps_five(cli: Cli, three: tuple[Path, list[str]]) -> None:
    home, run_ids = three
    source = home / "runs" / run_ids[0]
    for number in range(4):
        shutil.copytree(source, home / "runs" / f"10000000-{number}")
    assert cli("runs", "--prune", home=home).code == 0
    assert [run.run_id for run in movierec.runs(home)] == ["10000000-2", "10000000-3", *run_ids]


def test_verify_says_that_all_is_well(cli: Cli, checkerboard_home: Path) -> None:
    result = cli("info", "--verify", home=checkerboard_home)
    assert result.code == 0
    assert "every file is as it was written" in " ".join(result.err.split())
    found = json.loads(cli("info", "--verify", "-f", "json", home=checkerboard_home).out)
    assert found["faults"] == {current_run(Home(checkerboard_home)).run_id: []}


def test_verify_reads_datasets_too(cli: Cli, checkerboard: Dataset, tmp_path: Path) -> None:
    home = home_with(checkerboard, tmp_path, "board")
    result = cli("info", "--verify", home=home)
    assert (result.code, "Verified 1 dataset:" in " ".join(result.err.split())) == (0, True)
    file = home / "datasets" / "board" / "ratings.csv"
    content = file.read_bytes()
    file.write_bytes(bytes([*content[:-3], content[-3] ^ 1, *content[-2:]]))
    (home / "datasets" / "board" / "movies.csv").unlink()
    result = cli("info", "--verify", "-f", "json", home=home)
    said = " ".join(result.err.split())
    assert result.code == 1
    assert "Read 1 dataset: 1 is damaged." in said
    assert f"movierec fetch --from {tmp_path / 'source'} --name board --force" in said
    assert {*json.loads(result.out)["faults"]["datasets/board"]} == {
        "ratings.csv has changed since it was fetched",
        "movies.csv has gone since it was fetched",
    }


def test_verify_names_the_fault_and_the_way_out(cli: Cli, checkerboard_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(checkerboard_home, tmp_path / "home"))
    sound = current_run(Home(home)).run_id
    damaged = "99990101-000000-0000"
    shutil.copytree(home / "runs" / sound, home / "runs" / damaged)
    (home / "CURRENT").write_text(f"{damaged}\n")
    file = home / "runs" / damaged / "model.keras"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert cli("recommend", "3", home=home).code == 0  # the network is not needed
    result = cli("info", "--verify", home=home)
    said = " ".join(result.err.split())
    assert result.code == 1
    assert f"{damaged}: model.keras has changed since it was written" in said
    assert "Read 2 runs: 1 is damaged." in said
    assert f"movierec use {sound}" in said
    movierec.use(sound, home)
    result = cli("info", "--verify", "-f", "json", home=home)
    assert result.code == 1
    assert json.loads(result.out)["faults"] == {
        sound: [],
        damaged: ["model.keras has changed since it was written"],
    }
    assert "The run in use is whole" in " ".join(result.err.split())
    shutil.rmtree(home / "runs" / sound)
    assert "Train again: movierec train" in cli("info", "--verify", home=home).err
