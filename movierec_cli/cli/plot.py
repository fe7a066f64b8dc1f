"""movierec plot"""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import note, out, working
from movierec_cli.cli.help import example
from movierec_cli.cli.options import HomeOption, profile_option
from movierec_cli.cli.table import Column, Room, Table
from movierec_cli.cli.values import Command, Group
from movierec_cli.errors import PlotError

app = typer.Typer(
    name="plot",
    cls=Group,
    help="Draw how training went, the network, or a map of the movies.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
)

OpenOption = Annotated[bool, typer.Option("--open", help="Open the file when it is written.")]
_PICTURE_HELP = "The file to write: .png, .svg or .pdf."


class MapColor(StrEnum):
    TASTE = "taste"
    GENRE = "genre"
    DECADE = "decade"
    RATING = "rating"


@app.command(cls=Command, epilog=example("plot loss"))
def loss(
    output: Annotated[Path, typer.Option("--output", "-o", help=_PICTURE_HELP)] = Path("movierec-loss.png"),
    open_it: OpenOption = False,
    home: HomeOption = None,
) -> None:
    """Draw training and validation curves, with the best epoch marked."""
    _finish(movierec.plot_loss(output, home=home), open_it)


@app.command(cls=Command, epilog=example("plot model"))
def model(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_PICTURE_HELP, show_default="movierec-model.png")
    ] = None,
    open_it: OpenOption = False,
    home: HomeOption = None,
) -> None:
    """Draw the network with the shapes and sizes of its layers; where that cannot be done, list them."""
    try:
        with working("Starting TensorFlow"):
            path = movierec.plot_model(output or "movierec-model.png", home=home)
    except PlotError as error:
        with working("Reading the network"):
            network = movierec.read_network(home=home)
        out().print(_network_table(network))
        if output:
            raise
        note(f"No diagram: {error}")
        return
    _finish(path, open_it)


@app.command("map", cls=Command, epilog=example("plot map"))
def movie_map(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write: .html, .png, .svg or .pdf.")
    ] = Path("movierec-map.html"),
    limit: Annotated[
        int, typer.Option("--limit", help="How many of the best-known movies, 3 or more.")
    ] = 300,
    color: Annotated[
        MapColor | None,
        typer.Option("--color", help="What the colours mean.", show_default="genre; with --as: taste"),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same map.")] = 0,
    profile: Annotated[
        str | None,
        profile_option("--as", "Mark your films by stars, and the ten recommended to you: a profile's name."),
    ] = None,
    open_it: OpenOption = False,
    home: HomeOption = None,
) -> None:
    """Draw the movies in two dimensions, alike ones near each other: a page to explore, or a picture."""
    marked = None if profile is None else movierec.Recommender.open(home).marked_films(profile)
    with working("Placing the movies"):
        path = movierec.plot_map(
            output,
            limit=limit,
            color=None if color is None else color.value,
            seed=seed,
            marked=marked,
            home=home,
        )
    _finish(path, open_it)


def _finish(path: Path, open_it: bool) -> None:
    """Say where the file is, unwrapped so that it can be copied; open it if that is wanted and possible."""
    path = path.absolute()
    shown = open_it and _open(path)
    typer.echo(f"Wrote {path}", err=True)
    if open_it and not shown:
        typer.echo("There is no display to open it on.", err=True)


def _open(path: Path) -> bool:
    """Open a file in the viewer that the platform has for it; False where there is none.

    Without a display, webbrowser might start a text browser in this terminal.
    """
    if sys.platform not in ("darwin", "win32") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    ):
        return False
    import webbrowser

    return webbrowser.open(path.as_uri())


def _network_table(network: "movierec.LayerGraph") -> Table:
    layers = network.layers
    weights = [f"{layer.weights:,}" for layer in layers]
    return Table(
        [
            Column("Layer", [layer.name for layer in layers], Room.WRAPPED, footer="Total", line="{}"),
            Column("Kind", [layer.kind for layer in layers], Room.WRAPPED, goes=1),
            Column("Output", [layer.shape for layer in layers], Room.WRAPPED, goes=2),
            Column("Weights", weights, right=True, footer=f"{network.weights:,}", line="{}"),
        ],
        f"The network: {network.name}",
    )
