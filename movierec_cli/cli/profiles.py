"""movierec profiles"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import note
from movierec_cli.cli.options import FormatOption, HomeOption, OutputFormat, profile_option
from movierec_cli.cli.output import rows_of, write
from movierec_cli.cli.table import Column, Table
from movierec_cli.errors import UsageError, counted


def profiles(
    remove: Annotated[
        str | None, profile_option("--remove", "Remove a profile for good, after a question.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it without a question.")] = False,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """List the profiles that are here, their films and days."""
    if remove is not None:
        _remove(remove, yes, home)
        return
    found = movierec.list_profiles(home=home)
    write(
        output_format,
        rows=lambda: rows_of(movierec.ProfileSummary, found),
        table=lambda: _table(found) if found else None,
    )
    for one in found:
        if one.problem:
            note(one.problem)
    if not found:
        note('There is no profile yet. Begin one: movierec rate "TITLE" 4.5, or: movierec import FILE')


def _remove(name: str, yes: bool, home: Path | None) -> None:
    """Ask, and remove. Without somebody to ask it takes --yes."""
    there = next((one for one in movierec.list_profiles(home=home) if one.name == name.lower()), None)
    if there is not None and not yes:
        films = counted(there.rated + there.seen + there.watchlist + there.hidden, "film")
        try:
            agreed = typer.confirm(f"Remove the profile {there.name} with its {films} for good?", err=True)
        except (typer.Abort, OSError):
            typer.echo(err=True)  # the question has no end of line
            raise UsageError(
                f"Nobody answered, so the profile {there.name} stays.",
                f"Say so: movierec profiles --remove {there.name} --yes",
            ) from None
        if not agreed:
            note(f"The profile {there.name} stays.")
            return
    note(f"Removed the profile {movierec.remove_profile(name, home=home)}.")


def _table(found: "Sequence[movierec.ProfileSummary]") -> Table:
    def counts(name: str, goes: int) -> Column:
        texts = ["?" if one.problem else f"{getattr(one, name.lower()):,}" for one in found]
        return Column(name, texts, right=True, goes=goes)

    days = [_days(one) for one in found]
    return Table(
        [
            Column("Profile", [one.name for one in found], style="bold", line="{}"),
            *(counts("Rated", 5), counts("Seen", 4), counts("Watchlist", 3), counts("Hidden", 2)),
            Column("Days", days, goes=1),
        ]
    )


def _days(one: "movierec.ProfileSummary") -> str:
    if one.problem:
        return "damaged"
    if one.first is None:
        return ""
    return one.first if one.first == one.last else f"{one.first} to {one.last}"
