"""Changing a profile: one writer at a time, and the file as it was until the change is whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from movierec_cli.errors import StoreError
from movierec_cli.home import Home
from movierec_cli.profiles.profile import (
    OwnRating,
    Profile,
    checked_name,
    draft_name,
    load_profile,
    profile_path,
    read_profile,
    save_profile,
)
from movierec_cli.system.storage import storage_at
from movierec_cli.titles.keys import name_key

Name = tuple[str, int | None]
_Id = tuple[str, str | int]


def film_name(title: str, year: int | None) -> Name:
    """What two entries about one film share where no id says it: normalised title and year."""
    return name_key(title) or title, year


def _ids(own: OwnRating) -> list[_Id]:
    """Its ids, each with its kind."""
    ids: list[_Id] = []
    if own.imdb_id is not None:
        ids.append(("imdb", own.imdb_id))
    if own.tmdb_id is not None:
        ids.append(("tmdb", own.tmdb_id))
    return ids


def _names(own: OwnRating) -> tuple[Name, ...]:
    name = film_name(own.title, own.year)
    if own.original_title is None:
        return (name,)
    original = film_name(own.original_title, own.year)
    return (name,) if name == original else (name, original)


def with_more(own: OwnRating, entry: OwnRating) -> OwnRating:
    """`own` with the ids and the original title that only another entry about the film has.

    An original title of another year stays behind: with the year of `own` it may be the name of another film.
    """
    return replace(
        own,
        imdb_id=own.imdb_id or entry.imdb_id,
        tmdb_id=own.tmdb_id or entry.tmdb_id,
        original_title=own.original_title or (entry.original_title if entry.year == own.year else None),
    )


class Films:
    """Entries of a profile while they are changed. One film has one entry.

    Two entries are about one film when they share an id, or, where they have no kind of id in common, one of
    their titles and the year.
    """

    def __init__(self, films: Iterable[OwnRating] = ()) -> None:
        self._films: dict[int, OwnRating] = {}
        self._by_id: dict[_Id, int] = {}
        self._by_name: dict[Name, list[int]] = defaultdict(list)
        self._next = 0
        for own in films:
            self.put(own)

    @property
    def ratings(self) -> tuple[OwnRating, ...]:
        """All of them, in the order in which they were put."""
        return tuple(self._films.values())

    def find(self, own: OwnRating) -> list[OwnRating]:
        """The entries about the film that `own` is about.

        More than one where `own` has no id and several films of its title and year are here, or where
        its id and its title and year are those of two entries, which it shows to be about one film.
        """
        return [self._films[number] for number in self._numbers(own, _names(own))]

    def __bool__(self) -> bool:
        return bool(self._films)

    def put(self, own: OwnRating) -> list[OwnRating]:
        """Add `own` in place of the entries about the same film, which are returned; what they know stays."""
        names = _names(own)
        before = self._removed(self._numbers(own, names))
        for entry in before:
            own = with_more(own, entry)
        if before:
            names = _names(own)
        self._films[self._next] = own
        for one in _ids(own):
            self._by_id[one] = self._next
        for name in names:
            self._by_name[name].append(self._next)
        self._next += 1
        return before

    @property
    def mark(self) -> int:
        """Tells those that are here from those that are put later: see `turn`."""
        return self._next

    def turn(self, mark: int) -> None:
        """The entries that were put since there was this mark come last, in the opposite order."""
        for number in reversed([number for number in self._films if number >= mark]):
            self._films[number] = self._films.pop(number)

    def remove(self, own: OwnRating) -> list[OwnRating]:
        """Take away the entries about the film that `own` is about, and return them."""
        return self._removed(self._numbers(own, _names(own)))

    def _removed(self, numbers: list[int]) -> list[OwnRating]:
        removed = []
        for number in numbers:
            entry = self._films.pop(number)
            for one in _ids(entry):
                if self._by_id.get(one) == number:
                    del self._by_id[one]
            for name in _names(entry):
                self._by_name[name].remove(number)
            removed.append(entry)
        return removed

    def _numbers(self, own: OwnRating, names: tuple[Name, ...]) -> list[int]:
        ids = _ids(own)
        named = [number for name in names for number in self._by_name.get(name, ())]
        if not named and not ids:
            return []
        kinds = {kind for kind, _ in ids}
        same = [
            number
            for number in sorted(named)
            if kinds.isdisjoint(kind for kind, _ in _ids(self._films[number]))
        ]
        same += [self._by_id[one] for one in ids if one in self._by_id]
        return list(dict.fromkeys(same))


class Draft(Films):
    """A profile while it is changed: what was rated or watched, and the two other lists."""

    def __init__(
        self,
        ratings: Iterable[OwnRating] = (),
        watchlist: Iterable[OwnRating] = (),
        hidden: Iterable[OwnRating] = (),
    ) -> None:
        self.watchlist = Films(watchlist)
        self.hidden = Films(hidden)
        super().__init__(ratings)

    def put(self, own: OwnRating) -> list[OwnRating]:
        """As for all films; what was watched leaves the watchlist."""
        if self.watchlist:
            self.watchlist.remove(own)
        return super().put(own)

    def take(self, films: Films) -> None:
        """Put all the films, where there are none yet; what is changed here is changed there, too."""
        self._films, self._by_id, self._by_name = films._films, films._by_id, films._by_name
        self._next = films._next
        for own in self.ratings if self.watchlist else ():
            self.watchlist.remove(own)

    def profile(self, name: str) -> Profile:
        """All of it under a name."""
        return Profile(name, self.ratings, self.watchlist.ratings, self.hidden.ratings)


@contextmanager
def editing(home: Home, name: str) -> Iterator[Draft]:
    """The profile `name`, an empty one where there is none, to be changed; saved when the block ends well.

    Other writers wait, or, where they cannot be made to, the change is made again on what they wrote: no
    change is lost. Readers never wait. Raises what `load_profile` raises for a file that cannot be read (it
    stays as it is), and StoreError when it cannot be written.
    """
    name = checked_name(name)
    with alone(home, name):
        written, before = _as_it_is(home, name)
        draft = _draft(before)
        yield draft
        after = draft.profile(name)
        while after != before and not save_profile(home, after, written):
            written, now = _as_it_is(home, name)
            before, after = now, _made_again(before, after, now)


def _as_it_is(home: Home, name: str) -> tuple[bytes | None, Profile]:
    """What the file of the profile `name` holds, None where there is none, and what that says."""
    path = profile_path(home, name)
    try:
        written = storage_at(home.profiles).read(path.name)
    except FileNotFoundError:
        return None, Profile(name, ())
    except OSError:
        return None, load_profile(home, name)  # says what is wrong
    return written, read_profile(home, name, written)


def _draft(profile: Profile) -> Draft:
    return Draft(profile.ratings, profile.watchlist, profile.hidden)


def _made_again(before: Profile, after: Profile, now: Profile) -> Profile:
    """What the change from `before` to `after` makes of another profile."""
    draft = _draft(now)
    for films, old, new in (
        (draft, before.ratings, after.ratings),
        (draft.watchlist, before.watchlist, after.watchlist),
        (draft.hidden, before.hidden, after.hidden),
    ):
        for own in old:
            if own not in new:
                films.remove(own)
        for own in new:
            if own not in old:
                films.put(own)
    return draft.profile(now.name)


@contextmanager
def alone(home: Home, name: str) -> Iterator[None]:
    """Nobody else changes the profile `name` meanwhile. Raises StoreError where that cannot be had."""
    path, profiles = profile_path(home, name), storage_at(home.profiles)
    with ExitStack() as meanwhile:
        try:
            meanwhile.enter_context(profiles.alone(f".{name}.lock", draft_name(name)))
        except OSError as error:
            raise StoreError(f"The profile {name} cannot be written to {path}: {error}") from None
        yield
