"""MovieLens 100K itself, fetched as a user would: skipped, saying why, where no source can be reached."""

import hashlib
from pathlib import Path

import pytest

from movierec_cli.datasets.library import article_table, fetch, load_dataset


def test_the_ratings_are_u_data_byte_for_byte(real_ml100k_home: Path) -> None:
    content = (real_ml100k_home / "datasets" / "ml-100k" / "u.data").read_bytes()
    assert hashlib.md5(content).hexdigest() == "6e47046882bad158b0efbb84cd5cb987"


def test_counts_titles_years_and_genres(real_ml100k_home: Path) -> None:
    dataset = load_dataset("ml-100k", home=real_ml100k_home)
    assert len(dataset.ratings) == 100_000
    assert dataset.ratings["user_id"].nunique() == 943
    assert dataset.rating_scale == (1.0, 5.0)
    movies = dataset.movies
    assert len(movies) == 1_682
    known = {
        movie_id: (title, year, genres)
        for movie_id, title, year, genres, *_ in movies.itertuples(index=False, name=None)
    }
    assert known[50] == ("Star Wars", 1977, ("Action", "Adventure", "Romance", "Sci-Fi", "War"))
    assert known[1412][:2] == ("Land Before Time III: The Time of the Great Giving", 1995)
    assert (known[267][0], known[267][2]) == ("unknown", ())
    assert movies["year"].isna().sum() == 1
    assert (movies["title"] == "Misérables, Les").sum() == 1
    assert movies.duplicated(["title", "year"]).sum() == 18  # 18 pairs of ids share a title


def test_the_articles_table_has_the_articles_means(real_ml100k_home: Path) -> None:
    table = article_table("ml-100k", home=real_ml100k_home)
    assert table.shape == (100_000, 34)
    means = table.groupby("movie_id")["rating"].mean().round(2)
    assert means[[53, 66, 9]].tolist() == pytest.approx([3.24, 3.05, 3.83])
    assert str(table["release_date"].dtype) == "datetime64[s]"


def test_fetching_again_needs_no_network(real_ml100k_home: Path) -> None:
    again = fetch(home=real_ml100k_home)
    assert again.already_there
    assert (again.people, again.movies, again.ratings) == (943, 1_682, 100_000)
