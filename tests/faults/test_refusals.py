"""A full disk, folders that cannot be written, and Ctrl-C: a sentence, and everything as it was."""

import mmap
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.harness import Harness, State, Zygote

DONE = ("Ask it:", "is in use now", "Wrote", "been written", "is here")
WRITERS = ("fetch", "train, writing", "import", "rate", "export")


def flat(text: str) -> str:
    return " ".join(text.split())


def is_refused(harness: Harness, name: str, before: State, code: int, message: str) -> bool:
    """Whether a command that has ended could not write; then it says so, and all is as it was."""
    said = flat(harness.zygote.said())
    harness.check(name, 1, before, finished=code == 0)
    if code == 0:
        return False
    assert code == 1, said
    assert message in said
    assert "Traceback" not in said
    assert harness.state() == before
    assert harness.strays(name) == []
    return True


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk(harness: Harness, name: str) -> None:
    """No file can grow beyond a limit: the limits end the writing at different places."""
    before = harness.state()
    refused = 0
    for limit in (0, 300, 3_000, 9_000):
        harness.zygote.start(harness.commands[name].argv(1), file_limit=limit)
        [code] = harness.zygote.end()
        if not is_refused(harness, name, before, code, "File too large"):  # what it writes is no larger
            break
        refused += 1
    assert refused >= 2
    harness.finish(name, 1)


@pytest.fixture(scope="module")
def small_disk(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """A home on a file system of 16 MB in memory."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "movierec-test", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a file system")
    yield Harness(folder / "work", zygote, random.Random(4))
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_system_without_room(small_disk: Harness, name: str) -> None:
    """However little is left: nothing, or some pages, with which the writing begins."""
    filler = small_disk.folder.parent / "filler"
    small_disk.prepare(name)
    before = small_disk.state()
    refused = 0
    for room in (0, 1, 3, 8, 20):
        free = os.statvfs(filler.parent).f_bavail * os.statvfs(filler.parent).f_frsize
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free - room * mmap.PAGESIZE)
        small_disk.zygote.start(small_disk.commands[name].argv(1))
        [code] = small_disk.zygote.end()
        filler.unlink()
        if not is_refused(small_disk, name, before, code, "No space left on device"):
            break
        refused += 1
    assert refused >= 1
    small_disk.finish(name, 1)


@pytest.mark.parametrize("name", WRITERS)
def test_folders_that_cannot_be_written(harness: Harness, name: str) -> None:
    folders = [path for path in (harness.home.root, *harness.home.root.rglob("*")) if path.is_dir()]
    folders.append(harness.out)
    files = [path for path in (*harness.home.root.rglob("*"), *harness.out.iterdir()) if path.is_file()]
    modes = {path: path.stat().st_mode for path in (*folders, *files)}
    before = harness.state()
    try:
        for path in files:
            path.chmod(0o444)
        for path in folders:
            path.chmod(0o555)
        harness.zygote.start(harness.commands[name].argv(1), plain_user=True)
        [code] = harness.zygote.end()
        said = flat(harness.zygote.said())
        assert code == 1, said
        assert "ermission denied" in said
        assert "Traceback" not in said, said
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    assert harness.state() == before


@pytest.mark.parametrize(
    ("name", "comfort"),
    [
        ("train", "The model in use stays as it was."),
        ("train, writing", "The model in use stays as it was."),
        ("export", "Nothing was written."),
        ("fetch", "The same command goes on from where it was."),
    ],
)
def test_ctrl_c(harness: Harness, name: str, comfort: str) -> None:
    """When it begins to write, and at other moments, the last among them: what it says is what is there."""
    command = harness.commands[name]
    before = harness.state()
    stopped = 0
    for delay in (None, 0.05, 0.1, 0.2, 0.3):
        marks = harness.marks(command)
        [process_id] = harness.zygote.start(command.argv(1), quick=command.quick)
        if delay is None:
            harness.wait_for_change(command, marks, process_id)
        else:
            time.sleep(delay)
        with suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGINT)
        [code] = harness.zygote.end()
        said = flat(harness.zygote.said())
        done = any(words in said for words in DONE)
        after = harness.state()
        assert code == 130 or (code == 0 and done), said
        assert "Traceback" not in said, said
        assert after == before or done, said
        assert harness.strays(name) == []
        if f"Stopped. {comfort}" in said:  # not where it had only begun
            assert after == before, said
            stopped += 1
        before = after
    assert stopped


def test_the_limits_do_bind(harness: Harness, tmp_path: Path) -> None:
    """The two worlds above are what they say, for root too."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    argv = ["export", str(locked / "all.csv"), "--home", str(harness.home.root)]
    harness.zygote.start(argv, plain_user=True)
    assert harness.zygote.end() == [1]
    harness.zygote.start(["export", str(tmp_path / "all.csv"), *argv[2:]], file_limit=0)
    assert harness.zygote.end() == [1]
    harness.zygote.start(["export", str(tmp_path / "all.csv"), *argv[2:]])
    assert harness.zygote.end() == [0]
