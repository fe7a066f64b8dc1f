"""Unpack a zip archive that may have been made to do harm."""

import errno
import lzma
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from movierec_cli.datasets.layouts import shown
from movierec_cli.errors import DataError

_MOST_MEMBERS = 10_000
_LARGEST = 8 << 30  # unpacked; ml-latest, the largest release, has 2 GB
_SUSPICIOUS_RATIO = 200  # MovieLens's text shrinks to a fifth
_SMALL = 64 << 20
_CHUNK = 1 << 20
_DAMAGE = (RuntimeError, NotImplementedError, EOFError, zlib.error, lzma.LZMAError, struct.error, ValueError)
_BAD_NAME = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL)
_NOT_NEEDED = frozenset({"genome-scores.csv", "genome-tags.csv", "tags.dat"})


def unpack(archive: Path, target: Path) -> None:
    """Unpack what movierec needs of `archive` into the new folder `target`, checking every CRC.

    Raises DataError for what is no zip, is damaged, or has members outside the target, absolute paths, links,
    or an absurd size or number of members. The caller removes `target` after a failure.
    """
    name = archive.name.removesuffix(".part")
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            _check(members, name, _limit(archive))
            target.mkdir(parents=True)
            left = _limit(archive)
            for member in members:
                path = PurePosixPath(member.filename)
                if not path.name or member.is_dir():  # without a name, zipfile could not tell
                    continue
                if path.name not in _NOT_NEEDED and "__MACOSX" not in path.parts:
                    left -= _extract(opened, member, target.joinpath(*path.parts), left)
    except zipfile.BadZipFile as error:
        raise DataError(
            f"{name} is not a good zip archive: {_reason(archive, error)}",
            hint="movierec fetch --from takes a folder, a zip archive, or the address of one.",
        ) from None
    except _DAMAGE as error:
        raise DataError(f"{name} is not a good zip archive: {error}") from None
    except OSError as error:
        if error.errno not in _BAD_NAME:
            raise
        raise DataError(
            f"{name} has members with names that clash or are not allowed: {error.strerror}"
        ) from None


def _check(members: list[zipfile.ZipInfo], archive: str, limit: int) -> None:
    if len(members) > _MOST_MEMBERS:
        raise DataError(f"{archive} has {len(members):,} members. More than {_MOST_MEMBERS:,} are refused.")
    declared = sum(member.file_size for member in members)
    if declared > limit:
        raise DataError(f"{archive} would unpack to {declared:,} bytes, so it is refused.")
    for member in members:
        name = member.filename
        outside = ".." in PureWindowsPath(name).parts or PureWindowsPath(name).anchor or name.startswith("/")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if outside:
            raise DataError(f"{archive} has a member outside its folder, {shown(name)}, so it is refused.")
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise DataError(f"{archive} is refused, because a member is a link or a device: {shown(name)}")
        if member.flag_bits & 1:
            raise DataError(f"{archive} is encrypted.")


def _limit(archive: Path) -> int:
    return min(_LARGEST, max(_SMALL, archive.stat().st_size * _SUSPICIOUS_RATIO))


def _extract(opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, left: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with opened.open(member) as source, path.open("xb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > left:
                raise DataError(f"{shown(member.filename)} unpacks to more than it declares.")
            file.write(chunk)
    return written


def _reason(archive: Path, error: Exception) -> str:
    with archive.open("rb") as file:
        head = file.read(40)
    return str(error) if head.startswith(b"PK") else f"it begins with {head.decode('latin-1')!r}"
