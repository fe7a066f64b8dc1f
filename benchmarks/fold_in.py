"""How well somebody is served who was not there at training time.

    python benchmarks/fold_in.py FOLDER [--people-folds 5] [--seed 0] [--epochs 50]

FOLDER is one of MovieLens. 20 % of everybody's ratings are held out at random; relevant is what got at least
80 % of the highest rating. One model learns from the other 80 % of everybody. Then, for each fold of people,
one model learns without them, and they are folded in with their 80 % by the code that answers questions. The
second table is about --dislike, for the people of the first fold. It prints Markdown.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from described import parser_of_a_split
from movielens_folder import LIKED, Flags, MovieLensFolder, movierec

from movierec_cli.evaluation import metrics
from movierec_cli.questions.answers import Hit, Rating
from movierec_cli.questions.recommender import Recommender

TOP = 10
BAD = 0.4
"""At most this share of the highest rating says that a movie was disliked."""


@contextmanager
def trained(source: MovieLensFolder, kept: Flags, epochs: int) -> Iterator[Recommender]:
    """A model of some ratings, trained as a user would, with its home for as long as it is needed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "split", Path(scratch) / "home"
        source.write(folder, kept)
        movierec(home, "fetch", "--from", str(folder), "--name", "split")
        movierec(home, "train", "--dataset", "split", "--epochs", str(epochs))
        yield Recommender.open(home)


def by_person(ratings: pd.DataFrame) -> dict[int, list[Rating]]:
    """user_id -> ratings, oldest first."""
    found: dict[int, list[Rating]] = defaultdict(list)
    ordered = ratings.sort_values("timestamp", kind="stable")
    for user_id, movie_id, stars in zip(*(ordered[name] for name in ordered.columns[:3]), strict=True):
        found[int(user_id)].append(Rating(int(movie_id), float(stars)))
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


def movies_of(ratings: pd.DataFrame) -> dict[int, set[int]]:
    """user_id -> the movies of their ratings."""
    found: dict[int, set[int]] = defaultdict(set)
    for user_id, movie_id in ratings[["user_id", "movie_id"]].to_numpy().tolist():
        found[user_id].add(movie_id)
    return dict(found)


def main() -> None:
    parser = parser_of_a_split(__doc__)
    parser.add_argument("--people-folds", type=int, default=5)
    arguments = parser.parse_args()
    source, seed = MovieLensFolder.read(arguments.folder), arguments.seed
    held_out = source.held_out("random", seed)
    relevant, histories = movies_of(source.relevant(held_out)), by_person(source.ratings[~held_out])
    with trained(source, ~held_out, arguments.epochs) as recommender:
        known = ndcg({user_id: recommender.recommend(user_id, top=TOP) for user_id in histories}, relevant)
    folds = np.array_split(np.random.default_rng(seed).permutation(sorted(histories)), arguments.people_folds)
    print("| fold of people | judged | trained on, NDCG@10 | folded in, NDCG@10 | ratio |")
    print("| --- | --- | --- | --- | --- |")
    folded: dict[int, float] = {}
    table: list[str] = []
    for number, fold in enumerate(folds, start=1):
        new = source.ratings["user_id"].isin(fold).to_numpy()
        with trained(source, ~held_out & ~new, arguments.epochs) as recommender:
            people = {int(user_id): recommender.fold_in(histories[int(user_id)]) for user_id in fold}
            lists = {user_id: recommender.recommend(person, top=TOP) for user_id, person in people.items()}
            if number == 1:
                table = dislikes(recommender, source.ratings[new], source.highest, seed)
        values = ndcg(lists, relevant)
        folded |= values
        print_row(str(number), values, known)
    print_row("all", folded, known)
    print("\n| a few likes, and | cases | NDCG@10 | of ten, disliked |")
    print("| --- | --- | --- | --- |")
    print("\n".join(table))


def dislikes(recommender: Recommender, ratings: pd.DataFrame, highest: float, seed: int) -> list[str]:
    """Lines on how well a few likes find the person's other ratings, without a few dislikes and with them.

    Likes are two to five of somebody's movies of the highest rating, dislikes one to three of what got at
    most BAD of that, drawn four times from everybody who has ten of the one and six of the other; relevant
    is what else they liked.
    """
    draw, cases = np.random.default_rng(seed), []
    for _, own in ratings.groupby("user_id"):
        good = own.loc[own["rating"] >= LIKED * highest, "movie_id"].tolist()
        best = own.loc[own["rating"] == highest, "movie_id"].tolist()
        bad = own.loc[own["rating"] <= BAD * highest, "movie_id"].tolist()
        for _ in range(4 if len(best) >= 10 and len(bad) >= 6 else 0):
            like = draw.permutation(best)[: draw.integers(2, 6)].tolist()
            dislike = draw.permutation(bad)[: draw.integers(1, 4)].tolist()
            cases.append((like, dislike, set(good) - {*like}, set(bad) - {*dislike}))
    lines = []
    for name, is_said in (("no dislikes", False), ("dislikes", True)):
        values: list[float] = []
        hated = []
        for like, dislike, good_left, bad_left in cases:
            hits = recommender.recommend(like=like, dislike=dislike if is_said else (), top=TOP)
            values += ndcg({0: hits}, {0: good_left}).values()
            hated.append(sum(hit.movie.movie_id in bad_left for hit in hits))
        lines.append(f"| {name} | {len(cases)} | {np.mean(values):.4f} | {np.mean(hated):.3f} |")
    return lines


def print_row(name: str, folded: dict[int, float], known: dict[int, float]) -> None:
    before, after = np.mean([known[user_id] for user_id in folded]), np.mean(list(folded.values()))
    print(f"| {name} | {len(folded)} | {before:.4f} | {after:.4f} | {after / before:.3f} |", flush=True)


if __name__ == "__main__":
    main()
