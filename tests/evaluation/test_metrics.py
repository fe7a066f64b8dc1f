"""Ranking metrics against trec_eval, as ir_measures runs it."""

import math
from collections.abc import Callable

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, R, Success, nDCG

from movierec_cli.evaluation import metrics

PEOPLE, CATALOGUE, K = 200, 60, 10


MEASURES = {
    metrics.ndcg: nDCG @ K,
    metrics.recall: R @ K,
    metrics.hit_rate: Success @ K,
    metrics.reciprocal_rank: RR,
}


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


@pytest.fixture(scope="module")
def trec_eval(random_lists: tuple[np.ndarray, np.ndarray]) -> dict[tuple[ir_measures.Measure, int], float]:
    """What trec_eval says of every person by every measure; who has an empty list is left out."""
    lists, relevant = random_lists
    judgements = {
        str(person): {str(movie): int(relevant[person, movie]) for movie in range(CATALOGUE)}
        for person in range(PEOPLE)
    }
    # trec_eval orders by score and breaks ties in its own way: every rank gets a score of its own.
    answers = {
        str(person): {str(movie): float(-rank) for rank, movie in enumerate(lists[person]) if movie >= 0}
        for person in range(PEOPLE)
    }
    found = ir_measures.pytrec_eval.iter_calc(list(MEASURES.values()), judgements, answers)
    return {(value.measure, int(value.query_id)): float(value.value) for value in found}


@pytest.mark.parametrize("function", MEASURES)
def test_every_metric_is_that_of_trec_eval(
    random_lists: tuple[np.ndarray, np.ndarray],
    trec_eval: dict[tuple[ir_measures.Measure, int], float],
    function: Callable[..., metrics.PerPerson],
) -> None:
    lists, relevant = random_lists
    flags = np.pad(relevant, ((0, 0), (0, 1)))[np.arange(PEOPLE)[:, None], lists]
    counts = relevant.sum(axis=1)
    ours = function(flags, counts)
    judged = counts > 0
    assert 0 < judged.sum() < PEOPLE
    theirs = [trec_eval.get((MEASURES[function], int(person)), 0.0) for person in np.flatnonzero(judged)]
    assert len(set(theirs)) > 1
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
