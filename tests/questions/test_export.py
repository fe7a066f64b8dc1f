"""Everyone's recommendations in a file."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from movierec_cli.errors import MovieRecError, NotFoundError, UsageError
from movierec_cli.questions import everyone, export as exporter
from movierec_cli.questions.export import export
from movierec_cli.questions.recommender import Recommender
from movierec_cli.vectors import scores as scoring
from tests.support import Divided, Stored

FIELDS = ["user_id", "rank", "movie_id", "title", "score"]
SUFFIXES = [".csv", ".jsonl", ".parquet"]

Rows = list[dict[str, Any]]


def read(path: Path) -> Rows:
    """The rows of an exported file, each value as its own type."""
    if path.suffix == ".parquet":
        rows: Rows = parquet.read_table(path).to_pylist()
    elif path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    else:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames == FIELDS
            types = {"user_id": int, "rank": int, "movie_id": int, "title": str, "score": float}
            rows = [{name: types[name](value) for name, value in row.items()} for row in reader]
    assert all(list(row) == FIELDS for row in rows)
    return rows


def compare(rows: Rows, home: Path, top: int) -> None:
    """The rows are what `recommend` gives each person, in order of user_id."""
    recommender = Recommender.open(home)
    expected = [
        (user_id, hit.rank, hit.movie.movie_id, hit.movie.title, pytest.approx(hit.score, rel=1e-4, abs=1e-4))
        for user_id in sorted(Stored.read(home).user_ids)
        for hit in recommender.recommend(user_id, top=top)
    ]
    assert [tuple(row.values()) for row in rows] == expected


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [*SUFFIXES, ".CSV"])
def test_the_file_holds_what_recommend_gives(checkerboard_home: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"all{suffix}"
    count = export(path, top=4, home=checkerboard_home)
    exported = path.rename(path.with_suffix(suffix.lower()))
    rows = read(exported)
    assert count == len(rows) == 60 * 4
    compare(rows, checkerboard_home, 4)


def test_all_formats_hold_the_same_numbers(checkerboard_home: Path, tmp_path: Path) -> None:
    """To the last digit: what is written is the float32 that was computed."""
    tables = []
    for suffix in SUFFIXES:
        export(tmp_path / f"all{suffix}", home=checkerboard_home)
        tables.append(read(tmp_path / f"all{suffix}"))
    assert tables[0] == tables[1] == tables[2]


@pytest.mark.slow
def test_more_than_is_left_gives_all_that_is_left(checkerboard_home: Path, tmp_path: Path) -> None:
    export(tmp_path / "all.jsonl", top=1000, home=checkerboard_home)
    compare(read(tmp_path / "all.jsonl"), checkerboard_home, 1000)


@pytest.mark.parametrize("home", ["checkerboard_home", "computed_home", "halves_home"])
@pytest.mark.parametrize("top", [1, 9, 12, 1000])
def test_the_file_holds_numpys_ranking_with_what_sinks_last(
    home: str, top: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """From the stored tables for everybody, also where more is asked for than does not sink."""
    place = request.getfixturevalue(home)
    stored = Stored.read(place)
    export(tmp_path / "all.jsonl", top=top, home=place)
    rows = read(tmp_path / "all.jsonl")
    sunk = 0
    for user_id in stored.user_ids:
        left, sinks = stored.left(user_id), stored.sinks(user_id)
        own = [row for row in rows if row["user_id"] == user_id]
        best = sorted(left, key=lambda one: (one in sinks, -left[one]))[:top]
        assert [row["movie_id"] in sinks for row in own] == [one in sinks for one in best]
        assert [row["rank"] for row in own] == list(range(1, len(best) + 1))
        scores = [left[one] for one in best]
        assert [left[row["movie_id"]] for row in own] == pytest.approx(scores, abs=1e-5)
        assert [row["score"] for row in own] == pytest.approx(scores, abs=1e-4)
        sunk += len(sinks & set(best))
    assert (sunk > 0) == (top > 1)


def test_people_in_small_blocks_get_the_same(
    checkerboard_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(tmp_path / "whole.jsonl", top=5, home=checkerboard_home)
    monkeypatch.setattr(everyone, "PEOPLE_AT_ONCE", 7)
    monkeypatch.setattr(scoring, "GROUP", 10)  # of 31 movies
    done: list[tuple[int, int]] = []
    export(
        tmp_path / "blocks.jsonl",
        top=5,
        home=checkerboard_home,
        progress=lambda people, total: done.append((people, total)),
    )
    assert done == [(min(7 * (block + 1), 60), 60) for block in range(9)]
    whole, blocks = read(tmp_path / "whole.jsonl"), read(tmp_path / "blocks.jsonl")
    assert [row["movie_id"] for row in blocks] == [row["movie_id"] for row in whole]
    assert [row["score"] for row in blocks] == pytest.approx([row["score"] for row in whole], abs=1e-4)


def test_the_articles_distances_are_exported_too(article_home: Path, tmp_path: Path) -> None:
    export(tmp_path / "all.parquet", top=6, home=article_home)
    rows = read(tmp_path / "all.parquet")
    assert len(rows) == 60 * 6
    left = {user_id: Stored.read(article_home).left(user_id) for user_id in (3, 293, 593)}
    for user_id, scores in left.items():
        own = [row for row in rows if row["user_id"] == user_id]
        best = sorted(scores.values(), reverse=True)[:6]
        assert [scores[row["movie_id"]] for row in own] == pytest.approx(best, abs=1e-3)
        assert [row["score"] for row in own] == pytest.approx(best, abs=1e-3)


def test_titles_keep_their_quotes_and_commas(titles_home: Path, tmp_path: Path) -> None:
    title = 'Robert\'); DROP TABLE movies; -- "quoted", with a comma'
    for suffix in SUFFIXES:
        export(tmp_path / f"all{suffix}", top=100, home=titles_home)
        rows = read(tmp_path / f"all{suffix}")
        assert {row["title"] for row in rows if row["movie_id"] == 712} == {title}
        assert "L'Avventura" in {row["title"] for row in rows}


class InterruptionError(Exception):
    pass


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("error", [InterruptionError, KeyboardInterrupt])
def test_interrupted_it_leaves_the_old_file_and_nothing_else(
    checkerboard_home: Path,
    tmp_path: Path,
    suffix: str,
    error: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(everyone, "PEOPLE_AT_ONCE", 20)
    path = tmp_path / f"all{suffix}"
    path.write_text("the old file")

    def interrupt(done: int, _total: int) -> None:
        if done == 40:
            raise error

    with pytest.raises(error):
        export(path, home=checkerboard_home, progress=interrupt)
    assert path.read_text() == "the old file"
    assert list(tmp_path.iterdir()) == [path]
    export(path, home=checkerboard_home)
    assert len(read(path)) > 0


@pytest.mark.parametrize("name", ["all.txt", "all", "all.csv.gz", ".csv"])
def test_another_suffix_is_a_usage_error(checkerboard_home: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"must end in \.csv, \.jsonl or \.parquet"):
        export(tmp_path / name, home=checkerboard_home)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_or_a_missing_folder_is_said(checkerboard_home: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(MovieRecError, match=r"folder\.csv: it is a folder"):
        export(tmp_path / "folder.csv", home=checkerboard_home)
    with pytest.raises(MovieRecError, match=r"there is no folder .*missing"):
        export(tmp_path / "missing" / "all.csv", home=checkerboard_home)
    with pytest.raises(MovieRecError, match="Cannot write"):
        export(tmp_path / f"{'x' * 300}.csv", home=checkerboard_home)
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder.csv"]


def test_less_than_one_is_a_usage_error(checkerboard_home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--top 0"):
        export(tmp_path / "all.csv", top=0, home=checkerboard_home)


def test_without_a_model_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        export(tmp_path / "all.csv", home=tmp_path / "home")
    assert "movierec fetch && movierec train" in str(caught.value.hint)
    assert list(tmp_path.iterdir()) == []


# ---- parts ----


def rows_of(folder: Path) -> Rows:
    """The rows of all parts, in the order of their names."""
    return [row for path in sorted(folder.glob("part-*.parquet")) for row in read(path)]


def test_parts_hold_the_rows_of_the_file_in_their_order(
    computed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporter, "PEOPLE_A_PART", 25)
    done: list[tuple[int, int]] = []
    count = export(
        f"{tmp_path}/new/parts/",
        top=4,
        home=computed_home,
        progress=lambda people, total: done.append((people, total)),
    )
    export(tmp_path / "all.parquet", top=4, home=computed_home)
    folder = tmp_path / "new" / "parts"
    names = ["_SUCCESS", "part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert (folder / "_SUCCESS").read_bytes() == b""
    assert done == [(25, 60), (50, 60), (60, 60)]
    rows, whole = rows_of(folder), read(tmp_path / "all.parquet")
    assert count == len(rows) == 240
    for one, other in zip(rows, whole, strict=True):
        assert one == other | {"score": pytest.approx(other["score"], abs=1e-5)}


def test_parts_of_an_older_export_go_and_other_files_stay(computed_home: Path, tmp_path: Path) -> None:
    for name in ("part-00000.parquet", "part-00001.parquet", "part-12.parquet", "notes.txt"):
        (tmp_path / name).write_text("older")
    export(f"{tmp_path}/", top=1, home=computed_home)
    left = ["_SUCCESS", "notes.txt", "part-00000.parquet", "part-12.parquet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == left
    assert len(read(tmp_path / "part-00000.parquet")) == 60


def test_parts_that_are_being_replaced_have_no_success_file(
    computed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporter, "PEOPLE_A_PART", 25)
    export(f"{tmp_path}/", home=computed_home)

    def interrupt(done: int, _total: int) -> None:
        if done == 50:
            raise InterruptionError

    with pytest.raises(InterruptionError):
        export(f"{tmp_path}/", home=computed_home, progress=interrupt)
    assert not (tmp_path / "_SUCCESS").exists()


def test_a_file_is_no_folder_for_parts(computed_home: Path, tmp_path: Path) -> None:
    (tmp_path / "recommendations").write_text("of mine")
    with pytest.raises(MovieRecError, match=r"Cannot write .*recommendations"):
        export(f"{tmp_path}/recommendations/", home=computed_home)
    assert (tmp_path / "recommendations").read_text() == "of mine"


def test_an_address_is_one_of_an_object_store_and_its_file_has_a_known_suffix(computed_home: Path) -> None:
    with pytest.raises(UsageError, match="Recommendations cannot be at ftp://films/all"):
        export("ftp://films/all/", home=computed_home)
    with pytest.raises(MovieRecError, match=r"Cannot write ftp://films/all.csv: it is an address"):
        export("ftp://films/all.csv", home=computed_home)
    with pytest.raises(UsageError, match=r"Cannot write to 'all.txt': the name must end in .csv"):
        export("s3://films/all.txt", home=computed_home)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_workers_write_the_same_file(
    computed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, count: int
) -> None:
    """Of people in the same blocks, byte for byte."""
    monkeypatch.setattr(exporter, "PEOPLE_A_PART", 8)
    monkeypatch.setattr(everyone, "PEOPLE_AT_ONCE", 4)
    done: list[int] = []
    rows = export(tmp_path / f"alone{suffix}", home=computed_home)
    path = tmp_path / f"divided{suffix}"
    assert rows == export(
        path,
        home=computed_home,
        workers=Divided(count),
        progress=lambda people, _: done.append(people),
    )
    assert path.read_bytes() == (tmp_path / f"alone{suffix}").read_bytes()
    assert done == [8, 16, 24, 32, 40, 48, 56, 60]
