"""movierec: recommend movies from embeddings learned from ratings.

    import movierec_cli as movierec

    movierec.fetch("ml-100k")
    movierec.train("ml-100k", epochs=50)
    movierec.recommend(42, top=10)
    movierec.similar("Star Wars")

Names are loaded when first used, so that asking a question never imports TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from movierec_cli.version import __version__

if TYPE_CHECKING:
    from movierec_cli.datasets.dataset import Dataset
    from movierec_cli.datasets.library import article_table, fetch, list_datasets, load_dataset
    from movierec_cli.errors import MovieRecError
    from movierec_cli.evaluation.compare import evaluate
    from movierec_cli.overview import Info, RunSummary, info, prune_runs, runs, use
    from movierec_cli.plots.diagram import plot_model
    from movierec_cli.plots.loss import plot_loss
    from movierec_cli.plots.map import plot_map
    from movierec_cli.profiles.importing import ImportSummary, import_ratings
    from movierec_cli.profiles.listing import ProfileSummary, list_profiles, remove_profile
    from movierec_cli.profiles.profile import OwnRating, Profile
    from movierec_cli.profiles.rating import Rated, hide, mark_seen, rate, remove_rating
    from movierec_cli.questions.answers import (
        Contribution,
        Explanation,
        Hit,
        MoviePage,
        PersonScore,
        Prediction,
        Rating,
    )
    from movierec_cli.questions.export import export
    from movierec_cli.questions.filters import Filters
    from movierec_cli.questions.history import History, history
    from movierec_cli.questions.once import predict, recommend, search, show, similar
    from movierec_cli.questions.people import Person
    from movierec_cli.questions.recommender import Recommender
    from movierec_cli.store.audit import verify
    from movierec_cli.store.movie import MarkedFilms, Movie, TitleMatch
    from movierec_cli.training.train import train

_HOMES = {
    "Dataset": "datasets.dataset",
    "article_table": "datasets.library",
    "fetch": "datasets.library",
    "list_datasets": "datasets.library",
    "load_dataset": "datasets.library",
    "MovieRecError": "errors",
    "evaluate": "evaluation.compare",
    "export": "questions.export",
    "Filters": "questions.filters",
    "Person": "questions.people",
    "Info": "overview",
    "RunSummary": "overview",
    "info": "overview",
    "prune_runs": "overview",
    "runs": "overview",
    "use": "overview",
    "verify": "store.audit",
    "plot_loss": "plots.loss",
    "plot_map": "plots.map",
    "plot_model": "plots.diagram",
    "train": "training.train",
    "History": "questions.history",
    "history": "questions.history",
    "ImportSummary": "profiles.importing",
    "import_ratings": "profiles.importing",
    "ProfileSummary": "profiles.listing",
    "list_profiles": "profiles.listing",
    "remove_profile": "profiles.listing",
    "OwnRating": "profiles.profile",
    "Profile": "profiles.profile",
    "Rated": "profiles.rating",
    "hide": "profiles.rating",
    "mark_seen": "profiles.rating",
    "rate": "profiles.rating",
    "remove_rating": "profiles.rating",
    "Recommender": "questions.recommender",
    "predict": "questions.once",
    "recommend": "questions.once",
    "search": "questions.once",
    "show": "questions.once",
    "similar": "questions.once",
    "Contribution": "questions.answers",
    "Explanation": "questions.answers",
    "Hit": "questions.answers",
    "MarkedFilms": "store.movie",
    "Movie": "store.movie",
    "MoviePage": "questions.answers",
    "PersonScore": "questions.answers",
    "Prediction": "questions.answers",
    "Rating": "questions.answers",
    "TitleMatch": "store.movie",
}

__all__ = [
    "Contribution",
    "Dataset",
    "Explanation",
    "Filters",
    "History",
    "Hit",
    "ImportSummary",
    "Info",
    "MarkedFilms",
    "Movie",
    "MoviePage",
    "MovieRecError",
    "OwnRating",
    "Person",
    "PersonScore",
    "Prediction",
    "Profile",
    "ProfileSummary",
    "Rated",
    "Rating",
    "Recommender",
    "RunSummary",
    "TitleMatch",
    "__version__",
    "article_table",
    "evaluate",
    "export",
    "fetch",
    "hide",
    "history",
    "import_ratings",
    "info",
    "list_datasets",
    "list_profiles",
    "load_dataset",
    "mark_seen",
    "plot_loss",
    "plot_map",
    "plot_model",
    "predict",
    "prune_runs",
    "rate",
    "recommend",
    "remove_profile",
    "remove_rating",
    "runs",
    "search",
    "show",
    "similar",
    "train",
    "use",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"movierec_cli.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
