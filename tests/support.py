"""What the tests share that is no fixture: data with known answers, and ways to look at results."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.library import fetch
from movierec_cli.home import Home
from movierec_cli.questions.answers import Hit
from movierec_cli.store.facts import RunFacts
from movierec_cli.store.movies import Movies
from movierec_cli.store.query import Metric
from movierec_cli.store.runs import Run, current_run
from movierec_cli.system.typed_json import from_json
from movierec_cli.system.workers import HERE, Kept
from movierec_cli.vectors.scale import RatingScale

if TYPE_CHECKING:
    import pyarrow as pa

PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class CliResult:
    """How one command line ended."""

    code: int
    out: str
    err: str


Cli = Callable[..., CliResult]


def run_python(code: str, *arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `code` in a fresh interpreter on the code under test; a failure shows what it wrote."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT,
        env={**os.environ, **({"MOVIEREC_HOME": str(home)} if home else {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done


def killed_in_epoch(number: int, home: Path, **settings: int) -> str:
    """Train the dataset `board` with some settings in a process that is killed; what it says of its end.

    It keeps what it has after every epoch.
    """
    code = f"""
import os, signal
from movierec_cli.training import checkpoint
from movierec_cli.training.train import train
checkpoint.AFTER = checkpoint.SPARED = 0
def kill(epoch):
    if epoch.number == {number}:
        os.kill(os.getpid(), signal.SIGKILL)
if os.fork() == 0:
    train("board", on_epoch=kill, **{settings})
print(os.WTERMSIG(os.wait()[1]))
"""
    return run_python(code, home=home).stdout.strip()


class Divided:
    """Workers that are this process, one after the other, and divide the work as so many would."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.apart = False
        self.ahead = 2 * count

    def keep(self, value: Any) -> Kept[Any]:
        return HERE.keep(value)

    def call(self, function: Callable[..., Any], *arguments: object) -> Kept[Any]:
        return HERE.call(function, *arguments)

    def get(self, kept: Kept[Any]) -> Any:
        return HERE.get(kept)


# ---- datasets ----

MovieRow = tuple[int, str, int | None, tuple[str, ...]]
RatingRow = tuple[int, int, float, int]


def make_dataset(
    name: str,
    movies: Iterable[MovieRow],
    ratings: Iterable[RatingRow],
    scale: tuple[float, float] = (1.0, 5.0),
    tags: Iterable[tuple[int, str, int]] | None = None,
) -> Dataset:
    """A Dataset from (movie_id, title, year, genres) and (user_id, movie_id, rating, timestamp).

    scale: its lowest and highest rating; the steps are whole ones where both are whole numbers, else halves.
    tags: (movie_id, tag, how many people gave it).
    """
    movie_rows = sorted(movies)
    count = len(movie_rows)
    rating_frame = pd.DataFrame(list(ratings), columns=["user_id", "movie_id", "rating", "timestamp"])
    types = {"user_id": "int64", "movie_id": "int64", "rating": "float32", "timestamp": "int64"}
    return Dataset(
        name=name,
        ratings=rating_frame.astype(types),
        movies=pd.DataFrame(
            {
                "movie_id": pd.Series([row[0] for row in movie_rows], dtype="int64"),
                "title": [row[1] for row in movie_rows],
                "year": pd.array([row[2] for row in movie_rows], dtype="Int32"),
                "genres": pd.Series([row[3] for row in movie_rows], dtype="object"),
                "release_date": pd.Series([pd.NaT] * count, dtype="datetime64[s]"),
                "imdb_id": pd.Series([None] * count, dtype="object"),
                "tmdb_id": pd.array([None] * count, dtype="Int64"),
            }
        ),
        scale=RatingScale(*scale, step=1.0 if float(scale[0]).is_integer() else 0.5),
        tags=None if tags is None else pd.DataFrame(list(tags), columns=["movie_id", "tag", "count"]),
    )


def write_csv_layout(dataset: Dataset, folder: Path) -> Path:
    """The dataset as the CSV files of the later MovieLens releases, to be fetched with --from."""
    folder.mkdir(parents=True)
    years = ["" if pd.isna(year) else f" ({year})" for year in dataset.movies["year"]]
    pd.DataFrame(
        {
            "movieId": dataset.movies["movie_id"],
            "title": [title + year for title, year in zip(dataset.movies["title"], years, strict=True)],
            "genres": ["|".join(names) or "(no genres listed)" for names in dataset.movies["genres"]],
        }
    ).to_csv(folder / "movies.csv", index=False)
    dataset.ratings.rename(columns={"user_id": "userId", "movie_id": "movieId"}).to_csv(
        folder / "ratings.csv", index=False
    )
    return folder


def home_with(dataset: Dataset, place: Path, name: str) -> Path:
    """A new home in `place` into which a dataset has been fetched from its files, and nothing is trained."""
    fetch(source=write_csv_layout(dataset, place / "source"), name=name, home=place / "home")
    return place / "home"


class World:
    """People and movies whose ratings are made up.

    Ids have gaps and differ from positions, so that taking one for the other shows.
    """

    movies: int
    people = 60
    user_ids: tuple[int, int]
    """What one id is more than the one before, and the first."""
    movie_ids: tuple[int, int]
    """Likewise."""
    times: tuple[int, int]
    """What people and movies make of the time of a rating, which follows neither."""

    @classmethod
    def user_id(cls, person: int) -> int:
        return cls.user_ids[0] * person + cls.user_ids[1]

    @classmethod
    def movie_id(cls, movie: int) -> int:
        return cls.movie_ids[0] * movie + cls.movie_ids[1]

    @classmethod
    def rated(cls, person: int) -> dict[int, float]:
        """movie_id -> stars."""
        raise NotImplementedError

    @classmethod
    def movie_rows(cls, year: Callable[[int], int], genres: Sequence[str]) -> list[MovieRow]:
        """The movies, whose genres take turns."""
        return [
            (cls.movie_id(movie), f"Film {movie}", year(movie), (genres[movie % len(genres)],))
            for movie in range(cls.movies)
        ]

    @classmethod
    def rating_rows(cls) -> list[tuple[int, int, float, int]]:
        """What everybody gave."""
        by_person, by_movie = cls.times
        return [
            (
                cls.user_id(person),
                movie_id,
                stars,
                1_000_000 + (by_person * person + by_movie * movie_id) % 9973,
            )
            for person in range(cls.people)
            for movie_id, stars in cls.rated(person).items()
        ]


class Checkerboard(World):
    """People and movies on a checkerboard: who is right for whom is known beforehand.

    Even people gave even movies 5 stars and odd people odd ones, except that one movie of their own colour
    is withheld from them. Of the other colour they gave some 1 star and have not seen the rest. So of what
    anyone has left, the withheld movie alone is loved by like-minded people, and must come back first.
    One movie has no ratings, no year and no genres. Genres say nothing about the colour.
    """

    movies = 30
    unrated_movie = 7 * movies + 50
    user_ids, movie_ids, times = (10, 3), (7, 50), (31, 17)

    @classmethod
    def withheld(cls, person: int) -> int:
        """The movie_id that must come back first."""
        return cls.movie_id(person % cls.movies)

    @classmethod
    def rated(cls, person: int) -> dict[int, float]:
        """movie_id -> stars."""
        stars = {}
        for movie in range(cls.movies):
            if movie == person % cls.movies:
                continue
            if movie % 2 == person % 2:
                stars[cls.movie_id(movie)] = 5.0
            elif (movie + 3 * person) % 5 < 2:
                stars[cls.movie_id(movie)] = 1.0
        return stars

    @classmethod
    def dataset(cls) -> Dataset:
        movies = cls.movie_rows(lambda movie: 1950 + movie, ("Drama", "Comedy", "War"))
        return make_dataset(
            "checkerboard", [*movies, (cls.unrated_movie, "Unseen", None, ())], cls.rating_rows()
        )


class Halves(World):
    """Two groups of people, each of which loves one half of the movies and hates the other.

    Everybody has rated some three fifths of both halves: 4 or 5 of 5 in the one, 1 in the other. So each has
    some 8 movies of the loved half left, and as many of the hated one. Genres and years say nothing.
    """

    movies = 40
    user_ids, movie_ids, times = (3, 11), (5, 9), (41, 13)

    @classmethod
    def half(cls, one: int) -> set[int]:
        """The movie_ids of one half: those that people of the same remainder love."""
        return {cls.movie_id(movie) for movie in range(one % 2, cls.movies, 2)}

    @classmethod
    def rated(cls, person: int) -> dict[int, float]:
        """movie_id -> stars."""
        chosen = np.random.default_rng(person).random(cls.movies) < 0.6
        return {
            cls.movie_id(movie): 1.0 if (movie - person) % 2 else 4.0 + (movie + person) // 2 % 2
            for movie in np.flatnonzero(chosen).tolist()
        }

    @classmethod
    def dataset(cls) -> Dataset:
        movies = cls.movie_rows(lambda movie: 1960 + movie // 2, ("Drama", "Drama", "War", "War"))
        return make_dataset("halves", movies, cls.rating_rows())


# ---- tables of what is tried, and what must come of it ----


def table(text: str) -> list[tuple[str, ...]]:
    """The rows of a table that is written as text: a line each, a bar between cells."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


# ---- runs put together by hand ----


def write_tables(
    folder: Path,
    movies: "pa.Table",
    users: Iterable["pa.Table"],
    searched: Mapping[str, Metric],
    asking: Mapping[str, npt.NDArray[np.float32]] = MappingProxyType({}),
) -> None:
    """Both tables of a run; see `write_movies`."""
    from movierec_cli.store import writer

    writer.write_users(folder, iter(users))
    writer.write_movies(folder, movies, searched, asking)


def open_movies(folder: Path, **dataset: Any) -> Movies:
    """The movies table in `folder` as that of a run, of whose dataset `run_facts` says the rest."""
    return Movies(Run("by-hand", folder, run_facts(dataset=dataset), 0))


def run_facts(created: str = "2026-01-02T03:04:05+0000", **changed: Mapping[str, Any]) -> RunFacts:
    """The facts of a run, with what a test does not care about filled in as in `run_json`."""
    return from_json(RunFacts, run_json(**changed) | {"created": created})


def run_json(
    dataset: Mapping[str, Any] = {}, model: Mapping[str, Any] = {}, training: Mapping[str, Any] = {}
) -> dict[str, Any]:
    """All that run.json must say."""
    epoch = {"number": 1, "loss": 2.0, "validation_loss": 2.5, "validation_ndcg": 0.25}
    return {
        "format_version": 6,
        "movierec": "0.0.0",
        "created": "2026-01-02T03:04:05+0000",
        "dataset": {
            "name": "by-hand",
            "people": 2,
            "movies": 2,
            "ratings": 3,
            "rating_scale": [1.0, 5.0],
            "rating_steps": [1.0, 2.0, 3.0, 4.0, 5.0],
            "well_known": 0,
            "first_user_id": 1,
            "last_user_id": 2,
            **dataset,
        },
        "model": {
            "kind": "ranking",
            "config": {"dim": 2},
            "score_column": "score_vector",
            "score_metric": "dot",
            "similar_column": "similar_vector",
            "dimensions": {"score_vector": 2, "similar_vector": 2},
            "fold_in": None,
            "stars": None,
            **model,
        },
        "training": {
            "seed": 0,
            "epochs": 1,
            "best_epoch": 1,
            "finishing_epochs": 0,
            "seconds": 1.5,
            "validation": {"loss": 2.5, "ndcg@100": 0.25},
            "history": [epoch],
            **training,
        },
    }


# ---- what is stored, read without movierec's own reader ----


@dataclass(frozen=True)
class Stored:
    """A run's tables as numpy and Python values."""

    run: Run
    movies: dict[str, list[Any]]
    users: dict[str, list[Any]]

    @classmethod
    def read(cls, home: Path | str) -> "Stored":
        import lancedb

        run = current_run(Home.resolve(home))
        database = lancedb.connect(run.folder)
        tables = [database.open_table(name).to_arrow().to_pydict() for name in ("movies", "users")]
        return cls(run, *tables)

    @cached_property
    def model(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.run.folder / "run.json").read_text())
        return dict(facts["model"])

    @property
    def user_ids(self) -> list[int]:
        return self.users["user_id"]

    @cached_property
    def _matrices(self) -> dict[tuple[str, str], npt.NDArray[np.float64]]:
        return {}

    def _matrix(self, table: str, column: str) -> npt.NDArray[np.float64]:
        if (table, column) not in self._matrices:
            values = getattr(self, table)[column]
            self._matrices[table, column] = np.array(values, dtype=np.float64)
            self._matrices[table, column].flags.writeable = False
        return self._matrices[table, column]

    def movie_matrix(self, column: str) -> npt.NDArray[np.float64]:
        return self._matrix("movies", column)

    def user_matrix(self) -> npt.NDArray[np.float64]:
        return self._matrix("users", "score_vector")

    def left(self, user_id: int) -> dict[int, float]:
        """movie_id -> score for every movie that the person has not rated."""
        rated = set(self.users["movie_ids"][self.user_ids.index(user_id)])
        return {movie_id: score for movie_id, score in self.scores(user_id).items() if movie_id not in rated}

    def scores(self, user_id: int) -> dict[int, float]:
        """movie_id -> score, from the definition of the metric."""
        vector = self.user_matrix()[self.user_ids.index(user_id)]
        movies = self.movie_matrix(self.model["score_column"])
        if self.model["score_metric"] == "dot":
            scores = movies @ vector
        else:
            scores = -np.sqrt(((movies - vector) ** 2).sum(axis=1))
        return dict(zip(self.movies["movie_id"], scores.tolist(), strict=True))

    def cosines(self, movie_id: int) -> dict[int, float]:
        """movie_id -> cosine with the given movie, for every other movie."""
        vectors = self.movie_matrix(self.model["similar_column"])
        lengths = np.linalg.norm(vectors, axis=1).tolist()
        pairs = zip(self.movies["movie_id"], lengths, strict=True)
        likeness = self.likeness(movie_id)
        return {other: likeness[other] / (length or 1) for other, length in pairs if other != movie_id}

    def likeness(self, movie_id: int) -> dict[int, float]:
        """movie_id -> inner product with the given movie's vector of unit length, for every other movie."""
        row = self._likeness[self.movies["movie_id"].index(movie_id)]
        pairs = zip(self.movies["movie_id"], row.tolist(), strict=True)
        return {other: likeness for other, likeness in pairs if other != movie_id}

    @cached_property
    def _likeness(self) -> npt.NDArray[np.float64]:
        """(movies, movies): of each column to the row's unit vector."""
        vectors = self.movie_matrix(self.model["similar_column"])
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(length > 0, length, 1) @ vectors.T)

    def ratings(self, user_id: int) -> dict[int, float]:
        """movie_id -> rating of a person, oldest first."""
        person = self.user_ids.index(user_id)
        return dict(zip(self.users["movie_ids"][person], self.users["ratings"][person], strict=True))

    def sinks(self, user_id: int) -> frozenset[int]:
        """The movies that sink below all others for a person of the dataset."""
        if "star_vector" not in self.users:
            return frozenset()
        star_vector = self.users["star_vector"][self.user_ids.index(user_id)]
        return self.sinking(self.ratings(user_id), star_vector)

    def sinking(self, ratings: Mapping[int, float], star_vector: Sequence[float]) -> frozenset[int]:
        """Whatever is predicted below 3 of 5, and the three nearest of each movie rated half a star of 5, or
        as low as the scale goes, except those to which one rated 4 of 5 or better is nearer."""
        lowest, highest = json.loads((self.run.folder / "run.json").read_text())["dataset"]["rating_scale"]
        bottom = min(0.0, lowest)
        stars = np.clip(self.movie_matrix("star_vector") @ np.array(star_vector), lowest, highest)
        least = bottom + 0.6 * (highest - bottom)
        sunk = {one for one, star in zip(self.movies["movie_id"], stars, strict=True) if star < least}
        worst = max(lowest, bottom + (highest - bottom) / 10)
        place = {movie_id: row for row, movie_id in enumerate(self.movies["movie_id"])}
        liked = [place[one] for one, given in ratings.items() if given >= bottom + 0.8 * (highest - bottom)]
        for hated in [place[one] for one, given in ratings.items() if given <= worst and lowest < highest]:
            row = self._likeness[hated]
            nearest = [one for one in np.argsort(-row, kind="stable").tolist() if one != hated][:3]
            for near in nearest:
                if near not in liked and row[near] > self._likeness[liked, near].max(initial=-np.inf):
                    sunk.add(self.movies["movie_id"][near])
        return frozenset(sunk)


def assert_best(
    hits: Sequence[Hit],
    scores: Mapping[int, float],
    top: int,
    tolerance: float = 1e-5,
    sinks: Collection[int] = frozenset(),
) -> None:
    """`hits` are the `top` best of `scores`, in order and with these values, those of `sinks` behind all
    others.

    Only movies whose scores differ by less than float32 can tell apart may change places.
    """
    assert [hit.rank for hit in hits] == list(range(1, min(top, len(scores)) + 1))
    ids = [hit.movie.movie_id for hit in hits]
    assert len(set(ids)) == len(ids)
    expected = [scores[movie_id] for movie_id in ids]  # KeyError: a movie that must not be in the list
    np.testing.assert_allclose([hit.score for hit in hits], expected, rtol=tolerance, atol=tolerance)
    best = sorted(scores, key=lambda movie_id: (movie_id in sinks, -scores[movie_id]))[: len(hits)]
    assert [movie_id in sinks for movie_id in ids] == [movie_id in sinks for movie_id in best]
    np.testing.assert_allclose(expected, [scores[one] for one in best], rtol=tolerance, atol=tolerance)


# ---- what ratings say of a person, from the definition ----


def history_weights(stars: Sequence[float], rule: Mapping[str, float]) -> list[float]:
    """What each rating of a person weighs, by the rule in run.json.

    Its place on the scale, less neutral, over 1 - neutral. Then all are scaled to a length of
    sqrt(n / (n + shrinkage)).
    """
    bottom = min(0.0, rule["lowest"])
    weights = []
    for given in stars:
        place = (given - bottom) / (rule["highest"] - bottom)
        weights.append((place - rule["neutral"]) / (1 - rule["neutral"]))
    length, count = math.hypot(*weights), len(weights)
    goal = math.sqrt(count / (count + rule["shrinkage"])) if count else 0.0
    return [weight * goal / length if length else 0.0 for weight in weights]


def general_of(
    stored: Stored, ratings: Sequence[float], *, is_question: bool = False
) -> npt.NDArray[np.float64]:
    """What everybody likes, as it counts in somebody's score vector with these ratings, by the definition.

    For a question a twentieth of it. Else biases count seven times as much where nothing is known, and this
    fades with the sixth power of what is missing and with the share of lowest ratings; these beside likes
    leave less of all of it.
    """
    model = stored.model["fold_in"]
    vector = np.array(model["user_bias"], dtype=np.float64)
    if is_question:
        return vector / 20
    rule, count = model["weights"], len(ratings)
    unknown = rule["shrinkage"] / (count + rule["shrinkage"])
    bottom = min(0.0, rule["lowest"])
    places = [(rating - bottom) / (rule["highest"] - bottom) for rating in ratings]
    alone = rule["lowest"] == rule["highest"]
    hated = 0 if alone else sum(r == rule["lowest"] or p <= 0.1 for r, p in zip(ratings, places, strict=True))
    liked = sum(place >= 0.8 for place in places)
    general = 1 - min(1.0, 3 * min(hated, liked) / max(count, 1)) * unknown
    vector *= general
    vector[-1] *= 1 + 6 * (1 - hated / max(count, 1)) * unknown**6
    return vector


def vector_of(
    stored: Stored, ratings: Mapping[int, float], *, is_question: bool = False
) -> npt.NDArray[np.float64]:
    """The score vector of somebody with these ratings, or of who asks about these movies."""
    weights = history_weights(list(ratings.values()), stored.model["fold_in"]["weights"])
    history = stored.movie_matrix("history_vector")
    vector = general_of(stored, list(ratings.values()), is_question=is_question)
    for movie_id, weight in zip(ratings, weights, strict=True):
        vector += weight * history[stored.movies["movie_id"].index(movie_id)]
    return vector


def scores_of(stored: Stored, ratings: Mapping[int, float], *, is_question: bool = False) -> dict[int, float]:
    """movie_id -> score for somebody with these ratings, or for who asks about these movies."""
    scores = stored.movie_matrix("score_vector") @ vector_of(stored, ratings, is_question=is_question)
    return dict(zip(stored.movies["movie_id"], scores.tolist(), strict=True))
