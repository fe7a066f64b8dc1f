"""The softmax over a sample of the movies, where there are too many to score all of them for everybody.

A softmax loss needs the log of the sum of exp(score) over all movies. Here the sum is taken over the person's
own movies and over a sample that the whole batch shares. Each movie has a chance of its own to be in the
sample, which is 1 for the well-known ones, and counts for 1 / chance. So the sum is right on average (Horvitz
and Thompson, 1952), and nearly right each time: what is left out is little known, and its scores are low.

A target outside the sample costs two vectors for a single score. So only some of them, taken by chance, are
scored, and count for all.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from movierec_cli.training.backend import tf
from movierec_cli.vectors.arrays import Matrix

LookUp = Callable[[Any], tuple[Any, Any]]
"""From some movies, int64 (n,), to their vectors, float32 (n, d), and their biases, float32 (n,)."""
STEEPNESS = 0.75
"""The chance of a movie grows with this power of how often it is a target."""
APART = 0.25
"""The share of the targets outside the sample that are taken."""


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


def losses(people: Any, look_up: LookUp, own: tuple[Any, Any, Any], chance: Any, seeds: Any) -> Any:
    """Softmax cross-entropy of each person in a batch, float32 (batch,), as far as the sample tells.

    people: float32 (batch, d). own: for every target the position of its person in the batch, ascending, its
    movie_index, and its share of the person's targets, which add up to 1. chance: float32 (all movies,), see
    `chances`. seeds: int64 (2, 2), of the sample and of the targets that are taken.
    """
    row, movie, _ = own
    batch = tf.shape(people)[0]
    drawn = tf.where(tf.random.stateless_uniform(tf.shape(chance), seeds[0]) < chance)[:, 0]
    place = tf.tensor_scatter_nd_update(
        tf.fill(tf.shape(chance), -1), drawn[:, None], tf.range(tf.size(drawn), dtype=tf.int32)
    )
    column = tf.gather(place, movie)
    is_drawn = column >= 0
    is_apart = ~is_drawn & (tf.random.stateless_uniform(tf.shape(movie), seeds[1]) < APART)
    inside, apart = (tf.where(flags)[:, 0] for flags in (is_drawn, is_apart))
    vectors, bias = look_up(tf.concat([drawn, tf.gather(movie, apart)], axis=0))
    drawn_vectors, apart_vectors = tf.split(vectors, [tf.size(drawn), tf.size(apart)])
    drawn_bias, apart_bias = tf.split(bias, [tf.size(drawn), tf.size(apart)])

    # One product gives each score less the log of the chance: without its exponential's 1 / chance.
    log_chance = tf.math.log(chance)
    sample = tf.matmul(
        tf.concat([people, tf.ones([batch, 1])], axis=1),
        tf.concat([drawn_vectors, (drawn_bias - tf.gather(log_chance, drawn))[:, None]], axis=1),
        transpose_b=True,
    )
    cell = tf.gather(tf.cast(row, tf.int32) * tf.size(drawn) + column, inside)
    inside_chance = tf.gather(chance, tf.gather(movie, inside))
    scores = tf.concat(
        [
            tf.gather(tf.reshape(sample, [-1]), cell) + tf.math.log(inside_chance),
            tf.reduce_sum(tf.gather(people, tf.gather(row, apart)) * apart_vectors, axis=1) + apart_bias,
        ],
        axis=0,
    )
    row, _, share = (tf.concat([tf.gather(each, inside), tf.gather(each, apart)], axis=0) for each in own)
    counts = tf.concat([tf.ones(tf.shape(inside)), tf.fill(tf.shape(apart), 1 / APART)], axis=0)
    # A target in the sample is there 1 / chance times already, and is to be once.
    times = tf.concat([1 - 1 / inside_chance, tf.fill(tf.shape(apart), 1 / APART)], axis=0)

    highest = tf.maximum(tf.reduce_max(sample, axis=1), tf.math.unsorted_segment_max(scores, row, batch))
    highest = tf.stop_gradient(highest)
    total = tf.reduce_sum(tf.exp(sample - highest[:, None]), axis=1)
    total += tf.math.unsorted_segment_sum(times * tf.exp(scores - tf.gather(highest, row)), row, batch)
    return highest + tf.math.log(total) - tf.math.unsorted_segment_sum(counts * share * scores, row, batch)
