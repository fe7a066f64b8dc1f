"""What can be asked for besides a person or a movie: declared once, for the functions, the Recommender, and
the commands, which fill it from the command line."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Union

from movierec_cli.questions.filters import Filters
from movierec_cli.store.movie import TitleMatch

if TYPE_CHECKING:
    from movierec_cli.profiles.film_list import FilmList

Film = int | str
"""A movie_id, or a title as it is typed: see Recommender.find."""
Films = Union[Collection[int], "FilmList", Path, str]
"""Movie_ids, what Recommender.film_list or .watchlist returns, or a file that `import_ratings` reads."""

OnMatch = Callable[[str, TitleMatch], None]


class SimilarOptions(TypedDict, total=False):
    """What `similar` and `recommend` can be asked for."""

    top: int | None
    """How many movies; without it 10, or all of `among`."""
    filters: Filters
    """What a movie must be."""
    not_like: Sequence[Film]
    """What is close to one of these is left out, and they themselves: see choosing.NOT_LIKE."""
    on_match: OnMatch
    """Called with each title, and what it was taken for."""
    exact: bool
    """Compare with every movie, also where there are so many that an index is there."""
    excluding: Films | None
    """These are left out."""


class RecommendOptions(SimilarOptions, total=False):
    """What `recommend` can be asked for."""

    include_seen: bool
    """Keep what they have rated or seen."""
    among: Films | None
    """No others are ranked; each hit says its place among all that the same question ranks without it."""
    watchlist: bool
    """The same with the watchlists of the profiles that ask, "me" where nobody is named."""
    like: Sequence[Film]
    """These count as rated highest just now by everyone who asks; they never come back."""
    dislike: Sequence[Film]
    """Likewise, as rated lowest."""
    diversity: float
    """From 0 to 1, see choosing.order."""
    novelty: float
    """Likewise."""
    explain: bool
    """Take each score apart; for one person only."""
