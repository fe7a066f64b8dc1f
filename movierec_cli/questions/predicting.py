"""Predicted stars: pairs of user_id and movie_id read from CSV."""

import csv
from pathlib import Path

from movierec_cli.errors import DataError
from movierec_cli.system.files import unreadable

COLUMNS = ("user_id", "movie_id")


def read_pairs(file: Path) -> tuple[list[int], list[int]]:
    """The user_id and movie_id columns of a CSV file with a header; other columns are left alone.

    Raises DataError for a file that cannot be read, lacks a column, or has something else than a whole
    number in one, naming file and line.
    """
    user_ids: list[int] = []
    movie_ids: list[int] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise DataError(
                    f"{file} has no column {' and no column '.join(missing)}.",
                    "Its first line must name the columns: user_id,movie_id",
                )
            twice = [name for name in COLUMNS if (reader.fieldnames or []).count(name) > 1]
            if twice:
                raise DataError(f"{file} has the column {twice[0]} twice.")
            for row in reader:
                user_ids.append(_whole_number(file, reader.line_num, "user_id", row["user_id"]))
                movie_ids.append(_whole_number(file, reader.line_num, "movie_id", row["movie_id"]))
    except OSError as error:
        raise unreadable(file, error, "a CSV file with the columns user_id and movie_id") from None
    except UnicodeDecodeError:
        raise DataError(f"{file} is not UTF-8 text.") from None
    except csv.Error as error:
        raise DataError(f"{file} is not CSV: {error}.") from None
    if not user_ids:
        raise DataError(f"{file} has no pairs below its header.")
    return user_ids, movie_ids


def _whole_number(file: Path, line: int, column: str, text: str | None) -> int:
    try:
        number = int(text or "")
    except ValueError:
        raise DataError(f"{file}, line {line}: {column} is {text!r}, not a whole number.") from None
    if not -(2**63) <= number < 2**63:
        raise DataError(f"{file}, line {line}: {column} {text} is beyond 64 bits.")
    return number
