"""What a run's files must be: written once with the run, compared with the files ever after.

MANIFEST has two lines: JSON with the size and SHA-256 of every other file, and the SHA-256 of that line, so
that no byte of a run can change unnoticed. LanceDB itself answers wrongly, and silently, from flipped bytes.
"""

import hashlib
import json
from pathlib import Path

from movierec_cli.system.files import FileFacts, sha256
from movierec_cli.system.typed_json import from_json, parse, to_json

MANIFEST_FILE = "MANIFEST"


class DamageError(Exception):
    """What is wrong with a run's files, in words for the user."""


def write_manifest(folder: Path) -> None:
    """Describe every file in `folder`, once they are all written."""
    files = {name: FileFacts.of(path) for name, path in _files(folder)}
    line = json.dumps(to_json({"files": files}))
    (folder / MANIFEST_FILE).write_text(f"{line}\n{_digest(line)}\n", encoding="utf-8", newline="\n")


def read_manifest(folder: Path) -> dict[str, FileFacts]:
    """Each file by its name with slashes. Raises DamageError where the manifest is not as it was written."""
    try:
        line, digest, rest = (folder / MANIFEST_FILE).read_bytes().decode("ascii").split("\n")
        if rest or digest != _digest(line):
            raise ValueError
        return from_json(dict[str, dict[str, FileFacts]], parse(line))["files"]
    except FileNotFoundError:
        raise DamageError(f"{MANIFEST_FILE} is missing") from None
    except OSError as error:
        raise DamageError(f"{MANIFEST_FILE} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError):
        raise DamageError(f"{MANIFEST_FILE} has changed since it was written") from None


def check_at_a_glance(folder: Path, read_whole: str) -> dict[str, FileFacts]:
    """The manifest, when every file is there in its size, and `read_whole` byte for byte.

    That costs a question next to nothing. Raises DamageError for the first fault.
    """
    files = read_manifest(folder)
    for name, facts in files.items():
        fault = _fault(folder / name, name, facts, thorough=name == read_whole)
        if fault:
            raise DamageError(fault)
    return files


def find_damage(folder: Path) -> list[str]:
    """Every fault in a run's files, read to the last byte; one sentence each."""
    try:
        files = read_manifest(folder)
    except DamageError as error:
        return [str(error)]
    faults = [_fault(folder / name, name, facts, thorough=True) for name, facts in files.items()]
    strangers = [f"{name} does not belong to the run" for name, _ in _files(folder) if name not in files]
    return [fault for fault in faults if fault] + strangers


def _fault(path: Path, name: str, facts: FileFacts, *, thorough: bool) -> str | None:
    try:
        size = path.stat().st_size
        if size != facts.bytes:
            return f"{name} has {size:,} bytes instead of {facts.bytes:,}"
        if thorough and sha256(path) != facts.sha256:
            return f"{name} has changed since it was written"
    except (FileNotFoundError, NotADirectoryError):
        return f"{name} is missing"
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}"
    return None


def _files(folder: Path) -> list[tuple[str, Path]]:
    found = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if not path.is_dir()]
    return sorted((name, path) for name, path in found if name != MANIFEST_FILE)


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode("ascii")).hexdigest()
