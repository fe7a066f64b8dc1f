"""The softmax of each person against numpy's."""

from collections.abc import Sequence

import numpy as np
import pytest

from movierec_cli.training.backend import keras, tf
from movierec_cli.training.ranking.losses import Losses, full_softmax, sampled_softmax
from movierec_cli.training.ranking.network import Network

PEOPLE, MOVIES, DIM = 5, 9, 4


@pytest.fixture(scope="module")
def network() -> Network:
    """With biases that are not zero."""
    keras.utils.set_random_seed(1)
    network = Network(MOVIES, DIM, width=2)
    rng = np.random.default_rng(0)
    for table in network.trained:
        table.assign(rng.normal(size=table.shape))
    return network


RNG = np.random.default_rng(6)
VECTORS = RNG.normal(size=(PEOPLE, DIM)).astype(np.float32)
SHARE = np.where(RNG.random((PEOPLE, MOVIES)) < 0.5, RNG.random((PEOPLE, MOVIES)) + 0.1, 0.0)
SHARE[:, 0] += 0.2
SHARE /= SHARE.sum(axis=1, keepdims=True)


def by_hand(network: Network, people: np.ndarray) -> np.ndarray:
    """(people,): cross-entropy of the shares with the softmax over all movies."""
    _, _, score, bias = (table.numpy().astype(np.float64) for table in network.trained)
    scores = people @ score.T + bias
    log_softmax = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return np.asarray(-(SHARE * log_softmax).sum(axis=1))


@pytest.fixture(params=["all movies", "a sample that is all of them"])
def losses(request: pytest.FixtureRequest, network: Network) -> Losses:
    if request.param == "all movies":
        return full_softmax(network, mixup=0.0)
    return sampled_softmax(network, np.arange(MOVIES, dtype=np.float32), MOVIES)


def found(losses: Losses, people: tf.Tensor, seeds: Sequence[Sequence[int]] = ((1, 2), (3, 4))) -> tf.Tensor:
    cell = np.stack(np.nonzero(SHARE), axis=1)
    return losses(people, tf.constant(cell), tf.constant(SHARE[SHARE > 0], tf.float32), seeds)


def test_the_loss_is_a_softmax_over_all_movies_with_the_targets_as_shares(
    network: Network, losses: Losses
) -> None:
    np.testing.assert_allclose(found(losses, tf.constant(VECTORS)), by_hand(network, VECTORS), rtol=1e-5)


def test_the_gradients_are_those_of_the_formula(network: Network, losses: Losses) -> None:
    """softmax less the shares, times the movies' vectors for people, and the people's for the movies."""
    _, _, table, biases = network.trained
    people = tf.constant(VECTORS)
    with tf.GradientTape() as tape:
        tape.watch(people)
        total = tf.reduce_sum(found(losses, people))
    of_people, of_movies, of_bias = tape.gradient(total, [people, table, biases])
    score, bias = table.numpy().astype(np.float64), biases.numpy()
    scores = VECTORS @ score.T + bias
    miss = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True) - SHARE
    np.testing.assert_allclose(of_people, miss @ score, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(of_movies, miss.T @ VECTORS, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(of_bias, miss.sum(axis=0), rtol=1e-3, atol=1e-5)


def test_another_person_is_mixed_in_with_what_they_like(network: Network) -> None:
    """Of one vector and its targets a mixture is the same; of several it is another one each time."""
    mixed = full_softmax(network, mixup=0.5)
    same = np.tile(VECTORS[:1], (PEOPLE, 1))
    cell = np.array([[person, movie] for person in range(PEOPLE) for movie in np.flatnonzero(SHARE[0])])
    share = np.tile(SHARE[0][SHARE[0] > 0], PEOPLE).astype(np.float32)
    alone = by_hand(network, VECTORS)[0]
    np.testing.assert_allclose(
        mixed(tf.constant(same), tf.constant(cell), tf.constant(share), ((1, 2), (3, 4))), alone, rtol=1e-5
    )
    seen = {
        tuple(found(mixed, tf.constant(VECTORS), ((seed, 0), (seed, 1))).numpy().tolist())
        for seed in (0, 1, 2, 3, 4, 0)
    }
    assert len(seen) == 5
