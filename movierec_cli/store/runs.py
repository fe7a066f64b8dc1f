"""Runs as folders, and CURRENT, the file that names the one in use.

A run is built in a hidden folder, synced to disk and renamed into place; CURRENT is replaced last. A reader
therefore sees the old run or the new one, never one table of each, however the writer ends.
"""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from movierec_cli.errors import NotFoundError, StoreError
from movierec_cli.paths import Home, sync

FORMAT_VERSION = 1
FACTS_FILE = "run.json"
RUNS_KEPT = 5
_BUILDING = ".building-"
_REMOVING = ".removing-"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished training run: its folder and the facts written with it."""

    run_id: str
    folder: Path
    facts: dict[str, Any]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())


def current_run(home: Home) -> Run:
    """The run in use.

    Raises NotFoundError when nothing has been trained yet, StoreError when the run is damaged.
    """
    try:
        run_id = home.current.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(f"There is no trained model in {home.root} yet.", _first_steps(home)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{home.current} cannot be read: {error}", "Remove it and train again: movierec train"
        ) from None
    if not run_id or Path(run_id).name != run_id:
        raise StoreError(
            f"{home.current} names {run_id!r}, which is not a run.", "Train again: movierec train"
        )
    return read_run(home, run_id)


def read_run(home: Home, run_id: str) -> Run:
    """The run called `run_id`. Raises StoreError when it is missing, damaged or of another format."""
    folder = home.runs / run_id
    try:
        facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        version = facts["format_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"The run {run_id} cannot be read from {folder} ({type(error).__name__}: {error}).",
            "Train again: movierec train",
        ) from None
    if version != FORMAT_VERSION:
        raise StoreError(
            f"The run {run_id} has format {version}; this movierec reads format {FORMAT_VERSION}.",
            "Train again: movierec train",
        )
    return Run(run_id, folder, facts)


def list_runs(home: Home) -> list[Run]:
    """Every readable run, oldest first."""
    runs = []
    for run_id in _run_ids(home):
        try:
            runs.append(read_run(home, run_id))
        except StoreError:
            continue
    return runs


def _run_ids(home: Home) -> list[str]:
    if not home.runs.is_dir():
        return []
    return sorted(entry.name for entry in home.runs.iterdir() if entry.is_dir() and entry.name[0] != ".")


def _first_steps(home: Home) -> str:
    fetched = home.datasets.is_dir() and any(home.datasets.iterdir())
    return (
        "Train one: movierec train" if fetched else "Get the data and train: movierec fetch && movierec train"
    )


@contextmanager
def new_run(home: Home) -> Iterator[Path]:
    """A folder to build a run in; when the block ends well it becomes the run in use, else it is removed.

    The block writes tables, files and run.json (see `write_facts`) into the folder it is given.
    """
    import filelock  # only training builds runs; questions do not pay for it

    home.runs.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(home)
    run_id = _new_run_id()
    workshop = home.runs / f"{_BUILDING}{run_id}"
    building = workshop / run_id
    lock = filelock.FileLock(workshop.with_suffix(".lock"))
    with lock:
        building.mkdir(parents=True)
        try:
            yield building
            _sync_tree(building)
            building.rename(home.runs / run_id)
            sync(home.runs)
            use_run(home, run_id)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)
    _keep_newest(home)


def _new_run_id() -> str:
    """UTC and 1/65536 seconds: ids sort by age, through a change of the clocks too."""
    seconds, fraction = divmod(time.time(), 1)
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds)) + f"-{int(fraction * 65536):04x}"


def use_run(home: Home, run_id: str) -> None:
    """Point CURRENT at `run_id`, in one step that a reader sees whole or not at all."""
    draft = home.runs / run_id / ".CURRENT"  # in there it goes with the run, should a kill leave it behind
    draft.write_text(run_id + "\n", encoding="utf-8")
    sync(draft)
    draft.replace(home.current)
    sync(home.root)


def write_facts(folder: Path, facts: dict[str, Any]) -> None:
    """Write run.json; `facts` must hold what JSON can hold, with finite numbers."""
    text = json.dumps({"format_version": FORMAT_VERSION, **facts}, indent=1, allow_nan=False)
    (folder / FACTS_FILE).write_text(text, encoding="utf-8")


def _keep_newest(home: Home) -> None:
    current = home.current.read_text(encoding="utf-8").strip()
    for run_id in _run_ids(home)[:-RUNS_KEPT]:
        if run_id != current:
            doomed = home.runs / f"{_REMOVING}{run_id}"
            (home.runs / run_id).rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)


def _remove_leftovers(home: Home) -> None:
    """Clear what a killed training left: a folder whose lock nobody holds any more."""
    import filelock

    for entry in home.runs.iterdir():
        if entry.name.startswith(_REMOVING):
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name.startswith(_BUILDING) and entry.suffix == ".lock":
            try:
                with filelock.FileLock(entry, blocking=False):
                    shutil.rmtree(entry.with_suffix(""), ignore_errors=True)
                    entry.unlink(missing_ok=True)
            except filelock.Timeout:
                continue


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)
