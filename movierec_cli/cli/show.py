"""movierec show"""

from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.options import HomeOption, PageFormat, TitleArgument
from movierec_cli.cli.output import write


def show(
    title: TitleArgument,
    output_format: Annotated[
        PageFormat, typer.Option("--format", "-f", help="How to show it.")
    ] = PageFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Show a movie: its genres, how it was rated, where to read on, and what is like it."""
    from movierec_cli.cli.views import page
    from movierec_cli.cli.views.hits import note_match

    recommender = movierec.Recommender.open(home)
    match = recommender.find(title)
    note_match(title, match)
    shown = recommender.page(match.movie.movie_id)
    write(output_format, content=lambda: page.content(shown), table=lambda: page.to_renderable(shown))
