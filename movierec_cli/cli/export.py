"""movierec export"""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import counting, interruptible, note, what_is_there
from movierec_cli.cli.options import HomeOption, TopOption


def export(
    file: Annotated[Path, typer.Argument(help="The file to write: .csv, .jsonl or .parquet.")],
    top: TopOption = 10,
    home: HomeOption = None,
) -> None:
    """Write everyone's recommendations to a file."""
    from movierec_cli.system.files import version_of

    comfort = what_is_there(
        partial(version_of, file),
        as_before="Nothing was written.",
        replaced=lambda: f"{file} had been written.",
    )
    with interruptible(comfort):
        with counting("Recommending", "people") as progress:
            rows = movierec.export(file, top=top, home=home, progress=progress)
        note(f"Wrote {rows:,} recommendations to {file}.")
