"""What ratings say, against the same worked out rating by rating."""

import numpy as np
import pytest

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.everybody import divided
from movierec_cli.training.ranking.evidence import evidence_of, popularity, worth_of
from movierec_cli.vectors.fold_in import HistoryWeights
from tests.training.ranking.made_up import RECENCY, RULE, MadeUp, made_up


@pytest.fixture(params=[(6, 9), (40, 12), (2, 30)])
def data(request: pytest.FixtureRequest) -> MadeUp:
    return made_up(*request.param)


def test_histories_are_weights_scaled_over_people_and_evened_over_movies(data: MadeUp) -> None:
    np.testing.assert_allclose(data.evidence.histories.toarray(), data.histories, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(data.evidence.evening, data.evening, rtol=1e-5)
    assert (data.histories < 0).any() and (data.histories > 0).any()


def test_a_movie_that_is_well_known_says_less_of_a_person() -> None:
    """Eighty people gave one movie a highest rating, five another: half as much, the fourth root, is said."""
    people = 85
    ratings = Interactions(
        user_ids=np.arange(people),
        movie_ids=np.array([7, 8]),
        row_splits=np.arange(people + 1),
        movie_index=np.repeat(np.array([0, 1], np.int32), [80, 5]),
        rating=np.full(people, 5, np.float32),
    )
    (evidence,) = evidence_of(divided(ratings), HistoryWeights(**RULE), RECENCY)
    assert evidence.evening[0] / evidence.evening[1] == pytest.approx(0.5)
    one, other = evidence.histories.toarray()[[0, -1]]
    assert one[0] / other[1] == pytest.approx(0.5)


def test_what_people_liked_is_the_square_of_the_place(data: MadeUp) -> None:
    liked = data.evidence.liked
    np.testing.assert_allclose(liked.toarray(), data.liked, rtol=1e-5)
    assert {round(value, 4) for value in liked.data.tolist()} <= {0.04, 0.16, 0.36, 0.64, 1.0}


def test_targets_are_fresh_high_ratings(data: MadeUp) -> None:
    """A highest rating is worth 32 times one at the bottom of the scale; each movie's add up to its worth."""
    evidence = data.evidence
    person, movie = data.interactions.user_index, data.interactions.movie_index
    np.testing.assert_allclose(evidence.target, data.target[person, movie], rtol=1e-5)
    worth, logs = worth_of(data.everybody), np.log(1 + data.target.sum(axis=0))
    np.testing.assert_allclose(worth, data.target.sum(axis=0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(popularity(worth), logs - logs.mean(), rtol=1e-4, atol=1e-5)
