"""movierec export"""

from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import counting, interruptible, note
from movierec_cli.cli.options import HomeOption, TopOption
from movierec_cli.system.files import version_of


def export(
    file: Annotated[Path, typer.Argument(help="The file to write: .csv, .jsonl or .parquet.")],
    top: TopOption = 10,
    home: HomeOption = None,
) -> None:
    """Write everyone's recommendations to a file."""
    before = version_of(file)

    def comfort() -> str:
        return "Nothing was written." if version_of(file) == before else f"{file} had been written."

    with interruptible(comfort):
        with counting("Recommending", "people") as progress:
            rows = movierec.export(file, top=top, home=home, progress=progress)
        note(f"Wrote {rows:,} recommendations to {file}.")
