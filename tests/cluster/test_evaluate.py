"""Figures of models that workers train are those of one process."""

from dataclasses import replace

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.evaluation.compare import evaluate
from movierec_cli.system.workers import HERE, Workers


def test_the_figures_are_the_same(workers: Workers, checkerboard: Dataset) -> None:
    models = ["popularity", "computed", "ease"]
    here, there = (evaluate(checkerboard, models=models, seed=4, workers=who) for who in (HERE, workers))
    timeless = [[replace(one, seconds=0) for one in each.figures] for each in (here, there)]
    assert [one.model for one in there.figures] == models
    assert timeless[0] == timeless[1]
    assert replace(here, figures=[]) == replace(there, figures=[])
