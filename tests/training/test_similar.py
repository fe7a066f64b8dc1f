"""The vectors that `similar` searches, by their formula in numpy, and what they are good for."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.training import similar
from movierec_cli.vectors.arrays import Indices, Matrix
from tests.support import MovieRow, make_dataset

Floats = npt.NDArray[np.float64]
GENRES = ("Drama", "War", "Comedy", "Horror")


def likeness(vectors: Matrix) -> Floats:
    """(movies, movies): how much each column is like each row, as it is searched."""
    exact = vectors.astype(np.float64)
    return np.asarray(exact / np.linalg.norm(exact, axis=1, keepdims=True) @ exact.T)


def vectors_of(scores: Matrix, dataset: Dataset, counts: Indices, seed: int) -> Matrix:
    return similar.similar_vectors(scores, dataset.movies, dataset.tags, counts, seed)


def unit(matrix: Floats) -> Floats:
    length = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(length > 0, length, 1))


def learned(movies: int, seed: int = 0, dim: int = 6) -> Matrix:
    return np.random.default_rng(seed).normal(size=(movies, dim)).astype(np.float32)


def dataset_of(
    movies: int, titles: list[str] | None = None, tags: list[tuple[int, str, int]] | None = None
) -> Dataset:
    """Ids 1, 2, ...; titles that share no word but where they are given; a genre and a decade each."""
    rows: list[MovieRow] = [
        (
            number + 1,
            titles[number] if titles else f"Title{number}",
            1950 + 10 * (number % 3),
            (GENRES[number % 4],),
        )
        for number in range(movies)
    ]
    return make_dataset("similar", rows, [], tags=tags)


def by_formula(scores: Floats, counts: list[int], content: list[Floats]) -> Floats:
    """(movies, movies) likeness: e_j (e_i e_j cos + 1/4 of each content's cosine) over the length of i,
    where e = sqrt(n / (n + 10)); and all by the length of the longest vector."""
    known = np.array(counts) + 0.1
    evidence = np.sqrt(known / (known + 10))
    gram = np.outer(evidence, evidence) * (unit(scores) @ unit(scores).T)
    for part in content:
        gram += 0.25 * unit(part) @ unit(part).T
    gram = np.outer(evidence, evidence) * gram
    length = np.sqrt(np.diag(gram))
    return np.asarray(gram / length[:, None] / length.max())


def about(movies: int) -> Floats:
    """Genre and decade, each by the log of how rare it is."""
    features = np.array(
        [
            [*(number % 4 == genre for genre in range(4)), *(number % 3 == decade for decade in range(3))]
            for number in range(movies)
        ],
        dtype=float,
    )
    return np.asarray(features * -np.log(features.mean(axis=0)))


@pytest.mark.parametrize("with_tags", [False, True])
def test_likeness_is_what_the_formula_says(with_tags: bool) -> None:
    """Title words are alone in their titles; with tags, "space" at the first and third, "robots" at the
    third and fifth movie."""
    movies = 12
    counts = [0, 1, 5, 10, 200, 3, 3, 50, 8, 0, 1000, 20]
    tags = [(1, "space", 4), (3, "space", 4), (3, "robots", 1), (5, "robots", 2)]
    scores = learned(movies)
    vectors = vectors_of(
        scores, dataset_of(movies, tags=tags if with_tags else None), np.array(counts), seed=0
    )
    content = [about(movies)]
    if with_tags:
        given = np.zeros((movies, 2))  # log(1 + n) log(movies / 2) each, of which only the first differs
        given[0, 0] = given[2, 0] = math.log(5)
        given[2, 1], given[4, 1] = math.log(2), math.log(3)
        content.append(given)
    np.testing.assert_allclose(
        likeness(vectors), by_formula(scores.astype(float), counts, content), rtol=1e-3, atol=1e-4
    )


def test_likeness_is_never_above_one() -> None:
    for seed in range(5):
        counts = np.random.default_rng(seed).integers(0, 300, size=40)
        vectors = vectors_of(learned(40, seed), dataset_of(40), counts, seed)
        assert likeness(vectors).max() <= 1 + 1e-6
        assert np.linalg.norm(vectors, axis=1).max() == pytest.approx(1)


def test_of_two_that_are_alike_the_one_with_more_ratings_comes_first() -> None:
    """All else being equal: twelve movies whose ratings and content say the same."""
    counts = np.array([300, 4, 50, 1, 0, 2000, 10, 7, 100, 25, 2, 1000])
    rows: list[MovieRow] = [(number, f"Title{number}", 1990, ("War",)) for number in range(12)]
    scores = np.tile(learned(1), (12, 1))
    order = np.argsort(-likeness(vectors_of(scores, make_dataset("same", rows, []), counts, 0)), axis=1)
    for movie, others in enumerate(order.tolist()):
        assert [one for one in others if one != movie] == [
            one for one in np.argsort(-counts, kind="stable").tolist() if one != movie
        ]


def test_a_movie_without_ratings_gets_its_own_genre_and_decade() -> None:
    """Number 12 is of genre 0 and decade 0, as is number 0 alone."""
    counts = np.array([100] * 12 + [0])
    scores = learned(13)
    scores[12] = 0
    row = likeness(vectors_of(scores, dataset_of(13), counts, seed=0))[12]
    assert row[:12].argmax() == 0
    assert (row[[4, 8, 3, 6, 9]] > 0).all()  # the same genre, or the same decade


def test_content_stands_back_where_ratings_are_many() -> None:
    """Movie 0 is loved with movie 1, and of the genre and decade of movie 12."""
    scores = learned(13)
    scores[1] = scores[0]
    scores[12] = 0
    for counts, first in ((1000, 1), (1, 12)):
        row = likeness(vectors_of(scores, dataset_of(13), np.full(13, counts), seed=0))[0]
        assert np.argsort(-row)[1] == first


def test_a_series_finds_itself_by_its_titles() -> None:
    """Three series of four films among sixty; ratings are many and tell of nothing: no two are much alike."""
    series = [
        f"{name}: Part {part}" for name in ("Star Voyage", "Batwoman", "Three Colours") for part in "1234"
    ]
    titles = [*series, *(f"Title{number}" for number in range(48))]
    rows: list[MovieRow] = [(number, title, None, ()) for number, title in enumerate(titles)]
    scores = learned(60, seed=3, dim=200)
    vectors = vectors_of(scores, make_dataset("series", rows, []), np.full(60, 15), seed=0)
    found = likeness(vectors)
    np.fill_diagonal(found, -1)
    for movie in range(12):
        first = movie - movie % 4
        assert {movie, *np.argsort(-found[movie])[:3].tolist()} == set(range(first, first + 4))


def test_neither_content_nor_ratings_are_no_likeness() -> None:
    rows: list[MovieRow] = [(number, f"Title{number}", None, ()) for number in range(4)]
    vectors = vectors_of(np.zeros((4, 3), np.float32), make_dataset("bare", rows, []), np.zeros(4, int), 0)
    assert vectors.shape[0] == 4 and not vectors.any()
