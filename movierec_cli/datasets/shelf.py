"""One dataset's place in a home folder: how it gets there whole, and what it says about itself.

HOME/datasets/NAME has the files of the dataset's layout and `dataset.json`, which says where it came from and
what each file must be. It is put together in a hidden folder beside its place and moved in when it has been
read without a fault, so whatever is in its place is whole.
"""

import hashlib
import json
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

from movierec_cli.datasets.catalog import Release
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.find_scale import HALF_STARS, WHOLE_STARS
from movierec_cli.datasets.layouts import CSV, PIPE, DatasetFiles
from movierec_cli.datasets.parse import read_dataset
from movierec_cli.datasets.progress import Progress
from movierec_cli.errors import DataError, MovieRecError, UsageError
from movierec_cli.interrupts import uninterrupted
from movierec_cli.paths import Home, sync
from movierec_cli.scale import RatingScale

FORMAT_VERSION = 1

_MANIFEST = "dataset.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?<!\.)")
_WINDOWS_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_OWN_LICENCE = "Whatever terms you have it under; MovieLens itself is for research, not for redistribution."


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
        return self.scale.lowest, self.scale.highest


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
            with uninterrupted():
                self._tidy()
                lock.release()

    def is_here(self) -> bool:
        """Whether a whole dataset is in its place."""
        return (self.target / _MANIFEST).is_file()

    def recover(self) -> None:
        """Bring back what a fetch that was killed between its two renames has set aside."""
        if self.old.exists() and not self.target.exists():
            with self.locked():
                pass

    def manifest(self) -> dict[str, Any]:
        """What dataset.json says. Raises DataError where it does not say all that it should."""
        path = self.target / _MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
            version = manifest["format_version"]
            if version != FORMAT_VERSION:
                fault = f"is of format {version!r}, and this movierec reads {FORMAT_VERSION}"
            elif _is_complete(manifest):
                return manifest
            else:
                fault = "is not complete"
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            fault = "cannot be read"
        raise DataError(f"{path} {fault}", hint=f"Fetch it anew: movierec fetch {self.name} --force")

    def fetched(self, *, already_there: bool = False) -> FetchedDataset:
        """What is here."""
        manifest = self.manifest()
        return FetchedDataset(
            name=self.name,
            path=self.target,
            source=manifest["source"]["text"],
            layout=manifest["layout"],
            people=manifest["people"],
            movies=manifest["movies"],
            ratings=manifest["ratings"],
            scale=self.scale() or _scale_of_stars(*manifest["rating_scale"]),
            lacks=tuple(manifest["lacks"]),
            licence=manifest["licence"],
            citation=manifest["citation"],
            fetched_at=manifest["fetched_at"],
            already_there=already_there,
        )

    def scale(self) -> RatingScale | None:
        """The scale of its ratings, as it was found or given; None where the movierec that fetched it kept no
        step."""
        manifest = self.manifest()
        if "rating_step" not in manifest:
            return None
        lowest, highest = manifest["rating_scale"]
        return RatingScale(lowest, highest, manifest["rating_step"])

    def refuse_unless(self, same: bool) -> None:
        """Raise MovieRecError unless what is here is the `same` as what is asked for."""
        if not same:
            raise MovieRecError(
                f"Another dataset called {self.name} is here already, from {self.fetched().source}",
                hint="Replace it with --force, or keep both: --name ANOTHER-NAME",
            )

    def refuse_other_scale(self, asked: tuple[float, float] | None) -> None:
        """Raise MovieRecError unless what is here has the scale that is asked for, where one is."""
        found = self.fetched().scale
        if asked not in {None, (found.lowest, found.highest)}:
            raise MovieRecError(
                f"{self.name} is here already, with another scale of ratings: {found.text}",
                hint="Replace it with --force, or keep both: --name ANOTHER-NAME",
            )

    def move_in(
        self,
        files: DatasetFiles,
        source: Mapping[str, str],
        lacks: tuple[str, ...],
        release: Release | None,
        scale: tuple[float, float] | None = None,
    ) -> FetchedDataset:
        """Read the files, and only when they are good, put them in the dataset's place.

        scale: the ends of the ratings' scale; None where it is to be found by them. Files below `raw` are
        moved, all others copied. Only for who holds the lock.
        """
        dataset = read_dataset(files, self.name, scale)
        self.clear(self.new)
        self.new.mkdir()
        facts = {}
        for file_name, path in files.named().items():
            copy = self.new / file_name
            if path.is_relative_to(self.raw):
                path.rename(copy)
            else:
                shutil.copyfile(path, copy)
            sync(copy)
            facts[file_name] = {"bytes": copy.stat().st_size, "sha256": sha256(copy)}
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
            "rating_step": dataset.scale.step,
            "licence": release.licence if release else _OWN_LICENCE,
            "citation": release.citation if release else None,
            "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": facts,
        }
        (self.new / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        sync(self.new / _MANIFEST)
        sync(self.new)
        if self.target.exists():  # one killed between the next two lines is put right by `recover`
            self.target.rename(self.old)
        self.new.rename(self.target)
        sync(self.home.datasets)
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
            other = Shelf(self.home, leftover.stem[1:])
            if leftover not in {other.new, other.old, other.raw} or other.name == self.name:
                continue
            try:
                with other._lock().acquire(timeout=0):
                    other._tidy()
            except Timeout:
                continue


def _is_complete(manifest: dict[str, Any]) -> bool:
    """Whether a manifest says all that `Shelf` reads in it, in the right types."""
    kinds = {
        **dict.fromkeys(("name", "layout", "licence", "fetched_at"), str),
        **dict.fromkeys(("people", "movies", "ratings"), int),
        **dict.fromkeys(("source", "files"), dict),
        **dict.fromkeys(("lacks", "rating_scale"), list),
        "citation": str | None,
    }
    numbers = [*manifest["rating_scale"], manifest.get("rating_step") or 0]
    files = manifest["files"].values()
    return (
        all(isinstance(manifest[key], kind) for key, kind in kinds.items())
        and all(isinstance(value, str) for value in (*manifest["lacks"], manifest["source"]["text"]))
        and [isinstance(number, int | float) for number in numbers] == [True, True, True]
        and all(isinstance(facts["bytes"], int) and isinstance(facts["sha256"], str) for facts in files)
    )


def _scale_of_stars(lowest: float, highest: float) -> RatingScale:
    """The scale of a dataset whose facts have no step: there were two scales then."""
    return WHOLE_STARS if (lowest, highest) == (WHOLE_STARS.lowest, WHOLE_STARS.highest) else HALF_STARS


def names_here(home: Home) -> list[str]:
    """The names of the datasets in `home`."""
    for set_aside in home.datasets.glob(".*.old"):
        Shelf(home, set_aside.stem[1:]).recover()
    return sorted(
        path.name
        for path in home.datasets.glob("*")
        if _NAME.fullmatch(path.name) and (path / _MANIFEST).is_file()
    )


def checked_name(name: str) -> str:
    """`name`, if it can be the name of a folder on any system. Raises UsageError."""
    if not _NAME.fullmatch(name) or _WINDOWS_DEVICE.fullmatch(name):
        raise UsageError(
            f"A dataset cannot be called {name[:100]!r}",
            hint="A name has letters and digits, and _ - . within: movierec fetch --from ... --name my-data",
        )
    return name


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


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
