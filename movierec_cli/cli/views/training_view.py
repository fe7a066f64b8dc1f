"""What `movierec train` shows: a bar over the epochs with their figures, then a closing table."""

from math import ceil
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

import movierec_cli as movierec
from movierec_cli.cli.console import err, note
from movierec_cli.cli.table import Facts
from movierec_cli.errors import sizes_text

LONG = 60.0
"""Seconds from which on what is no terminal is told, once, how long it takes."""
_WIDE, _WIDER = 60, 110
"""From so many columns on there is room for more than the stage, the epochs and the time."""


class TrainingView:
    """Progress on stderr; where that is no terminal, one line per stage and none per epoch."""

    def __init__(self, epochs: int) -> None:
        self._console = err()
        self._live = self._console.is_terminal
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=16 if self._console.width >= _WIDE else 6),
            *([MofNCompleteColumn()] if epochs else []),
            TextColumn("{task.fields[figures]}"),
            TimeElapsedColumn(),
            *([TextColumn("{task.fields[left]}")] if self._console.width >= _WIDE else []),
            console=self._console,
            transient=True,
            disable=not self._live,
        )
        self._task = self._bar.add_task("", total=epochs or None, figures="", left="")
        self._is_told = False

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def stage(self, name: str) -> None:
        """A new step begins."""
        if self._live:
            self._bar.update(self._task, description=name)
        else:
            note(f"{name} ...")

    def left(self, seconds: float) -> None:
        """So long it still takes, at most."""
        self._bar.update(self._task, left=f"at most {duration(seconds)}")
        if not self._live and not self._is_told and seconds >= LONG:
            note(f"This takes {duration(seconds)} more at most, and less where training stops early.")
            self._is_told = True

    def epoch(self, epoch: "movierec.Epoch") -> None:
        """An epoch has ended."""
        self._bar.update(
            self._task,
            completed=epoch.number,
            figures=_figures(epoch, self._console.width),
        )

    def summary(self, run: "movierec.Run") -> None:
        """The closing table, on stderr like all that is not an answer."""
        data, went = run.facts.dataset, run.facts.training
        finishing = f", then {went.finishing_epochs} on all ratings" if went.finishing_epochs else ""
        rows = {
            "Trained on": f"{data.name}: {sizes_text(data.people, data.movies, data.ratings)}",
            "Model": run.facts.model.kind,
            "Epochs": f"{went.epochs}, best {went.best_epoch}{finishing}",
            "Validation": f"NDCG@100 {went.validation.ndcg:.4f}, loss {went.validation.loss:.4f}",
            "Seconds": f"{went.seconds:.1f}",
            "Run": run.run_id,
            "Where": str(run.folder),
        }
        if not went.epochs:
            del rows["Epochs"]
        self._console.print(Facts(list(rows.items())))
        note(f"Ask it: movierec recommend {data.first_user_id}")


def duration(seconds: float) -> str:
    """No more precise than an estimate, and never too short: "15 s", "8 min", "1.5 h"."""
    if seconds < 60:
        return f"{5 * max(1, ceil(seconds / 5))} s"
    if seconds < 3600:
        minutes = ceil(seconds / 60)
        return f"{minutes if minutes < 10 else 5 * ceil(minutes / 5)} min"
    return f"{ceil(2 * seconds / 3600) / 2:g} h"


def _figures(epoch: "movierec.Epoch", width: int) -> str:
    """As many of an epoch's figures as there is room for, the one that it is judged by before others."""
    ndcg = f"NDCG@100 {epoch.validation_ndcg:.3f}"
    if width >= _WIDER:
        return f"loss {epoch.loss:.3f}  validation {epoch.validation_loss:.3f}  {ndcg}"
    return ndcg if width >= _WIDE else ""
