"""Sums over people against dense products, whoever adds up."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_array

from movierec_cli.training.everybody import Everybody, whole
from movierec_cli.training.ranking.sums import Sums, gram_of, liked_by
from movierec_cli.vectors.arrays import Matrix
from tests.support import Divided

PEOPLE, MOVIES, WIDTH = 40, 12, 5


@dataclass(frozen=True)
class Part:
    """Of some people."""

    histories: csr_array
    liked: csr_array


def random_matrix(seed: int) -> Matrix:
    """People x movies, a third of it numbers, the first and the last ten people without any."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(PEOPLE, MOVIES)) * (chance.random((PEOPLE, MOVIES)) < 1 / 3)
    matrix[:10] = matrix[-10:] = 0
    return matrix.astype(np.float32)


def in_parts(histories: Matrix, liked: Matrix, edges: list[int]) -> Everybody[Part]:
    workers = Divided(len(edges) - 1)
    parts = [
        workers.keep(Part(csr_array(histories[low:high]), csr_array(liked[low:high])))
        for low, high in pairwise(edges)
    ]
    return Everybody(workers, parts, edges)


@pytest.mark.parametrize("edges", [[0, 40], [0, 17, 40], [0, 3, 11, 12, 25, 36, 40]])
def test_the_parts_add_up(edges: list[int]) -> None:
    histories, liked = random_matrix(1), random_matrix(2)
    dense = np.random.default_rng(3).normal(size=(MOVIES, WIDTH)).astype(np.float32)
    people = in_parts(histories, liked, edges)
    sums = Sums(people)
    assert sums.shape == (PEOPLE, MOVIES)
    assert sums.entries == np.count_nonzero(histories)
    there = histories @ dense
    np.testing.assert_allclose(sums.there_and_back(dense), histories.T @ there, atol=1e-4)
    places = sums.places(dense)
    np.testing.assert_allclose(whole(places), there, atol=1e-4)
    np.testing.assert_allclose(gram_of(places), there.T @ there, atol=1e-4)
    np.testing.assert_allclose(liked_by(people, places), liked.T @ there, atol=1e-4)


def test_those_of_some_people_leave_the_others_out() -> None:
    histories = random_matrix(1)
    dense = np.random.default_rng(3).normal(size=(MOVIES, WIDTH)).astype(np.float32)
    some = np.arange(PEOPLE) % 3 == 0
    of_some = Sums(in_parts(histories, histories, [0, 21, 40])).of_some(some)
    wanted = histories[some].T @ (histories[some] @ dense)
    np.testing.assert_allclose(of_some.there_and_back(dense), wanted, atol=1e-4)


def test_nobody_has_rated_anything() -> None:
    nothing = np.zeros((PEOPLE, MOVIES), np.float32)
    sums = Sums(in_parts(nothing, nothing, [0, 20, 40]))
    assert not sums.there_and_back(np.ones((MOVIES, WIDTH), np.float32)).any()
