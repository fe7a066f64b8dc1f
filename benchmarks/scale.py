"""Time and peak memory of every step at the sizes of MovieLens's releases, each step in a process of its own.

    python benchmarks/scale.py [--sizes ml-100k ml-1m ml-10m ml-32m] [--steps ...] [--folder DIR]

Data come from movielens_like.py. Seconds are those of the work itself, without starting Python and importing;
peak memory is the process's. "epoch" is the second one, since the first one also traces the graph; "computed"
and "train" are the whole of `movierec train --epochs 0` and `--epochs 1`. Tables are written of made-up
vectors; question and export take the run that was written last, which is that of "train". With --folder the
data and runs are kept and used again.
The largest size takes 5 GB of disk and a quarter of an hour.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import children
import movielens_like
from described import parser_of
from made_up_run import random_vectors, store

from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.datasets.library import fetch, load_dataset
from movierec_cli.datasets.parse import read_dataset
from movierec_cli.home import Home
from movierec_cli.questions.export import export
from movierec_cli.questions.recommender import Recommender
from movierec_cli.training.data import TrainingData

Work = Callable[[], object]


def bare_read(data: Path, _home: Home) -> Work:
    from pyarrow import csv

    return lambda: csv.read_csv(data / "ratings.csv")


def parse(data: Path, _home: Home) -> Work:
    return lambda: read_dataset(data, data.name)


def fetch_folder(data: Path, home: Home) -> Work:
    return lambda: fetch(source=data, name=data.name, home=home, force=True)


def epoch(data: Path, home: Home) -> Work:
    from computed import history_weights

    from movierec_cli.training.everybody import divided
    from movierec_cli.training.ranking.computed import width_for
    from movierec_cli.training.ranking.config import RankingConfig
    from movierec_cli.training.ranking.evidence import evidence_of
    from movierec_cli.training.ranking.held_out import SHARE
    from movierec_cli.training.ranking.trainer import Trainer

    dataset = load_dataset(data.name, home=home)
    config = RankingConfig()
    seen, _ = hold_out(Interactions.from_dataset(dataset), SHARE)
    evidence = evidence_of(divided(seen), history_weights(*dataset.rating_scale), config.recency)
    width = width_for(len(seen.rating), len(set(seen.movie_index.tolist())))
    trainer = Trainer(evidence, width, config, seed=0)
    trainer.run_epoch(1, config.learning_rate)
    return lambda: trainer.run_epoch(2, config.learning_rate)


def computed_alone(data: Path, home: Home) -> Work:
    from movierec_cli.training.train import train

    return lambda: train(data.name, epochs=0, home=home.root)


def train(data: Path, home: Home) -> Work:
    from movierec_cli.training.backend import tf
    from movierec_cli.training.train import train

    tf.constant(0)
    return lambda: train(data.name, epochs=1, home=home.root)


def tables(data: Path, home: Home) -> Work:
    dataset = load_dataset(data.name, home=home)
    known = TrainingData.of(dataset)
    vectors = random_vectors(known.interactions)
    return lambda: store(home, known, *vectors)


def question(_data: Path, home: Home) -> Work:
    return lambda: Recommender.open(home.root).recommend(42)


def export_all(_data: Path, home: Home) -> Work:
    return lambda: export(home.root / "all.parquet", home=home.root)


STEPS: dict[str, Callable[[Path, Home], Work]] = {
    "bare read of ratings.csv": bare_read,
    "parse": parse,
    "fetch --from": fetch_folder,
    "epoch": epoch,
    "tables": tables,
    "computed": computed_alone,
    "train": train,
    "question": question,
    "export": export_all,
}


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--sizes", nargs="+", choices=movielens_like.SIZES, default=[*movielens_like.SIZES])
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=[*STEPS])
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        size, step = arguments.sizes[0], arguments.steps[0]
        work = STEPS[step](arguments.folder / size, Home(arguments.folder / f"home-{size}"))
        started = time.perf_counter()
        work()
        print(time.perf_counter() - started)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        print("| size | step | s | µs per rating | peak MB |")
        print("| --- | --- | --- | --- | --- |")
        for size in arguments.sizes:
            if not (folder / size / "ratings.csv").exists():
                movielens_like.write(folder / size, movielens_like.SIZES[size], seed=0)
            for step in arguments.steps:
                again = [__file__, "--child", "--sizes", size, "--steps", step, "--folder", str(folder)]
                _, peak, said = children.run([sys.executable, *again])
                seconds = float(said.split()[-1])
                each = 1e6 * seconds / movielens_like.SIZES[size].ratings
                print(f"| {size} | {step} | {seconds:.2f} | {each:.3f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
