"""Fixtures: runs put together by hand, so that what a picture must show is known, and a headless browser."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from movierec_cli.home import Home
from movierec_cli.store.facts import write_facts
from movierec_cli.store.movie import Movie
from movierec_cli.store.publishing import new_run
from movierec_cli.store.runs import Run, current_run
from movierec_cli.store.writer import vector_column
from tests.support import run_facts, write_tables

HISTORY = [
    {"number": 1, "loss": 7.0, "validation_loss": 6.5, "validation_ndcg": 0.10},
    {"number": 2, "loss": 6.0, "validation_loss": 6.1, "validation_ndcg": 0.20},
    {"number": 3, "loss": 5.5, "validation_loss": 6.2, "validation_ndcg": 0.25},
    {"number": 4, "loss": 5.2, "validation_loss": 6.4, "validation_ndcg": 0.22},
]

MakeRun = Callable[..., Run]


def movie(movie_id: int, title: str, count: int, **facts: Any) -> Movie:
    """A movie with what a test does not care about filled in."""
    given: dict[str, Any] = {"year": 1980 + movie_id % 20, "genres": ("Drama",), "mean_rating": 3.5, **facts}
    return Movie(movie_id=movie_id, title=title, rating_count=count, **given)


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """make_run(movies, vectors, history=..., best_epoch=...) -> the run in use in tmp_path / "home"."""

    def make(
        movies: Sequence[Movie],
        vectors: npt.NDArray[np.float64],
        history: Sequence[dict[str, Any]] = HISTORY,
        best_epoch: int = 3,
    ) -> Run:
        home = Home(tmp_path / "home")
        names = ("movie_id", "title", "year", "rating_count", "mean_rating")
        table = pa.table(
            {
                **{name: [getattr(one, name) for one in movies] for name in names},
                "genres": pa.array([list(one.genres) for one in movies], pa.list_(pa.string())),
                "imdb_id": pa.array([None] * len(movies), pa.string()),
                "tmdb_id": pa.array([None] * len(movies), pa.int64()),
                "search_text": [one.title for one in movies],
                "similar_vector": vector_column(vectors.astype(np.float32)),
            }
        )
        with new_run(home) as folder:
            write_tables(folder, table, [pa.table({"user_id": pa.array([1], pa.int64())})], {})
            went = {"history": list(history), "best_epoch": best_epoch}
            write_facts(folder, run_facts(dataset={"movies": len(movies)}, training=went))
        return current_run(home)

    return make


@pytest.fixture
def two_groups() -> tuple[list[Movie], npt.NDArray[np.float64]]:
    """Sixty movies whose vectors point in one of two directions at right angles, a little off each.

    Even positions are in one group, odd in the other. Ids are 3 * position + 7, best-known last.
    """
    random = np.random.default_rng(5)
    directions = np.zeros((60, 8))
    directions[0::2, 0] = 1
    directions[1::2, 1] = 1
    lengths = random.uniform(0.5, 3, size=(60, 1))  # cosine must not care
    vectors = (directions + random.normal(scale=0.15, size=directions.shape)) * lengths
    genres = (("Comedy", "War"), ("Drama",), ("Drama", "Comedy"))
    movies = [
        movie(
            3 * place + 7,
            f"Film {place}",
            10 + place,
            year=1950 + place,
            genres=genres[place % 3],
            mean_rating=2 + place / 24,
        )
        for place in range(60)
    ]
    return movies, vectors


@dataclass(frozen=True)
class Browser:
    """A headless Chromium."""

    program: str
    profile: Path

    def run(self, page: Path, *flags: str, address: str = "", size: str = "1280,800") -> str:
        """Load a page, let it work for some seconds, and return what --dump-dom or the like prints."""
        done = subprocess.run(
            [
                *(self.program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
                *("--disable-background-networking", "--hide-scrollbars", f"--window-size={size}"),
                *(f"--user-data-dir={self.profile}", "--virtual-time-budget=8000", *flags),
                page.as_uri() + address,
            ],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def act(self, page: Path, script: str, address: str = "", size: str = "1280,800") -> dict[str, Any]:
        """What `script`, the body of an async function added to the page, puts in its object `report`."""
        acting = page.with_name("acting.html")
        acting.write_text(page.read_text(encoding="utf-8") + _ACT.replace("SCRIPT", script), encoding="utf-8")
        found = re.search(
            r'<pre id="report">(.*?)</pre>', self.run(acting, "--dump-dom", address=address, size=size), re.S
        )
        assert found, "the script in the page did not end"
        report: dict[str, Any] = json.loads(html.unescape(found[1]))
        return report


_ACT = """
<script>
requestAnimationFrame = (work) => setTimeout(work);  // --dump-dom draws no frames
(async () => {
  const report = {};
  const pause = () => new Promise((done) => setTimeout(done, 300));
  const dot = (id) => document.querySelector(`#dots [data-id="${id}"]`);
  const ids = (selector) => [...document.querySelectorAll(selector)].map((one) => Number(one.dataset.id));
  const listed = () => ids("#details .movies button");
  const bright = () => ids("#dots circle:not(.dim)");
  const press = (where, text) =>
    [...document.querySelectorAll(`${where} button`)].find((one) => one.textContent.startsWith(text)).click();
  const send = (target, type, Kind, properties) =>
    target.dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, ...properties }));
  const key = (target, name) => send(target, "keydown", KeyboardEvent, { key: name });
  const type = (text) => {
    document.getElementById("search").value = text;
    send(document.getElementById("search"), "input", Event, {});
  };
  const centre = (node) => {
    const box = node.getBoundingClientRect();
    return { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  };
  try { await pause(); SCRIPT } catch (error) { report.error = String(error); }
  const shown = document.createElement("pre");
  shown.id = "report";
  shown.textContent = JSON.stringify(report);
  document.body.append(shown);
})();
</script>
"""


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium or Chrome is installed")
    return Browser(program, tmp_path / "browser-profile")
