"""Predicted stars, for the sink."""

from collections.abc import Mapping, Sequence
from typing import Any

import movierec_cli as movierec
from movierec_cli.cli.output import Rows
from movierec_cli.cli.table import Column, Room, Table
from movierec_cli.cli.views import render

FIELDS = ("user_id", "movie_id", "predicted_rating")


def rows(predictions: "Sequence[movierec.Prediction]") -> Rows:
    """For CSV: FIELDS and, for a profile, `profile`; unrounded, in the order given."""
    names = _names(predictions)
    return Rows(names, [{name: getattr(item, name) for name in names} for item in predictions])


def content(predictions: "Sequence[movierec.Prediction]") -> list[dict[str, Any]]:
    """For JSON: one object per prediction: the fields of `rows`, knows_user and knows_movie."""
    names = (*_names(predictions), "knows_user", "knows_movie")
    return [{name: getattr(item, name) for name in names} for item in predictions]


def _names(predictions: "Sequence[movierec.Prediction]") -> tuple[str, ...]:
    return (*FIELDS, "profile") if any(item.profile for item in predictions) else FIELDS


def table(predictions: "Sequence[movierec.Prediction]", movies: "Mapping[int, movierec.Movie]") -> Table:
    """The movies' titles where `movies` (by movie_id) has them, and their predicted stars."""
    found = [movies.get(item.movie_id) for item in predictions]
    people = [item.profile or str(item.user_id) for item in predictions]
    by_name = any(item.profile for item in predictions)
    stars = [f"{item.predicted_rating:.1f}" for item in predictions]
    return Table(
        [
            Column("Who", people, Room.WRAPPED, least=4, line="{}:")
            if by_name
            else Column("User", people, right=True, goes=6, line="{}:"),
            render.title_column([movie.title if movie else "" for movie in found]),
            render.year_column([movie.year if movie else None for movie in found]),
            Column("Stars", stars, right=True, line="{}"),
            render.mean_column([movie.mean_rating if movie else None for movie in found]),
            render.count_column([movie.rating_count if movie else None for movie in found]),
            render.id_column([item.movie_id for item in predictions]),
        ]
    )
