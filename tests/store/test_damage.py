"""Every byte of a run counts: whatever is flipped, cut off, missing or strange is found."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from movierec_cli import overview
from movierec_cli.errors import MovieRecError, StoreError
from movierec_cli.home import Home
from movierec_cli.store.audit import find_faults, verify
from movierec_cli.store.facts import FORMAT_VERSION, write_facts
from movierec_cli.store.manifest import MANIFEST_FILE, write_manifest
from movierec_cli.store.publishing import new_run, use_run
from movierec_cli.store.runs import current_run, read_run
from tests.support import Stored, run_facts, run_json


@pytest.fixture
def home(checkerboard_home: Path, tmp_path: Path) -> Home:
    """A copy of a trained home, to be damaged."""
    return Home(Path(shutil.copytree(checkerboard_home, tmp_path / "home")))


def files_of(run: Path) -> list[Path]:
    return sorted(path for path in run.rglob("*") if path.is_file())


def test_a_whole_run_has_no_faults(home: Home) -> None:
    run = current_run(home)
    assert verify(home.root) == {run.run_id: []}
    assert {"MANIFEST", "run.json", "model.keras"} <= {path.name for path in files_of(run.folder)}


@pytest.mark.slow
def test_a_flipped_bit_in_any_file_is_found(home: Home) -> None:
    run = current_run(home)
    for file in files_of(run.folder):
        name = file.relative_to(run.folder).as_posix()
        whole = file.read_bytes()
        for place in {0, len(whole) // 3, len(whole) // 2, len(whole) - 1}:
            for bit in (0, 5, 7):
                content = bytearray(whole)
                content[place] ^= 1 << bit
                file.write_bytes(content)
                faults = find_faults(home, run.run_id)
                assert any(name in fault for fault in faults), (name, place, bit, faults)
        file.write_bytes(whole)
    assert find_faults(home, run.run_id) == []


@pytest.mark.slow
def test_every_byte_of_the_manifest_and_of_the_facts_counts(home: Home) -> None:
    run = current_run(home)
    for name in (MANIFEST_FILE, "run.json"):
        file = run.folder / name
        whole = file.read_bytes()
        for place in range(0, len(whole), 7):
            content = bytearray(whole)
            content[place] ^= 0x21
            file.write_bytes(content)
            with pytest.raises(StoreError):
                read_run(home, run.run_id)
        file.write_bytes(whole)
    assert read_run(home, run.run_id) == run


@pytest.mark.parametrize(
    ("version", "fault"), [(None, ""), (1, ""), (2, "MANIFEST has format 2; this movierec")]
)
def test_a_manifest_of_another_format_is_named(home: Home, version: int | None, fault: str) -> None:
    """Those from before it had a format are of the first."""
    run = current_run(home)
    file = run.folder / MANIFEST_FILE
    content = json.loads(file.read_text(encoding="utf-8").splitlines()[0])
    del content["format_version"]
    line = json.dumps(content if version is None else {**content, "format_version": version})
    file.write_text(f"{line}\n{hashlib.sha256(line.encode()).hexdigest()}\n", encoding="utf-8")
    if fault:
        with pytest.raises(StoreError, match=fault):
            read_run(home, run.run_id)
    else:
        assert read_run(home, run.run_id).facts == run.facts


def test_a_file_that_is_cut_off_is_found_before_a_question_is_asked(home: Home) -> None:
    run = current_run(home)
    for file in files_of(run.folder):
        whole = file.read_bytes()
        for content in (whole[:-1], whole[: len(whole) // 2], b"", whole + b"\n"):
            file.write_bytes(content)
            assert find_faults(home, run.run_id)
            with pytest.raises(StoreError) as caught:
                current_run(home)
            assert file.name in caught.value.message
            assert caught.value.hint == "Train again: movierec train"
        file.write_bytes(whole)


def test_a_file_that_is_gone_is_found_before_a_question_is_asked(home: Home) -> None:
    run = current_run(home)
    for file in files_of(run.folder):
        whole = file.read_bytes()
        file.unlink()
        assert find_faults(home, run.run_id)
        with pytest.raises(StoreError) as caught:
            current_run(home)
        assert file.name in caught.value.message
        file.mkdir()
        assert find_faults(home, run.run_id)
        file.rmdir()
        file.write_bytes(whole)


def test_a_file_too_many_is_found(home: Home) -> None:
    run = current_run(home)
    (run.folder / "movies.lance" / "data" / "more.lance").write_bytes(b"")
    assert find_faults(home, run.run_id) == ["movies.lance/data/more.lance does not belong to the run"]


def test_a_table_with_other_rows_than_the_run_says_is_found(home: Home) -> None:
    """The facts were forged, and the manifest with them."""
    run = current_run(home)
    dataset = replace(run.facts.dataset, movies=32, people=59)
    write_facts(run.folder, replace(run.facts, dataset=dataset))
    write_manifest(run.folder)
    assert find_faults(home, run.run_id) == [
        "the table movies has 31 rows instead of 32",
        "the table users has 60 rows instead of 59",
    ]


def test_a_damaged_run_names_the_newest_that_is_whole(home: Home) -> None:
    run = current_run(home)
    for run_id in ("10000000-000000-0000", "20000000-000000-0000", "99990101-000000-0000"):
        shutil.copytree(run.folder, home.runs / run_id)
    (home.runs / "99990101-000000-0000" / "run.json").unlink()
    use_run(home, "20000000-000000-0000")
    (home.runs / "20000000-000000-0000" / "model.keras").unlink()
    with pytest.raises(StoreError) as caught:
        current_run(home)
    assert f"movierec use {run.run_id}" in str(caught.value.hint)
    assert "movierec train" in str(caught.value.hint)
    whole = [one.run_id for one in overview.runs(home) if one.problem is None]
    assert whole == ["10000000-000000-0000", run.run_id]


# ---- runs of other versions ----


@pytest.mark.parametrize("version", [3, 4])
def test_a_run_of_an_earlier_format_is_refused_with_the_way_out(home: Home, version: int) -> None:
    run = current_run(home)
    facts = json.loads((run.folder / "run.json").read_text())
    if version == 3:  # what movierec 0.1.0 knew of histories
        facts["model"]["fold_in"] = {"highest": 5.0, "recency": 50.0, "shrinkage": 4.0, "user_bias": [0.0]}
    else:  # weights of histories that faded
        facts["model"]["fold_in"]["weights"]["recency"] = 50.0
    (run.folder / "run.json").write_text(json.dumps(facts | {"format_version": version}))
    write_manifest(run.folder)
    with pytest.raises(
        StoreError, match=rf"has format {version}; this movierec reads format {FORMAT_VERSION}"
    ) as caught:
        current_run(home)
    assert caught.value.hint == "It was trained by an older movierec. Train again: movierec train"
    assert list(verify(home.root).values()) == [[caught.value.message]]


def test_a_run_of_a_later_format_is_not_called_damaged(home: Home) -> None:
    run = current_run(home)
    write_facts(run.folder, replace(run.facts, format_version=99))
    write_manifest(run.folder)
    with pytest.raises(StoreError, match="has format 99") as caught:
        current_run(home)
    assert "newer movierec" in str(caught.value.hint)


# ---- facts ----


def leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path] if path else []
    if isinstance(value, dict) and path[-1:] not in {("config",), ("dimensions",)}:
        for key, inner in value.items():
            found += leaves(inner, (*path, key))
    return found


def changed(facts: dict[str, Any], path: tuple[str, ...], value: Any = None) -> dict[str, Any]:
    """A copy without the key at `path`, or with another value there."""
    key, *rest = path
    if rest:
        return facts | {key: changed(facts[key], tuple(rest), value)}
    copy = dict(facts)
    del copy[key]
    return copy if value is None else copy | {key: value}


def written(home: Home, facts: dict[str, Any]) -> str:
    with new_run(home) as folder:
        (folder / "run.json").write_text(json.dumps(facts))
    return folder.name


@pytest.mark.parametrize("path", leaves(run_json()), ids=".".join)
def test_facts_that_lack_a_key_are_a_store_error(tmp_path: Path, path: tuple[str, ...]) -> None:
    home = Home(tmp_path)
    run_id = written(home, changed(run_json(), path))
    with pytest.raises(StoreError, match=path[-1]) as caught:
        read_run(home, run_id)
    assert "movierec train" in str(caught.value.hint)


@pytest.mark.slow
@pytest.mark.parametrize("path", leaves(run_json()), ids=".".join)
@pytest.mark.parametrize("value", [True, [[]], {"a": 1}, "text"], ids=repr)
def test_facts_with_a_value_of_another_type_are_a_store_error(
    tmp_path: Path, path: tuple[str, ...], value: Any
) -> None:
    fitting = {"config"} if isinstance(value, dict) else set()
    if isinstance(value, str):
        fitting = {"movierec", "created", "name", "kind"}
    home = Home(tmp_path)
    run_id = written(home, changed(run_json(), path, value))
    if path[-1] in fitting:
        assert read_run(home, run_id).facts
        return
    with pytest.raises(StoreError):
        read_run(home, run_id)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([MANIFEST_FILE, "run.json"]),
    content=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8) | st.just("files"), inner),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
        st.just(b"[" * 100_000),
    ),
)
def test_any_bytes_in_run_json_or_the_manifest_are_a_store_error(
    stored: Stored, tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    home = Home(tmp_path_factory.mktemp("any"))
    folder = home.runs / "run"
    folder.mkdir(parents=True)
    write_facts(folder, run_facts())
    write_manifest(folder)
    assert read_run(home, "run").facts.movierec == "0.0.0"
    (folder / name).write_bytes(content)
    with pytest.raises(MovieRecError) as caught:
        read_run(home, "run")
    assert str(caught.value)
    if name == "run.json":  # a manifest that fits the nonsense does not help it
        write_manifest(folder)
        with pytest.raises(MovieRecError):
            read_run(home, "run")
