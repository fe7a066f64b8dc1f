"""From a dataset to a trained ranking model: the computed member, the trained towers, and their vectors."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from movierec_cli.datasets.interactions import hold_out
from movierec_cli.store.facts import Epoch, ModelFacts, ValidationFacts
from movierec_cli.system.workers import HERE, Workers
from movierec_cli.training import star_model
from movierec_cli.training.checkpoint import NO_CHECKPOINT, Checkpoint
from movierec_cli.training.content import movie_features
from movierec_cli.training.data import NOBODY, Listener, TrainingData, TrainingOptions
from movierec_cli.training.pace import Pace
from movierec_cli.training.ranking import computed
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence
from movierec_cli.training.ranking.member import Member, side_by_side, spread
from movierec_cli.training.similar import similar_vectors
from movierec_cli.training.trained import TrainedModel
from movierec_cli.training.validation import RankingTask
from movierec_cli.vectors.arrays import Indices, Matrix
from movierec_cli.vectors.fold_in import FoldIn, HistoryWeights
from movierec_cli.vectors.stars import Stars

if TYPE_CHECKING:
    from movierec_cli.training.ranking.trainer import Trainer

VALIDATION_SHARE = 0.05
"""Of everybody's ratings, held out to find the best epoch."""
POPULARITY = 0.1
"""The spread of the general part beside a computed member without towers, which has none of its own."""
FINISHING_SHARE = 0.5
"""Epochs on all ratings once the best epoch is known, as a share of all that were asked for; where the loss
takes a sample of the movies, of those up to the best one."""
DEFAULTS = RankingConfig()


def fit(
    data: TrainingData,
    options: TrainingOptions,
    listener: Listener = NOBODY,
    defaults: RankingConfig = DEFAULTS,
    *,
    checkpoint: Checkpoint = NO_CHECKPOINT,
    workers: Workers = HERE,
) -> TrainedModel:
    """Train until NDCG@100 on a held-out part of everybody's ratings no longer improves, go back to the best
    weights, and finish on all ratings, of which everybody's vector comes. Without epochs the computed member
    is the whole model. workers: for what can be divided. Raises TrainingError when the loss is not finite.
    """
    config, seed, interactions = options.put_in(defaults), options.seed, data.interactions
    config = replace(config, batch_size=config.people_in_a_step(len(interactions.user_ids)))
    weights = HistoryWeights(*data.rating_scale, config.neutral, config.shrinkage)
    task = RankingTask(*hold_out(interactions, VALIDATION_SHARE, seed=seed), *reversed(data.rating_scale))
    size = len(interactions.rating), int(np.count_nonzero(data.rating_counts))
    width, ridge = computed.width_for(*size), computed.ridge_for(*size, config.computed_ridge)
    epochs, best, towers, network = list[Epoch](), 0, None, None
    finishing_epochs = most = round(FINISHING_SHARE * options.epochs)
    pace = Pace(listener.on_left, options.epochs + most - checkpoint.passes)

    def compute(evidence: Evidence, start: Matrix | None = None) -> Member:
        return computed.fit(evidence, width, ridge, seed, pace.computed, start, workers)

    # BLAS's own threads go on spinning after each product and keep TensorFlow's from the cores.
    with threadpool_limits(limits=1, user_api="blas"):
        learned_stars = _learning_stars(data, seed, workers, pace)
        evidence = Evidence.of(task.seen, weights, config.recency)
        by_itself = compute(evidence)
        judge = _judge(task, evidence, by_itself, config)
        if options.epochs:
            trainer = _trainer(evidence, len(by_itself.start), config, seed, listener, pace, workers)
            epochs, best = trainer.train(
                options.epochs, options.patience, judge, listener.on_epoch, checkpoint
            )
            trainer.forget()
        validation, judged = epochs[best - 1].validation if epochs else judge(None), task.sample
        del evidence, judge, task  # gigabytes for 32 million ratings
        everything = Evidence.of(interactions, weights, config.recency)
        if options.epochs:
            listener.on_stage("Learning from all ratings")
            finishing_epochs = round(FINISHING_SHARE * (best if trainer.samples else options.epochs))
            pace.skip(options.epochs - len(epochs) + most - finishing_epochs)
            trainer.finish(everything, finishing_epochs, checkpoint)
            towers, network = trainer.towers, trainer.network
            del trainer
        by_itself = compute(everything, start=by_itself.history_vectors)
        members = _together(towers, by_itself, everything, judged, config)
        fold, people = _folded_in(side_by_side(members), everything, weights)
        members = [member.evened(everything.evening) for member in members]
        del everything
        star_tables = learned_stars()
    model = side_by_side(members)
    if network:
        network.put_in(*members)
    similar = similar_vectors(by_itself.score_vectors, data.movies, data.tags, data.rating_counts, seed)
    vectors = _movie_vectors(model, similar, star_tables)
    return TrainedModel(
        facts=_facts(bool(network), config, vectors, fold, star_tables.shared),
        network=network.model if network else None,
        movie_vectors=vectors,
        user_vectors={"score_vector": people, "star_vector": star_tables.user_vectors},
        epochs=epochs,
        best_epoch=best,
        validation=validation,
        finishing_epochs=finishing_epochs,
        predict_stars=star_tables.predict,
    )


def _learning_stars(
    data: TrainingData, seed: int, workers: Workers, pace: Pace
) -> Callable[[], star_model.StarTables]:
    """What gives the star model, which is learned at once: by workers beside all else, as it takes longest,
    or here, while little else is in memory."""
    asked = (data.interactions, movie_features(data.movies), data.rating_scale, seed)
    if workers is HERE:
        tables = star_model.fit(*asked, pace.learned_stars)
        return lambda: tables
    kept = workers.call(star_model.fit, *asked)
    return lambda: workers.get(kept)


def _trainer(
    evidence: Evidence,
    width: int,
    config: RankingConfig,
    seed: int,
    listener: Listener,
    pace: Pace,
    workers: Workers,
) -> "Trainer":
    """The towers, for whose sake TensorFlow is loaded."""
    listener.on_stage("Starting TensorFlow, up to 12 seconds")
    from movierec_cli.training.ranking.trainer import Trainer

    listener.on_stage("Training")
    return Trainer(evidence, width, config, seed, on_step=pace.passed, workers=workers)


def _facts(
    is_trained: bool,
    config: RankingConfig,
    vectors: dict[str, Matrix],
    fold: FoldIn,
    stars: Stars,
) -> ModelFacts:
    return ModelFacts(
        kind="ranking" if is_trained else "computed",
        config=asdict(config),
        score_column="score_vector",
        score_metric="dot",
        similar_column="similar_vector",
        fold_in=fold,
        stars=stars,
        dimensions={name: matrix.shape[1] for name, matrix in vectors.items()},
    )


def _movie_vectors(model: Member, similar: Matrix, stars: star_model.StarTables) -> dict[str, Matrix]:
    return {
        "score_vector": model.score_vectors,
        "history_vector": model.history_vectors,
        "similar_vector": similar,
        "star_vector": stars.movie_vectors,
        "star_history": stars.movie_histories,
    }


def _together(
    towers: Member | None, by_itself: Member, evidence: Evidence, people: Indices, config: RankingConfig
) -> list[Member]:
    """The members as they count: the trained towers and the computed member, or that one alone.

    people: user_index of some, over whom the spread of scores is measured.
    """
    histories = evidence.histories[people]

    def spread_of(member: Member) -> float:
        return spread(member.people(histories), member.score_vectors) or 1.0

    if towers is None:
        popularity = evidence.popularity
        bias = POPULARITY / (popularity.std() or 1.0) * popularity
        return [replace(by_itself.scaled(1 / spread_of(by_itself)), bias=bias.astype(np.float32))]
    towers = replace(towers, bias=np.float32(config.bias_share) * towers.bias)
    share = computed.share_for(len(evidence.interactions.rating), config.computed_share)
    return [towers, by_itself.scaled(share * spread_of(towers) / spread_of(by_itself))]


def _folded_in(model: Member, evidence: Evidence, weights: HistoryWeights) -> tuple[FoldIn, Matrix]:
    """How people get their vectors, and everybody's, float32 (people, d)."""
    fold, seen = FoldIn(weights, tuple(model.start.tolist())), evidence.interactions
    return fold, fold.vectors(model.personal(evidence.histories), seen.rating, seen.row_splits)


def _judge(
    task: RankingTask, evidence: Evidence, by_itself: Member, config: RankingConfig
) -> Callable[[Member | None], ValidationFacts]:
    """How good towers are beside the computed member, on the task's held-out ratings."""

    def judge(towers: Member | None) -> ValidationFacts:
        with np.errstate(over="ignore", invalid="ignore"):  # a loss that is not finite says it
            model = side_by_side(_together(towers, by_itself, evidence, task.sample, config))
            people = model.people(evidence.histories[task.sample])
        return task.judge(lambda part: people[part] @ model.score_vectors.T)

    return judge
