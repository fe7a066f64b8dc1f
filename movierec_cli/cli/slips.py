"""What people type instead of what a command takes, and the command that they mean."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import movierec_cli as movierec
from movierec_cli.cli.text import as_typed, printable
from movierec_cli.errors import MovieRecError, NotFoundError, UsageError, did_you_mean

_WHO = ("who", "user", "user-id", "userid", "person", "id")
_TITLE = ("title", "movie", "film", "name", "id", "movie-id")
_ARGUMENTS = {
    "who": _WHO,
    "title": _TITLE,
    "titles": _TITLE,
    "text": (*_TITLE, "query"),
    "file": ("file", "input", "from"),
    "dataset": ("dataset", "name"),
    "run": ("run", "id"),
}
"""Argument -> options that are typed in its place."""
_OPTIONS = {
    "--as": ("profile", "me", "name"),
    "--top": ("limit", "count", "number", "k"),
    "--except": ("exclude", "excluding", "without"),
}
"""Option -> others that are typed in its place."""
_FORMATS = ("json", "csv", "table")


def check_options(
    command: str, words: Sequence[str], arguments: Sequence[str], options: Sequence[str]
) -> None:
    """Raise UsageError for an option that the command does not have, where it is clear what it means.

    command: such as "movierec recommend". words: all that follows it. arguments: the names of its arguments.
    """
    for place, word in enumerate(words):
        name, _, value = word.partition("=")
        if word == "--":
            return
        if not name.startswith("--") or any(option.startswith(name) for option in options):
            continue
        typed = name[2:].lower()
        value = value or next(iter(words[place + 1 : place + 2]), "")
        meant = next((one for one in arguments if typed in _ARGUMENTS.get(one, ())), None)
        if meant is not None:
            movie_id = typed in {"id", "movie-id"} and meant != "who"
            raise UsageError(
                f"There is no option {name}: {meant.upper().removesuffix('S')} is typed without one.",
                f"For example: {command} {quoted('id:' + value if movie_id else value or meant.upper())}",
            )
        option = next((one for one in options if typed in _OPTIONS.get(one, ())), None)
        if option is None and typed in _FORMATS and "--format" in options:
            option, value = "--format", typed
        if option is not None:
            raise UsageError(
                f"There is no option {name}.", f"It is called {option}: {option} {quoted(value)}"
            )


def no_command(group: str, name: str, commands: Sequence[str]) -> UsageError:
    """What to say of a command that a group, such as "movierec plot", does not have."""
    return UsageError(
        f"There is no command {printable(as_typed(name))[:100]!r}.{did_you_mean(name, commands)}",
        f"All commands: {group} --help",
    )


def misused(error: Any, context: Any) -> UsageError:
    """What to say of a command line that typer cannot read. error, context: its own."""
    name = printable(as_typed(getattr(error, "option_name", None) or ""))[:100]
    options = {flag: param for param in context.command.params for flag in param.opts}
    if hasattr(error, "possibilities"):
        said = f"There is no option {name}.{did_you_mean(name, error.possibilities or ())}"
    elif name:
        is_flag = getattr(options.get(name), "is_flag", False)
        said = f"{name} takes no value." if is_flag else f"{name} is missing its value."
    elif hasattr(error, "param_type"):
        said = f"{error.param.metavar or error.param.name.upper()} is missing."
    else:
        said = error.format_message()
    return UsageError(said, f"How it is used: {context.command_path} --help")


def too_many_words(
    command: str,
    values: dict[str, object],
    rest: Sequence[str],
    arguments: Sequence[str],
    options: Sequence[str],
) -> UsageError:
    """What to say where a command was given `rest` besides the `values` of its arguments."""
    given = [str(values[name]) for name in arguments if isinstance(values.get(name), str)]
    words = [*given, *rest]
    if arguments and arguments[0] in {"title", "text"}:
        stars = words[-1:] if len(arguments) > 1 else []
        title = in_quotes(" ".join(words[: len(words) - len(stars)]))
        return UsageError(
            f"{words[0]!r} is taken for the title, and {' '.join(rest)!r} is left over.",
            f"Put a title of several words in quotation marks: {' '.join([command, title, *stars])}",
        )
    hint = f"How it is used: {command} --help"
    if "--output" in options:
        hint = f"The file to write is named so: {command} --output {quoted(rest[0])}"
    return UsageError(f"{command} does not take {' '.join(rest)!r}.", hint)


def film_instead(
    error: MovieRecError, words: Sequence[str], way_out: str, home: Path | None
) -> MovieRecError:
    """`error`, or a better one where a word names no profile but a film. way_out: a command for {title}."""
    here = {one.name for one in movierec.list_profiles(home=home)}
    names = [word for word in words if isinstance(movierec.parse_who(word), str) and word.lower() not in here]
    finder = movierec.Recommender.open(home)
    for text in dict.fromkeys([" ".join(words), *names] if names else []):
        try:
            match = finder.find(text)
        except (NotFoundError, UsageError):
            continue
        if match.exact:
            return type(error)(
                f"{match.movie.label} is a film, and there is no profile {text!r}.",
                way_out.format(title=in_quotes(text)),
            )
    return error


def several_people(words: Sequence[str]) -> UsageError | None:
    """What to say where a word names several people: "42,7"."""
    for word in words:
        names = [name for name in re.split(r"[,;+&\s]+", word) if name]
        if len(names) > 1:
            return UsageError(
                f"{word!r} is not the name of one person.",
                f"Put a space between two names: movierec recommend {' '.join(names)}",
            )
    return None


def quoted(text: str) -> str:
    """A text as one word of a command line."""
    plain = text and all(char.isalnum() or char in ":._/-" for char in text)
    return text if plain else in_quotes(text)


def in_quotes(text: str) -> str:
    """A text in quotation marks, as a shell takes it."""
    return '"' + text.replace('"', '\\"') + '"'
