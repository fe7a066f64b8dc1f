"""The network as data and as a diagram."""

from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pytest

import movierec_cli
from movierec_cli.errors import PlotError, StoreError
from movierec_cli.home import Home
from movierec_cli.plots.diagram import Spot, draw, lay_out
from movierec_cli.plots.network import Network, describe, read_network
from movierec_cli.store.runs import current_run
from movierec_cli.training import article
from movierec_cli.training.backend import keras
from tests.plots.conftest import MakeRun, movie
from tests.support import Checkerboard


def edges(network: Network) -> set[tuple[str, str]]:
    return {(network.layers[source].name, layer.name) for layer in network.layers for source in layer.sources}


def branching() -> Any:
    """Two branches and a short cut from the input, added up."""
    history = keras.Input((12,), name="history")
    one = keras.layers.Dense(5, name="one")(history)
    two = keras.layers.Dense(12, name="two")(one)
    three = keras.layers.Dense(12, name="three")(history)
    return keras.Model(history, keras.layers.Add(name="sum")([two, three, history]), name="branching")


def test_the_article_s_network_layer_by_layer() -> None:
    network = describe(article.build(50, 70, article.ArticleConfig()))
    assert network.connected
    layers = {layer.name: layer for layer in network.layers}
    assert (layers["user_embedding"].kind, layers["user_embedding"].shape) == ("Embedding", "(None, 1, 10)")
    assert layers["user_embedding"].weights == 50 * 10
    assert layers["movie_embedding"].weights == 70 * 10
    # 1 -> 70 -> 50 -> 20 -> 10 -> 1, each with a bias
    dense = [layer.weights for layer in network.layers if layer.kind == "Dense"]
    assert dense == [1 * 70 + 70, 70 * 50 + 50, 50 * 20 + 20, 20 * 10 + 10, 10 + 1]
    assert network.weights == 500 + 700 + sum(dense)
    assert ("user_index", "user_embedding") in edges(network)
    assert len({pair for pair in edges(network) if pair[1] == "similarity"}) == 2
    assert len(edges(network)) == len(network.layers) - 1  # a tree with one root


def test_branches_and_short_cuts() -> None:
    network = describe(branching())
    assert edges(network) == {
        *(("history", "one"), ("one", "two"), ("history", "three")),
        *(("two", "sum"), ("three", "sum"), ("history", "sum")),
    }
    for place, layer in enumerate(network.layers):
        assert all(source < place for source in layer.sources)


def test_a_layer_called_twice_holds_its_weights_once() -> None:
    shared = keras.layers.Dense(4, name="shared")
    start = keras.Input((4,), name="start")
    network = describe(keras.Model(start, shared(shared(start))))
    assert [(layer.name, layer.weights, layer.sources) for layer in network.layers] == [
        ("start", 0, ()),
        ("shared", 4 * 4 + 4, (0,)),
        ("shared", 0, (1,)),
    ]


def test_weights_that_are_not_trained_are_counted_apart() -> None:
    start = keras.Input((6,))
    network = describe(keras.Model(start, keras.layers.BatchNormalization(name="norm")(start)))
    assert (network.layers[-1].weights, network.layers[-1].fixed) == (4 * 6, 2 * 6)


def test_a_model_that_is_not_functional_is_listed() -> None:
    class Own(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="own")
            self.inner = keras.layers.Dense(3, name="inner")
            self.table = self.add_weight((5, 2), name="table", trainable=False)

        def call(self, inputs: Any) -> Any:
            return self.inner(inputs)

    model = Own()
    model(np.zeros((1, 4), np.float32))
    network = describe(model)
    assert not network.connected
    listed = {layer.name: (layer.kind, layer.weights, layer.fixed) for layer in network.layers}
    assert listed == {"inner": ("Dense", 4 * 3 + 3, 0), "table": ("weight", 10, 10)}
    assert not describe(keras.Sequential([keras.layers.Dense(3)])).connected


@pytest.mark.parametrize("build", [branching, lambda: article.build(5, 7, article.ArticleConfig())])
def test_boxes_keep_clear_of_each_other_and_arrows_point_down(build: Any) -> None:
    network = describe(build())
    rows = lay_out(network, width=2.5)
    spots = [spot for row in rows for spot in row]
    assert sorted(spot.layer.name for spot in spots if spot.layer) == sorted(
        layer.name for layer in network.layers
    )
    for row in rows:
        for left, right in pairwise(row):
            assert right.x - left.x >= (left.width + right.width) / 2
    for spot in spots:
        assert all(source.row == spot.row - 1 for source in spot.above)

    def fed_by(spot: Spot) -> list[str]:
        return [
            name
            for source in spot.above
            for name in ([source.layer.name] if source.layer else fed_by(source))
        ]

    drawn = {(source, spot.layer.name) for spot in spots if spot.layer for source in fed_by(spot)}
    assert drawn == edges(network)


def test_what_a_box_says_fits_in_it() -> None:
    figure = draw(describe(branching()), "by hand")
    figure.canvas.draw()
    axes = figure.axes[0]
    boxes = [patch.get_window_extent() for patch in axes.patches if patch.get_gid()]
    assert len(boxes) == 5
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    texts = [text.get_window_extent() for text in axes.texts[2:]]  # after title and subtitle
    assert texts
    for text in texts:
        assert any(
            box.x0 <= text.x0 and text.x1 <= box.x1 and box.y0 <= text.y0 and text.y1 <= box.y1
            for box in boxes
        )


def test_the_article_model_s_diagram(article_home: Path, tmp_path: Path) -> None:
    path = movierec_cli.plot_model(tmp_path / "model.png", home=article_home)
    height, width, _ = matplotlib.image.imread(path).shape
    assert width > 600
    assert height > width  # a long chain of layers


def stored_network(home: Path) -> Network:
    return read_network(current_run(Home.resolve(home)))


def test_stored_networks_have_the_trained_shapes(article_home: Path, checkerboard_home: Path) -> None:
    movies = Checkerboard.movies + 1
    article_layers = {layer.name: layer.weights for layer in stored_network(article_home).layers}
    assert article_layers["user_embedding"] == 10 * Checkerboard.people
    assert article_layers["movie_embedding"] == 10 * movies
    ranking = stored_network(checkerboard_home)
    assert ranking.connected
    assert ranking.layers[0].shape == f"(None, {movies})"
    assert ranking.layers[-1].shape == f"(None, {movies})"
    layers = {layer.name: (layer.shape, layer.weights) for layer in ranking.layers}
    # 16 dimensions are learned, and a bias on either side, the movies' in a dimension of its own.
    widths = current_run(Home(checkerboard_home)).facts.model.dimensions
    width = widths["score_vector"] - 16 - 1
    assert layers == {
        "history": (f"(None, {movies})", 0),
        "user_tower": ("(None, 16)", movies * 16 + 16),
        "movie_tower": (f"(None, {movies})", movies * 16 + movies),
        "computed_user": (f"(None, {width})", movies * width),
        "computed_movie": (f"(None, {movies})", movies * width),
        "score": (f"(None, {movies})", 0),
    }
    assert edges(ranking) == {
        *(("history", "user_tower"), ("user_tower", "movie_tower"), ("movie_tower", "score")),
        *(("history", "computed_user"), ("computed_user", "computed_movie"), ("computed_movie", "score")),
    }


def test_networks_that_cannot_be_drawn_or_read(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run([movie(place, str(place), 1) for place in range(3)], np.eye(3))
    with pytest.raises(StoreError, match="network is missing"):
        movierec_cli.plot_model(tmp_path / "model.png", home=tmp_path / "home")
    file = run.folder / "model.keras"
    file.write_bytes(b"not a network")
    with pytest.raises(StoreError, match="cannot be loaded"):
        movierec_cli.plot_model(tmp_path / "model.png", home=tmp_path / "home")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)], name="chain")
    model.save(file)
    with pytest.raises(PlotError, match="'chain' does not say"):
        movierec_cli.plot_model(tmp_path / "model.png", home=tmp_path / "home")
    assert not (tmp_path / "model.png").exists()
