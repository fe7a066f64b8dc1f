"""The public names, each written once. __init__.py reads here where each is at home."""

__all__: list[str]

from movierec_cli.datasets.dataset import Dataset as Dataset
from movierec_cli.datasets.library import (
    ListedDataset as ListedDataset,
)
from movierec_cli.datasets.library import (
    article_table as article_table,
)
from movierec_cli.datasets.library import (
    fetch as fetch,
)
from movierec_cli.datasets.library import (
    list_datasets as list_datasets,
)
from movierec_cli.datasets.library import (
    load_dataset as load_dataset,
)
from movierec_cli.datasets.shelf import FetchedDataset as FetchedDataset
from movierec_cli.errors import MovieRecError as MovieRecError
from movierec_cli.evaluation.compare import Comparison as Comparison
from movierec_cli.evaluation.compare import Figures as Figures
from movierec_cli.evaluation.compare import evaluate as evaluate
from movierec_cli.overview import (
    DatasetSummary as DatasetSummary,
)
from movierec_cli.overview import (
    Info as Info,
)
from movierec_cli.overview import (
    RunSummary as RunSummary,
)
from movierec_cli.overview import (
    info as info,
)
from movierec_cli.overview import (
    prune_runs as prune_runs,
)
from movierec_cli.overview import (
    runs as runs,
)
from movierec_cli.overview import (
    use as use,
)
from movierec_cli.plots.diagram import plot_model as plot_model
from movierec_cli.plots.loss import plot_loss as plot_loss
from movierec_cli.plots.map import plot_map as plot_map
from movierec_cli.plots.network import LayerGraph as LayerGraph
from movierec_cli.plots.network import read_network as read_network
from movierec_cli.profiles.film_list import FilmList as FilmList
from movierec_cli.profiles.importing import (
    Change as Change,
)
from movierec_cli.profiles.importing import (
    ImportSummary as ImportSummary,
)
from movierec_cli.profiles.importing import (
    Outcome as Outcome,
)
from movierec_cli.profiles.importing import (
    import_ratings as import_ratings,
)
from movierec_cli.profiles.listing import (
    ProfileSummary as ProfileSummary,
)
from movierec_cli.profiles.listing import (
    list_profiles as list_profiles,
)
from movierec_cli.profiles.listing import (
    remove_profile as remove_profile,
)
from movierec_cli.profiles.newer_films import NewerFilms as NewerFilms
from movierec_cli.profiles.newer_films import newer_films as newer_films
from movierec_cli.profiles.profile import (
    DEFAULT_PROFILE as DEFAULT_PROFILE,
)
from movierec_cli.profiles.profile import (
    OwnRating as OwnRating,
)
from movierec_cli.profiles.profile import (
    Profile as Profile,
)
from movierec_cli.profiles.rating import (
    Rated as Rated,
)
from movierec_cli.profiles.rating import (
    hide as hide,
)
from movierec_cli.profiles.rating import (
    mark_seen as mark_seen,
)
from movierec_cli.profiles.rating import (
    rate as rate,
)
from movierec_cli.profiles.rating import (
    remove_rating as remove_rating,
)
from movierec_cli.questions.answers import (
    Contribution as Contribution,
)
from movierec_cli.questions.answers import (
    Explanation as Explanation,
)
from movierec_cli.questions.answers import (
    Hit as Hit,
)
from movierec_cli.questions.answers import (
    MoviePage as MoviePage,
)
from movierec_cli.questions.answers import (
    PersonScore as PersonScore,
)
from movierec_cli.questions.answers import (
    Prediction as Prediction,
)
from movierec_cli.questions.answers import (
    Rating as Rating,
)
from movierec_cli.questions.export import export as export
from movierec_cli.questions.filters import Filters as Filters
from movierec_cli.questions.filters import parse_years as parse_years
from movierec_cli.questions.history import (
    Entry as Entry,
)
from movierec_cli.questions.history import (
    History as History,
)
from movierec_cli.questions.history import (
    Taste as Taste,
)
from movierec_cli.questions.history import (
    history as history,
)
from movierec_cli.questions.once import (
    predict as predict,
)
from movierec_cli.questions.once import (
    recommend as recommend,
)
from movierec_cli.questions.once import (
    search as search,
)
from movierec_cli.questions.once import (
    show as show,
)
from movierec_cli.questions.once import (
    similar as similar,
)
from movierec_cli.questions.options import (
    RecommendOptions as RecommendOptions,
)
from movierec_cli.questions.options import (
    SimilarOptions as SimilarOptions,
)
from movierec_cli.questions.people import Person as Person
from movierec_cli.questions.people import parse_who as parse_who
from movierec_cli.questions.predicting import read_pairs as read_pairs
from movierec_cli.questions.recommender import Recommender as Recommender
from movierec_cli.store.audit import verify as verify
from movierec_cli.store.facts import Epoch as Epoch
from movierec_cli.store.movie import MarkedFilms as MarkedFilms
from movierec_cli.store.movie import Movie as Movie
from movierec_cli.store.movie import TitleMatch as TitleMatch
from movierec_cli.training.models import MODELS as MODELS
from movierec_cli.training.train import TrainingReport as TrainingReport
from movierec_cli.training.train import train as train
from movierec_cli.vectors.scale import RatingScale as RatingScale
from movierec_cli.vectors.scale import parse_scale as parse_scale
from movierec_cli.version import __version__ as __version__
