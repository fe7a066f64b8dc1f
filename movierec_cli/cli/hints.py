"""What is said once, to somebody who sits at a terminal."""

import sys
from pathlib import Path

import movierec_cli as movierec
from movierec_cli.cli.console import note
from movierec_cli.home import Home
from movierec_cli.system.storage import Storage, storage_at


def hint_newer_films(profile: str, dataset: str | None, home: Path | None) -> None:
    """Say once for a profile and the dataset in use that most of the films are newer than the dataset."""
    if dataset is None or not (sys.stdout.isatty() and sys.stderr.isatty()):
        return
    hints, said = storage_at(Home.resolve(home).hints), f"newer-films.{profile}.{dataset}"
    if hints.has(said):
        return
    found = movierec.newer_films(profile, home=home)
    if found is not None and _remember(hints, said):
        note(newer_films_text(found))


def newer_films_text(found: "movierec.NewerFilms") -> str:
    """ "412 of your 500 films came out after 1998 ..." """
    release = found.release
    whose = "your" if found.profile == movierec.DEFAULT_PROFILE else f"{found.profile}'s"
    which = f"{found.newer:,} of {whose} {found.films:,} films"
    if found.films == 1:
        which = f"The only film in the profile {found.profile}"
    size = f"{'' if release.size_is_exact else 'about '}{release.size / 1e6:,.0f} MB"
    fetch = "" if found.fetched else f"movierec fetch {release.name}, {size}; "
    takes = f", about {_duration(found.usual_training_seconds)} on two cores"
    if found.training_seconds is not None:
        takes = f", about {_duration(found.training_seconds)} here"
    return (
        f"{which} came out after {found.last_year}, the last year of {found.dataset}. "
        f"{release.name} knows films to {release.years[1]}: {fetch}"
        f"movierec train --dataset {release.name}{takes}."
    )


def _duration(seconds: float) -> str:
    """As precise as an estimate is: "40 minutes", "1.5 hours"."""
    if seconds < 90:
        return "a minute"
    if seconds < 50 * 60:
        minutes = round(seconds / 60)
        return f"{minutes if minutes < 10 else round(minutes, -1)} minutes"
    hours = round(2 * seconds / 3600) / 2 or 1
    return "an hour" if hours == 1 else f"{hours if hours < 4 else round(hours):g} hours"


def _remember(hints: Storage, said: str) -> bool:
    """Whether it will not be said again."""
    try:
        with hints.alone(".lock", ".new"):
            return hints.swap(said, b"", None, ".new")
    except OSError:
        return False
