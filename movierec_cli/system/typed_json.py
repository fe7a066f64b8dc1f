"""JSON as frozen dataclasses: one reader that goes by the types of the fields, and one writer.

A field may be an int, a float, a str, a bool, a Literal, a dataclass, Any, a tuple, list or dict[str, ...] of
these, and any of them or None. `field(metadata={"key": ...})` names a key that can be no Python name. A key
that no field asks for is left alone; a missing one is the field's default, if it has one.
"""

import json
import sys
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

_NAMES: dict[type, str] = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
    dict: "an object",
    tuple: "a list",
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
    return cast(int, _read(int, found["format_version"], "format_version"))


def from_json(kind: type[T], content: Any) -> T:
    """What `parse` gave, as a dataclass. Raises ValueError that names the first wrong field and its value.

    True and false are no numbers; a whole number will do for a float and stays one.
    """
    return cast(T, _read(kind, content, ""))


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


def _read(kind: Any, value: Any, where: str) -> Any:
    if kind is Any:
        return value
    if is_dataclass(kind):
        return _read_fields(kind, value, where)
    origin, inner = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        [other] = (one for one in inner if one is not NoneType)
        return None if value is None else _read(other, value, where)
    if origin is Literal:
        return value if value in inner else _refuse(where, value, " or ".join(map(repr, inner)))
    if not _fits(origin, value):
        _refuse(where, value, _NAMES[origin])
    if origin is dict:
        return {key: _read(inner[1], one, _join(where, key)) for key, one in value.items()}
    if origin in (tuple, list):
        kinds = inner if origin is tuple and inner[-1] is not Ellipsis else inner[:1] * len(value)
        if len(kinds) != len(value):
            _refuse(where, value, f"a list of {len(kinds)}")
        pairs = enumerate(zip(kinds, value, strict=True))
        return origin([_read(one, item, f"{where}[{place}]") for place, (one, item) in pairs])
    return value


def _fits(kind: type, value: Any) -> bool:
    if isinstance(value, bool):
        return kind is bool
    if kind is float:
        return isinstance(value, (int, float)) and abs(value) <= sys.float_info.max
    return isinstance(value, list if kind is tuple else kind)


def _read_fields(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        _refuse(where, value, _NAMES[dict])
    found = {}
    for name, key, inner, is_needed in _described(kind):
        if key in value:
            found[name] = _read(inner, value[key], _join(where, key))
        elif is_needed:
            raise ValueError(f"{_join(where, key)} is missing")
    try:
        return kind(**found)
    except ValueError as error:  # what the class itself refuses
        raise ValueError(f"{where}: {error}" if where else str(error)) from None


@cache
def _described(kind: Any) -> list[tuple[str, str, Any, bool]]:
    """Each field's name, its key, its type, and whether it must be there."""
    types = get_type_hints(kind)
    return [
        (one.name, _key(one), types[one.name], one.default is one.default_factory is MISSING)
        for one in fields(kind)
    ]


def _key(field: Any) -> str:
    return cast(str, field.metadata.get("key", field.name))


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _refuse(where: str, value: Any, wanted: str) -> NoReturn:
    shown = repr(value)
    raise ValueError(
        f"{where or 'it'} is {shown if len(shown) <= 40 else f'{shown[:40]}...'} instead of {wanted}"
    )


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"it holds {constant}")
