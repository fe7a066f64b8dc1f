"""Training the towers: the loss of an epoch, who is seen in it, stopping early, and the pass at the end."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from movierec_cli.errors import TrainingError
from movierec_cli.store.facts import Epoch, ValidationFacts
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.member import Member
from movierec_cli.training.ranking.trainer import Trainer, is_flat
from tests.training.ranking.made_up import MadeUp, made_up

QUIET = replace(
    RankingConfig(),
    dim=4,
    batch_size=1000,
    history_dropout=0.0,
    prefix_share=0.0,
    noise=0.0,
    mixup=0.0,
    weight_decay=0.0,
)
"""Nothing is left to chance, and everybody is in one step."""


def rated_only(data: MadeUp) -> MadeUp:
    """Without the last person, who has no ratings."""
    ratings = data.interactions
    ratings = replace(ratings, user_ids=ratings.user_ids[:-1], row_splits=ratings.row_splits[:-1])
    return replace(
        data,
        interactions=ratings,
        **{name: getattr(data, name)[:-1] for name in ("histories", "liked", "target")},
    )


@pytest.fixture(scope="module")
def data() -> MadeUp:
    return rated_only(made_up(10, 8, share=0.7))


def losses(trainer: Trainer, data: MadeUp) -> tuple[np.ndarray, np.ndarray]:
    """Each person's cross-entropy by the network's present weights, and what it counts, in numpy."""
    history, start, score, bias = (table.numpy().astype(np.float64) for table in trainer.network.trained)
    scores = (data.histories @ history + start) @ score.T + bias
    totals = data.target.sum(axis=1)
    log_softmax = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -(data.target / totals[:, None] * log_softmax).sum(axis=1), np.sqrt(totals)


def loss(trainer: Trainer, data: MadeUp) -> float:
    """Their mean, in which a person counts by the root of what their targets add up to."""
    each, counts = losses(trainer, data)
    return float(np.average(each, weights=counts))


@pytest.mark.slow
@pytest.mark.parametrize("sample_from", [0, 1_000_000])
def test_the_loss_of_an_epoch_is_numpys_softmax(data: MadeUp, sample_from: int) -> None:
    """With all movies and with a sample of them, which is as large here. Then steps lower it."""
    trainer = Trainer(data.everybody, 3, QUIET, seed=0, sample_from=sample_from)
    assert trainer.run_epoch(1, 0.0) == pytest.approx(loss(trainer, data), rel=1e-5)
    before = trainer.run_epoch(2, 0.05)
    assert trainer.run_epoch(3, 0.05) < before
    assert trainer.run_epoch(4, 0.0) == pytest.approx(loss(trainer, data), rel=1e-4)


def test_it_begins_with_what_is_popular(data: MadeUp) -> None:
    """Before any step, a movie's bias is the log of what it is worth, and all else is next to nothing."""
    towers = Trainer(data.everybody, 3, QUIET, seed=0).towers
    popularity = np.log(1 + data.target.sum(axis=0))
    np.testing.assert_allclose(towers.bias, popularity - popularity.mean(), rtol=1e-4, atol=1e-5)
    assert np.abs(towers.history_vectors).max() < 0.3 and np.abs(towers.score_vectors).max() < 0.3


@pytest.mark.parametrize("batch_size", [1, 2, 4, 5, 9])
def test_an_epoch_sees_everybody_once_whatever_the_batches(data: MadeUp, batch_size: int) -> None:
    """Nine people: of steps without length each one's loss is known, and the epoch's is their mean.

    Targets that add up to the same for all, so that all count the same.
    """
    evidence, person = data.evidence, data.interactions.user_index
    share = evidence.target / np.bincount(person, evidence.target)[person]
    evidence = replace(evidence, target=share.astype(np.float32))
    trainer = Trainer(Everybody.here(evidence, 9), 3, replace(QUIET, batch_size=batch_size), seed=0)
    each, _ = losses(trainer, data)
    assert each.std() > 0.05
    for number in range(3):
        assert trainer.run_epoch(number, 0.0) == pytest.approx(each.mean(), rel=1e-5)


@pytest.mark.slow
def test_noise_comes_anew_with_every_epoch(data: MadeUp) -> None:
    """A little of it hardly changes the loss on average, much of it makes it worse."""
    plain, little, much = (
        Trainer(data.everybody, 3, replace(QUIET, noise=noise, batch_size=3), seed=0)
        for noise in (0, 0.1, 30)
    )
    without = plain.run_epoch(1, 0.0)
    seen = [little.run_epoch(1, 0.0) for _ in range(50)]
    assert len(set(seen)) == 50
    assert np.mean(seen) == pytest.approx(without, abs=0.01)
    assert much.run_epoch(1, 0.0) > without + 0.05


def test_decay_keeps_the_tables_small_and_is_not_in_the_loss(data: MadeUp) -> None:
    free, held = (
        Trainer(data.everybody, 3, replace(QUIET, weight_decay=decay), seed=0) for decay in (0.0, 10.0)
    )
    assert free.run_epoch(1, 0.05) == pytest.approx(held.run_epoch(1, 0.05), rel=1e-5)
    for number in range(2, 20):
        for trainer in (free, held):
            trainer.run_epoch(number, 0.05)
    for place in (0, 2):  # what history vectors and score vectors add up to
        sizes = [np.abs(trainer.network.trained[place].numpy()).mean() for trainer in (free, held)]
        assert sizes[1] < 0.2 * sizes[0]


def scripted(figures: Sequence[float]) -> tuple[Callable[[Member], ValidationFacts], list[Member]]:
    """A judge that gives these figures, the last one for ever, and what it was shown."""
    judged: list[Member] = []

    def judge(towers: Member) -> ValidationFacts:
        judged.append(towers)
        return ValidationFacts(1.0, figures[min(len(judged), len(figures)) - 1])

    return judge, judged


@pytest.fixture(scope="module")
def trainer(data: MadeUp) -> Trainer:
    """Used again and again: training goes on from where it was."""
    return Trainer(data.everybody, 3, replace(QUIET, learning_rate=0.05), seed=0)


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
    trainer: Trainer, figures: list[float], patience: int, epochs: int, run: int, best: int
) -> None:
    judge, judged = scripted(figures)
    told: list[Epoch] = []
    history, number = trainer.train(epochs, patience, judge, told.append)
    assert (len(history), number) == (len(judged), best) == (run, best)
    assert history == told
    assert [epoch.number for epoch in history] == list(range(1, run + 1))
    assert [epoch.validation_ndcg for epoch in history] == [*figures, *[figures[-1]] * run][:run]
    for name in ("history_vectors", "start", "score_vectors", "bias"):
        kept = getattr(trainer.towers, name)
        distance = [np.abs(getattr(towers, name) - kept).max() for towers in judged]
        assert distance[best - 1] == 0
        assert all(other > 0 for place, other in enumerate(distance, start=1) if place != best)
    for table, name in zip(
        trainer.network.trained, ("history_vectors", "start", "score_vectors", "bias"), strict=True
    ):  # what learns goes on from there, too
        np.testing.assert_array_equal(table.numpy(), getattr(trainer.towers, name))


RISING = [0.1, 0.2, 0.3, 0.4, 0.401, 0.4015, 0.4015, 0.402, 0.41, 0.42]
"""After four epochs it rises by less than a two-hundredth in any two epochs, until the ninth."""


@pytest.mark.parametrize(("samples", "run", "best"), [(True, 6, 6), (False, 10, 10)])
def test_with_a_sample_of_the_movies_training_ends_where_it_becomes_flat(
    data: MadeUp, samples: bool, run: int, best: int
) -> None:
    """0.4015 after six epochs, 0.4 after four: with a patience of four, two epochs must bring more."""
    sample_from = 0 if samples else 1_000_000
    trainer = Trainer(data.everybody, 3, QUIET, seed=0, sample_from=sample_from)
    history, number = trainer.train(10, 4, scripted(RISING)[0], lambda _epoch: None)
    assert (len(history), number) == (run, best)


@pytest.mark.parametrize(
    ("figures", "patience", "expected"),
    [
        ([0.1] * 9, 10, False),  # not before ten epochs
        ([0.1] * 10, 10, True),
        ([0.2] * 5 + [0.2009] * 5, 10, True),
        ([0.2] * 5 + [0.2011] + [0.2] * 4, 10, False),
        ([0.2, 0.3, 0.25], 3, True),  # half of the patience is the last one
        ([0.2, 0.25, 0.3], 3, False),
        ([0.2], 1, False),
        ([0.2, 0.2], 1, True),
        ([0.0] * 10, 10, False),  # nothing is right, and may still be: the patience decides
    ],
)
def test_what_is_flat(figures: list[float], patience: int, expected: bool) -> None:
    assert is_flat(figures, patience) is expected


@pytest.mark.slow
def test_what_is_judged_is_a_smooth_average_of_the_weights(data: MadeUp) -> None:
    """It lags behind what learns, and does not stand still."""
    trainer = Trainer(data.everybody, 3, replace(QUIET, learning_rate=0.1), seed=0)
    lag, before = [], trainer.towers.score_vectors

    def judge(towers: Member) -> ValidationFacts:
        now = trainer.network.trained[2].numpy()
        lag.append(np.linalg.norm(now - before) - np.linalg.norm(towers.score_vectors - before))
        return ValidationFacts(1.0, float(len(lag)))

    trainer.train(5, 5, judge, lambda _epoch: None)
    assert min(lag) > 0
    assert np.abs(trainer.towers.score_vectors - before).max() > 0.01


def test_the_pass_at_the_end_learns_from_all_ratings(data: MadeUp) -> None:
    """From the best weights on: afterwards the loss is that of the whole data, and lower than before."""
    other = rated_only(made_up(10, 8, seed=9, share=0.7))
    trainer = Trainer(other.everybody, 3, replace(QUIET, learning_rate=0.05), seed=0)
    trainer.train(2, 5, scripted([0.1, 0.2])[0], lambda _epoch: None)
    before = loss(trainer, data)
    trainer.finish(data.everybody, 6)
    after = loss(trainer, data)
    assert trainer.run_epoch(1, 0.0) == pytest.approx(after, rel=1e-4)
    assert after < before


@pytest.mark.slow
def test_the_same_seed_learns_the_same(data: MadeUp) -> None:
    """With all that is left to chance."""
    config = replace(RankingConfig(), dim=4, batch_size=4)

    def learned(seed: int) -> np.ndarray:
        trainer = Trainer(data.everybody, 3, config, seed)
        trainer.train(3, 5, scripted([0.1, 0.2, 0.3])[0], lambda _epoch: None)
        return np.asarray(trainer.towers.score_vectors)

    first, again, other = learned(5), learned(5), learned(6)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_judgement_that_is_not_finite_ends_it(trainer: Trainer, loss: float) -> None:
    with pytest.raises(TrainingError, match=r"not finite in epoch 1 with learning rate 0\.05"):
        trainer.train(3, 5, lambda _towers: ValidationFacts(loss, 0.5), lambda _epoch: None)


def test_a_loss_that_is_not_finite_ends_it(data: MadeUp) -> None:
    trainer = Trainer(data.everybody, 3, replace(QUIET, learning_rate=1e30), seed=0)
    with pytest.raises(TrainingError, match="not finite in epoch"):
        trainer.train(5, 5, scripted([0.1, 0.2, 0.3])[0], lambda _epoch: None)
