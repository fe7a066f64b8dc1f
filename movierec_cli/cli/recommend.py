"""movierec recommend"""

from typing import Annotated

import typer

from movierec_cli.cli.options import FormatOption, HomeOption, OutputFormat, TopOption


def recommend(
    user: Annotated[int, typer.Argument(help="A person's id in the dataset.", show_default=False)],
    top: TopOption = 10,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Recommend movies to a person, leaving out those they have rated."""
    from movierec_cli.cli.hits import show_hits
    from movierec_cli.recommender import Recommender

    hits = Recommender.open(home).recommend(user, top=top)
    show_hits(hits, output_format, f"Recommended for user {user}")
