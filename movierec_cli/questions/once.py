"""Functions for a single question each: they open the run in use, and take titles for movie_ids."""

from collections.abc import Sequence
from pathlib import Path

from movierec_cli.errors import UsageError
from movierec_cli.questions.answers import Hit, MoviePage, Prediction
from movierec_cli.questions.filters import ANY_MOVIE, Filters
from movierec_cli.questions.people import Who
from movierec_cli.questions.recommender import Recommender


def recommend(
    *who: Who,
    top: int | None = None,
    filters: Filters = ANY_MOVIE,
    include_seen: bool = False,
    among: Path | str | None = None,
    excluding: Path | str | None = None,
    watchlist: bool = False,
    like: Sequence[str] = (),
    dislike: Sequence[str] = (),
    not_like: Sequence[str] = (),
    diversity: float = 0.0,
    novelty: float = 0.0,
    explain: bool = False,
    home: Path | str | None = None,
) -> list[Hit]:
    """The `top` movies for somebody: see Recommender.recommend, where titles are movie_ids.

    among, excluding: files that `import_ratings` reads, of whose films alone, or of others than these, the
    movies are. watchlist: only movies on the watchlists of the profiles in `who`; of "me" without `who`.
    """
    if watchlist and among is not None:
        raise UsageError("`among` and `watchlist` are two lists.", "Give one of them.")
    recommender = Recommender.open(home)
    chosen = None if among is None else recommender.film_list(among)
    if watchlist:
        chosen = recommender.watchlist(*who)
    return recommender.recommend(
        *who,
        top=top,
        filters=filters,
        include_seen=include_seen,
        among=None if chosen is None else chosen.movie_ids,
        excluding=recommender.film_list(excluding).every_id if excluding is not None else (),
        like=recommender.movie_ids(like),
        dislike=recommender.movie_ids(dislike),
        not_like=recommender.movie_ids(not_like),
        diversity=diversity,
        novelty=novelty,
        explain=explain,
    )


def similar(
    title: str,
    *,
    top: int = 10,
    filters: Filters = ANY_MOVIE,
    not_like: Sequence[str] = (),
    home: Path | str | None = None,
) -> list[Hit]:
    """The `top` movies like the one called `title`: see Recommender.find and Recommender.similar."""
    recommender = Recommender.open(home)
    movie_id = recommender.find(title).movie.movie_id
    return recommender.similar(movie_id, top=top, filters=filters, not_like=recommender.movie_ids(not_like))


def search(text: str, *, top: int = 10, home: Path | str | None = None) -> list[Hit]:
    """The `top` movies whose titles match a text: see Recommender.search."""
    return Recommender.open(home).search(text, top=top)


def show(title: str, *, similar: int = 5, home: Path | str | None = None) -> MoviePage:
    """All there is to say about the movie called `title`: see Recommender.find and Recommender.page."""
    recommender = Recommender.open(home)
    return recommender.page(recommender.find(title).movie.movie_id, similar=similar)


def predict(who: Who, title: str, *, home: Path | str | None = None) -> Prediction:
    """The stars that somebody would give the movie called `title`: see Recommender.predict."""
    recommender = Recommender.open(home)
    return recommender.predict(who, recommender.find(title).movie.movie_id)
