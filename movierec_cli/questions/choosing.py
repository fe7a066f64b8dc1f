"""What to take from good candidates: variety, the less known, what suits several people. numpy only.

docs/choosing.md has what each costs.
"""

import numpy as np
import numpy.typing as npt

from movierec_cli.vectors.arrays import Floats, Matrix
from movierec_cli.vectors.scale import bottom_of

CANDIDATES = 200
"""How many of the best are looked at when `diversity` or `novelty` is asked for."""
NOT_LIKE = 0.4
"""A movie whose likeness to an unwanted one, as `similar` shows it, reaches this is left out."""

PLEASING = 3.5
"""Predicted stars, of five, that everybody should reach where several people watch together."""
PER_STAR = 1.0
"""What each star short of that costs; 1 is worth as much as coming first or almost third."""


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


def together(scores: Floats, stars: Floats | None, highest: float, lowest: float = 0.0) -> Floats:
    """What suits several people: (people, movies) for all the movies there are -> (movies,), at most 0.

    Each person ranks all the movies by their scores; a movie gets minus the mean logarithm of its ranks, so 0
    if it is everyone's first. Then it loses PER_STAR for each star that the person whom it suits least is
    predicted to give it below PLEASING.

    stars: predicted, the same shape; None where the model predicts none. highest, lowest: the ends of
    their scale, of which the top counts as five; see vectors/scale.py.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.empty(scores.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, scores.shape[1] + 1)[None], axis=1)
    combined: Floats = -np.log(ranks).mean(axis=0)
    if stars is None:
        return combined
    bottom = bottom_of(lowest)
    missing: Floats = np.maximum(0, PLEASING - (stars.min(axis=0) - bottom) * 5 / (highest - bottom))
    return combined - PER_STAR * missing


def _standardised(values: Floats) -> Floats:
    """Along the last axis with mean 0 and standard deviation 1; all 0 where there is no difference."""
    spread = values.std(axis=-1, keepdims=True)
    standard: Floats = (values - values.mean(axis=-1, keepdims=True)) / np.where(spread > 0, spread, 1)
    return standard
