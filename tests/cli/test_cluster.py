"""--cluster and --workers where there is no cluster: what is said, and how the command ends."""

import sys
from pathlib import Path

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.errors import UsageError
from movierec_cli.training.train import train
from tests.support import Cli, Divided

COMMANDS = [["export", "all.csv"], ["train", "checkerboard", "--epochs", "0"], ["evaluate", "checkerboard"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "address", ["", "here", "10.0.0.1", "10.0.0.1:", ":6379", "ray://head:10001", "http://head:6379", "a b:1"]
)
def test_what_is_no_address_is_refused(
    cli: Cli, computed_home: Path, command: list[str], address: str
) -> None:
    answer = cli(*command, "--cluster", address, home=computed_home)
    assert answer.code == 2
    assert f"--cluster {address}: that is no address of a cluster" in " ".join(answer.err.split(" "))
    assert "--cluster local" in " ".join(answer.err.split())


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_workers_are_those_of_a_cluster(cli: Cli, computed_home: Path, command: list[str]) -> None:
    answer = cli(*command, "--workers", "2", home=computed_home)
    assert answer.code == 2
    assert "--workers 2 needs --cluster" in answer.err
    assert cli(*command, "--cluster", "local", "--workers", "0", home=computed_home).code == 2


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_the_extra_the_command_to_install_it_is_said(
    cli: Cli, computed_home: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    answer = cli(*command, "--cluster", "local", home=computed_home)
    assert answer.code == 1
    assert 'pip install "movierec-cli[cluster]"' in answer.err
    assert answer.out == ""


def test_workers_cannot_help_with_the_articles_network(checkerboard: Dataset, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Workers cannot help to train the model 'article'"):
        train(checkerboard, model="article", epochs=1, home=tmp_path, workers=Divided(2))
