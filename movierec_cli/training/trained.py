"""What every model hands over when it has been trained: vectors for the store, and how it went."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from movierec_cli.store import facts
from movierec_cli.vectors.arrays import Matrix

Indices = npt.NDArray[np.int32]
PredictStars = Callable[[Indices, Indices], npt.NDArray[np.float32]]


Epoch = facts.Epoch
Judgement = facts.ValidationFacts
OnEpoch = Callable[[Epoch], None]
OnStage = Callable[[str], None]
"""Told what is being done from now on."""


@dataclass(frozen=True)
class TrainedModel:
    """A trained model, ready for the store.

    kind: "ranking", "computed" for that one without epochs, or "article". config: what it was trained with.
    network: the Keras model that is kept as model.keras, None where none was trained.
    movie_vectors, user_vectors: column name -> float32 (movies, d) and (people, d). A person's
        `score_column` is searched for in the movies' by `score_metric` ("dot" or "l2"), a movie's
        `similar_column`, scaled to unit length, in the movies' by the inner product.
    history: one Epoch for each pass, `best_epoch` the number of the one whose weights were gone back to.
    validation: how good the model with those weights was on held-out ratings.
    finishing_epochs: how many passes over all ratings followed from there.
    fold_in: what turns a person's ratings into a vector (vectors/fold_in.py); None where the model cannot.
    predict_stars: (user_index, movie_index), int32 (n,) each, to stars within the scale, float32 (n,); None
        where the model predicts none.
    stars: what predicting stars from the database takes besides the vectors (vectors/stars.py), or None.
    """

    kind: str
    config: dict[str, Any]
    network: Any
    movie_vectors: dict[str, Matrix]
    user_vectors: dict[str, Matrix]
    score_column: str
    score_metric: Literal["dot", "l2"]
    similar_column: str
    history: list[Epoch]
    best_epoch: int
    validation: Judgement
    finishing_epochs: int = 0
    fold_in: facts.FoldInFacts | None = None
    predict_stars: PredictStars | None = None
    stars: dict[str, Any] | None = None
