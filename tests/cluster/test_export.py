"""What workers export is what one process exports."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from movierec_cli.home import Home
from movierec_cli.questions import everyone, export as exporting
from movierec_cli.questions.export import export
from movierec_cli.system.workers import Workers
from tests.buckets.conftest import Objects

PEOPLE = 60


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifteen of four people each."""
    monkeypatch.setattr(exporting, "PEOPLE_A_PART", 4)
    monkeypatch.setattr(everyone, "PEOPLE_AT_ONCE", 4)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_file_is_the_same_byte_for_byte(
    workers: Workers, computed_home: Path, tmp_path: Path, suffix: str
) -> None:
    alone, together = tmp_path / f"alone{suffix}", tmp_path / f"together{suffix}"
    done: list[tuple[int, int]] = []
    rows = export(alone, home=computed_home)
    assert rows == export(
        together, home=computed_home, workers=workers, progress=lambda *told: done.append(told)
    )
    assert rows == PEOPLE * 10
    assert together.read_bytes() == alone.read_bytes()
    assert done == [(people, PEOPLE) for people in range(4, PEOPLE + 1, 4)]


@pytest.mark.parametrize("nth", [1, 6, 13])
def test_a_worker_that_is_killed_meanwhile_changes_no_file(
    workers: Workers,
    computed_home: Path,
    tmp_path: Path,
    killed_at: Callable[[int], Callable[..., None]],
    nth: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """And nobody is told: Ray's own words would stand among the answers."""
    export(tmp_path / "alone.csv", home=computed_home)
    export(tmp_path / "together.csv", home=computed_home, workers=workers, progress=killed_at(nth))
    assert (tmp_path / "together.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2
    time.sleep(0.5)
    assert capfd.readouterr() == ("", "")


def test_parts_in_a_folder_are_the_same_with_a_worker_that_is_killed(
    workers: Workers, computed_home: Path, tmp_path: Path, killed_at: Callable[[int], Callable[..., None]]
) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    export(f"{alone}/", home=computed_home)
    export(f"{together}/", home=computed_home, workers=workers, progress=killed_at(5))
    names = sorted(path.name for path in together.iterdir())
    assert names == ["_SUCCESS", *(f"part-{number:05}.parquet" for number in range(15))]
    assert all((together / name).read_bytes() == (alone / name).read_bytes() for name in names)


def test_parts_in_an_object_store_are_the_same(
    workers: Workers, computed_home: Path, tmp_path: Path, home: Home, objects: Objects
) -> None:
    export(tmp_path.as_posix() + "/", home=computed_home)
    place = home.root / "recommendations"
    export(f"{place}/", home=computed_home, workers=workers)
    names = objects.below(place)
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert all(objects.read(place / name) == (tmp_path / name).read_bytes() for name in names)
