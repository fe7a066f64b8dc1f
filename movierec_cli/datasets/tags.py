"""tags.csv: the words that people gave movies, in the later MovieLens releases."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from movierec_cli.datasets.layouts import csv_header, first_line, shown
from movierec_cli.errors import DataError


def read_tags(path: Path) -> pd.DataFrame:
    """How many people gave each movie each tag: Dataset.tags.

    Tags are compared in lower case. Raises DataError for a file that is no CSV with a movieId and a tag.
    """
    header = first_line(path)
    names = csv_header(header)
    if not {"movieid", "tag"} <= set(names):
        raise DataError(
            f"{path.name}, line 1: the header {shown(header)} lacks movieId or tag.",
            hint="The header of a MovieLens tags file is userId,movieId,tag,timestamp.",
        )
    try:
        table = arrow_csv.read_csv(
            path,
            arrow_csv.ReadOptions(column_names=names, skip_rows=1),
            arrow_csv.ParseOptions(newlines_in_values=True),
            arrow_csv.ConvertOptions(
                column_types={"movieid": pa.int64(), "tag": pa.string()},
                include_columns=["movieid", "tag"],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowException as error:
        raise DataError(f"{path.name} cannot be read: {shown(str(error))}.") from None
    movie_id, tag = table["movieid"].to_numpy(), table["tag"].to_pandas().str.strip().str.lower()
    given = pd.DataFrame({"movie_id": movie_id, "tag": tag}).loc[lambda frame: frame["tag"] != ""]
    counts = given.groupby(["movie_id", "tag"], sort=True).size()
    return counts.rename("count").reset_index()
