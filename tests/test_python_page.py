"""docs/python.md shows every public name, and its examples run."""

import inspect
import re
from pathlib import Path

import pytest

import movierec_cli
from tests.datasets import samples
from tests.support import PROJECT

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "docs" / "python.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)

FILMS = {
    "Star Wars (1977)": ("Action", "Sci-Fi"),
    "Alien (1979)": ("Horror", "Sci-Fi"),
    "Heat (1995)": ("Action", "Crime"),
    "Fargo (1996)": ("Crime", "Drama"),
    "Titanic (1997)": ("Drama", "Romance"),
    "Pretty Woman (1990)": ("Comedy", "Romance"),
    "Sabrina (1995)": ("Comedy", "Romance"),
    "Rain Man (1988)": ("Drama",),
    "Dead Man Walking (1995)": ("Drama",),
    "Fly Away Home (1996)": ("Children's",),
    "Jaws (1975)": ("Action", "Horror"),
    "Toy Story (1995)": ("Animation", "Comedy"),
}
"""The films that the page names, and some more to be recommended."""


def name_of(number: int) -> str:
    return f"example {number + 1}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in, with a list of films to import; its `home` has the films above as ml-100k.

    Fifty people rated eight films in twelve each: from 1 to 5 stars in a fixed pattern.
    """
    place = tmp_path_factory.mktemp("python-page")
    genres = ["unknown", *sorted({genre for of_one in FILMS.values() for genre in of_one})]
    flags = {
        title: "|".join(str(int(genre in of_one)) for genre in genres) + "|0" * (19 - len(genres))
        for title, of_one in FILMS.items()
    }
    items = "".join(
        f"{movie_id}|{title}|01-Jan-{title[-5:-1]}||http://us.imdb.com/M/{movie_id}|{flags[title]}\n"
        for movie_id, title in enumerate(FILMS, start=1)
    )
    ratings = "".join(
        f"{person}\t{1 + (person + step) % len(FILMS)}\t{1 + (person * step) % 5}\t{881250000 + step}\n"
        for person in range(1, 51)
        for step in range(8)
    )
    people = "".join(f"{person}|24|M|writer|85711\n" for person in range(1, 51))
    files = {"u.data": ratings, "u.item": items, "u.user": people}
    samples.write(place / "ml-100k", {name: text.encode() for name, text in files.items()})
    (place / "films.csv").write_text(
        "Title,Year,Rating\nAlien,1979,5\nFargo,1996,4.5\nParasite,2019,5\n", "utf-8"
    )
    (place / "pairs.csv").write_text("user_id,movie_id\n7,1\n42,9\n", "utf-8")
    movierec_cli.fetch(source=place / "ml-100k", home=place / "home")
    return place


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    """What the examples have defined so far."""
    return {}


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=name_of)
def test_the_examples_run_in_their_order(
    number: int, folder: Path, names: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIEREC_HOME", str(folder / "home"))
    monkeypatch.chdir(folder)
    exec(compile(EXAMPLES[number], name_of(number), "exec"), names)


def test_the_examples_wrote_what_they_say(folder: Path) -> None:
    for name in ("recommendations.parquet", "loss.png", "model.svg", "map.html"):
        assert (folder / name).stat().st_size > 1000


FUNCTIONS = {name for name in movierec_cli.__all__ if inspect.isfunction(getattr(movierec_cli, name))}
CLASSES = {name for name in movierec_cli.__all__ if inspect.isclass(getattr(movierec_cli, name))}


def test_every_public_function_is_shown_once() -> None:
    assert sorted(re.findall(r"movierec\.([a-z_]+)\(", "".join(EXAMPLES))) == sorted(FUNCTIONS)


def test_every_public_class_is_told() -> None:
    rows = re.findall(r"^\| `[A-Z]\w+`.*", PAGE, flags=re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([A-Z]\w+)`", row)} - {"FILE"}
    assert told == CLASSES - {"Recommender", "MovieRecError"}
    assert "movierec.Recommender.open()" in PAGE
    assert "except movierec.MovieRecError" in PAGE
