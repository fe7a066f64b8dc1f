"""One person's own ratings: what may be in them, and that no writer, kill or damage loses any."""

import json
import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from movierec_cli.errors import NotFoundError, StoreError, UsageError
from movierec_cli.home import Home
from movierec_cli.profiles.editing import Draft, editing
from movierec_cli.profiles.profile import (
    OwnRating,
    Profile,
    checked_name,
    list_profiles,
    load_profile,
    normal_imdb_id,
    save_profile,
)

HEAT = OwnRating("Heat", 1995, None, 4.5, "2024-05-01")
ALIEN = OwnRating("Alien", 1979, "tt0078748", None, "2024-05-02")
AMELIE = OwnRating("Amélie", 2001, None, 5.0, None)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_what_is_saved_is_loaded_oldest_first_and_unknown_days_before_all(home: Home) -> None:
    with editing(home, "me") as draft:
        for own in (ALIEN, HEAT, AMELIE):
            draft.put(own)
    assert load_profile(home, "me") == Profile("me", (AMELIE, HEAT, ALIEN))
    assert [path.name for path in home.profiles.glob("[!.]*")] == ["me.json"]


def test_the_file_is_the_documented_json(home: Home) -> None:
    with editing(home, "me") as draft:
        draft.put(AMELIE)
    assert json.loads((home.profiles / "me.json").read_text(encoding="utf-8")) == {
        "format_version": 2,
        "name": "me",
        "ratings": [
            {
                "title": "Amélie",
                "year": 2001,
                "imdb_id": None,
                "stars": 5.0,
                "rated_on": None,
            }
        ],
        "watchlist": [],
        "hidden": [],
    }


def test_a_profile_of_format_1_is_read_and_becomes_format_2_when_it_changes(home: Home) -> None:
    home.profiles.mkdir(parents=True)
    file = home.profiles / "me.json"
    record = {"title": "Heat", "year": 1995, "imdb_id": None, "stars": 4.5, "rated_on": "2024-05-01"}
    file.write_text(json.dumps({"format_version": 1, "name": "me", "ratings": [record]}))
    assert load_profile(home, "me") == Profile("me", (HEAT,), (), ())
    with editing(home, "me") as draft:
        draft.hidden.put(ALIEN)
    assert json.loads(file.read_text())["format_version"] == 2
    assert load_profile(home, "me") == Profile("me", (HEAT,), (), (ALIEN,))


def test_what_was_watched_leaves_the_watchlist(home: Home) -> None:
    planned = [replace(HEAT, stars=None), ALIEN]
    with editing(home, "me") as draft:
        for own in planned:
            draft.watchlist.put(own)
    assert load_profile(home, "me") == Profile("me", (), tuple(planned))
    with editing(home, "me") as draft:
        draft.put(HEAT)
    assert load_profile(home, "me") == Profile("me", (HEAT,), (ALIEN,))


def test_either_title_and_either_id_say_which_film_it_is() -> None:
    both = OwnRating("Wings of Desire", 1987, None, 4.0, None, "Der Himmel über Berlin", 144)
    draft = Draft([both])
    for same in (
        OwnRating("wings of desire", 1987, "tt0093191", 5.0, None),
        OwnRating("Der Himmel uber Berlin", 1987, None, 5.0, None),
        OwnRating("El cielo sobre Berlín", 1987, None, 5.0, None, None, 144),
    ):
        assert draft.find(same) == [both]
    assert draft.find(OwnRating("Wings of Desire", 1987, None, 5.0, None, None, 145)) == []
    draft.put(OwnRating("wings of desire", 1987, "tt0093191", 5.0, None))
    kept = OwnRating("wings of desire", 1987, "tt0093191", 5.0, None, "Der Himmel über Berlin", 144)
    assert draft.ratings == (kept,)


def test_a_name_in_capitals_is_the_same_profile(home: Home) -> None:
    with editing(home, "Alice") as draft:
        draft.put(HEAT)
    assert load_profile(home, "ALICE") == Profile("alice", (HEAT,))
    assert list_profiles(home) == ["alice"]


@pytest.mark.parametrize(
    "name",
    ["", "42", "../me", "a/b", "a\\b", ".", "..", ".me", "-x", "con", "LPT1", "a" * 51, "me.json", "Zoë"],
)
def test_names_that_cannot_be(home: Home, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        load_profile(home, name)
    with pytest.raises(UsageError), editing(home, name):
        pass
    assert not home.root.exists()


@pytest.mark.parametrize("name", ["me", "a", "film-club_2", "007b", "x" * 50])
def test_names_that_can_be(name: str) -> None:
    assert checked_name(name) == name


def test_no_profile_says_which_there_are(home: Home) -> None:
    with pytest.raises(NotFoundError) as nothing:
        load_profile(home, "me")
    assert "movierec rate" in (nothing.value.hint or "")
    for name in ("bob", "alice"):
        with editing(home, name) as draft:
            draft.put(HEAT)
    with pytest.raises(NotFoundError, match="there are alice, bob"):
        load_profile(home, "me")


def one_rating(**changed: object) -> bytes:
    record = {"title": "A", "year": 2000, "imdb_id": None, "stars": 4, "rated_on": None, **changed}
    return json.dumps({"format_version": 1, "ratings": [record]}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"format_version": 1}',
        b'{"format_version": 1, "ratings": [{"title": "Heat"}]}',
        b'{"format_version": 2, "ratings": []}',
        b'{"format_version": 3, "ratings": [], "watchlist": [], "hidden": []}',
        one_rating(title=""),
        one_rating(title=None),
        one_rating(stars=float("nan")),
        one_rating(stars="4"),
        one_rating(stars=6),
        one_rating(rated_on="May"),
        one_rating(year="x"),
        one_rating(imdb_id="x"),
        one_rating(mood="good"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_and_left_alone(home: Home, content: bytes) -> None:
    home.profiles.mkdir(parents=True)
    file = home.profiles / "me.json"
    file.write_bytes(content)
    with pytest.raises(StoreError) as error:
        load_profile(home, "me")
    assert str(file) in error.value.message
    assert error.value.hint
    with pytest.raises(StoreError), editing(home, "me") as draft:
        draft.put(HEAT)
    assert file.read_bytes() == content


def test_an_error_while_editing_changes_nothing(home: Home) -> None:
    with editing(home, "me") as draft:
        draft.put(HEAT)
    with pytest.raises(ZeroDivisionError), editing(home, "me") as draft:
        draft.put(ALIEN)
        raise ZeroDivisionError
    assert load_profile(home, "me").ratings == (HEAT,)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"), editing(Home(tmp_path / "file"), "me"):
        pass


def test_what_is_left_of_a_killed_writer_is_no_hindrance(home: Home) -> None:
    with editing(home, "me") as draft:
        draft.put(HEAT)
    (home.profiles / ".me.new").write_text('{"format_ver')
    with editing(home, "me") as draft:
        draft.put(ALIEN)
    assert load_profile(home, "me").ratings == (HEAT, ALIEN)
    assert list_profiles(home) == ["me"]


def _rate_many(root: str, worker: int) -> None:
    for number in range(10):
        with editing(Home(Path(root)), "me") as draft:
            draft.put(OwnRating(f"Film {worker}-{number}", 2000, None, 3.0, "2024-05-01"))


@pytest.mark.slow
def test_writers_at_the_same_time_lose_nothing(home: Home) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_rate_many, args=(str(home.root), worker)) for worker in range(2)]
    for process in workers:
        process.start()
    for process in workers:
        process.join()
        assert process.exitcode == 0
    titles = {own.title for own in load_profile(home, "me").ratings}
    assert titles == {f"Film {worker}-{number}" for worker in range(2) for number in range(10)}


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("tt0113277", "tt0113277"),
        ("113277", "tt0113277"),
        ("TT113277 ", "tt0113277"),
        ("tt12345678", "tt12345678"),
        ("nm0000199", None),
        ("", None),
        ("tt", None),
        ("0", None),
        ("tt٣", None),
    ],
)
def test_imdb_ids_have_one_form(text: str, normal: str | None) -> None:
    assert normal_imdb_id(text) == normal


# ---- one film has one rating ----


def test_a_film_rated_again_has_the_new_rating_only() -> None:
    draft = Draft([HEAT, ALIEN])
    again = OwnRating("HEAT", 1995, None, 3.0, "2024-06-01")
    assert draft.put(again) == [HEAT]
    assert draft.ratings == (ALIEN, again)


def test_an_imdb_id_joins_an_entry_without_one_and_stays() -> None:
    draft = Draft([HEAT])
    draft.put(OwnRating("Heat", 1995, "tt0113277", 4.0, "2024-06-01"))
    assert draft.put(OwnRating("Heat", 1995, None, 2.0, "2024-07-01"))
    assert draft.ratings == (OwnRating("Heat", 1995, "tt0113277", 2.0, "2024-07-01"),)


def test_two_imdb_ids_are_two_films_whatever_their_titles() -> None:
    first = OwnRating("Hercules", 2014, "tt1267297", 3.0, None)
    second = OwnRating("Hercules", 2014, "tt1043726", 2.0, None)
    draft = Draft([first, second])
    assert draft.find(OwnRating("Hercules", 2014, None, 1.0, None)) == [first, second]
    assert [draft.remove(second), draft.remove(second)] == [[second], []]
    assert list(draft.ratings) == [first]


def test_another_year_is_another_film() -> None:
    draft = Draft([OwnRating("Sabrina", 1954, None, 4.0, None)])
    assert draft.find(OwnRating("Sabrina", 1995, None, 4.0, None)) == []


def test_an_original_title_is_no_name_of_another_year() -> None:
    draft = Draft([OwnRating("Insomnia", 1997, "tt0119375", 4.0, None, "Sleepless")])
    draft.put(OwnRating("Sleepless", 1998, None, 3.0, None))
    draft.put(OwnRating("Insomnia", 1998, "tt0119375", 5.0, None))
    assert draft.ratings == (
        OwnRating("Sleepless", 1998, None, 3.0, None),
        OwnRating("Insomnia", 1998, "tt0119375", 5.0, None),
    )
    assert Draft(draft.ratings).ratings == draft.ratings


@given(
    st.lists(
        st.builds(
            OwnRating,
            st.sampled_from(["A", "B"]),
            st.sampled_from([2000, 2001, None]),
            st.sampled_from(["tt0000001", "tt0000002", None]),
            st.sampled_from([1.0, 2.0]),
            st.none(),
            st.sampled_from(["A", "B", None]),
        )
    )
)
def test_whatever_is_put_no_two_entries_are_about_one_film(ratings: list[OwnRating]) -> None:
    kept = Draft(ratings).ratings
    imdb_ids = [own.imdb_id for own in kept if own.imdb_id]
    assert len(set(imdb_ids)) == len(imdb_ids)
    for name in {(own.title, own.year) for own in kept}:
        about = [own.imdb_id for own in kept if (own.title, own.year) == name]
        assert len(about) == 1 or None not in about
    assert Draft(kept).ratings == kept
    if ratings:
        assert kept[-1].stars == ratings[-1].stars


def test_save_profile_puts_unordered_ratings_in_order(home: Home) -> None:
    home.profiles.mkdir(parents=True)
    save_profile(home, Profile("me", (ALIEN, HEAT)))
    assert load_profile(home, "me").ratings == (HEAT, ALIEN)
