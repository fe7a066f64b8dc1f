"""A training that has not been finished yet, kept in a file of its own so that it can go on."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import BadZipFile

import numpy as np

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.errors import MovieRecError, NotFoundError, TrainingError, counted
from movierec_cli.home import Home
from movierec_cli.store.facts import Epoch
from movierec_cli.system.files import whole_file
from movierec_cli.system.storage import storage_at
from movierec_cli.system.typed_json import from_json, parse, to_json
from movierec_cli.training.data import TrainingData, TrainingOptions
from movierec_cli.version import __version__

AFTER = 60.0
"""Seconds of training before which nothing is kept: to begin again takes no longer."""
SPARED = 10
"""So many times as long as writing took nothing is written again: of short epochs not each one is kept."""
_ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far a training has come, and all that the rest of it depends on."""

    history: tuple[Epoch, ...]
    """The epochs that are done."""
    best: int
    """The number of the best of them."""
    finishing: int = 0
    """How many passes over all ratings have followed."""
    chance: Mapping[str, Any] = field(default_factory=dict)
    """The state of numpy's generator."""
    tables: dict[str, list[Any]] = field(default_factory=dict)
    """Arrays by their names."""


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
        return " ".join(["movierec train", *_options(named | self.settings)])


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A training that can go on."""

    begun: Beginning
    seconds: float
    """What it has taken so far."""
    history: tuple[Epoch, ...]
    best: int
    finishing: int
    chance: dict[str, Any]
    """As in Snapshot, like the two before."""

    @property
    def command(self) -> str:
        """What goes on with it."""
        return f"{self.begun.command} --resume"

    @property
    def passes_text(self) -> str:
        """ "12 epochs", or "50 epochs and 3 on all ratings"."""
        epochs = counted(len(self.history), "epoch")
        return f"{epochs} and {self.finishing} on all ratings" if self.finishing else epochs


class Checkpoint:
    """The place in a home where a training of one dataset is kept while it goes on.

    What is there is whole or not at all: see system/files.py. `kept` is where to go on from.
    """

    def __init__(self, path: Path | None, begun: Beginning | None, say: Callable[[str], None]) -> None:
        """path: None to keep nothing. say: told when nothing can be kept."""
        self.kept: Snapshot | None = None
        self.seconds = 0.0
        self._path, self._begun, self._say = path, begun, say
        self._is_ours = False
        self._started = time.perf_counter()
        self._not_before = self._started + AFTER

    @property
    def passes(self) -> int:
        """How many passes over the data are done already."""
        return len(self.kept.history) + self.kept.finishing if self.kept else 0

    def keep(self, snapshot: Callable[[], Snapshot]) -> None:
        """Keep what `snapshot` gives, unless it is too early for that."""
        started = time.perf_counter()
        if self._path is None or self._begun is None or started < self._not_before:
            return
        now = snapshot()
        about = Unfinished(
            begun=self._begun,
            seconds=self.seconds + started - self._started,
            history=now.history,
            best=now.best,
            finishing=now.finishing,
            chance=dict(now.chance),
        )
        named = (
            (name, place, table) for name, some in now.tables.items() for place, table in enumerate(some)
        )
        arrays: dict[str, Any] = {f"{name}.{place}": table for name, place, table in named}
        arrays[_ABOUT] = np.array(json.dumps(to_json(about)))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(self._path) as draft, draft.open("wb") as file:
                np.savez(file, **arrays)
            self._is_ours = True
        except (MovieRecError, OSError) as error:
            self._say(f"Training goes on, and cannot be resumed later: {error}")
            self._path = None
        ended = time.perf_counter()
        self._not_before = ended + SPARED * (ended - started)

    def resume(self) -> Unfinished:
        """Go on from what is kept.

        Raises NotFoundError where nothing is, TrainingError for what was begun with other settings or
        ratings.
        """
        assert self._path and self._begun
        found = _read(self._path)
        if found is None:
            others = [other for path in self._path.parent.glob("*.npz") if (other := _read(path))]
            hint = "\n".join(f"There is one of {one.begun.dataset}: {one.command}" for one in others)
            raise NotFoundError(
                f"There is no unfinished training of {self._begun.dataset} to go on with.",
                hint or f"Begin one: {self._begun.command}",
            )
        if fault := _difference(found.begun, self._begun):
            raise TrainingError(
                f"The unfinished training of {self._begun.dataset} {fault}", self._way_out(found)
            )
        tables: dict[str, list[Any]] = {}
        try:
            with np.load(self._path) as arrays:
                for key in arrays.files:
                    if key != _ABOUT:
                        tables.setdefault(key.partition(".")[0], []).append(arrays[key])
        except (OSError, ValueError, BadZipFile) as error:
            raise TrainingError(
                f"The unfinished training in {self._path} is damaged: {error}",
                f"Begin anew: {self._begun.command}",
            ) from None
        self.seconds, self._is_ours = found.seconds, True
        self.kept = Snapshot(found.history, found.best, found.finishing, found.chance, tables)
        return found

    def remove(self) -> None:
        """The training is finished: there is nothing to go on with. What another one has kept stays."""
        if self._path and self._is_ours:
            self._path.unlink(missing_ok=True)

    def _way_out(self, found: Unfinished) -> str:
        assert self._begun
        anew = f"begin anew: {self._begun.command}"
        same = (found.begun.data, found.begun.movierec) == (self._begun.data, self._begun.movierec)
        return f"Go on with it as it was begun: {found.command}\nOr {anew}" if same else anew.capitalize()


NO_CHECKPOINT = Checkpoint(None, None, lambda _: None)
"""Keeps nothing."""


def of(home: Home, data: TrainingData, options: TrainingOptions, say: Callable[[str], None]) -> Checkpoint:
    """For a training of the ranking model. say: told when nothing can be kept."""
    asked, usual = asdict(options), asdict(TrainingOptions())
    settings = {name.replace("_", "-"): asked[name] for name in asked if asked[name] != usual[name]}
    begun = Beginning(data.name, _digest(data.interactions), settings, __version__)
    return Checkpoint(path_of(home, data.name), begun, say)


def path_of(home: Home, dataset: str) -> Path:
    """Where an unfinished training of a dataset is."""
    return storage_at(home.unfinished).scratch / f"{quote(dataset, safe=' ')}.npz"


def unfinished(dataset: str, home: Home | Path | str | None = None) -> Unfinished | None:
    """The training of a dataset that can go on; None where there is none."""
    return _read(path_of(Home.resolve(home), dataset))


def _digest(interactions: Interactions) -> str:
    """The SHA-256 of all ratings."""
    found = hashlib.sha256()
    for array in (
        *(interactions.user_ids, interactions.movie_ids, interactions.row_splits),
        *(interactions.movie_index, interactions.rating),
    ):
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def _read(path: Path) -> Unfinished | None:
    try:
        with np.load(path) as arrays:
            return from_json(Unfinished, parse(str(arrays[_ABOUT])))
    except (OSError, ValueError, KeyError, BadZipFile):  # none, or of another version of movierec
        return None


def _difference(found: Beginning, wanted: Beginning) -> str | None:
    """What keeps a training from going on, as the rest of a sentence."""
    if found.settings != wanted.settings:
        was, asked = (_options(one.settings) or ["the default settings"] for one in (found, wanted))
        return f"was begun with {' '.join(was)}, not with {' '.join(asked)}."
    if found.movierec != wanted.movierec:
        return f"was begun by movierec {found.movierec}, and this is {wanted.movierec}."
    if found.data != wanted.data:
        return "was begun with other ratings than the dataset has now."
    return None


def _options(settings: Mapping[str, Any]) -> list[str]:
    return [
        f"--{name} {value:g}" if isinstance(value, float) else f"--{name} {value}"
        for name, value in settings.items()
    ]
