"""movierec profiles"""

from typing import TYPE_CHECKING, Annotated

import typer

from movierec_cli.cli._completion import complete_profile
from movierec_cli.cli._options import FormatOption, HomeOption, OutputFormat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
    """List the profiles that are here, their films and days: movierec profiles"""
    from movierec_cli.cli._console import note, out
    from movierec_cli.cli.views.hits import print_data
    from movierec_cli.profiles import listing

    if remove is not None:
        _remove(remove, yes, home)
        return
    found = listing.list_profiles(home=home)
    match output_format:
        case OutputFormat.JSON:
            print_data(_as_json(found))
        case OutputFormat.CSV:
            print_data(_as_csv(found))
        case OutputFormat.TABLE if found:
            out().print(_table(found))
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


def _as_json(found: "Sequence[ProfileSummary]") -> str:
    import json
    from dataclasses import asdict

    return json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2)


def _as_csv(found: "Sequence[ProfileSummary]") -> str:
    import csv
    import io
    from dataclasses import asdict, fields

    from movierec_cli.profiles.listing import ProfileSummary

    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(ProfileSummary)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(one) for one in found)
    return text.getvalue().rstrip("\n")


def _table(found: "Sequence[ProfileSummary]") -> object:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column("Profile", style="bold", overflow="fold")
    for name in ("Rated", "Seen", "Watchlist", "Hidden"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Days", overflow="fold")
    for one in found:
        if one.problem:
            table.add_row(one.name, *["?"] * 4, "damaged")
            continue
        days = (
            "" if one.first is None else one.first if one.first == one.last else f"{one.first} to {one.last}"
        )
        counts = (one.rated, one.seen, one.watchlist, one.hidden)
        table.add_row(one.name, *(f"{count:,}" for count in counts), days)
    return table
