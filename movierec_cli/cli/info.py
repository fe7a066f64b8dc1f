"""movierec info"""

from typing import Annotated, Any

import typer

from movierec_cli.cli.options import HomeOption, PageFormat


def info(
    output_format: Annotated[
        PageFormat, typer.Option("--format", "-f", help="How to show it.")
    ] = PageFormat.TABLE,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file of every run and say which have changed.")
    ] = False,
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
    if verify:
        from movierec_cli.store import audit

        facts["faults"] = audit.verify(home)
    if output_format is PageFormat.JSON:
        print_data(json.dumps(facts, ensure_ascii=False, indent=2))
        _report(facts)
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")

    def row(name: str, value: Any) -> None:
        grid.add_row(name, Text(str(value)))

    row("movierec", f"{facts['movierec']} on Python {facts['python']}")
    row("Home", facts["home"])
    for dataset in facts["datasets"]:
        row("Dataset", f"{dataset['name']}, {decimal(dataset['bytes'])}{_scale(dataset)}")
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
    _report(facts)


def _scale(dataset: dict[str, Any]) -> str:
    """The scale of a dataset's ratings, to follow its size; nothing where its facts do not say it."""
    from movierec_cli.scale import RatingScale

    match dataset:
        case {"rating_scale": [float(lowest), float(highest)], "rating_step": float() | None as step}:
            return f"; scale: {RatingScale(lowest, highest, step).text}"
    return ""


def _report(facts: dict[str, Any]) -> None:
    """Say what --verify has found. Raises StoreError where a run is damaged."""
    from movierec_cli.cli.console import note
    from movierec_cli.errors import StoreError

    faults = facts.get("faults")
    if faults is None:
        return
    damaged = {run_id: found for run_id, found in faults.items() if found}
    if not damaged:
        runs = "1 run" if len(faults) == 1 else f"{len(faults)} runs"
        note(f"Verified {runs}: every file is as it was written.")
        return
    for run_id, found in damaged.items():
        for fault in found:
            note(f"{run_id}: {fault}")
    sound = [run_id for run_id, found in faults.items() if not found]
    if facts["run"] and facts["run"]["run_id"] in sound:
        hint = "The run in use is whole; do not go back to another that is not."
    elif sound:
        hint = f"Go back to one that is whole, movierec use {sound[-1]}, or train again: movierec train"
    else:
        hint = "Train again: movierec train"
    raise StoreError(f"{len(damaged)} of {len(faults)} runs are damaged.", hint)
