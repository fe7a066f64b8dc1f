"""movierec train, as it is typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from movierec_cli import overview
from movierec_cli.cli.views.training_view import duration
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.home import Home
from movierec_cli.store.runs import Run, current_run
from movierec_cli.training.models import MODELS
from tests.support import Checkerboard, Cli, home_with


@pytest.fixture(scope="module")
def home(checkerboard: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the checkerboard has been fetched, in which all tests here train."""
    return home_with(checkerboard, tmp_path_factory.mktemp("fetched"), "checkerboard")


def test_train_says_what_it_did_on_stderr_and_the_answers_follow(cli: Cli, home: Path) -> None:
    result = cli(
        *("train", "--dataset", "checkerboard", "--epochs", "20", "--dim", "8", "--batch-size", "20"),
        *("--learning-rate", "0.01", "--patience", "15", "--seed", "3"),
        home=home,
    )
    assert (result.code, result.out) == (0, "")
    assert "\x1b" not in result.err
    assert all(len(line) <= 80 for line in result.err.splitlines())
    run = current_run(Home(home))
    config, training = run.facts.model.config, run.facts.training
    assert (config["dim"], config["batch_size"], config["learning_rate"]) == (8, 20, 0.01)
    assert training.seed == 3
    said = " ".join(result.err.split())
    ratings = f"{run.facts.dataset.ratings:,}"
    assert f"checkerboard: 60 people, 31 movies, {ratings} ratings" in said
    assert f"{training.epochs}, best {training.best_epoch}" in said
    assert f"{training.validation.ndcg:.4f}" in said
    assert run.run_id in said
    first = [
        json.loads(cli("recommend", str(user_id), "-n", "1", "-f", "json", home=home).out)[0]["movie_id"]
        for user_id in (3, 13, 293, 593)
    ]
    assert first == [Checkerboard.withheld(person) for person in (0, 1, 29, 59)]


def test_help_says_what_each_kind_of_model_is(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    shown = " ".join(cli("train", "--help").out.split())
    for name, kind in MODELS.items():
        assert f"{name}: {kind.help}" in shown


def test_a_failed_training_leaves_the_model_in_use(cli: Cli, home: Path) -> None:
    runs = overview.runs(home)
    result = cli("train", "-d", "checkerboard", "--learning-rate", "1e30", "--epochs", "5", home=home)
    assert (result.code, result.out) == (1, "")
    assert "The loss is not finite in epoch" in " ".join(result.err.split())
    assert "movierec train --learning-rate 1e+29" in " ".join(result.err.split())
    assert "Traceback" not in result.err
    assert overview.runs(home) == runs


@pytest.mark.parametrize(
    "options",
    [
        ("--epochs", "-1"),
        ("--epochs", "0", "--model", "article"),
        ("--dim", "0"),
        ("--batch-size", "0"),
        ("--patience", "0"),
        ("--learning-rate", "0"),
        ("--learning-rate", "-1"),
        ("--learning-rate", "nan"),
        ("--learning-rate", "fast"),
        ("--seed", "-1"),
        ("--seed", str(2**32)),
        ("--model", "svd"),
        ("another",),
    ],
)
def test_a_wrong_option_ends_with_2(cli: Cli, home: Path, options: tuple[str, ...]) -> None:
    result = cli("train", "-d", "checkerboard", *options, home=home)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("dataset", "hint"),
    [("ml-1m", "movierec fetch ml-1m"), ("checkerbord", "Did you mean checkerboard?")],
)
def test_a_dataset_that_is_not_here(cli: Cli, home: Path, dataset: str, hint: str) -> None:
    result = cli("train", "--dataset", dataset, home=home)
    assert (result.code, result.out) == (1, "")
    assert hint in " ".join(result.err.split())


def test_before_fetching_it_says_what_to_run(cli: Cli, tmp_path: Path) -> None:
    result = cli("train", home=tmp_path / "home")
    assert (result.code, result.out) == (1, "")
    assert "movierec fetch ml-100k" in result.err
    assert not (tmp_path / "home").exists()


def test_ctrl_c_leaves_the_model_in_use_and_says_so(
    cli: Cli, checkerboard: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the second epoch of a second training."""
    from movierec_cli.training import train as training
    from movierec_cli.training.ranking.trainer import Trainer

    training.train(checkerboard, epochs=0, home=tmp_path)
    before = current_run(Home(tmp_path))
    run_epoch = Trainer.run_epoch

    def interrupted(trainer: Trainer, number: int, learning_rate: float) -> float:
        if number == 2:
            raise KeyboardInterrupt
        return run_epoch(trainer, number, learning_rate)

    monkeypatch.setattr(Trainer, "run_epoch", interrupted)
    monkeypatch.setattr(training, "load_dataset", lambda _name, **_options: checkerboard)
    result = cli("train", "--epochs", "5", "--dim", "4", home=tmp_path)
    assert (result.code, result.out) == (130, "")
    assert "The model in use stays as it was." in result.err
    assert current_run(Home(tmp_path)) == before
    assert sorted(entry.name for entry in (tmp_path / "runs").iterdir()) == [".lock", before.run_id]


def test_ctrl_c_after_the_run_is_in_its_place_says_that_it_is_in_use(
    cli: Cli, checkerboard: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from movierec_cli.cli.views.training_view import TrainingView
    from movierec_cli.training import train as training

    def interrupted(_view: TrainingView, _run: Run) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(TrainingView, "summary", interrupted)
    monkeypatch.setattr(training, "load_dataset", lambda _name, **_options: checkerboard)
    result = cli("train", "--epochs", "0", home=tmp_path)
    assert (result.code, result.out) == (130, "")
    run_id = current_run(Home(tmp_path)).run_id
    assert f"Stopped. The run {run_id} is in use now." in " ".join(result.err.split())


def test_in_a_pipe_it_says_once_how_long_it_takes_at_most(
    cli: Cli, checkerboard: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from movierec_cli.training import train as training

    def told(*_: object, on_left: Callable[[float], None], **__: object) -> None:
        for seconds in (50.0, 59.0, 61.0, 700.0):
            on_left(seconds)
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", told)
    said = " ".join(cli("train", home=tmp_path).err.split())
    assert said.count("at most") == 1
    assert "This takes 2 min more at most, and less where training stops early." in said


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0.0, "5 s"), (5.1, "10 s"), (58.0, "60 s"), (60.0, "1 min"), (61.0, "2 min"), (540.0, "9 min")),
        *(
            (541.0, "10 min"),
            (1_000.0, "20 min"),
            (3_599.0, "60 min"),
            (3_601.0, "1.5 h"),
            (9_000.0, "2.5 h"),
        ),
    ],
)
def test_a_duration_is_never_said_too_short(seconds: float, text: str) -> None:
    assert duration(seconds) == text
