"""What --diversity and --novelty cost and give, and how to recommend to several people at once.

    python benchmarks/choosing.py FOLDER [--seed 0] [--groups 500] [--epochs 50]

FOLDER is one of MovieLens. 20 % of everybody's ratings are held out at random; relevant is what got at least
80 % of the highest rating. It prints Markdown.
"""

from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
from described import parser_of_a_split
from fold_in import BAD, TOP, movies_of, ndcg, trained
from movielens_folder import MovieLensFolder

from movierec_cli.questions import choosing
from movierec_cli.questions.answers import Hit
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.lookup import matrix
from movierec_cli.store.table import open_table
from movierec_cli.vectors.arrays import Floats

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def mean_score(scores: Floats, _stars: Floats, *_scale: float) -> Floats:
    """What choosing.together is compared with: everybody's scores, standardised."""
    standard = (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)
    mean: Floats = standard.mean(axis=0)
    return mean


def least_score(scores: Floats, _stars: Floats, *_scale: float) -> Floats:
    """The same of the person whom it suits least."""
    standard = (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)
    least: Floats = standard.min(axis=0)
    return least


GROUP_RULES: dict[str, dict[str, Any]] = {
    "mean of standardised scores": {"together": mean_score},
    "lowest standardised score": {"together": least_score},
    "ranks alone": {"PER_STAR": 0.0},
    "ranks, 0.5 per missing star": {"PER_STAR": 0.5},
    "ranks, 1 per missing star": {"PER_STAR": 1.0},
    "ranks, 2 per missing star": {"PER_STAR": 2.0},
}


Vectors = dict[int, npt.NDArray[np.float32]]


def unit_vectors(recommender: Recommender) -> Vectors:
    """movie_id -> what `similar` compares, of unit length."""
    column = recommender.run.facts.model.similar_column
    found: Vectors = {}
    for batch in open_table(recommender.run.folder, "movies").batches(["movie_id", column]):
        vectors = matrix(batch.column(column))
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        found |= dict(zip(batch.column("movie_id").to_pylist(), vectors, strict=True))
    return found


def alike(hits: list[Hit], vectors: Vectors) -> float:
    """The mean cosine of two different movies of a list."""
    rows = np.stack([vectors[hit.movie.movie_id] for hit in hits])
    count = len(rows)
    return float(((rows @ rows.T).sum() - count) / (count * (count - 1)))


def print_table(
    recommender: Recommender, option: str, relevant: dict[int, set[int]], people: list[int]
) -> None:
    vectors, movies = unit_vectors(recommender), recommender.run.facts.dataset.movies
    print(f"\n| --{option} | NDCG@10 | of plain | movies shown | cosine within a list | median ratings |")
    print("| --- | --- | --- | --- | --- | --- |")
    plain = None
    for share in SHARES:
        diversity, novelty = (share, 0.0) if option == "diversity" else (0.0, share)
        lists = {
            user_id: recommender.recommend(user_id, top=TOP, diversity=diversity, novelty=novelty)
            for user_id in people
        }
        value = float(np.mean(list(ndcg(lists, relevant).values())))
        plain = plain or value
        shown = [hit.movie for hits in lists.values() for hit in hits]
        coverage = len({movie.movie_id for movie in shown}) / movies
        cosine = np.mean([alike(hits, vectors) for hits in lists.values()])
        popularity = np.median([movie.rating_count for movie in shown])
        print(
            f"| {share:g} | {value:.4f} | {value / plain:.2f} | {coverage:.0%} | {cosine:.2f} "
            f"| {popularity:.0f} |",
            flush=True,
        )


def print_groups(
    recommender: Recommender,
    disliked: dict[int, set[int]],
    relevant: dict[int, set[int]],
    groups: list[list[int]],
) -> None:
    """Each member is judged by their own ratings; what one of the group has seen is shown to none."""
    print("\n| rule | NDCG@10, mean | of the least pleased | disliked | least stars |")
    print("| --- | --- | --- | --- | --- |")
    for name, changed in GROUP_RULES.items():
        means, lowest, hated, stars = [], [], 0, []
        for group in groups:
            with mock.patch.multiple(choosing, **changed):
                hits = recommender.recommend(*group, top=TOP)
            values = ndcg(dict.fromkeys(group, hits), relevant).values()
            means.append(np.mean(list(values)))
            lowest.append(min(values))
            hated += sum(hit.movie.movie_id in disliked.get(one, ()) for one in group for hit in hits)
            stars += [min(person.predicted_rating or 0 for person in hit.people) for hit in hits]
        print(
            f"| {name} | {np.mean(means):.4f} | {np.mean(lowest):.4f} | {hated} | {np.mean(stars):.2f} |",
            flush=True,
        )


def main() -> None:
    parser = parser_of_a_split(__doc__)
    parser.add_argument("--groups", type=int, default=500)
    arguments = parser.parse_args()
    source = MovieLensFolder.read(arguments.folder)
    held_out = source.held_out("random", arguments.seed)
    relevant = movies_of(source.relevant(held_out))
    disliked = movies_of(source.ratings[held_out & (source.ratings["rating"] <= BAD * source.highest)])
    people = sorted(relevant)
    draw = np.random.default_rng(arguments.seed)
    groups = [draw.choice(people, 3, replace=False).tolist() for _ in range(arguments.groups)]
    with trained(source, ~held_out, arguments.epochs) as recommender:
        for option in ("diversity", "novelty"):
            print_table(recommender, option, relevant, people)
        print_groups(recommender, disliked, relevant, groups)


if __name__ == "__main__":
    main()
