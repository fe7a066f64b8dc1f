"""movierec import"""

import gc
from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import err, note
from movierec_cli.cli.hints import hint_newer_films
from movierec_cli.cli.options import HomeOption, ProfileOption
from movierec_cli.cli.table import Column, Room, Table
from movierec_cli.errors import UsageError

_SHOWN = 10


def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="An export (Letterboxd, IMDb, Trakt, Netflix ...): a file, a zip or a folder; or any table.",
        ),
    ],
    profile: ProfileOption = "me",
    seen: Annotated[
        bool,
        typer.Option("--seen", help="Take films without a rating for seen, where the file does not say."),
    ] = False,
    watchlist: Annotated[
        bool, typer.Option("--watchlist", help="Put all films of the file on the watchlist.")
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="USE=COLUMN",
            help="What a column means, such as title=Titel or rating=Bewertung; repeatable.",
        ),
    ] = None,
    unmatched: Annotated[
        Path | None, typer.Option("--unmatched", help="A CSV file to write the rows to that match no movie.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Take the file's rating wherever the profile has another.")
    ] = False,
    scale: Annotated[
        float | None,
        typer.Option("--scale", help="The highest rating possible in the file.", show_default="guessed"),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Bring what you rated, saw and want to see into a profile."""
    if seen and watchlist:
        raise UsageError(
            "--seen and --watchlist say two things about the same films.",
            f"Give one of them: movierec import {file} --watchlist",
        )
    gc.disable()  # thousands of rows that all stay: looking for garbage among them costs a tenth of the time
    try:
        summary = movierec.import_ratings(
            file,
            profile=profile,
            overwrite=overwrite,
            scale=scale,
            columns=column or (),
            unrated="seen" if seen else "watchlist" if watchlist else None,
            unmatched=unmatched,
            home=home,
        )
    finally:
        gc.enable()
    _show(summary)
    hint_newer_films(summary.profile, summary.dataset, home)


def _show(summary: "movierec.ImportSummary") -> None:
    """What was assumed, what every row came to, and what is to be put right by hand."""
    from movierec_cli.cli.views.hits import note_by_title

    for sentence in summary.assumed:
        note(sentence)
    err().print(_table(summary))
    _list([f"{row.place}: {row.problem}." for row, _ in summary.rows if row.problem])
    _list(
        [
            f"{conflict.kept.label} keeps {_stars(conflict.kept)}; the file has {_stars(conflict.refused)}."
            for conflict in summary.conflicts
        ]
    )
    if summary.conflicts:
        note("To take the file's ratings instead: --overwrite")
    note_by_title(
        [(one.row.title, one.movie) for one in summary.by_title],
        summary.profile,
        planned=all(one.row.planned for one in summary.by_title),
    )
    _note_ambiguous(summary)
    note(_shelves(summary))
    note(_changes(summary))


def _note_ambiguous(summary: "movierec.ImportSummary") -> None:
    """Which rows fit several films, and how to say which of them is meant."""
    from movierec_cli.cli.views.hits import note_films

    ambiguous = movierec.Outcome.AMBIGUOUS
    rows = [row for row, outcome in summary.rows if outcome is ambiguous]
    if rows:
        note_films("Several movies fit", [row.own.label if row.own else row.title for row in rows])
        which = f"movierec rate id:NN STARS --as {summary.profile}"
        if all(row.planned for row in rows):
            which = "give their years in the file, and import it again"
        note(f"To say which is meant: {which}")


def _table(summary: "movierec.ImportSummary") -> Table:
    """Every row of the file, by what it is in the dataset in use."""
    names = {
        movierec.Outcome.MATCHED: "Matched",
        movierec.Outcome.ABSENT: f"Not in {summary.dataset}",
        movierec.Outcome.AMBIGUOUS: "Ambiguous",
        movierec.Outcome.UNKNOWN: "Kept, to be matched when a model is trained",
        movierec.Outcome.UNREADABLE: "Unreadable",
    }
    outcomes = summary.outcomes
    counts = {
        name: outcomes[outcome]
        for outcome, name in names.items()
        if outcomes[outcome] or (outcome is movierec.Outcome.MATCHED and summary.dataset)
    }
    counts |= {f"Left out: {reason}": count for reason, count in summary.left_out.most_common()}
    heading = f"{summary.source} into {summary.profile}"
    return Table(
        [
            Column(heading, list(counts), Room.WRAPPED, footer="In all", line="{}:"),
            Column(
                "Rows",
                [f"{count:,}" for count in counts.values()],
                right=True,
                footer=f"{len(summary.rows):,}",
                line="{}",
            ),
        ]
    )


def _list(sentences: list[str]) -> None:
    """The first few of them, and how many more there are."""
    for sentence in sentences[:_SHOWN]:
        note(sentence)
    if len(sentences) > _SHOWN:
        note(f"And {len(sentences) - _SHOWN:,} more.")


def _shelves(summary: "movierec.ImportSummary") -> str:
    """ "Rows: 412 rated, 20 seen without a rating, 31 for the watchlist, 9 left out." """
    words = {"rated": "rated", "seen": "seen without a rating", "planned": "for the watchlist"}
    shelves = summary.shelves
    counts = [f"{shelves[shelf]:,} {word}" for shelf, word in words.items() if shelves[shelf]]
    left_out = summary.left_out.total()
    if left_out:
        counts.append(f"{left_out:,} left out")
    return f"Rows: {', '.join(counts) or 'none about a film'}."


def _changes(summary: "movierec.ImportSummary") -> str:
    words = {
        movierec.Change.NEW: "new",
        movierec.Change.REPLACED: "replaced",
        movierec.Change.SAME: "unchanged",
        movierec.Change.OLDER: "newer in the profile",
        movierec.Change.CONFLICT: "in conflict, kept as they are",
        movierec.Change.SEEN: "seen already, not put on the watchlist",
    }
    films = [
        f"{summary.changes[change]:,} {word}" for change, word in words.items() if summary.changes[change]
    ]
    repeated = ""
    if summary.repeated:
        rows_are = "row is" if summary.repeated == 1 else "rows are"
        repeated = f" {summary.repeated:,} more {rows_are} about these films."
    return f"Films for the profile {summary.profile}: {', '.join(films) or 'none'}.{repeated}"


def _stars(own: "movierec.OwnRating") -> str:
    return "no rating" if own.stars is None else f"{own.stars:g}"
