"""Sums over people against dense products, whoever adds up."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from movierec_cli.training.ranking.sums import Sums
from movierec_cli.vectors.arrays import Matrix
from tests.support import Divided

PEOPLE, MOVIES, WIDTH = 40, 12, 5


def random_matrix(seed: int) -> Matrix:
    """People x movies, a third of it numbers, the first and the last ten people without any."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(PEOPLE, MOVIES)) * (chance.random((PEOPLE, MOVIES)) < 1 / 3)
    matrix[:10] = matrix[-10:] = 0
    return matrix.astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_the_parts_add_up(count: int) -> None:
    histories, liked = random_matrix(1), random_matrix(2)
    dense = np.random.default_rng(3).normal(size=(MOVIES, WIDTH)).astype(np.float32)
    sums = Sums(csr_array(histories), csr_array(liked), Divided(count))
    assert sums.shape == (PEOPLE, MOVIES)
    assert sums.entries == np.count_nonzero(histories)
    there = histories @ dense
    np.testing.assert_allclose(sums.there_and_back(dense), histories.T @ there, atol=1e-4)
    np.testing.assert_allclose(sums.gram(dense), there.T @ there, atol=1e-4)
    np.testing.assert_allclose(sums.liked_by(dense), liked.T @ there, atol=1e-4)


def test_those_of_some_people_leave_the_others_out() -> None:
    histories = random_matrix(1)
    dense = np.random.default_rng(3).normal(size=(MOVIES, WIDTH)).astype(np.float32)
    some = np.arange(PEOPLE) % 3 == 0
    of_some = Sums(csr_array(histories), workers=Divided(2)).of_some(some)
    wanted = histories[some].T @ (histories[some] @ dense)
    np.testing.assert_allclose(of_some.there_and_back(dense), wanted, atol=1e-4)


def test_nobody_has_rated_anything() -> None:
    sums = Sums(csr_array((PEOPLE, MOVIES), dtype=np.float32), workers=Divided(2))
    assert not sums.there_and_back(np.ones((MOVIES, WIDTH), np.float32)).any()
