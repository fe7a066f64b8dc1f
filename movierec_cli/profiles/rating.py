"""One film of a profile: rating it, noting that it was seen, hiding it, and taking it back."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.profiles.editing import Draft, Films, editing
from movierec_cli.profiles.notation import Written, parse_rating
from movierec_cli.profiles.profile import (
    DEFAULT_PROFILE,
    LEAST_STARS,
    MOST_STARS,
    OwnRating,
    checked_name,
    load_profile,
)
from movierec_cli.store.finder import Finder, typed_id
from movierec_cli.store.identify import identify
from movierec_cli.store.movie import Movie, TitleMatch
from movierec_cli.store.movies import Movies
from movierec_cli.store.runs import current_run
from movierec_cli.titles.fit import likeness
from movierec_cli.titles.keys import natural_title, normalise, query_keys, split_year, title_keys

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
    title: str, stars: float | str, *, profile: str = DEFAULT_PROFILE, home: Path | str | None = None
) -> Rated:
    """Give a movie of the dataset in use `stars` in a profile, in place of any before.

    `title` is found as in Recommender.find; of a movie's id, also what was taken for another movie by its
    title alone is replaced. `stars`: 0.5 to 5 in halves, or a text such as "4,5", "9/10", "85%" and "★★★★½".
    Raises UsageError for other stars, NotFoundError when there is no such movie or nothing is trained yet.
    """
    given = stars_of(stars, title)
    place, profile = Home.resolve(home), checked_name(profile)
    match, movies = _find(title, place)
    own = _entry(match.movie, given)
    with editing(place, profile) as draft:
        before = [entry for about in _about(match.movie, draft, movies) for entry in draft.remove(about)]
        if typed_id(title) is not None:
            before += [entry for about in _called_so(match.movie, draft) for entry in draft.remove(about)]
        before += draft.put(own)
        _take_off_watchlist(title, match.movie, draft, movies)
    return _rated(match, own, before, movies)


def stars_of(stars: float | str, title: str = "TITLE") -> float:
    """A number of stars, 0.5 to 5, as a person gives it. Raises UsageError, with an example for `title`."""
    word = stars if isinstance(stars, str) and not _is_rating(stars) else ""
    if word and _is_rating(title):  # the other way round
        title, word = word, ""
    scale = f"Give {LEAST_STARS} to {MOST_STARS:g} in steps of a half, 9/10 or 85%"
    example = f"{scale}: movierec rate {_quoted(title)} 4.5"
    if word.isalpha() and len(word) > 2:
        words = _quoted(f"{title} {word}")
        example += f"\nA title of several words needs quotation marks: movierec rate {words} 4.5"
    try:
        written = parse_rating(stars) if isinstance(stars, str) else Written(float(stars), None)
        found = None if written is None else written.stars(MOST_STARS)
    except ValueError as error:
        raise UsageError(f"{stars!r} cannot be stars: {error}.", example) from None
    halves = found is not None and written is not None and (written.scale or float(2 * found).is_integer())
    if found is None or not halves or (written and written.value < LEAST_STARS and not written.scale):
        given = repr(stars) if isinstance(stars, str) and not stars.strip("-").isalnum() else stars
        raise UsageError(f"{given} is not a number of stars.", example)
    return found


def _is_rating(text: str) -> bool:
    try:
        return parse_rating(text) is not None
    except ValueError:
        return False


def mark_seen(title: str, *, profile: str = DEFAULT_PROFILE, home: Path | str | None = None) -> Rated:
    """Note that a movie has been seen, without stars, so that it is no longer recommended.

    One that is in the profile already, rated or not, stays as it is, and is `before`. Raises as `rate`.
    """
    place, profile = Home.resolve(home), checked_name(profile)
    match, movies = _find(title, place)
    own = _entry(match.movie, None)
    with editing(place, profile) as draft:
        before = [*_about(match.movie, draft, movies), *draft.find(own)]
        if not before:
            draft.put(own)
        _take_off_watchlist(title, match.movie, draft, movies)
    return _rated(match, own, before, movies)


def hide(
    title: str, *, undo: bool = False, profile: str = DEFAULT_PROFILE, home: Path | str | None = None
) -> Rated:
    """Never recommend a movie to the profile again, or with `undo` again as any other.

    `before` is what was hidden before. Raises what `rate` does, NotFoundError for an `undo` of what is not
    hidden.
    """
    place, profile = Home.resolve(home), checked_name(profile)
    match, movies = _find(title, place)
    own = _entry(match.movie, None)
    if undo:
        load_profile(place, profile)  # no empty profile comes to be by taking something out of it
    with editing(place, profile) as draft:
        before = _about(match.movie, draft.hidden, movies)
        if not undo:
            draft.hidden.put(own)
        elif not before:
            hidden = ", ".join(one.label for one in draft.hidden.ratings[:_SUGGESTIONS])
            raise NotFoundError(
                f"{match.movie.label} is not hidden in the profile {profile}.",
                f"What is hidden there: {hidden}." if hidden else "Nothing is hidden there.",
            )
        for one in before if undo else ():
            draft.hidden.remove(one)
    return _rated(match, own, before, movies)


def _find(title: str, home: Home) -> tuple[TitleMatch, Movies]:
    """The movie of the dataset in use that a title means, and all its movies."""
    movies = Movies(current_run(home))
    return Finder(movies).find(title), movies


def _rated(match: TitleMatch, own: OwnRating, before: Iterable[OwnRating], movies: Movies) -> Rated:
    return Rated(match, own, tuple(before), counts=identify([own.described], movies) != [None])


def _entry(movie: Movie, stars: float | None) -> OwnRating:
    today = datetime.now().astimezone().date().isoformat()
    return OwnRating.of(movie, stars, today)


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
    match, movies = _find(title, home)
    return _about(match.movie, draft, movies)


def _about(movie: Movie, films: Films, movies: Movies) -> list[OwnRating]:
    """The entries that are taken for `movie`."""
    identified = identify([own.described for own in films.ratings], movies)
    return [own for own, ids in zip(films.ratings, identified, strict=True) if ids and movie.movie_id in ids]


def _take_off_watchlist(title: str, movie: Movie, draft: Draft, movies: Movies) -> None:
    """Whatever stands there for a movie that has been watched; of an id, also by its title alone."""
    watchlist = draft.watchlist
    for own in _about(movie, watchlist, movies) if watchlist else ():
        watchlist.remove(own)
    for own in _called_so(movie, watchlist) if typed_id(title) is not None else ():
        watchlist.remove(own)


def _called_so(movie: Movie, films: Films) -> list[OwnRating]:
    """The entries that nothing but a title describes, which is one of the movie's."""
    keys = set(title_keys(movie.title))
    return [own for own in films.ratings if own.by_title_alone and not keys.isdisjoint(query_keys(own.title))]


def _nearest(title: str, draft: Draft) -> str:
    nearest = heapq.nlargest(_SUGGESTIONS, draft.ratings, key=lambda own: likeness(title, own.title))
    return f"Its nearest titles: {', '.join(own.label for own in nearest)}" if nearest else "It is empty."


def _quoted(title: str) -> str:
    return '"' + title.replace('"', '\\"') + '"'
