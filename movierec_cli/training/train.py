"""From a dataset's name to a run in the database."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.datasets.library import load_dataset
from movierec_cli.errors import TrainingError, UsageError, sizes_text
from movierec_cli.home import Home
from movierec_cli.store import facts
from movierec_cli.store.publishing import new_run
from movierec_cli.training.trained import Epoch, Judgement, OnEpoch, OnStage, TrainedModel
from movierec_cli.version import __version__

WELL_KNOWN = 2000
ModelKind = Literal["ranking", "article"]
Fit = Callable[..., TrainedModel]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What was trained, how it went, and where it is. `history` holds one Epoch for each pass.

    validation: the figures of the best epoch, or of the computed model where there was none.
    finishing_epochs: how many followed the best one, on all ratings.
    seconds: from the loaded dataset to the finished vectors, without TensorFlow's start.
    """

    run_id: str
    folder: Path
    kind: str
    dataset: str
    first_user_id: int
    people: int
    movies: int
    ratings: int
    history: list[Epoch]
    best_epoch: int
    validation: Judgement
    finishing_epochs: int
    seconds: float


def train(
    dataset: str | Dataset = "ml-100k",
    *,
    model: ModelKind = "ranking",
    epochs: int = 50,
    dim: int | None = None,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    patience: int = 10,
    seed: int = 0,
    home: Path | str | None = None,
    on_stage: OnStage | None = None,
    on_epoch: OnEpoch | None = None,
) -> TrainingReport:
    """Train a model on a fetched dataset (or a Dataset) and make it the run in use.

    A part of everybody's ratings is held out to choose the best epoch by; training stops after `patience`
    epochs without a better one. None leaves an option at the model's own default. The people's vectors
    that are stored come from all of their ratings. Where the ranking model can score all movies at once,
    TensorFlow's operations get a core each from then on, in the whole process, unless it has computed
    something before.

    Raises NotFoundError for an unknown dataset, UsageError for an option out of range, and TrainingError when
    the loss is not finite or there is too little to learn from; the run in use then stays as it was.
    """
    say = on_stage or (lambda _stage: None)
    if model not in get_args(ModelKind):
        raise UsageError(f"There is no model {model!r}: give one of {', '.join(get_args(ModelKind))}.")
    _check_options(model, epochs, dim, learning_rate, batch_size, patience, seed)
    place = Home.resolve(home)
    if isinstance(dataset, str):
        say(f"Reading {dataset}")
        dataset = load_dataset(dataset, home=place.root)
    interactions = Interactions.from_dataset(dataset)
    _check_enough(dataset, interactions)
    dataset = replace(dataset, ratings=dataset.ratings.iloc[:0].copy())  # a gigabyte at 32 million ratings
    from movierec_cli.training import tables

    chosen = {"dim": dim, "learning_rate": learning_rate, "batch_size": batch_size}
    options = {name: value for name, value in chosen.items() if value is not None}
    if model == "article":
        say("Starting TensorFlow")
    fit = fitting(model)
    say("Training" if model == "article" else "Computing what needs no training")
    started = time.perf_counter()
    trained = fit(
        dataset,
        interactions,
        options,
        epochs=epochs,
        patience=patience,
        seed=seed,
        on_stage=say,
        on_epoch=on_epoch or (lambda _epoch: None),
    )
    seconds = time.perf_counter() - started
    say("Writing the database")
    with new_run(place) as folder:
        tables.write(folder, dataset, interactions, trained)
        if trained.network is not None:
            trained.network.save(folder / "model.keras")
        facts.write_facts(folder, run_facts(dataset, interactions, trained, seed, seconds))
        run_id = folder.name
    return _report(run_id, place, dataset.name, interactions, trained, seconds)


def _report(
    run_id: str, home: Home, dataset: str, interactions: Interactions, trained: TrainedModel, seconds: float
) -> TrainingReport:
    return TrainingReport(
        run_id=run_id,
        folder=home.runs / run_id,
        kind=trained.kind,
        dataset=dataset,
        first_user_id=int(interactions.user_ids[0]),
        people=len(interactions.user_ids),
        movies=len(interactions.movie_ids),
        ratings=len(interactions.rating),
        history=trained.history,
        best_epoch=trained.best_epoch,
        validation=trained.validation,
        finishing_epochs=trained.finishing_epochs,
        seconds=seconds,
    )


def fitting(model: ModelKind) -> Fit:
    """What trains a kind of model; TensorFlow is loaded where that takes it."""
    if model == "article":
        from movierec_cli.training import article

        return article.fit
    from movierec_cli.training.ranking import fitting as ranking

    return ranking.fit


def _check_options(
    model: ModelKind,
    epochs: int,
    dim: int | None,
    learning_rate: float | None,
    batch_size: int | None,
    patience: int,
    seed: int,
) -> None:
    if epochs < 0 or (epochs == 0 and model == "article"):
        least = "0, for the computed part alone" if model == "ranking" else "1"
        raise UsageError(f"--epochs {epochs}: give a whole number from {least}.")
    whole = {"--dim": dim, "--batch-size": batch_size, "--patience": patience}
    for option, value in whole.items():
        if value is not None and value < 1:
            raise UsageError(f"{option} {value}: give a whole number from 1.")
    if learning_rate is not None and not 0 < learning_rate < float("inf"):
        raise UsageError(f"--learning-rate {learning_rate}: give a number above 0, such as 0.001.")
    if not 0 <= seed < 2**32:
        raise UsageError(f"--seed {seed}: give a whole number from 0 to {2**32 - 1}.")


def _check_enough(dataset: Dataset, interactions: Interactions) -> None:
    people, movies = len(interactions.user_ids), len(interactions.movie_ids)
    if people < 2 or movies < 2 or interactions.counts.max(initial=0) < 2:
        raise TrainingError(
            f"{dataset.name} has too little to learn from: "
            f"{sizes_text(people, movies, len(interactions.rating))}. "
            "It takes two people and somebody who rated two movies.",
            "Fetch a larger dataset: movierec fetch ml-100k",
        )


def _well_known(interactions: Interactions) -> int:
    """How many ratings make a movie one of the WELL_KNOWN most rated ones."""
    counts = np.sort(np.bincount(interactions.movie_index, minlength=len(interactions.movie_ids)))
    return int(counts[-WELL_KNOWN]) if len(counts) > WELL_KNOWN else 0


def run_facts(
    dataset: Dataset, interactions: Interactions, trained: TrainedModel, seed: int, seconds: float
) -> facts.RunFacts:
    return facts.RunFacts(
        format_version=facts.FORMAT_VERSION,
        movierec=__version__,
        created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        dataset=facts.DatasetFacts(
            name=dataset.name,
            people=len(interactions.user_ids),
            movies=len(interactions.movie_ids),
            ratings=len(interactions.rating),
            rating_scale=dataset.rating_scale,
            rating_steps=dataset.rating_steps,
            well_known=_well_known(interactions),
            first_user_id=int(interactions.user_ids[0]),
            last_user_id=int(interactions.user_ids[-1]),
        ),
        model=facts.ModelFacts(
            kind=trained.kind,
            config=trained.config,
            score_column=trained.score_column,
            score_metric=trained.score_metric,
            similar_column=trained.similar_column,
            dimensions={name: matrix.shape[1] for name, matrix in trained.movie_vectors.items()},
            fold_in=trained.fold_in,
            stars=trained.stars,
        ),
        training=facts.TrainingFacts(
            seed=seed,
            epochs=len(trained.history),
            best_epoch=trained.best_epoch,
            finishing_epochs=trained.finishing_epochs,
            seconds=seconds,
            validation=trained.validation,
            history=tuple(trained.history),
        ),
    )
