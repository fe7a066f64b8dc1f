"""What is installed, fetched and trained, and which runs there are.

`info` works before anything exists and says what to run next.
"""

import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from movierec_cli.errors import MovieRecError, StoreError, UsageError
from movierec_cli.paths import Home
from movierec_cli.store.runs import (
    RUNS_KEPT,
    Pruned,
    Run,
    current_run,
    find_run,
    prune,
    read_run,
    run_ids,
    use_run,
)
from movierec_cli.version import __version__

LIBRARIES = ("tensorflow", "keras", "lancedb", "pyarrow", "pandas", "numpy", "typer", "rich")


def info(home: Path | str | None = None) -> dict[str, Any]:
    """Versions, folders, datasets, the run in use and how many there are; nothing heavy is loaded.

    Keys: movierec, python, libraries {name: version}, home, datasets [{name, bytes, ...facts}], run (None,
    or its facts with run_id, folder and bytes), runs (count), next (the command to run next, or None),
    problem (why the run in use cannot be read, or None).
    """
    place = Home.resolve(home)
    run: dict[str, Any] | None = None
    problem = next_step = None
    try:
        current = current_run(place)
        run = {
            "run_id": current.run_id,
            "folder": str(current.folder),
            "bytes": current.size,
            **current.facts,
        }
    except MovieRecError as error:
        problem, next_step = error.message, error.hint
    return {
        "movierec": __version__,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "home": str(place.root),
        "datasets": _datasets(place),
        "run": run,
        "runs": len(run_ids(place)),
        "problem": problem,
        "next": next_step,
    }


def runs(home: Path | str | None = None) -> list[dict[str, Any]]:
    """Every run that is there, oldest first.

    Keys: run_id, created (ISO 8601), dataset, model, validation_ndcg (NDCG@100), bytes, in_use, problem (why
    it cannot be read, or None). Of a run that cannot be read the rest is None.
    """
    place = Home.resolve(home)
    try:
        in_use = current_run(place).run_id
    except MovieRecError:
        in_use = None
    return [_summary(place, run_id) | {"in_use": run_id == in_use} for run_id in run_ids(place)]


def _summary(home: Home, run_id: str) -> dict[str, Any]:
    keys = ("created", "dataset", "model", "validation_ndcg", "bytes", "in_use", "problem")
    blank: dict[str, Any] = {"run_id": run_id, **dict.fromkeys(keys)}
    try:
        run = read_run(home, run_id)
    except StoreError as error:
        return blank | {"problem": error.message}
    return blank | {
        "created": run.facts["created"],
        "dataset": run.facts["dataset"]["name"],
        "model": run.facts["model"]["kind"],
        "validation_ndcg": run.facts["training"]["validation"]["ndcg@100"],
        "bytes": run.size,
    }


def use(run: str, home: Path | str | None = None) -> Run:
    """Make a run the one in use; `run` is its id or an unambiguous beginning of it.

    Raises NotFoundError where there is none, UsageError for several, StoreError for a damaged one.
    """
    place = Home.resolve(home)
    return use_run(place, find_run(place, run))


def prune_runs(keep: int = RUNS_KEPT, home: Path | str | None = None) -> Pruned:
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


def _datasets(home: Home) -> list[dict[str, Any]]:
    if not home.datasets.is_dir():
        return []
    found = []
    for manifest in sorted(home.datasets.glob("[!.]*/dataset.json")):
        try:
            facts = dict(json.loads(manifest.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, RecursionError):
            facts = {}
        size = sum(file.stat().st_size for file in manifest.parent.rglob("*") if file.is_file())
        found.append({**facts, "name": manifest.parent.name, "bytes": size})
    return found
