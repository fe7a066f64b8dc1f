"""A trained model and its dataset as the two tables that the store keeps."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.home import TITLES_FILE
from movierec_cli.store import writer
from movierec_cli.store.facts import ModelFacts
from movierec_cli.store.query import Metric
from movierec_cli.store.writer import vector_column
from movierec_cli.system.files import FileFacts
from movierec_cli.titles.keys import loose_keys, natural_title, part_keys, title_keys
from movierec_cli.training.data import TrainingData
from movierec_cli.training.everybody import Everybody, whole
from movierec_cli.training.trained import TrainedModel
from movierec_cli.vectors.arrays import Floats, Indices, Matrix

if TYPE_CHECKING:
    from movierec_cli.store.fragments import Fragments

PEOPLE_AT_ONCE = 50_000
"""In one piece of their table: a list column of Arrow counts the ratings of a piece by int32."""
PEOPLE_ASKING = 400
"""So many try what an index on the movies finds."""
Vectors = Mapping[str, Everybody[Matrix]]
"""Everybody's, float32 (people, d), by the columns' names."""


def write_people(folder: Path, people: Everybody[Interactions], vectors: Vectors) -> None:
    """Write the `users` table into the folder of a run."""
    writer.write_users(folder, people.pieces(PEOPLE_AT_ONCE, _people, list(vectors), *vectors.values()))


def write_people_apart(
    folder: Path, place: Path, people: Everybody[Interactions], vectors: Vectors
) -> dict[str, FileFacts]:
    """The same by the workers who have the people, each into the run at `place`: see where_workers_write.

    Returns the files that they wrote.
    """
    from movierec_cli.store import fragments

    written = people.each(_write_part, place, list(vectors), *vectors.values())
    return fragments.commit(folder, place, list(written))


def _write_part(
    interactions: Interactions, place: Path, names: Sequence[str], *matrices: Matrix
) -> "Fragments":
    from movierec_cli.store import fragments

    people = len(interactions.user_ids)
    parts = (
        slice(low, min(low + PEOPLE_AT_ONCE, people)) for low in range(0, max(people, 1), PEOPLE_AT_ONCE)
    )
    return fragments.write_fragments((_people(interactions, part, names, *matrices) for part in parts), place)


def write_movies(folder: Path, movies: pa.Table, vectors: Vectors, model: ModelFacts) -> None:
    """Write the `movies` table into the folder of a run, and the titles alone, for shell completion."""
    searched: dict[str, Metric] = {model.similar_column: "dot", model.score_column: model.score_metric}
    asking = {}
    for column in searched.keys() & vectors.keys():
        everybody = vectors[column]
        asking[column] = whole(everybody.each(writer.some_rows, -(-PEOPLE_ASKING // len(everybody.sizes))))
    writer.write_movies(folder, movies, searched, asking)
    write_titles(folder, movies)


def movie_table(data: TrainingData, trained: TrainedModel) -> pa.Table:
    """One row per movie, in movie_index order: what is known of it, how it is found by title, its vectors."""
    movies = data.movies
    return pa.table(
        {
            "movie_id": pa.array(movies["movie_id"], pa.int64()),
            **title_columns(movies["title"]),
            "year": pa.array(movies["year"], pa.int32(), from_pandas=True),
            "genres": pa.array([list(genres) for genres in movies["genres"]], pa.list_(pa.string())),
            "imdb_id": pa.array(movies["imdb_id"], pa.string(), from_pandas=True),
            **rating_columns(data.people, data.scale.steps),
            "tmdb_id": pa.array(movies["tmdb_id"], pa.int64(), from_pandas=True),
            **{name: vector_column(matrix) for name, matrix in trained.movie_vectors.items()},
        }
    )


def rating_columns(people: Everybody[Interactions], rating_steps: Sequence[float]) -> dict[str, pa.Array]:
    """What everybody gave each movie, in movie_index order."""
    histograms, totals = people.added(_histograms, rating_steps), people.added(_totals)
    count = histograms.sum(axis=1)
    rated = count > 0
    offsets = np.arange(0, histograms.size + 1, len(rating_steps), dtype=np.int32)
    return {
        "mean_rating": pa.array(totals / np.where(rated, count, 1), pa.float64(), mask=~rated),
        "rating_count": pa.array(count, pa.int64()),
        "rating_histogram": pa.ListArray.from_arrays(
            pa.array(offsets), pa.array(histograms.ravel(), pa.int64())
        ),
    }


def _totals(interactions: Interactions) -> Floats:
    """What each movie's ratings add up to, float64 (movies,)."""
    movies = len(interactions.movie_ids)
    totals = np.bincount(interactions.movie_index, weights=interactions.rating, minlength=movies)
    return np.asarray(totals, np.float64)


def _histograms(interactions: Interactions, rating_steps: Sequence[float]) -> Indices:
    """How many people gave a movie each rating, or what is nearest to it: int64 (movies, steps)."""
    movies, steps = len(interactions.movie_ids), np.array(rating_steps)
    nearest = np.searchsorted((steps[1:] + steps[:-1]) / 2, interactions.rating)
    cell = interactions.movie_index.astype(np.int64) * len(steps) + nearest
    return np.bincount(cell, minlength=movies * len(steps)).reshape(movies, len(steps))


def write_titles(folder: Path, movies: pa.Table) -> None:
    """Write the titles with their years, one a line, the most rated first."""
    columns = movies.select(["rating_count", "title", "year"]).to_pydict().values()
    by_count = sorted(zip(*columns, strict=True), key=lambda row: -row[0])
    lines = (title if year is None else f"{title} ({year})" for _, title, year in by_count)
    text = "".join(f"{' '.join(line.split())}\n" for line in lines)
    (folder / TITLES_FILE).write_text(text, encoding="utf-8")


def title_columns(titles: Iterable[str]) -> dict[str, pa.Array]:
    """The title as it is shown, the keys that find it, and the text of the n-gram index; titles/keys.py."""
    titles = list(titles)
    keys = {
        "title_keys": [title_keys(title) for title in titles],
        "loose_keys": [loose_keys(title) for title in titles],
        "part_keys": [part_keys(title) for title in titles],
    }
    return {
        "title": pa.array([natural_title(title) for title in titles], pa.string()),
        **{column: pa.array(values, pa.list_(pa.string())) for column, values in keys.items()},
        "search_text": pa.array([" | ".join(names) for names in keys["title_keys"]], pa.string()),
    }


def _people(interactions: Interactions, part: slice, names: Sequence[str], *matrices: Matrix) -> pa.Table:
    """One row per person, in user_index order: what they rated, oldest first, and their vectors."""
    splits = interactions.row_splits[part.start : part.stop + 1]
    ratings = slice(splits[0], splits[-1])
    offsets = pa.array((splits - splits[0]).astype(np.int32))  # what a list column of Arrow has
    rated_ids = interactions.movie_ids[interactions.movie_index[ratings]]
    return pa.table(
        {
            "user_id": pa.array(interactions.user_ids[part], pa.int64()),
            "movie_ids": pa.ListArray.from_arrays(offsets, pa.array(rated_ids)),
            "ratings": pa.ListArray.from_arrays(offsets, pa.array(interactions.rating[ratings])),
            **{name: vector_column(matrix[part]) for name, matrix in zip(names, matrices, strict=True)},
        }
    )
