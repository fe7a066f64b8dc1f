"""Time and peak memory of the computed member alone, on made-up data of the size of a MovieLens release.

    python benchmarks/computed.py [--size ml-32m] [--width 256]

The ratings come from movielens_like.py and are made in a process of their own, so that the memory is that of
the member: ratings in, vectors out. Nothing is read from files of MovieLens, and TensorFlow is not loaded. It
prints Markdown. The largest size takes a quarter of an hour to make.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, fields
from multiprocessing import get_context
from pathlib import Path

import children
import movielens_like
import numpy as np
from described import parser_of
from threadpoolctl import threadpool_limits

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.everybody import divided
from movierec_cli.training.ranking import computed
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import evidence_of
from movierec_cli.vectors.fold_in import HistoryWeights


def history_weights(lowest: float, highest: float) -> HistoryWeights:
    """The rule for what a rating says, with the defaults of training."""
    config = asdict(RankingConfig())
    settings = {field.name: config[field.name] for field in fields(HistoryWeights) if field.name in config}
    return HistoryWeights(lowest=lowest, highest=highest, **settings)


def make(file: Path, size: movielens_like.Size) -> None:
    """Write made-up ratings to an .npz file: the fields of Interactions."""
    rng = np.random.default_rng(0)
    catalogue = movielens_like.made_up_movies(size, rng)
    counts, movies, ratings = [], [], []
    for part in movielens_like.ratings(size, catalogue, rng):
        user_id, movie_id, stamp = (part[name].to_numpy() for name in ("userId", "movieId", "timestamp"))
        order = np.lexsort((stamp, user_id))
        counts.append(np.unique(user_id, return_counts=True)[1])
        movies.append(np.searchsorted(catalogue.movie_ids, movie_id[order]).astype(np.int32))
        ratings.append(part["rating"].cast("float").to_numpy()[order])
    row_splits = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    interactions = Interactions(
        user_ids=np.arange(1, len(row_splits), dtype=np.int64),
        movie_ids=catalogue.movie_ids,
        row_splits=row_splits,
        movie_index=np.concatenate(movies),
        rating=np.concatenate(ratings),
    )
    np.savez(file, **{field.name: getattr(interactions, field.name) for field in fields(Interactions)})


def measure(file: Path, width: int | None) -> dict[str, float]:
    """Seconds for the evidence and for the member, and the member's width."""
    with np.load(file) as arrays:
        interactions = Interactions(**arrays)
    config = RankingConfig()
    with threadpool_limits(limits=1, user_api="blas"):  # as training has it
        started = time.perf_counter()
        lowest, highest = float(interactions.rating.min()), float(interactions.rating.max())
        evidence = evidence_of(divided(interactions), history_weights(lowest, highest), config.recency)
        seen = time.perf_counter()
        movies = len(np.unique(interactions.movie_index))
        size = len(interactions.rating), movies
        ridge = computed.ridge_for(*size, config.computed_ridge)
        member = computed.fit(evidence, width or computed.width_for(*size), ridge, seed=0)
        done = time.perf_counter()
    return {"evidence": seen - started, "member": done - seen, "width": len(member.start)}


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--size", choices=movielens_like.SIZES, default="ml-32m")
    parser.add_argument("--width", type=int, default=None, help="default: as training chooses it")
    parser.add_argument("--child", type=Path, default=None, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(measure(arguments.child, arguments.width)))
        return
    size = movielens_like.SIZES[arguments.size]
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "ratings.npz"
        # Not in this process: what it ever held, its children are said to have held as well.
        making = get_context("spawn").Process(target=make, args=(file, size))
        making.start()
        making.join()
        width = ["--width", str(arguments.width)] if arguments.width else []
        _, peak, said = children.run([sys.executable, __file__, "--child", str(file), *width])
    found = json.loads(said.splitlines()[-1])
    print("| people | movies | ratings | width | evidence, s | member, s | peak MB |")
    print("| --- " * 7 + "|")
    print(
        f"| {size.people:,} | {size.movies:,} | {size.ratings:,} | {found['width']} "
        f"| {found['evidence']:.1f} | {found['member']:.1f} | {peak:.0f} |"
    )


if __name__ == "__main__":
    main()
