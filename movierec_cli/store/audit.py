"""Whether every run is as it was written: each file read to its last byte, each table's rows counted."""

from pathlib import Path

from movierec_cli.errors import StoreError
from movierec_cli.home import Home
from movierec_cli.store.manifest import find_damage
from movierec_cli.store.runs import read_run, run_ids
from movierec_cli.store.table import open_table
from movierec_cli.system.storage import storage_at


def verify(home: Home | Path | str | None = None) -> dict[str, list[str]]:
    """For every run, oldest first, what is wrong with it: run_id -> sentences, [] for nothing."""
    place = Home.resolve(home)
    return {run_id: find_faults(place, run_id) for run_id in run_ids(place)}


def find_faults(home: Home, run_id: str) -> list[str]:
    """What is wrong with one run; [] for nothing."""
    folder = home.runs / run_id
    run = storage_at(folder)
    if damage := find_damage(run, run.files()):
        return damage
    try:
        dataset = read_run(home, run_id).facts.dataset
        counts = {"movies": dataset.movies, "users": dataset.people}
        found = {name: open_table(folder, name).count() for name in counts}
    except StoreError as error:
        return [error.message]
    return [
        f"the table {name} has {found[name]:,} rows instead of {rows:,}"
        for name, rows in counts.items()
        if found[name] != rows
    ]
