"""movierec similar"""

import movierec_cli as movierec
from movierec_cli.cli.options import (
    ExactOption,
    FormatOption,
    GenreOption,
    HomeOption,
    MinRatingOption,
    MinRatingsOption,
    NotGenreOption,
    NotLikeOption,
    OutputFormat,
    TitleArgument,
    TopOption,
    YearOption,
    filters_from,
)


def similar(
    title: TitleArgument,
    top: TopOption = 10,
    genre: GenreOption = None,
    not_genre: NotGenreOption = None,
    year: YearOption = None,
    min_ratings: MinRatingsOption = 0,
    min_rating: MinRatingOption = None,
    not_like: NotLikeOption = None,
    exact: ExactOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """List the movies that are most like a movie."""
    from movierec_cli.cli.views.hits import limits, note_match, show_hits

    filters = filters_from(genre, not_genre, year, min_ratings, min_rating)
    recommender = movierec.Recommender.open(home)
    match = recommender.find(title)
    note_match(title, match)
    hits = recommender.similar(
        match.movie.movie_id,
        top=top,
        filters=filters,
        not_like=not_like or (),
        on_match=note_match,
        exact=exact,
    )
    show_hits(
        hits,
        output_format,
        f"Movies like {match.movie.label}",
        alike=True,
        loosen=limits(filters, not_like or ()),
    )
