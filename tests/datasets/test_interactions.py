"""Ratings as positions in tables, the ways of holding some out, and the task they make."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, SplitKind, hold_out, joined
from movierec_cli.training.validation import RankingTask
from tests.support import make_dataset

MOVIES = [(movie_id, f"Movie {movie_id}", 2000, ()) for movie_id in (5, 8, 13, 21, 34)]

Entry = tuple[int, int, float]


def entries(interactions: Interactions) -> list[Entry]:
    """Every rating as (user_id, movie_id, stars), in order."""
    return [
        (
            int(interactions.user_ids[user]),
            int(interactions.movie_ids[interactions.movie_index[entry]]),
            float(interactions.rating[entry]),
        )
        for user in range(len(interactions.user_ids))
        for entry in range(interactions.row_splits[user], interactions.row_splits[user + 1])
    ]


@pytest.fixture
def shuffled() -> Dataset:
    """Ratings in no order; user 30's of 8 and 13 came in the same second."""
    return make_dataset(
        "shuffled",
        MOVIES,
        [
            (30, 13, 4.5, 200),
            (7, 34, 2.0, 300),
            (30, 8, 1.0, 200),
            (7, 5, 5.0, 100),
            (12, 21, 3.0, 50),
            (30, 5, 0.5, 900),
            (7, 13, 4.0, 200),
            (30, 34, 3.5, 100),
        ],
    )


def test_from_dataset_sorts_by_person_then_time(shuffled: Dataset) -> None:
    interactions = Interactions.from_dataset(shuffled)
    assert interactions.user_ids.tolist() == [7, 12, 30]
    assert interactions.movie_ids.tolist() == [5, 8, 13, 21, 34]
    assert interactions.counts.tolist() == [3, 1, 4]
    assert entries(interactions) == [
        (7, 5, 5.0),
        (7, 13, 4.0),
        (7, 34, 2.0),
        (12, 21, 3.0),
        (30, 34, 3.5),
        (30, 13, 4.5),  # as in the file where the second is the same
        (30, 8, 1.0),
        (30, 5, 0.5),
    ]
    assert interactions.user_index.tolist() == [0, 0, 0, 1, 2, 2, 2, 2]


def test_dtypes_are_those_documented(shuffled: Dataset) -> None:
    interactions = Interactions.from_dataset(shuffled)
    names = ("user_ids", "movie_ids", "row_splits", "movie_index", "rating", "counts", "user_index")
    dtypes = [str(getattr(interactions, name).dtype) for name in names]
    assert dtypes == ["int64", "int64", "int64", "int32", "float32", "int64", "int32"]


def test_entries_of_some_people(shuffled: Dataset) -> None:
    interactions = Interactions.from_dataset(shuffled)
    rows, positions = interactions.entries(np.array([2, 0]))
    assert rows.tolist() == [0, 0, 0, 0, 1, 1, 1]
    ids = interactions.movie_ids[interactions.movie_index[positions]]
    assert ids.tolist() == [34, 13, 8, 5, 5, 13, 34]
    assert interactions.rating[positions].tolist() == [3.5, 4.5, 1.0, 0.5, 5.0, 4.0, 2.0]
    assert [part.tolist() for part in interactions.entries(np.array([], dtype=np.int64))] == [[], []]


def test_where_keeps_people_without_ratings(shuffled: Dataset) -> None:
    kept = Interactions.from_dataset(shuffled)
    kept = kept.where(kept.rating >= 4)
    assert kept.counts.tolist() == [2, 0, 1]
    assert entries(kept) == [(7, 5, 5.0), (7, 13, 4.0), (30, 13, 4.5)]


# ---- holding out ----

COUNTS = [1, 2, 3, 4, 5, 9, 10, 14, 15, 25]


@pytest.fixture(scope="module")
def many() -> Interactions:
    """People with 1 to 25 ratings, one a second."""
    movies = [(movie, f"Movie {movie}", None, ()) for movie in range(1, 41)]
    ratings = [
        (person, 1 + (3 * person + 7 * number) % 40, 1.0 + number % 5, 1000 + number)
        for person, count in enumerate(COUNTS, start=1)
        for number in range(count)
    ]
    return Interactions.from_dataset(make_dataset("many", movies, ratings))


@pytest.mark.parametrize("kind", ["random", "temporal"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.2, 0.5, 0.99])
def test_the_parts_are_disjoint_complete_and_of_the_right_size(
    many: Interactions, kind: SplitKind, share: float
) -> None:
    kept, held = hold_out(many, share, kind=kind, seed=3)
    assert Counter(entries(kept)) + Counter(entries(held)) == Counter(entries(many))
    assert max(Counter(entries(many)).values()) == 1
    expected = [min(math.floor(count * share + 0.5), count - 1) for count in COUNTS]
    assert held.counts.tolist() == expected
    for part in (kept, held):
        order = {entry: position for position, entry in enumerate(entries(many))}
        positions = [order[entry] for entry in entries(part)]
        assert positions == sorted(positions)  # the oldest still come first


def test_temporal_holds_out_the_latest(many: Interactions) -> None:
    kept, held = hold_out(many, 0.3, kind="temporal")
    for person, count in enumerate(COUNTS, start=1):
        everything = [entry for entry in entries(many) if entry[0] == person]
        latest = min(math.floor(0.3 * count + 0.5), count - 1)
        assert [entry for entry in entries(kept) if entry[0] == person] == everything[: count - latest]
        assert [entry for entry in entries(held) if entry[0] == person] == everything[count - latest :]


def test_the_seed_decides_the_random_split(many: Interactions) -> None:
    first = entries(hold_out(many, 0.3, seed=1)[1])
    assert entries(hold_out(many, 0.3, seed=1)[1]) == first
    assert entries(hold_out(many, 0.3, seed=2)[1]) != first


def test_every_rating_is_as_likely_to_be_held_out(many: Interactions) -> None:
    """Of 25 ratings 5 are held out: each in a fifth of the splits, four standard deviations allowed."""
    splits = 500
    drawn = Counter(
        entry
        for seed in range(splits)
        for entry in entries(hold_out(many, 0.2, seed=seed)[1])
        if entry[0] == 10
    )
    deviation = math.sqrt(splits * 0.2 * 0.8)
    assert len(drawn) == 25
    assert all(abs(times - splits * 0.2) < 4 * deviation for times in drawn.values())


@pytest.mark.parametrize("kind", ["random", "temporal"])
@pytest.mark.parametrize("edges", [[0, 10], [0, 1, 10], [0, 4, 4, 7, 10]])
def test_parts_of_people_are_split_as_all_are(many: Interactions, kind: SplitKind, edges: list[int]) -> None:
    expected = [entries(part) for part in hold_out(many, 0.3, kind=kind, seed=3)]
    parts = [
        hold_out(many.of_some(np.arange(low, high)), 0.3, kind=kind, seed=3, first=sum(COUNTS[:low]))
        for low, high in itertools.pairwise(edges)
    ]
    found = [[entry for part in parts for entry in entries(part[split])] for split in (0, 1)]
    assert found == expected


def test_joined_are_the_people_one_after_another(shuffled: Dataset) -> None:
    everybody = Interactions.from_dataset(shuffled)
    parts = [everybody.of_some(np.array(users, dtype=np.int64)) for users in ([0], [], [1, 2])]
    together = joined(parts)
    assert entries(together) == entries(everybody)
    assert together.row_splits.tolist() == [0, 3, 4, 8]
    assert together.movie_ids.tolist() == [5, 8, 13, 21, 34]
    names = ("user_ids", "movie_ids", "row_splits", "movie_index", "rating")
    dtypes = [str(getattr(together, name).dtype) for name in names]
    assert dtypes == ["int64", "int64", "int64", "int32", "float32"]


# ---- the ranking task ----


def test_lists_leave_out_what_was_seen_and_end_with_minus_one(shuffled: Dataset) -> None:
    everything = Interactions.from_dataset(shuffled)
    seen, held_out = hold_out(everything, 0.25, kind="temporal")
    task = RankingTask(seen, held_out, 5.0)
    scores = np.tile(np.array([5, 4, 3, 2, 1], dtype=np.float32), (2, 1))
    # Seen: 7 has 5 and 13, 30 has 34, 13 and 8; by falling score the movies are 5, 8, 13, 21, 34.
    lists = task.lists(np.array([0, 2]), scores, top=5)
    assert lists.tolist() == [[1, 3, 4, -1, -1], [0, 3, -1, -1, -1]]


def test_liked_is_four_stars_of_five() -> None:
    ratings = [(person, 5, stars, 1) for person, stars in enumerate([3.5, 4.0, 5.0], start=1)]
    held_out = Interactions.from_dataset(make_dataset("liked", MOVIES, ratings))
    seen = held_out.where(np.zeros(3, dtype=bool))
    task = RankingTask(seen, held_out, 5.0)
    assert task.judged.tolist() == [1, 2]
    assert RankingTask(seen, held_out, 10.0).judged.tolist() == []


def test_a_judgement_is_the_mean_over_people_with_something_liked(many: Interactions) -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(len(COUNTS), 40)).astype(np.float32)
    seen, held_out = hold_out(many, 0.5, seed=4)
    ndcgs, losses = [], []
    for person in range(len(COUNTS)):
        user_id = person + 1
        known = {movie_id for user, movie_id, _ in entries(seen) if user == user_id}
        liked = {movie_id for user, movie_id, stars in entries(held_out) if user == user_id and stars >= 4}
        if not liked:
            continue
        score = {movie + 1: float(scores[person, movie]) for movie in range(40)}
        ranking = sorted((movie for movie in score if movie not in known), key=lambda m: -score[m])
        gain = sum(1 / math.log2(rank + 2) for rank, movie in enumerate(ranking) if movie in liked)
        ndcgs.append(gain / sum(1 / math.log2(rank + 2) for rank in range(len(liked))))
        everything = sum(math.exp(value) for value in score.values())
        losses.append(-sum(math.log(math.exp(score[movie]) / everything) for movie in liked) / len(liked))
    assert 3 < len(ndcgs) < len(COUNTS)
    task = RankingTask(seen, held_out, 5.0)
    judgement = task.judge(lambda part: scores[task.sample[part]])
    assert judgement.ndcg == pytest.approx(sum(ndcgs) / len(ndcgs))
    assert judgement.loss == pytest.approx(sum(losses) / len(losses), rel=1e-5)


def test_a_judgement_looks_at_the_first_hundred_and_counts_ties_against_the_model() -> None:
    movies = [(movie, f"Movie {movie}", None, ()) for movie in range(1, 301)]
    held_out = Interactions.from_dataset(make_dataset("ties", movies, [(1, 150, 5.0, 1)]))
    task = RankingTask(held_out.where(np.array([False])), held_out, 5.0)

    def ndcg(scores: list[float]) -> float:
        return task.judge(lambda _part: np.array([scores], dtype=np.float32)).ndcg

    assert ndcg([0.0] * 300) == 0
    falling = [-float(movie) for movie in range(300)]
    assert ndcg(falling) == 0  # movie 150 comes 150th
    falling[149] = falling[98] - 0.5  # behind 99 others: the hundredth
    assert ndcg(falling) == pytest.approx(1 / math.log2(101))
    falling[149] = falling[1]  # as good as the second
    assert ndcg(falling) == pytest.approx(1 / math.log2(4))


def test_of_many_people_a_sample_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    ratings = [(person, 5, 5.0, 1) for person in range(1, 31)]
    held_out = Interactions.from_dataset(make_dataset("liked", MOVIES, ratings))
    monkeypatch.setattr("movierec_cli.training.validation.PEOPLE_JUDGED", 12)
    sample = RankingTask(held_out.where(np.zeros(30, dtype=bool)), held_out, 5.0).sample
    assert len(sample) == len(set(sample.tolist())) == 12
    assert sorted(sample.tolist()) == sample.tolist()
    assert set(sample.tolist()) <= set(range(30))


def test_a_judgement_of_nobody_is_zero(many: Interactions) -> None:
    nothing = many.where(np.zeros(len(many.rating), dtype=bool))
    judged = RankingTask(many, nothing, 5.0).judge(lambda _part: np.ones((0, 40), np.float32))
    assert (judged.loss, judged.ndcg) == (0, 0)


@pytest.mark.parametrize("in_order", [True, False])
def test_ratings_are_sorted_by_person_and_time(in_order: bool) -> None:
    """Expected: Python's own sort, which leaves what is equal as it is."""
    rng = np.random.default_rng(5)
    rows = [
        (user_id, movie_id, float(rng.integers(1, 6)), int(rng.integers(0, 4)))
        for user_id in range(1, 12)
        for movie_id in (5, 8, 13, 21, 34)[: rng.integers(1, 6)]
    ]
    if not in_order:
        rng.shuffle(rows)
    rows = [(int(user), int(movie), float(stars), int(when)) for user, movie, stars, when in rows]
    found = Interactions.from_dataset(make_dataset("some", MOVIES, rows))
    expected = sorted(rows, key=lambda row: (row[0], row[3]))
    assert entries(found) == [row[:3] for row in expected]
    kept, held_out = hold_out(found, 0.4, seed=3)
    chance = np.random.default_rng(3).random(len(rows))
    for user in range(11):
        of_user = range(found.row_splits[user], found.row_splits[user + 1])
        held = int(len(of_user) * 0.4 + 0.5) if len(of_user) > 1 else 0
        # The places that the largest numbers have when they are put in order are held out.
        order = sorted(of_user, key=lambda entry: chance[entry])
        assert held_out.counts[user] == held
        given = [entries(found)[entry] for entry in sorted(order[len(order) - held :])]
        assert [one for one in entries(held_out) if one[0] == user + 1] == given
    assert len(kept.rating) + len(held_out.rating) == len(rows)


@pytest.mark.parametrize("largest", [900, 3_000_000_000])
def test_movie_ids_become_rows_however_large_they_are(largest: int) -> None:
    movie_ids = [3, 70, 71, 500, largest]
    movies = [(movie_id, f"Movie {movie_id}", None, ()) for movie_id in movie_ids]
    rated = [500, 3, largest, 71]
    ratings = [(1, movie_id, 4.0, moment) for moment, movie_id in enumerate(rated)]
    found = Interactions.from_dataset(make_dataset("ids", movies, ratings))
    assert [movie_ids[row] for row in found.movie_index] == rated
