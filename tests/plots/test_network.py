"""The network as data and as a diagram."""

from itertools import combinations
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

import movierec_cli
from movierec_cli.errors import StoreError
from movierec_cli.home import Home
from movierec_cli.plots.diagram import ROW, draw, places_of
from movierec_cli.plots.network import LayerGraph, describe, read_network
from movierec_cli.store.runs import current_run
from movierec_cli.training import article
from movierec_cli.training.ranking.network import Network
from tests.plots.conftest import MakeRun, movie
from tests.support import Checkerboard, run_python


def edges(network: LayerGraph) -> set[tuple[str, str]]:
    return {(network.layers[source].name, layer.name) for layer in network.layers for source in layer.sources}


def ranking() -> LayerGraph:
    """Two branches from one input, added up."""
    return describe(Network(movies=12, dim=5, width=3).model)


def article_network() -> LayerGraph:
    return describe(article.build(50, 70, article.ArticleConfig()))


def test_the_article_s_network_layer_by_layer() -> None:
    network = article_network()
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


def test_both_branches_of_the_ranking_model_lead_to_its_scores() -> None:
    network = ranking()
    assert edges(network) == {
        *(("history", "user_tower"), ("user_tower", "movie_tower"), ("movie_tower", "score")),
        *(("history", "computed_user"), ("computed_user", "computed_movie"), ("computed_movie", "score")),
    }
    for place, layer in enumerate(network.layers):
        assert all(source < place for source in layer.sources)


def test_weights_that_are_not_trained_are_counted_apart() -> None:
    layers = {layer.name: (layer.weights, layer.fixed) for layer in ranking().layers}
    assert layers["computed_user"] == (12 * 3, 12 * 3)
    assert layers["user_tower"] == (12 * 5 + 5, 0)


@pytest.mark.parametrize("network", [ranking(), article_network()], ids=lambda network: network.name)
def test_what_feeds_stands_above_what_it_feeds(network: LayerGraph) -> None:
    """A row apart, so that no arrow passes a box; boxes of a row keep their distance."""
    places = places_of(network, pitch=2.5)
    for layer, (_, y) in zip(network.layers, places, strict=True):
        assert all(places[source][1] == pytest.approx(y + ROW) for source in layer.sources)
    for one, other in combinations(places, 2):
        assert one[1] != other[1] or abs(one[0] - other[0]) >= 2.5


@pytest.mark.parametrize("network", [ranking(), article_network()], ids=lambda network: network.name)
def test_what_a_box_says_fits_in_it(network: LayerGraph) -> None:
    figure = draw(network, "by hand")
    figure.canvas.draw()
    axes = figure.axes[0]
    boxes = {patch.get_gid(): patch.get_window_extent() for patch in axes.patches if patch.get_gid()}
    assert set(boxes) == {layer.name for layer in network.layers}
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))
    texts = [text.get_window_extent() for text in axes.texts[2:]]  # after title and subtitle
    assert texts
    for text in texts:
        assert any(
            box.x0 <= text.x0 and text.x1 <= box.x1 and box.y0 <= text.y0 and text.y1 <= box.y1
            for box in boxes.values()
        )


def test_an_arrow_leads_from_every_layer_to_what_it_feeds() -> None:
    patches = draw(ranking(), "by hand").axes[0].patches
    boxes = {box.get_gid(): box.get_extents() for box in patches if isinstance(box, FancyBboxPatch)}
    middle = {name: (box.x0 + box.x1) / 2 for name, box in boxes.items()}
    arrows = [arrow.get_extents() for arrow in patches if isinstance(arrow, FancyArrowPatch)]
    found = sorted((arrow.x0, arrow.x1) for arrow in arrows)
    wanted = sorted(sorted((middle[upper], middle[lower])) for upper, lower in edges(ranking()))
    np.testing.assert_allclose(found, wanted, atol=10)  # as wide as an arrow's head


def test_the_article_model_s_diagram(article_home: Path, tmp_path: Path) -> None:
    path = movierec_cli.plot_model(tmp_path / "model.png", home=article_home)
    height, width, _ = matplotlib.image.imread(path).shape
    assert width > 600
    assert height > width  # a long chain of layers


def test_stored_networks_have_the_trained_shapes(article_home: Path, checkerboard_home: Path) -> None:
    movies = Checkerboard.movies + 1
    article_layers = {layer.name: layer.weights for layer in read_network(home=article_home).layers}
    assert article_layers["user_embedding"] == 10 * Checkerboard.people
    assert article_layers["movie_embedding"] == 10 * movies
    network = read_network(home=checkerboard_home)
    assert network.layers[0].shape == f"(None, {movies})"
    assert network.layers[-1].shape == f"(None, {movies})"
    layers = {layer.name: (layer.shape, layer.weights) for layer in network.layers}
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


def test_networks_that_cannot_be_drawn_or_read(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run([movie(place, str(place), 1) for place in range(3)], np.eye(3))
    with pytest.raises(StoreError, match="network is missing"):
        movierec_cli.plot_model(tmp_path / "model.png", home=tmp_path / "home")
    file = run.folder / "model.keras"
    file.write_bytes(b"not a network")
    with pytest.raises(StoreError, match="cannot be loaded"):
        movierec_cli.plot_model(tmp_path / "model.png", home=tmp_path / "home")
    assert not (tmp_path / "model.png").exists()


@pytest.mark.slow
def test_another_process_draws_the_ranking_model(checkerboard_home: Path, tmp_path: Path) -> None:
    """In which nothing has been trained: the layers that are movierec's own are made known to Keras."""
    code = "import sys, movierec_cli; movierec_cli.plot_model(sys.argv[1])"
    run_python(code, str(tmp_path / "model.png"), home=checkerboard_home)
    assert (tmp_path / "model.png").is_file()
