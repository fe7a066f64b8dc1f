"""Data in the shape of MovieLens, made up, at the sizes of its releases: ratings.csv, movies.csv, links.csv.

    python benchmarks/movielens_like.py FOLDER [--size ml-1m] [--seed 0]

The real releases may not be passed on, and the largest takes long to fetch. What is made up has their numbers
of people, movies and ratings, and their shape: at least 20 ratings a person, a few people with thousands;
half of them have rated the best-known movie, most movies are rated by few; who rates what, and how, follows
taste (each movie is of one kind, each person likes some kinds), with noise on top. Same seed, same files.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

Integers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

LEAST = 20
KINDS = 18
FACTORS = 8
TASTE = 1.5
PEOPLE_AT_ONCE = 10_000
DENSE_FROM = 30
ADJECTIVES = (
    *("Silent", "Golden", "Broken", "Last", "Crimson", "Hidden"),
    *("Burning", "Frozen", "Distant", "Restless", "Secret", "Velvet"),
)
NOUNS = (
    *("River", "Garden", "Empire", "Letter", "Stranger", "Harbour"),
    *("Summer", "Mirror", "Station", "Orchard", "Promise", "Shadow"),
)
PLACES = (
    *("Lisbon", "Tokyo", "Marrakesh", "Vienna", "Havana", "Oslo"),
    *("Naples", "Cairo", "Quito", "Riga", "Perth", "Bergen"),
)
GENRES = (
    *("Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy"),
    *("Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
)


@dataclass(frozen=True, slots=True)
class Size:
    """The published counts of a release, and how steep its popularity and activity are.

    steepness, bend: the weight of the movie at rank r is exp(-steepness * (r / movies) ** bend).
    spread: standard deviation of the logarithm of people's numbers of ratings beyond LEAST.
    """

    people: int
    movies: int
    ratings: int
    half_stars: bool
    steepness: float
    bend: float
    spread: float


SIZES = {
    "ml-100k": Size(943, 1_682, 100_000, False, 8.0, 0.5, 1.15),
    "ml-1m": Size(6_040, 3_706, 1_000_209, False, 8.0, 0.5, 1.2),
    "ml-10m": Size(69_878, 10_677, 10_000_054, True, 10.0, 0.4, 1.3),
    "ml-32m": Size(200_948, 87_585, 32_000_204, True, 16.0, 0.25, 1.4),
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The movies, in the order of their ids.

    movie_ids: ascending with gaps. kind: which of KINDS a movie is. popularity: weights. quality, factors:
    what its ratings are made of.
    """

    movie_ids: Integers
    kind: Integers
    popularity: Reals
    quality: Reals
    factors: Reals


def write(folder: Path, size: Size, seed: int) -> None:
    """Write the three files into `folder`, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    catalogue = made_up_movies(size, rng)
    _write_movies(folder, catalogue, rng)
    with (folder / "ratings.csv").open("wb") as file:
        file.write(b"userId,movieId,rating,timestamp\n")
        for part in ratings(size, catalogue, rng):
            arrow_csv.write_csv(
                part, file, arrow_csv.WriteOptions(include_header=False, quoting_style="none")
            )


def ratings(size: Size, catalogue: Catalogue, rng: np.random.Generator) -> Iterator[pa.Table]:
    """userId, movieId, rating (text, "4.0"), timestamp: some people at a time, sorted like the releases."""
    activity = _activity(size, rng)
    centres = rng.normal(size=(KINDS, FACTORS))
    for low in range(0, size.people, PEOPLE_AT_ONCE):
        wanted = activity[low : low + PEOPLE_AT_ONCE]
        likes = rng.dirichlet(np.full(KINDS, TASTE), len(wanted))
        taste = likes @ centres + 0.5 * rng.normal(size=(len(wanted), FACTORS))
        person, movie = _choose(wanted, likes, catalogue, rng)
        yield _rate(person, movie, low, taste, catalogue, size, rng)


def made_up_movies(size: Size, rng: np.random.Generator) -> Catalogue:
    """The movies of a size, known and unknown ones in any order."""
    rank = rng.permutation(size.movies)
    kind = rng.integers(KINDS, size=size.movies)
    popularity = np.exp(-size.steepness * (rank / size.movies) ** size.bend)
    known = np.log(popularity)
    quality = 0.45 * rng.normal(size=size.movies) + 0.15 * (known - known.mean()) / known.std()
    gaps = rng.integers(1, 4, size=size.movies)
    factors = rng.normal(size=(KINDS, FACTORS))[kind] + 0.5 * rng.normal(size=(size.movies, FACTORS))
    return Catalogue(np.cumsum(gaps), kind, popularity, quality, factors / np.sqrt(FACTORS))


def _activity(size: Size, rng: np.random.Generator) -> Integers:
    """Ratings per person: LEAST and more, long-tailed, adding up to the release's ratings."""
    beyond = rng.lognormal(0, size.spread, size.people)
    most = size.movies // 2
    target = size.ratings - LEAST * size.people
    count = np.zeros(size.people)
    for _ in range(20):  # what the few above `most` lose goes to the others
        count = np.minimum(beyond, most)
        beyond = beyond * target / count.sum()
    whole = LEAST + np.floor(np.minimum(beyond, most)).astype(np.int64)
    left = size.ratings - int(whole.sum())
    whole[rng.choice(size.people, abs(left), replace=abs(left) > size.people)] += np.sign(left)
    return whole


def _choose(
    wanted: Integers, likes: Reals, catalogue: Catalogue, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """(person, movie) of distinct pairs, sorted, `wanted` for each person.

    The chance of a movie is its popularity times how much its kind is liked, without replacement.
    """
    movies = len(catalogue.kind)
    many = np.flatnonzero(wanted * DENSE_FROM > movies)
    found = [_choose_many(many, wanted, likes, catalogue, rng)]
    by_kind = np.argsort(catalogue.kind, kind="stable")
    edges = np.concatenate([[0.0], np.cumsum(catalogue.popularity[by_kind])])
    starts = edges[np.searchsorted(catalogue.kind[by_kind], np.arange(KINDS + 1))]
    share = likes * np.diff(starts)
    share = np.cumsum(share / share.sum(axis=1, keepdims=True), axis=1)
    left = np.setdiff1d(np.arange(len(wanted)), many)
    pairs: Integers = np.zeros(0, dtype=np.int64)
    while len(left):  # draw with replacement, drop repeats, until everybody has enough
        missing = wanted - np.bincount(pairs // movies, minlength=len(wanted))
        person = np.repeat(left, missing[left] + missing[left] // 3 + 2)
        kind = np.zeros(len(person), dtype=np.int64)
        chance = rng.random(len(person))
        for column in share[:, :-1].T:
            kind += column[person] < chance
        place = starts[kind] + rng.random(len(person)) * (starts[kind + 1] - starts[kind])
        movie = by_kind[np.searchsorted(edges, place, side="right").clip(1, movies) - 1]
        fresh = np.setdiff1d(person * movies + movie, pairs)
        fresh = fresh[np.lexsort((rng.random(len(fresh)), fresh // movies))]
        of = fresh // movies
        pairs = np.concatenate([pairs, fresh[np.arange(len(of)) - np.searchsorted(of, of) < missing[of]]])
        done = np.bincount(pairs // movies, minlength=len(wanted)) >= wanted
        is_done = done[pairs // movies]
        found.append(pairs[is_done])
        pairs, left = pairs[~is_done], left[~done[left]]
    all_pairs = np.sort(np.concatenate(found))
    return all_pairs // movies, all_pairs % movies


def _choose_many(
    people: Integers, wanted: Integers, likes: Reals, catalogue: Catalogue, rng: np.random.Generator
) -> Integers:
    """The same for those who rated a good part of all movies: the highest of log weight + Gumbel noise."""
    movies = len(catalogue.kind)
    known, pairs = np.log(catalogue.popularity), [np.zeros(0, dtype=np.int64)]
    for person in people.tolist():
        keys = known + np.log(likes[person, catalogue.kind] + 1e-9) + rng.gumbel(size=movies)
        pairs.append(person * movies + np.argpartition(-keys, wanted[person])[: wanted[person]])
    return np.concatenate(pairs)


def _rate(
    person: Integers,
    movie: Integers,
    first: int,
    taste: Reals,
    catalogue: Catalogue,
    size: Size,
    rng: np.random.Generator,
) -> pa.Table:
    mild = 0.4 * rng.normal(size=len(taste))
    stars = 3.3 + mild[person] + catalogue.quality[movie]
    stars += 0.5 * np.einsum("nd,nd->n", taste[person], catalogue.factors[movie])
    stars += 0.9 * rng.normal(size=len(person))
    steps = 2 if size.half_stars else 1
    points = np.clip(np.round(stars * steps), 1, 5 * steps).astype(np.int32)
    text = pa.array([f"{point / steps:.1f}" for point in range(5 * steps + 1)])
    joined = 852_076_800 + rng.integers(0, 800_000_000, size=len(taste))  # 1997 to 2022
    time = joined[person] + rng.integers(0, 40_000, size=len(person))
    return pa.table(
        {
            "userId": first + 1 + person,
            "movieId": catalogue.movie_ids[movie],
            "rating": text.take(pa.array(points)),
            "timestamp": time,
        }
    )


def _write_movies(folder: Path, catalogue: Catalogue, rng: np.random.Generator) -> None:
    count = len(catalogue.movie_ids)
    word = {
        name: np.array(words)[rng.integers(len(words), size=count)]
        for name, words in {"adjective": ADJECTIVES, "noun": NOUNS, "place": PLACES}.items()
    }
    year = 2022 - np.minimum(rng.exponential(18, size=count), 100).astype(np.int64)
    second = rng.integers(len(GENRES), size=count)
    names = zip(word["adjective"], word["noun"], word["place"], rng.integers(4, size=count), strict=True)
    titles = [
        f"{adjective} {noun}, The"
        if form == 0
        else f"The {noun} of {place}"
        if form == 1
        else f"{adjective} {noun}"
        if form == 2
        else f"{adjective} {noun}: {place}"
        for adjective, noun, place, form in names
    ]
    genres = [
        "|".join(sorted({GENRES[kind], GENRES[other]}))
        for kind, other in zip(catalogue.kind.tolist(), second.tolist(), strict=True)
    ]
    rows: dict[str, Any] = {
        "movieId": catalogue.movie_ids,
        "title": [f"{title} ({made})" for title, made in zip(titles, year.tolist(), strict=True)],
        "genres": genres,
    }
    _write_csv(folder / "movies.csv", pa.table(rows))
    links = {
        "movieId": catalogue.movie_ids,
        "imdbId": [f"{number:07d}" for number in 1 + rng.permutation(9 * count)[:count]],
        "tmdbId": 1 + rng.permutation(9 * count)[:count],
    }
    _write_csv(folder / "links.csv", pa.table(links))


def _write_csv(path: Path, table: pa.Table) -> None:
    """As the releases have it: quotes only where a title has a comma."""
    text = {name: table[name].cast(pa.string()).to_pylist() for name in table.column_names}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(text)
        writer.writerows(zip(*text.values(), strict=True))


def main() -> None:
    from described import parser_of  # beside this file: tests load it from elsewhere

    parser = parser_of(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, default="ml-1m")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    write(arguments.folder, SIZES[arguments.size], arguments.seed)


if __name__ == "__main__":
    main()
