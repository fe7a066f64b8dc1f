"""Where a score comes from: contributions worked out from the stored vectors, and their sum."""

import json
import math
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.errors import UsageError
from movierec_cli.questions.answers import Hit, Rating
from movierec_cli.questions.recommender import Recommender
from tests.support import Checkerboard, Cli, Halves, Stored, general_of, history_weights


@pytest.fixture(scope="module")
def recommender(checkerboard_home: Path) -> Recommender:
    return Recommender.open(checkerboard_home)


def column(stored: Stored, name: str) -> dict[int, list[float]]:
    return dict(zip(stored.movies["movie_id"], stored.movies[name], strict=True))


def dot(one: Iterable[float], other: Iterable[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


def contributions(stored: Stored, ratings: list[Rating], movie_id: int) -> dict[int, float]:
    """movie_id of a rating -> its weight by the definition * (history . score vector)."""
    history, score = column(stored, "history_vector"), column(stored, "score_vector")[movie_id]
    weights = history_weights([rating.stars for rating in ratings], stored.model["fold_in"]["weights"])
    return {
        rating.movie_id: weight * dot(history[rating.movie_id], score)
        for rating, weight in zip(ratings, weights, strict=True)
    }


def check(stored: Stored, ratings: list[Rating], hits: list[Hit], *, is_question: bool = False) -> None:
    """The five that add most and the three that take most away; all else is added up."""
    stars = {rating.movie_id: rating.stars for rating in ratings}
    for hit in hits:
        explanation = hit.explanation
        assert explanation
        expected = contributions(stored, ratings, hit.movie.movie_id)
        general = general_of(stored, list(stars.values()), is_question=is_question)
        of_everybody = dot(general, column(stored, "score_vector")[hit.movie.movie_id])
        assert explanation.general == pytest.approx(of_everybody, abs=1e-4)
        reasons = [*explanation.because, *explanation.despite]
        for reason in reasons:
            assert reason.contribution == pytest.approx(expected[reason.movie.movie_id], abs=1e-4)
            assert reason.rating == stars[reason.movie.movie_id]
        values = sorted(expected.values())
        largest = [value for value in values[::-1] if value > 0][:5]
        smallest = [value for value in values if value < 0][:3]
        np.testing.assert_allclose([one.contribution for one in explanation.because], largest, atol=1e-4)
        np.testing.assert_allclose([one.contribution for one in explanation.despite], smallest, atol=1e-4)
        shown = {reason.movie.movie_id for reason in reasons}
        rest = math.fsum(value for movie_id, value in expected.items() if movie_id not in shown)
        assert explanation.other_ratings == pytest.approx(rest, abs=1e-4)
        total = [*(one.contribution for one in reasons), explanation.other_ratings, explanation.general]
        assert math.fsum(total) == pytest.approx(hit.score, abs=1e-4)


@pytest.mark.parametrize("home", ["checkerboard_home", "computed_home", "halves_home"])
def test_the_shares_add_up_to_the_score(home: str, request: pytest.FixtureRequest) -> None:
    """For what somebody loves, and for what sinks: in both there are reasons against it."""
    recommender = Recommender.open(request.getfixturevalue(home))
    stored = Stored.read(request.getfixturevalue(home))
    against = 0
    for user_id in stored.user_ids[:12]:
        ratings = [Rating(*pair) for pair in stored.ratings(user_id).items()]
        hits = recommender.recommend(user_id, explain=True, top=1000)
        check(stored, ratings, hits)
        plain = recommender.recommend(user_id, top=1000)
        assert [(hit.movie, hit.score) for hit in hits] == [(hit.movie, hit.score) for hit in plain]
        against += sum(bool(hit.explanation and hit.explanation.despite) for hit in hits)
    assert against > 12


@pytest.mark.parametrize("home", ["checkerboard_home", "computed_home"])
def test_likes_and_dislikes_are_explained(home: str, request: pytest.FixtureRequest) -> None:
    """A question: what everybody likes counts a part. Dislikes are lowest ratings, for and against."""
    recommender = Recommender.open(request.getfixturevalue(home))
    stored = Stored.read(request.getfixturevalue(home))
    ratings = [Rating(50, 5.0), Rating(64, 5.0), Rating(57, 1.0)]
    hits = recommender.recommend(like=[50, 64], dislike=[57], explain=True, top=1000)
    check(stored, ratings, hits, is_question=True)
    assert {one.movie.movie_id for hit in hits if hit.explanation for one in hit.explanation.because} >= {
        50,
        64,
    }


def test_a_disliked_movie_speaks_against_those_like_it(halves_home: Path) -> None:
    """Alone it is the only reason, and more against its own half than against the other one."""
    recommender = Recommender.open(halves_home)
    for movie in range(6):
        hated, own = Halves.movie_id(movie), Halves.half(movie)
        added: dict[bool, list[float]] = {True: [], False: []}
        for hit in recommender.recommend(dislike=[hated], explain=True, top=1000):
            assert hit.explanation
            reasons = [*hit.explanation.because, *hit.explanation.despite]
            assert [(one.movie.movie_id, one.rating) for one in reasons] == [(hated, 1.0)]
            assert (reasons[0].contribution < 0) == bool(hit.explanation.despite)
            added[hit.movie.movie_id in own].append(reasons[0].contribution)
        assert [len(added[True]), len(added[False])] == [19, 20]
        assert sum(added[True]) / 19 < sum(added[False]) / 20 - 0.05


def test_a_table_says_in_spite_of_what(cli: Cli, halves_home: Path) -> None:
    """What is liked and disliked is of one half, and everything else of it is in spite of the disliked."""
    like, dislike = (f"Film {movie}" for movie in (8, 10))
    argv = ("recommend", "--like", like, "--dislike", dislike, "--explain", "--top", "40")
    result = cli(*argv, home=halves_home)
    assert result.code == 0
    words = " ".join(result.out.split())
    assert re.search(r"Film 8 5 \(\+\d", words)
    assert re.search(r"in spite of Film 10 1 \(-\d", words)
    record = json.loads(cli(*argv, "-f", "json", home=halves_home).out)
    against = {one["title"]: one["contribution"] for hit in record for one in hit["explanation"]["despite"]}
    assert against["Film 10"] < 0


def test_another_order_explains_the_same_scores(recommender: Recommender, stored: Stored) -> None:
    plain = {hit.movie: hit.explanation for hit in recommender.recommend(3, explain=True, top=1000)}
    for hit in recommender.recommend(3, explain=True, diversity=0.7, novelty=0.5):
        assert hit.explanation == plain[hit.movie]


def test_the_reasons_for_a_withheld_movie_are_of_its_colour(recommender: Recommender) -> None:
    for person in range(10):
        (hit,) = recommender.recommend(Checkerboard.user_id(person), explain=True, top=1)
        assert hit.explanation
        reasons = hit.explanation.because
        assert len(reasons) == 5
        assert {(reason.movie.movie_id - 50) // 7 % 2 for reason in reasons} == {person % 2}
        assert {reason.rating for reason in reasons} == {5.0}


def test_without_ratings_everything_is_general(recommender: Recommender) -> None:
    for hit in recommender.recommend(recommender.fold_in([]), explain=True):
        assert hit.explanation
        assert (hit.explanation.because, hit.explanation.other_ratings) == ((), 0)
        assert hit.explanation.general == pytest.approx(hit.score, abs=1e-5)


def test_several_people_are_not_explained(recommender: Recommender) -> None:
    with pytest.raises(UsageError) as caught:
        recommender.recommend(3, 13, explain=True)
    assert "movierec recommend 3 --explain" in str(caught.value.hint)


def test_the_articles_model_cannot_explain(article_home: Path) -> None:
    with pytest.raises(UsageError, match=r"\(article\) cannot explain") as caught:
        Recommender.open(article_home).recommend(3, explain=True)
    assert "movierec train" in str(caught.value.hint)
