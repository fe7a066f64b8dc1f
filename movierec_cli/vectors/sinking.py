"""What somebody would hate sinks: one step after every search, for questions, exports and evaluation alike.

A movie sinks below all others where the person is predicted to give it less than `sinks_below` says, and
where it is one of the nearest neighbours of a movie that got their lowest rating, unless one that they liked
is nearer still.
"""

from typing import NamedTuple, Self

import numpy as np

from movierec_cli.vectors.arrays import Flags, Indices, Matrix, SmallIndices, Vector, unit_rows
from movierec_cli.vectors.scale import hated_up_to, liked_from, sinks_below
from movierec_cli.vectors.scores import best, blocks

NEIGHBOURS = 3
"""So many of the nearest of a hated movie may sink with it."""
AHEAD = 20
"""Candidates to look at beyond those asked for, in case that some of them sink."""
ROUNDING = 1e-5
"""Of inner products of similar vectors, which are no longer than two."""


def nearer_to_hated(hated: Matrix, neighbours: Matrix, liked: Matrix) -> Flags:
    """Which neighbours of some hated movies sink with them, (hated, neighbours).

    hated: float32 (hated, d), similar vectors. neighbours: (hated, neighbours, d), of each one's nearest.
    liked: (liked, d), of what the same person liked.
    """
    to_hated = np.einsum("hd,hnd->hn", unit_rows(hated), neighbours)
    if not len(liked):
        return np.ones(to_hated.shape, np.bool_)
    return np.asarray(to_hated > (neighbours @ unit_rows(liked).T).max(axis=2))


def near_any(hated: Matrix, candidates: Matrix, liked: Matrix) -> Flags:
    """Which hated movies could sink one of the candidates, (hated,): nothing that was liked is nearer to it.

    hated, candidates, liked: float32 (n, d), similar vectors. What rounding may decide counts as near.
    """
    if not len(liked):
        return np.ones(len(hated), np.bool_)
    to_hated = unit_rows(hated) @ candidates.T
    to_liked = (unit_rows(liked) @ candidates.T).max(axis=0)
    return np.asarray((to_hated > to_liked - ROUNDING).any(axis=1))


class Sinking(NamedTuple):
    """What sinks for many people at once, from whole tables."""

    scale: tuple[float, float]
    """The lowest and the highest rating that there can be."""
    star_vectors: Matrix
    """float32 (movies, 2 + dim)."""
    similar_vectors: Matrix
    """float32 (movies, d)."""
    neighbours: Indices
    """(movies, NEIGHBOURS) movie_index of each movie's nearest, -1 for one that nobody hates."""

    @classmethod
    def of(
        cls, scale: tuple[float, float], star_vectors: Matrix, similar_vectors: Matrix, hated: Indices
    ) -> Self:
        """hated: movie_index of every movie that has got a lowest rating, ascending."""
        movies = len(similar_vectors)
        neighbours = np.full((movies, min(NEIGHBOURS, movies - 1)), -1)
        for part in blocks(len(hated), movies):
            some = hated[part]
            likeness = unit_rows(similar_vectors[some]) @ similar_vectors.T
            likeness[np.arange(len(some)), some] = -np.inf
            neighbours[some] = best(likeness, neighbours.shape[1])
        return cls(scale, star_vectors, similar_vectors, neighbours)

    def with_hated(
        self, row: Indices, movie: Indices | SmallIndices, rating: Vector
    ) -> tuple[Indices, Indices]:
        """Rows and movie_index of the movies that sink with hated ones.

        row: whose each rating is, ascending. movie: its movie_index. rating: on the dataset's scale.
        """
        hated, liked = rating <= hated_up_to(*self.scale), rating >= liked_from(*self.scale)
        rows, movies = [], []
        for person in np.unique(row[hated]):
            own = slice(*np.searchsorted(row, [person, person + 1]))
            worst, loved = movie[own][hated[own]], movie[own][liked[own]]
            near = self.neighbours[worst]
            vectors = self.similar_vectors
            sinks = near[nearer_to_hated(vectors[worst], vectors[near], vectors[loved])]
            rows.append(np.full(len(sinks), person))
            movies.append(sinks)
        return (
            np.concatenate([np.zeros(0, np.int64), *rows]),
            np.concatenate([np.zeros(0, np.int64), *movies]),
        )

    def sink(self, scores: Matrix, people: Matrix, pairs: tuple[Indices, Indices]) -> None:
        """Lower the scores, (people, movies), of what sinks by as much as puts it below a row's others, in
        place.

        people: float32 (people, 2 + dim), star vectors. pairs: what `with_hated` gave for them.
        """
        sinks = people @ self.star_vectors.T < sinks_below(*self.scale)
        sinks[pairs] = True
        below = np.ptp(scores, axis=1, keepdims=True) + 1  # far more would round away what they differ by
        np.subtract(scores, below, out=scores, where=sinks)
