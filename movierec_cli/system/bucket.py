"""A prefix of an object store, by obstore: S3 and what speaks like it, Google Cloud Storage, Azure.

Objects have no locks and no renames. So a folder that is arriving, or going, has a mark, and is none as long
as that is there; a file is replaced only by who has seen what it holds; and what is marked stays for a day,
because somebody may be reading it, or still be writing what seems to be left over.
"""

import atexit
import errno
import hashlib
import io
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from movierec_cli.errors import MovieRecError
from movierec_cli.home import Address
from movierec_cli.system.locks import Hold
from movierec_cli.system.pieces import Pieces

try:
    import obstore
    from obstore import exceptions

    from movierec_cli.system import refusals
except ImportError:
    raise MovieRecError(
        "An object store needs the package obstore, which is not installed.",
        "Install it: pip install 'movierec-cli[s3]'",
    ) from None

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

KEPT = timedelta(days=1)
"""For so long stays what is of no use any more."""
NEAR = 16 << 20
"""Bytes of a table up to which all of it is fetched at once; a question would ask for some thirty pieces."""
_MARK = ".unfinished-"
_RETRIES = 10
_PATIENCE = timedelta(seconds=8)
"""Within it, an answer such as 503 or a connection that was cut is tried again."""
_CONNECT = timedelta(seconds=3)
_SILENCE = timedelta(seconds=4)
"""Without a byte of a small file."""
_TRANSFER = timedelta(minutes=10)
"""For a part of a large file, whatever the line."""
_STALLED = timedelta(minutes=2)


class Bucket:
    """Storage in a bucket, below a prefix."""

    def __init__(self, address: Address) -> None:
        self._address, self.address = address, str(address)
        self._name, self._bucket = address.name, address.parts[1]
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3", os.environ.get("AWS_ENDPOINT_URL", ""))
        self._plain = endpoint.startswith("http:")
        self._listed: dict[str, ObjectMeta] | None = None

    @cached_property
    def _store(self) -> "ObjectStore":
        """For what is small."""
        return self._connected(read_timeout=_SILENCE)

    @cached_property
    def _files(self) -> "ObjectStore":
        """For what may be large."""
        return self._connected(timeout=_TRANSFER, read_timeout=_STALLED)

    def _connected(self, **client: timedelta) -> "ObjectStore":
        from obstore.store import from_url

        refusals.check_settings(self.address)
        options = {"allow_http": self._plain, "connect_timeout": _CONNECT, **client}
        more: dict[str, Any] = {"client_options": options}
        if self.address.startswith("s3:") and _has_aws_profile():
            more["credential_provider"] = _aws_credentials(self.address)
        backoff = {"max_backoff": timedelta(seconds=2)}
        more["retry_config"] = {"max_retries": _RETRIES, "retry_timeout": _PATIENCE, "backoff": backoff}
        with self._asking():
            store: ObjectStore = from_url(self.address, **more)
        return store

    @cached_property
    def scratch(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="movierec-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder / self._name

    def read(self, name: str) -> bytes:
        with self._asking(name):
            return bytes(obstore.get(self._store, name).bytes())

    def swap(self, name: str, content: bytes, before: bytes | None, draft: str) -> bool:
        mode: Any = "create"
        with self._asking(name):
            if before is not None:
                try:
                    found = obstore.get(self._store, name)
                except FileNotFoundError:
                    return False
                if bytes(found.bytes()) != before:
                    return False
                mode = {"e_tag": found.meta["e_tag"]}
            try:
                obstore.put(self._store, name, content, mode=mode, use_multipart=False)
            except (exceptions.AlreadyExistsError, exceptions.PreconditionError):
                # The answer to a first try may have been lost, and it was tried again.
                with suppress(FileNotFoundError):
                    return bytes(obstore.get(self._store, name).bytes()) == content
                return False
        return True

    def write(self, name: str, content: bytes) -> None:
        with self._asking(name):
            _whole(obstore.put, self._files, name, content)

    def remove(self, name: str) -> None:
        with self._asking(name), suppress(FileNotFoundError):
            _whole(obstore.delete, self._store, name)

    def files(self, depth: int | None = None) -> dict[str, int]:
        sizes = {name: found["size"] for name, found in self._list().items()}
        return {name: size for name, size in sizes.items() if depth is None or name.count("/") <= depth}

    def _list(self) -> "dict[str, ObjectMeta]":
        with self._asking():
            pages = _whole(lambda: [*obstore.list(self._store)])
        self._listed = found = {one["path"]: one for page in pages for one in page}
        if not found:
            self._check_that_it_is_empty()
        return found

    def _check_that_it_is_empty(self) -> None:
        """Raise UnreachableError where a web page answers: it has no list, and has whatever is asked for."""
        with self._asking(), suppress(FileNotFoundError):
            obstore.head(self._store, secrets.token_hex(8))
            raise refusals.no_object_store(self.address)

    def has(self, name: str) -> bool:
        listed = self._listed or self._list()
        return not name or name in listed or any(one.startswith(f"{name}/") for one in listed)

    def folders(self, seal: str) -> list[str]:
        names = self._list()
        found = [name.removesuffix(f"/{seal}") for name in names if name.endswith(f"/{seal}")]
        marked = {name.partition("/")[0] for name in names if f"/{_MARK}" in name}
        return sorted(one for one in found if "/" not in one and one not in marked)

    def sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        with self._asking(name):
            for chunk in obstore.get(self._files, name):
                digest.update(chunk)
        return digest.hexdigest()

    def on_disk(self, name: str) -> Path:
        return self._download(name, self.scratch / name)

    def open(self, name: str) -> BinaryIO:
        with self._asking(name):
            pieces = Pieces(obstore.open_reader(self._files, name), self._asking)
        return io.BufferedReader(pieces)

    def put_in(self, name: str) -> None:
        with self._asking(name):
            _whole(obstore.put, self._files, name, self.scratch / name)
        (self.scratch / name).unlink()

    def _download(self, name: str, path: Path) -> Path:
        draft = path.with_name(f".{path.name}.{threading.get_ident()}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._asking(name), draft.open("wb") as file:
            file.writelines(obstore.get(self._files, name))
        return draft.replace(path)

    def tables(self, name: str) -> tuple[str, dict[str, str] | None]:
        listed = self._listed or self._list()
        files = {file: found["size"] for file, found in listed.items() if file.startswith(f"{name}.lance/")}
        if sum(files.values()) <= NEAR:
            with ThreadPoolExecutor(16) as pool:
                list(pool.map(self.on_disk, (file for file in files if not (self.scratch / file).is_file())))
            return str(self.scratch), None
        return self.address, {
            "allow_http": str(self._plain).lower(),
            "connect_timeout": f"{_CONNECT.seconds}s",
            "client_max_retries": str(_RETRIES),
            "client_retry_timeout": str(_PATIENCE.seconds),
        }

    def hold(self, name: str, seal: str) -> Hold | None:
        return Hold()  # it stays for as long as KEPT

    def alone(self, name: str, draft: str) -> AbstractContextManager[object]:
        return nullcontext()

    def open_to_others(self, folder: Path, name: str) -> Path:
        self._mark(name)
        return self._address / name

    def prepare(self, folder: Path, name: str, seal: str) -> None:
        self._mark(name)
        self._upload(folder, name, seal)

    def _mark(self, name: str) -> str:
        mark = f"{name}/{_MARK}{secrets.token_hex(4)}"
        self.swap(mark, b"", None, "")
        return mark

    def _upload(self, folder: Path, name: str, seal: str) -> None:
        """Everything but the seal arrives."""
        paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        sizes = {f"{name}/{file}": path.stat().st_size for file, path in paths.items() if file != seal}
        for file in sizes:
            with self._asking():
                _whole(obstore.put, self._files, file, paths[file.removeprefix(f"{name}/")])
        arrived = self.files()
        if missing := [file for file in sizes if arrived.get(file) != sizes[file]]:
            raise FileNotFoundError(errno.ENOENT, "it was removed while others arrived", missing[0])

    def take_in(self, folder: Path, name: str, seal: str) -> None:
        if not self.swap(f"{name}/{seal}", (folder / seal).read_bytes(), None, ""):
            raise FileExistsError(errno.EEXIST, "another has the same name", name)
        self._remove_all([file for file in self._list() if file.startswith(f"{name}/{_MARK}")])

    def set_aside(self, name: str, seal: str, is_wanted: Callable[[], bool]) -> bool:
        # Who puts a folder to use looks for a mark afterwards: one of the two sees what the other did.
        mark = self._mark(name)
        if is_wanted():
            self.remove(mark)
            return False
        return True

    def discard(self, name: str) -> None:
        pass

    def clear(self, seal: str, in_use: str) -> None:
        listed = self._list()
        for name in {file.partition("/")[0] for file in listed if f"/{_MARK}" in file}:
            files = [file for file in listed if file.startswith(f"{name}/")]
            if name == in_use:  # who was removing it was killed before looking whether it is wanted
                self._remove_all([file for file in files if f"/{_MARK}" in file])
            elif max(listed[file]["last_modified"] for file in files) < datetime.now(UTC) - KEPT:
                self._remove_all(files)

    def _remove_all(self, names: list[str]) -> None:
        with self._asking():
            if names:
                _whole(obstore.delete, self._files, names)

    def bring_in(self, name: str, seal: str) -> None:
        """The seal names what belongs to it: the files are in a folder called by its digest."""
        sealed = (self.scratch / name / seal).read_bytes()
        self._upload(self.scratch / name, f"{name}/{_digest(sealed)}", seal)
        before: bytes | None = None
        while not self.swap(f"{name}/{seal}", sealed, before, ""):
            before = self.read(f"{name}/{seal}")
        old = re.compile(rf"{re.escape(name)}/(?!{_digest(sealed)})[0-9a-f]{{16}}/")
        before_that = datetime.now(UTC) - KEPT
        found = self._list().items()
        self._remove_all([f for f, it in found if old.match(f) and it["last_modified"] < before_that])

    def bring_out(self, name: str, seal: str) -> None:
        sealed = self.read(f"{name}/{seal}")
        digest = _digest(sealed)
        for file in self.files():
            if file.startswith(f"{name}/{digest}/"):
                self._download(file, self.scratch / name / file.removeprefix(f"{name}/{digest}/"))
        (self.scratch / name / seal).write_bytes(sealed)

    def _asking(self, name: str = "") -> AbstractContextManager[None]:
        return refusals.in_words(self.address, self._bucket, name)


def _whole(ask: Callable[..., Any], *arguments: object) -> Any:
    """An answer, asked for again where it breaks off, which obstore does only where it fetches a file."""
    until = 0.0
    while True:
        try:
            return ask(*arguments)
        except exceptions.GenericError as error:
            until = until or time.monotonic() + _PATIENCE.seconds
            if "response body" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.5)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _has_aws_profile() -> bool:
    """Whether credentials come from the files in ~/.aws, which obstore does not read by itself."""
    if "AWS_ACCESS_KEY_ID" in os.environ:
        return False
    files = (os.environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"), "~/.aws/config")
    return "AWS_PROFILE" in os.environ or any(Path(file).expanduser().is_file() for file in files)


def _aws_credentials(address: str) -> Any:
    """What reads those files."""
    try:
        from obstore.auth.boto3 import Boto3CredentialProvider  # takes a second

        return Boto3CredentialProvider()
    except Exception as error:  # boto3 has no class of its own for all that may be wrong
        raise refusals.no_credentials(address) from error


@cache
def bucket_at(address: Address) -> Bucket:
    """The storage at an address, one for all who ask."""
    return Bucket(address)
