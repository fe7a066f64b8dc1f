"""The towers in training: epochs, the moving average that is judged and kept, and stopping early."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from movierec_cli.errors import TrainingError
from movierec_cli.store.facts import Epoch, ValidationFacts
from movierec_cli.system.interrupts import uninterrupted
from movierec_cli.system.workers import HERE
from movierec_cli.training.backend import keras, one_core_per_operation, tf
from movierec_cli.training.checkpoint import NO_CHECKPOINT, Checkpoint, Snapshot
from movierec_cli.training.data import ignore
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.ranking.batches import batch_of
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.divided import Parts, State, Whole
from movierec_cli.training.ranking.evidence import Evidence, popularity, worth_of
from movierec_cli.training.ranking.losses import Losses, full_softmax, sampled_softmax
from movierec_cli.training.ranking.member import Member
from movierec_cli.training.ranking.network import Network
from movierec_cli.training.ranking.optimizer import AveragedAdam
from movierec_cli.vectors.arrays import Indices

SAMPLE_FROM = 200_000_000
"""People x movies from which on the loss takes a sample of the movies ..."""
SAMPLE_SIZE = 2048
"""... of about so many ..."""
SAMPLE_BATCH = 16
"""... for batches so many times as large ..."""
SAMPLE_RATE = 3.0
"""... with so many times the learning rate, which rises over this many steps ..."""
SAMPLE_WARM_UP = 250
FLAT = 0.005
"""... until the figure is flat: the best of the last half of the patience is less than this share above the
best before. Epochs are long there, and luck changes the figure by a quarter of this."""

Judge = Callable[[Member], ValidationFacts]
"""Says how good towers are."""


def is_flat(figures: Sequence[float], patience: int) -> bool:
    """Whether the last half of the patience brought next to nothing; never before `patience` epochs."""
    recent = max(1, patience // 2)
    return len(figures) >= max(patience, recent + 1) and max(figures) < (1 + FLAT) * max(figures[:-recent])


class Trainer:
    """A network in training. `towers` are the moving average of its weights."""

    def __init__(
        self,
        evidence: Everybody[Evidence],
        width: int,
        config: RankingConfig,
        seed: int,
        sample_from: int = SAMPLE_FROM,
        on_step: Callable[[float], None] = ignore,
        whole: Whole | None = None,
    ) -> None:
        """Random weights, whose scores begin as everybody's popularity. `samples`: whether the loss takes a
        sample.

        width: of the computed member beside the towers. sample_from: people x movies from which on the loss
        takes a sample. on_step: told after each step what share of an epoch it was. whole: of everybody,
        where the evidence is of some.
        """
        whole = whole or Whole(width, config, evidence.people, worth_of(evidence), sample_from)
        movies = len(whole.worth)
        self.samples = samples = whole.people * movies >= sample_from
        if not samples:
            one_core_per_operation()
        keras.utils.set_random_seed(seed)
        with uninterrupted():
            self.network = Network(movies, config.dim, width)
            self.network.movie_tower.bias.assign(popularity(whole.worth))
        losses = (
            sampled_softmax(self.network, whole.worth, SAMPLE_SIZE)
            if samples
            else full_softmax(self.network, config.mixup)
        )
        self._optimizer = AveragedAdam(self.network.trained, large=samples)
        self._config = config
        self._whole = whole
        self._learn_from(evidence)
        self._chance = np.random.default_rng(seed)
        self._on_step = on_step
        self._batch_size = config.people_in_a_step(evidence.people) * (SAMPLE_BATCH if samples else 1)
        self._learning_rate = config.learning_rate * (SAMPLE_RATE if samples else 1)
        self._take_step = self._step_graph(losses, config.weight_decay / float(np.sqrt(whole.people)))
        self._steps = -(-evidence.people // self._batch_size)

    def _learn_from(self, evidence: Everybody[Evidence]) -> None:
        self._evidence = evidence
        self._parts = None if evidence.workers is HERE else Parts(evidence, self._whole)

    @property
    def towers(self) -> Member:
        """The averaged towers."""
        history, start, score, bias = self._optimizer.averages()
        return Member(history, score, start, bias)

    def train(
        self,
        epochs: int,
        patience: int,
        judge: Judge,
        on_epoch: Callable[[Epoch], None],
        checkpoint: Checkpoint = NO_CHECKPOINT,
    ) -> tuple[list[Epoch], int]:
        """Train until the judgement no longer improves for `patience` epochs, or with a sample of the movies
        has become flat; the best weights are the towers. Goes on from what the checkpoint has.

        Returns all epochs, and the best one's number. Raises TrainingError when the loss is not finite.
        """
        history: list[Epoch] = []
        best, best_tables = 0, self._optimizer.averages()
        if kept := checkpoint.kept:
            self._go_on_from(kept)
            history, best, best_tables = list(kept.history), kept.best, kept.tables["best"]
            if kept.finishing:
                return history, best
        warm_up = max(1, min(epochs // 10, SAMPLE_WARM_UP // self._steps) if self.samples else epochs // 10)
        while len(history) < epochs and len(history) - best < patience:
            if self.samples and is_flat([epoch.validation_ndcg for epoch in history], patience):
                break
            number = len(history) + 1
            loss = self.run_epoch(number, min(1.0, number / warm_up) * self._learning_rate)
            judgement = judge(self.towers)
            if not np.isfinite(judgement.loss):
                raise TrainingError.diverged(number, self._learning_rate)
            history.append(Epoch(number, loss, judgement.loss, judgement.ndcg))
            if not best or history[-1].validation_ndcg > history[best - 1].validation_ndcg:
                best, best_tables = number, self._optimizer.averages()
            self._course = Snapshot(tuple(history), best, tables={"best": best_tables})
            checkpoint.keep(self._snapshot)
            on_epoch(history[-1])
        self._optimizer.go_on_from(best_tables)
        return history, best

    def forget(self) -> None:
        """Let go of the ratings learned from, a gigabyte for 32 million: `finish` brings all there are."""
        del self._evidence, self._parts

    def finish(
        self, everything: Everybody[Evidence], epochs: int, checkpoint: Checkpoint = NO_CHECKPOINT
    ) -> None:
        """Learn from all ratings, from the best weights on, while the learning rate falls to zero.

        What was held out to find the best epoch is not lost, and weights settle only here: before, a falling
        rate would have made every later epoch look better.
        """
        self._learn_from(everything)
        for number in range(1 + (checkpoint.kept.finishing if checkpoint.kept else 0), epochs + 1):
            falling = (1 + np.cos(np.pi * number / (epochs + 1))) / 2
            self.run_epoch(number, falling * self._learning_rate)
            self._course = replace(self._course, finishing=number)
            checkpoint.keep(self._snapshot)

    def _snapshot(self) -> Snapshot:
        """All that a training depends on from here."""
        tables = {"best": self._course.tables["best"]} | self._optimizer.state()
        return replace(self._course, chance=self._chance.bit_generator.state, tables=tables)

    def _go_on_from(self, kept: Snapshot) -> None:
        self._course = kept
        self._chance.bit_generator.state = kept.chance
        self._optimizer.restore(kept.tables)

    def run_epoch(self, number: int, learning_rate: float) -> float:
        """Pass over everybody once, as epoch `number`; returns the mean loss.

        Raises TrainingError when the loss is not finite.
        """
        if self._parts:
            state = self._optimizer.state()
            loss, state = self._parts.pass_over(state, learning_rate, self._chance, self._on_step)
            self._optimizer.restore(state)
        else:
            (evidence,) = self._evidence
            loss = self._pass(evidence, self._chance.permutation(self._evidence.people), learning_rate)
        if not np.isfinite(loss):
            raise TrainingError.diverged(number, learning_rate)
        return loss

    def pass_over(
        self, evidence: Evidence, order: Indices, state: State, learning_rate: float, seed: int
    ) -> tuple[float, State]:
        """The mean loss of a pass over some of these people from a state on, and the state after it."""
        self._chance = np.random.default_rng(seed)
        self._optimizer.restore(state)
        return self._pass(evidence, order, learning_rate), self._optimizer.state()

    def _pass(self, evidence: Evidence, order: Indices, learning_rate: float) -> float:
        """The mean loss. order: people, user_index."""
        with uninterrupted():
            self._optimizer.learning_rate.assign(learning_rate)
        people = len(order)
        total = 0.0
        for some in np.array_split(order, -(-people // self._batch_size)):
            batch = batch_of(evidence, some, self._config, self._chance)
            # All that a step leaves to chance comes from numpy, whose state can be kept and gone back to.
            seeds = self._chance.integers(2**62, size=(3, 2))
            with uninterrupted():  # in the midst of tracing, Ctrl-C can crash TensorFlow
                total += len(some) * float(self._take_step(*batch, len(some), seeds))
            self._on_step(len(some) / people)
        return total / people

    def _step_graph(self, losses: Losses, weight_decay: float) -> Any:
        """Takes a step on a batch of so many people and returns their mean loss.

        A person counts by the root of what their targets add up to. Without AutoGraph, which takes longer to
        translate this than TensorFlow takes to trace it.
        """
        history_table, _start, score_table, _bias = self.network.trained

        def take_step(cell: Any, weight: Any, target: Any, size: Any, seeds: Any) -> Any:
            row = cell[:, 0]
            totals = tf.math.unsorted_segment_sum(target, row, size)
            importance = tf.sqrt(totals) / tf.reduce_mean(tf.sqrt(totals))
            with tf.GradientTape() as tape:
                people = self.network.people(cell, weight, size)
                people += tf.random.stateless_normal(tf.shape(people), seeds[0], stddev=self._config.noise)
                each = losses(people, cell, target / tf.gather(totals, row), seeds[1:])
                loss = tf.reduce_mean(importance * each)
                squares = tf.reduce_sum(history_table.value**2) + tf.reduce_sum(score_table.value**2)
                minimised = loss + weight_decay * squares
            self._optimizer.apply(tape.gradient(minimised, self.network.trained))
            return loss

        real, whole = tf.TensorSpec([None]), tf.TensorSpec([], tf.int64)
        pairs = tf.TensorSpec([None, 2], tf.int64)
        signature = [pairs, real, real, whole, pairs]
        return tf.function(take_step, input_signature=signature, autograph=False)
