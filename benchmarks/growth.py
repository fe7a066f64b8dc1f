"""How time, memory, network and money grow with a dataset, from what is measured at several sizes.

    python benchmarks/growth.py HOME DATASET [DATASET ...] [--price 0.05]

HOME has the datasets fetched, the largest one last; DATASET:0.25 is a quarter of its people. What
`train --epochs 0` and `export` do is measured at each size, in nanoseconds of processor time for one of what
it grows with; the costs at the largest size are then multiplied up. The first table has what was measured,
the second what follows for larger data. Money is processor time at --price for a core's hour. It prints
Markdown.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from described import parser_of
from threadpoolctl import threadpool_limits

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.datasets.library import load_dataset
from movierec_cli.training import star_model
from movierec_cli.training.everybody import Everybody, divided
from movierec_cli.training.ranking import computed, fitting
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence, evidence_of, popularity, worth_of
from movierec_cli.training.ranking.member import side_by_side, spread
from movierec_cli.training.ranking.sums import Sums
from movierec_cli.vectors.arrays import Matrix
from movierec_cli.vectors.fold_in import HistoryWeights
from movierec_cli.vectors.scores import Candidates

SWEEPS = 2
PEOPLE_LISTED = 2048
STARS = 2 + star_model.CONFIG.dim
LARGER = (
    (200_948, 87_585, 32_000_204),
    (2_000_000, 200_000, 200_000_000),
    (10_000_000, 1_000_000, 1_000_000_000),
    (100_000_000, 1_000_000, 1_000_000_000),
)
"""People, movies, ratings."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Nanoseconds of processor time, and bytes."""

    evidence: float
    """For a rating."""
    there_and_back: float
    """For a rating and a direction."""
    stars: float
    """For a rating and a sweep."""
    lists: float
    """For a person, a movie and a dimension."""
    bytes: float
    """Of memory for a rating, of all workers together."""


def cpu(work: Callable[[], object]) -> float:
    """Nanoseconds."""
    started = time.process_time()
    work()
    return 1e9 * (time.process_time() - started)


def measured(ratings: Interactions, scale: tuple[float, float]) -> Costs:
    config, count, movies = RankingConfig(), len(ratings.rating), len(ratings.movie_ids)
    weights = HistoryWeights(*scale, config.neutral, config.shrinkage)
    made: list[Everybody[Evidence]] = []
    people = divided(ratings)
    evidence_cost = cpu(lambda: made.append(evidence_of(people, weights, config.recency)))
    everybody, sums = made[0], Sums(made[0])
    (evidence,) = everybody
    rng = np.random.default_rng(0)
    width = computed.width_for(count, movies) + computed.OVERSAMPLING
    basis: Matrix = rng.normal(size=(movies, width)).astype(np.float32)
    listed = rng.choice(len(ratings.user_ids), min(PEOPLE_LISTED, len(ratings.user_ids)), replace=False)
    member = computed.fit(everybody, width, config.computed_ridge, 0)
    taste = member.scaled(1 / spread(member.people(evidence.histories[listed]), member.score_vectors))
    liked = popularity(worth_of(everybody))
    bias = np.float32(fitting.POPULARITY / liked.std()) * liked
    model = side_by_side([replace(taste, bias=bias)])
    vectors, nobody = model.people(evidence.histories[listed]), np.zeros(0, np.int64)
    candidates = Candidates.of(model.score_vectors, "dot")
    stars = replace(star_model.CONFIG, sweeps=SWEEPS, many=count, sweeps_of_many=SWEEPS)
    known = np.ones((movies, 1), np.float32)
    arrays = (ratings.rating, ratings.movie_index, evidence.target, evidence.histories, evidence.liked)
    held = [
        one
        for each in arrays
        for one in ([each] if isinstance(each, np.ndarray) else [each.data, each.indices])
    ]
    return Costs(
        evidence=evidence_cost / count,
        there_and_back=cpu(lambda: sums.there_and_back(basis)) / count / width,
        stars=cpu(lambda: star_model.fit(people, known, scale, seed=0, config=stars)) / count / SWEEPS,
        lists=cpu(lambda: candidates.best_for(vectors, 10, (nobody, nobody))) / len(listed) / movies / width,
        bytes=sum(one.nbytes for one in {id(one): one for one in held}.values()) / count,
    )


def passes(ratings: int) -> float:
    """There and back over everybody, in both fits: iterations, Gram matrices, and what is liked."""
    if ratings <= computed.MANY:
        return computed.POWER_ITERATIONS + 1 + 2
    return computed.ITERATIONS_OF_MANY * computed.MANY / ratings + 2 + 1


def sweeps(ratings: int) -> float:
    """Over everybody."""
    config = star_model.CONFIG
    if ratings <= config.many:
        return config.sweeps
    return (config.sweeps - config.sweeps_of_many) * config.many / ratings + config.sweeps_of_many


def star_numbers() -> int:
    """What is sent to a worker and back for a movie in a sweep: what ratings say of it, and tables."""
    config = star_model.CONFIG
    size, tables = 1 + config.dim, 4 * (config.conjugate_steps + 1) + 5
    return size * (size + 1) // 2 + size + 1 + tables * size + 2


def grown(people: int, movies: int, ratings: int, costs: Costs, price: float) -> str:
    """A row of the second table."""
    width = computed.width_for(ratings, movies) + computed.OVERSAMPLING
    hours = 1 / 3.6e12
    computing = hours * ratings * (2 * costs.evidence + passes(ratings) * width * costs.there_and_back)
    stars = hours * ratings * sweeps(ratings) * costs.stars
    lists = hours * people * movies * width * costs.lists
    messages = 2 * 4 * movies * width * (passes(ratings) + computed.ITERATIONS_OF_MANY)
    messages += 8 * movies * star_model.CONFIG.sweeps * star_numbers()
    memory = ratings * costs.bytes + 4 * people * (width + STARS)
    return (
        f"| {people:,} | {movies:,} | {ratings:,} | {computing:.2f} | {stars:.2f} | {lists:.2f} "
        f"| {memory / 1e9:.1f} | {4 * people * (width + STARS) / 1e9:.1f} | {messages / 1e9:.2f} "
        f"| {price * (computing + stars + lists):.2f} |"
    )


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("datasets", nargs="+", metavar="DATASET")
    parser.add_argument("--price", type=float, default=0.05)
    asked = parser.parse_args()
    print("| data | people | movies | ratings | evidence | there and back | stars | lists | bytes |")
    print("| --- " * 9 + "|")
    for name in asked.datasets:
        dataset_name, _, share = name.partition(":")
        dataset = load_dataset(dataset_name, home=asked.home)
        ratings = Interactions.from_dataset(dataset)
        if share:
            ratings = ratings.of_some(np.arange(int(float(share) * len(ratings.user_ids))))
        with threadpool_limits(limits=1, user_api="blas"):
            costs = measured(ratings, dataset.rating_scale)
        print(
            f"| {name} | {len(ratings.user_ids):,} | {len(ratings.movie_ids):,} | {len(ratings.rating):,} "
            f"| {costs.evidence:.1f} | {costs.there_and_back:.3f} | {costs.stars:.0f} | {costs.lists:.4f} "
            f"| {costs.bytes:.0f} |",
            flush=True,
        )
    print("\n| people | movies | ratings | computed, core hours | stars | lists | memory, GB", end="")
    print(" | of it people | to and from a worker, GB | money |")
    print("| --- " * 10 + "|")
    for size in LARGER:
        print(grown(*size, costs, asked.price))


if __name__ == "__main__":
    main()
