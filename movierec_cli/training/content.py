"""What is known of a movie before anybody has rated it: genres, decade, words of its title, tags."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from movierec_cli.titles.keys import normalise
from movierec_cli.vectors.arrays import Matrix

_WORD = re.compile(r"\w{3,}")


def movie_features(movies: pd.DataFrame) -> Matrix:
    """0/1 float32 (movies, genres + decades), in movie_index order: its genres and its release decade.

    movies: of a Dataset, as in all that follows. Genres and decades are those that occur in it; a
    movie without a year has no decade.
    """
    genres = sorted({genre for names in movies["genres"] for genre in names})
    by_genre = [[genre in names for genre in genres] for names in movies["genres"]]
    decade = (movies["year"] // 10).astype("float64").to_numpy(na_value=np.nan)
    decades = np.unique(decade[np.isfinite(decade)])
    features = [np.array(by_genre).reshape(len(movies), len(genres)), decade[:, None] == decades[None, :]]
    return np.hstack(features).astype(np.float32)


def title_words(movies: pd.DataFrame) -> csr_array:
    """float32 (movies, words), rows of unit length: the words that two titles or more share, rare ones
    more."""
    return _rarity_weighted(
        [dict.fromkeys(_WORD.findall(normalise(title)), 1.0) for title in movies["title"]]
    )


def tags(movies: pd.DataFrame, given: pd.DataFrame | None) -> csr_array:
    """The same of the tags that people gave; one that many gave a movie counts more. No columns without
    tags."""
    weights: list[dict[str, float]] = [{} for _ in range(len(movies))]
    if given is not None:
        ids = movies["movie_id"].to_numpy()
        known = given[given["movie_id"].isin(ids)]
        rows = np.searchsorted(ids, known["movie_id"].to_numpy())
        for row, tag, count in zip(
            rows.tolist(), known["tag"], np.log1p(known["count"]).tolist(), strict=True
        ):
            weights[row][tag] = count
    return _rarity_weighted(weights)


def _rarity_weighted(words: Sequence[dict[str, float]]) -> csr_array:
    """Each row's words that another row has, too, times the log of how rare they are; rows of unit length."""
    found_in = Counter(word for row in words for word in row)
    column = {
        word: place for place, word in enumerate(sorted(w for w, count in found_in.items() if count > 1))
    }
    entries = [
        (row, column[word], weight * np.log(len(words) / found_in[word]))
        for row, some in enumerate(words)
        for word, weight in some.items()
        if word in column
    ]
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(words), len(column))
    matrix = csr_array((np.array(values, np.float32), (rows, columns)), shape=shape)
    length = np.sqrt(np.asarray(matrix.power(2).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(length, 1e-9), np.diff(matrix.indptr)).astype(np.float32)
    return matrix
