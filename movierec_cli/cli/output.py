"""The one way from an answer to stdout: as a table, as JSON or as CSV."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, NamedTuple

from movierec_cli.cli.options import OutputFormat


class Rows(NamedTuple):
    """The lines of a CSV file: the names of its columns, and for every line a value for each of them."""

    fields: Sequence[str]
    records: Sequence[Mapping[str, Any]]


def rows_of(kind: type[Any], found: Sequence[Any]) -> Rows:
    """Dataclasses of a kind, a line for each, with a column for each field."""
    return Rows([field.name for field in fields(kind)], [asdict(one) for one in found])


def write(
    output_format: str,
    *,
    table: Callable[[], Any],
    rows: Callable[[], Rows] | None = None,
    content: Callable[[], Any] | None = None,
) -> None:
    """Print an answer on stdout in the format asked for; of the three only that one is made.

    table: what rich prints, None for nothing. rows: what CSV is made of, and JSON if there is no `content`.
    """
    if output_format == OutputFormat.JSON:
        _print_data(json_text(content() if content else rows().records if rows else None))
    elif output_format == OutputFormat.CSV and rows is not None:
        _print_data(csv_text(rows()))
    elif (shown := table()) is not None:
        from movierec_cli.cli.console import out

        out().print(shown)


def json_text(content: Any) -> str:
    """JSON for people and programs: indented, every character as it is, every digit kept."""
    import json

    return json.dumps(content, ensure_ascii=False, indent=2)


def csv_text(rows: Rows) -> str:
    """CSV with a header line; lists joined by "|", unknown values empty, every digit kept."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.DictWriter(text, rows.fields, lineterminator="\n")
    writer.writeheader()
    for record in rows.records:
        writer.writerow({name: _joined(value) for name, value in record.items()})
    return text.getvalue().rstrip("\n")


def _joined(value: Any) -> Any:
    return "|".join(map(str, value)) if isinstance(value, list | tuple) else value


def _print_data(text: str) -> None:
    """Data is UTF-8 whatever the terminal is; half a character is escaped, as JSON does it."""
    from movierec_cli.cli.console import out

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    out().out(text, highlight=False)
