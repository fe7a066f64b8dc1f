"""Rows of the database as the hits of an answer."""

from collections.abc import Mapping, Sequence

import numpy as np

from movierec_cli.questions import explaining
from movierec_cli.questions.answers import Explanation, Hit, PersonScore
from movierec_cli.questions.people import People, Person
from movierec_cli.store.lookup import stacked
from movierec_cli.store.movie import Movie
from movierec_cli.store.query import Row
from movierec_cli.vectors.scores import score_matrix


def hits_of(
    rows: Sequence[Row],
    people: Sequence[Person],
    explain: bool,
    places: Mapping[int, int],
    known: People,
) -> list[Hit]:
    """The rows as an answer to people, with what each of them would give, and their places by movie_id."""
    if not rows:
        return []
    column, metric = known.run.facts.model.score_column, known.run.facts.model.score_metric
    stars: list[list[float | None]] = [[None] * len(rows) for _ in people]
    if known.stars:
        stars = known.predicted(people, stacked(rows, "star_vector")).tolist()
    each: list[tuple[PersonScore, ...]] = [()] * len(rows)
    if len(people) > 1:
        everyone = np.stack([person.score_vector for person in people])
        scores = score_matrix(everyone, stacked(rows, column), metric).tolist()
        names = [person.name for person in people]
        columns = zip(zip(*scores, strict=True), zip(*stars, strict=True), strict=True)
        each = [tuple(map(PersonScore, names, *column)) for column in columns]
    reasons: list[Explanation | None] = [None] * len(rows)
    if explain:
        reasons = [*explaining.explain(people[0], stacked(rows, column), known.movies)]
    details = zip(rows, zip(*stars, strict=True), each, reasons, strict=True)
    return [
        Hit(rank, Movie.from_row(row), row["score"], _mean(given), own, reason, places.get(row["movie_id"]))
        for rank, (row, given, own, reason) in enumerate(details, start=1)
    ]


def _mean(stars: Sequence[float | None]) -> float | None:
    given = [value for value in stars if value is not None]
    return sum(given) / len(given) if given else None
