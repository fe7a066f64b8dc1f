"""Spellings that must be found, and films that are not there and must not be taken for others: two tables."""

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from movierec_cli.errors import NotFoundError
from movierec_cli.store.identify import identify
from movierec_cli.store.movie import Described
from movierec_cli.store.movies import Movies
from movierec_cli.titles.keys import natural_title, split_year
from movierec_cli.titles.likeness import Agreement, agreement, one_letter_apart
from movierec_cli.titles.other_titles import KEYS_FILE, keys_as_json, other_titles
from tests.store.test_finder import Catalogue, open_catalogue
from tests.support import open_movies, table

HERE = Path(__file__).parent
Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SPELLINGS = rows_of("spellings.csv")
"""What services and people write, and the title as MovieLens has it: from general knowledge."""
ABSENT = rows_of("absent.csv")
"""Remakes, sequels and namesakes of what the catalogue below has."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spellings")


@pytest.fixture(scope="module")
def catalogue(place: Path) -> Catalogue:
    """The films of the table of spellings, and some more that series need, each with some ratings."""
    more = (HERE / "spellings_catalogue.txt").read_text(encoding="utf-8").splitlines()
    labels = dict.fromkeys([*(row["movie"] for row in SPELLINGS), *more])
    return open_catalogue(place, [(label, 100) for label in labels], well_known=0)


@pytest.fixture(scope="module")
def movies(place: Path, catalogue: Catalogue) -> Movies:
    return open_movies(place)


def described(row: Row) -> Described:
    return Described((row["title"],), int(row["year"]) if row["year"] else None)


def typed(row: Row) -> str:
    return f"{row['title']} ({row['year']})" if row["year"] else row["title"]


def test_an_import_finds_every_spelling(catalogue: Catalogue, movies: Movies) -> None:
    assert len({typed(row) for row in SPELLINGS}) >= 200
    found = identify([described(row) for row in SPELLINGS], movies)
    wrong = [
        (typed(row), [catalogue.labels[one - 1] for one in ids or ()])
        for row, ids in zip(SPELLINGS, found, strict=True)
        if ids is None or [catalogue.labels[one - 1] for one in ids] != [row["movie"]]
    ]
    assert wrong == []


@pytest.mark.slow
def test_rate_and_its_kin_find_every_spelling(catalogue: Catalogue) -> None:
    assert [
        (typed(row), got) for row in SPELLINGS if (got := catalogue.found(typed(row))) != row["movie"]
    ] == []


@pytest.mark.slow
def test_nobody_takes_a_film_that_is_not_there_for_another(catalogue: Catalogue, movies: Movies) -> None:
    assert len({typed(row) for row in ABSENT}) >= 300
    there = {
        catalogue.finder.find(f"id:{number}").movie.label for number in range(1, len(catalogue.labels) + 1)
    }
    assert not there & {typed(row) for row in ABSENT}
    found = identify([described(row) for row in ABSENT], movies)
    assert [typed(row) for row, ids in zip(ABSENT, found, strict=True) if ids != ()] == []
    taken = {typed(row): catalogue.found(typed(row)) for row in ABSENT}
    assert {text: label for text, label in taken.items() if label} == {}


def test_search_puts_first_what_find_takes(catalogue: Catalogue) -> None:
    for row in SPELLINGS[::9]:
        first, _ = catalogue.finder.search(typed(row), 3)[0]
        assert catalogue.labels[first.movie_id - 1] == row["movie"]


def test_the_original_title_is_tried_before_the_local_one(catalogue: Catalogue, movies: Movies) -> None:
    wanted = [
        Described(("Der Himmel über Berlin", "Il cielo sopra Berlino"), 1987),
        Described(("Unbekannt", "Fargo Express", "Twelve Monkeys"), 1995),
    ]
    found = [catalogue.labels[ids[0] - 1] for ids in identify(wanted, movies) if ids]
    assert found == ["Wings of Desire (1987)", "Twelve Monkeys (1995)"]


def test_a_title_in_full_without_a_year_is_enough_where_there_is_one(movies: Movies) -> None:
    titles = ["Twelve Monkeys", "Man Bites Dog", "Emma", "Dracula", "The Legend"]
    found = identify([Described((title,)) for title in titles], movies)
    assert [ids is not None and len(ids) == 1 for ids in found] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("entry", "movie", "how"),
    table(
        """
        Heat                                  | HEAT                          | OWN_TITLE
        Godfather                             | The Godfather                 | OTHER_NAME
        Nikita                                | La Femme Nikita (Nikita)      | OTHER_NAME
        Batman and Robin                      | Batman & Robin                | OWN_TITLE
        12 Monkeys                            | Twelve Monkeys                | SPELLING
        Three Colours: Red                    | Three Colors: Red             | SPELLING
        Dracula                               | Bram Stoker's Dracula         | BARE
        Star Trek II: The Wrath of Khan       | Star Trek: The Wrath of Khan  | BARE
        Léon: The Professional                | The Professional              | PART
        Marshals of the West                  | Marshalls of the West         | SLIP
        The Madness of King George III        | The Madness of King George    | BARE
        The Bridge Over the River Kwai        | The Bridge on the River Kwai  | SLIP
        Alien 3                               | Alien                         |
        Pocahontas: The Legend                | Pocahontas                    |
        Robin Hood                            | Robin Hood: Prince of Thieves |
        Street Fighter II: The Animated Movie | Street Fighter                |
        Star Trek III: The Search for Spock   | Star Trek IV: The Voyage Home |
        Andy Warhol's Dracula                 | Bram Stoker's Dracula         |
        The Wedding                           | Muriel's Wedding              |
        Brothers in Arms                      | Brother in Arms               |
        The Fan                               | The Van                       |
        Alien                                 | Aliens                        |
        """
    ),
)
def test_how_two_titles_of_one_year_agree(entry: str, movie: str, how: str) -> None:
    assert agreement(entry, movie) == (Agreement[how] if how else None)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("marshals", "marshalls", True),
        ("runner", "runer", True),
        ("runner", "rnuner", True),
        ("runner", "rummer", False),
        ("runner", "sinner", False),
        ("gunner", "runner", True),
    ],
)
def test_one_letter(one: str, other: str, apart: bool) -> None:
    assert one_letter_apart(one, other) is one_letter_apart(other, one) is apart


def test_other_titles_are_of_their_year() -> None:
    assert [film.years for film in other_titles("man bites dog", 1993)] == [(1992,)]
    assert other_titles("Man Bites Dog", 1999) == []
    assert other_titles("Mulholland Falls", None) == []


def test_the_list_of_other_titles_is_well_formed() -> None:
    text = (files("movierec_cli.titles") / "other_titles.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    films = [line for line in lines if line and not line.startswith("#")]
    assert len(films) > 300
    for line in films:
        years, _, names = line.partition(" ")
        assert all(1890 < int(year) < 2030 for year in years.split(",")), line
        assert len(names.split(" | ")) > 1 or " | " not in line, line
        assert all(name == name.strip() and name for name in names.split(" | ")), line


def test_the_keys_of_other_titles_are_those_of_the_list() -> None:
    assert KEYS_FILE.read_text(encoding="utf-8") == keys_as_json(), "make other-titles writes them anew"


def test_no_film_that_is_expected_is_in_the_table_of_those_that_are_not_there() -> None:
    expected = {
        (natural_title(title), str(year)) for title, year in (split_year(row["movie"]) for row in SPELLINGS)
    }
    assert not expected & {(row["title"], row["year"]) for row in ABSENT}


def test_a_number_in_a_series_that_is_not_there(catalogue: Catalogue) -> None:
    for text in ("Star Trek 9", "Die Hard 4", "Alien 5"):
        with pytest.raises(NotFoundError):
            catalogue.finder.find(text)
