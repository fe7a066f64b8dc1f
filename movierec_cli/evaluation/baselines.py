"""The rankers that movierec is compared with. Each chooses its settings on a validation part of what it sees.

They hold a movies x movies matrix, which is why they are measured here and not shipped as models.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from movierec_cli.datasets.interactions import Interactions, SplitKind, hold_out
from movierec_cli.evaluation.metrics import ndcg
from movierec_cli.training.validation import TOP, RankingTask
from movierec_cli.vectors.arrays import Indices, Matrix
from movierec_cli.vectors.scores import blocks

Scores = Callable[[Indices], Matrix]
"""From user_index (people,) to float32 scores (people, movies)."""

Setting = TypeVar("Setting")
FitBaseline = Callable[[Interactions, Setting], Scores]

VALIDATION_SHARE = 0.2
MOST_MOVIES = 20_000
"""Movies up to which a movies x movies matrix of float32 (1.6 GB) is reasonable."""


def choose(
    task: RankingTask, kind: SplitKind, seed: int, settings: Sequence[Setting], fit: FitBaseline[Setting]
) -> Setting:
    """The setting with the best NDCG@10 on a part of what the task lets a model see, fitted on the rest."""
    if len(settings) == 1:
        return settings[0]
    seen, held_out = hold_out(task.seen, VALIDATION_SHARE, kind=kind, seed=seed + 1)
    inner = replace(task, seen=seen, held_out=held_out)
    return max(settings, key=lambda setting: mean_ndcg(inner, fit(seen, setting)))


def mean_ndcg(task: RankingTask, scores: Scores) -> float:
    """Mean NDCG@10 over everybody judged."""
    figures = [
        ndcg(*task.relevance(people, task.lists(people, scores(people), TOP)))
        for people in (task.judged[part] for part in blocks(len(task.judged), len(task.seen.movie_ids)))
    ]
    return float(np.concatenate(figures).mean()) if figures else 0.0


def popularity(seen: Interactions) -> Scores:
    """Everybody gets the movies with most ratings."""
    counts = seen.rating_counts().astype(np.float32)
    return lambda users: np.tile(counts, (len(users), 1))


def item_knn(seen: Interactions, neighbours: int) -> Scores:
    """A movie is as good as the ratings of its neighbours, weighed by likeness (see item_knn_weights)."""
    weights = item_knn_weights(seen, neighbours)
    return lambda users: rating_rows(seen, users, highest=1.0) @ weights


def item_knn_weights(seen: Interactions, neighbours: int) -> Matrix:
    """float32 (movies, movies): the cosine between movies' rating columns, each column's largest `neighbours`
    kept (Sarwar et al., 2001)."""
    gram: Matrix = gram_matrix(seen, highest=1.0)
    lengths = np.sqrt(np.maximum(np.diag(gram), 1e-9))
    cosine: Matrix = (gram / lengths[:, None] / lengths[None, :]).astype(np.float32)
    np.fill_diagonal(cosine, 0)
    if neighbours < len(cosine):
        far = np.argpartition(-cosine, neighbours - 1, axis=0)[neighbours:]
        np.put_along_axis(cosine, far, 0, axis=0)
    return cosine


def ease(seen: Interactions, regularisation: float, highest: float) -> Scores:
    """The closed-form linear autoencoder of Steck, "Embarrassingly Shallow Autoencoders" (WWW 2019), on
    ratings scaled to 1."""
    gram = gram_matrix(seen, highest)
    gram[np.diag_indices_from(gram)] += regularisation
    inverse = np.linalg.inv(gram)
    weights: Matrix = (-inverse / np.diag(inverse)[None, :]).astype(np.float32)
    np.fill_diagonal(weights, 0)
    return lambda users: rating_rows(seen, users, highest) @ weights


def implicit_als(seen: Interactions, setting: tuple[int, float], highest: float, seed: int) -> Scores:
    """implicit's alternating least squares (Hu, Koren and Volinsky, 2008) with (factors, regularisation).

    Ratings are its confidence, the highest of the scale counting as five stars.
    """
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix

    factors, regularisation = setting
    shape = (len(seen.user_ids), len(seen.movie_ids))
    stars = seen.rating * np.float32(5 / highest)
    matrix = csr_matrix((stars, seen.movie_index, seen.row_splits), shape=shape)
    with threadpool_limits(limits=1, user_api="blas"):  # as implicit asks for: it has threads of its own
        model = AlternatingLeastSquares(
            factors=factors,
            regularization=regularisation,
            alpha=2.0,
            iterations=15,
            random_state=seed,
        )
        model.fit(matrix, show_progress=False)
    return lambda users: (model.user_factors[users] @ model.item_factors.T).astype(np.float32)


def rating_rows(seen: Interactions, users: Indices, highest: float) -> Matrix:
    """float32 (users, movies): ratings / highest, zero where there is none."""
    dense = np.zeros((len(users), len(seen.movie_ids)), dtype=np.float32)
    rows, entries = seen.entries(users)
    dense[rows, seen.movie_index[entries]] = seen.rating[entries] / highest
    return dense


def gram_matrix(seen: Interactions, highest: float) -> Matrix:
    """float32 (movies, movies): inner products of the movies' rating columns, summed by blocks of people."""
    movies = len(seen.movie_ids)
    gram = np.zeros((movies, movies), dtype=np.float32)
    for part in blocks(len(seen.user_ids), movies):
        block = rating_rows(seen, np.arange(part.start, part.stop), highest)
        gram += block.T @ block
    return gram
