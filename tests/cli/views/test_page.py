"""A movie's page: its figures against the ratings, its chart and its JSON."""

import json
from collections import Counter
from pathlib import Path

import pytest

from movierec_cli import show
from movierec_cli.cli.output import json_text
from movierec_cli.cli.table import bar
from movierec_cli.cli.views.page import BAR, content, imdb_url, tmdb_url
from movierec_cli.errors import NotFoundError
from movierec_cli.questions.answers import MoviePage
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.movie import Movie
from movierec_cli.training.train import train
from tests.support import Checkerboard, Cli, make_dataset


@pytest.fixture(scope="module")
def recommender(checkerboard_home: Path) -> Recommender:
    return Recommender.open(checkerboard_home)


@pytest.fixture(scope="module")
def half_star_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two films on a scale of half stars; Heat got 0.5, 3.5, 3.5 and 5."""
    stars = {1: [0.5, 3.5, 3.5, 5.0], 2: [2.0, 2.5, 1.0, 4.5]}
    ratings = [
        (person, movie, given, 10 * movie + person)
        for movie, column in stars.items()
        for person, given in enumerate(column, start=1)
    ]
    films = [(1, "Heat", 1995, ("Crime",)), (2, "Ran", None, ()), (3, "Unseen", 2001, ())]
    home = tmp_path_factory.mktemp("half-stars")
    train(make_dataset("halves", films, ratings, scale=(0.5, 5.0)), epochs=1, dim=2, home=home)
    return home


def test_the_histogram_counts_what_people_gave(recommender: Recommender) -> None:
    given: dict[int, Counter[float]] = {}
    for person in range(Checkerboard.people):
        for movie_id, stars in Checkerboard.rated(person).items():
            given.setdefault(movie_id, Counter())[stars] += 1
    for movie in range(Checkerboard.movies):
        movie_id = Checkerboard.movie_id(movie)
        page = recommender.page(movie_id)
        assert page.rating_histogram == tuple(
            (float(stars), given[movie_id][stars]) for stars in (1, 2, 3, 4, 5)
        )
        assert sum(count for _, count in page.rating_histogram) == page.movie.rating_count


def test_a_scale_of_half_stars_has_ten_steps(half_star_home: Path) -> None:
    page = show("heat", home=half_star_home)
    expected = {0.5: 1, 3.5: 2, 5.0: 1}
    assert page.rating_histogram == tuple((step / 2, expected.get(step / 2, 0)) for step in range(1, 11))


def test_the_movies_like_it_are_those_of_similar(recommender: Recommender) -> None:
    movie_id = Checkerboard.movie_id(4)
    assert list(recommender.page(movie_id).similar) == recommender.similar(movie_id, top=5)
    assert list(recommender.page(movie_id, similar=2).similar) == recommender.similar(movie_id, top=2)


def test_a_movie_without_ratings_has_a_page(recommender: Recommender) -> None:
    page = recommender.page(Checkerboard.unrated_movie)
    assert page.movie.mean_rating is None
    assert {count for _, count in page.rating_histogram} == {0}


def test_an_unknown_movie_has_none(recommender: Recommender) -> None:
    with pytest.raises(NotFoundError, match="no movie with id 51"):
        recommender.page(51)


def test_addresses_are_shown_where_ids_are_known() -> None:
    known = Movie(1, "Toy Story", 1995, (), 3.9, 2, "tt0114709", 862)
    assert imdb_url(known) == "https://www.imdb.com/title/tt0114709/"
    assert tmdb_url(known) == "https://www.themoviedb.org/movie/862"
    unknown = Movie(1, "Toy Story", 1995, (), 3.9, 2)
    assert (imdb_url(unknown), tmdb_url(unknown)) == (None, None)


def test_json_has_every_field_in_its_order() -> None:
    movie = Movie(1, "Léon", None, ("Crime",), 4.5, 2, None, 101)
    record = json.loads(json_text(content(MoviePage(movie, ((4.0, 1), (5.0, 1)), (), (0.5, 5.0)))))
    assert list(record.items()) == [
        ("movie_id", 1),
        ("title", "Léon"),
        ("year", None),
        ("genres", ["Crime"]),
        ("mean_rating", 4.5),
        ("rating_count", 2),
        ("imdb_id", None),
        ("tmdb_id", 101),
        ("imdb_url", None),
        ("tmdb_url", "https://www.themoviedb.org/movie/101"),
        ("rating_histogram", [{"stars": 4.0, "count": 1}, {"stars": 5.0, "count": 1}]),
        ("similar", []),
        ("rating_scale", [0.5, 5.0]),
    ]


@pytest.mark.parametrize(("share", "eighths"), [(0, 0), (1e-9, 1), (0.5, 4 * BAR), (1, 8 * BAR)])
def test_a_bar_is_as_long_as_its_share(share: float, eighths: int) -> None:
    drawn = bar(share, BAR)
    partial = {char: size for size, char in enumerate("▏▎▍▌▋▊▉█", start=1)}
    assert sum(partial[char] for char in drawn) == eighths


# ---- movierec show ----


def test_the_page_on_an_80_column_screen(cli: Cli, half_star_home: Path) -> None:
    result = cli("show", "heat", home=half_star_home)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert [line.rstrip() for line in lines[:3]] == [
        "Heat (1995)",
        "Crime",
        "3.12 stars from 4 ratings, id:1",
    ]
    chart = [line.split() for line in lines if "★" in line]
    assert [row[0] for row in chart] == ["5", "4.5", "4", "3.5", "3", "2.5", "2", "1.5", "1", "0.5"]
    assert chart[3] == ["3.5", "★", "█" * BAR, "2", "50%"]
    assert chart[0] == ["5", "★", "█" * (BAR // 2), "1", "25%"]
    assert chart[1] == ["4.5", "★", "0", "0%"]
    assert "Ran" in result.out
    assert "http" not in result.out
    assert "\x1b" not in result.out


@pytest.fixture(scope="module")
def hundred_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two films on a scale to 100; Heat got 0, 2, 78, 80 and 100."""
    given = {1: [0, 2, 78, 80, 100], 2: [55, 10, 90, 30, 45]}
    ratings = [
        (person, movie, float(rating), 10 * movie + person)
        for movie, column in given.items()
        for person, rating in enumerate(column, start=1)
    ]
    films = [(1, "Heat", 1995, ("Crime",)), (2, "Ran", None, ())]
    home = tmp_path_factory.mktemp("hundred")
    train(make_dataset("hundred", films, ratings, scale=(0.0, 100.0)), epochs=1, dim=2, home=home)
    return home


def test_the_page_on_a_scale_to_a_hundred(cli: Cli, hundred_home: Path) -> None:
    """A row for every five, each with the ratings nearest to it."""
    page = show("heat", home=hundred_home)
    expected = {0: 2, 80: 2, 100: 1}
    assert page.rating_histogram == tuple((step, expected.get(step, 0)) for step in range(0, 101, 5))
    assert page.rating_scale == (0, 100)
    lines = cli("show", "heat", home=hundred_home).out.splitlines()
    assert "52.00 on 0 to 100 from 5 ratings, id:1" in [line.rstrip() for line in lines]
    rows = [line.split() for line in lines]
    assert ["80", "█" * BAR, "2", "40%"] in rows
    assert ["85", "0", "0%"] in rows
    assert not any("★" in line for line in lines)


def test_the_page_of_likes_counts_them(cli: Cli, tmp_path: Path) -> None:
    likes = [(person, movie, 1.0, person) for person in range(3) for movie in range(1, 3) if person + movie]
    films = [(1, "Heat", 1995, ()), (2, "Ran", None, ()), (3, "Unseen", 2001, ())]
    train(make_dataset("likes", films, likes, scale=(1.0, 1.0)), epochs=1, dim=2, home=tmp_path)
    page = show("heat", home=tmp_path)
    assert page.rating_histogram == ((1.0, 3),)
    text = cli("show", "heat", home=tmp_path).out
    assert "3 likes, id:1" in text
    assert "★" not in text and "%" not in text
    assert "No likes, id:3" in cli("show", "unseen", home=tmp_path).out


def test_no_chart_without_ratings(cli: Cli, half_star_home: Path) -> None:
    result = cli("show", "Unseen", home=half_star_home)
    assert (result.code, result.err) == (0, "")
    assert "No ratings" in result.out
    assert "★" not in result.out


def test_the_page_as_json(cli: Cli, half_star_home: Path) -> None:
    result = cli("show", "id:1", "--format", "json", home=half_star_home)
    assert result.out == json_text(content(show("heat", home=half_star_home))) + "\n"


def test_the_choice_is_said_on_stderr(cli: Cli, half_star_home: Path) -> None:
    assert "Taking Heat (1995) for 'heaat'" in cli("show", "heaat", home=half_star_home).err
    missing = cli("show", "qqqqqqqq", home=half_star_home)
    assert (missing.code, missing.out) == (1, "")
    assert "No movie is called 'qqqqqqqq'" in missing.err


def test_control_characters_stay_out_of_the_page(cli: Cli, titles_home: Path) -> None:
    result = cli("show", "id:713", home=titles_home)
    assert result.code == 0
    assert not {"\x1b", "\x07"} & set(result.out)


# ---- movierec search ----


def test_search_lists_titles_best_first(cli: Cli, titles_home: Path) -> None:
    result = cli("search", "star trek", "--format", "json", home=titles_home)
    assert (result.code, result.err) == (0, "")
    records = json.loads(result.out)
    assert {record["movie_id"] for record in records[:3]} == {222, 227, 450}
    assert [record["rank"] for record in records] == list(range(1, len(records) + 1))
    assert [record["score"] for record in records] == sorted(
        (record["score"] for record in records), reverse=True
    )
    table = cli("search", "star trek", "-n", "1", home=titles_home)
    assert table.out.count("Star Trek") == 1


def test_search_says_that_it_found_nothing(cli: Cli, titles_home: Path) -> None:
    for output_format in ("table", "json", "csv"):
        result = cli("search", "gone with the wind", "--format", output_format, home=titles_home)
        assert (result.code, result.out) == (1, "")
        assert "No movie is called 'gone with the wind'" in result.err
    assert cli("search", "?!", home=titles_home).code == 2
