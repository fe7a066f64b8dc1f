"""movierec export"""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import counting, interruptible, note, what_is_there
from movierec_cli.cli.options import ClusterOption, HomeOption, WorkersOption, top_option, workers_of


def export(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            parser=str,  # as it was typed, whatever the encoding, and with the slash that a Path loses
            help="The file to write, .csv, .jsonl or .parquet, also as s3://BUCKET/FILE; or, for Parquet in "
            "parts, FOLDER/ or s3://BUCKET/PREFIX/.",
        ),
    ],
    top: Annotated[
        int, top_option(help_text="How many movies to write for each person, at most 100,000.")
    ] = 10,
    home: HomeOption = None,
    cluster: ClusterOption = None,
    workers: WorkersOption = None,
) -> None:
    """Write everyone's recommendations to a file, or as parts to a folder or an object store."""
    from movierec_cli.system.files import names_a_folder, version_of

    comfort = what_is_there(
        partial(version_of, Path(file)),
        as_before="Nothing was written.",
        replaced=lambda: f"{file} had been written.",
    )

    def comfort_for_parts() -> str:
        return f"The parts in {file} are whole only where _SUCCESS is among them."

    with interruptible(comfort_for_parts if names_a_folder(file) else comfort):
        with (
            workers_of(cluster, workers, lambda stage: note(f"{stage} ...")) as at_work,
            counting("Recommending", "people") as progress,
        ):
            rows = movierec.export(file, top=top, home=home, progress=progress, workers=at_work)
        note(f"Wrote {rows:,} recommendations to {file}.")
