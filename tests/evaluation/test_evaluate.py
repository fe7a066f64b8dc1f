"""evaluate: the baselines against their formulas, the table on data whose answer is known."""

import csv
import io
import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.errors import DataError, UsageError
from movierec_cli.evaluation import baselines, compare, metrics
from movierec_cli.questions.recommender import Recommender
from movierec_cli.training import article
from movierec_cli.training.data import TrainingData, TrainingOptions
from movierec_cli.training.everybody import divided, whole
from movierec_cli.training.train import train
from movierec_cli.training.validation import RankingTask
from movierec_cli.vectors.scale import RatingScale
from tests.support import Cli, MovieRow, Stored, make_dataset

Dense = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def interactions(checkerboard: Dataset) -> Interactions:
    return Interactions.from_dataset(checkerboard)


@pytest.fixture(scope="module")
def dense(interactions: Interactions) -> Dense:
    """(people, movies) stars, 0 where there is none."""
    matrix = np.zeros((len(interactions.user_ids), len(interactions.movie_ids)))
    matrix[interactions.user_index, interactions.movie_index] = interactions.rating
    return matrix


PEOPLE = np.array([0, 3, 7])


def test_popularity_counts_ratings(interactions: Interactions, dense: Dense) -> None:
    scores = baselines.popularity(interactions)(PEOPLE)
    np.testing.assert_array_equal(scores, np.tile((dense > 0).sum(axis=0), (3, 1)))


def test_ease_is_the_closed_form(interactions: Interactions, dense: Dense) -> None:
    share = dense / 5
    inverse = np.linalg.inv(share.T @ share + 3.0 * np.eye(dense.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    scores = baselines.ease(interactions, 3.0, 5.0)(PEOPLE)
    np.testing.assert_allclose(scores, share[PEOPLE] @ weights, rtol=1e-3, atol=1e-4)


def test_item_knn_keeps_the_nearest_columns(interactions: Interactions, dense: Dense) -> None:
    length = np.sqrt(np.maximum((dense**2).sum(axis=0), 1e-9))
    cosine = dense.T @ dense / length[:, None] / length[None, :]
    np.fill_diagonal(cosine, 0)
    everything = baselines.item_knn(interactions, 10_000)(PEOPLE)
    np.testing.assert_allclose(everything, dense[PEOPLE] @ cosine, rtol=1e-4, atol=1e-4)
    nearest = np.sort(cosine, axis=0)[-1]
    one = baselines.item_knn(interactions, 1)(PEOPLE)
    for movie in range(dense.shape[1]):
        rows = np.flatnonzero(np.isclose(cosine[:, movie], nearest[movie], rtol=1e-5))
        possible = dense[PEOPLE][:, rows] * nearest[movie]
        assert any(np.allclose(one[:, movie], column, rtol=1e-4, atol=1e-4) for column in possible.T)


def test_settings_are_chosen_without_the_held_out_part(interactions: Interactions) -> None:
    """The better of two settings is found although no fit ever sees what the task holds out."""
    seen, held_out = hold_out(interactions, 0.2, seed=0)
    task = RankingTask(seen, held_out, 5.0)
    sizes = []

    def fit(ratings: Interactions, backwards: bool) -> baselines.Scores:
        sizes.append(len(ratings.rating))
        scores = baselines.ease(ratings, 10.0, 5.0)
        return lambda users: -scores(users) if backwards else scores(users)

    assert baselines.choose(task, "random", 0, [True, False], fit) is False
    assert len(sizes) == 2
    assert max(sizes) < len(seen.rating)


def test_two_tastes_are_beyond_popularity_but_not_beyond_ease(checkerboard: Dataset) -> None:
    """Liked and held out are only movies of one's own colour; half of the popular ones have the other.

    At worst the one movie that a person never rated stands before those held out: with a single one of
    those, NDCG is then 1 / log2(3) = 0.63, with more of them it is higher.
    """
    judged: list[str] = []
    comparison = compare.evaluate(checkerboard, models=["popularity", "ease"], on_model=judged.append)
    popularity, ease = comparison.figures
    assert judged == ["popularity", "ease"] == [popularity.model, ease.model]
    assert ease.ndcg > 0.63
    assert ease.recall == ease.hit_rate == 1.0
    assert popularity.ndcg < ease.ndcg - 0.05
    for figures in comparison.figures:
        assert figures.ndcg_low <= figures.ndcg <= figures.ndcg_high
        assert 0 < figures.coverage <= 1
        assert figures.rmse is None and figures.mae is None


@pytest.mark.slow
def test_als_tells_two_tastes_apart(checkerboard: Dataset) -> None:
    if not find_spec("implicit"):
        pytest.skip("the package implicit has no wheel for this Python, so the dev extra leaves it out")
    als, popularity = compare.evaluate(checkerboard, models=["als", "popularity"]).figures
    assert als.ndcg > 0.63
    assert als.recall == 1.0
    assert popularity.ndcg < als.ndcg - 0.05


@pytest.mark.slow
def test_what_is_judged_does_not_depend_on_the_scale(checkerboard: Dataset) -> None:
    """Stars of 5 and 1 as 10 and 2: shares of the highest rating are the same."""
    doubled = replace(
        checkerboard,
        ratings=checkerboard.ratings.assign(rating=checkerboard.ratings["rating"] * 2),
        scale=RatingScale(0, 10, 1),
    )
    models = ["popularity", "item-knn", "ease", *(["als"] if find_spec("implicit") else [])]
    five, ten = (
        [replace(figures, seconds=0.0) for figures in compare.evaluate(dataset, models=models).figures]
        for dataset in (checkerboard, doubled)
    )
    assert five == ten


def test_where_nothing_is_liked_nothing_can_be_judged(checkerboard: Dataset) -> None:
    ten = replace(checkerboard, scale=RatingScale(0, 10, 1))
    with pytest.raises(DataError, match="is 8 or more, which is liked on its scale, 0 to 10") as caught:
        compare.evaluate(ten, models=["popularity"])
    assert caught.value.hint and "--scale" in caught.value.hint


@pytest.mark.slow
def test_the_articles_network_is_judged_by_its_nearest_neighbours(checkerboard: Dataset) -> None:
    """The same training once more, and its lists by brute force."""
    figures = compare.evaluate(checkerboard, models=["article"], epochs=4, seed=3).figures[0]
    seen, held_out = hold_out(Interactions.from_dataset(checkerboard), 0.2, seed=3)
    data = replace(TrainingData.of(checkerboard), people=divided(seen))
    trained = article.fit(data, TrainingOptions(epochs=4, seed=3))
    users, movies = whole(trained.user_vectors["score_vector"]), trained.movie_vectors["score_vector"]
    ndcgs = []
    for person in range(len(seen.user_ids)):
        rated, later = (
            part.movie_index[part.row_splits[person] : part.row_splits[person + 1]]
            for part in (seen, held_out)
        )
        stars = held_out.rating[held_out.row_splits[person] : held_out.row_splits[person + 1]]
        liked = set(later[stars >= 4].tolist())
        if not liked:
            continue
        distance = ((movies - users[person]) ** 2).sum(axis=1)
        nearest = [movie for movie in np.argsort(distance, kind="stable").tolist() if movie not in rated][:10]
        gain = sum(1 / np.log2(rank + 2) for rank, movie in enumerate(nearest) if movie in liked)
        ndcgs.append(gain / sum(1 / np.log2(rank + 2) for rank in range(min(10, len(liked)))))
    assert figures.ndcg == pytest.approx(np.mean(ndcgs), abs=1e-6)
    assert trained.predict_stars is not None
    error = trained.predict_stars(held_out.user_index, held_out.movie_index) - held_out.rating
    assert figures.rmse == pytest.approx(np.sqrt((error**2).mean()), rel=1e-5)
    assert figures.mae == pytest.approx(np.abs(error).mean(), rel=1e-5)


@pytest.fixture(scope="module")
def noisy() -> Dataset:
    """Fifty people who rate half of sixty movies as it happens, so that much is predicted to be bad."""
    rng = np.random.default_rng(11)
    ratings = [
        (person, movie, float(np.clip(round(rng.normal(2.2 + movie % 3, 1.2)), 1, 5)), moment)
        for person in range(1, 51)
        for moment, movie in enumerate(rng.permutation(60)[:30].tolist())
    ]
    movies: list[MovieRow] = [(movie, f"Film {movie}", 1990, ("Drama",)) for movie in range(60)]
    return make_dataset("noisy", movies, ratings)


def ndcg_at_10(lists: dict[int, list[int]], liked: dict[int, set[int]]) -> float:
    """The mean over people of whose held-out ratings one is liked."""
    values = []
    for user_id, relevant in liked.items():
        gain = sum(1 / np.log2(rank + 2) for rank, movie in enumerate(lists[user_id]) if movie in relevant)
        values.append(gain / sum(1 / np.log2(rank + 2) for rank in range(min(10, len(relevant)))))
    return float(np.mean(values))


@pytest.mark.slow
@pytest.mark.parametrize(("model", "epochs"), [("computed", 0), ("ranking", 2)])
def test_a_row_of_our_own_is_what_recommend_shows(
    noisy: Dataset, tmp_path: Path, model: str, epochs: int
) -> None:
    """The same part of the ratings trained on by `train`, and its lists asked of the database. What sinks
    is part of them: by the scores alone the figure is another one."""
    figures = compare.evaluate(noisy, models=[model], epochs=epochs or 2, seed=5).figures[0]
    seen, held_out = hold_out(Interactions.from_dataset(noisy), 0.2, seed=5)
    kept = set(zip(seen.user_ids[seen.user_index].tolist(), seen.movie_index.tolist(), strict=True))
    pairs = zip(noisy.ratings["user_id"], noisy.ratings["movie_id"], strict=True)
    part = noisy.ratings[[pair in kept for pair in pairs]].reset_index(drop=True)
    train(replace(noisy, ratings=part), epochs=epochs, seed=5, home=tmp_path)
    liked: dict[int, set[int]] = {}
    for person, movie, stars in zip(held_out.user_index, held_out.movie_index, held_out.rating, strict=True):
        if stars >= 4:
            liked.setdefault(int(held_out.user_ids[person]), set()).add(int(movie))
    recommender, stored = Recommender.open(tmp_path), Stored.read(tmp_path)
    lists = {user: [hit.movie.movie_id for hit in recommender.recommend(user)] for user in liked}
    assert figures.ndcg == pytest.approx(ndcg_at_10(lists, liked), abs=1e-6)
    plain = {}
    for user in liked:
        left = stored.left(user)
        plain[user] = sorted(left, key=lambda movie: -left[movie])[:10]
    assert abs(figures.ndcg - ndcg_at_10(plain, liked)) > 1e-3
    errors = [
        recommender.predict(int(held_out.user_ids[person]), int(movie)).predicted_rating - stars
        for person, movie, stars in zip(
            held_out.user_index, held_out.movie_index, held_out.rating.tolist(), strict=True
        )
    ]
    assert figures.rmse == pytest.approx(np.sqrt(np.mean(np.square(errors))), rel=1e-4)
    assert figures.mae == pytest.approx(np.abs(errors).mean(), rel=1e-4)
    assert figures.setting.startswith(f"{epochs} epochs" if epochs else "")
    assert bool(figures.setting) == bool(epochs)


def test_computed_stands_beside_ranking(checkerboard: Dataset) -> None:
    """Two tastes are no trouble to it, and TensorFlow has no part in it."""
    assert list(compare.MODELS)[:2] == ["ranking", "computed"]
    computed, popularity = compare.evaluate(checkerboard, models=["computed", "popularity"]).figures
    assert (computed.model, computed.recall, computed.hit_rate) == ("computed", 1.0, 1.0)
    assert computed.ndcg > 0.63 and popularity.ndcg < computed.ndcg - 0.05
    assert computed.rmse is not None and computed.rmse < 1


def test_a_bootstrap_interval_is_that_of_the_mean() -> None:
    values = np.random.default_rng(0).normal(0.4, 0.3, 400)
    low, high = metrics.bootstrap_interval(values)
    error = 1.96 * values.std() / np.sqrt(len(values))
    assert (low, high) == pytest.approx((values.mean() - error, values.mean() + error), abs=0.01)


def test_an_unknown_model_is_refused(checkerboard: Dataset) -> None:
    with pytest.raises(UsageError, match="no model 'svd'"):
        compare.evaluate(checkerboard, models=["svd"])


@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_the_command_shows_every_model(
    cli: Cli, checkerboard: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    monkeypatch.setattr(compare, "load_dataset", lambda _name, **_options: checkerboard)
    names = ["popularity", "item-knn", "ease"]
    result = cli("evaluate", "--models", ", ".join(names), "--format", output, home=tmp_path)
    assert result.code == 0
    assert not list(tmp_path.iterdir())
    if output == "json":
        answer = json.loads(result.out)
        assert [figures["model"] for figures in answer["figures"]] == names
        assert (answer["dataset"], answer["split"]) == ("checkerboard", "random")
    elif output == "csv":
        rows = list(csv.DictReader(io.StringIO(result.out)))
        assert [row["model"] for row in rows] == names
        assert all(row["rmse"] == "" and 0 <= float(row["ndcg"]) <= 1 for row in rows)
    else:
        assert all(name in result.out for name in names)
        assert max(len(line) for line in result.out.splitlines()) <= 80
