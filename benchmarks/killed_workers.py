"""Two workers train, and one of them is killed: whether what comes out is right.

    python benchmarks/killed_workers.py HOME DATASET [--rounds 10] [--epochs 4] [--seed 0]

HOME has DATASET fetched. After a first training that nobody disturbs, a worker is killed in each round, at a
moment drawn at random from the time in which the fastest training so far had its workers at work, but for its
last tenth: this one may be done by then. `--epochs 0` is the computed model. A round is right where its
validation NDCG is that of the first one within 0.5 %, and 99 % of the people have the same ten movies in the
same order. It prints Markdown, and ends with exit code 1 where a round was not right.
"""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from children import run
from described import parser_of

from movierec_cli.overview import info

_AT_WORK = re.compile(r"ray::[a-z_]")
"""How Ray calls the process of a worker, by the function; idle ones, and Ray's own, have capitals."""
_PATIENCE = 300.0
"""Seconds after which a training hangs."""


@dataclass(slots=True)
class Training:
    """How one went. seconds: of the whole process. began, ended: when workers were first and last at work."""

    seconds: float = 0.0
    began: float = 0.0
    ended: float = 0.0
    killed: float | None = None
    """When one of them was, in seconds after `began`."""


def train(home: Path, dataset: str, epochs: int, kill_after: float | None = None) -> Training:
    """Run `movierec train` and kill one of its workers so many seconds after they have begun."""
    line = [sys.executable, "-m", "movierec_cli", "train", dataset, "--home", str(home), "--seed", "0"]
    line += ["--epochs", str(epochs), "--cluster", "local", "--workers", "2"]
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        training = Training()
        while process.poll() is None and (now := time.perf_counter() - started) < _PATIENCE:
            if workers := _at_work(process.pid):
                training.began, training.ended = training.began or now, now
                passed = now - training.began
                if kill_after is not None and training.killed is None and passed >= kill_after:
                    os.kill(random.choice(workers), signal.SIGKILL)
                    training.killed = passed
            time.sleep(0.05)
        process.kill()
        training.seconds = time.perf_counter() - started
        if process.wait():
            said.seek(0)
            raise RuntimeError(said.read().decode(errors="replace")[-2000:])
    return training


def _at_work(ancestor: int) -> list[int]:
    """The workers below a process that do something at this moment."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    parents = {int(process): int(parent) for process, parent, *_ in rows}
    found = [int(process) for process, _, *title in rows if title and _AT_WORK.match(title[0])]
    return [process for process in found if ancestor in (parents[process], parents.get(parents[process]))]


def result(home: Path) -> tuple[float, dict[str, list[str]]]:
    """The validation NDCG of the run in use, and everybody's ten movies."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "lists.csv")
        run([sys.executable, "-m", "movierec_cli", "export", str(file), "--home", str(home)])
        lists: dict[str, list[str]] = {}
        for line in file.read_text("utf-8").splitlines()[1:]:
            user_id, _, movie_id, *_ = line.split(",")
            lists.setdefault(user_id, []).append(movie_id)
    used = info(home).run
    assert used
    return used.facts.training.validation.ndcg, lists


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("dataset")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    asked = parser.parse_args()
    random.seed(asked.seed)
    first = train(asked.home, asked.dataset, asked.epochs)
    ndcg, lists = result(asked.home)
    print("| round | killed after s | of s | whole s | NDCG | same lists | right |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(f"| 0 | | {first.ended - first.began:.1f} | {first.seconds:.1f} | {ndcg:.4f} | | |", flush=True)
    wrong, at_work = 0, first.ended - first.began
    for number in range(1, asked.rounds + 1):
        moment = random.uniform(0, 0.9 * at_work)
        training = train(asked.home, asked.dataset, asked.epochs, moment)
        at_work = min(at_work, training.ended - training.began)
        found, others = result(asked.home)
        same = sum(lists[person] == others.get(person) for person in lists) / len(lists)
        right = abs(found / ndcg - 1) <= 0.005 and same >= 0.99
        wrong += not right
        print(
            f"| {number} | {'' if training.killed is None else f'{training.killed:.1f}'} "
            f"| {training.ended - training.began:.1f} | {training.seconds:.1f} "
            f"| {found:.4f} | {100 * same:.1f} % | {'yes' if right else 'no'} |",
            flush=True,
        )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
