"""Learning to predict stars, as far as it needs people: what star_model.py asks of each part of them.

The functions are called where a part's ratings are, and what they make of them stays there, if it has a row
for each person. What has a row for each movie is to be added up over the parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.sparse import ALIGNED, Sparse, by_person, product
from movierec_cli.vectors.arrays import Floats, Indices, Matrix
from movierec_cli.vectors.stars import Posteriors, RatingSums, Side, design_of, posteriors


@dataclass(frozen=True, slots=True)
class Ratings:
    """Standardised ratings of some people."""

    rated: Sparse
    """(people, movies): 1 for each rating."""
    raters: Sparse
    """The same, rows and columns exchanged."""
    values: Sparse
    """(people, movies): the ratings themselves."""
    values_by_movie: Sparse
    """The same, rows and columns exchanged."""
    count: Indices
    """(people,): how many each has."""

    @classmethod
    def of_values(cls, values: csr_array) -> "Ratings":
        """The other four follow from the ratings."""
        entries = (np.ones_like(values.data), values.indices, values.indptr)
        rated = csr_array(entries, shape=values.shape)
        return cls(rated, rated.T, values, values.T, np.diff(values.indptr).astype(np.int64))

    def __reduce__(self) -> tuple[Callable[..., "Ratings"], tuple[Sparse]]:
        """Pickled they take a third of the memory, as the matrices share their arrays."""
        return Ratings.of_values, (self.values,)

    @property
    def root_count(self) -> Floats:
        """(people, 1): the root of each count, at least 1."""
        return root_of(self.count)


def root_of(count: Indices) -> Floats:
    """(rows, 1): the root of each row's count, at least 1."""
    return np.sqrt(np.maximum(count, 1))[:, None]


# ---- of the ratings as they are ----


def standardised(interactions: Interactions, mean: float, scale: float) -> Ratings:
    """mean, scale: of all people's ratings.

    Values are float32, and so are sums of products, in half the memory and a fifth of the time.
    """
    value = ((interactions.rating - np.float32(mean)) / np.float32(scale)).astype(np.float32, copy=False)
    return Ratings.of_values(by_person(interactions, value))


def extremes(interactions: Interactions) -> tuple[float, float]:
    """The lowest and the highest rating; if there are none, the lowest is the higher one."""
    rating = interactions.rating
    return float(rating.min(initial=np.inf)), float(rating.max(initial=-np.inf))


def total(interactions: Interactions) -> float:
    """The sum of all ratings."""
    return float(interactions.rating.sum(dtype=np.float64))


def deviations(interactions: Interactions, mean: float) -> float:
    """The sum of the squares of all ratings less the mean."""
    miss = interactions.rating - np.float64(mean)
    np.multiply(miss, miss, out=miss)
    return float(miss.sum())


# ---- of the standardised ratings ----


def movie_count(ratings: Ratings) -> Indices:
    """(movies,): how many ratings each movie has."""
    return np.bincount(ratings.rated.indices, minlength=ratings.rated.shape[1])


def squares(ratings: Ratings) -> float:
    """The sum of the squares of all ratings."""
    value = ratings.values.data
    return float(np.einsum("n,n->", value, value, dtype=np.float64))


def rating_sums(ratings: Ratings) -> Floats:
    """(movies,): the sum of each movie's ratings."""
    return float_product(ratings.values_by_movie, np.ones((len(ratings.count), 1)))[:, 0]


def zeros(ratings: Ratings, columns: int) -> Floats:
    """(people, columns)"""
    return np.zeros((len(ratings.count), columns))


def of_movies(ratings: Ratings, table: Floats) -> Floats:
    """(people, columns): the sum of a table's rows at the movies that each person rated."""
    return float_product(ratings.rated, table)


def expected(ratings: Ratings, history: Floats, constant: Floats | float) -> Floats:
    """(people, 1 + dim): what is expected of people, given which movies they rated."""
    return constant + float_product(ratings.rated, history) / ratings.root_count


def there_and_back(ratings: Ratings, table: Floats) -> Floats:
    """(movies, columns): the mean of a table's rows at the movies that a person rated, added up over the
    raters of each movie."""
    return float_product(ratings.raters, float_product(ratings.rated, table) / ratings.root_count**2)


def movie_sums(ratings: Ratings, people: Side) -> Floats:
    """What ratings say of the movies, given people; see `unpacked`."""
    return _sums(ratings.raters, ratings.values_by_movie, people)


def movie_spreads(ratings: Ratings, people: Side) -> Floats:
    """(movies,): the sum of the spreads of each movie's raters."""
    return float_product(ratings.raters, people.spread[:, None])[:, 0]


def _sums(rated: Sparse, values: Sparse, other: Side, dtype: type[np.floating[Any]] = np.float32) -> Floats:
    """What ratings say of the rows, given the columns, as one array, which can be added up."""
    design, size = other.design.astype(dtype), other.mean.shape[1]
    row, column = np.triu_indices(size)  # the products are symmetric
    products = len(row)
    table = _padded(len(design), products + size + 1, dtype)
    np.multiply(design[:, row], design[:, column], out=table[:, :products])
    np.multiply(design, other.mean[:, :1].astype(dtype), out=table[:, products : products + size])
    table[:, products + size] = other.spread
    sums = product(rated, table)[:, : products + size + 1].astype(np.float64)
    moment = sums[:, products:-1]
    np.subtract(float_product(values, design, dtype), moment, out=moment)
    return sums


def unpacked(sums: Floats, count: Indices, columns: int) -> RatingSums:
    """What has been added up, by its names. columns: 1 + dim."""
    row, column = np.triu_indices(columns)
    place = np.empty((columns, columns), np.int64)
    place[row, column] = place[column, row] = np.arange(len(row))
    gram = sums.take(place.ravel(), axis=1).reshape(-1, columns, columns)
    return RatingSums(count, gram, sums[:, len(row) : -1], sums[:, -1])


def float_product(matrix: Sparse, dense: Floats, dtype: type[np.floating[Any]] = np.float32) -> Floats:
    """matrix @ dense, computed in `dtype`, float64 (rows, d)."""
    width = dense.shape[1]
    table = _padded(len(dense), width, dtype)
    table[:, :width] = dense
    return product(matrix, table)[:, :width].astype(np.float64)


def _padded(rows: int, columns: int, dtype: type[np.floating[Any]]) -> Floats:
    """Zeros, with as many columns more as `product` likes."""
    return np.zeros((rows, -(-columns // ALIGNED) * ALIGNED), dtype)


# ---- people, given movies ----


@dataclass(frozen=True, slots=True)
class Learned:
    """People as they follow from movies."""

    rows: Posteriors
    error: Floats
    """(3,): see `errors_of`."""


def learned(
    ratings: Ratings, prior_mean: Floats, movies: Side, precision: Floats, noise: float, dtype: type[Any]
) -> Learned:
    """The posterior of each person. precision: that of their prior. dtype: in which sums are computed."""
    sums = unpacked(_sums(ratings.rated, ratings.values, movies, dtype), ratings.count, len(precision))
    rows = posteriors(sums, movies.cov, prior_mean, precision, noise)
    return Learned(rows, _error(rows, sums, movies))


def _error(rows: Posteriors, sums: RatingSums, movies: Side) -> Floats:
    """What people add to the expected error, (3,): what their means take from it or add to it, what the
    posteriors of movies leave open, and the sum of the movies' spreads times the people's traces."""
    explained = np.einsum("nd,nde,ne->", rows.mean, sums.gram, rows.mean)
    explained -= 2 * (rows.mean * sums.moment).sum()
    design = design_of(rows.mean)
    open_movie = np.einsum("nd,de,ne->n", design, movies.cov, design)
    return np.array([explained, sums.spread @ open_movie, sums.spread @ rows.trace])


def errors_of(people: Learned) -> Floats:
    """See `_error`."""
    return people.error


def covariances(people: Learned) -> Floats:
    """(2, 1 + dim, 1 + dim): the sum of people's covariances, and the same weighted."""
    return np.stack([people.rows.total, people.rows.weighted])


def side(people: Learned, ratings: int, weighted: Floats) -> Side:
    """See Posteriors.side."""
    return people.rows.side(ratings, weighted)


def back_from(people: Side, ratings: Ratings, constant: Floats) -> Floats:
    """(movies, 1 + dim): what the raters of each movie are beyond a constant, added up; each person's is
    divided by the root of their count."""
    return float_product(ratings.raters, (people.mean - constant) / ratings.root_count)


def beyond(people: Side, expectation: Floats) -> Floats:
    """(1 + dim,): the sum of what people are beyond what is expected of them."""
    total: Floats = (people.mean - expectation).sum(axis=0)
    return total


def scatter(people: Side, expectation: Floats) -> Floats:
    """(1 + dim, 1 + dim): how far people are from what is expected of them."""
    return gram(people.mean - expectation)


def star_vectors(people: Side, scale: float) -> Matrix:
    """float32 (people, 2 + dim): as they are in the store."""
    return np.column_stack([np.ones(len(people.mean)), people.mean * scale]).astype(np.float32)


# ---- of tables ----


def by_raters(table: Floats, ratings: Ratings) -> Floats:
    """(movies, columns): the sum of a table's rows at the people who rated each movie."""
    return float_product(ratings.raters, table)


def ridged(table: Floats, ratings: Ratings, of_movie: Floats, ridge: float) -> Floats:
    """(people, columns): the sum of `of_movie` at the movies that each person rated, and a share of the
    table."""
    return float_product(ratings.rated, of_movie) + ridge * table


def gram(table: Floats) -> Floats:
    """The products of a table's columns with each other."""
    products: Floats = table.T @ table
    return products


def plus(table: Floats, other: Floats, times: Floats | float) -> Floats:
    """The sum of two tables, of which the other counts so many times, in each column."""
    return table + times * other


def inner(table: Floats, other: Floats) -> Floats:
    """(columns,): the products of two tables' columns."""
    products: Floats = (table * other).sum(axis=0)
    return products


def conjugate_steps(
    normal: Callable[[Everybody[Floats]], Everybody[Floats]],
    goal: Everybody[Floats],
    table: Everybody[Floats],
    steps: int,
) -> Everybody[Floats]:
    """A few conjugate-gradient steps from `table` towards the one of which `normal` makes `goal`."""
    residual = goal.each(plus, normal(table), -1.0)
    direction, norm = residual, residual.added(inner, residual)
    for _ in range(steps):
        applied = normal(direction)
        step = norm / (direction.added(inner, applied) + 1e-12)
        table, residual = table.each(plus, direction, step), residual.each(plus, applied, -step)
        norm, last = residual.added(inner, residual), norm
        direction = residual.each(plus, direction, norm / (last + 1e-12))
    return table
