"""Ranking metrics against trec_eval, as ir_measures runs it."""

import math
from collections.abc import Callable

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, R, Success, nDCG

from movierec_cli import metrics

PEOPLE, CATALOGUE, K = 200, 60, 10


@pytest.fixture(scope="module")
def random_lists() -> tuple[np.ndarray, np.ndarray]:
    """(lists, relevant): shuffled movies per person, -1 behind the end of lists that are shorter than K, and
    which movies are relevant: from none to many."""
    rng = np.random.default_rng(7)
    lists = np.array([rng.permutation(CATALOGUE)[:K] for _ in range(PEOPLE)])
    for person in range(0, PEOPLE, 7):
        lists[person, rng.integers(0, K) :] = -1
    relevant = rng.random((PEOPLE, CATALOGUE)) < rng.choice([0, 0.02, 0.1, 0.5], size=(PEOPLE, 1))
    return lists, relevant


@pytest.mark.parametrize(
    ("function", "measure"),
    [
        (metrics.ndcg, nDCG @ K),
        (metrics.recall, R @ K),
        (metrics.hit_rate, Success @ K),
        (metrics.reciprocal_rank, RR),
    ],
)
def test_every_metric_is_that_of_trec_eval(
    random_lists: tuple[np.ndarray, np.ndarray],
    function: Callable[..., metrics.PerPerson],
    measure: ir_measures.Measure,
) -> None:
    lists, relevant = random_lists
    flags = np.pad(relevant, ((0, 0), (0, 1)))[np.arange(PEOPLE)[:, None], lists]
    counts = relevant.sum(axis=1)
    ours = function(flags, counts)

    judgements = [
        ir_measures.Qrel(str(person), str(movie), int(relevant[person, movie]))
        for person in range(PEOPLE)
        for movie in range(CATALOGUE)
    ]
    # trec_eval orders by score and breaks ties in its own way: every rank gets a score of its own.
    answers = [
        ir_measures.ScoredDoc(str(person), str(movie), float(-rank))
        for person in range(PEOPLE)
        for rank, movie in enumerate(lists[person])
        if movie >= 0
    ]
    found = {
        int(value.query_id): value.value for value in ir_measures.iter_calc([measure], judgements, answers)
    }
    judged = counts > 0
    assert 0 < judged.sum() < PEOPLE
    theirs = [found.get(int(person), 0.0) for person in np.flatnonzero(judged)]
    np.testing.assert_allclose(ours[judged], theirs, atol=1e-9)
    assert np.isnan(ours[~judged]).all()


def test_values_worked_out_by_hand() -> None:
    flags = np.array([[False, True, False, True], [True, True, False, False], [False] * 4])
    counts = np.array([3, 2, 1])
    gain = 1 / math.log2(3) + 1 / math.log2(5)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    np.testing.assert_allclose(metrics.ndcg(flags, counts), [gain / ideal, 1, 0])
    np.testing.assert_allclose(metrics.recall(flags, counts), [2 / 3, 1, 0])
    np.testing.assert_allclose(metrics.hit_rate(flags, counts), [1, 1, 0])
    np.testing.assert_allclose(metrics.reciprocal_rank(flags, counts), [1 / 2, 1, 0])


def test_the_ideal_list_is_no_longer_than_the_list() -> None:
    """Someone with more relevant movies than places can still reach 1."""
    full = np.ones((1, 3), dtype=bool)
    assert metrics.ndcg(full, np.array([50])) == pytest.approx([1.0])
    assert metrics.recall(full, np.array([50])) == pytest.approx([3 / 50])
