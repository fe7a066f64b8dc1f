"""Ratings in pieces: what there is in a file of them, and those of some people, without holding all."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from movierec_cli.datasets.ratings_file import Columns, GivenScale, RatingsFile, ascending, rating_frame
from movierec_cli.datasets.tally import Tally
from movierec_cli.vectors.scale import RatingScale

BLOCK = 1 << 20
"""Bytes of a file that are read at once: as many as Arrow takes where it reads all of a file, so that what
can be read in pieces can be read at once. With 4 MB it is somewhat faster and takes 100 MB more."""
PIECE = 50_000_000
"""Of about so many ratings at once the pairs are held, 8 bytes each, to find those that are repeated."""

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RatingsSurvey:
    """What one pass over a file of ratings shows.

    user_ids, movie_ids: of all that occur, int64, ascending. counts: rows of each person, int64; a pair that
    is repeated counts each time. has_times: whether any timestamp is not 0. in_order: whether the file is
    sorted by person and movie, and so repeats no pair.
    """

    scale: RatingScale
    user_ids: Ids
    counts: Ids
    movie_ids: Ids
    has_times: bool
    in_order: bool


@dataclass(frozen=True)
class DatasetSurvey:
    """What is in a dataset, but for the ratings themselves. movies, tags: as in Dataset."""

    name: str
    ratings: RatingsSurvey
    movies: pd.DataFrame
    tags: pd.DataFrame | None


def survey_ratings(path: Path, layout: str, known_ids: Ids | None, scale: GivenScale) -> RatingsSurvey:
    """Read a file of ratings once, a block at a time. Raises DataError as read_ratings does.

    known_ids: of movies, None for any. scale: as for read_dataset.
    """
    file = RatingsFile(path, layout, known_ids, scale)
    people, movies, stars = Tally(), Tally(), Tally()
    has_times, in_order, last_pair = False, True, (-1, -1)
    for columns in file.blocks(BLOCK):
        user_ids, movie_ids = columns["user_id"], columns["movie_id"]
        people.add(user_ids)
        movies.add(movie_ids)
        stars.add(columns["rating"])
        has_times = has_times or ("timestamp" in columns and bool(columns["timestamp"].any()))
        in_order = in_order and last_pair < (user_ids[0], movie_ids[0]) and ascending(user_ids, movie_ids)
        last_pair = (user_ids[-1], movie_ids[-1])
    rated_ids, _ = movies.total()
    file.check_movies(rated_ids)
    scale = file.scale_of(*stars.total())
    return RatingsSurvey(scale, *people.total(), rated_ids, has_times, in_order)


def read_people(
    path: Path,
    layout: str,
    known_ids: Ids | None,
    scale: RatingScale,
    first_user_id: int,
    last_user_id: int,
) -> pd.DataFrame:
    """Those of the ratings that read_ratings gives which are by people from the first to the last id.

    Both ids are included. The file is read a block at a time. Raises DataError as read_ratings does; of
    movies that are not known, only for these people.
    """
    file = RatingsFile(path, layout, known_ids, scale)
    parts = list(_of_people(file, first_user_id, last_user_id))
    # Each column of the parts is given back as soon as it is put together.
    kept = {name: np.concatenate([part.pop(name) for part in parts]) for name in list(parts[0])}
    file.check_movies(kept["movie_id"])
    return rating_frame(kept, scale)


def count_pairs(path: Path, layout: str, survey: RatingsSurvey) -> int:
    """How many ratings there are when each pair of person and movie counts once.

    Where the file is not sorted it is read once for every PIECE ratings.
    """
    if survey.in_order:
        return int(survey.counts.sum())
    file = RatingsFile(path, layout, None, survey.scale)
    return sum(_count_pairs_of(people, file, survey) for people in _pieces(survey.counts))


def _count_pairs_of(people: slice, file: RatingsFile, survey: RatingsSurvey) -> int:
    user_ids, movie_ids = survey.user_ids[people], survey.movie_ids
    pairs = np.empty(survey.counts[people].sum(), dtype=np.int64)
    filled = 0
    for columns in _of_people(file, user_ids[0], user_ids[-1]):
        user_index = np.searchsorted(user_ids, columns["user_id"])
        end = filled + len(user_index)
        pairs[filled:end] = user_index * len(movie_ids) + np.searchsorted(movie_ids, columns["movie_id"])
        filled = end
    pairs.sort()
    return 1 + int(np.count_nonzero(pairs[1:] != pairs[:-1]))


def _of_people(file: RatingsFile, first_user_id: int, last_user_id: int) -> Iterator[Columns]:
    """Of each block the ratings by these people, both ids included."""
    for columns in file.blocks(BLOCK):
        wanted = (columns["user_id"] >= first_user_id) & (columns["user_id"] <= last_user_id)
        yield {name: values[wanted] for name, values in columns.items()}


def _pieces(counts: Ids) -> Iterator[slice]:
    """People in a row who have about PIECE ratings together."""
    piece = (np.cumsum(counts) - counts) // PIECE
    starts = np.flatnonzero(np.diff(piece, prepend=-1)).tolist()
    yield from map(slice, starts, [*starts[1:], len(counts)])
