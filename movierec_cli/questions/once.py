"""Functions for a single question each: they open the run in use, and ask it."""

from pathlib import Path
from typing import Unpack

from movierec_cli.questions.answers import Hit, MoviePage, Prediction
from movierec_cli.questions.options import Film, RecommendOptions, SimilarOptions
from movierec_cli.questions.people import Who
from movierec_cli.questions.recommender import Recommender


def recommend(*who: Who, home: Path | str | None = None, **options: Unpack[RecommendOptions]) -> list[Hit]:
    """The best movies for somebody: see Recommender.recommend."""
    return Recommender.open(home).recommend(*who, **options)


def similar(film: Film, *, home: Path | str | None = None, **options: Unpack[SimilarOptions]) -> list[Hit]:
    """The movies most like one: see Recommender.similar."""
    return Recommender.open(home).similar(film, **options)


def search(text: str, *, top: int = 10, home: Path | str | None = None) -> list[Hit]:
    """The `top` movies whose titles match a text: see Recommender.search."""
    return Recommender.open(home).search(text, top=top)


def show(film: Film, *, similar: int = 5, home: Path | str | None = None) -> MoviePage:
    """All there is to say about a movie: see Recommender.page."""
    return Recommender.open(home).page(film, similar=similar)


def predict(who: Who, film: Film, *, home: Path | str | None = None) -> Prediction:
    """The stars that somebody would give a movie: see Recommender.predict."""
    return Recommender.open(home).predict(who, film)
