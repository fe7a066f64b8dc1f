"""movierec show"""

from typing import Annotated

import typer

from movierec_cli.cli._options import HomeOption, PageFormat, TitleArgument


def show(
    title: TitleArgument,
    output_format: Annotated[
        PageFormat, typer.Option("--format", "-f", help="How to show it.")
    ] = PageFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Show a movie: its genres, how it was rated, where to read on, and what is like it."""
    from movierec_cli.cli._output import write
    from movierec_cli.cli.views import page
    from movierec_cli.cli.views.hits import note_match
    from movierec_cli.questions.recommender import Recommender

    recommender = Recommender.open(home)
    match = recommender.find(title)
    note_match(title, match)
    shown = recommender.page(match.movie.movie_id)
    write(output_format, content=lambda: page.content(shown), table=lambda: page.to_renderable(shown))
