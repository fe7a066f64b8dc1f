"""Questions to a trained run, answered again with numpy from the stored tables."""

import re
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.errors import NotFoundError, StoreError, UsageError
from movierec_cli.questions.recommender import Recommender, recommend, similar
from tests.support import Checkerboard, Stored, assert_best, make_dataset

PEOPLE = range(Checkerboard.people)


@pytest.fixture(scope="module")
def recommender(checkerboard_home: Path) -> Recommender:
    return Recommender.open(checkerboard_home)


def test_the_withheld_movie_comes_back_first(recommender: Recommender) -> None:
    first = [recommender.recommend(Checkerboard.user_id(person), top=1) for person in PEOPLE]
    assert [[hit.movie.movie_id for hit in hits] for hits in first] == [
        [Checkerboard.withheld(person)] for person in PEOPLE
    ]


@pytest.mark.parametrize("top", [1, 10])
def test_recommend_is_the_best_of_what_is_left(recommender: Recommender, stored: Stored, top: int) -> None:
    for person in PEOPLE:
        user_id = Checkerboard.user_id(person)
        hits = recommender.recommend(user_id, top=top)
        assert_best(hits, stored.left(user_id), top, sinks=stored.sinks(user_id))


@pytest.mark.slow
def test_recommend_gives_all_that_is_left_and_no_more(recommender: Recommender, stored: Stored) -> None:
    catalogue = {Checkerboard.movie_id(movie) for movie in range(Checkerboard.movies)}
    catalogue.add(Checkerboard.unrated_movie)
    for person in PEOPLE:
        user_id = Checkerboard.user_id(person)
        hits = recommender.recommend(user_id, top=1000)
        assert {hit.movie.movie_id for hit in hits} == catalogue - set(Checkerboard.rated(person))
        assert_best(hits, stored.left(user_id), 1000, sinks=stored.sinks(user_id))


def test_a_hit_carries_what_is_known_of_the_movie(recommender: Recommender) -> None:
    hits = recommender.recommend(Checkerboard.user_id(4), top=1000)
    by_id = {hit.movie.movie_id: hit.movie for hit in hits}
    movie = by_id[Checkerboard.movie_id(4)]
    stars = [Checkerboard.rated(person).get(movie.movie_id) for person in PEOPLE]
    given = [value for value in stars if value is not None]
    assert (movie.title, movie.year, movie.genres) == ("Film 4", 1954, ("Comedy",))
    assert movie.label == "Film 4 (1954)"
    assert movie.rating_count == len(given)
    assert movie.mean_rating == pytest.approx(sum(given) / len(given))
    unseen = by_id[Checkerboard.unrated_movie]
    assert (unseen.year, unseen.genres, unseen.mean_rating, unseen.rating_count) == (None, (), None, 0)
    assert (unseen.label, unseen.imdb_id, unseen.tmdb_id) == ("Unseen", None, None)


def test_predicted_stars_are_an_inner_product_within_the_scale(
    recommender: Recommender, stored: Stored
) -> None:
    movies = dict(zip(stored.movies["movie_id"], stored.movies["star_vector"], strict=True))
    for person in PEOPLE:
        vector = stored.users["star_vector"][person]
        for hit in recommender.recommend(Checkerboard.user_id(person), top=1000):
            product = sum(a * b for a, b in zip(vector, movies[hit.movie.movie_id], strict=True))
            assert hit.predicted_rating == pytest.approx(min(max(product, 1.0), 5.0), abs=1e-4)


def test_the_withheld_movie_is_predicted_to_be_loved(recommender: Recommender) -> None:
    """Everyone like-minded gave it 5 stars, and nobody like-minded gave the others more than 1."""
    for person in PEOPLE:
        hits = recommender.recommend(Checkerboard.user_id(person), top=1000)
        stars = {hit.movie.movie_id: hit.predicted_rating or 0 for hit in hits}
        withheld = stars.pop(Checkerboard.withheld(person))
        stars.pop(Checkerboard.unrated_movie)
        assert withheld > 4
        assert max(stars.values()) < 2


@pytest.mark.parametrize("top", [3, 1000])
def test_similar_is_the_nearest_by_the_inner_product_with_the_unit_vector(
    recommender: Recommender, stored: Stored, top: int
) -> None:
    for movie_id in stored.movies["movie_id"]:
        hits = recommender.similar(movie_id, top=top)
        assert_best(hits, stored.likeness(movie_id), top)
        assert max(hit.score for hit in hits) <= 1 + 1e-6


def test_movies_that_the_same_people_love_are_alike(recommender: Recommender) -> None:
    """The genres are the same on both colours, so that only the ratings can tell."""
    for movie in range(Checkerboard.movies):
        cosines: dict[bool, list[float]] = {True: [], False: []}
        for hit in recommender.similar(Checkerboard.movie_id(movie), top=1000):
            if hit.movie.movie_id != Checkerboard.unrated_movie:
                other = (hit.movie.movie_id - 50) // 7
                cosines[other % 2 == movie % 2].append(hit.score)
        assert [len(cosines[True]), len(cosines[False])] == [14, 15]
        assert sum(cosines[True]) / 14 > sum(cosines[False]) / 15


def test_the_functions_answer_like_the_class(recommender: Recommender, checkerboard_home: Path) -> None:
    assert recommend(13, top=4, home=checkerboard_home) == recommender.recommend(13, top=4)
    movie_id = Checkerboard.movie_id(7)
    assert similar("film 7", top=4, home=checkerboard_home) == recommender.similar(movie_id, top=4)


@pytest.mark.parametrize("user_id", [4, 0, -1, 2**63 - 1, 2**63, -(2**70)])
def test_an_unknown_person_is_told_who_is_known(recommender: Recommender, user_id: int) -> None:
    with pytest.raises(NotFoundError) as caught:
        recommender.recommend(user_id)
    assert f"no user {user_id} in checkerboard" in caught.value.message
    assert "60 people have ids from 3 to 593" in caught.value.message
    assert "movierec recommend 3" in str(caught.value.hint)


@pytest.mark.parametrize("movie_id", [51, 0, -1, 2**63 - 1, 2**63, -(2**70)])
def test_an_unknown_movie_is_said_to_be_unknown(recommender: Recommender, movie_id: int) -> None:
    with pytest.raises(NotFoundError, match=re.escape(f"no movie with id {movie_id} in checkerboard")):
        recommender.similar(movie_id)


@pytest.mark.parametrize("top", [0, -3])
def test_less_than_one_movie_cannot_be_asked_for(recommender: Recommender, top: int) -> None:
    with pytest.raises(UsageError, match=f"--top {top}"):
        recommender.recommend(3, top=top)
    with pytest.raises(UsageError, match=f"--top {top}"):
        recommender.similar(50, top=top)


def test_before_training_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        Recommender.open(tmp_path)
    assert caught.value.hint == "Get the data and train: movierec fetch && movierec train"
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_its_tables_is_a_store_error(checkerboard_home: Path, tmp_path: Path) -> None:
    run = Recommender.open(checkerboard_home).run
    folder = tmp_path / "runs" / run.run_id
    folder.mkdir(parents=True)
    (folder / "run.json").write_bytes((run.folder / "run.json").read_bytes())
    (tmp_path / "CURRENT").write_text(run.run_id)
    with pytest.raises(StoreError) as caught:
        recommend(3, home=tmp_path)
    assert "is missing" in caught.value.message
    assert "movierec train" in str(caught.value.hint)


class TestTheArticlesModel:
    """Searched by Euclidean distance."""

    def test_recommend_is_the_nearest_of_what_is_left(self, article_home: Path) -> None:
        stored = Stored.read(article_home)
        recommender = Recommender.open(article_home)
        assert stored.model["score_metric"] == "l2"
        for user_id in stored.user_ids:
            hits = recommender.recommend(user_id, top=12)
            assert_best(hits, stored.left(user_id), 12, tolerance=1e-4)
            assert {hit.predicted_rating for hit in hits} == {None}

    def test_similar_is_the_nearest_by_cosine_of_unit_vectors(self, article_home: Path) -> None:
        stored = Stored.read(article_home)
        recommender = Recommender.open(article_home)
        for movie_id in stored.movies["movie_id"]:
            assert_best(recommender.similar(movie_id), stored.likeness(movie_id), 10)


# ---- many movies ----


@pytest.mark.slow
def test_people_who_rated_much_get_the_same_with_and_without_an_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People with a few and with hundreds of ratings, asked through the index, with --exact, and numpy."""
    from movierec_cli.store import writer
    from movierec_cli.training.train import train

    monkeypatch.setattr(writer, "INDEX_FROM", 500)
    rng = np.random.default_rng(0)
    counts = {1: 12, 2: 300, 3: 450, **dict.fromkeys(range(4, 30), 40)}
    ratings = [
        (person, int(movie), float(rng.integers(1, 6)), moment)
        for person, count in counts.items()
        for moment, movie in enumerate(rng.choice(500, count, replace=False) + 1)
    ]
    movies = [(movie, f"Film {movie}", 1950 + movie % 60, ("Drama",)) for movie in range(1, 501)]
    train(make_dataset("many", movies, ratings), epochs=0, home=tmp_path)
    recommender = Recommender.open(tmp_path)
    assert (recommender.run.folder / "movies.indexes.json").is_file()
    stored = Stored.read(tmp_path)
    for person in (1, 2, 3, 4):
        exact = recommender.recommend(person, exact=True)
        assert_best(exact, stored.left(person), 10, sinks=stored.sinks(person))
        quick = recommender.recommend(person)
        assert len({hit.movie for hit in quick} & {hit.movie for hit in exact}) >= 9
        scores = stored.left(person)
        assert [hit.score for hit in quick] == pytest.approx(
            [scores[hit.movie.movie_id] for hit in quick], rel=1e-3, abs=1e-3
        )
        assert [hit.rank for hit in quick] == [*range(1, 11)]
