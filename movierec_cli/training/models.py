"""The kinds of model that can be trained. A new one is an entry in MODELS, and a module with its `fit`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the command line shows the names, and does not wait for more than them
    from movierec_cli.training.checkpoint import Checkpoint
    from movierec_cli.training.data import Listener, TrainingData, TrainingOptions
    from movierec_cli.training.trained import TrainedModel


class Fit(Protocol):
    """Trains a model of one kind. Its module has a dataclass of settings, into which the options are put."""

    def __call__(
        self,
        data: "TrainingData",
        options: "TrainingOptions",
        listener: "Listener",
        *,
        checkpoint: "Checkpoint" = ...,
    ) -> "TrainedModel":
        """checkpoint: where it is kept after each epoch, by a kind that can be resumed.

        Raises TrainingError when the loss is not finite or there is too little to learn from."""


@dataclass(frozen=True)
class ModelKind:
    """A kind of model."""

    help: str
    """What it is, to be read in --help."""
    least_epochs: int
    """The fewest epochs that it takes; 0 where a part of it needs none, and no TensorFlow then."""
    first_stage: str
    """What it does first."""
    load: Callable[[], Fit]
    """Imports what the kind needs before TensorFlow, and gives its `fit`."""
    resumes: bool = False
    """Whether an unfinished training can go on."""
    divides: bool = False
    """Whether workers can do a part of it."""


def _ranking() -> Fit:
    from movierec_cli.training.ranking import fitting

    return fitting.fit


def _article() -> Fit:
    def fit(
        data: "TrainingData", options: "TrainingOptions", listener: "Listener", **_: object
    ) -> "TrainedModel":
        from movierec_cli.training import article

        return article.fit(data, options, listener)

    return fit


MODELS = {
    "ranking": ModelKind(
        "two towers beside a computed member",
        0,
        "Computing what needs no training",
        load=_ranking,
        resumes=True,
        divides=True,
    ),
    "article": ModelKind(
        "the network of the article, to compare with",
        1,
        "Starting TensorFlow, up to 12 seconds",
        load=_article,
    ),
}
