"""Everybody's ratings as tensors, and what a training step sees of them."""

from typing import Any, NamedTuple

import numpy as np

from movierec_cli.models.backend import tf
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence

SHORTEST_PREFIX = 0.3
"""The least part of a history that a prefix shows."""
SHOWN_TARGET = 0.5
"""What a target counts that the step shows in the history, too."""


class TrainingData(NamedTuple):
    """Everybody's ratings, person by person.

    row_splits: int64 (people + 1,). For each rating: movie_index int64; weight float32, what it says of the
    person; target float32, what predicting it is worth; position float32, 0 for a person's first rating to
    almost 1 for the last.
    """

    row_splits: Any
    movie_index: Any
    weight: Any
    target: Any
    position: Any

    @classmethod
    def of(cls, evidence: Evidence) -> "TrainingData":
        """The same as tensors."""
        seen = evidence.interactions
        counts = seen.counts[seen.user_index]
        return cls(
            row_splits=tf.constant(seen.row_splits),
            movie_index=tf.constant(seen.movie_index, tf.int64),
            weight=tf.constant(evidence.histories.data),
            target=tf.constant(evidence.target),
            position=tf.constant(((counts - 1 - seen.age) / counts).astype(np.float32)),
        )

    @classmethod
    def signature(cls) -> "TrainingData":
        """Any number of people and ratings, so that one graph serves them all."""
        whole, real = tf.TensorSpec([None], tf.int64), tf.TensorSpec([None], tf.float32)
        return cls(row_splits=whole, movie_index=whole, weight=real, target=real, position=real)


class Batch(NamedTuple):
    """Some people's ratings as steps see them.

    row_splits: int64 (people + 1,). For each rating: cell int64 (ratings, 2), its person's row in a step's
    batch, ascending, and its movie_index; weight float32, 0 where the step hides it; target float32.
    """

    row_splits: Any
    cell: Any
    weight: Any
    target: Any

    def shape(self, movies: int) -> Any:
        """int64 (2,): people, movies."""
        return tf.stack([tf.size(self.row_splits, tf.int64) - 1, tf.constant(movies, tf.int64)])

    def step(self, start: Any, size: Any) -> "Batch":
        """The part that one step sees: `size` people from the position `start` on."""
        splits = self.row_splits[start : start + size + 1]
        ratings = slice(splits[0], splits[-1])
        return Batch(splits, self.cell[ratings], self.weight[ratings], self.target[ratings])


def batch_of(data: TrainingData, users: Any, size: Any, config: RankingConfig) -> Batch:
    """The ratings of some people for steps of `size` people, with a part of each history hidden at random.

    Most people lose ratings here and there, and what is left is made up for; some are shown with the first
    part of their history only. What is shown counts less as a target.
    """
    first = tf.gather(data.row_splits, users)
    count = tf.gather(data.row_splits, users + 1) - first
    row_splits = tf.concat([[0], tf.cumsum(count)], 0)
    place = tf.range(row_splits[-1])
    row = tf.searchsorted(row_splits[1:], place, side="right", out_type=tf.int64)
    entry = place + tf.gather(first - row_splits[:-1], row)
    people = tf.size(users, tf.int64)
    cut = tf.random.uniform([people], SHORTEST_PREFIX, 1.0)
    is_prefix = tf.gather(tf.random.uniform([people]) < config.prefix_share, row)
    before = tf.cast(tf.gather(data.position, entry) <= tf.gather(cut, row), tf.float32)
    kept = tf.cast(tf.random.uniform(tf.shape(before)) >= config.history_dropout, tf.float32)
    is_shown = tf.where(is_prefix, before, kept)
    made_up_for = tf.where(is_prefix, 1.0, 1 / (1 - config.history_dropout))
    return Batch(
        row_splits,
        cell=tf.stack([row % size, tf.gather(data.movie_index, entry)], axis=1),
        weight=tf.gather(data.weight, entry) * is_shown * made_up_for,
        target=tf.gather(data.target, entry) * (1 - (1 - SHOWN_TARGET) * is_shown),
    )
