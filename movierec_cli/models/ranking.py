"""The default model: a linear user tower and a movie tower, trained to rank the whole catalogue.

    person = normalise(weights of the ratings given) @ E + b
    movie  = free embedding + genres and decade @ P
    score  = person . movie + movie bias

One training row per person. The loss is a softmax over all movies with the person's ratings as weighted
targets, while a part of the history is dropped, so that the rest has to predict it: the retrieval side of
Covington, Adams and Sargin, "Deep Neural Networks for YouTube Recommendations" (RecSys 2016), with the movie
metadata of Kula's LightFM (2015).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.errors import TrainingError
from movierec_cli.fold_in import HistoryWeights
from movierec_cli.models.backend import keras, tf
from movierec_cli.models.trained import Epoch, OnEpoch, TrainedModel
from movierec_cli.models.validation import RankingTask
from movierec_cli.scoring import Matrix, blocks


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """Defaults chosen on validation data; docs/model.md has what was tried."""

    dim: int = 64
    learning_rate: float = 5e-3
    batch_size: int = 64
    history_dropout: float = 0.3
    history_recency: float = 50.0
    target_recency: float = 100.0
    target_floor: float = 0.3
    validation_share: float = 0.1


@keras.saving.register_keras_serializable("movierec")
class RankingNetwork(keras.Model):  # type: ignore[misc]
    """Histories in, one score per movie out.

    Input: tf.SparseTensor float32 (batch, movies), a person's history weights in a row (see fold_in.py).
    Output: float32 (batch, movies).
    """

    def __init__(self, movies: int, features: int, dim: int, history_dropout: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.movies, self.features, self.dim, self.history_dropout = movies, features, dim, history_dropout

    def build(self, _input_shape: Any = None) -> None:
        spread = keras.initializers.RandomNormal(stddev=0.05)
        self.history_embedding = self.add_weight((self.movies, self.dim), spread, name="history_embedding")
        self.user_bias = self.add_weight((self.dim,), "zeros", name="user_bias")
        self.movie_embedding = self.add_weight((self.movies, self.dim), spread, name="movie_embedding")
        self.feature_projection = self.add_weight(
            (self.features, self.dim), spread, name="feature_projection"
        )
        self.movie_bias = self.add_weight((self.movies,), "zeros", name="movie_bias")
        self.movie_features = self.add_weight(
            (self.movies, self.features), "zeros", trainable=False, name="movie_features"
        )
        self.built = True

    def movie_vectors(self) -> Any:
        """float32 (movies, dim): what a score multiplies a person's vector with."""
        return self.movie_embedding + tf.matmul(self.movie_features, self.feature_projection)

    def user_vectors(self, history: Any, training: bool = False) -> Any:
        """float32 (batch, dim): the user tower, linear in the history scaled to unit length."""
        weights, rows = history.values, history.indices[:, 0]
        if training:
            kept = tf.random.uniform(tf.shape(weights)) >= self.history_dropout
            weights = tf.where(kept, weights, 0.0)
        squares = tf.math.unsorted_segment_sum(weights**2, rows, history.dense_shape[0])
        scaled = weights * tf.gather(tf.math.rsqrt(squares + 1e-9), rows)
        unit = tf.SparseTensor(history.indices, scaled, history.dense_shape)
        return tf.sparse.sparse_dense_matmul(unit, self.history_embedding) + self.user_bias

    def call(self, history: Any, training: bool = False) -> Any:
        people = self.user_vectors(history, training)
        return tf.matmul(people, self.movie_vectors(), transpose_b=True) + self.movie_bias

    def get_config(self) -> dict[str, Any]:
        names = ("movies", "features", "dim", "history_dropout")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def movie_features(dataset: Dataset) -> Matrix:
    """float32 (movies, genres + decades): a movie's genres and release decade, scaled to unit length."""
    movies = dataset.movies
    genres = sorted({genre for names in movies["genres"] for genre in names})
    decade = (movies["year"] // 10).astype("float64").to_numpy(na_value=np.nan)
    decades = np.unique(decade[np.isfinite(decade)])
    by_genre = np.array(
        [[genre in names for genre in genres] for names in movies["genres"]], dtype=np.float32
    )
    features = np.hstack([by_genre.reshape(len(movies), len(genres)), decade[:, None] == decades[None, :]])
    length = np.linalg.norm(features, axis=1, keepdims=True)
    unit: Matrix = (features / np.where(length > 0, length, 1)).astype(np.float32)
    return unit


def fit(
    dataset: Dataset,
    interactions: Interactions,
    options: dict[str, Any],
    *,
    epochs: int,
    patience: int,
    seed: int,
    on_epoch: OnEpoch,
) -> TrainedModel:
    """Train, choosing the epoch by NDCG@10 on a held-out part of everybody's ratings.

    options: fields of RankingConfig to set. The vectors returned are of the best epoch's weights and of all
    ratings. Raises TrainingError when the loss is not finite.
    """
    config = replace(RankingConfig(), **options)
    highest = dataset.rating_scale[1]
    keras.utils.set_random_seed(seed)
    seen, held_out = hold_out(interactions, config.validation_share, seed=seed)
    task = RankingTask(seen, held_out, highest)
    weights = HistoryWeights(highest, config.history_recency)
    features = movie_features(dataset)
    network = RankingNetwork(
        len(features), features.shape[1], config.dim, config.history_dropout, name="ranking"
    )
    network.build()
    network.movie_features.assign(features)
    run_epoch = epoch_runner(network, seen, weights, config, highest, epochs)

    history: list[Epoch] = []
    best, best_weights = 0, network.get_weights()
    for number in range(1, epochs + 1):
        loss = float(run_epoch())
        if not np.isfinite(loss):
            raise TrainingError.diverged(number, config.learning_rate)
        users, movies = score_vectors(network, seen, weights)
        history.append(
            Epoch(number, loss, validation_loss(task, users, movies), task.ndcg(users, movies, "dot"))
        )
        on_epoch(history[-1])
        if not best or history[-1].validation_ndcg > history[best - 1].validation_ndcg:
            best, best_weights = number, network.get_weights()
        elif number - best >= patience:
            break
    network.set_weights(best_weights)
    users, movies = score_vectors(network, interactions, weights)
    return TrainedModel(
        kind="ranking",
        config=asdict(config),
        network=network,
        movie_vectors={
            "score_vector": movies,
            "history_vector": network.history_embedding.numpy(),
            "similar_vector": network.movie_vectors().numpy(),
        },
        user_vectors=users,
        score_column="score_vector",
        score_metric="dot",
        similar_column="similar_vector",
        history=history,
        best_epoch=best,
        fold_in={**asdict(weights), "user_bias": network.user_bias.numpy().tolist()},
    )


def epoch_runner(
    network: RankingNetwork,
    seen: Interactions,
    weights: HistoryWeights,
    config: RankingConfig,
    highest: float,
    epochs: int,
) -> Callable[[], Any]:
    """A function that makes one pass over everybody inside one graph and returns its mean loss, float32 ().

    The time goes into arithmetic: a Python step for each batch was some twenty times slower.
    """
    people = len(seen.user_ids)
    age = ratings_given_later(seen)
    row_splits = tf.constant(seen.row_splits)
    movie_index = tf.constant(seen.movie_index, tf.int64)
    weight = tf.constant(weights(seen.rating, age))
    target = tf.constant(target_weights(seen, config, highest))
    positions = tf.RaggedTensor.from_row_splits(tf.range(len(seen.rating), dtype=tf.int64), row_splits)
    steps = -(-people // config.batch_size)
    optimizer = keras.optimizers.Adam(
        keras.optimizers.schedules.CosineDecay(
            0.05 * config.learning_rate,
            decay_steps=int(0.9 * steps * epochs) + 1,
            alpha=0.01,
            warmup_target=config.learning_rate,
            warmup_steps=int(0.1 * steps * epochs),
        )
    )
    optimizer.build(network.trainable_variables)

    def step(users: Any) -> Any:
        ragged = tf.gather(positions, users)
        entries, rows = ragged.values, ragged.value_rowids()
        shape = tf.stack([tf.size(users, tf.int64), tf.constant(network.movies, tf.int64)])
        indices = tf.stack([rows, tf.gather(movie_index, entries)], axis=1)
        history = tf.SparseTensor(indices, tf.gather(weight, entries), shape)
        targets = tf.scatter_nd(indices, tf.gather(target, entries), shape)
        totals = tf.reduce_sum(targets, axis=1)
        with tf.GradientTape() as tape:
            logits = network(history, training=True)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets / totals[:, None], logits)
            importance = tf.sqrt(totals)
            loss = tf.reduce_mean(losses * importance) / tf.reduce_mean(importance)
        optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
        return loss

    @tf.function  # type: ignore[untyped-decorator]
    def run_epoch() -> Any:
        order = tf.random.shuffle(tf.range(people, dtype=tf.int64))
        total = tf.constant(0.0)
        for batch in tf.range(steps):
            total += step(order[batch * config.batch_size : (batch + 1) * config.batch_size])
        return total / steps

    return run_epoch  # type: ignore[no-any-return]


def ratings_given_later(interactions: Interactions) -> Any:
    """int64 (ratings,): how many ratings the same person gave after each one."""
    last = interactions.row_splits[interactions.user_index + 1]
    return last - 1 - np.arange(len(interactions.rating))


def target_weights(interactions: Interactions, config: RankingConfig, highest: float) -> Any:
    """float32 (ratings,): how much predicting each rating is worth; a star less halves it, age lessens it."""
    fresh = 2 ** (-ratings_given_later(interactions) / config.target_recency)
    worth = 2 ** (interactions.rating - highest) * (config.target_floor + (1 - config.target_floor) * fresh)
    return worth.astype(np.float32)


def score_vectors(
    network: RankingNetwork, interactions: Interactions, weights: HistoryWeights
) -> tuple[Matrix, Matrix]:
    """Everyone's and every movie's vector, float32 (people, dim + 1) and (movies, dim + 1).

    The last dimension is the movie's bias and the person's 1, so that their inner product is the score.
    """
    rows = np.stack([interactions.user_index, interactions.movie_index], axis=1).astype(np.int64)
    history = tf.SparseTensor(
        rows,
        weights(interactions.rating, ratings_given_later(interactions)),
        (len(interactions.user_ids), network.movies),
    )
    users = network.user_vectors(history).numpy()
    movies = np.column_stack([network.movie_vectors().numpy(), network.movie_bias.numpy()])
    return np.column_stack([users, np.ones(len(users), np.float32)]), movies


def validation_loss(task: RankingTask, users: Matrix, movies: Matrix) -> float:
    """Mean softmax cross-entropy of the liked held-out movies over the whole catalogue, per person judged."""
    losses = []
    for part in blocks(len(task.judged), len(movies)):
        people = task.judged[part]
        logits = users[people] @ movies.T
        highest = logits.max(axis=1)
        normaliser = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
        rows, entries = task.liked.entries(people)
        liked = logits[rows, task.liked.movie_index[entries]]
        total = np.bincount(rows, weights=normaliser[rows] - liked, minlength=len(people))
        losses.append(total / task.liked.counts[people])
    return float(np.concatenate(losses).mean()) if losses else 0.0
