"""tags.csv: what people call movies, read and kept."""

from pathlib import Path

import pandas as pd
import pytest

from movierec_cli.datasets.library import fetch, load_dataset
from movierec_cli.datasets.parse import read_dataset
from movierec_cli.datasets.tags import read_tags
from movierec_cli.errors import DataError
from movierec_cli.questions.recommender import Recommender
from movierec_cli.training.train import train
from tests.datasets.samples import csv_files, write, zipped
from tests.support import MovieRow, make_dataset

HEADER = "userId,movieId,tag,timestamp\n"
TAGS = HEADER + (
    "1,10,Musical,1\n"
    "2,10,musical ,2\n"
    "3,10, MUSICAL,3\n"
    '1,20,"dark, and strange",4\n'
    "1,10,Victor Hugo,5\n"
    "2,99,musical,6\n"  # a movie that the dataset does not have
    "2,20,  ,7\n"
    "3,20,Été,8\n"
)


def rows(found: pd.DataFrame) -> list[tuple[int, str, int]]:
    return [
        (int(movie_id), str(tag), int(count))
        for movie_id, tag, count in found[["movie_id", "tag", "count"]].itertuples(index=False)
    ]


def test_tags_are_counted_in_lower_case(tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text(TAGS, encoding="utf-8")
    found = read_tags(tmp_path / "tags.csv")
    assert list(found.columns) == ["movie_id", "tag", "count"]
    assert sorted(rows(found)) == [
        (10, "musical", 3),
        (10, "victor hugo", 1),
        (20, "dark, and strange", 1),
        (20, "été", 1),
        (99, "musical", 1),
    ]


def test_columns_may_stand_in_another_order_and_text_in_several_lines(tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text('tag,MovieID\n"one\nline",7\nNA,7\n', encoding="utf-8")
    assert rows(read_tags(tmp_path / "tags.csv")) == [(7, "na", 1), (7, "one\nline", 1)]


def test_a_file_without_tags_has_none(tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text(HEADER)
    assert rows(read_tags(tmp_path / "tags.csv")) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("userId,movieId,label\n1,10,a\n", r"tags\.csv, line 1: the header 'userId,movieId,label' lacks"),
        ("1,10,musical,5\n", r"tags\.csv, line 1: the header '1,10,musical,5' lacks"),
        (f"{HEADER}1,ten,musical,5\n", r"tags\.csv cannot be read"),
        (f"{HEADER}1,10,musical\n", r"tags\.csv cannot be read"),
        ("", r"tags\.csv"),
    ],
)
def test_a_damaged_file_is_refused_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "tags.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_tags(tmp_path / "tags.csv")


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_fetch_keeps_the_tags(tmp_path: Path, kind: str) -> None:
    files = {**csv_files(), "tags.csv": TAGS.encode()}
    source = write(tmp_path / "source", files)
    if kind == "archive":
        source = tmp_path / "sample.zip"
        source.write_bytes(zipped(files))
    home = tmp_path / "home"
    fetched = fetch(source=source, name="tagged", home=home)
    assert (fetched.path / "tags.csv").read_text(encoding="utf-8") == TAGS
    tags = load_dataset("tagged", home=home).tags
    assert tags is not None
    assert (10, "musical", 3) in rows(tags)


def test_a_dataset_without_the_file_has_no_tags(tmp_path: Path) -> None:
    assert read_dataset(write(tmp_path / "plain", csv_files()), "plain").tags is None


def test_damaged_tags_are_refused_by_fetch_and_nothing_is_kept(tmp_path: Path) -> None:
    source = write(tmp_path / "source", {**csv_files(), "tags.csv": b"a,b\n1,2\n"})
    with pytest.raises(DataError, match=r"tags\.csv, line 1"):
        fetch(source=source, name="tagged", home=tmp_path / "home")
    assert not list((tmp_path / "home").glob("datasets/tagged"))


def test_movies_of_the_same_tags_are_alike(tmp_path: Path) -> None:
    """Nobody has rated the last four of eight movies, which have no words, genres or years; nor is one of
    their tags at any other."""
    ratings = [(person, movie, 5.0, movie) for person in (1, 2, 3) for movie in range(person, person + 2)]
    movies: list[MovieRow] = [(movie, f"Title{movie}", None, ()) for movie in range(1, 9)]
    tags = [(5, "robots", 1), (6, "robots", 3), (7, "love", 2), (8, "love", 1)]
    train(make_dataset("tagged", movies, ratings, tags=tags), epochs=0, home=tmp_path)
    recommender = Recommender.open(tmp_path)
    for one, other in ((5, 6), (6, 5), (7, 8), (8, 7)):
        first, second = recommender.similar(one, top=2)
        assert first.movie.movie_id == other
        assert first.score > second.score + 1e-3
