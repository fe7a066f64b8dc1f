"""Everyone's recommendations, by blocked matrix products over the stored vectors."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from threadpoolctl import threadpool_limits

from movierec_cli.store.lookup import matrix
from movierec_cli.store.runs import Run
from movierec_cli.store.table import open_table
from movierec_cli.system.workers import cores
from movierec_cli.vectors.arrays import Indices, Matrix
from movierec_cli.vectors.scale import hated_up_to, sinks_below
from movierec_cli.vectors.scores import Candidates, best, blocks
from movierec_cli.vectors.sinking import AHEAD, Sinking

MOST_THREADS = 8
PEOPLE_AT_ONCE = 1024
"""With scores.GROUP movies, 8 MB of scores for each thread."""

Pairs = tuple[Indices, Indices]


@dataclass(frozen=True, slots=True)
class AllMovies:
    """All movies, movie_ids int64 ascending."""

    movie_ids: npt.NDArray[np.int64]
    titles: pa.ChunkedArray
    candidates: Candidates
    sinking: Sinking | None

    @classmethod
    def read(cls, run: Run) -> Self:
        """The movies of a run."""
        model = run.facts.model
        columns = ["movie_id", "title", model.score_column]
        if model.stars:
            columns += ["star_vector", model.similar_column]
        table = pa.Table.from_batches(open_table(run.folder, "movies").batches(columns))
        movie_ids, sinking = table["movie_id"].to_numpy(), None
        if model.stars:
            stars, similar = matrix(table["star_vector"]), matrix(table[model.similar_column])
            hated = _hated_by_anybody(run, movie_ids)
            sinking = Sinking.of(run.facts.dataset.rating_scale, stars, similar, hated)
        candidates = Candidates.of(matrix(table[model.score_column]), model.score_metric)
        return cls(movie_ids, table["title"], candidates, sinking)


def _hated_by_anybody(run: Run, movie_ids: Indices) -> Indices:
    """The positions in `movie_ids` of the movies that somebody gave the lowest rating, ascending."""
    hated = np.zeros(len(movie_ids), np.bool_)
    worst = hated_up_to(*run.facts.dataset.rating_scale)
    for batch in open_table(run.folder, "users").batches(["movie_ids", "ratings"]):
        rated, ratings = (batch[name].flatten().to_numpy() for name in ("movie_ids", "ratings"))
        hated[np.searchsorted(movie_ids, rated[ratings <= worst])] = True
    return np.flatnonzero(hated)


@dataclass(frozen=True, slots=True)
class Block:
    """Recommendations for some people, one entry per row of the file. movie: a position in AllMovies."""

    user_id: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    movie: npt.NDArray[np.int64]
    score: npt.NDArray[np.float32]


def recommendation_blocks(
    folder: Path, all_movies: AllMovies, top: int, some: range
) -> Iterator[tuple[int, Block]]:
    """Recommendations for the people in `some` rows of a run's `users` table, some at a time, in its order:
    how many people, and what they get.

    Several threads compute them: nearly all of the work is numpy's, which lets go of Python's lock.
    """
    users, threads = open_table(folder, "users"), min(MOST_THREADS, cores())

    def some_people() -> Iterator[pa.RecordBatch]:
        columns = ["user_id", "score_vector", "movie_ids", "ratings"]
        for batch in users.batches([*columns, *(["star_vector"] if all_movies.sinking else [])], some=some):
            for start in range(0, batch.num_rows, PEOPLE_AT_ONCE):
                yield batch.slice(start, PEOPLE_AT_ONCE)

    # One BLAS thread in each of ours; BLAS's own would leave the cores idle between two products.
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        waiting: deque[tuple[int, Future[Block]]] = deque()
        coming = some_people()
        try:
            while True:
                while len(waiting) <= threads and (people := next(coming, None)) is not None:
                    waiting.append((people.num_rows, pool.submit(_best, people, all_movies, top)))
                if not waiting:
                    return
                count, block = waiting.popleft()
                yield count, block.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _best(people: pa.RecordBatch, all_movies: AllMovies, top: int) -> Block:
    rated = people["movie_ids"]
    rated_user = np.repeat(np.arange(len(rated)), np.diff(rated.offsets.to_numpy()))
    rated_movie = np.searchsorted(all_movies.movie_ids, rated.flatten().to_numpy())
    users, sinking = matrix(people["score_vector"]), all_movies.sinking
    seen = (rated_user, rated_movie)
    if sinking:
        near = sinking.with_hated(*seen, people["ratings"].flatten().to_numpy())
        movies, scores = _best_above(
            all_movies, sinking, users, matrix(people["star_vector"]), top, seen, near
        )
    else:
        movies, scores = all_movies.candidates.best_for(users, top, seen)
    kept = np.isfinite(scores)
    return Block(
        user_id=np.repeat(people["user_id"].to_numpy(), kept.sum(axis=1)),
        rank=np.broadcast_to(np.arange(1, movies.shape[1] + 1), movies.shape)[kept],
        movie=movies[kept],
        score=scores[kept],
    )


def _best_above(
    all_movies: AllMovies, sinking: Sinking, users: Matrix, stars: Matrix, top: int, seen: Pairs, near: Pairs
) -> tuple[Indices, Matrix]:
    """What best_for gives, with what sinks behind all others.

    stars: float32 (people, 2 + dim), star vectors. seen: rows and movies that do not count. near: those that
    sink with hated ones.
    """
    both = (np.concatenate([seen[0], near[0]]), np.concatenate([seen[1], near[1]]))
    movies, scores = all_movies.candidates.best_for(users, top + AHEAD, both)
    predicted = (stars[:, None] * sinking.star_vectors[movies]).sum(axis=2)
    good = np.isfinite(scores) & (predicted >= sinks_below(*sinking.scale))
    order = np.argsort(~good, axis=1, kind="stable")[:, :top]
    movies, scores = np.take_along_axis(movies, order, axis=1), np.take_along_axis(scores, order, axis=1)
    short = np.flatnonzero(good.sum(axis=1) < top)
    for part in blocks(len(short), len(all_movies.movie_ids)):
        some = short[part]
        rows = all_movies.candidates.scores(users[some])
        plain = rows.copy()
        sinking.sink(rows, stars[some], _only(near, some))
        rows[_only(seen, some)] = -np.inf
        chosen = best(rows, top)
        movies[some] = chosen
        left = np.isfinite(np.take_along_axis(rows, chosen, axis=1))
        scores[some] = np.where(left, np.take_along_axis(plain, chosen, axis=1), -np.inf)
    return movies, scores


def _only(pairs: Pairs, people: Indices) -> Pairs:
    """The pairs of some people, ascending, whose rows are their positions there."""
    place = np.searchsorted(people, pairs[0])
    found = np.flatnonzero(np.append(people, -1)[place] == pairs[0])
    return place[found], pairs[1][found]
