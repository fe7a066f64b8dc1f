"""Ranking quality as a user gets it: a split written as a folder, then fetch --from, train, export.

    python benchmarks/quality.py FOLDER [--seeds 0 1 2]

FOLDER holds u.data and u.item of MovieLens 100K (a fetched dataset's folder will do). It prints Markdown.
20 % of each person's ratings are held out, at random or the latest; relevant is a held-out 4 or 5; NDCG@10 is
computed by ir-measures from the exported files, so that nothing of movierec judges movierec.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import ir_measures
import pandas as pd
from ir_measures import nDCG

COLUMNS = ["user_id", "movie_id", "rating", "timestamp"]


def split(ratings: pd.DataFrame, kind: str, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold out a fifth of each person's ratings, rounded to the nearest whole number."""
    if kind == "random":
        ratings = ratings.sample(frac=1, random_state=seed)
    else:
        ratings = ratings.sort_values("timestamp", kind="stable")
    position = ratings.groupby("user_id").cumcount()
    count = ratings.groupby("user_id")["movie_id"].transform("size")
    held = position >= count - (count * 0.2 + 0.5).astype(int)
    return ratings[~held].sort_index(), ratings[held].sort_index()


def movierec(home: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "movierec_cli", *arguments, "--home", str(home)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def measure(source: Path, kind: str, seed: int) -> dict[str, float]:
    """NDCG@10, coverage and the number of already rated movies among the recommendations, for one split."""
    ratings = pd.read_csv(source / "u.data", sep="\t", names=COLUMNS)
    train, test = split(ratings, kind, seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "split", Path(scratch) / "home"
        folder.mkdir()
        shutil.copy(source / "u.item", folder)
        train.to_csv(folder / "u.data", sep="\t", header=False, index=False)
        movierec(home, "fetch", "--from", str(folder), "--name", "split")
        movierec(home, "train", "--dataset", "split", "--epochs", "50")
        movierec(home, "export", str(Path(scratch) / "all.parquet"), "--top", "10")
        lists = pd.read_parquet(Path(scratch) / "all.parquet")
        similar = json.loads(movierec(home, "similar", "Star Wars", "--top", "5", "--format", "json"))
    relevant = test[test["rating"] >= 4]
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
            "score": -judged["rank"],
        }
    )
    seen = lists.merge(train, on=["user_id", "movie_id"])
    series = {"The Empire Strikes Back", "Return of the Jedi"} & {hit["title"] for hit in similar}
    return {
        "ndcg": ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10],
        "people": relevant["user_id"].nunique(),
        "coverage": lists["movie_id"].nunique() / ratings["movie_id"].nunique(),
        "already rated": len(seen),
        "series in first 5": len(series),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    arguments = parser.parse_args()
    print("| split | seed | people | NDCG@10 | coverage | already rated | Star Wars' sequels in first 5 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for kind, seed in [*(("random", seed) for seed in arguments.seeds), ("temporal", 0)]:
        row = measure(arguments.folder, kind, seed)
        print(
            f"| {kind} | {seed} | {row['people']} | {row['ndcg']:.4f} | {row['coverage']:.0%} "
            f"| {row['already rated']} | {row['series in first 5']} of 2 |",
            flush=True,
        )


if __name__ == "__main__":
    main()
