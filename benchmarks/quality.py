"""Ranking quality as a user gets it: a split written as a folder, then fetch --from, train, export.

    python benchmarks/quality.py FOLDER [FOLDER ...] [--seeds 0 1 2] [--splits random temporal] [--epochs 50]

FOLDER is one of MovieLens: u.data and u.item, ratings.dat and movies.dat, or ratings.csv and movies.csv. A
fifth of each person's ratings is held out, at random or the latest; relevant is what got at least 80 % of the
highest rating. NDCG@10 is computed by ir-measures from the exported file, so that nothing of movierec judges
movierec. Beside it stand popularity and EASE, whose ridge is the one that is best on the held-out ratings
themselves: the ratio to it is on the hard side. It prints Markdown. EASE takes dense tables of people x
movies; some thousands of each are fine. With --epochs 0 the computed model is measured.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ir_measures
import numpy as np
import numpy.typing as npt
import pandas as pd
from described import parser_of
from ir_measures import nDCG
from movielens_folder import MovieLensFolder, movierec

TOP = 10
RIDGES = (50.0, 100.0, 200.0, 400.0, 800.0, 1600.0)
HEAD = (
    "| data | split | seed | people | popularity | EASE | ridge | movierec | movierec / EASE "
    "| coverage, movierec | coverage, EASE | already rated | training, s |\n" + "| --- " * 13 + "|"
)

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one split gave. Coverage is the share of all rated movies that somebody's ten hold."""

    people: int
    popularity: float
    ease: float
    ridge: float
    movierec: float
    coverage: float
    ease_coverage: float
    already_rated: int
    seconds: float

    @property
    def ratio(self) -> float:
        return self.movierec / self.ease


@dataclass(frozen=True, slots=True)
class Table:
    """What a model may see, as a table.

    user_ids, movie_ids: of its rows and columns, ascending. values: float32 (people, movies), ratings divided
    by the highest, 0 where there is none.
    """

    user_ids: npt.NDArray[np.int64]
    movie_ids: npt.NDArray[np.int64]
    values: Matrix

    @classmethod
    def of(cls, ratings: pd.DataFrame, highest: float) -> "Table":
        user_ids, rows = np.unique(ratings["user_id"].to_numpy(), return_inverse=True)
        movie_ids, columns = np.unique(ratings["movie_id"].to_numpy(), return_inverse=True)
        values = np.zeros((len(user_ids), len(movie_ids)), np.float32)
        values[rows, columns] = ratings["rating"] / highest
        return cls(user_ids, movie_ids, values)

    def lists(self, scores: Matrix) -> pd.DataFrame:
        """user_id, movie_id, rank: everybody's TOP by scores, (people, movies), without what they rated."""
        left = np.where(self.values != 0, -np.inf, scores)
        top = min(TOP, left.shape[1])
        best = np.argpartition(-left, top - 1, axis=1)[:, :top]
        order = np.argsort(-np.take_along_axis(left, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)
        rows, ranks = np.nonzero(np.isfinite(np.take_along_axis(left, best, axis=1)))
        return pd.DataFrame(
            {
                "user_id": self.user_ids[rows],
                "movie_id": self.movie_ids[best[rows, ranks]],
                "rank": ranks + 1,
            }
        )


def popularity(table: Table) -> Matrix:
    """How many rated each movie, the same for everybody, (people, movies)."""
    counts = np.count_nonzero(table.values, axis=0).astype(np.float32)
    return np.broadcast_to(counts, table.values.shape)


def ease(table: Table, ridges: tuple[float, ...] = RIDGES) -> Iterator[tuple[float, Matrix]]:
    """Each ridge with its scores, (people, movies): Steck, "Embarrassingly Shallow Autoencoders", WWW 2019.

    With P = (X'X + ridge)^-1 the weights are I - P / diag(P), so that a score is X - XP / diag(P). Where
    people are fewer than movies, M = (XX' + ridge)^-1 gives the same from a smaller matrix:
    XP = MX, and diag(P) = (1 - diag(X'MX)) / ridge.
    """
    known = table.values
    people, movies = known.shape
    by_movies = movies <= people
    gram = known.T @ known if by_movies else known @ known.T
    for ridge in ridges:
        inverse = np.linalg.inv(gram + np.float32(ridge) * np.eye(len(gram), dtype=np.float32))
        if by_movies:
            product, diagonal = known @ inverse, np.diag(inverse)
        else:
            product = inverse @ known
            diagonal = (1 - np.einsum("um,um->m", known, product)) / np.float32(ridge)
        yield ridge, (known - product / diagonal).astype(np.float32)


def ndcg(lists: pd.DataFrame, relevant: pd.DataFrame) -> float:
    """Mean NDCG@10 over the people of `relevant`, by ir-measures."""
    judged = lists[lists["user_id"].isin(relevant["user_id"])]
    qrels = pd.DataFrame(
        {
            "query_id": relevant["user_id"].astype(str),
            "doc_id": relevant["movie_id"].astype(str),
            "relevance": 1,
        }
    )
    run = pd.DataFrame(
        {
            "query_id": judged["user_id"].astype(str),
            "doc_id": judged["movie_id"].astype(str),
            "score": -judged["rank"].astype(float),
        }
    )
    return float(ir_measures.calc_aggregate([nDCG @ TOP], qrels, run)[nDCG @ TOP])


def by_movierec(
    source: MovieLensFolder, kept: npt.NDArray[np.bool_], epochs: int
) -> tuple[pd.DataFrame, float]:
    """user_id, movie_id, rank of a model that a user would get, and the seconds that `train` took."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, home, file = (Path(scratch) / name for name in ("split", "home", "all.parquet"))
        source.write(folder, kept)
        movierec(home, "fetch", "--from", str(folder), "--name", "split")
        started = time.perf_counter()
        movierec(home, "train", "--dataset", "split", "--epochs", str(epochs))
        seconds = time.perf_counter() - started
        movierec(home, "export", str(file), "--top", str(TOP))
        return pd.read_parquet(file, columns=["user_id", "movie_id", "rank"]), seconds


def measure(source: MovieLensFolder, kind: str, seed: int, epochs: int) -> Figures:
    held_out = source.held_out(kind, seed)
    seen, relevant = source.ratings[~held_out], source.relevant(held_out)
    lists, seconds = by_movierec(source, ~held_out, epochs)
    table = Table.of(seen, source.highest)
    best, ridge, shown = max(
        (
            (ndcg(some, relevant), strength, some["movie_id"].nunique())
            for strength, some in ((strength, table.lists(scores)) for strength, scores in ease(table))
        ),
        key=lambda found: found[0],
    )
    movies = source.ratings["movie_id"].nunique()
    return Figures(
        people=relevant["user_id"].nunique(),
        popularity=ndcg(table.lists(popularity(table)), relevant),
        ease=best,
        ridge=ridge,
        movierec=ndcg(lists, relevant),
        coverage=lists["movie_id"].nunique() / movies,
        ease_coverage=shown / movies,
        already_rated=len(lists.merge(seen, on=["user_id", "movie_id"])),
        seconds=seconds,
    )


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="of the random splits")
    parser.add_argument("--splits", nargs="+", choices=["random", "temporal"], default=["random", "temporal"])
    parser.add_argument("--epochs", type=int, default=50)
    arguments = parser.parse_args()
    print(HEAD, flush=True)
    for folder in arguments.folders:
        source, name = MovieLensFolder.read(folder), folder.resolve().name
        for kind in arguments.splits:
            found = []
            for seed in arguments.seeds if kind == "random" else [0]:
                one = measure(source, kind, seed, arguments.epochs)
                found.append(one)
                print(
                    f"| {name} | {kind} | {seed} | {one.people:,} | {one.popularity:.4f} | {one.ease:.4f} "
                    f"| {one.ridge:g} | {one.movierec:.4f} | {one.ratio:.3f} | {one.coverage:.1%} "
                    f"| {one.ease_coverage:.1%} | {one.already_rated} | {one.seconds:.0f} |",
                    flush=True,
                )
            if len(found) > 1:
                ratio = np.mean([one.ratio for one in found])
                print(f"| {name} | {kind} | mean | | | | | | {ratio:.3f} | | | | |", flush=True)


if __name__ == "__main__":
    main()
