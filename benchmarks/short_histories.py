"""People with few ratings, and how far two trainings agree.

    python benchmarks/short_histories.py [--seeds 0 1 2] [--home DIR]

It needs a fetched ml-100k. 20 % of everybody's ratings are held out at random; a fifth of the people are left
out of training altogether. Of the rest of their ratings only the first 1, 3, 5 or 10 are known, from which
they get their lists; candidates are the movies that they have not rated in the whole rest. item-kNN's number
of neighbours is chosen on validation data. It also trains with two seeds on all people and prints how many of
the ten best movies of a person both agree on. It prints Markdown.
"""

import argparse

import numpy as np

from movierec_cli import load_dataset, metrics
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.evaluation import baselines
from movierec_cli.fold_in import HistoryWeights, fold_in
from movierec_cli.models import ranking
from movierec_cli.models.trained import TrainedModel
from movierec_cli.models.validation import TOP, RankingTask
from movierec_cli.scoring import Indices, Matrix

LENGTHS = (1, 3, 5, 10)
LEFT_OUT = 5
"""One person in so many is left out of training."""


def fit(dataset: Dataset, seen: Interactions, seed: int) -> TrainedModel:
    return ranking.fit(
        dataset,
        seen,
        {},
        epochs=50,
        patience=10,
        seed=seed,
        on_stage=lambda _: None,
        on_epoch=lambda _: None,
    )


def first(interactions: Interactions, length: int) -> Interactions:
    """Everybody's oldest ratings only."""
    position = np.arange(len(interactions.rating)) - interactions.row_splits[interactions.user_index]
    return interactions.where(position < length)


def ranked(trained: TrainedModel, known: Interactions, people: Indices) -> Matrix:
    """float32 (people, movies): scores by the code that answers questions."""
    assert trained.fold_in is not None
    facts = dict(trained.fold_in)
    bias = np.array(facts.pop("user_bias"), dtype=np.float32)
    vectors = []
    for person in people:
        row = slice(known.row_splits[person], known.row_splits[person + 1])
        history = trained.movie_vectors["history_vector"][known.movie_index[row]]
        vectors.append(fold_in(history, known.rating[row], HistoryWeights(**facts), bias))
    return np.stack(vectors) @ trained.movie_vectors["score_vector"].T


def ndcg(task: RankingTask, people: Indices, scores: Matrix) -> float:
    return float(metrics.ndcg(*task.relevance(people, task.lists(people, scores, TOP))).mean())


def short_histories(dataset: Dataset, seed: int) -> dict[int, tuple[float, float, float]]:
    """length -> NDCG@10 of ranking, item-kNN and popularity."""
    everything = Interactions.from_dataset(dataset)
    rest, held_out = hold_out(everything, 0.2, seed=seed)
    task = RankingTask(rest, held_out, dataset.rating_scale[1])
    new = np.random.default_rng(seed).permutation(len(rest.user_ids)) % LEFT_OUT == 0
    known = rest.where(~new[rest.user_index])
    trained = fit(dataset, known, seed)
    inner = RankingTask(known, held_out, task.highest)
    neighbours = baselines.choose(inner, "random", seed, [20, 50, 100, 200], baselines.item_knn)
    people = task.judged[new[task.judged]]
    figures = {}
    for length in LENGTHS:
        cut = first(rest, length)
        # item-kNN's neighbours come from the others' ratings, what they are weighed by from the cut history.
        similar = baselines.item_knn_weights(known, neighbours)
        scores = (
            ranked(trained, cut, people),
            baselines.rating_rows(cut, people, highest=1.0) @ similar,
            baselines.popularity(known)(people),
        )
        ours, knn, popularity = (ndcg(task, people, score) for score in scores)
        figures[length] = (ours, knn, popularity)
    return figures


def overlap(dataset: Dataset, seeds: tuple[int, int]) -> float:
    """The share of a person's ten best movies that two trainings agree on, averaged over people."""
    seen = Interactions.from_dataset(dataset)
    nothing = seen.where(np.zeros(len(seen.rating), dtype=bool))
    task = RankingTask(seen, nothing, dataset.rating_scale[1])
    people = np.arange(len(seen.user_ids))
    lists = []
    for seed in seeds:
        trained = fit(dataset, seen, seed)
        scores = trained.user_vectors["score_vector"] @ trained.movie_vectors["score_vector"].T
        lists.append(task.lists(people, scores, TOP))
    return float(
        np.mean([len(set(a) & set(b)) / TOP for a, b in zip(*map(np.ndarray.tolist, lists), strict=True)])
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--home", default=None)
    arguments = parser.parse_args()
    dataset = load_dataset("ml-100k", home=arguments.home)
    runs = [short_histories(dataset, seed) for seed in arguments.seeds]
    print("| ratings known | ranking | item-kNN | popularity | ranking / item-kNN |")
    print("| --- | --- | --- | --- | --- |")
    for length in LENGTHS:
        ours, knn, popularity = np.mean([run[length] for run in runs], axis=0)
        print(f"| {length} | {ours:.4f} | {knn:.4f} | {popularity:.4f} | {ours / knn:.2f} |", flush=True)
    print(f"\nOverlap of the ten best movies between seeds 0 and 1: {overlap(dataset, (0, 1)):.1%}")


if __name__ == "__main__":
    main()
