"""How well somebody is served who was not there at training time.

    python benchmarks/fold_in.py FOLDER [--people-folds 5] [--seed 0]

FOLDER holds u.data and u.item of MovieLens 100K. 20 % of everybody's ratings are held out at random; relevant
is a held-out 4 or 5. One model learns from the other 80 % of everybody. Then, for each fold of people, one
model learns without them, and they are folded in with their 80 % by the code that answers questions. The
second table is about --dislike, for the people of the first fold. It prints Markdown.
"""

import argparse
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from quality import COLUMNS, movierec, split

from movierec_cli import metrics
from movierec_cli import people as people_module
from movierec_cli.recommender import Recommender
from movierec_cli.records import Hit, Rating

TOP = 10
DISLIKE_WEIGHTS = (0.2, 0.0, -0.1, -0.2, -0.3, -0.5, -1.0)


@contextmanager
def trained(source: Path, ratings: pd.DataFrame) -> Iterator[Recommender]:
    """A model of some ratings, trained as a user would, with its home for as long as it is needed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "split", Path(scratch) / "home"
        folder.mkdir()
        shutil.copy(source / "u.item", folder)
        ratings.to_csv(folder / "u.data", sep="\t", header=False, index=False)
        movierec(home, "fetch", "--from", str(folder), "--name", "split")
        movierec(home, "train", "--dataset", "split", "--epochs", "50")
        yield Recommender.open(home)


def by_person(ratings: pd.DataFrame) -> dict[int, list[Rating]]:
    """user_id -> ratings, oldest first."""
    found: dict[int, list[Rating]] = defaultdict(list)
    ordered = ratings.sort_values("timestamp", kind="stable")
    for user_id, movie_id, stars in ordered[["user_id", "movie_id", "rating"]].to_numpy().tolist():
        found[user_id].append(Rating(movie_id, float(stars)))
    return dict(found)


def ndcg(lists: dict[int, list[Hit]], relevant: dict[int, set[int]]) -> dict[int, float]:
    """user_id -> NDCG@10 of those who have something relevant."""
    people = [user_id for user_id in lists if user_id in relevant]
    at = np.zeros((len(people), TOP), dtype=bool)
    for row, user_id in enumerate(people):
        for hit in lists[user_id]:
            at[row, hit.rank - 1] = hit.movie.movie_id in relevant[user_id]
    count = np.array([len(relevant[user_id]) for user_id in people])
    return dict(zip(people, metrics.ndcg(at, count).tolist(), strict=True))


def relevant_movies(held_out: pd.DataFrame) -> dict[int, set[int]]:
    """user_id -> the held-out movies that they liked."""
    found: dict[int, set[int]] = defaultdict(set)
    liked = held_out[held_out["rating"] >= 4]
    for user_id, movie_id in liked[["user_id", "movie_id"]].to_numpy().tolist():
        found[user_id].add(movie_id)
    return dict(found)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people-folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    ratings = pd.read_csv(arguments.folder / "u.data", sep="\t", names=COLUMNS)
    seen, held_out = split(ratings, "random", arguments.seed)
    relevant, histories = relevant_movies(held_out), by_person(seen)
    with trained(arguments.folder, seen) as recommender:
        known = ndcg({user_id: recommender.recommend(user_id, top=TOP) for user_id in histories}, relevant)
    folds = np.array_split(
        np.random.default_rng(arguments.seed).permutation(sorted(histories)), arguments.people_folds
    )
    print("| fold of people | judged | trained on, NDCG@10 | folded in, NDCG@10 | ratio |")
    print("| --- | --- | --- | --- | --- |")
    folded: dict[int, float] = {}
    tables = []
    for number, fold in enumerate(folds, start=1):
        with trained(arguments.folder, seen[~seen["user_id"].isin(fold)]) as recommender:
            people = {int(user_id): recommender.fold_in(histories[int(user_id)]) for user_id in fold}
            lists = {user_id: recommender.recommend(person, top=TOP) for user_id, person in people.items()}
            if number == 1:
                tables = dislikes(recommender, ratings[ratings["user_id"].isin(fold)], arguments.seed)
        values = ndcg(lists, relevant)
        folded |= values
        print_row(str(number), values, known)
    print_row("all", folded, known)
    print("\n| a dislike counts | NDCG@10 | of ten, rated 1 or 2 |")
    print("| --- | --- | --- |")
    print("\n".join(tables))


def dislikes(recommender: Recommender, ratings: pd.DataFrame, seed: int) -> list[str]:
    """For some weights of a dislike a line on how a few likes and dislikes find the person's other ratings.

    Likes are two to five of somebody's movies of 5 stars, dislikes one to three of 1 or 2 stars, drawn four
    times from everybody who has ten of the one and six of the other; liked is then what else got 4 or 5.
    """
    draw, cases = np.random.default_rng(seed), []
    for _, own in ratings.groupby("user_id"):
        good = own.loc[own["rating"] >= 4, "movie_id"].tolist()
        best = own.loc[own["rating"] == 5, "movie_id"].tolist()
        bad = own.loc[own["rating"] <= 2, "movie_id"].tolist()
        for _ in range(4 if len(best) >= 10 and len(bad) >= 6 else 0):
            like = draw.permutation(best)[: draw.integers(2, 6)].tolist()
            dislike = draw.permutation(bad)[: draw.integers(1, 4)].tolist()
            cases.append((like, dislike, set(good) - {*like}, set(bad) - {*dislike}))
    lines = []
    for weight in DISLIKE_WEIGHTS:
        values: list[float] = []
        hated = []
        for like, dislike, good_left, bad_left in cases:
            with mock.patch.object(people_module, "DISLIKE", weight):
                hits = recommender.recommend(like=like, dislike=dislike, top=TOP)
            values += ndcg({0: hits}, {0: good_left}).values()
            hated.append(sum(hit.movie.movie_id in bad_left for hit in hits))
        lines.append(f"| {weight:+g} | {np.mean(values):.4f} | {np.mean(hated):.3f} |")
    return lines


def print_row(name: str, folded: dict[int, float], known: dict[int, float]) -> None:
    before, after = np.mean([known[user_id] for user_id in folded]), np.mean(list(folded.values()))
    print(f"| {name} | {len(folded)} | {before:.4f} | {after:.4f} | {after / before:.3f} |", flush=True)


if __name__ == "__main__":
    main()
