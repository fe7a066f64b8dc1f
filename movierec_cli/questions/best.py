"""The movies that score best, for one person or for several, with what sinks behind them."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from movierec_cli.questions import choosing
from movierec_cli.questions.people import People, Person
from movierec_cli.store.lookup import stacked
from movierec_cli.store.movie import MOVIE_COLUMNS
from movierec_cli.store.query import Query, Row
from movierec_cli.vectors.arrays import Indices, Matrix, unit_rows
from movierec_cli.vectors.scale import hated_up_to, liked_from, sinks_below
from movierec_cli.vectors.scores import score_matrix
from movierec_cli.vectors.sinking import AHEAD, NEIGHBOURS, near_any, nearer_to_hated

_SINKS = "sinks"
"""Beside a row's columns: whether it sinks below all others, see vectors/sinking.py."""


class Best:
    """A run's movies, ranked for people."""

    def __init__(self, people: People) -> None:
        self.run, self._movies = people.run, people.movies
        self._people = people

    def rows(
        self,
        people: Sequence[Person],
        top: int,
        without: set[int],
        where: str | None,
        *,
        diversity: float,
        novelty: float,
        explained: bool,
        exact: bool,
    ) -> list[Row]:
        """The `top` rows for one person or several, with what `hits_of` needs: see Recommender.recommend.

        without: movie_ids that are left out. where: a condition in SQL that the others must meet.
        """
        model = self.run.facts.model
        columns = {*MOVIE_COLUMNS, *(["star_vector"] if self._people.stars else [])}
        if explained or len(people) > 1:
            columns.add(model.score_column)
        if diversity:
            columns.add(model.similar_column)
        count = max(top, choosing.CANDIDATES) if diversity or novelty else top
        if len(people) == 1:
            rows = self._for_one(people[0], columns, count, without, where, exact)
        else:
            rows = self._of_all(people, columns, count, without, where)
        return self._reordered(rows, diversity, novelty, top) if diversity or novelty else rows

    def _for_one(
        self,
        person: Person,
        columns: Iterable[str],
        count: int,
        without: set[int],
        where: str | None,
        exact: bool,
    ) -> list[Row]:
        """The `count` rows that score best, with their `score`, and those that sink behind all others."""
        model = self.run.facts.model
        ahead = AHEAD if self._people.stars else 0
        vector, metric = person.score_vector, model.score_metric
        query = Query([*columns], where, count + ahead, model.score_column, vector, metric)
        rows = self._movies.nearest(query, without, exact=exact)
        if not rows or not self._people.stars:
            return rows
        near = self._sinks_with_hated(person, [row["movie_id"] for row in rows])
        predicted = self._people.predicted([person], stacked(rows, "star_vector"))[0]
        least = sinks_below(*self.run.facts.dataset.rating_scale)
        for row, stars in zip(rows, predicted, strict=True):
            row[_SINKS] = bool(stars < least) or row["movie_id"] in near
        if sum(not row[_SINKS] for row in rows) < count and len(rows) == count + ahead:
            return self._of_all([person], columns, count, without, where)
        return sorted(rows, key=lambda row: bool(row[_SINKS]))[:count]

    def _of_all(
        self,
        people: Sequence[Person],
        columns: Iterable[str],
        count: int,
        without: set[int],
        where: str | None,
    ) -> list[Row]:
        """The same from the scores of all movies; of several people together, see choosing.together."""
        ranked, worth, sinks = self._ranked(people, without, where)
        best, scores, sunk = (values[:count].tolist() for values in (ranked, worth, sinks))
        rows = self._movies.rows(best, columns)
        return [
            rows[movie_id] | {"score": score, _SINKS: sinking}
            for movie_id, score, sinking in zip(best, scores, sunk, strict=True)
        ]

    def places(self, people: Sequence[Person], without: set[int], where: str | None) -> dict[int, int]:
        """movie_id -> place, from 1, of all movies that may be shown."""
        ranked, *_ = self._ranked(people, without, where)
        return {movie_id: place for place, movie_id in enumerate(ranked.tolist(), start=1)}

    def _ranked(
        self, people: Sequence[Person], without: set[int], where: str | None
    ) -> tuple[Indices, Matrix, npt.NDArray[np.bool_]]:
        """All movies that may be shown, best first: movie_ids, what each is worth, and whether it sinks."""
        model = self.run.facts.model
        movie_ids, movies = self._movies.all_of("movie_id", model.score_column)
        everyone = np.stack([person.score_vector for person in people])
        scores = score_matrix(everyone, movies, model.score_metric)
        scale = self.run.facts.dataset.rating_scale
        sinks = np.zeros(len(movie_ids), dtype=np.bool_)
        stars = None
        if self._people.stars:
            [star_vectors] = self._movies.all_of("star_vector")
            stars = self._people.predicted(people, star_vectors)
            near = set[int]().union(*map(self._sinks_with_hated, people))
            sinks = (stars.min(axis=0) < sinks_below(*scale)) | np.isin(movie_ids, list(near))
        worth = scores[0] if len(people) == 1 else choosing.together(scores, stars, scale[1], scale[0])
        allowed = ~np.isin(movie_ids, list(without))
        if where:
            passing = [row["movie_id"] for row in self._movies.table.rows(["movie_id"], where)]
            allowed &= np.isin(movie_ids, passing)
        order = np.lexsort((-worth, sinks))
        order = order[allowed[order]]
        return movie_ids[order], worth[order], sinks[order]

    def _reordered(self, rows: list[Row], diversity: float, novelty: float, top: int) -> list[Row]:
        """The `top` of the rows by choosing.order; what sinks is not brought up for variety."""
        chosen: list[Row] = []
        for part in (
            [row for row in rows if not row.get(_SINKS)],
            [row for row in rows if row.get(_SINKS)],
        ):
            if not part or len(chosen) == top:
                continue
            order = choosing.order(
                np.array([row["score"] for row in part]),
                np.array([row["rating_count"] for row in part]),
                stacked(part, self.run.facts.model.similar_column) if diversity else None,
                diversity=diversity,
                novelty=novelty,
                top=top - len(chosen),
            )
            chosen += [part[position] for position in order]
        return chosen

    def _sinks_with_hated(self, person: Person, among: Sequence[int] | None = None) -> set[int]:
        """The movies that sink with those to which the person gave the lowest rating, see vectors/sinking.

        among: the movie_ids that are asked for, where not all are: a hated movie that none of them is near to
        needs no search.
        """
        scale = self.run.facts.dataset.rating_scale
        stars = np.array([rating.stars for rating in person.ratings], dtype=np.float32)
        movie_ids = np.array([rating.movie_id for rating in person.ratings], dtype=np.int64)
        hated = movie_ids[stars <= hated_up_to(*scale)]
        if not len(hated):
            return set()
        column = self.run.facts.model.similar_column
        liked = self._movies.similar_vectors(movie_ids[stars >= liked_from(*scale)].tolist())
        vectors = self._movies.similar_vectors(hated.tolist())
        if among is not None:
            near_some = near_any(vectors, self._movies.similar_vectors(among), liked)
            hated, vectors = hated[near_some], vectors[near_some]
        sinking: set[int] = set()
        nearest = self._movies.nearest_to_each(column, unit_rows(vectors), NEIGHBOURS + 1)
        for movie_id, vector, found in zip(hated.tolist(), vectors, nearest, strict=True):
            near = [(one, other) for one, other in found if one != movie_id][:NEIGHBOURS]
            nearer = nearer_to_hated(vector[None], np.stack([other for _, other in near])[None], liked)[0]
            sinking.update(one for (one, _), sinks in zip(near, nearer, strict=True) if sinks)
        return sinking
