"""Questions to a home in an object store: the answers of the same home on this machine, in few requests."""

from pathlib import Path

import pytest

from movierec_cli.home import Home
from movierec_cli.overview import use
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.audit import verify
from movierec_cli.store.runs import current_run
from movierec_cli.system import bucket
from tests.buckets.between import Between
from tests.buckets.conftest import Objects
from tests.support import Checkerboard, Cli

QUESTIONS = [
    ["recommend", str(Checkerboard.user_id(0)), "--explain"],
    ["recommend", "3", "13", "--genre", "war", "--format", "csv"],
    ["recommend", "--like", "film 4", "--format", "json"],
    ["similar", "Flim 3", "--format", "json"],
    ["search", "film"],
    ["show", "Film 3"],
    ["predict", "3", "Film 3"],
    ["history", "3"],
    ["runs"],
]


@pytest.fixture(params=["brought here", pytest.param("read there", marks=pytest.mark.slow)])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small tables are brought to this machine, large ones are read where they are."""
    if request.param == "read there":
        monkeypatch.setattr(bucket, "NEAR", 0)
    return str(request.param)


def test_answers_are_those_of_the_same_home_on_this_machine(
    trained: Home, objects: Objects, cli: Cli, tmp_path: Path, way: str
) -> None:
    here = objects.copy(trained.root, tmp_path / "here")
    for question in QUESTIONS:
        there = cli(*question, home=trained.root)
        assert there == cli(*question, home=here), question
        assert there.code == 0, there.err
    assert Recommender.open(trained.root).recommend(3)[0].movie.movie_id == Checkerboard.withheld(0)


def test_an_exported_file_is_byte_for_byte_the_same(
    trained: Home, objects: Objects, cli: Cli, tmp_path: Path, way: str
) -> None:
    homes = {"there": trained.root, "here": objects.copy(trained.root, tmp_path / "home")}
    for name, home in homes.items():
        assert cli("export", str(tmp_path / f"{name}.csv"), home=home).code == 0
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    lists = Home.resolve("s3://films/lists").root
    for file in (lists / "all.csv", Home.resolve("s3://films/all.csv").root):
        assert cli("export", str(file), home=homes["here"]).code == 0
        assert objects.read(file) == (tmp_path / "here.csv").read_bytes()
    assert objects.below(lists) == ["all.csv"]


def test_a_question_lists_once_and_asks_no_more_once_its_tables_are_open(
    trained: Home, objects: Objects, between: Between
) -> None:
    home = Home.resolve(str(objects.copy(trained.root, Home.resolve("s3://films/asked-once").root)))
    between.watch()
    recommender = Recommender.open(home.root)
    first = recommender.recommend(3)
    tables = [name for name in objects.below(recommender.run.folder) if ".lance/" in name]
    assert sum(request.lists for request in between.requests) == 1
    # CURRENT, the list, MANIFEST, run.json, and each file of the tables.
    assert len(between.requests) == 4 + len(tables)
    between.watch()
    assert recommender.recommend(3) == first
    assert recommender.recommend(13)[0].movie.movie_id == Checkerboard.withheld(1)
    assert len(between.requests) == 0


def test_all_the_words_for_a_home_in_a_bucket(
    trained: Home, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["recommend", "3", "--format", "csv"]
    answer = cli(*asked, home=trained.root)
    monkeypatch.delenv("MOVIEREC_HOME")
    assert cli(*asked, "--home", str(trained.root)) == answer
    assert cli(*asked, "--home", f"{trained.root}/") == answer
    assert Recommender.open(str(trained.root)).run == current_run(trained)
    assert Home.resolve(Path(str(trained.root))) == trained


def test_completion_knows_what_is_in_a_bucket_and_is_silent_where_none_is(
    trained: Home, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["movierec"])
    monkeypatch.setenv("_MOVIEREC_COMPLETE", "complete_zsh")
    for words, offered in (("show 'film 1", "Film 10"), ("use ", current_run(trained).run_id)):
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"movierec {words}")
        assert offered.lower() in cli(home=trained.root).out.lower()
        nothing = cli(home=Home.resolve("s3://no-such-bucket/x").root)
        assert (nothing.out.strip(), nothing.err) == ("_files", "")  # what zsh offers of itself


@pytest.mark.slow
def test_info_verify_finds_each_flipped_byte(trained: Home, objects: Objects, home: Home, cli: Cli) -> None:
    objects.copy(trained.root, home.root)
    run = current_run(home)
    assert cli("info", "--verify", home=home.root).code == 0
    for name in objects.below(run.folder):
        content = objects.read(run.folder / name)
        middle = len(content) // 2
        flipped = bytes([*content[:middle], content[middle] ^ 1, *content[middle + 1 :]])
        objects.write(run.folder / name, flipped)
        assert verify(home) == {run.run_id: [f"{name} has changed since it was written"]}
        objects.write(run.folder / name, content)
    assert verify(home) == {run.run_id: []}
    in_use = objects.read(home.current)
    objects.write(home.current, bytes([in_use[0] ^ 1, *in_use[1:]]))
    answer = cli("info", "--verify", home=home.root)
    assert answer.code == 1
    assert f"Use one: movierec use {run.run_id}" in " ".join(answer.err.split())
    objects.write(home.current, in_use)
    objects.write(run.folder / "stranger", b"?")
    assert "stranger does not belong" in " ".join(cli("info", "--verify", home=home.root).err.split())


def test_a_run_in_use_is_said_to_be_damaged_where_a_file_is_missing(
    trained: Home, objects: Objects, home: Home, cli: Cli
) -> None:
    objects.copy(trained.root, home.root)
    run = current_run(home)
    objects.write(run.folder / "titles.txt", b"")
    answer = cli("recommend", "3", home=home.root)
    assert answer.code == 1
    assert "is damaged: titles.txt has 0 bytes" in " ".join(answer.err.split())
    objects.write(home.current, b"../elsewhere")
    assert "which is not a run" in cli("recommend", "3", home=home.root).err
    assert use(run.run_id[:8], trained.root) == current_run(trained)
