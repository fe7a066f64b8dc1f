"""New ratings and new people in a run that is there: folded in without training, and written as a new run."""

import errno
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute
from threadpoolctl import threadpool_limits

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.datasets.layouts import ratings_layout, recognise
from movierec_cli.datasets.library import load_dataset
from movierec_cli.datasets.parquet_source import as_csv
from movierec_cli.datasets.ratings_file import read_ratings
from movierec_cli.errors import DataError, UsageError
from movierec_cli.home import NETWORK_FILE, Home
from movierec_cli.store.facts import ModelFacts, RunFacts, UpdateFacts, write_facts
from movierec_cli.store.lookup import matrix
from movierec_cli.store.publishing import new_run
from movierec_cli.store.runs import Run, current_run
from movierec_cli.system.files import unreadable
from movierec_cli.system.storage import storage_at
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.train import well_known_from
from movierec_cli.vectors.arrays import Flags, Indices, Matrix
from movierec_cli.vectors.scale import RatingScale
from movierec_cli.version import __version__

Entries = tuple[Indices, Indices]
"""Whose each rating is, and where it is: see Interactions.entries."""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What has been brought up to date."""

    run_id: str | None
    """The new run, which is in use now; None where there was nothing new, and nothing was written."""
    dataset: str
    update: UpdateFacts
    people: int
    movies: int
    ratings: int
    """All that the run knows now, like the people and the movies."""
    unknown_movies: int
    """Movies among the ratings that the run does not know. It takes a training to have them."""
    unknown_ratings: int
    """Ratings of these, which are left out."""
    seconds: float


def update(source: Path | str | None = None, *, home: Home | Path | str | None = None) -> UpdateReport:
    """Fold what is new into the run in use, and make the result the run in use.

    The ratings are those that its dataset has now; or with `source`, a file of ratings or a folder with one,
    in any MovieLens layout or in Parquet, those that the run has and these on top: of two of one movie by one
    person the new one counts. People without other ratings keep their vectors bit by bit, and movies theirs;
    movies' numbers of ratings, means and histograms are counted anew.

    Raises NotFoundError where nothing is trained or the dataset is not here, DataError for ratings that
    cannot be read or are on another scale, UsageError for a model that knows only the people it was trained
    on.
    """
    started = time.perf_counter()
    place = Home.resolve(home)
    run = current_run(place)
    if run.facts.model.fold_in is None:
        raise UsageError(
            f"The model in use ({run.facts.model.kind}) knows only the people it was trained on.",
            "Train it again, or the model that takes anybody: movierec train",
        )
    from movierec_cli.store.writer import read_tables  # the whole of LanceDB

    movies, users = read_tables(run.folder)
    known = _known(movies, users)
    given = _of_dataset(run, place) if source is None else _with_file(known, run, Path(source))
    is_known = np.isin(given["movie_id"].to_numpy(), known.movie_ids)
    unknown = given["movie_id"].to_numpy()[~is_known]
    if not is_known.any():
        raise DataError(
            f"None of the {len(given):,} ratings is of a movie that the run in use knows.",
            f"Train again: movierec train --dataset {run.facts.dataset.name}",
        )
    now = Interactions.of(given[is_known], known.movie_ids)
    place_before, is_new, is_changed = _compared(known, now)
    facts = UpdateFacts(
        of=run.run_id,
        changed=int((is_changed & ~is_new).sum()),
        new=int(is_new.sum()),
        gone=len(known.user_ids) - int((~is_new).sum()),
    )
    run_id = None
    if facts.changed or facts.new or facts.gone:
        vectors = {
            name: matrix(users[name])[place_before]
            for name in ("score_vector", "star_vector")
            if name in users.column_names
        }
        with threadpool_limits(limits=1, user_api="blas"):  # whose threads would only wait for each other
            _fold_in(vectors, np.flatnonzero(is_changed), now, movies, run.facts.model)
        run_id = _write(place, run, _facts(run.facts, now, facts), movies, now, vectors)
    return UpdateReport(
        run_id=run_id,
        dataset=run.facts.dataset.name,
        update=facts,
        people=len(now.user_ids),
        movies=len(now.movie_ids),
        ratings=len(now.rating),
        unknown_movies=len(np.unique(unknown)),
        unknown_ratings=len(unknown),
        seconds=time.perf_counter() - started,
    )


def _known(movies: pa.Table, users: pa.Table) -> Interactions:
    """The ratings that a run has."""
    movie_ids = movies["movie_id"].to_numpy()
    rated = users["movie_ids"]
    return Interactions(
        user_ids=users["user_id"].to_numpy(),
        movie_ids=movie_ids,
        row_splits=np.concatenate([[0], np.cumsum(compute.list_value_length(rated), dtype=np.int64)]),
        movie_index=np.searchsorted(movie_ids, compute.list_flatten(rated)).astype(np.int32),
        rating=compute.list_flatten(users["ratings"]).to_numpy(),
    )


def _of_dataset(run: Run, home: Home) -> pd.DataFrame:
    """All ratings that the run's dataset has now."""
    facts = run.facts.dataset
    dataset = load_dataset(facts.name, home=home)
    if dataset.rating_scale != facts.rating_scale:
        lowest, highest = facts.rating_scale
        raise DataError(
            f"{facts.name} has ratings of another scale now, {dataset.scale.text}; those of the run in use "
            f"go from {lowest:g} to {highest:g}.",
            f"Train again: movierec train --dataset {facts.name}",
        )
    return dataset.ratings


def _with_file(known: Interactions, run: Run, path: Path) -> pd.DataFrame:
    """The ratings that the run has, and behind them, by time, those of a file that are new."""
    path = path.expanduser()
    if not path.exists():
        wanted = "a file of ratings in a MovieLens layout, or a folder with one or with Parquet"
        raise unreadable(path, FileNotFoundError(errno.ENOENT, ""), wanted)
    facts = run.facts.dataset
    lowest, highest = facts.rating_scale
    with TemporaryDirectory() as scratch:
        if path.is_dir():
            of_parquet = Path(scratch) / "of-parquet"
            path = recognise(of_parquet if as_csv(storage_at(path), of_parquet) else path).ratings
        try:
            new, _ = read_ratings(path, ratings_layout(path), None, RatingScale(lowest, highest))
        except DataError as error:
            hint = f"Put the file right. Ratings of {facts.name} go from {lowest:g} to {highest:g}."
            raise DataError(error.message, hint if error.hint else None) from None
    old = pd.DataFrame(
        {
            "user_id": known.user_ids[known.user_index],
            "movie_id": known.movie_ids[known.movie_index],
            "rating": known.rating,
            "timestamp": np.int64(-1),
        }
    )
    both = pd.concat([old, new], ignore_index=True)
    both = both[~both.duplicated(["user_id", "movie_id", "rating"])]  # nothing new
    return both[~both.duplicated(["user_id", "movie_id"], keep="last")]


def _compared(before: Interactions, now: Interactions) -> tuple[Indices, Flags, Flags]:
    """For each person of `now`: their user_index in `before`, or any; whether they are new; whether they are
    new or have other ratings than before. In which order they gave them does not count."""
    place = np.searchsorted(before.user_ids, now.user_ids).clip(max=len(before.user_ids) - 1)
    is_new = before.user_ids[place] != now.user_ids
    is_changed = is_new | (before.counts[place] != now.counts)

    def differing(people: Indices, arranged: Callable[[Interactions, Indices], Entries]) -> Indices:
        """Those of some people, who have as many ratings as before, whose ratings differ place by place."""
        rows, entries = arranged(now, people)
        _, entries_before = arranged(before, place[people])
        differs = (now.movie_index[entries] != before.movie_index[entries_before]) | (
            now.rating[entries] != before.rating[entries_before]
        )
        some: Indices = people[np.unique(rows[differs])]
        return some

    others = differing(np.flatnonzero(~is_changed), Interactions.entries)  # few: only these are sorted
    is_changed[differing(others, _by_movie)] = True
    return place, is_new, is_changed


def _by_movie(ratings: Interactions, people: Indices) -> Entries:
    """Interactions.entries, each person's by movie_index."""
    rows, entries = ratings.entries(people)
    return rows, entries[np.lexsort((ratings.movie_index[entries], rows))]


def _fold_in(
    vectors: dict[str, Matrix], people: Indices, ratings: Interactions, movies: pa.Table, model: ModelFacts
) -> None:
    """Put the vectors of some people, user_index, into `vectors`, as a question would make them."""
    assert model.fold_in
    history = matrix(movies["history_vector"])
    stars = {name: matrix(movies[name]) for name in ("star_vector", "star_history")} if model.stars else {}
    for person in people.tolist():
        own = slice(*ratings.row_splits[person : person + 2].tolist())
        rated, given = ratings.movie_index[own], ratings.rating[own]
        vectors["score_vector"][person] = model.fold_in.fold_in(history[rated], given)
        if model.stars:
            vectors["star_vector"][person] = model.stars.fold_in(
                stars["star_vector"][rated], stars["star_history"][rated], given
            )


def _facts(facts: RunFacts, now: Interactions, update: UpdateFacts) -> RunFacts:
    """What the new run says about itself."""
    dataset = replace(
        facts.dataset,
        people=len(now.user_ids),
        ratings=len(now.rating),
        well_known=well_known_from(now.rating_counts()),
        first_user_id=int(now.user_ids[0]),
        last_user_id=int(now.user_ids[-1]),
    )
    created = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    return replace(facts, movierec=__version__, created=created, dataset=dataset, update=update)


def _write(
    home: Home, run: Run, facts: RunFacts, movies: pa.Table, now: Interactions, vectors: dict[str, Matrix]
) -> str:
    from movierec_cli.training import tables

    everybody = Everybody.here(now, len(now.user_ids))
    for name, column in tables.rating_columns(everybody, facts.dataset.rating_steps).items():
        movies = movies.set_column(movies.column_names.index(name), name, column)
    with new_run(home) as folder:
        people = {name: Everybody.here(matrix, len(matrix)) for name, matrix in vectors.items()}
        tables.write_people(folder, everybody, people)
        tables.write_movies(folder, movies, people, facts.model)
        if (files := storage_at(run.folder)).has(NETWORK_FILE):
            shutil.copyfile(files.on_disk(NETWORK_FILE), folder / NETWORK_FILE)
        write_facts(folder, facts)
    return folder.name
