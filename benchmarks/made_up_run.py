"""A run in the database whose vectors are random: to measure what is done with them, not their worth."""

from pathlib import Path

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.models import tables
from movierec_cli.models.trained import Epoch, Matrix, TrainedModel
from movierec_cli.models.training import run_facts
from movierec_cli.paths import Home
from movierec_cli.store.facts import write_facts
from movierec_cli.store.runs import new_run

WIDTH = 219
"""That of the score vectors which `train` writes with its defaults."""


def random_vectors(interactions: Interactions, width: int = WIDTH, seed: int = 0) -> tuple[Matrix, Matrix]:
    """(people, width) and (movies, width), with something to find.

    Movies gather around a few hundred directions, the last dimension is a bias that grows with popularity,
    and people are near the movies they rated.
    """
    rng = np.random.default_rng(seed)
    movies, people = len(interactions.movie_ids), len(interactions.user_ids)
    centres = rng.normal(size=(min(300, movies), width))
    items = centres[rng.integers(len(centres), size=movies)] + 0.7 * rng.normal(size=(movies, width))
    known = np.log1p(np.bincount(interactions.movie_index, minlength=movies))
    items *= (0.7 + 0.3 * known / max(1.0, known.max()))[:, None] / np.sqrt(width)
    items[:, -1] = 0.3 * known
    users = np.zeros((people, width))
    filled = np.flatnonzero(interactions.counts)
    starts = interactions.row_splits[filled]
    for column in range(width - 1):
        users[filled, column] = np.add.reduceat(items[interactions.movie_index, column], starts)
    users /= np.maximum(np.linalg.norm(users, axis=1, keepdims=True), 1e-9)
    users[:, :-1] = 4 * users[:, :-1] + rng.normal(size=(people, width - 1)) / np.sqrt(width)
    users[:, -1] = 1.0
    return users.astype(np.float32), items.astype(np.float32)


def store(home: Home, dataset: Dataset, interactions: Interactions, users: Matrix, movies: Matrix) -> Path:
    """Write both tables as training does, make them the run in use, and return its folder."""
    trained = TrainedModel(
        kind="ranking",
        config={},
        network=None,
        movie_vectors={"score_vector": movies, "similar_vector": movies},
        user_vectors={"score_vector": users},
        score_column="score_vector",
        score_metric="dot",
        similar_column="similar_vector",
        history=[Epoch(1, 0.0, 0.0, 0.0)],
        best_epoch=1,
    )
    with new_run(home) as folder:
        tables.write(folder, dataset, interactions, trained)
        write_facts(folder, run_facts(dataset, interactions, trained, 0, 0.0))
        run_id = folder.name
    return home.runs / run_id
