"""Training time of the ranking model against the article's network and implicit's ALS, in one run.

    python benchmarks/training.py [--rounds 3] [--article-epochs 50] [--home DIR]

It needs a fetched ml-100k; ALS joins where implicit is installed. TensorFlow is loaded before the clock
starts, the graph's tracing counts. It prints a Markdown table with medians and spread.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from movierec_cli import load_dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.evaluation import baselines
from movierec_cli.models import article, ranking

EPOCHS = 50


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--article-epochs", type=int, default=EPOCHS)
    parser.add_argument("--home", default=None)
    arguments = parser.parse_args()
    dataset = load_dataset("ml-100k", home=arguments.home)
    interactions = Interactions.from_dataset(dataset)

    def train(fit: Callable[..., object], epochs: int, patience: int) -> None:
        fit(dataset, interactions, {}, epochs=epochs, patience=patience, seed=0, on_stage=str, on_epoch=str)

    contestants: dict[str, tuple[Callable[[], object], float]] = {
        "ranking, as `train --epochs 50` does it": (lambda: train(ranking.fit, EPOCHS, 10), 1.0),
        f"ranking, never stopped before epoch {EPOCHS}": (lambda: train(ranking.fit, EPOCHS, EPOCHS), 1.0),
        f"article, {EPOCHS} epochs": (
            lambda: train(article.fit, arguments.article_epochs, EPOCHS),
            EPOCHS / arguments.article_epochs,
        ),
    }
    if baselines.has_implicit():
        contestants["implicit ALS, 32 factors"] = (
            lambda: baselines.implicit_als(interactions, (32, 1.0), seed=0),
            1.0,
        )
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(arguments.rounds):
        for name, (work, factor) in contestants.items():
            started = time.perf_counter()
            work()
            seconds[name].append((time.perf_counter() - started) * factor)
    ours = statistics.median(next(iter(seconds.values())))
    print("| training | median s | min | max | ranking / this |")
    print("| --- | --- | --- | --- | --- |")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"| {name} | {median:.2f} | {min(values):.2f} | {max(values):.2f} | {ours / median:.3f} |")


if __name__ == "__main__":
    main()
