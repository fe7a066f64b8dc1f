"""movierec runs"""

import csv
import io
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated

import typer

from movierec_cli.cli._options import FormatOption, HomeOption, OutputFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movierec_cli.overview import RunSummary


def runs(
    prune: Annotated[bool, typer.Option("--prune", help="Remove old runs; never the one in use.")] = False,
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, help="How many of the newest --prune leaves.", show_default="5"),
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """List the trained models that are here, their figures and sizes, and which is in use."""
    from rich.filesize import decimal

    from movierec_cli import overview
    from movierec_cli.cli._console import note
    from movierec_cli.errors import UsageError

    if keep is not None and not prune:
        raise UsageError("--keep says how many --prune leaves.", f"movierec runs --prune --keep {keep}")
    if prune:
        pruned = overview.prune_runs(home=home) if keep is None else overview.prune_runs(keep, home)
        note(f"Removed {len(pruned.removed)} of the runs, {decimal(pruned.freed)}.")
        if pruned.being_read:
            note(f"Somebody is asking {', '.join(pruned.being_read)} at the moment; not removed.")
    show(overview.runs(home), output_format)


def show(found: "Sequence[RunSummary]", output_format: OutputFormat) -> None:
    """Print runs on stdout in the format asked for; what cannot be read is explained on stderr."""
    from movierec_cli.cli._console import note, out
    from movierec_cli.cli.views.hits import print_data
    from movierec_cli.overview import RunSummary

    match output_format:
        case OutputFormat.JSON:
            print_data(json.dumps([asdict(run) for run in found], ensure_ascii=False, indent=2))
        case OutputFormat.CSV:
            text = io.StringIO()
            names = [field.name for field in fields(RunSummary)]
            writer = csv.DictWriter(text, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(run) for run in found)
            print_data(text.getvalue().rstrip("\n"))
        case OutputFormat.TABLE if found:
            out().print(_table(found))
            note("* in use. Go back to another with: movierec use RUN")
    if not found:
        note("There are no runs. Train one: movierec train")
    for run in found:
        if run.problem:
            note(run.problem)


def _table(found: "Sequence[RunSummary]") -> object:
    from rich import box
    from rich.filesize import decimal
    from rich.table import Table
    from rich.text import Text

    from movierec_cli.cli.views.render import printable

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("Run", no_wrap=True)
    table.add_column("Created", no_wrap=True)
    table.add_column("Dataset", overflow="fold", min_width=14)
    table.add_column("Model", no_wrap=True)
    table.add_column("NDCG@100", justify="right", no_wrap=True)
    table.add_column("Size", justify="right", no_wrap=True)
    for run in found:
        table.add_row(
            "*" if run.in_use else "",
            Text(printable(run.run_id)),
            Text(printable((run.created or "")[:10])),
            "cannot be read" if run.dataset is None else Text(printable(run.dataset)),
            Text(printable(run.model or "")),
            "" if run.validation_ndcg is None else f"{run.validation_ndcg:.4f}",
            "" if run.bytes is None else decimal(run.bytes),
        )
    return table
