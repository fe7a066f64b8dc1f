"""How long a training still takes: worked out by a clock that the test sets."""

from collections.abc import Callable

import pytest

from movierec_cli.training import pace
from movierec_cli.training.pace import Pace


class Clock:
    """A clock that stands still unless it is told otherwise."""

    now = 100.0

    def __call__(self) -> float:
        return self.now

    def times(self, count: int, seconds: float, tell: Callable[[float], None], share: float) -> None:
        """So many pieces of work, each of which takes so long, and tells what share of the whole it was."""
        for _ in range(count):
            self.now += seconds
            tell(share)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.perf_counter", clock)
    return clock


def test_it_adds_up_what_is_left_of_each_part(clock: Clock) -> None:
    """Fits of 20 s, passes of 8 s, of which the first takes 5 s longer, and stars that take 60 s."""
    told: list[float] = []
    watch = Pace(told.append, 6)
    stars = pace.STARS * 20
    clock.times(5, 4, watch.computed, 0.2)
    assert told[-1] == pytest.approx(6 * pace.PASS * 20 + 20 + stars)  # as a pass has not been timed yet
    clock.times(1, 7, watch.passed, 0.25)  # TensorFlow starts, and traces the graph
    assert told[-1] == pytest.approx(5.75 * pace.PASS * 20 + 20 + stars)
    clock.times(1, 2, watch.passed, 0.25)
    assert told[-1] == pytest.approx(5.5 * 8 + 20 + stars)
    clock.times(6, 2, watch.passed, 0.25)
    assert told[-1] == pytest.approx(4 * 8 + 20 + stars)
    watch.skip(2)  # it stops early
    clock.times(8, 2, watch.passed, 0.25)
    assert told[-1] == pytest.approx(20 + stars)
    clock.times(5, 4, watch.computed, 0.2)
    assert told[-1] == pytest.approx(stars)
    clock.times(1, 3, watch.learned_stars, 0.1)
    for done in range(2, 11):
        clock.times(1, 6, watch.learned_stars, 0.1)
        assert told[-1] == pytest.approx(60 * (1 - done / 10), abs=1e-6)


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("computed", 1.6 * 15 + pace.STARS * 15),
        ("learned_stars", 0.6 * 15 + pace.FITS * 15 / pace.STARS),
    ],
)
def test_without_epochs_it_is_known_after_two_pieces(clock: Clock, part: str, left: float) -> None:
    """Each of a fifth, in 3 s; what one of the two parts takes tells of the other."""
    told: list[float] = []
    watch = Pace(told.append, 0)
    clock.times(1, 3, getattr(watch, part), 0.2)
    assert told == []
    clock.times(1, 3, getattr(watch, part), 0.2)
    assert told == [pytest.approx(left)]


def test_it_is_not_told_more_than_once_a_second(clock: Clock) -> None:
    told: list[float] = []
    watch = Pace(told.append, 0)
    for _ in range(100):
        clock.now += 0.125
        watch.learned_stars(0.001)
        watch.computed(0.01)
    assert len(told) == 12
