"""Lists of films, written as people call them, and the movies of a dataset that they mean.

The lists are CSV files with a header: accepted.csv (film, year, accepted, accepted_year), haters.csv (kind,
film, year), series.csv (series, title, year). A film that the dataset does not have is left out, and named on
standard error.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.titles.keys import query_keys, title_keys

TESTS = Path(__file__).parent.parent / "tests"
ACCEPTED, HATERS = TESTS / "accepted.csv", TESTS / "haters.csv"
SERIES = Path(__file__).parent / "series.csv"
NO_YEAR = -9

Film = tuple[int, ...]
"""The movie_ids of one film, the most rated first: some are twice in the data, and either counts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A film, and those that somebody who loves it would accept as like it."""

    film: Film
    accepted: frozenset[int]


@dataclass(frozen=True)
class Films:
    """A dataset's movies by title and year."""

    by_name: dict[tuple[str, int], Film]

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        movie_ids = dataset.movies["movie_id"].to_numpy()
        rated = dataset.ratings["movie_id"].to_numpy()
        counts = np.bincount(np.searchsorted(movie_ids, rated), minlength=len(movie_ids))
        by_name: dict[tuple[str, int], Film] = {}
        titles = dataset.movies["title"].tolist()
        years = dataset.movies["year"].to_numpy("int64", na_value=NO_YEAR).tolist()
        for row in np.argsort(-counts, kind="stable").tolist():
            for key in title_keys(titles[row]):
                name = (key, years[row])
                by_name[name] = (*by_name.get(name, ()), int(movie_ids[row]))
        return cls(by_name)

    def find(self, title: str, year: str) -> Film | None:
        """The film of that title and year, or of a year that differs by one; None, and a word on standard
        error, where there is none."""
        for shift in (0, -1, 1):
            for key in query_keys(title):
                if film := self.by_name.get((key, int(year) + shift)):
                    return film
        print(f"Not in the dataset: {title} ({year})", file=sys.stderr)
        return None

    def accepted(self, file: Path) -> list[Wanted]:
        """The films of a list like accepted.csv, in its order."""
        found: dict[Film, set[int]] = defaultdict(set)
        for line in _lines(file):
            film = self.find(line["film"], line["year"])
            other = self.find(line["accepted"], line["accepted_year"])
            if film and other:
                found[film].update(other)
        return [Wanted(film, frozenset(others)) for film, others in found.items()]

    def kinds(self, file: Path) -> dict[str, list[Film]]:
        """The kinds of films of a list like haters.csv."""
        return self._grouped(file, "kind", "film")

    def series(self, file: Path) -> list[list[Film]]:
        """The members of each series of a list like series.csv of which the dataset has two or more."""
        return [members for members in self._grouped(file, "series", "title").values() if len(members) > 1]

    def _grouped(self, file: Path, group: str, title: str) -> dict[str, list[Film]]:
        found: dict[str, list[Film]] = defaultdict(list)
        for line in _lines(file):
            film = self.find(line[title], line["year"])
            if film and film not in found[line[group]]:
                found[line[group]].append(film)
        return dict(found)


def _lines(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)
