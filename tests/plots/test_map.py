"""The map as a picture and as a page."""

import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import movierec_cli
from movierec_cli.errors import MovieRecError, UsageError
from movierec_cli.plots import atlas
from movierec_cli.plots.map import draw
from movierec_cli.store.movie import Movie
from tests.plots.conftest import Browser, MakeRun, movie
from tests.support import Stored

Groups = tuple[list[Movie], npt.NDArray[np.float64]]

HOSTILE = '</script><img src=x onerror="document.title=\'owned\'"><!--<script>"&amp;$\\alpha$'


def page_json(page: Path) -> dict[str, Any]:
    """The data of a page, found as a browser would find it."""
    found: list[str] = []

    class Finder(HTMLParser):
        inside = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.inside = tag == "script" and dict(attrs).get("id") == "data"

        def handle_endtag(self, _tag: str) -> None:
            self.inside = False

        def handle_data(self, data: str) -> None:
            if self.inside:
                found.append(data)

    Finder().feed(page.read_text(encoding="utf-8"))
    data: dict[str, Any] = json.loads("".join(found))
    return data


def test_the_page_holds_the_stored_movies(checkerboard_home: Path, stored: Stored, tmp_path: Path) -> None:
    page = movierec_cli.plot_map(tmp_path / "map.html", limit=20, home=checkerboard_home)
    assert page == tmp_path / "map.html"
    data = page_json(page)
    table = {
        movie_id: dict(zip(stored.movies, values, strict=True))
        for movie_id, *values in zip(stored.movies["movie_id"], *stored.movies.values(), strict=True)
    }
    counts = sorted(stored.movies["rating_count"], reverse=True)
    assert [one["count"] for one in data["movies"]] == counts[:20]
    assert data["total"] == len(counts)
    for one in data["movies"]:
        row = table[one["id"]]
        assert (one["title"], one["year"], one["genres"]) == (row["title"], row["year"], row["genres"])
        assert (one["mean"], one["count"]) == (row["mean_rating"], row["rating_count"])
        cosines = stored.cosines(one["id"])
        shown = {other["id"] for other in data["movies"]}
        best = sorted((cosine for other, cosine in cosines.items() if other in shown), reverse=True)[:10]
        near = [cosines[data["movies"][place]["id"]] for place in one["near"]]
        np.testing.assert_allclose(near, best, atol=1e-5)
        np.testing.assert_allclose(one["cosine"], best, atol=1e-4)


def test_the_page_asks_for_nothing(make_run: MakeRun, two_groups: Groups, tmp_path: Path) -> None:
    make_run(*two_groups)
    text = movierec_cli.plot_map(tmp_path / "map.html", home=tmp_path / "home").read_text(encoding="utf-8")
    assert set(re.findall(r"\w+://[^\s\"')]*", text)) == {"http://www.w3.org/2000/svg"}  # a name, no address
    assert not re.search(r"<link|\bsrc=|@import|url\(|fetch\(|XMLHttpRequest|innerHTML", text)
    assert "default-src 'none'" in text
    assert "{{" not in text


def test_a_hostile_title_stays_text_in_the_page(make_run: MakeRun, tmp_path: Path) -> None:
    make_run([movie(1, HOSTILE, 9), movie(2, "Two", 8), movie(3, "Three", 7)], np.eye(3))
    page = movierec_cli.plot_map(tmp_path / "map.html", home=tmp_path / "home")
    assert page_json(page)["movies"][0]["title"] == HOSTILE
    assert "<img" not in page.read_text(encoding="utf-8")


def png(path: Path) -> npt.NDArray[np.float64]:
    return np.asarray(matplotlib.image.imread(path), dtype=np.float64)


@pytest.mark.slow
@pytest.mark.parametrize("color", ["genre", "decade", "rating"])
def test_the_picture_is_an_image_with_the_legend_s_colours(
    make_run: MakeRun, two_groups: Groups, tmp_path: Path, color: atlas.Coloring
) -> None:
    run = make_run(*two_groups)
    path = movierec_cli.plot_map(tmp_path / "map.png", color=color, home=tmp_path / "home")
    pixels = png(path)
    height, width = pixels.shape[:2]
    assert 1200 <= width <= 4000
    assert 800 <= height <= 3000
    legend = atlas.survey(run, 300, 0).schemes[color].legend
    seen = {
        tuple(pixel)
        for pixel in np.unique((pixels[..., :3] * 255).round().astype(int).reshape(-1, 3), axis=0)
    }
    for _, shade in legend:
        assert tuple(int(shade[at : at + 2], 16) for at in (1, 3, 5)) in seen


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".pdf", b"%PDF"), (".PNG", b"\x89PNG")])
def test_the_suffix_chooses_the_format(
    make_run: MakeRun, two_groups: Groups, tmp_path: Path, suffix: str, start: bytes
) -> None:
    make_run(*two_groups)
    path = movierec_cli.plot_map(tmp_path / f"map{suffix}", home=tmp_path / "home")
    assert path.read_bytes().startswith(start)


def test_titles_do_not_overlap_and_the_best_known_movie_has_one(
    make_run: MakeRun, two_groups: Groups
) -> None:
    figure = draw(atlas.survey(make_run(*two_groups), 300, 0), "genre")
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    boxes = {text.get_text(): text.get_window_extent(renderer) for text in figure.axes[0].texts}
    assert "Film 59" in boxes
    assert len(boxes) > 15
    for (one, box), (other, another) in itertools.combinations(boxes.items(), 2):
        assert not box.overlaps(another), (one, other)


def test_dollars_markup_and_foreign_letters_are_drawn_as_they_are(make_run: MakeRun, tmp_path: Path) -> None:
    titles = [HOSTILE[-20:], "$9.99 and $5", "Amélie", "七人の侍", "a_b^c{"]
    movies = [movie(place, title, 9 - place, genres=("$a$",)) for place, title in enumerate(titles)]
    figure = draw(atlas.survey(make_run(movies, np.eye(5)), 300, 0), "genre")
    assert {text.get_text() for text in figure.axes[0].texts} <= set(titles)
    movierec_cli.plot_map(tmp_path / "map.png", home=tmp_path / "home")


@pytest.mark.parametrize("name", ["map.jpg", "map", "map.htm", ".png"])
def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"\.html, \.png, \.svg or \.pdf"):
        movierec_cli.plot_map(tmp_path / name)


def test_an_unknown_colouring_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="genre, decade, rating"):
        movierec_cli.plot_map(tmp_path / "map.html", color="mood")  # type: ignore[arg-type]


@pytest.mark.parametrize(("limit", "seed"), [(2, 0), (-1, 0), (10, -1), (10, 2**32)])
def test_a_limit_or_seed_out_of_range_is_said_with_its_value(tmp_path: Path, limit: int, seed: int) -> None:
    with pytest.raises(UsageError, match=f"--limit {limit}:" if limit < 3 else f"--seed {seed}:"):
        movierec_cli.plot_map(tmp_path / "map.html", limit=limit, seed=seed)


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(
    make_run: MakeRun, two_groups: Groups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(*two_groups)
    out = tmp_path / "out"
    out.mkdir()
    (out / "map.html").write_text("old")

    def full(self: Path, *_: object, **__: object) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(MovieRecError, match="No space left"):
        movierec_cli.plot_map(out / "map.html", home=tmp_path / "home")
    assert [file.name for file in out.iterdir()] == ["map.html"]
    assert (out / "map.html").read_bytes() == b"old"


# ---- in a browser ----


@pytest.fixture
def page(make_run: MakeRun, two_groups: Groups, tmp_path: Path) -> Path:
    make_run(*two_groups)
    return movierec_cli.plot_map(tmp_path / "map.html", home=tmp_path / "home")


def nearest_ids(groups: Groups, movie_id: int) -> list[int]:
    movies, vectors = groups
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    place = [one.movie_id for one in movies].index(movie_id)
    order = np.argsort(-(unit @ unit[place]))
    return [movies[other].movie_id for other in order if other != place][:10]


def test_the_address_names_a_movie_and_a_colouring(browser: Browser, page: Path, two_groups: Groups) -> None:
    script = """
        report.listed = listed();
        report.bright = bright();
        report.heading = document.querySelector("#details h2")?.textContent;
        report.pressed = document.querySelector("#modes [aria-pressed=true]").textContent;
        report.lines = document.querySelectorAll("#links line").length;
        """
    report = browser.act(page, script, address="#id=49&color=decade")
    expected = nearest_ids(two_groups, 49)
    assert report["listed"] == expected
    assert set(report["bright"]) == {49, *expected}
    assert report["heading"] == "Film 14 (1964)"
    assert report["pressed"] == "Decade"
    assert report["lines"] == 10
    nobody = browser.act(page, script, address="#id=50&color=mood")  # ids are 7, 10, 13 ...
    assert (len(nobody["bright"]), nobody["lines"], nobody["pressed"]) == (60, 0, "Genre")


def test_pointer_wheel_and_legend(browser: Browser, page: Path, two_groups: Groups) -> None:
    report = browser.act(
        page,
        """
        const map = document.getElementById("map"), tip = document.getElementById("tip");
        const touch = (type, node) =>
          send(map, type, PointerEvent, { pointerId: 1, pointerType: "mouse", ...centre(node) });
        touch("pointermove", dot(184));
        report.tip = tip.hidden ? null : tip.innerText;
        touch("pointerdown", dot(184)); touch("pointerup", dot(184));
        await pause();
        report.address = location.hash;
        report.listed = listed();
        document.getElementById("close").click();
        await pause();
        report.afterClose = bright().length;
        const before = [centre(dot(184)), centre(dot(7))];
        send(map, "wheel", WheelEvent, { deltaY: -200, deltaMode: 0, ...before[0] });
        await pause();
        const after = [centre(dot(184)), centre(dot(7))];
        const apart = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
        report.growth = apart(after) / apart(before);
        report.held = Math.hypot(after[0].clientX - before[0].clientX, after[0].clientY - before[0].clientY);
        send(map, "pointerdown", PointerEvent, { pointerId: 1, clientX: 300, clientY: 300 });
        send(map, "pointermove", PointerEvent, { pointerId: 1, clientX: 340, clientY: 320 });
        send(map, "pointerup", PointerEvent, { pointerId: 1, clientX: 340, clientY: 320 });
        await pause();
        const now = centre(dot(184));
        report.dragged = [now.clientX - after[0].clientX, now.clientY - after[0].clientY];
        report.afterDrag = bright().length;
        press("#legend", "War");
        await pause();
        report.war = bright();
        const fill = dot(184).getAttribute("fill");
        press("#modes", "Rating");
        await pause();
        report.recoloured = fill !== dot(184).getAttribute("fill");
        report.legend = [...document.querySelectorAll("#legend span")].map((one) => one.textContent);
        """,
    )
    assert "error" not in report
    # Film 59: the best-known, of 2009, "Drama, Comedy", 69 ratings of 2 + 59 / 24 stars on average.
    assert report["tip"].split("\n") == ["Film 59 (2009)", "Drama, Comedy", "★ 4.46 from 69 ratings"]
    assert report["address"] == "#id=184"
    assert report["listed"] == nearest_ids(two_groups, 184)
    assert report["afterClose"] == 60
    assert report["growth"] == pytest.approx(np.exp(0.5), rel=0.02)
    assert report["held"] < 1.5
    assert report["dragged"] == pytest.approx([40, 20], abs=1)
    assert report["afterDrag"] == 60
    assert sorted(report["war"]) == [one.movie_id for one in two_groups[0] if "War" in one.genres]
    assert report["recoloured"]
    assert report["legend"] == ["2 to 2.5", "2.5 to 3", "3 to 3.5", "3.5 to 4", "4 to 4.5"]


def test_search_and_keyboard(browser: Browser, make_run: MakeRun, tmp_path: Path) -> None:
    vectors = np.array([[1, 0], [1, 0.1], [1, 0.3], [0, 1]])
    titles = ["Misérables, Les", "Miss Nobody", "Heat", "Last"]
    make_run([movie(place + 1, title, 9 - place) for place, title in enumerate(titles)], vectors)
    page = movierec_cli.plot_map(tmp_path / "map.html", home=tmp_path / "home")
    report = browser.act(
        page,
        """
        const found = document.getElementById("found"), map = document.getElementById("map");
        const box = document.getElementById("search");
        type("MISER");
        report.found = [...found.querySelectorAll("button")].map((one) => Number(one.dataset.id));
        report.bright = bright();
        key(box, "Enter");
        await pause();
        report.address = location.hash;
        report.emptied = [box.value, found.hidden];
        report.listed = listed();
        type("nothing like it");
        report.nothing = found.innerText;
        key(box, "Escape");
        report.escaped = found.hidden;
        map.focus();
        const to = centre(dot(4)), from = centre(dot(1));
        const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY];
        const across = x > 0 ? "ArrowRight" : "ArrowLeft", down = y > 0 ? "ArrowDown" : "ArrowUp";
        const way = Math.abs(x) > Math.abs(y) ? across : down;
        for (let step = 0; step < 4; step++) key(map, way);
        report.moved = document.getElementById("tip").innerText.split("\\n")[0];
        key(map, "Enter");
        await pause();
        report.entered = location.hash;
        key(map, "Escape");
        await pause();
        report.left = [location.hash, bright().length];
        """,
    )
    assert "error" not in report
    assert report["found"] == report["bright"] == [1]
    assert report["address"] == "#id=1"
    assert report["emptied"] == ["", True]
    assert report["listed"] == [2, 3, 4]
    assert report["nothing"] == "None of the 4 movies shown has that in its title."
    assert report["escaped"]
    assert report["moved"] != "Misérables, Les (1981)"
    assert report["entered"] not in {"", "#id=1"}
    assert report["left"] == ["", 4]


def test_a_hostile_title_is_inert_in_a_browser(browser: Browser, make_run: MakeRun, tmp_path: Path) -> None:
    movies = [movie(1, HOSTILE, 9, genres=("<b>bold</b>",)), movie(2, "Two", 8), movie(3, "Three", 7)]
    make_run(movies, np.eye(3))
    page = movierec_cli.plot_map(tmp_path / "map.html", home=tmp_path / "home")
    report = browser.act(
        page,
        """
        report.heading = document.querySelector("#details h2").textContent;
        report.elements = document.querySelectorAll("img, b b, #details b, #legend b").length;
        report.title = document.title;
        """,
        address="#id=1",
    )
    assert report == {"heading": HOSTILE + " (1981)", "elements": 0, "title": "movierec: movie map"}


@pytest.mark.parametrize(("size", "width"), [("1280,800", 1280), ("500,900", 500)])
def test_the_page_fits_its_window(
    browser: Browser, page: Path, size: str, width: int, tmp_path: Path
) -> None:
    report = browser.act(
        page,
        """
        const within = (box, frame) =>
          box.left >= frame.left && box.right <= frame.right &&
          box.top >= frame.top && box.bottom <= frame.bottom;
        const stage = document.getElementById("stage").getBoundingClientRect();
        report.window = innerWidth;
        report.page = document.documentElement.scrollWidth;
        report.outside = [...document.querySelectorAll("#dots circle, #labels text")]
          .filter((one) => !within(one.getBoundingClientRect(), stage)).length;
        """,
        size=size,
    )
    assert report == {"window": width, "page": width, "outside": 0}
    browser.run(page, f"--screenshot={tmp_path / 'page.png'}", address="#id=184", size=size)
    pixels = png(tmp_path / "page.png")
    assert pixels.shape[1] == width
    assert len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 100  # a blank page has a handful
