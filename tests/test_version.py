"""The version is the same wherever it stands."""

import re

from movierec_cli import __version__
from tests.support import PROJECT


def test_the_changelog_begins_with_what_is_unreleased_and_then_this_version() -> None:
    text = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?$", text, flags=re.MULTILINE)
    assert versions[0] == ("Unreleased", "")
    assert versions[1][0] == __version__
    days = [day for _, day in versions[1:]]
    assert all(days)
    assert days == sorted(days, reverse=True)


def test_the_citation_has_this_version_and_its_day() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    day = re.search(rf"^## \[{re.escape(__version__)}\] - (.*)$", changelog, flags=re.MULTILINE)
    assert day
    citation = (PROJECT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation
    assert f'\ndate-released: "{day[1]}"\n' in citation
