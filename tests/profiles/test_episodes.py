"""Which rows of a viewing history are episodes of series, in the languages that Netflix writes them in."""

import itertools

import pytest

from movierec_cli.profiles.episodes import is_episode, series_without_seasons
from movierec_cli.profiles.kinds import kind_behind


@pytest.mark.parametrize(
    "title",
    [
        "The Crown: Season 1: Wolferton Splash",
        "Dark: Staffel 2: Anfänge und Enden",
        "Lupin: Saison 1: Chapitre 1",
        "Élite: Temporada 3: Carla",
        "Suburra: Stagione 1: 21 giorni",
        "Undercover: Seizoen 2: Aflevering 1",
        "Wiedźmin: Sezon 1: Początek końca",
        "Borgen: Sæson 1: Anstændighed i midten",
        "Bonusfamiljen: Säsong 2: Avsnitt 1",
        "Lilyhammer: Sesong 1: Reality Check",
        "Karppi: Kausi 1: Jakso 1",
        "Aşk 101: 1. Sezon: Bölüm 1",
        "Тьма: Сезон 1: Секреты",
        "A korona: 1. évad: Wolferton Splash",
        "기묘한 이야기: 시즌 1: 1장",
        "ストレンジャー・シングス: シーズン1: 第1章",
        "怪奇物語: 第 1 季: 第一章",
        "怪奇物語: 第1季: 第一章",
        "The Queen's Gambit: Limited Series: Openings",
        "Unorthodox: Miniserie: Teil 1",
        "Inhumain: Mini-série: Épisode 1",
        "O Gambito da Rainha: Minissérie: Aberturas",
        "Haus des Geldes: Teil 1: Folge 1",
        "La casa de papel: Parte 1: Episodio 1",
        "La casa de papel: Deel 1: Aflevering 1",
        "Dom z papieru: Część 1: Odcinek 1",
        "Papirhuset: Del 2: Episode 1",
        "Fargo: Year 2: Waiting for Dutch",
        "Love, Death & Robots: Volume 1: Sonnie's Edge",
        "Stranger Things: Stranger Things 2: Chapter One: MADMAX",
        "The OA: Part II: Angel of Death",
        "Ozark: Sugarwood (Episode 1)",
        "Dark: Season 1",
        "Mindhunter: Episode 1",
        "Barbaren: Folge 6",
        "Arcane: Akt 1: Willkommen auf dem Spielplatz",
        "Arcane: Acte 2: Quand ces murs s'effondrent",
    ],
)
def test_an_episode_is_known_by_its_title(title: str) -> None:
    assert is_episode(title, of_netflix=True)


@pytest.mark.parametrize(
    "title",
    [
        "Star Wars: Episode IV: A New Hope",
        "Star Trek: First Contact",
        "Kill Bill: Vol. 1",
        "John Wick: Chapter 4",
        "John Wick : Chapitre 2",
        "Star Wars: Episode V",
        "The Act: A Film",
        "The Hunger Games: Mockingjay: Part 1",
        "Guillermo: Del Toro: A Portrait",
        "Mission: Impossible",
        "Seasons",
        "Hellbound: Hellraiser II",
    ],
)
def test_a_film_is_none(title: str) -> None:
    assert not is_episode(title, of_netflix=True)


def series(
    *titles: str, known: tuple[str, ...] = (), days: tuple[str | None, ...] = ("2024-01-01",)
) -> set[str]:
    day_of = dict(zip(titles, itertools.cycle(days), strict=False))
    return series_without_seasons((title, title in known, day_of[title]) for title in titles)


def test_three_titles_of_one_beginning_are_a_series() -> None:
    episodes = ("Black Mirror: USS Callister", "Black Mirror: Nosedive", "Black Mirror: Crocodile")
    assert series(*episodes, "Heat") == {"Black Mirror"}
    assert series(*episodes[:2], episodes[0]) == set()
    assert series("Rome: A: x", "Rome: B: y", "Rome: C: z") == {"Rome"}
    assert series("Spooks: Dark: x", "Spooks: Dark: y", "Spooks: Dark: z") == {"Spooks", "Spooks: Dark"}


RINGS = [f"The Lord of the Rings: {name}" for name in ("The Fellowship", "The Two Towers", "The Return")]


@pytest.mark.parametrize(
    "days",
    [("2024-01-01", "2024-01-02", "2024-01-09"), ("2024-01-01", "2024-01-01", "2024-01-02"), (None,)],
)
def test_three_films_of_one_name_are_no_series_unless_they_were_seen_in_a_day(
    days: tuple[str | None, ...],
) -> None:
    assert series(*RINGS, days=days) == set()
    assert series(*RINGS, days=("2024-01-01",)) == {"The Lord of the Rings"}


def test_many_titles_of_one_beginning_are_a_series_on_whatever_days() -> None:
    days = tuple(f"2024-01-{day:02d}" for day in range(1, 10))
    episodes = [
        f"Black Mirror: {name}" for name in ("Nosedive", "Playtest", "Arkangel", "Metalhead", "Hated")
    ]
    assert series(*episodes, days=days) == set()
    assert series(*episodes, "Black Mirror: USS Callister", days=days) == {"Black Mirror"}


def test_titles_below_a_season_are_a_series_on_whatever_days() -> None:
    episodes = ("Death Note: Death Note: Rebirth", "Death Note: Death Note: Pursuit", "Death Note: End: 1.28")
    days = ("2024-01-01", "2024-02-01", "2024-03-01")
    assert series(*episodes, days=days) == {"Death Note"}


def test_one_row_with_a_season_is_enough() -> None:
    with_season = "Sherlock: Staffel 1: Ein Fall von Pink"
    assert series(with_season, "Sherlock: The Abominable Bride") == {"Sherlock"}
    assert series(with_season, "Sherlock") == set()
    assert series("Star Wars: Rebels: Season 1: Spark", "Star Wars: The Clone Wars") == set()


def test_a_film_of_the_dataset_makes_the_others_films() -> None:
    films = ("Star Trek: Generations", "Star Trek: Nemesis", "Star Trek: Into Darkness")
    assert series(*films, known=films[:1]) == set()
    assert series("Star Trek: Season 1: The Cage", *films, known=films[:1]) == set()


@pytest.mark.parametrize(
    "films",
    [
        ("John Wick: Chapter 2", "John Wick: Chapter 3 - Parabellum", "John Wick: Chapter 4"),
        ("Narnia", "Narnia: Prince Caspian", "Narnia: The Dawn Treader", "Narnia: The Silver Chair"),
        ("Avengers: Infinity War", "Avengers: Endgame"),
    ],
)
def test_films_with_numbers_or_a_first_one_without_a_colon_are_no_series(films: tuple[str, ...]) -> None:
    assert series(*films) == set()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("绝命毒师 第一季 / Breaking Bad Season 1", "TV season"),
        ("Dark Staffel 2", "TV season"),
        ("Шерлок 2 сезон", "TV season"),
        ("Breaking Bad Season 1", "TV season"),
        ("Friends (Serie de TV)", "TV series"),
        ("Open Season 2", None),
        ("Duel (TV)", None),
        ("Heat", None),
    ],
)
def test_what_stands_behind_a_title(title: str, kind: str | None) -> None:
    assert kind_behind(title) == kind
