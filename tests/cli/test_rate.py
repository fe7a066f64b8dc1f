"""movierec rate: what is recorded, what is said about it, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

import movierec_cli as movierec
from movierec_cli.errors import MovieRecError
from movierec_cli.home import Home
from movierec_cli.profiles.profile import OwnRating, Profile, load_profile, save_profile
from tests.support import Cli


def ratings(home: Path, name: str = "me") -> list[tuple[str, int | None, float | None]]:
    return [(own.title, own.year, own.stars) for own in load_profile(Home(home), name).ratings]


def test_a_rating_is_recorded_with_its_day(cli: Cli, films_home: Path) -> None:
    result = cli("rate", "heat", "4.5", home=films_home)
    assert (result.code, result.out) == (0, "")
    assert result.err == "Heat (1995): 4.5 stars in the profile me.\n"
    today = date.today().isoformat()
    assert load_profile(Home(films_home), "me").ratings == (OwnRating("Heat", 1995, None, 4.5, today),)


def test_rating_again_replaces_and_says_so(cli: Cli, films_home: Path) -> None:
    cli("rate", "Heat", "4.5", home=films_home)
    cli("rate", "The Godfather", "5", home=films_home)
    again = cli("rate", "Heat", "1", home=films_home)
    assert again.err == "Heat (1995): 1 star in the profile me, in place of 4.5 stars.\n"
    assert ratings(films_home) == [("The Godfather", 1972, 5.0), ("Heat", 1995, 1.0)]


def test_what_another_source_calls_the_film_is_replaced_too(cli: Cli, films_home: Path) -> None:
    Home(films_home).profiles.mkdir(exist_ok=True)
    entry = OwnRating("Godfather", 1973, "tt0068646", None, "2020-01-01")
    save_profile(Home(films_home), Profile("me", (entry,)))
    result = cli("rate", "The Godfather", "5", home=films_home)
    assert "in place of no rating" in result.err
    assert ratings(films_home) == [("The Godfather", 1972, 5.0)]


def test_profiles_are_apart(cli: Cli, films_home: Path) -> None:
    cli("rate", "Heat", "5", "--as", "Alice", home=films_home)
    cli("rate", "Heat", "2", home=films_home)
    assert (ratings(films_home, "alice"), ratings(films_home)) == (
        [("Heat", 1995, 5.0)],
        [("Heat", 1995, 2.0)],
    )


@pytest.mark.parametrize("stars", ["0", "0.3", "4.3", "5.5", "nan", "inf"])
def test_stars_come_in_halves(cli: Cli, films_home: Path, stars: str) -> None:
    result = cli("rate", "Heat", stars, home=films_home)
    assert result.code == 2
    assert "0.5 to 5 in steps of a half" in result.err
    assert not list(Home(films_home).profiles.glob("*.json"))


@pytest.mark.parametrize("argv", [["Heat"], ["Heat", "4", "--remove"]])
def test_stars_or_remove(cli: Cli, films_home: Path, argv: list[str]) -> None:
    result = cli("rate", *argv, home=films_home)
    assert result.code == 2
    assert "Give a title with stars, or a title with --remove." in result.err


def test_a_choice_among_titles_is_mentioned(cli: Cli, films_home: Path) -> None:
    result = cli("rate", "Sabrina", "4", home=films_home)
    assert "Taking Sabrina (1995) [id:4]. Others that fit: Sabrina (1954) [id:3]." in result.err
    assert ratings(films_home) == [("Sabrina", 1995, 4.0)]
    cli("rate", "Sabrina (1954)", "3", home=films_home)
    assert sorted(ratings(films_home)) == [("Sabrina", 1954, 3.0), ("Sabrina", 1995, 4.0)]


def test_another_years_film_is_not_taken_for_the_one_named(cli: Cli, films_home: Path) -> None:
    result = cli("rate", "Dune (2021)", "4", home=films_home)
    assert result.code == 1
    assert "Dune (1984)" in result.err
    assert not list(Home(films_home).profiles.glob("*.json"))


def test_a_film_entered_twice_counts_under_either_id(films_home: Path) -> None:
    movierec.rate("id:5", 4, home=films_home)
    rated = movierec.rate("id:6", 3, home=films_home)
    assert rated.counts
    assert [own.stars for own in rated.before] == [4.0]
    assert ratings(films_home) == [("Chasing Amy", 1997, 3.0)]


def test_namesakes_of_one_year_are_kept_and_said_not_to_count(cli: Cli, films_home: Path) -> None:
    result = cli("rate", "id:7", "4", home=films_home)
    assert result.code == 0
    assert "this changes no recommendation" in " ".join(result.err.split())
    assert ratings(films_home) == [("Hercules", 2014, 4.0)]


@pytest.mark.parametrize("argv", [["rate", "Heat", "4"], ["rate", "--remove", "id:1"]])
def test_without_a_model_it_is_said_what_to_do(cli: Cli, tmp_path: Path, argv: list[str]) -> None:
    Home(tmp_path).profiles.mkdir()
    save_profile(Home(tmp_path), Profile("me", ()))
    result = cli(*argv, home=tmp_path)
    assert result.code == 1
    assert "movierec train" in result.err


# ---- taking back ----


def test_removing_needs_no_model(cli: Cli, tmp_path: Path) -> None:
    Home(tmp_path).profiles.mkdir()
    entry = OwnRating("The Godfather", 1972, None, 5.0, None)
    save_profile(Home(tmp_path), Profile("me", (entry,)))
    result = cli("rate", "--remove", "godfather, the", home=tmp_path)
    assert result.err == "Took The Godfather (1972) out of the profile me; it had 5 stars.\n"
    assert ratings(tmp_path) == []


def test_removing_by_id(films_home: Path) -> None:
    movierec.rate("Chasing Amy", 4, home=films_home)
    assert movierec.remove_rating("id:5", home=films_home).title == "Chasing Amy"
    assert ratings(films_home) == []


def test_what_is_not_there_is_not_removed(cli: Cli, films_home: Path) -> None:
    cli("rate", "Heat", "4", home=films_home)
    for title in ("Heat (1986)", "Hete", "The Godfather", "id:2", "..."):
        result = cli("rate", "--remove", title, home=films_home)
        assert result.code == 1, title
        assert "Heat (1995)" in result.err
    assert ratings(films_home) == [("Heat", 1995, 4.0)]


def test_removing_one_of_several_takes_its_year(cli: Cli, films_home: Path) -> None:
    for year in (1954, 1995):
        movierec.rate(f"Sabrina ({year})", 4, home=films_home)
    result = cli("rate", "--remove", "Sabrina", home=films_home)
    assert result.code == 2
    assert 'movierec rate --remove "Sabrina (1954)"' in " ".join(result.err.split())
    movierec.remove_rating("Sabrina (1954)", home=films_home)
    assert ratings(films_home) == [("Sabrina", 1995, 4.0)]


def test_removing_from_no_profile_makes_none(films_home: Path) -> None:
    with pytest.raises(MovieRecError, match="no profile 'bob'"):
        movierec.remove_rating("Heat", profile="bob", home=films_home)
    assert not (Home(films_home).profiles / "bob.json").exists()
