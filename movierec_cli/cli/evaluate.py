"""movierec evaluate"""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import note, working
from movierec_cli.cli.options import (
    ClusterOption,
    DatasetArgument,
    DatasetOption,
    FormatOption,
    HomeOption,
    OutputFormat,
    WorkersOption,
    one_dataset,
    workers_of,
)
from movierec_cli.cli.output import rows_of, write


class Split(StrEnum):
    RANDOM = "random"
    TEMPORAL = "temporal"


def evaluate(
    dataset: DatasetArgument = None,
    *,
    named: DatasetOption = None,
    split: Annotated[
        Split, typer.Option("--split", help="Hold out ratings at random, or each person's latest.")
    ] = Split.RANDOM,
    models: Annotated[
        str | None,
        typer.Option(
            "--models",
            metavar="NAMES",
            help="The models to compare, separated by commas.",
            show_default="all of them",
        ),
    ] = None,
    epochs: Annotated[
        int, typer.Option("--epochs", "-e", min=1, help="The most epochs that a network is trained for.")
    ] = 50,
    seed: Annotated[
        int,
        typer.Option("--seed", min=0, max=2**32 - 1, help="Chooses the random split and the random weights."),
    ] = 0,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
    cluster: ClusterOption = None,
    workers: WorkersOption = None,
) -> None:
    """Compare the models with each other and with common baselines on held-out ratings."""
    from movierec_cli.cli.views import report

    names = [name.strip() for name in models.split(",")] if models else None
    with working("Reading the data") as say, workers_of(cluster, workers, say) as at_work:
        comparison = movierec.evaluate(
            one_dataset(dataset, named),
            split=split.value,
            seed=seed,
            models=names,
            epochs=epochs,
            home=home,
            on_model=lambda name: say(f"Training {name}"),
            workers=at_work,
        )
    write(
        output_format,
        content=lambda: asdict(comparison),
        rows=lambda: rows_of(movierec.Figures, comparison.figures),
        table=lambda: report.table(comparison),
    )
    for name, reason in comparison.skipped.items():
        note(f"The model {name} is left out: {reason}.")
