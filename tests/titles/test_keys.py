"""Titles as people type them."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.questions.recommender import Recommender
from movierec_cli.titles import keys


@pytest.mark.parametrize(
    ("title", "natural"),
    [
        ("Godfather, The", "The Godfather"),
        ("Beautiful Mind, A", "A Beautiful Mind"),
        ("American in Paris, An", "An American in Paris"),
        ("Misérables, Les", "Les Misérables"),
        ("Avventura, L'", "L'Avventura"),
        ("Boot, Das", "Das Boot"),
        ("Vita è bella, La", "La Vita è bella"),
        ("City of Lost Children, The (Cité des enfants perdus, La)", None),
        ("Good, the Bad and the Ugly, The (Buono, il brutto, il cattivo, Il)", None),
        ("Star Wars", "Star Wars"),
        ("Crouching Tiger, Hidden Dragon", "Crouching Tiger, Hidden Dragon"),
        ("I, Robot", "I, Robot"),
        ("The", "The"),
        ("", ""),
    ],
)
def test_natural_title(title: str, natural: str | None) -> None:
    expected = {
        "City of Lost Children, The (Cité des enfants perdus, La)": (
            "The City of Lost Children (La Cité des enfants perdus)"
        ),
        "Good, the Bad and the Ugly, The (Buono, il brutto, il cattivo, Il)": (
            "The Good, the Bad and the Ugly (Il Buono, il brutto, il cattivo)"
        ),
    }.get(title, natural)
    assert keys.natural_title(title) == expected


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("Sabrina (1995)", ("Sabrina", 1995)),
        ("  Sabrina   (1995) ", ("Sabrina", 1995)),
        ("Sabrina", ("Sabrina", None)),
        ("2001: A Space Odyssey", ("2001: A Space Odyssey", None)),
        ("2001: A Space Odyssey (1968)", ("2001: A Space Odyssey", 1968)),
        ("1984 (1984)", ("1984", 1984)),
        ("(1984)", ("(1984)", None)),
        ("Shanghai Triad (Yao a yao) (1995)", ("Shanghai Triad (Yao a yao)", 1995)),
        ("Movie (95)", ("Movie (95)", None)),
        ("", ("", None)),
        ("Sabrina [1995]", ("Sabrina", 1995)),
        ("Titanic (Jean Negulesco, 1953)", ("Titanic", 1953)),
        ("Titanic (1953, dir. Jean Negulesco)", ("Titanic", 1953)),
        ("Postino, Il (Postman, The)", ("Postino, Il (Postman, The)", None)),
    ],
)
def test_split_year(text: str, split: tuple[str, int | None]) -> None:
    assert keys.split_year(text) == split


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("STAR WARS", "star wars"),
        ("Misérables", "miserables"),
        ("Schindler's List", "schindlers list"),
        ("Schindler’s List", "schindlers list"),
        ("Pride & Prejudice", "pride and prejudice"),
        ("Star Trek: First Contact", "star trek first contact"),
        ("M*A*S*H", "mash"),
        ("  much   white\tspace ", "much white space"),
        ("under_score", "under score"),
        ("Straße", "strasse"),
        ("七人の侍", "七人の侍"),
        ("?!", ""),
    ],
)
def test_normalise(text: str, key: str) -> None:
    assert keys.normalise(text) == key


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = keys.normalise(text)
    assert keys.normalise(once) == once


@given(st.text())
def test_a_key_never_holds_what_sql_would_read_as_the_end_of_a_string(text: str) -> None:
    assert not set("'\"\\;%\0\n") & set("".join(keys.query_keys(text)))


WORDS = st.text("abcdéøλ七 '&:-.", min_size=1, max_size=12).filter(lambda word: keys.normalise(word) != "")
ARTICLES = st.sampled_from(["", ", The", ", A", ", L'", ", Les", ", Il"])


@given(name=WORDS, article=ARTICLES, translation=st.none() | WORDS, other_article=ARTICLES)
def test_every_title_finds_itself(
    name: str, article: str, translation: str | None, other_article: str
) -> None:
    """As the dataset has it, as movierec shows it, in other case, and by either of its names."""
    title = name + article + (f" ({translation}{other_article})" if translation else "")
    known = set(keys.title_keys(title))
    natural = keys.natural_title(title)
    typed = [title, natural, natural.upper(), keys.natural_title(name + article)]
    if translation:
        typed += [translation + other_article, keys.natural_title(translation + other_article)]
    for text in typed:
        assert known & set(keys.query_keys(text)), text


# ---- finding a movie by its title ----


@pytest.fixture(scope="module")
def recommender(titles_home: Path) -> Recommender:
    return Recommender.open(titles_home)


@pytest.mark.parametrize(
    ("typed", "movie_id"),
    [
        ("Star Wars", 50),
        ("star wars", 50),
        ("  STAR   WARS (1977)", 50),
        ("id:50", 50),
        ("ID: 50", 50),
        ("godfather", 127),
        ("the godfather", 127),
        ("Godfather, The (1972)", 127),
        ("The Godfather: Part II", 187),
        ("godfather part ii", 187),
        ("Empire Strikes Back, The", 172),
        ("empire strikes back", 172),
        ("les miserables", 701),
        ("Misérables, Les (1995)", 701),
        ("City of Lost Children, The (Cité des enfants perdus, La)", 702),
        ("city of lost children", 702),
        ("la cite des enfants perdus", 702),
        ("Cité des enfants perdus, La", 702),
        ("shanghai triad", 703),
        ("yao a yao yao dao waipo qiao", 703),
        ("il postino", 704),
        ("The Postman (Il Postino)", 704),
        ("Pride and Prejudice", 706),
        ("pride & prejudice", 706),
        ("l'avventura", 707),
        ("L’Avventura", 707),
        ("schindlers list", 708),
        ("it", 709),
        ("2001 a space odyssey", 710),
        ("starwars", 50),
        ("the god father", 127),
        ("2001 space odyssey", 710),
        ("1984", 711),
        ("1984 (1984)", 711),
        ('Robert\'); DROP TABLE movies; -- "quoted", with a comma', 712),
        ("amelie", 716),
        ("le fabuleux destin d'amelie poulain", 716),
        ("m*a*s*h", 717),
        ("unknown", 719),
    ],
)
def test_a_title_is_found_exactly(recommender: Recommender, typed: str, movie_id: int) -> None:
    match = recommender.find(typed)
    assert (match.movie.movie_id, match.exact) == (movie_id, True)


@pytest.mark.parametrize(
    ("typed", "movie_id"),
    [
        ("star wrs", 50),
        ("strar wars", 50),
        ("godfater", 127),
        ("empire strike back", 172),
        ("miserable", 701),
        ("schindler list", 708),
        ("beauty & the beest", 715),
        ("star trek vi", 227),
        ("undiscovered country", 227),
    ],
)
def test_typing_errors_and_parts_of_titles_are_forgiven(
    recommender: Recommender, typed: str, movie_id: int
) -> None:
    match = recommender.find(typed)
    assert (match.movie.movie_id, match.exact) == (movie_id, False)


@pytest.mark.parametrize(
    ("typed", "taken", "others"),
    [
        ("sabrina", 493, [315]),  # the one with more ratings
        ("Sabrina (1995)", 315, []),
        ("Sabrina (1954)", 493, []),
        ("sabrrina (1995)", 315, []),  # the year counts for a misspelt title too
        ("postman", 704, [705]),
        ("the postman (1997)", 705, []),
    ],
)
def test_among_equals_the_year_decides_then_the_number_of_ratings(
    recommender: Recommender, typed: str, taken: int, others: list[int]
) -> None:
    match = recommender.find(typed)
    assert match.movie.movie_id == taken
    assert [movie.movie_id for movie in match.others] == others


def test_a_wrong_year_is_not_an_exact_match(recommender: Recommender) -> None:
    assert not recommender.find("Star Wars (1978)").exact


@pytest.mark.parametrize(
    "typed", ["xqzzkwv", "an entirely different sentence about nothing", "zz", "x'); --"]
)
def test_what_is_like_no_title_is_not_found(recommender: Recommender, typed: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        recommender.find(typed)
    assert repr(typed) in caught.value.message
    assert caught.value.hint


def test_not_found_names_the_nearest_titles(recommender: Recommender) -> None:
    with pytest.raises(NotFoundError) as caught:
        recommender.find("star wras (1999)")
    assert "Star Wars (1977)" in str(caught.value.hint)


def test_what_is_not_found_may_be_too_new_or_an_id(recommender: Recommender) -> None:
    """The dataset's last film is It, of 2017."""
    with pytest.raises(NotFoundError) as caught:
        recommender.find("The Matrix")
    assert caught.value.message == "No movie is called 'The Matrix' in titles, which knows films to 2017."
    assert "movierec fetch --list" in str(caught.value.hint)
    for search in (recommender.find, recommender.search):
        with pytest.raises(NotFoundError) as caught:
            search("50")
        assert caught.value.hint == "id:50 is Star Wars (1977)."


@pytest.mark.parametrize(
    "typed", ["", "   ", "?!", "id:", "id:abc", "id:-1", "id:1.5", "id:４２", f"id:{2**63}"]
)
def test_what_can_be_no_title_is_a_usage_error(recommender: Recommender, typed: str) -> None:
    with pytest.raises(UsageError):
        recommender.find(typed)


def test_an_unknown_id_is_not_found(recommender: Recommender) -> None:
    with pytest.raises(NotFoundError, match="no movie with id 51"):
        recommender.find("id:51")
