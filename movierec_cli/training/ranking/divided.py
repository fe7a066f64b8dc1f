"""Passes over the data by several workers: each goes over its people, and their weights are averaged.

That is local SGD (Stich, "Local SGD Converges Fast and Communicates Little", ICLR 2019). Between two averages
no worker waits for another, and one that is lost begins again from the last average.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from movierec_cli.training.everybody import Everybody
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence
from movierec_cli.vectors.arrays import Indices, Matrix

if TYPE_CHECKING:
    from movierec_cli.training.ranking.trainer import Trainer

ROUNDS = 8
"""So many times in a pass weights are averaged."""
State = dict[str, list[Any]]
"""What AveragedAdam.state gives."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What a trainer needs to know of everybody, besides the people that it goes over."""

    width: int
    """Of the computed member."""
    config: RankingConfig
    people: int
    worth: Matrix
    """See Evidence."""
    sample_from: int
    """See Trainer."""
    key: str = field(default_factory=lambda: secrets.token_hex(8))


class Parts:
    """Everybody, as workers have them."""

    def __init__(self, evidence: Everybody[Evidence], whole: Whole) -> None:
        self._evidence, self._sizes = evidence, evidence.sizes.tolist()
        # As many steps as one alone takes.
        batch_size = max(1, whole.config.people_in_a_step(whole.people) // len(self._sizes))
        config = replace(whole.config, batch_size=batch_size)
        self._whole = evidence.workers.keep(replace(whole, config=config))

    def pass_over(
        self,
        state: State,
        learning_rate: float,
        chance: np.random.Generator,
        on_step: Callable[[float], None],
    ) -> tuple[float, State]:
        """The mean loss, and the averaged state at the end. on_step: told what share of the pass is done."""
        # A smaller batch says less surely where to go, and Adam goes the less far for it.
        learning_rate *= float(np.sqrt(len(self._sizes)))
        rounds = min(ROUNDS, *self._sizes)
        orders = [np.array_split(chance.permutation(size), rounds) for size in self._sizes]
        total = 0.0
        for some in zip(*orders, strict=True):
            shares = [len(people) for people in some]
            seeds = self._evidence.beside([int(chance.integers(2**32)) for _ in some])
            passes = self._evidence.each(
                _pass_over, self._whole, self._evidence.beside(some), state, learning_rate, seeds
            )
            losses, states = zip(*passes, strict=True)
            state = _averaged(states, shares)
            total += float(np.dot(losses, shares))
            on_step(1 / rounds)
        return total / sum(self._sizes), state


def _averaged(states: Sequence[State], shares: Sequence[int]) -> State:
    return {
        name: [
            np.average(tables, axis=0, weights=shares).astype(np.float32)
            for tables in zip(*(state[name] for state in states), strict=True)
        ]
        for name in states[0]
    }


_trainers: dict[str, "Trainer"] = {}
"""Of this process, the one that it has begun: to make its graph takes seconds."""


def _pass_over(
    evidence: Evidence, whole: Whole, people: Indices, state: State, learning_rate: float, seed: int
) -> tuple[float, State]:
    from movierec_cli.training.ranking.trainer import Trainer  # loads TensorFlow, in the worker alone

    if whole.key not in _trainers:
        _trainers.clear()
        _trainers[whole.key] = Trainer(
            Everybody.here(evidence, evidence.histories.shape[0]),
            whole.width,
            whole.config,
            seed,
            whole.sample_from,
            whole=whole,
        )
    return _trainers[whole.key].pass_over(evidence, people, state, learning_rate, seed)
