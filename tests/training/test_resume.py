"""A training that was stopped goes on as if it had not been, and nothing else goes on in its place."""

import shutil
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.errors import NotFoundError, TrainingError, UsageError
from movierec_cli.overview import info
from movierec_cli.store.facts import Epoch
from movierec_cli.store.unfinished import Beginning
from movierec_cli.system.storage import storage_at
from movierec_cli.training import checkpoint
from movierec_cli.training.checkpoint import Snapshot
from movierec_cli.training.ranking.trainer import Trainer
from movierec_cli.training.train import train
from tests.support import Checkerboard, Cli, Divided, Stored, home_with, killed_in_epoch, write_csv_layout

SETTINGS: dict[str, Any] = {"epochs": 6, "dim": 4, "batch_size": 20, "seed": 7}
"""Three batches an epoch; three passes over all ratings follow."""
OPTIONS = ("--epochs", "6", "--dim", "4", "--batch-size", "20", "--seed", "7")
FILE = Path("unfinished") / "board.npz"


@pytest.fixture(scope="module")
def fetched(checkerboard: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the checkerboard has been fetched. For reading only."""
    return home_with(checkerboard, tmp_path_factory.mktemp("resumed"), "board")


@pytest.fixture
def home(fetched: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(fetched, tmp_path / "home"))


@pytest.fixture(scope="module")
def uninterrupted(fetched: Path, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """What SETTINGS lead to when nobody interferes."""
    home = tmp_path_factory.mktemp("uninterrupted") / "home"
    shutil.copytree(fetched, home)
    train("board", home=home, **SETTINGS)
    return Stored.read(home)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every epoch is kept, also in the first minute."""
    monkeypatch.setattr(checkpoint, "AFTER", 0.0)
    monkeypatch.setattr(checkpoint, "SPARED", 0)


def stop_in_pass(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in one of the passes over the data, counted from 1 and through both phases."""
    run_epoch, passes = Trainer.run_epoch, 0

    def interrupted(trainer: Trainer, *arguments: Any) -> float:
        nonlocal passes
        passes += 1
        if passes == number:
            raise KeyboardInterrupt
        return run_epoch(trainer, *arguments)

    monkeypatch.setattr(Trainer, "run_epoch", interrupted)


def assert_the_same(found: Stored, expected: Stored) -> None:
    """To the last bit, in everything but the time that it took."""
    assert found.movies == expected.movies
    assert found.users == expected.users
    history = [stored.run.facts.training.by_epoch for stored in (found, expected)]
    assert history[0] == history[1]
    assert found.run.facts.training.best_epoch == expected.run.facts.training.best_epoch
    assert found.run.facts.training.finishing_epochs == expected.run.facts.training.finishing_epochs


@pytest.mark.slow
@pytest.mark.parametrize("number", [2, 5, 8])
@pytest.mark.usefixtures("at_once")
def test_what_is_resumed_leads_to_the_same_vectors_bit_by_bit(
    home: Path, uninterrupted: Stored, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Stopped in the second epoch, in the fifth, and in the second pass over all ratings."""
    with monkeypatch.context() as patched:
        stop_in_pass(number, patched)
        with pytest.raises(KeyboardInterrupt):
            train("board", home=home, **SETTINGS)
    assert (home / FILE).is_file()
    told: list[int] = []
    stages: list[str] = []
    train(
        "board",
        resume=True,
        home=home,
        on_epoch=lambda epoch: told.append(epoch.number),
        on_stage=stages.append,
        **SETTINGS,
    )
    assert told == list(range(min(number, 7), 7))
    gone_on = {2: "1 epoch", 5: "4 epochs", 8: "6 epochs and 1 on all ratings"}[number]
    assert f"Going on after {gone_on}" in stages
    assert_the_same(Stored.read(home), uninterrupted)
    assert list((home / "unfinished").iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="os.kill ends the process there")
def test_what_was_killed_goes_on(home: Path, uninterrupted: Stored) -> None:
    assert killed_in_epoch(3, home, **SETTINGS) == str(signal.SIGKILL.value)
    assert not (home / "CURRENT").exists()
    train("board", resume=True, home=home, **SETTINGS)
    assert_the_same(Stored.read(home), uninterrupted)


@pytest.fixture(scope="module")
def stopped(fetched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a training of SETTINGS that was stopped in its third epoch. For reading only."""
    home = tmp_path_factory.mktemp("stopped") / "home"
    shutil.copytree(fetched, home)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(checkpoint, "AFTER", 0.0)
        patched.setattr(checkpoint, "SPARED", 0)
        stop_in_pass(3, patched)
        with pytest.raises(KeyboardInterrupt):
            train("board", home=home, **SETTINGS)
    return home


@pytest.fixture
def other(stopped: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(stopped, tmp_path / "other"))


COMMAND = "movierec train --dataset board --epochs 6 --seed 7 --dim 4 --batch-size 20"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"epochs": 7}, "--epochs 6 --seed 7 --dim 4 --batch-size 20, not with --epochs 7 --seed 7"),
        ({"seed": 0}, "not with --epochs 6 --dim 4 --batch-size 20."),
        ({"learning_rate": 0.01}, "--learning-rate 0.01 "),
    ],
)
def test_other_settings_are_refused(stopped: Path, given: dict[str, Any], said: str) -> None:
    with pytest.raises(TrainingError) as caught:
        train("board", resume=True, home=stopped, **(SETTINGS | given))
    assert said in caught.value.message
    assert f"Go on with it as it was begun: {COMMAND} --resume\n" in str(caught.value.hint)
    assert "Or begin anew: movierec train --dataset board --epochs" in str(caught.value.hint)
    assert (stopped / FILE).is_file()


def test_other_ratings_are_refused(other: Path, checkerboard: Dataset, tmp_path: Path) -> None:
    from movierec_cli.datasets.library import fetch

    folder = write_csv_layout(checkerboard, tmp_path / "changed")
    lines = (folder / "ratings.csv").read_text().splitlines()
    (folder / "ratings.csv").write_text("\n".join(lines[:-1]) + "\n")
    fetch(source=folder, name="board", home=other, force=True)
    with pytest.raises(TrainingError, match="with other ratings than the dataset has now") as caught:
        train("board", resume=True, home=other, **SETTINGS)
    assert caught.value.hint == f"Begin anew: {COMMAND}"


def test_another_movie_is_refused_though_nobody_has_rated_it(
    other: Path, checkerboard: Dataset, tmp_path: Path
) -> None:
    from movierec_cli.datasets.library import fetch

    folder = write_csv_layout(checkerboard, tmp_path / "changed")
    with (folder / "movies.csv").open("a", encoding="utf-8") as movies:
        movies.write("99999,Another (1999),Drama\n")
    fetch(source=folder, name="board", home=other, force=True)
    with pytest.raises(TrainingError, match="with other ratings than the dataset has now"):
        train("board", resume=True, home=other, **SETTINGS)


def test_it_goes_on_however_people_are_divided(checkerboard: Dataset, tmp_path: Path, at_once: None) -> None:
    """What workers have begun, one process ends."""
    home, stages = home_with(checkerboard, tmp_path, "board"), list[str]()

    def stop(_epoch: Epoch) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train("board", home=home, on_epoch=stop, workers=Divided(3), **SETTINGS)
    run = train("board", home=home, resume=True, on_stage=stages.append, **SETTINGS)
    assert "Going on after 1 epoch" in stages
    assert len(run.facts.training.by_epoch) == SETTINGS["epochs"]


def test_one_of_another_version_is_refused(stopped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "__version__", "9.9.9")
    with pytest.raises(TrainingError, match=r"begun by movierec .*, and this is 9\.9\.9\."):
        train("board", resume=True, home=stopped, **SETTINGS)


def test_a_damaged_one_is_refused(other: Path) -> None:
    content = bytearray((other / FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (other / FILE).write_bytes(content)
    with pytest.raises(TrainingError, match="is damaged") as caught:
        train("board", resume=True, home=other, **SETTINGS)
    assert caught.value.hint == f"Begin anew: {COMMAND}"


def test_where_nothing_is_unfinished_it_says_what_is(stopped: Path, checkerboard: Dataset) -> None:
    with pytest.raises(NotFoundError, match="no unfinished training of checkerboard") as caught:
        train(checkerboard, resume=True, home=stopped)
    assert caught.value.hint == f"There is one of board: {COMMAND} --resume"


@pytest.mark.parametrize("options", [{"epochs": 0}, {"model": "article"}])
def test_what_has_no_epochs_to_go_on_with_is_refused(home: Path, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="--resume goes on with epochs"):
        train("board", resume=True, home=home, **options)


@pytest.mark.slow
def test_a_training_of_less_than_a_minute_keeps_nothing(home: Path) -> None:
    train("board", home=home, epochs=2, dim=4)
    assert not (home / "unfinished").exists()


def test_a_training_that_keeps_nothing_leaves_what_another_kept(other: Path) -> None:
    train("board", epochs=0, home=other)
    assert (other / FILE).is_file()


@pytest.mark.slow
@pytest.mark.usefixtures("at_once")
def test_a_disk_without_room_does_not_end_the_training(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "unfinished").write_text("no folder")
    stages: list[str] = []
    train("board", home=home, epochs=2, dim=4, on_stage=stages.append)
    assert sum("cannot be resumed later" in stage for stage in stages) == 1


def test_writing_takes_no_more_than_a_tenth_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Epochs of a second, of which each one's writing takes two: written are those after 60 s and then after
    20 s more each."""
    now = 1000.0
    written = []

    def clock() -> float:
        return now

    def snapshot() -> Snapshot:
        nonlocal now
        written.append(now - 1000)
        now += 2
        return Snapshot((), 0, tables={"a": [np.zeros(1)]})

    monkeypatch.setattr("time.perf_counter", clock)
    begun = Beginning("board", "", {}, "1.0")
    kept = checkpoint.Checkpoint((storage_at(tmp_path), "board.npz"), begun, print)
    while now < 1000 + 110:
        now += 1
        kept.keep(snapshot)
    assert written == [60, 82, 104]


def test_ctrl_c_says_how_to_go_on(cli: Cli, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_in_pass(1, monkeypatch)
    result = cli("train", "-d", "board", *OPTIONS, "--resume", home=other)
    assert (result.code, result.out) == (130, "")
    said = " ".join(result.err.split())
    assert f"The model in use stays as it was. To go on after 2 epochs: {COMMAND} --resume" in said


def test_beginning_anew_says_what_could_go_on(cli: Cli, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_in_pass(1, monkeypatch)
    result = cli("train", "board", home=other)
    said = " ".join(result.err.split())
    assert f"Begins anew. To go on with the unfinished training instead: {COMMAND} --resume" in said


def test_info_says_what_could_go_on(cli: Cli, stopped: Path, home: Path) -> None:
    said = cli("info", home=stopped).err
    assert f"To go on with a training that was stopped: {COMMAND} --resume" in " ".join(said.split())
    assert info(stopped).unfinished == (f"{COMMAND} --resume",)
    assert info(home).unfinished == ()
    assert "To go on" not in cli("info", home=home).err


@pytest.mark.slow
def test_resume_as_it_is_typed(cli: Cli, other: Path, uninterrupted: Stored) -> None:
    assert cli(*COMMAND.split()[1:], "--resume", home=other).code == 0
    assert_the_same(Stored.read(other), uninterrupted)
    assert Stored.read(other).run.facts.dataset.people == Checkerboard.people
