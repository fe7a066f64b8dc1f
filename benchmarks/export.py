"""Everyone's recommendations in one file, against implicit's batch recommend on the same vectors.

    python benchmarks/export.py [--rounds 7] [--size ml-1m] [--top 10]

Vectors are random (made_up_run.py), who has rated what comes from movielens_like.py.
Ours reads both tables, scores, leaves out what was rated, and writes the file; implicit gets its vectors as
arrays and a sparse matrix of what was rated, and returns arrays. They take turns in one process.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import movielens_like
import numpy as np
from described import parser_of
from implicit.cpu.matrix_factorization_base import MatrixFactorizationBase
from made_up_run import WIDTH, random_vectors, store
from scipy import sparse

from movierec_cli.datasets.parse import read_dataset
from movierec_cli.home import Home
from movierec_cli.questions.export import export
from movierec_cli.training.data import TrainingData


class Vectors(MatrixFactorizationBase):  # type: ignore[misc]
    """implicit's recommend, for vectors that are there already."""

    def fit(self, *_: object, **__: object) -> None:
        raise NotImplementedError

    def save(self, *_: object) -> None:
        raise NotImplementedError


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--size", choices=movielens_like.SIZES, default="ml-1m")
    parser.add_argument("--top", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        movielens_like.write(folder / "data", movielens_like.SIZES[arguments.size], seed=0)
        dataset = read_dataset(folder / "data", arguments.size)
        data = TrainingData.of(dataset)
        interactions = data.interactions
        people, movies = len(interactions.user_ids), len(interactions.movie_ids)
        users, items = random_vectors(interactions)
        home = Home.resolve(folder / "home")
        store(home, data, users, items)
        model = Vectors()
        model.user_factors, model.item_factors = users, items
        rated = sparse.csr_matrix(
            (
                np.ones(len(interactions.rating), np.float32),
                interactions.movie_index,
                interactions.row_splits,
            ),
            shape=(people, movies),
        )

        def ours(suffix: str) -> Callable[[], object]:
            return lambda: export(folder / f"all{suffix}", top=arguments.top, home=home.root)

        contestants: dict[str, Callable[[], object]] = {
            "implicit, recommend for everybody": lambda: model.recommend(
                np.arange(people), rated, N=arguments.top
            ),
            "movierec export to .csv": ours(".csv"),
            "movierec export to .jsonl": ours(".jsonl"),
            "movierec export to .parquet": ours(".parquet"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in contestants}
        for number in range(arguments.rounds + 1):
            for name, work in contestants.items():
                started = time.perf_counter()
                work()
                if number:
                    seconds[name].append(time.perf_counter() - started)
    against = statistics.median(next(iter(seconds.values())))
    print(f"{people:,} people, {movies:,} movies, {WIDTH} dimensions, top {arguments.top}\n")
    print("| what | median s | min | max | ratio |")
    print("| --- | --- | --- | --- | --- |")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"| {name} | {median:.3f} | {min(values):.3f} | {max(values):.3f} | {median / against:.2f} |")


if __name__ == "__main__":
    main()
