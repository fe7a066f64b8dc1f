"""Ten answers at five widths: every title and every id is there whole."""

import json
import re
from pathlib import Path

import pytest

from tests.support import Checkerboard, Cli

WIDTHS = (40, 50, 60, 80, 120)
ANSWERS = [
    ["similar", "star wars", "--top", "30"],
    ["similar", "Misérables", "--top", "30", "--exact"],
    ["search", "star", "--top", "9"],
    ["search", "the godfather"],
    ["recommend", "2", "--include-seen", "--top", "30"],
    ["recommend", "2", "--include-seen", "--explain", "--top", "30"],
    ["recommend", "1", "2", "--include-seen", "--top", "30"],
    ["recommend", "--like", "Sabrina (1995)", "--top", "30"],
    ["recommend", "--like", "It", "--novelty", "0.5", "--explain", "--top", "30"],
    ["history", "1", "--top", "30"],
]


def words_of(text: str) -> list[str]:
    """Words as a terminal shows them."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text).split()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("argv", ANSWERS, ids=" ".join)
def test_every_title_and_id_is_there_whole(
    cli: Cli, titles_home: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], width: int
) -> None:
    found = json.loads(cli(*argv, "-f", "json", home=titles_home).out)
    films = found["entries"] if isinstance(found, dict) else found
    assert films
    monkeypatch.setenv("COLUMNS", str(width))
    lines = cli(*argv, home=titles_home).out.splitlines()
    assert all(len(line) <= width for line in lines)
    heading = next(number for number, line in enumerate(lines) if re.match(r" *#  Title", line))
    start = lines[heading].index("Title")
    shown: list[list[str]] = [[] for _ in films]
    ids = [""] * len(films)
    rank = 0
    for line in lines[heading + 2 :]:
        if line[:start].strip().isdigit():
            rank = int(line[:start])
            ids[rank - 1] = line.split()[-1]
        elif line[:start].strip() or not line.strip():
            break
        shown[rank - 1] += line[start:].split()
    for film, words, movie_id in zip(films, shown, ids, strict=True):
        assert movie_id == str(film["movie_id"])
        left = iter(words)
        assert all(word in left for word in words_of(film["title"])), (film["title"], words)


OTHERS = [
    ["show", "Film 3"],
    ["history", str(Checkerboard.user_id(3))],
    ["predict", str(Checkerboard.user_id(3)), "Film 3", "Film 4"],
    ["runs"],
    ["info"],
    ["fetch", "--list"],
    ["profiles"],
]


@pytest.mark.parametrize("width", (*WIDTHS, 30))
@pytest.mark.parametrize("argv", OTHERS, ids=" ".join)
def test_every_other_table_fits_and_cuts_nothing(
    cli: Cli, own_home: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], width: int
) -> None:
    cli("rate", "Film 3", "4", home=own_home)
    monkeypatch.setenv("COLUMNS", str(width))
    result = cli(*argv, home=own_home)
    assert result.code == 0
    assert all(len(line) <= width for line in (result.out + result.err).splitlines())
    assert "…" not in result.out
    if argv[0] == "runs" and width >= 40:
        run = next((own_home / "runs").glob("[!.]*/run.json")).parent.name
        assert run in result.out.split()
