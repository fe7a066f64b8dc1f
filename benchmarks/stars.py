"""Error of the predicted stars on the five published folds of MovieLens 100K.

    python benchmarks/stars.py FOLDER [--home DIR]

FOLDER holds u1.base to u5.test as GroupLens publish them, the home a fetched ml-100k, for the movies.
Whoever is in no training part counts as a person of whom nothing is known. It prints Markdown.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from described import parser_of
from movielens_folder import COLUMNS

from movierec_cli import load_dataset
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training import star_model
from movierec_cli.training.content import movie_features
from movierec_cli.training.everybody import Everybody, whole


def read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, sep="\t", names=COLUMNS).astype({"rating": "float32"})


def errors(dataset: Dataset, folder: Path, fold: int) -> tuple[float, float]:
    """RMSE and MAE, in stars."""
    known = replace(dataset, ratings=read(folder / f"u{fold}.base"))
    test = read(folder / f"u{fold}.test")
    interactions = Interactions.from_dataset(known)
    people = Everybody.here(interactions, len(interactions.user_ids))
    tables = star_model.fit(people, movie_features(known.movies), known.rating_scale, seed=0)
    row = dict(zip(interactions.user_ids, whole(tables.user_vectors), strict=True))
    nobody = tables.shared.any_person()
    vectors = np.stack([row.get(user_id, nobody) for user_id in test["user_id"]])
    movies = tables.movie_vectors[np.searchsorted(interactions.movie_ids, test["movie_id"])]
    error = tables.shared.predict(vectors, movies) - test["rating"].to_numpy()
    return float(np.sqrt(np.mean(error**2))), float(np.abs(error).mean())


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", default=None)
    arguments = parser.parse_args()
    dataset = load_dataset("ml-100k", home=arguments.home)
    print("| fold | RMSE | MAE |")
    print("| --- | --- | --- |")
    figures = []
    for fold in range(1, 6):
        figures.append(errors(dataset, arguments.folder, fold))
        print(f"| u{fold} | {figures[-1][0]:.4f} | {figures[-1][1]:.4f} |", flush=True)
    rmse, mae = np.mean(figures, axis=0)
    print(f"| mean | {rmse:.4f} | {mae:.4f} |")


if __name__ == "__main__":
    main()
