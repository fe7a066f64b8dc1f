"""The softmax over a sample of the movies against the softmax over all of them, in numpy."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.training.backend import tf
from movierec_cli.training.ranking.sampled import chances, losses

PEOPLE, MOVIES, DIM = 6, 200, 5
SEEDS = tf.constant(np.random.default_rng(3).integers(2**62, size=(2000, 2, 2)))


@pytest.fixture(scope="module")
def problem() -> dict[str, Any]:
    """People's and movies' vectors, and for each person three to eight targets."""
    rng = np.random.default_rng(4)
    counts = rng.integers(3, 9, size=PEOPLE)
    share = [rng.dirichlet(np.ones(count)) for count in counts]
    return {
        "people": rng.normal(size=(PEOPLE, DIM)).astype(np.float32),
        "movies": rng.normal(scale=0.7, size=(MOVIES, DIM)).astype(np.float32),
        "bias": rng.normal(size=MOVIES).astype(np.float32),
        "row": np.repeat(np.arange(PEOPLE), counts),
        "movie": np.concatenate([rng.choice(MOVIES, count, replace=False) for count in counts]),
        "share": np.concatenate(share).astype(np.float32),
    }


def full(problem: dict[str, Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Cross-entropies (people,), and the sums of exp(score) over all movies."""
    scores = problem["people"].astype(np.float64) @ problem["movies"].T + problem["bias"]
    sums = np.exp(scores).sum(axis=1)
    own = problem["share"] * scores[problem["row"], problem["movie"]]
    return np.log(sums) - np.bincount(problem["row"], own), sums


def reading(movies: Any, bias: Any) -> Any:
    """The rows of two tables that somebody asks for."""
    return lambda some: (tf.gather(movies, some), tf.gather(bias, some))


def sampled(problem: dict[str, Any], chance: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
    own = (tf.constant(problem["row"]), tf.constant(problem["movie"]), tf.constant(problem["share"]))
    found = losses(
        tf.constant(problem["people"]),
        reading(tf.constant(problem["movies"]), tf.constant(problem["bias"])),
        own,
        chance,
        ((1, 2), (3, 4)),
    )
    return np.asarray(found.numpy(), dtype=np.float64)


def test_with_all_movies_in_the_sample_it_is_the_softmax(problem: dict[str, Any]) -> None:
    np.testing.assert_allclose(sampled(problem, np.ones(MOVIES, np.float32)), full(problem)[0], rtol=1e-5)


@pytest.mark.slow
def test_on_average_it_is_made_of_the_sum_over_all_movies_and_of_all_targets(problem: dict[str, Any]) -> None:
    """It is linear in the shares: their gradient tells the log of the sum from the targets' mean score."""
    worth = np.bincount(problem["movie"], minlength=MOVIES).astype(np.float32)
    chance = tf.constant(chances(worth, 50))
    people, movies, bias, row, movie, share = (
        tf.constant(problem[name]) for name in ("people", "movies", "bias", "row", "movie", "share")
    )

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def parts(seeds: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(share)
            found = losses(people, reading(movies, bias), (row, movie, share), chance, seeds)
        own = -tf.math.segment_sum(share * tape.gradient(found, share), row)
        return tf.exp(found + own), own

    cross_entropies, sums = full(problem)
    for found, right in zip(
        zip(*(parts(seeds) for seeds in SEEDS), strict=True),
        (sums, np.log(sums) - cross_entropies),
        strict=True,
    ):
        spread = np.std(found, axis=0) / np.sqrt(len(found))
        assert (np.abs(np.mean(found, axis=0) - right) < 4 * spread).all()
        assert (spread < 0.03 * np.abs(right) + 0.03).all()


@pytest.mark.slow
def test_its_gradient_is_nearly_that_of_the_softmax(problem: dict[str, Any]) -> None:
    """Averaged over samples, the gradient of people's vectors points where the full softmax's does."""
    people = tf.constant(problem["people"])
    own = (tf.constant(problem["row"]), tf.constant(problem["movie"]), tf.constant(problem["share"]))
    movies, bias = tf.constant(problem["movies"]), tf.constant(problem["bias"])

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def in_graph(chance: Any, seeds: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(people)
            total = tf.reduce_sum(losses(people, reading(movies, bias), own, chance, seeds))
        return tape.gradient(total, people)

    def gradient(chance: npt.NDArray[np.float32], seeds: tf.Tensor = SEEDS[0]) -> npt.NDArray[Any]:
        return np.asarray(in_graph(tf.constant(chance), seeds).numpy(), dtype=np.float64)

    scores = problem["people"].astype(np.float64) @ problem["movies"].T + problem["bias"]
    target = np.zeros((PEOPLE, MOVIES))
    target[problem["row"], problem["movie"]] = problem["share"]
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected = (softmax - target) @ problem["movies"]
    np.testing.assert_allclose(gradient(np.ones(MOVIES, np.float32)), expected, rtol=1e-3, atol=1e-5)
    chance = chances(np.ones(MOVIES), 100)
    mean = np.mean([gradient(chance, seeds) for seeds in SEEDS], axis=0)
    assert np.linalg.norm(mean - expected) < 0.1 * np.linalg.norm(expected)


@pytest.mark.parametrize("size", [10, 50, 150])
def test_chances_add_up_and_grow_with_what_a_movie_is_worth(size: int) -> None:
    worth = np.random.default_rng(0).pareto(1.0, MOVIES)
    chance = chances(worth, size)
    assert chance.sum() == pytest.approx(size, rel=1e-3)
    assert (chance > 0).all() and (chance <= 1).all()
    assert (np.diff(chance[np.argsort(worth)]) >= 0).all()


def test_a_sample_as_large_as_the_catalogue_is_the_catalogue() -> None:
    assert chances(np.arange(5.0), 5).tolist() == [1.0] * 5
