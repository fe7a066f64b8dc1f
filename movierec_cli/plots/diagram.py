"""The network of the run in use as a diagram: a row for each step, arrows from what feeds to what is fed."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from movierec_cli.home import Home
from movierec_cli.plots import picture
from movierec_cli.plots.network import Layer, LayerGraph, network_of
from movierec_cli.store.runs import current_run
from movierec_cli.system.files import check_target

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BOX_HEIGHT, ROW, GAP, MARGIN, HEAD = 0.84, 1.28, 0.35, 0.4, 1.0
"""In inches. A row is as high as a box and the arrow above it; the head is above the first row."""
LETTER = 0.092
"""The width of a letter, in inches, at the most."""


def plot_model(path: Path | str = "movierec-model.png", *, home: Path | str | None = None) -> Path:
    """Draw the network of the run in use to a .png, .svg or .pdf file; returns its path.

    Raises NotFoundError without a model, UsageError for another suffix, and PlotError without matplotlib.
    """
    path = check_target(path, picture.IMAGES)
    run = current_run(Home.resolve(home))
    picture.check_extra()
    network = network_of(run)
    picture.save(draw(network, f"{run.facts.model.kind} model on {run.facts.dataset.name}"), path)
    return path


def places_of(network: LayerGraph, pitch: float) -> list[tuple[float, float]]:
    """The middle of each layer's box, (x, y) in inches, rows downwards from 0; neighbours are a `pitch`
    apart.

    A layer stands in the row below the lowest of what feeds it, each row around the same middle. That is all
    it takes for networks whose branches are equally long.
    """
    rows: list[int] = []
    for layer in network.layers:
        rows.append(1 + max((rows[source] for source in layer.sources), default=-1))
    return [
        (pitch * (rows[:place].count(row) - (rows.count(row) - 1) / 2), -ROW * row)
        for place, row in enumerate(rows)
    ]


def draw(network: LayerGraph, subtitle: str) -> "Figure":
    """The diagram of a network."""
    width = max(2.2, LETTER * max(len(line) for layer in network.layers for line in _lines(layer)) + 0.3)
    places = places_of(network, width + GAP)
    side = max(2.75, max(x for x, _ in places) + width / 2 + MARGIN)  # as much as the heading takes
    top, bottom = BOX_HEIGHT / 2 + HEAD, min(y for _, y in places) - BOX_HEIGHT / 2 - MARGIN
    figure = picture.new_figure(2 * side, top - bottom)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-side, side), ylim=(bottom, top))
    axes.set_axis_off()
    left, title = MARGIN - side, f"The network: {network.name}"
    axes.text(left, top - 0.45, title, size=15, weight="bold", color=picture.INK, parse_math=False)
    subtitle = f"{subtitle}, {network.weights:,} weights"
    axes.text(left, top - 0.7, subtitle, size=10, color=picture.MUTED, parse_math=False)
    feeding = {source for layer in network.layers for source in layer.sources}
    for number, (layer, place) in enumerate(zip(network.layers, places, strict=True)):
        for source in layer.sources:
            _draw_arrow(axes, places[source], place)
        if not layer.sources:
            color = picture.BLUE
        elif number not in feeding:
            color = picture.ORANGE
        else:
            color = picture.GREEN if layer.weights else picture.MUTED
        _draw_box(axes, place, width, layer, color)
    return figure


def _lines(layer: Layer) -> list[str]:
    """What a box says: name, kind and shape, weights."""
    lines = [layer.name, f"{layer.kind}  {layer.shape}"]
    if layer.weights:
        fixed = f", {layer.fixed:,} fixed" if layer.fixed else ""
        lines.append(f"{layer.weights:,} weights{fixed}")
    return lines


def _draw_box(axes: "Axes", place: tuple[float, float], width: float, layer: Layer, color: str) -> None:
    from matplotlib.colors import to_rgba
    from matplotlib.patches import FancyBboxPatch

    x, y = place
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - BOX_HEIGHT / 2),
            width,
            BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.1",
            facecolor=to_rgba(color, 0.1),
            edgecolor=color,
            linewidth=1.3,
            gid=layer.name,
        )
    )
    name, *rest = _lines(layer)
    line = y + 0.11 * len(rest)
    text: dict[str, Any] = {"ha": "center", "va": "center_baseline", "parse_math": False}
    axes.text(x, line, name, size=10, weight="bold", color=picture.INK, **text)
    for number, said in enumerate(rest, start=1):
        axes.text(x, line - 0.22 * number, said, size=8.5, color=picture.MUTED, **text)


def _draw_arrow(axes: "Axes", upper: tuple[float, float], lower: tuple[float, float]) -> None:
    """A curve from the bottom of one box to the top of another."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Curve

    (x0, y0), (x1, y1) = upper, lower
    y0, y1 = y0 - BOX_HEIGHT / 2, y1 + BOX_HEIGHT / 2
    middle = (y0 + y1) / 2
    curve = Curve([(x0, y0), (x0, middle), (x1, middle), (x1, y1)], [Curve.MOVETO, *[Curve.CURVE4] * 3])
    axes.add_patch(
        FancyArrowPatch(path=curve, arrowstyle="-|>", mutation_scale=11, color=picture.MUTED, linewidth=1.2)
    )
