"""Runs as folders, and CURRENT, the file that names the one in use.

Who asks a run holds it, and it is not removed meanwhile; publishing.py says how runs come and go.
"""

from dataclasses import dataclass, field
from pathlib import Path

from movierec_cli.errors import NotFoundError, StoreError, UsageError
from movierec_cli.home import Home
from movierec_cli.store.facts import FACTS_FILE, FORMAT_VERSION, RunFacts
from movierec_cli.store.manifest import MANIFEST_FILE, DamageError, check_at_a_glance, check_content
from movierec_cli.system.locks import Hold
from movierec_cli.system.storage import storage_at
from movierec_cli.system.typed_json import format_version, from_json, parse

MOVIES, USERS = "movies", "users"
"""The tables of a run."""
_LONGEST_SHOWN = 40
_TRAIN = "Train again: movierec train"


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

    @property
    def home(self) -> Home:
        """Where it is."""
        return Home(self.folder.parents[1])


def current_run(home: Home) -> Run:
    """The run in use.

    Raises NotFoundError when nothing has been trained yet, StoreError when the run is damaged.
    """
    while True:
        run_id = _current_id(home)
        held = storage_at(home.runs).hold(run_id, MANIFEST_FILE)
        # Between the pointer and the hold, or where nothing can be held, trainings may have replaced the run
        # and removed it.
        if held or _current_id(home) == run_id:
            try:
                return read_run(home, run_id, held)
            except StoreError:
                if _current_id(home) == run_id:
                    raise


def _current_id(home: Home) -> str:
    try:
        run_id = storage_at(home.root).read(home.current.name).decode("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(f"There is no trained model in {home.root} yet.", _first_steps(home)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{home.current} cannot be read: {error}", "Remove it and train again: movierec train"
        ) from None
    if Path(run_id).name != run_id or not run_id.isprintable() or run_id[:1] in ("", "."):
        shown = repr(run_id) if len(run_id) <= _LONGEST_SHOWN else f"{run_id[:_LONGEST_SHOWN]!r} and more"
        raise StoreError(f"{home.current} names {shown}, which is not a run.", _way_out(home, run_id))
    return run_id


def id_in_use(home: Home) -> str:
    """The id that CURRENT holds, whatever the state of that run; "" where it holds none."""
    try:
        return _current_id(home)
    except (NotFoundError, StoreError):
        return ""


def read_run(home: Home, run_id: str, held: Hold | None = None) -> Run:
    """The run called `run_id`. Raises StoreError when it is missing, damaged or of another format."""
    try:
        return _checked(home, run_id, held)
    except StoreError as error:
        raise StoreError(error.message, error.hint or _way_out(home, run_id)) from None


def _checked(home: Home, run_id: str, held: Hold | None = None) -> Run:
    """The run, when nothing is wrong with it at a glance; StoreError without a hint otherwise."""
    folder = home.runs / run_id
    try:
        run = storage_at(folder)
        sizes = run.files()
        files = check_at_a_glance(run, sizes)
        written = run.read(FACTS_FILE)
        if FACTS_FILE in files:
            check_content(written, FACTS_FILE, files[FACTS_FILE])
        content = parse(written.decode("utf-8"))
        if (version := format_version(content)) != FORMAT_VERSION:
            raise _of_another_format(run_id, version)
        facts = from_json(RunFacts, content)
    except OSError as error:
        raise StoreError(
            f"The run {run_id} cannot be read from {folder}: {error.strerror or error}."
        ) from None
    except DamageError as error:
        raise StoreError(f"The run {run_id} in {folder} is damaged: {error}.") from None
    except ValueError as error:
        raise StoreError(f"The run {run_id} in {folder} is damaged: {FACTS_FILE}: {error}.") from None
    size = sum(file.bytes for file in files.values()) + sizes[MANIFEST_FILE]
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


def run_ids(home: Home) -> list[str]:
    """Every run that is there, readable or not, oldest first."""
    return storage_at(home.runs).folders(MANIFEST_FILE)


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
    fetched = storage_at(home.datasets).folders("dataset.json")
    return (
        "Train one: movierec train" if fetched else "Get the data and train: movierec fetch && movierec train"
    )
