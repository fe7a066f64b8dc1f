"""What is given wrongly ends with a code, a sentence that holds the value, and a way out; nothing is written.

One table for command lines, one for each kind of file, one for damaged homes. A test at the end counts.
"""

import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from movierec_cli.errors import MovieRecError
from tests.datasets.samples import csv_files, double_colon_files, tab_files, write, zipped
from tests.support import Checkerboard, Cli, write_csv_layout

ESC = "\x1b[31mred\x1b[0m"
SQL = "x' OR 1=1; DROP TABLE movies; --"
HUGE = "9" * 40
SOMEBODY = str(Checkerboard.user_id(0))


@pytest.fixture(scope="session")
def prepared_home(checkerboard_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a model, the dataset that it was trained on, and a profile. For reading only."""
    from movierec_cli.datasets.library import fetch

    home = tmp_path_factory.mktemp("prepared") / "home"
    shutil.copytree(checkerboard_home, home)
    folder = write_csv_layout(Checkerboard.dataset(), tmp_path_factory.mktemp("source") / "board")
    fetch(source=folder, name="board", home=home)
    return home


def tree(*folders: Path) -> dict[str, str]:
    """Every file below the folders with its digest, and every link; locks are no content."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def squeezed(text: str) -> str:
    """Without what a terminal of 80 columns puts between the letters."""
    return re.sub(r"[\s│]+", "", text)


@pytest.fixture
def refused(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """refused(argv, code, value, home): the command line must be, as the module says."""
    from movierec_cli.cli import console

    here = tmp_path / "here"
    here.mkdir(exist_ok=True)
    monkeypatch.chdir(here)
    hints: list[str | None] = []
    show = console.print_error

    def print_error(error: MovieRecError) -> None:
        hints.append(error.hint)
        show(error)

    monkeypatch.setattr(console, "print_error", print_error)

    def check(argv: tuple[str, ...], code: int, value: str, home: Path) -> None:
        before = tree(home, tmp_path)
        result = cli(*argv, home=home)
        assert (result.code, result.out) == (code, ""), result.err
        assert "Traceback" not in result.err
        assert (
            squeezed(value).lower() in squeezed(result.err).lower()
        )  # older typers name arguments in capitals
        control = [char for char in result.err if not char.isprintable() and char != "\n"]
        assert control == []
        if code == 2 and not hints:
            assert "Try 'movierec" in result.err
        else:
            assert len(hints) == 1
            assert hints[0], "no way out"
        assert tree(home, tmp_path) == before

    return check


# ---- command lines ----

TOPS = [
    ("0", "0"),
    ("-1", "-1"),
    ("999999", "999999"),
    ("nan", "nan"),
    ("inf", "inf"),
    ("1.5", "1.5"),
    (HUGE, HUGE),
]

COMMAND_LINES: list[tuple[tuple[str, ...], int, str]] = [
    # people
    (("recommend", "4"), 1, "4"),
    (("recommend", "0"), 1, "0"),
    (("recommend", HUGE), 1, HUGE),
    (("recommend", "1.5"), 2, "1.5"),
    (("recommend", "nan"), 1, "nan"),
    (("recommend", "nobody"), 1, "nobody"),
    (("recommend", SQL), 2, "OR 1=1"),
    (("recommend", ESC), 2, "red"),
    (("recommend", ""), 2, "''"),
    (("recommend", "../../CURRENT"), 2, "../../CURRENT"),
    (("recommend", SOMEBODY, "4"), 1, "4"),
    (("recommend",), 2, "me"),
    (("recommend", "-1"), 2, "-1"),
    *((("recommend", SOMEBODY, "--top", top), 2, value) for top, value in TOPS),
    *((("similar", "film 4", "-n", top), 2, value) for top, value in TOPS),
    *((("export", "all.csv", "--top", top), 2, value) for top, value in TOPS),
    # filters
    (("recommend", SOMEBODY, "--genre", "Dramma"), 2, "Dramma"),
    (("recommend", SOMEBODY, "--genre", SQL), 2, "OR 1=1"),
    (("recommend", SOMEBODY, "--genre", ESC), 2, "red"),
    (("recommend", SOMEBODY, "--genre", ""), 2, "''"),
    (("recommend", SOMEBODY, "--not-genre", "Dramma"), 2, "Dramma"),
    (("recommend", SOMEBODY, "--year", "1995-12-31"), 2, "1995-12-31"),
    (("recommend", SOMEBODY, "--year", "12/31/1995"), 2, "12/31/1995"),
    (("recommend", SOMEBODY, "--year", "nan"), 2, "nan"),
    (("recommend", SOMEBODY, "--year", "the nineties"), 2, "the nineties"),
    (("recommend", SOMEBODY, "--year", "1999-1980"), 2, "1999-1980"),
    (("recommend", SOMEBODY, "--year", ""), 2, "''"),
    (("recommend", SOMEBODY, "--year", "1995 OR 1=1"), 2, "OR 1=1"),
    (("recommend", SOMEBODY, "--year", HUGE), 2, "99999999"),
    (("recommend", SOMEBODY, "--min-ratings", "-1"), 2, "-1"),
    (("recommend", SOMEBODY, "--min-ratings", "nan"), 2, "nan"),
    (("recommend", SOMEBODY, "--min-ratings", "many"), 2, "many"),
    (("recommend", SOMEBODY, "--min-rating", "nan"), 2, "nan"),
    (("recommend", SOMEBODY, "--min-rating", "inf"), 2, "inf"),
    (("recommend", SOMEBODY, "--min-rating", "good"), 2, "good"),
    (("recommend", SOMEBODY, "--diversity", "nan"), 2, "nan"),
    (("recommend", SOMEBODY, "--diversity", "1.1"), 2, "1.1"),
    (("recommend", SOMEBODY, "--diversity", "-inf"), 2, "-inf"),
    (("recommend", SOMEBODY, "--novelty", "nan"), 2, "nan"),
    (("recommend", SOMEBODY, "--novelty", "-0.1"), 2, "-0.1"),
    (("recommend", SOMEBODY, "--novelty", "much"), 2, "much"),
    (("recommend", "--like", "casablanca"), 1, "casablanca"),
    (("recommend", "--like", SQL), 1, "OR 1=1"),
    (("recommend", "--dislike", "id:51"), 1, "51"),
    (("recommend", SOMEBODY, "--not-like", "id:x"), 2, "id:x"),
    (("recommend", SOMEBODY, "--format", "xml"), 2, "xml"),
    (("recommend", SOMEBODY, "--colour"), 2, "--colour"),
    # titles
    (("similar",), 2, "title"),
    (("similar", ""), 2, "''"),
    (("similar", " "), 2, "' '"),
    (("similar", "!?"), 2, "!?"),
    (("similar", "id:"), 2, "id:"),
    (("similar", "id:abc"), 2, "id:abc"),
    (("similar", "id:-1"), 2, "id:-1"),
    (("similar", "id:1.5"), 2, "id:1.5"),
    (("similar", "id:51"), 1, "51"),
    (("similar", f"id:{HUGE}"), 2, HUGE),
    (("similar", "id:1 OR 1=1"), 2, "OR 1=1"),
    (("similar", "casablanca"), 1, "casablanca"),
    (("similar", SQL), 1, "OR 1=1"),
    (("similar", "Robert'); DROP TABLE movies;"), 1, "DROP TABLE"),
    (("similar", ESC), 1, "red"),
    (("similar", "\x1b]0;title\x07"), 1, "title"),
    (("similar", "\x9b31m"), 1, "31m"),
    (("similar", "\u202ecasablanca"), 1, "casablanca"),
    (("similar", "zzz\udcff"), 1, "zzz"),
    (("similar", "[red]casablanca[/red]"), 1, "[red]casablanca[/red]"),
    (("similar", "q" * 10_000), 1, "qqq"),
    (("similar", "casablanca", "--format", "yaml"), 2, "yaml"),
    # predict
    (("predict",), 2, "--pairs"),
    (("predict", SOMEBODY), 2, f"movierec predict {SOMEBODY}"),
    (("predict", "nan", "film 4"), 1, "nan"),
    (("predict", SOMEBODY, "casablanca"), 1, "casablanca"),
    (("predict", SOMEBODY, "id:51 OR 1=1"), 2, "OR 1=1"),
    (("predict", SOMEBODY, "film 4", "--pairs", "x.csv"), 2, "--pairs"),
    (("predict", "--pairs", "missing.csv"), 1, "missing.csv"),
    (("predict", "--pairs", "."), 1, "."),
    (("predict", "--pairs", f"{'x' * 300}.csv"), 1, "xxx"),
    (("predict", "--pairs", f"{ESC}.csv"), 1, "red"),
    # export and plot
    (("export",), 2, "file"),
    (("export", "all.txt"), 2, "all.txt"),
    (("export", "all"), 2, "all"),
    (("export", "all.csv.gz"), 2, "all.csv.gz"),
    (("export", "missing/all.csv"), 1, "missing"),
    (("export", f"{'x' * 300}.csv"), 1, "xxx"),
    (("export", f"{ESC}.txt"), 2, "red"),
    (("plot", "loss", "-o", "loss.txt"), 2, "loss.txt"),
    (("plot", "loss", "-o", "missing/loss.png"), 1, "missing"),
    (("plot", "model", "-o", "model.gif"), 2, "model.gif"),
    (("plot", "map", "-o", "map.doc"), 2, "map.doc"),
    (("plot", "map", "--limit", "0"), 2, "0"),
    (("plot", "map", "--limit", "nan"), 2, "nan"),
    (("plot", "map", "--color", "red"), 2, "red"),
    (("plot", "map", "--seed", "-1"), 2, "-1"),
    (("plot", "pie"), 2, "pie"),
    # train and evaluate
    (("train", "-d", "nope"), 1, "nope"),
    (("train", "-d", "bord"), 1, "board"),
    (("train", "-d", ""), 1, "''"),
    (("train", "-d", "../../etc"), 1, "../../etc"),
    (("train", "-d", ESC), 1, "red"),
    (("train", "-d", SQL), 1, "OR 1=1"),
    (("train", "-d", "board", "--epochs", "-1"), 2, "-1"),
    (("train", "-d", "board", "--epochs", "1e3"), 2, "1e3"),
    (("train", "-d", "board", "--epochs", "nan"), 2, "nan"),
    (("train", "-d", "board", "--dim", "0"), 2, "0"),
    (("train", "-d", "board", "--dim", "5000"), 2, "5000"),
    (("train", "-d", "board", "--learning-rate", "nan"), 2, "nan"),
    (("train", "-d", "board", "--learning-rate", "inf"), 2, "inf"),
    (("train", "-d", "board", "--learning-rate", "0"), 2, "0"),
    (("train", "-d", "board", "--learning-rate", "-0.1"), 2, "-0.1"),
    (("train", "-d", "board", "--learning-rate", "fast"), 2, "fast"),
    (("train", "-d", "board", "--batch-size", "0"), 2, "0"),
    (("train", "-d", "board", "--patience", "0"), 2, "0"),
    (("train", "-d", "board", "--seed", "-1"), 2, "-1"),
    (("train", "-d", "board", "--seed", str(2**32)), 2, str(2**32)),
    (("train", "-d", "board", "--model", "deep"), 2, "deep"),
    (("evaluate", "-d", "nope"), 1, "nope"),
    (("evaluate", "-d", "board", "--split", "sideways"), 2, "sideways"),
    (("evaluate", "-d", "board", "--models", "popularity,magic"), 2, "magic"),
    (("evaluate", "-d", "board", "--models", ","), 2, "''"),
    (("evaluate", "-d", "board", "--epochs", "0"), 2, "0"),
    (("evaluate", "-d", "board", "--seed", "-1"), 2, "-1"),
    (("evaluate", "-d", "board", "--seed", str(2**32)), 2, str(2**32)),
    # fetch
    (("fetch", "ml-100q"), 1, "ml-100k"),
    (("fetch", "nothing-like-it"), 1, "nothing-like-it"),
    (("fetch", ""), 1, "''"),
    (("fetch", ESC), 1, "red"),
    (("fetch", "https://me:secret@127.0.0.1/x.zip"), 2, "127.0.0.1"),
    (("fetch", "--from", "missing"), 1, "missing"),
    (("fetch", "--from", ""), 2, "''"),
    (("fetch", "--from", "ftp://127.0.0.1/x.zip"), 2, "ftp://127.0.0.1/x.zip"),
    (("fetch", "--from", "file:///etc/passwd"), 2, "file:///etc/passwd"),
    (("fetch", "--from", "http://"), 2, "http://"),
    (("fetch", "--from", "https://127.0.0.1:99999/x.zip"), 2, "99999"),
    (("fetch", "--from", "http://[::1/x.zip"), 2, "::1"),
    (("fetch", "--from", "http://127.0.0.1:1/x.zip"), 1, "127.0.0.1"),
    (("fetch", "--from", "javascript://alert"), 2, "javascript"),
    (("fetch", "--from", ".", "--name", "../outside"), 2, "../outside"),
    (("fetch", "--from", ".", "--name", "con"), 2, "con"),
    (("fetch", "--from", ".", "--name", ".hidden"), 2, ".hidden"),
    (("fetch", "--from", ".", "--name", "a/b"), 2, "a/b"),
    (("fetch", "--from", ".", "--name", "x" * 200), 2, "xxx"),
    (("fetch", "--from", ".", "--name", SQL), 2, "OR 1=1"),
    (("fetch", "--from", ".", "one", "--name", "two"), 2, "--name"),
    (("fetch", "--from", ".", "--scale", ""), 2, "''"),
    (("fetch", "--from", ".", "--scale", "10"), 2, "10"),
    (("fetch", "--from", ".", "--scale", "ten-0"), 2, "ten-0"),
    (("fetch", "--from", ".", "--scale", "10-0"), 2, "10-0"),
    (("fetch", "--from", ".", "--scale", "5-5"), 2, "5-5"),
    (("fetch", "--from", ".", "--scale", "-10-0"), 2, "-10-0"),
    (("fetch", "--from", ".", "--scale", "0-nan"), 2, "0-nan"),
    (("fetch", "--from", ".", "--scale", f"0-{HUGE}"), 2, "1e+40"),
    (("fetch", "--from", ".", "--scale", ESC), 2, "red"),
    (("fetch", "ml-100k", "--scale", "0-10"), 2, "--scale"),
    (("fetch", "--list", "--scale", "0-10"), 2, "--scale"),
    (("fetch", "--list", "--force"), 2, "--list"),
    (("fetch", "--list", "--format", "xml"), 2, "xml"),
    # runs, use, info
    (("use",), 2, "run"),
    (("use", ""), 1, "''"),
    (("use", "nope"), 1, "nope"),
    (("use", "../datasets/board"), 1, "../datasets/board"),
    (("use", "."), 1, "'.'"),
    (("use", ".lock"), 1, ".lock"),
    (("use", ESC), 1, "red"),
    (("use", SQL), 1, "OR 1=1"),
    (("runs", "--prune", "--keep", "0"), 2, "0"),
    (("runs", "--prune", "--keep", "nan"), 2, "nan"),
    (("runs", "--keep", "2"), 2, "--keep"),
    (("runs", "--format", "xml"), 2, "xml"),
    (("info", "--format", "csv"), 2, "csv"),
    (("info", "more"), 2, "more"),
    # a profile's own ratings
    (("rate",), 2, "title"),
    (("rate", "film 4"), 2, "stars"),
    (("rate", "film 4", "0"), 2, "0"),
    (("rate", "film 4", "5.5"), 2, "5.5"),
    (("rate", "film 4", "3.3"), 2, "3.3"),
    (("rate", "film 4", "nan"), 2, "nan"),
    (("rate", "film 4", "inf"), 2, "inf"),
    (("rate", "film 4", "five"), 2, "five"),
    (("rate", "casablanca", "4"), 1, "casablanca"),
    (("rate", "id:51", "4"), 1, "51"),
    (("rate", SQL, "4"), 1, "OR 1=1"),
    (("rate", "film 4", "4", "--as", "../me"), 2, "../me"),
    (("rate", "film 4", "4", "--as", "42"), 2, "42"),
    (("rate", "film 4", "4", "--as", ""), 2, "''"),
    (("rate", "film 4", "4", "--as", ESC), 2, "red"),
    (("rate", "film 4", "--remove"), 1, "me"),
    # titles and histories
    (("search",), 2, "text"),
    (("search", ""), 2, "''"),
    (("search", "casablanca"), 1, "casablanca"),
    (("search", SQL), 1, "OR 1=1"),
    (("search", ESC), 1, "red"),
    (("search", "film", "--top", "0"), 2, "0"),
    (("show", "casablanca"), 1, "casablanca"),
    (("show", "id:51"), 1, "51"),
    (("show", "id:fifty"), 2, "id:fifty"),
    (("show", f"id:{HUGE}"), 2, HUGE),
    (("show", "film 4", "--format", "csv"), 2, "csv"),
    (("history", "nobody"), 1, "nobody"),
    (("history", "4"), 1, "4"),
    (("history", HUGE), 1, HUGE),
    (("history", "../../CURRENT"), 2, "../../CURRENT"),
    (("history", ESC), 2, "red"),
    (("history", SOMEBODY, "--top", "nan"), 2, "nan"),
    # imports
    (("import",), 2, "file"),
    (("import", "missing.csv"), 1, "missing.csv"),
    (("import", "."), 1, "."),
    (("import", "missing.csv", "--as", "../me"), 2, "../me"),
    (("import", "missing.csv", "--scale", "nan"), 2, "nan"),
    (("import", "missing.csv", "--scale", "0"), 2, "0"),
    # no command
    (("recomend", SOMEBODY), 2, "recomend"),
    (("--frobnicate",), 2, "--frobnicate"),
]


@pytest.mark.parametrize(
    ("argv", "code", "value"), COMMAND_LINES, ids=[ascii(" ".join(case[0]))[:60] for case in COMMAND_LINES]
)
def test_a_bad_command_line(
    refused: Callable[..., None], prepared_home: Path, argv: tuple[str, ...], code: int, value: str
) -> None:
    refused(argv, code, value, prepared_home)


def test_a_password_in_an_address_is_never_shown(cli: Cli, tmp_path: Path) -> None:
    for argv in (
        ("fetch", "https://me:secret@127.0.0.1/x.zip?token=secret"),
        ("fetch", "--from", "http://me:secret@127.0.0.1:1/x.zip?token=secret"),
        ("fetch", "--from", "ftp://me:secret@127.0.0.1/x.zip#secret"),
        ("fetch", "--from", "http//me:secret@127.0.0.1/x.zip"),
    ):
        result = cli(*argv, home=tmp_path / "home")
        assert result.code in (1, 2)
        assert "secret" not in result.err + result.out
        assert all(b"secret" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


# ---- files of pairs ----

PAIRS: list[tuple[str, bytes, str]] = [
    ("empty", b"", "user_id"),
    ("only a header", b"user_id,movie_id\n", "pairs.csv"),
    ("no header", b"3,50\n13,57\n", "user_id"),
    ("a column missing", b"user_id,title\n3,50\n", "movie_id"),
    ("a value missing", b"user_id,movie_id\n3\n", "line 2"),
    ("an empty value", b"user_id,movie_id\n3,\n", "''"),
    ("not a number", b"user_id,movie_id\n3,Heat\n", "Heat"),
    ("a fraction", b"user_id,movie_id\n3,50.5\n", "50.5"),
    ("not a number at all", b"user_id,movie_id\n3,nan\n", "nan"),
    ("infinity", b"user_id,movie_id\ninf,50\n", "inf"),
    ("beyond 64 bits", b"user_id,movie_id\n3,99999999999999999999\n", "99999999999999999999"),
    ("thousands of digits", b"user_id,movie_id\n3," + b"9" * 5000 + b"\n", "9999"),
    ("SQL", b"user_id,movie_id\n3,50 OR 1=1\n", "OR 1=1"),
    ("terminal escapes", b"user_id,movie_id\n3,\x1b[2J\x1b]0;x\x07\n", "[2J"),
    ("a carriage return to hide behind", b'user_id,movie_id\n3,"50\rok"\n', "ok"),
    ("UTF-16", "user_id,movie_id\n3,50\n".encode("utf-16"), "UTF-8"),
    ("latin-1", b"user_id,movie_id,title\n3,50,Mis\xe9rables\n", "UTF-8"),
    ("bytes", bytes(range(256)), "pairs.csv"),
    ("a zip", zipped(csv_files()), "pairs.csv"),
    ("an open quote", b'user_id,movie_id\n"3,50\n', "line 2"),
    ("10 MB without an end", b"user_id,movie_id\n3," + b"x" * 10_000_000 + b"\n", "pairs.csv"),
    ("a tab between", b"user_id\tmovie_id\n3\t50\n", "user_id"),
    ("a column twice", b"user_id,movie_id,movie_id\n3,50,57\n", "movie_id"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("content", "value"), [case[1:] for case in PAIRS], ids=[case[0] for case in PAIRS])
def test_a_bad_file_of_pairs(
    refused: Callable[..., None], prepared_home: Path, content: bytes, value: str
) -> None:
    Path("pairs.csv").write_bytes(content)
    refused(("predict", "--pairs", "pairs.csv"), 1, value, prepared_home)


# ---- ratings to import ----

IMPORTS: list[tuple[str, str, bytes, str]] = [
    ("empty", "mine.csv", b"", "mine.csv"),
    ("no column of titles", "mine.csv", b"colour,size\nred,5\n", "colour"),
    ("bytes", "mine.csv", bytes(range(256)), "mine.csv"),
    ("HTML", "mine.csv", b"<!doctype html><html><body>Sign in</body></html>", "mine.csv"),
    ("UTF-16 of nothing", "mine.csv", "".encode("utf-16"), "mine.csv"),
    ("a zip that is none", "mine.zip", b"<html>Sign in</html>", "mine.zip"),
    ("a damaged zip", "mine.zip", zipped({"ratings.csv": b"Name,Rating\n"})[:40], "mine.zip"),
    ("a zip of something else", "mine.zip", zipped({"readme.txt": b"hello"}), "mine.zip"),
    ("a zip that points outside", "mine.zip", zipped({"../ratings.csv": b"Name,Rating\nx,5\n"}), "mine.zip"),
]


@pytest.mark.parametrize(
    ("name", "content", "value"), [case[1:] for case in IMPORTS], ids=[case[0] for case in IMPORTS]
)
def test_a_bad_file_to_import(
    refused: Callable[..., None], prepared_home: Path, name: str, content: bytes, value: str
) -> None:
    Path(name).write_bytes(content)
    refused(("import", name), 1, value, prepared_home)


# ---- datasets ----


def with_rating(line: bytes) -> dict[str, bytes]:
    files = csv_files()
    return files | {"ratings.csv": files["ratings.csv"] + line + b"\n"}


def with_movie(line: bytes) -> dict[str, bytes]:
    files = csv_files()
    return files | {"movies.csv": files["movies.csv"] + line + b"\n"}


def ratings_csv(content: bytes) -> dict[str, bytes]:
    return csv_files() | {"ratings.csv": content}


def movies_csv(content: bytes) -> dict[str, bytes]:
    return csv_files() | {"movies.csv": content}


def changed(files: dict[str, bytes], name: str, content: bytes) -> dict[str, bytes]:
    return files | {name: content}


DATASETS: list[tuple[str, dict[str, bytes], str]] = [
    ("no files", {}, "No ratings"),
    ("only a README", {"README": b"hello"}, "No ratings"),
    ("only movies", {"movies.csv": csv_files()["movies.csv"]}, "No ratings"),
    ("two files of ratings", csv_files() | double_colon_files(), "ratings.dat"),
    ("empty ratings", ratings_csv(b""), "ratings.csv"),
    ("blank ratings", ratings_csv(b"\n\n  \n"), "ratings.csv"),
    ("no ratings below the header", ratings_csv(b"userId,movieId,rating\n"), "no ratings"),
    ("UTF-16", ratings_csv("userId,movieId,rating\n1,10,5\n".encode("utf-16")), "UTF-16"),
    ("bytes", ratings_csv(bytes(range(256)) * 4), "ratings.csv"),
    ("no rating column", ratings_csv(b"userId,movieId\n1,10\n"), "rating"),
    ("a column twice", ratings_csv(b"userId,userId,movieId,rating\n1,1,10,5\n"), "twice"),
    ("10 MB without an end", ratings_csv(b"x" * 10_000_000), "ratings.csv"),
    ("a rating beyond every scale", with_rating(b"4,10,101,1"), "'101'"),
    ("a rating beyond numbers", with_rating(b"4,10,1e9,1"), "'1e9'"),
    ("-1 stars", with_rating(b"4,10,-1,1"), "'-1'"),
    ("nan stars", with_rating(b"4,10,nan,1"), "nan"),
    ("infinite stars", with_rating(b"4,10,inf,1"), "inf"),
    ("a word for stars", with_rating(b"4,10,good,1"), "good"),
    ("no stars", with_rating(b"4,10,,1"), "''"),
    ("a person's id beyond 64 bits", with_rating(b"18446744073709551616,10,5,1"), "18446744073709551616"),
    ("a movie's id beyond 64 bits", with_rating(b"4,18446744073709551616,5,1"), "18446744073709551616"),
    ("a negative id", with_rating(b"-4,10,5,1"), "-4"),
    ("an id with a fraction", with_rating(b"4.5,10,5,1"), "4.5"),
    ("a word for an id", with_rating(b"bob,10,5,1"), "bob"),
    ("a date for a time", with_rating(b"4,10,5,1995-12-31"), "1995-12-31"),
    ("a time in milliseconds", with_rating(b"4,10,5,1700000000000000"), "1700000000000000"),
    ("a negative time", with_rating(b"4,10,5,-1"), "-1"),
    ("a field too many", with_rating(b"4,10,5,1,2"), "5"),
    ("a field too few", with_rating(b"4,10"), "line 8"),
    ("an unknown movie", with_rating(b"4,99,5,1"), "99"),
    ("SQL in an id", with_rating(b"4 OR 1=1,10,5,1"), "OR 1=1"),
    ("terminal escapes in a field", with_rating(b"4,10,\x1b[2J\x07,1"), "[2J"),
    ("an open quote", with_rating(b'4,10,"5,1'), "ratings.csv"),
    ("empty movies", movies_csv(b""), "movies.csv"),
    ("movies without a title", movies_csv(b"movieId,genres\n10,Drama\n"), "title"),
    ("no movies below the header", movies_csv(b"movieId,title,genres\n"), "movies.csv"),
    ("movies in UTF-16", movies_csv("movieId,title\n".encode("utf-16")), "movies.csv"),
    ("a movie twice", with_movie(b"10,Again,Drama"), "10"),
    ("a word for a movie's id", with_movie(b"ten,Ten,Drama"), "ten"),
    ("a movie with a field too many", with_movie(b"50,A,B,C"), "line 6"),
    ("escapes in a movie's id", with_movie(b"\x1b[31m50,A,B"), "[31m50"),
    ("links without columns", changed(csv_files(), "links.csv", b"a,b\n1,2\n"), "imdbId"),
    ("a link to no film", changed(csv_files(), "links.csv", b"movieId,imdbId,tmdbId\n10,tt-x,1\n"), "-x"),
    ("u.data with a word", changed(tab_files(), "u.data", b"1\t10\tfive\t1\n"), "five"),
    ("u.data with a hole", changed(tab_files(), "u.data", b"1\t10\t5\t1\n1\t\t5\t1\n"), "line 2"),
    ("u.item with a flag of 2", changed(tab_files(), "u.item", b"10|A|||" + b"|2" * 19 + b"\n"), "line 1"),
    ("u.item with a date of its own", changed(
        tab_files(), "u.item", b"10|A (1995)|1995-01-05||" + b"|0" * 19 + b"\n"), "1995-01-05"),
    ("ratings.dat with commas", changed(double_colon_files(), "ratings.dat", b"1,10,5\n"), "ratings.dat"),
    ("ratings.dat with one colon", changed(double_colon_files(), "ratings.dat", b"1::10:5::1\n"), "line 1"),
    ("movies.dat with two fields", changed(double_colon_files(), "movies.dat", b"10::A\n"), "line 1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "value"), [case[1:] for case in DATASETS], ids=[case[0] for case in DATASETS]
)
def test_a_bad_dataset(
    refused: Callable[..., None], prepared_home: Path, tmp_path: Path, files: dict[str, bytes], value: str
) -> None:
    write(tmp_path / "source", files)
    refused(("fetch", "--from", str(tmp_path / "source")), 1, value, prepared_home)


def archive(name: str, data: bytes = b"x", kind: int = 0) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        member = zipfile.ZipInfo(name)
        member.external_attr = kind << 16
        member.compress_type = zipfile.ZIP_DEFLATED
        opened.writestr(member, data)
    return content.getvalue()


ARCHIVES: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "sample.zip"),
    ("a page", b"<!DOCTYPE html><title>Sorry</title>", "<!DOCTYPE html>"),
    ("a page that steers the terminal", b"\x1b[2J\x1b]0;x\x07", "[2J"),
    ("half of one", zipped(csv_files())[:-40], "sample.zip"),
    ("only its signature", b"PK\x03\x04", "sample.zip"),
    ("a way out of the folder", archive("../../evil.csv"), "../../evil.csv"),
    ("an absolute path", archive("/tmp/evil.csv"), "/tmp/evil.csv"),
    ("a drive", archive("C:\\evil.csv"), "evil.csv"),
    ("a share", archive("\\\\host\\share\\evil.csv"), "evil.csv"),
    ("a link", archive("link.csv", b"/etc/passwd", 0o120777), "link.csv"),
    ("a device", archive("zero.csv", b"", 0o020666), "zero.csv"),
    ("a name that steers the terminal", archive("../\x1b[31m.csv"), "[31m"),
    ("a bomb", archive("ratings.csv", bytes(100_000_000)), "100,000,000"),
    ("nothing of ours", archive("photo.jpg"), "No ratings"),
]


@pytest.mark.parametrize(
    ("content", "value"), [case[1:] for case in ARCHIVES], ids=[case[0] for case in ARCHIVES]
)
def test_a_bad_archive(
    refused: Callable[..., None], prepared_home: Path, tmp_path: Path, content: bytes, value: str
) -> None:
    (tmp_path / "sample.zip").write_bytes(content)
    refused(("fetch", "--from", str(tmp_path / "sample.zip")), 1, value, prepared_home)


# ---- data that is well-formed, and too little ----


def small(rows: list[tuple[int, int, float]]) -> dict[str, bytes]:
    lines = "".join(f"{user},{movie},{stars}\n" for user, movie, stars in rows)
    return {"ratings.csv": f"userId,movieId,rating\n{lines}".encode()}


TOO_LITTLE: list[tuple[str, dict[str, bytes], str]] = [
    ("one person", small([(1, 10, 5), (1, 20, 4), (1, 30, 3)]), "1 person,"),
    ("one movie", small([(1, 10, 5), (2, 10, 4), (3, 10, 1)]), "1 movie,"),
    ("one rating", small([(1, 10, 5)]), "1 rating."),
    ("one rating for everybody", small([(1, 10, 5), (2, 20, 5)]), "2 ratings"),
]


@pytest.mark.parametrize(
    ("files", "value"), [case[1:] for case in TOO_LITTLE], ids=[case[0] for case in TOO_LITTLE]
)
def test_too_little_to_learn_from(
    refused: Callable[..., None], tmp_path: Path, cli: Cli, files: dict[str, bytes], value: str
) -> None:
    home = tmp_path / "home"
    assert cli("fetch", "little", "--from", str(write(tmp_path / "source", files)), home=home).code == 0
    refused(("train", "-d", "little"), 1, value, home)


@pytest.mark.slow
def test_all_ratings_equal_and_ratings_given_twice_are_no_fault(cli: Cli, tmp_path: Path) -> None:
    rows = [(user, movie, 4.0) for user in range(1, 9) for movie in range(10, 20) if (user + movie) % 3]
    source = write(tmp_path / "source", small(rows + rows[:5]))
    assert cli("fetch", "equal", "--from", str(source), home=tmp_path / "home").code == 0
    assert cli("train", "-d", "equal", "-e", "1", "--dim", "4", home=tmp_path / "home").code == 0
    assert cli("recommend", "1", home=tmp_path / "home").code == 0


# ---- homes ----


def drop(name: str) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        for path in list(home.glob(name)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return damage


def put(name: str, content: bytes) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        for path in list(home.glob(name)):
            path.write_bytes(content)

    return damage


HOMES: list[tuple[str, Callable[[Path], None], tuple[str, ...], str]] = [
    ("no pointer", drop("CURRENT"), ("recommend", SOMEBODY), "no trained model"),
    ("an empty pointer", put("CURRENT", b""), ("recommend", SOMEBODY), "''"),
    ("a pointer out of the home", put("CURRENT", b"../../etc"), ("similar", "film 4"), "../../etc"),
    ("a pointer that steers the terminal", put("CURRENT", b"\x1b[31m"), ("similar", "film 4"), "[31m"),
    ("a pointer in UTF-16", put("CURRENT", "x".encode("utf-16")), ("export", "all.csv"), "CURRENT"),
    ("a pointer to nothing", put("CURRENT", b"gone"), ("plot", "loss"), "gone"),
    ("no runs", drop("runs"), ("recommend", SOMEBODY), "runs"),
    ("no facts", drop("runs/*/run.json"), ("recommend", SOMEBODY), "run.json"),
    ("empty facts", put("runs/*/run.json", b"{}"), ("recommend", SOMEBODY), "run.json"),
    ("no manifest", drop("runs/*/MANIFEST"), ("predict", SOMEBODY, "film 4"), "MANIFEST"),
    ("no table of movies", drop("runs/*/movies.lance"), ("recommend", SOMEBODY), "movies.lance"),
    ("no table of people", drop("runs/*/users.lance"), ("recommend", SOMEBODY), "users.lance"),
    ("an empty data file", put("runs/*/users.lance/data/*", b""), ("recommend", SOMEBODY), "users.lance"),
    ("no network", drop("runs/*/model.keras"), ("plot", "model", "-o", "model.png"), "model.keras"),
    ("a spoilt network", put("runs/*/model.keras", b"PK"), ("plot", "model", "-o", "m.png"), "model.keras"),
    ("no ratings", drop("datasets/board/ratings.csv"), ("train", "-d", "board"), "ratings.csv"),
    ("short ratings", put("datasets/board/ratings.csv", b"userId"), ("train", "-d", "board"), "ratings.csv"),
    ("no dataset.json", drop("datasets/board/dataset.json"), ("train", "-d", "board"), "board"),
    ("no content", put("datasets/board/dataset.json", b""), ("train", "-d", "board"), "dataset.json"),
    ("a list", put("datasets/board/dataset.json", b"[[]]"), ("evaluate", "-d", "board"), "dataset.json"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "argv", "value"), [case[1:] for case in HOMES], ids=[case[0] for case in HOMES]
)
def test_a_damaged_home(
    refused: Callable[..., None],
    prepared_home: Path,
    tmp_path: Path,
    damage: Callable[[Path], None],
    argv: tuple[str, ...],
    value: str,
) -> None:
    home = Path(shutil.copytree(prepared_home, tmp_path / "home"))
    damage(home)
    refused(argv, 1, value, home)


ON_A_FILE: list[tuple[tuple[str, ...], str]] = [
    (("recommend", SOMEBODY), "a-file"),
    (("similar", "film 4"), "a-file"),
    (("predict", SOMEBODY, "film 4"), "a-file"),
    (("export", "all.csv"), "a-file"),
    (("plot", "loss"), "a-file"),
    (("use", "20"), "a-file"),
    (("train", "-d", "board"), "board"),
    (("fetch", "--from", "."), "a-file"),
    (("evaluate", "-d", "board"), "board"),
]


@pytest.mark.parametrize(("argv", "value"), ON_A_FILE, ids=[case[0][0] for case in ON_A_FILE])
def test_a_home_that_is_a_file(
    refused: Callable[..., None], tmp_path: Path, argv: tuple[str, ...], value: str
) -> None:
    (tmp_path / "a-file").write_text("mine")
    refused(argv, 1, value, tmp_path / "a-file")


def test_there_are_enough_of_them() -> None:
    tables: list[list[Any]] = [
        COMMAND_LINES,
        PAIRS,
        IMPORTS,
        DATASETS,
        ARCHIVES,
        TOO_LITTLE,
        HOMES,
        ON_A_FILE,
    ]
    assert sum(map(len, tables)) >= 300
