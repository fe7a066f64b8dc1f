"""movierec similar"""

from typing import Annotated

import movierec_cli as movierec
from movierec_cli.cli import options


def similar(
    title: options.TitleArgument,
    top: options.TopOption = 10,
    genre: options.GenreOption = None,
    not_genre: options.NotGenreOption = None,
    year: options.YearOption = None,
    min_ratings: options.MinRatingsOption = 0,
    min_rating: options.MinRatingOption = None,
    not_like: options.NotLikeOption = None,
    excluding: options.ExceptOption = None,
    exact: options.ExactOption = False,
    profile: Annotated[
        str | None, options.profile_option("--as", "Without what a profile has seen or hidden, by its name.")
    ] = None,
    output_format: options.FormatOption = options.OutputFormat.TABLE,
    home: options.HomeOption = None,
) -> None:
    """List the movies that are most like a movie."""
    from movierec_cli.cli.views.hits import limits, note_match, show_hits

    filters = options.filters_from(genre, not_genre, year, min_ratings, min_rating)
    recommender = movierec.Recommender.open(home)
    match = recommender.find(title)
    note_match(title, match)
    left_out = set[int]()
    if profile is not None:
        left_out |= recommender.person(profile).seen
    if excluding:
        left_out |= recommender.film_list(*excluding).every_id
    hits = recommender.similar(
        match.movie.movie_id,
        top=top,
        filters=filters,
        not_like=not_like or (),
        on_match=note_match,
        excluding=left_out,
        exact=exact,
    )
    show_hits(
        hits,
        output_format,
        f"Movies like {match.movie.label}",
        alike=True,
        loosen=limits(filters, not_like or ()),
    )
