"""What the help shows beside the options: the way in, the groups of commands, an example of each."""

from typing import Any

GROUPS = {
    "Start": ("fetch", "train"),
    "Ask": ("recommend", "similar", "search", "show", "predict"),
    "Your films": ("rate", "seen", "hide", "import", "history", "profiles"),
    "Models and data": ("update", "evaluate", "export", "plot", "runs", "use", "info"),
}
"""The commands, as the help groups them."""

QUESTIONS = {"Ask", "Your films"}
"""The groups whose commands answer at once."""

EXAMPLES = {
    "fetch": "movierec fetch --list",
    "train": "movierec train --epochs 0",
    "recommend": "movierec recommend 1 --genre sci-fi --top 3",
    "similar": 'movierec similar "Star Wars" --top 5',
    "search": 'movierec search "star"',
    "show": 'movierec show "Star Wars"',
    "predict": 'movierec predict 1 "Star Wars" "Die Hard"',
    "rate": 'movierec rate "Star Wars" 4.5',
    "seen": 'movierec seen "Die Hard"',
    "hide": 'movierec hide "Die Hard"',
    "import": "movierec import ratings.csv",
    "history": "movierec history me",
    "profiles": "movierec profiles",
    "update": "movierec update --from new-ratings.csv",
    "evaluate": "movierec evaluate --models popularity,ease",
    "export": "movierec export everyone.csv --top 5",
    "runs": "movierec runs",
    "use": "movierec use 20260102-030405",
    "info": "movierec info --verify",
    "plot loss": "movierec plot loss --output loss.png",
    "plot model": "movierec plot model --output model.png",
    "plot map": "movierec plot map --output map.html",
}
"""A command line for every command. A test runs them all."""

_ROOM_FOR_PANELS = 66
"""With fewer columns typer's help would shorten the names of options."""

_WAY = {
    "movierec fetch": "get a dataset, MovieLens 100K",
    "movierec train": "learn from its ratings",
    "movierec recommend 42": "what its person 42 may like",
    'movierec similar "Star Wars"': "what is like a movie",
}


def group_of(command: str) -> str:
    """The group that a command is in. Raises StopIteration where it is in none."""
    return next(name for name, commands in GROUPS.items() if command in commands)


def example(command: str) -> str:
    """The line at the end of a command's help."""
    return f"Example: {EXAMPLES[command]}"


def the_way_in() -> Any:
    """What `movierec` alone shows: what it is for, the first four commands, and all others by their names."""
    from rich.console import Group

    from movierec_cli.cli.table import Facts

    return Group(
        "Recommend movies from embeddings learned from MovieLens ratings.\n",
        Facts(list(_WAY.items())),
        "",
        Facts([(name, ", ".join(commands)) for name, commands in GROUPS.items()]),
        "\nmovierec COMMAND --help says what a command does, movierec --help what all do.",
    )


def show_narrow_help(command: Any, ctx: Any) -> bool:
    """Print the help of a command with each option above what it does, if the terminal is a narrow one."""
    from movierec_cli.cli.console import out

    console = out()
    if console.width >= _ROOM_FOR_PANELS:
        return False

    from rich.text import Text

    from movierec_cli.cli.table import Facts

    usage = ["Usage:", ctx.command_path, *command.collect_usage_pieces(ctx)]
    console.print(Text(f"{' '.join(usage)}\n\n{command.help}"))
    records = [param.get_help_record(ctx) for param in command.get_params(ctx)]
    sections: dict[str, list[tuple[str, str]]] = {"": [record for record in records if record]}
    for name in command.list_commands(ctx) if hasattr(command, "list_commands") else ():
        of_it = command.get_command(ctx, name)
        panel = of_it.rich_help_panel
        sections.setdefault(panel if isinstance(panel, str) else "", []).append((name, of_it.help))
    for panel, rows in sections.items():
        console.print(f"\n{panel}:" if panel else "", Facts(rows), sep="\n")
    if command.epilog:
        console.print(Text(f"\n{command.epilog}"))
    return True


def speak_plainly(param: Any, annotation: Any) -> None:
    """Name the values of an option or an argument as the documents do, rather than by types and symbols.

    A flag has no value, and an argument no type. annotation: the type of one value.
    """
    if param.param_type_name == "argument":
        name = param.metavar = param.metavar or param.name.upper()
        usage = (name if param.required else f"[{name}]") + ("..." if param.nargs != 1 else "")
        param.display_type_rich = lambda **_: None
        param.get_usage_pieces = lambda *_: [usage]
        return
    param._get_number_range_help_str = lambda: None  # the help says it in words
    if param.is_flag:
        param.metavar = ""
    elif param.metavar is None:
        param.metavar = value_name(annotation)


def value_name(annotation: Any) -> str:
    """What stands for the value of an option that does not name it: "NUMBER", "FILE", "table|json"."""
    from enum import Enum
    from pathlib import Path

    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "|".join(str(member.value) for member in annotation)
    names = {int: "NUMBER", float: "NUMBER", Path: "PATH", str: "TEXT"}
    return names.get(annotation, "VALUE")
