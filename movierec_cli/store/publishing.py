"""How runs come, become the one in use, and go.

A run is built in a hidden folder, synced to disk and renamed into place; CURRENT is replaced last. A reader
therefore sees the old run or the new one, never one table of each, however the writer ends.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from movierec_cli.errors import StoreError
from movierec_cli.home import Home
from movierec_cli.store.manifest import MANIFEST_FILE, write_manifest
from movierec_cli.store.runs import Run, id_in_use, read_run, run_ids
from movierec_cli.system.files import replace_text, sync
from movierec_cli.system.interrupts import uninterrupted
from movierec_cli.system.locks import hold

if TYPE_CHECKING:
    import filelock

RUNS_KEPT = 5
_BUILDING = ".building-"
_REMOVING = ".removing-"
_DRAFT = ".CURRENT"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Pruned:
    """Which runs were removed, their bytes on disk, and which were not because somebody is asking them."""

    removed: list[str]
    freed: int
    being_read: list[str]


@contextmanager
def new_run(home: Home) -> Iterator[Path]:
    """A folder to build a run in; when the block ends well it becomes the run in use, else it is removed.

    The block writes tables, files and run.json (see `write_facts`) into the folder it is given.
    Raises StoreError where the home cannot be written or is full.
    """
    import filelock  # only training builds runs; questions do not pay for it

    run_id = _new_run_id()
    workshop = home.runs / f"{_BUILDING}{run_id}"
    building = workshop / run_id
    lock = filelock.FileLock(workshop.with_suffix(_LOCK))
    with _writing(home):
        home.runs.mkdir(parents=True, exist_ok=True)
        prune(home, RUNS_KEPT)  # the one before may have been killed before it did
        with _alone(home):
            lock.acquire()
        try:
            finished = False
            building.mkdir(parents=True)
            yield building
            write_manifest(building)
            _sync_tree(building)
            with uninterrupted():
                with _alone(home):
                    building.rename(home.runs / run_id)
                    sync(home.runs)
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
    with _writing(home), uninterrupted(), _alone(home):
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
        if not home.runs.is_dir():
            return Pruned([], 0, [])
        with _alone(home):
            _remove_leftovers(home)
            current = id_in_use(home)
            doomed = [run_id for run_id in run_ids(home)[:-keep] if run_id != current]
            for run_id in doomed:
                size = sum(file.stat().st_size for file in (home.runs / run_id).rglob("*") if file.is_file())
                if _set_aside(home, run_id):
                    sizes[run_id] = size
                else:
                    being_read.append(run_id)
        for run_id in sizes:
            shutil.rmtree(home.runs / f"{_REMOVING}{run_id}", ignore_errors=True)
    return Pruned(list(sizes), sum(sizes.values()), being_read)


def _set_aside(home: Home, run_id: str) -> bool:
    """Rename a run so that nobody finds it any more, unless it is held."""
    folder = home.runs / run_id
    try:
        held = hold(folder / MANIFEST_FILE)
        if held is None:
            return False
        if os.name == "nt":
            held.release()  # an open file keeps its folder from being renamed, our own too
    except FileNotFoundError:
        pass  # not a run that anybody could be asking
    except OSError:
        return False
    try:
        folder.rename(home.runs / f"{_REMOVING}{run_id}")
    except PermissionError:
        return False
    return True


def _point_to(home: Home, run_id: str) -> None:
    """Make CURRENT name a run. Only inside `_alone`."""
    replace_text(home.current, f"{run_id}\n", home.runs / _DRAFT)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Keep all others from changing which runs there are, and which is in use. For moments only."""
    import filelock

    home.runs.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(home.runs / _LOCK):
        yield


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


def _remove_leftovers(home: Home) -> None:
    """Clear what a killed training left: a folder whose lock nobody holds any more. Only inside `_alone`."""
    import filelock

    (home.runs / _DRAFT).unlink(missing_ok=True)
    for entry in list(home.runs.iterdir()):
        if entry.name.startswith(_REMOVING):
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name.startswith(_BUILDING):
            lock = entry.with_suffix(_LOCK)
            try:
                with filelock.FileLock(lock, blocking=False):
                    shutil.rmtree(entry.with_suffix(""), ignore_errors=True)
                    lock.unlink(missing_ok=True)
            except filelock.Timeout:
                continue


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)
