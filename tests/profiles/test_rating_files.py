"""What each kind of file comes to, row by row, as Letterboxd, IMDb and MovieLens write them."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from movierec_cli.errors import DataError, MovieRecError, UsageError
from movierec_cli.profiles import containers
from movierec_cli.profiles.profile import OwnRating
from movierec_cli.profiles.rating_files import FileRow, RatingFile, Source, read_rating_file
from movierec_cli.store.movie import Movie
from tests.support import table

KNOWN = {
    7: Movie(7, "Twelve Monkeys", 1995, (), None, 0, "tt0114746"),
    50: Movie(50, "Star Wars", 1977, (), None, 0),
}


def read(path: Path, content: str | bytes, scale: float | None = None) -> RatingFile:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_rating_file(
        path, lambda movie_ids: {one: KNOWN[one] for one in movie_ids & KNOWN.keys()}, scale
    )


def entries(export: RatingFile) -> list[OwnRating | None]:
    return [row.own for row in export.rows]


def reasons(export: RatingFile) -> list[str | None]:
    return [row.left_out or row.problem for row in export.rows]


def zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


# ---- Letterboxd ----

RATINGS = """Date,Name,Year,Letterboxd URI,Rating
2023-04-01,Heat,1995,https://boxd.it/2a,4.5
2023-04-02,"Good, the Bad and the Ugly, The",1966,https://boxd.it/2b,0.5
2023-04-03,Amélie,2001,https://boxd.it/2c,5
"""
WATCHED = """Date,Name,Year,Letterboxd URI
2023-04-01,Heat,1995,https://boxd.it/2a
2023-04-04,Alien,1979,https://boxd.it/2d
2023-04-05,Untitled,,https://boxd.it/2e
"""
DIARY = """Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2023-05-02,Heat,1995,https://boxd.it/a1,4,,,2023-05-01
2023-05-09,Heat,1995,https://boxd.it/a2,,Yes,"cinema, friends",2023-05-08
"""


def test_letterboxd_ratings_have_half_stars(tmp_path: Path) -> None:
    export = read(tmp_path / "ratings.csv", RATINGS)
    assert export.source is Source.LETTERBOXD
    assert export.assumed == ()
    assert entries(export) == [
        OwnRating("Heat", 1995, None, 4.5, "2023-04-01"),
        OwnRating("Good, the Bad and the Ugly, The", 1966, None, 0.5, "2023-04-02"),
        OwnRating("Amélie", 2001, None, 5.0, "2023-04-03"),
    ]


def test_letterboxd_watched_films_have_no_rating(tmp_path: Path) -> None:
    assert entries(read(tmp_path / "watched.csv", WATCHED)) == [
        OwnRating("Heat", 1995, None, None, "2023-04-01"),
        OwnRating("Alien", 1979, None, None, "2023-04-04"),
        OwnRating("Untitled", None, None, None, "2023-04-05"),
    ]


def test_a_diary_has_the_day_of_watching_and_viewings_without_a_rating(tmp_path: Path) -> None:
    assert entries(read(tmp_path / "diary.csv", DIARY)) == [
        OwnRating("Heat", 1995, None, 4.0, "2023-05-01"),
        OwnRating("Heat", 1995, None, None, "2023-05-08"),
    ]


@pytest.mark.parametrize("folder", ["", "letterboxd-me-2024-01-01/"])
def test_of_the_zip_only_what_is_known_is_read(tmp_path: Path, folder: str) -> None:
    files = {
        "ratings.csv": RATINGS,
        "watched.csv": WATCHED,
        "diary.csv": DIARY,
        "watchlist.csv": WATCHED,
        "profile.csv": "Date Joined\n2020-01-01\n",
        "deleted/diary.csv": DIARY,
        "likes/films.csv": WATCHED,
        "lists/ratings.csv": RATINGS,
    }
    export = read(tmp_path / "l.zip", zipped({folder + name: text for name, text in files.items()}))
    assert [row.file for row in export.rows] == (
        ["watchlist.csv"] * 3 + ["watched.csv"] * 3 + ["diary.csv"] * 2 + ["ratings.csv"] * 3
    )
    assert [row.planned for row in export.rows] == [True] * 3 + [False] * 8


def test_a_watchlist_is_films_to_be_watched(tmp_path: Path) -> None:
    export = read(tmp_path / "watchlist.csv", WATCHED)
    assert [row.planned for row in export.rows] == [True] * 3
    assert [own and own.title for own in entries(export)] == ["Heat", "Alien", "Untitled"]


def test_two_films_of_one_name_and_year_are_ambiguous_wherever_they_appear(tmp_path: Path) -> None:
    watched = WATCHED + "2023-04-06,Heat,1995,https://boxd.it/other\n"
    export = read(tmp_path / "l.zip", zipped({"watched.csv": watched, "diary.csv": DIARY}))
    assert {row.own.title for row in export.rows if row.own and row.ambiguous} == {"Heat"}
    assert [row.ambiguous for row in export.rows] == [True, False, False, True, True, True]


def test_several_viewings_have_an_address_each_and_are_one_film(tmp_path: Path) -> None:
    assert not any(row.ambiguous for row in read(tmp_path / "diary.csv", DIARY).rows)


# ---- IMDb ----

IMDB = """Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Year,Genres
tt0113277,9,2022-01-31,Heat,Heat,https://www.imdb.com/title/tt0113277/,Movie,8.3,1995,Crime
tt0903747,10,2022-02-01,The Show,The Show,https://www.imdb.com/title/tt0903747/,TV Series,9.5,2008,Crime
tt0959621,8,2022-02-01,Pilot,Pilot,https://www.imdb.com/title/tt0959621/,TV Episode,9,2008,Crime
tt7366338,8,2022-02-01,Chernobyl,Chernobyl,https://www.imdb.com/title/tt7366338/,TV Mini Series,9,2019,Drama
tt0114746,7,2022-02-02,12 Monkeys,Twelve Monkeys,https://www.imdb.com/title/tt0114746/,movie,8,1995,Sci-Fi
tt0000001,1,2022-02-03,Short,Short,https://www.imdb.com/title/tt0000001/,Short,5,1894,Short
tt0096697,3,2022-02-03,On TV,On TV,https://www.imdb.com/title/tt0096697/,tvMovie,5,1989,Drama
tt1,2,2022-02-03,A Game,A Game,https://www.imdb.com/title/tt0000002/,Video Game,5,2010,Action
tt0078748,,,Alien,Alien,https://www.imdb.com/title/tt0078748/,Movie,8.5,1979,Horror
"""


def test_imdb_ratings_are_halved_and_what_is_no_film_is_left_out(tmp_path: Path) -> None:
    export = read(tmp_path / "ratings.csv", IMDB)
    assert export.source is Source.IMDB
    assert entries(export) == [
        OwnRating("Heat", 1995, "tt0113277", 4.5, "2022-01-31"),
        None,
        None,
        None,
        OwnRating("12 Monkeys", 1995, "tt0114746", 3.5, "2022-02-02", "Twelve Monkeys"),
        OwnRating("Short", 1894, "tt0000001", 0.5, "2022-02-03"),
        OwnRating("On TV", 1989, "tt0096697", 1.5, "2022-02-03"),
        None,
        None,
    ]
    left_out = [row.left_out for row in export.rows if row.left_out]
    assert left_out == ["TV series", "TV episode", "TV series", "video game", "without a rating"]


# ---- MovieLens ----


def test_an_address_may_say_that_a_film_is_none(tmp_path: Path) -> None:
    header = "title,type,link,rating"
    rows = ("Fargo,movie,https://films.example/tv/fargo,4", "Alien,movie,https://films.example/film/alien,5")
    assert reasons(read(tmp_path / "films.csv", "\n".join((header, *rows)))) == ["TV series", None]


def test_movielens_ids_are_looked_up(tmp_path: Path) -> None:
    export = read(
        tmp_path / "r.csv",
        "userId,movieId,rating,timestamp\n5,7,3.5,880000000\n5,50,5,880086400\n5,99,4,1\n5,x,4,1\n",
    )
    assert export.source is Source.MOVIELENS
    assert entries(export)[:2] == [
        OwnRating("Twelve Monkeys", 1995, "tt0114746", 3.5, "1997-11-20"),
        OwnRating("Star Wars", 1977, None, 5.0, "1997-11-21"),
    ]
    assert export.rows[2].movie_id == 99
    assert reasons(export)[3] == "the movie id 'x' is not a whole number"


def test_titles_beside_ids_are_believed_rather_than_the_ids(tmp_path: Path) -> None:
    export = read(
        tmp_path / "movielens-ratings.csv",
        "movie_id,imdb_id,tmdb_id,rating,average_rating,title\n7,0113277,949,4.5,4.1,Heat (1995)\n",
    )
    assert entries(export) == [OwnRating("Heat", 1995, "tt0113277", 4.5, None, None, 949)]


def test_the_ratings_of_many_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="ratings of 2 people") as error:
        read(tmp_path / "ratings.csv", "userId,movieId,rating\n1,7,3\n2,7,3\n")
    assert "movierec fetch" in (error.value.hint or "")


# ---- any CSV ----


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("title,year,rating", "Heat,1995,4.5"),
        ("Film;Release Year;My Rating", "Heat;1995;4,5"),
        ("TITLE\tYEAR\tSTARS", "Heat\t1995\t4.5"),
        ("Name,Score", "Heat (1995),4.5"),
        ("Movie Title,released,user_rating", "Heat,1995-12-15,4.5"),
        ("movie,year,rating", '"Heat (1995)",1995.0,4.5'),
        ("rating,Original Title,Year", "4.5,Heat,1995"),
    ],
)
def test_columns_are_found_by_their_names(tmp_path: Path, header: str, row: str) -> None:
    export = read(tmp_path / "films.csv", f"{header}\n{row}\n")
    assert entries(export) == [OwnRating("Heat", 1995, None, 4.5, None)]


@pytest.mark.parametrize(
    ("ratings", "scale", "stars"),
    [
        (["5", "1"], 5, [5.0, 1.0]),
        (["4.5", "0.5"], 5, [4.5, 0.5]),
        (["6", "5"], 10, [3.0, 2.5]),
        (["10", "1"], 10, [5.0, 0.5]),
        (["73", "100", "5"], 100, [3.65, 5.0, 0.5]),
    ],
)
def test_the_scale_is_guessed_from_the_highest_rating_and_said(
    tmp_path: Path, ratings: list[str], scale: int, stars: list[float]
) -> None:
    text = "title,rating\n" + "".join(f"Film {n},{rating}\n" for n, rating in enumerate(ratings))
    export = read(tmp_path / "films.csv", text)
    assert [own.stars for own in entries(export) if own] == pytest.approx(stars)
    assert f"out of {scale}" in export.assumed[0]
    assert "--scale" in export.assumed[0]


def test_one_rating_beyond_ten_is_a_mistake_and_not_a_scale(tmp_path: Path) -> None:
    export = read(tmp_path / "films.csv", "title,rating\nA,4\nB,45\nC,5\n")
    assert [own and own.stars for own in entries(export)] == [4.0, None, 5.0]
    assert reasons(export)[1] == "the rating 45 is not between 0 and 5"


def test_the_scale_can_be_said(tmp_path: Path) -> None:
    export = read(tmp_path / "films.csv", "title,rating\nA,4\n", scale=10)
    assert [own and own.stars for own in entries(export)] == [2.0]
    assert export.assumed == ()


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_scale(tmp_path: Path, scale: float) -> None:
    with pytest.raises(UsageError, match="--scale"):
        read(tmp_path / "films.csv", "title,rating\nA,4\n", scale=scale)


def test_rating10_is_out_of_ten_whatever_its_values(tmp_path: Path) -> None:
    export = read(tmp_path / "films.csv", "Title,Rating10\nA,4\n")
    assert [own and own.stars for own in entries(export)] == [2.0]


@pytest.mark.parametrize(
    ("row", "reason"),
    table(
        """
        Heat,1995,good   | the rating 'good' is not a number
        Heat,1995,-1     | the rating -1 is not between 0 and 5
        Heat,1995,       | without a rating
        Heat,1995,0      | without a rating
        Heat,1995        | without a rating
        ,1995,4          | there is no title
        Heat,last year,4 | the year 'last year' is not a year
        Heat,1995,4,5    | it has 4 fields, the header 3
        Heat,1995,nan    | the rating 'nan' is not a number
        """
    ),
)
def test_bad_rows_say_why_and_end_nothing(tmp_path: Path, row: str, reason: str) -> None:
    export = read(tmp_path / "films.csv", f"title,year,rating\n{row}\nAlien,1979,5\n")
    assert reasons(export) == [reason, None]
    assert entries(export) == [None, OwnRating("Alien", 1979, None, 5.0, None)]
    assert [row.line for row in export.rows] == [2, 3]


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("2024-05-31", "2024-05-31"),
        ("2024-05-31T23:59:00Z", "2024-05-31"),
        ("2024-05-31 10:00", "2024-05-31"),
        ("20240531", "2024-05-31"),
        ("880000000", "1997-11-20"),
        ("05/06/2024", None),
        ("last week", None),
        ("", None),
    ],
)
def test_days_that_are_clear(tmp_path: Path, day: str, known: str | None) -> None:
    export = read(tmp_path / "films.csv", f"title,rating,date\nHeat,4,{day}\n")
    assert [own and own.rated_on for own in entries(export)] == [known]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "no column for titles that is known; its columns are 'a, b'"),
        ("year,rating\n1995,4\n", "no column for titles"),
        ("Heat,1995,4.5\nAlien,1979,5\n", "no column for titles"),
        ("", "is empty"),
    ],
)
def test_a_file_without_the_columns_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path / "films.csv", content)


# ---- files that cannot be read at all ----


def test_no_file_or_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_rating_file(tmp_path / "missing.csv", lambda _: {})
    with pytest.raises(DataError, match="has none of watchlist"):
        read_rating_file(tmp_path, lambda _: {})


@pytest.mark.parametrize(
    "content",
    [
        zipped({"ratings.csv": RATINGS})[:-30],
        zipped({"ratings.csv": RATINGS})[:60],
        b"PK\x03\x04" + b"\0" * 40,
    ],
    ids=["cut off", "only the beginning", "no content"],
)
def test_a_damaged_zip(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match="damaged"):
        read(tmp_path / "l.zip", content)


def test_a_flipped_byte_in_a_zip(tmp_path: Path) -> None:
    content = bytearray(zipped({"ratings.csv": RATINGS * 20}))
    content[80] ^= 0xFF
    with pytest.raises(DataError, match="damaged"):
        read(tmp_path / "l.zip", bytes(content))


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has none of watchlist\.csv, watched\.csv"):
        read(tmp_path / "l.zip", zipped({"photo.jpg": "x", "lists/ratings.csv": RATINGS}))


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped({"ratings.csv": RATINGS + "\n" * (2 << 20)})
    monkeypatch.setattr(containers, "LARGEST", 1 << 20)
    assert len(bomb) < 10_000
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        read(tmp_path / "l.zip", bomb)
    with pytest.raises(DataError, match="more than 1 MB"):
        read(tmp_path / "ratings.csv", "x" * (1 << 20) + "y")


FIELD = st.one_of(st.sampled_from(["Heat", "1995", "4", "0", "tt0113277", '"', "2024-01-01", ""]), st.text())
HEADER = st.lists(
    st.sampled_from(
        ["title", "year", "rating", "Const", "Your Rating", "Name", "Letterboxd URI", "movieId", "x"]
    ),
    max_size=6,
)


@pytest.mark.slow
@given(HEADER, st.lists(st.lists(FIELD, max_size=6), max_size=5), st.sampled_from([",", ";"]))
def test_every_row_is_one_thing_whatever_is_in_it(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], rows: list[list[str]], delimiter: str
) -> None:
    text = "\n".join(delimiter.join(cells) for cells in (header, *rows))
    path = tmp_path_factory.getbasetemp() / "any.csv"
    try:
        export = read(path, text.encode("utf-8", "replace"))
    except MovieRecError:
        return
    for row in export.rows:
        told = [row.own is not None, row.movie_id is not None, bool(row.left_out), bool(row.problem)]
        assert told.count(True) == 1, row
        assert isinstance(row, FileRow)


@pytest.mark.slow
@given(st.binary())
def test_any_bytes_are_an_export_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    for start in (b"", b"title,rating\n", b"PK\x03\x04"):
        try:
            read(path, start + content)
        except MovieRecError as error:
            assert str(error)


VERDICTS = "Film,Year,What we said\nCharade,1963,👍👍\nLaura,1944,👍\nHamlet,1996,👎\nHeat,1995,👍\n"


def test_signs_below_a_column_of_any_name_are_ratings(tmp_path: Path) -> None:
    found = entries(read(tmp_path / "club.csv", VERDICTS))
    assert [(own.title, own.stars) for own in found if own] == [
        ("Charade", 5.0),
        ("Laura", 4.0),
        ("Hamlet", 1.5),
        ("Heat", 4.0),
    ]


NOTES = {
    "Movies/Charade (1963).md": "---\ntype: movie\nrating: 4.5\nstatus: watched\n---\nFine.\n",
    "Movies/L.md": '---\ntitle: "Laura"\nyear: 1944\ntype: movie\nstatus: want to watch\nrating:\n---\n',
    "Series/The Wire (2002).md": "---\ntype: series\nrating: 5\n---\n",
    "People/Grant.md": "An actor.\n",
    ".obsidian/app.json": "{}",
}


@pytest.mark.parametrize("packed", [True, False])
def test_notes_about_a_film_each_are_films(tmp_path: Path, packed: bool) -> None:
    place = tmp_path / "vault.zip"
    if packed:
        place.write_bytes(zipped(NOTES))
    else:
        for name, text in NOTES.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text, encoding="utf-8")
    export = read_rating_file(place, lambda _: {})
    found = [(own.title, own.year, own.stars) for row in export.rows if (own := row.own)]
    assert found == [("Charade", 1963, 4.5), ("Laura", 1944, None)]
    assert [row.planned for row in export.rows if row.own] == [False, True]
    assert [row.left_out for row in export.rows if row.left_out] == ["TV series"]


def test_a_day_that_is_not_known_shows_no_viewing(tmp_path: Path) -> None:
    header = "Title,Year,User Rating,View Count,Last Viewed at"
    rows = ("Charade,1963,9,1,2024-01-03", "Laura,1944,,,N/A")
    seen, other = read(tmp_path / "plex.csv", "\n".join((header, *rows))).rows
    assert seen.own and not other.own and other.left_out


@pytest.mark.parametrize(("yes", "planned"), [("checked", True), ("unchecked", False)])
def test_ticked_boxes_say_yes(tmp_path: Path, yes: str, planned: bool) -> None:
    text = f"Title,Year,Seen,Want to see\nCharade,1963,checked,\nLaura,1944,,{yes}\n"
    assert [row.planned for row in read(tmp_path / "board.csv", text).rows] == [False, planned]


def test_days_that_contradict_each_other_are_said(tmp_path: Path) -> None:
    rows = "Heat,1995,4,31/12/2025\nFargo,1996,5,12/31/2024\nAlien,1979,3,01/02/2024\n"
    found = read(tmp_path / "films.csv", f"title,year,rating,date\n{rows}")
    assert [own and own.rated_on for own in entries(found)] == [None, None, None]
    [said] = [sentence for sentence in found.assumed if "days" in sentence]
    assert "31/12/2025 and 12/31/2024, have the day first in some rows" in said
