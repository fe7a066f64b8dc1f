"""What is known of a movie before anybody has rated it."""

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.models.trained import Matrix


def movie_features(dataset: Dataset) -> Matrix:
    """0/1 float32 (movies, genres + decades), in movie_index order: its genres and its release decade.

    Genres and decades are those that occur in the dataset; a movie without a year has no decade.
    """
    movies = dataset.movies
    genres = sorted({genre for names in movies["genres"] for genre in names})
    by_genre = [[genre in names for genre in genres] for names in movies["genres"]]
    decade = (movies["year"] // 10).astype("float64").to_numpy(na_value=np.nan)
    decades = np.unique(decade[np.isfinite(decade)])
    features = [np.array(by_genre).reshape(len(movies), len(genres)), decade[:, None] == decades[None, :]]
    return np.hstack(features).astype(np.float32)
