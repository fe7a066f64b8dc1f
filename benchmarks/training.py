"""Training time of the ranking model against the article's network and implicit's ALS, in one run.

    python benchmarks/training.py [--rounds 3] [--article-epochs 50] [--home DIR]

It needs a fetched ml-100k; ALS joins where implicit is installed. Each training is a process of its own, in
which TensorFlow is loaded before the clock starts; the graph's tracing counts. Peak memory is that of the
process, TensorFlow included. It prints a Markdown table with medians and spread.
"""

import multiprocessing
import resource
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec

from described import parser_of

from movierec_cli.evaluation import baselines

EPOCHS = 50
PATIENT, OURS, ARTICLE = "ranking, never stopped early", "ranking, as `train` does it", "article's network"
COMPUTED = "ranking, `--epochs 0`"
ALS = "implicit ALS, 32 factors, BLAS on one thread"
LIBRARY_ALS = "implicit ALS, 32 factors, BLAS left alone"
LIBRARY_DEFAULT = "implicit ALS, its own defaults (100 factors)"


def measure(name: str, epochs: int, home: str | None) -> tuple[float, float]:
    """Train once, for `epochs` where the model has any; seconds and peak MB."""
    from movierec_cli import load_dataset
    from movierec_cli.training.data import NOBODY, TrainingData, TrainingOptions
    from movierec_cli.training.models import MODELS

    fit = MODELS["article" if name == ARTICLE else "ranking"].load()
    if name in (PATIENT, OURS):
        from movierec_cli.training.ranking import trainer  # noqa: F401  TensorFlow, before the clock starts

    data = TrainingData.of(load_dataset("ml-100k", home=home))
    interactions = data.interactions
    started = time.perf_counter()
    if name == ALS:
        baselines.implicit_als(interactions, (32, 1.0), data.scale.highest, seed=0)
    elif name in (LIBRARY_ALS, LIBRARY_DEFAULT):
        from implicit.cpu.als import AlternatingLeastSquares
        from scipy.sparse import csr_matrix

        factors = 32 if name == LIBRARY_ALS else 100
        shape = (len(interactions.user_ids), len(interactions.movie_ids))
        matrix = csr_matrix((interactions.rating, interactions.movie_index, interactions.row_splits), shape)
        AlternatingLeastSquares(factors=factors, random_state=0).fit(matrix, show_progress=False)
    else:
        options = TrainingOptions(epochs=epochs, patience=10 if name in (OURS, COMPUTED) else epochs)
        fit(data, options, NOBODY)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return seconds, peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--article-epochs", type=int, default=EPOCHS)
    parser.add_argument("--home", default=None)
    arguments = parser.parse_args()
    epochs = {OURS: EPOCHS, PATIENT: EPOCHS, COMPUTED: 0, ARTICLE: arguments.article_epochs}
    if find_spec("implicit"):
        epochs |= dict.fromkeys((ALS, LIBRARY_ALS, LIBRARY_DEFAULT), EPOCHS)
    found: dict[str, list[float]] = {name: [] for name in epochs}
    peaks: dict[str, list[float]] = {name: [] for name in epochs}
    for _ in range(arguments.rounds):
        for name, count in epochs.items():
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
                taken, peak = alone.submit(measure, name, count, arguments.home).result()
            found[name].append(taken * EPOCHS / (count or EPOCHS))
            peaks[name].append(peak)
    ours = statistics.median(found[OURS])
    print(f"| training, {EPOCHS} epochs | median s | min | max | ranking / this | peak MB |")
    print("| --- " * 6 + "|")
    for name, values in found.items():
        median = statistics.median(values)
        print(
            f"| {name} | {median:.2f} | {min(values):.2f} | {max(values):.2f} | {ours / median:.3f} "
            f"| {statistics.median(peaks[name]):.0f} |"
        )


if __name__ == "__main__":
    main()
