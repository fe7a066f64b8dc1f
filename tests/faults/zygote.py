"""A process that has imported everything and forks a child for each command line: a kill then costs a second.

It reads one JSON object a line (see Job), and answers with the children's process ids when they run, and with
their wait statuses when they have ended. What a child has said goes to a file beside the one that the command
line names. Nothing has been computed before a fork: no pool of threads of TensorFlow, Arrow or LanceDB runs.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any, TypedDict

import lancedb  # noqa: F401
import numpy as np
import pyarrow.csv  # noqa: F401
import requests  # noqa: F401
import rich.progress  # noqa: F401

from movierec_cli.cli.app import main
from movierec_cli.store.facts import Epoch, ModelFacts, ValidationFacts
from movierec_cli.training import article, tables  # noqa: F401
from movierec_cli.training.data import TrainingData, TrainingOptions
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.ranking import fitting, trainer  # noqa: F401
from movierec_cli.training.trained import TrainedModel


class _Network:
    """In the place of a Keras model: what `train` asks of one."""

    def save(self, path: Path) -> None:
        path.write_bytes(b"network" * 10_000)


def quick_fit(data: TrainingData, options: TrainingOptions, *_: Any, **__: Any) -> TrainedModel:
    """A model without arithmetic: both tables hold 1 + seed, and a score tells which of each it came from."""
    people, movies, factor = len(data.interactions.user_ids), len(data.movies), 1.0 + options.seed
    movie_vectors = np.full((movies, 1), factor, dtype=np.float32)
    return TrainedModel(
        facts=ModelFacts(
            kind="quick",
            config={"dim": 1},
            score_column="score_vector",
            score_metric="dot",
            similar_column="score_vector",
            dimensions={"score_vector": 1},
            fold_in=None,
            stars=None,
        ),
        network=_Network(),
        movie_vectors={"score_vector": movie_vectors},
        user_vectors={"score_vector": Everybody.here(np.full((people, 1), factor, dtype=np.float32), people)},
        epochs=[Epoch(1, 1.0, 1.0, 0.5)],
        best_epoch=1,
        validation=ValidationFacts(1.0, 0.5),
    )


class Job(TypedDict):
    """Command lines to run at the same time, and in what world.

    quick: with quick_fit. file_limit: bytes beyond which no file can grow, as on a full disk. plain_user: let
    the modes of files bind root too.
    """

    argvs: list[list[str]]
    quick: bool
    file_limit: int | None
    plain_user: bool


def serve(log: Path) -> None:
    real_fit = fitting.fit
    for line in sys.stdin:
        job: Job = json.loads(line)
        fitting.fit = quick_fit if job["quick"] else real_fit
        children = [_fork(argv, job) for argv in job["argvs"]]
        print(*(child for child, _ in children), flush=True)
        statuses = [os.waitpid(child, 0)[1] for child, _ in children]
        for number, (_, output) in enumerate(children):
            log.with_suffix(f".{number}").write_bytes(os.read(output, 1 << 20))
            os.close(output)
        print(*statuses, flush=True)


def _fork(argv: list[str], job: Job) -> tuple[int, int]:
    """A child's process id and the reading end of its output: a pipe, which no limit on files binds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    try:
        code = _run(argv, job, writing)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:  # before the command's first line, or after its last
        code = 130
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(argv: list[str], job: Job, output: int) -> int:
    """The exit code of a command line in the world that the job describes."""
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        # Python's own streams would go on believing that they write to what they were opened on.
        sys.stdout, sys.stderr = (os.fdopen(one, "w", encoding="utf-8", closefd=False) for one in (1, 2))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job begins with it ignored
        if job["file_limit"] is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_limit"], resource.RLIM_INFINITY))
        if job["plain_user"] and os.geteuid() == 0:
            _let_modes_bind()
        main(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 98
    except Exception:
        traceback.print_exc()
        return 99


def _let_modes_bind() -> None:
    """Give up root's right to write where the modes forbid it (CAP_DAC_OVERRIDE)."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    sets[0] &= ~(1 << 1)
    sets[1] &= ~(1 << 1)
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="lancedb fork support is experimental")
    print("ready", flush=True)
    serve(Path(sys.argv[1]))
