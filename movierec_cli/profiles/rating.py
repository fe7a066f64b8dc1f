"""Rating one film for a profile, and taking it back."""

import heapq
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.finder import Finder, likeness, typed_id
from movierec_cli.paths import Home
from movierec_cli.profiles.editing import Draft, editing
from movierec_cli.profiles.matching import identify
from movierec_cli.profiles.profile import (
    DEFAULT_PROFILE,
    LEAST_STARS,
    MOST_STARS,
    OwnRating,
    checked_name,
    load_profile,
    normal_imdb_id,
)
from movierec_cli.records import Movie, TitleMatch
from movierec_cli.store.reader import TableReader, open_table
from movierec_cli.store.runs import current_run
from movierec_cli.titles import natural_title, normalise, query_keys, split_year, title_keys

_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Rated:
    """What `rate` did: the movie taken for the title, the entry written, and the entries that it replaced.

    counts: false where the dataset in use has several films of that name and year that nothing tells apart.
    """

    match: TitleMatch
    own: OwnRating
    before: tuple[OwnRating, ...]
    counts: bool


def rate(
    title: str, stars: float, *, profile: str = DEFAULT_PROFILE, home: Path | str | None = None
) -> Rated:
    """Give a movie of the dataset in use `stars` (0.5 to 5, in halves) in a profile, in place of any before.

    `title` is found as in Recommender.find; the year in "Dune (2021)" must be right, give or take one. Raises
    UsageError for other stars, NotFoundError when there is no such movie or nothing is trained yet.
    """
    if stars not in (half / 2 for half in range(1, 11)):
        raise UsageError(
            f"{stars:g} is not a number of stars.",
            f"Give {LEAST_STARS} to {MOST_STARS:g} in steps of a half: movierec rate {_quoted(title)} 4.5",
        )
    place, profile = Home.resolve(home), checked_name(profile)
    run = current_run(place)
    movies = open_table(run.folder, "movies")
    match = Finder(movies, run.facts.dataset).find(title)
    movie = match.movie
    _, year = split_year(title)
    if year is not None and movie.year is not None and abs(movie.year - year) > 1:
        raise NotFoundError(
            f"{run.facts.dataset.name} has no {title!r}.",
            f"The nearest title: {movie.label}. To rate that one: "
            f"movierec rate {_quoted(movie.label)} {stars:g}",
        )
    own = OwnRating(
        movie.title,
        movie.year,
        normal_imdb_id(movie.imdb_id or ""),
        float(stars),
        datetime.now().astimezone().date().isoformat(),
    )
    with editing(place, profile) as draft:
        before = [entry for about in _about(movie, draft, movies) for entry in draft.remove(about)]
        before += draft.put(own)
    return Rated(match, own, tuple(before), counts=identify([own], movies) != [None])


def remove_rating(title: str, *, profile: str = DEFAULT_PROFILE, home: Path | str | None = None) -> OwnRating:
    """Take a film out of a profile, and return its entry.

    `title` is one of the profile's own, with or without its year and article, or "id:50" for a movie of the
    dataset in use. It is never guessed. Raises NotFoundError when the profile has no such film, UsageError
    when it has several.
    """
    place, profile = Home.resolve(home), checked_name(profile)
    load_profile(place, profile)  # no empty profile comes to be by taking something out of it
    with editing(place, profile) as draft:
        fitting = _by_title(title, draft) if typed_id(title) is None else _by_id(title, draft, place)
        if not fitting:
            raise NotFoundError(f"The profile {profile} has no film {title!r}.", _nearest(title, draft))
        if len(fitting) > 1:
            raise UsageError(
                f"{title!r} fits several films in the profile {profile}: "
                f"{', '.join(own.label for own in fitting)}.",
                f"Give the year: movierec rate --remove {_quoted(fitting[0].label)}",
            )
        draft.remove(fitting[0])
    return fitting[0]


def _by_title(title: str, draft: Draft) -> list[OwnRating]:
    text, year = split_year(title)
    wanted = query_keys(text)
    named = [own for own in draft.ratings if not set(wanted).isdisjoint(title_keys(own.title))]
    whole = [own for own in named if normalise(natural_title(own.title)) == wanted[0]]
    return [own for own in whole or named if year is None or own.year == year]


def _by_id(title: str, draft: Draft, home: Home) -> list[OwnRating]:
    run = current_run(home)
    movies = open_table(run.folder, "movies")
    return _about(Finder(movies, run.facts.dataset).find(title).movie, draft, movies)


def _about(movie: Movie, draft: Draft, movies: TableReader) -> list[OwnRating]:
    """The entries that are taken for `movie`."""
    identified = zip(draft.ratings, identify(draft.ratings, movies), strict=True)
    return [own for own, movie_ids in identified if movie_ids and movie.movie_id in movie_ids]


def _nearest(title: str, draft: Draft) -> str:
    nearest = heapq.nlargest(_SUGGESTIONS, draft.ratings, key=lambda own: likeness(title, own.title))
    return f"Its nearest titles: {', '.join(own.label for own in nearest)}" if nearest else "It is empty."


def _quoted(title: str) -> str:
    return '"' + title.replace('"', '\\"') + '"'
