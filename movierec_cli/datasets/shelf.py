"""One dataset's place in a home folder: how it gets there whole, and what it says about itself.

HOME/datasets/NAME has the files of the dataset's layout and `dataset.json`, which says where it came from and
what each file must be. It is put together in a hidden folder beside its place and moved in when it has been
read without a fault, so whatever is in its place is whole. What is here can be listed without pandas.

Of a home in an object store there is a `workplace` on this machine, in which all this happens: a dataset is
taken there to be read, and from there when it has been fetched.
"""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from movierec_cli.errors import DataError, MovieRecError, UsageError
from movierec_cli.home import Home
from movierec_cli.system.files import FileFacts, sha256
from movierec_cli.system.interrupts import uninterrupted
from movierec_cli.system.progress import Progress
from movierec_cli.system.storage import storage_at
from movierec_cli.system.typed_json import format_version, from_json, parse
from movierec_cli.vectors.scale import RatingScale

if TYPE_CHECKING:
    from filelock import FileLock


FORMAT_VERSION = 1

MANIFEST_FILE = "dataset.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?<!\.)")
_WINDOWS_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a dataset came from."""

    kind: str
    """A "release", a "package index", a "url" or a "path"."""
    text: str
    """In words, or the address or path itself."""
    of: str | None = None
    """The release of the catalogue that it is."""


@dataclass(frozen=True, slots=True)
class DatasetManifest:
    """All of dataset.json."""

    format_version: int
    name: str
    layout: str
    source: Source
    lacks: tuple[str, ...]
    """What the layout usually has and this copy has not."""
    people: int
    movies: int
    ratings: int
    rating_scale: tuple[float, float]
    licence: str
    citation: str | None
    fetched_at: str
    """In ISO 8601."""
    files: dict[str, FileFacts]
    """By name, as they were fetched."""
    scale: RatingScale | None = None
    """Of its ratings, as it was found or given; movierec 0.1.0 did not keep it."""

    @property
    def anew(self) -> str:
        """The command that fetches it again, in place of this copy."""
        if of := self.source.of:
            return f"movierec fetch {of}" + (f" --name {self.name}" if self.name != of else "") + " --force"
        return f"movierec fetch --from {self.source.text} --name {self.name} --force"


@dataclass(frozen=True, slots=True)
class FetchedDataset:
    """A dataset that is here.

    path: its folder. source: where it came from, in words. lacks: what the layout usually has and this copy
    has not. scale: of its ratings. already_there: true where this call of `fetch` had nothing to do.
    """

    name: str
    path: Path
    source: str
    layout: str
    people: int
    movies: int
    ratings: int
    scale: RatingScale
    lacks: tuple[str, ...]
    licence: str
    citation: str | None
    fetched_at: str
    already_there: bool = False

    @property
    def rating_scale(self) -> tuple[float, float]:
        """The lowest and the highest rating that there can be."""
        return self.scale.ends


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """What is known of a dataset at a glance, whether its dataset.json can be read or not."""

    name: str
    bytes: int
    """On disk."""
    manifest: DatasetManifest | None


class Shelf:
    """One dataset's place in HOME, and the places beside it where the next copy is put together."""

    def __init__(self, home: Home, name: str) -> None:
        self.home, self.name = home, name
        self.target = home.datasets / name
        self.new, self.old, self.raw = (home.datasets / f".{name}.{stage}" for stage in ("new", "old", "raw"))
        self.part = home.downloads / f"{name}.zip.part"

    @contextmanager
    def locked(self, progress: Progress | None = None) -> Iterator[None]:
        """Keep other processes from this dataset, and clean up after those that were killed.

        The system lets go of the lock of a process that dies, however it dies.
        """
        from filelock import Timeout

        self.home.datasets.mkdir(parents=True, exist_ok=True)
        self.home.downloads.mkdir(parents=True, exist_ok=True)
        lock = self._lock()
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if progress:
                progress.say(f"Another movierec is fetching {self.name}. Waiting for it.")
            lock.acquire()
        try:
            self._tidy()
            self._tidy_others()
            yield
        finally:
            with uninterrupted():
                self._tidy()
                lock.release()

    def is_here(self) -> bool:
        """Whether a whole dataset is in its place."""
        return (self.target / MANIFEST_FILE).is_file()

    def manifest(self) -> DatasetManifest:
        """What dataset.json says. Raises DataError where it does not say all that it should."""
        path = self.target / MANIFEST_FILE
        try:
            content = parse(storage_at(self.target).read(MANIFEST_FILE).decode("utf-8"))
            version = format_version(content)
            if version == FORMAT_VERSION:
                return from_json(DatasetManifest, content)
            fault = f"is of format {version}, and this movierec reads {FORMAT_VERSION}."
        except OSError as error:
            fault = f"cannot be read: {error.strerror}."
        except ValueError as error:
            fault = f"cannot be read: {error}."
        raise DataError(f"{path} {fault}", hint=f"Fetch it anew: movierec fetch {self.name} --force")

    def fetched(self, *, already_there: bool = False) -> FetchedDataset:
        """What is here."""
        manifest = self.manifest()
        return FetchedDataset(
            name=self.name,
            path=self.target,
            source=manifest.source.text,
            layout=manifest.layout,
            people=manifest.people,
            movies=manifest.movies,
            ratings=manifest.ratings,
            scale=manifest.scale
            or RatingScale(*manifest.rating_scale, step=1.0 if manifest.rating_scale[0] == 1 else 0.5),
            lacks=manifest.lacks,
            licence=manifest.licence,
            citation=manifest.citation,
            fetched_at=manifest.fetched_at,
            already_there=already_there,
        )

    def already_here(self, same: bool, scale: tuple[float, float] | None = None) -> FetchedDataset:
        """What is here, already there. scale: the ends of the scale that is asked for, where one is.

        Raises MovieRecError unless it is the `same` as what is asked for, and on that scale.
        """
        fetched = self.fetched(already_there=True)
        hint = "Replace it with --force, or keep both: --name ANOTHER-NAME"
        if not same:
            raise MovieRecError(
                f"Another dataset called {self.name} is here already, from {fetched.source}", hint
            )
        if scale not in {None, fetched.rating_scale}:
            raise MovieRecError(
                f"{self.name} is here already, with another scale of ratings: {fetched.scale.text}", hint
            )
        return fetched

    def check_sizes(self) -> None:
        """Raise DataError where a file is not as it was fetched, as far as a glance can tell."""
        manifest = self.manifest()
        for file_name, facts in manifest.files.items():
            path = self.target / file_name
            size = path.stat().st_size if path.is_file() else None
            if size != facts.bytes:
                raise DataError(
                    f"{path} has {'gone' if size is None else 'changed'} since it was fetched",
                    hint=f"Fetch it anew: {manifest.anew}",
                )

    def forget_download(self) -> None:
        """Remove what is left of the archive."""
        self.part.unlink(missing_ok=True)
        self.part.with_name(f"{self.part.name}.json").unlink(missing_ok=True)

    def clear(self, *folders: Path) -> None:
        """Remove folders, whether they are there or not."""
        for folder in folders:
            for _ in range(5):
                shutil.rmtree(folder, ignore_errors=True)
                if not folder.exists():
                    break
                time.sleep(0.1)  # an installer that outlived a killed run may still be writing
            else:
                shutil.rmtree(folder)

    def _lock(self) -> "FileLock":
        from filelock import FileLock

        return FileLock(self.home.downloads / f"{self.name}.lock")

    def _tidy(self) -> None:
        """Leave nothing but a whole dataset or none. Only for who holds the lock."""
        if self.old.exists() and not self.target.exists():
            self.old.rename(self.target)
        self.clear(self.raw, self.new, self.old)

    def _tidy_others(self) -> None:
        """The same for every dataset that no living process is fetching."""
        from filelock import Timeout

        for leftover in self.home.datasets.glob(".*"):
            other = Shelf(self.home, leftover.stem[1:])
            if leftover not in {other.new, other.old, other.raw} or other.name == self.name:
                continue
            try:
                with other._lock().acquire(timeout=0):
                    other._tidy()
            except Timeout:
                continue


def names_here(home: Home) -> list[str]:
    """The names of the datasets in `home`, sorted."""
    datasets = storage_at(home.datasets)
    places = datasets.folders(MANIFEST_FILE)
    return [name for name in places if _NAME.fullmatch(name) and datasets.has(f"{name}/{MANIFEST_FILE}")]


def summaries(home: Home) -> tuple[DatasetSummary, ...]:
    """Every dataset in `home`, by their names."""
    found = []
    for name in names_here(home):
        manifest = None
        with suppress(DataError):
            manifest = Shelf(home, name).manifest()
        size = sum(storage_at(home.datasets / name).files().values())
        found.append(DatasetSummary(name, size, manifest))
    return tuple(found)


def verify_datasets(home: Home | Path | str | None = None) -> dict[str, list[str]]:
    """For every dataset, by their names, which of its files are not as they were fetched: name -> sentences,
    [] for nothing."""
    place = Home.resolve(home)
    return {name: _faults(place, name) for name in names_here(place)}


def _faults(home: Home, name: str) -> list[str]:
    datasets = storage_at(home.datasets)
    try:
        datasets.bring_out(name, MANIFEST_FILE)
        files = Shelf(home, name).manifest().files
    except DataError as error:
        return [error.message]
    known = {datasets.scratch / name / file_name: facts.sha256 for file_name, facts in files.items()}
    changed = {path: "changed" if path.is_file() else "gone" for path in known}
    return [
        f"{path.name} has {fate} since it was fetched"
        for path, fate in changed.items()
        if fate == "gone" or sha256(path) != known[path]
    ]


def workplace(home: Home) -> Home:
    """Where datasets are put together and read: the home itself where it is on this machine."""
    return Home(storage_at(home.datasets).scratch.parent)


def recover(home: Home) -> None:
    """Bring back what fetches that were killed between their two renames have set aside."""
    home = workplace(home)
    for set_aside in home.datasets.glob(".*.old"):
        shelf = Shelf(home, set_aside.stem[1:])
        if not shelf.target.exists():
            with shelf.locked():
                pass


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Say what the system says of a dataset's files as a DataError."""
    try:
        yield
    except OSError as error:
        reason = f"{error.strerror or error} ({error.filename})"
        hint = "If it is being fetched anew at this moment, run the command again."
        raise DataError(f"{name} cannot be read: {reason}", hint) from None


def checked_name(name: str) -> str:
    """`name`, if it can be the name of a folder on any system. Raises UsageError."""
    if not _NAME.fullmatch(name) or _WINDOWS_DEVICE.fullmatch(name):
        raise UsageError(
            f"A dataset cannot be called {name[:100]!r}",
            hint="A name has letters and digits, with _ - . between, such as --name my-data.",
        )
    return name
