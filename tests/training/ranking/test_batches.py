"""What a training step sees of people's ratings."""

from dataclasses import replace

import numpy as np
import pytest

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.ranking.batches import SHORTEST_PREFIX, SHOWN_TARGET, Batch, batch_of
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence
from movierec_cli.training.sparse import by_person
from tests.training.ranking.made_up import MadeUp, made_up

ALL = replace(RankingConfig(), history_dropout=0.0, prefix_share=0.0)
"""Every rating is shown."""


@pytest.fixture(scope="module")
def data() -> MadeUp:
    """Seven people, the last of whom has rated nothing."""
    return made_up(7, 11)


def test_a_batch_holds_the_ratings_of_its_people_in_their_order(data: MadeUp) -> None:
    """People in any order, one of them without ratings, one twice."""
    people = [3, 6, 0, 2, 0]
    batch = batch_of(data.evidence, np.array(people), ALL, np.random.default_rng(0))
    splits, movies = data.interactions.row_splits, data.interactions.movie_index
    cells = [
        [row, int(movie)]
        for row, person in enumerate(people)
        for movie in movies[splits[person] : splits[person + 1]]
    ]
    assert batch.cell.tolist() == cells
    places = [(people[row], movie) for row, movie in cells]
    np.testing.assert_allclose(batch.weight, [data.histories[place] for place in places], rtol=1e-4)
    shown = SHOWN_TARGET * np.array([data.target[place] for place in places])
    np.testing.assert_allclose(batch.target, shown, rtol=1e-4)
    assert [part.dtype.name for part in (batch.weight, batch.target, batch.cell)] == [
        "float32",
        "float32",
        "int64",
    ]


def of_one(ratings: int, config: RankingConfig, seed: int) -> Batch:
    """A step's view of one person with so many ratings, all weights -1 and all targets 1."""
    ones = np.ones(ratings, np.float32)
    interactions = Interactions(
        np.arange(1), np.arange(ratings), np.array([0, ratings]), np.arange(ratings, dtype=np.int32), ones
    )
    matrix = by_person(interactions, -ones)
    evidence = Evidence(interactions, ones, matrix, matrix, ones)
    return batch_of(evidence, np.array([0]), config, np.random.default_rng(seed))


def test_what_is_left_of_a_history_makes_up_for_what_is_hidden() -> None:
    """And what is shown is to be predicted, too, but counts less."""
    batch = of_one(20_000, replace(ALL, history_dropout=0.75), seed=0)
    shown = batch.weight != 0
    assert shown.mean() == pytest.approx(0.25, abs=0.02)
    assert set(batch.weight[shown].tolist()) == {-4.0}
    assert set(batch.target[~shown].tolist()) == {1.0}
    assert set(batch.target[shown].tolist()) == {0.5}
    assert SHOWN_TARGET == 0.5


def test_what_is_hidden_changes_from_step_to_step(data: MadeUp) -> None:
    config, chance = replace(ALL, history_dropout=0.5), np.random.default_rng(0)
    first, second = (batch_of(data.evidence, np.arange(7), config, chance).weight for _ in range(2))
    assert (first != second).any()


def test_a_prefix_is_the_first_part_of_a_history_as_it_is() -> None:
    """From SHORTEST_PREFIX of it to all; whoever is shown with one has nothing else hidden."""
    config = replace(ALL, history_dropout=0.5, prefix_share=1.0)
    lengths = []
    for seed in range(100):
        shown = of_one(100, config, seed).weight
        lengths.append(int((shown != 0).sum()))
        assert shown.tolist() == [-1.0] * lengths[-1] + [0.0] * (100 - lengths[-1])
    assert 100 * SHORTEST_PREFIX <= min(lengths) < 45
    assert max(lengths) > 85


def test_as_many_people_are_shown_with_a_prefix_as_asked_for() -> None:
    config = replace(ALL, history_dropout=0.5, prefix_share=0.3)
    whole = sum(set(of_one(50, config, seed).weight.tolist()) <= {-1.0, 0.0} for seed in range(1000))
    assert whole == pytest.approx(300, abs=60)
