"""A run in the database whose vectors are random: to measure what is done with them, not their worth."""

from pathlib import Path

import numpy as np

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.home import Home
from movierec_cli.store.facts import ModelFacts, ValidationFacts, write_facts
from movierec_cli.store.publishing import new_run
from movierec_cli.training import tables
from movierec_cli.training.data import TrainingData
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.ranking.computed import width_for
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.train import run_facts
from movierec_cli.training.trained import TrainedModel
from movierec_cli.vectors.arrays import Matrix
from movierec_cli.vectors.stars import Stars

WIDTH = RankingConfig().dim + width_for(1_000_000, 3_700) + 1
"""That of the score vectors which `train` writes with its defaults for a million ratings of 3,700 movies."""
STAR_FACTORS = 10


def random_vectors(interactions: Interactions, width: int = WIDTH, seed: int = 0) -> tuple[Matrix, Matrix]:
    """(people, width) and (movies, width), with something to find.

    Movies gather around a few hundred directions, the last dimension is a bias that grows with popularity,
    and people are near the movies they rated.
    """
    rng = np.random.default_rng(seed)
    movies, people = len(interactions.movie_ids), len(interactions.user_ids)
    centres = rng.normal(size=(min(300, movies), width)).astype(np.float32)
    items = rng.normal(scale=0.7, size=(movies, width)).astype(np.float32)
    items += centres[rng.integers(len(centres), size=movies)]
    known = np.log1p(np.bincount(interactions.movie_index, minlength=movies)).astype(np.float32)
    items *= (0.7 + 0.3 * known / max(1.0, known.max()))[:, None] / np.sqrt(np.float32(width))
    items[:, -1] = 0.3 * known
    users = np.zeros((people, width), np.float32)
    filled = np.flatnonzero(interactions.counts)
    starts = interactions.row_splits[filled]
    for column in range(width - 1):
        users[filled, column] = np.add.reduceat(items[interactions.movie_index, column], starts)
    users /= np.maximum(np.linalg.norm(users, axis=1, keepdims=True), 1e-9)
    users[:, :-1] = 4 * users[:, :-1] + rng.normal(size=(people, width - 1)) / np.sqrt(width)
    users[:, -1] = 1.0
    return users, items


def store(home: Home, data: TrainingData, users: Matrix, movies: Matrix) -> Path:
    """Write both tables as training does, make them the run in use, and return its folder.

    Predicted stars are random, too, around the mean rating: some movies sink for everybody, as they do.
    """
    stars, star_users, star_movies = _random_stars(data)
    similar = movies / np.linalg.norm(movies, axis=1).max()
    movie_vectors = {"score_vector": movies, "similar_vector": similar, "star_vector": star_movies}
    trained = TrainedModel(
        facts=ModelFacts(
            "ranking",
            config={},
            fold_in=None,
            stars=stars,
            score_column="score_vector",
            score_metric="dot",
            similar_column="similar_vector",
            dimensions={name: matrix.shape[1] for name, matrix in movie_vectors.items()},
        ),
        network=None,
        movie_vectors=movie_vectors,
        user_vectors={
            "score_vector": Everybody.here(users, len(users)),
            "star_vector": Everybody.here(star_users, len(users)),
        },
        epochs=[],
        best_epoch=0,
        validation=ValidationFacts(0.0, 0.0),
    )
    with new_run(home) as folder:
        movies = tables.movie_table(data, trained)
        tables.write_people(folder, data.people, trained.user_vectors)
        tables.write_movies(folder, movies, trained.user_vectors, trained.facts)
        write_facts(folder, run_facts(data, trained, 0, 0.0))
        run_id = folder.name
    return home.runs / run_id


def _random_stars(data: TrainingData) -> tuple[Stars, Matrix, Matrix]:
    """What people share, and the star vectors of people and movies; see Stars."""
    rng = np.random.default_rng(1)
    interactions, (lowest, highest) = data.interactions, data.rating_scale
    mean, scale = float(interactions.rating.mean()), (highest - lowest) / 4
    size = 2 + STAR_FACTORS
    movies = rng.normal(scale=0.3, size=(len(interactions.movie_ids), size)).astype(np.float32)
    people = rng.normal(scale=0.3 * scale, size=(len(interactions.user_ids), size)).astype(np.float32)
    movies[:, 0] = mean + scale * movies[:, 0]
    movies[:, 1] = people[:, 0] = 1.0
    identity = tuple(map(tuple, np.eye(size - 1).tolist()))
    stars = Stars(
        mean=mean,
        scale=scale,
        lowest=lowest,
        highest=highest,
        noise_precision=1.0,
        movie_cov=identity,
        person_mean=(0.0,) * (size - 1),
        person_precision=identity,
        any_movie=tuple(movies.mean(axis=0).tolist()),
    )
    return stars, people, movies
