"""What the words in a row say that somebody did with its film."""

from collections.abc import Iterable, Mapping

from movierec_cli.profiles.columns import Columns, RatingColumn
from movierec_cli.profiles.kinds import (
    State,
    answer_of,
    says_yes,
    state_by_name,
    state_in_place_of_a_rating,
    state_of,
)


class StateWords:
    """The columns of one file that say what was seen, is planned, or was begun. states: those of words."""

    def __init__(self, columns: Columns, states: tuple[str, ...]) -> None:
        self._states, self._watched, self._named = states, columns.of("watched"), columns.of("status")
        self._asked = [name for name in self._watched if not (self._named or _of_a_collection(name))]

    def of(self, values: Mapping[str, str], ratings: Iterable[RatingColumn]) -> tuple[State | None, bool]:
        """What a row's words say, None for nothing; and whether a cell says that the film was watched."""
        watched = bool(self._watched) and any(says_yes(values.get(name, "")) for name in self._watched)
        for name in self._states:
            if state := state_of(values.get(name, "")):
                return state, watched
        for name in self._watched:
            if state_of(values.get(name, "")) is State.BEGUN:
                return State.BEGUN, watched
        for column in ratings:
            if state := state_in_place_of_a_rating(values.get(column.name, "")):
                return state, watched
        for name in () if watched else self._named:
            if state := state_by_name(name, values.get(name, "")):
                return state, watched
        for name in self._asked:
            answer = values.get(name, "")
            if answer_of(answer) is False and not answer.isdigit():  # "Seen: no"
                return State.PLANNED, watched
        return None, watched


def _of_a_collection(name: str) -> bool:
    """Whether a column says how often a film was played or that it is ticked, of all films that there are."""
    return any(word in name for word in ("play", "count", "times", "checked"))
