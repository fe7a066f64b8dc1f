"""movierec info"""

from enum import StrEnum
from typing import Annotated, Any

import typer

from movierec_cli.cli.options import HomeOption


class InfoFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


def info(
    output_format: Annotated[
        InfoFormat, typer.Option("--format", "-f", help="How to show it.")
    ] = InfoFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Show the dataset, the model in use, its figures, sizes, folders and versions."""
    import json

    from rich.filesize import decimal
    from rich.table import Table
    from rich.text import Text

    from movierec_cli.cli.console import note, out
    from movierec_cli.cli.hits import print_data
    from movierec_cli.status import info as describe

    facts = describe(home)
    if output_format is InfoFormat.JSON:
        print_data(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")

    def row(name: str, value: Any) -> None:
        grid.add_row(name, Text(str(value)))

    row("movierec", f"{facts['movierec']} on Python {facts['python']}")
    row("Home", facts["home"])
    for dataset in facts["datasets"]:
        row("Dataset", f"{dataset['name']}, {decimal(dataset['bytes'])}")
    run = facts["run"]
    if run:
        data, training = run["dataset"], run["training"]
        row("Run in use", f"{run['run_id']}, {decimal(run['bytes'])} ({facts['runs']} kept)")
        row(
            "Trained on",
            f"{data['name']}: {data['people']:,} people, {data['movies']:,} movies, "
            f"{data['ratings']:,} ratings",
        )
        row(
            "Model",
            f"{run['model']['kind']}: " + ", ".join(f"{k} {v}" for k, v in run["model"]["config"].items()),
        )
        row(
            "Training",
            f"{training['epochs']} epochs, best {training['best_epoch']}, {training['seconds']:.1f} s",
        )
        row("Validation", ", ".join(f"{k} {v:.4f}" for k, v in training["validation"].items()))
    row("Libraries", ", ".join(f"{k} {v}" for k, v in facts["libraries"].items()))
    out().print(grid)
    if facts["problem"]:
        note(facts["problem"])
    if facts["next"]:
        note(facts["next"])
