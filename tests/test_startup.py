"""What a question must not load, and what `import movierec_cli` promises."""

import ast
import json
from importlib import import_module, resources
from pathlib import Path

import pytest

import movierec_cli
from tests.support import Checkerboard, run_python

HEAVY = (
    *("tensorflow", "keras", "pandas", "lancedb", "movierec_cli.datasets", "movierec_cli.training"),
    *("obstore", "boto3", "movierec_cli.system.bucket", "ray", "movierec_cli.cluster"),
)
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


@pytest.mark.parametrize(
    "line", ["import {} --as starter", "recommend 3 --among {}", "recommend 3 --except {}"]
)
def test_a_table_of_films_is_read_without_pydantic_and_the_patterns_of_lists(
    checkerboard_home: Path, tmp_path: Path, line: str
) -> None:
    """Typer loads pydantic for an option with a parser of its own: a sixth of the time."""
    file = tmp_path / "films.csv"
    file.write_text("title,year,rating\nFilm 3,1953,4\nFilm 4,1954,2\n", encoding="utf-8")
    argv = line.format(file).split()
    code, modules = json.loads(run_python(COMMAND, *argv, home=checkerboard_home).stdout.splitlines()[-1])
    assert code == 0
    assert heavy(modules) == []
    assert among(("pydantic", "movierec_cli.profiles.typed_line"), modules) == []


WHOLE = """
import gc, json, os, sys
from movierec_cli.__main__ import main
def searches():
    return sum(generation["collections"] for generation in gc.get_stats())
before = searches()
try:
    main()
except SystemExit as end:
    done = searches() - before
    from threadpoolctl import threadpool_info
    threads = [one["num_threads"] for one in threadpool_info() if one["internal_api"] == "openblas"]
    print(json.dumps([end.code, gc.isenabled(), done, threads, os.cpu_count()]))
"""


@pytest.mark.parametrize("argv", [["recommend", "3"], ["history", "3"], ["similar", "Film 3"]], ids=" ".join)
def test_a_question_neither_starts_threads_for_algebra_nor_searches_for_garbage(
    checkerboard_home: Path, argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    last = run_python(WHOLE, *argv, home=checkerboard_home).stdout.splitlines()[-1]
    code, collecting, searches, threads, _ = json.loads(last)
    assert (code, collecting) == (0, True)
    assert searches < 3  # with Python's own threshold there are a hundred
    assert set(threads) <= {1}


def test_what_computes_has_all_cores_and_its_garbage_collected(
    checkerboard_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    argv = ["export", str(tmp_path / "everyone.csv")]
    last = run_python(WHOLE, *argv, home=checkerboard_home).stdout.splitlines()[-1]
    code, collecting, searches, threads, cores = json.loads(last)
    assert (code, collecting) == (0, True)
    assert searches >= 10
    assert set(threads) <= {cores}


def test_whoever_sets_the_number_of_threads_keeps_it(
    checkerboard_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    last = run_python(WHOLE, "recommend", "3", home=checkerboard_home).stdout.splitlines()[-1]
    _, _, _, threads, cores = json.loads(last)
    assert set(threads) <= {min(2, cores)}


@pytest.mark.parametrize("argv", [["export", "all.csv"], ["train", "ml-1m"], ["evaluate", "ml-1m"]])
def test_nothing_of_a_cluster_is_loaded_without_one(own_home: Path, argv: list[str]) -> None:
    argv = [argv[0], *(str(own_home / "all.csv") if one == "all.csv" else one for one in argv[1:])]
    _, modules = json.loads(run_python(COMMAND, *argv, home=own_home).stdout.splitlines()[-1])
    assert among(("ray", "movierec_cli.cluster"), modules) == []


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


def test_every_public_name_is_there() -> None:
    assert len(movierec_cli.__all__) > 70
    for name in movierec_cli.__all__:
        assert getattr(movierec_cli, name) is not None
        assert name in dir(movierec_cli)


def test_everything_can_be_imported_at_once() -> None:
    names: dict[str, object] = {}
    exec("from movierec_cli import *", names)
    assert set(movierec_cli.__all__) <= set(names)


def test_type_checkers_see_each_name_as_it_is() -> None:
    """In a stub only `import name as name` passes a name on."""
    stub = ast.parse(resources.files(movierec_cli).joinpath("__init__.pyi").read_text(encoding="utf-8"))
    for node in stub.body:
        if isinstance(node, ast.ImportFrom):
            module = import_module(str(node.module))
            for alias in node.names:
                assert alias.asname == alias.name
                assert getattr(movierec_cli, alias.name) is getattr(module, alias.name)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'recomend'"):
        getattr(movierec_cli, "recom" + "end")  # in a plain form, mypy would say so
