"""The softmax over a sample of the movies, for catalogues too large to score all of them for everybody.

A softmax loss needs the log of the sum of exp(score) over all movies. Here a person's own movies enter it as
they are, and of the others a sample that the whole batch shares: each movie is in it with a chance of its
own, the well-known always, and counts for 1 / chance. The sum is thereby right on average (Horvitz and
Thompson, 1952), and nearly so each time: what is left out is little known, and its scores are low.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from movierec_cli.models.backend import tf
from movierec_cli.scoring import Matrix

STEEPNESS = 0.5
"""The chance of a movie grows with this power of how often it is a target."""


def chances(worth: npt.ArrayLike, size: int) -> Matrix:
    """With what chance each movie is in a sample, float32 (movies,), adding up to `size` or all 1.

    worth: (movies,), how much each of them is a target.
    """
    wanted = (np.asarray(worth, np.float64) + 1.0) ** STEEPNESS
    if size >= len(wanted):
        return np.ones(len(wanted), np.float32)
    low, high = 0.0, size / wanted.min()
    for _ in range(60):  # the more that reach 1, the more is left for the others
        middle = (low + high) / 2
        low, high = (middle, high) if np.minimum(middle * wanted, 1).sum() < size else (low, middle)
    chance: Matrix = np.minimum(high * wanted, 1).astype(np.float32)
    return chance


def losses(people: Any, movies: Any, bias: Any, own: tuple[Any, Any, Any], chance: Any) -> Any:
    """Softmax cross-entropy of each person in a batch, float32 (batch,).

    people: float32 (batch, d), movies: (all movies, d), bias: (all movies,). own: for every target the
    position of its person in the batch, ascending, its movie_index, and its share of the person's targets,
    which add up to 1. chance: float32 (all movies,), see `chances`.
    """
    row, movie, share = own
    batch = tf.shape(people)[0]
    drawn = tf.where(tf.random.uniform(tf.shape(chance)) < chance)[:, 0]
    count = tf.shape(drawn)[0]
    place = tf.tensor_scatter_nd_update(
        tf.fill(tf.shape(chance), -1), drawn[:, None], tf.range(count, dtype=tf.int32)
    )
    column = tf.gather(place, movie)
    doubled = tf.boolean_mask(tf.stack([tf.cast(row, tf.int32), column], axis=1), column >= 0)
    is_own = tf.scatter_nd(doubled, tf.ones(tf.shape(doubled)[0]), tf.stack([batch, count]))

    drawn_bias = tf.gather(bias, drawn) - tf.math.log(tf.gather(chance, drawn))
    others = tf.matmul(people, tf.gather(movies, drawn), transpose_b=True) + drawn_bias
    others = tf.where(is_own > 0, -np.inf, others)
    scores = tf.reduce_sum(tf.gather(people, row) * tf.gather(movies, movie), axis=1) + tf.gather(bias, movie)

    highest = tf.maximum(tf.reduce_max(others, axis=1), tf.math.unsorted_segment_max(scores, row, batch))
    highest = tf.stop_gradient(highest)
    total = tf.reduce_sum(tf.exp(others - highest[:, None]), axis=1)
    total += tf.math.unsorted_segment_sum(tf.exp(scores - tf.gather(highest, row)), row, batch)
    return highest + tf.math.log(total) - tf.math.unsorted_segment_sum(share * scores, row, batch)
