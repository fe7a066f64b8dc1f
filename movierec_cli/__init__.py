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
    from movierec_cli.exporter import export
    from movierec_cli.filters import Filters
    from movierec_cli.models.training import train
    from movierec_cli.people import Person
    from movierec_cli.plots.diagram import plot_model
    from movierec_cli.plots.loss import plot_loss
    from movierec_cli.plots.map import plot_map
    from movierec_cli.profiles.importing import ImportSummary, import_ratings
    from movierec_cli.profiles.listing import ProfileSummary, list_profiles, remove_profile
    from movierec_cli.profiles.profile import OwnRating, Profile
    from movierec_cli.profiles.rating import Rated, hide, mark_seen, rate, remove_rating
    from movierec_cli.recommender import Recommender, predict, recommend, search, show, similar
    from movierec_cli.records import (
        Contribution,
        Explanation,
        Hit,
        MarkedFilms,
        Movie,
        MoviePage,
        PersonScore,
        Prediction,
        Rating,
        TitleMatch,
    )
    from movierec_cli.status import Info, RunSummary, info, prune_runs, runs, use
    from movierec_cli.store.audit import verify
    from movierec_cli.taste import History, history

_HOMES = {
    "Dataset": "datasets.dataset",
    "article_table": "datasets.library",
    "fetch": "datasets.library",
    "list_datasets": "datasets.library",
    "load_dataset": "datasets.library",
    "MovieRecError": "errors",
    "evaluate": "evaluation.compare",
    "export": "exporter",
    "Filters": "filters",
    "Person": "people",
    "Info": "status",
    "RunSummary": "status",
    "info": "status",
    "prune_runs": "status",
    "runs": "status",
    "use": "status",
    "verify": "store.audit",
    "plot_loss": "plots.loss",
    "plot_map": "plots.map",
    "plot_model": "plots.diagram",
    "train": "models.training",
    "History": "taste",
    "history": "taste",
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
    "Recommender": "recommender",
    "predict": "recommender",
    "recommend": "recommender",
    "search": "recommender",
    "show": "recommender",
    "similar": "recommender",
    "Contribution": "records",
    "Explanation": "records",
    "Hit": "records",
    "MarkedFilms": "records",
    "Movie": "records",
    "MoviePage": "records",
    "PersonScore": "records",
    "Prediction": "records",
    "Rating": "records",
    "TitleMatch": "records",
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
