"""In CI a test may be skipped for a reason in a list only."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import PROJECT

ALLOWED = PROJECT / "tests" / "allowed_skips.txt"
TESTS = """
import pytest

@pytest.mark.skipif(True, reason="root may write everywhere")
def test_with_a_reason_in_the_list(): ...

@pytest.mark.skip
def test_without_a_reason(): ...

def test_that_skips_itself():
    pytest.skip("it rains")

@pytest.fixture
def missing():
    pytest.skip("there is none")

def test_whose_fixture_skips(missing): ...

@pytest.mark.xfail
def test_that_is_expected_to_fail():
    assert False
"""


def run(folder: Path, **environment: str) -> str:
    """What pytest says of TESTS."""
    (folder / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport\n", "utf-8")
    (folder / "test_some.py").write_text(TESTS, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)],
        cwd=PROJECT,
        env={
            **{name: value for name, value in os.environ.items() if name != "MOVIEREC_ALLOWED_SKIPS"},
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "counts"),
    [
        ({}, {"4 skipped", "1 xfailed"}),
        ({"MOVIEREC_ALLOWED_SKIPS": str(ALLOWED)}, {"1 skipped", "1 xfailed", "1 failed", "2 errors"}),
    ],
    ids=["without the list", "with it"],
)
def test_another_reason_is_a_failure(tmp_path: Path, environment: dict[str, str], counts: set[str]) -> None:
    said = run(tmp_path, **environment)
    assert set(re.findall(r"\d+ \w+", said.splitlines()[-1])) - {"0 s"} >= counts, said


def test_every_reason_in_the_list_is_one_of_a_test() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8")
        for path in (PROJECT / "tests").rglob("*.py")
        if path != Path(__file__).resolve()
    )
    for reason in ALLOWED.read_text(encoding="utf-8").splitlines():
        assert f'"{reason}"' in tests
