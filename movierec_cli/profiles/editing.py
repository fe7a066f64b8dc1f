"""Changing a profile: one writer at a time, and the file as it was until the change is whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from movierec_cli.errors import NotFoundError, StoreError
from movierec_cli.paths import Home
from movierec_cli.profiles.profile import (
    OwnRating,
    Profile,
    checked_name,
    draft_path,
    load_profile,
    profile_path,
    save_profile,
)
from movierec_cli.titles import natural_title, normalise

Name = tuple[str, int | None]


@lru_cache(maxsize=1 << 14)
def film_name(title: str, year: int | None) -> Name:
    """What two entries about one film share where IMDb ids do not say it: normalised title and year."""
    return normalise(natural_title(title)) or title, year


class Draft:
    """The ratings of a profile while they are changed. One film has one rating.

    Two entries are about one film when their IMDb ids agree, or, where one has none, title and year.
    """

    def __init__(self, ratings: Iterable[OwnRating]) -> None:
        self._ratings: dict[int, OwnRating] = {}
        self._by_imdb_id: dict[str, int] = {}
        self._by_name: dict[Name, list[int]] = defaultdict(list)
        self._next = 0
        for own in ratings:
            self.put(own)

    @property
    def ratings(self) -> tuple[OwnRating, ...]:
        """All of them, in the order in which they were put."""
        return tuple(self._ratings.values())

    def find(self, own: OwnRating) -> list[OwnRating]:
        """The entries about the film that `own` is about.

        More than one where `own` has no IMDb id and several films of its title and year are here, or where
        its IMDb id and its title and year are those of two entries, which it shows to be about one film.
        """
        return [self._ratings[number] for number in self._numbers(own)]

    def put(self, own: OwnRating) -> list[OwnRating]:
        """Add `own` in place of the entries about the same film, which are returned; an IMDb id is kept."""
        before = self.remove(own)
        known = [entry.imdb_id for entry in before if entry.imdb_id]
        self._append(replace(own, imdb_id=known[0]) if known and own.imdb_id is None else own)
        return before

    def remove(self, own: OwnRating) -> list[OwnRating]:
        """Take away the entries about the film that `own` is about, and return them."""
        removed = []
        for number in self._numbers(own):
            entry = self._ratings.pop(number)
            if entry.imdb_id is not None:
                del self._by_imdb_id[entry.imdb_id]
            self._by_name[film_name(entry.title, entry.year)].remove(number)
            removed.append(entry)
        return removed

    def _append(self, own: OwnRating) -> None:
        self._ratings[self._next] = own
        if own.imdb_id is not None:
            self._by_imdb_id[own.imdb_id] = self._next
        self._by_name[film_name(own.title, own.year)].append(self._next)
        self._next += 1

    def _numbers(self, own: OwnRating) -> list[int]:
        named = self._by_name.get(film_name(own.title, own.year), ())
        if own.imdb_id is None:
            return list(named)
        numbers = [number for number in named if self._ratings[number].imdb_id is None]
        if own.imdb_id in self._by_imdb_id:
            numbers.append(self._by_imdb_id[own.imdb_id])
        return numbers


@contextmanager
def editing(home: Home, name: str) -> Iterator[Draft]:
    """The profile `name`, an empty one where there is none, to be changed; saved when the block ends well.

    Other writers wait, so no change is lost; readers never wait. Raises what `load_profile` raises for a file
    that cannot be read (it stays as it is), and StoreError when it cannot be written.
    """
    import filelock  # reading a profile does not pay for it

    name = checked_name(name)
    path = profile_path(home, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path.with_name(f".{name}.lock"))
        lock.acquire()
        draft_path(home, name).unlink(missing_ok=True)  # of a writer that was killed
    except OSError as error:
        raise StoreError(f"The profile {name} cannot be written to {path}: {error}") from None
    try:
        try:
            before = load_profile(home, name)
        except NotFoundError:
            before = Profile(name, ())
        draft = Draft(before.ratings)
        yield draft
        if draft.ratings != before.ratings:
            save_profile(home, Profile(name, draft.ratings))
    finally:
        lock.release()
