"""Files: read with a word on what is wrong, written whole or not at all, known by size and SHA-256."""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Self

from movierec_cli.errors import DataError, MovieRecError, UsageError
from movierec_cli.system.interrupts import uninterrupted
from movierec_cli.system.locks import hold


def as_given(path: Path | str) -> str:
    """A path as it was typed: pathlib takes one of the two slashes from an address, and two of file:///."""
    given = re.sub(r"^([a-z][a-z0-9]{1,4}):/(?=[^/])", r"\1://", str(path), flags=re.IGNORECASE)
    return re.sub(r"^file://(?=[^/])", "file:///", given, flags=re.IGNORECASE)


def names_a_folder(path: Path | str) -> bool:
    """Whether it ends in a slash, or is an address that does not end as a file does."""
    given = as_given(path)
    return given.endswith("/") or ("://" in given and not Path(given).suffix)


def path_of(file: Path | str, wanted: str) -> Path:
    """The path of a file to read. Raises DataError for an address, which has none. wanted: see unreadable."""
    if "://" in str(file):
        raise unreadable(file, FileNotFoundError(), wanted)
    return Path(file)


def unreadable(path: Path | str, error: OSError, wanted: str) -> DataError:
    """What to say of a path that cannot be read as a file. wanted: what the command takes."""
    given = as_given(path)
    if "://" in given:
        return DataError(
            f"{given} is an address, and movierec reads files.", "Download it, and give the file."
        )
    if given == "-":
        return DataError("- is not a file: movierec does not read what is piped into it.", f"Give {wanted}.")
    reasons = {errno.ENOENT: "there is no such file", errno.EISDIR: "it is a folder"}
    reason = reasons.get(error.errno or 0, error.strerror)
    return DataError(f"{given} cannot be read: {reason}.", f"Give {wanted}.")


def check_suffix(path: Path, suffixes: Sequence[str], example: str | None = None) -> None:
    """Raise UsageError for a name with another suffix. example: a command with one of them."""
    if path.suffix.lower() not in suffixes:
        known = " or ".join(filter(None, [", ".join(suffixes[:-1]), suffixes[-1]]))
        raise UsageError(
            f"Cannot write to {path.name!r}: the name must end in {known}.",
            example and f"For example: {example}",
        )


def check_target(path: Path | str, suffixes: Sequence[str], example: str | None = None) -> Path:
    """`path`, when a file of one of the `suffixes` can be written there. example: a command that can be.

    Raises UsageError for another suffix, MovieRecError for a folder or one that is missing.
    """
    path = Path(path)
    check_suffix(path, suffixes, example)
    if "://" in as_given(path):
        raise MovieRecError(
            f"Cannot write {as_given(path)}: it is an address.", "Give the name of a file to write."
        )
    with writing(path):
        if path.is_dir():
            raise MovieRecError(f"Cannot write {path}: it is a folder.", "Give the name of a file.")
        if not path.absolute().parent.is_dir():
            raise MovieRecError(f"Cannot write {path}: there is no folder {path.parent}.", "Create it first.")
    return path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name beside `path` to write to, moved there when the block ends well; else it is removed.

    An older file of that name stays until then. What a killed process left is removed by the next that writes
    the same file. Raises MovieRecError when it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    with writing(path):
        for leftover in path.absolute().parent.glob(f".{escape(path.name)}.*.part"):
            with suppress(OSError):
                if hold(leftover):
                    leftover.unlink()
        try:
            draft.touch()
            held = hold(draft, shared=True)
            yield draft
            sync(draft)
            if held:
                held.release()  # Windows renames no open file
            draft.replace(path)
        finally:
            with uninterrupted(), suppress(OSError):
                draft.unlink()


def replace_text(path: Path, text: str, draft: Path) -> None:
    """Replace a file in one step that a reader sees whole or not at all, on the disk too."""
    draft.write_text(text, encoding="utf-8")
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def version_of(path: Path) -> tuple[int, int] | None:
    """What differs once a file has been replaced; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say what keeps a file from being written as a MovieRecError."""
    try:
        yield
    except OSError as error:
        raise MovieRecError(
            f"Cannot write {path}: {error.strerror or error}.", "Make room there, or name another place."
        ) from error


def sync(path: Path) -> None:
    """Force a file, or a folder's entries where the system can (Windows cannot), onto the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file must be."""

    bytes: int
    sha256: str
    """In hex."""

    @classmethod
    def of(cls, path: Path) -> Self:
        """The file as it is now."""
        return cls(path.stat().st_size, sha256(path))


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    import hashlib  # takes longer to load than shell completion takes to look for datasets

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
