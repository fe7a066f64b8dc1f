"""What is kept of a training that was stopped: how it was begun, how far it came, what goes on with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import BadZipFile

import numpy as np

from movierec_cli.errors import counted
from movierec_cli.home import Home
from movierec_cli.store.facts import Epoch
from movierec_cli.system.storage import Storage, storage_at
from movierec_cli.system.typed_json import from_json, parse

ABOUT = "about"
"""What is in the file beside the arrays that training goes on with: an Unfinished as JSON."""
SUFFIX = ".npz"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a training was begun with."""

    dataset: str
    data: str
    """SHA-256 of the ratings."""
    settings: dict[str, Any]
    """Options of `movierec train` that are not as they are by default, without their dashes."""
    movierec: str
    """The version that began it."""

    @property
    def command(self) -> str:
        """What was typed, or would have been."""
        named = {} if self.dataset == "ml-100k" else {"dataset": self.dataset}
        return " ".join(["movierec train", *options_of(named | self.settings)])


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A training that can go on."""

    begun: Beginning
    seconds: float
    """What it has taken so far."""
    history: tuple[Epoch, ...]
    """The epochs that are done."""
    best: int
    """The number of the best of them."""
    finishing: int
    """How many passes over all ratings have followed."""
    chance: dict[str, Any]
    """The state of numpy's generator."""

    @property
    def command(self) -> str:
        """What goes on with it."""
        return f"{self.begun.command} --resume"

    @property
    def passes_text(self) -> str:
        """ "12 epochs", or "50 epochs and 3 on all ratings"."""
        epochs = counted(len(self.history), "epoch")
        return f"{epochs} and {self.finishing} on all ratings" if self.finishing else epochs


def options_of(settings: Mapping[str, Any]) -> list[str]:
    """Settings as they are typed."""
    return [
        f"--{name} {value:g}" if isinstance(value, float) else f"--{name} {value}"
        for name, value in settings.items()
    ]


def place_of(home: Home, dataset: str) -> tuple[Storage, str]:
    """Where an unfinished training of a dataset is kept, and by which name."""
    return storage_at(home.unfinished), f"{quote(dataset, safe=' ')}{SUFFIX}"


def read(place: Storage, name: str) -> Unfinished | None:
    """The training that is kept there; None where none is, or one of another version of movierec."""
    try:
        with place.open(name) as file, np.load(file) as arrays:
            return from_json(Unfinished, parse(str(arrays[ABOUT])))
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


def unfinished(dataset: str, home: Home | Path | str | None = None) -> Unfinished | None:
    """The training of a dataset that can go on; None where there is none."""
    place, name = place_of(Home.resolve(home), dataset)
    return read(place, name) if name in place.files() else None


def all_in(place: Storage) -> tuple[Unfinished, ...]:
    """All that can go on, by the names of their datasets."""
    names = sorted(name for name in place.files() if name.endswith(SUFFIX) and name[0] != ".")
    return tuple(found for name in names if (found := read(place, name)))
