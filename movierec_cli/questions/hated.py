"""What sinks with the movies that somebody hated, found out for as many movies as it is asked of."""

from collections.abc import Sequence, Set

import numpy as np

from movierec_cli.questions.people import Person
from movierec_cli.store.movies import Movies
from movierec_cli.vectors.arrays import Flags, unit_rows
from movierec_cli.vectors.scale import hated_up_to, liked_from
from movierec_cli.vectors.sinking import NEIGHBOURS, near_any, nearer_to_hated


class Hated:
    """Of one person, the movies that got the lowest rating, see vectors/sinking.

    To find a movie's neighbours takes a search, so they are looked for once, and only where they matter.
    """

    def __init__(self, movies: Movies, person: Person) -> None:
        scale = movies.run.facts.dataset.rating_scale
        stars = np.array([rating.stars for rating in person.ratings], dtype=np.float32)
        movie_ids = np.array([rating.movie_id for rating in person.ratings], dtype=np.int64)
        self._movies, self._sinking = movies, set[int]()
        self._left = movie_ids[stars <= hated_up_to(*scale)]
        """Those whose neighbours are not known yet."""
        if len(self._left):
            liked = movie_ids[stars >= liked_from(*scale)]
            vectors = movies.similar_vectors([*self._left.tolist(), *liked.tolist()])
            self._vectors, self._liked = np.split(vectors, [len(self._left)])

    def sinking(self, among: Sequence[int] | None = None) -> Set[int]:
        """The movie_ids that sink, at least all those of `among`: a hated movie that none of these is near to
        needs no search. None: all there are."""
        if not len(self._left):
            return self._sinking
        asked = np.ones(len(self._left), np.bool_)
        if among is not None:
            asked = near_any(self._vectors, self._movies.similar_vectors(among), self._liked)
        self._search(asked)
        self._left, self._vectors = self._left[~asked], self._vectors[~asked]
        return self._sinking

    def _search(self, asked: Flags) -> None:
        hated, vectors = self._left[asked], self._vectors[asked]
        column = self._movies.run.facts.model.similar_column
        nearest = self._movies.nearest_to_each(column, unit_rows(vectors), NEIGHBOURS + 1)
        for movie_id, vector, found in zip(hated.tolist(), vectors, nearest, strict=True):
            near = [(one, other) for one, other in found if one != movie_id][:NEIGHBOURS]
            others = np.stack([other for _, other in near])
            nearer = nearer_to_hated(vector[None], others[None], self._liked)[0]
            self._sinking.update(one for (one, _), sinks in zip(near, nearer, strict=True) if sinks)
