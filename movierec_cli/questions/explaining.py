"""Where a score comes from: what each rating added to it, or took from it."""

import numpy as np

from movierec_cli.errors import UsageError
from movierec_cli.questions.answers import Contribution, Explanation
from movierec_cli.questions.people import Person, stars_of
from movierec_cli.store.movies import Movies
from movierec_cli.vectors.arrays import Floats, Indices, Matrix

BECAUSE, DESPITE = 5, 3
"""Ratings that an explanation names, at most."""


def explain(person: Person, score_vectors: Matrix, movies: Movies) -> list[Explanation]:
    """Where the scores of some movies come from, float32 (movies, d); raises as People.fold_in does."""
    model = movies.run.facts.model
    if model.fold_in is None:
        raise UsageError(
            f"The model in use ({model.kind}) cannot explain its scores.",
            "Train the one that can: movierec train",
        )
    movie_ids = [rating.movie_id for rating in person.ratings]
    history = movies.vectors(movie_ids, ["history_vector"])["history_vector"]
    fold, given = model.fold_in, stars_of(person.ratings)
    added = np.stack([fold.contributions(history, given, movie) for movie in score_vectors])
    added = added.astype(np.float64)
    general = fold.general(given, is_question=person.is_question).astype(np.float64)
    known = movies.by_id(movie_ids)

    def contributed(row: Floats, some: Indices) -> tuple[Contribution, ...]:
        return tuple(
            Contribution(known[movie_ids[i]], person.ratings[i].stars, float(row[i])) for i in some.tolist()
        )

    explanations = []
    for row, movie in zip(added, score_vectors, strict=True):
        order = np.argsort(-row, kind="stable")
        because = contributed(row, order[row[order] > 0][:BECAUSE])
        despite = contributed(row, order[row[order] < 0][::-1][:DESPITE])
        said = sum(one.contribution for one in (*because, *despite))
        explanations.append(Explanation(because, despite, float(row.sum()) - said, float(general @ movie)))
    return explanations
