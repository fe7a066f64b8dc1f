import io
import itertools
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from movierec_cli.datasets.archive import unpack
from movierec_cli.errors import DataError, MovieRecError
from tests.datasets.samples import csv_files, zipped


def archive_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name given twice
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
    return content.getvalue()


def special(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (kind | 0o777) << 16
    return info


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_is_needed_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        zipped({**csv_files(), "tags.csv": b"x", "genome-scores.csv": b"y", "README.txt": b"z"})
    )
    unpack(tmp_path / "a.zip", tmp_path / "out")
    expected = {
        f"sample/{name}" for name in ("ratings.csv", "movies.csv", "links.csv", "tags.csv", "README.txt")
    }
    assert files_in(tmp_path / "out") == expected
    assert (tmp_path / "out/sample/ratings.csv").read_bytes() == csv_files()["ratings.csv"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archive_of(("../evil.txt", b"x")), "outside its folder"),
        (archive_of(("a/../../evil.txt", b"x")), "outside its folder"),
        (archive_of(("..\\evil.txt", b"x")), "outside its folder"),
        (archive_of(("/tmp/evil.txt", b"x")), "outside its folder"),
        (archive_of(("C:\\evil.txt", b"x")), "outside its folder"),
        (archive_of(("C:/evil.txt", b"x")), "outside its folder"),
        (archive_of(("\\\\host\\share\\evil.txt", b"x")), "outside its folder"),
        (archive_of((special("link", stat.S_IFLNK), b"/etc/passwd")), "a link or a device"),
        (archive_of((special("device", stat.S_IFCHR), b"")), "a link or a device"),
        (archive_of(("a.csv", b"x"), ("a.csv", b"y")), "clash"),
        (archive_of(("a", b"x"), ("a/b", b"y")), "clash"),
        (archive_of(("x" * 300, b"y")), "not allowed"),
        (archive_of(*((f"{number}", b"") for number in range(10_001))), "10,001 members"),
        (archive_of(("bomb.csv", b"\0" * 100_000_000)), "would unpack to 100,000,000 bytes"),
        (b"<!DOCTYPE html><html>Down for maintenance</html>", "begins with '<!DOCTYPE html>"),
        (b"", "not a good zip"),
        (b"PK\x03\x04 and no more", "not a good zip"),
        (zipped(csv_files())[:-30], "not a good zip"),
    ],
    ids=itertools.count(),  # the archives hold the time at which they were made
)
def test_bad_archives_are_refused_and_nothing_gets_out(tmp_path: Path, content: bytes, message: str) -> None:
    home = tmp_path / "inner"
    home.mkdir()
    (home / "a.zip.part").write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        unpack(home / "a.zip.part", home / "out")
    assert caught.value.message.startswith("a.zip ")
    assert "evil.txt" not in {path.name for path in tmp_path.rglob("*")}


def test_a_damaged_member_is_found_by_its_crc(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("ratings.csv", b"1,10,5,1\n" * 100)
    damaged = content.getvalue().replace(b"1,10,5,1\n", b"1,10,4,1\n", 1)
    (tmp_path / "a.zip").write_bytes(damaged)
    with pytest.raises(DataError, match="CRC"):
        unpack(tmp_path / "a.zip", tmp_path / "out")


def test_a_member_that_is_larger_than_it_declares_is_refused(tmp_path: Path) -> None:
    honest = archive_of(("bomb.csv", b"\0" * 1_000_000))
    lying = honest.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10))
    assert lying != honest
    (tmp_path / "a.zip").write_bytes(lying)
    with pytest.raises(DataError):
        unpack(tmp_path / "a.zip", tmp_path / "out")
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*")) <= 10_000


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    content = bytearray(archive_of(("a.csv", b"x")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(content))
    with pytest.raises(DataError, match="encrypted"):
        unpack(tmp_path / "a.zip", tmp_path / "out")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.tuples(st.integers(0, len(zipped(csv_files())) - 1), st.integers(0, 255)).map(
            lambda change: (
                zipped(csv_files())[: change[0]] + bytes([change[1]]) + zipped(csv_files())[change[0] + 1 :]
            )
        ),
    )
)
def test_any_bytes_are_unpacked_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "a.zip").write_bytes(content)
    try:
        unpack(folder / "a.zip", folder / "out")
    except MovieRecError as error:
        assert str(error)


def test_a_member_without_a_name_is_passed_over(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x/ratings.csv", "userId")
        archive.writestr("?", "nothing")
    (tmp_path / "a.zip").write_bytes(packed.getvalue().replace(b"?", b"\0"))
    unpack(tmp_path / "a.zip", tmp_path / "here")
    assert [file.name for file in (tmp_path / "here").rglob("*") if file.is_file()] == ["ratings.csv"]
