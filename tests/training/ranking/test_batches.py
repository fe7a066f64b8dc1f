"""What a training step sees of people's ratings."""

from dataclasses import replace

import numpy as np
import pytest

from movierec_cli.models.backend import tf
from movierec_cli.training.ranking.batches import SHORTEST_PREFIX, TrainingData, batch_of
from movierec_cli.training.ranking.config import RankingConfig
from tests.training.ranking.made_up import made_up

ALL = replace(RankingConfig(), history_dropout=0.0, prefix_share=0.0)
"""Every rating is shown."""


@pytest.fixture
def data() -> TrainingData:
    """People with 3, 0, 1 and 4 ratings, whose weights are their movies' numbers."""
    counts = [3, 0, 1, 4]
    movie = np.arange(10, 18)
    position = [place / count for count in counts for place in range(count)]
    return TrainingData(
        row_splits=tf.constant(np.cumsum([0, *counts])),
        movie_index=tf.constant(movie),
        weight=tf.constant(movie, tf.float32),
        target=tf.constant(100.0 + movie, tf.float32),
        position=tf.constant(position, tf.float32),
    )


def test_a_batch_holds_the_ratings_of_its_people_in_their_order(data: TrainingData) -> None:
    """People in any order, one of them without ratings, one twice."""
    users = [3, 1, 0, 2, 0, 1]
    batch = batch_of(data, tf.constant(users, tf.int64), 2, ALL)
    by_person = np.split(np.arange(10, 18), [3, 3, 4])
    for start in (0, 2, 4):
        step = batch.step(start, 2)
        cells = [[row, movie] for row in (0, 1) for movie in by_person[users[start + row]]]
        assert step.cell.numpy().tolist() == cells
        assert step.shape(20).numpy().tolist() == [2, 20]
        assert step.weight.numpy().tolist() == [movie for _, movie in cells]
        targets = step.target.numpy() / (100.0 + np.array(cells)[:, 1])
        np.testing.assert_allclose(targets, targets[0], rtol=1e-6)


def many(ratings: int) -> TrainingData:
    """One person with so many ratings, all weights -1 and all targets 1."""
    ones = tf.ones([ratings])
    places = tf.constant(np.arange(ratings) / ratings, tf.float32)
    return TrainingData(
        tf.constant([0, ratings], tf.int64), tf.range(ratings, dtype=tf.int64), -ones, ones, places
    )


def test_hidden_ratings_are_made_up_for_and_count_more_as_targets() -> None:
    tf.random.set_seed(0)
    config = replace(ALL, history_dropout=0.75)
    batch = batch_of(many(20_000), tf.constant([0], tf.int64), 1, config)
    weight, target = batch.weight.numpy(), batch.target.numpy()
    shown = weight != 0
    assert shown.mean() == pytest.approx(0.25, abs=0.02)
    assert set(weight[shown].tolist()) == {-4.0}
    assert set(target[~shown].tolist()) == {1.0}
    assert set(target[shown].tolist()) == {0.5}


def test_what_is_hidden_changes_from_step_to_step() -> None:
    config = replace(ALL, history_dropout=0.5)
    data, user = many(200), tf.constant([0], tf.int64)
    first, second = (batch_of(data, user, 1, config).weight.numpy() for _ in range(2))
    assert 50 < (first != second).sum() < 150


def test_a_prefix_is_the_first_part_of_a_history_as_it_is() -> None:
    """From SHORTEST_PREFIX of it to all; whoever is shown with one has nothing else hidden."""
    tf.random.set_seed(0)
    config = replace(ALL, history_dropout=0.5, prefix_share=1.0)
    lengths = []
    for _ in range(100):
        batch = batch_of(many(100), tf.constant([0], tf.int64), 1, config)
        shown = batch.weight.numpy() != 0
        lengths.append(int(shown.sum()))
        assert shown[: lengths[-1]].all()
        assert set(batch.weight.numpy()[shown].tolist()) == {-1.0}
        assert batch.target.numpy().tolist() == [0.5] * lengths[-1] + [1.0] * (100 - lengths[-1])
    assert 100 * SHORTEST_PREFIX - 1 <= min(lengths) < 45
    assert max(lengths) > 85


def test_tensors_hold_what_the_evidence_says() -> None:
    """Weights are the entries of `histories`; a first rating has position 0, the last is just below 1."""
    made = made_up(7, 11)
    ratings = made.interactions
    data = TrainingData.of(made.evidence)
    person, movie = ratings.user_index, ratings.movie_index
    assert data.row_splits.numpy().tolist() == ratings.row_splits.tolist()
    assert data.movie_index.numpy().tolist() == movie.tolist()
    np.testing.assert_allclose(data.weight, made.histories[person, movie], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(data.target, made.target[person, movie], rtol=1e-5)
    places = [place / count for count in ratings.counts for place in range(count)]
    np.testing.assert_allclose(data.position, places, rtol=1e-6)
