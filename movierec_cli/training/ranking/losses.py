"""What a training step learns from: a softmax over all movies, or over a sample of them.

One row a person: their ratings are weighted targets, predicted from a part of their history (the retrieval
side of Covington, Adams and Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys 2016).
"""

from collections.abc import Callable
from typing import Any

from movierec_cli.models.backend import tf
from movierec_cli.scoring import Matrix
from movierec_cli.training.ranking import sampled
from movierec_cli.training.ranking.batches import Batch
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.graph import rows_of, sparse_product
from movierec_cli.training.ranking.network import Network

Objective = Callable[[Batch], tuple[Any, Any]]
"""From a batch to what is minimised and the loss that is shown, float32 () each."""


def full_softmax(network: Network, config: RankingConfig, weight_decay: float) -> Objective:
    """The softmax over all movies."""
    history_table, start, score_table, bias = network.trained

    def objective(batch: Batch) -> tuple[Any, Any]:
        importance, target_share = _importance(batch)
        shape = batch.shape(score_table.shape[0])
        targets = tf.raw_ops.SparseToDense(
            sparse_indices=batch.cell,
            output_shape=shape,
            sparse_values=target_share,
            default_value=0.0,
            validate_indices=False,
        )
        people = sparse_product(batch.cell, batch.weight, shape, history_table) + start  # (batch, dim)
        scores = tf.matmul(_noisy(people, config), score_table, transpose_b=True) + bias  # (batch, movies)
        losses = tf.nn.softmax_cross_entropy_with_logits(targets, scores)
        loss = tf.reduce_mean(importance * losses)
        return loss + _decay(history_table, score_table, weight_decay), loss

    return objective


def sampled_softmax(
    network: Network, config: RankingConfig, weight_decay: float, worth: Matrix, size: int
) -> Objective:
    """The softmax over a sample of about `size` movies, see sampled.py.

    worth: float32 (movies,), how much each is a target.
    """
    history_table, start, score_table, bias = network.trained
    chance = tf.constant(sampled.chances(worth, size))

    def look_up(movies: Any) -> tuple[Any, Any]:
        return rows_of(score_table, movies), rows_of(bias.value[:, None], movies)[:, 0]

    def objective(batch: Batch) -> tuple[Any, Any]:
        importance, target_share = _importance(batch)
        shape = batch.shape(score_table.shape[0])
        people = sparse_product(batch.cell, batch.weight, shape, history_table) + start  # (batch, dim)
        own = (batch.cell[:, 0], batch.cell[:, 1], target_share)
        loss = tf.reduce_mean(importance * sampled.losses(_noisy(people, config), look_up, own, chance))
        return loss + _decay(history_table, score_table, weight_decay), loss

    return objective


def _importance(batch: Batch) -> tuple[Any, Any]:
    """What each person's loss counts, the root of what their targets add up to, float32 (people,), 1 on
    average; and each target's share of that sum, float32 (ratings,)."""
    row = batch.cell[:, 0]
    totals = tf.math.unsorted_segment_sum(batch.target, row, tf.size(batch.row_splits) - 1)
    root = tf.sqrt(totals)
    return root / tf.reduce_mean(root), batch.target / tf.gather(totals, row)


def _noisy(people: Any, config: RankingConfig) -> Any:
    return people + tf.random.normal(tf.shape(people), stddev=config.noise)


def _decay(history_table: Any, score_table: Any, weight_decay: float) -> Any:
    squares = tf.reduce_sum(history_table.value**2) + tf.reduce_sum(score_table.value**2)
    return weight_decay * squares
