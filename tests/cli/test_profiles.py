"""movierec seen, hide and profiles: what is kept, what is said, and that nothing goes without a question."""

import json
from pathlib import Path

import pytest
import typer

import movierec_cli as movierec
from movierec_cli.errors import MovieRecError
from movierec_cli.home import Home
from movierec_cli.profiles.profile import OwnRating, Profile, load_profile, save_profile
from tests.support import Cli


def profile(home: Path, name: str = "me") -> Profile:
    return load_profile(Home(home), name)


# ---- seen ----


def test_seen_is_kept_without_stars_and_not_recommended(cli: Cli, own_home: Path) -> None:
    movierec.rate("Film 2", 5, home=own_home)
    first = movierec.recommend("me", top=1, home=own_home)[0].movie
    result = cli("seen", first.label, home=own_home)
    assert (result.code, result.out) == (0, "")
    assert result.err == f"{first.label}: seen, in the profile me. It is no longer recommended.\n"
    assert [own.stars for own in profile(own_home).ratings] == [5.0, None]
    assert first not in [hit.movie for hit in movierec.recommend("me", top=30, home=own_home)]


def test_what_was_rated_stays_rated(cli: Cli, films_home: Path) -> None:
    cli("rate", "Heat", "4.5", home=films_home)
    result = cli("seen", "heat", home=films_home)
    assert "Heat (1995) is in the profile me already, rated 4.5. It stays as it is." in result.err
    assert [own.stars for own in profile(films_home).ratings] == [4.5]


def test_what_was_seen_leaves_the_watchlist(films_home: Path) -> None:
    Home(films_home).profiles.mkdir(exist_ok=True)
    save_profile(Home(films_home), Profile("me", (), (OwnRating("Heat", 1995, None, None, None),)))
    movierec.mark_seen("Heat", home=films_home)
    assert profile(films_home).watchlist == ()
    assert [own.title for own in profile(films_home).ratings] == ["Heat"]


# ---- hide ----


def test_hidden_is_never_recommended_until_it_is_undone(cli: Cli, own_home: Path) -> None:
    movierec.rate("Film 2", 5, home=own_home)
    first = movierec.recommend("me", top=1, home=own_home)[0].movie
    said = " ".join(cli("hide", first.label, home=own_home).err.split())
    assert "never recommended again" in said
    assert said.endswith(f'To undo it: movierec hide "{first.label}" --undo --as me')
    assert "already" in cli("hide", first.label, home=own_home).err
    assert first not in [hit.movie for hit in movierec.recommend("me", top=30, home=own_home)]
    assert [own.title for own in profile(own_home).hidden] == [first.title]
    assert len(profile(own_home).ratings) == 1
    assert "no longer hidden" in cli("hide", first.label, "--undo", home=own_home).err
    assert movierec.recommend("me", top=1, home=own_home)[0].movie == first


def test_undoing_what_is_not_hidden(cli: Cli, films_home: Path) -> None:
    cli("hide", "Heat", home=films_home)
    result = cli("hide", "Alien", "--undo", home=films_home)
    assert result.code == 1
    assert "Alien (1979) is not hidden" in result.err
    assert "Heat (1995)" in result.err
    assert cli("hide", "Alien", "--undo", "--as", "nobody", home=films_home).code == 1
    assert not (Home(films_home).profiles / "nobody.json").exists()


@pytest.mark.parametrize("command", ["seen", "hide"])
def test_no_such_film(cli: Cli, films_home: Path, command: str) -> None:
    result = cli(command, "Dune (2021)", home=films_home)
    assert result.code == 1
    assert "Dune (1984)" in result.err
    assert not list(Home(films_home).profiles.glob("*.json"))


# ---- profiles ----


@pytest.fixture
def three(films_home: Path) -> Path:
    """A profile with all kinds of films, an empty one and a damaged one."""
    home = Home(films_home)
    home.profiles.mkdir(exist_ok=True)
    heat = OwnRating("Heat", 1995, None, 4.0, "2024-05-01")
    alien = OwnRating("Alien", 1979, None, None, "2023-01-01")
    dune = OwnRating("Dune", 1984, None, None, None)
    save_profile(home, Profile("ann", (heat, alien), (dune,), (dune,)))
    save_profile(home, Profile("bob", ()))
    (home.profiles / "cid.json").write_text("{")
    return films_home


def test_the_profiles_their_films_and_days(cli: Cli, three: Path) -> None:
    result = cli("profiles", home=three)
    lines = [line.split() for line in result.out.splitlines() if line.strip()]
    assert result.code == 0
    assert lines[0] == ["Profile", "Rated", "Seen", "Watchlist", "Hidden", "Days"]
    assert lines[2:] == [
        ["ann", "1", "1", "1", "1", "2023-01-01", "to", "2024-05-01"],
        ["bob", "0", "0", "0", "0"],
        ["cid", "?", "?", "?", "?", "damaged"],
    ]
    assert "cid.json is damaged" in " ".join(result.err.split())
    found = json.loads(cli("profiles", "--format", "json", home=three).out)
    assert (found[0]["name"], found[0]["rated"], found[0]["last"]) == ("ann", 1, "2024-05-01")
    rows = cli("profiles", "--format", "csv", home=three).out.splitlines()
    assert rows[:2] == [
        "name,rated,seen,watchlist,hidden,first,last,problem",
        "ann,1,1,1,1,2023-01-01,2024-05-01,",
    ]


def test_no_profile_at_all(cli: Cli, tmp_path: Path) -> None:
    result = cli("profiles", home=tmp_path)
    assert (result.code, result.out) == (0, "")
    assert "movierec import FILE" in " ".join(result.err.split())


@pytest.mark.parametrize(("answer", "left"), [(True, ["bob", "cid"]), (False, ["ann", "bob", "cid"])])
def test_removing_asks_first(
    cli: Cli, three: Path, monkeypatch: pytest.MonkeyPatch, answer: bool, left: list[str]
) -> None:
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr(typer, "confirm", confirm)
    result = cli("profiles", "--remove", "Ann", home=three)
    assert result.code == 0
    assert asked == ["Remove the profile ann with its 4 films for good?"]
    assert [one.name for one in movierec.list_profiles(home=three)] == left


def test_where_nobody_answers_nothing_is_removed(cli: Cli, three: Path) -> None:
    result = cli("profiles", "--remove", "ann", home=three)
    assert result.code == 2
    assert "movierec profiles --remove ann --yes" in result.err
    assert cli("profiles", "--remove", "ann", "--yes", home=three).err == "Removed the profile ann.\n"
    assert cli("profiles", "--remove", "cid", "--yes", home=three).code == 0
    assert [one.name for one in movierec.list_profiles(home=three)] == ["bob"]


def test_removing_what_is_not_there(cli: Cli, three: Path) -> None:
    result = cli("profiles", "--remove", "zoe", "--yes", home=three)
    assert result.code == 1
    assert " ".join(result.err.split()).endswith(". Those that are there: ann, bob, cid")
    with pytest.raises(MovieRecError, match="no profile 'zoe'"):
        movierec.remove_profile("zoe", home=three)


# ---- a wrong match is put right ----


def test_what_was_matched_by_title_alone_is_shown_and_can_be_put_right(
    cli: Cli, films_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "films.csv"
    file.write_text("title,rating\nDune,4\nSabrina,3\n", encoding="utf-8")
    result = cli("import", str(file), home=films_home)
    assert "Matched by title alone, without a year (1): Dune is Dune (1984) [id:9]." in result.err
    shown = " ".join(cli("history", "me", home=films_home).err.split())
    assert "Dune is Dune (1984) [id:9]." in shown
    assert "Several movies fit (1): Sabrina: 3" in shown
    cli("rate", "id:3", "5", home=films_home)
    assert sorted((own.label, own.stars) for own in profile(films_home).ratings) == [
        ("Dune", 4.0),
        ("Sabrina (1954)", 5.0),
    ]


def test_of_many_profiles_those_are_named_that_are_called_nearly_so(cli: Cli, films_home: Path) -> None:
    home = Home(films_home)
    home.profiles.mkdir(exist_ok=True)
    for number in range(9):
        save_profile(home, Profile(f"{'abcdefghi'[number] * 4}", ()))
    said = " ".join(cli("history", "aaab", home=films_home).err.split())
    assert "of 9, these are called nearly so: aaaa." in said
    assert "cccc" not in said
    said = " ".join(cli("history", "zoe", home=films_home).err.split())
    assert "there are 9, which movierec profiles lists." in said


def test_similar_leaves_out_what_a_profile_or_a_file_has(cli: Cli, films_home: Path, tmp_path: Path) -> None:
    def shown(*options: str) -> list[int]:
        answer = cli("similar", "Heat", "-f", "json", *options, home=films_home)
        return [hit["movie_id"] for hit in json.loads(answer.out)]

    every = shown()
    for command in (["rate", "id:2", "2"], ["seen", "id:9"], ["hide", "id:5"]):
        assert cli(*command, "--as", "ann", home=films_home).code == 0
    # Movies 5 and 6 are one film.
    assert shown("--as", "ann") == [movie_id for movie_id in every if movie_id not in {2, 9, 5, 6}]
    file = tmp_path / "films.csv"
    file.write_text("title,year\nAlien,1979\n", encoding="utf-8")
    assert shown("--except", str(file)) == [movie_id for movie_id in every if movie_id != 10]
    assert shown() == every
    assert "There is no profile 'zoe'" in cli("similar", "Heat", "--as", "zoe", home=films_home).err
