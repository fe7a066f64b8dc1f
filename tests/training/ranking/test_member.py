"""Members of the model, and their sum."""

import numpy as np
import pytest

from movierec_cli.training.ranking.member import Member, side_by_side, spread

RNG = np.random.default_rng(3)
HISTORIES = RNG.normal(size=(6, 9)).astype(np.float32)


def member(dim: int) -> Member:
    tables = (RNG.normal(size=shape).astype(np.float32) for shape in ((9, dim), (9, dim), (dim,), (9,)))
    return Member(*tables)


def scores(one: Member, histories: np.ndarray = HISTORIES) -> np.ndarray:
    """Step by step, by the formula in Member."""
    people = [
        one.start + sum(weight * vector for weight, vector in zip(row, one.history_vectors, strict=True))
        for row in histories
    ]
    return np.array([[person @ movie for movie in one.score_vectors] for person in people]) + one.bias


def test_side_by_side_their_scores_add_up() -> None:
    one, other = member(3), member(5)
    both = side_by_side([one, other])
    assert both.history_vectors.shape == both.score_vectors.shape == (9, 9)
    assert not both.bias.any()
    np.testing.assert_allclose(scores(both), scores(one) + scores(other), rtol=1e-4, atol=1e-4)
    people = HISTORIES @ both.history_vectors + both.start
    assert people[:, -1].tolist() == [1.0] * 6  # meets the bias
    np.testing.assert_allclose(scores(side_by_side([one])), scores(one), rtol=1e-4, atol=1e-4)


def test_scaled_means_every_score_multiplied() -> None:
    one = member(4)
    np.testing.assert_allclose(scores(one.scaled(2.5)), 2.5 * scores(one), rtol=1e-4, atol=1e-4)


def test_evened_members_take_histories_that_are_not() -> None:
    one, evening = member(4), RNG.random(9).astype(np.float32) + 0.5
    evened = scores(one, HISTORIES * evening)
    np.testing.assert_allclose(scores(one.evened(evening)), evened, rtol=1e-4, atol=1e-4)


def test_the_spread_is_the_standard_deviation_of_all_products() -> None:
    people = RNG.normal(1.0, 2.0, size=(20, 6)).astype(np.float32)
    movies = RNG.normal(-0.5, 1.0, size=(30, 6)).astype(np.float32)
    assert spread(people, movies) == pytest.approx((people @ movies.T).std(), rel=1e-4)
    assert spread(people[:1], movies[:1]) == pytest.approx(0, abs=1e-2)
    assert spread(people[:0], movies) == spread(people, movies[:0]) == 0
