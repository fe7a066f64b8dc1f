"""What a question must not load, and what `import movierec_cli` promises."""

import ast
import json
from importlib import import_module
from pathlib import Path

import pytest

import movierec_cli
from tests.support import Checkerboard, run_python

HEAVY = ("tensorflow", "keras", "pandas", "lancedb", "movierec_cli.datasets", "movierec_cli.training")
ALLOWED = {
    "lancedb._lancedb",
    *("movierec_cli.datasets", "movierec_cli.datasets.shelf", "movierec_cli.datasets.catalog"),
    "movierec_cli.datasets.layouts",
    *("movierec_cli.training", "movierec_cli.training.models"),
}
"""Of HEAVY, what is light: LanceDB's extension, and what lists the datasets and the models."""
NOT_FOR_QUESTIONS = (
    *("pydantic", "requests", "filelock", "importlib.metadata", "platformdirs", "rapidfuzz", "rich.progress"),
    *(
        "movierec_cli.questions.export",
        "movierec_cli.plots",
        "movierec_cli.evaluation",
    ),
)
"""Besides HEAVY, what a recommendation does without: every one of them costs a part of its time."""

COMMAND = """
import json, sys
from movierec_cli.cli.app import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print(json.dumps([end.code, sorted(sys.modules)]))
"""


def among(names: tuple[str, ...], modules: list[str]) -> list[str]:
    return [
        name
        for name in modules
        if name not in ALLOWED and any(name == one or name.startswith(f"{one}.") for one in names)
    ]


def heavy(modules: list[str]) -> list[str]:
    return among(HEAVY, modules)


@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["--version"],
        ["train", "--help"],
        ["info"],
        ["recommend", str(Checkerboard.user_id(0))],
        ["recommend", str(Checkerboard.user_id(0)), "--format", "json"],
        [
            "recommend",
            "3",
            "13",
            "--genre",
            "war",
            "--year",
            "1950-",
            "--diversity",
            "0.5",
            "--novelty",
            "0.5",
        ],
        ["recommend", "3", "--include-seen", "--explain"],
        ["similar", "Flim 3"],
        ["search", "film"],
        ["show", "Film 3"],
        ["predict", str(Checkerboard.user_id(0)), "Film 3"],
        ["history", str(Checkerboard.user_id(0))],
        ["rate", "Film 3", "4", "--as", "starter"],
        ["seen", "Film 4", "--as", "starter"],
        ["hide", "Film 5", "--as", "starter"],
        ["profiles"],
        ["runs"],
    ],
    ids=" ".join,
)
def test_a_question_loads_nothing_heavy(checkerboard_home: Path, argv: list[str]) -> None:
    code, modules = json.loads(run_python(COMMAND, *argv, home=checkerboard_home).stdout.splitlines()[-1])
    assert code == 0
    assert heavy(modules) == []
    if argv[0] in {"recommend", "similar", "search", "show"}:
        assert "lancedb._lancedb" in modules  # LanceDB did answer
    if argv[0] == "recommend":
        assert among(NOT_FOR_QUESTIONS, modules) == []


def test_importing_the_package_loads_nothing(checkerboard_home: Path) -> None:
    code = "import json, sys, movierec_cli; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(run_python(code).stdout)
    assert heavy(modules) == []
    assert not {"numpy", "typer", "rich", "pyarrow"} & set(modules)


def test_asking_from_python_loads_nothing_heavy(checkerboard_home: Path) -> None:
    code = """
import json, sys
import movierec_cli as movierec
hits = movierec.recommend(3, top=2)
movierec.recommend(3, 13, like=["film 4"], not_like=["film 5"])
movierec.similar("film 4")
movierec.info()
print(json.dumps([hits[0].movie.movie_id, sorted(sys.modules)]))
"""
    movie_id, modules = json.loads(run_python(code, home=checkerboard_home).stdout)
    assert movie_id == Checkerboard.withheld(0)
    assert heavy(modules) == []


# ---- the public names ----


def names_for_type_checkers() -> dict[str, str]:
    """name -> module, from the imports that __init__.py has under TYPE_CHECKING."""
    tree = ast.parse(Path(movierec_cli.__file__).read_text(encoding="utf-8"))
    blocks = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    assert len(blocks) == 1
    found = {}
    for node in blocks[0].body:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            assert node.module
            found[alias.asname or alias.name] = node.module
    return found


def test_every_public_name_is_there() -> None:
    assert movierec_cli.__all__ == sorted(movierec_cli.__all__, key=_as_ruff_sorts)
    for name in movierec_cli.__all__:
        assert getattr(movierec_cli, name) is not None
        assert name in dir(movierec_cli)


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_type_checkers_see_the_same_names_from_the_same_places() -> None:
    promised = names_for_type_checkers()
    assert {*promised, "__version__"} == set(movierec_cli.__all__)
    for name, module in promised.items():
        assert getattr(movierec_cli, name) is getattr(import_module(module), name)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'recomend'"):
        _ = movierec_cli.recomend
