"""What is installed, fetched and trained, and which runs there are.

`info` works before anything exists and says what to run next.
"""

import platform
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from movierec_cli.datasets.shelf import DatasetSummary, summaries
from movierec_cli.errors import NotFoundError, StoreError, UsageError
from movierec_cli.home import Home
from movierec_cli.store.publishing import RUNS_KEPT, Pruned, prune, use_run
from movierec_cli.store.runs import Run, current_run, find_run, read_run, run_ids
from movierec_cli.store.unfinished import all_in
from movierec_cli.system.storage import storage_at
from movierec_cli.version import __version__

LIBRARIES = ("tensorflow", "keras", "lancedb", "pyarrow", "pandas", "numpy", "typer", "rich")


@dataclass(frozen=True, slots=True)
class Info:
    """What is installed, fetched and trained."""

    movierec: str
    """Its version."""
    python: str
    libraries: dict[str, str]
    """The versions of LIBRARIES."""
    home: Path
    datasets: tuple[DatasetSummary, ...]
    run: Run | None
    """The run in use."""
    runs: int
    """How many are there."""
    problem: str | None
    """Why the run in use cannot be read."""
    next: str | None
    """What to run next."""
    unfinished: tuple[str, ...] = ()
    """What goes on with each training that was stopped, as it is typed."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in a list. Of one that cannot be read only the id is known, and the problem."""

    run_id: str
    created: str | None
    """In ISO 8601."""
    dataset: str | None
    model: str | None
    validation_ndcg: float | None
    """NDCG@100."""
    bytes: int | None
    """On disk."""
    in_use: bool
    problem: str | None
    """Why it cannot be read."""
    update_of: str | None = None
    """The run that it has been made from by `movierec update`; None where it was trained."""


def info(home: Home | Path | str | None = None) -> Info:
    """Versions, folders, datasets, the run in use and how many there are; nothing heavy is loaded."""
    place = Home.resolve(home)
    run = problem = next_step = None
    try:
        run = replace(current_run(place), held=None)
    except (NotFoundError, StoreError) as error:
        problem, next_step = error.message, error.hint
    return Info(
        movierec=__version__,
        python=platform.python_version(),
        libraries={name: _version(name) for name in LIBRARIES},
        home=place.root,
        datasets=summaries(place),
        run=run,
        runs=len(run_ids(place)),
        problem=problem,
        next=next_step,
        unfinished=tuple(one.command for one in all_in(storage_at(place.unfinished))),
    )


def runs(home: Home | Path | str | None = None) -> list[RunSummary]:
    """Every run that is there, oldest first."""
    place = Home.resolve(home)
    try:
        in_use = current_run(place).run_id
    except (NotFoundError, StoreError):
        in_use = None
    return [_run(place, run_id, run_id == in_use) for run_id in run_ids(place)]


def _run(home: Home, run_id: str, in_use: bool) -> RunSummary:
    try:
        run = read_run(home, run_id)
    except StoreError as error:
        return RunSummary(run_id, None, None, None, None, None, in_use, error.message)
    facts = run.facts
    return RunSummary(
        run_id=run_id,
        created=facts.created,
        dataset=facts.dataset.name,
        model=facts.model.kind,
        validation_ndcg=facts.training.validation.ndcg,
        bytes=run.size,
        in_use=in_use,
        problem=None,
        update_of=facts.update.of if facts.update else None,
    )


def use(run: str, home: Home | Path | str | None = None) -> Run:
    """Make a run the one in use; `run` is its id or an unambiguous beginning of it.

    Raises NotFoundError where there is none, UsageError for several, StoreError for a damaged one.
    """
    place = Home.resolve(home)
    return use_run(place, find_run(place, run))


def prune_runs(keep: int = RUNS_KEPT, home: Home | Path | str | None = None) -> Pruned:
    """Remove all runs but the `keep` newest, the one in use and those that are being asked at the moment."""
    if keep < 1:
        raise UsageError(
            f"--keep {keep}: keep at least 1 run.", "For example: movierec runs --prune --keep 1"
        )
    return prune(Home.resolve(home), keep)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
