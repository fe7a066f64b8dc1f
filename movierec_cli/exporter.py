"""Everyone's recommendations in one file, by blocked matrix products over the stored vectors."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from movierec_cli.errors import UsageError
from movierec_cli.outfile import check_target, whole_file
from movierec_cli.paths import Home
from movierec_cli.scoring import Matrix, best, blocks, score_matrix
from movierec_cli.store.lookup import matrix
from movierec_cli.store.reader import open_table
from movierec_cli.store.runs import current_run

FIELDS = ("user_id", "rank", "movie_id", "title", "score")

Block = dict[str, list[Any]]
Progress = Callable[[int, int], None]
"""Called with (people done, people in all)."""


def export(
    path: Path | str, *, top: int = 10, home: Path | str | None = None, progress: Progress | None = None
) -> int:
    """Write `top` recommendations for every person to a .csv, .jsonl or .parquet file.

    Columns: user_id, rank, movie_id, title, score; people in ascending user_id; movies they have rated are
    left out. The file appears whole or not at all, and an older one of that name stays until then.
    Returns the number of rows. Raises UsageError for another suffix, NotFoundError without a model.
    """
    writers = {".csv": _csv_writer, ".jsonl": _jsonl_writer, ".parquet": _parquet_writer}
    path = check_target(path, tuple(writers), "movierec export recommendations.csv")
    if top < 1:
        raise UsageError(f"--top {top}: ask for at least 1 movie.", "For example: --top 10")
    run = current_run(Home.resolve(home))
    rows = 0
    with whole_file(path) as draft, writers[path.suffix.lower()](draft) as write:
        for block in recommendation_blocks(run.folder, run.facts["model"], top, progress):
            write(block)
            rows += len(block["rank"])
    return rows


def recommendation_blocks(
    folder: Path, model: dict[str, Any], top: int, progress: Progress | None = None
) -> Iterator[Block]:
    """Recommendations for everybody in a run's `users` table, some people at a time, as columns of FIELDS."""
    column, metric = model["score_column"], model["score_metric"]
    movies = pa.Table.from_batches(open_table(folder, "movies").batches(["movie_id", "title", column]))
    movie_ids = movies["movie_id"].to_numpy()
    titles = np.array(movies["title"].to_pylist(), dtype=object)
    movie_vectors = matrix(movies[column].combine_chunks())
    users = open_table(folder, "users")
    total, done = users.count(), 0
    for batch in users.batches(["user_id", "score_vector", "movie_ids"]):
        for part in blocks(batch.num_rows, len(movie_ids)):
            people = batch.slice(part.start, part.stop - part.start)
            scores = score_matrix(matrix(people["score_vector"]), movie_vectors, metric)
            yield _best(people, scores, movie_ids, titles, top)
            done += people.num_rows
            if progress:
                progress(done, total)


def _best(
    people: pa.RecordBatch,
    scores: Matrix,
    movie_ids: npt.NDArray[np.int64],
    titles: npt.NDArray[np.object_],
    top: int,
) -> Block:
    rated = people["movie_ids"]
    rated_user = np.repeat(np.arange(len(rated)), np.diff(rated.offsets.to_numpy()))
    scores[rated_user, np.searchsorted(movie_ids, rated.flatten().to_numpy())] = -np.inf
    chosen = best(scores, top)
    chosen_scores = np.take_along_axis(scores, chosen, axis=1)
    kept = np.isfinite(chosen_scores)
    user_ids = np.repeat(people["user_id"].to_numpy(), kept.sum(axis=1))
    ranks = np.broadcast_to(np.arange(1, chosen.shape[1] + 1), chosen.shape)
    return {
        "user_id": user_ids.tolist(),
        "rank": ranks[kept].tolist(),
        "movie_id": movie_ids[chosen[kept]].tolist(),
        "title": titles[chosen[kept]].tolist(),
        "score": chosen_scores[kept].tolist(),
    }


@contextmanager
def _text_file(path: Path) -> Iterator[TextIO]:
    with path.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def _csv_writer(path: Path) -> Iterator[Callable[[Block], None]]:
    with _text_file(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        yield lambda block: writer.writerows(zip(*(block[name] for name in FIELDS), strict=True))


@contextmanager
def _jsonl_writer(path: Path) -> Iterator[Callable[[Block], None]]:
    with _text_file(path) as file:

        def write(block: Block) -> None:
            for values in zip(*(block[name] for name in FIELDS), strict=True):
                file.write(json.dumps(dict(zip(FIELDS, values, strict=True)), ensure_ascii=False) + "\n")

        yield write


@contextmanager
def _parquet_writer(path: Path) -> Iterator[Callable[[Block], None]]:
    from pyarrow import parquet

    schema = pa.schema(
        [
            ("user_id", pa.int64()),
            ("rank", pa.int32()),
            ("movie_id", pa.int64()),
            ("title", pa.string()),
            ("score", pa.float32()),
        ]
    )
    with parquet.ParquetWriter(path, schema) as writer:
        yield lambda block: writer.write_table(pa.table(block, schema=schema))
