"""What one file's columns say of how much somebody likes films: ratings, thumbs, "Liked: yes"."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from movierec_cli.errors import DataError
from movierec_cli.profiles.columns import Columns, RatingColumn
from movierec_cli.profiles.fields import highest_of
from movierec_cli.profiles.kinds import State, state_in_place_of_a_rating
from movierec_cli.profiles.notation import (
    EXAMPLES,
    Written,
    is_letter,
    is_word,
    likely_scale,
    parse_liking,
    parse_rating,
    parse_thumbs,
)
from movierec_cli.profiles.profile import MOST_STARS

_FEW_WORDS = 12
"""So many different words may be somebody's marks; remarks on films are more."""


class Reading(NamedTuple):
    """How a file is to be read."""

    name: str
    scale: float | None
    """What ratings are out of, where the person says it."""
    unrated: State | None
    """What films without a rating are, where the person says it."""
    shelf: State | None
    """What the file's name says of its films."""


class Opinions:
    """The columns of a file that hold the person's own opinion.

    texts: what stands in a column, and in how many rows. known_scale: what the ratings of the file's service
    are out of. only_own: whether only columns count that say that they are the person's own. Raises DataError
    where ratings are letters or words.
    """

    def __init__(
        self,
        columns: Columns,
        texts: Callable[[str], Counter[str]],
        reading: Reading,
        known_scale: float | None,
        only_own: bool,
    ) -> None:
        self._columns, self._texts, self._reading = columns, texts, reading
        self._known_scale = known_scale
        self.ratings = self._rating_columns(only_own)
        """The columns of ratings, the best first."""
        self._scales = {column.name: self._scale(column) for column in self.ratings}
        self._thumbs = columns.of("thumbs")
        self._says_highest = bool(columns.of("max_rating")) and not reading.scale

    def stars(self, values: Mapping[str, str]) -> tuple[float | None, bool]:
        """The stars of a row, and whether they are surely their own. Raises ValueError for bad ones."""
        for name in self._thumbs:
            thumbs = parse_thumbs(values.get(name, ""))
            if thumbs:
                return thumbs.stars(MOST_STARS), True
        problem: ValueError | None = None
        highest = highest_of(values, self._columns) if self._says_highest else None
        for column in self.ratings:
            text = values.get(column.name, "")
            try:
                written = parse_rating(text)
                stars = written.stars(highest or self._scales[column.name]) if written else None
            except ValueError as error:
                if not state_in_place_of_a_rating(text):
                    problem = problem or error
                continue
            if stars is not None:
                return stars, column.own
        if problem:
            raise problem
        return self._liking(values), True

    def guessed_scale(self) -> float | None:
        """What ratings are taken to be out of, where nothing but the ratings themselves tells."""
        if self._reading.scale or self._known_scale or self._columns.of("max_rating"):
            return None
        for column in self.ratings:
            if not column.scale and any(value.scale is None for value, _ in self._written(column)):
                return self._scales[column.name]
        return None

    def _liking(self, values: Mapping[str, str]) -> float | None:
        """Stars for "Liked: yes". "No" is a dislike where nothing else tells, never below "Favourite"."""
        for use, no_counts in (("liked", not self.ratings), ("favourite", False)):
            for name in self._columns.of(use):
                liking = parse_liking(values.get(name, ""), no_counts)
                if liking:
                    return liking.stars(MOST_STARS)
        return None

    def _written(self, column: RatingColumn) -> Iterator[tuple[Written, int]]:
        """The ratings in a column, and how many rows have each."""
        for text, count in self._texts(column.name).items():
            try:
                written = parse_rating(text)
            except ValueError:
                continue
            if written:
                yield written, count

    def _scale(self, column: RatingColumn) -> float:
        values = Counter[float]()
        for written, count in self._written(column):
            if written.scale is None:
                values[written.value] += count
        return self._reading.scale or column.scale or self._known_scale or likely_scale(values)

    def _rating_columns(self, only_own: bool) -> tuple[RatingColumn, ...]:
        found = self._columns.ratings
        if only_own or any(column.own for column in found):
            found = tuple(column for column in found if column.own)
        kept: list[RatingColumn] = []
        refused, half_readable = None, False
        for column in found:
            texts = self._texts(column.name)
            readable = sum(count for _, count in self._written(column))
            refused = refused or self._refusal(texts)
            half_readable |= 2 * readable >= texts.total() > 0
            if column.own or len(found) == 1 or 2 * readable >= texts.total():
                kept.append(column)
        if refused and not half_readable:
            raise refused
        return tuple(kept)

    def _refusal(self, texts: Counter[str]) -> DataError | None:
        """What to say where most of a column are letters or words."""
        for what, is_one in (("letters", is_letter), ("words", is_word)):
            such = [text for text in texts if is_one(text)]
            few = len({text.casefold() for text in such}) <= _FEW_WORDS
            if few and 2 * sum(texts[text] for text in such) > texts.total():
                return DataError(
                    f"{self._reading.name} rates with {what} ({such[0]}), which say no number of stars.",
                    f"Put numbers or stars in their place, such as {EXAMPLES}, and import it then.",
                )
        return None
