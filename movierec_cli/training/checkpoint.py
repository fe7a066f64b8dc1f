"""A training that has not been finished yet, kept in a file of its own so that it can go on."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from zipfile import BadZipFile
from zlib import crc32

import numpy as np

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.errors import MovieRecError, NotFoundError, TrainingError
from movierec_cli.home import Home
from movierec_cli.store.facts import Epoch
from movierec_cli.store.unfinished import ABOUT, Beginning, Unfinished, all_in, options_of, place_of, read
from movierec_cli.system.files import whole_file
from movierec_cli.system.storage import Storage
from movierec_cli.system.typed_json import to_json
from movierec_cli.training.data import TrainingData, TrainingOptions
from movierec_cli.version import __version__

AFTER = 60.0
"""Seconds of training before which nothing is kept: to begin again takes no longer."""
SPARED = 10
"""So many times as long as writing took nothing is written again: of short epochs not each one is kept."""


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


class Checkpoint:
    """The place in a home where a training of one dataset is kept while it goes on.

    What is there is whole or not at all: see system/files.py. `kept` is where to go on from.
    """

    def __init__(
        self, place: tuple[Storage, str] | None, begun: Beginning | None, say: Callable[[str], None]
    ) -> None:
        """place: where it is kept and by which name, None to keep nothing. say: told when nothing can be
        kept."""
        self.kept: Snapshot | None = None
        self.seconds = 0.0
        self._place, self._begun, self._say = place, begun, say
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
        if self._place is None or self._begun is None or started < self._not_before:
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
        arrays[ABOUT] = np.array(json.dumps(to_json(about)))
        place, name = self._place
        try:
            place.scratch.mkdir(parents=True, exist_ok=True)
            with whole_file(place.scratch / name) as draft, draft.open("wb") as file:
                np.savez(file, **arrays)
            place.put_in(name)
            self._is_ours = True
        except (MovieRecError, OSError) as error:
            self._say(f"Training goes on, and cannot be resumed later: {error}")
            self._place = None
        ended = time.perf_counter()
        self._not_before = ended + SPARED * (ended - started)

    def resume(self) -> Unfinished:
        """Go on from what is kept.

        Raises NotFoundError where nothing is, TrainingError for what was begun with other settings or
        ratings.
        """
        assert self._place and self._begun
        place, name = self._place
        found = read(place, name)
        if found is None:
            others = all_in(place)
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
            with np.load(place.on_disk(name)) as arrays:
                for key in arrays.files:
                    if key != ABOUT:
                        tables.setdefault(key.partition(".")[0], []).append(arrays[key])
        except (OSError, ValueError, BadZipFile) as error:
            raise TrainingError(
                f"The unfinished training of {self._begun.dataset} is damaged: {error}",
                f"Begin anew: {self._begun.command}",
            ) from None
        self.seconds, self._is_ours = found.seconds, True
        self.kept = Snapshot(found.history, found.best, found.finishing, found.chance, tables)
        return found

    def remove(self) -> None:
        """The training is finished: there is nothing to go on with. What another one has kept stays."""
        if self._place and self._is_ours:
            place, name = self._place
            place.remove(name)

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
    begun = Beginning(data.name, _digest(data), settings, __version__)
    return Checkpoint(place_of(home, data.name), begun, say)


def _digest(data: TrainingData) -> str:
    """The SHA-256 of the movies' ids and of checksums of everybody's ratings, however people are divided."""
    found = hashlib.sha256(np.ascontiguousarray(data.movies["movie_id"].to_numpy()).data)
    for checksums in data.people.each(_checksums):
        found.update(checksums)
    return found.hexdigest()


def _checksums(interactions: Interactions) -> bytes:
    """CRC-32 of each person, a movie and a rating after the other."""
    ids = interactions.movie_ids[interactions.movie_index]
    rated, given = ids.data.cast("B"), interactions.rating.data.cast("B")
    splits = interactions.row_splits.tolist()
    checksums = [
        crc32(given[low * 4 : high * 4], crc32(rated[low * 8 : high * 8], user_id))
        for user_id, low, high in zip(interactions.user_ids.tolist(), splits[:-1], splits[1:], strict=True)
    ]
    return np.array(checksums, np.uint32).tobytes()


def _difference(found: Beginning, wanted: Beginning) -> str | None:
    """What keeps a training from going on, as the rest of a sentence."""
    if found.settings != wanted.settings:
        was, asked = (options_of(one.settings) or ["the default settings"] for one in (found, wanted))
        return f"was begun with {' '.join(was)}, not with {' '.join(asked)}."
    if found.movierec != wanted.movierec:
        return f"was begun by movierec {found.movierec}, and this is {wanted.movierec}."
    if found.data != wanted.data:
        return "was begun with other ratings than the dataset has now."
    return None
