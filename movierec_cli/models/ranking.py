"""The default model: linear user towers and movie towers, trained to rank the whole catalogue.

    person = history @ E + b              a history is a row of weights, see fold_in.py
    movie  = free embedding + genres and decade @ P
    score  = person . movie + movie bias  summed over the members of a small ensemble

Two members more are computed instead of trained: see linear.py.

One training row per person. The loss is a softmax over all movies with the person's ratings as weighted
targets, predicted from a corrupted history: the retrieval side of Covington, Adams and Sargin, "Deep Neural
Networks for YouTube Recommendations" (RecSys 2016), with the movie metadata of Kula's LightFM (2015), and the
input dropout of denoising autoencoders. docs/model.md has what each part is worth.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.errors import TrainingError
from movierec_cli.fold_in import HistoryWeights
from movierec_cli.interrupts import uninterrupted
from movierec_cli.models import linear, sampled, stars
from movierec_cli.models.backend import keras, one_core_per_operation, tf
from movierec_cli.models.features import movie_features
from movierec_cli.models.optimizer import AveragedAdam
from movierec_cli.models.sparse import SparseMatrix, rows_of, sparse_product
from movierec_cli.models.trained import Epoch, OnEpoch, OnStage, TrainedModel
from movierec_cli.models.validation import Judgement, RankingTask
from movierec_cli.scoring import Indices, Matrix

STEPS_AT_ONCE = 5
"""Steps in one call of the graph: Ctrl-C waits for its end, and what all its steps see is chosen at once."""
SIMILAR_CONTENT = np.float32(1.1)
"""Length of the content half of the vectors that `similar` compares; the learned half has length 1."""


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """Defaults chosen on validation data; docs/model.md has what was tried."""

    members: int = 3  # towers whose scores add up; each sees the history through another dropout
    dim: int = 48  # of each member
    bias_share: float = 0.85  # how much of a movie's learned bias counts in scores: fewer of the same few
    linear_dim: int = 64  # of the linear member, which is computed ...
    linear_ridge: float = 400.0
    linear_scale: float = 25.0  # ... and what its scores are multiplied with; 0 leaves it out
    taste_ridge: float = 1.0  # the same for the member that adds how much more than usual somebody likes it
    taste_scale: float = 4.0  # for predicted stars as a share of the scale
    learning_rate: float = 1e-2  # at its peak: a tenth of the steps warms up, then a cosine to zero
    batch_size: int = 256  # people
    sample_from: int = 200_000_000  # people x movies from which on the loss takes a sample of the movies ...
    sample_size: int = 2048  # ... of about so many ...
    sample_batch: int = 8  # ... for batches so many times as large
    averaging: float = 0.98  # the weights kept are a moving average: a smooth curve to stop early on
    history_dropout: float = 0.4
    history_recency: float = 50.0  # ratings after which one counts 0.7 of a new one in the history ...
    history_shrinkage: float = 4.0  # in ratings: below that many, a person is mostly like everybody
    target_recency: float = 100.0  # ... and half of a new one, above the floor, as a target: taste drifts
    target_floor: float = 0.3
    prefix_share: float = 0.3  # people shown with the first part of their history only, to predict the rest
    seen_target: float = 0.3  # what a target inside that first part still counts
    kept_target: float = 0.5  # what a target that dropout left in the history still counts
    mixup: float = 0.25  # at most this share of another person is mixed in (Zhang et al., 2018)
    noise: float = 0.6  # standard deviation added to people's vectors ...
    person_penalty: float = 0.02  # ... and the pull on their length that keeps it from being outgrown
    validation_share: float = 0.05
    finish: float = 0.3  # epochs on all ratings, held out or not, once the best epoch is known; of the epochs
    finish_rate: float = 0.6  # their learning rate; of the learning rate

    def samples(self, people: int, movies: int) -> bool:
        """Whether the loss takes a sample of the movies."""
        return people * movies >= self.sample_from


@keras.saving.register_keras_serializable("movierec")
class MovieTower(keras.layers.Layer):  # type: ignore[misc]
    """People's vectors, float32 (batch, dim), to a score for every movie, float32 (batch, movies)."""

    def __init__(self, movies: int, features: int, bias_share: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.movies, self.features, self.bias_share = movies, features, bias_share

    def build(self, input_shape: tuple[int | None, int]) -> None:
        dim = input_shape[-1]
        self.embedding = self.add_weight((self.movies, dim), _spread(0.05), name="embedding")
        self.projection = self.add_weight((self.features, dim), _spread(0.01), name="projection")
        self.bias = self.add_weight((self.movies,), "zeros", name="bias")
        self.known = self.add_weight((self.movies, self.features), "zeros", trainable=False, name="features")

    def vectors(self) -> Any:
        """float32 (movies, dim): what a person's vector is multiplied with."""
        return self.embedding + tf.matmul(self.known, self.projection)

    def vectors_of(self, movies: Any) -> Any:
        """The same for some movies, int (n,): float32 (n, dim)."""
        known = tf.gather(tf.convert_to_tensor(self.known), movies)
        return rows_of(self.embedding, movies) + tf.matmul(known, self.projection)

    def call(self, people: Any) -> Any:
        return tf.matmul(people, self.vectors(), transpose_b=True) + self.bias_share * self.bias

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "movies": self.movies,
            "features": self.features,
            "bias_share": self.bias_share,
        }


def _spread(deviation: float) -> Any:
    return keras.initializers.RandomNormal(stddev=deviation)


class Network:
    """The Keras model and its towers by name.

    model: sparse float32 (batch, movies), history weights, to scores (batch, movies).
    """

    def __init__(self, features: Matrix, config: RankingConfig, bias_share: float) -> None:
        movies, members = len(features), range(1, config.members + 1)
        self.movies = movies
        history = keras.Input((movies,), sparse=True, name="history")
        self.user_towers = [
            keras.layers.Dense(config.dim, kernel_initializer=_spread(0.05), name=f"user_tower_{member}")
            for member in members
        ]
        self.movie_towers = [
            MovieTower(movies, features.shape[1], bias_share, name=f"movie_tower_{member}")
            for member in members
        ]
        self.computed = {
            name: tuple(
                keras.layers.Dense(
                    units, use_bias=False, trainable=False, kernel_initializer="zeros", name=f"{name}_{tower}"
                )
                for units, tower in ((dim, "user_tower"), (movies, "movie_tower"))
            )
            for name, dim in (("linear", config.linear_dim), ("taste", stars.StarConfig().dim))
        }
        towers = [*zip(self.user_towers, self.movie_towers, strict=True), *self.computed.values()]
        scores = [movie_tower(user_tower(history)) for user_tower, movie_tower in towers]
        output = keras.layers.Add(name="score")(scores)
        self.model = keras.Model(history, output, name="ranking")
        for tower in self.movie_towers:
            tower.known.assign(features)

    def set_computed(self, member: str, history: Matrix, movies: Matrix) -> None:
        """Put in the tables of the "linear" or the "taste" member: float32 (movies, dim) each."""
        user_tower, movie_tower = self.computed[member]
        user_tower.set_weights([history])
        movie_tower.set_weights([movies.T])

    def trained_user_vectors(self, history: SparseMatrix) -> Matrix:
        """float32 (people, members * dim): the trained members' vectors of people, side by side.

        history: (people, movies), history weights.
        """
        kernels, biases = zip(*(tower.get_weights() for tower in self.user_towers), strict=True)
        vectors: Matrix = history.times(np.hstack(kernels)) + np.hstack(biases)
        return vectors

    def trained_score_vectors(self) -> Matrix:
        """float32 (movies, members * dim): what those are multiplied with."""
        return np.hstack([tower.vectors().numpy() for tower in self.movie_towers])

    def computed_history_vectors(self) -> Matrix:
        """float32 (movies, linear_dim + the star model's dim): the computed members' history vectors."""
        return np.hstack([user_tower.kernel.numpy() for user_tower, _ in self.computed.values()])

    def computed_score_vectors(self) -> Matrix:
        """float32, of the same shape: their score vectors."""
        return np.hstack([movie_tower.kernel.numpy().T for _, movie_tower in self.computed.values()])

    def score_bias(self) -> Matrix:
        """float32 (movies,): what a movie's score is higher by for everybody."""
        bias: Matrix = sum(tower.bias_share * tower.bias.numpy() for tower in self.movie_towers)
        return bias

    def score_vectors(self) -> Matrix:
        """float32 (movies, width): the trained members' vectors, the computed ones', and the bias. Their
        inner products with people's vectors, which end in a 1, are the scores."""
        return np.column_stack(
            [self.trained_score_vectors(), self.computed_score_vectors(), self.score_bias()]
        )

    def history_vectors(self) -> Matrix:
        """float32 (movies, width): what having rated a movie adds to a person's vector."""
        trained = [tower.kernel.numpy() for tower in self.user_towers]
        return np.column_stack([*trained, self.computed_history_vectors(), np.zeros(self.movies, np.float32)])

    def user_bias(self) -> Matrix:
        """float32 (width,): the vector of a person without a history."""
        biases = [tower.bias.numpy() for tower in self.user_towers]
        nothing = [np.zeros(user_tower.units, np.float32) for user_tower, _ in self.computed.values()]
        return np.concatenate([*biases, *nothing, np.ones(1, np.float32)])


def fit(
    dataset: Dataset,
    interactions: Interactions,
    options: dict[str, Any],
    *,
    epochs: int,
    patience: int,
    seed: int,
    on_stage: OnStage,
    on_epoch: OnEpoch,
) -> TrainedModel:
    """Train until NDCG@100 on a held-out part of everybody's ratings no longer improves, go back to the best
    weights, and finish on all ratings.

    options: fields of RankingConfig to set. Everybody's vector comes from all of their ratings.
    Raises TrainingError when the loss is not finite.
    """
    config = replace(RankingConfig(), **options)
    if not config.samples(len(interactions.user_ids), len(interactions.movie_ids)):
        one_core_per_operation()
    keras.utils.set_random_seed(seed)
    lowest, highest = dataset.rating_scale
    weights = HistoryWeights(highest, config.history_recency, config.history_shrinkage)
    seen, held_out = hold_out(interactions, config.validation_share, seed=seed)
    task = RankingTask(seen, held_out, highest, lowest)
    known = movie_features(dataset)
    # BLAS's own threads go on spinning after each product and keep TensorFlow's from the cores.
    with threadpool_limits(limits=1, user_api="blas"):
        with uninterrupted():
            trainer = Trainer.of(TrainingData.of(seen, weights, config), _unit_rows(known), config)
        _compute_linear_member(trainer.average, seen, highest, config, seed)
        history, best = _train(
            trainer, task, histories(seen, weights, task.sample), epochs, patience, on_epoch
        )
        finishing_epochs = round(config.finish * epochs)
        on_stage("Learning from all ratings")
        _finish(trainer, TrainingData.of(interactions, weights, config), finishing_epochs)
        _compute_linear_member(trainer.average, interactions, highest, config, seed)
        on_stage("Learning to predict stars")
        star_tables = stars.fit(interactions, known, dataset.rating_scale, seed=seed)
        _compute_taste_member(trainer.average, interactions, weights, star_tables, config)
    network = trainer.average
    return TrainedModel(
        kind="ranking",
        config=asdict(config),
        network=network.model,
        movie_vectors={
            "score_vector": network.score_vectors(),
            "history_vector": network.history_vectors(),
            "similar_vector": similar_vectors(network, known),
            "star_vector": star_tables.movie_vectors,
            "star_history": star_tables.movie_histories,
        },
        user_vectors={
            "score_vector": _everybody(network, interactions, weights),
            "star_vector": star_tables.user_vectors,
        },
        score_column="score_vector",
        score_metric="dot",
        similar_column="similar_vector",
        history=history,
        best_epoch=best,
        finishing_epochs=finishing_epochs,
        fold_in={**asdict(weights), "user_bias": network.user_bias().tolist()},
        predict_stars=star_tables.predict,
        stars=star_tables.shared.to_facts(),
    )


def _compute_linear_member(
    network: Network, interactions: Interactions, highest: float, config: RankingConfig, seed: int
) -> None:
    history, movies = linear.fit(interactions, highest, config.linear_dim, config.linear_ridge, seed)
    network.set_computed("linear", history, config.linear_scale * movies)


def _compute_taste_member(
    network: Network,
    interactions: Interactions,
    weights: HistoryWeights,
    star_tables: stars.StarTables,
    config: RankingConfig,
) -> None:
    # As of five stars on any scale: `similar` compares this member's vectors with the others'.
    people, movies = 5 / weights.highest * star_tables.user_factors, star_tables.movie_factors
    weight = _scaled_weights(interactions, weights)
    history, movies = linear.taste(interactions, weight, people, movies, config.taste_ridge)
    network.set_computed("taste", history, config.taste_scale / 5 * movies)


def _train(
    trainer: "Trainer", task: RankingTask, seen: SparseMatrix, epochs: int, patience: int, on_epoch: OnEpoch
) -> tuple[list[Epoch], int]:
    """Train with early stopping and restore the best weights. Returns all epochs, and the best's number."""
    network = trainer.average
    computed = seen.times(network.computed_history_vectors()), network.computed_score_vectors()
    history: list[Epoch] = []
    best, best_weights = 0, network.model.get_weights()
    for number in range(1, epochs + 1):
        loss = trainer.run_epoch(number, epochs, trainer.config.learning_rate)
        judgement = _judge(network, task, seen, computed)
        if not np.isfinite(judgement.loss):
            raise TrainingError.diverged(number, trainer.config.learning_rate)
        history.append(Epoch(number, loss, judgement.loss, judgement.ndcg))
        on_epoch(history[-1])
        if not best or history[-1].validation_ndcg > history[best - 1].validation_ndcg:
            best, best_weights = number, network.model.get_weights()
        elif number - best >= patience:
            break
    network.model.set_weights(best_weights)
    return history, best


def _judge(
    network: Network, task: RankingTask, seen: SparseMatrix, computed: tuple[Matrix, Matrix]
) -> Judgement:
    """computed: the computed members' vectors of people and of movies, which do not change."""
    of_people, of_movies = computed
    users = np.hstack([network.trained_user_vectors(seen), of_people])
    movies, bias = np.hstack([network.trained_score_vectors(), of_movies]), network.score_bias()
    return task.judge(lambda part: users[part] @ movies.T + bias)


def _finish(trainer: "Trainer", everything: "TrainingData", epochs: int) -> None:
    """Learn from all ratings, from the best weights on, with the learning rate rising and falling once more.

    What was held out to find the best epoch is not lost: worth 1 to 3 % NDCG@10 over stopping there.
    """
    trainer.data = everything
    trainer.network.model.set_weights(trainer.average.model.get_weights())
    for number in range(1, epochs + 1):
        trainer.run_epoch(number, epochs, trainer.config.finish_rate * trainer.config.learning_rate)


class TrainingData(NamedTuple):
    """Everybody's ratings as tensors.

    row_splits: int64 (people + 1,). For each rating: movie_index int64; weight float32, see fold_in.py;
    target float32, what predicting it is worth; position float32, 0 for a person's first rating to almost 1
    for the last.
    """

    row_splits: Any
    movie_index: Any
    weight: Any
    target: Any
    position: Any

    @classmethod
    def of(cls, seen: Interactions, weights: HistoryWeights, config: RankingConfig) -> "TrainingData":
        age = seen.age
        fresh = config.target_floor + (1 - config.target_floor) * 2 ** (-age / config.target_recency)
        counts = seen.counts[seen.user_index]
        stars_short = 5 / weights.highest * (seen.rating - weights.highest)
        return cls(
            row_splits=tf.constant(seen.row_splits),
            movie_index=tf.constant(seen.movie_index, tf.int64),
            weight=tf.constant(_scaled_weights(seen, weights)),
            target=tf.constant(2.0**stars_short * fresh, tf.float32),
            position=tf.constant((counts - 1 - age) / counts, tf.float32),
        )

    @classmethod
    def signature(cls) -> "TrainingData":
        """Any number of people and ratings, so that one graph serves them all."""
        whole, real = tf.TensorSpec([None], tf.int64), tf.TensorSpec([None], tf.float32)
        return cls(row_splits=whole, movie_index=whole, weight=real, target=real, position=real)


@dataclass
class Trainer:
    """A network in training, and the moving average of its weights, which is what is judged and kept."""

    network: Network
    average: Network
    config: RankingConfig
    data: TrainingData
    optimizer: AveragedAdam
    batch_size: int
    take_steps: "TakeSteps"

    @classmethod
    def of(cls, data: TrainingData, features: Matrix, config: RankingConfig) -> "Trainer":
        """Networks of random weights whose scores begin as the log of what each movie's targets add up to."""
        network, average = (Network(features, config, share) for share in (1.0, config.bias_share))
        worth = np.bincount(data.movie_index.numpy(), weights=data.target.numpy(), minlength=len(features))
        start = np.log1p(worth) - np.log1p(worth).mean()
        for tower in network.movie_towers:
            tower.bias.assign(start / config.members)
        average.model.set_weights(network.model.get_weights())
        samples = config.samples(len(data.row_splits) - 1, len(features))
        optimizer = AveragedAdam(
            network.model.trainable_variables,
            average.model.trainable_variables,
            config.averaging,
            large=samples,
        )
        if samples:
            chance = sampled.chances(worth, config.sample_size)
            learn = _sample_learner(network, optimizer, config, chance)
            batch_size = config.sample_batch * config.batch_size
        else:
            learn, batch_size = _full_learner(network, optimizer, config), config.batch_size
        take_steps = _steps_graph(learn, config)
        return cls(network, average, config, data, optimizer, batch_size, take_steps)

    def run_epoch(self, number: int, epochs: int, peak: float) -> float:
        """Pass over everybody once, as epoch `number` of `epochs`; returns the mean loss.

        The learning rate rises to `peak` over the first tenth of the epochs, then falls along a cosine.
        Raises TrainingError when the loss is not finite.
        """
        warm_up = max(1, epochs // 10)
        falling = (1 + np.cos(np.pi * max(0, number - warm_up) / max(1, epochs - warm_up + 1))) / 2
        self.optimizer.learning_rate.assign(peak * min(1.0, number / warm_up) * falling)
        people = len(self.data.row_splits) - 1
        steps = -(-people // self.batch_size)
        batch = -(-people // steps)  # as even as can be, so that few are seen twice to fill the last one
        order = tf.random.shuffle(tf.range(people, dtype=tf.int64))
        order = tf.concat([order, order[: steps * batch - people]], 0)
        at_once = STEPS_AT_ONCE * batch
        parts = [order[start : start + at_once] for start in range(0, len(order), at_once)]
        total = 0.0
        for part in parts:
            with uninterrupted():  # in the midst of tracing, Ctrl-C can crash TensorFlow
                total += float(self.take_steps(self.data, part, batch))
        loss = total / steps
        if not np.isfinite(loss):
            raise TrainingError.diverged(number, peak)
        return loss


Learn = Callable[["Batch"], Any]
"""Takes one step on a batch and returns its loss, float32 ()."""


def _full_learner(network: Network, optimizer: AveragedAdam, config: RankingConfig) -> Learn:
    """Learns with the softmax over all movies."""
    trained = network.model.trainable_variables

    def learn(batch: Batch) -> Any:
        shape = batch.shape(network.movies)
        partner = tf.random.shuffle(tf.range(tf.cast(shape[0], tf.int32)))
        share = tf.random.uniform([shape[0], 1], 0.0, config.mixup)

        def mixed(rows: Any) -> Any:
            return (1 - share) * rows + share * tf.gather(rows, partner)

        importance, target_share = _importance(batch)
        targets = tf.raw_ops.SparseToDense(
            sparse_indices=batch.cell,
            output_shape=shape,
            sparse_values=target_share,
            default_value=0.0,
            validate_indices=False,
        )
        with tf.GradientTape() as tape:
            people, penalty = _people(network, batch)
            logits = [
                movie_tower(mixed(person) + noise)
                for person, noise, movie_tower in zip(people, batch.noises, network.movie_towers, strict=True)
            ]
            losses = tf.nn.softmax_cross_entropy_with_logits(mixed(targets), tf.add_n(logits))
            loss = tf.reduce_mean(importance * losses)
            objective = loss + 0.5 * config.person_penalty * penalty
        optimizer.apply(tape.gradient(objective, trained))
        return loss

    return learn


def _sample_learner(
    network: Network, optimizer: AveragedAdam, config: RankingConfig, chance: Matrix
) -> Learn:
    """Learns with the softmax over a sample, see sampled.py, and nobody is mixed in.

    chance: what sampled.chances gave.
    """
    trained = network.model.trainable_variables
    drawn_with = tf.constant(chance)

    def look_up(movies: Any) -> tuple[Any, Any]:
        # The members' scores add up to the inner product of their vectors side by side.
        vectors = [tower.vectors_of(movies) for tower in network.movie_towers]
        bias = tf.add_n([tower.bias.value for tower in network.movie_towers])
        return tf.concat(vectors, axis=1), rows_of(bias[:, None], movies)[:, 0]

    def learn(batch: Batch) -> Any:
        importance, target_share = _importance(batch)
        with tf.GradientTape() as tape:
            people, penalty = _people(network, batch)
            shown = [person + noise for person, noise in zip(people, batch.noises, strict=True)]
            own = (batch.cell[:, 0], batch.cell[:, 1], target_share)
            losses = sampled.losses(tf.concat(shown, axis=1), look_up, own, drawn_with)
            loss = tf.reduce_mean(importance * losses)
            objective = loss + 0.5 * config.person_penalty * penalty
        optimizer.apply(tape.gradient(objective, trained))
        return loss

    return learn


def _people(network: Network, batch: "Batch") -> tuple[list[Any], Any]:
    """Each member's vectors of a batch's people, float32 (people, dim), and their mean squared lengths added
    up."""
    shape = batch.shape(network.movies)
    people = [
        sparse_product(batch.cell, weight, shape, tower.kernel) + tower.bias
        for tower, weight in zip(network.user_towers, batch.weights, strict=True)
    ]
    return people, tf.add_n([tf.reduce_mean(tf.reduce_sum(person**2, axis=1)) for person in people])


def _importance(batch: "Batch") -> tuple[Any, Any]:
    """What each person's loss counts, by what their targets add up to, float32 (people,), 1 on average; and
    each target's share of that sum, float32 (ratings,)."""
    row = batch.cell[:, 0]
    totals = tf.math.unsorted_segment_sum(batch.target, row, tf.size(batch.row_splits) - 1)
    root = tf.sqrt(totals)
    return root / tf.reduce_mean(root), batch.target / tf.gather(totals, row)


class Batch(NamedTuple):
    """Some people's ratings as steps see them.

    row_splits: int64 (people + 1,). For each rating: cell int64 (ratings, 2), its person's row in a step's
    batch, ascending, and its movie_index; target float32, what predicting it is worth; weights:
    for each member float32, what of the history it is shown. noises: for each member float32 (people, dim).
    """

    row_splits: Any
    cell: Any
    target: Any
    weights: list[Any]
    noises: list[Any]

    def shape(self, movies: int) -> Any:
        """int64 (2,): people, movies."""
        return tf.stack([tf.size(self.row_splits, tf.int64) - 1, tf.constant(movies, tf.int64)])

    def step(self, start: Any, size: Any) -> "Batch":
        """The part that one step sees: `size` people from the position `start` on."""
        splits = self.row_splits[start : start + size + 1]
        ratings = slice(splits[0], splits[-1])
        return Batch(
            splits,
            self.cell[ratings],
            self.target[ratings],
            [weight[ratings] for weight in self.weights],
            [noise[start : start + size] for noise in self.noises],
        )


def _batch(data: TrainingData, users: Any, size: Any, config: RankingConfig) -> Batch:
    """The ratings of some people for steps of `size` people, with a part of each history hidden at random."""
    first = tf.gather(data.row_splits, users)
    count = tf.gather(data.row_splits, users + 1) - first
    row_splits = tf.concat([[0], tf.cumsum(count)], 0)
    place = tf.range(row_splits[-1])
    row = tf.searchsorted(row_splits[1:], place, side="right", out_type=tf.int64)
    entry = place + tf.gather(first - row_splits[:-1], row)
    people = tf.size(users, tf.int64)
    weight, target = tf.gather(data.weight, entry), tf.gather(data.target, entry)
    cut = tf.random.uniform([people], 0.3, 1.0)
    cut = tf.where(tf.random.uniform([people]) < config.prefix_share, cut, 2.0)
    is_prefix = tf.gather(cut, row) <= 1.0
    before = tf.gather(data.position, entry) <= tf.gather(cut, row)
    weights, noises, kept_by_all = [], [], tf.ones_like(weight)
    for _ in range(config.members):
        kept = tf.cast(tf.random.uniform(tf.shape(weight)) >= config.history_dropout, tf.float32)
        kept_by_all *= kept
        visible = tf.where(is_prefix, tf.cast(before, tf.float32), kept / (1 - config.history_dropout))
        weights.append(weight * visible)
        noises.append(tf.random.normal(tf.stack([people, config.dim]), stddev=config.noise))
    shown = tf.where(
        is_prefix,
        tf.where(before, config.seen_target, 1.0),
        1 - (1 - config.kept_target) * kept_by_all,
    )
    cell = tf.stack([row % size, tf.gather(data.movie_index, entry)], axis=1)
    return Batch(row_splits, cell, target * shown, weights, noises)


TakeSteps = Callable[[TrainingData, Any, int], float]
"""Takes a step for each so many of some people, int64 (people,), and returns the sum of their losses."""


def _steps_graph(learn: Learn, config: RankingConfig) -> TakeSteps:
    """The steps inside one graph: a Python step for each batch was some twenty times slower.

    It is written without AutoGraph, which took longer to translate it than TensorFlow takes to trace it.
    """

    @tf.function(  # type: ignore[untyped-decorator]
        input_signature=[
            TrainingData.signature(),
            tf.TensorSpec([None], tf.int64),
            tf.TensorSpec([], tf.int64),
        ],
        autograph=False,
    )
    def take_steps(data: TrainingData, users: Any, size: Any) -> Any:
        people = tf.size(users, tf.int64)
        batch = _batch(data, users, size, config)

        def step(start: Any, total: Any) -> tuple[Any, Any]:
            return start + size, total + learn(batch.step(start, size))

        beginning = (tf.constant(0, tf.int64), tf.constant(0.0))
        return tf.while_loop(lambda start, _: start < people, step, beginning)[1]

    return take_steps  # type: ignore[no-any-return]


def similar_vectors(network: Network, features: Matrix) -> Matrix:
    """float32 (movies, width - 1 + features): what `similar` compares by cosine.

    What rating a movie says about a person and who is recommended it, each of unit length and added up,
    beside what it is about: the two halves of unit length, the second a little longer, rare genres and
    decades counting more. features: 0/1 float32 (movies, n). The bias is left out: it would make every
    well-known movie alike.
    """
    history, score = network.history_vectors()[:, :-1], network.score_vectors()[:, :-1]
    learned = _unit_rows(_unit_rows(history) + _unit_rows(score))
    rarity = np.log(len(features) / np.maximum(features.sum(axis=0), 1)).astype(np.float32)
    return np.column_stack([learned, SIMILAR_CONTENT * _unit_rows(features * rarity)])


def histories(interactions: Interactions, weights: HistoryWeights, people: Indices) -> SparseMatrix:
    """Some people's histories, float32 (people, movies)."""
    row, entries = interactions.entries(people)
    weight = _scaled_weights(interactions, weights)[entries]
    shape = (len(people), len(interactions.movie_ids))
    return SparseMatrix.of(row, interactions.movie_index[entries], weight, shape)


def _everybody(network: Network, interactions: Interactions, weights: HistoryWeights) -> Matrix:
    """float32 (people, width): everybody's vector from all of their ratings."""
    history = histories(interactions, weights, np.arange(len(interactions.user_ids)))
    return history.times(network.history_vectors()) + network.user_bias()


def _scaled_weights(interactions: Interactions, weights: HistoryWeights) -> Any:
    """float32 (ratings,): history weights, scaled over each person as fold_in.scaled_weights does it."""
    weight = weights(interactions.rating, interactions.age)
    squares = np.bincount(interactions.user_index, weights=weight**2, minlength=len(interactions.user_ids))
    scale = weights.length(interactions.counts) / np.sqrt(np.maximum(squares, 1e-12))
    return (weight * scale[interactions.user_index]).astype(np.float32)


def _unit_rows(matrix: Matrix) -> Matrix:
    """The rows scaled to unit length; a row of zeros stays one."""
    length = np.linalg.norm(matrix, axis=1, keepdims=True)
    return (matrix / np.where(length > 0, length, 1)).astype(np.float32)
