"""Whatever stands in a file or a command line: an answer, or a MovieRecError."""

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import movierec_cli
from movierec_cli.datasets.library import list_datasets, load_dataset
from movierec_cli.datasets.shelf import Shelf
from movierec_cli.errors import MovieRecError
from movierec_cli.home import Home
from movierec_cli.profiles.profile import load_profile
from movierec_cli.questions.predicting import read_pairs
from movierec_cli.questions.recommender import Recommender
from tests.datasets.samples import csv_files, write

RELAXED = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.slow
@RELAXED
@given(
    st.binary(max_size=300)
    | st.lists(st.lists(st.text(max_size=6), max_size=4).map(",".join), max_size=5).map(
        lambda lines: "\n".join(["user_id,movie_id", *lines]).encode("utf-8", "surrogatepass")
    )
)
def test_any_file_of_pairs(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "pairs.csv"
    file.write_bytes(content)
    try:
        users, movies = read_pairs(file)
    except MovieRecError as error:
        assert error.message
    else:
        assert len(users) == len(movies) > 0


@pytest.fixture(scope="module")
def dataset_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    from movierec_cli.datasets.library import fetch

    folder = tmp_path_factory.mktemp("any-dataset")
    home = Home(folder / "home")
    fetch(source=write(folder / "source", csv_files()), name="sample", home=home)
    return home


@pytest.mark.slow
@RELAXED
@given(data=st.data())
def test_any_dataset_json(dataset_home: Home, tmp_path: Path, data: st.DataObject) -> None:
    """Any bytes, any JSON, and the right JSON with one value changed or gone."""
    home = Home(tmp_path / "home")
    if not home.root.exists():
        shutil.copytree(dataset_home.root, home.root)
    manifest = Shelf(home, "sample").target / "dataset.json"
    right = (Shelf(dataset_home, "sample").target / "dataset.json").read_bytes()
    facts: dict[str, Any] = json.loads(right)
    key = data.draw(st.sampled_from(sorted(facts)))
    changed = data.draw(
        st.one_of(
            st.binary(max_size=100),
            JSON.map(lambda value: json.dumps(value).encode()),
            JSON.map(lambda value: json.dumps(facts | {key: value}).encode()),
            st.just(json.dumps({name: value for name, value in facts.items() if name != key}).encode()),
        )
    )
    manifest.write_bytes(changed)
    for work in (lambda: load_dataset("sample", home=home), lambda: list_datasets(home)):
        try:
            work()
        except MovieRecError as error:
            assert error.message
            assert error.hint
    assert movierec_cli.info(home.root).datasets


@pytest.mark.slow
@RELAXED
@given(content=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_profile(tmp_path: Path, content: bytes) -> None:
    home = Home(tmp_path)
    home.profiles.mkdir(exist_ok=True)
    (home.profiles / "me.json").write_bytes(content)
    with pytest.raises(MovieRecError):
        load_profile(home, "me")


@pytest.mark.slow
@RELAXED
@given(text=st.text(max_size=40) | st.text("'\"%_\\();-*[]{}?^$|&", max_size=12))
def test_any_title(titles_home: Path, text: str) -> None:
    recommender = Recommender.open(titles_home)
    try:
        match = recommender.find(text)
    except MovieRecError as error:
        assert error.message
        assert error.hint
    else:
        assert match.movie.title


@pytest.mark.slow
def test_nothing_is_pickled_and_a_model_runs_no_code() -> None:
    """No module that unpickles is imported; arrays and models are loaded in the modes that do not."""
    package = Path(movierec_cli.__file__).parent
    loads = 0
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                named = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                unsafe = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
                assert not unsafe & {name.split(".")[0] for name in named}, file
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert "allow_pickle" not in keywords, file
                assert called.split(".")[-1] not in {"read_pickle", "to_pickle", "eval", "exec"}, file
                if called.endswith("load_model"):
                    assert keywords["safe_mode"] == "True", file
                    loads += 1
    assert loads == 1
