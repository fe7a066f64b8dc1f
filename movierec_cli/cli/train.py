"""movierec train"""

from enum import StrEnum
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import interruptible, model_in_use, note
from movierec_cli.cli.options import (
    ClusterOption,
    DatasetArgument,
    DatasetOption,
    HomeOption,
    WorkersOption,
    one_dataset,
    workers_of,
)

ModelKind = StrEnum("ModelKind", [*movierec.MODELS])  # type: ignore[misc]
_RANKING = ModelKind("ranking")
_KINDS = "; ".join(f"{name}: {kind.help}" for name, kind in movierec.MODELS.items())


def train(
    dataset: DatasetArgument = None,
    *,
    named: DatasetOption = None,
    epochs: Annotated[
        int,
        typer.Option(
            "--epochs",
            "-e",
            min=0,
            help="The most passes over the data; 0 computes a model in seconds, without TensorFlow.",
        ),
    ] = 50,
    model: Annotated[
        ModelKind, typer.Option("--model", "-m", help=f"The model to train. {_KINDS}.")
    ] = _RANKING,
    dim: Annotated[
        int | None,
        typer.Option(
            "--dim",
            min=1,
            max=1024,
            help="Size of the embeddings that are trained.",
            show_default="the model's",
        ),
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", help="Step size of Adam.", show_default="the model's")
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(
            "--batch-size",
            min=1,
            help="How many people a step learns from, or ratings, with the article's network.",
            show_default="the model's",
        ),
    ] = None,
    patience: Annotated[
        int,
        typer.Option("--patience", min=1, help="Epochs without a better validation figure before stopping."),
    ] = 10,
    seed: Annotated[
        int,
        typer.Option("--seed", min=0, help="The same seed on the same machine gives the same embeddings."),
    ] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training of over a minute that was stopped.")
    ] = False,
    home: HomeOption = None,
    cluster: ClusterOption = None,
    workers: WorkersOption = None,
) -> None:
    """Learn embeddings from a dataset's ratings and put them in the database."""
    from movierec_cli.cli.views.training_view import TrainingView

    name = one_dataset(dataset, named)
    kept = movierec.unfinished(name, home)
    if kept and epochs and not resume:
        note(f"Begins anew. To go on with the unfinished training instead: {kept.command}")
    what_is_in_use = model_in_use(home)

    def comfort() -> str:
        kept = movierec.unfinished(name, home)
        go_on = f" To go on after {kept.passes_text}: {kept.command}" if kept else ""
        return f"{what_is_in_use()}{go_on}"

    with interruptible(comfort):
        with TrainingView(epochs) as view, workers_of(cluster, workers, view.stage) as at_work:
            run = movierec.train(
                name,
                model=model.value,
                epochs=epochs,
                dim=dim,
                learning_rate=learning_rate,
                batch_size=batch_size,
                patience=patience,
                seed=seed,
                resume=resume,
                home=home,
                on_stage=view.stage,
                on_epoch=view.epoch,
                on_left=view.left,
                workers=at_work,
            )
        view.summary(run)
