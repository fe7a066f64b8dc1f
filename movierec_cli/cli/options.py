"""Options that several commands share, defined once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

import movierec_cli as movierec
from movierec_cli.cli.completion import complete_dataset, complete_profile, complete_title
from movierec_cli.errors import UsageError
from movierec_cli.system.workers import HERE

DEFAULT_DATASET = "ml-100k"


class OutputFormat(StrEnum):
    """How a list of movies is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class PageFormat(StrEnum):
    """How what is not a list is shown."""

    TABLE = "table"
    JSON = "json"


def profile_option(flag: str, help_text: str) -> Any:
    """An option whose value is a profile's name."""
    return typer.Option(flag, metavar="NAME", help=help_text, autocompletion=complete_profile)


def films_option(flag: str, help_text: str) -> Any:
    """An option whose values are titles."""
    return typer.Option(flag, metavar="TITLE", help=help_text, autocompletion=complete_title)


def file_option(flag: str, help_text: str) -> Any:
    """An option whose value is a file to read."""
    return typer.Option(flag, metavar="FILE", help=help_text)


def top_option(
    default: str | bool = True, help_text: str = "How many movies to show, at most 100,000."
) -> Any:
    """How many movies to show. default: what is said of the case that nothing is typed."""
    return typer.Option("--top", "-n", min=1, max=100_000, help=help_text, show_default=default)


HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Where data and models are, a folder or s3://BUCKET/PREFIX; else MOVIEREC_HOME."
    ),
]
DatasetArgument = Annotated[
    str | None,
    typer.Argument(
        help="A dataset that has been fetched.",
        show_default=DEFAULT_DATASET,
        autocompletion=complete_dataset,
    ),
]
DatasetOption = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        "-d",
        metavar="NAME",
        help="The same as naming it as DATASET.",
        autocompletion=complete_dataset,
    ),
]
TitleArgument = Annotated[
    str,
    typer.Argument(
        help='A title ("Star Wars", "Sabrina (1995)") or an id ("id:50").', autocompletion=complete_title
    ),
]
TopOption = Annotated[int, top_option()]
FormatOption = Annotated[OutputFormat, typer.Option("--format", "-f", help="How to show the answer.")]
ProfileOption = Annotated[str, profile_option("--as", "The profile to change, by its name.")]
AsOption = Annotated[str | None, profile_option("--as", "A profile's name; the same as naming it as WHO.")]

GenreOption = Annotated[
    list[str] | None,
    typer.Option("--genre", metavar="GENRE", help="Only movies of this genre; of several, those of all."),
]
NotGenreOption = Annotated[
    list[str] | None,
    typer.Option("--not-genre", metavar="GENRE", help="No movies of this genre; repeatable."),
]
YearOption = Annotated[
    str | None,
    typer.Option("--year", metavar="YEARS", help="Only movies of 1994, 1990s, 1980-1999, 1980- or -1999."),
]
MinRatingsOption = Annotated[
    int, typer.Option("--min-ratings", help="Only movies with at least this many ratings.")
]
MinRatingOption = Annotated[
    float | None, typer.Option("--min-rating", help="Only movies whose mean rating is at least this.")
]
NotLikeOption = Annotated[
    list[str] | None, films_option("--not-like", "Neither this movie nor any much like it; repeatable.")
]
ExceptOption = Annotated[
    list[str] | None, file_option("--except", "No films in a file that import reads; repeatable.")
]
ExactOption = Annotated[
    bool, typer.Option("--exact", help="Compare with every movie, even where there is an index.")
]


ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Let the workers of a Ray cluster do it: HOST:PORT, or local to start one here.",
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", min=1, metavar="N", help="How many of them.", show_default="one for each core"),
]


@contextmanager
def workers_of(
    cluster: str | None, count: int | None, on_stage: Callable[[str], None]
) -> "Iterator[movierec.Workers]":
    """Who does the work, by the options above; on_stage: told while a cluster is started."""
    if cluster is not None:
        with movierec.open_cluster(cluster, workers=count, on_stage=on_stage) as workers:
            yield workers
    elif count is not None:
        raise UsageError(
            f"--workers {count} needs --cluster.", f"Give both: --cluster local --workers {count}"
        )
    else:
        yield HERE


def one_dataset(argument: str | None, option: str | None) -> str:
    """The dataset that a command line names, or DEFAULT_DATASET. Raises UsageError for two."""
    if argument is not None and option is not None and argument != option:
        raise UsageError(f"{argument} and --dataset {option} are two datasets.", "Give one of them.")
    named = option if argument is None else argument
    return DEFAULT_DATASET if named is None else named


def filters_from(
    genre: list[str] | None,
    not_genre: list[str] | None,
    year: str | None,
    min_ratings: int,
    min_rating: float | None,
) -> "movierec.Filters":
    """What the options above ask for."""
    return movierec.Filters(
        genres=tuple(genre or ()),
        not_genres=tuple(not_genre or ()),
        years=(None, None) if year is None else movierec.parse_years(year),
        min_ratings=min_ratings,
        min_rating=min_rating,
    )
