"""Where a score comes from: contributions worked out from the stored vectors, and their sum."""

import math
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.errors import UsageError
from movierec_cli.recommender import Recommender
from movierec_cli.records import Hit, Rating
from tests.support import Checkerboard, Stored


@pytest.fixture(scope="module")
def recommender(checkerboard_home: Path) -> Recommender:
    return Recommender.open(checkerboard_home)


def column(stored: Stored, name: str) -> dict[int, list[float]]:
    return dict(zip(stored.movies["movie_id"], stored.movies[name], strict=True))


def dot(one: list[float], other: list[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


def contributions(stored: Stored, ratings: list[Rating], movie_id: int) -> dict[int, float]:
    """movie_id of a rating -> weight / |weights| * sqrt(n / (n + shrinkage)) * (history . score vector)."""
    model = stored.model["fold_in"]
    history, score = column(stored, "history_vector"), column(stored, "score_vector")[movie_id]
    weights = []
    for later, rating in enumerate(reversed(ratings)):
        stars = -0.2 * model["highest"] if rating.disliked else rating.stars
        weights.append(stars / model["highest"] / math.sqrt(1 + later / model["recency"]))
    length = math.hypot(*weights) / math.sqrt(len(ratings) / (len(ratings) + model["shrinkage"]))
    return {
        rating.movie_id: weight / length * dot(history[rating.movie_id], score)
        for rating, weight in zip(ratings, reversed(weights), strict=True)
    }


def check(stored: Stored, ratings: list[Rating], hits: list[Hit]) -> None:
    stars = {rating.movie_id: rating.stars for rating in ratings}
    for hit in hits:
        explanation = hit.explanation
        assert explanation
        expected = contributions(stored, ratings, hit.movie.movie_id)
        general = dot(
            stored.model["fold_in"]["user_bias"], column(stored, "score_vector")[hit.movie.movie_id]
        )
        assert explanation.general == pytest.approx(general, abs=1e-4)
        shown = {reason.movie.movie_id: reason.contribution for reason in explanation.because}
        for reason in explanation.because:
            assert reason.contribution == pytest.approx(expected[reason.movie.movie_id], abs=1e-4)
            assert reason.rating == stars[reason.movie.movie_id]
        liked = {r.movie_id: expected[r.movie_id] for r in ratings if not r.disliked}
        largest = sorted((value for value in liked.values() if value > 0), reverse=True)[:5]
        np.testing.assert_allclose(list(shown.values()), largest, atol=1e-4)
        rest = math.fsum(value for movie_id, value in expected.items() if movie_id not in shown)
        assert explanation.other_ratings == pytest.approx(rest, abs=1e-4)
        total = math.fsum([*shown.values(), explanation.other_ratings, explanation.general])
        assert total == pytest.approx(hit.score, abs=1e-4)


def test_the_shares_add_up_to_the_score(recommender: Recommender, stored: Stored) -> None:
    for person, user_id in enumerate(stored.user_ids[:12]):
        pairs = zip(stored.users["movie_ids"][person], stored.users["ratings"][person], strict=True)
        ratings = [Rating(movie_id, stars) for movie_id, stars in pairs]
        hits = recommender.recommend(user_id, explain=True)
        check(stored, ratings, hits)
        plain = recommender.recommend(user_id)
        assert [(hit.movie, hit.score) for hit in hits] == [(hit.movie, hit.score) for hit in plain]


def test_likes_and_dislikes_are_explained(recommender: Recommender, stored: Stored) -> None:
    ratings = [Rating(50, 5.0), Rating(64, 5.0), Rating(57, 1.0, disliked=True)]
    hits = recommender.recommend(like=[50, 64], dislike=[57], explain=True, top=1000)
    check(stored, ratings, hits)
    assert {one.movie.movie_id for hit in hits if hit.explanation for one in hit.explanation.because} == {
        50,
        64,
    }


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
