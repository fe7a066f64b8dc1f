"""Diaries that people type, and lists of Logseq and Obsidian with properties below the films."""

from movierec_cli.profiles.sheet import read_sheet

DIARY = """FILM DIARY
==========

January
2024-01-03  Laura (1944) ★★★★½
2024-01-05  Hamlet (1996)
"""
BULLETS = """type:: list

- ## Watched
\t- [[Charade]] (1963)
\t  rating:: 9/10
\t  watched:: [[2023-01-01]]
- ## Want to watch
\t- [[Passion Fish]] (1992)
- ## Gave up on
\t- [[Exit to Eden]] (1994)
"""


def films(text: str, name: str) -> list[dict[str, str]]:
    """The rows with a title, without their empty cells."""
    records = read_sheet(text.encode(), name).records
    return [{key: cell for key, cell in one.values.items() if cell} for one in records if one.values["title"]]


def test_a_diary_has_days_before_its_films_and_headings_that_are_none() -> None:
    assert films(DIARY, "diary.txt") == [
        {"title": "Laura (1944)", "rating": "★★★★½", "date": "2024-01-03"},
        {"title": "Hamlet (1996)", "date": "2024-01-05"},
    ]


def test_properties_belong_to_the_bullet_above_and_headings_say_the_state() -> None:
    assert films(BULLETS, "Films.md") == [
        {"title": "Charade (1963)", "rating": "9/10", "status": "seen", "date": "2023-01-01"},
        {"title": "Passion Fish (1992)", "status": "planned"},
        {"title": "Exit to Eden (1994)", "status": "begun"},
    ]
