"""The loss of a step against numpy's softmax."""

import numpy as np
import pytest

from movierec_cli.models.backend import keras, tf
from movierec_cli.training.ranking.batches import Batch
from movierec_cli.training.ranking.losses import Losses, full_softmax, objective_of, sampled_softmax
from movierec_cli.training.ranking.network import Network

PEOPLE, MOVIES, DIM = 5, 9, 4


@pytest.fixture(scope="module")
def network() -> Network:
    """With a start and biases that are not zero."""
    keras.utils.set_random_seed(1)
    network = Network(MOVIES, DIM, width=2)
    rng = np.random.default_rng(0)
    for table in network.trained:
        table.assign(rng.normal(size=table.shape))
    return network


@pytest.fixture(scope="module")
def dense() -> tuple[np.ndarray, np.ndarray]:
    """Weights, some of them negative or hidden, and targets: (people, movies), 0 where nothing is rated."""
    rng = np.random.default_rng(6)
    rated = rng.random((PEOPLE, MOVIES)) < 0.5
    rated[:, 0] = True
    weight = np.where(rated & (rng.random(rated.shape) < 0.7), rng.normal(size=rated.shape), 0.0)
    return weight, np.where(rated, rng.random(rated.shape) + 0.1, 0.0)


def batch_of(weight: np.ndarray, target: np.ndarray) -> Batch:
    rows, movies = np.nonzero(target)
    return Batch(
        tf.constant(np.concatenate([[0], np.cumsum((target > 0).sum(axis=1))])),
        tf.constant(np.stack([rows, movies], axis=1)),
        tf.constant(weight[rows, movies], tf.float32),
        tf.constant(target[rows, movies], tf.float32),
    )


def by_hand(network: Network, weight: np.ndarray, target: np.ndarray) -> float:
    """Each person's cross-entropy with their targets as shares, by the root of what these add up to."""
    history, start, score, bias = (table.numpy().astype(np.float64) for table in network.trained)
    scores = (weight @ history + start) @ score.T + bias
    totals = target.sum(axis=1)
    log_softmax = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    losses = -(target / totals[:, None] * log_softmax).sum(axis=1)
    return float(np.average(losses, weights=np.sqrt(totals)))


@pytest.fixture(params=["all movies", "a sample that is all of them"])
def losses(request: pytest.FixtureRequest, network: Network) -> Losses:
    if request.param == "all movies":
        return full_softmax(network)
    return sampled_softmax(network, np.arange(MOVIES, dtype=np.float32), MOVIES)


def test_the_loss_is_a_softmax_over_all_movies_with_the_targets_as_shares(
    network: Network, losses: Losses, dense: tuple[np.ndarray, np.ndarray]
) -> None:
    minimised, loss = objective_of(network, losses, noise=0.0, weight_decay=0.0)(batch_of(*dense))
    assert float(loss) == pytest.approx(by_hand(network, *dense), rel=1e-5)
    assert float(minimised) == float(loss)


def test_decay_is_of_both_tables_squares(
    network: Network, losses: Losses, dense: tuple[np.ndarray, np.ndarray]
) -> None:
    minimised, loss = objective_of(network, losses, noise=0.0, weight_decay=0.25)(batch_of(*dense))
    history, _, score, _ = (table.numpy() for table in network.trained)
    assert float(minimised - loss) == pytest.approx(0.25 * ((history**2).sum() + (score**2).sum()), rel=1e-5)
    assert float(loss) == pytest.approx(by_hand(network, *dense), rel=1e-5)


def test_the_gradient_is_that_of_the_formula(
    network: Network, losses: Losses, dense: tuple[np.ndarray, np.ndarray]
) -> None:
    """By central differences of what numpy says, for a number of each table."""
    objective = objective_of(network, losses, noise=0.0, weight_decay=0.0)
    with tf.GradientTape() as tape:
        minimised, _ = objective(batch_of(*dense))
    for table, gradient in zip(network.trained, tape.gradient(minimised, network.trained), strict=True):
        before = table.numpy()
        place = tuple(size // 2 for size in before.shape)
        found = []
        for step in (1e-2, -1e-2):
            changed = before.copy()
            changed[place] += step
            table.assign(changed)
            found.append(by_hand(network, *dense))
        table.assign(before)
        slope = (found[0] - found[1]) / 2e-2
        assert float(gradient.numpy()[place]) == pytest.approx(slope, rel=1e-2, abs=1e-4)


def test_noise_comes_anew_with_every_step(network: Network, dense: tuple[np.ndarray, np.ndarray]) -> None:
    """A little of it hardly changes the loss on average, much of it makes it worse."""
    tf.random.set_seed(3)
    losses, batch, plain = full_softmax(network), batch_of(*dense), by_hand(network, *dense)
    little, much = (
        [float(objective_of(network, losses, noise, 0.0)(batch)[1]) for _ in range(200)]
        for noise in (0.01, 2.0)
    )
    assert len(set(little)) == 200
    assert np.mean(little) == pytest.approx(plain, abs=0.01)
    assert np.mean(much) > plain + 0.3
