"""movierec history"""

from collections.abc import Sequence
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.completion import complete_profile
from movierec_cli.cli.console import note
from movierec_cli.cli.options import AsOption, FormatOption, HomeOption, OutputFormat, top_option
from movierec_cli.cli.output import write
from movierec_cli.cli.slips import film_instead
from movierec_cli.cli.text import some_of
from movierec_cli.errors import MovieRecError, UsageError, counted

_SHOWN = 20
_NAMED = 10


def history(
    who: Annotated[
        str | None,
        typer.Argument(
            help="A profile's name, or a person's id in the dataset.",
            show_default="me",
            autocompletion=complete_profile,
        ),
    ] = None,
    top: Annotated[int | None, top_option(f"{_SHOWN}, all in JSON and CSV")] = None,
    profile: AsOption = None,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Show what somebody rated, best first, and their taste by genre and decade."""
    from movierec_cli.cli.views import history as views
    from movierec_cli.cli.views.hits import note_by_title

    if who is not None and profile is not None:
        raise UsageError(
            f"{who} and --as {profile} are two people.", f"Give one of them: movierec history --as {profile}"
        )
    name = who or profile or movierec.DEFAULT_PROFILE
    try:
        found = movierec.history(name, home=home)
    except MovieRecError as error:
        raise film_instead(error, [name], "What there is about it: movierec show {title}", home) from None
    shown = top or _SHOWN
    write(
        output_format,
        content=lambda: views.content(found, top),
        rows=lambda: views.rows(found, top),
        table=lambda: views.tables(found, shown) if found.entries else None,
    )
    if output_format is not OutputFormat.TABLE:
        return
    if len(found.entries) > shown:
        there_are = "There is" if len(found.entries) == shown + 1 else "There are"
        more = counted(len(found.entries) - shown, "more movie")
        note(f"{there_are} {more}. To see all of them: --top {len(found.entries)}")
    by_title = [entry for entry in found.entries if entry.matched_by == "title"]
    note_by_title(
        [(entry.own.title, entry.movie) for entry in by_title if entry.own and entry.movie], found.who
    )
    if found.absent:
        note(f"Not in {found.dataset} ({len(found.absent):,}): {_names(found.absent)}")
    if found.ambiguous:
        note(f"Several movies fit ({len(found.ambiguous):,}): {_names(found.ambiguous)}")
        note(f"To say which is meant: movierec rate id:NN STARS --as {found.who}")
    if not (found.entries or found.absent or found.ambiguous):
        is_empty = not (found.planned or found.hidden)
        note("There is nothing to show." if is_empty else "Nothing has been rated or seen yet.")
    if found.planned:
        on_it = f"{counted(found.planned, 'film is', 'films are')} on the watchlist."
        note(f"{on_it} To rank it: movierec recommend {found.who} --watchlist")
    if found.hidden:
        hidden = some_of([own.label for own in found.hidden], _NAMED, "; ")
        note(f"Hidden ({len(found.hidden):,}): {hidden}.")
        note(f"To have one recommended again: movierec hide TITLE --undo --as {found.who}")


def _names(entries: "Sequence[movierec.Entry]") -> str:
    """The first of them with their ratings: "Heat (1995): 4.5; Alien (1979); and 7 more."."""
    named = []
    for entry in entries:
        year = "" if entry.year is None else f" ({entry.year})"
        named.append(entry.title + year + ("" if entry.rating is None else f": {entry.rating:g}"))
    return f"{some_of(named, _NAMED, '; ')}."
