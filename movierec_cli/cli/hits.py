"""From list[Hit] to the terminal: the one way, for every command that lists movies."""

from collections.abc import Sequence

from movierec_cli import render
from movierec_cli.cli.console import note, out
from movierec_cli.cli.options import OutputFormat
from movierec_cli.records import Hit, TitleMatch


def show_hits(
    hits: Sequence[Hit], output_format: OutputFormat, title: str, score_name: str = "Score"
) -> None:
    """Print hits on stdout in the format asked for; an empty answer is said on stderr."""
    match output_format:
        case OutputFormat.JSON:
            print_data(render.to_json(hits))
        case OutputFormat.CSV:
            print_data(render.to_csv(hits))
        case OutputFormat.TABLE if hits:
            out().print(render.to_table(hits, title, score_name))
    if not hits:
        note("There is nothing left to show.")


def print_data(text: str) -> None:
    """Plain text on stdout, as it is: no markup, no wrapping."""
    out().out(text, highlight=False)


def note_match(typed: str, match: TitleMatch) -> None:
    """Say which movie was taken where the text left a choice."""
    if match.others:
        others = ", ".join(f"{movie.label} [id:{movie.movie_id}]" for movie in match.others)
        note(f"Taking {match.movie.label} [id:{match.movie.movie_id}]. Also fitting: {others}.")
    elif not match.exact:
        note(f"Taking {match.movie.label} for {typed!r}.")
