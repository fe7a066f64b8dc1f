"""Files that a user asked for: whole or not at all, and nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from movierec_cli.errors import MovieRecError, UsageError
from movierec_cli.system.files import check_target, whole_file
from tests.support import PROJECT


def test_the_file_appears_when_the_block_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("old")
    with whole_file(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
        assert draft.parent == tmp_path
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_appears_when_the_block_fails(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), whole_file(tmp_path / "answer.csv") as draft:
        draft.write_text("half")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_with_the_name(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    with pytest.raises(MovieRecError) as caught, whole_file(tmp_path / "answer.csv"):
        raise full
    assert caught.value.message == f"Cannot write {tmp_path / 'answer.csv'}: No space left on device."
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


HALF = """
import os, signal, sys
from pathlib import Path
from movierec_cli.system.files import whole_file

with whole_file(Path(sys.argv[1])) as draft:
    draft.write_text("half")
    if sys.argv[2] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    print("writing", flush=True)
    sys.stdin.readline()
    draft.write_text("other")
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is for POSIX")
def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "an[s]wer.csv"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", HALF, str(path), "die"], cwd=PROJECT, timeout=60)
    assert len(list(tmp_path.iterdir())) == 1  # the second has removed what the first left
    with whole_file(path) as draft:
        draft.write_text("new")
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_living_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    with subprocess.Popen(
        [sys.executable, "-c", HALF, str(path), "live"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "writing\n"
        with whole_file(path) as draft:
            draft.write_text("mine")
        assert path.read_text() == "mine"
        other.communicate("go on\n", timeout=60)
    assert other.returncode == 0
    assert path.read_text() == "other"
    assert list(tmp_path.iterdir()) == [path]


def test_a_target_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    assert check_target(str(tmp_path / "A.CSV"), (".csv", ".jsonl")) == tmp_path / "A.CSV"
    with pytest.raises(UsageError, match=r"'a\.txt': the name must end in \.csv or \.jsonl") as usage:
        check_target("a.txt", (".csv", ".jsonl"), "movierec export a.csv")
    assert usage.value.hint == "For example: movierec export a.csv"
    (tmp_path / "folder.csv").mkdir()
    for name in ("folder.csv", "missing/a.csv", f"{'x' * 300}.csv"):
        with pytest.raises(MovieRecError, match="Cannot write") as caught:
            check_target(tmp_path / name, (".csv", ".jsonl"))
        assert caught.value.hint
