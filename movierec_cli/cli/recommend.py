"""movierec recommend"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli import options
from movierec_cli.cli.completion import complete_profile
from movierec_cli.cli.console import note
from movierec_cli.cli.hints import hint_newer_films
from movierec_cli.cli.slips import film_instead, several_people
from movierec_cli.errors import MovieRecError


def recommend(
    who: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WHO",
            help="People's ids in the dataset and names of profiles; several: what to watch together.",
            autocompletion=complete_profile,
        ),
    ] = None,
    top: Annotated[int | None, options.top_option("10, or all of a list")] = None,
    among: Annotated[
        list[str] | None,
        options.file_option(
            "--among", "Only films in a file that import reads: a watchlist, a programme; repeatable."
        ),
    ] = None,
    excluding: options.ExceptOption = None,
    watchlist: Annotated[bool, typer.Option("--watchlist", help="Only films on your watchlist.")] = False,
    like: Annotated[
        list[str] | None,
        options.films_option("--like", "A movie that you love: as if rated highest; repeatable."),
    ] = None,
    dislike: Annotated[
        list[str] | None,
        options.films_option("--dislike", "A movie that you hate: as if rated lowest; repeatable."),
    ] = None,
    genre: options.GenreOption = None,
    not_genre: options.NotGenreOption = None,
    year: options.YearOption = None,
    min_ratings: options.MinRatingsOption = 0,
    min_rating: options.MinRatingOption = None,
    not_like: options.NotLikeOption = None,
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
    exact: options.ExactOption = False,
    profile: options.AsOption = None,
    output_format: options.FormatOption = options.OutputFormat.TABLE,
    home: options.HomeOption = None,
) -> None:
    """Recommend movies to a person, to several together, or by what you like."""
    from movierec_cli.cli.views.hits import limits, note_match, note_nothing_rated, show_hits

    who = list(dict.fromkeys([*(who or ()), *([] if profile is None else [profile])]))
    filters = options.filters_from(genre, not_genre, year, min_ratings, min_rating)
    recommender = movierec.Recommender.open(home)
    chosen = recommender.film_list(*among) if among else None
    if watchlist and chosen is None:
        chosen = recommender.watchlist(*who)
    by_likes = bool(like or dislike)
    people = [] if by_likes and not who else _people(who, recommender, home)
    hits = recommender.recommend(
        *people,
        top=top if chosen is None else None,
        filters=filters,
        include_seen=include_seen,
        among=chosen,
        watchlist=watchlist and bool(among),  # which it refuses
        excluding=recommender.film_list(*excluding) if excluding else None,
        like=like or (),
        dislike=dislike or (),
        not_like=not_like or (),
        on_match=note_match,
        diversity=diversity,
        novelty=novelty,
        explain=explain,
        exact=exact,
    )
    if not by_likes:
        note_nothing_rated(people, recommender)
    title = f"Recommended for {_names(who, by_likes=by_likes)}"
    loosen = limits(filters, not_like or ())
    loosen += [f"--except {file}" for file in excluding or ()]
    if chosen is None:
        show_hits(hits, output_format, title, loosen=loosen)
    elif not chosen.movie_ids:
        dataset = recommender.run.facts.dataset.name
        show_hits(hits, output_format, title, nothing=f"No film of {dataset} is in {chosen.name}.")
        _note_rest(recommender, chosen, hits, 0, set())
    else:
        show_hits(hits[:top], output_format, f"{title}: {chosen.name}", loosen=loosen)
        seen = set[int]().union(*(person.seen for person in people))
        _note_rest(recommender, chosen, hits, top or len(hits), set() if include_seen else seen)
    for person in people:
        if output_format is options.OutputFormat.TABLE and isinstance(movierec.parse_who(person.name), str):
            hint_newer_films(person.name, recommender.run.facts.dataset.name, home)


def _people(
    who: Sequence[str], recommender: "movierec.Recommender", home: Path | None
) -> "list[movierec.Person]":
    """Each of them once; nobody named is the profile "me"."""
    try:
        found = [recommender.person(one) for one in who] or [recommender.person()]
    except MovieRecError as error:
        way_out = "To ask by what you like: movierec recommend --like {title}"
        better = film_instead(error, who, way_out, home)
        raise (several_people(who) or error) if better is error else better from None
    return list({person.name: person for person in found}.values())


def _note_rest(
    recommender: "movierec.Recommender",
    chosen: "movierec.FilmList",
    hits: "Sequence[movierec.Hit]",
    top: int,
    seen: set[int],
) -> None:
    """What of a list is not shown, and why."""
    from movierec_cli.cli.views.hits import note_films

    if len(hits) > top:
        note(f"The list has {len(hits) - top:,} more. To see all of them: --top {len(hits)}")
    ranked = {hit.movie.movie_id for hit in hits}
    left = [movie_id for movie_id in chosen.movie_ids if movie_id not in ranked]
    movies = recommender.movies(set(left))
    note_films(
        "Known already; --include-seen ranks them, too",
        [movies[one].label for one in left if one in seen],
    )
    note_films("Left out by the other options", [movies[one].label for one in left if one not in seen])
    note_films(f"Not in {recommender.run.facts.dataset.name}", chosen.absent)
    note_films("Several movies fit", chosen.ambiguous)
    note_films("Rows that cannot be read", chosen.problems, most=5)


def _names(who: list[str], *, by_likes: bool) -> str:
    """ "user 42", "me", "42, 17 and me", "you"."""
    if not who:
        return "you" if by_likes else movierec.DEFAULT_PROFILE
    if len(who) == 1:
        return f"user {who[0]}" if isinstance(movierec.parse_who(who[0]), int) else who[0]
    return f"{', '.join(who[:-1])} and {who[-1]}"
