"""Diaries that people type, and lists of Logseq and Obsidian with properties below the films."""

import pytest

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


RATED = {
    "Charade - 9/10\nLaura: 7/10\nApollo 13 85%\nHamlet ★★★★½\n": [
        ("Charade", "9/10"),
        ("Laura", "7/10"),
        ("Apollo 13", "85%"),
        ("Hamlet", "★★★★½"),
    ],
    "1. Charade (9/10)\n2. Apollo 13 [4.5/5] - seen twice\n3. Good, the Bad and the Ugly, The, 8/10\n": [
        ("Charade", "9/10"),
        ("Apollo 13", "4.5/5"),
        ("Good, the Bad and the Ugly, The", "8/10"),
    ],
    "Charade: 9\nApollo 13 - 7\n2001: A Space Odyssey = 8,5\n": [
        ("Charade", "9"),
        ("Apollo 13", "7"),
        ("2001: A Space Odyssey", "8,5"),
    ],
    "9/10 Charade\n10/10 - Laura\n3/10 Apollo 13\n": [
        ("Charade", "9/10"),
        ("Laura", "10/10"),
        ("Apollo 13", "3/10"),
    ],
    "9/10 Charade (1963)\n★★★★ Laura (1944)\n7/10 Hamlet [1996]\n": [
        ("Charade (1963)", "9/10"),
        ("Laura (1944)", "★★★★"),
        ("Hamlet [1996]", "7/10"),
    ],
    "Charade [1963] - 9/10\nLaura (Otto Preminger, 1944) 8/10\nHamlet (1996, UK): 7/10\n": [
        ("Charade [1963]", "9/10"),
        ("Laura (Otto Preminger, 1944)", "8/10"),
        ("Hamlet (1996, UK)", "7/10"),
    ],
    "1963 - Charade - 9/10\n1944 - Laura\n(1996) Hamlet: 7\n": [
        ("Charade (1963)", "9/10"),
        ("Laura (1944)", ""),
        ("Hamlet (1996)", "7"),
    ],
    "12/01 Charade (1963) 9/10\n13/01 Laura (1944) 8/10\n3.2. Hamlet (1996) - ***\n": [
        ("Charade (1963)", "9/10"),
        ("Laura (1944)", "8/10"),
        ("Hamlet (1996)", "***"),
    ],
    "8 Charade\n9.5 - Laura (1944)\n7 Hamlet\n": [("Charade", "8"), ("Laura (1944)", "9.5"), ("Hamlet", "7")],
    "Charade [8]\nLaura (9)\nApollo 13 [6,5]\n": [("Charade", "8"), ("Laura", "9"), ("Apollo 13", "6,5")],
    "★★★★★\nCharade (1963)\nLaura (1944) - 9/10\n\n★★\nHamlet\n": [
        ("Charade (1963)", "★★★★★"),
        ("Laura (1944)", "9/10"),
        ("Hamlet", "★★"),
    ],
    "# Films\n\n## 5 stars\n- Charade (1963)\n- Laura (1944)\n\n## 2.5 stars:\n- Hamlet\n": [
        ("Charade (1963)", "5 stars"),
        ("Laura (1944)", "5 stars"),
        ("Hamlet", "2.5 stars"),
    ],
    "Charade (1963)\n9/10\n\nLaura\n3/10\n\nHamlet (1996)\n": [
        ("Charade (1963)", "9/10"),
        ("Laura", "3/10"),
        ("Hamlet (1996)", ""),
    ],
    "2024\nCharade (1963) 9/10\nLaura (1944) 8/10\n2025\nHamlet (1996) 7/10\n": [
        ("Charade (1963)", "9/10"),
        ("Laura (1944)", "8/10"),
        ("Hamlet (1996)", "7/10"),
    ],
}
"""Lists of films, and what each line says."""


@pytest.mark.parametrize(("text", "expected"), RATED.items())
def test_ratings_stand_beside_films_above_or_below(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(film["title"], film.get("rating", "")) for film in films(text, "films.txt")] == expected


def test_boxes_say_what_was_seen_where_some_are_ticked() -> None:
    text = "- [x] Charade (1963) - nota 9\n- [X] Laura\n- [ ] Hamlet (1996)\n"
    assert films(text, "lista.md") == [
        {"title": "Charade (1963)", "rating": "9", "status": "seen"},
        {"title": "Laura", "status": "seen"},
        {"title": "Hamlet (1996)", "status": "planned"},
    ]
    text = "## To watch\n- [x] Charade (1963)\n- [ ] Laura\n## Gave up on\n- [x] Hamlet (1996)\n"
    assert [film["status"] for film in films(text, "list.md")] == ["seen", "planned", "begun"]
    assert films("- [ ] Charade (1963)\n- [ ] Laura (1944)\n", "list.md")[0] == {"title": "Charade (1963)"}


def test_a_question_mark_is_no_rating_and_a_word_of_a_heading_says_the_state() -> None:
    text = "FILMS GEZIEN (cijfers)\n------\nCharade (1963) - 8,5   (nog eens)\nLaura (1944) - ?\n"
    assert films(text, "films.txt") == [
        {"title": "Charade (1963)", "rating": "8,5", "status": "seen"},
        {"title": "Laura (1944)", "status": "seen"},
    ]


def test_numbers_of_titles_are_no_ratings() -> None:
    titles = ["Apollo 13", "Alien", "2001: A Space Odyssey", "Die Hard 2", "Mission: 7", "Laura"]
    assert films("\n".join(titles), "films.txt") == [{"title": title} for title in titles]
    titles = ["12 Monkeys", "8 Mile", "101 Dalmatians", "2001: A Space Odyssey"]
    assert films("\n".join(titles), "films.txt") == [{"title": title} for title in titles]


@pytest.mark.parametrize("places", [(1, 2, 3), (10, 9, 8)])
def test_numbers_that_count_are_places_in_the_list(places: tuple[int, ...]) -> None:
    titles = ["Alien", "Laura", "Hamlet"]
    text = "\n".join(f"{place} {title}" for place, title in zip(places, titles, strict=True))
    assert films(text, "films.txt") == [{"title": title} for title in titles]


def test_headings_in_capitals_say_the_state_and_the_kind() -> None:
    seen, series = "SEEN\nCharade (1963) - 9/10\nLaura - 8/10\n", "TV SERIES\nThe Wire - 10/10\n"
    text = f"{seen}\n{series}\nTO WATCH\nHamlet (1996)\n"
    assert films(text, "films.txt") == [
        {"title": "Charade (1963)", "rating": "9/10", "status": "seen"},
        {"title": "Laura", "rating": "8/10", "status": "seen"},
        {"title": "The Wire", "rating": "10/10", "kind": "TV SERIES"},
        {"title": "Hamlet (1996)", "status": "planned"},
    ]


def test_days_with_the_months_name_stand_before_films() -> None:
    first = "Film diary 2024\n\n12 Jan 2024 - Charade (1963) - ****\n3 Feb 2024 - Laura (1944) - 7/10\n"
    text = f"{first}Feb 9, 2024 - Hamlet (1996)\n"
    assert films(text, "diary.txt") == [
        {"title": "Charade (1963)", "rating": "****", "date": "12 Jan 2024"},
        {"title": "Laura (1944)", "rating": "7/10", "date": "3 Feb 2024"},
        {"title": "Hamlet (1996)", "date": "Feb 9, 2024"},
    ]


def test_kinds_behind_titles_are_no_part_of_them() -> None:
    text = "Watchlist (2)\n---\nCharade (1963) - Movie\nThe Wire (2002) - TV show\nLaura (1944) - 8/10\n"
    assert films(text, "lists.txt") == [
        {"title": "Charade (1963)", "kind": "Movie", "status": "planned"},
        {"title": "The Wire (2002)", "kind": "TV show", "status": "planned"},
        {"title": "Laura (1944)", "rating": "8/10", "status": "planned"},
    ]


def test_remarks_behind_ratings_are_no_part_of_them() -> None:
    text = "Charade (1963) - 9/10 great fun\nLaura ★★★★ (twice)\nHamlet (1996) 7/10, long - 3 Feb 2024\n"
    assert films(text, "films.txt") == [
        {"title": "Charade (1963)", "rating": "9/10"},
        {"title": "Laura", "rating": "★★★★"},
        {"title": "Hamlet (1996)", "rating": "7/10", "date": "3 Feb 2024"},
    ]


@pytest.mark.parametrize("name", ["films.txt", "films.csv"])
def test_a_sentence_above_films_is_no_header(name: str) -> None:
    text = "My movies, rated out of 10\n\n- Charade (1963) - 9/10\n- Laura (1944) - 8/10\n"
    assert films(text, name)[-2:] == [
        {"title": "Charade (1963)", "rating": "9/10"},
        {"title": "Laura (1944)", "rating": "8/10"},
    ]


def test_a_header_above_films_with_years_is_one() -> None:
    text = "Film,Rating\nCharade (1963),9/10\nLaura (1944),8/10\n"
    assert read_sheet(text.encode(), "films.csv").columns == ("film", "rating")


def test_a_line_that_never_ends_is_read_soon() -> None:
    assert films("Charade (1963)\nLaura (1944)\n" + 200_000 * "x" + "\n", "films.txt")[:2] == [
        {"title": "Charade (1963)"},
        {"title": "Laura (1944)"},
    ]


def test_a_line_that_is_nearly_empty_is_read_at_once() -> None:
    """Patterns that try each way of dividing its spaces would take hours."""
    nearly_empty = [f"{start}a{20_000 * ' '}x" for start in ("", "# ", "1 ", "1995 - ")]
    text = "\n".join([*nearly_empty, *(5 * ["Charade (1963)"])])
    assert [film["title"] for film in films(text, "films.txt")][-5:] == 5 * ["Charade (1963)"]
    sheet = read_sheet(f"Title,a{20_000 * ' '}x\nLaura,4\n".encode(), "films.csv")
    assert [record.values["title"] for record in sheet.records] == ["Laura"]
