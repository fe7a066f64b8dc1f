"""Who asks: from a person of the dataset, a profile, or ratings to the vectors to search with."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from movierec_cli.errors import NotFoundError, UsageError, counted
from movierec_cli.questions.answers import Rating
from movierec_cli.store.movies import Movies
from movierec_cli.store.query import Row
from movierec_cli.store.table import Table, open_table
from movierec_cli.vectors.arrays import Matrix, Vector
from movierec_cli.vectors.fold_in import FoldIn
from movierec_cli.vectors.stars import Stars

if TYPE_CHECKING:
    from movierec_cli.profiles.profile import Profile


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody to recommend to, as the model in use sees them.

    name: a user_id, a profile's name, or "you". ratings: oldest first. seen: movie_ids known to them, rated
    or not. score_vector: float32 (d,). star_vector: float32 (2 + dim,), None where no stars are predicted.
    is_question: whether the ratings are a question about these movies, see People.fold_in.
    """

    name: str
    ratings: tuple[Rating, ...]
    seen: frozenset[int]
    score_vector: Vector
    star_vector: Vector | None
    is_question: bool = False


Who = int | str | Person
"""A user_id of the dataset, also as digits; a profile's name; or somebody folded in."""


def parse_who(who: int | str) -> int | str:
    """Whom a text names: a person of the dataset by their id, where it is all digits, else a profile."""
    if not isinstance(who, str):
        return int(who)
    try:
        return int(who) if who.isascii() and who.isdigit() else who
    except ValueError:  # more digits than Python reads
        return who


class People:
    """Those who can ask of a run's `movies`."""

    def __init__(self, movies: Movies) -> None:
        self.movies = movies
        self.run = movies.run

    @cached_property
    def users(self) -> Table:
        return open_table(self.run.folder, "users")

    @property
    def stars(self) -> Stars | None:
        """What predicts stars, where the model in use does."""
        return self.run.facts.model.stars

    def asked(self, who: Sequence[Who], like: Sequence[int], dislike: Sequence[int]) -> list[Person]:
        """Everyone who is asked for, once, with what they like and dislike on top of what they rated."""
        if both := set(like) & set(dislike):
            raise UsageError(f"The movie with id {min(both)} cannot be both liked and disliked.")
        lowest, highest = self.run.facts.dataset.rating_scale
        said = [Rating(movie_id, highest) for movie_id in like]
        if lowest < highest:  # where there are likes alone, a dislike is only left out
            said += [Rating(movie_id, lowest) for movie_id in dislike]
        if not who and (said or dislike):
            return [self.fold_in(said, "you", is_question=bool(like))]
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

    def person(self, who: Who | None = None) -> Person:
        """Somebody by who they are, the profile "me" for None: see Recommender.person."""
        if who is None:
            return self.of_default_profile()
        if isinstance(who, Person):
            return who
        known = parse_who(who)
        return self.of_dataset(known) if isinstance(known, int) else self.of_profile(known)

    def of_dataset(self, user_id: int) -> Person:
        """A person of the dataset. Raises NotFoundError for an unknown `user_id`."""
        rows: list[Row] = []
        if -(2**63) <= user_id < 2**63:
            columns = ["score_vector", "movie_ids", "ratings", *(["star_vector"] if self.stars else [])]
            rows = self.users.rows(columns, f"user_id = {int(user_id)}", limit=1)
        if not rows:
            dataset = self.run.facts.dataset
            people = counted(dataset.people, "person has", "people have")
            raise NotFoundError(
                f"There is no user {user_id} in {dataset.name}: its {people} ids "
                f"from {dataset.first_user_id} to {dataset.last_user_id}.",
                f"Ask for one of them: movierec recommend {dataset.first_user_id}, "
                'or start from a movie: movierec similar "TITLE"',
            )
        row = rows[0]
        return Person(
            name=str(user_id),
            ratings=tuple(map(Rating, row["movie_ids"], row["ratings"])),
            seen=frozenset(row["movie_ids"]),
            score_vector=np.array(row["score_vector"], dtype=np.float32),
            star_vector=np.array(row["star_vector"], dtype=np.float32) if self.stars else None,
        )

    def of_profile(self, name: str) -> Person:
        """A person by their own ratings.

        One with nothing but a watchlist counts as somebody of whom nothing is known. Raises NotFoundError
        where there is no such profile, or none of its films is in the dataset; else what `fold_in` raises.
        """
        from movierec_cli.profiles.matching import match_profile

        self._fold_in_facts()
        profile = self.profile(name)
        dataset = self.run.facts.dataset
        matched = match_profile(profile, self.movies, dataset.rating_scale)
        if profile.ratings and not matched.matches:
            count = len(profile.ratings)
            raise NotFoundError(
                f"The only film of {profile.name} is not in {dataset.name}."
                if count == 1
                else f"None of the {count:,} films of {profile.name} is in {dataset.name}.",
                f'Rate some that are: movierec rate "TITLE" 4.5 --as {profile.name}\n'
                "Or train on a dataset with newer films: movierec fetch --list",
            )
        return self.fold_in(itertools.starmap(Rating, matched.rated), profile.name, matched.seen)

    def profile(self, name: str) -> "Profile":
        """A profile as it is written. Raises what load_profile raises."""
        from movierec_cli.profiles.profile import load_profile

        return load_profile(self.run.home, name)

    def of_default_profile(self) -> Person:
        """The person of the profile "me". Raises UsageError, with the ways to ask, where there is none."""
        from movierec_cli.profiles.profile import DEFAULT_PROFILE, list_profiles

        if DEFAULT_PROFILE not in list_profiles(self.run.home):
            first = self.run.facts.dataset.first_user_id
            raise UsageError(
                f"Recommend to whom? There is no profile {DEFAULT_PROFILE!r} yet.",
                f"Name a person of the dataset: movierec recommend {first}\n"
                'Say what you like: movierec recommend --like "TITLE"\n'
                'Or rate movies first: movierec rate "TITLE" 4.5',
            )
        return self.of_profile(DEFAULT_PROFILE)

    def fold_in(
        self, ratings: Iterable[Rating], name: str, seen: Iterable[int] = (), is_question: bool = False
    ) -> Person:
        """Somebody new, or who has changed, exactly as training would have made them of these ratings.

        ratings: oldest first; of several of one movie the last counts. seen: what else is known to them.
        is_question: whether the ratings are a question about these movies rather than somebody's history.
        Raises NotFoundError for a movie that the dataset does not have, UsageError for stars beyond its scale
        and for a model that cannot fold in.
        """
        facts = self._fold_in_facts()
        latest: dict[int, Rating] = {}
        for rating in ratings:
            self._check(rating)
            latest.pop(rating.movie_id, None)
            latest[rating.movie_id] = rating
        kept = tuple(latest.values())
        columns = ["history_vector", *(["star_vector", "star_history"] if self.stars else [])]
        movies = self.movies.vectors([rating.movie_id for rating in kept], columns)
        given = stars_of(kept)
        star_vector = None
        if self.stars:
            star_vector = self.stars.fold_in(movies["star_vector"], movies["star_history"], given)
        return Person(
            name=name,
            ratings=kept,
            seen=frozenset([*latest, *seen]),
            score_vector=facts.fold_in(movies["history_vector"], given, is_question=is_question),
            star_vector=star_vector,
            is_question=is_question,
        )

    def predicted(self, people: Sequence[Person], star_vectors: Matrix) -> Matrix:
        """(people, movies) stars; star_vectors: float32 (movies, 2 + dim)."""
        assert self.stars
        everyone = np.stack([person.star_vector for person in people if person.star_vector is not None])
        return self.stars.predict(everyone[:, None], star_vectors[None])

    def _fold_in_facts(self) -> FoldIn:
        model = self.run.facts.model
        if model.fold_in is None:
            first = self.run.facts.dataset.first_user_id
            raise UsageError(
                f"The model in use ({model.kind}) knows only the people it was trained on.",
                f"Ask for one of them: movierec recommend {first}, or train the model that takes anybody: "
                "movierec train",
            )
        return model.fold_in

    def _check(self, rating: Rating) -> None:
        lowest, highest = self.run.facts.dataset.rating_scale
        if not lowest <= rating.stars <= highest:
            raise UsageError(
                f"{rating.stars} stars for the movie with id {rating.movie_id}: the dataset's ratings go "
                f"from {lowest:g} to {highest:g}."
            )


def stars_of(ratings: Sequence[Rating]) -> Vector:
    """The stars alone, float32 (ratings,)."""
    return np.array([rating.stars for rating in ratings], dtype=np.float32)
