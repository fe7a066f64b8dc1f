"""movierec info"""

from pathlib import Path
from typing import Annotated, Any

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import note
from movierec_cli.cli.options import HomeOption, PageFormat
from movierec_cli.cli.output import write
from movierec_cli.cli.table import Facts
from movierec_cli.cli.update import update_text
from movierec_cli.errors import StoreError, counted, sizes_text

_DATASETS = "datasets/"


def info(
    output_format: Annotated[
        PageFormat, typer.Option("--format", "-f", help="How to show it.")
    ] = PageFormat.TABLE,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Read all files of runs and datasets and say which have changed."),
    ] = False,
    home: HomeOption = None,
) -> None:
    """Show the dataset, the model in use, its figures, sizes, folders and versions."""
    found = movierec.info(home)
    faults = _verified(home) if verify else None
    checked = {} if faults is None else {"faults": faults}
    write(output_format, content=lambda: _record(found) | checked, table=lambda: _facts(found))
    if output_format is PageFormat.JSON:
        _report(found, faults)
        return
    if found.problem:
        note(found.problem)
    if found.next:
        note(found.next)
    for command in found.unfinished:
        note(f"To go on with a training that was stopped: {command}")
    _report(found, faults)


def _facts(found: "movierec.Info") -> Facts:
    from rich.filesize import decimal

    shown = Facts()
    shown.add("movierec", f"{found.movierec} on Python {found.python}")
    shown.add("Home", found.home)
    for dataset in found.datasets:
        shown.add("Dataset", f"{dataset.name}, {decimal(dataset.bytes)}{_scale(dataset)}")
    if run := found.run:
        data, model, training = run.facts.dataset, run.facts.model, run.facts.training
        shown.add("Run in use", f"{run.run_id}, {decimal(run.size)} ({found.runs} kept)")
        shown.add("Trained on", f"{data.name}: {sizes_text(data.people, data.movies, data.ratings)}")
        if update := run.facts.update:
            shown.add("Update of", f"{update.of}: {update_text(update)}")
        widths = (f"{name.removesuffix('_vector')} {width}" for name, width in model.dimensions.items())
        shown.add("Model", f"{model.kind}; vectors of {', '.join(widths)}")
        if training.epochs:
            shown.add(
                "Training",
                f"{counted(training.epochs, 'epoch')}, best {training.best_epoch}, {training.seconds:.1f} s",
            )
        else:
            shown.add("Training", f"without epochs, {training.seconds:.1f} s")
        best = training.validation
        shown.add("Validation", f"loss {best.loss:.4f}, ndcg@100 {best.ndcg:.4f}")
    shown.add("Libraries", ", ".join(f"{name} {version}" for name, version in found.libraries.items()))
    return shown


def _scale(dataset: "movierec.DatasetSummary") -> str:
    """The scale of a dataset's ratings, to follow its size; nothing where its manifest does not say it."""
    scale = dataset.manifest and dataset.manifest.scale
    return f"; scale: {scale.text}" if scale else ""


def _record(found: "movierec.Info") -> dict[str, Any]:
    """As JSON: what files say of the run and the datasets stands beside what else is known of them."""
    from movierec_cli.system.typed_json import to_json

    record: dict[str, Any] = to_json(found)
    record["home"] = str(found.home)
    record["datasets"] = [
        to_json(one.manifest or {}) | {"name": one.name, "bytes": one.bytes} for one in found.datasets
    ]
    if run := found.run:
        about = {"run_id": run.run_id, "folder": str(run.folder), "bytes": run.size}
        record["run"] = about | to_json(run.facts)
    return record


def _verified(home: Path | str | None) -> dict[str, list[str]]:
    """What is wrong with each run, by its id, and with each dataset, as datasets/NAME."""
    of_datasets = movierec.verify_datasets(home)
    return movierec.verify(home) | {f"{_DATASETS}{name}": wrong for name, wrong in of_datasets.items()}


def _report(found: "movierec.Info", faults: dict[str, list[str]] | None) -> None:
    """Say what --verify has found. Raises StoreError where a run or a dataset is damaged."""
    if faults is None:
        return
    runs = {name: wrong for name, wrong in faults.items() if not name.startswith(_DATASETS)}
    both = (len(runs), "run"), (len(faults) - len(runs), "dataset")
    read = " and ".join(counted(count, noun) for count, noun in both if count) or "nothing"
    damaged = {name: wrong for name, wrong in faults.items() if wrong}
    if not damaged:
        note(f"Verified {read}: every file is as it was written.")
        if runs and not found.run:
            raise StoreError("None of the runs is in use.", f"Use one: movierec use {max(runs)}")
        return
    for name, wrong in damaged.items():
        for fault in wrong:
            note(f"{name}: {fault.rstrip('.')}.")
    sound = [run_id for run_id, wrong in runs.items() if not wrong]
    if not damaged.keys() & runs.keys():
        name = min(damaged).removeprefix(_DATASETS)
        manifest = next((one.manifest for one in found.datasets if one.name == name), None)
        hint = f"Fetch it anew: {manifest.anew if manifest else f'movierec fetch {name} --force'}"
    elif found.run and found.run.run_id in sound:
        hint = "The run in use is whole; do not go back to another that is not."
    elif sound:
        hint = f"Go back to one that is whole, movierec use {sound[-1]}, or train again: movierec train"
    else:
        hint = "Train again: movierec train"
    are = "is" if len(damaged) == 1 else "are"
    raise StoreError(f"Read {read}: {len(damaged)} {are} damaged.", hint)
