"""Values on the command line without pydantic, which takes longer to import than the search takes.

Newer versions of typer check every value with it. A value that is plainly right is taken here as it is; any
other goes to typer's own check, for the message as well.
"""

import os
import re
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

from typer import BadParameter
from typer.core import TyperCommand, TyperGroup

from movierec_cli.cli.help import show_narrow_help, speak_plainly
from movierec_cli.cli.slips import check_options, misused, no_command, too_many_words
from movierec_cli.cli.text import as_typed, printable
from movierec_cli.errors import UsageError

_NUMBER = re.compile(r"\d{1,15}(\.\d{1,15})?", re.ASCII)


_Misuse: type[Exception] = BadParameter.__mro__[1]
"""What typer raises for a command line that it cannot read; it exports no name for it."""


class _Plainly:
    """Of commands and groups of them: plain values are taken as they are, help fits the terminal, and what is
    typed wrongly is answered as every other error is."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            rest: list[str] = super().parse_args(ctx, args)  # type: ignore[misc]
        except _Misuse as error:
            if ctx.resilient_parsing:
                raise
            raise misused(error, ctx) from None
        return rest

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            speak_plainly(param, _one_value(param))
            if (
                getattr(param, "_runtime_param", param) is None
            ):  # there typer keeps its check once it is built
                param._runtime_param = _Plain()
        return params

    def format_help(self, ctx: Any, formatter: Any) -> None:
        if not show_narrow_help(self, ctx):
            super().format_help(ctx, formatter)  # type: ignore[misc]


class Command(_Plainly, TyperCommand):
    """A command that says what was meant by a word that it does not take."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        arguments = [param.name for param in self.params if param.param_type_name == "argument"]
        options = [
            name for param in self.get_params(ctx) for name in param.opts if param.name not in arguments
        ]
        check_options(ctx.command_path, args, arguments, options)
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise too_many_words(ctx.command_path, ctx.params, rest, arguments, options)
        return rest


class Group(_Plainly, TyperGroup):
    """Commands, of which `help COMMAND` is COMMAND --help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [*args[1:], "--help"] if args[:1] == ["help"] else args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise no_command(ctx.command_path, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def _one_value(option: Any) -> Any:
    """The type of one value: int for `int | None` and for `list[int] | None`."""
    annotation = getattr(getattr(option, "type_descriptor", None), "annotation", None)
    while get_args(annotation):
        annotation = get_args(annotation)[0]
    return annotation


class _Plain:
    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        repeated = param.multiple or param.nargs == -1
        if value is None:
            return () if repeated else None
        described = param.type_descriptor
        taken = plain(value, described.annotation, described.parameter_info)
        if taken is not None:
            return taken
        param._runtime_param = None
        try:
            return param.get_runtime_param().coerce(value, param=param, ctx=ctx)
        except BadParameter as error:
            name = param.opts[0] if param.param_type_name == "option" else param.metavar
            wanted = _wanted(_one_value(param), described.parameter_info) or error.message
            raise UsageError(
                f"{name} {printable(as_typed(_given(value)))[:100]!r}: {wanted}",
                f"How it is used: {ctx.command_path} --help",
            ) from None


def _given(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _wanted(annotation: Any, info: Any) -> str:
    """What an option takes: "give a whole number from 1"; "" for what is neither a number nor a choice."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return f"give one of {', '.join(str(member.value) for member in annotation)}"
    if annotation not in {int, float}:
        return ""
    low = "" if info.min is None else f" from {info.min:,}"
    high = "" if info.max is None else f" to {info.max:,}"
    return f"give a {'whole ' if annotation is int else ''}number{low}{high}"


def plain(value: Any, annotation: Any, info: Any) -> Any:
    """`value` as `annotation` says, or None where that takes a closer look. info: typer's ParameterInfo."""
    if get_origin(annotation) is list and isinstance(value, (list, tuple)):
        items = [plain(item, get_args(annotation)[0], info) for item in value]
        return None if None in items else items
    if info.parser is not None or not isinstance(annotation, type):
        return None
    if annotation is bool:
        return value if isinstance(value, bool) else None
    if annotation is str:
        return as_typed(value) if isinstance(value, str) else None
    if annotation is int:
        return _whole_number(value, info)
    if annotation is float:
        return _number(value, info)
    if issubclass(annotation, Enum):
        return next((member for member in annotation if value in (member, member.value)), None)
    if annotation is Path:
        return _path(value, info)
    return None


def _whole_number(value: Any, info: Any) -> int | None:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        return None
    number = int(text)
    low = info.min is None or number >= info.min
    return number if low and (info.max is None or number <= info.max) else None


def _number(value: Any, info: Any) -> float | None:
    if info.min is not None or info.max is not None:
        return None
    return float(value) if _NUMBER.fullmatch(str(value)) else None


def _path(value: Any, info: Any) -> Path | None:
    wanted = info.exists or info.writable or info.resolve_path or info.allow_dash or info.path_type
    if wanted or not (info.file_okay and info.dir_okay and value):
        return None
    return Path(value) if os.access(value, os.R_OK) or not os.path.lexists(value) else None
