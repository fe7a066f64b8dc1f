"""What is known of movies without ratings, from small tables by hand."""

import math

import numpy as np
import pytest

from movierec_cli.training.content import movie_features, tags, title_words
from tests.support import MovieRow, make_dataset

MOVIES: list[MovieRow] = [
    (1, "Star Trek: First Contact", 1996, ("Drama", "War")),
    (3, "Star Wars", 1999, ("Drama",)),
    (4, "Trek to Nowhere", 2001, ()),
    (8, "It", None, ("War",)),
    (9, "Étoile", None, ()),
]


def test_features_are_genres_and_decades() -> None:
    """Columns: Drama, War, the 1990s, the 2000s."""
    features = movie_features(make_dataset("features", MOVIES, []).movies)
    assert features.tolist() == [[1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert features.dtype == np.float32


def test_title_words_are_those_of_two_titles_or_more() -> None:
    """ "star" and "trek", each in two of five titles; the first title has both."""
    words = title_words(make_dataset("words", MOVIES, []).movies).toarray()
    half = math.sqrt(0.5)
    np.testing.assert_allclose(
        words, [[half, half], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]], rtol=1e-6
    )


def test_words_of_one_or_two_letters_and_differences_of_case_and_accent_do_not_count() -> None:
    movies: list[MovieRow] = [
        (1, "It Is a CAFÉ", None, ()),
        (2, "It Is the Cafe", None, ()),
        (3, "Ran", None, ()),
        (4, "The Ran", None, ()),
    ]
    words = title_words(make_dataset("words", movies, []).movies).toarray()
    products = words @ words.T
    assert products[0, 1] > 0.5 and products[2, 3] > 0.5
    assert products[0, 2] == 0 and products[0, 3] == 0


def test_a_rare_word_says_more_than_a_frequent_one() -> None:
    """Of twelve titles two have "wrath", six have "love": log 6 against log 2."""
    titles = ["Love and Wrath", "Wrath", *["Love"] * 5, *(f"Other{number}" for number in range(5))]
    movies: list[MovieRow] = [(number, title, None, ()) for number, title in enumerate(titles)]
    words = title_words(make_dataset("words", movies, []).movies).toarray()
    both = math.hypot(math.log(6), math.log(2))
    assert sorted(words[0].tolist()) == pytest.approx(
        sorted([math.log(2) / both, math.log(6) / both, 0])[-2:]
    )
    assert words[0] @ words[1] == pytest.approx(math.log(6) / both)
    assert words[0] @ words[2] == pytest.approx(math.log(2) / both)


def test_tags_count_by_how_many_gave_them_and_how_rare_they_are() -> None:
    """ "space" at three of five movies, "robots" at two; "alone" at one is no column, nor is an unknown
    movie's."""
    given = [(1, "space", 9), (1, "robots", 1), (3, "space", 1), (8, "space", 2), (9, "robots", 4)]
    dataset = make_dataset("tags", MOVIES, [], tags=[*given, (3, "alone", 7), (5, "robots", 3)])
    found = tags(dataset.movies, dataset.tags)
    robots, space = math.log(2) * math.log(5 / 2), math.log(10) * math.log(5 / 3)
    length = math.hypot(robots, space)
    expected = [[robots / length, space / length], [0.0, 1.0], [0.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-5)
    assert (np.linalg.norm(found.toarray(), axis=1) <= 1 + 1e-6).all()


@pytest.mark.parametrize("given", [None, [], [(1, "alone", 3)]])
def test_without_tags_there_are_no_columns(given: list[tuple[int, str, int]] | None) -> None:
    dataset = make_dataset("tags", MOVIES, [], tags=given)
    assert tags(dataset.movies, dataset.tags).shape == (5, 0)


def test_without_any_content_there_are_no_columns() -> None:
    bare: list[MovieRow] = [(movie, f"{movie}", None, ()) for movie in (1, 2)]
    movies = make_dataset("bare", bare, []).movies
    assert movie_features(movies).shape == title_words(movies).shape == (2, 0)
