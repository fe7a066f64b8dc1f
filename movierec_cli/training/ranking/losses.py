"""What a training step learns from: a softmax over all movies, or over a sample of them.

One row a person: their ratings are weighted targets, predicted from a part of their history (the retrieval
side of Covington, Adams and Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys 2016).
"""

from collections.abc import Callable
from typing import Any

from movierec_cli.training.backend import tf
from movierec_cli.training.graph import rows_of
from movierec_cli.training.ranking import sampled
from movierec_cli.training.ranking.network import Network
from movierec_cli.vectors.arrays import Matrix

Losses = Callable[[Any, Any, Any, Any], Any]
"""From people's vectors, float32 (people, dim), the cells of their targets, see Batch, what each target is of
its person's, float32 (ratings,), and two seeds, int64 (2, 2), to the softmax cross-entropy of each person,
float32 (people,)."""


def full_softmax(network: Network, mixup: float) -> Losses:
    """The softmax over all movies; at most a share of `mixup` of another person is mixed into each one."""

    def losses(people: Any, cell: Any, target_share: Any, seeds: Any) -> Any:
        partner = tf.argsort(tf.random.stateless_uniform([tf.shape(people)[0]], seeds[0]))
        share = tf.random.stateless_uniform([tf.shape(people)[0], 1], seeds[1], 0.0, mixup)

        def mixed(rows: Any) -> Any:
            return (1 - share) * rows + share * tf.gather(rows, partner)

        scores = network.scores(mixed(people))
        targets = tf.raw_ops.SparseToDense(
            sparse_indices=cell,
            output_shape=tf.shape(scores, tf.int64),
            sparse_values=target_share,
            default_value=0.0,
            validate_indices=False,
        )
        return tf.nn.softmax_cross_entropy_with_logits(mixed(targets), scores)

    return losses


def sampled_softmax(network: Network, worth: Matrix, size: int) -> Losses:
    """The softmax over a sample of about `size` movies, see sampled.py; nobody is mixed in.

    worth: float32 (movies,), how much each is a target.
    """
    _history_table, _start, score_table, bias = network.trained
    chance = tf.constant(sampled.chances(worth, size))

    def look_up(movies: Any) -> tuple[Any, Any]:
        return rows_of(score_table, movies), rows_of(bias.value[:, None], movies)[:, 0]

    def losses(people: Any, cell: Any, target_share: Any, seeds: Any) -> Any:
        return sampled.losses(people, look_up, (cell[:, 0], cell[:, 1], target_share), chance, seeds)

    return losses
