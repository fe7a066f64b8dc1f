import re

import pytest

from movierec_cli.datasets.catalog import CATALOG, find_release, newest_release
from movierec_cli.errors import NotFoundError

NAMES = ["ml-100k", "ml-1m", "ml-10m", "ml-20m", "ml-25m", "ml-32m", "ml-latest-small", "ml-latest"]


def test_the_catalogue_knows_every_release() -> None:
    assert list(CATALOG) == NAMES
    for name, release in CATALOG.items():
        assert release.name == name
        assert release.url == f"https://files.grouplens.org/datasets/movielens/{name}.zip"
        assert release.layout in {"tab", "double-colon", "csv"}
        assert release.sha256 is None or re.fullmatch("[0-9a-f]{64}", release.sha256)
        assert release.md5 is None or re.fullmatch("[0-9a-f]{32}", release.md5)
        assert "research" in release.licence and "redistribution" in release.licence
        assert "Harper" in release.citation
        assert release.checksum_is_final == (name not in {"ml-32m", "ml-latest", "ml-latest-small"})
        assert release.sha256 or release.md5 or not release.checksum_is_final


def test_the_newest_release_is_the_smallest_of_those_with_the_latest_films() -> None:
    """ml-latest has films of 2023 as well, and is larger."""
    for year in (1998, 2000, 2022):
        assert newest_release(year) is CATALOG["ml-32m"]
    assert newest_release(2023) is None


def test_names_are_found_in_any_case() -> None:
    assert find_release("ML-25M") is CATALOG["ml-25m"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ml-2m", "ml-20m"), ("ml_100k", "ml-100k"), ("latest-small", "ml-latest-small"), ("zzzzzzzzz", None)],
)
def test_slips_are_answered_with_the_nearest_name(typed: str, meant: str | None) -> None:
    with pytest.raises(NotFoundError) as caught:
        find_release(typed)
    assert repr(typed) in caught.value.message
    if meant:
        assert "Did you mean ml-" in caught.value.message
    else:
        assert "Did you mean" not in caught.value.message
