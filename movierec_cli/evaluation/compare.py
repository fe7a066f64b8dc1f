"""The table that compares movierec's models with the baselines on one split of one dataset."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, SplitKind, hold_out
from movierec_cli.datasets.library import load_dataset
from movierec_cli.errors import DataError, UsageError
from movierec_cli.evaluation import baselines, metrics
from movierec_cli.evaluation.baselines import Fit, Scores
from movierec_cli.training.train import fitting
from movierec_cli.training.trained import TrainedModel
from movierec_cli.training.validation import RankingTask
from movierec_cli.vectors.arrays import Indices, Matrix
from movierec_cli.vectors.scale import liked_from
from movierec_cli.vectors.scores import blocks, score_matrix
from movierec_cli.vectors.sinking import Sinking, Verdicts

HELD_OUT_SHARE = 0.2
TOP, LONG_TOP = 10, 20
RESAMPLES = 1000
MODELS = ("ranking", "computed", "article", "popularity", "item-knn", "ease", "als")


@dataclass(frozen=True, slots=True)
class Figures:
    """How one model did. All ranking figures are means over the people judged.

    ndcg_low, ndcg_high: a 95 % bootstrap interval over people. coverage: the share of movies that are in
    somebody's top 10. popularity: mean number of training ratings of the movies in the top 10s.
    rmse, mae: on the dataset's scale, None for a model that predicts none. seconds: training with the chosen
    setting. setting: what was chosen on validation data, or what the defaults are.
    """

    model: str
    ndcg: float
    ndcg_low: float
    ndcg_high: float
    recall: float
    hit_rate: float
    reciprocal_rank: float
    coverage: float
    popularity: float
    rmse: float | None
    mae: float | None
    seconds: float
    setting: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One Figures for each model, and what they were judged on. `skipped` says why a model is missing."""

    dataset: str
    split: SplitKind
    seed: int
    people: int
    movies: int
    candidates: float
    figures: list[Figures]
    skipped: dict[str, str]


def evaluate(
    dataset: str | Dataset = "ml-100k",
    *,
    split: SplitKind = "random",
    seed: int = 0,
    models: Sequence[str] | None = None,
    epochs: int = 50,
    home: Path | str | None = None,
    on_model: Callable[[str], None] | None = None,
) -> Comparison:
    """Hold out 20 % of everybody's ratings, train each model on the rest, and judge its lists.

    Relevant is a held-out rating of at least 80 % of the scale's top (4 of 5 stars, 8 of 10); candidates are
    all movies that the person has not rated in training. Settings are chosen inside the training part.
    Nothing is written. `models` names some of MODELS (default: all that can be run here).
    Raises UsageError for an unknown model, NotFoundError for an unknown dataset, DataError where none of what
    is held out is relevant.
    """
    chosen = list(dict.fromkeys(models or MODELS))
    for name in chosen:
        if name not in MODELS:
            raise UsageError(f"There is no model {name!r} to evaluate.", f"Known models: {', '.join(MODELS)}")
    if isinstance(dataset, str):
        dataset = load_dataset(dataset, home=home)
    interactions = Interactions.from_dataset(dataset)
    seen, held_out = hold_out(interactions, HELD_OUT_SHARE, kind=split, seed=seed)
    lowest, highest = dataset.rating_scale
    task = RankingTask(seen, held_out, highest, lowest)
    if not len(task.judged):
        raise DataError(
            f"None of the {len(held_out.rating):,} ratings of {dataset.name} that were held out is "
            f"{liked_from(lowest, highest):g} or more, which is liked on its scale, {dataset.scale.text}.",
            "If its ratings are on another: movierec fetch --from PATH --scale LOWEST-HIGHEST --force",
        )
    figures, skipped = [], {}
    for name in chosen:
        reason = _cannot_run(name, explicit=models is not None, movies=len(seen.movie_ids))
        if reason:
            skipped[name] = reason
            continue
        if on_model:
            on_model(name)
        figures.append(_judge(name, dataset, task, split, seed, epochs))
    return Comparison(
        dataset=dataset.name,
        split=split,
        seed=seed,
        people=len(task.judged),
        movies=len(seen.movie_ids),
        candidates=float(len(seen.movie_ids) - seen.counts[task.judged].mean()),
        figures=figures,
        skipped=skipped,
    )


def _cannot_run(name: str, *, explicit: bool, movies: int) -> str | None:
    if name == "als" and not baselines.has_implicit():
        if explicit:
            raise UsageError("The model als needs the package implicit.", "Install it: pip install implicit")
        return "it needs the package implicit"
    if name in ("item-knn", "ease") and movies > baselines.LARGEST_CATALOGUE:
        return f"its movies x movies matrix is too large for {movies:,} movies"
    return None


def _judge(
    name: str, dataset: Dataset, task: RankingTask, split: SplitKind, seed: int, epochs: int
) -> Figures:
    if name in ("ranking", "computed", "article"):
        return _judge_own(name, dataset, task, seed, epochs)
    fit, settings = _baseline(name, task.highest, seed)
    setting = baselines.choose(task, split, seed, settings, fit)
    started = time.perf_counter()
    scores = fit(task.seen, setting)
    return figures_of(name, task, scores, time.perf_counter() - started, setting=str(setting or ""))


def _baseline(name: str, highest: float, seed: int) -> tuple[Fit[Any], Sequence[Any]]:
    """A baseline's way to fit one setting, and the settings to choose from."""
    table: dict[str, tuple[Fit[Any], Sequence[Any]]] = {
        "popularity": (lambda seen, _: baselines.popularity(seen), [None]),
        "item-knn": (baselines.item_knn, [20, 50, 100, 200]),
        "ease": (
            lambda seen, strength: baselines.ease(seen, strength, highest),
            [20.0, 50.0, 100.0, 200.0, 500.0, 1000.0],
        ),
        "als": (
            lambda seen, setting: baselines.implicit_als(seen, setting, highest, seed),
            [(factors, strength) for factors in (16, 32, 64) for strength in (0.1, 1.0, 10.0)],
        ),
    }
    return table[name]


def _judge_own(name: str, dataset: Dataset, task: RankingTask, seed: int, epochs: int) -> Figures:
    """A model of movierec's own; "computed" is the ranking model without epochs."""
    started = time.perf_counter()
    trained = fitting("article" if name == "article" else "ranking")(
        dataset,
        task.seen,
        {},
        epochs=0 if name == "computed" else epochs,
        patience=10,
        seed=seed,
        on_stage=lambda _stage: None,
        on_epoch=lambda _epoch: None,
    )
    seconds = time.perf_counter() - started
    return figures_of(
        name,
        task,
        _scores_of(trained, task.seen, dataset.rating_scale),
        seconds,
        setting=f"{len(trained.history)} epochs, best {trained.best_epoch}" if trained.history else "",
        errors=rating_errors(task.held_out, trained),
    )


def _scores_of(trained: TrainedModel, seen: Interactions, scale: tuple[float, float]) -> Scores:
    """What `recommend` ranks by: the scores, and below them what sinks."""
    users, movies = trained.user_vectors, trained.movie_vectors
    column = trained.score_column
    if trained.stars is None:
        return lambda people: score_matrix(users[column][people], movies[column], trained.score_metric)
    hated = np.unique(seen.movie_index.astype(np.int64)[Verdicts(*scale).hated(seen.rating)])
    sinking = Sinking.of(scale, movies["star_vector"], movies[trained.similar_column], hated)

    def scores(people: Indices) -> Matrix:
        found = score_matrix(users[column][people], movies[column], trained.score_metric)
        row, entries = seen.entries(people)
        pairs = sinking.with_hated(row, seen.movie_index[entries], seen.rating[entries])
        sinking.sink(found, users["star_vector"][people], pairs)
        return found

    return scores


def rating_errors(held_out: Interactions, trained: TrainedModel) -> tuple[float, float] | None:
    """(RMSE, MAE) on the dataset's scale over held-out ratings, or None where the model predicts no stars."""
    if trained.predict_stars is None:
        return None
    error = trained.predict_stars(held_out.user_index, held_out.movie_index) - held_out.rating
    return float(np.sqrt(np.mean(error**2))), float(np.abs(error).mean())


def figures_of(
    name: str,
    task: RankingTask,
    scores: Scores,
    seconds: float,
    setting: str = "",
    errors: tuple[float, float] | None = None,
) -> Figures:
    """Judge anything that scores movies for people."""
    movies = len(task.seen.movie_ids)
    popularity = np.bincount(task.seen.movie_index, minlength=movies)
    shown = np.zeros(movies, dtype=np.int64)
    flags, counts = [], []
    for part in blocks(len(task.judged), movies):
        people = task.judged[part]
        lists = task.lists(people, scores(people), LONG_TOP)
        top = lists[:, :TOP]
        shown += np.bincount(top[top >= 0], minlength=movies)
        block_flags, block_counts = task.relevance(people, lists)
        flags.append(block_flags)
        counts.append(block_counts)
    relevant_at, relevant_count = np.concatenate(flags), np.concatenate(counts)
    ndcg = metrics.ndcg(relevant_at[:, :TOP], relevant_count)
    low, high = bootstrap_interval(ndcg)
    return Figures(
        model=name,
        ndcg=float(ndcg.mean()),
        ndcg_low=low,
        ndcg_high=high,
        recall=float(metrics.recall(relevant_at, relevant_count).mean()),
        hit_rate=float(metrics.hit_rate(relevant_at[:, :TOP], relevant_count).mean()),
        reciprocal_rank=float(metrics.reciprocal_rank(relevant_at, relevant_count).mean()),
        coverage=float((shown > 0).mean()),
        popularity=float((shown * popularity).sum() / shown.sum()),
        rmse=errors[0] if errors else None,
        mae=errors[1] if errors else None,
        seconds=seconds,
        setting=setting,
    )


def bootstrap_interval(values: metrics.PerPerson, resamples: int = RESAMPLES) -> tuple[float, float]:
    """The 95 % percentile interval of the mean, over people drawn with replacement (Efron, 1979)."""
    rng = np.random.default_rng(0)
    means = [rng.choice(values, len(values)).mean() for _ in range(resamples)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
