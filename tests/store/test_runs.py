"""Runs and the pointer to the one in use, whatever interrupts their writing."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from movierec_cli import overview
from movierec_cli.errors import NotFoundError, StoreError
from movierec_cli.home import Home
from movierec_cli.store.facts import write_facts
from movierec_cli.store.publishing import RUNS_KEPT, new_run, prune, use_run
from movierec_cli.store.query import Query
from movierec_cli.store.runs import current_run
from movierec_cli.store.table import open_table
from movierec_cli.system import storage
from movierec_cli.system.files import sync
from movierec_cli.system.locks import Hold, hold
from tests.support import PROJECT, run_facts, write_tables


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def build(home: Home, marker: str) -> str:
    """A run whose facts and two files all say `marker`; returns its run_id."""
    with new_run(home) as folder:
        (folder / "movies.lance").mkdir()
        (folder / "movies.lance" / "data").write_text(marker)
        (folder / "users").write_text(marker)
        write_facts(folder, run_facts(marker))
    return folder.name


def readable(home: Home) -> list[str]:
    """The run_ids of those that can be used, oldest first."""
    return [run.run_id for run in overview.runs(home) if run.problem is None]


def entries(home: Home) -> list[str]:
    return sorted(entry.name for entry in home.runs.iterdir() if entry.name != ".lock")


def test_a_finished_run_is_the_one_in_use(home: Home) -> None:
    first = build(home, "one")
    assert current_run(home).facts == run_facts("one")
    assert home.current.read_text() == f"{first}\n"
    second = build(home, "two")
    run = current_run(home)
    assert (run.run_id, run.facts.created) == (second, "two")
    assert (run.folder / "movies.lance" / "data").read_text() == "two"
    assert entries(home) == sorted([first, second])
    assert sorted(entry.name for entry in home.root.iterdir()) == ["CURRENT", "runs"]


def test_until_the_block_ends_the_old_run_is_in_use(home: Home) -> None:
    first = build(home, "one")
    with new_run(home) as folder:
        write_facts(folder, run_facts("two"))
        assert current_run(home).run_id == first
        assert readable(home) == [first]
    assert current_run(home).facts.created == "two"


@pytest.mark.parametrize("error", [RuntimeError("disk full"), KeyboardInterrupt(), SystemExit(1)])
def test_an_exception_leaves_the_old_run_and_nothing_else(home: Home, error: BaseException) -> None:
    first = build(home, "one")
    with pytest.raises(type(error)), new_run(home) as folder:
        write_facts(folder, run_facts("two"))
        raise error
    assert current_run(home).run_id == first
    assert entries(home) == [first]
    assert sorted(entry.name for entry in home.root.iterdir()) == ["CURRENT", "runs"]


def test_an_interrupt_leaves_nothing_where_threads_still_write(home: Home) -> None:
    """As LanceDB's do: each file that they have begun is finished, in a folder made anew where it is gone."""
    first = build(home, "one")
    stop = time.monotonic() + 0.15

    def go_on(folder: Path) -> None:
        number = 0
        while time.monotonic() < stop:
            number += 1
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{number}.lance").write_text("late")

    with pytest.raises(KeyboardInterrupt), new_run(home) as folder:
        thread = threading.Thread(target=go_on, args=(folder / "movies.lance",))
        thread.start()
        raise KeyboardInterrupt
    thread.join()
    assert time.monotonic() > stop
    assert entries(home) == [first]


@pytest.mark.usefixtures("listening")
def test_ctrl_c_while_the_new_run_takes_its_place_comes_too_late(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(RUNS_KEPT):
        build(home, str(number))
    pressed: list[Path] = []

    def press(path: Path) -> None:
        sync(path)
        if path == home.runs:  # renamed, and not yet pointed to
            pressed.append(path)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(storage, "sync", press)
    before = signal.getsignal(signal.SIGINT)
    last = build(home, "last")
    assert pressed == [home.runs]
    assert current_run(home).run_id == last
    assert len(entries(home)) == RUNS_KEPT
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.usefixtures("listening")
def test_ctrl_c_while_runs_are_removed_waits_until_they_are(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        build(home, str(number))

    def press(path: Path, *, shared: bool = False) -> Hold | None:
        if not shared:
            os.kill(os.getpid(), signal.SIGINT)
        return hold(path, shared=shared)

    monkeypatch.setattr(storage, "hold", press)
    with pytest.raises(KeyboardInterrupt):
        prune(home, 1)
    assert entries(home) == [current_run(home).run_id]


@pytest.mark.skipif(os.name == "nt", reason="an open file keeps itself there")
def test_a_run_that_somebody_asks_stays_while_newer_ones_come(home: Home) -> None:
    asked = build(home, "asked")
    held = current_run(home)
    newer = [build(home, str(number)) for number in range(RUNS_KEPT + 2)]
    assert entries(home) == sorted([asked, *newer[-RUNS_KEPT:]])
    assert (held.folder / "users").read_text() == "asked"
    assert prune(home, RUNS_KEPT).being_read == [asked]
    del held
    assert prune(home, RUNS_KEPT).removed == [asked]
    assert entries(home) == newer[-RUNS_KEPT:]


def test_an_exception_in_the_first_run_leaves_none(home: Home) -> None:
    with pytest.raises(RuntimeError), new_run(home):
        raise RuntimeError
    assert entries(home) == []
    with pytest.raises(NotFoundError):
        current_run(home)


def test_use_run_goes_back(home: Home) -> None:
    first, second = build(home, "one"), build(home, "two")
    use_run(home, first)
    assert current_run(home).facts.created == "one"
    use_run(home, second)
    assert current_run(home).facts.created == "two"


def test_the_newest_runs_are_kept(home: Home) -> None:
    built = [build(home, f"run {number}") for number in range(RUNS_KEPT + 3)]
    assert readable(home) == built[-RUNS_KEPT:]
    assert entries(home) == built[-RUNS_KEPT:]


def test_the_run_in_use_is_kept_even_if_it_seems_the_oldest(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock was set back between two trainings."""
    for number in range(RUNS_KEPT):
        build(home, f"run {number}")
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.25)
    early = build(home, "early")
    monkeypatch.setattr(time, "time", clock)
    assert readable(home)[0] == early
    assert current_run(home).facts.created == "early"


def test_size_is_that_of_all_files(home: Home) -> None:
    build(home, "12345")
    run = current_run(home)
    assert run.size == 5 + 5 + sum(len((run.folder / name).read_bytes()) for name in ("run.json", "MANIFEST"))


def test_facts_hold_no_nan(home: Home) -> None:
    facts = run_facts()
    training = replace(facts.training, seconds=float("nan"))
    with pytest.raises(ValueError), new_run(home) as folder:
        write_facts(folder, replace(facts, training=training))
    assert entries(home) == []


# ---- damage ----


@pytest.mark.parametrize(
    ("fetched", "hint"),
    [
        (False, "Get the data and train: movierec fetch && movierec train"),
        (True, "Train one: movierec train"),
    ],
)
def test_without_a_run_the_hint_is_the_first_step_missing(home: Home, fetched: bool, hint: str) -> None:
    if fetched:
        (home.datasets / "ml-100k").mkdir(parents=True)
    with pytest.raises(NotFoundError) as caught:
        current_run(home)
    assert caught.value.hint == hint
    assert str(home.root) in caught.value.message


def test_a_home_that_is_a_file_has_no_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotFoundError):
        current_run(Home(tmp_path / "file"))


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"..", b".", b"../runs", b"a/b", b"/etc", b"gone", b"\xff\xfe\x00", b"nul\x00"]
)
def test_an_odd_pointer_is_a_store_error(home: Home, content: bytes) -> None:
    build(home, "one")
    home.current.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        current_run(home)
    assert "movierec train" in str(caught.value.hint)
    build(home, "two")  # as the hint says
    assert current_run(home).facts.created == "two"


def test_a_pointer_that_is_a_folder_is_a_store_error(home: Home) -> None:
    home.current.mkdir(parents=True)
    with pytest.raises(StoreError) as caught:
        current_run(home)
    assert "movierec train" in str(caught.value.hint)


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'{"format_version": 1',
        b"{}",
        b"\xff",
        b'{"format_version": 99}',
    ],
)
def test_damaged_facts_are_a_store_error(home: Home, content: bytes | None) -> None:
    kept = build(home, "one")
    run_id = build(home, "two")
    facts = home.runs / run_id / "run.json"
    facts.unlink()
    if content is not None:
        facts.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        current_run(home)
    assert run_id in caught.value.message
    assert "movierec train" in str(caught.value.hint)
    assert readable(home) == [kept]


def test_other_files_among_the_runs_are_no_runs(home: Home) -> None:
    run_id = build(home, "one")
    (home.runs / "notes.txt").write_text("mine")
    (home.runs / ".hidden").mkdir()
    assert readable(home) == [run_id]


# ---- other processes ----

BUILDER = """
import sys
from movierec_cli.home import Home
from movierec_cli.system.files import sync
from movierec_cli.store.facts import write_facts
from movierec_cli.store.publishing import new_run
from tests.support import run_facts

with new_run(Home.resolve(sys.argv[1])) as folder:
    (folder / "users").write_text("slow")
    write_facts(folder, run_facts("slow"))
    print(folder, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def python(code: str, home: Home) -> Iterator["subprocess.Popen[str]"]:
    """A process that has printed its first line is at the place that matters; killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home.root)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    line = process.stdout.readline().strip()
    assert line, "the process ended before it said anything"
    return line


def test_a_run_that_another_process_is_building_is_left_alone(home: Home) -> None:
    build(home, "one")
    with python(BUILDER, home) as other:
        folder = Path(first_line(other))
        build(home, "two")
        assert (folder / "users").read_text() == "slow"
        assert current_run(home).facts.created == "two"
        other.communicate("go on\n", timeout=60)
        assert other.returncode == 0
    assert current_run(home).facts.created == "slow"
    assert len(readable(home)) == 3
    assert entries(home) == readable(home)


@pytest.mark.slow
def test_what_a_killed_process_left_is_cleared_by_the_next_run(home: Home) -> None:
    first = build(home, "one")
    with python(BUILDER, home) as other:
        folder = Path(first_line(other))
        other.send_signal(signal.SIGKILL)
        other.wait(timeout=60)
    assert folder.exists()  # nobody was left to clear it
    assert current_run(home).run_id == first
    (home.runs / ".removing-something" / "inside").mkdir(parents=True)
    second = build(home, "two")
    assert entries(home) == sorted([first, second])


ENDLESS = """
import itertools, sys
from movierec_cli.home import Home
from movierec_cli.system.files import sync
from movierec_cli.store.facts import write_facts
from movierec_cli.store.publishing import new_run
from tests.support import run_facts

for number in itertools.count():
    with new_run(Home.resolve(sys.argv[1])) as folder:
        (folder / "movies.lance").mkdir()
        (folder / "movies.lance" / "data").write_text(f"{number}")
        (folder / "users").write_text(f"{number}")
        write_facts(folder, run_facts(f"{number}"))
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is for POSIX")
def test_killed_at_any_moment_the_run_in_use_is_whole(home: Home) -> None:
    for tenths in (0, 0.3, 0.7, 1.1, 1.9):
        with python(ENDLESS, home) as other:
            first_line(other)
            time.sleep(tenths / 10)
            other.send_signal(signal.SIGKILL)
            other.wait(timeout=60)
        run = current_run(home)
        marker = run.facts.created
        assert (run.folder / "movies.lance" / "data").read_text() == marker
        assert (run.folder / "users").read_text() == marker
        build(home, "after")
        assert current_run(home).facts.created == "after"
        assert entries(home) == readable(home)
        assert sorted(entry.name for entry in home.root.iterdir()) == ["CURRENT", "runs"]


REPLACER = """
import sys
import numpy as np
import pyarrow as pa
from movierec_cli.home import Home
from movierec_cli.system.files import sync
from movierec_cli.store.publishing import new_run
from movierec_cli.store.writer import vector_column, write_movies, write_users

with new_run(Home.resolve(sys.argv[1])) as folder:
    vectors = vector_column(np.ones((3, 2), dtype=np.float32))
    table = pa.table({"user_id": [1, 2, 3], "search_text": ["new"] * 3, "score_vector": vectors})
    write_movies(folder, table, {}, {})
    write_users(folder, iter([table]))
    print(folder, flush=True)
    sys.stdin.readline()
"""


@pytest.mark.slow
def test_killed_with_both_tables_written_readers_keep_the_old_ones(home: Home) -> None:
    import numpy as np
    import pyarrow as pa

    from movierec_cli.store.writer import vector_column

    with new_run(home) as folder:
        vectors = vector_column(np.eye(2, dtype=np.float32))
        table = pa.table({"user_id": [1, 2], "search_text": ["old", "old"], "score_vector": vectors})
        write_tables(folder, table, [table], {})
        write_facts(folder, run_facts("old"))
    reader = open_table(current_run(home).folder, "users")
    assert reader.count() == 2
    with python(REPLACER, home) as other:
        first_line(other)
        other.send_signal(signal.SIGKILL)
        other.wait(timeout=60)
    for table_reader in (reader, open_table(current_run(home).folder, "users")):
        assert [row["search_text"] for row in table_reader.rows(["search_text"])] == ["old", "old"]
        vector = np.array([0, 1], dtype=np.float32)
        nearest = table_reader.nearest(Query(["user_id"], None, 1, "score_vector", vector))
        assert nearest[0]["user_id"] == 2
