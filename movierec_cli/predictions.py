"""Predicted stars: pairs of user_id and movie_id read from CSV, predictions as a table, JSON or CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from movierec_cli.errors import DataError
from movierec_cli.outfile import unreadable
from movierec_cli.records import Movie, Prediction
from movierec_cli.render import printable

FIELDS = ("user_id", "movie_id", "predicted_rating")


def read_pairs(file: Path) -> tuple[list[int], list[int]]:
    """The user_id and movie_id columns of a CSV file with a header; other columns are left alone.

    Raises DataError for a file that cannot be read, lacks a column, or has something else than a whole
    number in one, naming file and line.
    """
    user_ids: list[int] = []
    movie_ids: list[int] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in FIELDS[:2] if name not in (reader.fieldnames or [])]
            if missing:
                raise DataError(
                    f"{file} has no column {' and no column '.join(missing)}.",
                    "Its first line must name the columns: user_id,movie_id",
                )
            twice = [name for name in FIELDS[:2] if (reader.fieldnames or []).count(name) > 1]
            if twice:
                raise DataError(f"{file} has the column {twice[0]} twice.")
            for row in reader:
                user_ids.append(_whole_number(file, reader.line_num, "user_id", row["user_id"]))
                movie_ids.append(_whole_number(file, reader.line_num, "movie_id", row["movie_id"]))
    except OSError as error:
        raise unreadable(file, error, "a CSV file with the columns user_id and movie_id") from None
    except UnicodeDecodeError:
        raise DataError(f"{file} is not UTF-8 text.") from None
    except csv.Error as error:
        raise DataError(f"{file} is not CSV: {error}.") from None
    if not user_ids:
        raise DataError(f"{file} has no pairs below its header.")
    return user_ids, movie_ids


def _whole_number(file: Path, line: int, column: str, text: str | None) -> int:
    try:
        number = int(text or "")
    except ValueError:
        raise DataError(f"{file}, line {line}: {column} is {text!r}, not a whole number.") from None
    if not -(2**63) <= number < 2**63:
        raise DataError(f"{file}, line {line}: {column} {text} is beyond 64 bits.")
    return number


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
