"""The network of the article that movierec started from, as published, to be compared with.

Nahid Alam, "Recommender Systems from Learned Embeddings" (Towards Data Science): a person's and a movie's
embedding meet in a normalised dot product, dense layers turn that one number into stars, and the nearest
movies to a person's embedding by Euclidean distance are recommended. The dense layers can turn any dot
product into any rating, so nothing makes near embeddings mean liked movies: it ranks worse than chance.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from movierec_cli.datasets.interactions import hold_out
from movierec_cli.errors import TrainingError
from movierec_cli.store.facts import Epoch, ModelFacts
from movierec_cli.training.backend import keras
from movierec_cli.training.data import NOBODY, Listener, TrainingData, TrainingOptions
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.trained import TrainedModel
from movierec_cli.training.validation import RankingTask
from movierec_cli.vectors.arrays import Matrix, unit_rows
from movierec_cli.vectors.scores import score_matrix


@dataclass(frozen=True, slots=True)
class ArticleConfig:
    """The article's settings."""

    dim: int = 10
    learning_rate: float = 1e-3
    batch_size: int = 100
    dense_units: tuple[int, ...] = (70, 50, 20, 10)
    dropout: float = 0.2
    validation_share: float = 0.2


def build(people: int, movies: int, config: ArticleConfig) -> keras.Model:
    """The article's network: user_index and movie_index, int32 (batch, 1), to stars, float32 (batch, 1)."""
    user = keras.Input((1,), dtype="int32", name="user_index")
    movie = keras.Input((1,), dtype="int32", name="movie_index")
    user_vector = keras.layers.Flatten()(
        keras.layers.Embedding(people, config.dim, name="user_embedding")(user)
    )
    movie_vector = keras.layers.Flatten()(
        keras.layers.Embedding(movies, config.dim, name="movie_embedding")(movie)
    )
    hidden = keras.layers.Dot(axes=1, normalize=True, name="similarity")([user_vector, movie_vector])
    for units in config.dense_units:
        hidden = keras.layers.Dense(units, activation="relu")(hidden)
        hidden = keras.layers.Dropout(config.dropout)(hidden)
    stars = keras.layers.Dense(1, name="stars")(hidden)
    model = keras.Model([user, movie], stars, name="article")
    model.compile(optimizer=keras.optimizers.Adam(config.learning_rate), loss="mae")
    return model


def fit(data: TrainingData, options: TrainingOptions, listener: Listener = NOBODY) -> TrainedModel:
    """Train on a random 80 % of the ratings, stop early on the loss over the rest, keep the best weights.

    Raises TrainingError when the loss is not finite, or where there are too few ratings to hold any out.
    """
    listener.on_stage("Training")
    config = options.put_in(ArticleConfig())
    seen, held_out = hold_out(data.interactions, config.validation_share, seed=options.seed)
    if len(held_out.rating) == 0:
        raise TrainingError(
            f"{data.name} has too little for this model: nobody rated three movies, "
            "so there is nothing to hold out and judge the epochs by.",
            "Fetch a larger dataset: movierec fetch ml-100k",
        )
    lowest, highest = data.rating_scale
    task = RankingTask(seen, held_out, highest, lowest)
    keras.utils.set_random_seed(options.seed)
    model = build(len(seen.user_ids), len(seen.movie_ids), config)
    reporter = _Reporter(task, listener, config.learning_rate)
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=options.patience, restore_best_weights=True)
    model.fit(
        [seen.user_index, seen.movie_index],
        seen.rating,
        batch_size=config.batch_size,
        epochs=options.epochs,
        validation_data=([held_out.user_index, held_out.movie_index], held_out.rating),
        validation_batch_size=4096,
        callbacks=[reporter, stopping],
        verbose=0,
    )
    user_vectors, movie_vectors = _embeddings(model)
    best = min(reporter.epochs, key=lambda epoch: epoch.validation_loss)
    return TrainedModel(
        facts=ModelFacts(
            kind="article",
            config=asdict(config),
            score_column="score_vector",
            score_metric="l2",
            similar_column="similar_vector",
            dimensions={"score_vector": config.dim, "similar_vector": config.dim},
            fold_in=None,
            stars=None,
        ),
        network=model,
        movie_vectors={"score_vector": movie_vectors, "similar_vector": unit_rows(movie_vectors)},
        user_vectors={"score_vector": Everybody.here(user_vectors, len(user_vectors))},
        epochs=reporter.epochs,
        best_epoch=best.number,
        validation=best.validation,
        predict_stars=lambda user_index, movie_index: np.clip(
            model.predict([user_index, movie_index], batch_size=4096, verbose=0)[:, 0], lowest, highest
        ),
    )


def _embeddings(model: Any) -> tuple[Matrix, Matrix]:
    return tuple(model.get_layer(f"{name}_embedding").get_weights()[0] for name in ("user", "movie"))


class _Reporter(keras.callbacks.Callback):  # type: ignore[misc]
    """Turns Keras's logs into Epochs and stops on a loss that is not finite."""

    def __init__(self, task: RankingTask, listener: Listener, learning_rate: float) -> None:
        super().__init__()
        self.epochs: list[Epoch] = []
        self._task, self._listener, self._learning_rate = task, listener, learning_rate

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = logs or {}
        number, loss = epoch + 1, logs["loss"]
        if not np.isfinite([loss, logs["val_loss"]]).all():
            raise TrainingError.diverged(number, self._learning_rate)
        users, movies = _embeddings(self.model)
        people = self._task.sample
        judgement = self._task.judge(lambda part: score_matrix(users[people[part]], movies, "l2"))
        self.epochs.append(Epoch(number, loss, logs["val_loss"], judgement.ndcg))
        self._listener.on_epoch(self.epochs[-1])
