"""A trained model and its dataset as the two tables that the store keeps."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.models.trained import TrainedModel
from movierec_cli.store.writer import vector_column, write_tables
from movierec_cli.titles import natural_title, title_keys


def write(folder: Path, dataset: Dataset, interactions: Interactions, trained: TrainedModel) -> None:
    """Write the `movies` and `users` tables into `folder`."""
    write_tables(folder, movie_table(dataset, interactions, trained), user_table(interactions, trained))


def movie_table(dataset: Dataset, interactions: Interactions, trained: TrainedModel) -> pa.Table:
    """One row per movie, in movie_index order: what is known of it, how it is found by title, its vectors."""
    movies = dataset.movies
    count = np.bincount(interactions.movie_index, minlength=len(movies))
    total = np.bincount(interactions.movie_index, weights=interactions.rating, minlength=len(movies))
    rated = count > 0
    keys = [title_keys(title) for title in movies["title"]]
    return pa.table(
        {
            "movie_id": pa.array(interactions.movie_ids, pa.int64()),
            "title": pa.array([natural_title(title) for title in movies["title"]], pa.string()),
            "year": pa.array(movies["year"], pa.int32(), from_pandas=True),
            "genres": pa.array([list(genres) for genres in movies["genres"]], pa.list_(pa.string())),
            "mean_rating": pa.array(total / np.where(rated, count, 1), pa.float64(), mask=~rated),
            "rating_count": pa.array(count, pa.int64()),
            "imdb_id": pa.array(movies["imdb_id"], pa.string(), from_pandas=True),
            "tmdb_id": pa.array(movies["tmdb_id"], pa.int64(), from_pandas=True),
            "title_keys": pa.array(keys, pa.list_(pa.string())),
            "search_text": pa.array([" | ".join(names) for names in keys], pa.string()),
            **{name: vector_column(matrix) for name, matrix in trained.movie_vectors.items()},
        }
    )


def user_table(interactions: Interactions, trained: TrainedModel) -> pa.Table:
    """One row per person, in user_index order: what they rated, oldest first, and their vectors."""
    offsets = pa.array(interactions.row_splits.astype(np.int32))
    rated_ids = interactions.movie_ids[interactions.movie_index]
    return pa.table(
        {
            "user_id": pa.array(interactions.user_ids, pa.int64()),
            "movie_ids": pa.ListArray.from_arrays(offsets, pa.array(rated_ids)),
            "ratings": pa.ListArray.from_arrays(offsets, pa.array(interactions.rating)),
            **{name: vector_column(matrix) for name, matrix in trained.user_vectors.items()},
        }
    )
