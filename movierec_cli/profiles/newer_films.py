"""Whether most films of a profile are newer than the dataset in use, and what it takes to have them."""

from dataclasses import dataclass
from pathlib import Path

from movierec_cli.datasets.catalog import Release, newest_release
from movierec_cli.datasets.shelf import names_here
from movierec_cli.home import Home
from movierec_cli.profiles.profile import load_profile
from movierec_cli.store.facts import RunFacts
from movierec_cli.store.lookup import last_year
from movierec_cli.store.runs import current_run
from movierec_cli.store.table import open_table

_SECONDS_A_PASS = {"ml-100k": 11.5 / 69, "ml-1m": 68.3 / 69}
"""Of training by default on one machine, see docs/performance.md: only proportions matter. The passes on all
ratings are among them."""
_SECONDS_A_RATING = 410.4 / 32_000_204
"""Of training by default on data of ml-32m's size, there: large data takes fewer passes."""


@dataclass(frozen=True, slots=True)
class NewerFilms:
    """Most films of a profile came out after the last year of the dataset in use."""

    profile: str
    films: int
    """Of the profile, rated or seen."""
    newer: int
    """How many of them are too new."""
    dataset: str
    last_year: int
    """Of the dataset in use."""
    release: Release
    """The one that knows the latest films."""
    fetched: bool
    """Whether the release is here."""
    training_seconds: float | None
    """About how long training on it takes on this machine; None where that is not known."""
    usual_training_seconds: float
    """And on a machine with two cores."""


def newer_films(profile: str, *, home: Path | str | None = None) -> NewerFilms | None:
    """What is to be said of a profile that the dataset in use is too old for; None where it is not.

    Raises NotFoundError where there is no such profile or nothing is trained, StoreError.
    """
    place = Home.resolve(home)
    run = current_run(place)
    films = load_profile(place, profile).ratings
    known_to = last_year(open_table(run.folder, "movies"))
    if known_to is None:
        return None
    newer = sum(own.year is not None and own.year > known_to for own in films)
    release = newest_release(known_to)
    if release is None or 2 * newer <= len(films):
        return None
    return NewerFilms(
        profile=profile,
        films=len(films),
        newer=newer,
        dataset=run.facts.dataset.name,
        last_year=known_to,
        release=release,
        fetched=release.name in names_here(place),
        training_seconds=training_seconds(run.facts, release.ratings),
        usual_training_seconds=_SECONDS_A_RATING * release.ratings,
    )


def training_seconds(facts: RunFacts, ratings: int) -> float | None:
    """About how long `movierec train` takes for millions of ratings where the run of `facts` was trained.

    From what that training took; None where it was another model than the default one, or on a dataset of
    which it is not known how long others take.
    """
    training = facts.training
    measured = _SECONDS_A_PASS.get(facts.dataset.name)
    if facts.model.kind != "ranking" or not training.epochs or measured is None:
        return None
    passes = training.epochs + training.finishing_epochs
    return training.seconds / passes / measured * _SECONDS_A_RATING * ratings
