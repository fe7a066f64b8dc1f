"""What somebody rated, for the sink."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import movierec_cli as movierec
from movierec_cli.cli.output import Rows
from movierec_cli.cli.table import Beside, Column, Table
from movierec_cli.cli.views import render
from movierec_cli.errors import counted

FIELDS = (
    *render.WHICH_FILM,
    *("rating", "rated_on"),
    *render.OF_EVERYBODY,
    *("original_title", "matched_by", "own_title", "own_year"),
)
"""The fields of every entry, in this order, in JSON and CSV."""


def content(found: "movierec.History", top: int | None = None) -> dict[str, Any]:
    """For JSON: who, dataset, entries (FIELDS), genres and decades (name, count, mean_rating, everyone).

    The entries are those of the dataset, then the absent and the ambiguous ones, without a movie_id; `top`
    of them.
    """
    return {
        "who": found.who,
        "dataset": found.dataset,
        "entries": _records(found, top),
        "genres": [asdict(taste) for taste in found.genres],
        "decades": [asdict(taste) for taste in found.decades],
    }


def rows(found: "movierec.History", top: int | None = None) -> Rows:
    """For CSV: the same entries."""
    return Rows(FIELDS, _records(found, top))


def _records(found: "movierec.History", top: int | None) -> list[dict[str, Any]]:
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
            "tmdb_id": (entry.own and entry.own.tmdb_id) or (entry.movie and entry.movie.tmdb_id),
            "original_title": entry.own and entry.own.original_title,
            "matched_by": entry.matched_by,
            "own_title": entry.own and entry.own.title,
            "own_year": entry.own and entry.own.year,
        }
        for rank, entry in enumerate(entries[:top], start=1)
    ]


def tables(found: "movierec.History", top: int) -> Any:
    """What rich prints: the best of the movies here, and below them the taste."""
    from rich.console import Group

    if not found.genres and not found.decades:
        return _entry_table(found, top)
    taste = Beside([_taste_table("Genre", found.genres), _taste_table("Decade", found.decades)])
    return Group(_entry_table(found, top), "", taste)


def _entry_table(found: "movierec.History", top: int) -> Table:
    who = f"user {found.who}" if isinstance(movierec.parse_who(found.who), int) else found.who
    entries = found.entries[:top]
    movies = [entry.movie for entry in entries if entry.movie is not None]
    given = ["seen" if entry.rating is None else f"{entry.rating:g}" for entry in entries]
    columns = [
        Column("#", [str(rank) for rank in range(1, len(entries) + 1)], right=True, style="dim", line="{}"),
        render.title_column([entry.title for entry in entries]),
        render.year_column([entry.year for entry in entries]),
        Column("Stars", given, right=True, goes=8, line="{}"),
        render.genres_column([movie.genres for movie in movies]),
        render.mean_column([movie.mean_rating for movie in movies]),
    ]
    if any(entry.rated_on for entry in found.entries):
        columns.append(Column("Rated on", [entry.rated_on or "" for entry in entries], goes=1))
    columns.append(render.id_column([movie.movie_id for movie in movies]))
    return Table(columns, f"{who} in {found.dataset}: {counted(len(found.entries), 'movie')}")


def _taste_table(name: str, taste: "Sequence[movierec.Taste]") -> Table:
    return Table(
        [
            Column(name, [one.name for one in taste], style="cyan", line="{}:"),
            Column("Rated", [f"{one.count:,}" for one in taste], right=True, goes=1),
            Column("Mean", [f"{one.mean_rating:.2f}" for one in taste], right=True, line="{}"),
            Column("Everyone", [f"{one.everyone:.2f}" for one in taste], right=True, goes=2),
        ],
        small=True,
    )
