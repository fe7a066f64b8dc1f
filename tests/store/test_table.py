"""Reading tables: the extension module and the public API answer alike, and both as numpy does."""

import asyncio
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from movierec_cli.errors import StoreError
from movierec_cli.store import native, writer
from movierec_cli.store.indexes import read_indexes
from movierec_cli.store.lookup import matrix, vectors_by_id
from movierec_cli.store.public import PublicEngine
from movierec_cli.store.query import Metric, Query
from movierec_cli.store.table import Table, check_vector, open_table
from movierec_cli.store.writer import vector_column
from tests.support import run_python, write_tables

ROWS, DIMENSION = 300, 12
GENRES = ("Drama", "Comedy", "War", "Children's")


def title(number: int) -> str:
    words = ("star", "wars", "godfather", "empire", "matrix", "misérables", "it's", "wonderful")
    return f"{words[number % 8]} {words[number // 8 % 8]} {number}"


@pytest.fixture(scope="module")
def vectors() -> npt.NDArray[np.float32]:
    """Of very different lengths, so that the two metrics disagree."""
    rng = np.random.default_rng(11)
    return (rng.normal(size=(ROWS, DIMENSION)) * rng.lognormal(size=(ROWS, 1))).astype(np.float32)


@pytest.fixture(scope="module")
def folder(vectors: npt.NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> Path:
    numbers = range(ROWS)
    movies = pa.table(
        {
            "movie_id": [3 * number + 1 for number in numbers],
            "title": [title(number) for number in numbers],
            "search_text": [title(number) for number in numbers],
            "year": pa.array(
                [1900 + number % 120 if number % 10 else None for number in numbers], pa.int32()
            ),
            "genres": [[GENRES[number % 4]] * (number % 3) for number in numbers],
            "score_vector": vector_column(vectors),
            "other_vector": vector_column(vectors[::-1].copy()),
        }
    )
    users = pa.table({"user_id": [1, 2], "score_vector": vector_column(vectors[:2].copy())})
    place = tmp_path_factory.mktemp("run")
    write_tables(place, movies, [users], {})
    return place


def native_table(folder: Path) -> Table:
    extension = native.load_extension()
    assert extension is not None
    return Table(folder, "movies", native.NativeEngine(extension, folder, "movies"))


def public_table(folder: Path) -> Table:
    return Table(folder, "movies", PublicEngine(folder, "movies"))


OPENERS: dict[str, Callable[[Path], Table]] = {"native": native_table, "public": public_table}


@pytest.fixture(params=["native", "public"])
def table(request: pytest.FixtureRequest, folder: Path) -> Table:
    return OPENERS[request.param](folder)


def test_another_version_falls_back_to_the_public_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "TESTED_VERSIONS", ("0.0.",))
    assert native.load_extension() is None
    assert open_table(folder, "movies").count() == ROWS


def distances(metric: Metric, vectors: npt.NDArray[Any], query: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """LanceDB's documented distances, in float64."""
    rows, vector = vectors.astype(np.float64), query.astype(np.float64)
    if metric == "dot":
        return np.asarray(1 - rows @ vector)
    return np.asarray(((rows - vector) ** 2).sum(axis=1))


FILTERS: dict[str | None, Callable[[int], bool]] = {
    None: lambda _: True,
    "movie_id % 2 = 0": lambda number: (3 * number + 1) % 2 == 0,
    "year >= 1990": lambda number: number % 10 != 0 and 1900 + number % 120 >= 1990,
    "array_has(genres, 'Children''s')": lambda number: number % 4 == 3 and number % 3 > 0,
    "movie_id < 0": lambda _: False,
}


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize("metric", ["dot", "l2"])
@pytest.mark.parametrize("limit", [1, 10, 1000])
def test_nearest_is_what_numpy_finds(
    table: Table, vectors: npt.NDArray[np.float32], metric: Metric, where: str | None, limit: int
) -> None:
    query = np.random.default_rng(limit).normal(size=DIMENSION).astype(np.float32)
    expected = distances(metric, vectors, query)
    kept = [number for number in range(ROWS) if FILTERS[where](number)]
    order = sorted(kept, key=lambda number: expected[number])[:limit]
    rows = table.nearest(Query(["movie_id", "title"], where, limit, "score_vector", query, metric))
    assert [row["movie_id"] for row in rows] == [3 * number + 1 for number in order]
    assert [row["title"] for row in rows] == [title(number) for number in order]
    np.testing.assert_allclose(
        [row["_distance"] for row in rows], expected[order] if order else [], rtol=1e-4, atol=1e-4
    )


def test_nearest_searches_the_column_named(table: Table, vectors: npt.NDArray[np.float32]) -> None:
    for column, number in (("score_vector", 7), ("other_vector", ROWS - 8)):
        rows = table.nearest(Query(["movie_id"], None, 1, column, vectors[7], "l2"))
        assert rows[0]["movie_id"] == 3 * number + 1
        assert rows[0]["_distance"] == pytest.approx(0, abs=1e-4)


def test_nearest_takes_a_vector_that_is_not_contiguous(
    table: Table, vectors: npt.NDArray[np.float32]
) -> None:
    strided = np.repeat(vectors[7], 2)[::2]
    assert not strided.flags["C_CONTIGUOUS"]
    [row] = table.nearest(Query(["movie_id"], None, 1, "score_vector", strided, "l2"))
    assert row["movie_id"] == 22


def test_rows_come_in_the_tables_order(table: Table) -> None:
    assert table.count() == ROWS
    assert [row["movie_id"] for row in table.rows(["movie_id"])] == [3 * n + 1 for n in range(ROWS)]
    assert table.rows(["movie_id", "year"], limit=2) == [
        {"movie_id": 1, "year": None},
        {"movie_id": 4, "year": 1901},
    ]


def test_rows_by_condition(table: Table) -> None:
    assert table.rows(["title", "genres"], "movie_id = 22") == [{"title": title(7), "genres": ["Children's"]}]
    assert table.rows(["title"], "title = 'it''s it''s 54'") == [{"title": "it's it's 54"}]
    assert table.rows(["title"], "movie_id = 23") == []


def test_batches_are_the_whole_table(table: Table, vectors: npt.NDArray[np.float32]) -> None:
    whole = pa.Table.from_batches(table.batches(["movie_id", "score_vector"]))
    assert whole["movie_id"].to_pylist() == [3 * number + 1 for number in range(ROWS)]
    np.testing.assert_array_equal(np.array(whole["score_vector"].to_pylist(), dtype=np.float32), vectors)


def test_batches_can_be_filtered(table: Table, vectors: npt.NDArray[np.float32]) -> None:
    batches = list(table.batches(["movie_id", "score_vector"], "movie_id > 10 AND movie_id < 50"))
    wanted = [3 * number + 1 for number in range(ROWS) if 10 < 3 * number + 1 < 50]
    assert [movie_id for batch in batches for movie_id in batch.column("movie_id").to_pylist()] == wanted
    found = np.concatenate([matrix(batch.column("score_vector")) for batch in batches])
    np.testing.assert_array_equal(found, vectors[[(movie_id - 1) // 3 for movie_id in wanted]])
    assert sum(batch.num_rows for batch in table.batches(["movie_id"], "movie_id < 0")) == 0


@pytest.mark.parametrize("wanted", [[7], [31, 4, 1, 13], [4, 31, 4], list(range(1, 3 * ROWS, 3))[::-1], []])
def test_vectors_of_known_ids_in_their_order(
    table: Table, vectors: npt.NDArray[np.float32], wanted: list[int]
) -> None:
    found = vectors_by_id(table, "movie_id", wanted, ["score_vector"], {"score_vector": DIMENSION})
    assert found["score_vector"].shape == (len(wanted), DIMENSION)
    np.testing.assert_array_equal(found["score_vector"], vectors[[(one - 1) // 3 for one in wanted]])


@pytest.mark.parametrize("missing", [2, -1, 2**63, -(2**70)])
def test_vectors_of_an_unknown_id_are_a_key_error(table: Table, missing: int) -> None:
    with pytest.raises(KeyError, match=str(missing)):
        vectors_by_id(table, "movie_id", [1, missing], ["score_vector"], {"score_vector": DIMENSION})


@pytest.mark.parametrize(
    "text", ["godfather", "godfater", "misérables", "star wrs", "wonderful it's", "zzqx"]
)
def test_matching_text_is_the_same_both_ways(folder: Path, text: str) -> None:
    ours, theirs = (
        OPENERS[name](folder).match_text(Query(["title"], None, 20, "search_text", text=text))
        for name in ("native", "public")
    )
    assert [row["title"] for row in ours] == [row["title"] for row in theirs]
    assert [row["_score"] for row in ours] == [row["_score"] for row in theirs]
    scores = [row["_score"] for row in ours]
    assert scores == sorted(scores, reverse=True)
    assert bool(ours) == (text != "zzqx")


@pytest.mark.parametrize("text", ["godfather", "godfater"])
def test_matching_text_finds_what_is_spelt_alike(table: Table, text: str) -> None:
    rows = table.match_text(Query(["title"], None, 15, "search_text", text=text))
    assert len(rows) == 15
    assert all("godfather" in row["title"] for row in rows)


def test_a_running_event_loop_does_not_matter(table: Table) -> None:
    async def ask() -> int:
        return len(table.rows(["movie_id"], limit=3))

    assert asyncio.run(ask()) == 3


# ---- damage ----


@pytest.mark.usefixtures("version")
def test_a_missing_table_is_a_store_error_and_stays_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="movies is missing") as caught:
        open_table(tmp_path / "run", "movies")
    assert caught.value.hint == "Train again: movierec train"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def damaged(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "damaged"))


@pytest.fixture(params=["native", "public"])
def version(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with LanceDB's tested version, and with another."""
    if request.param == "public":
        monkeypatch.setattr(native, "TESTED_VERSIONS", ("0.0.",))


def damage(folder: Path, how: str) -> None:
    """Truncate or remove all files of a folder."""
    files = list(folder.iterdir())
    assert files
    for file in files:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    if how == "gone":
        shutil.rmtree(folder)


READS: dict[str, Callable[[Table], object]] = {
    "rows": lambda table: table.rows(["title"]),
    "nearest": lambda table: table.nearest(
        Query(["title"], None, 5, "score_vector", np.ones(DIMENSION, dtype=np.float32))
    ),
    "match_text": lambda table: table.match_text(Query(["title"], None, 5, "search_text", text="godfather")),
    "batches": lambda table: list(table.batches(["title", "score_vector"])),
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("how", ["truncated", "gone"])
def test_data_that_is_damaged_is_a_store_error(damaged: Path, how: str, read: str) -> None:
    damage(damaged / "movies.lance" / "data", how)
    with pytest.raises(StoreError) as caught:
        READS[read](open_table(damaged, "movies"))
    assert "The table movies in" in caught.value.message
    assert "cannot be read" in caught.value.message
    assert caught.value.hint == "Train again: movierec train"


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("how", ["truncated", "gone"])
def test_a_manifest_that_is_damaged_is_a_store_error(damaged: Path, how: str) -> None:
    damage(damaged / "movies.lance" / "_versions", how)
    with pytest.raises(StoreError):
        open_table(damaged, "movies")


def test_vectors_that_lancedb_would_misread_are_refused() -> None:
    check_vector(np.zeros(3, dtype=np.float32), 3)
    for wrong in (np.zeros(2), np.zeros(4), np.zeros((1, 3)), np.zeros((3, 1))):
        with pytest.raises(ValueError, match="dimension 3"):
            check_vector(wrong.astype(np.float32), 3)
    for value in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match="NaN or infinity"):
            check_vector(np.array([0, value, 0], dtype=np.float32), 3)


def test_vectors_that_lancedb_would_misread_are_not_written() -> None:
    for value in (np.nan, np.inf):
        with pytest.raises(ValueError, match="NaN or infinity"):
            vector_column(np.array([[0, value]], dtype=np.float32))


# ---- the two ways in one process ----

READ = """
import sys
from pathlib import Path
from movierec_cli.store import native, table
from movierec_cli.store.public import PublicEngine
from movierec_cli.store.query import Query

def read():
    first, second = native.load_extension(), native.load_extension()
    assert first is second is not None
    assert table.open_table(Path(sys.argv[1]), "movies").count() == 300

def read_with_the_package():
    import lancedb
    assert lancedb.connect(sys.argv[1]).open_table("movies").count_rows() == 300
    [batch] = PublicEngine(Path(sys.argv[1]), "movies").batches(Query(["movie_id"], limit=1))
    assert batch.to_pylist() == [{"movie_id": 1}]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "order", ["read(); read_with_the_package(); read()", "read_with_the_package(); read()"]
)
def test_the_extension_and_the_package_go_together(folder: Path, order: str) -> None:
    run_python(READ + order, str(folder))


def test_reading_leaves_the_package_out(folder: Path) -> None:
    done = run_python(READ + "read(); print(sorted(sys.modules))", str(folder))
    loaded = done.stdout
    assert "'lancedb._lancedb'" in loaded
    assert "'lancedb'" not in loaded
    assert "'pandas'" not in loaded


# ---- many movies: an index ----


@pytest.fixture(scope="module")
def many() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Vectors of 5,000 movies around 40 centres, of very different lengths, and of 30 people."""
    rng = np.random.default_rng(2)
    centres = rng.normal(size=(40, DIMENSION))
    near = centres[rng.integers(40, size=5_000)] + 0.4 * rng.normal(size=(5_000, DIMENSION))
    movies = near * rng.lognormal(sigma=0.5, size=(5_000, 1))
    people = centres[rng.integers(40, size=30)] + 0.4 * rng.normal(size=(30, DIMENSION))
    return movies.astype(np.float32), people.astype(np.float32)


@pytest.fixture(scope="module")
def indexed(
    many: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    movies, people = many
    place = tmp_path_factory.mktemp("many")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "INDEX_FROM", 5_000)
        write_tables(
            place,
            pa.table(
                {
                    "movie_id": np.arange(5_000) + 7,
                    "search_text": [title(number) for number in range(5_000)],
                    "score_vector": vector_column(movies),
                    "similar_vector": vector_column(movies),
                    "other_vector": vector_column(movies),
                }
            ),
            [pa.table({"user_id": np.arange(30), "score_vector": vector_column(people)})],
            {"score_vector": "dot", "similar_vector": "l2"},
            {"score_vector": people},
        )
    return place


def test_an_index_is_built_from_a_number_of_movies_on(indexed: Path, folder: Path) -> None:
    assert set(read_indexes(indexed, "movies")) == {"score_vector", "similar_vector"}
    assert read_indexes(folder, "movies") == {}
    partitions = round(math.sqrt(5_000))
    assert all(8 <= index.probes <= partitions for index in read_indexes(indexed, "movies").values())


@pytest.mark.parametrize("way", ["native", "public"])
@pytest.mark.parametrize(("column", "metric"), [("score_vector", "dot"), ("similar_vector", "l2")])
def test_the_index_finds_what_comparing_with_all_finds(
    indexed: Path,
    many: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]],
    way: str,
    column: str,
    metric: Metric,
) -> None:
    movies, people = many
    table = OPENERS[way](indexed)
    found = 0
    for person in people:
        expected = distances(metric, movies, person)
        order = np.argsort(expected, kind="stable")[:10]
        query = Query(["movie_id"], None, 10, column, person, metric)
        exact = table.nearest(query, exact=True)
        assert [row["movie_id"] - 7 for row in exact] == order.tolist()
        quick = table.nearest(query, exact=False)
        assert [row["_distance"] for row in quick] == sorted(row["_distance"] for row in quick)
        for row in quick:
            assert row["_distance"] == pytest.approx(expected[row["movie_id"] - 7], abs=1e-3)
        found += len({row["movie_id"] - 7 for row in quick} & set(order.tolist()))
    assert found >= 0.99 * 10 * len(people)


def made(place: Path, movies: npt.NDArray[np.float32], people: npt.NDArray[np.float32]) -> Path:
    """Tables of vectors alone, with an index if one is good enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "INDEX_FROM", len(movies))
        write_tables(
            place,
            pa.table(
                {
                    "movie_id": np.arange(len(movies)) + 7,
                    "search_text": [title(number) for number in range(len(movies))],
                    "score_vector": vector_column(movies),
                }
            ),
            [pa.table({"user_id": np.arange(len(people)), "score_vector": vector_column(people)})],
            {"score_vector": "dot"},
            {"score_vector": people},
        )
    return place


def test_the_index_finds_the_best_where_some_movies_are_far_longer_than_people(
    many: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]], tmp_path: Path
) -> None:
    movies, people = many[0].copy(), np.divide(many[1], np.float32(1000))
    movies[:5] *= 20
    table = native_table(made(tmp_path, movies, people))
    assert table.has_index("score_vector", "dot")
    found = 0
    for person in people:
        order = np.argsort(distances("dot", movies, person), kind="stable")[:10]
        rows = table.nearest(Query(["movie_id"], None, 10, "score_vector", person, "dot"), exact=False)
        found += len({row["movie_id"] - 7 for row in rows} & set(order.tolist()))
    assert found >= 0.99 * 10 * len(people)


def test_an_index_that_misses_too_much_is_not_used(
    many: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    movies, people = many
    monkeypatch.setattr(writer, "RECALL", {10: 1.1})  # more than all there are
    table = native_table(made(tmp_path, movies, people))
    assert not table.has_index("score_vector", "dot")
    expected = np.argsort(distances("dot", movies, people[0]), kind="stable")[:10]
    rows = table.nearest(Query(["movie_id"], None, 10, "score_vector", people[0], "dot"), exact=False)
    assert [row["movie_id"] - 7 for row in rows] == expected.tolist()


def test_another_metric_or_column_than_the_indexed_is_searched_in_full(
    indexed: Path, many: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
) -> None:
    movies, people = many
    table = native_table(indexed)
    others: list[tuple[str, Metric]] = [("score_vector", "l2"), ("other_vector", "dot")]
    for column, metric in others:
        expected = np.argsort(distances(metric, movies, people[0]), kind="stable")[:10]
        rows = table.nearest(Query(["movie_id"], None, 10, column, people[0], metric), exact=False)
        assert [row["movie_id"] - 7 for row in rows] == expected.tolist()


def test_what_is_known_of_an_index_is_checked(indexed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(indexed, broken)
    for text in ("{", "[]", '{"score_vector": {"metric": "dot"}}', '{"score_vector": 3}'):
        (broken / "movies.indexes.json").write_text(text)
        with pytest.raises(StoreError, match=r"movies .* cannot be read"):
            open_table(broken, "movies")
