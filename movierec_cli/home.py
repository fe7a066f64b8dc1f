"""Where datasets, runs and the pointer to the run in use live."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from movierec_cli.errors import UsageError

if TYPE_CHECKING:
    _Path = Path
else:
    _Path = type(Path())  # before Python 3.12, Path itself cannot be derived from

SCHEMES = ("s3", "gs", "az")
"""Of object stores that a home can be in."""

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NETWORK_FILE = "model.keras"
"""Of a run whose network was trained."""
TITLES_FILE = "titles.txt"
"""Of every run: its movies' titles with their years, one a line, the most rated first."""


class Address(_Path):
    """A place in an object store, as s3://bucket/prefix: named like a path, and never opened as one."""

    def __str__(self) -> str:
        scheme, *rest = self.parts
        return f"{scheme}//{'/'.join(rest)}"

    def __fspath__(self) -> NoReturn:
        raise TypeError(f"{self} is no file or folder of this machine")


class _Below:
    """A file or folder of a home, by its name there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, home: "Home", _: type["Home"]) -> Path:
        return home.root / self._name


@dataclass(frozen=True, slots=True)
class Home:
    """The one folder, or prefix of an object store, that movierec writes to."""

    root: Path

    datasets = _Below("datasets")
    """NAME/: a fetched dataset in its own layout, with dataset.json beside it."""
    downloads = _Below("downloads")
    """Archives that are still arriving."""
    runs = _Below("runs")
    """RUN/: one training run, two LanceDB tables, run.json and model.keras."""
    current = _Below("CURRENT")
    """The name of the run in use."""
    profiles = _Below("profiles")
    """NAME.json: people's own ratings."""
    hints = _Below("hints")
    """An empty file for whatever is said only once."""
    unfinished = _Below("unfinished")
    """DATASET.npz: trainings that can go on."""

    @classmethod
    def resolve(cls, root: "Home | Path | str | None" = None) -> "Home":
        """`root` if given, else $MOVIEREC_HOME, else the platform's user data folder.

        Raises UsageError for an address that is none of an object store's.
        """
        if isinstance(root, Home):
            return root
        chosen = root or os.environ.get("MOVIEREC_HOME")
        if chosen:
            return cls(place_at(chosen))
        import platformdirs

        return cls(platformdirs.user_data_path("movierec", appauthor=False))


def place_at(chosen: Path | str, what: str = "A home") -> Path:
    """A folder, or the Address that begins with s3://, gs:// or az://, of whose slashes a Path has kept one.

    Raises UsageError for another address. what: what is to be there.
    """
    found = re.fullmatch(r"(?s)([A-Za-z][A-Za-z0-9]+):(/.*)?", str(chosen))
    if not found:
        return Path(chosen).expanduser().absolute()
    scheme, rest = found[1].lower(), (found[2] or "").strip("/")
    bucket, *names = rest.split("/")
    if "@" in bucket:
        raise UsageError(
            f"{what} cannot be at an address with a password in it: {scheme}://...@{bucket.rpartition('@')[2]}.",
            "Keep them in the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        )
    if scheme in SCHEMES and _BUCKET.fullmatch(bucket) and not {".", ".."} & {*names}:
        return Address(f"{scheme}:", bucket, *names)
    raise UsageError(
        f"{what} cannot be at {scheme}://{rest}.",
        "Give a folder, or a bucket and what names in it begin with (gs:// and az://, too): s3://my-bucket/movierec",
    )
