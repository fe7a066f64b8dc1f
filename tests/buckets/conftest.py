"""An object store on loopback: moto's server, behind a proxy. The keys are always given: without them, the
libraries would ask an address of the cloud for some."""

import itertools
import logging
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.home import Home
from tests.buckets.between import Between

BUCKET = "films"
_NUMBERS = itertools.count()
KEYS = {
    "AWS_ACCESS_KEY_ID": "the-tests-key",
    "AWS_SECRET_ACCESS_KEY": "the-tests-secret",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_METADATA_ENDPOINT": "http://127.0.0.1:1",
}


@pytest.fixture(scope="session")
def between() -> Iterator[Between]:
    """The proxy before the object store, which has the bucket BUCKET."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/{BUCKET}", method="PUT")).close()
    between = Between(port)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in KEYS.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", between.url)
        yield between
    between.close()
    server.stop()


@pytest.fixture(autouse=True)
def _undisturbed(between: Between, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody meddles any more, and nothing was written below the folder at hand."""
    between.watch()
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    yield
    between.watch()
    assert list((tmp_path / "cwd").iterdir()) == []


@pytest.fixture
def home() -> Home:
    """A home of its own in the bucket, with nothing in it."""
    return Home.resolve(f"s3://{BUCKET}/homes/{next(_NUMBERS)}")


@pytest.fixture(scope="session")
def trained(between: Between, checkerboard: Dataset) -> Home:
    """A home in the bucket with a model computed of the checkerboard. For reading only."""
    from movierec_cli.training.train import train

    home = Home.resolve(f"s3://{BUCKET}/trained")
    train(checkerboard, epochs=0, home=home.root)
    return home


@pytest.fixture(scope="session")
def objects(between: Between) -> "Objects":
    return Objects(between)


class Objects:
    """The objects of the bucket, by another library than movierec's."""

    def __init__(self, between: Between) -> None:
        import boto3

        self._client: Any = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{between.upstream}",
            region_name=KEYS["AWS_REGION"],
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )

    def below(self, path: Path) -> list[str]:
        """Names below a home, or a folder of one, sorted."""
        prefix = f"{_key(path)}/"
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return sorted(one["Key"].removeprefix(prefix) for page in pages for one in page.get("Contents", ()))

    def read(self, path: Path) -> bytes:
        content: bytes = self._client.get_object(Bucket=BUCKET, Key=_key(path))["Body"].read()
        return content

    def write(self, path: Path, content: bytes) -> None:
        self._client.put_object(Bucket=BUCKET, Key=_key(path), Body=content)

    def copy(self, source: Path, target: Path) -> Path:
        """Copy a home into a folder of this machine, or into another home of the bucket."""
        for name in self.below(source):
            content = self.read(source / name)
            if str(target).startswith("s3://"):
                self.write(target / name, content)
            else:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (target / name).write_bytes(content)
        return target


def _key(path: Path) -> str:
    return str(path).removeprefix(f"s3://{BUCKET}/")
