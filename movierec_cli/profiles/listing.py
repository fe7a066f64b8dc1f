"""The profiles that are here, and what is in them."""

from dataclasses import dataclass
from pathlib import Path

from movierec_cli.errors import NotFoundError, StoreError
from movierec_cli.home import Home
from movierec_cli.profiles import profile as files
from movierec_cli.profiles.editing import alone
from movierec_cli.system.storage import storage_at


@dataclass(frozen=True, slots=True)
class ProfileSummary:
    """A profile in a line."""

    name: str
    rated: int
    """Films with stars."""
    seen: int
    """Films that were watched and not rated."""
    watchlist: int
    """Films to be watched."""
    hidden: int
    """Films that are never recommended."""
    first: str | None
    """The earliest day of a film as "1995-12-31", None where no day is known."""
    last: str | None
    """The latest day."""
    problem: str | None = None
    """Why the file cannot be read, None where it can."""


def list_profiles(*, home: Path | str | None = None) -> list[ProfileSummary]:
    """The profiles that are here, by name. A damaged one says so and hides no other."""
    place = Home.resolve(home)
    return [_summary(place, name) for name in files.list_profiles(place)]


def remove_profile(name: str, *, home: Path | str | None = None) -> str:
    """Remove a profile for good, also a damaged one; returns its name as it was written.

    Raises NotFoundError where there is none, UsageError for no name, StoreError where it stays.
    """
    place, name = Home.resolve(home), files.checked_name(name)
    path = files.profile_path(place, name)
    others = files.list_profiles(place)
    if name not in others:
        raise NotFoundError(
            f"There is no profile {name!r} in {place.root}.",
            f"Those that are there: {', '.join(others)}" if others else "There is none at all.",
        )
    with alone(place, name):
        try:
            storage_at(place.profiles).remove(path.name)
        except OSError as error:
            raise StoreError(
                f"The profile {name} cannot be removed: {error}.", f"Remove the file yourself: {path}"
            ) from None
    return name


def _summary(home: Home, name: str) -> ProfileSummary:
    try:
        profile = files.load_profile(home, name)
    except StoreError as error:
        return ProfileSummary(name, 0, 0, 0, 0, None, None, error.message)
    rated = sum(own.stars is not None for own in profile.ratings)
    days = [own.rated_on for own in profile.ratings if own.rated_on]
    return ProfileSummary(
        name,
        rated,
        len(profile.ratings) - rated,
        len(profile.watchlist),
        len(profile.hidden),
        min(days, default=None),
        max(days, default=None),
    )
