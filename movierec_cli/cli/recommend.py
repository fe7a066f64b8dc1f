"""movierec recommend"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from movierec_cli.cli._completion import complete_profile, complete_title
from movierec_cli.cli._options import (
    AsOption,
    ExactOption,
    FormatOption,
    GenreOption,
    HomeOption,
    MinRatingOption,
    MinRatingsOption,
    NotGenreOption,
    NotLikeOption,
    OutputFormat,
    YearOption,
    filters_from,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movierec_cli.profiles.film_list import FilmList
    from movierec_cli.questions.answers import Hit
    from movierec_cli.questions.people import Person
    from movierec_cli.questions.recommender import Recommender


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
    top: Annotated[
        int | None,
        typer.Option(
            "--top",
            "-n",
            min=1,
            max=100_000,
            help="How many movies to show, at most 100,000.",
            show_default="10, or all of a list",
        ),
    ] = None,
    among: Annotated[
        Path | None,
        typer.Option(
            "--among",
            metavar="FILE",
            help="Only films in a file that import reads: a watchlist, a programme, any table.",
            show_default=False,
        ),
    ] = None,
    excluding: Annotated[
        Path | None,
        typer.Option(
            "--except", metavar="FILE", help="No films in a file that import reads.", show_default=False
        ),
    ] = None,
    watchlist: Annotated[bool, typer.Option("--watchlist", help="Only films on your watchlist.")] = False,
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
    profile: AsOption = None,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Recommend movies to a person, to several together, or by what you like."""
    from movierec_cli.cli._slips import film_instead
    from movierec_cli.cli.views.hits import find_all, limits, note_nothing_rated, show_hits
    from movierec_cli.errors import MovieRecError, UsageError
    from movierec_cli.questions.recommender import Recommender

    filters = filters_from(genre, not_genre, year, min_ratings, min_rating)
    if among is not None and watchlist:
        raise UsageError("--among and --watchlist are two lists.", "Give one of them.")
    who = [*(who or ()), *([] if profile is None else [profile])]
    recommender = Recommender.open(home)
    chosen = None if among is None else recommender.film_list(among)
    if watchlist:
        chosen = recommender.watchlist(*who)
    without = None if excluding is None else recommender.film_list(excluding)
    people: list[Person] = []
    if not (like or dislike) or who:
        try:
            found = [recommender.person(one) for one in who] if who else [recommender.person()]
        except MovieRecError as error:
            raise film_instead(
                error, who, "To ask by what you like: movierec recommend --like {title}", home
            ) from None
        people = list({person.name: person for person in found}.values())
    hits = recommender.recommend(
        *people,
        top=top if chosen is None else None,
        filters=filters,
        include_seen=include_seen,
        among=None if chosen is None else chosen.movie_ids,
        excluding=() if without is None else without.every_id,
        like=find_all(recommender, like),
        dislike=find_all(recommender, dislike),
        not_like=find_all(recommender, not_like),
        diversity=diversity,
        novelty=novelty,
        explain=explain,
        exact=exact,
    )
    if not (like or dislike):
        note_nothing_rated(people, recommender)
    title = f"Recommended for {_names(who, by_likes=bool(like or dislike))}"
    loosen = limits(filters, not_like or ())
    loosen += [f"--except {excluding}"] if excluding is not None else []
    if chosen is None:
        show_hits(hits, output_format, title, loosen=loosen)
        _hint(people, output_format, home)
        return
    show_hits(hits[:top], output_format, f"{title}: {chosen.name}", loosen=loosen)
    seen = set[int]().union(*(person.seen for person in people))
    _note_rest(recommender, chosen, hits, top or len(hits), set() if include_seen else seen)
    _hint(people, output_format, home)


def _hint(people: "Sequence[Person]", output_format: OutputFormat, home: Path | None) -> None:
    """What a profile may want to know once."""
    from movierec_cli.cli._hints import hint_newer_films
    from movierec_cli.questions.people import parse_who

    for person in people:
        if output_format is OutputFormat.TABLE and isinstance(parse_who(person.name), str):
            hint_newer_films(person.name, home)


def _note_rest(
    recommender: "Recommender", chosen: "FilmList", hits: "Sequence[Hit]", top: int, seen: set[int]
) -> None:
    """What of a list is not shown, and why."""
    from movierec_cli.cli._console import note
    from movierec_cli.cli.views.hits import note_films

    if len(hits) > top:
        note(f"{len(hits) - top:,} more of the list: --top {len(hits)}")
    ranked = {hit.movie.movie_id for hit in hits}
    left = [movie_id for movie_id in chosen.movie_ids if movie_id not in ranked]
    movies = recommender.movies(set(left))
    note_films(
        "Known already (to rank them, too: --include-seen)",
        [movies[one].label for one in left if one in seen],
    )
    note_films("Left out by the other options", [movies[one].label for one in left if one not in seen])
    note_films(f"Not in {recommender.run.facts.dataset.name}", chosen.absent)
    note_films("Several movies fit", chosen.ambiguous)
    note_films("Rows that cannot be read", chosen.problems)


def _names(who: list[str], *, by_likes: bool) -> str:
    """ "user 42", "me", "42, 17 and me", "you"."""
    from movierec_cli.questions.people import parse_who

    if not who:
        from movierec_cli.profiles.profile import DEFAULT_PROFILE

        return "you" if by_likes else DEFAULT_PROFILE
    if len(who) == 1:
        return f"user {who[0]}" if isinstance(parse_who(who[0]), int) else who[0]
    return f"{', '.join(who[:-1])} and {who[-1]}"
