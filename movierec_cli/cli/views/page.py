"""A movie's page as text for the terminal and as JSON."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import movierec_cli as movierec
from movierec_cli.cli.table import bar
from movierec_cli.cli.text import printable, written
from movierec_cli.cli.views import render

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

BAR = 30
"""The width of the longest bar of the chart."""


def imdb_url(movie: "movierec.Movie") -> str | None:
    """The movie's address at IMDb, None where its id is not known."""
    return movie.imdb_id and f"https://www.imdb.com/title/{movie.imdb_id}/"


def tmdb_url(movie: "movierec.Movie") -> str | None:
    """The movie's address at TMDB, None where its id is not known."""
    return None if movie.tmdb_id is None else f"https://www.themoviedb.org/movie/{movie.tmdb_id}"


def content(page: "movierec.MoviePage") -> dict[str, Any]:
    """For JSON: what is known of the movie, its addresses, its ratings and the movies like it."""
    return {
        **asdict(page.movie),
        "imdb_url": imdb_url(page.movie),
        "tmdb_url": tmdb_url(page.movie),
        "rating_histogram": [{"stars": stars, "count": count} for stars, count in page.rating_histogram],
        "similar": render.content(page.similar),
        "rating_scale": page.rating_scale,
    }


def to_renderable(page: "movierec.MoviePage") -> Any:
    """What rich prints: title, genres, figures, addresses, the chart of its ratings, movies like it."""
    from rich.console import Group
    from rich.text import Text

    movie = page.movie
    parts: list[Any] = [Line(movie.label, "bold")]
    if movie.genres:
        parts.append(Line(", ".join(movie.genres), "cyan"))
    scale = movierec.RatingScale(*page.rating_scale)
    parts.append(Line(_figures(movie, scale)))
    parts += [Line(url, "dim") for url in (imdb_url(movie), tmdb_url(movie)) if url]
    if movie.rating_count and not scale.likes_alone:
        parts += [Text(), Chart(page.rating_histogram, " ★" if _in_stars(scale) else "")]
    if page.similar:
        parts += [Text(), render.table(page.similar, "Movies like it", alike=True)]
    return Group(*parts)


def _figures(movie: "movierec.Movie", scale: "movierec.RatingScale") -> str:
    kind = "like" if scale.likes_alone else "rating"
    if movie.mean_rating is None:
        return f"No {kind}s, id:{movie.movie_id}"
    ratings = f"1 {kind}" if movie.rating_count == 1 else f"{movie.rating_count:,} {kind}s"
    if scale.likes_alone:
        return f"{ratings}, id:{movie.movie_id}"
    if _in_stars(scale):
        mean = f"{movie.mean_rating:.2f} stars"
    else:
        mean = f"{movie.mean_rating:.2f} on {scale.lowest:g} to {scale.highest:g}"
    return f"{mean} from {ratings}, id:{movie.movie_id}"


def _in_stars(scale: "movierec.RatingScale") -> bool:
    """Whether people speak of stars: out of five of them."""
    return scale.lowest >= 0 and scale.highest == 5


@dataclass(frozen=True, slots=True)
class Line:
    """Text of a film in the characters that there are."""

    text: str
    style: str = ""

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        yield Text(written(printable(self.text), options.encoding), style=self.style, overflow="fold")


@dataclass(frozen=True, slots=True)
class Chart:
    """How many gave each rating, as bars: BAR characters for the most, fewer where there is less room."""

    histogram: tuple[tuple[float, int], ...]
    star: str

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.table import Table

        counts = [count for _, count in self.histogram]
        around = len(f"{self.histogram[-1][0]:g}.5{self.star}{max(counts):,}100%") + 6
        length = min(BAR, max(1, options.max_width - around))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(justify="right", no_wrap=True)
        grid.add_column(no_wrap=True, min_width=length, style="cyan")
        grid.add_column(justify="right", no_wrap=True)
        grid.add_column(justify="right", no_wrap=True, style="dim")
        for rating, count in reversed(self.histogram):
            drawn = bar(count / max(counts), length)
            cells = (f"{rating:g}{self.star}", drawn, f"{count:,}", f"{count / sum(counts):.0%}")
            grid.add_row(*(written(cell, options.encoding) for cell in cells))
        yield grid
