"""movierec search"""

from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.options import FormatOption, HomeOption, OutputFormat, TopOption


def search(
    text: Annotated[str, typer.Argument(help="A title, a part of one, or something like it.")],
    top: TopOption = 10,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """List the movies whose titles match a text, best first."""
    from movierec_cli.cli.views.hits import show_hits

    show_hits(movierec.search(text, top=top, home=home), output_format, f"Titles like {text!r}")
