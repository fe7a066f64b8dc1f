"""A profile's films among the movies of the dataset in use."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from movierec_cli.profiles.profile import OwnRating, Profile
from movierec_cli.scale import RatingScale
from movierec_cli.store.reader import TableReader
from movierec_cli.titles import loosen, natural_title, normalise, one_word, part_keys, title_keys

if TYPE_CHECKING:
    import pyarrow as pa

    _KeyedBatch = tuple[pa.RecordBatch, list[str]]
    """Rows, and their keys one after the other."""


_KEY_COLUMNS = (("title_keys",), ("loose_keys", "part_keys"))
"""The columns of keys that are read together, when one of them is needed."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry of a profile and the dataset's movie that it is about.

    rating: the entry's stars on the dataset's scale, None for a film that was only watched, and where there
        are likes alone, for one that was not liked.
    """

    own: OwnRating
    movie_id: int
    rating: float | None


@dataclass(frozen=True, slots=True)
class MatchedProfile:
    """A profile in terms of one dataset.

    matches: oldest first, one for each movie (the latest rating where two entries are about one).
    duplicate_ids: movies that are the same films as some of the matches, entered in the dataset once more.
    unmatched: entries that the dataset does not have. ambiguous: entries that fit several of its movies.
    """

    name: str
    matches: tuple[Match, ...]
    duplicate_ids: frozenset[int]
    unmatched: tuple[OwnRating, ...]
    ambiguous: tuple[OwnRating, ...]

    @property
    def rated(self) -> tuple[tuple[int, float], ...]:
        """(movie_id, rating on the dataset's scale) of everything rated, oldest first, each movie once."""
        return tuple((match.movie_id, match.rating) for match in self.matches if match.rating is not None)

    @property
    def seen(self) -> frozenset[int]:
        """The movie_id of everything rated or watched, under each id that the dataset has for it."""
        return self.duplicate_ids | {match.movie_id for match in self.matches}


def match_profile(profile: Profile, movies: TableReader, rating_scale: Sequence[float]) -> MatchedProfile:
    """Find the entries of `profile` in the table `movies`; `rating_scale` is its (lowest, highest) rating.

    See `identify` for what an entry is taken for, and RatingScale.of_stars for its rating. Raises StoreError.
    """
    lowest, highest = rating_scale
    scale = RatingScale(lowest, highest)
    matches: dict[int, Match] = {}
    all_ids: set[int] = set()
    unmatched, ambiguous = [], []
    for own, ids in zip(profile.ratings, identify(profile.ratings, movies), strict=True):
        if ids is None:
            ambiguous.append(own)
        elif not ids:
            unmatched.append(own)
        else:
            movie_id = ids[0]
            all_ids.update(ids)
            if own.stars is not None:
                matches.pop(movie_id, None)  # the later of two ratings counts, and counts as given then
                matches[movie_id] = Match(own, movie_id, scale.of_stars(own.stars))
            else:
                matches.setdefault(movie_id, Match(own, movie_id, None))
    return MatchedProfile(
        profile.name,
        tuple(matches.values()),
        frozenset(all_ids - matches.keys()),
        tuple(unmatched),
        tuple(ambiguous),
    )


def identify(ratings: Sequence[OwnRating], movies: TableReader) -> list[tuple[int, ...] | None]:
    """For each rating the movie_ids of its film in the table `movies`.

    One id; several where the dataset has entered the film more than once, the one that most have rated first;
    () where the dataset does not have the film, None where it has several that fit.

    An IMDb id that the dataset has decides. Else the movies of the same year are looked at, first under the
    whole title, then under each name of the film (original, translated, with and without its article); then
    those a year earlier or later; then, where the rating or the movie has no year, those of the same title;
    last, of the same year, those whose title is spelt another way or is a part of the other ("Star Wars").
    The first step that finds anything decides, and in it those movies whose own title it is rather than
    another of their names. A movie whose IMDb id is not the rating's is never taken. Raises StoreError.
    """
    found = _Search(ratings, _Catalogue(movies)).found
    one_film = _one_film_each(movies, {ids for ids in found if len(ids) > 1})
    return [one_film.get(ids) if len(ids) > 1 else ids for ids in found]


class _Film(NamedTuple):
    """A movie of the dataset that an entry may be about.

    by_main_name: found under its title as it is written, not under another name of it.
    """

    movie_id: int
    year: int | None
    imdb_id: str | None
    by_main_name: bool


class _Catalogue:
    """The columns of a movies table by which films are found.

    Only what is looked for becomes a Python object, so that a large dataset costs little.
    """

    def __init__(self, movies: TableReader) -> None:
        self._movies = movies
        self._columns: dict[str, list[_KeyedBatch]] = {}

    def by_imdb_id(self, wanted: set[str]) -> dict[str, list[_Film]]:
        """imdb_id -> the movies that have it."""
        found: dict[str, list[_Film]] = defaultdict(list)
        for batch, _ in self._keyed("title_keys") if wanted else ():
            for row, imdb_id in enumerate(batch.column("imdb_id").to_pylist()):
                if imdb_id in wanted:
                    found[imdb_id].append(_film(batch, row, by_main_name=True))
        return found

    def by_key(self, wanted: set[str], column: str = "title_keys") -> dict[str, list[_Film]]:
        """Key -> the movies that have it in `column`."""
        found: dict[str, list[_Film]] = defaultdict(list)
        for batch, keys in self._keyed(column) if wanted else ():
            offsets: list[int] = []
            for position, key in enumerate(keys):
                if key in wanted:
                    offsets = offsets or batch.column(column).offsets.to_pylist()
                    row = bisect_right(offsets, position) - 1
                    found[key].append(_film(batch, row, by_main_name=offsets[row] == position))
        return found

    @cached_property
    def years(self) -> set[int | None]:
        """The years that there are movies of, None where some have none."""
        return {year for batch, _ in self._keyed("title_keys") for year in batch.column("year").to_pylist()}

    def _keyed(self, column: str) -> "list[_KeyedBatch]":
        if column not in self._columns:
            together = next(columns for columns in _KEY_COLUMNS if column in columns)
            batches = list(self._movies.batches(["movie_id", "year", "imdb_id", *together]))
            for name in together:
                self._columns[name] = [(batch, batch.column(name).values.to_pylist()) for batch in batches]
        return self._columns[column]


def _film(batch: "pa.RecordBatch", row: int, *, by_main_name: bool) -> _Film:
    movie_id, year, imdb_id = (batch.column(name)[row].as_py() for name in ("movie_id", "year", "imdb_id"))
    return _Film(movie_id, year, imdb_id, by_main_name)


class _Search:
    """The steps of `identify`, each for the ratings that no step before has found.

    found: for each rating the movie_ids that the first step to find any has found, () where none does.
    """

    def __init__(self, ratings: Sequence[OwnRating], catalogue: _Catalogue) -> None:
        self._ratings = ratings
        self._catalogue = catalogue
        self.found: list[tuple[int, ...]] = [()] * len(ratings)
        self._by_imdb_id()
        self._names = {number: normalise(natural_title(own.title)) for number, own in self._left()}
        self._whole = catalogue.by_key(set(self._names.values()))
        self._by_whole_title()
        self._by_any_name()
        self._by_like_name()

    def _left(self) -> list[tuple[int, OwnRating]]:
        return [(number, own) for number, own in enumerate(self._ratings) if not self.found[number]]

    def _by_imdb_id(self) -> None:
        films = self._catalogue.by_imdb_id({own.imdb_id for own in self._ratings if own.imdb_id})
        for number, own in self._left():
            self.found[number] = _ids(films.get(own.imdb_id or "", ()))

    def _by_whole_title(self) -> None:
        for number, own in self._left():
            self.found[number] = _ids(_same_year(own, self._whole.get(self._names[number], ())))

    def _by_any_name(self) -> None:
        """Under each of its names, and in other years."""
        years = self._catalogue.years if self._left() else set()
        keys = {number: title_keys(own.title) for number, own in self._left() if _is_near(own.year, years)}
        by_key = self._catalogue.by_key({key for some in keys.values() for key in some})
        for number, own in self._left():
            whole = self._whole.get(self._names[number], ())
            if whole or number in keys:
                every = [film for key in keys.get(number, ()) for film in by_key.get(key, ())]
                steps = (
                    years_fit(own, films)
                    for years_fit in (_same_year, _next_year, _no_year)
                    for films in (whole, every)
                )
                self.found[number] = _ids(next(filter(None, steps), ()))

    def _by_like_name(self) -> None:
        """In the same year with a title that is spelt another way, longer, or shorter."""
        left = [(number, own) for number, own in self._left() if own.year in self._catalogue.years - {None}]
        spellings = {
            number: {loosen(self._names[number]), one_word(self._names[number])} for number, _ in left
        }
        parts = {number: set(part_keys(own.title)) for number, own in left}
        loose = self._catalogue.by_key(set().union(*spellings.values(), *parts.values()), "loose_keys")
        longer = self._catalogue.by_key(set().union(*spellings.values()), "part_keys")
        for number, own in left:
            steps = (
                _same_year(own, [film for key in keys for film in films.get(key, ())])
                for keys, films in (
                    (spellings[number], loose),
                    (spellings[number], longer),
                    (parts[number], loose),
                )
            )
            self.found[number] = _ids(next(filter(None, steps), ()))


def _is_near(year: int | None, years: set[int | None]) -> bool:
    """Whether there may be a movie of the year, give or take one."""
    return year is None or not years.isdisjoint({year - 1, year, year + 1})


def _same_year(own: OwnRating, films: Iterable[_Film]) -> list[_Film]:
    return [film for film in films if film.year == own.year and _ids_agree(own, film)]


def _next_year(own: OwnRating, films: Iterable[_Film]) -> list[_Film]:
    return [
        film
        for film in films
        if own.year is not None
        and film.year is not None
        and abs(film.year - own.year) == 1
        and _ids_agree(own, film)
    ]


def _no_year(own: OwnRating, films: Iterable[_Film]) -> list[_Film]:
    return [film for film in films if None in {own.year, film.year} and _ids_agree(own, film)]


def _ids_agree(own: OwnRating, film: _Film) -> bool:
    return own.imdb_id is None or film.imdb_id is None or own.imdb_id == film.imdb_id


def _ids(films: Sequence[_Film]) -> tuple[int, ...]:
    if not films:
        return ()
    clearest = [film for film in films if film.by_main_name] or films
    return tuple(dict.fromkeys(film.movie_id for film in clearest))


def _one_film_each(
    movies: TableReader, groups: set[tuple[int, ...]]
) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Of groups of movies those that are one film entered more than once, the one that most have rated first.

    One film: the same IMDb id; or no two IMDb ids, and the same title, year and genres.
    """
    wanted = sorted({movie_id for group in groups for movie_id in group})
    if not wanted:
        return {}
    columns = ["movie_id", "title", "year", "genres", "rating_count", "imdb_id"]
    rows = movies.rows(columns, f"movie_id IN ({', '.join(map(str, wanted))})")
    by_id = {row["movie_id"]: row for row in rows}
    ordered = {}
    for group in groups:
        members = [by_id[movie_id] for movie_id in group]
        imdb_ids = {row["imdb_id"] for row in members}
        films = {(normalise(row["title"]), row["year"], tuple(row["genres"])) for row in members}
        if (len(films) == 1 and len(imdb_ids - {None}) <= 1) or (len(imdb_ids) == 1 and None not in imdb_ids):
            members.sort(key=lambda row: -row["rating_count"])
            ordered[group] = tuple(row["movie_id"] for row in members)
    return ordered
