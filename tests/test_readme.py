"""README and the pages of docs/ name only what is there: commands, options, files."""

import re
from pathlib import Path

import pytest

import movierec_cli
from tests.commands import COMMANDS, options_of, spellings
from tests.support import PROJECT

README = PROJECT / "README.md"
PAGES = [
    README,
    *(PROJECT / name for name in ("CONTRIBUTING.md", "SECURITY.md")),
    *sorted(PROJECT.glob("docs/*.md")),
]
NAMES = "|".join(sorted(COMMANDS, key=len, reverse=True))


def name_of(page: Path) -> str:
    return page.name


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_line_can_be_typed(page: Path) -> None:
    """`movierec COMMAND --option`, wherever it stands."""
    text = page.read_text(encoding="utf-8")
    for name, rest in re.findall(rf"movierec ({NAMES})\b([^`\n#;]*)", text):
        assert spellings(rest) <= options_of(COMMANDS[name]), f"movierec {name}{rest}"
    for line in re.findall(r"^\$ movierec (.*)", text, flags=re.MULTILINE):
        assert re.match(rf"({NAMES}|--help|--version|\[OPTIONS\] COMMAND)\b", line), line


def test_the_readme_shows_the_first_steps() -> None:
    text = README.read_text(encoding="utf-8")
    typed = re.findall(rf"^\$ movierec ({NAMES})\b", text, flags=re.MULTILINE)
    assert {"fetch", "train", "recommend", "similar", "rate", "import"} <= set(typed)
    assert len(text.splitlines()) <= 160


def test_the_readme_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8")))
    assert {page.relative_to(PROJECT).as_posix() for page in PAGES if page != README} - linked == {
        "SECURITY.md"
    }


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not re.match(r"https?:", target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_of_the_project_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:movierec_cli|tests|benchmarks|docs)/[\w./-]+\w)`", text)
    package = Path(movierec_cli.__file__).parents[1]  # in CI, where the pages are not
    missing = [name for name in named if not any((place / name).exists() for place in (PROJECT, package))]
    assert missing == []


def test_the_fixtures_that_are_told_to_newcomers_are_those_that_are_shared() -> None:
    told = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("| fixture |")[2]
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", told, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    conftest = (PROJECT / "tests" / "conftest.py").read_text(encoding="utf-8")
    shared = re.findall(r"^@pytest\.fixture[^\n]*\ndef ([a-z]\w+)\(", conftest, flags=re.MULTILINE)
    assert named == set(shared)
