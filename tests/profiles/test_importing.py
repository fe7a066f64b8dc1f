"""An import into a profile: what is kept, what is replaced, and that every row is accounted for."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from movierec_cli.errors import MovieRecError, NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.profiles.importing import UNMATCHED_FIELDS, ImportSummary, Outcome, import_ratings
from movierec_cli.profiles.merging import Change
from movierec_cli.profiles.profile import OwnRating, load_profile

Import = Callable[..., ImportSummary]


@pytest.fixture
def bring(films_home: Path, tmp_path: Path) -> Import:
    """Import a text as a file of the given name."""

    def run(text: str, name: str = "films.csv", **options: object) -> ImportSummary:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return import_ratings(file, home=options.pop("home", films_home), **options)  # type: ignore[arg-type]

    return run


def kept(home: Path, name: str = "me") -> dict[str, float | None]:
    return {own.label: own.stars for own in load_profile(Home(home), name).ratings}


def test_every_row_is_counted_once(bring: Import, films_home: Path) -> None:
    summary = bring(
        "title,year,rating,type\n"
        "Heat,1995,4.5,\n"
        "The Godfather,1972,5,\n"
        "Godfather,1973,4,\n"
        "Metropolis,1927,4,\n"
        "Hercules,2014,2,\n"
        "The Show,2008,5,TV Series\n"
        "Alien,1979,much,\n"
        "Alien,1979,,\n"
        "Heat,1995,4.5,\n"
    )
    assert summary.outcomes == {
        Outcome.MATCHED: 4,
        Outcome.ABSENT: 1,
        Outcome.AMBIGUOUS: 1,
        Outcome.LEFT_OUT: 2,
        Outcome.UNREADABLE: 1,
    }
    assert summary.changes == {Change.NEW: 5}
    assert (summary.repeated, summary.not_kept, len(summary.rows)) == (1, 0, 9)
    assert kept(films_home) == {
        "Heat (1995)": 4.5,
        "The Godfather (1972)": 5.0,
        "Godfather (1973)": 4.0,
        "Metropolis (1927)": 4.0,
        "Hercules (2014)": 2.0,
    }


def test_the_same_file_again_changes_nothing(bring: Import, films_home: Path) -> None:
    text = "title,year,rating,date\nHeat,1995,4,2024-01-01\nAlien,1979,5,\nMetropolis,1927,3,2023-01-01\n"
    bring(text)
    file = Home(films_home).profiles / "me.json"
    before = file.read_bytes(), file.stat().st_mtime_ns
    for overwrite in (False, True):
        assert bring(text, overwrite=overwrite).changes == {Change.SAME: 3}
        assert (file.read_bytes(), file.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    ("mine", "theirs", "change", "stars"),
    [
        (("4", "2024-01-01"), ("2", "2024-06-01"), Change.REPLACED, 2.0),
        (("4", "2024-06-01"), ("2", "2024-01-01"), Change.OLDER, 4.0),
        (("4", "2024-01-01"), ("2", "2024-01-01"), Change.CONFLICT, 4.0),
        (("4", ""), ("2", "2024-01-01"), Change.CONFLICT, 4.0),
        (("4", "2024-01-01"), ("2", ""), Change.CONFLICT, 4.0),
        (("4", ""), ("2", ""), Change.CONFLICT, 4.0),
        (("4", "2024-01-01"), ("4", "2024-06-01"), Change.SAME, 4.0),
    ],
)
def test_another_rating_in_the_profile(
    bring: Import,
    films_home: Path,
    mine: tuple[str, str],
    theirs: tuple[str, str],
    change: Change,
    stars: float,
) -> None:
    for rating, day in (mine, theirs):
        summary = bring(f"title,year,rating,date\nHeat,1995,{rating},{day}\n")
    assert summary.changes == {change: 1}
    assert kept(films_home) == {"Heat (1995)": stars}
    pairs = [(one.kept.stars, one.refused.stars) for one in summary.conflicts]
    assert pairs == ([(4.0, 2.0)] if change is Change.CONFLICT else [])
    overwritten = bring(f"title,year,rating,date\nHeat,1995,1,{theirs[1]}\n", overwrite=True)
    assert overwritten.changes == {Change.REPLACED: 1}
    assert kept(films_home) == {"Heat (1995)": 1.0}


def test_what_was_missing_is_added(bring: Import, films_home: Path) -> None:
    bring("title,year,rating\nHeat,1995,4\n")
    bring("title,year,rating,date,imdb_id\nHeat,1995,4,2024-01-01,tt0113277\n")
    bring("title,year,rating,date\nHeat,1995,4,2020-01-01\n")
    assert load_profile(Home(films_home), "me").ratings == (
        OwnRating("Heat", 1995, "tt0113277", 4.0, "2024-01-01"),
    )


LETTERBOXD = "Date,Name,Year,Letterboxd URI"


def test_watching_never_replaces_a_rating_and_a_rating_joins_a_watched_film(
    bring: Import, films_home: Path
) -> None:
    bring(f"{LETTERBOXD}\n2024-01-01,Heat,1995,u\n", "watched.csv")
    assert kept(films_home) == {"Heat (1995)": None}
    rated = bring(f"{LETTERBOXD},Rating\n2023-01-01,Heat,1995,u,4.5\n", "ratings.csv")
    assert rated.changes == {Change.NEW: 1}
    watched = bring(f"{LETTERBOXD}\n2024-06-01,Heat,1995,u\n", "watched.csv", overwrite=True)
    assert watched.changes == {Change.SAME: 1}
    assert load_profile(Home(films_home), "me").ratings == (OwnRating("Heat", 1995, None, 4.5, "2023-01-01"),)


def test_of_several_viewings_the_latest_rating_counts(bring: Import, films_home: Path) -> None:
    summary = bring(
        f"{LETTERBOXD},Rating,Rewatch,Tags,Watched Date\n"
        "2024-05-01,Heat,1995,a,3,,,2024-05-01\n"
        "2024-06-01,Heat,1995,b,5,Yes,,2024-06-01\n"
        "2024-07-01,Heat,1995,c,,Yes,,2024-07-01\n"
        "2024-04-01,Heat,1995,d,1,,,2024-04-01\n",
        "diary.csv",
    )
    assert (summary.changes, summary.repeated) == ({Change.NEW: 1}, 3)
    assert load_profile(Home(films_home), "me").ratings == (OwnRating("Heat", 1995, None, 5.0, "2024-06-01"),)


def test_without_days_the_last_row_counts(bring: Import, films_home: Path) -> None:
    bring("title,year,rating\nHeat,1995,3\nAlien,1979,5\nHeat,1995,2\n")
    assert kept(films_home)["Heat (1995)"] == 2.0


def test_two_films_of_one_name_and_year_in_the_file_are_not_guessed(bring: Import, films_home: Path) -> None:
    summary = bring(
        f"{LETTERBOXD},Rating\n2024-01-01,Hercules,2014,a,3\n2024-01-02,Hercules,2014,b,5\n", "ratings.csv"
    )
    assert summary.outcomes == {Outcome.AMBIGUOUS: 2}
    assert (summary.changes, summary.not_kept) == ({}, 2)
    assert not (Home(films_home).profiles / "me.json").exists()


def test_namesakes_in_the_profile_are_not_guessed_either(bring: Import, films_home: Path) -> None:
    bring("title,year,rating,imdb_id\nHercules,2014,3,tt1267297\nHercules,2014,2,tt1043726\n")
    summary = bring("title,year,rating\nHercules,2014,5\n", overwrite=True)
    assert summary.changes == {Change.CONFLICT: 1}
    assert [own.stars for own in load_profile(Home(films_home), "me").ratings] == [3.0, 2.0]


def test_an_imdb_id_tells_namesakes_apart(bring: Import, films_home: Path) -> None:
    bring("title,year,rating,imdb_id\nHercules,2014,3,tt1267297\nHercules,2014,2,tt1043726\n")
    summary = bring("title,year,rating,imdb_id\nHercules,2014,5,tt1043726\n", overwrite=True)
    assert summary.changes == {Change.REPLACED: 1}
    assert [own.stars for own in load_profile(Home(films_home), "me").ratings] == [3.0, 5.0]


def test_without_a_model_everything_is_kept_for_later(bring: Import, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    summary = bring("title,year,rating\nHeat,1995,4\nNowhere,1900,2\n,1,1\n", home=empty)
    assert summary.dataset is None
    assert summary.outcomes == {Outcome.UNKNOWN: 2, Outcome.UNREADABLE: 1}
    assert kept(empty) == {"Heat (1995)": 4.0, "Nowhere (1900)": 2.0}


def test_movie_ids_take_a_model(bring: Import, films_home: Path, tmp_path: Path) -> None:
    text = "movieId,rating\n2,4.5\n77,2\n"
    with pytest.raises(NotFoundError, match="movie ids and no titles") as error:
        bring(text, home=tmp_path / "empty")
    assert "movierec train" in (error.value.hint or "")
    summary = bring(text)
    assert summary.outcomes == {Outcome.MATCHED: 1, Outcome.ABSENT: 1}
    assert (summary.changes, summary.not_kept) == ({Change.NEW: 1}, 1)
    assert kept(films_home) == {"The Godfather (1972)": 4.5}


def test_the_unmatched_rows_are_written_and_can_be_imported(
    bring: Import, films_home: Path, tmp_path: Path
) -> None:
    unmatched = tmp_path / "unmatched.csv"
    text = "title,year,rating\nHeat,1995,4\nMetropolis,1927,3.5\nAlien,1979,x\nHercules,2014,1\n"
    bring(text, unmatched=unmatched)
    with unmatched.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == UNMATCHED_FIELDS
    assert [(row["line"], row["outcome"], row["title"], row["stars"]) for row in rows] == [
        ("3", "not in the dataset", "Metropolis", "3.5"),
        ("4", "unreadable", "Alien", ""),
        ("5", "ambiguous", "Hercules", "1.0"),
    ]
    assert rows[1]["reason"] == "the rating 'x' is not a number"
    again = import_ratings(unmatched, home=films_home)
    assert again.changes == {Change.SAME: 2}


def test_the_unmatched_rows_come_back_as_what_they_were_after_a_correction(
    bring: Import, films_home: Path, tmp_path: Path
) -> None:
    unmatched = tmp_path / "unmatched.csv"
    text = (
        "title,original title,year,rating,watched,status,type\n"
        "Metropole,Metropolis,1927,,yes,,Movie\n"
        "Dune Two,,2024,,,planned,Movie\n"
        "Hate,,1995,9/10,,,Movie\n"
        "Alien,,1979,x,,,Movie\n"
        "The Show,,2008,5,,,TV Series\n"
    )
    bring(text, unmatched=unmatched)
    corrected = unmatched.read_text(encoding="utf-8").replace("Hate,1995", "Heat,1995")
    corrected = corrected.replace("Alien,1979,,,", "Alien,1979,,4,")
    unmatched.write_text(corrected, encoding="utf-8")
    summary = import_ratings(unmatched, profile="again", home=films_home)
    assert summary.left_out == {"TV series": 1}
    assert (summary.shelves, summary.outcomes[Outcome.UNREADABLE]) == (
        {"rated": 2, "seen": 1, "planned": 1},
        0,
    )
    assert kept(films_home, "again") == {"Heat (1995)": 4.5, "Alien (1979)": 4.0, "Metropole (1927)": None}
    again = load_profile(Home(films_home), "again")
    assert [own.label for own in again.watchlist] == ["Dune Two (2024)"]
    assert {own.original_title for own in again.ratings} == {None, "Metropolis"}


def test_a_watchlist_is_kept_and_films_leave_it_when_they_are_seen(bring: Import, films_home: Path) -> None:
    bring("title,year,rating\nHeat,1995,4\n")
    summary = bring(
        "Date,Name,Year,Letterboxd URI\n,Heat,1995,a\n,Alien,1979,b\n,Dune,1984,c\n", "watchlist.csv"
    )
    assert summary.changes == {Change.SEEN: 1, Change.NEW: 2}
    assert summary.shelves == {"planned": 3}
    assert bring("title,year\nAlien,1979\n", unrated="watchlist").changes == {Change.SAME: 1}
    assert [own.title for own in load_profile(Home(films_home), "me").watchlist] == ["Alien", "Dune"]
    bring("title,year,rating\nDune,1984,5\n")
    assert [own.title for own in load_profile(Home(films_home), "me").watchlist] == ["Alien"]


def test_a_film_of_a_file_that_is_rated_and_planned_is_rated(bring: Import, films_home: Path) -> None:
    summary = bring("title,year,my rating,status\nHeat,1995,4,\nHeat,1995,,planned\nAlien,1979,,planned\n")
    assert (summary.changes, summary.repeated) == ({Change.NEW: 2}, 1)
    assert kept(films_home) == {"Heat (1995)": 4.0}


def test_what_a_title_alone_has_matched_is_told(bring: Import) -> None:
    summary = bring("title,rating\nDune,4\nSabrina,3\nElsewhere,2\n")
    assert [(one.row.title, one.movie.movie_id) for one in summary.by_title] == [("Dune", 9)]
    assert summary.outcomes == {Outcome.MATCHED: 1, Outcome.AMBIGUOUS: 1, Outcome.ABSENT: 1}


def test_where_the_unmatched_cannot_be_written_nothing_changes(
    bring: Import, films_home: Path, tmp_path: Path
) -> None:
    text = "title,year,rating\nHeat,1995,4\n"
    for path in (tmp_path / "no folder" / "u.csv", tmp_path):
        with pytest.raises(MovieRecError):
            bring(text, unmatched=path)
    with pytest.raises(UsageError, match="is the file to import"):
        bring(text, unmatched=tmp_path / "films.csv")
    assert not (Home(films_home).profiles / "me.json").exists()
    assert (tmp_path / "films.csv").read_text() == text


ROW = st.tuples(
    st.sampled_from(["Heat", "Alien", "Hercules", "Elsewhere", ""]),
    st.sampled_from(["1995", "1979", "2014", "", "x"]),
    st.sampled_from(["4", "2.5", "", "0", "4x"]),
    st.sampled_from(["2024-01-01", "2023-01-01", "", "?"]),
    st.sampled_from(["", "tt0000001", "tt0000002"]),
    st.sampled_from(["", "Movie", "TV Series"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.lists(ROW, max_size=8), min_size=1, max_size=3), st.booleans())
def test_the_counts_add_up_and_a_second_import_changes_nothing(
    films_home: Path, tmp_path: Path, files: list[list[tuple[str, ...]]], overwrite: bool
) -> None:
    (Home(films_home).profiles / "me.json").unlink(missing_ok=True)
    for rows in files:
        file = tmp_path / "any.csv"
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([("title", "year", "rating", "date", "imdb_id", "type"), *rows])
        summary = import_ratings(file, overwrite=overwrite, home=films_home)
        assert len(summary.rows) == sum(any(row) for row in rows) == sum(summary.outcomes.values())
        about_films = sum(
            count
            for outcome, count in summary.outcomes.items()
            if outcome not in {Outcome.UNREADABLE, Outcome.LEFT_OUT}
        )
        assert sum(summary.changes.values()) + summary.repeated + summary.not_kept == about_films
        profile = load_profile(Home(films_home), "me") if about_films else None
        again = import_ratings(file, overwrite=overwrite, home=films_home)
        assert not {Change.NEW, Change.REPLACED} & set(again.changes)
        assert profile is None or load_profile(Home(films_home), "me") == profile


HEATS = "title,year,rating,date,imdb_id\n"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("first", "second", "changes", "ratings"),
    [
        (  # the later row joins both entries, by its title and by its id, and the other film is new
            "Heat,1995,4,,\nHeat,1979,4,,tt0000001\n",
            "Heat,1995,4,2024-01-01,tt0000001\nHeat,1979,2.5,2023-01-01,\n",
            {Change.SAME: 1, Change.NEW: 1},
            [(1979, None, 2.5, "2023-01-01"), (1995, "tt0000001", 4.0, "2024-01-01")],
        ),
        (  # the row without a day joins both entries, by its title and by its id, of which the later stays
            "Heat,1995,4,2024-01-01,tt0000002\nHeat,1979,4,2023-01-01,\n",
            "Heat,1979,4,,tt0000002\nHeat,1995,4,2024-01-01,tt0000001\n",
            {Change.SAME: 1, Change.NEW: 1},
            [(1995, "tt0000002", 4.0, "2024-01-01"), (1995, "tt0000001", 4.0, "2024-01-01")],
        ),
    ],
)
def test_a_second_import_changes_nothing_where_files_contradict_each_other_about_an_id(
    bring: Import,
    films_home: Path,
    first: str,
    second: str,
    changes: dict[Change, int],
    ratings: list[tuple[int, str | None, float, str]],
    overwrite: bool,
) -> None:
    bring(HEATS + first, overwrite=overwrite)
    for expected in (changes, {Change.SAME: 2}):
        summary = bring(HEATS + second, overwrite=overwrite)
        assert (summary.changes, summary.repeated, summary.conflicts) == (expected, 0, ())
        kept_now = load_profile(Home(films_home), "me").ratings
        assert [(own.year, own.imdb_id, own.stars, own.rated_on) for own in kept_now] == ratings


@pytest.mark.parametrize("overwrite", [False, True])
def test_of_two_rows_that_the_profile_shows_to_be_about_one_film_the_later_counts(
    bring: Import, films_home: Path, overwrite: bool
) -> None:
    bring("title,original title,year,rating\nWings of Desire,Der Himmel über Berlin,1987,\n", unrated="seen")
    text = (
        "title,year,rating,date\n"
        "Wings of Desire,1987,2,2023-01-01\n"
        "Der Himmel über Berlin,1987,5,2024-01-01\n"
        "Heat,1995,4,\n"
        "Alien,1979,3,\n"
    )
    for changes in ({Change.NEW: 3}, {Change.SAME: 3}):
        summary = bring(text, overwrite=overwrite)
        assert (summary.changes, summary.repeated) == (changes, 1)
        assert list(kept(films_home).items()) == [
            ("Heat (1995)", 4.0),
            ("Alien (1979)", 3.0),
            ("Wings of Desire (1987)", 5.0),
        ]


def test_netflix_has_series_that_only_other_rows_show(
    bring: Import, films_home: Path, tmp_path: Path
) -> None:
    text = 'Title,Date\n"Heat","1/13/24"\n' + "".join(
        f'"Black Mirror: {episode}","1/14/24"\n' for episode in ("USS Callister", "Nosedive", "Crocodile")
    )
    summary = bring(text, "NetflixViewingHistory.csv", unmatched=tmp_path / "rest.csv")
    assert kept(films_home) == {"Heat": None}
    assert summary.left_out == {"TV episode": 3}
    assert summary.outcomes == {Outcome.MATCHED: 1, Outcome.LEFT_OUT: 3}
    assert ["Black Mirror" in sentence for sentence in summary.assumed] == [True]
    bring((tmp_path / "rest.csv").read_text(encoding="utf-8"), "rest.csv")
    assert kept(films_home) == {"Heat": None}
    other_table = bring(text.replace("Title,Date", "Title,Watched on"), "mine.csv")
    assert other_table.left_out == {}
