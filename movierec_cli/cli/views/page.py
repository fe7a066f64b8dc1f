"""A movie's page as text for the terminal and as JSON."""

import json
from dataclasses import asdict
from typing import Any

from movierec_cli.cli.views.render import hit_record, printable, to_table
from movierec_cli.questions.answers import MoviePage
from movierec_cli.store.movie import Movie
from movierec_cli.vectors.scale import RatingScale

BAR = 30
"""The width of the longest bar of the chart."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


def imdb_url(movie: Movie) -> str | None:
    """The movie's address at IMDb, None where its id is not known."""
    return movie.imdb_id and f"https://www.imdb.com/title/{movie.imdb_id}/"


def tmdb_url(movie: Movie) -> str | None:
    """The movie's address at TMDB, None where its id is not known."""
    return None if movie.tmdb_id is None else f"https://www.themoviedb.org/movie/{movie.tmdb_id}"


def to_json(page: MoviePage) -> str:
    """A JSON object: what is known of the movie, its addresses, its ratings and the movies like it."""
    record = {
        **asdict(page.movie),
        "imdb_url": imdb_url(page.movie),
        "tmdb_url": tmdb_url(page.movie),
        "rating_histogram": [{"stars": stars, "count": count} for stars, count in page.rating_histogram],
        "similar": [hit_record(hit) for hit in page.similar],
        "rating_scale": page.rating_scale,
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def to_renderable(page: MoviePage) -> Any:
    """What rich prints: title, genres, figures, addresses, the chart of its ratings, movies like it."""
    from rich.console import Group
    from rich.text import Text

    movie = page.movie
    parts: list[Any] = [Text(printable(movie.label), style="bold")]
    if movie.genres:
        parts.append(Text(printable(", ".join(movie.genres)), style="cyan"))
    scale = RatingScale(*page.rating_scale)
    parts.append(Text(_figures(movie, scale)))
    parts += [Text(url, style="dim", no_wrap=True) for url in (imdb_url(movie), tmdb_url(movie)) if url]
    if movie.rating_count and not scale.likes_alone:
        parts += [Text(), _chart(page)]
    if page.similar:
        parts += [Text(), to_table(page.similar, "Movies like it", "Likeness")]
    return Group(*parts)


def _figures(movie: Movie, scale: RatingScale) -> str:
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


def _in_stars(scale: RatingScale) -> bool:
    """Whether people speak of stars: out of five of them."""
    return scale.lowest >= 0 and scale.highest == 5


def _chart(page: MoviePage) -> Any:
    from rich.table import Table
    from rich.text import Text

    total = sum(count for _, count in page.rating_histogram)
    most = max(count for _, count in page.rating_histogram)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True, min_width=BAR, style="cyan")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(justify="right", no_wrap=True, style="dim")
    star = " ★" if _in_stars(RatingScale(*page.rating_scale)) else ""
    for rating, count in reversed(page.rating_histogram):
        share = f"{count / total:.0%}"
        grid.add_row(f"{rating:g}{star}", Text(bar(count / most)), f"{count:,}", share)
    return grid


def bar(share: float) -> str:
    """A bar of BAR characters for 1, to the eighth of a character; something shows for more than nothing."""
    eighths = max(round(8 * BAR * share), 1 if share else 0)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
