"""What train() promises whatever the model: stopping early, giving up, and refusing what cannot be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.errors import NotFoundError, TrainingError, UsageError
from movierec_cli.models.trained import TrainedModel
from movierec_cli.models.training import train
from movierec_cli.models.validation import Judgement, RankingTask
from movierec_cli.paths import Home
from movierec_cli.recommender import Recommender
from movierec_cli.store.runs import current_run
from tests.support import RatingRow, Stored, make_dataset


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[float]], list[Any]]:
    """Make the validation figure follow a script (its last value goes on); gives the movie vectors judged."""
    from movierec_cli.models import ranking

    def script(figures: list[float]) -> list[Any]:
        judged: list[Any] = []

        def judge(network: ranking.Network, _task: RankingTask, _seen: Any, _computed: Any) -> Judgement:
            judged.append(network.score_vectors())
            return Judgement(1.0, figures[min(len(judged), len(figures)) - 1])

        monkeypatch.setattr(ranking, "_judge", judge)
        return judged

    return script


@pytest.mark.parametrize(
    ("figures", "patience", "epochs", "run", "best"),
    [
        ([0.1, 0.5, 0.4, 0.45, 0.3], 3, 40, 5, 2),
        ([0.1, 0.5, 0.5, 0.5], 2, 40, 4, 2),  # as good is not better
        ([0.1, 0.2, 0.15, 0.3, 0.1], 2, 40, 6, 4),
        ([0.4, 0.1], 1, 40, 2, 1),
        ([0.1, 0.5, 0.4, 0.3], 10, 4, 4, 2),  # the epochs end first
        ([0.0], 3, 40, 4, 1),  # nothing is ever right
    ],
)
def test_training_stops_early_and_goes_back_to_the_best_epochs_weights(
    checkerboard: Dataset,
    scripted: Callable[[list[float]], list[Any]],
    figures: list[float],
    patience: int,
    epochs: int,
    run: int,
    best: int,
) -> None:
    """Without a finishing pass, and with one whose steps have no length; the computed members left out."""
    from movierec_cli.models import ranking

    def fitted(**options: float) -> TrainedModel:
        return ranking.fit(
            checkerboard,
            Interactions.from_dataset(checkerboard),
            {"dim": 4, "batch_size": 30, "linear_scale": 0.0, "taste_scale": 0.0, **options},
            epochs=epochs,
            patience=patience,
            seed=0,
            on_stage=lambda _stage: None,
            on_epoch=lambda _epoch: None,
        )

    judged = scripted(figures)
    trained = fitted(finish=0.0)
    assert (len(trained.history), trained.best_epoch, trained.finishing_epochs) == (run, best, 0)
    kept = trained.movie_vectors["score_vector"]
    distance = [np.abs(movies - kept).max() for movies in judged]
    assert distance[best - 1] == 0
    assert all(other > 0 for number, other in enumerate(distance, start=1) if number != best)
    judged.clear()
    finished = fitted(finish=0.5, finish_rate=0.0)
    assert finished.finishing_epochs == round(epochs / 2)
    np.testing.assert_allclose(finished.movie_vectors["score_vector"], kept, atol=1e-6)


def test_the_finishing_pass_is_over_all_ratings(
    checkerboard: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then five in a hundred of each person's ratings, rounded, are held out."""
    from movierec_cli.models import ranking

    learned_from: list[int] = []
    run_epoch = ranking.Trainer.run_epoch

    def spy(trainer: ranking.Trainer, number: int, epochs: int, peak: float) -> float:
        learned_from.append(len(trainer.data.movie_index))
        return run_epoch(trainer, number, epochs, peak)

    monkeypatch.setattr(ranking.Trainer, "run_epoch", spy)
    report = train(checkerboard, epochs=5, dim=4, home=tmp_path)
    counts = checkerboard.ratings.groupby("user_id").size()
    held_out = int((counts * 0.05 + 0.5).astype(int).sum())
    assert held_out > 0
    assert learned_from == [len(checkerboard.ratings) - held_out] * 5 + [len(checkerboard.ratings)] * 2
    assert (len(report.history), report.finishing_epochs) == (5, 2)


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
    train(checkerboard, epochs=1, dim=4, home=tmp_path)
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
    first = train(checkerboard, epochs=1, dim=4, home=tmp_path)
    second = train(checkerboard, epochs=1, dim=5, home=tmp_path)
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
    with pytest.raises(TrainingError, match=f"tiny has too little.* {len(ratings)} ratings"):
        train(make_dataset("tiny", MOVIES, ratings), epochs=1, home=tmp_path)
    assert not (tmp_path / "CURRENT").exists()


def test_one_movie_is_too_little(tmp_path: Path) -> None:
    ratings = [(person, 1, 5.0, 1) for person in range(9)]
    with pytest.raises(TrainingError, match="9 people, 1 movies"):
        train(make_dataset("tiny", MOVIES[:1], ratings), epochs=1, home=tmp_path)


LEAST = [(1, 1, 5.0, 1), (1, 2, 1.0, 2), (2, 1, 4.0, 1)]


def test_the_article_has_nothing_to_hold_out_of_the_least(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="tiny has too little for this model"):
        train(make_dataset("tiny", MOVIES, LEAST), model="article", epochs=1, home=tmp_path)


def test_the_least_that_can_be_learned_from_is_enough(tmp_path: Path) -> None:
    train(make_dataset("tiny", MOVIES, LEAST), epochs=1, home=tmp_path)
    recommender = Recommender.open(tmp_path)
    assert recommender.recommend(1) == []
    assert [hit.movie.movie_id for hit in recommender.recommend(2)] == [2]


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("epochs", 0, "--epochs 0"),
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


def test_a_dataset_that_is_not_here_is_to_be_fetched(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        train("ml-1m", home=tmp_path)
    assert "movierec fetch ml-1m" in str(caught.value.hint)
