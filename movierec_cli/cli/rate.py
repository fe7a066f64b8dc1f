"""movierec rate"""

from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import note
from movierec_cli.cli.options import HomeOption, ProfileOption, TitleArgument
from movierec_cli.cli.slips import in_quotes
from movierec_cli.errors import UsageError


def rate(
    title: TitleArgument,
    stars: Annotated[
        str | None, typer.Argument(help="0.5 to 5, in steps of a half; or 4,5, 9/10, 85%, ★★★★.")
    ] = None,
    profile: ProfileOption = "me",
    remove: Annotated[bool, typer.Option("--remove", help="Take the film out of the profile.")] = False,
    home: HomeOption = None,
) -> None:
    """Give a movie stars of your own; then: movierec recommend me."""
    from movierec_cli.cli.views.hits import note_match

    if remove is (stars is not None):
        raise UsageError(
            "Give a title with stars, or a title with --remove.",
            f"For example: movierec rate {in_quotes(title)} 4.5, or: "
            f"movierec rate --remove {in_quotes(title)}",
        )
    if stars is None:
        gone = movierec.remove_rating(title, profile=profile, home=home)
        note(f"Took {gone.label} out of the profile {profile}; it had {_stars(gone.stars)}.")
        return
    rated = movierec.rate(title, stars, profile=profile, home=home)
    note_match(title, rated.match)
    before = "".join(f", in place of {_stars(entry.stars)}" for entry in rated.before)
    note(f"{rated.own.label}: {_stars(rated.own.stars)} in the profile {profile}{before}.")
    if not rated.counts:
        note("The dataset in use has several films of this name and year, so this changes no recommendation.")


def _stars(stars: float | None) -> str:
    if stars is None:
        return "no rating"
    return f"{stars:g} star{'' if stars == 1 else 's'}"
