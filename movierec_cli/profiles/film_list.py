"""Films that somebody put together, in a file or on a watchlist, among the movies of the dataset in use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from movierec_cli.profiles.containers import WANTED
from movierec_cli.profiles.kinds import State
from movierec_cli.profiles.profile import OwnRating, Profile
from movierec_cli.profiles.rating_files import read_rating_file
from movierec_cli.store.identify import identify
from movierec_cli.store.movies import Movies
from movierec_cli.system.files import path_of


@dataclass(frozen=True, slots=True)
class FilmList:
    """A list of films in terms of one dataset."""

    name: str
    """As people call it: "programme.csv", "the watchlist of me"."""
    movie_ids: tuple[int, ...]
    """Its films that the dataset has, each once; of one that is entered twice the better-known entry."""
    duplicate_ids: frozenset[int]
    """The other entries of these films."""
    absent: tuple[str, ...] = ()
    """Its films that the dataset does not have, as "Heat (1995)"."""
    ambiguous: tuple[str, ...] = ()
    """Those that fit several movies of the dataset."""
    problems: tuple[str, ...] = ()
    """Why some rows of a file cannot be read, with their places."""

    @property
    def every_id(self) -> frozenset[int]:
        """Under whatever id the dataset has its films."""
        return self.duplicate_ids.union(self.movie_ids)


def read_film_list(files: Sequence[Path | str], movies: Movies) -> FilmList:
    """All films of files that `movierec import` reads, whatever they say of them; other things are left out.

    Raises DataError for a file that cannot be read as a whole, StoreError.
    """
    paths = [path_of(file, WANTED) for file in files]
    rows = [row for path in paths for row in read_rating_file(path, movies.by_id, unrated=State.PLANNED).rows]
    return _among(
        movies,
        " and ".join(path.name or str(path) for path in paths),
        [row.own for row in rows if row.own and not row.ambiguous],
        absent=[f"id:{row.movie_id}" for row in rows if row.movie_id is not None],
        ambiguous=[row.own.label for row in rows if row.own and row.ambiguous],
        problems=[f"{row.place}: {row.problem}" for row in rows if row.problem],
    )


def watchlist_of(profiles: Sequence[Profile], movies: Movies) -> FilmList:
    """What some profiles want to see, all of it together. Raises StoreError."""
    names = " and ".join(profile.name for profile in profiles)
    films = [own for profile in profiles for own in profile.watchlist]
    return _among(movies, f"the watchlist of {names}", films)


def _among(
    movies: Movies,
    name: str,
    films: Sequence[OwnRating],
    absent: Iterable[str] = (),
    ambiguous: Iterable[str] = (),
    problems: Iterable[str] = (),
) -> FilmList:
    identified = list(zip(films, identify([own.described for own in films], movies), strict=True))
    found = {ids[0]: ids[1:] for _, ids in identified if ids}
    return FilmList(
        name,
        tuple(found),
        frozenset(other for others in found.values() for other in others),
        _once([*absent, *(own.label for own, ids in identified if ids == ())]),
        _once([*ambiguous, *(own.label for own, ids in identified if ids is None)]),
        tuple(problems),
    )


def _once(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(labels))
