"""movierec runs"""

from collections.abc import Sequence
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import note
from movierec_cli.cli.options import FormatOption, HomeOption, OutputFormat
from movierec_cli.cli.output import rows_of, write
from movierec_cli.cli.table import Column, Room, Table
from movierec_cli.errors import UsageError


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

    if keep is not None and not prune:
        raise UsageError(
            f"--keep {keep} goes with --prune.", f"Give both: movierec runs --prune --keep {keep}"
        )
    if prune:
        pruned = movierec.prune_runs(home=home) if keep is None else movierec.prune_runs(keep, home)
        note(f"Removed {len(pruned.removed)} of the runs, {decimal(pruned.freed)}.")
        if pruned.being_read:
            note(f"Not removed, because somebody is asking them now: {', '.join(pruned.being_read)}.")
    show(movierec.runs(home), output_format)


def show(found: "Sequence[movierec.RunSummary]", output_format: OutputFormat) -> None:
    """Print runs on stdout in the format asked for; what cannot be read is explained on stderr."""
    write(
        output_format,
        rows=lambda: rows_of(movierec.RunSummary, found),
        table=lambda: _table(found) if found else None,
    )
    if not found:
        note("There are no runs. Train one: movierec train")
    for run in found:
        if run.problem:
            note(run.problem)
        if run.update_of and output_format is OutputFormat.TABLE:
            note(f"The figure of {run.run_id} is that of {run.update_of}, of which it is an update.")


def _table(found: "Sequence[movierec.RunSummary]") -> Table:
    from rich.filesize import decimal

    datasets = ["cannot be read" if run.dataset is None else run.dataset for run in found]
    figures = ["" if run.validation_ndcg is None else f"{run.validation_ndcg:.4f}" for run in found]
    sizes = ["" if run.bytes is None else decimal(run.bytes) for run in found]
    return Table(
        [
            Column("", ["*" if run.in_use else "" for run in found], line="{}"),
            Column("Run", [run.run_id for run in found], line="{}"),
            Column("Created", [(run.created or "")[:10] for run in found], goes=1),
            Column("Dataset", datasets, Room.WRAPPED, goes=5, line="{}"),
            Column("Model", [run.model or "" for run in found], goes=3),
            Column("NDCG@100", figures, right=True, goes=4),
            Column("Size", sizes, right=True, goes=2),
        ],
        caption="* marks the run in use. Go back to another with: movierec use RUN",
    )
