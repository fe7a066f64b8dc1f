"""A list of films in a question: whose watchlist it is."""

from collections.abc import Sequence

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.profiles.film_list import FilmList, watchlist_of
from movierec_cli.profiles.profile import DEFAULT_PROFILE
from movierec_cli.questions.people import People, Person, Who, parse_who
from movierec_cli.store.movies import Movies
from movierec_cli.store.runs import Run


def watchlist(who: Sequence[Who], run: Run, movies: Movies, people: People) -> FilmList:
    """What the profiles in `who` want to see: see Recommender.watchlist."""
    known = [parse_who(one.name if isinstance(one, Person) else one) for one in who or [DEFAULT_PROFILE]]
    names = [name for name in known if isinstance(name, str)]
    if not names:
        raise UsageError(
            f"A person of {run.facts.dataset.name} has no watchlist.",
            "Ask for a profile: movierec recommend me --watchlist",
        )
    found = watchlist_of([people.profile(name) for name in names], movies)
    if not (found.movie_ids or found.absent or found.ambiguous):
        raise NotFoundError(
            f"{found.name[0].upper()}{found.name[1:]} is empty.",
            f"Fill it: movierec import FILE --watchlist --as {names[0]}",
        )
    return found
