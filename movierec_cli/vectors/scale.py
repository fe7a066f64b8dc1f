"""A scale of ratings: how far it goes, in which steps, and what counts as liked. Standard library only.

Training and questions share it. A rating counts by its place, its share of the way to the highest from 0, or
from the lowest where that is below: 8 of 10 are what 4 of 5 stars are.
"""

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from movierec_cli.errors import UsageError

LIKED_SHARE = 0.8
"""A rating is liked from this place on: 4 of 5 stars, 8 of 10."""
LEAST_SHARE = 0.6
"""A movie sinks where less than this place is predicted: 3 of 5."""
HATED_SHARE = 0.1
"""A rating is a lowest one up to this place, where the scale goes lower: half a star of 5."""
MOST_STEPS = 21
"""Rows of a histogram, at most: what a screen holds, and a scale of 10 in halves."""

_FIVE = 5.0
_TINY = 1e-6
_FARTHEST = 1e6
_BOUND = r"-?(?:\d+\.?\d*|\.\d+)"
_SCALE = re.compile(rf"\s*(?P<lowest>{_BOUND})\s*-\s*(?P<highest>{_BOUND})\s*", re.ASCII)
_EXAMPLES = "Give the lowest and the highest rating: --scale 0-10, --scale 0.5-5 or --scale -10-10"


@dataclass(frozen=True, slots=True)
class RatingScale:
    """The ratings that a dataset allows. Where there are likes alone, each is a 1, and so are both ends."""

    lowest: float
    """The lowest rating that somebody can give."""
    highest: float
    """The highest rating that somebody can give, above 0."""
    step: float | None = None
    """Between one rating and the next; None where ratings may be any number between the ends."""

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest rating that there can be."""
        return self.lowest, self.highest

    @property
    def likes_alone(self) -> bool:
        """Whether all ratings are the same."""
        return self.lowest == self.highest

    @property
    def text(self) -> str:
        """ "0 to 10, whole steps"."""
        if self.likes_alone:
            return "likes alone, each counts the same"
        steps = {1.0: "whole steps", 0.5: "half steps", None: "any number between"}
        return f"{self.lowest:g} to {self.highest:g}, {steps.get(self.step) or f'steps of {self.step:g}'}"

    @property
    def steps(self) -> tuple[float, ...]:
        """What ratings are counted by, lowest first: every rating there can be, or where these are more than
        MOST_STEPS, as many round numbers on the scale as may be."""
        if self.likes_alone:
            return (self.lowest,)
        if self.step is not None:
            count = round((self.highest - self.lowest) / self.step) + 1
            if count <= MOST_STEPS:
                return tuple(_exact(self.lowest + self.step * number) for number in range(count))
        widths = _round_numbers((self.highest - self.lowest) / MOST_STEPS)
        return next(steps for steps in map(self._multiples, widths) if len(steps) <= MOST_STEPS)

    def of_stars(self, stars: float) -> float | None:
        """The rating in the place that `stars`, 0.5 to 5, have among five.

        Likes alone have none for what is not liked: None. Where ratings go below 0, no stars are the lowest.
        """
        if self.likes_alone:
            return self.highest if stars >= liked_from(0.0, _FIVE) else None
        bottom = bottom_of(self.lowest)
        return max(self.lowest, bottom + stars * (self.highest - bottom) / _FIVE)

    def _multiples(self, width: float) -> tuple[float, ...]:
        """The multiples of `width` on the scale."""
        first, last = math.ceil(self.lowest / width - _TINY), math.floor(self.highest / width + _TINY)
        return tuple(_exact(width * number) for number in range(first, last + 1))


def bottom_of(lowest: float) -> float:
    """Where places are counted from, on a scale that begins at `lowest`."""
    return min(0.0, lowest)


def liked_from(lowest: float, highest: float) -> float:
    """The rating from which on a movie is liked."""
    return _at(LIKED_SHARE, lowest, highest)


def sinks_below(lowest: float, highest: float) -> float:
    """The predicted rating below which a movie sinks."""
    return _at(LEAST_SHARE, lowest, highest)


def hated_up_to(lowest: float, highest: float) -> float:
    """As low as half a star, or the lowest rating there is; lower than any where there are likes alone."""
    return max(lowest, _at(HATED_SHARE, lowest, highest)) if lowest < highest else -math.inf


def _at(place: float, lowest: float, highest: float) -> float:
    """The rating in a place on the scale."""
    bottom = bottom_of(lowest)
    return bottom + place * (highest - bottom)


def parse_scale(text: str) -> tuple[float, float]:
    """ "0-10" -> (0, 10), "-10-10" -> (-10, 10). Raises UsageError for anything else."""
    match = _SCALE.fullmatch(text)
    if match is None:
        raise UsageError(f"--scale {text[:40]!r} is no scale of ratings.", _EXAMPLES)
    return float(match["lowest"]), float(match["highest"])


def checked_ends(lowest: float, highest: float) -> tuple[float, float]:
    """The ends, if ratings can be between them. Raises UsageError."""
    if not (-_FARTHEST <= lowest < highest <= _FARTHEST and highest > 0):  # NaN is nowhere
        raise UsageError(
            f"--scale {lowest:g}-{highest:g} is no scale of ratings: its highest must be above its lowest "
            "and above 0, and neither beyond a million.",
            _EXAMPLES,
        )
    return float(lowest), float(highest)


def _round_numbers(near: float) -> Iterator[float]:
    """1, 2 and 5 times the powers of ten, ascending, from below `near` on."""
    for exponent in itertools.count(math.floor(math.log10(near)) - 1):
        for digit in (1, 2, 5):
            yield digit * 10.0**exponent


def _exact(number: float) -> float:
    """0.3 for 3 * 0.1."""
    return float(f"{number:.9g}")
