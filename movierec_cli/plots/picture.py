"""What the pictures share: where they may be written, how, and their colours."""

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from movierec_cli.errors import MovieRecError, PlotError, UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

IMAGES = (".png", ".svg", ".pdf")
INK, MUTED, FAINT, PAPER = "#1d2127", "#6a717c", "#d9dde3", "#ffffff"
BLUE, ORANGE, GREEN = "#2f6fde", "#e0742a", "#2b9a66"
DOTS_PER_INCH = 144


def check_target(path: Path | str, suffixes: Sequence[str]) -> Path:
    """`path`, when a picture can be written there.

    Raises UsageError for a suffix not in `suffixes`, MovieRecError for a folder or one that is missing.
    """
    path = Path(path)
    if path.suffix.lower() not in suffixes:
        known = f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"
        raise UsageError(f"Cannot draw to {path.name!r}: the name must end in {known}.")
    if path.is_dir():
        raise MovieRecError(f"Cannot write {path}: it is a folder.")
    if not path.absolute().parent.is_dir():
        raise MovieRecError(f"Cannot write {path}: there is no folder {path.parent}.")
    return path


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


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name to write to, moved to `path` when the block ends well.

    Raises MovieRecError when it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise MovieRecError(f"Cannot write {path}: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)
