"""A process that has imported everything and forks a child for each command line: a kill then costs a second.

It reads one JSON object a line, {"argv": [...], "quick": bool}, and answers with the child's process id when
it runs, and with its wait status when it has ended. What the children say goes to the file that the command
line names. Nothing has been computed before a fork: no pool of threads of TensorFlow, Arrow or LanceDB runs.
"""

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import lancedb  # noqa: F401
import numpy as np
import pyarrow.csv  # noqa: F401
import requests  # noqa: F401
import rich.progress  # noqa: F401

import movierec_cli.exporter
import movierec_cli.profiles.importing
import movierec_cli.profiles.rating  # noqa: F401
from movierec_cli.cli.app import main
from movierec_cli.models import article, ranking, tables  # noqa: F401
from movierec_cli.models.trained import Epoch, TrainedModel


class _Network:
    """In the place of a Keras model: what `train` asks of one."""

    def save(self, path: Path) -> None:
        path.write_bytes(b"network" * 10_000)


def quick_fit(dataset: Any, interactions: Any, options: Any, *, seed: int, **_: Any) -> TrainedModel:
    """A model without arithmetic: both tables hold 1 + seed, and a score tells which of each it came from."""
    people, movies, factor = len(interactions.user_ids), len(interactions.movie_ids), 1.0 + seed
    movie_vectors = np.full((movies, 1), factor, dtype=np.float32)
    return TrainedModel(
        kind="quick",
        config={"dim": 1},
        network=_Network(),
        movie_vectors={"score_vector": movie_vectors},
        user_vectors={"score_vector": np.full((people, 1), factor, dtype=np.float32)},
        score_column="score_vector",
        score_metric="dot",
        similar_column="score_vector",
        history=[Epoch(1, 1.0, 1.0, 0.5)],
        best_epoch=1,
    )


def serve(log: Path) -> None:
    real_fit = ranking.fit
    for line in sys.stdin:
        job = json.loads(line)
        process_id = os.fork()
        if process_id == 0:
            output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(output, 1)
            os.dup2(output, 2)
            ranking.fit = quick_fit if job["quick"] else real_fit
            code = 99
            try:
                main(job["argv"])
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 98
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        print(process_id, flush=True)
        print(os.waitpid(process_id, 0)[1], flush=True)


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="lancedb fork support is experimental")
    print("ready", flush=True)
    serve(Path(sys.argv[1]))
