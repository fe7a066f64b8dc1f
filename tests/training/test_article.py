"""The article's network, as the article has it."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.training.article import ArticleConfig, build
from movierec_cli.training.backend import keras
from movierec_cli.training.train import train
from tests.support import Stored


@pytest.mark.slow
def test_the_layers_are_those_of_the_article() -> None:
    people, movies = 943, 1682
    network = build(people, movies, ArticleConfig())
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds.count("Embedding") == 2
    embeddings = [layer for layer in network.layers if isinstance(layer, keras.layers.Embedding)]
    assert [(layer.input_dim, layer.output_dim) for layer in embeddings] == [(people, 10), (movies, 10)]
    dense = [layer for layer in network.layers if isinstance(layer, keras.layers.Dense)]
    assert [layer.units for layer in dense] == [70, 50, 20, 10, 1]
    assert [layer.activation.__name__ for layer in dense] == ["relu"] * 4 + ["linear"]
    dropouts = [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)]
    assert dropouts == [0.2] * 4
    widths = [1, 70, 50, 20, 10, 1]
    weights = 10 * (people + movies) + sum((a + 1) * b for a, b in pairwise(widths))
    assert network.count_params() == weights


def test_it_is_trained_as_in_the_article() -> None:
    config = ArticleConfig()
    network = build(3, 4, config)
    assert network.loss == "mae"
    assert isinstance(network.optimizer, keras.optimizers.Adam)
    assert float(network.optimizer.learning_rate.numpy()) == pytest.approx(1e-3)
    assert (config.batch_size, config.validation_share) == (100, 0.2)


def test_the_two_vectors_meet_in_their_cosine() -> None:
    network = build(2, 2, ArticleConfig())
    similarity = keras.Model(network.inputs, network.get_layer("similarity").output)
    users, movies = (network.get_layer(f"{name}_embedding").get_weights()[0] for name in ("user", "movie"))
    pairs = [(0, 0), (0, 1), (1, 0), (1, 1)]
    expected = [users[u] @ movies[m] / np.linalg.norm(users[u]) / np.linalg.norm(movies[m]) for u, m in pairs]
    got = similarity([np.array([[u] for u, _ in pairs]), np.array([[m] for _, m in pairs])])
    np.testing.assert_allclose(np.array(got)[:, 0], expected, rtol=1e-4)


def test_the_database_holds_its_embeddings_and_searches_by_distance(article_home: Path) -> None:
    stored = Stored.read(article_home)
    network = keras.models.load_model(stored.run.folder / "model.keras", safe_mode=True)
    users, movies = (network.get_layer(f"{name}_embedding").get_weights()[0] for name in ("user", "movie"))
    np.testing.assert_array_equal(stored.user_matrix(), users)
    np.testing.assert_array_equal(stored.movie_matrix("score_vector"), movies)
    assert (stored.model["kind"], stored.model["score_metric"]) == ("article", "l2")
    assert stored.model["fold_in"] is None


@pytest.mark.slow
def test_the_best_epochs_weights_are_kept(checkerboard: Dataset, tmp_path: Path) -> None:
    """The saved network's error on the ratings held out is the lowest of all epochs."""
    run = train(checkerboard, model="article", epochs=4, learning_rate=0.05, seed=2, home=tmp_path)
    losses = [epoch.validation_loss for epoch in run.facts.training.by_epoch]
    assert len(set(losses)) == len(losses)
    assert losses[run.facts.training.best_epoch - 1] == min(losses)
    _, held_out = hold_out(Interactions.from_dataset(checkerboard), 0.2, seed=2)
    network = keras.models.load_model(run.folder / "model.keras", safe_mode=True)
    stars = network.predict([held_out.user_index, held_out.movie_index], verbose=0)[:, 0]
    assert np.abs(stars - held_out.rating).mean() == pytest.approx(min(losses), rel=1e-4)


@pytest.mark.slow
def test_it_stops_when_patience_runs_out(checkerboard: Dataset, tmp_path: Path) -> None:
    run = train(
        checkerboard, model="article", epochs=40, patience=2, learning_rate=0.3, batch_size=500, home=tmp_path
    )
    losses = [epoch.validation_loss for epoch in run.facts.training.by_epoch]
    assert len(losses) < 40
    assert run.facts.training.best_epoch == len(losses) - 2
    assert losses[run.facts.training.best_epoch - 1] == min(losses)
