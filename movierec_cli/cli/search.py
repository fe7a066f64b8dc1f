"""movierec search"""

from typing import Annotated

import typer

from movierec_cli.cli._options import FormatOption, HomeOption, OutputFormat, TopOption


def search(
    text: Annotated[
        str, typer.Argument(help="A title, a part of one, or something like it.", show_default=False)
    ],
    top: TopOption = 10,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """List the movies whose titles match a text, best first."""
    from movierec_cli.cli.views.hits import show_hits
    from movierec_cli.questions.recommender import Recommender

    hits = Recommender.open(home).search(text, top=top)
    show_hits(hits, output_format, f"Titles like {text!r}")
