"""movierec seen"""

import movierec_cli as movierec
from movierec_cli.cli.console import note
from movierec_cli.cli.options import HomeOption, ProfileOption, TitleArgument


def seen(title: TitleArgument, profile: ProfileOption = "me", home: HomeOption = None) -> None:
    """Note that you have seen a movie, without stars; movierec rate --remove takes it back."""
    from movierec_cli.cli.views.hits import note_match

    found = movierec.mark_seen(title, profile=profile, home=home)
    note_match(title, found.match)
    if not found.before:
        note(f"{found.own.label}: seen, in the profile {profile}. It is no longer recommended.")
        return
    stars = found.before[0].stars
    there = "without a rating" if stars is None else f"rated {stars:g}"
    note(f"{found.before[0].label} is in the profile {profile} already, {there}. It stays as it is.")
