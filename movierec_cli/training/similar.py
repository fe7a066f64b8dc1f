"""The vectors that `similar` searches: what ratings say of a movie, as far as they are evidence, and
content."""

import numpy as np
import pandas as pd

from movierec_cli.training.content import movie_features, tags, title_words
from movierec_cli.training.ranking.computed import directions_of
from movierec_cli.training.ranking.sums import Sums
from movierec_cli.vectors.arrays import Indices, Matrix, unit_rows

ENOUGH = 10.0
"""Ratings at which a movie's evidence has reached 0.7."""
CONTENT = 0.5
"""The length of each part of content beside a learned part of at most 1."""
WORD_WIDTH, TAG_WIDTH = 64, 128


def similar_vectors(
    score_vectors: Matrix, movies: pd.DataFrame, given: pd.DataFrame | None, counts: Indices, seed: int
) -> Matrix:
    """float32 (movies, d), at most of length 1: searched by the inner product with a movie's own vector
    scaled to length 1.

    score_vectors: float32 (movies, k), the computed member's: movies are alike when the same tastes lead to
    both. movies, given: what a Dataset has as its movies and tags. counts: (movies,), ratings.

    The learned part is as long as its evidence, sqrt(n / (n + ENOUGH)) for n ratings, so that content (genres
    and decade, words of the title, tags) says more of a movie with few; and the whole is multiplied with
    that, so that such a movie comes up only where nothing better is known.
    """
    known = counts + 0.1  # who looks for a movie without ratings gets its genre
    evidence = np.sqrt(known / (known + ENOUGH)).astype(np.float32)[:, None]
    features = movie_features(movies)
    rarity = np.log(len(features) / np.maximum(features.sum(axis=0), 1)).astype(np.float32)
    words = title_words(movies)
    chance = np.random.default_rng(seed).normal(size=(words.shape[1], WORD_WIDTH)).astype(np.float32)
    tagged = tags(movies, given)
    parts = [unit_rows(features * rarity), unit_rows(words @ chance)]
    if tagged.shape[1]:
        parts.append(unit_rows(tagged @ directions_of(Sums.of(tagged), TAG_WIDTH, seed).vectors))
    content = np.float32(CONTENT) * np.hstack(parts)
    vectors = evidence * np.hstack([evidence * unit_rows(score_vectors), content])
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1).max(initial=0.0) or 1.0), np.float32)
