"""Films that are described by titles, a year and ids among the movies of the dataset in use: many at once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from movierec_cli.store.movie import Described
from movierec_cli.store.movies import Movies
from movierec_cli.store.series import place_in_series
from movierec_cli.titles.keys import loose_key, name_key, names_of, normalise
from movierec_cli.titles.likeness import Agreement, agreement, slipped, wanted_keys, without_a_word
from movierec_cli.titles.other_titles import other_titles, years_to_ask_for

if TYPE_CHECKING:
    import pyarrow as pa


_KEY_COLUMNS = (("title_keys",), ("loose_keys", "part_keys"))
"""The columns of keys that are read together, when one of them is needed."""


_NO_TITLE = {"unknown", "untitled"}
"""What a dataset calls a film that it does not know, where it does not know its year either."""


def identify(wanted: Sequence[Described], movies: Movies) -> list[tuple[int, ...] | None]:
    """For each of some films the movie_ids that it has among the `movies`.

    One id; several where the dataset has entered the film more than once, the one that most have rated first;
    () where the dataset does not have the film, None where it has several that fit.

    An IMDb or TMDB id that the dataset has decides. Else the titles are compared, the original one and the
    local one, with the movies of the year: see likeness.Agreement, whose surest kind decides. Where the
    titles say the same in full, the year may be off by one, and where the film or the movie has no year,
    they are enough. Last, the other titles that a film is known under are looked up in the same way. A movie
    whose id is known and is not the film's is never taken. Raises StoreError.
    """
    found = _Search(wanted, _Films(movies)).found
    one_film = _one_film_each(movies, {ids for ids in found if len(ids) > 1})
    return [one_film.get(ids) if len(ids) > 1 else ids for ids in found]


class _Film(NamedTuple):
    """A movie of the dataset that an entry may be about."""

    movie_id: int
    title: str
    year: int | None
    imdb_id: str | None
    tmdb_id: int | None


class _Rows:
    """Some rows of the movies table, of which only what is asked for becomes a film."""

    def __init__(self, batch: "pa.RecordBatch") -> None:
        self.column = batch.column
        self._columns = [batch.column(name) for name in _Film._fields]
        self._films: dict[int, _Film] = {}

    def film(self, row: int) -> _Film:
        """The movie of a row."""
        if row not in self._films:
            self._films[row] = _Film(*(column[row].as_py() for column in self._columns))
        return self._films[row]


class _Films:
    """The columns of a movies table by which films are found.

    Only what is looked for becomes a Python object, so that a large dataset costs little.
    """

    def __init__(self, movies: Movies) -> None:
        self.movies = movies
        self._columns: dict[str, list[tuple[_Rows, list[str]]]] = {}
        """Column -> rows, and their keys there one after the other."""

    def by_id(self, column: str, wanted: set[Any]) -> dict[Any, list[_Film]]:
        """Id in the column -> the movies that have it."""
        found: dict[Any, list[_Film]] = defaultdict(list)
        for rows, _ in self._keyed("title_keys") if wanted else ():
            for row, value in enumerate(rows.column(column).to_pylist()):
                if value in wanted:
                    found[value].append(rows.film(row))
        return found

    def by_key(self, wanted: set[str], column: str = "title_keys") -> dict[str, list[_Film]]:
        """Key -> the movies that have it in `column`."""
        found: dict[str, list[_Film]] = defaultdict(list)
        for rows, keys in self._keyed(column) if wanted else ():
            offsets: list[int] = []
            for position, key in enumerate(keys):
                if key in wanted:
                    offsets = offsets or rows.column(column).offsets.to_pylist()
                    found[key].append(rows.film(bisect_right(offsets, position) - 1))
        return found

    def of_years(self, years: set[int]) -> dict[int, list[tuple[Callable[[], _Film], str]]]:
        """Year -> its movies, each to be called for, and with its own title as a loose key."""
        found: dict[int, list[tuple[Callable[[], _Film], str]]] = defaultdict(list)
        for rows, keys in self._keyed("loose_keys") if years else ():
            offsets = rows.column("loose_keys").offsets.to_pylist()
            for row, year in enumerate(rows.column("year").to_pylist()):
                if year in years and offsets[row] < offsets[row + 1]:
                    found[year].append((partial(rows.film, row), keys[offsets[row]]))
        return found

    @cached_property
    def years(self) -> set[int | None]:
        """The years that there are movies of, None where some have none."""
        return {year for rows, _ in self._keyed("title_keys") for year in rows.column("year").to_pylist()}

    def _keyed(self, column: str) -> list[tuple[_Rows, list[str]]]:
        if column not in self._columns:
            together = next(columns for columns in _KEY_COLUMNS if column in columns)
            batches = [_Rows(batch) for batch in self.movies.table.batches([*_Film._fields, *together])]
            for name in together:
                self._columns[name] = [(rows, rows.column(name).values.to_pylist()) for rows in batches]
        return self._columns[column]


class _Search:
    """The steps of `identify`, each for the films that no step before has found.

    found: for each film the movie_ids that the first step to find any has found, () where none does.
    """

    def __init__(self, wanted: Sequence[Described], films: _Films) -> None:
        self._wanted = wanted
        self._films = films
        self.found: list[tuple[int, ...]] = [()] * len(wanted)
        self._yearless: set[int] = set()
        """The numbers of films whose title a movie without a year has."""
        self._by_id()
        self._by_whole_title()
        self._by_agreement()
        self._by_other_titles()
        self._by_slip()
        self._by_place_in_series()

    def _left(self) -> list[tuple[int, Described]]:
        return [(number, own) for number, own in enumerate(self._wanted) if not self.found[number]]

    def _by_id(self) -> None:
        for column in ("imdb_id", "tmdb_id"):
            films = self._films.by_id(column, {getattr(own, column) for own in self._wanted} - {None})
            for number, own in self._left() if films else ():
                self.found[number] = _ids(films.get(getattr(own, column), ()))

    def _by_whole_title(self) -> None:
        """The same year and the same title, letter for letter: most films are found so."""
        keys = {number: [name_key(title) for title in own.titles] for number, own in self._left()}
        films = self._films.by_key({key for some in keys.values() for key in some})
        for number, own in self._left():
            called = [film for key in keys[number] for film in films.get(key, ())]
            if not called:
                continue
            fitting = [film for film in called if film.year == own.year]
            if any(film.year is None for film in called):
                self._yearless.add(number)
            if own.year is not None and len(fitting) == 1 and _ids_agree(own, fitting[0]):
                self.found[number] = _ids(fitting)

    def _by_agreement(self) -> None:
        left = (
            (number, own)
            for number, own in self._left()
            if number in self._yearless or _is_near(own.year, self._films.years)
        )
        self._decide({number: [(own, title) for title in own.titles] for number, own in left})

    def _by_other_titles(self) -> None:
        """Under the titles that other countries have for the film, of the years that are known for them."""
        queries: dict[int, list[tuple[Described, str]]] = {}
        years = years_to_ask_for(lambda year: _is_near(year, self._films.years))
        left = [(number, own) for number, own in self._left() if own.year is None or own.year in years]
        for number, own in left:
            called = set(own.titles)
            for title in own.titles:
                called.update(title.split(" / "), names_of(title))
            films = [film for name in called for film in other_titles(name, own.year)]
            named: list[tuple[Described, str]] = [
                (Described((title,), year, own.imdb_id, own.tmdb_id), title)
                for film in films
                for title in film.titles
                for year in film.years
                if _is_near(year, self._films.years)
            ]
            if named:
                queries[number] = named
        self._decide(queries, whole_only=True)

    def _decide(self, queries: dict[int, list[tuple[Described, str]]], *, whole_only: bool = False) -> None:
        """Find each number's film under any of its titles; the surest agreement decides."""
        keys = {title: wanted_keys(title) for some in queries.values() for _, title in some}
        wanted = set().union(*keys.values())
        by_key = [self._films.by_key(wanted, column) for columns in _KEY_COLUMNS for column in columns]
        there = set().union(*by_key)
        for number, some in queries.items():
            ranked: dict[tuple[int, int], list[_Film]] = defaultdict(list)
            for own, title in some:
                if keys[title].isdisjoint(there):
                    continue
                named = {film for films in by_key for key in keys[title] for film in films.get(key, ())}
                for film in named:
                    found = agreement(title, film.title) if _may_be(own, film) else None
                    if found is None or (whole_only and not found.is_the_whole):
                        continue
                    rank = _rank(found, own, film)
                    if rank is not None:
                        ranked[rank].append(film)
            if ranked:
                self.found[number] = _ids(ranked[min(ranked)])

    def _by_slip(self) -> None:
        """Of the same year, with one letter of a long word that is another, missing or too many."""
        left = [(number, own) for number, own in self._left() if own.year in self._films.years - {None}]
        rest: dict[tuple[int, int, str], list[tuple[Callable[[], _Film], str]]] = defaultdict(list)
        for year, films in self._films.of_years({own.year for _, own in left if own.year}).items():
            for one, theirs in films:
                for place, others in without_a_word(theirs):
                    rest[year, place, others].append((one, theirs))
        for number, own in left:
            slips = (
                one()
                for title in own.titles
                for mine in (loose_key(title),)
                for place, others in without_a_word(mine)
                for one, theirs in rest.get((own.year or 0, place, others), ())
                if slipped(mine, theirs)
            )
            self.found[number] = _ids(film for film in slips if _ids_agree(own, film))

    def _by_place_in_series(self) -> None:
        for number, own in self._left():
            if own.year is None:
                places = (place_in_series(title, self._films.movies) for title in own.titles)
                self.found[number] = next(filter(None, places), ())


def _rank(found: Agreement, own: Described, film: _Film) -> tuple[int, int] | None:
    """How sure a match is, the smaller the surer; None where the years do not allow it."""
    if own.year == film.year and own.year is not None:
        return (0, found) if found.is_the_whole else (3, found)
    if own.year is None or film.year is None:
        return (2, found) if found.is_the_whole else None
    beside = abs(own.year - film.year) == 1 and found.tells_beside_the_year
    return (1 if found.is_the_whole else 4, found) if beside else None


def _is_near(year: int | None, years: set[int | None]) -> bool:
    """Whether there may be a movie of the year, give or take one."""
    return year is None or not years.isdisjoint({year - 1, year, year + 1})


def _may_be(own: Described, film: _Film) -> bool:
    """Whether the years agree, give or take one, and the ids, as far as they are known."""
    if film.year is None and film.title.lower() in _NO_TITLE:
        return False
    near = own.year is None or film.year is None or abs(own.year - film.year) <= 1
    return near and _ids_agree(own, film)


def _ids_agree(own: Described, film: _Film) -> bool:
    if own.imdb_id is not None and film.imdb_id is not None and own.imdb_id != film.imdb_id:
        return False
    return own.tmdb_id is None or film.tmdb_id is None or own.tmdb_id == film.tmdb_id


def _ids(films: Iterable[_Film]) -> tuple[int, ...]:
    return tuple(sorted({film.movie_id for film in films}))


def _one_film_each(movies: Movies, groups: set[tuple[int, ...]]) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Of groups of movies those that are one film entered more than once, the one that most have rated first.

    One film: the same IMDb id; or no two IMDb ids, and the same title, year and genres.
    """
    columns = ["title", "year", "genres", "rating_count", "imdb_id"]
    by_id = movies.rows({movie_id for group in groups for movie_id in group}, columns)
    ordered = {}
    for group in groups:
        members = [by_id[movie_id] for movie_id in group]
        imdb_ids = {row["imdb_id"] for row in members}
        films = {(normalise(row["title"]), row["year"], tuple(row["genres"])) for row in members}
        if (len(films) == 1 and len(imdb_ids - {None}) <= 1) or (len(imdb_ids) == 1 and None not in imdb_ids):
            members.sort(key=lambda row: -row["rating_count"])
            ordered[group] = tuple(row["movie_id"] for row in members)
    return ordered
