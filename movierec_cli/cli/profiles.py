"""movierec profiles"""

from typing import TYPE_CHECKING, Annotated

import typer

from movierec_cli.cli._completion import complete_profile
from movierec_cli.cli._options import FormatOption, HomeOption, OutputFormat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from movierec_cli.cli._table import Table
    from movierec_cli.profiles.listing import ProfileSummary


def profiles(
    remove: Annotated[
        str | None,
        typer.Option(
            "--remove",
            metavar="NAME",
            help="Remove a profile for good, after a question.",
            show_default=False,
            autocompletion=complete_profile,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it without a question.")] = False,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """List the profiles that are here, their films and days."""
    from dataclasses import asdict, fields

    from movierec_cli.cli._console import note
    from movierec_cli.cli._output import Rows, write
    from movierec_cli.profiles import listing

    if remove is not None:
        _remove(remove, yes, home)
        return
    found = listing.list_profiles(home=home)
    records = [asdict(one) for one in found]
    write(
        output_format,
        content=lambda: records,
        rows=lambda: Rows([field.name for field in fields(listing.ProfileSummary)], records),
        table=lambda: _table(found) if found else None,
    )
    for one in found:
        if one.problem:
            note(one.problem)
    if not found:
        note('There is no profile yet. Begin one: movierec rate "TITLE" 4.5, or: movierec import FILE')


def _remove(name: str, yes: bool, home: "Path | None") -> None:
    """Ask, and remove. Without somebody to ask it takes --yes."""
    from movierec_cli.cli._console import note
    from movierec_cli.errors import UsageError, counted
    from movierec_cli.profiles import listing
    from movierec_cli.profiles.profile import checked_name

    name = checked_name(name)
    there = next((one for one in listing.list_profiles(home=home) if one.name == name), None)
    if there is not None and not yes:
        films = counted(there.rated + there.seen, "film")
        try:
            agreed = typer.confirm(f"Remove the profile {name} with its {films} for good?", err=True)
        except (typer.Abort, OSError):
            raise UsageError(
                f"Nobody answered, so the profile {name} stays.",
                f"Say so: movierec profiles --remove {name} --yes",
            ) from None
        if not agreed:
            note(f"The profile {name} stays.")
            return
    listing.remove_profile(name, home=home)
    note(f"Removed the profile {name}.")


def _table(found: "Sequence[ProfileSummary]") -> "Table":
    from movierec_cli.cli._table import Column, Table

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


def _days(one: "ProfileSummary") -> str:
    if one.problem:
        return "damaged"
    if one.first is None:
        return ""
    return one.first if one.first == one.last else f"{one.first} to {one.last}"
