"""movierec recommend"""

from typing import Annotated

import typer

from movierec_cli.cli._completion import complete_profile, complete_title
from movierec_cli.cli._options import (
    ExactOption,
    FormatOption,
    GenreOption,
    HomeOption,
    MinRatingOption,
    MinRatingsOption,
    NotGenreOption,
    NotLikeOption,
    OutputFormat,
    TopOption,
    YearOption,
    filters_from,
)


def recommend(
    who: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WHO",
            help="People's ids in the dataset and names of profiles; several: what to watch together.",
            show_default=False,
            autocompletion=complete_profile,
        ),
    ] = None,
    top: TopOption = 10,
    like: Annotated[
        list[str] | None,
        typer.Option(
            "--like",
            metavar="TITLE",
            help="A movie that you love: as if rated highest; repeatable, with or without WHO.",
            show_default=False,
            autocompletion=complete_title,
        ),
    ] = None,
    dislike: Annotated[
        list[str] | None,
        typer.Option(
            "--dislike",
            metavar="TITLE",
            help="A movie that you hate: as if rated lowest; repeatable, with or without WHO.",
            show_default=False,
            autocompletion=complete_title,
        ),
    ] = None,
    genre: GenreOption = None,
    not_genre: NotGenreOption = None,
    year: YearOption = None,
    min_ratings: MinRatingsOption = 0,
    min_rating: MinRatingOption = None,
    not_like: NotLikeOption = None,
    include_seen: Annotated[
        bool, typer.Option("--include-seen", help="Also movies that have been rated or seen.")
    ] = False,
    diversity: Annotated[
        float, typer.Option("--diversity", help="Movies unlike each other: from 0, not at all, to 1.")
    ] = 0.0,
    novelty: Annotated[
        float, typer.Option("--novelty", help="Away from blockbusters: from 0, not at all, to 1.")
    ] = 0.0,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say which ratings speak for each movie, and which against it.")
    ] = False,
    exact: ExactOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Recommend movies to a person, to several together, or by what you like."""
    from movierec_cli.cli.views.hits import find_all, limits, show_hits
    from movierec_cli.questions.recommender import Recommender

    filters = filters_from(genre, not_genre, year, min_ratings, min_rating)
    recommender = Recommender.open(home)
    hits = recommender.recommend(
        *(who or ()),
        top=top,
        filters=filters,
        include_seen=include_seen,
        like=find_all(recommender, like),
        dislike=find_all(recommender, dislike),
        not_like=find_all(recommender, not_like),
        diversity=diversity,
        novelty=novelty,
        explain=explain,
        exact=exact,
    )
    title = f"Recommended for {_names(who, by_likes=bool(like or dislike))}"
    show_hits(hits, output_format, title, loosen=limits(filters, not_like or ()))


def _names(who: list[str] | None, *, by_likes: bool) -> str:
    """ "user 42", "me", "42, 17 and me", "you"."""
    from movierec_cli.questions.people import parse_who

    if not who:
        from movierec_cli.profiles.profile import DEFAULT_PROFILE

        return "you" if by_likes else DEFAULT_PROFILE
    if len(who) == 1:
        return f"user {who[0]}" if isinstance(parse_who(who[0]), int) else who[0]
    return f"{', '.join(who[:-1])} and {who[-1]}"
