"""Towers that are trained in parts learn what those learn that are trained as a whole."""

from pathlib import Path

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.questions.recommender import Recommender
from movierec_cli.training.train import train
from tests.support import Checkerboard, Divided


@pytest.mark.slow
def test_the_movie_that_was_withheld_comes_first(checkerboard: Dataset, tmp_path: Path) -> None:
    run = train(checkerboard, epochs=20, dim=16, batch_size=20, seed=1, home=tmp_path, workers=Divided(2))
    assert run.facts.model.kind == "ranking"
    losses = [epoch.loss for epoch in run.facts.training.by_epoch]
    assert losses[-1] < losses[0]
    asked = Recommender.open(tmp_path)
    for person in range(Checkerboard.people):
        first = asked.recommend(Checkerboard.user_id(person), top=1)[0]
        assert first.movie.movie_id == Checkerboard.withheld(person)
