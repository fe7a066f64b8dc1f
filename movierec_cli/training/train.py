"""From a dataset's name to a run in the database."""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.datasets.library import load_dataset, load_people, survey_dataset
from movierec_cli.errors import TrainingError, UsageError, sizes_text
from movierec_cli.home import NETWORK_FILE, Home
from movierec_cli.store.facts import (
    FORMAT_VERSION,
    DatasetFacts,
    Epoch,
    RunFacts,
    TrainingFacts,
    write_facts,
)
from movierec_cli.store.publishing import new_run, where_workers_write
from movierec_cli.store.runs import Run, read_run
from movierec_cli.system.files import FileFacts
from movierec_cli.system.workers import HERE, Workers
from movierec_cli.training.data import Listener, TrainingData, TrainingOptions, ignore
from movierec_cli.training.everybody import Everybody, edges_for
from movierec_cli.training.models import MODELS, ModelKind
from movierec_cli.training.trained import TrainedModel
from movierec_cli.vectors.arrays import Indices
from movierec_cli.vectors.scale import RatingScale
from movierec_cli.version import __version__


def train(
    dataset: str | Dataset = "ml-100k",
    *,
    model: str = "ranking",
    epochs: int = 50,
    dim: int | None = None,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    patience: int = 10,
    seed: int = 0,
    resume: bool = False,
    home: Path | str | None = None,
    on_stage: Callable[[str], None] | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    on_left: Callable[[float], None] | None = None,
    workers: Workers = HERE,
) -> Run:
    """Train a model on a fetched dataset (or a Dataset) and make it the run in use.

    A part of everybody's ratings is held out to choose the best epoch by; training stops after `patience`
    epochs without a better one. None leaves an option at the model's own default. The people's vectors
    that are stored come from all of their ratings. Where the ranking model can score all movies at once,
    TensorFlow's operations get a core each from then on, in the whole process, unless it has computed
    something before.

    What takes more than a minute is kept after each epoch until the run is written. resume: go on from there,
    with the same other arguments. on_left: told now and then how many seconds it still takes, at most.
    workers: who does what can be divided, see open_cluster; the model is the same but for rounding.

    Raises NotFoundError for an unknown dataset and where there is nothing to resume, UsageError for an option
    out of range, and TrainingError when the loss is not finite, there is too little to learn from, or what is
    to be resumed was begun otherwise; the run in use then stays as it was.
    """
    kind = _kind(model, epochs, resume, workers)
    options = TrainingOptions(epochs, patience, seed, dim, learning_rate, batch_size)
    listener = Listener(on_stage or ignore, on_epoch or ignore, on_left or ignore)
    place = Home.resolve(home)
    from movierec_cli.training import checkpoint

    fit, kept = kind.load(), checkpoint.NO_CHECKPOINT
    reading = time.perf_counter()
    data = _data(dataset, place, listener, workers)
    writing = time.perf_counter() - reading  # takes about as long
    listener = replace(listener, on_left=lambda left: (on_left or ignore)(left + writing))
    if kind.resumes and epochs:
        kept = checkpoint.of(place, data, options, listener.on_stage)
    if resume:
        listener.on_stage(f"Going on after {kept.resume().passes_text}")
    listener.on_stage(kind.first_stage)
    started = time.perf_counter()
    trained = fit(data, options, listener, checkpoint=kept)
    seconds = kept.seconds + time.perf_counter() - started
    listener.on_stage("Writing the database")
    facts = run_facts(data, trained, seed, seconds)
    run_id = _write(place, data, trained, facts)
    kept.remove()
    return read_run(place, run_id)


def _kind(model: str, epochs: int, resume: bool, workers: Workers) -> ModelKind:
    """The kind of model, when all this can be asked of it. Raises UsageError."""
    if model not in MODELS:
        raise UsageError(f"There is no model {model!r}: give one of {', '.join(MODELS)}.")
    kind = MODELS[model]
    if epochs < kind.least_epochs:
        least = str(kind.least_epochs or "0, for the computed part alone")
        raise UsageError(f"--epochs {epochs}: give a whole number from {least}.")
    if resume and not (kind.resumes and epochs):
        raise UsageError(
            "--resume goes on with epochs of the model 'ranking'; others are quick to begin again.",
            "Train without it: movierec train",
        )
    if workers is not HERE and not kind.divides:
        raise UsageError(
            f"Workers cannot help to train the model {model!r}.",
            "Train it alone: leave --cluster out.",
        )
    return kind


def _write(home: Home, data: TrainingData, trained: TrainedModel, facts: RunFacts) -> str:
    """The id of a new run."""
    from movierec_cli.training import tables

    brought: dict[str, FileFacts] = {}
    with new_run(home, brought) as folder:
        if data.people.workers.apart:
            place = where_workers_write(home, folder)
            brought |= tables.write_people_apart(folder, place, data.people, trained.user_vectors)
        else:
            tables.write_people(folder, data.people, trained.user_vectors)
        movies = tables.movie_table(data, trained)
        tables.write_movies(folder, movies, trained.user_vectors, trained.facts)
        if trained.network is not None:
            trained.network.save(folder / NETWORK_FILE)
        write_facts(folder, facts)
    return folder.name


def _data(dataset: str | Dataset, place: Home, listener: Listener, workers: Workers) -> TrainingData:
    """The dataset, read where it is only named, by those who learn from it."""
    if isinstance(dataset, str):
        listener.on_stage(f"Reading {dataset}")
        if workers is HERE:
            dataset = load_dataset(dataset, home=place.root)
    data = (
        _read_in_parts(dataset, place, workers)
        if isinstance(dataset, str)
        else TrainingData.of(dataset, workers)
    )
    _check_enough(data)
    return data


def _read_in_parts(name: str, place: Home, workers: Workers) -> TrainingData:
    """Each worker reads the ratings of its people."""
    found = survey_dataset(name, home=place)
    ratings, movie_ids = found.ratings, found.movies["movie_id"].to_numpy()
    edges, kept = edges_for(ratings.counts, workers.count), workers.keep(movie_ids)
    parts = [
        workers.call(_read, name, place, kept, ratings.scale, *ratings.user_ids[[low, high - 1]].tolist())
        for low, high in pairwise(edges)
    ]
    people = Everybody(workers, parts, edges)
    return TrainingData(found.name, ratings.scale, found.movies, found.tags, people)


def _read(
    name: str, place: Home, movie_ids: Indices, scale: RatingScale, first_user_id: int, last_user_id: int
) -> Interactions:
    return load_people(name, movie_ids, first_user_id, last_user_id, scale=scale, home=place)


def _check_enough(data: TrainingData) -> None:
    people, movies = data.people.people, len(data.movies)
    if people < 2 or movies < 2 or max(data.people.each(_most_ratings)) < 2:
        raise TrainingError(
            f"{data.name} has too little to learn from: "
            f"{sizes_text(people, movies, int(data.rating_counts.sum()))}. "
            "It needs two people, and one of them who has rated two movies.",
            "Fetch a larger dataset: movierec fetch ml-100k",
        )


def _most_ratings(interactions: Interactions) -> int:
    return int(interactions.counts.max(initial=0))


WELL_KNOWN = 2000
"""So many of the most rated movies are the best-known ones."""


def well_known_from(counts: Indices) -> int:
    """How many ratings one of the best-known movies has, from those of all."""
    return int(np.sort(counts)[-WELL_KNOWN]) if len(counts) > WELL_KNOWN else 0


def run_facts(data: TrainingData, trained: TrainedModel, seed: int, seconds: float) -> RunFacts:
    """What a run says about itself. seconds: how long training took."""
    counts, (first_user_id, last_user_id) = data.rating_counts, data.user_ids
    return RunFacts(
        format_version=FORMAT_VERSION,
        movierec=__version__,
        created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        dataset=DatasetFacts(
            name=data.name,
            people=data.people.people,
            movies=len(data.movies),
            ratings=int(counts.sum()),
            rating_scale=data.rating_scale,
            rating_steps=data.scale.steps,
            well_known=well_known_from(counts),
            first_user_id=first_user_id,
            last_user_id=last_user_id,
        ),
        model=trained.facts,
        training=TrainingFacts(
            seed=seed,
            epochs=len(trained.epochs),
            best_epoch=trained.best_epoch,
            finishing_epochs=trained.finishing_epochs,
            seconds=seconds,
            validation=trained.validation,
            by_epoch=tuple(trained.epochs),
        ),
    )
