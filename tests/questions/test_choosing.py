"""Variety, the less known, and several people: orders worked out from the definitions."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from movierec_cli.errors import UsageError
from movierec_cli.questions import choosing
from movierec_cli.questions.answers import Rating
from movierec_cli.questions.recommender import Recommender
from tests.support import Stored, assert_best


def standardised(values: list[float]) -> list[float]:
    mean = math.fsum(values) / len(values)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    return [(value - mean) / spread if spread else 0.0 for value in values]


def cosine(one: list[float], other: list[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / ((math.hypot(*one) or 1) * (math.hypot(*other) or 1))


def worth_of(scores: list[float], counts: list[int], novelty: float) -> list[float]:
    pairs = zip(standardised(scores), standardised([math.log(1 + count) for count in counts]), strict=True)
    return [score - novelty * known for score, known in pairs]


def marginal_relevance(
    worth: list[float], vectors: list[list[float]], diversity: float, top: int
) -> list[int]:
    """Taken one by one, every value computed anew each time."""
    low, high = min(worth), max(worth)
    scaled = [(value - low) / ((high - low) or 1) for value in worth]
    taken: list[int] = []
    while len(taken) < min(top, len(worth)):
        left = [i for i in range(len(worth)) if i not in taken]
        values = [
            (1 - diversity) * scaled[i]
            - diversity * max((cosine(vectors[i], vectors[j]) for j in taken), default=0.0)
            for i in left
        ]
        best = max(range(len(left)), key=lambda k: (round(values[k], 12), scaled[left[k]]))
        taken.append(left[best])
    return taken


@pytest.mark.parametrize("diversity", [0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("novelty", [0.0, 0.6])
def test_diversity_is_maximal_marginal_relevance(diversity: float, novelty: float) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        scores = np.sort(rng.normal(size=30))[::-1]
        counts = rng.integers(0, 500, size=30)
        vectors = rng.normal(size=(30, 4)).astype(np.float32)
        order = choosing.order(scores, counts, vectors, diversity=diversity, novelty=novelty, top=12)
        worth = worth_of(scores.tolist(), counts.tolist(), novelty)
        assert order == marginal_relevance(worth, vectors.astype(float).tolist(), diversity, 12)


def test_novelty_trades_scores_for_little_known_movies() -> None:
    scores, counts = [3.0, 2.5, 2.0, 1.5, 1.0], [900, 10, 400, 3, 0]
    for novelty in (0.0, 0.3, 0.7, 1.0):
        order = choosing.order(np.array(scores), np.array(counts), None, diversity=0, novelty=novelty, top=5)
        worth = worth_of(scores, counts, novelty)
        assert order == sorted(range(5), key=lambda i: -worth[i])
    assert order == [1, 0, 3, 4, 2]  # worth 0.1, 1.1, -1.0, 0.0 and -0.2


@given(
    st.lists(st.tuples(st.floats(-9, 9), st.integers(0, 10**6)), min_size=1, max_size=12),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1, 20),
)
def test_everything_is_there_once(
    movies: list[tuple[float, int]], diversity: float, novelty: float, top: int
) -> None:
    """Also where all scores or counts are equal, and where vectors are zero."""
    scores, counts = (np.array(values) for values in zip(*movies, strict=True))
    vectors = np.zeros((len(movies), 3), np.float32)
    vectors[1::2, 0] = 1
    order = choosing.order(scores, counts, vectors, diversity=diversity, novelty=novelty, top=top)
    assert len(order) == len(set(order)) == min(top, len(movies))
    assert set(order) <= set(range(len(movies)))


def test_several_people_count_alike_and_nobody_should_hate_it() -> None:
    scores = np.array([[1000.0, 0.0, 5.0, 4.0], [0.0, 0.03, 0.02, 0.01]])  # one speaks louder than the other
    ranks = np.array([[1, 4, 2, 3], [4, 1, 2, 3]])
    by_rank = [-math.log(a * b) / 2 for a, b in ranks.T.tolist()]
    np.testing.assert_allclose(choosing.together(scores, None, 5), by_rank)
    stars = np.array([[5.0, 5.0, 2.0, 3.5], [1.0, 4.0, 5.0, 3.5]])
    expected = [by_rank[0] - 2.5, by_rank[1], by_rank[2] - 1.5, by_rank[3]]
    np.testing.assert_allclose(choosing.together(scores, stars, 5), expected)
    np.testing.assert_allclose(choosing.together(scores, stars * 2, 10), expected)
    np.testing.assert_allclose(choosing.together(scores, stars * 4 - 10, 10, -10), expected)


# ---- asked of a run ----


@pytest.fixture(scope="module")
def recommender(checkerboard_home: Path) -> Recommender:
    return Recommender.open(checkerboard_home)


def test_nothing_asked_for_is_the_plain_answer(recommender: Recommender) -> None:
    assert recommender.recommend(3, diversity=0, novelty=0) == recommender.recommend(3)


def test_diversity_and_novelty_of_a_run(recommender: Recommender, stored: Stored) -> None:
    """There are fewer movies than candidates, so that every movie left is one. Those that sink are not
    brought up: they come after all others, in an order of their own."""
    vectors = dict(zip(stored.movies["movie_id"], stored.movies["similar_vector"], strict=True))
    counts = dict(zip(stored.movies["movie_id"], stored.movies["rating_count"], strict=True))
    for user_id in stored.user_ids[:10]:
        left = stored.left(user_id)
        sinks = stored.sinks(user_id)
        expected: list[int] = []
        for ranked in ([one for one in left if one not in sinks], [one for one in left if one in sinks]):
            ranked.sort(key=lambda movie_id: -left[movie_id])
            worth = worth_of([left[one] for one in ranked], [counts[one] for one in ranked], 0.4)
            chosen = marginal_relevance(worth, [vectors[one] for one in ranked], 0.5, 1000)
            expected += [ranked[position] for position in chosen]
        hits = recommender.recommend(user_id, diversity=0.5, novelty=0.4, top=10)
        assert [hit.movie.movie_id for hit in hits] == expected[:10]
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert [hit.score for hit in hits] == pytest.approx(
            [left[hit.movie.movie_id] for hit in hits], abs=1e-4
        )


def test_as_many_as_asked_for_however_they_are_chosen(recommender: Recommender, stored: Stored) -> None:
    left = stored.left(3)
    for top in (1, 5, len(left), 1000):
        hits = recommender.recommend(3, top=top, diversity=1, novelty=1)
        assert len({hit.movie.movie_id for hit in hits} & set(left)) == len(hits) == min(top, len(left))


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan"), float("inf"), -float("inf")])
def test_a_share_is_from_0_to_1(recommender: Recommender, share: float) -> None:
    with pytest.raises(UsageError, match="--diversity"):
        recommender.recommend(3, diversity=share)
    with pytest.raises(UsageError, match="--novelty"):
        recommender.recommend(3, novelty=share)


# ---- several people ----


def by_hand(stored: Stored, group: list[int]) -> dict[int, float]:
    """movie_id -> what it is to several people, from everybody's ranks and stars over the whole catalogue."""
    total = dict.fromkeys(stored.movies["movie_id"], 0.0)
    lowest = dict.fromkeys(total, math.inf)
    for user_id in group:
        scores = stored.scores(user_id)
        for rank, movie_id in enumerate(sorted(scores, key=lambda one: -scores[one]), start=1):
            total[movie_id] -= math.log(rank) / len(group)
        if "star_vector" in stored.users:
            vector = stored.users["star_vector"][stored.user_ids.index(user_id)]
            for movie_id, movie in zip(total, stored.movies["star_vector"], strict=True):
                product = sum(a * b for a, b in zip(vector, movie, strict=True))
                lowest[movie_id] = min(lowest[movie_id], max(product, 1.0))
    return {movie_id: total[movie_id] - max(0.0, 3.5 - lowest[movie_id]) for movie_id in total}


@pytest.mark.parametrize("group", [(3, 13), (3, 23, 43), (3, 13, 23, 33, 43)])
def test_together_nobody_has_seen_it_and_it_is_the_best(
    recommender: Recommender, stored: Stored, group: tuple[int, ...]
) -> None:
    rated = {movie_id for one in group for movie_id in stored.users["movie_ids"][stored.user_ids.index(one)]}
    everything = by_hand(stored, list(group))
    left = {movie_id: score for movie_id, score in everything.items() if movie_id not in rated}
    sinks = {movie_id for one in group for movie_id in stored.sinks(one)}  # nobody is to hate it
    hits = recommender.recommend(*group, top=1000)
    assert_best(hits, left, 1000, tolerance=1e-4, sinks=sinks)
    hits = recommender.recommend(*group, top=1000, include_seen=True)
    assert_best(hits, everything, 1000, tolerance=1e-4, sinks=sinks)


def test_each_persons_own_score_is_shown(recommender: Recommender) -> None:
    group = (3, 13, 593)
    own = {
        one: {hit.movie: hit for hit in recommender.recommend(one, top=1000, include_seen=True)}
        for one in group
    }
    for hit in recommender.recommend(*group, top=1000):
        assert [person.name for person in hit.people] == ["3", "13", "593"]
        for one, person in zip(group, hit.people, strict=True):
            assert person.score == pytest.approx(own[one][hit.movie].score, abs=1e-5)
            assert person.predicted_rating == pytest.approx(own[one][hit.movie].predicted_rating)
        stars = [person.predicted_rating or 0 for person in hit.people]
        assert hit.predicted_rating == pytest.approx(sum(stars) / 3)


def test_the_same_person_twice_is_one(recommender: Recommender) -> None:
    assert recommender.recommend(3, "3", top=5) == recommender.recommend(3, top=5)


def test_people_of_one_name_must_be_told_apart(recommender: Recommender) -> None:
    first, second = (recommender.fold_in([Rating(movie_id, 5.0)]) for movie_id in (50, 57))
    assert recommender.recommend(first, first, top=5) == recommender.recommend(first, top=5)
    with pytest.raises(UsageError, match="called 'you'"):
        recommender.recommend(first, second)
    named = recommender.fold_in([Rating(57, 5.0)], name="bob")
    hits = recommender.recommend(first, named, 3, top=5)
    assert [person.name for person in hits[0].people] == ["you", "bob", "3"]


def test_a_group_may_hold_somebody_folded_in(recommender: Recommender, stored: Stored) -> None:
    """What they like counts for everyone."""
    movies = [50, 64]
    hits = recommender.recommend(3, 13, like=movies, top=1000)
    single = [
        {hit.movie: hit.score for hit in recommender.recommend(one, like=movies, top=1000, include_seen=True)}
        for one in (3, 13)
    ]
    assert not {hit.movie.movie_id for hit in hits} & set(movies)
    for hit in hits:
        assert [person.score for person in hit.people] == pytest.approx(
            [scores[hit.movie] for scores in single], abs=1e-4
        )


def test_together_by_the_articles_model(article_home: Path) -> None:
    stored = Stored.read(article_home)
    rated = {movie_id for row in (0, 1) for movie_id in stored.users["movie_ids"][row]}
    everything = by_hand(stored, stored.user_ids[:2])
    left = {movie_id: score for movie_id, score in everything.items() if movie_id not in rated}
    hits = Recommender.open(article_home).recommend(*stored.user_ids[:2], top=1000)
    assert_best(hits, left, 1000, tolerance=1e-3)
    assert {person.predicted_rating for hit in hits for person in hit.people} == {None}
