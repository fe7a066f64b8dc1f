"""The table that compares movierec's models with the baselines on one split of one dataset."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import SplitKind, hold_out
from movierec_cli.datasets.library import load_dataset
from movierec_cli.errors import DataError, UsageError, counted
from movierec_cli.evaluation import baselines, metrics
from movierec_cli.evaluation.baselines import FitBaseline, Scores, Setting
from movierec_cli.system.workers import HERE, Kept, Workers, in_order
from movierec_cli.training.data import NOBODY, TrainingData, TrainingOptions
from movierec_cli.training.everybody import divided, whole
from movierec_cli.training.models import MODELS as KINDS
from movierec_cli.training.trained import PredictStars, TrainedModel
from movierec_cli.training.validation import RankingTask
from movierec_cli.vectors.arrays import Indices, Matrix
from movierec_cli.vectors.scale import hated_up_to, liked_from
from movierec_cli.vectors.scores import blocks, score_matrix
from movierec_cli.vectors.sinking import Sinking

HELD_OUT_SHARE = 0.2
TOP, LONG_TOP = 10, 20


@dataclass(frozen=True, slots=True)
class Figures:
    """How one model did: means over the people judged, of their ten best movies if nothing else is said."""

    model: str
    ndcg: float
    ndcg_low: float
    """Where a 95 % bootstrap interval over people begins ..."""
    ndcg_high: float
    """... and where it ends."""
    recall: float
    """Of the twenty best movies."""
    hit_rate: float
    reciprocal_rank: float
    coverage: float
    """The share of all movies that somebody gets."""
    popularity: float
    """How many training ratings the movies that people get have."""
    rmse: float | None
    """On the dataset's scale; None for a model that predicts no stars."""
    mae: float | None
    """Likewise."""
    seconds: float
    """How long training took, with the chosen setting."""
    setting: str
    """What was chosen on validation data, or how training went."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of each model, and what they were judged on."""

    dataset: str
    split: SplitKind
    seed: int
    people: int
    """How many were judged."""
    movies: int
    candidates: float
    """How many movies there were to choose from, per person."""
    figures: list[Figures]
    skipped: dict[str, str]
    """Why a model is missing."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What all models are judged on."""

    data: TrainingData
    """With the ratings that a model may know."""
    task: RankingTask
    split: SplitKind
    seed: int
    epochs: int
    """For the networks, at most."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """A model that has been trained in a trial."""

    scores: Scores
    """What its lists are ranked by."""
    seconds: float
    """How long that training took."""
    setting: str
    """See Figures."""
    predict_stars: PredictStars | None = None


def evaluate(
    dataset: str | Dataset = "ml-100k",
    *,
    split: SplitKind = "random",
    seed: int = 0,
    models: Sequence[str] | None = None,
    epochs: int = 50,
    home: Path | str | None = None,
    on_model: Callable[[str], None] | None = None,
    workers: Workers = HERE,
) -> Comparison:
    """Hold out 20 % of everybody's ratings, train each model on the rest, and judge its lists.

    Relevant is a held-out rating of at least 80 % of the scale's top (4 of 5 stars, 8 of 10); candidates are
    all movies that the person has not rated in training. Settings are chosen inside the training part.
    Nothing is written. `models` names some of MODELS (default: all that can be run here). workers: each
    trains and judges a model at a time.
    Raises UsageError for an unknown model, NotFoundError for an unknown dataset, DataError where none of what
    is held out is relevant.
    """
    chosen = list(dict.fromkeys(models or MODELS))
    for name in chosen:
        if name not in MODELS:
            raise UsageError(f"There is no model {name!r} to evaluate.", f"Known models: {', '.join(MODELS)}")
    if isinstance(dataset, str):
        dataset = load_dataset(dataset, home=home)
    everything = TrainingData.of(dataset)
    seen, held_out = hold_out(everything.interactions, HELD_OUT_SHARE, kind=split, seed=seed)
    lowest, highest = dataset.rating_scale
    task = RankingTask(seen, held_out, highest, lowest)
    trial = Trial(replace(everything, people=divided(seen)), task, split, seed, epochs)
    if not len(task.judged):
        raise DataError(
            f"None of the {len(held_out.rating):,} ratings of {dataset.name} that were held out is "
            f"{liked_from(lowest, highest):g} or more, which is liked on its scale, {dataset.scale.text}.",
            "If its ratings are on another: movierec fetch --from PATH --scale LOWEST-HIGHEST --force",
        )
    reasons = {
        name: _cannot_run(name, explicit=models is not None, movies=len(seen.movie_ids)) for name in chosen
    }
    kept = workers.keep(trial)

    def judged(name: str) -> Kept[Figures]:
        if on_model:
            on_model(name)
        return workers.call(_judged, name, kept)

    figures = list(in_order(workers, (judged(name) for name in chosen if not reasons[name])))
    return Comparison(
        dataset=dataset.name,
        split=split,
        seed=seed,
        people=len(task.judged),
        movies=len(seen.movie_ids),
        candidates=float(len(seen.movie_ids) - seen.counts[task.judged].mean()),
        figures=figures,
        skipped={name: reason for name, reason in reasons.items() if reason},
    )


def _judged(name: str, trial: Trial) -> Figures:
    return figures_of(name, trial.task, MODELS[name].train(trial))


def _cannot_run(name: str, *, explicit: bool, movies: int) -> str | None:
    package = MODELS[name].package
    if package and find_spec(package) is None:
        if explicit:
            raise UsageError(
                f"The model {name} needs the package {package}.", f"Install it: pip install {package}"
            )
        return f"it needs the package {package}"
    if MODELS[name].has_matrix and movies > baselines.MOST_MOVIES:
        return f"its movies x movies matrix is too large for {movies:,} movies"
    return None


def _own(trial: Trial, name: str, epochs: int) -> Ranker:
    """A model of movierec's own."""
    started = time.perf_counter()
    trained = KINDS[name].load()(trial.data, TrainingOptions(epochs=epochs, seed=trial.seed), NOBODY)
    seconds = time.perf_counter() - started
    setting = f"{counted(len(trained.epochs), 'epoch')}, best {trained.best_epoch}" if trained.epochs else ""
    return Ranker(recommended_by(trained, trial.data), seconds, setting, trained.predict_stars)


def recommended_by(trained: TrainedModel, data: TrainingData) -> Scores:
    """What `recommend` ranks by: the scores, and below them what sinks for what people rated in `data`."""
    users = {name: whole(vectors) for name, vectors in trained.user_vectors.items()}
    movies, known = trained.movie_vectors, data.interactions
    model, column = trained.facts, trained.facts.score_column
    if model.stars is None:
        return lambda people: score_matrix(users[column][people], movies[column], model.score_metric)
    hated = np.unique(known.movie_index.astype(np.int64)[known.rating <= hated_up_to(*data.rating_scale)])
    sinking = Sinking.of(data.rating_scale, movies["star_vector"], movies[model.similar_column], hated)

    def scores(people: Indices) -> Matrix:
        found = score_matrix(users[column][people], movies[column], model.score_metric)
        row, entries = known.entries(people)
        pairs = sinking.with_hated(row, known.movie_index[entries], known.rating[entries])
        sinking.sink(found, users["star_vector"][people], pairs)
        return found

    return scores


def _baseline(trial: Trial, settings: Sequence[Setting], fit: FitBaseline[Setting]) -> Ranker:
    """A baseline with the best of some settings."""
    setting = baselines.choose(trial.task, trial.split, trial.seed, settings, fit)
    started = time.perf_counter()
    scores = fit(trial.task.seen, setting)
    return Ranker(scores, time.perf_counter() - started, str(setting or ""))


@dataclass(frozen=True, slots=True)
class Competitor:
    """A model that can take part."""

    train: Callable[[Trial], Ranker]
    has_matrix: bool = False
    """Whether the model holds a movies x movies matrix."""
    package: str = ""
    """What has to be installed for it besides movierec."""


EASE_RIDGES = (20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
ALS_SETTINGS = [(factors, strength) for factors in (16, 32, 64) for strength in (0.1, 1.0, 10.0)]
MODELS = {
    "ranking": Competitor(lambda trial: _own(trial, "ranking", trial.epochs)),
    "computed": Competitor(lambda trial: _own(trial, "ranking", 0)),
    "article": Competitor(lambda trial: _own(trial, "article", trial.epochs)),
    "popularity": Competitor(
        lambda trial: _baseline(trial, [None], lambda seen, _: baselines.popularity(seen))
    ),
    "item-knn": Competitor(
        lambda trial: _baseline(trial, [20, 50, 100, 200], baselines.item_knn),
        has_matrix=True,
    ),
    "ease": Competitor(
        lambda trial: _baseline(
            trial, EASE_RIDGES, lambda seen, ridge: baselines.ease(seen, ridge, trial.task.highest)
        ),
        has_matrix=True,
    ),
    "als": Competitor(
        lambda trial: _baseline(
            trial,
            ALS_SETTINGS,
            lambda seen, setting: baselines.implicit_als(seen, setting, trial.task.highest, trial.seed),
        ),
        package="implicit",
    ),
}
"""Those who can take part, by their names."""


def figures_of(name: str, task: RankingTask, ranker: Ranker) -> Figures:
    """Judge anything that scores movies for people."""
    movies = len(task.seen.movie_ids)
    popularity = np.bincount(task.seen.movie_index, minlength=movies)
    shown = np.zeros(movies, dtype=np.int64)
    flags = []
    for part in blocks(len(task.judged), movies):
        people = task.judged[part]
        lists = task.lists(people, ranker.scores(people), LONG_TOP)
        top = lists[:, :TOP]
        shown += np.bincount(top[top >= 0], minlength=movies)
        flags.append(task.relevance(people, lists)[0])
    relevant_at, relevant_count = np.concatenate(flags), task.liked.counts[task.judged]
    ndcg = metrics.ndcg(relevant_at[:, :TOP], relevant_count)
    low, high = metrics.bootstrap_interval(ndcg)
    rmse = mae = None
    if ranker.predict_stars:
        error = ranker.predict_stars(task.held_out.user_index, task.held_out.movie_index)
        error -= task.held_out.rating
        rmse, mae = float(np.sqrt(np.mean(error**2))), float(np.abs(error).mean())
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
        rmse=rmse,
        mae=mae,
        seconds=ranker.seconds,
        setting=ranker.setting,
    )
