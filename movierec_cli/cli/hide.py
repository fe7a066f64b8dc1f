"""movierec hide"""

from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import note
from movierec_cli.cli.options import HomeOption, ProfileOption, TitleArgument
from movierec_cli.cli.slips import in_quotes


def hide(
    title: TitleArgument,
    profile: ProfileOption = "me",
    undo: Annotated[bool, typer.Option("--undo", help="Recommend it again, as any other movie.")] = False,
    home: HomeOption = None,
) -> None:
    """Never recommend a movie to you again."""
    from movierec_cli.cli.views.hits import note_match

    found = movierec.hide(title, undo=undo, profile=profile, home=home)
    note_match(title, found.match)
    label = found.own.label
    if undo:
        note(f"{label} is no longer hidden in the profile {profile}.")
    elif found.before:
        note(f"{label} is hidden in the profile {profile} already.")
    else:
        note(f"{label} is hidden in the profile {profile}: it is never recommended again.")
        note(f"To undo it: movierec hide {in_quotes(label)} --undo --as {profile}")
