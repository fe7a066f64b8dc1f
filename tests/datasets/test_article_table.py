from pathlib import Path

import pandas as pd
import pytest

from movierec_cli.datasets.article_table import COLUMNS, read_article_table
from movierec_cli.errors import DataError
from tests.datasets.samples import csv_files, tab_files, write

EXPECTED_COLUMNS = (
    "user_id movie_id rating unix_timestamp title release_date video_release_date imdb_url genre_unknown "
    "Action Adventure Animation Children's Comedy Crime Documentary Drama Fantasy Film-Noir Horror Musical "
    "Mystery Romance Sci-Fi Thriller War Western year genre all_genres age sex occupation zip_code"
)


def test_the_table_has_the_articles_34_columns(tmp_path: Path) -> None:
    table = read_article_table(write(tmp_path, tab_files()))
    assert list(table.columns) == EXPECTED_COLUMNS.split(" ") == list(COLUMNS)
    assert len(table.columns) == 34
    assert len(table) == 6


def test_a_row_joins_rating_movie_and_person_and_counts_from_0(tmp_path: Path) -> None:
    row = read_article_table(write(tmp_path, tab_files())).iloc[0]
    assert (row["user_id"], row["movie_id"], row["rating"], row["unix_timestamp"]) == (0, 9, 5.0, 881250949)
    assert row["title"] == "Misérables, Les (1995)"
    assert row["release_date"] == pd.Timestamp("1995-01-05")
    assert row["imdb_url"] == "http://us.imdb.com/M/10"
    assert (row["Drama"], row["Musical"], row["Action"], row["genre_unknown"]) == (1, 1, 0, 0)
    assert (row["year"], row["genre"], row["all_genres"]) == (1995, "Drama", "Drama-Musical")
    assert (row["age"], row["sex"], row["occupation"], row["zip_code"]) == (24, "M", "technician", "85711")


def test_what_is_not_known_is_empty(tmp_path: Path) -> None:
    files = tab_files() | {"u.data": b"1\t40\t3\t1\n"}
    row = read_article_table(write(tmp_path, files)).iloc[0]
    assert pd.isna(row["release_date"]) and pd.isna(row["video_release_date"])
    assert row["imdb_url"] is None
    assert (row["genre_unknown"], row["genre"], row["all_genres"]) == (1, "unknown", "unknown")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (csv_files(), "does not hold u.data"),
        ({"u.data": tab_files()["u.data"], "u.item": tab_files()["u.item"]}, "does not hold u.data"),
        (tab_files() | {"u.user": b"1|24|M|technician|85711\n2|53|F\n"}, r"u\.user, line 2"),
        (tab_files() | {"u.user": b"1|24|M|technician|85711\n2|old|F|x|1\n"}, r"u\.user, line 2"),
        (tab_files() | {"u.user": b"1|24|M|technician|85711\n"}, "exactly once"),
    ],
)
def test_other_data_has_no_such_table(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_article_table(write(tmp_path, files))
