"""A person's own films, one file per profile, apart from any dataset: title, year, ids, stars, day."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

from movierec_cli.errors import NotFoundError, StoreError, UsageError
from movierec_cli.home import Home
from movierec_cli.store.movie import Described, Movie
from movierec_cli.system.storage import storage_at
from movierec_cli.system.typed_json import format_version, from_json, parse

FORMAT_VERSION = 2
"""What is written. Format 1 had neither a watchlist nor hidden films, original titles and TMDB ids."""
_SHELVES = ("ratings", "watchlist", "hidden")
DEFAULT_PROFILE = "me"
LEAST_STARS, MOST_STARS = 0.5, 5.0
_MOST_NAMED = 5
"""So many profiles are named where one is missing."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_WINDOWS_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


@dataclass(frozen=True, slots=True)
class OwnRating:
    """What somebody thinks of a film.

    Raises ValueError for values that cannot be.
    """

    title: str
    """As the person, or the file that it comes from, writes it."""
    year: int | None
    """None where unknown."""
    imdb_id: str | None
    """As "tt0113277", None where unknown."""
    stars: float | None
    """0.5 to 5, None for a film that was watched, is to be watched, or is hidden, and not rated."""
    rated_on: str | None
    """The day as "1995-12-31", None where unknown."""
    original_title: str | None = None
    """Where it is known and another one than `title`."""
    tmdb_id: int | None = None
    """The film's number at TMDB, None where unknown."""

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError(f"{self.title!r} is not a title")
        if self.imdb_id is not None and self.imdb_id != normal_imdb_id(self.imdb_id):
            raise ValueError(f"{self.imdb_id!r} is not an IMDb id")
        if self.stars is not None and not LEAST_STARS <= self.stars <= MOST_STARS:
            raise ValueError(f"{self.stars!r} is not between {LEAST_STARS} and {MOST_STARS:g} stars")
        if self.rated_on is not None and date.fromisoformat(self.rated_on).isoformat() != self.rated_on:
            raise ValueError(f"{self.rated_on!r} is not a day")
        if self.original_title is not None and not self.original_title.strip():
            raise ValueError(f"{self.original_title!r} is not a title")
        if self.tmdb_id is not None and (not isinstance(self.tmdb_id, int) or self.tmdb_id < 1):
            raise ValueError(f"{self.tmdb_id!r} is not a TMDB id")

    def __hash__(self) -> int:
        return hash((self.title, self.year))

    @classmethod
    def of(cls, movie: Movie, stars: float | None, rated_on: str | None) -> Self:
        """The entry of a movie of the dataset."""
        imdb_id = normal_imdb_id(movie.imdb_id or "")
        return cls(movie.title, movie.year, imdb_id, stars, rated_on, None, movie.tmdb_id)

    @property
    def described(self) -> Described:
        """The film, as it is looked for in a dataset."""
        titles = (self.title,) if self.original_title is None else (self.original_title, self.title)
        return Described(titles, self.year, self.imdb_id, self.tmdb_id)

    @property
    def by_title_alone(self) -> bool:
        """Whether nothing but a title says which film it is."""
        return self.year is None and self.imdb_id is None and self.tmdb_id is None

    @property
    def label(self) -> str:
        """The title with its year, as people write it: "Heat (1995)"."""
        return self.title if self.year is None else f"{self.title} ({self.year})"


_KEYS = ("title", "year", "imdb_id", "stars", "rated_on")
"""What is written of every film; the rest is where it is known."""
_values = attrgetter(*_KEYS)


@dataclass(frozen=True, slots=True)
class Profile:
    """A name and the films that go with it, in the order in which they came, oldest first.

    Films whose day is unknown come before all others.
    """

    name: str
    ratings: tuple[OwnRating, ...]
    """Films that were rated or watched."""
    watchlist: tuple[OwnRating, ...] = ()
    """Films to be watched, without stars; none of them is among the ratings."""
    hidden: tuple[OwnRating, ...] = ()
    """Films that are never to be recommended, without stars."""


def normal_imdb_id(text: str) -> str | None:
    """ "tt0113277" for "tt0113277", "tt113277", "0113277" and "113277"; None for what is no IMDb id."""
    digits = text.strip().lower().removeprefix("tt")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12 or not int(digits):
        return None
    return f"tt{int(digits):07d}"


def checked_name(name: str) -> str:
    """`name` in small letters, if it can be a profile's. Raises UsageError.

    All digits would be a person's id in the dataset; capitals make no difference, as on some file systems.
    """
    small = name.lower()
    if not _NAME.fullmatch(small) or _WINDOWS_DEVICE.fullmatch(small) or small.isdigit():
        raise UsageError(
            f"A profile cannot be called {name[:100]!r}.",
            "A name has letters from a to z, digits, - and _, and is no number: me, alice, film-club",
        )
    return small


def profile_path(home: Home, name: str) -> Path:
    """The file of the profile `name`, whether it is there or not. Raises UsageError as `checked_name`."""
    return home.profiles / f"{checked_name(name)}.json"


def draft_name(name: str) -> str:
    """The file that the profile `name` is written to before it takes its place."""
    return f".{name}.new"


def list_profiles(home: Home) -> list[str]:
    """The names of the profiles in `home`, sorted."""
    files = storage_at(home.profiles).files()
    names = (file.removesuffix(".json") for file in files if file.endswith(".json"))
    return sorted(name for name in names if _NAME.fullmatch(name))


def load_profile(home: Home, name: str) -> Profile:
    """The profile `name`.

    Raises NotFoundError when there is none, UsageError for what cannot be a profile's name, StoreError when
    the file is damaged or was written by a later movierec.
    """
    path, name = profile_path(home, name), checked_name(name)
    try:
        return read_profile(home, name, storage_at(home.profiles).read(path.name))
    except FileNotFoundError:
        raise _no_profile(home, name) from None
    except OSError as error:
        raise _damaged(name, path, str(error)) from None


def read_profile(home: Home, name: str, written: bytes) -> Profile:
    """The profile `name` from what its file holds. Raises StoreError where it is damaged or of a later
    format."""
    path = profile_path(home, name)
    try:
        content = parse(written.decode("utf-8"))
        version = format_version(content)
        if version in {1, FORMAT_VERSION}:
            shelves = _SHELVES if version > 1 else _SHELVES[:1]
            profile = from_json(Profile, {"name": name} | {shelf: content[shelf] for shelf in shelves})
            unknown = set[str]().union(*(record for shelf in shelves for record in content[shelf]))
            unknown -= {*OwnRating.__slots__}
            if unknown:  # would be lost when the profile is written again
                raise ValueError(f"there is no key {min(unknown)!r} in a rating")
            return profile
    except KeyError as error:
        raise _damaged(name, path, f"there is no {error}") from None
    except ValueError as error:
        raise _damaged(name, path, str(error)) from None
    raise StoreError(
        f"The profile {name} ({path}) has format {version}; this movierec reads format {FORMAT_VERSION}.",
        "A later movierec wrote it: pip install --upgrade movierec-cli",
    )


def _no_profile(home: Home, name: str) -> NotFoundError:
    from difflib import get_close_matches  # a question that is right does without

    others = list_profiles(home)
    near = get_close_matches(name, others, n=_MOST_NAMED)
    if len(others) > _MOST_NAMED:
        there = f"; of {len(others):,}, these are called nearly so: {', '.join(near)}" if near else ""
        there = there or f"; there are {len(others):,}, which movierec profiles lists"
    else:
        there = f"; there {'is' if len(others) == 1 else 'are'} {', '.join(others)}" if others else ""
    return NotFoundError(
        f"There is no profile {name!r} in {home.root}{there}.",
        f'Begin one: movierec rate "TITLE" 4.5 --as {name}, or: movierec import FILE --as {name}',
    )


def _damaged(name: str, path: Path, why: str) -> StoreError:
    return StoreError(
        f"The profile {name} cannot be read: {path} is damaged: {why}.",
        "Put a copy of the file in its place, or move it elsewhere and begin anew.",
    )


def save_profile(home: Home, profile: Profile, before: bytes | None = None) -> bool:
    """Write the profile, so that a reader sees the old file or the new one. Raises StoreError.

    For `editing`, which keeps two writers apart. before: what the file holds. False where it holds something
    else by now.
    """
    path = profile_path(home, profile.name)
    head = json.dumps({"format_version": FORMAT_VERSION, "name": profile.name})[:-1]
    shelves = (f'"{shelf}": [{_lines(getattr(profile, shelf))}]' for shelf in _SHELVES)
    text = f"{head}, {', '.join(shelves)}}}\n"
    try:
        content, draft = text.encode("utf-8"), draft_name(profile.name)
        return storage_at(home.profiles).swap(path.name, content, before, draft)
    except OSError as error:
        raise StoreError(
            f"The profile {profile.name} cannot be written to {path}: {error}. It stays as it was.",
            "Make room there, or choose another place with --home or MOVIEREC_HOME.",
        ) from None


def _lines(films: Sequence[OwnRating]) -> str:
    """One film a line, as JSON."""
    records: list[dict[str, Any]] = []
    for own in in_order(films):
        record = dict(zip(_KEYS, _values(own), strict=True))
        if own.original_title is not None:
            record["original_title"] = own.original_title
        if own.tmdb_id is not None:
            record["tmdb_id"] = own.tmdb_id
        records.append(record)
    text = json.dumps(records, ensure_ascii=False)[1:-1]
    # Within a title the quotation mark would have a backslash before it.
    return "\n" + text.replace('}, {"', '},\n{"') + "\n" if records else ""


def in_order(ratings: Sequence[OwnRating]) -> list[OwnRating]:
    """Oldest first; of the same day, and of unknown days, in the order given."""
    return sorted(ratings, key=lambda own: own.rated_on or "")
