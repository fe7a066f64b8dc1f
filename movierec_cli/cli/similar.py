"""movierec similar"""

from typing import Annotated

import typer

from movierec_cli.cli.options import FormatOption, HomeOption, OutputFormat, TopOption


def similar(
    title: Annotated[
        str,
        typer.Argument(
            help='A title ("Star Wars", "Sabrina (1995)") or an id ("id:50").', show_default=False
        ),
    ],
    top: TopOption = 10,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """List the movies that are most like a movie."""
    from movierec_cli.cli.hits import note_match, show_hits
    from movierec_cli.recommender import Recommender

    recommender = Recommender.open(home)
    match = recommender.find(title)
    note_match(title, match)
    hits = recommender.similar(match.movie.movie_id, top=top)
    show_hits(hits, output_format, f"Movies like {match.movie.label}", score_name="Cosine")
