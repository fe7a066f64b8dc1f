"""A folder of MovieLens, in any of its layouts: its ratings, its splits, and a part of it as a folder again.

Read here by pandas alone, so that a benchmark's idea of the data does not come from what it measures.
"""

import io
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

COLUMNS = ["user_id", "movie_id", "rating", "timestamp"]
SEPARATORS = {"u.data": b"\t", "ratings.dat": b"::", "ratings.csv": b","}
COMPANIONS = ("u.item", "movies.dat", "movies.csv", "links.csv", "tags.csv")
"""What is copied beside the ratings. Tags are not held out with a person's ratings."""
HELD_OUT = 0.2
LIKED = 0.8

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class MovieLensFolder:
    """The ratings of a folder, and their lines as they stand in the file.

    ratings: COLUMNS, a row for each line, in the file's order.
    """

    folder: Path
    file_name: str
    header: list[bytes]
    lines: list[bytes]
    ratings: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises FileNotFoundError where the folder holds no ratings."""
        file_name = next((name for name in SEPARATORS if (folder / name).is_file()), None)
        if file_name is None:
            raise FileNotFoundError(f"{folder} holds none of {', '.join(SEPARATORS)}.")
        separator = SEPARATORS[file_name]
        lines = (folder / file_name).read_bytes().splitlines(keepends=True)
        header, lines = (lines[:1], lines[1:]) if separator == b"," else ([], lines)
        text = b"".join(lines).replace(separator, b"\t")
        ratings = pd.read_csv(io.BytesIO(text), sep="\t", names=COLUMNS)
        if len(ratings) != len(lines):
            raise ValueError(f"{file_name} has {len(lines):,} lines and {len(ratings):,} ratings.")
        return cls(folder, file_name, header, lines, ratings)

    @property
    def highest(self) -> float:
        """The highest rating that somebody gave."""
        return float(self.ratings["rating"].max())

    def held_out(self, kind: str, seed: int) -> Flags:
        """Which ratings are held out: a fifth of each person's, rounded to the nearest whole number.

        kind: "random", by `seed`, or "temporal", the latest.
        """
        if kind == "random":
            ordered = self.ratings.sample(frac=1, random_state=seed)
        else:
            ordered = self.ratings.sort_values("timestamp", kind="stable")
        position = ordered.groupby("user_id").cumcount()
        count = ordered.groupby("user_id")["movie_id"].transform("size")
        held = position >= count - (count * HELD_OUT + 0.5).astype(int)
        return held.sort_index().to_numpy()

    def relevant(self, held_out: Flags) -> pd.DataFrame:
        """The held-out ratings that say that the movie was liked."""
        return self.ratings[held_out & (self.ratings["rating"] >= LIKED * self.highest)]

    def write(self, target: Path, kept: Flags) -> None:
        """Some of the ratings as a new folder in the same layout, with what stands beside them."""
        target.mkdir()
        lines = [line for line, is_kept in zip(self.lines, kept.tolist(), strict=True) if is_kept]
        (target / self.file_name).write_bytes(b"".join([*self.header, *lines]))
        for name in COMPANIONS:
            if (self.folder / name).is_file():
                shutil.copy(self.folder / name, target)


def movierec(home: Path, *arguments: str) -> str:
    """The standard output of a command. Raises RuntimeError, with what it said, where it fails."""
    command = [sys.executable, "-m", "movierec_cli", *arguments, "--home", str(home)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"movierec {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout
