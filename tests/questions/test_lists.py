"""recommend --among, --except and --watchlist: the films of a list, as the same question ranks them."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from movierec_cli.errors import DataError, NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.profiles.editing import editing
from movierec_cli.profiles.profile import OwnRating
from movierec_cli.questions.filters import Filters
from movierec_cli.questions.once import recommend
from movierec_cli.questions.recommender import Recommender
from tests.support import Checkerboard, Cli, CliResult, Stored, assert_best

SOMEBODY = Checkerboard.user_id(4)
LISTED = [8, 3, 4, 0, 20, 5, 11, 29, 16, 17, 23, 27, 9]
"""Numbers of films: more than ten that SOMEBODY has not seen, some that they have, and the one withheld."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """LISTED and two films that the checkerboard does not have, a series, and a row with too many fields."""
    rows = [f"Film {movie},{1950 + movie},Movie" for movie in LISTED]
    rows += ["Dune,2021,Movie", "A Show,1990,TV Series", "Barbie,2023,Movie", "Film 1,1951,Movie,?,?"]
    path = tmp_path / "programme.csv"
    path.write_text("\n".join(["title,year,type", *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def recommender(checkerboard_home: Path) -> Recommender:
    return Recommender.open(checkerboard_home)


def ids_of(movies: list[int]) -> set[int]:
    return {Checkerboard.movie_id(movie) for movie in movies}


def said(result: CliResult) -> str:
    return " ".join(result.err.split())


def save_watchlist(home: Path, name: str, *movies: int, rated: tuple[int, ...] = ()) -> None:
    with editing(Home(home), name) as draft:
        for movie in movies:
            draft.watchlist.put(OwnRating(f"Film {movie}", 1950 + movie, None, None, None))
        for movie in rated:
            draft.put(OwnRating(f"Film {movie}", 1950 + movie, None, 5.0, None))


def test_what_is_read_of_a_file(recommender: Recommender, file: Path) -> None:
    found = recommender.film_list(file)
    assert found.name == "programme.csv"
    assert list(found.movie_ids) == [Checkerboard.movie_id(movie) for movie in LISTED]
    assert found.absent == ("Dune (2021)", "Barbie (2023)")
    assert (found.ambiguous, len(found.problems)) == ((), 1)
    assert "line 18" in found.problems[0]


def test_several_files_count_together(cli: Cli, checkerboard_home: Path, tmp_path: Path) -> None:
    films = {"one": (1, 2, 5), "two": (2, 6), "three": (5, 7)}
    for name, movies in films.items():
        rows = "".join(f"Film {movie},{1950 + movie}\n" for movie in movies)
        (tmp_path / f"{name}.csv").write_text(f"title,year\n{rows}", encoding="utf-8")
    given = {name: str(tmp_path / f"{name}.csv") for name in films}

    def shown(*options: str) -> set[int]:
        line = ("recommend", "3", "--include-seen", "-f", "json", *options)
        return {hit["movie_id"] for hit in json.loads(cli(*line, home=checkerboard_home).out)}

    both = ("--among", given["one"], "--among", given["two"])
    assert shown(*both) == ids_of([1, 2, 5, 6])
    assert shown(*both, "--except", given["three"]) == ids_of([1, 2, 6])
    left = shown("--except", given["one"], "--except", given["two"], "-n", "100")
    assert left.isdisjoint(ids_of([1, 2, 5, 6]))
    assert ids_of([7]) <= left


def test_all_of_a_list_is_ranked_and_nothing_else(recommender: Recommender, stored: Stored) -> None:
    left = stored.left(SOMEBODY)
    wanted = ids_of(LISTED) & left.keys()
    assert len(wanted) == 5
    hits = recommender.recommend(SOMEBODY, among=ids_of(LISTED))
    scores = {movie_id: left[movie_id] for movie_id in wanted}
    assert_best(hits, scores, 1000, sinks=stored.sinks(SOMEBODY))
    everything = recommender.recommend(SOMEBODY, among=ids_of(LISTED), include_seen=True)
    assert {hit.movie.movie_id for hit in everything} == ids_of(LISTED)


@pytest.mark.parametrize("who", [(SOMEBODY,), (SOMEBODY, Checkerboard.user_id(13))])
def test_a_place_is_that_in_the_whole_ranking(recommender: Recommender, who: tuple[int, ...]) -> None:
    whole = [hit.movie.movie_id for hit in recommender.recommend(*who, top=1000)]
    hits = recommender.recommend(*who, among=ids_of(LISTED))
    assert hits
    assert [hit.place for hit in hits] == [whole.index(hit.movie.movie_id) + 1 for hit in hits]
    assert all(hit.place is None for hit in recommender.recommend(*who))


def test_other_conditions_hold_as_well(recommender: Recommender) -> None:
    filters = Filters(genres=("War",))
    hits = recommender.recommend(SOMEBODY, among=ids_of(LISTED), filters=filters, include_seen=True)
    assert {hit.movie.movie_id for hit in hits} == ids_of([m for m in LISTED if m % 3 == 2])
    whole = [
        hit.movie.movie_id for hit in recommender.recommend(SOMEBODY, filters=filters, include_seen=True)
    ]
    assert [hit.place for hit in hits] == [whole.index(hit.movie.movie_id) + 1 for hit in hits]


def test_a_list_of_nothing(recommender: Recommender) -> None:
    assert recommender.recommend(SOMEBODY, among=[]) == []
    assert recommender.recommend(SOMEBODY, among=[-5]) == []


@pytest.mark.parametrize("diversity", [0.0, 0.5])
def test_what_is_excluded_is_left_out(recommender: Recommender, stored: Stored, diversity: float) -> None:
    hits = recommender.recommend(SOMEBODY, excluding=ids_of(LISTED), top=1000, diversity=diversity)
    assert {hit.movie.movie_id for hit in hits} == stored.left(SOMEBODY).keys() - ids_of(LISTED)


def test_from_python_lists_are_files(checkerboard_home: Path, recommender: Recommender, file: Path) -> None:
    assert recommend(SOMEBODY, among=file, home=checkerboard_home) == recommender.recommend(
        SOMEBODY, among=[Checkerboard.movie_id(movie) for movie in LISTED]
    )
    assert recommend(SOMEBODY, excluding=file, home=checkerboard_home) == recommender.recommend(
        SOMEBODY, excluding=ids_of(LISTED)
    )
    with pytest.raises(UsageError, match="two lists"):
        recommend(SOMEBODY, among=file, watchlist=True, home=checkerboard_home)
    with pytest.raises(DataError, match=r"missing\.csv"):
        recommend(SOMEBODY, among=file.with_name("missing.csv"), home=checkerboard_home)


def test_a_table_ranks_the_list_and_says_what_is_not_in_it(
    cli: Cli, checkerboard_home: Path, stored: Stored, file: Path
) -> None:
    result = cli("recommend", str(SOMEBODY), "--among", str(file), home=checkerboard_home)
    assert result.code == 0
    assert result.out.splitlines()[0].strip() == f"Recommended for user {SOMEBODY}: programme.csv"
    left = ids_of(LISTED) & stored.left(SOMEBODY).keys()
    for movie in LISTED:
        assert (f" {Checkerboard.movie_id(movie)}\n" in result.out) is (Checkerboard.movie_id(movie) in left)
    words = said(result)
    seen = len(LISTED) - len(left)
    assert f"Known already; --include-seen ranks them, too ({seen}): Film 8 (1958), " in words
    assert "Not in checkerboard (2): Dune (2021), Barbie (2023)." in words
    assert "Rows that cannot be read (1): programme.csv, line 18" in words
    assert "The place of a film is" not in words + result.out  # no terminal, no legend


def test_top_holds_for_a_list_and_the_rest_is_counted(cli: Cli, checkerboard_home: Path, file: Path) -> None:
    argv = ("recommend", str(SOMEBODY), "--among", str(file), "--include-seen", "-f", "json")
    whole = cli(*argv, home=checkerboard_home)
    records = json.loads(whole.out)
    assert len(records) == len(LISTED) > 10
    assert "The list has" not in whole.err
    assert "Place:" not in whole.err
    part = cli(*argv, "--top", "4", home=checkerboard_home)
    assert json.loads(part.out) == records[:4]
    assert f"The list has {len(LISTED) - 4} more. To see all of them: --top {len(LISTED)}" in said(part)
    assert "Not in checkerboard (2): Dune (2021), Barbie (2023)." in said(part)


def test_a_list_with_likes_alone_reasons_and_csv(cli: Cli, checkerboard_home: Path, file: Path) -> None:
    argv = ("recommend", "--like", "film 6", "--among", str(file), "--explain", "-f", "csv")
    result = cli(*argv, home=checkerboard_home)
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert {int(row["movie_id"]) for row in rows} == ids_of(LISTED)
    assert all(row["because_titles"] or row["despite_titles"] for row in rows)
    places = [int(row["place"]) for row in rows]
    assert places == sorted(set(places))
    liked = cli(
        "recommend", "--like", "film 8", "--among", str(file), "--genre", "war", home=checkerboard_home
    )
    assert "Film 8" not in liked.out
    assert "Left out by the other options" in said(liked)


def test_except_leaves_the_films_of_a_file_out(cli: Cli, checkerboard_home: Path, file: Path) -> None:
    argv = ("recommend", str(SOMEBODY), "--except", str(file), "--top", "99", "-f", "json")
    shown = {record["movie_id"] for record in json.loads(cli(*argv, home=checkerboard_home).out)}
    assert shown
    assert not shown & ids_of(LISTED)
    both = cli(
        "recommend", str(SOMEBODY), "--among", str(file), "--except", str(file), home=checkerboard_home
    )
    assert (both.code, both.out) == (0, "")
    assert "There is nothing left to show. Leave out --except" in said(both)


def test_a_list_without_a_film_of_the_dataset_says_so(
    cli: Cli, checkerboard_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("title,year\nDune,2021\n" + 7 * ",1990\n", encoding="utf-8")
    argv = ("recommend", str(SOMEBODY), "--among", str(tmp_path / "mine.csv"))
    table = cli(*argv, home=checkerboard_home)
    assert (table.code, table.out) == (0, "")
    assert re.search(r"^No film of \S+ is in mine.csv. Not in \S+ \(1\): Dune \(2021\).", said(table))
    assert "line 7: there is no title, and 2 more." in said(table)
    assert json.loads(cli(*argv, "-f", "json", home=checkerboard_home).out) == []


def test_a_watchlist_is_ranked_for_its_profile(cli: Cli, own_home: Path) -> None:
    save_watchlist(own_home, "me", *LISTED, rated=(1, 7))
    for argv in (("me",), ()):
        records = json.loads(cli("recommend", *argv, "--watchlist", "-f", "json", home=own_home).out)
        assert {record["movie_id"] for record in records} == ids_of(LISTED)
        assert all(1 <= record["predicted_rating"] <= 5 and record["place"] for record in records)
    save_watchlist(own_home, "bob", 2, rated=(3,))
    hits = recommend("me", "bob", watchlist=True, home=own_home)
    assert {hit.movie.movie_id for hit in hits} == ids_of([*LISTED, 2]) - ids_of([3])


def test_a_watchlist_alone_makes_no_taste_but_a_list(cli: Cli, own_home: Path) -> None:
    save_watchlist(own_home, "me", 4, 5, 6)
    records = json.loads(cli("recommend", "--watchlist", "-f", "json", home=own_home).out)
    assert {record["movie_id"] for record in records} == ids_of([4, 5, 6])


def test_whoever_has_no_watchlist_is_told(cli: Cli, own_home: Path, file: Path) -> None:
    save_watchlist(own_home, "me", rated=(1, 7))
    result = cli("recommend", "--watchlist", home=own_home)
    assert (result.code, result.out) == (1, "")
    assert "The watchlist of me is empty." in result.err
    assert "movierec import FILE --watchlist --as me" in said(result)
    for argv, message in (
        ((str(SOMEBODY), "--watchlist"), "has no watchlist"),
        (("me", "--watchlist", "--among", str(file)), "two lists"),
    ):
        result = cli("recommend", *argv, home=own_home)
        assert (result.code, result.out) == (2, "")
        assert message in result.err
    with pytest.raises(NotFoundError, match="'nobody'"):
        recommend("nobody", watchlist=True, home=own_home)
