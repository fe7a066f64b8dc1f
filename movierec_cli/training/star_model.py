"""Learning to predict stars: a factor model whose people are integrated out, so that anybody folds in.

    stars(person, movie) = mean + movie bias + person bias + person . movie

It is matrix factorisation learned by variational Bayes (Lim and Teh, "Variational Bayesian approach to movie
rating prediction", KDD Cup 2007), with what makes Bayesian factorisation machines strong (Rendle, Zhang and
Koren, "On the difficulty of evaluating baselines", 2019): priors whose means are regressions.

- A movie's prior mean is a learned function of its genres, decade, number of ratings, and of who rated it.
- A person's prior mean is a learned function of which movies they rated (the implicit feedback of SVD++).
- Prior covariances and the noise are estimated from the data, so that nothing depends on the rating scale.

A sweep takes time in proportion to ratings * dim^2, and memory in proportion to ratings and tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.data import ignore
from movierec_cli.training.sparse import Sparse, by_person, product
from movierec_cli.vectors.arrays import Floats, Indices, Matrix, SmallIndices, Vector
from movierec_cli.vectors.stars import RatingSums, Side, SmallMatrix, Stars, posterior


@dataclass(frozen=True, slots=True)
class StarConfig:
    """Chosen on validation parts of the training folds of ML-100K; docs/model.md has the figures."""

    dim: int = 10
    """Factors of each person and each movie: 16 gain 0.001 RMSE for twice the time, more gain nothing."""
    sweeps: int = 12
    """How often both sides are learned, each from the other: 20 times gain 0.002 RMSE."""
    temper: float = 0.9
    """The share of the likelihood that counts: mean-field posteriors are too sure."""
    person_history: float = 3.0
    """The ridge, in people, on what having rated a movie says of a person; 2 to 5 are alike."""
    movie_audience: float = 3.0
    """The ridge, in movies, on what being rated by a person says of a movie."""
    feature_ridge: float = 1.0
    """The ridge, in movies, on genres and decades; 0.3 to 3 are alike."""
    conjugate_steps: int = 2
    """Steps in a sweep towards the two regressions, from the last solution on; 4 are no better."""
    many: int = 8_000_000
    """Ratings beyond which the sweeps begin with people at random who gave so many: 32 million then take the
    time of 4.5 sweeps. Beginning with a quarter of ML-1M's people costs 0.002 RMSE, with an eighth 0.005."""
    sweeps_of_many: int = 2
    """The last ones, which are of everybody."""


CONFIG = StarConfig()


@dataclass(frozen=True, slots=True)
class StarTables:
    """What predicts stars, for the store; see Stars for what is in the vectors."""

    shared: Stars
    """What all people share."""
    movie_vectors: Matrix
    """float32 (movies, 2 + dim): the star vectors."""
    movie_histories: Matrix
    """float32 (movies, 2 + dim): the star histories."""
    user_vectors: Matrix
    """float32 (people, 2 + dim): the star vectors."""

    def predict(self, user_index: SmallIndices, movie_index: SmallIndices) -> Vector:
        """Stars for pairs of rows, float32 (n,)."""
        return self.shared.predict(self.user_vectors[user_index], self.movie_vectors[movie_index])


def fit(
    interactions: Interactions,
    features: Matrix,
    rating_scale: tuple[float, float],
    seed: int,
    on_part: Callable[[float], None] = ignore,
    config: StarConfig = CONFIG,
) -> StarTables:
    """Learn from all of `interactions`. features: 0/1 float32 (movies, n), see content.movie_features.

    on_part: told after each sweep what share of the work it was.
    """
    mean = float(interactions.rating.mean(dtype=np.float64))
    # Of ratings that are all the same, rounding alone may make something else than 0 of the deviation.
    scale = float(interactions.rating.std(dtype=np.float64)) if np.ptp(interactions.rating) else 1.0
    count = np.bincount(interactions.movie_index, minlength=len(interactions.movie_ids))
    known = np.column_stack([np.ones(len(count)), np.log1p(count), features]).astype(np.float64)
    learning, with_some = _Learning(known, config, seed), 0
    if len(interactions.rating) > config.many:
        with_some = config.sweeps - config.sweeps_of_many
    cost = min(1.0, config.many / len(interactions.rating))
    work = with_some * cost + config.sweeps - with_some
    if with_some:
        learning.of(_Ratings.of(_some(interactions, config.many, seed), mean, scale))
    for sweep in range(config.sweeps):
        if sweep == with_some:
            learning.of(_Ratings.of(interactions, mean, scale))
        learning.sweep(precisely=sweep == config.sweeps - 1)
        on_part((cost if sweep < with_some else 1) / work)
    return _tables(learning, count, (mean, scale), rating_scale)


def _some(interactions: Interactions, ratings: int, seed: int) -> Interactions:
    """People at random, with about so many ratings."""
    share = ratings / len(interactions.rating)
    people = np.flatnonzero(np.random.default_rng(seed).random(len(interactions.user_ids)) < share)
    return interactions.of_some(people)


class _Learning:
    """Both sides as they are known so far, and what is expected of them."""

    people: Side
    movies: Side
    prior: tuple[Floats, Floats, Floats]
    """That made these people, not the one learned from them afterwards, since fold-in must repeat it: a
    person's precision, mean, and what each movie that they rated adds to it."""
    noise: float

    def __init__(self, known: Floats, config: StarConfig, seed: int) -> None:
        """known: float64 (movies, n), what a movie's prior mean is a function of."""
        size, movies = 1 + config.dim, len(known)
        self._known, self._config, self._seed = known, config, seed
        self._known_gram = known.T @ known + config.feature_ridge * np.eye(known.shape[1])
        self._movie_mean: Floats = np.zeros((movies, size))
        self._person_precision: Floats = 2.0 * np.eye(size)
        self._movie_precision: Floats = 2.0 * np.eye(size)
        self._constant: Floats = np.zeros(size)
        self._history: Floats = np.zeros((movies, size))
        self._by_feature: Floats = np.zeros((known.shape[1], size))
        self._precision = 1.5  # of the noise, in units of the ratings' variance

    def of(self, ratings: "_Ratings") -> None:
        """Learn from these ratings from now on: of people as the movies know them, or else at random."""
        people, size = len(ratings.count), len(self._constant)
        self._by_user, self._by_movie = ratings, ratings.transposed
        self._audience: Floats = np.zeros((people, size))
        if hasattr(self, "movies"):
            self._person_mean = self._constant + _product(ratings.rated, self._history) / ratings.root_count
            sums = ratings.sums(self.movies)
            self.people, _ = posterior(
                sums, self.movies, self._person_mean, self._person_precision, self.noise
            )
            return
        start = np.random.default_rng(self._seed).normal(scale=0.3, size=(people, size))
        start[:, 0] = 0.0
        self.people = Side(start, np.ones(people), 0.1 * np.eye(size))
        self._person_mean = np.zeros((people, size))

    def sweep(self, *, precisely: bool = False) -> None:
        """Learn both sides once, each from the other. precisely: people as fold-in makes them, in float64."""
        config, by_user, by_movie, known = self._config, self._by_user, self._by_movie, self._known
        self.noise = config.temper * self._precision

        # Movies, given people; then what a movie is expected to be.
        sums = by_movie.sums(self.people)
        movies, cov = posterior(sums, self.people, self._movie_mean, self._movie_precision, self.noise)
        target = movies.mean - known @ self._by_feature
        self._audience = _ridge_on_sets(
            by_movie, target, config.movie_audience, self._audience, config.conjugate_steps
        )
        from_audience = _product(by_movie.rated, self._audience) / by_movie.root_count
        self._by_feature = np.linalg.solve(self._known_gram, known.T @ (movies.mean - from_audience))
        self._movie_mean = known @ self._by_feature + from_audience
        scatter = _scatter(movies.mean - self._movie_mean, cov)
        scatter += config.feature_ridge * self._by_feature.T @ self._by_feature
        scatter += config.movie_audience * self._audience.T @ self._audience
        self._movie_precision = np.linalg.inv(scatter / (len(movies.mean) + 1))

        # People, given movies, as Stars.fold_in does it with this prior; then what a person should be.
        self.prior = (self._person_precision, self._constant, self._history)
        sums = by_user.sums(movies, np.float64 if precisely else np.float32)
        people, cov = posterior(sums, movies, self._person_mean, self._person_precision, self.noise)
        target = people.mean - self._constant
        self._history = _ridge_on_sets(
            by_user, target, config.person_history, self._history, config.conjugate_steps
        )
        from_history = _product(by_user.rated, self._history) / by_user.root_count
        self._constant = (people.mean - from_history).mean(axis=0)
        self._person_mean = self._constant + from_history
        scatter = _scatter(people.mean - self._person_mean, cov)
        scatter += config.person_history * self._history.T @ self._history
        self._person_precision = np.linalg.inv(scatter / (len(people.mean) + 1))

        self._precision = by_user.count.sum() / _expected_error(by_movie, sums, people, movies)
        self.people, self.movies = people, movies


def _tables(
    learned: "_Learning",
    count: Indices,
    standard: tuple[float, float],
    rating_scale: tuple[float, float],
) -> StarTables:
    """What has been learned, for the store.

    count: ratings of each movie. standard: the mean and the scale of the standardised ratings.
    """
    people, movies, noise = learned.people, learned.movies, learned.noise
    person_precision, constant, history = learned.prior
    mean, scale = standard
    movie_vectors = np.column_stack([mean + scale * movies.mean[:, 0], movies.design]).astype(np.float32)
    share = count / count.sum()
    shared = Stars(
        mean=mean,
        scale=scale,
        lowest=rating_scale[0],
        highest=rating_scale[1],
        noise_precision=noise,
        movie_cov=_rows(movies.cov),
        person_mean=tuple(constant.tolist()),
        person_precision=_rows(person_precision),
        any_movie=tuple((share @ movie_vectors).astype(np.float32).tolist()),
    )
    return StarTables(
        shared=shared,
        movie_vectors=movie_vectors,
        movie_histories=np.column_stack([history, movies.spread]).astype(np.float32),
        user_vectors=np.column_stack([np.ones(len(people.mean)), people.mean * scale]).astype(np.float32),
    )


def _rows(matrix: Floats) -> SmallMatrix:
    return tuple(tuple(row) for row in matrix.tolist())


@dataclass(frozen=True, slots=True)
class _Ratings:
    """Standardised ratings by row (a person's, or a movie's) and column (the other's)."""

    rated: Sparse
    """1 for each rating."""
    raters: Sparse
    """The same, rows and columns exchanged."""
    values: Sparse
    """The ratings themselves."""
    count: Indices
    """(rows,): how many each row has."""
    squares: float
    """The sum of the squares of all ratings."""

    @classmethod
    def of(cls, interactions: Interactions, mean: float, scale: float) -> "_Ratings":
        """By person; mean, scale: of all ratings.

        Values are float32, and so are sums of products, in half the memory and a fifth of the time.
        """
        value = ((interactions.rating - np.float32(mean)) / np.float32(scale)).astype(np.float32)
        rated, values = (by_person(interactions, entries) for entries in (np.ones_like(value), value))
        squares = float(np.einsum("n,n->", value, value, dtype=np.float64))
        return cls(rated, rated.T, values, interactions.counts, squares)

    @property
    def transposed(self) -> "_Ratings":
        """By movie, where these are by person."""
        count = np.bincount(self.rated.indices, minlength=self.rated.shape[1])
        return _Ratings(self.raters, self.rated, self.values.T, count, self.squares)

    @property
    def root_count(self) -> Floats:
        """(rows, 1): the root of each row's count, at least 1."""
        return np.sqrt(np.maximum(self.count, 1))[:, None]

    def sums(self, other: Side, dtype: type[np.floating[Any]] = np.float32) -> RatingSums:
        """What they say of the rows, given the columns."""
        design, bias = other.design, other.mean[:, :1]
        size = design.shape[1]
        row, column = np.triu_indices(size)  # the products are symmetric
        parts = [design[:, row] * design[:, column], bias * design, other.spread[:, None]]
        added = _product(self.rated, np.hstack(parts), dtype)
        place = np.empty((size, size), np.int64)
        place[row, column] = place[column, row] = np.arange(len(row))
        gram = added.take(place.ravel(), axis=1).reshape(-1, size, size)
        return RatingSums(
            count=self.count,
            gram=gram,
            moment=_product(self.values, design, dtype) - added[:, len(row) : -1],
            spread=added[:, -1],
        )


def _product(matrix: Sparse, dense: Floats, dtype: type[np.floating[Any]] = np.float32) -> Floats:
    """matrix @ dense, computed in `dtype`, float64 (rows, d): the kernel wants rows of whole 32 bytes."""
    width = dense.shape[1]
    padded = np.zeros((len(dense), -(-width // 8) * 8), dtype)
    padded[:, :width] = dense
    return product(matrix, padded)[:, :width].astype(np.float64)


def _scatter(miss: Floats, cov: Floats) -> Floats:
    """How far rows are from what was expected of them, with a little added so that it can be inverted."""
    scatter: Floats = miss.T @ miss + cov + 0.1 * np.eye(len(cov))
    return scatter


def _ridge_on_sets(ratings: _Ratings, target: Floats, ridge: float, table: Floats, steps: int) -> Floats:
    """A few conjugate-gradient steps from `table` towards the one for which the sum of its rows at what each
    row rated, divided by the root of their count, is nearest to `target`."""
    rated, raters, root = ratings.rated, ratings.raters, ratings.root_count

    def normal(t: Floats) -> Floats:
        return _product(raters, _product(rated, t) / root**2) + ridge * t

    residual = _product(raters, target / root) - normal(table)
    direction, norm = residual, (residual**2).sum(axis=0)
    for _ in range(steps):
        applied = normal(direction)
        step = norm / ((direction * applied).sum(axis=0) + 1e-12)
        table, residual = table + step * direction, residual - step * applied
        norm, last = (residual**2).sum(axis=0), norm
        direction = residual + norm / (last + 1e-12) * direction
    return table


def _expected_error(by_movie: _Ratings, sums: RatingSums, people: Side, movies: Side) -> float:
    """Squared errors, and what the posteriors leave open, summed over the ratings.

    sums: of people's ratings, given these movies. What is added up here has been added up over each person's
    or each movie's ratings before.
    """
    bias = movies.mean[:, 0]
    rating_sums = _product(by_movie.values, np.ones((len(people.mean), 1)))[:, 0]
    squares = by_movie.squares - 2 * bias @ rating_sums + bias**2 @ by_movie.count
    explained = np.einsum("nd,nde,ne->", people.mean, sums.gram, people.mean)
    error = squares - 2 * (people.mean * sums.moment).sum() + explained

    open_movie = np.einsum("nd,de,ne->n", people.design, movies.cov, people.design)
    open_person = np.einsum("nd,de,ne->n", movies.design, people.cov, movies.design)
    both = (people.cov[1:, 1:] * movies.cov[1:, 1:]).sum()
    people_spread = _product(by_movie.rated, people.spread[:, None])[:, 0]
    left_open = sums.spread @ (open_movie + both * people.spread) + people_spread @ open_person
    return float(error + left_open)
