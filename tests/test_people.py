"""Who asks: people of the dataset, profiles, and what somebody likes."""

import re
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.paths import Home
from movierec_cli.people import DISLIKE, parse_who
from movierec_cli.profiles.editing import editing
from movierec_cli.profiles.profile import OwnRating
from movierec_cli.recommender import Recommender, recommend
from movierec_cli.records import Rating
from tests.support import Checkerboard, Cli, Stored, assert_best

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


def by_definition(stored: Stored, weights: dict[int, float]) -> dict[int, float]:
    """movie_id -> score of somebody whose ratings, oldest first, weigh so much before age and scaling."""
    model = stored.model["fold_in"]
    history = dict(zip(stored.movies["movie_id"], stored.movies["history_vector"], strict=True))
    count = len(weights)
    aged = [
        weight / (1 + (count - 1 - position) / model["recency"]) ** 0.5
        for position, weight in enumerate(weights.values())
    ]
    length = sum(weight**2 for weight in aged) ** 0.5
    scale = (count / (count + model["shrinkage"])) ** 0.5
    vector = np.array(model["user_bias"])
    for movie_id, weight in zip(weights, aged, strict=True):
        vector = vector + scale * weight / length * np.array(history[movie_id])
    scores = stored.movie_matrix("score_vector") @ vector
    return dict(zip(stored.movies["movie_id"], scores.tolist(), strict=True))


# ---- folded in ----


def test_ratings_of_somebody_known_make_the_same_person(recommender: Recommender, stored: Stored) -> None:
    """The stored vectors come from training, these from the ratings at the time of asking."""
    for person in PEOPLE:
        folded = recommender.fold_in(stored_ratings(stored, person))
        for column in ("score_vector", "star_vector"):
            vector = getattr(folded, column)
            np.testing.assert_allclose(vector, stored.users[column][person], rtol=1e-3, atol=1e-4)
        known = recommender.recommend(Checkerboard.user_id(person), top=1000)
        new = recommender.recommend(folded, top=1000)
        assert_best(new, stored.left(Checkerboard.user_id(person)), 1000, tolerance=1e-4)
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
    scores = by_definition(stored, {ODD[0]: 0.8, EVEN[0]: 1.0})
    left = {movie_id: score for movie_id, score in scores.items() if movie_id not in {EVEN[0], ODD[0]}}
    assert_best(recommender.recommend(person, top=1000), left, 1000, tolerance=1e-4)


def test_without_ratings_it_is_what_suits_anybody(recommender: Recommender, stored: Stored) -> None:
    """And what has been seen without a rating is left out all the same."""
    scores = by_definition(stored, {})
    seen = EVEN[:3]
    left = {movie_id: score for movie_id, score in scores.items() if movie_id not in seen}
    assert_best(recommender.recommend(recommender.fold_in([], seen=seen), top=1000), left, 1000)


@pytest.mark.parametrize("movie_id", [51, -1, 2**63, -(2**70)])
def test_a_rating_of_an_unknown_movie(recommender: Recommender, movie_id: int) -> None:
    with pytest.raises(NotFoundError, match=re.escape(f"no movie with id {movie_id} in checkerboard")):
        recommender.fold_in([Rating(EVEN[0], 3.0), Rating(movie_id, 3.0)])


@pytest.mark.parametrize("stars", [0.5, 5.5, -1, float("nan"), float("inf")])
def test_stars_beyond_the_scale(recommender: Recommender, stars: float) -> None:
    with pytest.raises(UsageError, match=f"{stars} stars .* from 1 to 5"):
        recommender.fold_in([Rating(EVEN[0], stars)])


# ---- likes and dislikes ----


def test_likes_and_dislikes_by_definition(recommender: Recommender, stored: Stored) -> None:
    like, dislike = EVEN[:3], ODD[:2]
    assert DISLIKE == -0.2
    weights = dict.fromkeys(like, 1.0) | dict.fromkeys(dislike, -0.2)
    scores = by_definition(stored, weights)
    left = {movie_id: score for movie_id, score in scores.items() if movie_id not in weights}
    assert_best(recommender.recommend(like=like, dislike=dislike, top=1000), left, 1000, tolerance=1e-4)


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
    weights = {rating.movie_id: rating.stars / 5 for rating in stored_ratings(stored, 0)}
    liked = [movie_id for movie_id in ODD if weights.get(movie_id) == 0.2][:2]  # given one star before
    assert len(liked) == 2
    for movie_id in liked:
        del weights[movie_id]
        weights[movie_id] = 1.0
    scores = by_definition(stored, weights)
    left = {movie_id: score for movie_id, score in scores.items() if movie_id not in weights}
    hits = recommender.recommend(Checkerboard.user_id(0), like=liked, top=1000)
    assert_best(hits, left, 1000, tolerance=1e-4)


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
        assert_best(hits, stored.scores(user_id), 1000)


# ---- profiles ----


def film(movie: int, stars: float | None) -> OwnRating:
    return OwnRating(f"Film {movie}", 1950 + movie, None, stars, None)


def save(home: Path, name: str, *ratings: OwnRating) -> None:
    with editing(Home(home), name) as draft:
        for own in ratings:
            draft.put(own)


def test_a_profile_is_folded_in(own_home: Path, stored: Stored) -> None:
    save(own_home, "alice", film(0, 5.0), film(1, 1.5), film(4, None), OwnRating("Heat", 1995, None, 5, None))
    scores = by_definition(stored, {Checkerboard.movie_id(0): 1.0, Checkerboard.movie_id(1): 0.3})
    seen = {Checkerboard.movie_id(movie) for movie in (0, 1, 4)}
    left = {movie_id: score for movie_id, score in scores.items() if movie_id not in seen}
    for name in ("alice", "Alice"):
        assert_best(recommend(name, top=1000, home=own_home), left, 1000, tolerance=1e-4)
    assert_best(recommend("alice", top=1000, home=own_home, include_seen=True), scores, 1000, tolerance=1e-4)


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
