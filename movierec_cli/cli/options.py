"""Options that several commands share, defined once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.completion import complete_dataset, complete_profile, complete_title
from movierec_cli.errors import UsageError

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


HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Keep data and models here instead of MOVIEREC_HOME.", show_default=False),
]
DatasetArgument = Annotated[
    str | None,
    typer.Argument(
        help="The dataset, which --dataset names as well.",
        show_default=DEFAULT_DATASET,
        autocompletion=complete_dataset,
    ),
]
TitleArgument = Annotated[
    str,
    typer.Argument(
        help='A title ("Star Wars", "Sabrina (1995)") or an id ("id:50").',
        show_default=False,
        autocompletion=complete_title,
    ),
]
TopOption = Annotated[
    int, typer.Option("--top", "-n", min=1, max=100_000, help="How many movies to show, at most 100,000.")
]
FormatOption = Annotated[OutputFormat, typer.Option("--format", "-f", help="How to show the answer.")]
ProfileOption = Annotated[
    str,
    typer.Option(
        "--as", metavar="NAME", help="Whose ratings: a profile's name.", autocompletion=complete_profile
    ),
]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        help="A profile's name; the same as naming it as WHO.",
        show_default=False,
        autocompletion=complete_profile,
    ),
]

GenreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--genre",
        metavar="GENRE",
        help="Only movies of this genre; again: of all of them.",
        show_default=False,
    ),
]
NotGenreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--not-genre", metavar="GENRE", help="No movies of this genre; repeatable.", show_default=False
    ),
]
YearOption = Annotated[
    str | None,
    typer.Option(
        "--year",
        metavar="YEARS",
        help="Only movies of 1994, 1990s, 1980-1999, 1980- or -1999.",
        show_default=False,
    ),
]
MinRatingsOption = Annotated[int, typer.Option("--min-ratings", help="Only movies with so many ratings.")]
MinRatingOption = Annotated[
    float | None,
    typer.Option("--min-rating", help="Only movies rated so high on average.", show_default=False),
]
NotLikeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--not-like",
        metavar="TITLE",
        help="Neither this movie nor any much like it; repeatable.",
        show_default=False,
        autocompletion=complete_title,
    ),
]
ExactOption = Annotated[
    bool, typer.Option("--exact", help="Compare with every movie, also where an index would do.")
]


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
