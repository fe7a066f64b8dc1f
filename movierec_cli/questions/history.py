"""What somebody rated, and what it says of their taste: a person of the dataset, or a profile."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from movierec_cli.home import Home
from movierec_cli.profiles.matching import match_profile
from movierec_cli.profiles.profile import DEFAULT_PROFILE, OwnRating, load_profile
from movierec_cli.questions.people import People, parse_who
from movierec_cli.store.movie import Movie
from movierec_cli.store.movies import Movies
from movierec_cli.store.runs import current_run


@dataclass(frozen=True, slots=True)
class Entry:
    """A film that somebody rated or watched.

    rating: as they gave it, on the dataset's scale for one of its people, 0.5 to 5 stars for a profile; None
    for a film that was only watched. rated_on: the day, where a profile knows it. movie: None where the
    dataset does not have it.
    """

    title: str
    year: int | None
    imdb_id: str | None
    rating: float | None
    rated_on: str | None
    movie: Movie | None
    own: OwnRating | None = None
    """The entry of the profile, None for a person of the dataset."""

    @property
    def matched_by(self) -> str | None:
        """What has shown which movie it is: an "id", title and "year", or the "title" alone."""
        if self.own is None or self.movie is None:
            return None
        if self.own.by_title_alone:
            return "title"
        ids = self.own.imdb_id is not None and self.own.imdb_id == self.movie.imdb_id
        return "id" if ids or (self.own.tmdb_id or 0) == self.movie.tmdb_id else "year"


@dataclass(frozen=True, slots=True)
class Taste:
    """One genre or decade: how many rated movies, their mean rating, and everybody's mean of the same movies.

    Both are on the dataset's scale.
    """

    name: str
    count: int
    mean_rating: float
    everyone: float


@dataclass(frozen=True, slots=True)
class History:
    """A person's ratings in terms of the dataset in use.

    who: a user_id as digits, or a profile's name. entries: the dataset's movies, best first, then the latest,
    and last what was only watched. absent: films of a profile that the dataset does not have, in the same
    order; ambiguous: films that fit several of its movies. genres: most rated first. decades: latest first.
    planned: how many films are on a profile's watchlist; none of them is among the others. hidden: the films
    that are never recommended to it; they are among the others only where they were rated or seen, too.
    """

    who: str
    dataset: str
    entries: tuple[Entry, ...]
    absent: tuple[Entry, ...]
    ambiguous: tuple[Entry, ...]
    genres: tuple[Taste, ...]
    decades: tuple[Taste, ...]
    planned: int = 0
    hidden: tuple[OwnRating, ...] = ()


def history(who: int | str = DEFAULT_PROFILE, *, home: Path | str | None = None) -> History:
    """What a person of the dataset (by user_id, also as digits) or a profile rated.

    Raises NotFoundError for somebody who is not there and when nothing is trained yet, UsageError for what
    cannot be a profile's name, StoreError for a damaged database or profile.
    """
    movies, known = Movies(current_run(Home.resolve(home))), parse_who(who)
    return _of_dataset(known, movies) if isinstance(known, int) else _of_profile(known, movies)


def _of_dataset(user_id: int, movies: Movies) -> History:
    ratings = People(movies).of_dataset(user_id).ratings
    known = movies.by_id(rating.movie_id for rating in ratings)
    entries = [
        Entry(movie.title, movie.year, movie.imdb_id, rating.stars, None, movie)
        for rating in ratings
        for movie in (known[rating.movie_id],)
    ]
    return History(
        str(user_id),
        movies.run.facts.dataset.name,
        _best_first(entries),
        (),
        (),
        *_taste([(known[rating.movie_id], rating.stars) for rating in ratings]),
    )


def _of_profile(name: str, movies: Movies) -> History:
    profile = load_profile(movies.run.home, name)
    dataset = movies.run.facts.dataset
    matched = match_profile(profile, movies, dataset.rating_scale)
    known = movies.by_id(match.movie_id for match in matched.matches)
    return History(
        profile.name,
        dataset.name,
        _best_first([_entry(match.own, known[match.movie_id]) for match in matched.matches]),
        _best_first([_entry(own, None) for own in matched.unmatched]),
        _best_first([_entry(own, None) for own in matched.ambiguous]),
        *_taste([(known[movie_id], rating) for movie_id, rating in matched.rated]),
        planned=len(profile.watchlist),
        hidden=profile.hidden,
    )


def _entry(own: OwnRating, movie: Movie | None) -> Entry:
    if movie is None:
        return Entry(own.title, own.year, own.imdb_id, own.stars, own.rated_on, None, own)
    return Entry(movie.title, movie.year, own.imdb_id or movie.imdb_id, own.stars, own.rated_on, movie, own)


def _best_first(entries: list[Entry]) -> tuple[Entry, ...]:
    """`entries`, oldest first, by rating and then the latest first; without a rating last."""
    latest_first = reversed(entries)
    return tuple(sorted(latest_first, key=lambda entry: (entry.rating is None, -(entry.rating or 0))))


def _taste(rated: list[tuple[Movie, float]]) -> tuple[tuple[Taste, ...], tuple[Taste, ...]]:
    """By genre, the most rated first, and by decade, the latest first."""
    genres = _groups(rated, lambda movie: movie.genres)
    decades = _groups(rated, lambda movie: () if movie.year is None else (f"{movie.year // 10 * 10}s",))
    return (
        tuple(sorted(genres, key=lambda taste: (-taste.count, taste.name))),
        tuple(sorted(decades, key=lambda taste: taste.name, reverse=True)),
    )


def _groups(rated: list[tuple[Movie, float]], names: Callable[[Movie], Iterable[str]]) -> list[Taste]:
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for movie, rating in rated:
        for name in names(movie):
            # what nobody in the dataset has rated has no mean; the person's own rating is the only one
            mean = rating if movie.mean_rating is None else movie.mean_rating
            groups[name].append((rating, mean))
    return [
        Taste(name, len(pairs), *(sum(column) / len(pairs) for column in zip(*pairs, strict=True)))
        for name, pairs in groups.items()
    ]
