"""What is installed, fetched and trained: `info` works before anything exists and says what to run next."""

import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from movierec_cli.errors import MovieRecError
from movierec_cli.paths import Home
from movierec_cli.store.runs import current_run, list_runs
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
        "runs": len(list_runs(place)),
        "problem": problem,
        "next": next_step,
    }


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
            facts = json.loads(manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            facts = {}
        size = sum(file.stat().st_size for file in manifest.parent.rglob("*") if file.is_file())
        found.append({**facts, "name": manifest.parent.name, "bytes": size})
    return found
