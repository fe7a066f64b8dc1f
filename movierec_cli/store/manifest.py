"""What a run's files must be: written once with the run, compared with the files ever after.

MANIFEST has two lines: JSON with the size and SHA-256 of every other file, and the SHA-256 of that line, so
that no byte of a run can change unnoticed. LanceDB itself answers wrongly, and silently, from flipped bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from movierec_cli.system.files import FileFacts
from movierec_cli.system.storage import Storage
from movierec_cli.system.typed_json import from_json, parse, to_json

MANIFEST_FILE = "MANIFEST"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the first line of MANIFEST says."""

    files: dict[str, FileFacts]
    """By name, with slashes."""
    format_version: int = FORMAT_VERSION
    """Older ones have none, and are of the first."""


class DamageError(Exception):
    """What is wrong with a run's files, in words for the user."""


def write_manifest(folder: Path, known: Mapping[str, FileFacts] = MappingProxyType({})) -> None:
    """Describe every file in `folder`, once they are all written.

    known: files that need not be read for it, or are not in the folder yet.
    """
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    unknown = paths.keys() - known.keys() - {MANIFEST_FILE}
    files = {**known, **{name: FileFacts.of(paths[name]) for name in unknown}}
    line = json.dumps(to_json(Manifest(dict(sorted(files.items())))))
    (folder / MANIFEST_FILE).write_text(f"{line}\n{_digest(line)}\n", encoding="utf-8", newline="\n")


def read_manifest(run: Storage) -> dict[str, FileFacts]:
    """Each file by its name with slashes. Raises DamageError where the manifest is not as it was written."""
    try:
        line, digest, rest = run.read(MANIFEST_FILE).decode("ascii").split("\n")
        if rest or digest != _digest(line):
            raise ValueError
        manifest = from_json(Manifest, parse(line))
    except FileNotFoundError:
        raise DamageError(f"{MANIFEST_FILE} is missing") from None
    except OSError as error:
        raise DamageError(f"{MANIFEST_FILE} cannot be read: {error.strerror}") from None
    except ValueError:
        raise DamageError(f"{MANIFEST_FILE} has changed since it was written") from None
    if manifest.format_version != FORMAT_VERSION:
        raise DamageError(
            f"{MANIFEST_FILE} has format {manifest.format_version}; this movierec reads {FORMAT_VERSION}"
        )
    return manifest.files


def check_at_a_glance(run: Storage, sizes: Mapping[str, int]) -> dict[str, FileFacts]:
    """The manifest, when every file is there in its size. sizes: what is there.

    That costs a question next to nothing. Raises DamageError for the first fault.
    """
    files = read_manifest(run)
    for name, facts in files.items():
        if fault := _wrong_size(name, facts, sizes):
            raise DamageError(fault)
    return files


def check_content(content: bytes, name: str, facts: FileFacts) -> None:
    """Raise DamageError where the content of the file `name` is not what it was."""
    if hashlib.sha256(content).hexdigest() != facts.sha256:
        raise DamageError(f"{name} has changed since it was written")


def find_damage(run: Storage, sizes: Mapping[str, int]) -> list[str]:
    """Every fault in a run's files, read to the last byte; one sentence each. sizes: what is there."""
    try:
        files = read_manifest(run)
    except DamageError as error:
        return [str(error)]
    faults = [_fault(run, name, facts, sizes) for name, facts in files.items()]
    strangers = sorted(sizes.keys() - files.keys() - {MANIFEST_FILE})
    return [fault for fault in faults if fault] + [f"{name} does not belong to the run" for name in strangers]


def _fault(run: Storage, name: str, facts: FileFacts, sizes: Mapping[str, int]) -> str | None:
    if fault := _wrong_size(name, facts, sizes):
        return fault
    try:
        same = run.sha256(name) == facts.sha256
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}"
    return None if same else f"{name} has changed since it was written"


def _wrong_size(name: str, facts: FileFacts, sizes: Mapping[str, int]) -> str | None:
    if name not in sizes:
        return f"{name} is missing"
    if sizes[name] != facts.bytes:
        return f"{name} has {sizes[name]:,} bytes instead of {facts.bytes:,}"
    return None


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode("ascii")).hexdigest()
