"""Whatever scale ratings are on, the same tastes give the same lists."""

from dataclasses import replace
from pathlib import Path

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.datasets.library import fetch
from movierec_cli.profiles.rating import rate
from movierec_cli.questions.answers import Hit
from movierec_cli.questions.recommender import Recommender
from movierec_cli.training.train import train
from movierec_cli.training.validation import RankingTask
from movierec_cli.vectors.scale import RatingScale
from tests.support import Checkerboard, MovieRow, Stored, assert_best, make_dataset, write_csv_layout


def on_scale(factor: float) -> Dataset:
    """The checkerboard with ratings of 1 to 10, times `factor`: 6 to 10 of one's own colour, 1 to 5 else."""
    dataset = Checkerboard.dataset()
    ratings = dataset.ratings
    tenths = ratings.index % 5 + (ratings["rating"] == 5) * 5 + 1
    assert set(tenths) == set(range(1, 11))
    return replace(dataset, ratings=ratings.assign(rating=(tenths * factor).astype("float32")))


def trained(home: Path, dataset: Dataset, scale: tuple[float, float] | None = None) -> Recommender:
    """The dataset fetched from a folder, and a model trained on what is loaded."""
    fetch(source=write_csv_layout(dataset, home / "source"), name="board", scale=scale, home=home)
    train("board", epochs=4, dim=8, batch_size=20, seed=3, home=home)
    return Recommender.open(home)


def out_of_ten(hits: list[Hit], factor: int) -> list[float]:
    """The predicted ratings, times `factor`; at least 1, where half stars end."""
    stars = [hit.predicted_rating for hit in hits if hit.predicted_rating is not None]
    assert len(stars) == len(hits)
    return [max(1.0, factor * rating) for rating in stars]


@pytest.fixture(scope="module")
def half_stars(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    recommender = trained(tmp_path_factory.mktemp("stars"), on_scale(0.5))
    assert recommender.run.facts.dataset.rating_scale == (0.5, 5.0)
    return recommender


@pytest.mark.slow
@pytest.mark.parametrize(("scale", "found"), [(None, (1.0, 10.0)), ((0, 10), (0.0, 10.0))])
def test_ratings_to_ten_and_their_copy_in_half_stars_give_the_same_lists(
    half_stars: Recommender,
    tmp_path: Path,
    scale: tuple[float, float] | None,
    found: tuple[float, float],
) -> None:
    ten = trained(tmp_path, on_scale(1.0), scale)
    assert ten.run.facts.dataset.rating_scale == found
    stored = Stored.read(half_stars.run.home.root)
    lists = set()
    for person in range(Checkerboard.people):
        user_id = Checkerboard.user_id(person)
        stars, tenths = (one.recommend(user_id, top=20, explain=True) for one in (half_stars, ten))
        assert_best(tenths, stored.left(user_id), 20, tolerance=1e-4, sinks=stored.sinks(user_id))
        assert out_of_ten(stars, 2) == pytest.approx(out_of_ten(tenths, 1), abs=1e-3)
        lists.add(tuple(hit.movie.movie_id for hit in stars))
    assert len(lists) > Checkerboard.people / 3  # one list for everybody would be the same without a reason
    for movie in map(Checkerboard.movie_id, range(Checkerboard.movies)):
        assert_best(ten.similar(movie), stored.likeness(movie), 10)
    everyone = [Checkerboard.user_id(person) for person in (0, 1, 4)]
    stars, tenths = (one.recommend(*everyone, top=10) for one in (half_stars, ten))
    assert_best(tenths, {hit.movie.movie_id: hit.score for hit in stars}, 10)


@pytest.mark.slow
def test_a_profile_gets_the_same_list_from_both(half_stars: Recommender, tmp_path: Path) -> None:
    ten = trained(tmp_path, on_scale(1.0), (0, 10))
    lists = []
    for recommender in (half_stars, ten):
        home = recommender.run.home.root
        for title, stars in (("Film 4", 5.0), ("Film 7", 0.5), ("Film 10", 3.5), ("Film 12", 4.5)):
            rate(title, stars, profile="somebody", home=home)
        lists.append(recommender.recommend("somebody", top=20))
    assert [hit.movie.movie_id for hit in lists[0]] == [hit.movie.movie_id for hit in lists[1]]
    assert [hit.score for hit in lists[0]] == pytest.approx([hit.score for hit in lists[1]], abs=1e-4)
    assert out_of_ten(lists[0], 2) == pytest.approx(out_of_ten(lists[1], 1), abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scale", "loved", "hated"),
    [
        (RatingScale(0, 100, 1), 97.0, 3.0),
        (RatingScale(-10, 10), 9.3, -8.2),
        (RatingScale(0, 1, 1), 1.0, 0.0),
        (RatingScale(1, 1), 1.0, None),
    ],
    ids=lambda value: value.text if isinstance(value, RatingScale) else "",
)
def test_the_movie_that_like_minded_people_love_comes_first(
    tmp_path: Path, scale: RatingScale, loved: float, hated: float | None
) -> None:
    dataset = Checkerboard.dataset()
    ratings = dataset.ratings.assign(
        rating=dataset.ratings["rating"].map({5: loved, 1: hated}).astype("float32")
    )
    dataset = replace(dataset, ratings=ratings.dropna().reset_index(drop=True), scale=scale)
    train(dataset, epochs=20, dim=16, batch_size=20, seed=1, home=tmp_path)
    recommender = Recommender.open(tmp_path)
    for person in range(Checkerboard.people):
        hit = recommender.recommend(Checkerboard.user_id(person), top=1)[0]
        assert hit.movie.movie_id == Checkerboard.withheld(person)
        assert hit.predicted_rating == pytest.approx(loved, abs=0.02 * scale.highest)


@pytest.mark.parametrize(
    ("lowest", "highest", "liked"),
    [
        (0.5, 5.0, [4, 4.5, 5]),
        (0.0, 10.0, [8, 9, 10]),
        (0.0, 100.0, [80, 100]),
        (-10.0, 10.0, [6, 6.5, 7, 8, 9, 10]),
        (0.0, 1.0, [0.8, 1.0]),
        (1.0, 1.0, [1.0]),
    ],
)
def test_what_counts_as_liked_follows_the_scale(lowest: float, highest: float, liked: list[float]) -> None:
    given = [-10, -1, 0, 0.5, 0.75, 0.8, 1, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8, 9, 10, 79, 80, 100]
    given = [rating for rating in given if lowest <= rating <= highest]
    movies: list[MovieRow] = [(movie, f"Film {movie}", 1990, ()) for movie in range(len(given))]
    dataset = make_dataset("given", movies, [(1, movie, rating, 1) for movie, rating in enumerate(given)])
    interactions = Interactions.from_dataset(dataset)
    task = RankingTask(interactions, interactions, highest, lowest)
    assert task.liked.rating.tolist() == pytest.approx(liked)
