"""Options that several commands share, defined once."""

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Keep data and models here instead of MOVIEREC_HOME.", show_default=False),
]
