"""How far `movierec update` falls behind a training.

    python benchmarks/update.py FOLDER [FOLDER ...] [--splits people time] [--epochs 50]

FOLDER is one of MovieLens: u.data and u.item, ratings.dat and movies.dat, or ratings.csv and movies.csv. The
first 80 % of the ratings are trained on, the next 10 % are new, and of the last 10 % those are to be found
that are at least 80 % of the highest rating. "people" takes the shares of each person's ratings, "time" those
of all ratings, so that many people are new. NDCG@10 is computed by ir-measures from exported files, as in
quality.py. Of the old model, people who are new get no list, and what people have rated since then is taken
out of the lists. Seconds are of processor time. It prints Markdown.
"""

import resource
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from described import parser_of
from movielens_folder import Flags, MovieLensFolder, movierec
from quality import TOP, ndcg

HEAD = (
    "| data | split | people judged | of them new | old model | updated | trained again | old / again "
    "| updated / again | update, s | training, s |\n" + "| --- " * 11 + "|"
)
OLD, NEW = 0.8, 0.9
DEEP = 200
"""What is exported of the old model, since what was rated meanwhile is taken out."""


def parts_of(source: MovieLensFolder, split: str) -> tuple[Flags, Flags]:
    """Which ratings are old, and which are not for judging."""
    ordered = source.ratings.sort_values("timestamp", kind="stable")
    if split == "people":
        share = ordered.groupby("user_id").cumcount() / ordered.groupby("user_id")["movie_id"].transform(
            "size"
        )
    else:
        share = pd.Series(np.arange(len(ordered)) / len(ordered), index=ordered.index)
    share = share.sort_index()
    return (share < OLD).to_numpy(), (share < NEW).to_numpy()


def exported(home: Path, scratch: Path, top: int) -> pd.DataFrame:
    file = scratch / "all.parquet"
    movierec(home, "export", str(file), "--top", str(top))
    return pd.read_parquet(file, columns=["user_id", "movie_id", "rank"])


def trained(home: Path, folder: Path, epochs: int) -> float:
    """The seconds that it took."""
    movierec(home, "fetch", "--from", str(folder), "--name", "split")
    started = seconds()
    movierec(home, "train", "--dataset", "split", "--epochs", str(epochs))
    return seconds() - started


def seconds() -> float:
    """Of processor time that commands have taken, all cores together: others may be working, too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def without(lists: pd.DataFrame, rated: pd.DataFrame) -> pd.DataFrame:
    """The TOP of each list that nobody has rated."""
    both = lists.merge(rated[["user_id", "movie_id"]], how="left", indicator=True)
    left = both[both["_merge"] == "left_only"].sort_values(["user_id", "rank"])
    rank = left.groupby("user_id").cumcount() + 1
    return left.assign(rank=rank)[rank <= TOP]


def measure(source: MovieLensFolder, split: str, epochs: int) -> str:
    old, known = parts_of(source, split)
    relevant = source.relevant(~known)
    relevant = relevant[relevant["user_id"].isin(source.ratings.loc[known, "user_id"])]
    before = set(source.ratings.loc[old, "user_id"])
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for part, kept in (("old", old), ("new", known & ~old), ("again", known)):
            source.write(scratch / part, kept)
        trained(scratch / "home", scratch / "old", epochs)
        lists = [without(exported(scratch / "home", scratch, DEEP), source.ratings[known])]
        started = seconds()
        movierec(scratch / "home", "update", "--from", str(scratch / "new"))
        updating = seconds() - started
        lists.append(exported(scratch / "home", scratch, TOP))
        training = trained(scratch / "home-again", scratch / "again", epochs)
        lists.append(exported(scratch / "home-again", scratch, TOP))
    people = set(relevant["user_id"])
    stay, updated, again = (ndcg(some, relevant) for some in lists)
    return (
        f"| {source.folder.resolve().name} | {split} | {len(people):,} | {len(people - before):,} "
        f"| {stay:.4f} | {updated:.4f} | {again:.4f} | {stay / again:.3f} | {updated / again:.3f} "
        f"| {updating:.1f} | {training:.0f} |"
    )


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--splits", nargs="+", choices=["people", "time"], default=["people", "time"])
    parser.add_argument("--epochs", type=int, default=50)
    arguments = parser.parse_args()
    print(HEAD, flush=True)
    for folder in arguments.folders:
        source = MovieLensFolder.read(folder)
        for split in arguments.splits:
            print(measure(source, split, arguments.epochs), flush=True)


if __name__ == "__main__":
    main()
