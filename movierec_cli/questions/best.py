"""The movies that score best, for one person or for several, with what sinks behind them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from movierec_cli.questions import choosing
from movierec_cli.questions.hated import Hated
from movierec_cli.questions.people import People, Person
from movierec_cli.store.lookup import stacked
from movierec_cli.store.movie import MOVIE_COLUMNS
from movierec_cli.store.query import Query, Row
from movierec_cli.vectors.arrays import Flags, Floats, Indices
from movierec_cli.vectors.scale import sinks_below
from movierec_cli.vectors.scores import score_matrix
from movierec_cli.vectors.sinking import AHEAD

_SINKS = "sinks"
"""Beside a row's columns: whether it sinks below all others, see vectors/sinking.py."""
AT_ONCE = 64
"""Movies of which it is asked together whether they sink with a hated one."""


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
            rows = self._of_all(people, columns, count, without, where, self._hated(people))
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
        hated = Hated(self._movies, person)
        near = hated.sinking([row["movie_id"] for row in rows])
        predicted = self._people.predicted([person], stacked(rows, "star_vector"))[0]
        least = sinks_below(*self.run.facts.dataset.rating_scale)
        for row, stars in zip(rows, predicted, strict=True):
            row[_SINKS] = bool(stars < least) or row["movie_id"] in near
        if sum(not row[_SINKS] for row in rows) < count and len(rows) == count + ahead:
            return self._of_all([person], columns, count, without, where, [hated])
        return sorted(rows, key=lambda row: bool(row[_SINKS]))[:count]

    def _of_all(
        self,
        people: Sequence[Person],
        columns: Iterable[str],
        count: int,
        without: set[int],
        where: str | None,
        hated: Sequence[Hated],
    ) -> list[Row]:
        """The same from the scores of all movies; of several people together, see choosing.together."""
        every = self._scored(people, without, where)
        sinks = _sinking(every, hated, count)
        order = np.argsort(sinks, kind="stable")[:count]
        best, scores, sunk = (values[order].tolist() for values in (every.movie_ids, every.worth, sinks))
        rows = self._movies.rows(best, columns)
        return [
            rows[movie_id] | {"score": score, _SINKS: sinking}
            for movie_id, score, sinking in zip(best, scores, sunk, strict=True)
        ]

    def places(self, people: Sequence[Person], without: set[int], where: str | None) -> dict[int, int]:
        """movie_id -> place, from 1, of all movies that may be shown."""
        every = self._scored(people, without, where)
        near = set[int]().union(*(one.sinking() for one in self._hated(people)))
        order = np.argsort(every.low | np.isin(every.movie_ids, list(near)), kind="stable")
        return {movie_id: place for place, movie_id in enumerate(every.movie_ids[order].tolist(), start=1)}

    def _hated(self, people: Sequence[Person]) -> list[Hated]:
        return [Hated(self._movies, person) for person in people] if self._people.stars else []

    def _scored(self, people: Sequence[Person], without: set[int], where: str | None) -> "_Scored":
        """All movies that may be shown, best first."""
        movie_ids, scores, *stars = self._scores(people)
        lowest, highest = self.run.facts.dataset.rating_scale
        worth = scores[0]
        if len(people) > 1:
            worth = choosing.together(scores, stars[0] if stars else None, highest, lowest)
        low = np.zeros(len(movie_ids), np.bool_)
        if stars:
            low = stars[0].min(axis=0) < sinks_below(lowest, highest)
        allowed = ~np.isin(movie_ids, list(without))
        if where:
            passing = [row["movie_id"] for row in self._movies.table.rows(["movie_id"], where)]
            allowed &= np.isin(movie_ids, passing)
        order = np.argsort(-worth, kind="stable")
        order = order[allowed[order]]
        return _Scored(movie_ids[order], worth[order], low[order])

    def _scores(self, people: Sequence[Person]) -> list[npt.NDArray[Any]]:
        """Of all movies: movie_ids, scores and, where the model predicts some, stars, (people, movies)."""
        model = self.run.facts.model
        everyone = np.stack([person.score_vector for person in people])
        columns = ["movie_id", model.score_column, *(["star_vector"] if self._people.stars else [])]
        found = []
        for movie_ids, movies, *star_vectors in self._movies.some_of(*columns):
            predicted = [self._people.predicted(people, vectors) for vectors in star_vectors]
            found.append((movie_ids.copy(), score_matrix(everyone, movies, model.score_metric), *predicted))
        return [np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True)]

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


class _Scored(NamedTuple):
    """Movies, (movies,) each, best first."""

    movie_ids: Indices
    worth: Floats
    low: Flags
    """Whether somebody is predicted to give so few stars that it sinks."""


def _sinking(every: _Scored, hated: Sequence[Hated], count: int) -> Flags:
    """Whether each movie sinks, (movies,), but for those behind the first `count` that do not."""
    sinks, floating = every.low.copy(), 0
    rest = np.flatnonzero(~sinks)
    for start in range(0, len(rest), AT_ONCE):
        some = rest[start : start + AT_ONCE]
        among = every.movie_ids[some]
        for one in hated:
            sinks[some] |= np.isin(among, list(one.sinking(among.tolist())))
        floating += int(np.count_nonzero(~sinks[some]))
        if floating >= count:
            break
    return sinks
