"""Scales of ratings: their steps, what is liked on them, how they are written."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from movierec_cli.errors import UsageError
from movierec_cli.vectors.scale import MOST_STEPS, RatingScale, checked_ends, liked_from, parse_scale

WHOLE = [float(number) for number in range(101)]


@pytest.mark.parametrize(
    ("scale", "steps"),
    [
        (RatingScale(1, 5, 1), [1, 2, 3, 4, 5]),
        (RatingScale(0.5, 5, 0.5), [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]),
        (RatingScale(0, 10, 1), WHOLE[:11]),
        (RatingScale(1, 10, 1), WHOLE[1:11]),
        (RatingScale(0, 10, 0.5), [number / 2 for number in WHOLE[:21]]),
        (RatingScale(0, 10, 0.1), [number / 2 for number in WHOLE[:21]]),
        (RatingScale(0, 1, 1), [0, 1]),
        (RatingScale(0, 1, 0.2), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (RatingScale(0, 100, 1), WHOLE[::5]),
        (RatingScale(1, 100, 1), WHOLE[5::5]),
        (RatingScale(-10, 10), list(range(-10, 11))),
        (RatingScale(0, 5000, 1), list(range(0, 5001, 500))),
        (RatingScale(3, 97, 1), WHOLE[5:96:5]),
        (RatingScale(1, 1), [1]),
    ],
    ids=lambda value: value.text if isinstance(value, RatingScale) else "",
)
def test_ratings_are_counted_by_steps_that_a_screen_holds(scale: RatingScale, steps: list[float]) -> None:
    assert scale.steps == tuple(steps)


ENDS = st.integers(-100_000, 100_000).map(lambda number: number / 100)


@given(lowest=ENDS, highest=ENDS, step=st.sampled_from([None, 1.0, 0.5, 0.25, 0.2, 0.1]))
def test_every_rating_has_a_step_near_it(lowest: float, highest: float, step: float | None) -> None:
    if not lowest < highest:
        return
    steps = np.array(RatingScale(lowest, highest, step).steps)
    assert 1 <= len(steps) <= MOST_STEPS
    assert lowest <= steps[0] and steps[-1] <= highest + (step or 0)
    if len(steps) > 1:
        widths = np.diff(steps)
        np.testing.assert_allclose(widths, widths[0], rtol=1e-5)
        assert steps[0] - lowest < widths[0] * 1.001 and highest - steps[-1] < widths[0] * 1.001


@pytest.mark.parametrize(
    ("lowest", "highest", "liked"),
    [
        *((1, 5, 4), (0.5, 5, 4), (0, 5, 4), (1, 10, 8), (0, 10, 8), (0, 100, 80)),
        *((0, 1, 0.8), (1, 1, 0.8), (-10, 10, 6), (-1, 1, 0.6)),
    ],
)
def test_liked_begins_four_fifths_up(lowest: float, highest: float, liked: float) -> None:
    assert liked_from(lowest, highest) == pytest.approx(liked)
    if lowest >= 0:
        assert liked_from(lowest, highest) == 0.8 * highest


@pytest.mark.parametrize(
    ("scale", "text"),
    [
        (RatingScale(0, 10, 1), "0 to 10, whole steps"),
        (RatingScale(0.5, 5, 0.5), "0.5 to 5, half steps"),
        (RatingScale(0, 1, 0.2), "0 to 1, steps of 0.2"),
        (RatingScale(-10, 10), "-10 to 10, any number between"),
        (RatingScale(1, 1), "likes alone, each counts the same"),
    ],
)
def test_a_scale_in_words(scale: RatingScale, text: str) -> None:
    assert scale.text == text


@given(lowest=ENDS, highest=ENDS)
def test_a_scale_is_read_as_it_is_written(lowest: float, highest: float) -> None:
    assert parse_scale(f"{lowest}-{highest}") == (lowest, highest)
    assert parse_scale(f" {lowest} - {highest} ") == (lowest, highest)


@pytest.mark.parametrize("text", ["", "10", "0-", "-10", "0-10-20", "0 to 10", "0:10", "a-b", "0-1e3", "٠-٥"])
def test_what_is_no_scale_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_scale(text)
    assert repr(text) in caught.value.message
    assert caught.value.hint and "--scale 0-10" in caught.value.hint


@pytest.mark.parametrize(
    "ends", [(5, 5), (10, 0), (-10, 0), (-10, -1), (0, float("nan")), (float("-inf"), 1), (0, 2e6)]
)
def test_ends_that_no_rating_can_be_between_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(UsageError, match="is no scale of ratings"):
        checked_ends(*ends)
