"""Where files are kept: one protocol, for a folder of this machine and for a prefix of an object store."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from movierec_cli.home import Address
from movierec_cli.system.files import replace_text, sha256, sync, whole_file, writing
from movierec_cli.system.locks import Hold, hold

BUILDING = ".building-"
_REMOVING = ".removing-"
LOCK = ".lock"


class Storage(Protocol):
    """Files by their names with slashes, each of them there whole or not at all, and folders of them.

    What cannot be read or written raises OSError, FileNotFoundError where nothing has the name; an object
    store that cannot be asked raises UnreachableError. The seal of a folder is the file that comes into it
    last.
    """

    @property
    def scratch(self) -> Path:
        """The folder of this machine in which that is put together which `take_in` and `bring_in` take."""

    def read(self, name: str) -> bytes:
        """All of a file."""

    def swap(self, name: str, content: bytes, before: bytes | None, draft: str) -> bool:
        """Write a file that holds `before`, or is not there where that is None; false where it is otherwise.

        A folder relies on `alone` for this, and writes to `draft` first.
        """

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whatever was there; MovieRecError where a folder cannot be written to."""

    def remove(self, name: str) -> None:
        """Remove a file, whether it is there or not."""

    def files(self, depth: int | None = None) -> dict[str, int]:
        """The size of every file here and in folders below, or only in those `depth` folders below."""

    def has(self, name: str) -> bool:
        """Whether there is a file or folder of the name, "" for this one.

        In an object store, when `files` was last asked for.
        """

    def folders(self, seal: str) -> list[str]:
        """The names of the folders that are in their place, sorted."""

    def sha256(self, name: str) -> str:
        """The SHA-256 of a file, in hex."""

    def on_disk(self, name: str) -> Path:
        """A file as one of this machine, until the process ends."""

    def open(self, name: str) -> BinaryIO:
        """A file of which only parts are read."""

    def put_in(self, name: str) -> None:
        """A file of `scratch` takes the place of the one before."""

    def tables(self, name: str) -> tuple[str, dict[str, str] | None]:
        """Where LanceDB finds the table `name`, and what it needs to be told to read there."""

    def hold(self, name: str, seal: str) -> Hold | None:
        """Keep a folder from being removed; None where it is being removed or is not there."""

    def alone(self, name: str, draft: str) -> AbstractContextManager[object]:
        """Keep all others who use the name out meanwhile; where only `swap` does, they are not.

        draft: what one who was killed may have left.
        """

    def open_to_others(self, folder: Path, name: str) -> Path:
        """Where workers of other machines put their files of a folder of `scratch` that `take_in` takes."""

    def prepare(self, folder: Path, name: str, seal: str) -> None:
        """All that takes long before `take_in`."""

    def take_in(self, folder: Path, name: str, seal: str) -> None:
        """A folder of `scratch` comes into its place, where none was before."""

    def set_aside(self, name: str, seal: str, is_wanted: Callable[[], bool]) -> bool:
        """Put a folder where nobody finds it any more; false where somebody holds it, or wants it now."""

    def discard(self, name: str) -> None:
        """Remove for good what was set aside, unless it is kept for a while for those who still read it."""

    def clear(self, seal: str, in_use: str) -> None:
        """Remove what discarding and writers that were killed have left. Only for who is `alone`.

        in_use: a folder that stays.
        """

    def bring_in(self, name: str, seal: str) -> None:
        """A folder of `scratch` takes the place of the one before."""

    def bring_out(self, name: str, seal: str) -> None:
        """A folder is in `scratch` afterwards."""


class Folder:
    """A folder of this machine, whether it is there or not. It is its own `scratch`, in hidden names."""

    def __init__(self, path: Path) -> None:
        self.scratch = path

    def read(self, name: str) -> bytes:
        return (self.scratch / name).read_bytes()

    def swap(self, name: str, content: bytes, before: bytes | None, draft: str) -> bool:
        path = self.scratch / draft
        try:
            replace_text(self.scratch / name, content.decode("utf-8"), path)
        finally:
            with suppress(OSError):
                path.unlink()
        return True

    def write(self, name: str, content: bytes) -> None:
        path = self.scratch / name
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as draft:
            draft.write_bytes(content)

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            (self.scratch / name).unlink()

    def files(self, depth: int | None = None) -> dict[str, int]:
        found = {}
        for folder, folders, names in os.walk(self.scratch, followlinks=depth is not None):
            if depth is not None and len(Path(folder).relative_to(self.scratch).parts) >= depth:
                folders.clear()
            for name in names:
                path = Path(folder, name)
                with suppress(OSError):  # removed meanwhile
                    found[path.relative_to(self.scratch).as_posix()] = path.stat().st_size
        return found

    def has(self, name: str) -> bool:
        return (self.scratch / name).exists()

    def folders(self, seal: str) -> list[str]:
        try:
            entries = list(self.scratch.iterdir())
        except OSError:
            return []
        return sorted(entry.name for entry in entries if entry.is_dir() and entry.name[0] != ".")

    def sha256(self, name: str) -> str:
        return sha256(self.scratch / name)

    def on_disk(self, name: str) -> Path:
        return self.scratch / name

    def open(self, name: str) -> BinaryIO:
        return (self.scratch / name).open("rb")

    def put_in(self, name: str) -> None:
        pass

    def tables(self, name: str) -> tuple[str, dict[str, str] | None]:
        return str(self.scratch), None

    def hold(self, name: str, seal: str) -> Hold | None:
        file = self.scratch / name / seal
        try:
            held = hold(file, shared=True)
        except OSError:
            return None
        return held if held and held.is_at(file) else None

    @contextmanager
    def alone(self, name: str, draft: str) -> Iterator[None]:
        import filelock  # reading does not pay for it

        self.scratch.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(self.scratch / name):
            (self.scratch / draft).unlink(missing_ok=True)
            yield

    def open_to_others(self, folder: Path, name: str) -> Path:
        return folder

    def prepare(self, folder: Path, name: str, seal: str) -> None:
        for path in folder.rglob("*"):
            sync(path)
        sync(folder)

    def take_in(self, folder: Path, name: str, seal: str) -> None:
        folder.rename(self.scratch / name)
        sync(self.scratch)

    def set_aside(self, name: str, seal: str, is_wanted: Callable[[], bool]) -> bool:
        try:
            held = hold(self.scratch / name / seal)
            if held is None:
                return False
            if os.name == "nt":
                held.release()  # an open file keeps its folder from being renamed, our own too
        except FileNotFoundError:
            pass  # nothing that anybody could be asking
        except OSError:
            return False
        try:
            (self.scratch / name).rename(self.scratch / f"{_REMOVING}{name}")
        except PermissionError:
            return False
        return True

    def discard(self, name: str) -> None:
        shutil.rmtree(self.scratch / f"{_REMOVING}{name}", ignore_errors=True)

    def clear(self, seal: str, in_use: str) -> None:
        import filelock

        for entry in list(self.scratch.iterdir()):
            if entry.name.startswith(_REMOVING):
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name.startswith(BUILDING):
                lock = entry.with_suffix(LOCK)
                try:
                    with filelock.FileLock(lock, blocking=False):
                        shutil.rmtree(entry.with_suffix(""), ignore_errors=True)
                        lock.unlink(missing_ok=True)
                except filelock.Timeout:
                    continue

    def bring_in(self, name: str, seal: str) -> None:
        pass

    def bring_out(self, name: str, seal: str) -> None:
        pass


def storage_at(path: Path) -> Storage:
    """What is kept at a path: a home's, or one below it."""
    if isinstance(path, Address):
        from movierec_cli.system.bucket import bucket_at

        return bucket_at(path)
    return Folder(path)
