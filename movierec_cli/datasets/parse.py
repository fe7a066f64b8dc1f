"""MovieLens layouts -> Dataset."""

from pathlib import Path

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.layouts import CSV, DatasetFiles, recognise
from movierec_cli.datasets.movies_file import add_links, nameless_movies, read_movies
from movierec_cli.datasets.ratings_file import read_ratings
from movierec_cli.datasets.tags import read_tags
from movierec_cli.vectors.scale import RatingScale


def read_dataset(
    files: Path | DatasetFiles, name: str, scale: RatingScale | tuple[float, float] | None = None
) -> Dataset:
    """Read a folder, or the files that `recognise` found in one.

    A folder without a movies file gives titles like "Movie 123". scale: that of the ratings, or its
    two ends, where they are known; otherwise it is found by the ratings.
    Raises DataError naming file, line and value for anything that its layout does not allow.
    """
    if isinstance(files, Path):
        files = recognise(files)
    movies = None if files.movies is None else read_movies(files.movies, files.movies_layout or CSV)
    known_ids = None if movies is None else movies["movie_id"].to_numpy()
    ratings, scale = read_ratings(files.ratings, files.ratings_layout, known_ids, scale)
    if movies is None:
        movies = nameless_movies(np.unique(ratings["movie_id"].to_numpy()).tolist())
    elif files.links is not None:
        movies = add_links(movies, files.links)
    tags = None if files.tags is None else read_tags(files.tags)
    return Dataset(name, ratings, movies, scale, tags)
