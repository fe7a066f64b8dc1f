"""What somebody rated as a Rich table, JSON or CSV."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from movierec_cli.cli.views.render import printable
from movierec_cli.errors import counted
from movierec_cli.questions.history import History, Taste
from movierec_cli.questions.people import parse_who

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

FIELDS = (
    "rank",
    "movie_id",
    "title",
    "year",
    "genres",
    "rating",
    "rated_on",
    "mean_rating",
    "rating_count",
    "imdb_id",
    "tmdb_id",
    "original_title",
    "matched_by",
)
"""The fields of every entry, in this order, in JSON and CSV."""


def to_json(found: History, top: int | None = None) -> str:
    """A JSON object: who, dataset, entries (FIELDS), genres and decades (name, count, mean_rating, everyone).

    The entries are those of the dataset, then the absent and the ambiguous ones, without a movie_id; `top`
    of them.
    """
    content = {
        "who": found.who,
        "dataset": found.dataset,
        "entries": _records(found, top),
        "genres": [asdict(taste) for taste in found.genres],
        "decades": [asdict(taste) for taste in found.decades],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def to_csv(found: History, top: int | None = None) -> str:
    """The same entries as CSV with the columns of FIELDS; genres joined by "|", unknown values empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    for record in _records(found, top):
        writer.writerow(record | {"genres": "|".join(record["genres"])})
    return text.getvalue().rstrip("\n")


def _records(found: History, top: int | None) -> list[dict[str, Any]]:
    entries = (*found.entries, *found.absent, *found.ambiguous)
    return [
        {
            "rank": rank,
            "movie_id": entry.movie and entry.movie.movie_id,
            "title": entry.title,
            "year": entry.year,
            "genres": list(entry.movie.genres) if entry.movie else [],
            "rating": entry.rating,
            "rated_on": entry.rated_on,
            "mean_rating": entry.movie and entry.movie.mean_rating,
            "rating_count": entry.movie and entry.movie.rating_count,
            "imdb_id": entry.imdb_id,
            "tmdb_id": entry.movie.tmdb_id if entry.movie else entry.own and entry.own.tmdb_id,
            "original_title": entry.own and entry.own.original_title,
            "matched_by": entry.matched_by,
        }
        for rank, entry in enumerate(entries[:top], start=1)
    ]


def to_table(found: History, top: int) -> Any:
    """A Rich renderable that fits 80 columns: the best of the movies here, and below them the taste."""
    from rich.console import Group
    from rich.table import Table

    if not found.genres and not found.decades:
        return _entry_table(found, top)
    taste = Table.grid(padding=(0, 4, 0, 0))
    taste.add_row(_taste_table("Genre", found.genres), _taste_table("Decade", found.decades))
    return Group(_entry_table(found, top), "", taste)


def _entry_table(found: History, top: int) -> Any:
    from rich.text import Text

    dated = any(entry.rated_on for entry in found.entries)
    who = f"user {found.who}" if isinstance(parse_who(found.who), int) else found.who
    table = _table(
        title=Text(
            printable(f"{who} in {found.dataset}: {counted(len(found.entries), 'movie')}"), style="bold"
        )
    )
    table.add_column("#", justify="right", no_wrap=True, style="dim")
    table.add_column("Title", style="bold", overflow="fold", min_width=18)
    table.add_column("Year", no_wrap=True)
    table.add_column("Genres", style="cyan", overflow="fold")
    table.add_column("Stars", justify="right", no_wrap=True)
    table.add_column("Mean", justify="right", no_wrap=True)
    if dated:
        table.add_column("Rated on", no_wrap=True)
    table.add_column("id", justify="right", no_wrap=True, style="dim")
    for rank, entry in enumerate(found.entries[:top], start=1):
        movie = entry.movie
        assert movie is not None
        table.add_row(
            str(rank),
            Text(printable(entry.title)),
            "" if entry.year is None else str(entry.year),
            Text(printable(", ".join(movie.genres))),
            "seen" if entry.rating is None else f"{entry.rating:g}",
            "" if movie.mean_rating is None else f"{movie.mean_rating:.1f}",
            *([entry.rated_on or ""] if dated else []),
            str(movie.movie_id),
        )
    return table


def _taste_table(name: str, taste: Iterable[Taste]) -> Any:
    from rich.text import Text

    table = _table()
    table.add_column(name, style="cyan", no_wrap=True)
    table.add_column("Rated", justify="right", no_wrap=True)
    table.add_column("Mean", justify="right", no_wrap=True)
    table.add_column("Everyone", justify="right", no_wrap=True)
    for one in taste:
        mean, everyone = f"{one.mean_rating:.2f}", f"{one.everyone:.2f}"
        table.add_row(Text(printable(one.name)), f"{one.count:,}", mean, everyone)
    return table


def _table(title: "Text | None" = None) -> "Table":
    from rich import box
    from rich.table import Table

    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
