"""The matcher on a list of what people type, and on what nobody should."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, strategies as st

from movierec_cli.errors import MovieRecError, NotFoundError
from movierec_cli.store.finder import Finder
from movierec_cli.store.movie import TitleMatch
from movierec_cli.titles.fit import CLOSE_ENOUGH
from movierec_cli.titles.keys import split_year
from movierec_cli.training.tables import title_columns
from tests.support import open_movies, write_tables

HERE = Path(__file__).parent


def write_movies(folder: Path, movies: list[tuple[str, int]]) -> None:
    """A run's tables with movies from (title with year, number of ratings); movie_id counts from 1."""
    titles, years = zip(*(split_year(label) for label, _ in movies), strict=True)
    count = len(movies)
    table = pa.table(
        {
            "movie_id": pa.array(range(1, count + 1), pa.int64()),
            "year": pa.array(years, pa.int32()),
            "genres": pa.array([[]] * count, pa.list_(pa.string())),
            "mean_rating": pa.array([3.0] * count, pa.float64()),
            "rating_count": pa.array([ratings for _, ratings in movies], pa.int64()),
            "imdb_id": pa.nulls(count, pa.string()),
            "tmdb_id": pa.nulls(count, pa.int64()),
            **title_columns(titles),
        }
    )
    write_tables(folder, table, [pa.table({"user_id": [1]})], {})


@dataclass(frozen=True)
class Catalogue:
    """Movies as MovieLens writes them, and a Finder on them."""

    labels: list[str]
    finder: Finder

    def found(self, typed: str) -> str | None:
        """The label of the movie that `typed` is taken for."""
        try:
            return self.labels[self.finder.find(typed).movie.movie_id - 1]
        except NotFoundError:
            return None


def open_catalogue(folder: Path, movies: list[tuple[str, int]], well_known: int) -> Catalogue:
    write_movies(folder, movies)
    finder = Finder(open_movies(folder, well_known=well_known))
    return Catalogue([label for label, _ in movies], finder)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Some 500 films with their sequels and namesakes; the numbers of ratings are made up."""
    movies = []
    for line in (HERE / "titles_catalogue.txt").read_text(encoding="utf-8").splitlines():
        ratings, _, label = line.partition(" ")
        movies.append((label, int(ratings)))
    assert len({label for label, _ in movies}) == len(movies)
    return open_catalogue(tmp_path_factory.mktemp("catalogue"), movies, well_known=300)


def typed_titles() -> list[dict[str, str]]:
    """What people type (written before the matcher was), and the film that is meant."""
    with (HERE / "titles_200.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_typed_titles_find_the_film_that_is_meant(catalogue: Catalogue) -> None:
    rows = typed_titles()
    assert len({row["typed"] for row in rows}) == 200
    assert {row["movie"] for row in rows} <= set(catalogue.labels)
    assert [row for row in rows if catalogue.found(row["typed"]) != row["movie"]] == []


@pytest.mark.slow
def test_the_title_as_it_is_shown_finds_its_film(catalogue: Catalogue) -> None:
    """With its year, for every film; this is what shell completion offers."""
    for movie_id, label in enumerate(catalogue.labels[::5]):
        movie = catalogue.finder.find(f"id:{5 * movie_id + 1}").movie
        assert catalogue.found(movie.label) == label
        assert catalogue.found(label) == label


@pytest.mark.parametrize("typed", ["toy story 5", "alien 7", "rocky 9", "mission impossible 12"])
def test_a_sequel_that_is_not_there_is_not_another_one(catalogue: Catalogue, typed: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        catalogue.finder.find(typed)
    assert f"No movie is called {typed!r}" in caught.value.message
    assert len(re.findall(r"\(\d{4}\)(?:, |$)", str(caught.value.hint))) == 5  # each with its year


def test_a_bare_number_is_a_title_only_where_a_movie_is_called_so(tmp_path: Path) -> None:
    """Else it may be meant as an id, and no movie that merely has it in its title is taken."""
    films = [
        *(("1-900 (1994)", 9), ("3 Ninjas (1992)", 80), ("Seven (Se7en) (1995)", 200)),
        *(("8 1/2 (1963)", 90), ("101 Dalmatians (1996)", 100), ("1984 (1984)", 40)),
    ]
    finder = open_catalogue(tmp_path, films, 0).finder
    assert (finder.find("1984").movie.label, finder.find("1984").exact) == ("1984 (1984)", True)
    assert (finder.find("7").movie.label, finder.find("7").exact) == ("Seven (Se7en) (1995)", False)
    assert finder.find("3 ninjas").movie.label == "3 Ninjas (1992)"
    labels = [label for label, _ in films]
    for number, near in (("1", "1-900 (1994)"), ("3", "3 Ninjas (1992)"), ("101", "101 Dalmatians (1996)")):
        with pytest.raises(NotFoundError, match=f"No movie is called '{number}'") as caught:
            finder.find(number)
        assert near in str(caught.value.hint)
        if int(number) <= len(films):
            assert any(f"id:{number} is {label}." in str(caught.value.hint) for label in labels)


def test_ties_are_mentioned_and_go_to_the_better_known_film(catalogue: Catalogue) -> None:
    match = catalogue.finder.find("heat")
    assert [movie.label for movie in (match.movie, *match.others)] == ["Heat (1995)", "The Heat (2013)"]
    match = catalogue.finder.find("king kong")
    assert [movie.year for movie in (match.movie, *match.others)] == [2005, 1933, 1976]


def test_an_article_that_was_typed_is_meant(catalogue: Catalogue) -> None:
    match = catalogue.finder.find("The Heat")
    assert (match.movie.year, match.others, match.exact) == (2013, (), True)


@pytest.mark.parametrize("typed", ["alen", "aline", "alein"])
def test_a_short_text_is_close_to_a_short_title(tmp_path: Path, typed: str) -> None:
    """It has no three letters in a row that the title has, but some that another title has."""
    films = [
        ("Alien (1979)", 300),
        ("Fallen (1998)", 90),
        ("Masculin Feminin (1966)", 20),
        ("Alive (1993)", 60),
    ]
    assert open_catalogue(tmp_path, films, 0).found(typed) == "Alien (1979)"


def test_a_year_that_is_off_by_one_is_forgiven(catalogue: Catalogue) -> None:
    match = catalogue.finder.find("The Fly 1987")
    assert (match.movie.year, match.exact) == (1986, False)


def test_a_famous_part_comes_before_an_obscure_whole(tmp_path: Path) -> None:
    """Twenty times the ratings make the difference; either is mentioned beside the other."""
    films = [("Terminator 2: Judgment Day (1991)", 2001), ("Judgment Day (1999)", 100), ("Cats (2019)", 5)]
    match = open_catalogue(tmp_path / "a", films, 0).finder.find("judgment day")
    assert [movie.year for movie in (match.movie, *match.others)] == [1991, 1999]
    films[1] = ("Judgment Day (1999)", 101)
    match = open_catalogue(tmp_path / "b", films, 0).finder.find("judgment day")
    assert (match.movie.year, match.exact) == (1999, True)


def test_a_film_that_is_not_there_is_not_taken_for_another(tmp_path: Path) -> None:
    there = ["Men in Black (1997)", "Ace Ventura: Pet Detective (1994)", "Return of the Jedi (1983)"]
    there += [
        "Robocop 3 (1993)",
        "Fly Away Home (1996)",
        "NeverEnding Story III, The (1994)",
        "Best Men (1997)",
    ]
    there += ["Pink Floyd - The Wall (1982)", "Phantom, The (1996)", "For the Moment (1994)"]
    there += ["Halloween: The Curse of Michael Myers (1995)", "Blade Runner (1982)", "Good Morning (1971)"]
    films = open_catalogue(tmp_path, [(label, 100) for label in there], well_known=0)
    typed = [
        "x-men",
        "xmen",
        "l'avventura",
        "return of the king",
        "robocop 2014",
        "the fly 1958",
        "toy story 3",
    ]
    typed += ["festen", "wall-e", "phantom menace", "memento", "halloween 1978", "blade runner 2049"]
    typed += ["Good Morning Vietnam"]
    assert {text: films.found(text) for text in typed} == dict.fromkeys(typed)


# ---- search ----


def searched(catalogue: Catalogue, text: str, top: int = 10) -> list[str]:
    found = catalogue.finder.search(text, top)
    assert all(CLOSE_ENOUGH / 100 <= score <= 1 for _, score in found)
    return [catalogue.labels[movie.movie_id - 1] for movie, _ in found]


def test_search_lists_whole_titles_then_parts_then_words(catalogue: Catalogue) -> None:
    found = searched(catalogue, "alien", top=20)
    assert found[0] == "Alien (1979)"
    assert set(found[1:3]) == {"Alien: Resurrection (1997)", "Alien: Covenant (2017)"}  # "Alien" is a part
    assert "Alien³ (a.k.a. Alien 3) (1992)" in found
    assert found.index("Alien Nation (1988)") < found.index("AVP: Alien vs. Predator (2004)")


def test_search_finds_every_film_of_a_series(catalogue: Catalogue) -> None:
    series = {label for label in catalogue.labels if label.startswith("Harry Potter")}
    assert len(series) == 8
    assert set(searched(catalogue, "harry potter", top=8)) == series


def test_search_gives_no_more_than_asked_for(catalogue: Catalogue) -> None:
    assert searched(catalogue, "star", top=3) == searched(catalogue, "star", top=50)[:3]


@pytest.mark.slow
def test_the_first_that_search_finds_is_what_find_takes(catalogue: Catalogue) -> None:
    for row in typed_titles()[::4]:
        if (label := catalogue.found(row["typed"])) is not None:
            assert searched(catalogue, row["typed"])[0] == label


def test_search_says_what_is_nearest_when_nothing_is_close(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError) as caught:
        catalogue.finder.search("star gazing for beginners", 10)
    assert "'star gazing for beginners'" in caught.value.message
    assert "nearest" not in str(caught.value.hint)
    with pytest.raises(NotFoundError) as caught:
        catalogue.finder.search("Casablanca (1999)", 10)
    assert "The nearest titles: Casablanca (1942)" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Alfred Hitchcock's Psycho", "Psycho (1960)"),
        ("Alfred Hitchcock: Psycho", "Psycho (1960)"),
        ("Stephen King - The Shining", "The Shining (1980)"),
    ],
)
def test_an_author_before_a_title_without_a_year_is_no_match_and_the_film_is_named(
    catalogue: Catalogue, typed: str, named: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        catalogue.finder.find(typed)
    assert f"The nearest titles: {named}" in str(caught.value.hint)


# ---- whatever is typed ----

ANYTHING = (
    st.text()
    | st.text(st.characters(categories=("Cs", "Cc", "Cf", "Nd", "Zs")), max_size=20)
    | st.text("'\"\\;%_()[]|:-*., aei0123456789", max_size=40)
    | st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=5), st.integers(1, 3000))
)


@pytest.mark.slow
@given(typed=ANYTHING)
@example(typed="")
@example(typed="star wars " * 1000)
@example(typed="\ud800")
@example(typed="star \udfff wars")
@example(typed="\x00")
@example(typed="'); DROP TABLE movies; --")
@example(typed="' OR 1=1 --")
@example(typed="id:" + "9" * 10_000)
@example(typed="id:" + "0" * 10_000)
@example(typed="٢٠٠١")
@example(typed="(1995)")
@example(typed="the (1995)")
@example(typed="'95")
@example(typed=" " * 10_000 + "(1995)")
@example(typed="a b")
@example(typed="(" * 5_000)
def test_any_text_is_a_movie_or_a_message(catalogue: Catalogue, typed: str) -> None:
    for ask in (catalogue.finder.find, lambda text: catalogue.finder.search(text, 5)):
        try:
            answer = ask(typed)
        except MovieRecError as error:
            assert len(str(error)) < 2500
        else:
            assert isinstance(answer, TitleMatch) or answer
