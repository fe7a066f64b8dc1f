"""A map of the movies as a picture, or as a page that works without a network."""

import json
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from movierec_cli.errors import UsageError
from movierec_cli.home import Home
from movierec_cli.plots.atlas import COLORINGS, FEWEST, OTHERS, Atlas, Coloring, sizes_by_taste, survey
from movierec_cli.plots.picture import IMAGES, INK, MUTED, PAPER, any_letters, check_extra, new_figure, save
from movierec_cli.profiles.profile import DEFAULT_PROFILE
from movierec_cli.store.movie import MarkedFilms
from movierec_cli.store.runs import current_run
from movierec_cli.system.files import check_target, whole_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAGE = ".html"
HEADINGS = {"taste": "Films", "genre": "Genre", "decade": "Decade", "rating": "Mean rating"}
_PLACEHOLDER = "{{data}}"
_LONGEST_LABEL, _LONGEST_LISTED = 30, 23
_ALWAYS, _BEST_KNOWN = 10, 40

Boxes = npt.NDArray[np.float64]


def plot_map(
    path: Path | str = "movierec-map.html",
    *,
    limit: int = 300,
    color: Coloring | None = None,
    seed: int = 0,
    marked: MarkedFilms | None = None,
    home: Path | str | None = None,
) -> Path:
    """Draw the `limit` most rated movies of the run in use so that near ones are alike; returns the path.

    An .html file is one page that needs no network, with search, neighbours and all colourings, `color`
    first (by default "taste" where films are marked, else "genre"); .png, .svg and .pdf files are pictures.
    The same seed gives the same map.

    marked: somebody's films, see Recommender.marked_films; all of them are on the map, larger for more
        stars and coloured by whether they were liked, and so are those that are recommended.

    Raises NotFoundError without a model, UsageError for an option out of range or another suffix, PlotError
    without scikit-learn and matplotlib.
    """
    path = check_target(path, (PAGE, *IMAGES))
    color = color or ("taste" if marked else "genre")
    if color not in COLORINGS:
        raise UsageError(f"--color {color}: give one of {', '.join(COLORINGS)}.")
    if color == "taste" and marked is None:
        raise UsageError("--color taste needs somebody's films.", "Name a profile: movierec plot map --as me")
    if limit < FEWEST:
        raise UsageError(f"--limit {limit}: a map needs at least {FEWEST} movies.")
    if not 0 <= seed < 2**32:
        raise UsageError(f"--seed {seed}: give a whole number from 0 to {2**32 - 1}.")
    run = current_run(Home.resolve(home))
    check_extra()
    atlas = survey(run, limit, seed, marked)
    if path.suffix.lower() == PAGE:
        with whole_file(path) as draft:
            draft.write_text(page(atlas, color), encoding="utf-8")
    else:
        save(draw(atlas, color), path)
    return path


# ---- the page ----


def page(atlas: Atlas, color: Coloring) -> str:
    """The whole page: map.html with the data in its script element."""
    template = resources.files(__package__).joinpath("map.html").read_text(encoding="utf-8")
    data = json.dumps(page_data(atlas, color), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Inside a script element, a title must neither end the element nor open a comment.
    return template.replace(_PLACEHOLDER, data.replace("<", r"\u003c"), 1)


def page_data(atlas: Atlas, color: Coloring) -> dict[str, Any]:
    """What map.html reads; positions in `near` count from 0 in `movies`."""
    places = atlas.places
    sizes = sizes_by_taste(atlas.movies, atlas.marked) if atlas.marked else []
    colorings = {name: scheme.colors() for name, scheme in atlas.schemes.items()}
    return {
        "dataset": atlas.run.dataset.name,
        "model": atlas.run.model.kind,
        "total": atlas.run.dataset.movies,
        "color": color,
        "marked": _marked_data(atlas),
        "legends": {name: scheme.legend for name, scheme in atlas.schemes.items()},
        "movies": [
            {
                "id": movie.movie_id,
                "title": movie.title,
                "year": movie.year,
                "genres": movie.genres,
                "mean": movie.mean_rating,
                "count": movie.rating_count,
                "x": round(float(atlas.points[place, 0]), 4),
                "y": round(float(atlas.points[place, 1]), 4),
                "near": atlas.neighbours[place].tolist(),
                "cosine": [round(float(cosine), 4) for cosine in atlas.cosines[place]],
                **({"size": sizes[place], "rank": places.get(movie.movie_id)} if atlas.marked else {}),
                "group": {name: scheme.groups[place] for name, scheme in atlas.schemes.items()},
                "color": {name: colors[place] for name, colors in colorings.items()},
            }
            for place, movie in enumerate(atlas.movies)
        ],
    }


def _marked_data(atlas: Atlas) -> dict[str, Any] | None:
    marked = atlas.marked
    if marked is None:
        return None
    return {
        "name": marked.name,
        "ratings": marked.ratings,
        "predicted": {movie.movie_id: stars for movie, stars in marked.recommended},
        "explained": explained(marked),
    }


def explained(marked: MarkedFilms) -> str:
    """What is to be seen of somebody on the map, in a sentence or two."""
    whose = "your films" if marked.name == DEFAULT_PROFILE else f"the films of {marked.name}"
    count = len(marked.recommended)
    best = (
        ""
        if not count
        else f" Blue, with a number: the {count} recommended."
        if count > 1
        else (" Blue, with a number: the one recommended.")
    )
    if not marked.ratings:
        return f"Nothing of {whose} that is on the map has been rated.{best}"
    return f"Coloured: {whose}, green liked, red not, orange between; the larger, the more stars.{best}"


# ---- the picture ----


def draw(atlas: Atlas, color: Coloring) -> "Figure":
    """The map as a picture: larger dots for better-known movies, as many titles as fit without touching."""
    from matplotlib.colors import to_rgba_array

    figure = new_figure(14, 10)
    axes = figure.add_axes((0.02, 0.03, 0.84, 0.87))
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.04)
    counts = np.array([movie.rating_count for movie in atlas.movies])
    sizes = 12 + 90 * counts / max(counts.max(), 1)
    alpha = np.full(len(sizes), 0.9)
    order = np.arange(len(sizes))
    scheme = atlas.schemes[color]
    if color == "taste" and atlas.marked:
        shares = np.array(sizes_by_taste(atlas.movies, atlas.marked))
        sizes = 14 + 240 * shares**1.5
        alpha = np.where(shares > 0, 0.95, 0.45)
        ranks = np.array([atlas.places.get(movie.movie_id, np.inf) for movie in atlas.movies])
        order = np.lexsort((-shares, ranks))
    axes.scatter(
        atlas.points[order[::-1], 0],
        atlas.points[order[::-1], 1],
        s=sizes[order[::-1]],
        c=to_rgba_array(scheme.colors(), alpha)[order[::-1]],
        linewidths=0.8,
        edgecolors=PAPER,
    )
    total = atlas.run.dataset.movies
    which = f"{len(atlas.movies):,} of" if atlas.marked else f"The {len(atlas.movies):,} best-known of"
    which = "All" if len(atlas.movies) == total else which
    figure.text(0.03, 0.955, _heading(atlas.marked), size=20, weight="bold", color=INK, parse_math=False)
    figure.text(
        0.03,
        0.945,
        f"{which} {total:,} movies of {atlas.run.dataset.name}. "
        f"Near each other: alike to the {atlas.run.model.kind} model."
        + (f"\n{explained(atlas.marked)}" if atlas.marked and color == "taste" else ""),
        size=11,
        color=MUTED,
        va="top",
        parse_math=False,
    )
    _draw_legend(axes, scheme.legend, HEADINGS[color])
    with any_letters():
        if color == "taste":
            _draw_recommended(axes, atlas)
        _draw_titles(axes, atlas, sizes, order, scheme.groups)
    return figure


def _draw_legend(axes: "Axes", legend: tuple[tuple[str, str], ...], heading: str) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", linestyle="", color=color, markersize=9, label=_plain(name))
        for name, color in legend
    ]
    box = axes.legend(
        handles=handles,
        title=heading,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        labelcolor=INK,
        alignment="left",
    )
    box.get_title().set_color(MUTED)


def _heading(marked: MarkedFilms | None) -> str:
    if marked is None:
        return "Movie map"
    return "Your movie map" if marked.name == DEFAULT_PROFILE else f"Movie map of {marked.name}"


def _draw_recommended(axes: "Axes", atlas: Atlas) -> None:
    """The place of each recommended movie, in its dot, and beside the map which movie has which place."""
    recommended = atlas.marked.recommended if atlas.marked else ()
    lines = [
        f"{rank}  {_shortened(movie.title, _LONGEST_LISTED)}"
        for rank, (movie, _) in enumerate(recommended, start=1)
    ]
    axes.text(1.015, 0.75, "Recommended", transform=axes.transAxes, color=MUTED, va="top")
    axes.text(
        *(1.015, 0.72, "\n".join(lines)),
        transform=axes.transAxes,
        size=8.5,
        color=INK,
        va="top",
        linespacing=1.7,
        parse_math=False,
    )
    for movie, point in zip(atlas.movies, atlas.points, strict=True):
        if rank := atlas.places.get(movie.movie_id):
            axes.text(
                float(point[0]),
                float(point[1]),
                str(rank),
                size=7.5,
                weight="bold",
                color="white",
                ha="center",
                va="center_baseline",
            )


def _plain(text: str) -> str:
    """Text for places where matplotlib would take what stands between two dollar signs for a formula."""
    return text.replace("$", r"\$")


def _draw_titles(
    axes: "Axes",
    atlas: Atlas,
    sizes: npt.NDArray[np.float64],
    order: npt.NDArray[np.int64],
    groups: tuple[str, ...],
) -> None:
    """Titles in `order`, each at the side of its dot where it covers least, or not at all."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.patheffects import withStroke

    figure = axes.figure
    canvas = FigureCanvasAgg(figure.figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    dots = axes.transData.transform(atlas.points)
    radius = np.sqrt(sizes / np.pi) * figure.dpi / 72
    page_box = np.array([*axes.bbox.min, *axes.bbox.max])
    solid = np.array([group != OTHERS for group in groups])  # a title may cover what is not somebody's
    taken: list[Boxes] = []
    for rank, place in enumerate(order.tolist()):
        movie = atlas.movies[place]
        faint = groups[place] == OTHERS
        text = axes.annotate(
            _shortened(movie.title),
            (0, 0),
            xycoords="figure pixels",
            size=9.5 if rank < _BEST_KNOWN else 8,
            color=MUTED if faint else INK,
            ha="left",
            va="bottom",
            parse_math=False,
            path_effects=[withStroke(linewidth=2.5, foreground=PAPER)],
        )
        extent = text.get_window_extent(renderer)
        boxes = _sides(dots[place], radius[place], extent.width, extent.height)
        free = [box for box in boxes if _is_free(box, page_box, taken)]
        covered = [int(_covers(box, dots[solid], radius[solid]).sum()) for box in free]
        bearable = 0 if OTHERS in groups else np.inf if rank < _ALWAYS else 1 if rank < _BEST_KNOWN else 0
        if not free or min(covered) > bearable:
            text.remove()
            continue
        box = free[int(np.argmin(covered))]
        text.set_position((box[0], box[1]))
        taken.append(box)


def _shortened(title: str, longest: int = _LONGEST_LABEL) -> str:
    return title if len(title) <= longest else title[: longest - 1].rstrip() + "…"


def _sides(dot: Boxes, radius: float, width: float, height: float) -> list[Boxes]:
    """Boxes (left, bottom, right, top) for a title around its dot, pixels, the best side first."""
    near, beside, over = radius + 3, 0.7 * radius + 2, 0.4 * radius + 1
    corners = (
        (near, -height / 2),
        (-near - width, -height / 2),
        (-width / 2, near),
        (-width / 2, -near - height),
        (beside, over),
        (beside, -over - height),
        (-beside - width, over),
        (-beside - width, -over - height),
    )
    return [np.array([x, y, x + width, y + height]) + np.tile(dot, 2) for x, y in corners]


def _is_free(box: Boxes, page_box: Boxes, taken: list[Boxes]) -> bool:
    """Whether a box is on the page, and at least two pixels from what is taken."""
    inside = (box[:2] >= page_box[:2]).all() and (box[2:] <= page_box[2:]).all()
    return bool(inside) and not any(
        (box[:2] < other[2:] + 2).all() and (other[:2] < box[2:] + 2).all() for other in taken
    )


def _covers(box: Boxes, dots: Boxes, radius: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which dots a box touches."""
    nearest = np.clip(dots, box[:2], box[2:])
    covered: npt.NDArray[np.bool_] = np.hypot(*(dots - nearest).T) < radius
    return covered
