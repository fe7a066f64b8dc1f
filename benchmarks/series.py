"""Whether movies of one series find each other: recall@10 of `similar`, by the vectors it could search.

    python benchmarks/series.py [--seeds 0 1] [--home DIR]

It needs a fetched ml-100k. tests/series.csv lists the series by title and year. For each member, recall@10 is
the share of the others of its series among its ten nearest; the mean is over members. Settings are chosen on
the series in even places of the list and confirmed on those in odd places. It prints Markdown.
"""

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

from movierec_cli import load_dataset
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.evaluation import baselines
from movierec_cli.models import ranking
from movierec_cli.scoring import Matrix, best
from movierec_cli.titles import normalise, title_keys
from movierec_cli.training.content import movie_features

LIST = Path(__file__).parent.parent / "tests" / "series.csv"
TOP = 10


def read_series(dataset: Dataset) -> list[list[int]]:
    """The movie_index of each series' members, in the order of the list."""
    row = {
        (key, year): index
        for index, (title, year) in enumerate(
            zip(dataset.movies["title"], dataset.movies["year"], strict=True)
        )
        for key in title_keys(title)
    }
    series: dict[str, list[int]] = defaultdict(list)
    with LIST.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            series[line["series"]].append(row[normalise(line["title"]), int(line["year"])])
    return list(series.values())


def recall(likeness: Matrix, series: list[list[int]]) -> float:
    """Mean recall@10 over the members. likeness: float32 (movies, movies), whose diagonal is overwritten."""
    np.fill_diagonal(likeness, -np.inf)
    figures = []
    for members in series:
        for member, nearest in zip(members, best(likeness[members], TOP), strict=True):
            others = set(members) - {member}
            figures.append(len(others & set(nearest.tolist())) / len(others))
    return float(np.mean(figures))


def unit(vectors: Matrix) -> Matrix:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: Matrix = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return rows


def cosine(vectors: Matrix) -> Matrix:
    rows = unit(vectors)
    likeness: Matrix = rows @ rows.T
    return likeness


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--home", default=None)
    arguments = parser.parse_args()
    dataset = load_dataset("ml-100k", home=arguments.home)
    interactions = Interactions.from_dataset(dataset)
    series = read_series(dataset)
    movies = np.arange(len(interactions.movie_ids))
    features = movie_features(dataset)
    rarity = np.log(len(features) / np.maximum(features.sum(axis=0), 1)).astype(np.float32)
    contents = unit(features * rarity)
    gram = baselines.gram_matrix(interactions, 5.0)
    inverse = np.linalg.inv(gram + 200.0 * np.eye(len(gram), dtype=np.float32))
    lengths = np.sqrt(np.maximum(np.diag(gram), 1e-9))
    learned: dict[str, list[Matrix]] = defaultdict(list)
    for seed in arguments.seeds:
        trained = ranking.fit(
            dataset,
            interactions,
            {},
            epochs=50,
            patience=10,
            seed=seed,
            on_stage=lambda _: None,
            on_epoch=lambda _: None,
        )
        vectors = trained.movie_vectors
        score, history = vectors["score_vector"][:, :-1], vectors["history_vector"][:, :-1]
        width = trained.config["members"] * trained.config["dim"]
        learned["as shipped: similar_vector"].append(vectors["similar_vector"])
        learned["score vectors"].append(score)
        learned["history vectors"].append(history)
        learned["their sum"].append(score + history)
        learned["their sum, trained members only"].append((score + history)[:, :width])
        learned["each to unit length, then their sum"].append(unit(score) + unit(history))
        for weight in (0.7, 0.9, 1.1, 1.3, 1.6):
            learned[f"the last, and {weight} times content"].append(
                np.column_stack([unit(unit(score) + unit(history)), np.float32(weight) * contents])
            )
    likenesses = {
        "item-kNN, cosine": [(gram / lengths[:, None] / lengths).astype(np.float32)],
        "EASE's weights": [(-inverse / np.diag(inverse)).T.astype(np.float32)],
        "genres and decade": [cosine(contents)],
        **{name: [cosine(vectors) for vectors in seeds] for name, seeds in learned.items()},
    }
    print(
        f"{len(series)} series, {sum(map(len, series))} of {len(movies):,} movies, seeds {arguments.seeds}\n"
    )
    print("| vectors | recall@10 | chosen on | confirmed on |")
    print("| --- | --- | --- | --- |")
    for name, matrices in likenesses.items():
        parts = [series, series[::2], series[1::2]]
        figures = np.mean([[recall(matrix, part) for part in parts] for matrix in matrices], axis=0)
        print(f"| {name} | {figures[0]:.3f} | {figures[1]:.3f} | {figures[2]:.3f} |", flush=True)


if __name__ == "__main__":
    main()
