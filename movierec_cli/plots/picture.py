"""What the pictures share: how they are written, and their colours."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from movierec_cli.errors import PlotError
from movierec_cli.system.files import whole_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

IMAGES = (".png", ".svg", ".pdf")
INK, MUTED, FAINT, PAPER = "#1d2127", "#6a717c", "#d9dde3", "#ffffff"
BLUE, ORANGE, GREEN = "#2f6fde", "#e0742a", "#2b9a66"
DOTS_PER_INCH = 144


def check_extra() -> None:
    """Raise PlotError where the libraries of the `plot` extra are missing."""
    try:
        import matplotlib.figure  # noqa: F401
        import sklearn.manifold  # noqa: F401
    except ImportError as error:
        raise PlotError(
            f"plot needs matplotlib and scikit-learn ({error}).",
            "Install them: pip install 'movierec-cli[plot]'",
        ) from error


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure, inches; it belongs to nobody's pyplot and needs no display."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DOTS_PER_INCH, facecolor=PAPER)


def save(figure: "Figure", path: Path) -> None:
    """Write a figure in the format that the suffix names, whole or not at all."""
    with whole_file(path) as draft, any_letters():
        figure.savefig(draft, format=path.suffix.lower()[1:])


@contextmanager
def any_letters() -> Iterator[None]:
    """No warnings about letters that matplotlib's font lacks: the picture shows a box in their place."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield
