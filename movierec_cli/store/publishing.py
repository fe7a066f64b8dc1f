"""How runs come, become the one in use, and go.

A run is built in a hidden folder, synced to disk and renamed into place; or it is built in a temporary folder
and taken to the object store, MANIFEST last. CURRENT is replaced after that. A reader therefore sees the old
run or the new one, never one table of each, however the writer ends.
"""

import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from movierec_cli.errors import StoreError
from movierec_cli.home import Home
from movierec_cli.store.manifest import MANIFEST_FILE, write_manifest
from movierec_cli.store.runs import Run, id_in_use, read_run, run_ids
from movierec_cli.system.files import FileFacts
from movierec_cli.system.interrupts import uninterrupted
from movierec_cli.system.storage import BUILDING, LOCK, storage_at

if TYPE_CHECKING:
    import filelock

RUNS_KEPT = 5
_DRAFT = ".CURRENT"


@dataclass(frozen=True, slots=True)
class Pruned:
    """Which runs were removed, their bytes on disk, and which were not because somebody is asking them."""

    removed: list[str]
    freed: int
    being_read: list[str]


@contextmanager
def new_run(home: Home, brought: Mapping[str, FileFacts] = MappingProxyType({})) -> Iterator[Path]:
    """A folder to build a run in; when the block ends well it becomes the run in use, else it is removed.

    The block writes tables, files and run.json (see `write_facts`) into the folder it is given.
    brought: files that workers have brought `where_workers_write` when the block ends.
    Raises StoreError where the home cannot be written or is full.
    """
    import filelock  # only training builds runs; questions do not pay for it

    run_id = _new_run_id()
    runs = storage_at(home.runs)
    workshop = runs.scratch / f"{BUILDING}{run_id}"
    building = workshop / run_id
    lock = filelock.FileLock(workshop.with_suffix(LOCK))
    with _writing(home):
        runs.scratch.mkdir(parents=True, exist_ok=True)
        prune(home, RUNS_KEPT)  # the one before may have been killed before it did
        with runs.alone(LOCK, _DRAFT):
            lock.acquire()
        try:
            finished = False
            building.mkdir(parents=True)
            yield building
            write_manifest(building, brought)
            runs.prepare(building, run_id, MANIFEST_FILE)
            with uninterrupted():
                with runs.alone(LOCK, _DRAFT):
                    runs.take_in(building, run_id, MANIFEST_FILE)
                    _point_to(home, run_id)
                finished = True
                shutil.rmtree(workshop, ignore_errors=True)
                _unlock(lock)
                prune(home, RUNS_KEPT)
        except BaseException as error:
            if finished and isinstance(error, KeyboardInterrupt):
                return  # nothing was left to be stopped
            with uninterrupted():
                _clear(workshop)
                _unlock(lock)
            raise


def where_workers_write(home: Home, folder: Path) -> Path:
    """Where workers bring files of the run that is built in `folder`: there, or where it will be."""
    return storage_at(home.runs).open_to_others(folder, folder.name)


def _clear(folder: Path) -> None:
    """Remove a folder into which LanceDB's threads may go on writing for a moment after an interrupt."""
    looks_without = 0
    for _ in range(100):
        looks_without = 0 if folder.exists() else looks_without + 1
        if looks_without == 5:
            return
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.02)


def _unlock(lock: "filelock.BaseFileLock") -> None:
    Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


def _new_run_id() -> str:
    """UTC and 1/65536 seconds: ids sort by age, through a change of the clocks too."""
    seconds, fraction = divmod(time.time(), 1)
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds)) + f"-{int(fraction * 65536):04x}"


def use_run(home: Home, run_id: str) -> Run:
    """Make `run_id` the run in use. Raises StoreError when it cannot be read; nothing changes then."""
    with _writing(home), uninterrupted(), storage_at(home.runs).alone(LOCK, _DRAFT):
        run = read_run(home, run_id)
        _point_to(home, run_id)
    return run


def prune(home: Home, keep: int) -> Pruned:
    """Remove all but the `keep` newest runs and the one in use, and what killed trainings left.

    A run that somebody is asking at the moment stays until the next time.
    """
    sizes: dict[str, int] = {}
    being_read = []
    with _writing(home), uninterrupted():
        runs = storage_at(home.runs)
        if not runs.has(""):
            return Pruned([], 0, [])
        with runs.alone(LOCK, _DRAFT):
            current = id_in_use(home)
            runs.clear(MANIFEST_FILE, current)
            doomed = [run_id for run_id in run_ids(home)[:-keep] if run_id != current]
            for run_id in doomed:
                size = sum(storage_at(home.runs / run_id).files().values())
                if runs.set_aside(run_id, MANIFEST_FILE, partial(_is_in_use, home, run_id)):
                    sizes[run_id] = size
                else:
                    being_read.append(run_id)
        for run_id in sizes:
            runs.discard(run_id)
    return Pruned(list(sizes), sum(sizes.values()), being_read)


def _point_to(home: Home, run_id: str, instead_of: str | None = None) -> None:
    """Make CURRENT name a run, or leave it where it no longer names `instead_of`. Only for who is `alone`.

    Raises StoreError where the run is being removed, which happens only where nobody can be kept out; CURRENT
    is as it was then.
    """
    root, name = storage_at(home.root), home.current.name
    while True:
        try:
            before = root.read(name)
        except FileNotFoundError:
            before = None
        if instead_of is not None and before != _line(instead_of):
            return
        if root.swap(name, _line(run_id), before, f"{home.runs.name}/{_DRAFT}"):
            break
    if instead_of is None and before and run_id not in run_ids(home):
        _point_to(home, before.decode("utf-8", "replace").strip(), instead_of=run_id)
        raise StoreError(f"The run {run_id} is being removed.", "List those that are there: movierec runs")


def _is_in_use(home: Home, run_id: str) -> bool:
    return id_in_use(home) == run_id


def _line(run_id: str) -> bytes:
    return f"{run_id}\n".encode()


@contextmanager
def _writing(home: Home) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
        else:  # LanceDB's own, with what the system said in it
            told = re.search(r"LanceError\(IO\): ([^,]+)", str(error))
            if told is None:
                raise
            reason = told[1]
        raise StoreError(
            f"Cannot write to {home.runs}: {reason}. The model in use stays as it was.",
            "Make room there, or choose another place with --home or MOVIEREC_HOME.",
        ) from error
