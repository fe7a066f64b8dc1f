"""The movie map as data: the best-known movies in two dimensions, their neighbours and their colours."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from movierec_cli.errors import MovieRecError
from movierec_cli.store.facts import RunFacts
from movierec_cli.store.movie import MarkedFilms, Movie
from movierec_cli.store.movies import Movies
from movierec_cli.store.runs import Run
from movierec_cli.vectors.arrays import Indices, Matrix, unit_rows
from movierec_cli.vectors.scale import bottom_of, liked_from, sinks_below
from movierec_cli.vectors.scores import best, blocks

Coloring = Literal["taste", "genre", "decade", "rating"]
COLORINGS: tuple[Coloring, ...] = ("taste", "genre", "decade", "rating")
APART = 0.045
"""How far from each other the centres of numbered discs are at least; the longer side of the map is 2."""
_ROUNDS = 100
FEWEST = 3
NEIGHBOURS = 10

# Of middling lightness, so that one set reads on white and on black.
_DISTINCT = (
    *("#4a7fe0", "#e8822a", "#35a26b", "#e04f57", "#9569d8"),
    *("#1fa3b3", "#dd62a4", "#a9744a", "#94a11f", "#c9a227"),
)
_RAMP = ("#6a52c7", "#3f78cf", "#1f9ab0", "#35a86f", "#8fb339", "#d9a125", "#e5743a")
_NEUTRAL = "#969ca6"
_LIKED, _BETWEEN, _NOT_LIKED, _SEEN, _RECOMMENDED = "#35a26b", "#d9a125", "#e04f57", "#9569d8", "#4a7fe0"
RECOMMENDED, OTHERS = "recommended", "other films"
_PAGE_SHAPE = 1.25

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scheme:
    """One way to colour the map: `legend` is (name, colour) in order, `groups` every movie's name in it."""

    legend: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]

    def colors(self) -> list[str]:
        """Every movie's colour."""
        by_name = dict(self.legend)
        return [by_name[group] for group in self.groups]


@dataclass(frozen=True)
class Atlas:
    """Movies, and for each of them, by its position, what a map shows."""

    run: RunFacts
    """Of what it is a map."""
    movies: tuple[Movie, ...]
    """The best-known first."""
    points: Points
    """Where each lies, float64 (n, 2), y upwards, the whole within -1..1."""
    neighbours: Indices
    """(n, k): the positions of the nearest others by cosine, nearest first."""
    cosines: Matrix
    """(n, k): how near these are."""
    schemes: dict[Coloring, Scheme]
    """The ways to colour them."""
    marked: MarkedFilms | None = None
    """Whose films are marked; "taste" is among the schemes then."""

    @property
    def places(self) -> dict[int, int]:
        """movie_id -> what place it has among the recommended, from 1."""
        recommended = self.marked.recommended if self.marked else ()
        return {movie.movie_id: rank for rank, (movie, _) in enumerate(recommended, start=1)}


def survey(run: Run, limit: int, seed: int, marked: MarkedFilms | None = None) -> Atlas:
    """The map of the `limit` most rated movies of a run, and of those that are marked.

    Raises MovieRecError when there are fewer than 3.
    """
    table = Movies(run)
    best_known = table.best_known(limit)
    if marked:
        best_known += [*marked.seen, *marked.ratings, *(movie.movie_id for movie, _ in marked.recommended)]
    found = table.by_id(best_known).values()
    movies = tuple(sorted(found, key=lambda movie: (-movie.rating_count, movie.movie_id)))
    if len(movies) < FEWEST:
        raise MovieRecError(
            f"A map takes at least {FEWEST} movies; {run.facts.dataset.name} has {len(movies)}."
        )
    column = run.facts.model.similar_column
    unit = unit_rows(table.vectors([movie.movie_id for movie in movies], [column])[column])
    numbered = {movie.movie_id for movie, _ in marked.recommended} if marked else set()
    neighbours, cosines = nearest(unit)
    return Atlas(
        run=run.facts,
        movies=movies,
        points=apart(place(unit, seed), [movie.movie_id in numbered for movie in movies]),
        neighbours=neighbours,
        cosines=cosines,
        schemes={
            **({"taste": by_taste(movies, marked)} if marked else {}),
            "genre": by_genre(movies),
            "decade": by_decade(movies),
            "rating": by_rating(movies),
        },
        marked=marked,
    )


def nearest(unit: Matrix, count: int = NEIGHBOURS) -> tuple[Indices, Matrix]:
    """For each vector of unit length, the positions of the nearest others by cosine, and the cosines."""
    count = min(count, len(unit) - 1)
    neighbours = np.empty((len(unit), count), dtype=np.int64)
    cosines = np.empty((len(unit), count), dtype=np.float32)
    for part in blocks(len(unit), len(unit)):
        similarity = unit[part] @ unit.T
        rows = np.arange(len(similarity))
        similarity[rows, rows + part.start] = -np.inf
        neighbours[part] = best(similarity, count)
        cosines[part] = np.take_along_axis(similarity, neighbours[part], axis=1)
    return neighbours, cosines


def place(unit: Matrix, seed: int) -> Points:
    """t-SNE by cosine from the two main directions of the vectors; the longer side of the map is -1..1.

    The start keeps far-apart groups in their places, whichever the seed; the seed's noise, on top of it
    and on the result, keeps movies with equal vectors from the same spot.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    noise = np.random.default_rng(seed).normal(size=(len(unit), 2))
    start = _main_directions(unit) + 0.01 * noise
    tsne = TSNE(
        metric="cosine",
        init=(start * 1e-4).astype(np.float32),
        perplexity=min(30.0, max(1.0, (len(unit) - 1) / 3)),
        method="barnes_hut" if len(unit) > 50 else "exact",
        random_state=seed,
    )
    # Its threads wait for each other in a loop: on a machine that has other work, ten times slower than one.
    with threadpool_limits(1):
        found = np.asarray(tsne.fit_transform(unit), dtype=np.float64)
    points = _turned(found + 1e-4 * np.ptp(found) * noise)
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = (low + high) / 2, float((high - low).max()) / 2
    return np.asarray((points - middle) / (half or 1.0))


def _turned(points: Points) -> Points:
    """The points turned so that they fill a landscape page best; directions mean nothing in t-SNE."""

    def turn(angle: float) -> Points:
        return np.asarray(points @ [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def page_width(angle: float) -> float:
        across, down = np.ptp(turn(angle), axis=0)
        return float(max(across, down * _PAGE_SHAPE))

    return turn(min(np.linspace(-np.pi / 2, np.pi / 2, 90, endpoint=False), key=page_width))


def apart(points: Points, which: Sequence[bool]) -> Points:
    """The map with some of its points moved as little as it takes for discs around them to be seen whole:
    no two of them are nearer than APART. Points in the same spot stay there; `place` makes none."""
    moved = points.copy()
    pairs = list(combinations(np.flatnonzero(which).tolist(), 2))
    for _ in range(_ROUNDS):
        for one, other in pairs:
            way = moved[other] - moved[one]
            distance = float(np.hypot(*way))
            if 0 < distance < APART:
                push = (1.01 * APART / distance - 1) / 2 * way
                moved[one] -= push
                moved[other] += push
    return moved


def _main_directions(unit: Matrix) -> Points:
    """The vectors' two directions of greatest spread, each scaled to 1 so that the map becomes no strip."""
    centred = (unit - unit.mean(axis=0)).astype(np.float64)
    left, spread, _ = np.linalg.svd(centred, full_matrices=False)
    start = np.zeros((len(unit), 2))
    for axis in range(min(2, len(spread))):
        if spread[axis] > 1e-6:
            along = left[:, axis] / left[:, axis].std()
            start[:, axis] = along * np.sign(along[np.abs(along).argmax()])  # which sign SVD gives is chance
    return start


def by_taste(movies: Sequence[Movie], marked: MarkedFilms) -> Scheme:
    """A colour for what somebody liked, for what they did not, and for what is recommended to them."""
    liked, least = liked_from(*marked.rating_scale), sinks_below(*marked.rating_scale)
    names = (
        f"liked: {liked:g} and more",
        "in between",
        f"not liked: below {least:g}",
        "seen, not rated",
        RECOMMENDED,
    )
    recommended = {movie.movie_id for movie, _ in marked.recommended}

    def group(movie_id: int) -> str:
        if movie_id in recommended:
            return RECOMMENDED
        rating = marked.ratings.get(movie_id)
        if rating is None:
            return names[3] if movie_id in marked.seen else OTHERS
        return names[0] if rating >= liked else names[2] if rating < least else names[1]

    colors = (_LIKED, _BETWEEN, _NOT_LIKED, _SEEN, _RECOMMENDED)
    return _scheme(names, colors, tuple(group(movie.movie_id) for movie in movies))


def sizes_by_taste(movies: Sequence[Movie], marked: MarkedFilms) -> list[float]:
    """How large each movie is drawn, 0 to 1: by its stars; what is recommended by its rank; others least."""
    lowest, highest = marked.rating_scale
    bottom = bottom_of(lowest)
    sizes = dict.fromkeys(marked.seen, 0.2)
    for movie_id, rating in marked.ratings.items():
        sizes[movie_id] = 0.2 + 0.8 * (rating - bottom) / (highest - bottom)
    for movie, _ in marked.recommended:
        sizes[movie.movie_id] = 0.8
    return [sizes.get(movie.movie_id, 0.0) for movie in movies]


def by_genre(movies: Sequence[Movie]) -> Scheme:
    """A colour for each of the commonest genres; a movie of several has that of its rarest one."""
    counts = Counter(genre for movie in movies for genre in movie.genres)
    shown = [genre for genre, _ in counts.most_common(len(_DISTINCT))]
    groups = tuple(
        min(
            (genre for genre in movie.genres if genre in shown),
            key=lambda genre: counts[genre],
            default="other",
        )
        for movie in movies
    )
    return _scheme(shown, _DISTINCT, groups)


def by_decade(movies: Sequence[Movie]) -> Scheme:
    """A colour for each decade of release, in order."""
    groups = tuple("no year" if movie.year is None else f"{movie.year // 10 * 10}s" for movie in movies)
    decades = sorted({*groups} - {"no year"})
    return _scheme(decades, _ramp(len(decades)), groups)


def by_rating(movies: Sequence[Movie]) -> Scheme:
    """A colour for each step of the mean rating, in order."""
    means = np.array([movie.mean_rating for movie in movies if movie.mean_rating is not None])
    spread = float(np.ptp(means)) if len(means) else 0.0
    step = next((step for step in (0.25, 0.5, 1, 2, 5, 10, 20) if spread / step < len(_RAMP) - 1), 50)

    def group(mean: float | None) -> str:
        if mean is None:
            return "no ratings"
        low = mean // step * step
        return f"{low:g} to {low + step:g}"

    groups = tuple(group(movie.mean_rating) for movie in movies)
    steps = list(dict.fromkeys(group(mean) for mean in sorted(means.tolist())))
    return _scheme(steps, _ramp(len(steps)), groups)


def _scheme(names: Sequence[str], colors: Sequence[str], groups: tuple[str, ...]) -> Scheme:
    """The color of each name that occurs, in order; whatever else occurs is neutral."""
    used = [pair for pair in zip(names, colors, strict=False) if pair[0] in groups]
    rest = sorted({*groups} - {name for name, _ in used})
    return Scheme((*used, *((name, _NEUTRAL) for name in rest)), groups)


def _ramp(count: int) -> list[str]:
    """`count` colours along the ramp, first and last included."""
    anchors = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in _RAMP])
    places = np.linspace(0, len(_RAMP) - 1, max(count, 2))
    channels = [np.interp(places, range(len(_RAMP)), channel) for channel in anchors.T]
    return ["#" + "".join(f"{round(value):02x}" for value in color) for color in zip(*channels, strict=True)]
