"""The table of people in fragments, each written by the worker who has the people. Takes pylance."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa

from movierec_cli.store.runs import USERS
from movierec_cli.system.files import FileFacts
from movierec_cli.system.storage import storage_at

_DATA = f"{USERS}.lance/data/"


@dataclass(frozen=True, slots=True)
class Fragments:
    """What a worker has written of a table."""

    schema: pa.Schema
    described: tuple[str, ...]
    """Each fragment as pylance's JSON, in their order."""
    files: dict[str, FileFacts]
    """By their names in the run."""


def write_fragments(pieces: Iterator[pa.Table], place: Path) -> Fragments:
    """Write rows into the run at `place`, where they belong to no table before they are committed.

    pieces: one after another, one at least.
    """
    from lance.fragment import write_fragments as write

    storage = storage_at(place)
    first = next(pieces)
    batches = (batch for piece in chain([first], pieces) for batch in piece.to_batches())
    reader = pa.RecordBatchReader.from_batches(first.schema, batches)
    fragments = write(reader, storage.scratch / f"{USERS}.lance", mode="overwrite")
    files = {}
    for name in (_DATA + file.path for fragment in fragments for file in fragment.files):
        files[name] = FileFacts.of(storage.scratch / name)
        storage.put_in(name)
    described = tuple(json.dumps(fragment.to_json()) for fragment in fragments)
    return Fragments(first.schema, described, files)


def commit(folder: Path, place: Path, written: Sequence[Fragments]) -> dict[str, FileFacts]:
    """Make a table of what workers have written, in their order, for the run that is built in `folder`.

    What was written by workers that were lost is removed. Returns the files with its rows, at `place`.
    """
    import lance

    described = chain.from_iterable(one.described for one in written)
    fragments = [lance.FragmentMetadata.from_json(one) for one in described]
    table = lance.LanceOperation.Overwrite(written[0].schema, fragments)
    lance.LanceDataset.commit(folder / f"{USERS}.lance", table)
    files = _all_files(written)
    storage = storage_at(place)
    for name in storage.files():
        if name.startswith(_DATA) and name not in files:
            storage.remove(name)
    return files


def _all_files(written: Iterable[Fragments]) -> dict[str, FileFacts]:
    return {name: facts for one in written for name, facts in one.files.items()}
