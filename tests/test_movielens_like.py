"""The made-up data of benchmarks/ have the published counts and the shape of the real ones."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.parse import read_dataset

FILE = Path(__file__).parent.parent / "benchmarks" / "movielens_like.py"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("movielens_like", FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["movielens_like"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(generator: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made-up")
    generator.write(place, generator.SIZES["ml-100k"], seed=3)
    return place


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return read_dataset(folder, "made-up")


def test_it_has_the_published_counts(generator: ModuleType, dataset: Dataset) -> None:
    assert (dataset.ratings["user_id"].nunique(), len(dataset.movies), len(dataset.ratings)) == (
        943,
        1_682,
        100_000,
    )
    assert generator.SIZES["ml-32m"].people == 200_948
    assert generator.SIZES["ml-32m"].movies == 87_585
    assert generator.SIZES["ml-32m"].ratings == 32_000_204


def test_activity_and_popularity_are_long_tailed(dataset: Dataset) -> None:
    by_person = dataset.ratings.groupby("user_id").size()
    assert by_person.min() >= 20
    assert by_person.median() < 0.75 * by_person.mean()
    assert by_person.max() > 5 * by_person.mean()
    by_movie = dataset.ratings.groupby("movie_id").size().sort_values(ascending=False)
    assert 0.35 < by_movie.iloc[0] / len(by_person) < 0.75
    assert by_movie.iloc[:168].sum() > 0.35 * len(dataset.ratings)  # a tenth of the movies


def test_files_are_laid_out_as_the_releases(folder: Path, dataset: Dataset) -> None:
    assert (folder / "ratings.csv").read_text().startswith("userId,movieId,rating,timestamp\n1,")
    assert (folder / "movies.csv").read_text().startswith("movieId,title,genres\n")
    assert dataset.movies["imdb_id"].notna().all()
    assert dataset.movies["year"].notna().all()
    pairs = dataset.ratings[["user_id", "movie_id"]]
    assert not pairs.duplicated().any()
    assert pairs.equals(pairs.sort_values(["user_id", "movie_id"]))
    assert set(dataset.ratings["rating"].unique()) == {1, 2, 3, 4, 5}


def test_taste_is_there_to_be_learned(dataset: Dataset) -> None:
    """How a person rates a genre in one half of the movies says how they rate it in the other half."""
    genre = {
        movie_id: genres[0]
        for movie_id, genres in zip(dataset.movies["movie_id"], dataset.movies["genres"], strict=True)
    }
    ratings = dataset.ratings.assign(genre=dataset.ratings["movie_id"].map(genre))
    ratings["over"] = ratings["rating"] - ratings.groupby("movie_id")["rating"].transform("mean")
    halves = ratings.assign(half=ratings["movie_id"] % 2).pivot_table(
        index=["user_id", "genre"], columns="half", values="over"
    )
    agreement = halves.corr().to_numpy()[0, 1]
    assert float(agreement) > 0.1


def test_a_seed_is_a_seed(generator: ModuleType, folder: Path, tmp_path: Path) -> None:
    names = ("ratings.csv", "movies.csv", "links.csv")
    generator.write(tmp_path / "same", generator.SIZES["ml-100k"], seed=3)
    generator.write(tmp_path / "other", generator.SIZES["ml-100k"], seed=4)
    for name in names:
        same, other = ((tmp_path / which / name).read_bytes() for which in ("same", "other"))
        assert same == (folder / name).read_bytes()
        assert other != same


def test_half_stars_where_the_release_has_them(generator: ModuleType, tmp_path: Path) -> None:
    size = generator.Size(300, 400, 12_000, True, 8.0, 0.5, 1.2)
    generator.write(tmp_path, size, seed=0)
    stars = read_dataset(tmp_path, "halves").ratings["rating"].to_numpy()
    assert len(stars) == 12_000
    assert set(np.unique(stars)) == {half / 2 for half in range(1, 11)}
