"""movierec export"""

from pathlib import Path
from typing import Annotated

import typer

from movierec_cli.cli.options import HomeOption, TopOption


def export(
    file: Annotated[
        Path, typer.Argument(help="The file to write: .csv, .jsonl or .parquet.", show_default=False)
    ],
    top: TopOption = 10,
    home: HomeOption = None,
) -> None:
    """Write everyone's recommendations to a file."""
    from movierec_cli.cli.console import counting, interruptible, note
    from movierec_cli.exporter import export as write

    with interruptible("Nothing was written."), counting("Recommending", "people") as progress:
        rows = write(file, top=top, home=home, progress=progress)
    note(f"Wrote {rows:,} recommendations to {file}.")
