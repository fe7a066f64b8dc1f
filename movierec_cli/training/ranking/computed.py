"""The member of the ranking model that is computed: a ridge regression on the histories' largest directions.

    X ~ Z V'   with Z = X V                X: histories, people x movies; V: their largest singular directions
    C = (Z'Z + ridge)^-1 Z' T              T: what people liked, people x movies

A person is x V, a movie its column of C, and a score their inner product: a ridge regression of what people
liked on where their histories lie. It is a linear autoencoder (Steck, "Embarrassingly Shallow Autoencoders",
WWW 2019; Jin et al., "Towards a Better Understanding of Linear Models for Recommendation", KDD 2021) that
hears dislikes, and that needs no movies x movies matrix. Two movies are alike when the same tastes lead to
both: the cosine of their columns of C is what `similar` compares.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from movierec_cli.training.data import ignore
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.ranking.evidence import Evidence
from movierec_cli.training.ranking.member import Member
from movierec_cli.training.ranking.sums import Sums, gram, gram_of, liked_by
from movierec_cli.vectors.arrays import Floats, Matrix

LEAST_WIDTH, GREATEST_WIDTH = 16, 256
OVERSAMPLING = 16
POWER_ITERATIONS = 8
"""Half of them leave what chance began with in the weak directions, and lists that depend on the seed."""
ITERATIONS_OF_MANY = 3
"""As many, of a part of them, where there are MANY."""
ITERATING = 0.8
"""The share of the work that iterations are: 16 of 19 products, or fewer and longer ones."""
FEW_RATINGS = 100_000
"""Up to so many the member's share is the setting's own."""
SOME_RATINGS = 50
"""Of a movie, on average, where the ridge is the setting's own."""
MANY = 8_000_000
"""Entries from which on all but the last iteration are made with people at random who have so many."""
LEAST_LENGTH = 1e-6
"""Of the longest: what is shorter is nothing but rounding."""
LEAST_KEPT = 0.01
"""The smallest s^2 counts as this share of the largest at least: small data may have no more directions."""


def width_for(ratings: int, movies: int) -> int:
    """How many directions are kept: the root of the number of ratings, times the fourth root of the number of
    movies that have any, over 25; up to GREATEST_WIDTH.

    Directions that come from chance alone are as strong as the root of the ratings, so with fewer ratings
    fewer say anything. Among more movies there are more tastes, and chance is spread more thinly.
    """
    return int(np.clip(np.sqrt(ratings) * movies**0.25 / 25, LEAST_WIDTH, GREATEST_WIDTH))


def ridge_for(ratings: int, movies: int, ridge: float) -> float:
    """The ridge as a multiple of the smallest squared singular value that is kept: `ridge` where a movie has
    SOME_RATINGS on average.

    It grows with the fifth root of that average: validation parts of four sizes wanted twice the weakest
    where a movie has 6 ratings, and four times with 200.
    """
    return ridge * float((ratings / movies / SOME_RATINGS) ** 0.2)


def share_for(ratings: int, share: float) -> float:
    """The spread of the member's scores, as a share of the trained scores' spread: more with more ratings.

    The towers stay as wide as they are; here more ratings give more directions, each known more surely.
    """
    return min(1.0, share * max(1.0, float(np.cbrt(ratings / FEW_RATINGS))))


def fit(
    evidence: Everybody[Evidence],
    width: int,
    ridge: float,
    seed: int,
    on_part: Callable[[float], None] = ignore,
    start: Matrix | None = None,
) -> Member:
    """The member for everybody's ratings; it has neither a start nor a bias.

    width: how many directions are kept, at most. ridge: as a multiple of the smallest s^2 that is kept. What
    is cut off is as strong as that, and would have held the weaker directions back. on_part: told several
    times what share of the work is done since the last time. start: the directions of nearly the same
    histories, float32 (movies, k), which save most of the work.
    """
    found = directions_of(Sums(evidence), width, seed, start, on_part)
    squares, directions = found.squares, found.vectors
    strength = squares + ridge * max(squares.min(), LEAST_KEPT * squares.max())
    liked = liked_by(evidence, found.places) @ found.rotation
    on_part(1 - ITERATING)
    return Member(
        history_vectors=directions.astype(np.float32),
        score_vectors=(liked / np.where(strength > 0, strength, 1.0)).astype(np.float32),
        start=np.zeros(directions.shape[1], np.float32),
        bias=np.zeros(len(directions), np.float32),
    )


@dataclass(frozen=True, slots=True)
class Directions:
    """The largest of a matrix X, people x movies, as they were found in what a basis B spans."""

    squares: Floats
    """float64 (k,): squared singular values, the largest first."""
    vectors: Matrix
    """float32 (movies, k): their right vectors, B @ rotation."""
    rotation: Matrix
    """float32 (columns of B, k)"""
    places: Everybody[Matrix]
    """float32 (people, columns of B): XB."""


def directions_of(
    sums: Sums,
    width: int,
    seed: int,
    start: Matrix | None = None,
    on_part: Callable[[float], None] = ignore,
) -> Directions:
    """At most `width`, of the matrix that the sums are of.

    The randomised method of Halko, Martinsson and Tropp, "Finding structure with randomness" (SIAM Review,
    2011).
    """
    people, movies = sums.shape
    sampled = min(width + OVERSAMPLING, people, movies)
    chance = np.random.default_rng(seed)
    basis = chance.normal(size=(movies, sampled)).astype(np.float32)
    iterations = POWER_ITERATIONS
    if start is not None and sums.entries > MANY:  # a few ratings more do not turn them
        basis, iterations = start[:, :sampled], 0
    elif start is not None:
        known = min(start.shape[1], sampled)
        basis = np.hstack([start[:, :known], _orthonormal(basis[:, known:])])
        iterations = 1
    elif sums.entries > MANY:
        some = chance.random(people) < MANY / sums.entries
        basis = _iterated(sums.of_some(some), basis, ITERATIONS_OF_MANY, ignore)
        iterations = 1
    basis = _iterated(sums, basis, iterations, lambda share: on_part(ITERATING * share))
    if not iterations:
        on_part(ITERATING)
    places = sums.places(basis)
    squares, turned = np.linalg.eigh(gram_of(places))
    largest = np.argsort(-squares)[:width]
    rotation = turned[:, largest].astype(np.float32)
    return Directions(np.maximum(squares[largest], 0.0), basis @ rotation, rotation, places)


def _iterated(sums: Sums, basis: Matrix, times: int, on_part: Callable[[float], None]) -> Matrix:
    """The basis nearer to the largest directions. on_part: told each time what share that was."""
    for _ in range(times):
        basis = _orthonormal(sums.there_and_back(basis))
        on_part(1 / times)
    return basis


def _orthonormal(columns: Matrix) -> Matrix:
    """An orthonormal basis of what the columns, float32 (movies, k), span; where they span less, zeros.

    From their Gram matrix, in a twentieth of the time that LAPACK's QR takes for 87,585 movies.
    """
    squares, rotation = np.linalg.eigh(gram(columns))
    length = np.sqrt(np.maximum(squares, 0.0))
    is_there = length > LEAST_LENGTH * length.max(initial=0.0)
    return columns @ (rotation * np.where(is_there, 1 / np.where(is_there, length, 1.0), 0.0)).astype(
        np.float32
    )
