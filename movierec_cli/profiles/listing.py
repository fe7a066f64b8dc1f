"""The profiles that are here, and what is in them."""

from dataclasses import dataclass
from pathlib import Path

from movierec_cli.errors import StoreError
from movierec_cli.paths import Home
from movierec_cli.profiles.editing import alone
from movierec_cli.profiles.profile import checked_name, list_profiles, load_profile, profile_path
from movierec_cli.profiles.profile import remove_profile as remove_file


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


def profiles(*, home: Path | str | None = None) -> list[ProfileSummary]:
    """The profiles that are here, by name. A damaged one says so and hides no other."""
    place = Home.resolve(home)
    return [_summary(place, name) for name in list_profiles(place)]


def remove_profile(name: str, *, home: Path | str | None = None) -> None:
    """Remove a profile for good. Raises NotFoundError where there is none, UsageError, StoreError."""
    place, name = Home.resolve(home), checked_name(name)
    if not profile_path(place, name).exists():
        load_profile(place, name)  # says which there are
    with alone(place, name):
        remove_file(place, name)


def _summary(home: Home, name: str) -> ProfileSummary:
    try:
        profile = load_profile(home, name)
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
