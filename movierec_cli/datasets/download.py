"""One file from the web: resumed where it broke off, tried again, verified, or not there at all."""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from movierec_cli.errors import DownloadError, UsageError
from movierec_cli.system.progress import Progress, Silent
from movierec_cli.version import __version__

_CONNECT_SECONDS, _READ_SECONDS = 10, 30
_ATTEMPTS = 4
_CHUNK = 1 << 14  # what a connection that breaks can cost at most
_WORTH_ANOTHER_ROUND = 1 << 20


class _TryAgainError(Exception):
    """A fault that another attempt may not meet."""


def public_address(url: str) -> str:
    """The address without user, password, query and fragment: fit to be shown and kept."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"


def without_secrets(text: str) -> str:
    """Whatever was given as an address, fit to be shown: no user, no password, no query."""
    return re.sub(r"[^/\\@\s]*:[^/\\@\s]*@|[^/\\@\s]*@(?=[^@]*$)|[?#].*", "", text)


def check_address(url: str) -> None:
    """Raise UsageError unless `url` is a complete http or https address."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(
            f"The address {without_secrets(url)[:100]!r} cannot be used",
            hint="Only complete http:// and https:// addresses can.",
        )


def download(
    url: str,
    part: Path,
    *,
    checksums: Mapping[str, str] | None = None,
    largest: int = 8 << 30,
    progress: Progress | None = None,
    backoff: float = 1.0,
) -> None:
    """Fetch `url` into `part`, going on where an earlier call was cut off.

    checksums: hash name -> hex digest, all of which the whole file must have.
    largest: bytes at which to give up.
    backoff: seconds before the second attempt; doubled before each one after it.

    What has arrived is in `part`, with what it takes to resume beside it, also where the call is interrupted
    or gives up. A file that is whole and wrong is deleted.
    Raises DownloadError; UsageError where `url` is neither http nor https.
    """
    check_address(url)
    transfer = _Transfer(url, part, bool(checksums), largest, progress or Silent())
    resumed = transfer.arrived > 0
    transfer.run(backoff)
    fault = _mismatch(part, checksums or {})
    if fault and resumed:
        transfer.progress.say("What an earlier download left is not good, so the download begins again.")
        transfer.discard()
        transfer.run(backoff)
        fault = _mismatch(part, checksums or {})
    if fault:
        transfer.discard()
        raise DownloadError(
            f"What {public_address(url)} sent is not the file that was asked for: {fault}",
            hint="It has been deleted. Try again later, or from elsewhere: movierec fetch --from PATH|URL",
        )


class _Session(requests.Session):
    """Follows redirects to http and https only, and never from https down to http."""

    def __init__(self) -> None:
        super().__init__()
        self.headers.update({"User-Agent": f"movierec/{__version__}", "Accept-Encoding": "identity"})
        self.max_redirects = 10

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is not None:
            before = urlsplit(resp.url).scheme.lower()
            after = urlsplit(urljoin(resp.url, target)).scheme.lower()
            if after not in {"http", "https"} or (before, after) == ("https", "http"):
                raise DownloadError(
                    f"{public_address(resp.url)} leads to a {after[:20]!r} address, which is not followed."
                )
        return target


class _Transfer:
    """The part file, and beside it, in `memory`, which version of which address it is a part of."""

    def __init__(self, url: str, part: Path, verified: bool, largest: int, progress: Progress) -> None:
        self.url, self.part, self.largest, self.progress = url, part, largest, progress
        self.verified = verified
        self.memory = part.with_name(f"{part.name}.json")
        remembered = self._remembered()
        # Without a checksum, only the server's word that nothing has changed lets two halves be joined.
        if remembered.get("address") != public_address(url) or not (verified or remembered.get("version")):
            self.discard()

    @property
    def arrived(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def discard(self) -> None:
        self.part.unlink(missing_ok=True)
        self.memory.unlink(missing_ok=True)

    def run(self, backoff: float) -> None:
        failures = 0
        while True:
            before = self.arrived
            try:
                self._attempt()
                return
            except _TryAgainError as error:
                failures = 1 if self.arrived - before >= _WORTH_ANOTHER_ROUND else failures + 1
                if failures >= _ATTEMPTS:
                    raise DownloadError(
                        f"The download from {public_address(self.url)} broke off: {error}",
                        hint="Run the same command again: it goes on from where it was.",
                    ) from None
                delay = backoff * 2 ** (failures - 1)
                self.progress.say(f"{str(error)[:1].upper()}{str(error)[1:]}. Trying again in {delay:.0f} s.")
                time.sleep(delay)
            finally:
                self.progress.stop()

    def _attempt(self) -> None:
        arrived, remembered = self.arrived, self._remembered()
        headers = {}
        if arrived:
            headers["Range"] = f"bytes={arrived}-"
            if remembered.get("version"):
                headers["If-Range"] = remembered["version"]
        with (
            _faults_explained(self.url),
            _Session() as session,
            self._answer(session, headers) as response,
        ):
            self._receive(response, arrived)

    def _answer(self, session: requests.Session, headers: dict[str, str]) -> requests.Response:
        timeout = (_CONNECT_SECONDS, _READ_SECONDS)
        try:
            return session.get(self.url, headers=headers, stream=True, timeout=timeout)
        except requests.exceptions.RequestException:
            raise
        except OSError as error:  # a file of certificates that cannot be read
            raise DownloadError(f"{public_address(self.url)} cannot be fetched: {error}") from None

    def _receive(self, response: requests.Response, arrived: int) -> None:
        if response.status_code == 416:  # more is here than there is: whole already, or of another file
            if response.headers.get("Content-Range", "") == f"bytes */{arrived}":
                return
            self.discard()
            raise _TryAgainError("the file has changed since the download began")
        if response.status_code >= 500 or response.status_code == 429:
            raise _TryAgainError(f"the server answered {response.status_code}")
        if response.status_code not in {200, 206}:
            raise DownloadError(
                f"{public_address(self.url)} answered {response.status_code} {response.reason}"
            )
        resumes = response.status_code == 206 and response.headers.get("Content-Range", "").startswith(
            f"bytes {arrived}-"
        )
        if response.status_code == 206 and not resumes:
            self.discard()
            raise _TryAgainError("the server sent another part than was asked for")
        if not resumes:  # first away with the old half, so that it is never taken for one of this version
            self.discard()
            arrived = 0
        length = response.headers.get("Content-Length", "")
        total = arrived + int(length) if length.isdecimal() else None
        self._remember(response)
        self.progress.start(total, arrived)
        with self.part.open("ab" if resumes else "wb") as file:
            for chunk in response.iter_content(_CHUNK):
                arrived += len(chunk)
                if arrived > self.largest:
                    file.close()
                    self.discard()
                    raise DownloadError(f"{public_address(self.url)} sends more than {self.largest:,} bytes")
                file.write(chunk)
                self.progress.advance(len(chunk))
            file.flush()
            os.fsync(file.fileno())
        if total is not None and arrived != total:
            raise _TryAgainError(f"the connection closed after {arrived:,} of {total:,} bytes")

    def _remembered(self) -> dict[str, str]:
        try:
            memory: Any = json.loads(self.memory.read_text("utf-8"))
            return {key: value for key, value in memory.items() if isinstance(value, str)}
        except (OSError, ValueError, AttributeError):
            return {}

    def _remember(self, response: requests.Response) -> None:
        etag = response.headers.get("ETag", "")
        version = etag if etag.startswith('"') else response.headers.get("Last-Modified", "")
        self.memory.write_text(json.dumps({"address": public_address(self.url), "version": version}), "utf-8")


@contextmanager
def _faults_explained(url: str) -> Iterator[None]:
    """Turn what requests raises into _TryAgainError, or DownloadError where trying again would not help."""
    host = urlsplit(url).hostname
    try:
        yield
    except requests.exceptions.SSLError as error:
        if "certificate" not in str(error).lower():
            raise _TryAgainError("the secure connection broke") from None
        why = (
            "its certificate has expired" if "expired" in str(error) else "its certificate cannot be verified"
        )
        raise DownloadError(f"{host} cannot be trusted: {why}") from None
    except requests.exceptions.ProxyError:
        raise DownloadError(f"{host} cannot be reached through the proxy that is set") from None
    except requests.exceptions.ConnectTimeout:
        raise DownloadError(f"{host} did not answer within {_CONNECT_SECONDS} s") from None
    except requests.exceptions.ConnectionError as error:
        cause = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(cause, urllib3.exceptions.NameResolutionError):
            raise DownloadError(f"{host} cannot be found (no network, or no such host)") from None
        if isinstance(cause, urllib3.exceptions.NewConnectionError):
            raise DownloadError(f"{host} cannot be reached (connection refused, or no network)") from None
        raise _TryAgainError("the connection broke") from None
    except (requests.exceptions.Timeout, requests.exceptions.ChunkedEncodingError):
        raise _TryAgainError("the connection broke") from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, UnicodeError) as error:
        raise DownloadError(f"{public_address(url)} cannot be fetched ({type(error).__name__})") from None


def _mismatch(path: Path, checksums: Mapping[str, str]) -> str | None:
    for algorithm, expected in checksums.items():
        with path.open("rb") as file:
            found = hashlib.file_digest(file, algorithm).hexdigest()
        if found != expected:
            size = path.stat().st_size
            return f"its {algorithm.upper()} is {found}, not {expected} ({size:,} bytes arrived)"
    return None
