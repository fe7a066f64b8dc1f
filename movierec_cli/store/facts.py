"""run.json: what a run says about itself, checked once so that nobody who reads it has to."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from movierec_cli.system.typed_json import to_json
from movierec_cli.vectors.fold_in import FoldIn
from movierec_cli.vectors.stars import Stars

FORMAT_VERSION = 6
"""Of a run's folder as a whole. Runs of movierec 0.1.0 have 3, which knew no dislikes."""
FACTS_FILE = "run.json"


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """The dataset that a run has learned from."""

    name: str
    people: int
    movies: int
    ratings: int
    rating_scale: tuple[float, float]
    """The lowest and the highest rating, in stars."""
    rating_steps: tuple[float, ...]
    """Every rating that somebody can give, the lowest first."""
    well_known: int
    """As many ratings make a movie one of the best-known, see WELL_KNOWN in training/train.py."""
    first_user_id: int
    last_user_id: int


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the model is, and how its vectors are searched."""

    kind: str
    config: dict[str, Any]
    """What it was trained with, by the names of its settings. It is shown and never read."""
    score_column: str
    """People's vectors of this name are searched for in the movies' of the same name."""
    score_metric: Literal["dot", "l2"]
    similar_column: str
    """What movies are compared by: the inner product, one side scaled to unit length."""
    dimensions: dict[str, int]
    """Of each vector column of the movies."""
    fold_in: FoldIn | None
    """None where the model knows only the people it was trained on."""
    stars: Stars | None
    """What predicting stars takes besides the vectors; None where it predicts none."""

    def __post_init__(self) -> None:
        for column in (self.score_column, self.similar_column):
            if column not in self.dimensions:
                raise ValueError(f"dimensions lacks {column!r}")


@dataclass(frozen=True, slots=True)
class ValidationFacts:
    """How good a model is on held-out ratings; 0 where nobody can be judged."""

    loss: float
    """Mean softmax cross-entropy of the liked ones over all movies, per person."""
    ndcg: float = field(metadata={"key": "ndcg@100"})
    """Mean NDCG at 100."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training data."""

    number: int
    loss: float
    """The model's own, per person or per rating."""
    validation_loss: float
    """The same of the held-out ratings."""
    validation_ndcg: float
    """NDCG@100 of the recommendations for the held-out ratings of 4 stars in 5 or better."""

    @property
    def validation(self) -> ValidationFacts:
        """The figures of the held-out ratings."""
        return ValidationFacts(self.validation_loss, self.validation_ndcg)


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """How training went."""

    seed: int
    epochs: int
    best_epoch: int
    """The number of the epoch whose weights were gone back to; 0 without epochs."""
    finishing_epochs: int
    """How many passes over all ratings followed from there."""
    seconds: float
    """From the loaded dataset to the finished vectors, without TensorFlow's start."""
    validation: ValidationFacts
    by_epoch: tuple[Epoch, ...] = field(metadata={"key": "history"})
    """Each epoch, until training was stopped."""


@dataclass(frozen=True, slots=True)
class UpdateFacts:
    """What `movierec update` has changed. Model and training are those of the run that it began with."""

    of: str
    """The id of that run."""
    changed: int
    """People whose vectors are new because their ratings are others."""
    new: int
    """People whom that run did not have."""
    gone: int
    """People whom the dataset no longer has."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """All of run.json."""

    format_version: int
    movierec: str
    """The version that trained it."""
    created: str
    """When it was trained, in ISO 8601."""
    dataset: DatasetFacts
    model: ModelFacts
    training: TrainingFacts
    update: UpdateFacts | None = None
    """None where it was trained."""


def write_facts(folder: Path, facts: RunFacts) -> None:
    """Write run.json. Raises ValueError for NaN and infinity."""
    text = json.dumps(to_json(facts), indent=1, allow_nan=False)
    (folder / FACTS_FILE).write_text(text, encoding="utf-8")
