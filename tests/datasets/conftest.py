from collections.abc import Iterator

import pytest

from tests.datasets.server import FileServer, serving


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving() as files:
        yield files
