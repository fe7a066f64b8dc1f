"""The form of the lists that tastes are judged by.

accepted.csv: what somebody who loves a film would take as being like it. haters.csv: kinds of films that a
person may love or hate as a whole. Both were written from memory by a person's judgement of the films, not
from ratings. Whether MovieLens has every film cannot be asked here: no data comes with the project.
"""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from movierec_cli.titles.keys import natural_title, normalise

HERE = Path(__file__).parent
FILMS = 48
ACCEPTED = range(18, 36)
KINDS = range(6, 9)
IN_A_KIND = range(7, 11)
YEARS = range(1895, 1999)


def lines(name: str, columns: list[str]) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == columns
        return list(reader)


def key(title: str, year: str) -> tuple[str, int]:
    assert title == title.strip()
    assert normalise(title)
    assert natural_title(title) == title, "an article stands in front"
    assert int(year) in YEARS
    return normalise(title), int(year)


def accepted() -> dict[tuple[str, int], list[tuple[str, int]]]:
    found: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for line in lines("accepted.csv", ["film", "year", "accepted", "accepted_year"]):
        found[key(line["film"], line["year"])].append(key(line["accepted"], line["accepted_year"]))
    return found


def kinds() -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for line in lines("haters.csv", ["kind", "film", "year"]):
        found[line["kind"]].append(key(line["film"], line["year"]))
    return found


def test_every_film_has_enough_accepted_ones() -> None:
    found = accepted()
    assert len(found) == FILMS
    assert {film: len(others) for film, others in found.items() if len(others) not in ACCEPTED} == {}


def test_no_film_accepts_itself_or_another_twice() -> None:
    for film, others in accepted().items():
        assert film not in others
        assert [other for other, times in Counter(others).items() if times > 1] == []


def test_the_lines_of_a_film_lie_together() -> None:
    films = [line["film"] for line in lines("accepted.csv", ["film", "year", "accepted", "accepted_year"])]
    starts = [film for film, before in zip(films, ["", *films], strict=False) if film != before]
    assert len(starts) == FILMS


def test_every_kind_has_enough_films() -> None:
    found = kinds()
    assert len(found) in KINDS
    assert all(kind == kind.strip().lower() for kind in found)
    assert {kind: len(films) for kind, films in found.items() if len(films) not in IN_A_KIND} == {}


def test_a_film_is_of_one_kind() -> None:
    times = Counter(film for films in kinds().values() for film in films)
    assert [film for film, count in times.items() if count > 1] == []


@pytest.mark.parametrize("name", ["accepted.csv", "haters.csv"])
def test_the_files_are_plain_text(name: str) -> None:
    text = (HERE / name).read_bytes()
    assert b"\r" not in text
    assert text.endswith(b"\n")
    assert not text.startswith(b"\xef\xbb\xbf")
