"""The ranking model as TensorFlow has it: a pair of towers that learn, and the computed member beside them.

    person = history @ A + start          (people, dim)      A: (movies, dim), start: (dim,)
    score  = person @ B' + bias           (people, movies)   B: (movies, dim), bias: (movies,)
           + history @ H @ S'             (people, movies)   H, S: (movies, width), see computed.py

The towers learn by `people` and `scores`, in trainer.py. The store keeps all tables as vectors, whose inner
products are these scores, but for what everybody likes, start and bias, which counts for people with few
ratings as vectors/fold_in.py says. The Keras model around the tables is for others: it is saved with the run,
drawn, and loaded elsewhere; no question needs it.
"""

from typing import Any

from movierec_cli.training.backend import keras, tf
from movierec_cli.training.graph import sparse_product
from movierec_cli.training.ranking.member import Member


def _near_zero() -> Any:
    return keras.initializers.RandomNormal(stddev=0.05)


@keras.saving.register_keras_serializable("movierec")
class MovieTower(keras.layers.Layer):  # type: ignore[misc]
    """People's vectors, float32 (batch, dim), to a score for every movie, float32 (batch, movies)."""

    def __init__(self, movies: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.movies = movies

    def build(self, input_shape: tuple[int | None, int]) -> None:
        self.embedding = self.add_weight((self.movies, input_shape[-1]), _near_zero(), name="embedding")
        self.bias = self.add_weight((self.movies,), "zeros", name="bias")

    def call(self, people: Any) -> Any:
        return tf.matmul(people, self.embedding, transpose_b=True) + self.bias

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "movies": self.movies}


class Network:
    """The tables, and the Keras model: from histories, sparse float32 (people, movies), to such scores."""

    def __init__(self, movies: int, dim: int, width: int) -> None:
        """Random towers of `dim` numbers, and room for a computed member of `width`."""
        self.movies = movies
        history = keras.Input((movies,), sparse=True, name="history")
        self.user_tower = keras.layers.Dense(dim, kernel_initializer=_near_zero(), name="user_tower")
        self.movie_tower = MovieTower(movies, name="movie_tower")
        fixed = {"use_bias": False, "trainable": False}
        self.computed_user = keras.layers.Dense(width, name="computed_user", **fixed)
        self.computed_movie = keras.layers.Dense(movies, name="computed_movie", **fixed)
        scores = [
            self.movie_tower(self.user_tower(history)),
            self.computed_movie(self.computed_user(history)),
        ]
        self.model = keras.Model(history, keras.layers.Add(name="score")(scores), name="ranking")

    @property
    def trained(self) -> list[Any]:
        """The Keras variables that learn: A, start, B and bias."""
        return [*self.user_tower.weights, *self.movie_tower.weights]

    def people(self, cell: Any, weight: Any, size: Any) -> Any:
        """Vectors of `size` people from their histories: weights, float32 (ratings,), and the cells that they
        stand in, int64 (ratings, 2); see Batch."""
        history_table, start = self.user_tower.weights
        shape = tf.stack([size, tf.constant(self.movies, tf.int64)])
        return sparse_product(cell, weight, shape, history_table) + start  # (people, dim)

    def scores(self, people: Any) -> Any:
        """Scores without the computed member's, from people's vectors."""
        return self.movie_tower(people)  # (people, movies)

    def put_in(self, towers: Member, computed: Member) -> None:
        """Set the tables that the model is saved with; a computed member has neither start nor bias."""
        self.user_tower.set_weights([towers.history_vectors, towers.start])
        self.movie_tower.set_weights([towers.score_vectors, towers.bias])
        self.computed_user.set_weights([computed.history_vectors])
        self.computed_movie.set_weights([computed.score_vectors.T])
