"""movierec recommend, similar and export, as they are typed."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from movierec_cli.cli.output import csv_text, json_text
from movierec_cli.cli.views import render
from movierec_cli.cli.views.render import FIELDS
from movierec_cli.questions.recommender import Recommender
from tests.conftest import CONTROL_CHARACTERS
from tests.support import Checkerboard, Cli, CliResult

ESCAPE = "\x1b"


def fits(result: CliResult) -> bool:
    return all(len(line) <= 80 for line in (result.out + result.err).splitlines())


@pytest.mark.parametrize("argv", [("recommend", "43"), ("similar", "Film 4")])
def test_a_table_on_an_80_column_screen(cli: Cli, checkerboard_home: Path, argv: tuple[str, str]) -> None:
    result = cli(*argv, "--top", "7", home=checkerboard_home)
    assert (result.code, result.err) == (0, "")
    assert fits(result)
    assert ESCAPE not in result.out
    recommender = Recommender.open(checkerboard_home)
    hits = (
        recommender.recommend(43, top=7)
        if argv[0] == "recommend"
        else recommender.similar(Checkerboard.movie_id(4), top=7)
    )
    rows = [line.split() for line in result.out.splitlines() if re.match(r" *\d+ ", line)]
    assert [row[0] for row in rows] == [str(rank) for rank in range(1, 8)]
    assert [row[-1] for row in rows] == [str(hit.movie.movie_id) for hit in hits]
    assert [" ".join(row[1:3]) for row in rows if "Film" in row] == [
        hit.movie.title for hit in hits if "Film" in hit.movie.title
    ]
    if argv[0] == "recommend":
        assert all(f"{hit.predicted_rating:.1f}" in row for hit, row in zip(hits, rows, strict=True))


@pytest.mark.parametrize("argv", [("recommend", "43"), ("similar", "id:78")])
def test_json_is_the_answer_and_nothing_else(
    cli: Cli, checkerboard_home: Path, argv: tuple[str, str]
) -> None:
    result = cli(*argv, "--top", "6", "--format", "json", home=checkerboard_home)
    assert (result.code, result.err) == (0, "")
    records = json.loads(result.out)
    recommender = Recommender.open(checkerboard_home)
    hits = recommender.recommend(43, top=6) if argv[0] == "recommend" else recommender.similar(78, top=6)
    assert [list(record) for record in records] == [list(FIELDS)] * 6
    assert records == json.loads(json_text(render.content(hits)))
    assert [record["score"] for record in records] == [hit.score for hit in hits]


@pytest.mark.parametrize("argv", [("recommend", "43"), ("similar", "id:78")])
def test_csv_is_the_answer_and_nothing_else(cli: Cli, checkerboard_home: Path, argv: tuple[str, str]) -> None:
    result = cli(*argv, "-n", "6", "-f", "csv", home=checkerboard_home)
    assert (result.code, result.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    recommender = Recommender.open(checkerboard_home)
    hits = recommender.recommend(43, top=6) if argv[0] == "recommend" else recommender.similar(78, top=6)
    assert result.out == csv_text(render.rows(hits)) + "\n"
    assert [int(row["movie_id"]) for row in rows] == [hit.movie.movie_id for hit in hits]
    assert [float(row["score"]) for row in rows] == [hit.score for hit in hits]


def test_ten_are_shown_unless_asked_otherwise(cli: Cli, checkerboard_home: Path) -> None:
    for argv in (("recommend", "3"), ("similar", "film 4")):
        result = cli(*argv, "--format", "json", home=checkerboard_home)
        assert len(json.loads(result.out)) == 10


def test_home_can_be_an_option(cli: Cli, checkerboard_home: Path, tmp_path: Path) -> None:
    result = cli("recommend", "3", "-f", "json", "--home", str(checkerboard_home), home=tmp_path)
    assert json.loads(result.out)[0]["movie_id"] == Checkerboard.withheld(0)


def test_nothing_left_is_said_on_stderr(cli: Cli, tmp_path: Path) -> None:
    from movierec_cli.training.train import train
    from tests.support import make_dataset

    movies = [(movie, f"Movie {movie}", 2000, ()) for movie in (1, 2)]
    ratings = [(1, 1, 5.0, 1), (1, 2, 1.0, 2), (2, 1, 4.0, 1)]
    train(make_dataset("tiny", movies, ratings), epochs=1, dim=2, home=tmp_path)
    for output_format, expected in (("table", ""), ("json", "[]\n"), ("csv", ",".join(FIELDS) + "\n")):
        result = cli("recommend", "1", "--format", output_format, home=tmp_path)
        assert (result.code, result.out) == (0, expected)
        assert result.err == "There is nothing left to show.\n"


def test_the_movie_taken_is_said_where_there_was_a_choice(cli: Cli, titles_home: Path) -> None:
    result = cli("similar", "sabrina", "--format", "json", home=titles_home)
    assert (result.code, len(json.loads(result.out))) == (0, 10)
    assert "Taking Sabrina (1954) [id:493]" in result.err
    assert "Sabrina (1995) [id:315]" in result.err
    result = cli("similar", "star wrs", "--format", "csv", home=titles_home)
    assert result.err == "Taking Star Wars (1977) for 'star wrs'.\n"
    assert cli("similar", "Sabrina (1995)", home=titles_home).err == ""


def test_control_characters_never_reach_the_terminal(cli: Cli, titles_home: Path) -> None:
    """Of a title in the data, and of what was typed."""
    result = cli("similar", "bell and 31mred", home=titles_home)  # in the heading and the note
    assert result.code == 0
    shown = cli("similar", "star wars", "--top", "100", home=titles_home)  # in the rows
    assert "\ufffd[31mred" in shown.out
    assert "Dra\ufffdma" in shown.out
    missing = cli("similar", f"{CONTROL_CHARACTERS} qqqqqqqqqqqqqq", home=titles_home)
    for one in (result, shown, missing):
        assert fits(one)
        assert not {ESCAPE, "\x07"} & set(one.out + one.err)


def test_a_long_table_keeps_titles_and_ids_whole(cli: Cli, titles_home: Path) -> None:
    result = cli("similar", "star wars", "--top", "100", home=titles_home)
    assert fits(result)
    words = result.out.split()
    for word in ("Undiscovered", "Misérables", "Shanghai", "Schindler's", "Frontier"):
        assert word in words
    assert {str(movie_id) for movie_id in (172, 222, 450, 493, 701, 719)} <= set(words)


# ---- what goes wrong ----


def failed(result: CliResult, code: int) -> str:
    """What was said on stderr by a command that gave nothing on stdout."""
    assert (result.code, result.out) == (code, "")
    assert "Traceback" not in result.err
    assert ESCAPE not in result.err
    return " ".join(result.err.split())


@pytest.mark.parametrize(
    "argv", [("recommend", "42"), ("similar", "Star Wars"), ("export", "all.csv"), ("export", "all.parquet")]
)
def test_before_training_every_question_says_what_to_run(
    cli: Cli, tmp_path: Path, argv: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = failed(cli(*argv, home=tmp_path / "home"), 1)
    assert "There is no trained model" in said
    assert "movierec fetch && movierec train" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "argv",
    [
        ("recommend",),
        ("recommend", "1.5"),
        ("recommend", "3", "--top", "0"),
        ("recommend", "3", "--top", "-1"),
        ("recommend", "3", "--top", "many"),
        ("recommend", "3", "--format", "xml"),
        ("recommend", "3", "--no-such-option"),
        ("similar",),
        ("similar", "film 4", "--top", "0"),
        ("similar", ""),
        ("similar", "id:abc"),
        ("export",),
        ("export", "all.txt"),
        ("export", "all.csv", "--top", "0"),
        ("recomend", "3"),
    ],
)
def test_a_wrong_command_line_ends_with_2(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, argv: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert failed(cli(*argv, home=checkerboard_home), 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("recommend", "4"), "There is no user 4 in checkerboard: its 60 people have ids from 3 to 593."),
        (("recommend", str(2**70)), f"There is no user {2**70}"),
        (("similar", "id:51"), "There is no movie with id 51 in checkerboard."),
        (
            ("similar", "casablanca"),
            "No movie is called 'casablanca' in checkerboard, which knows films to 1979.",
        ),
        (("similar", "[bold]casablanca[/]"), "No movie is called '[bold]casablanca[/]' in"),
        (("export", "missing/all.csv"), "there is no folder missing"),
    ],
)
def test_work_that_cannot_be_done_ends_with_1(
    cli: Cli,
    checkerboard_home: Path,
    tmp_path: Path,
    argv: tuple[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in failed(cli(*argv, home=checkerboard_home), 1)


# ---- export ----


@pytest.mark.parametrize("written", [False, True])
def test_ctrl_c_in_an_export_says_whether_the_file_was_written(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    from movierec_cli.questions import export as exporter

    monkeypatch.chdir(tmp_path)
    write = exporter.export

    def interrupted(*args: Any, **options: Any) -> int:
        if written:
            write(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(exporter, "export", interrupted)
    Path("all.csv").write_text("an older file\n")
    result = cli("export", "all.csv", home=checkerboard_home)
    assert (result.code, result.out) == (130, "")
    said = "all.csv had been written." if written else "Nothing was written."
    assert f"Stopped. {said}" in result.err


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_export_writes_the_file_and_says_so(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"all.{suffix}"
    result = cli("export", str(path), "--top", "3", home=checkerboard_home)
    assert (result.code, result.out) == (0, "")
    assert "Wrote 180 recommendations to" in " ".join(result.err.split())
    assert path.stat().st_size > 1000
    assert list(tmp_path.iterdir()) == [path]


# ---- on a terminal ----


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("no_color", ["", "1"])
def test_no_color_is_obeyed(
    checkerboard_home: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli, no_color: str
) -> None:
    from movierec_cli.cli.app import main

    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("MOVIEREC_HOME", str(checkerboard_home))
    screens = Terminal(), Terminal()
    monkeypatch.setattr("sys.stdout", screens[0])
    monkeypatch.setattr("sys.stderr", screens[1])
    for argv in (["recommend", "3"], ["recommend", "4"]):
        with pytest.raises(SystemExit):
            main(argv)
    for screen in screens:
        assert (ESCAPE in screen.getvalue()) == (no_color == "")


def test_what_explains_a_table_stands_on_a_terminal_and_never_in_a_pipe(
    checkerboard_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    from movierec_cli.cli.app import main

    film_list = tmp_path / "list.csv"
    film_list.write_text("Title,Year\nFilm 3,1953\nFilm 4,1954\n")
    legends = {
        ("runs",): "* marks the run in use.",
        ("fetch", "--list"): "Years are those of the films.",
        ("recommend", "3", "--among", str(film_list), "--include-seen"): "The place of a film is",
    }
    monkeypatch.setenv("MOVIEREC_HOME", str(checkerboard_home))
    for argv, legend in legends.items():
        piped = cli(*argv, home=checkerboard_home)
        assert piped.out
        assert legend not in piped.out + piped.err
        screen = Terminal()
        with monkeypatch.context() as terminal:
            terminal.setattr("sys.stdout", screen)
            with pytest.raises(SystemExit):
                main(list(argv))
        assert legend in " ".join(screen.getvalue().split())
