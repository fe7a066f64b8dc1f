"""Options that several commands share, defined once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class OutputFormat(StrEnum):
    """How a list of movies is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Keep data and models here instead of MOVIEREC_HOME.", show_default=False),
]
TopOption = Annotated[int, typer.Option("--top", "-n", min=1, help="How many movies to show.")]
FormatOption = Annotated[OutputFormat, typer.Option("--format", "-f", help="How to show the answer.")]
