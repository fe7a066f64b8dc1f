import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from movierec_cli.datasets.article_table import read_article_table
from movierec_cli.datasets.dataset import MOVIE_COLUMNS, RATING_COLUMNS, Dataset
from movierec_cli.datasets.layouts import shown
from movierec_cli.datasets.movies_file import split_title
from movierec_cli.datasets.parse import read_dataset
from movierec_cli.errors import DataError, MovieRecError
from tests.datasets.samples import MOVIES, RATINGS, SPELLINGS, csv_files, double_colon_files, tab_files, write
from tests.support import table

HEADER = b"userId,movieId,rating,timestamp\n"


def read(folder: Path, files: dict[str, bytes]) -> Dataset:
    return read_dataset(write(folder, files), "sample")


@pytest.mark.parametrize(
    "files",
    SPELLINGS,
)
def test_every_layout_gives_the_same_ratings_and_movies(tmp_path: Path, files: dict[str, bytes]) -> None:
    dataset = read(tmp_path, files)
    assert [tuple(row) for row in dataset.ratings.itertuples(index=False)] == RATINGS
    movies = dataset.movies
    assert (
        list(zip(movies["movie_id"], movies["title"], movies["year"], movies["genres"], strict=True))
        == MOVIES
    )
    assert {column: str(dtype) for column, dtype in dataset.ratings.dtypes.items()} == RATING_COLUMNS
    assert tuple(movies.columns) == MOVIE_COLUMNS
    assert movies["movie_id"].dtype == "int64"
    assert movies["year"].dtype == "Int32"
    assert movies["tmdb_id"].dtype == "Int64"
    assert movies["release_date"].dtype == "datetime64[s]"


def test_the_scale_follows_the_layout_and_the_stars(tmp_path: Path) -> None:
    assert read(tmp_path / "tab", tab_files()).rating_scale == (1.0, 5.0)
    assert read(tmp_path / "colon", double_colon_files()).rating_scale == (1.0, 5.0)
    assert read(tmp_path / "csv", csv_files()).rating_scale == (0.5, 5.0)
    halves = double_colon_files() | {"ratings.dat": b"1::10::4.5::1\n"}
    dataset = read(tmp_path / "halves", halves)
    assert dataset.rating_scale == (0.5, 5.0)
    assert dataset.ratings["rating"].tolist() == [4.5]


def test_dates_addresses_and_ids_where_the_layout_has_them(tmp_path: Path) -> None:
    tab = read(tmp_path / "tab", tab_files()).movies
    assert tab["release_date"].tolist()[:3] == [
        pd.Timestamp("1995-01-05"),
        pd.Timestamp("1995-01-05"),
        pd.Timestamp("1997-01-05"),
    ]
    assert pd.isna(tab["release_date"].iloc[3])
    assert tab["imdb_id"].tolist() == [None] * 4
    links = read(tmp_path / "csv", csv_files()).movies
    assert links["imdb_id"].tolist() == ["tt0113828", "tt0112682", "tt0119347", None]
    assert links["tmdb_id"].tolist() == [48750, 902, pd.NA, pd.NA]
    assert links["release_date"].isna().all()


@pytest.mark.parametrize(
    ("text", "title", "year"),
    table(
        """
        Toy Story (1995)                               | Toy Story                              | 1995
        Fawlty Towers (1975-1979)                      | Fawlty Towers                          | 1975
        Death Note (2006–2007)                         | Death Note                             | 2006
        Diplomatic Immunity (2009– )                   | Diplomatic Immunity                    | 2009
        Big Bang Theory, The (2007-)                   | Big Bang Theory, The                   | 2007
        Aria (1987 )                                   | Aria                                   | 1987
        Mona (Mona ja palavan rakkauden aika) (1983))  | Mona (Mona ja palavan rakkauden aika)  | 1983
        Land Before Time III (1995) (V)                | Land Before Time III                   | 1995
        1984 (1956)                                    | 1984                                   | 1956
        2001: A Space Odyssey (1968)                   | 2001: A Space Odyssey                  | 1968
        Nosferatu (eine Symphonie des Grauens) (1922)  | Nosferatu (eine Symphonie des Grauens) | 1922
        Babylon 5                                      | Babylon 5                              |
        unknown                                        | unknown                                |
        Blade Runner 2049                              | Blade Runner 2049                      |
        Movie (0000)                                   | Movie (0000)                           |
        (1995)                                         | (1995)                                 |
        Escape \x1b[31mroom\x07 (2019)                 | Escape  [31mroom                       | 2019
                                                       |                                        |
        """
    ),
)
def test_the_year_is_taken_off_a_title(text: str, title: str, year: str) -> None:
    assert split_title(text) == split_title(f"{text} ") == (title, int(year) if year else None)


def test_ratings_alone_name_the_movies_by_their_ids(tmp_path: Path) -> None:
    dataset = read(tmp_path, {"u.data": b"7\t3\t4\n7\t12\t2\n"})
    assert dataset.movies["title"].tolist() == ["Movie 3", "Movie 12"]
    assert dataset.movies["year"].isna().all()
    assert dataset.ratings["timestamp"].tolist() == [0, 0]


def test_of_a_repeated_pair_the_latest_rating_is_kept(tmp_path: Path) -> None:
    rows = b"1,10,2,300\n1,20,3,100\n1,10,5,400\n1,10,1,200\n2,10,4,100\n2,10,3,100\n"
    ratings = read(tmp_path, {"ratings.csv": HEADER + rows}).ratings
    assert [tuple(row) for row in ratings.itertuples(index=False)] == [
        (1, 20, 3.0, 100),
        (1, 10, 5.0, 400),
        (2, 10, 3.0, 100),
    ]


def test_columns_are_found_by_name_in_any_order_and_others_are_left_alone(tmp_path: Path) -> None:
    content = b'note,timestamp,rating,item_id,user_id\n"a, b",9,4.5,30,1\n'
    ratings = read(tmp_path, {"ratings.csv": content}).ratings
    assert [tuple(row) for row in ratings.itertuples(index=False)] == [(1, 30, 4.5, 9)]


def test_the_largest_ids_fit(tmp_path: Path) -> None:
    largest = 2**63 - 1
    files = {
        "ratings.csv": HEADER + f"{largest},{largest},5,1\n".encode(),
        "movies.csv": f"movieId,title,genres\n{largest},A,\n".encode(),
    }
    dataset = read(tmp_path, files)
    assert dataset.ratings["user_id"].tolist() == dataset.movies["movie_id"].tolist() == [largest]


BAD_RATINGS = [
    ("u.data", b"1\t10\t5\t1\n1\t20\tfive\t2\n", 2, "'five'"),
    ("u.data", b"1\t10\t5\t1\n1\t20\t3\n", 2, "found 3"),
    ("u.data", b"1\t10\t5\t1\n\n1\t20\t3\t1\t9\n", 3, "found 5"),
    ("u.data", b"1\t10\tnan\t1\n", 1, "'nan'"),
    ("u.data", b"1\t10\tinf\t1\n", 1, "'inf'"),
    ("u.data", b"1\t10\t1000001\t1\n", 1, "'1000001'"),
    ("u.data", b"1\t10\t\t1\n", 1, "''"),
    ("u.data", b"-1\t10\t5\t1\n", 1, "'-1'"),
    ("u.data", b"1\t-10\t5\t1\n", 1, "'-10'"),
    ("u.data", b"\t10\t5\t1\n", 1, "user id is ''"),
    ("u.data", b"1.5\t10\t5\t1\n", 1, "'1.5'"),
    ("u.data", b"9223372036854775808\t10\t5\t1\n", 1, "'9223372036854775808'"),
    ("u.data", b"1\t99999999999999999999999\t5\t1\n", 1, "'99999999999999999999999'"),
    ("u.data", b"1\t10\t5\t1995-01-01\n", 1, "'1995-01-01'"),
    ("u.data", b"1\t10\t5\t-1\n", 1, "'-1'"),
    ("u.data", b"1\t10\t5\t1112486027000\n", 1, "'1112486027000'"),
    ("u.data", b"1\t10\t5\t1\n1\t99\t5\t1\n", 2, "movie 99 is rated"),
    ("u.data", b"1\t10\t5\t1\n1\t20\t\x1b[31m\t1\n", 2, "'\\x1b[31m'"),
    ("u.data", b"1\t10\t5\t1\n1\t20\t" + b"9" * 10_000_000 + b"\t1\n", 2, "999..."),
    ("ratings.dat", b"1::10::5::1\n1::20::x::1\n", 2, "'x'"),
    ("ratings.dat", b"1::10::5::1\n1:9:20::3::1\n", 2, "1:9:20"),
    ("ratings.dat", b"1::10::5::1\n1:20:3:1\n", 2, "found 1"),
    ("ratings.csv", HEADER + b"1,10,5,1\n1,20,3.5.1,1\n", 3, "'3.5.1'"),
    ("ratings.csv", HEADER + b"1,10,5,1\n1,20\n", 3, "found 2"),
    ("ratings.csv", b"\n" + HEADER + b"1,10,5,1\n1,77,5,1\n", 4, "movie 77"),
    ("ratings.csv", b"userId,movieId,stars\n1,10,5\n", 1, "lacks rating"),
    ("ratings.csv", b"1,10,5,1\n", 1, "lacks user_id"),
    ("ratings.csv", b"userId,user_id,movieId,rating\n1,1,10,5\n", 1, "twice"),
    ("ratings.csv", HEADER + b'1,10,5,1\n"1,20,3,1\n', 3, ""),
]


@pytest.mark.parametrize(("name", "content", "line", "value"), BAD_RATINGS)
def test_a_bad_line_of_ratings_is_named(
    tmp_path: Path, name: str, content: bytes, line: int, value: str
) -> None:
    files = {**tab_files(), **double_colon_files(), **csv_files()}
    movies = {"u.data": "u.item", "ratings.dat": "movies.dat", "ratings.csv": "movies.csv"}[name]
    with pytest.raises(DataError) as caught:
        read(tmp_path, {name: content, movies: files[movies]})
    assert caught.value.message.startswith(f"{name}, line {line}: ")
    assert value in caught.value.message
    assert len(caught.value.message) < 300


FLAG_19 = b"|".join([b"0"] * 19)

BAD_MOVIES = [
    (
        "u.item",
        b"10|A (1995)|01-Jan-1995||x|" + FLAG_19 + b"\n20|B (1995)|01-Jan-1995||x|0|1\n",
        2,
        "19 flags",
    ),
    ("u.item", b"10|A (1995)|1995-01-01||x|" + FLAG_19 + b"\n", 1, "'1995-01-01'"),
    ("u.item", b"10|A (1995)|31-Feb-1995||x|" + FLAG_19 + b"\n", 1, "'31-Feb-1995'"),
    ("u.item", b"10|A (1995)|01-Xyz-1995||x|" + FLAG_19 + b"\n", 1, "'01-Xyz-1995'"),
    ("u.item", b"10|A (1995)|||x|" + FLAG_19[:-1] + b"2\n", 1, "flags of 0 or 1"),
    ("movies.dat", b"10::A (1995)::Drama\nten::B (1995)::Drama\n", 2, "'ten'"),
    ("movies.dat", b"10::A (1995)::Drama\n10::B (1995)::Drama\n", 2, "movie 10 is in the file twice"),
    ("movies.dat", b"10::A (1995)::Drama\n20::B\n", 2, "found 2"),
    ("movies.csv", b"movieId,title,genres\n10,A, the (1995),Drama\n", 2, "found 4"),
    ("movies.csv", b"movieId,title,genres\n-1,A (1995),Drama\n", 2, "'-1'"),
    ("movies.csv", b"movieId,name,genres\n10,A (1995),Drama\n", 1, "lacks movieId or title"),
    ("movies.csv", b'movieId,title,genres\n10,"A (1995),Drama\n', 2, ""),
    ("links.csv", b"movieId,imdbId,tmdbId\n10,0113828,x\n", 2, "'x'"),
    ("links.csv", b"movieId,imdbId,tmdbId\n10,imdb,1\n", 2, "'imdb'"),
    ("links.csv", b"movieId,imdbId,tmdbId\n10,1\n", 2, "found 2"),
    ("links.csv", b"movieId,tmdbId\n10,1\n", 1, "imdbId"),
]


@pytest.mark.parametrize(("name", "content", "line", "value"), BAD_MOVIES)
def test_a_bad_line_of_movies_is_named(
    tmp_path: Path, name: str, content: bytes, line: int, value: str
) -> None:
    layouts = {"u.item": tab_files(), "movies.dat": double_colon_files()}
    with pytest.raises(DataError) as caught:
        read(tmp_path, layouts.get(name, csv_files()) | {name: content})
    assert caught.value.message.startswith(f"{name}, line {line}: ")
    assert value in caught.value.message


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"u.data": b""}, "u.data is empty"),
        ({"u.data": b"\n \n"}, "u.data is empty"),
        ({"ratings.csv": HEADER}, "ratings.csv holds no ratings"),
        ({"u.data": "1\t2\t3\t4\n".encode("utf-16")}, "u.data is UTF-16"),
        ({"u.data": "1\t2\t3\t4\n".encode("utf-16-le")}, "u.data is UTF-16"),
        (
            csv_files() | {"movies.csv": csv_files()["movies.csv"].decode().encode("utf-16")},
            "movies.csv is UTF-16",
        ),
        (csv_files() | {"movies.csv": b"movieId,title,genres\n"}, "movies.csv holds no movies"),
        (csv_files() | {"movies.csv": b""}, "movies.csv is empty"),
        ({"u.data": b"<!DOCTYPE html>\n<html>"}, "is in no MovieLens layout"),
        ({"notes.txt": b"hello"}, "There are no ratings in"),
    ],
)
def test_files_that_are_no_ratings_are_refused(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, files)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, tab_files())
    (tmp_path / "u.data").unlink()
    (tmp_path / "u.data").mkdir()
    with pytest.raises(DataError, match=r"u\.data should be a file"):
        read_dataset(tmp_path, "sample")


def test_values_in_messages_are_short_and_cannot_steer_a_terminal() -> None:
    assert shown("\x1b[2J") == "'\\x1b[2J'"
    assert len(shown("x" * 1000)) < 70


def test_dataset_refuses_other_columns_and_dtypes(tmp_path: Path) -> None:
    good = read(tmp_path, csv_files())
    with pytest.raises(ValueError, match="ratings have columns"):
        Dataset("x", good.ratings.astype({"rating": "float64"}), good.movies, good.scale)
    with pytest.raises(ValueError, match="movies have columns"):
        Dataset("x", good.ratings, good.movies.drop(columns="year"), good.scale)


def assert_whole(dataset: Dataset) -> None:
    ratings, movies = dataset.ratings, dataset.movies
    assert len(ratings) > 0
    assert not ratings.duplicated(["user_id", "movie_id"]).any()
    assert movies["movie_id"].is_monotonic_increasing and movies["movie_id"].is_unique
    assert ratings["movie_id"].isin(movies["movie_id"]).all()
    assert np.isfinite(ratings["rating"]).all()
    assert ratings["rating"].between(*dataset.rating_scale).all()
    assert (movies["title"].str.len() > 0).all()


# Bytes near the formats find more than bytes from anywhere.
PIECES = st.sampled_from(
    [
        *(
            "0",
            "1",
            "2",
            "3",
            "4",
            "5",
            "9",
            "\t",
            "::",
            ",",
            "|",
            "\n",
            "\r",
            '"',
            "nan",
            "inf",
            "-",
            ".5",
            "1e9",
        ),
        *("0x1", "\ufeff", "é", "userId,movieId,rating,timestamp\n", "movieId,title,genres\n"),
        *("1\t2\t3\t4\n", "1::2::3::4\n", "1,2,3,4\n", "2::Title (1995)::Drama\n", "2,Title (1995),Drama\n"),
    ]
)
BYTES = st.one_of(
    st.binary(max_size=200), st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode())
)


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ratings=BYTES, movies=st.one_of(st.none(), BYTES), layout=st.sampled_from(["tab", "double-colon", "csv"])
)
def test_any_bytes_give_a_whole_dataset_or_an_error(
    tmp_path: Path, ratings: bytes, movies: bytes | None, layout: str
) -> None:
    names = {
        "tab": ("u.data", "u.item"),
        "double-colon": ("ratings.dat", "movies.dat"),
        "csv": ("ratings.csv", "movies.csv"),
    }[layout]
    for old in tmp_path.iterdir():
        old.unlink()
    write(tmp_path, {names[0]: ratings} if movies is None else {names[0]: ratings, names[1]: movies})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            assert_whole(read_dataset(tmp_path, "sample"))
        except MovieRecError as error:
            assert str(error)


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["links.csv", "u.user"]), content=BYTES)
def test_any_bytes_beside_the_ratings_give_a_whole_dataset_or_an_error(
    tmp_path: Path, name: str, content: bytes
) -> None:
    files = csv_files() if name == "links.csv" else tab_files()
    write(tmp_path / name, files | {name: content})
    try:
        if name == "links.csv":
            assert_whole(read_dataset(tmp_path / name, "sample"))
        else:
            assert len(read_article_table(tmp_path / name)) == len(RATINGS)
    except MovieRecError as error:
        assert str(error)
