"""A profile's films in a dataset: which movie each entry is, and what happens where that is not clear."""

from pathlib import Path

import lancedb
import pyarrow as pa
import pytest

from movierec_cli.profiles.matching import MatchedProfile, match_profile
from movierec_cli.profiles.profile import OwnRating, Profile
from movierec_cli.store.movies import Movies
from movierec_cli.titles.keys import loose_keys, natural_title, part_keys, title_keys
from tests.support import open_movies, table

Movie = tuple[int, str, int | None, tuple[str, ...], int, str | None]

MOVIES: list[Movie] = [
    (
        int(movie_id),
        title,
        int(year) if year else None,
        (genre,) if genre else (),
        int(count),
        imdb_id or None,
    )
    for movie_id, title, year, genre, count, imdb_id in table(
        """
        1  | Heat                                                     | 1995 | Crime   | 90  | tt0113277
        2  | Heat                                                     | 1986 | Action  | 5   | tt0093164
        3  | Godfather, The                                           | 1972 | Crime   | 99  |
        4  | City of Lost Children, The (Cité des enfants perdus, La) | 1995 | Fantasy | 30  |
        5  | Sabrina                                                  | 1954 | Romance | 40  |
        6  | Sabrina                                                  | 1995 | Romance | 20  |
        7  | Chasing Amy                                              | 1997 | Comedy  | 124 |
        8  | Chasing Amy                                              | 1997 | Comedy  | 255 |
        9  | Hercules                                                 | 2014 | Action  | 10  |
        10 | Hercules                                                 | 2014 | Drama   | 11  |
        11 | Thing, The                                               | 1982 | Horror  | 70  |
        12 | Thing                                                    | 1982 | Short   | 1   |
        13 | Solaris                                                  |      |         | 3   |
        14 | Stalker                                                  | 1979 | Sci-Fi  | 33  | tt0079944
        15 | Stalker, again                                           | 1979 | Sci-Fi  | 44  | tt0079944
        16 | Twins                                                    | 2000 | Drama   | 1   | tt0000016
        17 | Twins                                                    | 2000 | Drama   | 2   | tt0000017
        18 | Neighbours                                               | 1950 | Drama   | 2   |
        19 | Neighbours                                               | 1952 | Drama   | 2   |
        20 | Star Wars: Episode IV - A New Hope                       | 1977 | Sci-Fi  | 99  |
        21 | Amazing Spider-Man, The                                  | 2012 | Action  | 9   |
        22 | Zombie                                                   | 1979 | Horror  | 9   |
        23 | Double: The Last Word                                    | 1999 | Drama   | 9   |
        24 | Trouble: The Last Word                                   | 1999 | Drama   | 9   |
        """
    )
]
"""(movie_id, title, year, genres, how many rated it, imdb_id)"""


def write_movies(folder: Path, movies: list[Movie]) -> Movies:
    """The columns of a run's movies table that matching reads."""
    rows = [
        {
            "movie_id": movie_id,
            "title": natural_title(title),
            "year": year,
            "genres": list(genres),
            "rating_count": count,
            "imdb_id": imdb_id,
            "tmdb_id": 7000 + movie_id,
            "title_keys": title_keys(title),
            "loose_keys": loose_keys(title),
            "part_keys": part_keys(title),
        }
        for movie_id, title, year, genres, count, imdb_id in movies
    ]
    schema = pa.schema(
        {
            "movie_id": pa.int64(),
            "title": pa.string(),
            "year": pa.int32(),
            "genres": pa.list_(pa.string()),
            "rating_count": pa.int64(),
            "imdb_id": pa.string(),
            "tmdb_id": pa.int64(),
            "title_keys": pa.list_(pa.string()),
            "loose_keys": pa.list_(pa.string()),
            "part_keys": pa.list_(pa.string()),
        }
    )
    lancedb.connect(folder).create_table("movies", pa.Table.from_pylist(rows, schema=schema))
    return open_movies(folder)


@pytest.fixture(scope="module")
def movies(tmp_path_factory: pytest.TempPathFactory) -> Movies:
    return write_movies(tmp_path_factory.mktemp("movies"), MOVIES)


def own(
    title: str, year: int | None = None, imdb_id: str | None = None, stars: float | None = 4.0
) -> OwnRating:
    return OwnRating(title, year, imdb_id, stars, None)


def matched(movies: Movies, *ratings: OwnRating, scale: tuple[float, float] = (0.5, 5.0)) -> MatchedProfile:
    return match_profile(Profile("me", ratings), movies, scale)


@pytest.mark.parametrize(
    ("title", "year", "imdb_id", "movie_id"),
    table(
        """
        Heat                                               | 1995 |           | 1
        HEAT                                               | 1986 |           | 2
        Whatever it is called there                        | 2003 | tt0113277 | 1
        The Godfather                                      | 1972 |           | 3
        Godfather                                          | 1972 |           | 3
        Godfather, The                                     | 1972 | tt0068646 | 3
        La Cité des enfants perdus                         | 1995 |           | 4
        The City of Lost Children                          | 1995 |           | 4
        City of Lost Children (La cite des enfants perdus) | 1995 |           | 4
        Sabrina                                            | 1954 |           | 5
        The Godfather                                      | 1973 |           | 3
        The Godfather                                      | 1971 |           | 3
        Sabrina                                            | 1996 |           | 6
        The Godfather                                      |      |           | 3
        Solaris                                            | 1972 |           | 13
        Solaris                                            |      |           | 13
        The Thing                                          | 1982 |           | 11
        Thing                                              | 1982 |           | 12
        Chasing Amy                                        | 1997 |           | 8
        Stalker                                            | 1979 | tt0079944 | 15
        Star Wars                                          | 1977 |           | 20
        The Amazing Spiderman                              | 2012 |           | 21
        Double: The Last Word                              | 1999 |           | 23
        """
    ),
)
def test_the_movie_that_an_entry_is(
    movies: Movies, title: str, year: str, imdb_id: str, movie_id: str
) -> None:
    entry = own(title, int(year) if year else None, imdb_id or None)
    result = matched(movies, entry)
    assert result.rated == ((int(movie_id), 4.0),)
    assert result.unmatched == result.ambiguous == ()
    assert [match.own for match in result.matches] == [entry]


@pytest.mark.parametrize(
    "entry",
    [
        own("Alien", 1979),
        own("The Godfather", 1970),
        own("Heat", 1995, "tt9999999"),  # the dataset's Heat of 1995 is another film, it says
        own("Sabrina", 1970),
        own("?", 1995),
        own("A New Hope", 1978),  # a part of a title takes its very year
        own("Zombie: Dawn of the Dead", 1979),  # "Pocahontas: The Legend" is another film, too
        own("Zombie: The Return", 2001),
    ],
    ids=lambda entry: entry.label,
)
def test_what_the_dataset_does_not_have(movies: Movies, entry: OwnRating) -> None:
    result = matched(movies, entry)
    assert result.unmatched == (entry,)
    assert (result.matches, result.ambiguous, result.seen) == ((), (), frozenset())


@pytest.mark.parametrize(
    "entry",
    [
        own("Sabrina"),  # which year?
        own("Hercules", 2014),  # two films, by their genres
        own("Twins", 2000),  # two films, by their IMDb ids
        own("Neighbours", 1951),  # one a year earlier, one a year later
        own("The Last Word", 1999),  # the subtitle of two films
    ],
    ids=lambda entry: entry.label,
)
def test_what_fits_several_films_is_ambiguous_and_not_guessed(movies: Movies, entry: OwnRating) -> None:
    result = matched(movies, entry)
    assert result.ambiguous == (entry,)
    assert (result.matches, result.unmatched, result.seen) == ((), (), frozenset())


def test_a_film_that_the_dataset_has_twice_is_seen_under_both_ids(movies: Movies) -> None:
    result = matched(movies, own("Chasing Amy", 1997), own("Stalker", 1979, "tt0079944"))
    assert [movie_id for movie_id, _ in result.rated] == [8, 15]
    assert result.seen == {7, 8, 14, 15}


def test_watched_without_a_rating_is_seen_and_not_rated(movies: Movies) -> None:
    result = matched(movies, own("Heat", 1995, stars=None))
    assert result.rated == ()
    assert result.seen == {1}


def test_two_entries_for_one_movie_count_once_the_later_rating_where_it_was_given(
    movies: Movies,
) -> None:
    result = matched(
        movies,
        own("The Godfather", 1972, stars=2.0),
        own("Heat", 1995, stars=3.0),
        own("Godfather", 1973, stars=5.0),
        own("Heat (the director's cut)", 1995, "tt0113277", stars=None),
    )
    assert result.rated == ((1, 3.0), (3, 5.0))


@pytest.mark.parametrize(
    ("scale", "stars", "rating"),
    [
        ((1.0, 5.0), 0.5, 1.0),
        ((1.0, 5.0), 3.5, 3.5),
        ((0.5, 5.0), 0.5, 0.5),
        ((1.0, 10.0), 4.5, 9.0),
        ((1.0, 10.0), 0.5, 1.0),
        ((0.0, 10.0), 0.5, 1.0),
        ((0.0, 10.0), 3.5, 7.0),
        ((0.0, 100.0), 0.5, 10.0),
        ((0.0, 100.0), 4.5, 90.0),
        ((0.0, 1.0), 2.5, 0.5),
        ((-10.0, 10.0), 5.0, 10.0),
        ((-10.0, 10.0), 2.5, 0.0),
        ((-10.0, 10.0), 0.5, -8.0),
    ],
)
def test_stars_on_the_scale_of_the_dataset(
    movies: Movies, scale: tuple[float, float], stars: float, rating: float
) -> None:
    assert matched(movies, own("Heat", 1995, stars=stars), scale=scale).rated == ((1, rating),)


def test_among_likes_alone_what_is_not_liked_is_only_seen(movies: Movies) -> None:
    result = matched(
        movies,
        own("Heat", 1995, stars=4.0),
        own("Heat", 1986, stars=3.5),
        own("Solaris", stars=0.5),
        own("The Godfather", 1972, stars=5.0),
        scale=(1.0, 1.0),
    )
    assert result.rated == ((1, 1.0), (3, 1.0))
    assert result.seen == {1, 2, 13, 3}


def test_every_entry_is_matched_unmatched_or_ambiguous(movies: Movies) -> None:
    entries = [own(title, year) for _, title, year, *_ in MOVIES] + [own("Nowhere", 1900), own("Sabrina")]
    result = matched(movies, *entries)
    told = [*(match.own for match in result.matches), *result.unmatched, *result.ambiguous]
    assert {entry.label for entry in told} == {entry.label for entry in entries}


def test_an_empty_profile(movies: Movies) -> None:
    result = matched(movies)
    assert (result.rated, result.seen, result.unmatched, result.ambiguous) == ((), frozenset(), (), ())


def test_a_table_of_many_batches(tmp_path: Path) -> None:
    """Rows far into the table, so that positions within a batch and within the table differ."""
    count = 10_000
    table = write_movies(tmp_path, [(3 * n, f"Film {n}", 1950 + n % 50, (), 1, None) for n in range(count)])
    numbers = [0, 1, 8191, 8192, count - 1]
    result = matched(table, *(own(f"film {n}", 1950 + n % 50) for n in numbers))
    assert [movie_id for movie_id, _ in result.rated] == [3 * n for n in numbers]
