"""What to take from good candidates: variety, the less known, what suits several people. numpy only.

docs/choosing.md has what each costs.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating[Any]]

CANDIDATES = 200
"""How many of the best are looked at when `diversity` or `novelty` is asked for."""
NOT_LIKE = 0.4
"""A movie whose cosine with an unwanted one reaches this is left out."""

LEAST = 0.5
"""How much of what a movie is to several people is what it is to the one whom it suits least."""


def order(
    scores: Floats,
    rating_count: npt.NDArray[np.int64],
    vectors: Matrix | None,
    *,
    diversity: float,
    novelty: float,
    top: int,
) -> list[int]:
    """Positions of the `top` candidates to show, first to last.

    scores: (n,), higher is better. rating_count: (n,). vectors: float32 (n, d), compared by cosine; needed
    for `diversity` only. Both shares are from 0 to 1.

    A movie's worth is its score minus `novelty` times the logarithm of how many rated it, both standardised.
    By maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) the next one taken has the greatest
    (1 - diversity) * worth - diversity * cosine with the closest one taken, worth being scaled to 0 to 1.
    """
    worth = _standardised(scores) - novelty * _standardised(np.log1p(rating_count))
    if not diversity or vectors is None:
        return [int(position) for position in np.argsort(-worth, kind="stable")[:top]]
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    worth = (worth - worth.min()) / (np.ptp(worth) or 1)
    unit = vectors / np.where(length > 0, length, 1)
    left = np.ones(len(scores), dtype=bool)
    closest = np.zeros(len(scores))
    taken: list[int] = []
    while len(taken) < min(top, len(scores)):
        marginal = (1 - diversity) * worth - diversity * closest
        # Among equals the one worth more: with diversity 1 that is how the first is found.
        best = int(np.lexsort((-worth, np.where(left, -marginal, np.inf)))[0])
        cosine = unit @ unit[best]
        closest = cosine if not taken else np.maximum(closest, cosine)
        left[best] = False
        taken.append(best)
    return taken


def together(scores: Floats, least: float = LEAST) -> Floats:
    """Scores of (people, movies) for all the movies there are -> (movies,), what suits all of them.

    Everybody's scores are standardised, so that nobody counts more for having larger ones; a movie gets their
    mean, mixed with the lowest of them, `least` being the share of that.
    """
    standard = _standardised(scores)
    combined: Floats = (1 - least) * standard.mean(axis=0) + least * standard.min(axis=0)
    return combined


def _standardised(values: Floats) -> Floats:
    """Along the last axis with mean 0 and standard deviation 1; all 0 where there is no difference."""
    spread = values.std(axis=-1, keepdims=True)
    standard: Floats = (values - values.mean(axis=-1, keepdims=True)) / np.where(spread > 0, spread, 1)
    return standard
