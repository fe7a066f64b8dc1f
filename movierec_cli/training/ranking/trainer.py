"""The towers in training: epochs, the moving average that is judged and kept, and stopping early."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from movierec_cli.errors import TrainingError
from movierec_cli.interrupts import uninterrupted
from movierec_cli.models.backend import keras, one_core_per_operation, tf
from movierec_cli.models.trained import Epoch, Judgement, OnEpoch
from movierec_cli.training.ranking.batches import TrainingData, batch_of
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence
from movierec_cli.training.ranking.losses import Objective, full_softmax, sampled_softmax
from movierec_cli.training.ranking.member import Member
from movierec_cli.training.ranking.network import Network
from movierec_cli.training.ranking.optimizer import AveragedAdam

STEPS_AT_ONCE = 5
"""Steps in one call of the graph: Ctrl-C waits for its end, and what all its steps see is chosen at once."""
SAMPLE_FROM = 200_000_000
"""People x movies from which on the loss takes a sample of the movies ..."""
SAMPLE_SIZE = 2048
"""... of about so many ..."""
SAMPLE_BATCH = 8
"""... for batches so many times as large."""

Judge = Callable[[Member], Judgement]
TakeSteps = Callable[[TrainingData, Any, int], float]
"""Takes a step for each so many of some people, int64 (people,), and returns the sum of their losses."""


@dataclass
class Trainer:
    """A network in training, and the moving average of its weights, which is what is judged and kept."""

    network: Network
    optimizer: AveragedAdam
    config: RankingConfig
    data: TrainingData
    batch_size: int
    take_steps: TakeSteps

    @classmethod
    def of(
        cls, evidence: Evidence, width: int, config: RankingConfig, seed: int, sample_from: int = SAMPLE_FROM
    ) -> "Trainer":
        """A network of random weights, whose scores begin as everybody's popularity.

        width: of the computed member beside it. sample_from: people x movies from which on the loss takes a
        sample.
        """
        people, movies = evidence.histories.shape
        samples = people * movies >= sample_from
        if not samples:
            one_core_per_operation()
        keras.utils.set_random_seed(seed)
        with uninterrupted():
            network = Network(movies, config.dim, width)
        network.movie_tower.bias.assign(evidence.popularity)
        decay = config.weight_decay / float(np.sqrt(people))
        if samples:
            objective = sampled_softmax(network, config, decay, evidence.worth, SAMPLE_SIZE)
        else:
            objective = full_softmax(network, config, decay)
        optimizer = AveragedAdam(network.trained, large=samples)
        return cls(
            network=network,
            optimizer=optimizer,
            config=config,
            data=TrainingData.of(evidence),
            batch_size=config.batch_size * (SAMPLE_BATCH if samples else 1),
            take_steps=_steps_graph(objective, optimizer, network.trained, config),
        )

    @property
    def towers(self) -> Member:
        """The averaged towers."""
        history, start, score, bias = self._averaged_tables()
        return Member(history, score, start, bias)

    def train(self, epochs: int, patience: int, judge: Judge, on_epoch: OnEpoch) -> tuple[list[Epoch], int]:
        """Train until the judgement no longer improves for `patience` epochs, and go back to the best
        weights.

        Returns all epochs, and the best one's number. Raises TrainingError when the loss is not finite.
        """
        history: list[Epoch] = []
        best, best_tables = 0, self._averaged_tables()
        warm_up = max(1, epochs // 10)
        for number in range(1, epochs + 1):
            loss = self.run_epoch(number, min(1.0, number / warm_up) * self.config.learning_rate)
            judgement = judge(self.towers)
            if not np.isfinite(judgement.loss):
                raise TrainingError.diverged(number, self.config.learning_rate)
            history.append(Epoch(number, loss, judgement.loss, judgement.ndcg))
            on_epoch(history[-1])
            if not best or history[-1].validation_ndcg > history[best - 1].validation_ndcg:
                best, best_tables = number, self._averaged_tables()
            elif number - best >= patience:
                break
        self.optimizer.go_on_from(best_tables)
        return history, best

    def finish(self, everything: Evidence, epochs: int) -> None:
        """Learn from all ratings, from the best weights on, while the learning rate falls to zero.

        What was held out to find the best epoch is not lost, and weights settle only here: before, a falling
        rate would have made every later epoch look better.
        """
        self.data = TrainingData.of(everything)
        for number in range(1, epochs + 1):
            falling = (1 + np.cos(np.pi * number / (epochs + 1))) / 2
            self.run_epoch(number, falling * self.config.learning_rate)

    def _averaged_tables(self) -> list[Any]:
        return [table.numpy() for table in self.optimizer.averaged]

    def run_epoch(self, number: int, learning_rate: float) -> float:
        """Pass over everybody once, as epoch `number`; returns the mean loss.

        Raises TrainingError when the loss is not finite.
        """
        self.optimizer.learning_rate.assign(learning_rate)
        people = len(self.data.row_splits) - 1
        steps = -(-people // self.batch_size)
        batch = -(-people // steps)  # as even as can be, so that few are seen twice to fill the last one
        order = tf.random.shuffle(tf.range(people, dtype=tf.int64))
        order = tf.concat([order, order[: steps * batch - people]], 0)
        total = 0.0
        for start in range(0, len(order), STEPS_AT_ONCE * batch):
            with uninterrupted():  # in the midst of tracing, Ctrl-C can crash TensorFlow
                total += float(
                    self.take_steps(self.data, order[start : start + STEPS_AT_ONCE * batch], batch)
                )
        loss = total / steps
        if not np.isfinite(loss):
            raise TrainingError.diverged(number, learning_rate)
        return loss


def _steps_graph(
    objective: Objective, optimizer: AveragedAdam, trained: list[Any], config: RankingConfig
) -> TakeSteps:
    """The steps inside one graph: a Python step for each batch was some twenty times slower.

    It is written without AutoGraph, which took longer to translate it than TensorFlow takes to trace it.
    """

    @tf.function(  # type: ignore[untyped-decorator]
        input_signature=[
            TrainingData.signature(),
            tf.TensorSpec([None], tf.int64),
            tf.TensorSpec([], tf.int64),
        ],
        autograph=False,
    )
    def take_steps(data: TrainingData, users: Any, size: Any) -> Any:
        batch = batch_of(data, users, size, config)

        def step(start: Any, total: Any) -> tuple[Any, Any]:
            with tf.GradientTape() as tape:
                minimised, loss = objective(batch.step(start, size))
            optimizer.apply(tape.gradient(minimised, trained))
            return start + size, total + loss

        beginning = (tf.constant(0, tf.int64), tf.constant(0.0))
        return tf.while_loop(lambda start, _: start < tf.size(users, tf.int64), step, beginning)[1]

    return take_steps  # type: ignore[no-any-return]
