"""Questions to a table of a million movies against one of 1,682: whole processes, memory, recall.

    python benchmarks/many_movies.py [--movies 1000000] [--rounds 9] [--folder DIR]

Vectors are made up (made_up_run.py), tables and indexes written as training writes them. Person 1 rated
a few dozen movies, person 2 has rated 5,000 (in the small table, half of all). It prints Markdown.
"""

import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from children import HEAD, interleaved, row
from described import parser_of

from movierec_cli.home import Home

# What this process ever held, its children are said to have held as well: it imports little, and the runs are
# built in a process of their own.
if TYPE_CHECKING:
    from movierec_cli.datasets.dataset import Dataset

PEOPLE = 400
RATED_MOST = 5_000


def made_up(movies: int) -> "Dataset":
    """PEOPLE people with 20 to 300 ratings each, mostly of known movies, and person 2 with RATED_MOST."""
    import numpy as np
    import pandas as pd

    from movierec_cli.datasets.dataset import Dataset
    from movierec_cli.vectors.scale import RatingScale

    rng = np.random.default_rng(0)
    count = np.minimum(rng.integers(20, 300, size=PEOPLE), movies // 2)
    count[0], count[1] = 40, min(RATED_MOST, movies // 2)
    rated = [np.unique((movies * rng.random(3 * wanted) ** 3).astype(np.int64))[:wanted] for wanted in count]
    total = sum(map(len, rated))
    movie_ids = 1 + np.arange(movies)
    return Dataset(
        name=f"{movies:,} movies",
        ratings=pd.DataFrame(
            {
                "user_id": np.repeat(1 + np.arange(PEOPLE), [len(some) for some in rated]),
                "movie_id": movie_ids[np.concatenate(rated)],
                "rating": rng.integers(1, 6, size=total).astype(np.float32),
                "timestamp": np.zeros(total, dtype=np.int64),
            }
        ),
        movies=pd.DataFrame(
            {
                "movie_id": movie_ids,
                "title": pd.Series([f"Film {number}" for number in movie_ids.tolist()], dtype="str"),
                "year": pd.array(1920 + movie_ids % 100, dtype="Int32"),
                "genres": pd.Series([("Drama",)] * movies, dtype="object"),
                "release_date": np.full(movies, "NaT", dtype="datetime64[s]"),
                "imdb_id": pd.Series([None] * movies, dtype="object"),
                "tmdb_id": pd.array([None] * movies, dtype="Int64"),
            }
        ),
        scale=RatingScale(1.0, 5.0, 1.0),
    )


def build(home: Home, movies: int) -> None:
    """Write a run with made-up vectors."""
    from made_up_run import random_vectors, store

    from movierec_cli.training.data import TrainingData

    data = TrainingData.of(made_up(movies))
    store(home, data, *random_vectors(data.interactions))


def recall(home: Home, people: int = 100, top: int = 10) -> str:
    """The share of the exact answers' movies that are in the answers, and the indexes that gave them."""
    from movierec_cli.questions.recommender import Recommender
    from movierec_cli.store.indexes import read_indexes

    recommender = Recommender.open(home.root)
    found = 0
    for user_id in range(1, people + 1):
        answers = [
            {hit.movie.movie_id for hit in recommender.recommend(user_id, top=top, exact=exact)}
            for exact in (False, True)
        ]
        found += len(answers[0] & answers[1])
    indexes = read_indexes(recommender.run.folder, "movies")
    return f"{found / people / top:.4f}; {indexes or 'no index'}"


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--movies", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = arguments.folder or Path(scratch)
        small, large = Home(place / "small"), Home(place / "large")
        for home, movies in ((small, 1_682), (large, arguments.movies)):
            if not home.current.exists():
                started = time.perf_counter()
                building = get_context("spawn").Process(target=build, args=(home, movies))
                building.start()
                building.join()
                print(f"{movies:,} movies written and indexed in {time.perf_counter() - started:.0f} s\n")
        movierec = [str(Path(sys.executable).with_name("movierec")), "recommend"]

        def asking(home: Home, user_id: int, *options: str) -> list[str]:
            return [*movierec, str(user_id), "--home", str(home.root), *options]

        commands = {
            "1,682 movies": asking(small, 1),
            "1,682 movies, half of them rated": asking(small, 2),
            f"{arguments.movies:,} movies": asking(large, 1),
            f"{arguments.movies:,} movies, {RATED_MOST:,} of them rated": asking(large, 2),
            f"{arguments.movies:,} movies, {RATED_MOST:,} of them rated, --top 100": asking(
                large, 2, "--top", "100"
            ),
            f"{arguments.movies:,} movies, --exact": asking(large, 1, "--exact"),
        }
        measured = interleaved(commands, arguments.rounds)
        print(HEAD)
        for name, one in measured.items():
            print(row(name, one, measured["1,682 movies"]))
        print(f"\nrecall@10 against --exact: {recall(large)}")


if __name__ == "__main__":
    main()
