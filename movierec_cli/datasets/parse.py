"""MovieLens layouts -> Dataset."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.layouts import CSV, DatasetFiles, recognise
from movierec_cli.datasets.movies_file import add_links, nameless_movies, read_movies
from movierec_cli.datasets.ratings_file import GivenScale, read_ratings
from movierec_cli.datasets.survey import DatasetSurvey, survey_ratings
from movierec_cli.datasets.tags import read_tags


def read_dataset(files: Path | DatasetFiles, name: str, scale: GivenScale = None) -> Dataset:
    """Read a folder, or the files that `recognise` found in one.

    A folder without a movies file gives titles like "Movie 123". scale: that of the ratings, or its
    two ends, where they are known; otherwise it is found by the ratings.
    Raises DataError naming file, line and value for anything that its layout does not allow.
    """
    if isinstance(files, Path):
        files = recognise(files)
    movies = _movies_of(files)
    ratings, scale = read_ratings(files.ratings, files.ratings_layout, _ids(movies), scale)
    movies, tags = _rest_of(files, movies, ratings["movie_id"].to_numpy())
    return Dataset(name, ratings, movies, scale, tags)


def survey_files(files: DatasetFiles, name: str, scale: GivenScale = None) -> DatasetSurvey:
    """The same without the ratings, of which only some are held at a time, and the same errors."""
    movies = _movies_of(files)
    survey = survey_ratings(files.ratings, files.ratings_layout, _ids(movies), scale)
    movies, tags = _rest_of(files, movies, survey.movie_ids)
    return DatasetSurvey(name, survey, movies, tags)


def _movies_of(files: DatasetFiles) -> pd.DataFrame | None:
    return None if files.movies is None else read_movies(files.movies, files.movies_layout or CSV)


def _ids(movies: pd.DataFrame | None) -> npt.NDArray[np.int64] | None:
    return None if movies is None else movies["movie_id"].to_numpy()


def _rest_of(
    files: DatasetFiles, movies: pd.DataFrame | None, rated_ids: npt.NDArray[np.int64]
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The movies, and the tags where there are any. rated_ids: the movies that are rated, in any order."""
    if movies is None:
        movies = nameless_movies(np.unique(rated_ids).tolist())
    elif files.links is not None:
        movies = add_links(movies, files.links)
    return movies, None if files.tags is None else read_tags(files.tags)
