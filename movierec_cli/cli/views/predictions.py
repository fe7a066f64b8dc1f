"""Predicted stars as a Rich table, JSON or CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from movierec_cli.cli.views.render import printable
from movierec_cli.questions.answers import Prediction
from movierec_cli.store.movie import Movie

FIELDS = ("user_id", "movie_id", "predicted_rating")


def to_csv(predictions: Sequence[Prediction]) -> str:
    """CSV with the columns of FIELDS and, for a profile, `profile`; unrounded, in the order given."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = _names(predictions)
    writer.writerow(names)
    writer.writerows([getattr(item, name) for name in names] for item in predictions)
    return text.getvalue().rstrip("\n")


def to_json(predictions: Sequence[Prediction]) -> str:
    """A JSON array with one object per prediction: the fields of `to_csv`, knows_user and knows_movie."""
    names = (*_names(predictions), "knows_user", "knows_movie")
    return json.dumps([{name: getattr(item, name) for name in names} for item in predictions], indent=2)


def _names(predictions: Sequence[Prediction]) -> tuple[str, ...]:
    return (*FIELDS, "profile") if any(item.profile for item in predictions) else FIELDS


def to_table(predictions: Sequence[Prediction], movies: Mapping[int, Movie]) -> Any:
    """A rich.table.Table with the movies' titles where `movies` (by movie_id) has them."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    by_name = any(item.profile for item in predictions)
    table.add_column("Who" if by_name else "User", justify="right", no_wrap=not by_name, overflow="fold")
    table.add_column("Title", style="bold")
    table.add_column("Year", no_wrap=True)
    table.add_column("Predicted", justify="right", no_wrap=True)
    table.add_column("Mean", justify="right", no_wrap=True)
    table.add_column("Ratings", justify="right", no_wrap=True)
    table.add_column("id", justify="right", no_wrap=True, style="dim")
    for item in predictions:
        movie = movies.get(item.movie_id)
        table.add_row(
            item.profile or str(item.user_id),
            Text(printable(movie.title)) if movie else "",
            str(movie.year) if movie and movie.year is not None else "",
            f"{item.predicted_rating:.1f}",
            f"{movie.mean_rating:.1f}" if movie and movie.mean_rating is not None else "",
            str(movie.rating_count) if movie else "",
            str(item.movie_id),
        )
    return table
