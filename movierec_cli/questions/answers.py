"""What a question is answered with. Standard library only, so that every question can afford it."""

from typing import NamedTuple

from movierec_cli.store.movie import Movie


class Rating(NamedTuple):
    """What somebody gave a movie, on the dataset's scale."""

    movie_id: int
    stars: float


class Contribution(NamedTuple):
    """What one rating of a person adds to the score of a movie that is recommended to them, or takes from
    it."""

    movie: Movie
    rating: float
    contribution: float


class Explanation(NamedTuple):
    """A score, taken apart: all contributions, `other_ratings` and `general` add up to it.

    because: the ratings that added most, most first; a movie that somebody hated can speak for one that is
    the opposite. despite: those that took most away, most first. other_ratings: what all other ratings came
    to. general: what somebody without ratings would get.
    """

    because: tuple[Contribution, ...]
    despite: tuple[Contribution, ...]
    other_ratings: float
    general: float


class PersonScore(NamedTuple):
    """What a movie is to one of several people: their own score and predicted stars, as in a Hit."""

    name: str
    score: float
    predicted_rating: float | None = None


class Hit(NamedTuple):
    """One movie in an answer.

    score: higher is better; for `recommend` the inner product of person and movie (ranking model) or the
        negative Euclidean distance (article model), for several people what choosing.together makes of
        theirs, for `similar` the cosine, for `search` how well the title fits, 0 to 1.
    predicted_rating: stars on the dataset's own scale, where the model predicts them; of several people the
        mean.
    people: each one's own score, where there are several. explanation: where it was asked for.
    place: among all movies that could be recommended, where only those of a list are.
    """

    rank: int
    movie: Movie
    score: float
    predicted_rating: float | None = None
    people: tuple[PersonScore, ...] = ()
    explanation: Explanation | None = None
    place: int | None = None


class Prediction(NamedTuple):
    """The stars that a person would give a movie.

    user_id: None where it is no person of the dataset, but `profile`, or somebody folded in, by their name.
    knows_user, knows_movie: whether the dataset has them; what it does not have is replaced by the average.
    """

    user_id: int | None
    movie_id: int
    predicted_rating: float
    knows_user: bool = True
    knows_movie: bool = True
    profile: str | None = None


class MoviePage(NamedTuple):
    """All there is to say about a movie.

    rating_histogram: (rating, how many people gave it), lowest first, for every rating that the dataset's
        scale has; or where these are many, for round ones, each with what is nearest to it. similar: the
        movies most like it, best first. rating_scale: the lowest and the highest rating that there can be.
    """

    movie: Movie
    rating_histogram: tuple[tuple[float, int], ...]
    similar: tuple[Hit, ...]
    rating_scale: tuple[float, float]
