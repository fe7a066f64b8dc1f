"""plot map --as: somebody's films and what is recommended to them, on the page and in the picture."""

from pathlib import Path

import numpy as np
import pytest

import movierec_cli
from movierec_cli.errors import UsageError
from movierec_cli.plots import atlas
from movierec_cli.plots.map import draw, explained
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.movie import MarkedFilms
from tests.plots.conftest import Browser, MakeRun, movie
from tests.plots.test_map import Groups, page_json, png
from tests.support import Checkerboard, Cli

GIVEN = {7: 5.0, 10: 4.0, 13: 3.0, 16: 2.5, 19: 1.0}
"""movie_id -> rating; in two_groups these are the five that fewest have rated."""
SEEN = 22
RECOMMENDED = (181, 25, 28)
GROUPS = {
    7: "liked: 4 and more",
    10: "liked: 4 and more",
    13: "in between",
    SEEN: "seen, not rated",
    16: "not liked: below 3",
    19: "not liked: below 3",
    **dict.fromkeys(RECOMMENDED, "recommended"),
}


@pytest.fixture
def marked() -> MarkedFilms:
    recommended = tuple(
        (movie(movie_id, f"Film {(movie_id - 7) // 3}", 10), 5 - rank / 4)
        for rank, movie_id in enumerate(RECOMMENDED, start=1)
    )
    return MarkedFilms("me", GIVEN, frozenset({*GIVEN, SEEN}), recommended, (1.0, 5.0))


@pytest.fixture
def page(make_run: MakeRun, two_groups: Groups, marked: MarkedFilms, tmp_path: Path) -> Path:
    make_run(*two_groups)
    return movierec_cli.plot_map(tmp_path / "map.html", limit=20, marked=marked, home=tmp_path / "home")


def test_the_page_has_all_their_films_and_what_they_thought(page: Path) -> None:
    data = page_json(page)
    assert data["color"] == "taste"
    movies = {one["id"]: one for one in data["movies"]}
    best_known = {3 * place + 7 for place in range(40, 60)}
    assert movies.keys() == best_known | GROUPS.keys()
    groups = {movie_id: one["group"]["taste"] for movie_id, one in movies.items()}
    assert groups == dict.fromkeys(best_known, "other films") | GROUPS
    assert {movie_id: one["rank"] for movie_id, one in movies.items() if one["rank"]} == {
        181: 1,
        25: 2,
        28: 3,
    }
    sizes = [movies[movie_id]["size"] for movie_id in (*GIVEN, SEEN)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)
    assert {movies[one]["size"] for one in best_known - GROUPS.keys()} == {0}
    colors = {group: movies[one]["color"]["taste"] for one, group in groups.items()}
    assert len(set(colors.values())) == len(set(groups.values()))
    assert data["marked"]["ratings"] == {str(one): given for one, given in GIVEN.items()}


def test_the_picture_has_colours_places_and_titles(
    make_run: MakeRun, two_groups: Groups, marked: MarkedFilms, tmp_path: Path
) -> None:
    run = make_run(*two_groups)
    found = atlas.survey(run, 20, 0, marked)
    figure = draw(found, "taste")
    drawn = [text.get_text() for text in figure.axes[0].texts]
    assert {"1", "2", "3", "Recommended", "1  Film 58\n2  Film 6\n3  Film 7"} <= set(drawn)
    assert {"Film 0", "Film 4", "Film 58"} <= set(drawn)
    words = " ".join(text.get_text() for text in figure.texts)
    assert words.startswith("Your movie map 28 of 60 movies of by-hand.")
    assert explained(marked) in words
    path = movierec_cli.plot_map(tmp_path / "map.png", limit=20, marked=marked, home=tmp_path / "home")
    pixels = (png(path)[..., :3] * 255).round().astype(int).reshape(-1, 3)
    seen = {tuple(pixel) for pixel in np.unique(pixels, axis=0)}
    for _, shade in found.schemes["taste"].legend:
        assert tuple(int(shade[at : at + 2], 16) for at in (1, 3, 5)) in seen


def test_a_colour_means_the_same_whatever_else_is_there(marked: MarkedFilms) -> None:
    movies = [movie(movie_id, "Film", 10) for movie_id in (*GIVEN, SEEN, *RECOMMENDED)]
    every = dict(atlas.by_taste(movies, marked).legend)
    fewer = dict(atlas.by_taste([movie(movie_id, "Film", 10) for movie_id in RECOMMENDED], marked).legend)
    assert fewer == {"recommended": every["recommended"]}
    red, green, blue = (int(fewer["recommended"][at : at + 2], 16) for at in (1, 3, 5))
    assert blue > max(red, green)


def test_it_explains_itself(marked: MarkedFilms) -> None:
    assert explained(marked) == (
        "Coloured: your films, green liked, red not, orange between; the larger, the more stars. "
        "Blue, with a number: the 3 recommended."
    )
    assert "the films of bob" in explained(marked._replace(name="bob"))
    assert "Blue" not in explained(marked._replace(recommended=()))
    assert "the one recommended" in explained(marked._replace(recommended=marked.recommended[:1]))


def test_their_films_are_those_of_the_profile(cli: Cli, own_home: Path, tmp_path: Path) -> None:
    for film, stars in ((0, "5"), (2, "4"), (5, "1")):
        assert cli("rate", f"film {film}", stars, home=own_home).code == 0
    assert cli("seen", "film 9", home=own_home).code == 0
    recommender = Recommender.open(own_home)
    found = recommender.marked_films("me")
    ids = {film: Checkerboard.movie_id(film) for film in (0, 2, 5, 9)}
    assert found.ratings == {ids[0]: 5.0, ids[2]: 4.0, ids[5]: 1.0}
    assert found.seen == {*ids.values()}
    hits = recommender.recommend("me", top=10)
    assert found.recommended == tuple((hit.movie, hit.predicted_rating) for hit in hits)
    result = cli("plot", "map", "--as", "me", "--limit", "10", "-o", str(tmp_path / "me.html"), home=own_home)
    assert result.code == 0
    data = page_json(tmp_path / "me.html")
    assert data["marked"]["name"] == "me"
    ranks = {one["rank"]: one["id"] for one in data["movies"] if one["rank"]}
    assert ranks == {hit.rank: hit.movie.movie_id for hit in hits}
    assert {*ids.values()} <= {one["id"] for one in data["movies"]}


def test_a_taste_is_somebody_s(cli: Cli, own_home: Path, tmp_path: Path) -> None:
    result = cli("plot", "map", "--color", "taste", "-o", str(tmp_path / "map.html"), home=own_home)
    assert (result.code, "movierec plot map --as me" in result.err) == (2, True)
    assert cli("plot", "map", "--as", "nobody", home=own_home).code == 1
    with pytest.raises(UsageError):
        movierec_cli.plot_map(tmp_path / "map.html", color="taste", home=own_home)


def test_in_a_browser(browser: Browser, page: Path) -> None:
    report = browser.act(
        page,
        """
        const radius = (id) => Number(dot(id).getAttribute("r"));
        const shown = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent);
        report.heading = document.querySelector("h1").textContent;
        report.explained = document.getElementById("explained").innerText;
        report.pressed = document.querySelector("#modes [aria-pressed=true]").textContent;
        report.legend = shown("#legend span");
        report.listed = shown("#details .movies span");
        report.stars = shown("#details .movies small");
        report.ranks = Object.fromEntries([...document.querySelectorAll("#labels .rank")]
          .map((one) => [one.textContent, Number(one.dataset.id)]));
        report.radii = [7, 10, 13, 16, 19, 22, 184].map(radius);
        press("#legend", "not liked");
        await pause();
        report.notLiked = bright();
        press("#legend", "not liked");
        press("#modes", "Genre");
        await pause();
        report.plain = [document.querySelectorAll("#labels .rank").length, radius(7) < radius(184)];
        press("#modes", "Taste");
        await pause();
        location.hash = "#id=7";
        await pause();
        report.given = document.getElementById("details").innerText;
        location.hash = "#id=25";
        await pause();
        report.predicted = document.getElementById("details").innerText;
        """,
    )
    assert "error" not in report
    assert report["heading"] == "Your movie map"
    assert report["explained"].startswith("Coloured: your films")
    assert report["pressed"] == "Taste"
    assert report["legend"] == [
        *("liked: 4 and more", "in between", "not liked: below 3", "seen, not rated", "recommended"),
        "other films",
    ]
    assert report["listed"] == [
        *("1. Film 58 (2008)", "2. Film 6 (1956)", "3. Film 7 (1957)"),
        *(f"Film {film} ({1950 + film})" for film in range(5)),
    ]
    assert report["stars"] == ["4.8", "4.5", "4.3", "5", "4", "3", "2.5", "1"]
    assert report["ranks"] == {"1": 181, "2": 25, "3": 28}
    assert report["radii"] == sorted(report["radii"], reverse=True)
    assert sorted(report["notLiked"]) == [16, 19]
    assert report["plain"] == [0, True]
    assert "You gave it 5" in report["given"]
    assert "Recommended, number 2: 4.5 predicted" in report["predicted"]
