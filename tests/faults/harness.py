"""One home, commands that are killed while they write to it, and what must be true after every kill."""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from movierec_cli.datasets.library import fetch, list_datasets, load_dataset
from movierec_cli.home import Home
from movierec_cli.profiles.profile import list_profiles, load_profile
from movierec_cli.questions.export import export
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.audit import verify
from movierec_cli.store.publishing import RUNS_KEPT
from movierec_cli.store.runs import current_run, run_ids
from tests.datasets.samples import zipped
from tests.support import PROJECT, Checkerboard, write_csv_layout

SHARES = {
    "fetch": 20,
    "train": 4,
    "train, writing": 24,
    "import": 14,
    "rate": 14,
    "export": 12,
    "runs --prune": 12,
}
"""Of a hundred kills. "train" computes for most of its time; "train, writing" leaves the arithmetic out."""

_PERSON = Checkerboard.user_id(0)


class Zygote:
    """See zygote.py."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._running = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote", str(log)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def start(
        self,
        *argvs: list[str],
        quick: bool = True,
        file_limit: int | None = None,
        plain_user: bool = False,
    ) -> list[int]:
        """Begin command lines at the same time (see zygote.Job); their process ids."""
        assert self._process.stdin
        if self._running:  # a test that failed before it asked for the end
            self.end()
        self._running = True
        job = {"argvs": argvs, "quick": quick, "file_limit": file_limit, "plain_user": plain_user}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return [int(number) for number in self._line().split()]

    def end(self) -> list[int]:
        """Wait for the end of all: the exit codes, or minus the signals that ended them."""
        self._running = False
        return [os.waitstatus_to_exitcode(int(status)) for status in self._line().split()]

    def said(self, number: int = 0) -> str:
        """What the first (or another) of the command lines has written."""
        return self.log.with_suffix(f".{number}").read_text(errors="replace")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@dataclass(frozen=True)
class Command:
    """A command to be killed. watched: folders that it changes when it begins to write."""

    argv: Callable[[int], list[str]]
    watched: tuple[Path, ...]
    quick: bool = True


@dataclass
class Tally:
    """What happened to one command's rounds."""

    kills: int = 0
    while_writing: int = 0
    finished_before: int = 0
    changed: int = 0
    """Kills after which the new state was there already."""


@dataclass
class State:
    """What the home says, read the way a user would."""

    run_id: str
    answer: list[tuple[int, float]]
    stars: dict[str, float | None]
    exported: bytes
    runs: list[str]


@dataclass
class Harness:
    """Rounds of kill and check in one folder."""

    folder: Path
    zygote: Zygote
    random: random.Random
    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in SHARES})
    _durations: dict[str, float] = field(default_factory=dict)
    _largest: int = 0

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "home")
        self.out = self.folder / "out"
        self.out.mkdir(parents=True)
        source = write_csv_layout(Checkerboard.dataset(), self.folder / "source" / "board")
        archive = self.folder / "source" / "board.zip"
        archive.write_bytes(zipped({path.name: path.read_bytes() for path in source.iterdir()}))
        fetch(source=source, name="board", home=self.home.root)
        self.ratings = load_dataset("board", home=self.home.root).ratings
        sheets = []
        for number in (0, 1):
            sheet = self.folder / "source" / f"mine-{number}.csv"
            rows = [f"Film {n},{1950 + n},{1 + (n + number) % 5}" for n in range(20)]
            sheet.write_text("\n".join(["title,year,rating", *rows]) + "\n")
            sheets.append(sheet)
        self.at_home = at_home = ["--home", str(self.home.root)]
        sources = (source, archive)
        self.commands = {
            "fetch": Command(
                lambda n: ["fetch", "--from", str(sources[n % 2]), "--name", "board", "--force", *at_home],
                (self.home.datasets, self.home.downloads),
            ),
            "train": Command(
                lambda n: ["train", "-d", "board", "-e", "2", "--dim", "4", "--seed", str(n), *at_home],
                (self.home.runs,),
                quick=False,
            ),
            "train, writing": Command(
                lambda n: ["train", "-d", "board", "--seed", str(n % 97), *at_home], (self.home.runs,)
            ),
            "import": Command(
                lambda n: ["import", str(sheets[n % 2]), "--overwrite", "--scale", "5", *at_home],
                (self.home.profiles,),
            ),
            "rate": Command(
                lambda n: ["rate", f"Film {n % 25}", str(1 + n % 9 / 2), *at_home], (self.home.profiles,)
            ),
            "export": Command(
                lambda n: ["export", str(self.out / f"all.{('csv', 'jsonl')[n % 2]}"), *at_home], (self.out,)
            ),
            "runs --prune": Command(
                lambda _: ["runs", "--prune", "--keep", "1", *at_home], (self.home.runs,)
            ),
        }
        run_size = 0
        for name in ("train", *self.commands):  # the first of them, because all others need a model
            self.finish(name, 0)
            run_size = max(run_size, *(_bytes_in(self.home.runs / run_id) for run_id in run_ids(self.home)))
        # The newest runs, the one in use, one not yet pruned, one half built, and a dataset's second copy.
        self._largest = self._size() + (RUNS_KEPT + 3) * run_size + _bytes_in(self.home.datasets)

    def rounds(self, number: int, say: Callable[[str], None] = lambda _line: None) -> None:
        """Kill `number` times in all, in the proportions of SHARES and in random order."""
        order = [name for name, share in SHARES.items() for _ in range(round(number * share / 100))]
        self.random.shuffle(order)
        for done, name in enumerate(order, 1):
            n = 0
            while not self.kill(name, self.random.randrange(1_000)):
                n += 1
                assert n < 50, f"{name} always ends before it is killed"
            if done % 50 == 0:
                say(f"{done} of {len(order)} kills")
        for name in self.commands:
            for n in (0, 1):
                self.finish(name, n)
        assert self.strays() == []

    def kill(self, name: str, n: int) -> bool:
        """Start a command, kill it, check everything; now and then let it run through afterwards.

        False where it had ended before it could be killed.
        """
        command, tally = self.commands[name], self.tallies[name]
        self.prepare(name)
        before = self.state()
        marks = self.marks(command)
        [process_id] = self.zygote.start(command.argv(n), quick=command.quick)
        early = self.random.random() < 0.1
        if early:  # before anything is written, perhaps
            time.sleep(self.random.uniform(0, self._durations[name]))
        else:
            self.wait_for_change(command, marks, process_id)
            time.sleep(self.random.uniform(0, self._durations[name]))
        with suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGKILL)
        [code] = self.zygote.end()
        if code != -signal.SIGKILL:
            assert code == 0, self.zygote.said()
            tally.finished_before += 1
            self.check(name, n, before, finished=True)
            return False
        tally.kills += 1
        tally.while_writing += not early
        tally.changed += self.check(name, n, before)
        if self.random.random() < 0.4:
            self.finish(name, n)
            if name == "export":
                self.finish(name, n + 1)  # each removes what killed writers of its own file have left
            assert self.strays(name) == [], name
        return True

    def finish(self, name: str, n: int) -> None:
        """Run a command to its end, and remember how long it wrote."""
        command = self.commands[name]
        for folder in command.watched:
            folder.mkdir(parents=True, exist_ok=True)
        self.prepare(name)
        marks = self.marks(command)
        [process_id] = self.zygote.start(command.argv(n), quick=command.quick)
        self.wait_for_change(command, marks, process_id)
        began = time.perf_counter()
        assert self.zygote.end() == [0], self.zygote.said()
        took = time.perf_counter() - began
        self._durations[name] = min(took, self._durations.get(name, took))

    def check(self, name: str, n: int, before: State, *, finished: bool = False) -> bool:
        """Assert that nothing is lost, mixed or half; whether the command's change is there."""
        after = self.state()
        faults = {run_id: found for run_id, found in verify(self.home.root).items() if found}
        assert faults == {}, faults
        assert list_profiles(self.home) == ["me"]
        here = [listed.name for listed in list_datasets(self.home.root) if listed.fetched]
        assert here == ["board"]
        if name == "fetch":
            assert load_dataset("board", home=self.home.root).ratings.equals(self.ratings)
        assert self._size() <= self._largest, f"{name}: the disk has grown to {self._size():,} bytes"
        if name.startswith("train"):
            assert after.run_id == before.run_id or after.run_id not in before.runs
            assert len(after.runs) <= RUNS_KEPT + 2
        else:
            assert after.run_id == before.run_id
        if after.run_id == before.run_id:
            assert after.answer == before.answer
        if name == "runs --prune":
            assert set(after.runs) <= set(before.runs)
            assert after.runs[-1] == before.runs[-1]
        else:
            assert set(before.runs) - set(after.runs) <= set(before.runs[:-1])
        new_stars = before.stars | self._given(name, n)
        assert after.stars in (before.stars, new_stars)
        assert after.exported == before.exported or (name == "export" and after.exported == self._export(n))
        changed = (
            after.run_id != before.run_id,
            after.stars != before.stars,
            after.exported != before.exported,
            name == "runs --prune" and after.runs != before.runs,
        )
        if finished:
            assert not name.startswith("train") or changed[0]
            assert after.stars == new_stars
        return any(changed)

    def state(self) -> State:
        """Ask for recommendations, and read the rest. Raises what a user would be shown."""
        recommender = Recommender.open(self.home.root)
        facts = recommender.run.facts
        hits = recommender.recommend(_PERSON, top=5)
        assert hits[0].movie.movie_id == Checkerboard.withheld(0) or facts.training.epochs <= 2
        if facts.model.kind == "quick":  # a factor of each table
            factor = 1.0 + facts.training.seed
            assert {hit.score for hit in hits} == {factor * factor}
        profile = load_profile(self.home, "me")
        exported = [path for path in sorted(self.out.iterdir()) if not path.name.startswith(".")]
        return State(
            recommender.run.run_id,
            [(hit.movie.movie_id, hit.score) for hit in hits],
            {own.title: own.stars for own in profile.ratings},
            b"".join(path.read_bytes() for path in exported),
            run_ids(self.home),
        )

    def strays(self, name: str | None = None) -> list[str]:
        """What killed commands have left: in the folders of one command, or everywhere."""
        folders = self.commands[name].watched if name else (self.home.root, self.out)
        return [
            str(path)
            for folder in folders
            for path in folder.rglob("*")
            if (path.name.startswith(".") or path.suffix in {".part", ".new"}) and not path.match("*.lock")
        ]

    def prepare(self, name: str) -> None:
        """Something for the command to do."""
        if name == "runs --prune":
            current = current_run(self.home).folder
            while len(run_ids(self.home)) < RUNS_KEPT - 1:
                copy = self.home.runs / f"1{self.random.randrange(10**7):07d}-000000-0000"
                shutil.copytree(current, copy)
        if name == "export":
            export(self.out / ".expected.csv", home=self.home.root)
            export(self.out / ".expected.jsonl", home=self.home.root)
            for path in list(self.out.glob(".expected.*")):
                path.replace(self.folder / path.name[1:])

    def _export(self, n: int) -> bytes:
        """All that is in the folder when the n-th export has been done: one file new, the other old."""
        new = ("csv", "jsonl")[n % 2]
        content = b""
        for suffix in ("csv", "jsonl"):
            path = self.out / f"all.{suffix}"
            if suffix == new:
                content += (self.folder / f"expected.{suffix}").read_bytes()
            elif path.exists():
                content += path.read_bytes()
        return content

    def _given(self, name: str, n: int) -> dict[str, float | None]:
        if name == "rate":
            return {f"Film {n % 25}": 1 + n % 9 / 2}
        if name == "import":
            return {f"Film {film}": 1.0 + (film + n % 2) % 5 for film in range(20)}
        return {}

    def wait_for_change(self, command: Command, marks: list[int], process_id: int) -> None:
        """Return when the command begins to write, or has ended."""
        for looks in itertools.count():
            if self.marks(command) != marks or (looks % 50 == 0 and not _runs(process_id)):
                return
            time.sleep(0.0003)  # leave the processor to the command

    def marks(self, command: Command) -> list[int]:
        """What differs as soon as the command has written something."""
        return [folder.stat().st_mtime_ns for folder in command.watched]

    def _size(self) -> int:
        return _bytes_in(self.home.root) + _bytes_in(self.out)


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _runs(process_id: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def table(tallies: dict[str, Tally]) -> str:
    """The tallies as a Markdown table."""
    lines = [
        "| command | kills | while it wrote | its change was there | had ended before |",
        "| --- | --- | --- | --- | --- |",
    ]
    total: Counter[str] = Counter()
    for name, tally in tallies.items():
        row: dict[str, Any] = {
            "kills": tally.kills,
            "writing": tally.while_writing,
            "changed": tally.changed,
            "finished": tally.finished_before,
        }
        total.update(row)
        lines.append(f"| `{name}` | " + " | ".join(f"{value:,}" for value in row.values()) + " |")
    lines.append("| all | " + " | ".join(f"{value:,}" for value in total.values()) + " |")
    return "\n".join(lines)
