"""docs/architecture.md shows the folders that there are, in the order of the rules."""

import re
from pathlib import Path

import movierec_cli
from tests.support import PROJECT
from tests.test_rooms import ROOMS

PACKAGE = Path(movierec_cli.__file__).parent
PAGE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
TREE = PAGE.partition("## The tree")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| (\w+/|top level) \| [^|]+ \| ([^|]+) \|$", TREE, flags=re.MULTILINE)


def test_the_table_has_the_folders_in_the_order_in_which_they_may_import() -> None:
    assert [name.rstrip("/") for name, _ in ROWS] == ["top level", *ROOMS]


def test_every_file_in_the_table_is_there() -> None:
    for folder, files in ROWS:
        place = PACKAGE if folder == "top level" else PACKAGE / folder
        named = re.findall(r"`(\w+)`", files)
        assert named
        assert [name for name in named if not (place / f"{name}.py").is_file()] == []


def test_every_module_on_the_way_of_a_question_and_a_training_is_there() -> None:
    named = set(re.findall(rf"\b((?:{'|'.join(ROOMS)})/[a-z_/]*[a-z_]+)\b", PAGE))
    assert len(named) > 10
    missing = {
        name for name in named if not (PACKAGE / f"{name}.py").is_file() and not (PACKAGE / name).is_dir()
    }
    assert missing == set()
