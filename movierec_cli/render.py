"""Answers as a Rich table, JSON or CSV. Tables round for the eye; JSON and CSV keep every digit."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from movierec_cli.records import Hit

FIELDS = (
    "rank",
    "movie_id",
    "title",
    "year",
    "genres",
    "score",
    "predicted_rating",
    "mean_rating",
    "rating_count",
    "imdb_id",
    "tmdb_id",
)
"""The fields of every list of movies, in this order, in JSON and CSV."""


def hit_record(hit: Hit) -> dict[str, Any]:
    """One hit as a flat dictionary with the keys of FIELDS; what is unknown is None."""
    movie = hit.movie
    return {
        "rank": hit.rank,
        "movie_id": movie.movie_id,
        "title": movie.title,
        "year": movie.year,
        "genres": list(movie.genres),
        "score": hit.score,
        "predicted_rating": hit.predicted_rating,
        "mean_rating": movie.mean_rating,
        "rating_count": movie.rating_count,
        "imdb_id": movie.imdb_id,
        "tmdb_id": movie.tmdb_id,
    }


def to_json(hits: Sequence[Hit]) -> str:
    """A JSON array with one object per hit; [] when there is none."""
    return json.dumps([hit_record(hit) for hit in hits], ensure_ascii=False, indent=2)


def to_csv(hits: Sequence[Hit]) -> str:
    """CSV with a header line; genres joined by "|", unknown values empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    for hit in hits:
        record = hit_record(hit)
        writer.writerow(record | {"genres": "|".join(record["genres"])})
    return text.getvalue().rstrip("\n")


def to_table(hits: Sequence[Hit], title: str, score_name: str) -> Any:
    """A rich.table.Table that fits 80 columns; long titles and genre lists wrap between words."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    predicted = any(hit.predicted_rating is not None for hit in hits)
    table = Table(
        title=Text(printable(title), style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    id_width = max((len(str(hit.movie.movie_id)) for hit in hits), default=1)
    title_width = _longest_word(hits, most=max(5, 19 - id_width))  # both fit beside the other columns
    table.add_column("#", justify="right", no_wrap=True, style="dim")
    table.add_column("Title", style="bold", overflow="fold", min_width=title_width)
    table.add_column("Year", no_wrap=True)
    table.add_column("Genres", style="cyan", overflow="fold")
    table.add_column(score_name, justify="right", no_wrap=True)
    if predicted:
        table.add_column("Stars", justify="right", no_wrap=True)
    table.add_column("Mean", justify="right", no_wrap=True)
    table.add_column("Ratings", justify="right", no_wrap=True)
    table.add_column("id", justify="right", no_wrap=True, min_width=id_width, style="dim")
    for hit in hits:
        movie = hit.movie
        cells: list[str | Text] = [
            str(hit.rank),
            Text(printable(movie.title)),
            "" if movie.year is None else str(movie.year),
            Text(printable(", ".join(movie.genres))),
            f"{hit.score:.2f}",
        ]
        if predicted:
            cells.append("" if hit.predicted_rating is None else f"{hit.predicted_rating:.1f}")
        cells += [
            "" if movie.mean_rating is None else f"{movie.mean_rating:.1f}",
            str(movie.rating_count),
            str(movie.movie_id),
        ]
        table.add_row(*cells)
    return table


def _longest_word(hits: Sequence[Hit], most: int) -> int:
    """The width that breaks no word of a title, up to `most`: Rich would share what is missing."""
    return min(most, max((len(word) for hit in hits for word in hit.movie.title.split()), default=1))


def printable(text: str) -> str:
    """`text` with every control character shown as U+FFFD: data never steers the terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
