"""From a dataset to a trained ranking model: the computed member, the trained towers, and their vectors."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from movierec_cli.store.facts import Epoch, ModelFacts, ValidationFacts
from movierec_cli.training import star_model
from movierec_cli.training.checkpoint import NO_CHECKPOINT, Checkpoint
from movierec_cli.training.content import movie_features
from movierec_cli.training.data import NOBODY, Listener, TrainingData, TrainingOptions
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.pace import Pace
from movierec_cli.training.ranking import computed
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence, evening_of, evidence_of, popularity
from movierec_cli.training.ranking.held_out import HeldOut, Sample
from movierec_cli.training.ranking.member import Member, side_by_side, spread
from movierec_cli.training.similar import similar_vectors
from movierec_cli.training.trained import TrainedModel
from movierec_cli.training.validation import RankingTask
from movierec_cli.vectors.arrays import Matrix
from movierec_cli.vectors.fold_in import FoldIn, HistoryWeights
from movierec_cli.vectors.stars import Stars

if TYPE_CHECKING:
    from movierec_cli.training.ranking.trainer import Trainer

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
) -> TrainedModel:
    """Train until NDCG@100 on a held-out part of everybody's ratings no longer improves, go back to the best
    weights, and finish on all ratings, of which everybody's vector comes. Without epochs the computed member
    is the whole model. Raises TrainingError when the loss is not finite.
    """
    config, seed, counts = options.put_in(defaults), options.seed, data.rating_counts
    config = replace(config, batch_size=config.people_in_a_step(data.people.people))
    weights = HistoryWeights(*data.rating_scale, config.neutral, config.shrinkage)
    size = int(counts.sum()), int(np.count_nonzero(counts))
    width, ridge = computed.width_for(*size), computed.ridge_for(*size, config.computed_ridge)
    epochs, best, towers, network = list[Epoch](), 0, None, None
    finishing_epochs = most = round(FINISHING_SHARE * options.epochs)
    pace = Pace(listener.on_left, options.epochs + most - checkpoint.passes)

    def compute(evidence: Everybody[Evidence], start: Matrix | None = None) -> Member:
        return computed.fit(evidence, width, ridge, seed, pace.computed, start)

    # BLAS's own threads go on spinning after each product and keep TensorFlow's from the cores.
    with threadpool_limits(limits=1, user_api="blas"):
        features, scale = movie_features(data.movies), data.rating_scale
        stars = star_model.fit(data.people, features, scale, seed, pace.learned_stars)
        held_out = HeldOut.of(data.people, scale, seed)
        evidence = evidence_of(held_out.seen, weights, config.recency)
        by_itself = compute(evidence)
        judge = _judge(held_out.task, Sample.of(evidence, held_out.places), by_itself, config)
        if options.epochs:
            trainer = _trainer(evidence, len(by_itself.start), config, seed, listener, pace)
            asked = options.epochs, options.patience
            epochs, best = trainer.train(*asked, judge, listener.on_epoch, checkpoint)
            trainer.forget()
        validation, judged = epochs[best - 1].validation if epochs else judge(None), held_out.places
        del evidence, judge, held_out  # gigabytes for 32 million ratings
        everything = evidence_of(data.people, weights, config.recency)
        if options.epochs:
            listener.on_stage("Learning from all ratings")
            finishing_epochs = round(FINISHING_SHARE * (best if trainer.samples else options.epochs))
            pace.skip(options.epochs - len(epochs) + most - finishing_epochs)
            trainer.finish(everything, finishing_epochs, checkpoint)
            towers, network = trainer.towers, trainer.network
            del trainer
        by_itself = compute(everything, start=by_itself.history_vectors)
        members = _together(towers, by_itself, Sample.of(everything, judged), config)
        fold = FoldIn(weights, tuple(side_by_side(members).start.tolist()))
        people = everything.each(_folded_in, side_by_side(members), fold)
        members = [member.evened(evening_of(everything)) for member in members]
        del everything
    model = side_by_side(members)
    if network:
        network.put_in(*members)
    similar = similar_vectors(by_itself.score_vectors, data.movies, data.tags, counts, seed)
    vectors = _movie_vectors(model, similar, stars)
    return TrainedModel(
        facts=_facts(bool(network), config, vectors, fold, stars.shared),
        network=network.model if network else None,
        movie_vectors=vectors,
        user_vectors={"score_vector": people, "star_vector": stars.user_vectors},
        epochs=epochs,
        best_epoch=best,
        validation=validation,
        finishing_epochs=finishing_epochs,
        predict_stars=stars.predict,
    )


def _trainer(
    evidence: Everybody[Evidence],
    width: int,
    config: RankingConfig,
    seed: int,
    listener: Listener,
    pace: Pace,
) -> "Trainer":
    """The towers, for whose sake TensorFlow is loaded."""
    listener.on_stage("Starting TensorFlow, up to 12 seconds")
    from movierec_cli.training.ranking.trainer import Trainer

    listener.on_stage("Training")
    return Trainer(evidence, width, config, seed, on_step=pace.passed)


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
    towers: Member | None, by_itself: Member, sample: Sample, config: RankingConfig
) -> list[Member]:
    """The members as they count: the trained towers and the computed member, or that one alone.

    sample: over whose people the spread of scores is measured.
    """

    def spread_of(member: Member) -> float:
        return spread(member.people(sample.histories), member.score_vectors) or 1.0

    if towers is None:
        bias = popularity(sample.worth)
        bias *= np.float32(POPULARITY / (bias.std() or 1.0))
        return [replace(by_itself.scaled(1 / spread_of(by_itself)), bias=bias)]
    towers = replace(towers, bias=np.float32(config.bias_share) * towers.bias)
    share = computed.share_for(sample.ratings, config.computed_share)
    return [towers, by_itself.scaled(share * spread_of(towers) / spread_of(by_itself))]


def _folded_in(evidence: Evidence, model: Member, fold: FoldIn) -> Matrix:
    """Some people's vectors, float32 (people, d)."""
    seen = evidence.interactions
    return fold.vectors(model.personal(evidence.histories), seen.rating, seen.row_splits)


def _judge(
    task: RankingTask, sample: Sample, by_itself: Member, config: RankingConfig
) -> Callable[[Member | None], ValidationFacts]:
    """How good towers are beside the computed member, on the task's held-out ratings."""

    def judge(towers: Member | None) -> ValidationFacts:
        with np.errstate(over="ignore", invalid="ignore"):  # a loss that is not finite says it
            model = side_by_side(_together(towers, by_itself, sample, config))
            people = model.people(sample.histories)
        return task.judge(lambda part: people[part] @ model.score_vectors.T)

    return judge
