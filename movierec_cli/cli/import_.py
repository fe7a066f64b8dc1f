"""movierec import"""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from movierec_cli.cli.options import HomeOption, ProfileOption

if TYPE_CHECKING:
    from movierec_cli.profiles.importing import ImportSummary
    from movierec_cli.profiles.profile import OwnRating

_SHOWN = 10


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="Letterboxd's zip or a CSV from it, IMDb's ratings, or a CSV with titles or movie ids.",
            show_default=False,
        ),
    ],
    profile: ProfileOption = "me",
    unmatched: Annotated[
        Path | None, typer.Option("--unmatched", help="A CSV file to write with the rows not matched.")
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Take the file's rating wherever the profile has another."),
    ] = False,
    scale: Annotated[
        float | None,
        typer.Option("--scale", help="The highest rating possible in the file.", show_default="guessed"),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Bring ratings from Letterboxd, IMDb, MovieLens or a spreadsheet into a profile."""
    from movierec_cli.cli.console import err, note
    from movierec_cli.profiles.importing import import_ratings

    summary = import_ratings(
        file, profile=profile, overwrite=overwrite, scale=scale, unmatched=unmatched, home=home
    )
    for sentence in summary.assumed:
        note(sentence)
    err().print(_table(summary))
    _list([f"{row.file}, line {row.line}: {row.problem}." for row, _ in summary.rows if row.problem])
    _list(
        [
            f"{conflict.kept.label} keeps {_stars(conflict.kept)}; the file has {_stars(conflict.refused)}."
            for conflict in summary.conflicts
        ]
    )
    if summary.conflicts:
        note("To take the file's ratings instead: --overwrite")
    note(_changes(summary))


def _table(summary: "ImportSummary") -> object:
    """Every row of the file, by what it is in the dataset in use."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from movierec_cli.profiles.importing import Outcome
    from movierec_cli.render import printable

    table = Table(box=box.SIMPLE, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, show_footer=True)
    table.add_column(Text(f"{summary.source} into {summary.profile}"), footer="In all", no_wrap=True)
    table.add_column("Rows", justify="right", footer=f"{len(summary.rows):,}", no_wrap=True)
    names = {
        Outcome.MATCHED: "Matched",
        Outcome.ABSENT: f"Not in {summary.dataset}",
        Outcome.AMBIGUOUS: "Ambiguous",
        Outcome.UNKNOWN: "Kept, to be matched when a model is trained",
        Outcome.UNREADABLE: "Unreadable",
    }
    for outcome, name in names.items():
        if summary.outcomes[outcome] or (outcome is Outcome.MATCHED and summary.dataset):
            table.add_row(Text(printable(name)), f"{summary.outcomes[outcome]:,}")
    for reason, count in Counter(row.left_out for row, _ in summary.rows if row.left_out).most_common():
        table.add_row(f"Left out: {reason}", f"{count:,}")
    return table


def _list(sentences: list[str]) -> None:
    """The first few of them, and how many more there are."""
    from movierec_cli.cli.console import note

    for sentence in sentences[:_SHOWN]:
        note(sentence)
    if len(sentences) > _SHOWN:
        note(f"And {len(sentences) - _SHOWN:,} more.")


def _changes(summary: "ImportSummary") -> str:
    from movierec_cli.profiles.importing import Change

    words = {
        Change.NEW: "new",
        Change.REPLACED: "replaced",
        Change.SAME: "unchanged",
        Change.OLDER: "newer in the profile",
        Change.CONFLICT: "in conflict, kept as they are",
    }
    films = [
        f"{summary.changes[change]:,} {word}" for change, word in words.items() if summary.changes[change]
    ]
    repeated = f" {summary.repeated:,} more rows are about these films." if summary.repeated else ""
    return f"Films for the profile {summary.profile}: {', '.join(films) or 'none'}.{repeated}"


def _stars(own: "OwnRating") -> str:
    return "no rating" if own.stars is None else f"{own.stars:g}"
