"""What a training step sees of some people: a part of each one's history, and what it is to predict. numpy
only."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence
from movierec_cli.vectors.arrays import Indices, Matrix

SHORTEST_PREFIX = 0.3
"""The least part of a history that a prefix shows."""
SHOWN_TARGET = np.float32(0.5)
"""What a target counts that the step shows in the history, too."""


class Batch(NamedTuple):
    """Some people's ratings as a step sees them.

    cell: int64 (ratings, 2), each rating's person, as a position in the batch, ascending, and its
    movie_index. weight: float32 (ratings,), what the history shows of it, 0 where it is hidden. target:
    float32 (ratings,), what predicting it is worth.
    """

    cell: npt.NDArray[np.int64]
    weight: Matrix
    target: Matrix


def batch_of(
    evidence: Evidence, people: Indices, config: RankingConfig, chance: np.random.Generator
) -> Batch:
    """The ratings of some people, user_index (n,), with a part of each history hidden at random.

    Most people lose ratings here and there, and what is left is made up for; some are shown with the first
    part of their history only. What is shown counts less as a target.
    """
    row, entry = evidence.interactions.entries(people)
    counts = np.bincount(row, minlength=len(people))
    place = np.arange(len(row)) - (np.cumsum(counts) - counts)[row]
    cut = chance.uniform(SHORTEST_PREFIX, 1.0, len(people)) * counts
    is_prefix = (chance.random(len(people)) < config.prefix_share)[row]
    is_kept = chance.random(len(row)) >= config.history_dropout
    shown = np.where(is_prefix, place <= cut[row], is_kept)
    made_up_for = np.where(is_prefix, 1.0, 1 / (1 - config.history_dropout))
    weight: Any = evidence.histories.data[entry] * shown * made_up_for
    return Batch(
        cell=np.stack([row, evidence.interactions.movie_index[entry]], axis=1),
        weight=weight.astype(np.float32),
        target=np.where(shown, SHOWN_TARGET * evidence.target[entry], evidence.target[entry]),
    )
