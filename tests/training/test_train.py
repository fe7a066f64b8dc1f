"""What train() promises whatever the model: what the run says, giving up, and refusing what cannot be."""

from pathlib import Path
from typing import Any

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.errors import NotFoundError, TrainingError, UsageError
from movierec_cli.home import Home
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.runs import current_run
from movierec_cli.training.train import train
from tests.support import Checkerboard, RatingRow, Stored, make_dataset


@pytest.mark.parametrize("epochs", [1, 4])
def test_the_run_says_what_happened(checkerboard: Dataset, tmp_path: Path, epochs: int) -> None:
    seen: list[int] = []
    stages: list[str] = []
    run = train(
        checkerboard,
        epochs=epochs,
        dim=4,
        home=tmp_path,
        on_epoch=lambda epoch: seen.append(epoch.number),
        on_stage=stages.append,
    )
    went, data = run.facts.training, run.facts.dataset
    assert seen == [epoch.number for epoch in went.by_epoch] == list(range(1, epochs + 1))
    best = max(epoch.validation_ndcg for epoch in went.by_epoch)
    assert went.by_epoch[went.best_epoch - 1].validation_ndcg == best == went.validation.ndcg
    assert went.by_epoch[went.best_epoch - 1].validation_loss == went.validation.loss
    assert (went.epochs, went.finishing_epochs) == (epochs, round(epochs / 2))
    assert (run.facts.model.kind, data.name) == ("ranking", "checkerboard")
    assert (data.people, data.movies) == (Checkerboard.people, Checkerboard.movies + 1)
    assert data.ratings == len(checkerboard.ratings)
    assert data.first_user_id == Checkerboard.user_id(0)
    assert run.folder == tmp_path / "runs" / run.run_id
    assert (run.folder / "model.keras").is_file()
    assert went.seconds > 0
    assert len(stages) >= 3
    assert Recommender.open(tmp_path).run == run


def test_the_facts_hold_the_rule_for_what_a_rating_says(checkerboard_home: Path) -> None:
    run = current_run(Home(checkerboard_home))
    assert run.facts.format_version == 6
    fold_in = run.facts.model.fold_in
    assert fold_in
    assert (fold_in.weights.lowest, fold_in.weights.highest, fold_in.weights.neutral) == (1.0, 5.0, 0.3)
    stored = Stored.read(checkerboard_home)
    widths = {
        name: len(column[0])
        for name, column in stored.movies.items()
        if name.startswith(("s", "h")) and name.endswith(("_vector", "star_history"))
    }
    assert run.facts.model.dimensions == widths
    assert len(fold_in.user_bias) == widths["score_vector"] == widths["history_vector"]
    assert (run.facts.model.similar_column, run.facts.model.score_metric) == ("similar_vector", "dot")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "epochs", "batch_size"),
    [
        ("ranking", 5, 20),
        ("ranking", 1, 10_000),  # the loss of the only step is finite, what it leads to is not
        ("article", 2, 100),
    ],
)
def test_a_loss_that_is_not_finite_leaves_the_model_in_use(
    checkerboard: Dataset, tmp_path: Path, model: Any, epochs: int, batch_size: int
) -> None:
    train(checkerboard, epochs=0, home=tmp_path)
    before = current_run(Home(tmp_path))
    with pytest.raises(TrainingError, match=r"not finite in epoch \d+ with learning rate 1e\+30") as caught:
        train(
            checkerboard, model=model, epochs=epochs, learning_rate=1e30, batch_size=batch_size, home=tmp_path
        )
    assert "--learning-rate 1e+29" in str(caught.value.hint)
    assert "stays as it was" in caught.value.message
    assert current_run(Home(tmp_path)) == before
    left = [entry.name for entry in (tmp_path / "runs").iterdir() if entry.is_dir()]
    assert left == [before.run_id]


def test_a_new_run_replaces_the_old_one(checkerboard: Dataset, tmp_path: Path) -> None:
    first = train(checkerboard, epochs=0, dim=4, home=tmp_path)
    second = train(checkerboard, epochs=0, dim=5, home=tmp_path)
    assert current_run(Home(tmp_path)).run_id == second.run_id
    assert Stored.read(tmp_path).model["config"]["dim"] == 5
    assert first.folder.is_dir()


MOVIES = [(movie, f"Movie {movie}", 2000, ("Drama",)) for movie in (1, 2)]


@pytest.mark.parametrize(
    "ratings",
    [
        [],
        [(1, 1, 5.0, 1)],
        [(1, 1, 5.0, 1), (1, 2, 5.0, 2)],  # one person
        [(1, 1, 5.0, 1), (2, 2, 5.0, 2)],  # nobody who rated two
    ],
)
def test_too_little_to_learn_from_is_said(tmp_path: Path, ratings: list[RatingRow]) -> None:
    with pytest.raises(TrainingError, match=rf"tiny has too little.* {len(ratings)} ratings?\."):
        train(make_dataset("tiny", MOVIES, ratings), epochs=1, home=tmp_path)
    assert not (tmp_path / "CURRENT").exists()


def test_one_movie_is_too_little(tmp_path: Path) -> None:
    ratings = [(person, 1, 5.0, 1) for person in range(9)]
    with pytest.raises(TrainingError, match="9 people, 1 movie,"):
        train(make_dataset("tiny", MOVIES[:1], ratings), epochs=1, home=tmp_path)


LEAST = [(1, 1, 5.0, 1), (1, 2, 1.0, 2), (2, 1, 4.0, 1)]


def test_the_article_has_nothing_to_hold_out_of_the_least(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="tiny has too little for this model"):
        train(make_dataset("tiny", MOVIES, LEAST), model="article", epochs=1, home=tmp_path)


@pytest.mark.parametrize("epochs", [0, 1])
def test_the_least_that_can_be_learned_from_is_enough(tmp_path: Path, epochs: int) -> None:
    train(make_dataset("tiny", MOVIES, LEAST), epochs=epochs, home=tmp_path)
    recommender = Recommender.open(tmp_path)
    assert recommender.recommend(1) == []
    assert [hit.movie.movie_id for hit in recommender.recommend(2)] == [2]


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("epochs", -1, "--epochs -1"),
        ("dim", 0, "--dim 0"),
        ("batch_size", -1, "--batch-size -1"),
        ("patience", 0, "--patience 0"),
        ("learning_rate", 0.0, "--learning-rate 0.0"),
        ("learning_rate", -1.0, "--learning-rate -1.0"),
        ("learning_rate", float("nan"), "--learning-rate nan"),
        ("learning_rate", float("inf"), "--learning-rate inf"),
        ("seed", -1, "--seed -1"),
        ("seed", 2**32, f"--seed {2**32}"),
        ("model", "rankin", "rankin"),
    ],
)
def test_an_option_out_of_range_is_a_usage_error(
    checkerboard: Dataset, tmp_path: Path, option: str, value: Any, named: str
) -> None:
    with pytest.raises(UsageError) as caught:
        train(checkerboard, home=tmp_path, **{option: value})
    assert named in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_the_articles_model_takes_an_epoch(checkerboard: Dataset, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--epochs 0: give a whole number from 1\."):
        train(checkerboard, model="article", epochs=0, home=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_that_is_not_here_is_to_be_fetched(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        train("ml-1m", home=tmp_path)
    assert "movierec fetch ml-1m" in str(caught.value.hint)
