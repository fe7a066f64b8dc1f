"""JSON as frozen dataclasses: one reader that goes by the types of the fields, and one writer.

A field may be an int, a float, a str, a bool, a Literal, a dataclass, Any, a tuple, list or dict[str, ...] of
these, and any of them or None. `field(metadata={"key": ...})` names a key that can be no Python name. A key
that no field asks for is left alone; a missing one is the field's default, if it has one.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from itertools import cycle
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Self, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]

_NAMES: dict[type, str] = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


def parse(text: str) -> Any:
    """What a JSON text says. Raises ValueError for what is no JSON, and for NaN and infinity."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("it is too deeply nested") from None


def format_version(content: Any) -> int:
    """The `format_version` of what `parse` gave. Raises ValueError where it has none."""
    found = from_json(dict[str, Any], content)
    if "format_version" not in found:
        raise ValueError("format_version is missing")
    return from_json(dict[str, int], {"format_version": found["format_version"]})["format_version"]


def from_json(kind: type[T], content: Any) -> T:
    """What `parse` gave, as a dataclass. Raises ValueError that names the first wrong field and its value.

    True and false are no numbers; a whole number will do for a float and stays one.
    """
    return cast(T, _reader(cast(Any, kind))(content))


def to_json(value: Any) -> Any:
    """Dataclasses, and what they hold, as `json.dumps` takes it; None is left out where it is the default."""
    if is_dataclass(value):
        found = ((field, getattr(value, field.name)) for field in fields(value))
        return {
            _key(field): to_json(one) for field, one in found if one is not None or field.default is not None
        }
    if isinstance(value, dict):
        return {key: to_json(inner) for key, inner in value.items()}
    return [to_json(inner) for inner in value] if isinstance(value, (list, tuple)) else value


class _WrongError(ValueError):
    """A value that cannot be, and where it stands, which is said from the inside out."""

    def __init__(self, what: str) -> None:
        self.what, self.where = what, ""

    def within(self, place: str) -> Self:
        """The same, as seen from outside the field or the list."""
        dot = "." if self.where and not self.where.startswith("[") else ""
        self.where = place + dot + self.where
        return self

    def __str__(self) -> str:
        return f"{self.where}{self.what}" if self.where else f"it{self.what}".removeprefix("it: ")


@cache
def _reader(kind: Any) -> Reader:
    """What makes a `kind` of what JSON has in its place, and raises _WrongError for anything else."""
    if kind is Any:
        return lambda value: value
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    origin, inner = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        [other] = (_reader(one) for one in inner if one is not NoneType)
        return lambda value: None if value is None else other(value)
    if origin is Literal:
        return _checked(lambda value: value in inner, " or ".join(map(repr, inner)))
    if origin is dict:
        return _dict_reader(_reader(inner[1]))
    if origin in (tuple, list):
        return _list_reader(origin, inner)
    return _checked(_is_number if kind is float else lambda value: type(value) is kind, _NAMES[kind])


def _checked(fits: Callable[[Any], bool], wanted: str) -> Reader:
    def read(value: Any) -> Any:
        if not fits(value):
            _refuse(value, wanted)
        return value

    return read


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= sys.float_info.max


def _dict_reader(inner: Reader) -> Reader:
    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            _refuse(value, _NAMES[dict])
        found = {}
        for key, one in value.items():
            try:
                found[key] = inner(one)
            except _WrongError as error:
                raise error.within(key) from None
        return found

    return read


def _list_reader(kind: type, inner: tuple[Any, ...]) -> Reader:
    """Of a list, or of a tuple: of any length, or of one kind for each place."""
    as_long = len(inner) if kind is tuple and inner[-1] is not Ellipsis else None
    readers = [_reader(one) for one in inner if one is not Ellipsis]

    def read(value: Any) -> Any:
        if not isinstance(value, list):
            _refuse(value, _NAMES[list])
        if as_long not in {None, len(value)}:
            _refuse(value, f"a list of {as_long}")
        found = []
        for place, (reader, one) in enumerate(zip(cycle(readers), value, strict=False)):
            try:
                found.append(reader(one))
            except _WrongError as error:
                raise error.within(f"[{place}]") from None
        return kind(found)

    return read


def _dataclass_reader(kind: Any) -> Reader:
    types = get_type_hints(kind)
    known = [
        (one.name, _key(one), _reader(types[one.name]), one.default is one.default_factory is MISSING)
        for one in fields(kind)
    ]

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            _refuse(value, _NAMES[dict])
        found = {}
        for name, key, reader, is_needed in known:
            if key in value:
                try:
                    found[name] = reader(value[key])
                except _WrongError as error:
                    raise error.within(key) from None
            elif is_needed:
                raise _WrongError(" is missing").within(key)
        try:
            return kind(**found)
        except ValueError as error:  # what the class itself refuses
            raise _WrongError(f": {error}") from None

    return read


def _key(field: Any) -> str:
    return cast(str, field.metadata.get("key", field.name))


def _refuse(value: Any, wanted: str) -> NoReturn:
    shown = repr(value)
    raise _WrongError(f" is {shown if len(shown) <= 40 else f'{shown[:40]}...'} instead of {wanted}")


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"it holds {constant}")
