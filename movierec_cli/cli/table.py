"""Tables that fit the terminal: what goes first where there is too little room, and what never does."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from movierec_cli.cli.text import printable, written

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

NARROWEST = 40
"""Below so many columns there is no table, but a line for every row."""
_GAP = 2
"""Between two columns."""
_LEAST_OF_A_WORD = 4


class Room(Enum):
    """What a column does with the room that it gets."""

    FIXED = "fixed"
    """It is shown whole, or not at all."""
    WRAPPED = "wrapped"
    """It goes on in the next line, between words."""
    SHORTENED = "shortened"
    """Its lists end with a mark."""


class Column(NamedTuple):
    """One column of a table: its heading and a text for every row.

    goes: where there is too little room the column with the lowest number goes first; 0 never goes.
    least: how narrow a column may be that is not FIXED, before another one goes. No word is broken for it.
    under: where there is too little room, its texts stand below those of the first wrapped column.
    line: what a text looks like in a line of its own, where there is no table: "id:{}"; empty: not there.
    best: the rows that are in bold.
    """

    heading: str
    texts: Sequence[str]
    room: Room = Room.FIXED
    right: bool = False
    style: str = ""
    goes: int = 0
    least: int = 10
    under: bool = False
    line: str = ""
    best: Collection[int] = ()
    footer: str = ""

    def natural(self) -> int:
        """The width at which nothing is wrapped or shortened."""
        return max(map(_width, [self.heading, self.footer, *self.texts]))

    def narrowest(self) -> int:
        """The width below which something has to go."""
        if self.room is Room.FIXED:
            return self.natural()
        words = [self.heading]
        if self.room is Room.WRAPPED:
            words += [word for text in self.texts for word in text.split()]
        return min(self.natural(), max(self.least, *map(_width, words)))


class Table(NamedTuple):
    """Columns of the same length under a title. Rich prints it, as wide as there is room.

    caption: what explains the table, for somebody at a terminal; never in a pipe or a file.
    small: it stays a table below NARROWEST, too, as long as it fits.
    """

    columns: Sequence[Column]
    title: str = ""
    caption: str = ""
    small: bool = False

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        encoding = options.encoding
        columns = [_readable(column, encoding) for column in self.columns]
        if self.title:
            yield Text(written(printable(self.title), encoding), style="bold")
        fitted = fit(columns, options.max_width, min(NARROWEST, self.width()) if self.small else NARROWEST)
        if fitted is None:
            yield from map(Text, _lines(columns))
        else:
            yield _rich_table(fitted, encoding)
        if self.caption and console.file.isatty():
            yield Text(written(self.caption, encoding), style="dim italic")

    def width(self) -> int:
        """How wide it is where nothing is wrapped, shortened or left out."""
        return _sum(self.columns, Column.natural)


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what there is to say of them, beside each other, or where it is narrow below."""

    rows: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, value: object) -> None:
        self.rows.append((name, str(value)))

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.padding import Padding
        from rich.table import Table as RichTable
        from rich.text import Text

        rows = [(name, Text(written(printable(value), options.encoding))) for name, value in self.rows]
        names = max((_width(name) for name, _ in rows), default=0)
        if options.max_width < names + _GAP + NARROWEST:
            for name, value in rows:
                yield Text(name, style="bold")
                yield Padding(value, (0, 0, 0, 2), expand=False)
            return
        grid = RichTable.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in rows:
            grid.add_row(name, value)
        yield grid


class Beside(NamedTuple):
    """Small tables beside each other where all of them fit, else below each other."""

    tables: Sequence[Table]

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.table import Table as RichTable

        if sum(table.width() + 2 * _GAP for table in self.tables) - 2 * _GAP <= options.max_width:
            grid = RichTable.grid(padding=(0, 2 * _GAP, 0, 0))
            for table in self.tables:
                grid.add_column(width=table.width())
            grid.add_row(*self.tables)
            yield grid
            return
        for place, table in enumerate(self.tables):
            if place:
                yield ""
            yield table


def fit(columns: Sequence[Column], width: int, narrowest: int) -> list[tuple[Column, int]] | None:
    """The columns that there is room for and that say something, each with its width. None: no room for any.

    narrowest: the least width that a table has.
    """
    if width < narrowest:
        return None
    kept = [column for column in columns if not column.goes or any(column.texts)]
    while _sum(kept, Column.narrowest) > width:
        if any(column.under for column in kept):
            kept = _put_under(kept)
        elif going := [column for column in kept if column.goes]:
            kept.remove(min(going, key=lambda column: column.goes))
        else:
            break
    flexible = [column for column in kept if column.room is not Room.FIXED]
    fixed = sum(column.natural() for column in kept if column.room is Room.FIXED)
    room = width - fixed - _GAP * (len(kept) - 1)
    if room < _LEAST_OF_A_WORD * len(flexible):
        return None
    shares = iter(_shares(flexible, room))
    return [(column, column.natural() if column.room is Room.FIXED else next(shares)) for column in kept]


def shortened(text: str, width: int, mark: str) -> str:
    """A list such as "Action, Crime, War" in one line: as many items as fit, and a mark for the rest."""
    if _width(text) <= width:
        return text
    items = text.split(", ")
    while len(items) > 1:
        items.pop()
        if _width(short := f"{', '.join(items)}, {mark}") <= width:
            return short
    return text[: max(width - len(mark), 0)] + mark


def bar(share: float, length: int) -> str:
    """A bar of `length` characters for 1, to the eighth of a character; more than nothing shows.

    Where an encoding has no such characters, every one that is begun becomes a "#".
    """
    eighths = max(round(8 * length * share), 1 if share > 0 else 0)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _width(text: str) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, text.split("\n")))


def _sum(columns: Sequence[Column], width: Callable[[Column], int]) -> int:
    return sum(map(width, columns)) + _GAP * (len(columns) - 1)


def _readable(column: Column, encoding: str) -> Column:
    """What an encoding has no characters for is put plainly before it is measured."""
    texts = [
        "\n".join(written(printable(line), encoding) for line in text.split("\n")) for text in column.texts
    ]
    return column._replace(texts=texts, heading=written(column.heading, encoding))


def _put_under(columns: list[Column]) -> list[Column]:
    """The columns that may stand below the first wrapped one, put there."""
    under = [column for column in columns if column.under]
    above = next(column for column in columns if column.room is Room.WRAPPED and not column.under)
    texts = [
        "\n".join([text, *(f"- {line}" for one in more for line in one.split("\n") if line)])
        for text, *more in zip_longest(above.texts, *(column.texts for column in under), fillvalue="")
    ]
    merged = above._replace(texts=texts, least=max(24, above.least))
    return [merged if column is above else column for column in columns if not column.under]


def _shares(columns: Sequence[Column], room: int) -> list[int]:
    """The room divided: everybody has the least first, then a part of the rest as large as their need."""
    least = [column.narrowest() for column in columns]
    if sum(least) > room:
        shares = [max(_LEAST_OF_A_WORD, room * one // sum(least)) for one in least]
        if shares:
            shares[shares.index(max(shares))] -= sum(shares) - room
        return shares
    wants = [column.natural() - one for column, one in zip(columns, least, strict=True)]
    rest, wanted = room - sum(least), sum(wants)
    if wanted <= rest:
        return [column.natural() for column in columns]
    shares = [one + rest * want // wanted for one, want in zip(least, wants, strict=True)]
    shares[wants.index(max(wants))] += room - sum(shares)
    return shares


def _lines(columns: Sequence[Column]) -> Iterator[str]:
    """A line for every row, and below it what stands under a title where there is little room."""
    for row in range(len(columns[0].texts)):
        shown = [(column, column.texts[row]) for column in columns if column.line]
        yield " ".join(column.line.format(text) for column, text in shown if text)
        for column in columns:
            if column.under and column.texts[row]:
                yield from (f"- {line}" for line in column.texts[row].split("\n"))


def _rich_table(fitted: Sequence[tuple[Column, int]], encoding: str) -> Any:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    plain = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
    mark = written("…", encoding)
    footed = any(column.footer for column, _ in fitted)
    table = RichTable(
        box=box.SIMPLE_HEAD if encoding.lower().startswith("utf") else plain,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        show_footer=footed,
    )
    for column, width in fitted:
        table.add_column(
            column.heading,
            footer=column.footer,
            justify="right" if column.right else "left",
            style=column.style,
            width=width,
            no_wrap=column.room is not Room.WRAPPED,
            overflow="fold",
        )
    for row in range(len(fitted[0][0].texts)):
        cells = []
        for column, width in fitted:
            text = column.texts[row]
            if column.room is Room.SHORTENED:
                text = shortened(text, width, mark)
            cells.append(Text(text, style="bold" if row in column.best else ""))
        table.add_row(*cells)
    return table
