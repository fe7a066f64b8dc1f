"""From list[Hit] to the terminal: the one way, for every command that lists movies."""

from collections.abc import Iterable, Sequence

import movierec_cli as movierec
from movierec_cli.cli.console import note
from movierec_cli.cli.options import OutputFormat
from movierec_cli.cli.output import write
from movierec_cli.cli.text import some_of
from movierec_cli.cli.views import render

_OTHERS_SHOWN = 5
_LISTED = 50
_PAIRS = 10


def show_hits(
    hits: "Sequence[movierec.Hit]",
    output_format: OutputFormat,
    title: str,
    *,
    alike: bool = False,
    loosen: Sequence[str] = (),
    nothing: str = "There is nothing left to show.",
) -> None:
    """Print hits on stdout in the format asked for; that there are none is said on stderr.

    alike: the scores are cosines, which a table shows. nothing: what is said of no hits.
    """
    write(
        output_format,
        content=lambda: render.content(hits),
        rows=lambda: render.rows(hits),
        table=lambda: render.table(hits, title, alike=alike) if hits else None,
    )
    if not hits:
        note(" ".join([nothing, *_loosening(loosen)]))


def _loosening(options: Sequence[str]) -> list[str]:
    if len(options) < 2:
        return [f"Leave out {option}." for option in options]
    return [f"Loosen or leave out one of: {', '.join(options)}."]


def limits(filters: "movierec.Filters", not_like: Iterable[str]) -> list[str]:
    """The options that leave movies out, as they are typed."""
    return [*filters.options(), *(f'--not-like "{title}"' for title in not_like)]


def note_nothing_rated(people: "Iterable[movierec.Person]", recommender: "movierec.Recommender") -> None:
    """Say of whom no rating is known, so that what they get is what most people like."""
    for person in people:
        if not person.ratings:
            note(
                f"No film of {recommender.run.facts.dataset.name} is rated in the profile {person.name}, "
                "so this is what most people like. Rate some that you know: "
                f'movierec rate "TITLE" 4.5{"" if person.name == "me" else f" --as {person.name}"}'
            )


def note_films(what: str, labels: Sequence[str], *, most: int = _LISTED) -> None:
    """Name the films that are not shown, and why: "Not in ml-100k (2): Dune (2021), Barbie (2023)."."""
    if labels:
        note(f"{what} ({len(labels):,}): {some_of(labels, most)}.")


def note_by_title(
    taken: "Sequence[tuple[str, movierec.Movie]]", profile: str, *, planned: bool = False
) -> None:
    """Which films of a profile nothing but a title has found, and how to put a wrong one right.

    planned: whether they are on the watchlist.
    """
    if taken:
        pairs = [f"{title} is {_with_id(movie)}" for title, movie in taken]
        note(f"Matched by title alone, without a year ({len(taken):,}): {some_of(pairs, _PAIRS, '; ')}.")
        if planned:
            note("To put one right, give its year in the file, and import it again.")
        else:
            note(f"To put one right, name the film that it is: movierec rate id:NN STARS --as {profile}")


def note_match(typed: str, match: "movierec.TitleMatch") -> None:
    """Say which movie was taken where the text left a choice."""
    if match.others:
        others = some_of([_with_id(movie) for movie in match.others], _OTHERS_SHOWN)
        note(f"Taking {_with_id(match.movie)}. Others that fit: {others}.")
    elif not match.exact:
        note(f"Taking {match.movie.label} for {typed!r}.")


def _with_id(movie: "movierec.Movie") -> str:
    return f"{movie.label} [id:{movie.movie_id}]"
