"""What a model is trained on, what is asked of its training, and who is told how it goes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self, TypeVar

import pandas as pd

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.errors import UsageError
from movierec_cli.store.facts import Epoch
from movierec_cli.system.workers import HERE, Workers
from movierec_cli.training.everybody import Everybody, divided
from movierec_cli.vectors.arrays import Indices
from movierec_cli.vectors.scale import RatingScale

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Settings = TypeVar("Settings", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class TrainingData:
    """A dataset to learn from, without the table of its ratings, which takes a gigabyte for 32 million."""

    name: str
    scale: RatingScale
    movies: pd.DataFrame
    """What is known of each movie, in the order of movie_index: see Dataset."""
    tags: pd.DataFrame | None
    """The tags that people gave to movies: see Dataset."""
    people: Everybody[Interactions]
    """The ratings that the model may know."""

    @classmethod
    def of(cls, dataset: Dataset, workers: Workers = HERE) -> Self:
        """With all of a dataset's ratings, divided among the workers."""
        people = divided(Interactions.from_dataset(dataset), workers)
        return cls(dataset.name, dataset.scale, dataset.movies, dataset.tags, people)

    @property
    def interactions(self) -> Interactions:
        """The ratings, where one process has all of them."""
        (everything,) = self.people
        return everything

    @property
    def rating_scale(self) -> tuple[float, float]:
        """The lowest and the highest rating that there can be."""
        return self.scale.ends

    @property
    def rating_counts(self) -> Indices:
        """How many ratings each movie has, int64 (movies,)."""
        counts: Indices = self.people.added(Interactions.rating_counts)
        return counts

    @property
    def user_ids(self) -> tuple[int, int]:
        """The first and the last person's."""
        ends = list(self.people.each(_user_ids))
        return ends[0][0], ends[-1][1]


def _user_ids(interactions: Interactions) -> tuple[int, int]:
    return int(interactions.user_ids[0]), int(interactions.user_ids[-1])


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What can be asked of a training, whatever the kind of model. Raises UsageError for what cannot be."""

    epochs: int = 50
    """Passes over the data, at most."""
    patience: int = 10
    """Training stops after so many epochs without a better one."""
    seed: int = 0
    """The same seed gives the same vectors on the same machine."""
    dim: int | None = None
    """The size of the embeddings. None leaves this, and what follows, at the model's own setting."""
    learning_rate: float | None = None
    batch_size: int | None = None

    def __post_init__(self) -> None:
        whole = {"--dim": self.dim, "--batch-size": self.batch_size, "--patience": self.patience}
        for option, value in whole.items():
            if value is not None and value < 1:
                raise UsageError(f"{option} {value}: give a whole number from 1.")
        if self.learning_rate is not None and not 0 < self.learning_rate < float("inf"):
            raise UsageError(f"--learning-rate {self.learning_rate}: give a number above 0, such as 0.001.")
        if not 0 <= self.seed < 2**32:
            raise UsageError(f"--seed {self.seed}: give a whole number from 0 to {2**32 - 1}.")

    def put_in(self, settings: Settings) -> Settings:
        """A model's own settings, with what was asked for in their place."""
        asked = {"dim": self.dim, "learning_rate": self.learning_rate, "batch_size": self.batch_size}
        return replace(settings, **{name: value for name, value in asked.items() if value is not None})


def ignore(_: object) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told how a training goes."""

    on_stage: Callable[[str], None] = ignore
    """Told what is being done from now on."""
    on_epoch: Callable[[Epoch], None] = ignore
    """Told how an epoch went."""
    on_left: Callable[[float], None] = ignore
    """Told again and again how many seconds it will still take, at most."""


NOBODY = Listener()
