"""Questions answered from the database alone: numpy and the store, never TensorFlow or pandas.

`Recommender` keeps a run open for many questions; the functions at the end open one for a single question.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.questions import choosing
from movierec_cli.questions.answers import Hit, MoviePage, Prediction, Rating
from movierec_cli.questions.best import Best
from movierec_cli.questions.filters import ANY_MOVIE, Filters
from movierec_cli.questions.hits import hits_of
from movierec_cli.questions.people import People, Person, Who
from movierec_cli.questions.predicting import predict_pairs
from movierec_cli.store.movie import MOVIE_COLUMNS, Movie, TitleMatch
from movierec_cli.store.movies import Movies
from movierec_cli.store.query import Query, Row
from movierec_cli.store.runs import Run, current_run
from movierec_cli.vectors.arrays import Vector, unit_rows

if TYPE_CHECKING:
    from movierec_cli.store.finder import Finder

CLOSE_AT_FIRST = 256
"""So many are looked at first for what is close to an unwanted movie."""


class Recommender:
    """One run, open for questions. Every method raises StoreError when the database is damaged."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def open(cls, home: Path | str | None = None) -> "Recommender":
        """The run in use in `home` (default: see Home.resolve). Raises NotFoundError when there is none."""
        return cls(current_run(Home.resolve(home)))

    @cached_property
    def _movies(self) -> Movies:
        return Movies(self.run)

    @cached_property
    def _finder(self) -> "Finder":
        from movierec_cli.store.finder import Finder  # a question without a title does not load rapidfuzz

        return Finder(self._movies)

    @cached_property
    def _people(self) -> People:
        return People(self.run, self._movies)

    @cached_property
    def _best(self) -> Best:
        return Best(self.run, self._movies, self._people)

    def recommend(
        self,
        *who: Who,
        top: int = 10,
        filters: Filters = ANY_MOVIE,
        include_seen: bool = False,
        like: Sequence[int] = (),
        dislike: Sequence[int] = (),
        not_like: Sequence[int] = (),
        diversity: float = 0.0,
        novelty: float = 0.0,
        explain: bool = False,
        exact: bool = False,
    ) -> list[Hit]:
        """The `top` movies for somebody, best first, without those they have rated.

        As many as asked for while any are left.

        who: one person, or several: then by choosing.together, and without what any of them has seen; nobody:
            the profile "me", or somebody of whom nothing but `like` and `dislike` is known.
        filters: what a movie must be. include_seen: keep what they have rated or seen.
        like, dislike: movie_ids that count as rated just now by everyone in `who`; they never come back.
        not_like: movie_ids; what is close to one of them is left out, see choosing.NOT_LIKE.
        diversity, novelty: from 0 to 1, see choosing.order. explain: take each score apart.
        exact: compare with every movie, also where there are so many that an index is there.

        Raises NotFoundError for an unknown person or movie, UsageError for what can never be right and where
        the model in use cannot fold in or explain.
        """
        _check_top(top)
        _check_share("--diversity", diversity)
        _check_share("--novelty", novelty)
        people = self._people.asked(who, like, dislike)
        if explain and len(people) > 1:
            raise UsageError(
                "--explain takes one person's scores apart, not several people's.",
                f"Ask for one: movierec recommend {people[0].name} --explain",
            )
        without = {*like, *dislike, *self._close_to(not_like)}
        if not include_seen:
            without.update(*(person.seen for person in people))
        model = self.run.facts.model
        columns = {*MOVIE_COLUMNS, *(["star_vector"] if self._people.stars else [])}
        if explain or len(people) > 1:
            columns.add(model.score_column)
        if diversity:
            columns.add(model.similar_column)
        where = self._where(filters)
        candidates = max(top, choosing.CANDIDATES) if diversity or novelty else top
        if len(people) == 1:
            rows = self._best.for_one(people[0], columns, candidates, without, where, exact)
        else:
            rows = self._best.of_all(people, columns, candidates, without, where)
        if diversity or novelty:
            rows = self._best.reordered(rows, diversity, novelty, top)
        return hits_of(rows, people, explain, self.run, self._movies, self._people)

    def fold_in(self, ratings: Iterable[Rating], *, name: str = "you", seen: Iterable[int] = ()) -> Person:
        """Somebody to recommend to, from their ratings, oldest first: see People.fold_in."""
        return self._people.fold_in(ratings, name, seen)

    def similar(
        self,
        movie_id: int,
        *,
        top: int = 10,
        filters: Filters = ANY_MOVIE,
        not_like: Sequence[int] = (),
        exact: bool = False,
    ) -> list[Hit]:
        """The `top` movies most like a movie; never the movie itself.

        filters, not_like, exact: as for `recommend`. Raises NotFoundError for an unknown movie.
        """
        _check_top(top)
        without = {movie_id, *self._close_to(not_like)}
        where = self._where(filters)
        [vector] = self._movies.similar_vectors([movie_id])
        rows = self._nearest_to(vector, MOVIE_COLUMNS, top, where, without=without, exact=exact)
        return [Hit(rank, Movie.from_row(row), row["score"]) for rank, row in enumerate(rows, start=1)]

    def find(self, title: str) -> TitleMatch:
        """The movie that a typed title means.

        A movie that is called so comes first, then one of whose title it is a part, then the closest by
        spelling; among equals the one with most ratings. "Sabrina (1995)" and "Sabrina 1995" take the year
        into account, "id:50" is the dataset's id 50. Raises NotFoundError, with the nearest titles, when
        nothing is close, and UsageError for what can be no title.
        """
        return self._finder.find(title)

    def movie_ids(self, titles: Iterable[str]) -> list[int]:
        """The movies that typed titles mean, as `find` takes them."""
        return [self.find(title).movie.movie_id for title in titles]

    def search(self, text: str, *, top: int = 10) -> list[Hit]:
        """The `top` movies whose titles match a text, best first; `score` says how well, 0 to 1.

        Movies that are called so come first, then those of whose title the text is a part, a beginning or
        some words, and those that are spelt alike. Raises NotFoundError, with the nearest titles, when
        nothing is close.
        """
        _check_top(top)
        found = self._finder.search(text, top)
        return [Hit(rank, movie, score) for rank, (movie, score) in enumerate(found, start=1)]

    def page(self, movie_id: int, *, similar: int = 5) -> MoviePage:
        """All there is to say about a movie, with the `similar` movies most like it.

        Raises NotFoundError for an unknown `movie_id`.
        """
        dataset = self.run.facts.dataset
        row = self._movies.rows([movie_id], [*MOVIE_COLUMNS, "rating_histogram"]).get(movie_id)
        if row is None:
            raise NotFoundError.movie(movie_id, dataset.name)
        return MoviePage(
            Movie.from_row(row),
            tuple(zip(dataset.rating_steps, row["rating_histogram"], strict=True)),
            tuple(self.similar(movie_id, top=similar)),
            dataset.rating_scale,
        )

    def movies(self, movie_ids: set[int]) -> dict[int, Movie]:
        """Those of the movies that the dataset has, by movie_id."""
        return self._movies.by_id(movie_ids)

    def predict(self, user_id: int, movie_id: int) -> Prediction:
        """The stars that a person would give a movie, within the dataset's scale; see `predict_pairs`."""
        return self.predict_pairs([user_id], [movie_id])[0]

    def predict_pairs(self, user_ids: Sequence[int], movie_ids: Sequence[int]) -> list[Prediction]:
        """Stars for pairs of ids, in their order.

        An unknown person counts as one of whom nothing is known, an unknown movie as the average rating's
        movie. Raises UsageError when the model in use predicts no stars.
        """
        return predict_pairs(user_ids, movie_ids, self.run, self._movies, self._people)

    def _nearest_to(
        self, vector: Vector, columns: Sequence[str], count: int, where: str | None = None, **options: Any
    ) -> list[Row]:
        """The `count` movies most like a similar vector: see similar_vectors in training/similar.py.

        options: as for Movies.nearest.
        """
        column = self.run.facts.model.similar_column
        query = Query(columns, where, count, column, unit_rows(vector))
        return self._movies.nearest(query, **options)

    def _close_to(self, movie_ids: Sequence[int]) -> set[int]:
        """The movies themselves and all whose likeness to one of them reaches choosing.NOT_LIKE."""
        close = set(movie_ids)
        for vector in self._movies.similar_vectors(movie_ids):
            count = CLOSE_AT_FIRST
            while True:
                rows = self._nearest_to(vector, ["movie_id"], count, exact=True)
                found = {row["movie_id"] for row in rows if row["score"] >= choosing.NOT_LIKE}
                if len(found) < count:
                    break
                count *= 8
            close |= found
        return close

    def _where(self, filters: Filters) -> str | None:
        return None if filters == ANY_MOVIE else filters.condition(self._genres)

    @cached_property
    def _genres(self) -> set[str]:
        """Every genre that a movie of the dataset has."""
        batches = self._movies.table.batches(["genres"])
        return {genre for batch in batches for genre in batch.column("genres").flatten().to_pylist()}


def recommend(
    *who: Who,
    top: int = 10,
    filters: Filters = ANY_MOVIE,
    include_seen: bool = False,
    like: Sequence[str] = (),
    dislike: Sequence[str] = (),
    not_like: Sequence[str] = (),
    diversity: float = 0.0,
    novelty: float = 0.0,
    explain: bool = False,
    home: Path | str | None = None,
) -> list[Hit]:
    """The `top` movies for somebody: see Recommender.recommend, where titles are movie_ids."""
    recommender = Recommender.open(home)
    return recommender.recommend(
        *who,
        top=top,
        filters=filters,
        include_seen=include_seen,
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


def predict(user_id: int, title: str, *, home: Path | str | None = None) -> Prediction:
    """The stars that a person would give the movie called `title`: see Recommender.predict."""
    recommender = Recommender.open(home)
    return recommender.predict(user_id, recommender.find(title).movie.movie_id)


def _check_top(top: int) -> None:
    if top < 1:
        raise UsageError(f"--top {top}: ask for at least 1 movie.")


def _check_share(option: str, share: float) -> None:
    if not 0 <= share <= 1:  # NaN is not
        raise UsageError(f"{option} {share:g}: give a number from 0 to 1, such as 0.5.")
