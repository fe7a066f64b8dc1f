"""Ratings in pieces are the same as all at once, however small the pieces are."""

import itertools
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from movierec_cli.datasets import survey
from movierec_cli.datasets.interactions import joined
from movierec_cli.datasets.layouts import recognise
from movierec_cli.datasets.library import fetch, load_dataset, load_people, survey_dataset
from movierec_cli.datasets.parse import read_dataset, survey_files
from movierec_cli.datasets.ratings_file import read_ratings
from movierec_cli.datasets.survey import count_pairs, read_people, survey_ratings
from movierec_cli.datasets.tally import Tally
from movierec_cli.errors import DataError, NotFoundError
from movierec_cli.vectors.scale import RatingScale
from tests.datasets.samples import SPELLINGS, csv_files, write

Row = tuple[int, int, float, int]

HALVES = RatingScale(0.5, 5.0, 0.5)
LAYOUTS = {"csv": ("ratings.csv", ","), "tab": ("u.data", "\t"), "double-colon": ("ratings.dat", "::")}
ALL_IDS = (0, 2**63 - 1)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three to five lines in a block, and a few people in a piece."""
    monkeypatch.setattr(survey, "BLOCK", 64)
    monkeypatch.setattr(survey, "PIECE", 20)


def some_rows(*, in_order: bool, repeats: int = 0) -> list[Row]:
    """Ratings by 12 people of some of 9 movies, and later or earlier ones of some of these pairs."""
    rng = random.Random(5)
    pairs = [(user, movie) for user in range(3, 39, 3) for movie in range(10, 100, 10) if rng.random() < 0.7]
    rows = [(user, movie, rng.randrange(1, 11) / 2, 1000 + 7 * rng.randrange(50)) for user, movie in pairs]
    if not in_order:
        rng.shuffle(rows)
    again = [(user, movie, 0.5, rng.choice([5, 9000])) for user, movie, _, _ in rng.sample(rows, repeats)]
    return rows + again


def put(folder: Path, rows: list[Row], layout: str = "csv", columns: int = 4) -> Path:
    """The ratings file of a layout with the first columns of these rows."""
    name, separator = LAYOUTS[layout]
    header = ["userId,movieId,rating,timestamp".split(",")] if layout == "csv" else []
    lines = [separator.join(map(str, row[:columns])) for row in [*header, *rows]]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def latest(rows: list[Row]) -> dict[tuple[int, int], Row]:
    """By pair; of two in the same second the second in the file."""
    found: dict[tuple[int, int], Row] = {}
    for row in rows:
        if row[:2] not in found or row[3] >= found[row[:2]][3]:
            found[row[:2]] = row
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("columns", [3, 4])
@pytest.mark.parametrize("in_order", [True, False])
def test_a_survey_counts_what_there_is(tmp_path: Path, layout: str, columns: int, in_order: bool) -> None:
    rows = some_rows(in_order=in_order)
    path = put(tmp_path, rows, layout, columns)
    assert path.stat().st_size > 10 * survey.BLOCK
    found = survey_ratings(path, layout, None, None)
    people = Counter(row[0] for row in rows)
    assert dict(zip(found.user_ids.tolist(), found.counts.tolist(), strict=True)) == people
    assert found.user_ids.tolist() == sorted(people)
    assert found.movie_ids.tolist() == sorted({row[1] for row in rows})
    assert found.scale == HALVES
    assert found.has_times == (columns == 4)
    assert found.in_order == in_order
    assert {str(array.dtype) for array in (found.user_ids, found.counts, found.movie_ids)} == {"int64"}
    assert count_pairs(path, layout, found) == len(rows)


@pytest.mark.parametrize(
    "files",
    [
        *SPELLINGS,
        csv_files() | {"ratings.csv": csv_files()["ratings.csv"].replace(b"\n", b"\n" * 100)},
    ],
    ids=itertools.count(),
)
def test_files_however_they_are_written_are_surveyed(tmp_path: Path, files: dict[str, bytes]) -> None:
    found = survey_files(recognise(write(tmp_path, files)), "sample")
    assert (found.ratings.user_ids.tolist(), found.ratings.counts.tolist()) == ([1, 2, 3], [2, 2, 2])
    assert found.ratings.movie_ids.tolist() == [10, 20, 30]
    assert found.ratings.in_order and found.ratings.has_times


def test_times_that_are_all_0_are_none(tmp_path: Path) -> None:
    rows = [(user, movie, 3.5, 0) for user in range(1, 5) for movie in range(1, 9)]
    assert not survey_ratings(put(tmp_path, rows), "csv", None, None).has_times
    rows[-1] = (4, 8, 3.5, 1)
    assert survey_ratings(put(tmp_path, rows), "csv", None, None).has_times


@pytest.mark.parametrize("place", range(1, 12))
@pytest.mark.parametrize("pair", ["the same again", "an earlier movie", "an earlier person"])
def test_one_row_out_of_order_is_seen_wherever_a_block_ends(tmp_path: Path, place: int, pair: str) -> None:
    rows = [(7, movie, 3.0, 1000) for movie in range(20, 80, 5)]
    user, movie, *_ = rows[place - 1]
    wrong = {
        "the same again": (user, movie),
        "an earlier movie": (user, movie - 1),
        "an earlier person": (user - 1, 90),
    }
    assert survey_ratings(put(tmp_path, rows), "csv", None, (1, 5)).in_order
    rows.insert(place, (*wrong[pair], 3.0, 1000))
    assert not survey_ratings(put(tmp_path, rows), "csv", None, (1, 5)).in_order


@pytest.mark.parametrize("in_order", [True, False])
def test_repeated_pairs_count_once_and_the_latest_stays(tmp_path: Path, in_order: bool) -> None:
    rows = some_rows(in_order=in_order, repeats=15)
    path = put(tmp_path, rows)
    found = survey_ratings(path, "csv", None, None)
    assert found.counts.sum() == len(rows)
    assert not found.in_order
    expected = latest(rows)
    assert len(expected) == len(rows) - 15
    assert count_pairs(path, "csv", found) == len(expected)
    people = read_people(path, "csv", None, found.scale, *ALL_IDS)
    given = [(int(u), int(m), float(r), int(t)) for u, m, r, t in people.itertuples(index=False)]
    assert given == [row for row in rows if expected[row[:2]] == row]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("columns", [3, 4])
@pytest.mark.parametrize(("in_order", "repeats"), [(True, 0), (False, 0), (False, 15)])
def test_people_of_all_ranges_are_everybody(
    tmp_path: Path, layout: str, columns: int, in_order: bool, repeats: int
) -> None:
    path = put(tmp_path, some_rows(in_order=in_order, repeats=repeats), layout, columns)
    everything, scale = read_ratings(path, layout, None, None)
    for first, last in [(0, 6), (7, 8), (9, 20), (21, 21), (22, 1000)]:
        given = read_people(path, layout, None, scale, first, last)
        wanted = everything[everything["user_id"].between(first, last)].reset_index(drop=True)
        pd.testing.assert_frame_equal(given, wanted)
    pd.testing.assert_frame_equal(read_people(path, layout, None, scale, *ALL_IDS), everything)


def test_likes_alone_are_ones_in_pieces_too(tmp_path: Path) -> None:
    path = put(tmp_path, [(user, movie, 4.0, 9) for user in range(1, 5) for movie in range(1, 9)])
    found = survey_ratings(path, "csv", None, None)
    assert found.scale == RatingScale(1.0, 1.0)
    assert read_people(path, "csv", None, found.scale, 2, 3)["rating"].tolist() == [1.0] * 16


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([5.0], HALVES),
        ([5.0, 5.0], RatingScale(1.0, 1.0)),
        ([*([4.0] * 500), *([9.0] * 6)], RatingScale(1.0, 10.0, 1.0)),
        ([-3.0, 0.0, -0.0, 3.0, 0.5], RatingScale(-5.0, 5.0, 0.5)),
        ([0.0, 12.5, 100.0], RatingScale(0.0, 100.0, 0.5)),
    ],
    ids=lambda value: f"{len(value)}" if isinstance(value, list) else "",
)
def test_the_scale_is_the_same_in_pieces_and_at_once(
    tmp_path: Path, ratings: list[float], scale: RatingScale
) -> None:
    path = put(tmp_path, [(1, movie, rating, 9) for movie, rating in enumerate(ratings)])
    assert survey_ratings(path, "csv", None, None).scale == scale
    assert read_ratings(path, "csv", None, None)[1] == scale


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("3,10,six,9", "line 31: the rating is 'six'"),
        ("3,10,,9", "line 31: the rating is ''"),
        ("3,10,3", "line 31: expected 4 fields, found 3"),
        ("-3,10,3,9", "line 31: the user id is '-3'"),
        ("3,10,3,-9", "line 31: the timestamp is '-9'"),
        ("3,11,3,9", "line 31: movie 11 is rated, and is not in the movies file"),
        ("3,10,7,9", "line 31: the rating is '7', beyond the scale from 0.5 to 5"),
    ],
)
def test_a_fault_in_any_block_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = put(tmp_path, some_rows(in_order=True))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:30], line, *lines[30:]]))
    known_ids = np.arange(10, 100, 10)
    with pytest.raises(DataError, match=said):
        survey_ratings(path, "csv", known_ids, HALVES)
    with pytest.raises(DataError, match=said):
        read_people(path, "csv", known_ids, HALVES, 3, 3)


def test_a_file_without_ratings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ratings\.csv holds no ratings"):
        survey_ratings(put(tmp_path, []), "csv", None, None)


def test_a_tally_puts_many_parts_together() -> None:
    """More different values than may wait."""
    tally, count = Tally(), 700_000
    for start in (0, count, count // 2):
        tally.add(np.arange(start, start + count))
    values, counts = tally.total()
    assert values.tolist() == list(range(2 * count))
    assert Counter(counts.tolist()) == {1: count, 2: count}
    assert (counts[count // 2 : 3 * count // 2] == 2).all()


# ---- datasets ----


def test_a_survey_of_files_has_the_movies_and_the_tags(tmp_path: Path) -> None:
    files = csv_files() | {"tags.csv": b"userId,movieId,tag,timestamp\n1,10,musical,5\n"}
    folder = write(tmp_path, files)
    found, everything = survey_files(recognise(folder), "sample"), read_dataset(folder, "sample")
    pd.testing.assert_frame_equal(found.movies, everything.movies)
    assert found.tags is not None
    assert found.tags.to_numpy().tolist() == [[10, "musical", 1]]
    assert (found.name, found.ratings.scale) == ("sample", HALVES)
    assert (found.ratings.user_ids.tolist(), found.ratings.counts.tolist()) == ([1, 2, 3], [2, 2, 2])


@pytest.mark.parametrize("has_scale", [True, False])
def test_a_fetched_dataset_is_read_in_parts(tmp_path: Path, has_scale: bool) -> None:
    """Those of an older movierec do not say their scale."""
    home, rows = tmp_path / "home", some_rows(in_order=False, repeats=15)
    fetched = fetch(source=put(tmp_path / "own", rows).parent, home=home)
    manifest = fetched.path / "dataset.json"
    if not has_scale:
        manifest.write_text(manifest.read_text().replace('"scale": {', '"other": {'))
    found = survey_dataset("own", home=home)
    assert found.ratings.scale == HALVES
    movie_ids = found.movies["movie_id"].to_numpy()
    ranges = [(0, 9), (10, 11), (12, 30), (31, 99)]
    parts = [
        load_people("own", movie_ids, first, last, scale=found.ratings.scale, home=home)
        for first, last in ranges
    ]
    assert [part.user_ids.tolist() for part in parts] == [
        [3, 6, 9],
        [],
        [12, 15, 18, 21, 24, 27, 30],
        [33, 36],
    ]
    everybody = joined(parts)
    expected = sorted(latest(rows).values(), key=lambda row: (row[0], row[3], rows.index(row)))
    given = zip(
        everybody.user_ids[everybody.user_index].tolist(),
        everybody.movie_ids[everybody.movie_index].tolist(),
        everybody.rating.tolist(),
        strict=True,
    )
    assert list(given) == [row[:3] for row in expected]


def test_what_is_not_here_is_told_as_by_load_dataset(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no dataset called 'own'"):
        survey_dataset("own", home=tmp_path)
    with pytest.raises(NotFoundError, match="no dataset called 'own'"):
        load_people("own", np.array([1]), 1, 2, scale=HALVES, home=tmp_path)


def test_an_unsorted_folder_of_parquet_has_each_pair_once(tmp_path: Path) -> None:
    rows = some_rows(in_order=False, repeats=15)
    lake = tmp_path / "lake"
    lake.mkdir()
    for number in range(3):
        columns = zip(*rows[number::3], strict=True)
        names = ("userId", "movieId", "rating", "timestamp")
        parquet.write_table(
            pa.table(dict(zip(names, map(list, columns), strict=True))), lake / f"part-{number}.parquet"
        )
    fetched = fetch(source=lake, name="lake", home=tmp_path / "home")
    assert len(rows) > 3 * survey.PIECE
    assert (fetched.people, fetched.movies, fetched.ratings) == (12, 9, len(rows) - 15)
    assert len(load_dataset("lake", home=tmp_path / "home").ratings) == len(rows) - 15
