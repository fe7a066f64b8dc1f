"""How training went: the loss and the ranking figure of every epoch, from run.json alone."""

from pathlib import Path
from typing import TYPE_CHECKING

from movierec_cli.errors import MovieRecError, counted
from movierec_cli.home import Home
from movierec_cli.plots import picture
from movierec_cli.plots.picture import BLUE, FAINT, GREEN, INK, MUTED, ORANGE, PAPER
from movierec_cli.store.runs import Run, current_run
from movierec_cli.system.files import check_target

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_loss(path: Path | str = "movierec-loss.png", *, home: Path | str | None = None) -> Path:
    """Draw the run in use's training and validation curves to a .png, .svg or .pdf file; returns its path.

    Raises NotFoundError without a model, UsageError for another suffix, PlotError without matplotlib.
    """
    path = check_target(path, picture.IMAGES)
    run = current_run(Home.resolve(home))
    picture.check_extra()
    picture.save(draw(run), path)
    return path


def draw(run: Run) -> "Figure":
    """The curves of one run: loss above, validation NDCG@100 below, the best epoch marked in both."""
    from matplotlib.ticker import MaxNLocator

    facts = run.facts
    by_epoch = facts.training.by_epoch
    if not by_epoch:
        raise MovieRecError(
            f"The run {run.run_id} was computed without epochs, so there is nothing to draw.",
            "Train for some: movierec train",
        )
    epochs = [epoch.number for epoch in by_epoch]
    best = facts.training.best_epoch
    at_best = by_epoch[epochs.index(best)]

    figure = picture.new_figure(9, 6.6)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    figure.subplots_adjust(left=0.09, right=0.96, bottom=0.09, top=0.87, hspace=0.12)
    figure.text(0.09, 0.945, "Training and validation", size=15, weight="bold", color=INK)
    figure.text(
        0.09,
        0.905,
        f"{facts.model.kind} model on {facts.dataset.name}, "
        f"{counted(len(by_epoch), 'epoch')}, the weights of epoch {best} kept",
        size=10,
        color=MUTED,
        parse_math=False,
    )
    _curve(above, epochs, [epoch.loss for epoch in by_epoch], BLUE, "training loss")
    _curve(above, epochs, [epoch.validation_loss for epoch in by_epoch], ORANGE, "validation loss")
    _curve(below, epochs, [epoch.validation_ndcg for epoch in by_epoch], GREEN, "validation NDCG@100")
    _mark(above, best, at_best.validation_loss, ORANGE, f"{at_best.validation_loss:.3f}")
    _mark(below, best, at_best.validation_ndcg, GREEN, f"{at_best.validation_ndcg:.3f}")
    for axes, name in ((above, "Loss"), (below, "NDCG@100")):
        axes.set_ylabel(name, color=MUTED)
        axes.legend(frameon=False, labelcolor=INK)
        axes.margins(x=0.03, y=0.12)
        axes.grid(axis="y", color=FAINT, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(FAINT)
        axes.tick_params(colors=MUTED, length=0)
    below.set_xlabel("Epoch", color=MUTED)
    below.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if len(epochs) == 1:
        below.set_xlim(epochs[0] - 1, epochs[0] + 1)
    left, right = below.get_xlim()
    place = (best - left) / (right - left)
    above.annotate(
        f"best epoch: {best}",
        (best, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="left" if place < 0.1 else "right" if place > 0.9 else "center",
        size=9,
        color=MUTED,
    )
    return figure


def _curve(axes: "Axes", epochs: list[int], values: list[float], color: str, name: str) -> None:
    marker = "o" if len(epochs) == 1 else None  # a line through one point shows nothing
    axes.plot(epochs, values, color=color, linewidth=2, label=name, marker=marker)


def _mark(axes: "Axes", epoch: int, value: float, color: str, text: str) -> None:
    from matplotlib.patheffects import withStroke

    axes.axvline(epoch, color=MUTED, linewidth=1, linestyle=(0, (3, 3)), zorder=1)
    axes.plot([epoch], [value], "o", color=color, markersize=8, markeredgecolor="white", zorder=4, gid="best")
    axes.annotate(
        text,
        (epoch, value),
        xytext=(0, 9),
        textcoords="offset points",
        ha="center",
        size=10,
        weight="bold",
        color=color,
        path_effects=[withStroke(linewidth=4, foreground=PAPER)],
    )
