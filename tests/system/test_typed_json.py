"""Dataclasses from JSON and back: every kind of field, and an error for everything else."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from movierec_cli.system.typed_json import format_version, from_json, parse, to_json


@dataclass(frozen=True, slots=True)
class Part:
    size: int
    colour: Literal["red", "blue"] = "red"

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(f"{self.size} is below 0")


@dataclass(frozen=True, slots=True)
class Whole:
    name: str
    share: float
    good: bool
    pair: tuple[float, float]
    rows: tuple[tuple[int, ...], ...]
    parts: list[Part]
    by_name: dict[str, Part]
    anything: Any
    maybe: Part | None
    odd: int = field(metadata={"key": "a@b"})
    left_out: str | None = None


CONTENT: dict[str, Any] = {
    "name": "x",
    "share": 0.5,
    "good": True,
    "pair": [1, 2.5],
    "rows": [[1, 2], []],
    "parts": [{"size": 1, "colour": "blue"}],
    "by_name": {"a": {"size": 2, "colour": "red"}},
    "anything": {"b": [None]},
    "maybe": None,
    "a@b": 7,
}
WHOLE = Whole(
    name="x",
    share=0.5,
    good=True,
    pair=(1, 2.5),
    rows=((1, 2), ()),
    parts=[Part(1, "blue")],
    by_name={"a": Part(2)},
    anything={"b": [None]},
    maybe=None,
    odd=7,
)


def test_every_kind_of_field_is_read_and_written() -> None:
    assert from_json(Whole, CONTENT) == WHOLE
    assert json.dumps(to_json(WHOLE)) == json.dumps(CONTENT)  # in the same order, and 1 is not 1.0


def test_unknown_keys_are_left_alone_and_missing_ones_are_the_default() -> None:
    assert from_json(Part, {"size": 3, "weight": 1}) == Part(3, "red")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": 3}, "name is 3 instead of a text"),
        ({"share": True}, "share is True instead of a number"),
        ({"share": "0.5"}, "share is '0.5' instead of a number"),
        ({"share": float("nan")}, "share is nan instead of a number"),
        ({"share": float("inf")}, "share is inf instead of a number"),
        ({"share": 10**400}, f"share is 1{'0' * 39}... instead of a number"),
        ({"good": 1}, "good is 1 instead of true or false"),
        ({"pair": [1]}, r"pair is \[1\] instead of a list of 2"),
        ({"pair": [1, None]}, r"pair\[1\] is None instead of a number"),
        ({"rows": [[1], [2.0]]}, r"rows\[1\]\[0\] is 2.0 instead of a whole number"),
        ({"rows": {}}, r"rows is {} instead of a list"),
        (
            {"parts": [{"size": 1, "colour": "pink"}]},
            r"parts\[0\].colour is 'pink' instead of 'red' or 'blue'",
        ),
        ({"parts": [{}]}, r"parts\[0\].size is missing"),
        ({"by_name": {"a": 1}}, "by_name.a is 1 instead of an object"),
        ({"by_name": []}, r"by_name is \[\] instead of an object"),
        ({"maybe": {"size": -2}}, "maybe: -2 is below 0"),
        ({"maybe": {"size": False}}, "maybe.size is False instead of a whole number"),
        ({"a@b": "7"}, "a@b is '7' instead of a whole number"),
    ],
)
def test_an_error_names_the_field_and_the_value(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        from_json(Whole, CONTENT | changed)


@pytest.mark.parametrize("key", CONTENT)
def test_a_key_that_is_missing_is_named(key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key} is missing$"):
        from_json(Whole, {name: value for name, value in CONTENT.items() if name != key})


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"a": -Infinity}', "[" * 100_000])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize("content", [[], None, {}, {"format_version": "1"}, {"format_version": True}])
def test_a_file_without_a_version_is_a_value_error(content: Any) -> None:
    assert format_version({"format_version": 3, "other": 1}) == 3
    with pytest.raises(ValueError):
        format_version(content)
