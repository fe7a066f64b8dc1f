"""Training curves, read back from the figure."""

import dataclasses
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.lines import Line2D

import movierec_cli
from movierec_cli.errors import MovieRecError, NotFoundError, PlotError, UsageError
from movierec_cli.plots.loss import draw
from movierec_cli.store.runs import Run
from tests.plots.conftest import HISTORY, MakeRun, movie
from tests.support import run_facts, run_python


def points(line: Line2D) -> list[list[float]]:
    return np.asarray(line.get_xydata()).tolist()  # type: ignore[no-any-return]


@pytest.fixture
def run(make_run: MakeRun) -> Run:
    return make_run([movie(place, str(place), 1) for place in range(3)], np.eye(3))


def test_every_curve_shows_the_history_and_the_best_epoch_is_marked(run: Run) -> None:
    above, below = draw(run).axes
    curves = {line.get_label(): points(line) for axes in (above, below) for line in axes.lines}
    for field, name in {
        "loss": "training loss",
        "validation_loss": "validation loss",
        "validation_ndcg": "validation NDCG@100",
    }.items():
        assert curves[name] == [[epoch["number"], epoch[field]] for epoch in HISTORY]
    marks = [points(line) for axes in (above, below) for line in axes.lines if line.get_gid() == "best"]
    assert marks == [[[3, 6.2]], [[3, 0.25]]]
    assert "best epoch: 3" in {text.get_text() for text in above.texts}


def test_the_picture_is_an_image_of_some_size(run: Run, tmp_path: Path) -> None:
    path = movierec_cli.plot_loss(tmp_path / "loss.png", home=tmp_path / "home")
    assert path == tmp_path / "loss.png"
    height, width, _ = matplotlib.image.imread(path).shape
    assert width > 1000
    assert height > 700
    assert [file.name for file in tmp_path.glob("*loss*")] == ["loss.png"]  # no draft is left


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_the_suffix_chooses_the_format(run: Run, tmp_path: Path, suffix: str, start: bytes) -> None:
    path = movierec_cli.plot_loss(tmp_path / f"loss{suffix}", home=tmp_path / "home")
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("epochs", [1, 2])
def test_few_epochs_are_drawn_too(run: Run, epochs: int, tmp_path: Path) -> None:
    facts = run_facts(training={"history": HISTORY[:epochs], "best_epoch": epochs})
    figure = draw(dataclasses.replace(run, facts=facts))
    figure.savefig(tmp_path / "few.png")
    named = [line for axes in figure.axes for line in axes.lines if not str(line.get_label()).startswith("_")]
    assert [np.asarray(line.get_xdata()).tolist() for line in named] == [[*range(1, epochs + 1)]] * 3


def test_a_run_without_history_says_so(run: Run) -> None:
    facts = run_facts(training={"history": [], "best_epoch": 0})
    with pytest.raises(MovieRecError, match="there is nothing to draw"):
        draw(dataclasses.replace(run, facts=facts))


def test_where_it_cannot_be_written(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'loss\.gif'.*\.png, \.svg or \.pdf"):
        movierec_cli.plot_loss(tmp_path / "loss.gif")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(MovieRecError, match="it is a folder"):
        movierec_cli.plot_loss(tmp_path / "folder.png")
    with pytest.raises(MovieRecError, match="there is no folder"):
        movierec_cli.plot_loss(tmp_path / "missing" / "loss.png")


def test_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no trained model"):
        movierec_cli.plot_loss(tmp_path / "loss.png", home=tmp_path / "empty")


def test_without_the_extra(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(PlotError, match="plot needs matplotlib and scikit-learn") as caught:
        movierec_cli.plot_loss(tmp_path / "loss.png", home=tmp_path / "home")
    assert "pip install 'movierec-cli[plot]'" in str(caught.value.hint)


@pytest.mark.slow
def test_it_needs_no_tensorflow_and_touches_no_display(run: Run, tmp_path: Path) -> None:
    run_python(
        "import sys, movierec_cli; movierec_cli.plot_loss(sys.argv[1]);"
        "assert not {'tensorflow', 'matplotlib.pyplot'} & set(sys.modules)",
        str(tmp_path / "loss.png"),
        home=tmp_path / "home",
    )
