"""A table of people that several have written: all of their rows in order, and nothing of who was lost."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from movierec_cli.home import Home
from movierec_cli.store.audit import verify
from movierec_cli.store.facts import write_facts
from movierec_cli.store.fragments import Fragments, commit, write_fragments
from movierec_cli.store.publishing import new_run, where_workers_write
from movierec_cli.store.runs import current_run
from movierec_cli.store.table import open_table
from movierec_cli.store.writer import vector_column, write_movies
from movierec_cli.system.files import FileFacts
from movierec_cli.system.storage import storage_at
from tests.support import run_facts

pytestmark = pytest.mark.usefixtures("between")
PEOPLE = 9


@pytest.fixture(params=["folder", "object store"])
def place(request: pytest.FixtureRequest, tmp_path: Path, home: Home) -> Home:
    """An empty home."""
    return home if request.param == "object store" else Home(tmp_path / "home")


def people(first: int, last: int) -> pa.Table:
    """Person k has rated the movies 0 to k - 1 with k, and has the vector (k, 1)."""
    known = range(first, last)
    vectors = np.array([(person, 1) for person in known], np.float32)
    return pa.table(
        {
            "user_id": pa.array(known, pa.int64()),
            "movie_ids": pa.array([[*range(person)] for person in known], pa.list_(pa.int64())),
            "ratings": pa.array([[float(person)] * person for person in known], pa.list_(pa.float32())),
            "score_vector": vector_column(vectors),
        }
    )


def test_what_workers_wrote_is_one_table_and_the_files_of_who_was_lost_are_gone(place: Home) -> None:
    movies = pa.table({"movie_id": [1], "search_text": ["a film"]})
    brought: dict[str, FileFacts] = {}
    with new_run(place, brought) as folder:
        where = where_workers_write(place, folder)
        write_fragments(iter([people(0, 5)]), where)
        written: list[Fragments] = [
            write_fragments(iter([people(0, 2), people(2, 5)]), where),
            write_fragments(iter([people(5, PEOPLE)]), where),
        ]
        brought |= commit(folder, where, written)
        write_movies(folder, movies, {}, {})
        write_facts(folder, run_facts(dataset={"people": PEOPLE, "movies": 1}))
    assert len(brought) == 2
    run = current_run(place)
    table = open_table(run.folder, "users")
    found = pa.Table.from_batches(table.batches(["user_id", "movie_ids", "ratings", "score_vector"]))
    assert found.to_pylist() == people(0, PEOPLE).to_pylist()
    files = storage_at(run.folder).files()
    assert {name for name in files if name.startswith("users.lance/data/")} == brought.keys()
    assert all(files[name] == facts.bytes for name, facts in brought.items())
    assert verify(place.root) == {run.run_id: []}
