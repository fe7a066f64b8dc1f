"""The house: who may import whom, and how large a file may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import movierec_cli
from tests.support import PROJECT

PACKAGE = Path(movierec_cli.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

ROOMS = (
    *("titles", "vectors", "system", "datasets", "store", "training", "profiles"),
    *("questions", "evaluation", "cluster", "plots", "cli"),
)
"""A room imports from itself and from rooms before it, never from one behind it."""
STRANGERS = ({"training", "profiles"}, {"questions", "evaluation", "plots"})
"""Rooms that do not import each other, whatever their order."""
OPEN_TO_ALL = {"errors", "home", "version"}
FRONT_DOOR = {"__init__", "__main__", "overview"}
"""Beside OPEN_TO_ALL, the modules at the top. They may import every room but the commands; no room imports
them, but that the commands use the public names, which are those of `__init__`."""
FOR_COMMANDS = {"__init__", "system"} | OPEN_TO_ALL
"""What the commands import: what everybody who uses movierec from Python has, and what any program needs of
the machine (Ctrl-C, files, JSON)."""
FOR_THE_TAB_KEY = {"datasets.catalog", "datasets.shelf", "profiles.profile"}
"""Besides, for cli/completion.py: names of datasets and profiles. The public functions for them load pandas,
or read every profile, and the Tab key does not wait for that."""


def name_of(file: Path) -> str:
    """ "store.runs" for movierec_cli/store/runs.py, "store.__init__" for the package itself."""
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts)


def room_of(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


MODULES = {name_of(file): file for file in FILES}


def imported(file: Path) -> Iterator[str]:
    """What a file imports of the package, anywhere: at its top, in functions, for type checkers."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named = [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}, line {node.lineno}: an import says the whole name"
            named = [(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        for module, name in named:
            top, _, inner = module.partition(".")
            if top == PACKAGE.name:
                within = f"{inner}.{name}".strip(".")
                yield within if {within, f"{within}.__init__"} & set(MODULES) else inner or "__init__"


def may_import(importer: str, wanted: str) -> bool:
    """Whether a module of the room `importer` may import from the room `wanted`."""
    if importer == wanted or wanted in OPEN_TO_ALL:
        return True
    if importer in OPEN_TO_ALL:
        return False
    if wanted in FRONT_DOOR:
        return (importer, wanted) in {("cli", "__init__"), ("__init__", "overview")}
    if importer in FRONT_DOOR:
        return wanted != "cli" or importer == "__main__"
    if importer == "cli":
        return wanted in FOR_COMMANDS
    if any({importer, wanted} <= strangers for strangers in STRANGERS):
        return False
    return ROOMS.index(wanted) < ROOMS.index(importer)


def test_every_folder_is_a_room_and_six_modules_are_at_the_top() -> None:
    assert {room_of(module) for module in MODULES if "." in module} == set(ROOMS)
    assert {module for module in MODULES if "." not in module} == OPEN_TO_ALL | FRONT_DOOR
    assert len(OPEN_TO_ALL | FRONT_DOOR) == 6


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may(module: str) -> None:
    wrong = {one for one in imported(MODULES[module]) if not may_import(room_of(module), room_of(one))}
    assert wrong == (FOR_THE_TAB_KEY if module == "cli.completion" else set())


def test_the_public_names_come_from_every_room_but_the_commands() -> None:
    rooms = {room_of(module) for module in imported(PACKAGE / "__init__.pyi")}
    assert rooms >= {"datasets", "evaluation", "plots", "profiles", "questions", "store", "training"}
    assert all(may_import("__init__", room) for room in rooms)


def test_the_imports_are_found_wherever_they_are(tmp_path: Path) -> None:
    file = tmp_path / "made_up.py"
    file.write_text(
        "import movierec_cli\n"
        "import movierec_cli.training.ranking.network\n"
        "from movierec_cli import overview\n"
        "from movierec_cli.store import facts, table as tables\n"
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from movierec_cli.cli.app import main\n"
        "def late() -> None:\n    from movierec_cli.profiles.words import folded\n"
        "    from movierec_cli.home import Home, TITLES_FILE\n",
        encoding="utf-8",
    )
    assert sorted(set(imported(file))) == [
        *("__init__", "cli.app", "home", "overview", "profiles.words"),
        *("store.facts", "store.table", "training.ranking.network"),
    ]


@pytest.mark.parametrize(
    ("importer", "wanted", "allowed"),
    [
        *(("store", "store", True), ("store", "datasets", True), ("datasets", "store", False)),
        *(("profiles", "store", True), ("profiles", "training", False), ("training", "profiles", False)),
        *(("plots", "training", True), ("plots", "questions", False), ("questions", "plots", False)),
        *(("vectors", "errors", True), ("errors", "vectors", False), ("home", "system", False)),
        *(("cli", "plots", False), ("cli", "overview", False), ("questions", "overview", False)),
        *(("cli", "__init__", True), ("cli", "system", True), ("cli", "cli", True), ("cli", "home", True)),
        *(("overview", "store", True), ("overview", "cli", False), ("__main__", "cli", True)),
        *(("__init__", "questions", True), ("__init__", "overview", True), ("store", "__init__", False)),
    ],
)
def test_the_rules_between_rooms(importer: str, wanted: str, allowed: bool) -> None:
    assert may_import(importer, wanted) is allowed


def length(node: ast.AST) -> int:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    assert node.end_lineno
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_too_long_to_be_read_at_once(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert len(text.splitlines()) <= 350
    assert [node.name for node in classes if length(node) > 230] == []
    if room_of(module) != "cli":
        assert [node.name for node in functions if length(node) > 70] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_file_has_something_of_its_own(module: str) -> None:
    """None only passes on what others have; that of a folder is empty, or has code too."""
    body = ast.parse(MODULES[module].read_text(encoding="utf-8")).body
    own = [node for node in body if not _says_nothing(node)]
    if module.endswith("__init__"):
        assert own or not any(isinstance(node, ast.Import | ast.ImportFrom) for node in body)
    else:
        assert own


def _says_nothing(node: ast.stmt) -> bool:
    """Whether it is an import, a docstring, or the list of public names."""
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) == "__all__"
    return isinstance(node, ast.Import | ast.ImportFrom) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def private_names(test: Path) -> Iterator[str]:
    """What a test imports or patches of the package that begins with an underscore."""
    ours = set()
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = [alias.name for alias in node.names]
            if PACKAGE.name in {module.partition(".")[0], *(name.partition(".")[0] for name in names)}:
                ours |= {alias.asname or alias.name for alias in node.names}
                yield from (name for name in [*module.split("."), *names] if _is_private(name))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in ours and _is_private(node.attr):
                yield node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("setattr"):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and _is_private(str(argument.value).split(".")[-1]):
                    yield str(argument.value)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


@pytest.mark.parametrize("test", sorted((PROJECT / "tests").rglob("*.py")), ids=lambda test: test.stem)
def test_no_test_knows_a_private_name(test: Path) -> None:
    assert list(private_names(test)) == []


def test_private_names_are_found(tmp_path: Path) -> None:
    file = tmp_path / "made_up.py"
    file.write_text(
        "import movierec_cli\nfrom movierec_cli.cli import _old\n"
        "from movierec_cli.plots import atlas as map_\n"
        "from movierec_cli.version import __version__\nimport os\n"
        "def test(monkeypatch):\n    map_._scheme()\n    os._exit(0)\n"
        "    monkeypatch.setattr(map_, '_ramp', None)\n    monkeypatch.setattr(map_, 'place', None)\n",
        encoding="utf-8",
    )
    assert sorted(private_names(file)) == ["_old", "_ramp", "_scheme"]
