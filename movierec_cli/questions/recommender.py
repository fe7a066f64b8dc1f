"""Questions answered from the database alone: numpy and the store, never TensorFlow or pandas.

`Recommender` keeps a run open for many questions; the functions in once.py open one for a single question.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.questions.alike import alike, close_to
from movierec_cli.questions.answers import Hit, MoviePage, Prediction, Rating
from movierec_cli.questions.best import Best
from movierec_cli.questions.filters import ANY_MOVIE
from movierec_cli.questions.hits import hits_of
from movierec_cli.questions.options import Film, Films, OnMatch, RecommendOptions, SimilarOptions
from movierec_cli.questions.people import People, Person, Who
from movierec_cli.questions.predicting import predict_for, predict_pairs
from movierec_cli.store.lookup import is_one_of
from movierec_cli.store.movie import MOVIE_COLUMNS, MarkedFilms, Movie, TitleMatch
from movierec_cli.store.movies import Movies
from movierec_cli.store.runs import Run, current_run

if TYPE_CHECKING:
    from movierec_cli.profiles.film_list import FilmList
    from movierec_cli.store.finder import Finder

TOP = 10
"""So many movies are shown where nobody says how many."""


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
        return People(self._movies)

    def recommend(self, *who: Who, **options: Unpack[RecommendOptions]) -> list[Hit]:
        """The best movies for somebody, best first, without those they have rated: as many as are asked for
        while any are left. RecommendOptions says what can be asked for.

        who: one person, or several: then by choosing.together, and without what any of them has seen; nobody:
            the profile "me", or somebody of whom nothing but `like` and `dislike` is known.

        Raises NotFoundError for an unknown person or movie, UsageError for what can never be right and where
        the model in use cannot fold in or explain.
        """
        among, excluding = options.get("among"), options.get("excluding")
        if options.get("watchlist"):
            if among is not None:
                raise UsageError("--among and --watchlist are two lists.", "Give one of them.")
            among = self.watchlist(*who)
        listed = None if among is None else self._listed(among, every=False)
        left_out = self._listed(excluding, every=True) if excluding else ()
        top = options.get("top")
        if top is None:
            top = TOP if listed is None else max(1, len(listed))
        _check_top(top)
        diversity, novelty = options.get("diversity", 0.0), options.get("novelty", 0.0)
        _check_share("--diversity", diversity)
        _check_share("--novelty", novelty)
        like, dislike, unwanted = (
            self.movie_ids(films, on_match=options.get("on_match"))
            for films in (options.get("like", ()), options.get("dislike", ()), options.get("not_like", ()))
        )
        people = self._people.asked(who, like, dislike)
        explain = options.get("explain", False)
        if explain and len(people) > 1:
            raise UsageError(
                "--explain takes one person's scores apart, not several people's.",
                f"Ask for one: movierec recommend {people[0].name} --explain",
            )
        without = {*like, *dislike, *close_to(unwanted, self._movies)}
        if not options.get("include_seen"):
            without.update(*(person.seen for person in people))
        condition = self._condition(options)
        best = Best(self._people)
        rows = best.rows(
            people,
            top,
            without,
            _where(condition, listed, left_out),
            diversity=diversity,
            novelty=novelty,
            explained=explain,
            exact=options.get("exact", False),
        )
        places = {}
        if listed is not None:
            places = best.places(people, without, _where(condition, None, left_out))
        return hits_of(rows, people, explain, places, self._people)

    def person(self, who: Who | None = None) -> Person:
        """Somebody to recommend to, the profile "me" for None. Raises NotFoundError for one who is not there,
        UsageError, with the ways to ask, for None where there is no such profile."""
        return self._people.person(who)

    def marked_films(self, who: Who, *, top: int = 10) -> MarkedFilms:
        """Somebody's films and the `top` recommended to them, for plot_map. Raises as `person`."""
        person = self.person(who)
        return MarkedFilms(
            person.name,
            {rating.movie_id: rating.stars for rating in person.ratings},
            person.seen,
            tuple((hit.movie, hit.predicted_rating) for hit in self.recommend(person, top=top)),
            self.run.facts.dataset.rating_scale,
        )

    def film_list(self, *files: Path | str) -> "FilmList":
        """The films of files that `movierec import` reads, all of them together: see read_film_list."""
        from movierec_cli.profiles.film_list import read_film_list

        return read_film_list(files, self._movies)

    def watchlist(self, *who: Who) -> "FilmList":
        """What the profiles in `who` want to see, or the profile "me" where nobody is named.

        Raises UsageError where none of them is a profile, NotFoundError where one is not there or there is
        nothing to see.
        """
        from movierec_cli.questions.lists import watchlist

        return watchlist(who, self._people)

    def fold_in(self, ratings: Iterable[Rating], *, name: str = "you", seen: Iterable[int] = ()) -> Person:
        """Somebody to recommend to, from their ratings, oldest first: see People.fold_in."""
        return self._people.fold_in(ratings, name, seen)

    def similar(self, film: Film, **options: Unpack[SimilarOptions]) -> list[Hit]:
        """The movies most like a movie, best first; never the movie itself. See SimilarOptions.

        Raises NotFoundError for an unknown movie.
        """
        top = options.get("top")
        top = TOP if top is None else top
        _check_top(top)
        [movie_id] = self.movie_ids([film])
        unwanted = self.movie_ids(options.get("not_like", ()), on_match=options.get("on_match"))
        excluding = options.get("excluding")
        left_out = self._listed(excluding, every=True) if excluding else ()
        without = {movie_id, *close_to(unwanted, self._movies), *left_out}
        where, exact = self._condition(options), options.get("exact", False)
        [vector] = self._movies.similar_vectors([movie_id])
        rows = alike(vector, MOVIE_COLUMNS, top, self._movies, where, without=without, exact=exact)
        return [Hit(rank, Movie.from_row(row), row["score"]) for rank, row in enumerate(rows, start=1)]

    def find(self, title: str) -> TitleMatch:
        """The movie that a typed title means.

        A movie that is called so comes first, then one of whose title it is a part, then the closest by
        spelling; among equals the one with most ratings. "Sabrina (1995)" and "Sabrina 1995" take the year
        into account, "id:50" is the dataset's id 50. Raises NotFoundError, with the nearest titles, when
        nothing is close, and UsageError for what can be no title.
        """
        return self._finder.find(title)

    def movie_ids(self, films: Iterable[Film], *, on_match: OnMatch | None = None) -> list[int]:
        """The movies that are meant: an id stays as it is, also "id:50", a title is taken as `find` takes it.

        on_match: called with each title and what it was taken for.
        """
        return [self._movie_id(film, on_match) if isinstance(film, str) else int(film) for film in films]

    def _movie_id(self, title: str, on_match: OnMatch | None) -> int:
        from movierec_cli.store.finder import typed_id

        movie_id = typed_id(title)
        if movie_id is not None:
            return movie_id
        match = self.find(title)
        if on_match:
            on_match(title, match)
        return match.movie.movie_id

    def search(self, text: str, *, top: int = 10) -> list[Hit]:
        """The `top` movies whose titles match a text, best first; `score` says how well, 0 to 1.

        Movies that are called so come first, then those of whose title the text is a part, a beginning or
        some words, and those that are spelt alike. Raises NotFoundError, with the nearest titles, when
        nothing is close.
        """
        _check_top(top)
        found = self._finder.search(text, top)
        return [Hit(rank, movie, score) for rank, (movie, score) in enumerate(found, start=1)]

    def page(self, film: Film, *, similar: int = 5) -> MoviePage:
        """All there is to say about a movie, with the `similar` movies most like it.

        Raises NotFoundError for an unknown movie.
        """
        [movie_id] = self.movie_ids([film])
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

    def predict(self, who: Who, film: Film) -> Prediction:
        """The stars that somebody would give a movie, within the dataset's scale; see `predict_for`."""
        return self.predict_for(who, [film])[0]

    def predict_for(self, who: Who, films: Iterable[Film]) -> list[Prediction]:
        """The same for some movies, in their order.

        An unknown user_id and an unknown movie_id: see `predict_pairs`. Raises as `person` for a profile.
        """
        return predict_for(who, self.movie_ids(films), self._people)

    def predict_pairs(self, user_ids: Sequence[int], movie_ids: Sequence[int]) -> list[Prediction]:
        """Stars for pairs of ids, in their order.

        An unknown person counts as one of whom nothing is known, an unknown movie as the average rating's
        movie. Raises UsageError when the model in use predicts no stars.
        """
        return predict_pairs(user_ids, movie_ids, self._people)

    def _listed(self, films: Films, *, every: bool) -> Collection[int]:
        from movierec_cli.questions.lists import movie_ids  # a question without a list reads no files

        return movie_ids(films, self._movies, every=every)

    def _condition(self, options: SimilarOptions) -> str | None:
        filters = options.get("filters", ANY_MOVIE)
        return None if filters == ANY_MOVIE else filters.condition(self._genres)

    @cached_property
    def _genres(self) -> set[str]:
        """Every genre that a movie of the dataset has."""
        batches = self._movies.table.batches(["genres"])
        return {genre for batch in batches for genre in batch.column("genres").flatten().to_pylist()}


def _where(condition: str | None, among: Collection[int] | None, excluding: Collection[int]) -> str | None:
    """A condition in SQL and what a list of movies asks for besides, see Recommender.recommend."""
    parts = [condition] if condition else []
    if among is not None:
        parts.append(is_one_of("movie_id", among) or "FALSE")
    if left_out := is_one_of("movie_id", excluding):
        parts.append(f"NOT ({left_out})")
    return " AND ".join(parts) or None


def _check_top(top: int) -> None:
    if top < 1:
        raise UsageError(f"--top {top}: ask for at least 1 movie.")


def _check_share(option: str, share: float) -> None:
    if not 0 <= share <= 1:  # NaN is not
        raise UsageError(f"{option} {share:g}: give a number from 0 to 1, such as 0.5.")
