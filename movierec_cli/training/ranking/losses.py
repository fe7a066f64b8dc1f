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
from movierec_cli.training.ranking.graph import rows_of, sparse_product
from movierec_cli.training.ranking.network import Network

Losses = Callable[[Any, Batch, Any], Any]
"""From people's vectors, float32 (people, dim), their batch, and what each target is of its person's, float32
(ratings,), adding up to 1, to the softmax cross-entropy of each person, float32 (people,)."""
Objective = Callable[[Batch], tuple[Any, Any]]
"""From a batch to what is minimised and the loss that is shown, float32 () each."""


def objective_of(network: Network, losses: Losses, noise: float, weight_decay: float) -> Objective:
    """A person counts by the root of what their targets add up to. For noise and weight_decay see
    config.py."""
    history_table, start, score_table, _bias = network.trained

    def objective(batch: Batch) -> tuple[Any, Any]:
        row, shape = batch.cell[:, 0], batch.shape(network.movies)
        totals = tf.math.unsorted_segment_sum(batch.target, row, shape[0])
        importance = tf.sqrt(totals) / tf.reduce_mean(tf.sqrt(totals))
        people = sparse_product(batch.cell, batch.weight, shape, history_table) + start  # (people, dim)
        people += tf.random.normal(tf.shape(people), stddev=noise)
        loss = tf.reduce_mean(importance * losses(people, batch, batch.target / tf.gather(totals, row)))
        squares = tf.reduce_sum(history_table.value**2) + tf.reduce_sum(score_table.value**2)
        return loss + weight_decay * squares, loss

    return objective


def full_softmax(network: Network) -> Losses:
    """The softmax over all movies."""

    def losses(people: Any, batch: Batch, target_share: Any) -> Any:
        scores = network.movie_tower(people)  # (people, movies)
        targets = tf.raw_ops.SparseToDense(
            sparse_indices=batch.cell,
            output_shape=batch.shape(network.movies),
            sparse_values=target_share,
            default_value=0.0,
            validate_indices=False,
        )
        return tf.nn.softmax_cross_entropy_with_logits(targets, scores)

    return losses


def sampled_softmax(network: Network, worth: Matrix, size: int) -> Losses:
    """The softmax over a sample of about `size` movies, see sampled.py.

    worth: float32 (movies,), how much each is a target.
    """
    _history_table, _start, score_table, bias = network.trained
    chance = tf.constant(sampled.chances(worth, size))

    def look_up(movies: Any) -> tuple[Any, Any]:
        return rows_of(score_table, movies), rows_of(bias.value[:, None], movies)[:, 0]

    def losses(people: Any, batch: Batch, target_share: Any) -> Any:
        return sampled.losses(people, look_up, (batch.cell[:, 0], batch.cell[:, 1], target_share), chance)

    return losses
