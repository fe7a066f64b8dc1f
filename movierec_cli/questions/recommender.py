"""Questions answered from the database alone: numpy and the store, never TensorFlow or pandas.

`Recommender` keeps a run open for many questions; the functions at the end open one for a single question.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.questions import choosing
from movierec_cli.questions.answers import (
    Explanation,
    Hit,
    MarkedFilms,
    MoviePage,
    PersonScore,
    Prediction,
    Rating,
)
from movierec_cli.questions.filters import ANY_MOVIE, Filters
from movierec_cli.questions.people import People, Person, parse_who
from movierec_cli.store.lookup import is_one_of, matrix, rows_by_id
from movierec_cli.store.movie import MOVIE_COLUMNS, Movie, TitleMatch
from movierec_cli.store.movies import Movies
from movierec_cli.store.reader import Row
from movierec_cli.store.runs import Run, current_run
from movierec_cli.vectors.arrays import Indices, Matrix, Vector, unit_rows
from movierec_cli.vectors.scores import score_matrix
from movierec_cli.vectors.sinking import AHEAD, NEIGHBOURS, Verdicts, nearer_to_hated
from movierec_cli.vectors.stars import Stars

if TYPE_CHECKING:
    from movierec_cli.profiles.film_list import FilmList
    from movierec_cli.store.finder import Finder

Who = int | str | Person
"""A user_id of the dataset, also as digits; a profile's name; or somebody folded in."""

TOP = 10
"""So many movies are shown where nobody says how many."""
CLOSE_AT_FIRST = 256
"""So many are looked at first for what is close to an unwanted movie."""
_SINKS = "sinks"
"""Beside a row's columns: whether it sinks below all others, see vectors/sinking.py."""
QUESTION_GENERAL = 0.05
"""How much of what everybody likes counts where nothing but `like` and `dislike` is known: that is a question
about these movies. docs/experiments.md has what other shares give."""


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

        return Finder(self._movies.table, self.run.facts.dataset)

    @cached_property
    def _people(self) -> People:
        return People(self.run, self._movies)

    def recommend(
        self,
        *who: Who,
        top: int | None = None,
        filters: Filters = ANY_MOVIE,
        include_seen: bool = False,
        among: Collection[int] | None = None,
        excluding: Collection[int] = (),
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
        top: 10 where it is not said, or all of `among`.
        filters: what a movie must be. include_seen: keep what they have rated or seen.
        among: movie_ids; no others are ranked, and each hit says its place among all movies that the same
            question without `among` would rank. excluding: movie_ids that are left out.
        like, dislike: movie_ids that count as rated just now by everyone in `who`; they never come back.
        not_like: movie_ids; what is close to one of them is left out, see choosing.NOT_LIKE.
        diversity, novelty: from 0 to 1, see choosing.order. explain: take each score apart.
        exact: compare with every movie, also where there are so many that an index is there.

        Raises NotFoundError for an unknown person or movie, UsageError for what can never be right and where
        the model in use cannot fold in or explain.
        """
        if top is None:
            top = TOP if among is None else max(1, len(among))
        _check_top(top)
        _check_share("--diversity", diversity)
        _check_share("--novelty", novelty)
        people = self._asked(who, like, dislike)
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
        where = _all_of(self._where(filters), among, excluding)
        candidates = max(top, choosing.CANDIDATES) if diversity or novelty else top
        if len(people) == 1:
            rows = self._best_for_one(people[0], columns, candidates, without, where, exact)
        else:
            rows = self._best_of_all(people, columns, candidates, without, where)
        if diversity or novelty:
            rows = self._reordered(rows, diversity, novelty, top)
        places = {}
        if among is not None:
            ranked, *_ = self._ranked(people, without, _all_of(self._where(filters), None, excluding))
            places = {movie_id: place for place, movie_id in enumerate(ranked.tolist(), start=1)}
        return self._hits(rows, people, explain, places)

    def person(self, who: Who | None = None) -> Person:
        """Somebody to recommend to, the profile "me" for None. Raises NotFoundError for one who is not there,
        UsageError, with the ways to ask, for None where there is no such profile."""
        if who is None:
            return self._people.of_default_profile()
        if isinstance(who, Person):
            return who
        known = parse_who(who)
        return self._people.of_dataset(known) if isinstance(known, int) else self._people.of_profile(known)

    def marked_films(self, who: Who, *, top: int = 10) -> MarkedFilms:
        """Somebody's films and the `top` recommended to them, for plot_map. Raises as `person`."""
        person = self.person(who)
        return MarkedFilms(
            person.name,
            {rating.movie_id: rating.stars for rating in person.ratings},
            person.seen,
            tuple(self.recommend(person, top=top)),
            self.run.facts.dataset.rating_scale,
        )

    def film_list(self, file: Path | str) -> "FilmList":
        """The films of a file that `movierec import` reads: see read_film_list."""
        from movierec_cli.profiles.film_list import read_film_list

        return read_film_list(file, self._movies)

    def watchlist(self, *who: Who) -> "FilmList":
        """What the profiles in `who` want to see, or the profile "me" where nobody is named.

        Raises UsageError where none of them is a profile, NotFoundError where one is not there or there is
        nothing to see.
        """
        from movierec_cli.profiles.film_list import watchlist_of
        from movierec_cli.profiles.profile import DEFAULT_PROFILE

        known = [parse_who(one.name if isinstance(one, Person) else one) for one in who or [DEFAULT_PROFILE]]
        names = [name for name in known if isinstance(name, str)]
        if not names:
            raise UsageError(
                f"A person of {self.run.facts.dataset.name} has no watchlist.",
                "Ask for a profile: movierec recommend me --watchlist",
            )
        found = watchlist_of([self._people.profile(name) for name in names], self._movies)
        if not (found.movie_ids or found.absent or found.ambiguous):
            raise NotFoundError(
                f"{found.name[0].upper()}{found.name[1:]} is empty.",
                f"Fill it: movierec import FILE --watchlist --as {names[0]}",
            )
        return found

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
        [vector] = self._similar_vectors([movie_id])
        rows = self._nearest_to(vector, MOVIE_COLUMNS, top, without=without, where=where, exact=exact)
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

    def predict(self, who: Who, movie_id: int) -> Prediction:
        """The stars that somebody would give a movie, within the dataset's scale; see `predict_for`."""
        return self.predict_for(who, [movie_id])[0]

    def predict_for(self, who: Who, movie_ids: Sequence[int]) -> list[Prediction]:
        """The same for some movies, in their order.

        An unknown user_id and an unknown movie: see `predict_pairs`. Raises as `person` for a profile.
        """
        known = who if isinstance(who, Person) else parse_who(who)
        if isinstance(known, int):
            return self.predict_pairs([known] * len(movie_ids), movie_ids)
        star_model = self._star_model()
        person = self.person(known)
        rows = self._movies.rows(movie_ids, ["star_vector"])
        average = star_model.any_movie
        vectors = [rows[one]["star_vector"] if one in rows else average for one in movie_ids]
        stars = self._predicted([person], np.array(vectors, dtype=np.float32))[0].tolist()
        return [
            Prediction(None, movie_id, rating, knows_movie=movie_id in rows, profile=person.name)
            for movie_id, rating in zip(movie_ids, stars, strict=True)
        ]

    def predict_pairs(self, user_ids: Sequence[int], movie_ids: Sequence[int]) -> list[Prediction]:
        """Stars for pairs of ids, in their order.

        An unknown person counts as one of whom nothing is known, an unknown movie as the average rating's
        movie. Raises UsageError when the model in use predicts no stars.
        """
        star_model = self._star_model()
        people = _star_vectors(rows_by_id(self._people.users, "user_id", user_ids, ["star_vector"]))
        movies = _star_vectors(self._movies.rows(movie_ids, ["star_vector"]))
        nobody = star_model.any_person()
        stars = star_model.predict(
            np.stack([people.get(user_id, nobody) for user_id in user_ids]),
            np.stack([movies.get(movie_id, star_model.any_movie) for movie_id in movie_ids]),
        )
        return [
            Prediction(user_id, movie_id, float(rating), user_id in people, movie_id in movies)
            for user_id, movie_id, rating in zip(user_ids, movie_ids, stars, strict=True)
        ]

    def _star_model(self) -> Stars:
        if self._people.stars is None:
            raise UsageError(
                f"The model in use ({self.run.facts.model.kind}) predicts no stars.",
                "Train the one that does: movierec train",
            )
        return self._people.stars

    def _asked(self, who: Sequence[Who], like: Sequence[int], dislike: Sequence[int]) -> list[Person]:
        """Everyone who is asked for, once, with what they like and dislike on top of what they rated."""
        if both := set(like) & set(dislike):
            raise UsageError(f"The movie with id {min(both)} cannot be both liked and disliked.")
        lowest, highest = self.run.facts.dataset.rating_scale
        said = [Rating(movie_id, highest) for movie_id in like]
        if lowest < highest:  # where there are likes alone, a dislike is only left out
            said += [Rating(movie_id, lowest) for movie_id in dislike]
        if not who and (said or dislike):
            general = QUESTION_GENERAL if like else 1.0
            return [self._people.fold_in(said, "you", general=general)]
        if not who:
            return [self.person()]
        people: dict[str, Person] = {}
        for one in who:
            person = self.person(one)
            if people.setdefault(person.name, person) is not person and isinstance(one, Person):
                raise UsageError(
                    f"Two people are called {person.name!r}.", "Tell them apart: fold_in(ratings, name=...)"
                )
        if not said:
            return list(people.values())
        return [
            self.fold_in([*person.ratings, *said], name=person.name, seen=person.seen)
            for person in people.values()
        ]

    def _nearest_to(self, vector: Vector, columns: Iterable[str], count: int, **options: Any) -> list[Row]:
        """The `count` movies most like a similar vector: see similar_vectors in training/similar.py.

        options: as for Movies.nearest.
        """
        column = self.run.facts.model.similar_column
        return self._movies.nearest(column, unit_rows(vector), "dot", columns, count, **options)

    def _similar_vectors(self, movie_ids: Sequence[int]) -> Matrix:
        column = self.run.facts.model.similar_column
        return self._movies.vectors(movie_ids, [column])[column]

    def _close_to(self, movie_ids: Sequence[int]) -> set[int]:
        """The movies themselves and all whose likeness to one of them reaches choosing.NOT_LIKE."""
        close = set(movie_ids)
        for vector in self._similar_vectors(movie_ids):
            count = CLOSE_AT_FIRST
            while True:
                rows = self._nearest_to(vector, ["movie_id"], count, exact=True)
                found = {row["movie_id"] for row in rows if row["score"] >= choosing.NOT_LIKE}
                if len(found) < count:
                    break
                count *= 8
            close |= found
        return close

    def _sinks_with_hated(self, person: Person) -> set[int]:
        """The movies that sink with those to which the person gave the lowest rating, see vectors/sinking."""
        verdicts = Verdicts(*self.run.facts.dataset.rating_scale)
        stars = np.array([rating.stars for rating in person.ratings], dtype=np.float32)
        movie_ids = np.array([rating.movie_id for rating in person.ratings], dtype=np.int64)
        hated = movie_ids[verdicts.hated(stars)].tolist()
        if not hated:
            return set()
        column = self.run.facts.model.similar_column
        liked = self._similar_vectors(movie_ids[verdicts.liked(stars)].tolist())
        vectors = self._similar_vectors(hated)
        sinking: set[int] = set()
        nearest = self._movies.nearest_to_each(column, unit_rows(vectors), NEIGHBOURS + 1)
        for movie_id, vector, found in zip(hated, vectors, nearest, strict=True):
            near = [(one, other) for one, other in found if one != movie_id][:NEIGHBOURS]
            nearer = nearer_to_hated(vector[None], np.stack([other for _, other in near])[None], liked)[0]
            sinking.update(one for (one, _), sinks in zip(near, nearer, strict=True) if sinks)
        return sinking

    def _where(self, filters: Filters) -> str | None:
        return None if filters == ANY_MOVIE else filters.condition(self._genres)

    @cached_property
    def _genres(self) -> set[str]:
        """Every genre that a movie of the dataset has."""
        batches = self._movies.table.batches(["genres"])
        return {genre for batch in batches for genre in batch.column("genres").flatten().to_pylist()}

    def _best_for_one(
        self,
        person: Person,
        columns: Iterable[str],
        count: int,
        without: set[int],
        where: str | None,
        exact: bool,
    ) -> list[Row]:
        """The `count` rows that score best, with their `score`, and those that sink behind all others."""
        model = self.run.facts.model
        ahead = AHEAD if self._people.stars else 0
        rows = self._movies.nearest(
            model.score_column,
            person.score_vector,
            model.score_metric,
            columns,
            count + ahead,
            without,
            where,
            exact=exact,
        )
        if not rows or not self._people.stars:
            return rows
        near = self._sinks_with_hated(person)
        predicted = self._predicted([person], _stacked(rows, "star_vector"))[0]
        least = Verdicts(*self.run.facts.dataset.rating_scale).least
        for row, stars in zip(rows, predicted, strict=True):
            row[_SINKS] = bool(stars < least) or row["movie_id"] in near
        if sum(not row[_SINKS] for row in rows) < count and len(rows) == count + ahead:
            return self._best_of_all([person], columns, count, without, where)
        return sorted(rows, key=lambda row: bool(row[_SINKS]))[:count]

    def _reordered(self, rows: list[Row], diversity: float, novelty: float, top: int) -> list[Row]:
        """The `top` of the rows by choosing.order; what sinks is not brought up for variety."""
        chosen: list[Row] = []
        for part in (
            [row for row in rows if not row.get(_SINKS)],
            [row for row in rows if row.get(_SINKS)],
        ):
            if not part or len(chosen) == top:
                continue
            order = choosing.order(
                np.array([row["score"] for row in part]),
                np.array([row["rating_count"] for row in part]),
                _stacked(part, self.run.facts.model.similar_column) if diversity else None,
                diversity=diversity,
                novelty=novelty,
                top=top - len(chosen),
            )
            chosen += [part[position] for position in order]
        return chosen

    def _best_of_all(
        self,
        people: Sequence[Person],
        columns: Iterable[str],
        count: int,
        without: set[int],
        where: str | None,
    ) -> list[Row]:
        """The same from the scores of all movies; of several people together, see choosing.together."""
        ranked, worth, sinks = self._ranked(people, without, where)
        best, scores, sunk = (values[:count].tolist() for values in (ranked, worth, sinks))
        rows = self._movies.rows(best, columns)
        return [
            rows[movie_id] | {"score": score, _SINKS: sinking}
            for movie_id, score, sinking in zip(best, scores, sunk, strict=True)
        ]

    def _ranked(
        self, people: Sequence[Person], without: set[int], where: str | None
    ) -> tuple[Indices, Matrix, npt.NDArray[np.bool_]]:
        """All movies that may be shown, best first: movie_ids, what each is worth, and whether it sinks."""
        model = self.run.facts.model
        star_column = ["star_vector"] if self._people.stars else []
        batches = list(self._movies.table.batches(["movie_id", model.score_column, *star_column]))
        movie_ids = np.concatenate([np.from_dlpack(batch.column("movie_id")) for batch in batches])
        movies = np.concatenate([matrix(batch.column(model.score_column)) for batch in batches])
        everyone = np.stack([person.score_vector for person in people])
        scores = score_matrix(everyone, movies, model.score_metric)
        scale = self.run.facts.dataset.rating_scale
        sinks = np.zeros(len(movie_ids), dtype=np.bool_)
        stars = None
        if star_column:
            stars = self._predicted(
                people, np.concatenate([matrix(batch.column("star_vector")) for batch in batches])
            )
            near = set[int]().union(*map(self._sinks_with_hated, people))
            sinks = (stars.min(axis=0) < Verdicts(*scale).least) | np.isin(movie_ids, list(near))
        worth = scores[0] if len(people) == 1 else choosing.together(scores, stars, scale[1], scale[0])
        allowed = ~np.isin(movie_ids, list(without))
        if where:
            passing = [row["movie_id"] for row in self._movies.table.rows(["movie_id"], where)]
            allowed &= np.isin(movie_ids, passing)
        order = np.lexsort((-worth, sinks))
        order = order[allowed[order]]
        return movie_ids[order], worth[order], sinks[order]

    def _predicted(self, people: Sequence[Person], star_vectors: Matrix) -> Matrix:
        """(people, movies) stars; star_vectors: float32 (movies, 2 + dim)."""
        assert self._people.stars
        everyone = np.stack([person.star_vector for person in people if person.star_vector is not None])
        return self._people.stars.predict(everyone[:, None], star_vectors[None])

    def _hits(
        self, rows: Sequence[Row], people: Sequence[Person], explain: bool, places: Mapping[int, int]
    ) -> list[Hit]:
        """The rows as an answer to people, with what each of them would give, and their places."""
        if not rows:
            return []
        column, metric = self.run.facts.model.score_column, self.run.facts.model.score_metric
        stars: list[list[float | None]] = [[None] * len(rows) for _ in people]
        if self._people.stars:
            stars = self._predicted(people, _stacked(rows, "star_vector")).tolist()
        each: list[tuple[PersonScore, ...]] = [()] * len(rows)
        if len(people) > 1:
            everyone = np.stack([person.score_vector for person in people])
            scores = score_matrix(everyone, _stacked(rows, column), metric).tolist()
            names = [person.name for person in people]
            columns = zip(zip(*scores, strict=True), zip(*stars, strict=True), strict=True)
            each = [tuple(map(PersonScore, names, *column)) for column in columns]
        reasons: list[Explanation | None] = [None] * len(rows)
        if explain:
            reasons = [*self._people.explain(people[0], _stacked(rows, column))]
        details = zip(rows, zip(*stars, strict=True), each, reasons, strict=True)
        return [
            Hit(
                rank,
                Movie.from_row(row),
                row["score"],
                _mean(given),
                own,
                reason,
                places.get(row["movie_id"]),
            )
            for rank, (row, given, own, reason) in enumerate(details, start=1)
        ]


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


def _star_vectors(rows: Mapping[int, Row]) -> dict[int, Vector]:
    return {one: np.array(row["star_vector"], dtype=np.float32) for one, row in rows.items()}


def _stacked(rows: Sequence[Row], column: str) -> Matrix:
    return np.array([row[column] for row in rows], dtype=np.float32)


def _all_of(condition: str | None, among: Collection[int] | None, excluding: Collection[int]) -> str | None:
    """A condition in SQL and what a list of movies asks for besides, see Recommender.recommend."""
    parts = [condition] if condition else []
    if among is not None:
        parts.append(is_one_of("movie_id", among) or "FALSE")
    if left_out := is_one_of("movie_id", excluding):
        parts.append(f"NOT ({left_out})")
    return " AND ".join(parts) or None


def _mean(stars: Sequence[float | None]) -> float | None:
    given = [value for value in stars if value is not None]
    return sum(given) / len(given) if given else None


def _check_top(top: int) -> None:
    if top < 1:
        raise UsageError(f"--top {top}: ask for at least 1 movie.")


def _check_share(option: str, share: float) -> None:
    if not 0 <= share <= 1:  # NaN is not
        raise UsageError(f"{option} {share:g}: give a number from 0 to 1, such as 0.5.")
