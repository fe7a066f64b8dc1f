"""What every model hands over when it has been trained: vectors for the store, and how it went."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from movierec_cli.store.facts import Epoch, ModelFacts, ValidationFacts
from movierec_cli.training.everybody import Everybody
from movierec_cli.vectors.arrays import Matrix, SmallIndices, Vector

PredictStars = Callable[[SmallIndices, SmallIndices], Vector]
"""From pairs of user_index and movie_index, (n,) each, to stars within the scale, float32 (n,)."""


class Saved(Protocol):
    """What is kept beside the tables: a Keras model."""

    def save(self, path: Path) -> None:
        """Write it to a file."""


@dataclass(frozen=True)
class TrainedModel:
    """A trained model, ready for the store."""

    facts: ModelFacts
    """What it is, and how its vectors are searched."""
    network: Saved | None
    """What is kept as model.keras; None where no network was trained."""
    movie_vectors: dict[str, Matrix]
    """The vector columns of the movies by their names, float32 (movies, d)."""
    user_vectors: dict[str, Everybody[Matrix]]
    """The vector columns of the people by their names, float32 (people, d)."""
    epochs: list[Epoch]
    """The epochs of the training, until it was stopped."""
    best_epoch: int
    """The number of the epoch whose weights were gone back to; 0 without epochs."""
    validation: ValidationFacts
    """How good the model with those weights was on held-out ratings."""
    finishing_epochs: int = 0
    """How many passes over all ratings followed from there."""
    predict_stars: PredictStars | None = None
    """None where the model predicts no stars."""
