"""Questions answered from the database alone: numpy and the store, never TensorFlow or pandas.

`Recommender` keeps a run open for many questions; the functions at the end open one for a single question.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.paths import Home
from movierec_cli.records import MOVIE_COLUMNS, Hit, Movie, Prediction, TitleMatch
from movierec_cli.stars import Stars
from movierec_cli.store.reader import Metric, Row, TableReader, Vector, check_vector, open_table
from movierec_cli.store.runs import Run, current_run

if TYPE_CHECKING:
    from movierec_cli.finder import Finder

_FEW_IDS = 200


class Recommender:
    """One run, open for questions. Every method raises StoreError when the database is damaged."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def open(cls, home: Path | str | None = None) -> "Recommender":
        """The run in use in `home` (default: see Home.resolve). Raises NotFoundError when there is none."""
        return cls(current_run(Home.resolve(home)))

    @cached_property
    def _movies(self) -> TableReader:
        return open_table(self.run.folder, "movies")

    @cached_property
    def _finder(self) -> "Finder":
        from movierec_cli.finder import Finder  # a question without a title does not load rapidfuzz

        return Finder(self._movies, self.run.facts["dataset"]["name"])

    @cached_property
    def _users(self) -> TableReader:
        return open_table(self.run.folder, "users")

    def recommend(self, user_id: int, *, top: int = 10) -> list[Hit]:
        """The `top` movies for a person of the dataset, best first, without those they have rated.

        As many as asked for while any are left. Raises NotFoundError for an unknown `user_id`.
        """
        _check_top(top)
        person = self._person(user_id)
        rated = set(person["movie_ids"])
        model = self.run.facts["model"]
        return self._nearest(
            model["score_column"],
            np.asarray(person["score_vector"], dtype=np.float32),
            model["score_metric"],
            top,
            without=rated,
            star_vector=person.get("star_vector"),
        )

    def similar(self, movie_id: int, *, top: int = 10) -> list[Hit]:
        """The `top` movies whose vectors lie closest to a movie's by cosine; never the movie itself.

        Raises NotFoundError for an unknown `movie_id`.
        """
        _check_top(top)
        column = self.run.facts["model"]["similar_column"]
        rows = self._by_id(self._movies, "movie_id", movie_id, [column])
        if not rows:
            raise NotFoundError.movie(movie_id, self.run.facts["dataset"]["name"])
        vector = np.asarray(rows[0][column], dtype=np.float32)
        return self._nearest(column, vector, "cosine", top, without={movie_id})

    def find(self, title: str) -> TitleMatch:
        """The movie that a typed title means.

        An exact match of normalised titles comes first, then the closest by spelling; among equals the one
        with most ratings. "Sabrina (1995)" takes the year into account, "id:50" is the dataset's id 50.
        Raises NotFoundError, with the nearest titles, when nothing is close.
        """
        return self._finder.find(title)

    def movies(self, movie_ids: set[int]) -> dict[int, Movie]:
        """Those of the movies that the dataset has, by movie_id."""
        rows = _rows_by_id(self._movies, "movie_id", movie_ids, MOVIE_COLUMNS)
        return {row["movie_id"]: Movie.from_row(row) for row in rows}

    def predict(self, user_id: int, movie_id: int) -> Prediction:
        """The stars that a person would give a movie, within the dataset's scale; see `predict_pairs`."""
        return self.predict_pairs([user_id], [movie_id])[0]

    def predict_pairs(self, user_ids: Sequence[int], movie_ids: Sequence[int]) -> list[Prediction]:
        """Stars for pairs of ids, in their order.

        An unknown person counts as one of whom nothing is known, an unknown movie as the average rating's
        movie. Raises UsageError when the model in use predicts no stars.
        """
        if self._stars is None:
            raise UsageError(
                f"The model in use ({self.run.facts['model']['kind']}) predicts no stars.",
                "Train the one that does: movierec train",
            )
        people = _star_vectors(self._users, "user_id", set(user_ids))
        movies = _star_vectors(self._movies, "movie_id", set(movie_ids))
        nobody = self._stars.any_person()
        stars = self._stars.predict(
            np.stack([people.get(user_id, nobody) for user_id in user_ids]),
            np.stack([movies.get(movie_id, self._stars.any_movie) for movie_id in movie_ids]),
        )
        return [
            Prediction(user_id, movie_id, float(rating), user_id in people, movie_id in movies)
            for user_id, movie_id, rating in zip(user_ids, movie_ids, stars, strict=True)
        ]

    @cached_property
    def _stars(self) -> Stars | None:
        facts = self.run.facts["model"]["stars"]
        return Stars.from_facts(facts) if facts else None

    def _person(self, user_id: int) -> Row:
        columns = ["score_vector", "movie_ids", *(["star_vector"] if self._stars else [])]
        rows = self._by_id(self._users, "user_id", user_id, columns)
        if not rows:
            people = self.run.facts["dataset"]
            raise NotFoundError(
                f"There is no user {user_id} in {people['name']}: its {people['people']:,} people have ids "
                f"from {people['first_user_id']} to {people['last_user_id']}.",
                f"Ask for one of them: movierec recommend {people['first_user_id']}, "
                'or start from a movie: movierec similar "TITLE"',
            )
        return rows[0]

    @staticmethod
    def _by_id(table: TableReader, column: str, wanted: int, columns: Sequence[str]) -> list[Row]:
        """The row with an id, or none; an id that int64 cannot hold is in no table."""
        if not -(2**63) <= wanted < 2**63:
            return []
        return table.rows(columns, f"{column} = {int(wanted)}", limit=1)

    def _nearest(
        self,
        column: str,
        vector: Vector,
        metric: Metric,
        top: int,
        without: set[int],
        star_vector: Sequence[float] | None = None,
    ) -> list[Hit]:
        check_vector(vector, self.run.facts["model"]["dimensions"][column])
        # Asking for as many more as may be dropped keeps the answer exact, and is faster than NOT IN.
        columns = [*MOVIE_COLUMNS, *(["star_vector"] if star_vector else [])]
        rows = self._movies.nearest(column, vector, metric, columns, limit=top + len(without))
        kept = [row for row in rows if row["movie_id"] not in without][:top]
        stars: Sequence[float | None] = [None] * len(kept)
        if star_vector and kept and self._stars:
            movies = np.array([row["star_vector"] for row in kept], dtype=np.float32)
            stars = self._stars.predict(np.array(star_vector, dtype=np.float32), movies).tolist()
        return [
            Hit(rank, Movie.from_row(row), _score(row, metric), predicted)
            for rank, (row, predicted) in enumerate(zip(kept, stars, strict=True), start=1)
        ]


def recommend(user_id: int, *, top: int = 10, home: Path | str | None = None) -> list[Hit]:
    """The `top` movies for one person: see Recommender.recommend."""
    return Recommender.open(home).recommend(user_id, top=top)


def similar(title: str, *, top: int = 10, home: Path | str | None = None) -> list[Hit]:
    """The `top` movies like the one called `title`: see Recommender.find and Recommender.similar."""
    recommender = Recommender.open(home)
    return recommender.similar(recommender.find(title).movie.movie_id, top=top)


def predict(user_id: int, title: str, *, home: Path | str | None = None) -> Prediction:
    """The stars that a person would give the movie called `title`: see Recommender.predict."""
    recommender = Recommender.open(home)
    return recommender.predict(user_id, recommender.find(title).movie.movie_id)


def _rows_by_id(table: TableReader, key: str, wanted: set[int], columns: Sequence[str]) -> list[Row]:
    """The rows of those of the `wanted` ids that the table has, in some order."""
    if len(wanted) > _FEW_IDS:
        batches = table.batches(columns)
        return [row for batch in batches for row in batch.to_pylist() if row[key] in wanted]
    known = [value for value in wanted if -(2**63) <= value < 2**63]
    return table.rows(columns, f"{key} IN ({', '.join(map(str, known))})") if known else []


def _star_vectors(table: TableReader, key: str, wanted: set[int]) -> dict[int, Vector]:
    rows = _rows_by_id(table, key, wanted, [key, "star_vector"])
    return {row[key]: np.array(row["star_vector"], dtype=np.float32) for row in rows}


def _check_top(top: int) -> None:
    if top < 1:
        raise UsageError(f"--top {top}: ask for at least 1 movie.")


def _score(row: Row, metric: Metric) -> float:
    """LanceDB's `_distance` as a score that is higher for better."""
    distance = float(row["_distance"])
    return -float(np.sqrt(max(distance, 0.0))) if metric == "l2" else 1.0 - distance
