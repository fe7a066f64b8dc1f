"""Which scale the ratings of a file are on, by the ratings alone. docs/datasets.md has the rules."""

import math

import numpy as np
import numpy.typing as npt

from movierec_cli.vectors.scale import RatingScale

Values = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

WHOLE_STARS = RatingScale(1.0, 5.0, 1.0)
HALF_STARS = RatingScale(0.5, 5.0, 0.5)
LIKES_ALONE = RatingScale(1.0, 1.0)

_ENDS = (1.0, 5.0, 10.0, 100.0)
"""Where scales end that people use."""
_STEPS = (1.0, 0.5, 0.25, 0.2, 0.1)
_FEW = 0.01
"""Of the ratings: fewer beyond the end of a smaller scale are taken for mistakes. Of ratings out of 10 more
than half are above 5."""
_OFF_GRID = 1e-3
"""In steps: float32 knows a rating of 99.9 to a ten-thousandth."""


class DoubtfulScaleError(Exception):
    """Ratings that no scale explains.

    lowest, highest: what a rating would have been expected between. reason: the end of a sentence about one
    that is not. likely: what to give as --scale where the ratings are right.
    """

    def __init__(self, lowest: float, highest: float, reason: str, likely: str) -> None:
        super().__init__(reason)
        self.lowest, self.highest, self.reason, self.likely = lowest, highest, reason, likely


def find_scale(values: Values, counts: Counts, *, by_halves: bool) -> RatingScale:
    """The scale of all ratings of a file.

    values: the different ratings, finite numbers, ascending. counts: how many there are of each.
    by_halves: whether its layout is one of half stars, so that whole stars alone do not say that there are no
    others. Raises DoubtfulScaleError.
    """
    least, most = float(values[0]), float(values[-1])
    if least == most and counts.sum() > 1:  # one alone says nothing of the others
        return LIKES_ALONE
    if HALF_STARS.lowest <= least and most <= HALF_STARS.highest:
        halves = by_halves or least < WHOLE_STARS.lowest or bool((values != np.round(values)).any())
        return HALF_STARS if halves else WHOLE_STARS
    highest = _end(values, counts, max(-least, most))
    if least >= 0:
        from_one = least == 1 or (
            least > 1 and highest <= 10
        )  # 10 of 100 is more likely one of 0, 10, 20, ...
        return with_step(values, 1.0 if from_one else 0.0, highest)
    if least > -highest / 2:
        raise DoubtfulScaleError(
            0.0,
            math.inf,
            f"below 0, and none is low enough for a scale from {-highest:g} to {highest:g}",
            f"{-highest:g}-{highest:g}",
        )
    return with_step(values, -highest, highest)


def with_step(values: Values, lowest: float, highest: float) -> RatingScale:
    """The scale between two ends, with the largest step that leads to every one of the ratings `values`."""
    places = np.append(values, highest).astype(np.float64) - lowest
    for step in _STEPS:
        if np.abs(places / step - np.round(places / step)).max() < _OFF_GRID:
            return RatingScale(lowest, highest, step)
    return RatingScale(lowest, highest)


def _end(values: Values, counts: Counts, farthest: float) -> float:
    """The end of the smallest scale that reaches as far as the ratings do."""
    reaching = [end for end in _ENDS if farthest <= end]
    smaller = [end for end in _ENDS if farthest > end]
    if not reaching:
        most, lowest = _ENDS[-1], min(0, math.floor(values[0]))
        raise DoubtfulScaleError(
            -most, most, f"beyond {most:g}, where the known scales end", f"{lowest}-{math.ceil(farthest)}"
        )
    if smaller and counts[np.abs(values) > smaller[-1]].sum() / counts.sum() < _FEW:
        raise DoubtfulScaleError(
            -smaller[-1],
            smaller[-1],
            f"and more than 99 in 100 of the ratings are not beyond {smaller[-1]:g}",
            f"0-{reaching[0]:g}",
        )
    return reaching[0]
