"""A run without epochs: it answers every question, and TensorFlow is never loaded for it."""

import json
import shutil
from pathlib import Path

import pytest

import movierec_cli as movierec
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.errors import MovieRecError
from movierec_cli.home import Home
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.runs import current_run
from movierec_cli.training.train import train
from tests.support import Checkerboard, Cli, run_python

COMMANDS = """
import json, sys
from movierec_cli.cli.app import main
for line in json.loads(sys.argv[1]):
    try:
        main(line)
    except SystemExit as end:
        assert end.code == 0, line
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.slow
def test_it_is_trained_and_asked_without_tensorflow(fetched_home: Path, tmp_path: Path) -> None:
    """In a fresh interpreter, from training to the last question."""
    lines = [
        ["train", "-d", "checkerboard", "--epochs", "0"],
        ["recommend", "3"],
        ["recommend", "3", "--explain"],
        ["recommend", "3", "13", "--diversity", "0.5"],
        ["recommend", "--like", "Film 4", "--dislike", "Film 5"],
        ["similar", "Film 3"],
        ["similar", "Unseen"],
        ["predict", "3", "Film 7"],
        ["show", "Film 3"],
        ["history", "3"],
        ["rate", "Film 3", "4"],
        ["recommend", "me"],
        ["export", str(tmp_path / "all.csv")],
        ["info", "--verify"],
        ["runs"],
    ]
    done = run_python(COMMANDS, json.dumps(lines), home=fetched_home)
    modules = json.loads(done.stdout.splitlines()[-1])
    assert "scipy" in modules  # it did compute
    assert not [name for name in modules if name.split(".")[0] in {"tensorflow", "keras"}]


def test_there_is_no_network_among_its_files_and_nothing_minds(cli: Cli, computed_home: Path) -> None:
    run = current_run(Home(computed_home))
    assert not (run.folder / "model.keras").exists()
    result = cli("info", "--verify", home=computed_home)
    assert (result.code, "every file is as it was written" in result.err) == (0, True)
    said = " ".join(result.out.split())
    assert "computed" in said
    assert "without epochs" in said
    listed = cli("runs", home=computed_home)
    assert (listed.code, run.run_id in listed.out, "computed" in listed.out) == (0, True, True)
    assert movierec.runs(computed_home)[0].validation_ndcg == run.facts.training.validation.ndcg > 0


def test_the_withheld_movie_comes_back_first(computed_home: Path) -> None:
    recommender = Recommender.open(computed_home)
    for person in range(Checkerboard.people):
        hit = recommender.recommend(Checkerboard.user_id(person), top=1)[0]
        assert hit.movie.movie_id == Checkerboard.withheld(person)
        assert hit.predicted_rating == pytest.approx(5, abs=0.5)


def test_the_run_says_that_there_were_no_epochs(checkerboard: Dataset, tmp_path: Path) -> None:
    stages: list[str] = []
    went = train(checkerboard, epochs=0, home=tmp_path, on_stage=stages.append).facts.training
    assert (went.epochs, went.by_epoch, went.best_epoch, went.finishing_epochs) == (0, (), 0, 0)
    assert 0 < went.validation.ndcg <= 1
    assert went.validation.loss > 0
    assert not any("TensorFlow" in stage for stage in stages)


def test_the_command_tells_no_epochs(cli: Cli, fetched_home: Path) -> None:
    result = cli("train", "-d", "checkerboard", "-e", "0", home=fetched_home)
    assert (result.code, result.out) == (0, "")
    said = " ".join(result.err.split())
    assert "computed" in said
    assert "Epochs" not in said and "TensorFlow" not in said
    assert f"NDCG@100 {current_run(Home(fetched_home)).facts.training.validation.ndcg:.4f}" in said


@pytest.mark.parametrize(("picture", "lacks"), [("loss", "nothing to draw"), ("model", "no network")])
def test_what_cannot_be_drawn_of_it_is_said_with_what_to_run(
    cli: Cli, computed_home: Path, tmp_path: Path, picture: str, lacks: str
) -> None:
    path = tmp_path / f"{picture}.png"
    result = cli("plot", picture, "-o", str(path), home=computed_home)
    assert (result.code, result.out) == (1, "")
    said = " ".join(result.err.split())
    assert lacks in said and "without epochs" in said
    assert "movierec train" in said
    assert not path.exists()
    draw = {"loss": movierec.plot_loss, "model": movierec.plot_model}[picture]
    with pytest.raises(MovieRecError, match=lacks):
        draw(path, home=computed_home)


def test_its_map_is_drawn(cli: Cli, computed_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    assert cli("plot", "map", "-o", str(path), home=computed_home).code == 0
    assert "Film 3" in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_later_training_takes_its_place_and_one_can_go_back(
    checkerboard: Dataset, computed_home: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(computed_home, tmp_path / "home"))
    before = current_run(Home(home)).run_id
    train(checkerboard, epochs=1, dim=4, home=home)
    assert (current_run(Home(home)).folder / "model.keras").is_file()
    movierec.use(before, home=home)
    assert current_run(Home(home)).run_id == before
    assert Recommender.open(home).recommend(3, top=1)[0].movie.movie_id == Checkerboard.withheld(0)
