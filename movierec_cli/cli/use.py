"""movierec use"""

from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.completion import complete_run
from movierec_cli.cli.console import note
from movierec_cli.cli.options import HomeOption


def use(
    run: Annotated[
        str,
        typer.Argument(
            help="A run's id, or enough of its beginning: see movierec runs.", autocompletion=complete_run
        ),
    ],
    home: HomeOption = None,
) -> None:
    """Go back, or forward, to another run."""
    chosen = movierec.use(run, home)
    model, dataset = chosen.facts.model, chosen.facts.dataset
    note(f"In use: {chosen.run_id}, the {model.kind} model trained on {dataset.name}.")
    note(f"Ask it: movierec recommend {dataset.first_user_id}")
