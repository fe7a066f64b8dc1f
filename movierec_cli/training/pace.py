"""How much longer a training takes, told while it goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass

FITS = 2
"""The computed member is fitted before the epochs, and again on all ratings after them."""
PASS, STARS = 1.0, 2.5
"""A pass, and learning to predict stars, take so many times as long as a fit, until it is known better. At
the sizes of ML-100K, ML-1M and ml-32m it was 1.3, 1.3 and 0.7, and 5, 3.5 and 1.3 times."""
EVERY = 1.0
"""Seconds between one figure and the next, at least."""


@dataclass
class _Part:
    """A part of the work. `left` is how much of it is still to be done, in any unit."""

    left: float
    done: float = 0.0
    """Of what has been timed."""
    seconds: float = 0.0
    """What that took."""
    begun: bool = False

    @property
    def each(self) -> float | None:
        """Seconds for one unit; None before anything has been timed."""
        return self.seconds / self.done if self.done else None


class Pace:
    """Seconds still to go, from what has been timed. Training may stop early, so this is the most it takes.

    The first piece of each part is not timed: what comes before is in it, and what is done once alone.
    """

    def __init__(self, on_left: Callable[[float], None], passes: float) -> None:
        """passes: over the data, in epochs and on all ratings, at most. on_left: told the seconds."""
        self._fits, self._passes, self._stars = _Part(FITS), _Part(passes), _Part(1.0)
        self._on_left = on_left
        self._last = time.perf_counter()
        self._told = self._last

    def computed(self, share: float) -> None:
        """A share of a fit of the computed member is done."""
        self._did(self._fits, share)

    def passed(self, share: float) -> None:
        """A share of a pass over the data is done."""
        self._did(self._passes, share)

    def learned_stars(self, share: float) -> None:
        """A share of learning to predict stars is done."""
        self._did(self._stars, share)

    def skip(self, passes: float) -> None:
        """So many passes will not be made."""
        self._passes.left -= passes
        self._passes.begun = False

    def _did(self, part: _Part, amount: float) -> None:
        now = time.perf_counter()
        part.left -= amount
        if part.begun:
            part.done += amount
            part.seconds += now - self._last
        part.begun = True
        self._last = now
        seconds = self._seconds_left()
        if seconds is not None and now >= self._told + EVERY:
            self._told = now
            self._on_left(seconds)

    def _seconds_left(self) -> float | None:
        """None while it cannot be said."""
        fit = self._fits.each
        if fit is None and self._stars.each is not None:
            fit = self._stars.each / STARS
        if fit is None:
            return None
        parts = ((self._fits, fit), (self._passes, PASS * fit), (self._stars, STARS * fit))
        return sum(max(0.0, part.left) * (part.each or each) for part, each in parts)
