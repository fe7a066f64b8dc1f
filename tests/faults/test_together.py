"""Many at once: readers while runs are swapped, two trainings, several ratings."""

import json
import subprocess
import sys

from movierec_cli.profiles.profile import load_profile
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.publishing import RUNS_KEPT
from movierec_cli.store.runs import current_run, run_ids
from tests.faults.harness import Harness
from tests.support import PROJECT

READER = """
import json, sys
from pathlib import Path
from movierec_cli.questions.recommender import Recommender

home, stop = sys.argv[1:]
answers, runs, mixed = 0, set(), 0
print("asking", flush=True)
while not Path(stop).exists():
    recommender = Recommender.open(home)
    hits = recommender.recommend(3, top=5)
    factor = 1.0 + recommender.run.facts.training.seed  # is in both tables, see zygote.quick_fit
    mixed += {hit.score for hit in hits} != {factor * factor} or len(hits) != 5
    runs.add(recommender.run.run_id)
    answers += 1
print(json.dumps([answers, sorted(runs), mixed]))
"""


def test_ten_readers_while_three_trainings_finish(harness: Harness) -> None:
    harness.finish("train, writing", 1)
    stop = harness.folder / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(harness.home.root), str(stop)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(10)
    ]
    for reader in readers:
        assert reader.stdout
        assert reader.stdout.readline() == "asking\n"
    used = [current_run(harness.home).run_id]
    for seed in (2, 3, 4):
        harness.zygote.start(harness.commands["train, writing"].argv(seed))
        assert harness.zygote.end() == [0], harness.zygote.said()
        used.append(current_run(harness.home).run_id)
    stop.touch()
    seen = set()
    for reader in readers:
        out, err = reader.communicate(timeout=120)
        assert reader.returncode == 0, err
        answers, runs, mixed = json.loads(out)
        assert answers > 0
        assert mixed == 0
        seen.update(runs)
    assert seen <= set(used)
    assert len(seen) >= 2  # they did see a swap


def test_an_answer_begun_before_six_trainings_is_still_there_after_them(harness: Harness) -> None:
    harness.finish("train, writing", 7)
    recommender = Recommender.open(harness.home.root)
    asked = recommender.run.run_id
    for seed in range(RUNS_KEPT + 1):
        harness.finish("train, writing", seed)
    assert {hit.score for hit in recommender.recommend(3, top=5)} == {64.0}  # (1 + 7) squared
    assert run_ids(harness.home)[0] == asked
    del recommender
    harness.finish("train, writing", 1)
    assert asked not in run_ids(harness.home)


def test_two_trainings_at_once_both_end(harness: Harness) -> None:
    before = run_ids(harness.home)
    argv = harness.commands["train, writing"].argv
    for seed in (10, 20, 30):
        harness.zygote.start(argv(seed), argv(seed + 1))
        assert harness.zygote.end() == [0, 0], harness.zygote.said() + harness.zygote.said(1)
        new = [run_id for run_id in run_ids(harness.home) if run_id not in before]
        assert len(new) == 2
        assert current_run(harness.home).run_id in new
        harness.check("train", seed, harness.state())
        harness.finish("runs --prune", 0)
        before = run_ids(harness.home)
    assert harness.strays("train") == []


def test_ratings_at_once_are_all_there(harness: Harness) -> None:
    rate = [["rate", f"Film {n}", str(1 + n / 2), *harness.at_home] for n in range(6)]
    harness.zygote.start(*rate)
    assert harness.zygote.end() == [0] * 6, [harness.zygote.said(n) for n in range(6)]
    stars = {own.title: own.stars for own in load_profile(harness.home, "me").ratings}
    assert {f"Film {n}": 1 + n / 2 for n in range(6)}.items() <= stars.items()


def test_import_rate_fetch_and_train_at_once(harness: Harness) -> None:
    names = ("train, writing", "import", "fetch", "runs --prune", "export", "rate")
    harness.zygote.start(*(harness.commands[name].argv(24) for name in names))
    assert harness.zygote.end() == [0] * len(names), [harness.zygote.said(n) for n in range(len(names))]
    state = harness.state()
    assert state.stars["Film 24"] == 1 + 24 % 9 / 2
    assert state.stars["Film 0"] == 1.0
    assert harness.strays() == []
