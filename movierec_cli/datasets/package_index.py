"""MovieLens 100K out of a wheel, from whatever package index the user's own pip is set up with.

GroupLens is down every year, and a package index is what everybody who could install movierec can reach.
The wheel's ratings are u.data byte for byte, and every file is verified, whoever serves it. No code of the
wheel is run: it is unpacked, never installed.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from movierec_cli.datasets.archive import unpack
from movierec_cli.datasets.movies_file import GENRES
from movierec_cli.errors import DataError, DownloadError

PATIENCE = 300.0
"""Seconds that an installer may take."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that carries a release in RecBole's layout (`.inter`, `.item`, `.user`).

    requirement: what to ask the index for. stem: the files' path in the wheel, without their suffixes.
    sha256: of each file, by suffix. ratings_md5: of the `.inter` file without its header line.
    lacks: what the release itself has and the wheel has not.
    """

    requirement: str
    stem: str
    sha256: dict[str, str]
    ratings_md5: str
    lacks: tuple[str, ...]


ML_100K_WHEEL = Wheel(
    requirement="recbole==1.2.1",
    stem="recbole/dataset_example/ml-100k/ml-100k",
    sha256={
        ".item": "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532",
        ".user": "4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972",
    },
    ratings_md5="6e47046882bad158b0efbb84cd5cb987",
    lacks=("release dates", "IMDb addresses"),
)


def fetch_from_package_index(
    wheel: Wheel, scratch: Path, target: Path, *, patience: float = PATIENCE
) -> None:
    """Get `wheel` from the user's package index and write u.data, u.item and u.user into `target`.

    scratch: a folder to work in; the caller removes it. patience: seconds that an installer may take.
    Raises DownloadError where no installer gets the wheel, DataError where its files are not the known ones.
    """
    stem = _obtain(wheel, scratch, patience)
    ratings = stem.with_suffix(".inter").read_bytes().partition(b"\n")[2]
    if hashlib.md5(ratings, usedforsecurity=False).hexdigest() != wheel.ratings_md5:
        raise DataError(f"The ratings in {wheel.requirement} are not those of MovieLens: their MD5 is wrong")
    for suffix, expected in wheel.sha256.items():
        if hashlib.sha256(stem.with_suffix(suffix).read_bytes()).hexdigest() != expected:
            raise DataError(
                f"The {suffix} file in {wheel.requirement} is not the known one: its SHA-256 is wrong"
            )
    target.mkdir(parents=True, exist_ok=True)
    (target / "u.data").write_bytes(ratings)
    movies = "".join(f"{_movie_line(row)}\n" for row in _rows(stem.with_suffix(".item")))
    (target / "u.item").write_text(movies, "latin-1", newline="\n")
    people = "".join("|".join(row) + "\n" for row in _rows(stem.with_suffix(".user")))
    (target / "u.user").write_text(people, "latin-1", newline="\n")


def _movie_line(row: list[str]) -> str:
    """A line of u.item with no dates and no address; the year goes back into the title, as u.item has it."""
    movie_id, title, year, genres = row
    full_title = "unknown" if title == "unkonwn" else f"{title} ({year})"
    flags = ["1" if genre in genres.split(" ") else "0" for genre in GENRES]
    return "|".join([movie_id, full_title, "", "", "", *flags])


def _rows(path: Path) -> list[list[str]]:
    """The rows below the header."""
    return [line.split("\t") for line in path.read_text("utf-8").split("\n")[1:] if line]


def _obtain(wheel: Wheel, scratch: Path, patience: float) -> Path:
    failures = []
    for number, (tool, command) in enumerate(_installers(wheel.requirement)):
        folder = scratch / f"{number}"
        folder.mkdir(parents=True)
        failure = _run([part.replace("{folder}", str(folder)) for part in command], folder, patience)
        for archive in folder.glob("*.whl"):
            unpack(archive, folder / "unpacked")
        found = [root / wheel.stem for root in (folder / "unpacked", folder)]
        suffixes = (".inter", *wheel.sha256)
        stem = next((p for p in found if all(p.with_suffix(suffix).is_file() for suffix in suffixes)), None)
        if failure is None and stem is not None:
            return stem
        failures.append(f"{tool}: {failure or 'the wheel lacks the files'}")
    raise DownloadError(
        f"No package index gave {wheel.requirement} ({'; '.join(failures) or 'neither pip nor uv is here'})",
        hint="pip must be able to install packages, or give a copy of the data: movierec fetch --from PATH",
    )


def _installers(requirement: str) -> Iterator[tuple[str, list[str]]]:
    """Every installer at hand: this environment's pip, uv (whose environments have no pip), any other pip."""
    wanted = ["--no-deps", "--only-binary=:all:", requirement]
    pip_download = "download --disable-pip-version-check --no-input --quiet --dest={folder}".split() + wanted
    if importlib.util.find_spec("pip") is not None:
        yield "pip", [sys.executable, "-m", "pip", *pip_download]
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv:
        yield (
            "uv",
            [uv, "pip", "install", "--quiet", f"--python={sys.executable}", "--target={folder}", *wanted],
        )
    for name in ("pip3", "pip"):
        path = shutil.which(name)
        if path:
            yield name, [path, *pip_download]
            return


def _run(command: list[str], folder: Path, patience: float) -> str | None:
    """Run an installer in `folder`, where no file can shadow its modules. Return what failed."""
    try:
        finished = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=patience,
            check=False,
        )
    except OSError as error:
        return error.strerror or "it cannot be run"
    except subprocess.TimeoutExpired:
        return f"it took more than {patience:g} s"
    if finished.returncode == 0:
        return None
    lines = [line.strip() for line in finished.stdout.decode("utf-8", "replace").splitlines() if line.strip()]
    told = next((line for line in reversed(lines) if "error" in line.lower()), lines[-1] if lines else "")
    # An index's address may hold a password.
    return re.sub(r"\S+://\S+", "(address)", told)[:200] or f"it ended with code {finished.returncode}"
