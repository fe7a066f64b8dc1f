from pathlib import Path

import pytest

from movierec_cli.datasets.layouts import CSV, DOUBLE_COLON, PIPE, TAB, recognise
from movierec_cli.errors import DataError
from tests.datasets.samples import csv_files, double_colon_files, tab_files, write


@pytest.mark.parametrize(
    ("files", "ratings", "layout", "movies", "movies_layout"),
    [
        (tab_files(), "u.data", TAB, "u.item", PIPE),
        (double_colon_files(), "ratings.dat", DOUBLE_COLON, "movies.dat", DOUBLE_COLON),
        (csv_files(), "ratings.csv", CSV, "movies.csv", CSV),
        ({"RATINGS.CSV": csv_files()["ratings.csv"]}, "RATINGS.CSV", CSV, None, None),
        # names of one layout, contents of another
        ({"u.data": csv_files()["ratings.csv"]}, "u.data", CSV, None, None),
        ({"ratings.csv": double_colon_files()["ratings.dat"]}, "ratings.csv", DOUBLE_COLON, None, None),
        (
            {"u.data": tab_files()["u.data"], "movies.csv": csv_files()["movies.csv"]},
            *("u.data", TAB, "movies.csv", CSV),
        ),
        # names of no layout
        (
            {"train.tsv": tab_files()["u.data"], "films": tab_files()["u.item"], "notes.txt": b"split 1\n"},
            *("train.tsv", TAB, "films", PIPE),
        ),
        (
            {"a": double_colon_files()["ratings.dat"], "b": double_colon_files()["movies.dat"]},
            *("a", DOUBLE_COLON, "b", DOUBLE_COLON),
        ),
        (
            {"a": csv_files()["ratings.csv"], "b": csv_files()["movies.csv"]},
            *("a", CSV, "b", CSV),
        ),
        # ml-100k's folder is full of splits; u.data is the whole
        ({**tab_files(), "u1.base": tab_files()["u.data"]}, "u.data", TAB, "u.item", PIPE),
    ],
)
def test_files_are_found_by_name_and_read_by_content(
    tmp_path: Path,
    files: dict[str, bytes],
    ratings: str,
    layout: str,
    movies: str | None,
    movies_layout: str | None,
) -> None:
    found = recognise(write(tmp_path, files))
    assert (found.ratings.name, found.ratings_layout) == (ratings, layout)
    assert (found.movies.name if found.movies else None, found.movies_layout) == (movies, movies_layout)


def test_folders_within_folders_are_opened(tmp_path: Path) -> None:
    write(tmp_path / "ml-100k" / "data", tab_files())
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert recognise(tmp_path).ratings == tmp_path / "ml-100k" / "data" / "u.data"


def test_several_candidates_are_named(tmp_path: Path) -> None:
    write(tmp_path, {"u1.base": tab_files()["u.data"], "u1.test": tab_files()["u.data"]})
    with pytest.raises(DataError, match=r"several files of ratings: u1\.base, u1\.test"):
        recognise(tmp_path)
    write(tmp_path, {"u.data": b"1\t2\t3\n", "ratings.csv": b"x"})
    with pytest.raises(DataError, match=r"several files of ratings: ratings\.csv, u\.data"):
        recognise(tmp_path)


def test_files_are_named_as_their_layout_names_them(tmp_path: Path) -> None:
    write(tmp_path, {"train.tsv": tab_files()["u.data"], "films": tab_files()["u.item"], "README": b"r"})
    assert set(recognise(tmp_path).named()) == {"u.data", "u.item", "README"}
