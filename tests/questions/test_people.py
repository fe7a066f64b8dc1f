"""Who asks: people of the dataset, profiles, and what somebody likes."""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.profiles.editing import editing
from movierec_cli.profiles.profile import OwnRating
from movierec_cli.questions.answers import Hit, Rating
from movierec_cli.questions.once import recommend
from movierec_cli.questions.people import parse_who
from movierec_cli.questions.recommender import Recommender
from tests.support import Checkerboard, Cli, Stored, assert_best, scores_of

PEOPLE = range(Checkerboard.people)
EVEN = [Checkerboard.movie_id(movie) for movie in range(0, Checkerboard.movies, 2)]
ODD = [Checkerboard.movie_id(movie) for movie in range(1, Checkerboard.movies, 2)]


@pytest.fixture(scope="module")
def recommender(checkerboard_home: Path) -> Recommender:
    return Recommender.open(checkerboard_home)


def stored_ratings(stored: Stored, person: int) -> list[Rating]:
    """What is stored of somebody, oldest first."""
    pairs = zip(stored.users["movie_ids"][person], stored.users["ratings"][person], strict=True)
    return [Rating(movie_id, stars) for movie_id, stars in pairs]


def without(scores: dict[int, float], seen: Iterable[int]) -> dict[int, float]:
    return {movie_id: score for movie_id, score in scores.items() if movie_id not in set(seen)}


def check(
    recommender: Recommender,
    stored: Stored,
    hits: list[Hit],
    ratings: dict[int, float],
    *,
    is_question: bool = False,
    seen: Iterable[int] = (),
) -> None:
    """`hits` are all that is left to somebody with these ratings, oldest first, by the definition."""
    folded = recommender.fold_in(Rating(*one) for one in ratings.items())
    assert folded.star_vector is not None
    sinks = stored.sinking(ratings, folded.star_vector.tolist())
    left = without(scores_of(stored, ratings, is_question=is_question), [*ratings, *seen])
    assert_best(hits, left, 1000, tolerance=1e-4, sinks=sinks)


# ---- folded in ----


@pytest.mark.slow
def test_ratings_of_somebody_known_make_the_same_person(recommender: Recommender, stored: Stored) -> None:
    """The stored vectors come from training, these from the ratings at the time of asking."""
    for person in PEOPLE:
        folded = recommender.fold_in(stored_ratings(stored, person))
        for column in ("score_vector", "star_vector"):
            vector = getattr(folded, column)
            np.testing.assert_allclose(vector, stored.users[column][person], rtol=1e-3, atol=1e-4)
        known = recommender.recommend(Checkerboard.user_id(person), top=1000)
        new = recommender.recommend(folded, top=1000)
        user_id = Checkerboard.user_id(person)
        assert_best(new, stored.left(user_id), 1000, tolerance=1e-4, sinks=stored.sinks(user_id))
        assert new[0].movie == known[0].movie
        for one, other in zip(new, known, strict=True):
            if one.movie == other.movie:
                assert one.predicted_rating == pytest.approx(other.predicted_rating, abs=1e-3)


@pytest.mark.parametrize("colour", [EVEN, ODD])
def test_somebody_new_is_given_what_the_like_minded_love(recommender: Recommender, colour: list[int]) -> None:
    for withheld in colour:
        person = recommender.fold_in([Rating(movie_id, 5.0) for movie_id in colour if movie_id != withheld])
        assert recommender.recommend(person, top=1)[0].movie.movie_id == withheld


def test_of_two_ratings_of_a_movie_the_later_counts(recommender: Recommender, stored: Stored) -> None:
    person = recommender.fold_in([Rating(EVEN[0], 1.0), Rating(ODD[0], 4.0), Rating(EVEN[0], 5.0)])
    assert person.ratings == (Rating(ODD[0], 4.0), Rating(EVEN[0], 5.0))
    hits = recommender.recommend(person, top=1000)
    check(recommender, stored, hits, {ODD[0]: 4.0, EVEN[0]: 5.0})


def test_without_ratings_it_is_what_suits_anybody(recommender: Recommender, stored: Stored) -> None:
    """And what has been seen without a rating is left out all the same."""
    seen = EVEN[:3]
    hits = recommender.recommend(recommender.fold_in([], seen=seen), top=1000)
    check(recommender, stored, hits, {}, seen=seen)


@pytest.mark.parametrize("movie_id", [51, -1, 2**63, -(2**70)])
def test_a_rating_of_an_unknown_movie(recommender: Recommender, movie_id: int) -> None:
    with pytest.raises(NotFoundError, match=re.escape(f"no movie with id {movie_id} in checkerboard")):
        recommender.fold_in([Rating(EVEN[0], 3.0), Rating(movie_id, 3.0)])


@pytest.mark.parametrize("stars", [0.5, 5.5, -1, float("nan"), float("inf")])
def test_stars_beyond_the_scale(recommender: Recommender, stars: float) -> None:
    with pytest.raises(UsageError, match=f"{stars} stars .* from 1 to 5"):
        recommender.fold_in([Rating(EVEN[0], stars)])


# ---- likes and dislikes ----


@pytest.mark.parametrize("home", ["checkerboard_home", "computed_home"])
def test_likes_are_highest_and_dislikes_lowest_ratings(home: str, request: pytest.FixtureRequest) -> None:
    """Asked of nobody in particular. Then what everybody likes counts a part of what it does otherwise, if
    something is liked; who says only what they do not like gets the rest of what everybody does."""
    recommender = Recommender.open(request.getfixturevalue(home))
    stored = Stored.read(request.getfixturevalue(home))
    for like, dislike in ((EVEN[:3], ODD[:2]), (EVEN[:1], []), ([], ODD[:3])):
        ratings = dict.fromkeys(like, 5.0) | dict.fromkeys(dislike, 1.0)
        hits = recommender.recommend(like=like, dislike=dislike, top=1000)
        check(recommender, stored, hits, ratings, is_question=bool(like))


def test_of_somebody_who_asks_with_likes_everything_general_counts(
    recommender: Recommender, stored: Stored
) -> None:
    """A history and a like is no question about that movie alone."""
    person = recommender.fold_in([Rating(EVEN[0], 4.0)], name="somebody")
    hits = recommender.recommend(person, like=EVEN[1:2], dislike=ODD[:1], top=1000)
    check(recommender, stored, hits, {EVEN[0]: 4.0, EVEN[1]: 5.0, ODD[0]: 1.0})


def test_a_liked_colour_comes_before_a_disliked_one(recommender: Recommender) -> None:
    for liked, disliked in ((EVEN, ODD), (ODD, EVEN)):
        for hits in (
            recommender.recommend(like=liked[:4], top=8),
            recommender.recommend(like=liked[:4], dislike=disliked[:4], top=8),
        ):
            assert {hit.movie.movie_id for hit in hits} <= set(liked[4:])
            assert all(hit.predicted_rating and hit.predicted_rating > 3 for hit in hits)


def test_liked_and_disliked_movies_never_come_back(recommender: Recommender) -> None:
    for include_seen in (False, True):
        hits = recommender.recommend(like=EVEN[:2], dislike=ODD[:2], top=1000, include_seen=include_seen)
        shown = {hit.movie.movie_id for hit in hits}
        assert shown == {*EVEN[2:], *ODD[2:], Checkerboard.unrated_movie}
        known = recommender.recommend(3, like=EVEN[:2], top=1000, include_seen=include_seen)
        rated = set() if include_seen else set(Checkerboard.rated(0))
        assert {hit.movie.movie_id for hit in known} == {*EVEN[2:], *ODD, Checkerboard.unrated_movie} - rated


def test_likes_are_added_to_what_somebody_rated(recommender: Recommender, stored: Stored) -> None:
    ratings = stored.ratings(Checkerboard.user_id(0))
    liked = [movie_id for movie_id in ODD if ratings.get(movie_id) == 1][:2]
    assert len(liked) == 2
    for movie_id in liked:
        del ratings[movie_id]
        ratings[movie_id] = 5.0
    hits = recommender.recommend(Checkerboard.user_id(0), like=liked, top=1000)
    check(recommender, stored, hits, ratings)


def test_a_movie_cannot_be_liked_and_disliked(recommender: Recommender) -> None:
    with pytest.raises(UsageError, match=f"id {EVEN[0]} cannot be both"):
        recommender.recommend(like=EVEN[:2], dislike=[ODD[0], EVEN[0]])


def test_titles_from_python(recommender: Recommender, checkerboard_home: Path) -> None:
    hits = recommend(
        like=["film 0", "film 2"], dislike=["film 1"], not_like=["film 5"], top=4, home=checkerboard_home
    )
    movie_id = Checkerboard.movie_id
    assert hits == recommender.recommend(
        like=[movie_id(0), movie_id(2)], dislike=[movie_id(1)], not_like=[movie_id(5)], top=4
    )


def test_what_was_seen_comes_back_on_demand(recommender: Recommender, stored: Stored) -> None:
    for person in PEOPLE:
        user_id = Checkerboard.user_id(person)
        hits = recommender.recommend(user_id, top=1000, include_seen=True)
        assert_best(hits, stored.scores(user_id), 1000, sinks=stored.sinks(user_id))


# ---- profiles ----


def film(movie: int, stars: float | None) -> OwnRating:
    return OwnRating(f"Film {movie}", 1950 + movie, None, stars, None)


def save(home: Path, name: str, *ratings: OwnRating) -> None:
    with editing(Home(home), name) as draft:
        for own in ratings:
            draft.put(own)


def test_a_profile_is_folded_in(own_home: Path, stored: Stored) -> None:
    save(own_home, "alice", film(0, 5.0), film(1, 1.5), film(4, None), OwnRating("Heat", 1995, None, 5, None))
    """Stars of five are places on the dataset's scale: 1.5 stay 1.5. What was only seen has no weight."""
    ratings = {Checkerboard.movie_id(0): 5.0, Checkerboard.movie_id(1): 1.5}
    seen = Checkerboard.movie_id(4)
    recommender = Recommender.open(own_home)
    for name in ("alice", "Alice"):
        hits = recommend(name, top=1000, home=own_home)
        check(recommender, stored, hits, ratings, seen=[seen])
    everything = recommend("alice", top=1000, home=own_home, include_seen=True)
    assert len(everything) == len(stored.movies["movie_id"])
    scores = scores_of(stored, ratings)
    assert {hit.movie.movie_id: pytest.approx(hit.score, abs=1e-4) for hit in everything} == scores


def test_a_rating_added_now_changes_the_next_answer(own_home: Path) -> None:
    save(own_home, "me", *(film(movie, 5.0) for movie in range(0, 8, 2)))
    first = recommend(home=own_home, top=3)
    assert first == recommend("me", home=own_home, top=3)
    assert all((hit.movie.movie_id - 50) // 7 % 2 == 0 for hit in first)
    save(own_home, "me", *(film(movie, 5.0) for movie in range(1, 29, 2)))
    assert recommend(home=own_home, top=1)[0].movie.title == "Film 29"


def test_digits_are_an_id_and_anything_else_a_profile(own_home: Path) -> None:
    assert recommend("3", home=own_home, top=3) == recommend(3, home=own_home, top=3)
    with pytest.raises(NotFoundError, match="There is no profile 'bob'"):
        recommend("bob", home=own_home)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        *((3, 3), ("3", 3), ("007", 7), ("9" * 23, 10**23 - 1)),
        *((name, name) for name in ("me", "3a", "-3", "1.5", "", " 3", "²", "٣", "3_0", "9" * 5000)),
    ],
)
def test_digits_from_0_to_9_alone_are_an_id(who: int | str, expected: int | str) -> None:
    assert parse_who(who) == expected


@pytest.mark.parametrize("command", ["history", "recommend"])
@pytest.mark.parametrize("who", ["²", "٣", "9" * 5000])
def test_other_digits_can_be_no_name_either(cli: Cli, own_home: Path, command: str, who: str) -> None:
    result = cli(command, who, home=own_home)
    assert result.code == 2
    assert result.err.startswith("Error: A profile cannot be called")


def test_without_anybody_it_says_how_to_ask(own_home: Path) -> None:
    save(own_home, "alice", film(0, 5.0))
    with pytest.raises(UsageError) as caught:
        recommend(home=own_home)
    for way in ("movierec recommend 3", "--like", "movierec rate"):
        assert way in str(caught.value.hint)


def test_a_profile_of_other_films(own_home: Path) -> None:
    save(own_home, "me", OwnRating("Heat", 1995, None, 5, None), OwnRating("Alien", 1979, None, 5, None))
    with pytest.raises(NotFoundError) as caught:
        recommend("me", home=own_home)
    assert caught.value.message == "None of the 2 films of me is in checkerboard."
    assert "movierec rate" in str(caught.value.hint)


# ---- the article's model ----


@pytest.mark.parametrize(
    "ask", [{"like": [50]}, {"dislike": [50]}, {"who": ["me"]}, {"who": [3], "like": [50]}]
)
def test_the_articles_model_knows_only_its_own_people(
    article_home: Path, ask: dict[str, list[int | str]]
) -> None:
    recommender = Recommender.open(article_home)
    like, dislike = ([int(one) for one in ask.get(name, ())] for name in ("like", "dislike"))
    with pytest.raises(UsageError) as caught:
        recommender.recommend(*ask.get("who", ()), like=like, dislike=dislike)
    assert "(article) knows only the people it was trained on" in caught.value.message
    assert "movierec train" in str(caught.value.hint)
    assert "movierec recommend 3" in str(caught.value.hint)


def test_the_articles_model_filters_and_shows_what_was_seen(article_home: Path) -> None:
    stored = Stored.read(article_home)
    hits = Recommender.open(article_home).recommend(3, top=1000, include_seen=True)
    assert_best(hits, stored.scores(3), 1000, tolerance=1e-4)
