"""movierec train, as it is typed."""

import json
from pathlib import Path

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.paths import Home
from movierec_cli.store.runs import current_run, list_runs
from tests.support import Checkerboard, Cli, write_csv_layout


@pytest.fixture(scope="module")
def home(checkerboard: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the checkerboard has been fetched, and nothing trained."""
    from movierec_cli.datasets.library import fetch

    place = tmp_path_factory.mktemp("fetched")
    fetch(source=write_csv_layout(checkerboard, place / "csv"), name="checkerboard", home=place / "home")
    return place / "home"


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
    config, training = run.facts["model"]["config"], run.facts["training"]
    assert (config["dim"], config["batch_size"], config["learning_rate"]) == (8, 20, 0.01)
    assert training["seed"] == 3
    said = " ".join(result.err.split())
    ratings = f"{run.facts['dataset']['ratings']:,}"
    assert f"checkerboard: 60 people, 31 movies, {ratings} ratings" in said
    assert f"{training['epochs']}, best {training['best_epoch']}" in said
    assert f"{training['validation']['ndcg@10']:.4f}" in said
    assert run.run_id in said
    first = [
        json.loads(cli("recommend", str(user_id), "-n", "1", "-f", "json", home=home).out)[0]["movie_id"]
        for user_id in (3, 13, 293, 593)
    ]
    assert first == [Checkerboard.withheld(person) for person in (0, 1, 29, 59)]


def test_a_failed_training_leaves_the_model_in_use(cli: Cli, home: Path) -> None:
    runs = list_runs(Home(home))
    result = cli("train", "-d", "checkerboard", "--learning-rate", "1e30", "--epochs", "5", home=home)
    assert (result.code, result.out) == (1, "")
    assert "The loss is not finite in epoch" in " ".join(result.err.split())
    assert "movierec train --learning-rate 1e+29" in " ".join(result.err.split())
    assert "Traceback" not in result.err
    assert list_runs(Home(home)) == runs


@pytest.mark.parametrize(
    "options",
    [
        ("--epochs", "0"),
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
        ("checkerboard",),
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
