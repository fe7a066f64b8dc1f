"""The public names, each written once. __init__.py reads here where each is at home."""

__all__: list[str]

from movierec_cli.cluster.session import open_cluster as open_cluster
from movierec_cli.datasets.dataset import Dataset as Dataset
from movierec_cli.datasets.library import (
    ListedDataset as ListedDataset,
    article_table as article_table,
    fetch as fetch,
    list_datasets as list_datasets,
    load_dataset as load_dataset,
)
from movierec_cli.datasets.shelf import (
    DatasetSummary as DatasetSummary,
    FetchedDataset as FetchedDataset,
    verify_datasets as verify_datasets,
)
from movierec_cli.errors import MovieRecError as MovieRecError
from movierec_cli.evaluation.compare import Comparison as Comparison, Figures as Figures, evaluate as evaluate
from movierec_cli.overview import (
    Info as Info,
    RunSummary as RunSummary,
    info as info,
    prune_runs as prune_runs,
    runs as runs,
    use as use,
)
from movierec_cli.plots.diagram import plot_model as plot_model
from movierec_cli.plots.loss import plot_loss as plot_loss
from movierec_cli.plots.map import plot_map as plot_map
from movierec_cli.plots.network import LayerGraph as LayerGraph, read_network as read_network
from movierec_cli.profiles.film_list import FilmList as FilmList
from movierec_cli.profiles.importing import (
    ImportSummary as ImportSummary,
    Outcome as Outcome,
    import_ratings as import_ratings,
)
from movierec_cli.profiles.listing import (
    ProfileSummary as ProfileSummary,
    list_profiles as list_profiles,
    remove_profile as remove_profile,
)
from movierec_cli.profiles.merging import Change as Change
from movierec_cli.profiles.newer_films import NewerFilms as NewerFilms, newer_films as newer_films
from movierec_cli.profiles.profile import (
    DEFAULT_PROFILE as DEFAULT_PROFILE,
    OwnRating as OwnRating,
    Profile as Profile,
)
from movierec_cli.profiles.rating import (
    Rated as Rated,
    hide as hide,
    mark_seen as mark_seen,
    rate as rate,
    remove_rating as remove_rating,
)
from movierec_cli.questions.answers import (
    Contribution as Contribution,
    Explanation as Explanation,
    Hit as Hit,
    MoviePage as MoviePage,
    PersonScore as PersonScore,
    Prediction as Prediction,
    Rating as Rating,
)
from movierec_cli.questions.export import export as export
from movierec_cli.questions.filters import Filters as Filters, parse_years as parse_years
from movierec_cli.questions.history import (
    Entry as Entry,
    History as History,
    Taste as Taste,
    history as history,
)
from movierec_cli.questions.once import (
    predict as predict,
    recommend as recommend,
    search as search,
    show as show,
    similar as similar,
)
from movierec_cli.questions.options import (
    RecommendOptions as RecommendOptions,
    SimilarOptions as SimilarOptions,
)
from movierec_cli.questions.people import Person as Person, parse_who as parse_who
from movierec_cli.questions.predicting import read_pairs as read_pairs
from movierec_cli.questions.recommender import Recommender as Recommender
from movierec_cli.store.audit import verify as verify
from movierec_cli.store.facts import Epoch as Epoch, UpdateFacts as UpdateFacts
from movierec_cli.store.movie import MarkedFilms as MarkedFilms, Movie as Movie, TitleMatch as TitleMatch
from movierec_cli.store.runs import Run as Run
from movierec_cli.store.unfinished import Unfinished as Unfinished, unfinished as unfinished
from movierec_cli.system.workers import Workers as Workers
from movierec_cli.training.models import MODELS as MODELS
from movierec_cli.training.train import train as train
from movierec_cli.training.update import UpdateReport as UpdateReport, update as update
from movierec_cli.vectors.scale import RatingScale as RatingScale, parse_scale as parse_scale
from movierec_cli.version import __version__ as __version__
