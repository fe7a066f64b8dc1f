"""The network of the run in use as a diagram: boxes in layers, arrows from what feeds to what is fed."""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from movierec_cli.errors import PlotError
from movierec_cli.home import Home
from movierec_cli.plots.network import Layer, Network, read_network
from movierec_cli.plots.picture import (
    BLUE,
    GREEN,
    IMAGES,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    check_extra,
    new_figure,
    save,
)
from movierec_cli.store.runs import current_run
from movierec_cli.system.files import check_target

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
_BOX_HEIGHT, _ROW, _GAP, _LANE, _MARGIN, _HEAD = 0.84, 1.28, 0.35, 0.5, 0.4, 1.0
_LETTER = 0.092


def plot_model(path: Path | str = "movierec-model.png", *, home: Path | str | None = None) -> Path:
    """Draw the network of the run in use to a .png, .svg or .pdf file; returns its path.

    Raises NotFoundError without a model, UsageError for another suffix, PlotError without matplotlib or when
    the network does not say how its layers are connected.
    """
    path = check_target(path, IMAGES)
    run = current_run(Home.resolve(home))
    check_extra()
    network = read_network(run)
    if not network.connected:
        raise PlotError(f"The network {network.name!r} does not say how its layers are connected.")
    save(draw(network, f"{run.facts.model.kind} model on {run.facts.dataset.name}"), path)
    return path


# ---- where the boxes go ----


@dataclass(slots=True)
class Spot:
    """A box, or a bend in an arrow that passes a row (layer is None). `above` feeds it; `x` is its middle."""

    layer: Layer | None
    row: int
    width: float
    above: list["Spot"] = field(default_factory=list)
    below: list["Spot"] = field(default_factory=list)
    x: float = 0.0

    @property
    def y(self) -> float:
        return -self.row * _ROW


def lay_out(network: Network, width: float) -> list[list[Spot]]:
    """The rows of the diagram, what feeds above what is fed, with few crossings and straight arrows.

    Sugiyama's method in its plainest form: rows by longest path, bends for arrows that pass rows, order by
    the neighbours' mean, then positions drawn to the neighbours' mean and pushed apart.
    """
    boxes: list[Spot] = []
    rows: list[list[Spot]] = []

    def add(spot: Spot) -> Spot:
        rows.extend([] for _ in range(spot.row + 1 - len(rows)))
        rows[spot.row].append(spot)
        return spot

    for layer in network.layers:
        sources = [boxes[place] for place in layer.sources]
        boxes.append(add(Spot(layer, 1 + max((source.row for source in sources), default=-1), width)))
        for source in sources:
            start = source
            for passed in range(source.row + 1, boxes[-1].row):
                bend = add(Spot(None, passed, _LANE))
                _join(start, bend)
                start = bend
            _join(start, boxes[-1])
    for row in rows:
        _spread(row, [0.0] * len(row))
    for sweep in range(8):
        downwards = sweep % 2 == 0
        for row in rows[1:] if downwards else rows[-2::-1]:
            row.sort(key=lambda spot: _mean_x(spot.above if downwards else spot.below, spot.x))
            _spread(row, [0.0] * len(row))
    for _ in range(60):
        for row in rows:
            _spread(row, [_mean_x(spot.above + spot.below, spot.x) for spot in row])
    return rows


def _join(upper: Spot, lower: Spot) -> None:
    upper.below.append(lower)
    lower.above.append(upper)


def _mean_x(neighbours: list[Spot], otherwise: float) -> float:
    return sum(spot.x for spot in neighbours) / len(neighbours) if neighbours else otherwise


def _spread(row: list[Spot], wanted: list[float]) -> None:
    """Put a row's spots, in their order, near where they are wanted and clear of each other."""
    placed: list[float] = []
    for place, spot in enumerate(row):
        clear = placed[-1] + (row[place - 1].width + spot.width) / 2 + _GAP if placed else wanted[place]
        placed.append(max(wanted[place], clear))
    shift = sum(want - got for want, got in zip(wanted, placed, strict=True)) / max(len(row), 1)
    for spot, x in zip(row, placed, strict=True):
        spot.x = x + shift


# ---- drawing ----


def draw(network: Network, subtitle: str) -> "Figure":
    """The diagram of a connected network."""
    longest = max(len(line) for layer in network.layers for line in _lines(layer))
    rows = lay_out(network, max(2.2, _LETTER * longest + 0.3))
    spots = [spot for row in rows for spot in row]
    left = min(spot.x - spot.width / 2 for spot in spots) - _MARGIN
    right = max(spot.x + spot.width / 2 for spot in spots) + _MARGIN
    right = max(right, left + 5.5)  # room for the heading
    top, bottom = _BOX_HEIGHT / 2 + _HEAD, -(len(rows) - 1) * _ROW - _BOX_HEIGHT / 2 - _MARGIN
    figure = new_figure(right - left, top - bottom)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.text(
        left + _MARGIN,
        top - 0.45,
        f"The network: {network.name}",
        size=15,
        weight="bold",
        color=INK,
        parse_math=False,
    )
    axes.text(
        left + _MARGIN,
        top - 0.7,
        f"{subtitle}, {network.weights:,} weights",
        size=10,
        color=MUTED,
        parse_math=False,
    )
    for spot in spots:
        if spot.layer:
            for source in spot.above:
                _draw_arrow(axes, source, spot)
    for spot in spots:
        if spot.layer:
            _draw_box(axes, spot, spot.layer)
    return figure


def _lines(layer: Layer) -> list[str]:
    """What a box says: name, kind and shape, weights."""
    lines = [layer.name, f"{layer.kind}  {layer.shape}".rstrip()]
    if layer.weights:
        fixed = f", {layer.fixed:,} fixed" if layer.fixed else ""
        lines.append(f"{layer.weights:,} weights{fixed}")
    return lines


def _draw_box(axes: "Axes", spot: Spot, layer: Layer) -> None:
    from matplotlib.patches import FancyBboxPatch

    color = BLUE if not spot.above else ORANGE if not spot.below else GREEN if layer.weights else MUTED
    axes.add_patch(
        FancyBboxPatch(
            (spot.x - spot.width / 2, spot.y - _BOX_HEIGHT / 2),
            spot.width,
            _BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.1",
            facecolor=_tint(color),
            edgecolor=color,
            linewidth=1.3,
            gid=layer.name,
        )
    )
    lines = _lines(layer)
    for place, line in enumerate(lines):
        axes.text(
            spot.x,
            spot.y + 0.22 * ((len(lines) - 1) / 2 - place),
            line,
            ha="center",
            va="center_baseline",
            size=10 if place == 0 else 8.5,
            weight="bold" if place == 0 else "normal",
            color=INK if place == 0 else MUTED,
            parse_math=False,
        )


def _tint(color: str) -> tuple[float, float, float]:
    """A colour thinned with paper."""
    from matplotlib.colors import to_rgb

    red, green, blue = (
        0.1 * ink + 0.9 * paper for ink, paper in zip(to_rgb(color), to_rgb(PAPER), strict=True)
    )
    return red, green, blue


def _draw_arrow(axes: "Axes", source: Spot, target: Spot) -> None:
    """One curve from the box that feeds, by way of the bends, to the top of the box that is fed."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Curve

    points = [(target.x, target.y + _BOX_HEIGHT / 2)]
    while source.layer is None:
        points += [(source.x, source.y - _BOX_HEIGHT / 2), (source.x, source.y + _BOX_HEIGHT / 2)]
        source = source.above[0]
    points.append((source.x, source.y - _BOX_HEIGHT / 2))
    points.reverse()
    vertices, codes = [points[0]], [int(Curve.MOVETO)]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        vertices += [(x0, middle), (x1, middle), (x1, y1)]
        codes += [int(Curve.CURVE4)] * 3
    axes.add_patch(
        FancyArrowPatch(
            path=Curve(vertices, codes), arrowstyle="-|>", mutation_scale=11, color=MUTED, linewidth=1.2
        )
    )
