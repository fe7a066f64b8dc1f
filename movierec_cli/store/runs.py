"""Runs as folders, and CURRENT, the file that names the one in use.

A run is built in a hidden folder, synced to disk and renamed into place; CURRENT is replaced last. A reader
therefore sees the old run or the new one, never one table of each, however the writer ends. Who asks a run
holds it, and it is not removed meanwhile.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from movierec_cli.errors import MovieRecError, NotFoundError, StoreError, UsageError
from movierec_cli.home import Home
from movierec_cli.store.facts import FACTS_FILE, FORMAT_VERSION, RunFacts
from movierec_cli.store.manifest import MANIFEST_FILE, DamageError, check_at_a_glance, write_manifest
from movierec_cli.system.files import sync
from movierec_cli.system.interrupts import uninterrupted
from movierec_cli.system.locks import Hold, hold
from movierec_cli.system.typed_json import format_version, from_json, parse

if TYPE_CHECKING:
    import filelock

RUNS_KEPT = 5
_TRAIN = "Train again: movierec train"
_BUILDING = ".building-"
_REMOVING = ".removing-"
_DRAFT = ".CURRENT"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished training run: its folder, the facts written with it, its bytes on disk.

    The one that `current_run` returns stays on disk for as long as the object lives.
    """

    run_id: str
    folder: Path
    facts: RunFacts
    size: int
    held: Hold | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Pruned:
    """Which runs were removed, their bytes on disk, and which were not because somebody is asking them."""

    removed: list[str]
    freed: int
    being_read: list[str]


def current_run(home: Home) -> Run:
    """The run in use.

    Raises NotFoundError when nothing has been trained yet, StoreError when the run is damaged.
    """
    while True:
        run_id = _current_id(home)
        held = _hold(home, run_id)
        # Between the pointer and the hold, trainings may have replaced the run and removed it.
        if held or _current_id(home) == run_id:
            return _read(home, run_id, held)


def _hold(home: Home, run_id: str) -> Hold | None:
    manifest = home.runs / run_id / MANIFEST_FILE
    try:
        held = hold(manifest, shared=True)
    except OSError:
        return None
    return held if held and held.is_at(manifest) else None


def _current_id(home: Home) -> str:
    try:
        run_id = home.current.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(f"There is no trained model in {home.root} yet.", _first_steps(home)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{home.current} cannot be read: {error}", "Remove it and train again: movierec train"
        ) from None
    if Path(run_id).name != run_id or not run_id.isprintable() or run_id[:1] in ("", "."):
        raise StoreError(f"{home.current} names {run_id!r}, which is not a run.", _way_out(home, run_id))
    return run_id


def id_in_use(home: Home) -> str:
    """The id that CURRENT holds, whatever the state of that run; "" where it holds none."""
    try:
        return _current_id(home)
    except MovieRecError:
        return ""


def read_run(home: Home, run_id: str) -> Run:
    """The run called `run_id`. Raises StoreError when it is missing, damaged or of another format."""
    return _read(home, run_id)


def _read(home: Home, run_id: str, held: Hold | None = None) -> Run:
    try:
        return _checked(home, run_id, held)
    except StoreError as error:
        raise StoreError(error.message, error.hint or _way_out(home, run_id)) from None


def _checked(home: Home, run_id: str, held: Hold | None = None) -> Run:
    """The run, when nothing is wrong with it at a glance; StoreError without a hint otherwise."""
    folder = home.runs / run_id
    try:
        # Format 1 had no manifest. Where there is one, nothing else is believed unless it agrees.
        files = check_at_a_glance(folder, FACTS_FILE) if (folder / MANIFEST_FILE).is_file() else None
        content = parse((folder / FACTS_FILE).read_text(encoding="utf-8"))
        if (version := format_version(content)) != FORMAT_VERSION:
            raise _of_another_format(run_id, version)
        if files is None:
            raise DamageError(f"{MANIFEST_FILE} is missing")
        facts = from_json(RunFacts, content)
    except OSError as error:
        raise StoreError(
            f"The run {run_id} cannot be read from {folder}: {error.strerror or error}."
        ) from None
    except DamageError as error:
        raise StoreError(f"The run {run_id} in {folder} is damaged: {error}.") from None
    except ValueError as error:
        raise StoreError(f"The run {run_id} in {folder} is damaged: {FACTS_FILE}: {error}.") from None
    size = sum(file.bytes for file in files.values()) + (folder / MANIFEST_FILE).stat().st_size
    return Run(run_id, folder, facts, size, held)


def _of_another_format(run_id: str, version: int) -> StoreError:
    message = f"The run {run_id} has format {version}; this movierec reads format {FORMAT_VERSION}."
    if version < FORMAT_VERSION:
        return StoreError(message, "It was trained by an older movierec. Train again: movierec train")
    return StoreError(
        message, "It was trained by a newer movierec. Get that one, or train again: movierec train"
    )


def _way_out(home: Home, damaged: str) -> str:
    """What to do when a run cannot be used: the newest that can, or train."""
    for run_id in reversed(run_ids(home)):
        if run_id != damaged:
            try:
                _checked(home, run_id)
            except StoreError:
                continue
            return f"Go back to another run, movierec use {run_id}, or train again: movierec train"
    return _TRAIN


def list_runs(home: Home) -> list[Run]:
    """Every readable run, oldest first."""
    runs = []
    for run_id in run_ids(home):
        try:
            runs.append(_checked(home, run_id))
        except StoreError:
            continue
    return runs


def run_ids(home: Home) -> list[str]:
    """Every run that is there, readable or not, oldest first."""
    try:
        return sorted(entry.name for entry in home.runs.iterdir() if entry.is_dir() and entry.name[0] != ".")
    except OSError:
        return []


def find_run(home: Home, prefix: str) -> str:
    """The id of the one run whose id begins with `prefix`.

    Raises NotFoundError where none does, UsageError where several do.
    """
    known = run_ids(home)
    found = (
        [prefix] if prefix in known else [run_id for run_id in known if prefix and run_id.startswith(prefix)]
    )
    if not found:
        raise NotFoundError(
            f"There is no run {prefix[:100]!r} in {home.root}.",
            "List those that are there, and their datasets: movierec runs" if known else _first_steps(home),
        )
    if len(found) > 1:
        raise UsageError(
            f"{prefix!r} fits {len(found)} runs: {', '.join(found[:5])}{', ...' if len(found) > 5 else ''}",
            "Give more of the id.",
        )
    return found[0]


def _first_steps(home: Home) -> str:
    fetched = home.datasets.is_dir() and any(home.datasets.iterdir())
    return (
        "Train one: movierec train" if fetched else "Get the data and train: movierec fetch && movierec train"
    )


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
    """Replace CURRENT, in one step that a reader sees whole or not at all. Only inside `_alone`."""
    draft = home.runs / _DRAFT
    draft.write_text(run_id + "\n", encoding="utf-8")
    sync(draft)
    draft.replace(home.current)
    sync(home.root)


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
