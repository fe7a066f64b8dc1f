"""What somebody hates sinks, and stays sunk, in data where it is known what each one hates."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.profiles.rating import rate
from movierec_cli.questions import best
from movierec_cli.questions.answers import Hit, Rating
from movierec_cli.questions.export import export
from movierec_cli.questions.filters import Filters
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store import movies
from movierec_cli.training.train import train
from tests.support import Halves, MovieRow, Stored, assert_best, make_dataset, scores_of

PEOPLE = range(Halves.people)


@pytest.fixture(scope="module")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Halves, with a network that has learned little."""
    home = tmp_path_factory.mktemp("trained-halves")
    train(Halves.dataset(), epochs=2, dim=8, batch_size=20, home=home)
    return home


@pytest.fixture(scope="module", params=["computed", "trained"])
def home(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue("halves_home" if request.param == "computed" else "trained_home")
    return found


@pytest.fixture(scope="module")
def recommender(home: Path) -> Recommender:
    return Recommender.open(home)


@pytest.fixture(scope="module")
def stored(home: Path) -> Stored:
    return Stored.read(home)


def ids(hits: list[Hit]) -> list[int]:
    return [hit.movie.movie_id for hit in hits]


def assert_loved_first(hits: list[Hit], loved: set[int], left: int) -> None:
    """The `left` movies of the loved half come before all of the other."""
    flags = [movie_id in loved for movie_id in ids(hits)]
    assert flags == sorted(flags, reverse=True)
    assert sum(flags) == left


@pytest.mark.slow
def test_the_hated_half_comes_after_everything_else(recommender: Recommender) -> None:
    for person in PEOPLE:
        rated, loved = set(Halves.rated(person)), Halves.half(person)
        for diversity, novelty in ((0.0, 0.0), (0.9, 0.0), (0.0, 1.0), (1.0, 1.0)):
            hits = recommender.recommend(
                Halves.user_id(person), top=1000, diversity=diversity, novelty=novelty
            )
            assert len(hits) == Halves.movies - len(rated)
            assert_loved_first(hits, loved, len(loved - rated))


def test_two_of_a_mind_are_given_nothing_that_they_hate(recommender: Recommender) -> None:
    for person in range(20):
        rated = {*Halves.rated(person), *Halves.rated(person + 2)}
        hits = recommender.recommend(Halves.user_id(person), Halves.user_id(person + 2), top=1000)
        assert_loved_first(hits, Halves.half(person), len(Halves.half(person) - rated))


def test_who_hates_and_loves_the_opposite_has_nothing_in_common(recommender: Recommender) -> None:
    """The same seven movies loved, and hated."""
    for half in (0, 1):
        seven = sorted(Halves.half(half))[3:10]
        others = sorted(Halves.half(half + 1))[3:10]
        lists = []
        for stars in (5.0, 1.0):
            said = [Rating(one, stars) for one in seven] + [Rating(one, 6.0 - stars) for one in others]
            lists.append(ids(recommender.recommend(recommender.fold_in(said), top=10)))
        assert set(lists[0]) <= Halves.half(half)
        assert set(lists[1]) <= Halves.half(half + 1)


def test_a_profile_that_hates_one_half(recommender: Recommender, tmp_path: Path) -> None:
    home = recommender.run.home.root
    for movie in range(12):
        rate(f"Film {movie}", 0.5 if movie % 2 else 5.0, profile="hater", home=home)
    hits = recommender.recommend("hater", top=1000)
    assert_loved_first(hits, Halves.half(0), 14)


def test_dislikes_alone_and_with_likes(recommender: Recommender) -> None:
    for half in (0, 1):
        hated, loved = sorted(Halves.half(half)), sorted(Halves.half(half + 1))
        for like in ([], loved[:1], loved[:4]):
            hits = recommender.recommend(like=like, dislike=hated[::4], top=10)
            assert set(ids(hits)) <= Halves.half(half + 1) - set(like)


# ---- the nearest of what is hated ----


def some_people() -> Iterator[list[Rating]]:
    """Whoever hates something of their own half: others of it they find fair, or love."""
    for movie in range(0, 24, 3):
        own = [Halves.movie_id((movie + 2 * step) % Halves.movies) for step in range(1, 7)]
        hated = Rating(Halves.movie_id(movie), 1.0)
        yield [hated, *(Rating(one, 3.5) for one in own)]
        yield [*(Rating(one, 5.0) for one in own[:3]), *(Rating(one, 3.5) for one in own[3:]), hated]
        yield [
            *(Rating(one, 4.5) for one in own),
            hated,
            Rating(Halves.movie_id((movie + 14) % Halves.movies), 1.0),
        ]


def test_the_nearest_of_a_hated_movie_sink_unless_something_liked_is_nearer(
    recommender: Recommender, stored: Stored
) -> None:
    """Worked out from the stored vectors; also films that would have been predicted to be good."""
    near = 0
    for said in some_people():
        person = recommender.fold_in(said)
        assert person.star_vector is not None
        ratings = {one.movie_id: one.stars for one in said}
        sinks = stored.sinking(ratings, person.star_vector.tolist())
        left = {one: score for one, score in scores_of(stored, ratings).items() if one not in ratings}
        for top in (1, 10, 1000):
            hits = recommender.recommend(person, top=top)
            assert_best(hits, left, top, tolerance=1e-4, sinks=sinks)
        near += sum(hit.movie.movie_id in sinks and (hit.predicted_rating or 0) >= 3 for hit in hits)
    assert near > 5


@pytest.mark.slow
@pytest.mark.parametrize("filters", [Filters(genres=("War",)), Filters(years=(1965, 1974))])
def test_a_filter_and_what_sinks(recommender: Recommender, stored: Stored, filters: Filters) -> None:
    for person in PEOPLE[:20]:
        user_id = Halves.user_id(person)
        first, last = filters.years
        passing = {
            movie_id
            for movie_id, year, genres in zip(
                stored.movies["movie_id"], stored.movies["year"], stored.movies["genres"], strict=True
            )
            if set(filters.genres) <= set(genres) and (first or 0) <= year <= (last or 9999)
        }
        left = {one: score for one, score in stored.left(user_id).items() if one in passing}
        assert 0 < len(left) < 20
        for top in (2, 1000):
            hits = recommender.recommend(user_id, top=top, filters=filters)
            assert_best(hits, left, top, sinks=stored.sinks(user_id))


# ---- where nearly everything sinks ----


GOOD, BAD = (3, 4, 5), (1, 1, 2, 2, 3)


@pytest.fixture(scope="module")
def grumpy_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty people who rate a third of 150 movies, seldom above 2; twelve movies are good."""
    rng = np.random.default_rng(7)
    ratings = [
        (person, movie + 1, float(rng.choice(GOOD if movie < 12 else BAD)), moment)
        for person in range(1, 61)
        for moment, movie in enumerate(np.flatnonzero(rng.random(150) < 1 / 3).tolist())
    ]
    films: list[MovieRow] = [
        (movie, f"Film {movie}", 1950 + movie % 60, ("Drama",)) for movie in range(1, 151)
    ]
    home = tmp_path_factory.mktemp("grumpy")
    train(make_dataset("grumpy", films, ratings), epochs=0, home=home)
    return home


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [7, 1000])
def test_more_is_asked_for_than_does_not_sink(
    grumpy_home: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """So much sinks that the best by score alone do not hold enough of what does not."""
    for reader in (best, movies):
        monkeypatch.setattr(reader, "AT_ONCE", at_once)
    recommender, stored = Recommender.open(grumpy_home), Stored.read(grumpy_home)
    scarce = 0
    for user_id in stored.user_ids:
        left, sinks = stored.left(user_id), stored.sinks(user_id)
        for top in (5, 25):
            assert_best(recommender.recommend(user_id, top=top), left, top, tolerance=1e-4, sinks=sinks)
        first = sorted(left, key=lambda one: -left[one])[:45]
        scarce += len(set(first) - sinks) < 25 < len(left)
    assert scarce > 30


@pytest.mark.slow
def test_export_is_what_recommend_gives_where_nearly_everything_sinks(
    grumpy_home: Path, tmp_path: Path
) -> None:
    from pyarrow import parquet

    export(tmp_path / "all.parquet", top=25, home=grumpy_home)
    rows = parquet.read_table(tmp_path / "all.parquet").to_pylist()
    recommender = Recommender.open(grumpy_home)
    for user_id in Stored.read(grumpy_home).user_ids:
        own = [row for row in rows if row["user_id"] == user_id]
        hits = recommender.recommend(user_id, top=25)
        assert [hit.movie.movie_id for hit in hits] == [row["movie_id"] for row in own]
        assert [hit.score for hit in hits] == pytest.approx([row["score"] for row in own], abs=1e-4)


# ---- likes alone ----


def test_among_likes_alone_a_dislike_is_only_left_out(tmp_path: Path) -> None:
    """Nothing there speaks against a movie: a dislike says no more than that it is not to come back."""
    likes = [(user, movie, 1.0, moment) for user, movie, stars, moment in all_ratings() if stars > 1]
    train(make_dataset("likes", film_rows(), likes, scale=(1.0, 1.0)), epochs=0, home=tmp_path)
    recommender = Recommender.open(tmp_path)
    even = sorted(Halves.half(0))
    liked = recommender.recommend(like=even[:5], top=1000)
    both = recommender.recommend(like=even[:5], dislike=even[5:7], top=1000)
    assert [hit.movie for hit in both] == [hit.movie for hit in liked if hit.movie.movie_id not in even[5:7]]
    everybody = recommender.recommend(recommender.fold_in([]), top=1000)
    alone = recommender.recommend(dislike=even[:2], top=1000)
    assert ids(alone) == [movie_id for movie_id in ids(everybody) if movie_id not in even[:2]]
    for person in PEOPLE:
        hits = recommender.recommend(Halves.user_id(person), top=2)
        assert set(ids(hits)) <= Halves.half(person) - set(Halves.rated(person))


def all_ratings() -> list[tuple[int, int, float, int]]:
    frame = Halves.dataset().ratings
    return [(int(u), int(m), float(r), int(t)) for u, m, r, t in frame.itertuples(index=False)]


def film_rows() -> list[MovieRow]:
    movies = Halves.dataset().movies
    return [
        (int(movie_id), title, int(year), genres)
        for movie_id, title, year, genres in zip(
            movies["movie_id"], movies["title"], movies["year"], movies["genres"], strict=True
        )
    ]
