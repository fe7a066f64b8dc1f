"""People with few ratings, and how far two trainings agree.

    python benchmarks/short_histories.py [--seeds 0 1 2] [--dataset ml-100k] [--epochs 50] [--home DIR]

It needs a fetched dataset. 20 % of everybody's ratings are held out at random; a fifth of the people are left
out of training altogether. Of the rest of their ratings only the first 1, 3, 5 or 10 are known, from which
they get their lists; candidates are the movies that they have not rated in the whole rest. item-kNN's number
of neighbours is chosen on validation data. It also trains with two seeds on all people and prints how many of
the ten best movies of a person both agree on. Lists are those of `recommend`, with what sinks at their end.
It prints Markdown.
"""

from dataclasses import replace

import numpy as np
from described import parser_of

from movierec_cli import load_dataset
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.evaluation import baselines, metrics
from movierec_cli.evaluation.compare import recommended_by
from movierec_cli.training.data import NOBODY, TrainingData, TrainingOptions
from movierec_cli.training.everybody import Everybody, divided, whole
from movierec_cli.training.models import MODELS
from movierec_cli.training.trained import TrainedModel
from movierec_cli.training.validation import TOP, RankingTask
from movierec_cli.vectors.arrays import Indices, Matrix

LENGTHS = (1, 3, 5, 10)
LEFT_OUT = 5
"""One person in so many is left out of training."""


def fit(data: TrainingData, epochs: int, seed: int) -> TrainedModel:
    return MODELS["ranking"].load()(data, TrainingOptions(epochs=epochs, seed=seed), NOBODY)


def first(interactions: Interactions, length: int) -> Interactions:
    """Everybody's oldest ratings only."""
    position = np.arange(len(interactions.rating)) - interactions.row_splits[interactions.user_index]
    return interactions.where(position < length)


def folded_in(trained: TrainedModel, known: Interactions, people: Indices) -> TrainedModel:
    """The model with these people's vectors, as questions make them from what is known."""
    fold, stars, movies = trained.facts.fold_in, trained.facts.stars, trained.movie_vectors
    assert fold and stars
    everybody = len(known.user_ids)
    vectors = {
        name: np.zeros((everybody, whole(matrix).shape[1]), np.float32)
        for name, matrix in trained.user_vectors.items()
    }
    for person in people:
        row = slice(known.row_splits[person], known.row_splits[person + 1])
        rated, given = known.movie_index[row], known.rating[row]
        vectors["score_vector"][person] = fold.fold_in(movies["history_vector"][rated], given)
        star_vectors, told = movies["star_vector"][rated], movies["star_history"][rated]
        vectors["star_vector"][person] = stars.fold_in(star_vectors, told, given)
    people_vectors = {name: Everybody.here(matrix, everybody) for name, matrix in vectors.items()}
    return replace(trained, user_vectors=people_vectors)


def ndcg(task: RankingTask, people: Indices, scores: Matrix) -> float:
    return float(metrics.ndcg(*task.relevance(people, task.lists(people, scores, TOP))).mean())


def short_histories(dataset: Dataset, epochs: int, seed: int) -> dict[int, tuple[float, float, float]]:
    """length -> NDCG@10 of ranking, item-kNN and popularity."""
    data = TrainingData.of(dataset)
    rest, held_out = hold_out(data.interactions, 0.2, seed=seed)
    task = RankingTask(rest, held_out, *reversed(dataset.rating_scale))
    new = np.random.default_rng(seed).permutation(len(rest.user_ids)) % LEFT_OUT == 0
    known = rest.where(~new[rest.user_index])
    others = rest.of_some(np.flatnonzero(~new))  # nobody without ratings
    trained = fit(replace(data, people=divided(others)), epochs, seed)
    inner = RankingTask(known, held_out, task.highest, task.lowest)
    neighbours = baselines.choose(inner, "random", seed, [20, 50, 100, 200], baselines.item_knn)
    # item-kNN's neighbours come from the others' ratings, what they are weighed by from the cut history.
    similar = baselines.item_knn_weights(known, neighbours)
    people = task.judged[new[task.judged]]
    figures = {}
    for length in LENGTHS:
        cut = first(rest, length)
        scores = (
            recommended_by(folded_in(trained, cut, people), replace(data, people=divided(cut)))(people),
            baselines.rating_rows(cut, people, highest=1.0) @ similar,
            baselines.popularity(known)(people),
        )
        ours, knn, popularity = (ndcg(task, people, score) for score in scores)
        figures[length] = (ours, knn, popularity)
    return figures


def overlap(dataset: Dataset, epochs: int, seeds: tuple[int, int]) -> float:
    """The share of a person's ten best movies that two trainings agree on, averaged over people."""
    data = TrainingData.of(dataset)
    seen = data.interactions
    nothing = seen.where(np.zeros(len(seen.rating), dtype=bool))
    task = RankingTask(seen, nothing, *reversed(dataset.rating_scale))
    people = np.arange(len(seen.user_ids))
    lists = []
    for seed in seeds:
        scores = recommended_by(fit(data, epochs, seed), data)(people)
        lists.append(task.lists(people, scores, TOP))
    return float(
        np.mean([len(set(a) & set(b)) / TOP for a, b in zip(*map(np.ndarray.tolist, lists), strict=True)])
    )


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--dataset", default="ml-100k")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--home", default=None)
    arguments = parser.parse_args()
    dataset = load_dataset(arguments.dataset, home=arguments.home)
    runs = [short_histories(dataset, arguments.epochs, seed) for seed in arguments.seeds]
    print("| ratings known | ranking | item-kNN | popularity | ranking / item-kNN | ranking / popularity |")
    print("| --- " * 6 + "|")
    for length in LENGTHS:
        ours, knn, popularity = np.mean([run[length] for run in runs], axis=0)
        print(
            f"| {length} | {ours:.4f} | {knn:.4f} | {popularity:.4f} | {ours / knn:.2f} "
            f"| {ours / popularity:.2f} |",
            flush=True,
        )
    agreed = overlap(dataset, arguments.epochs, (0, 1))
    print(f"\nOverlap of the ten best movies between seeds 0 and 1: {agreed:.1%}")


if __name__ == "__main__":
    main()
