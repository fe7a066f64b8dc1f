"""Lists of films that a question is about, or leaves out: movie_ids, files, people's watchlists."""

from collections.abc import Collection, Sequence
from pathlib import Path

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.profiles.film_list import FilmList, read_film_list, watchlist_of
from movierec_cli.profiles.profile import DEFAULT_PROFILE
from movierec_cli.questions.options import Films
from movierec_cli.questions.people import People, Person, Who, parse_who
from movierec_cli.store.movies import Movies


def watchlist(who: Sequence[Who], people: People) -> FilmList:
    """What the profiles in `who` want to see: see Recommender.watchlist."""
    known = [parse_who(one.name if isinstance(one, Person) else one) for one in who or [DEFAULT_PROFILE]]
    names = [name for name in known if isinstance(name, str)]
    if not names:
        raise UsageError(
            f"A person of {people.run.facts.dataset.name} has no watchlist.",
            "Ask for a profile: movierec recommend me --watchlist",
        )
    found = watchlist_of([people.profile(name) for name in names], people.movies)
    if not (found.movie_ids or found.absent or found.ambiguous):
        raise NotFoundError(
            f"{found.name[0].upper()}{found.name[1:]} is empty.",
            f"Fill it: movierec import FILE --watchlist --as {names[0]}",
        )
    return found


def movie_ids(films: Films, movies: Movies, *, every: bool) -> Collection[int]:
    """The movies of a list. every: under whatever ids the dataset has them."""
    if isinstance(films, Path | str):
        films = read_film_list([films], movies)
    if isinstance(films, Collection):
        return films
    return films.every_id if every else films.movie_ids
