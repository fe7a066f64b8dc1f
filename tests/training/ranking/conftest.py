"""Data of which all directions are known apart."""

import numpy as np
import pytest

from movierec_cli.datasets.dataset import Dataset
from tests.support import MovieRow, make_dataset


@pytest.fixture
def by_chance() -> Dataset:
    """60 people and 30 movies with 1,220 ratings by chance, so that no two directions are equally strong."""
    rng = np.random.default_rng(3)
    movies: list[MovieRow] = [(movie, f"Film {movie}", 1950 + movie, ("Drama",)) for movie in range(1, 31)]
    pairs = rng.permutation(60 * 30)[:1220]
    ratings = [
        (1 + pair // 30, 1 + pair % 30, float(rng.integers(1, 6)), 1_000 + moment)
        for moment, pair in enumerate(pairs.tolist())
    ]
    return make_dataset("by-chance", movies, ratings)
