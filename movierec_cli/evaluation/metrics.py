"""Ranking metrics for lists of recommendations, with binary relevance.

Every function takes `relevant_at`: bool (people, k), whether the movie at each rank is relevant, a list
shorter than k padded with False; and `relevant_count`: int (people,), how many relevant movies a person has.
Each returns float64 (people,); people with nothing relevant get NaN, to be left out of means.
Definitions as in trec_eval (ndcg_cut, recall, success, recip_rank).
"""

import numpy as np
import numpy.typing as npt

from movierec_cli.vectors.arrays import Flags

Counts = npt.NDArray[np.int64]
PerPerson = npt.NDArray[np.float64]

RESAMPLES = 1000
"""How often a bootstrap draws."""


def ndcg(relevant_at: Flags, relevant_count: Counts) -> PerPerson:
    """Normalised discounted cumulative gain, discount 1 / log2(rank + 1) (Järvelin and Kekäläinen, 2002)."""
    discount = 1 / np.log2(np.arange(2, relevant_at.shape[1] + 2))
    ideal = np.concatenate([[0], np.cumsum(discount)])
    return _ratio(relevant_at @ discount, ideal[np.minimum(relevant_count, relevant_at.shape[1])])


def recall(relevant_at: Flags, relevant_count: Counts) -> PerPerson:
    """The share of a person's relevant movies that the list holds."""
    return _ratio(relevant_at.sum(axis=1), relevant_count)


def hit_rate(relevant_at: Flags, relevant_count: Counts) -> PerPerson:
    """1 where the list holds at least one relevant movie."""
    return _ratio(relevant_at.any(axis=1), relevant_count > 0)


def reciprocal_rank(relevant_at: Flags, relevant_count: Counts) -> PerPerson:
    """1 / the rank of the first relevant movie, 0 where the list holds none."""
    first = np.where(relevant_at.any(axis=1), 1 / (relevant_at.argmax(axis=1) + 1), 0.0)
    return _ratio(first, relevant_count > 0)


def bootstrap_interval(values: PerPerson) -> tuple[float, float]:
    """The 95 % percentile interval of the mean, over people drawn with replacement (Efron, 1979)."""
    rng = np.random.default_rng(0)
    means = [rng.choice(values, len(values)).mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> PerPerson:
    whole = np.asarray(whole, dtype=np.float64)
    share: PerPerson = np.where(whole == 0, np.nan, np.asarray(part) / np.where(whole == 0, 1, whole))
    return share
