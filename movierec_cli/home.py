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


@dataclass(frozen=True, slots=True)
class Home:
    """The one folder, or prefix of an object store, that movierec writes to.

    datasets/NAME/   a fetched dataset in its own layout, with dataset.json beside it
    downloads/       archives that are still arriving
    runs/RUN/        one training run: two LanceDB tables, run.json, model.keras
    CURRENT          the name of the run in use
    profiles/        people's own ratings, NAME.json
    hints/           an empty file for whatever is said only once
    unfinished/      trainings that can go on, DATASET.npz
    """

    root: Path

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

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def downloads(self) -> Path:
        return self.root / "downloads"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def current(self) -> Path:
        return self.root / "CURRENT"

    @property
    def profiles(self) -> Path:
        return self.root / "profiles"

    @property
    def hints(self) -> Path:
        return self.root / "hints"

    @property
    def unfinished(self) -> Path:
        return self.root / "unfinished"


def place_at(chosen: Path | str, what: str = "A home") -> Path:
    """A folder, or the Address that begins with s3://, gs:// or az://, of whose slashes a Path has kept one.

    Raises UsageError for another address. what: what is to be there.
    """
    found = re.fullmatch(r"(?s)([A-Za-z][A-Za-z0-9]+):(/.*)?", str(chosen))
    if not found:
        return Path(chosen).expanduser().absolute()
    scheme, rest = found[1].lower(), (found[2] or "").strip("/")
    if scheme in SCHEMES and rest:
        return Address(f"{scheme}:", *rest.split("/"))
    raise UsageError(
        f"{what} cannot be at {scheme}://{rest}.",
        "Give a folder, or a bucket and what names in it begin with (gs:// and az://, too): s3://my-bucket/movierec",
    )
