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

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training.sparse import by_person, product
from movierec_cli.vectors.arrays import Floats, Indices, Matrix, SmallIndices, Vector
from movierec_cli.vectors.stars import RatingSums, Rows, Side, Stars, posterior


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
    *,
    seed: int,
) -> StarTables:
    """Learn from all of `interactions`. features: 0/1 float32 (movies, n), see content.movie_features."""
    config = StarConfig()
    n_users, n_movies = len(interactions.user_ids), len(interactions.movie_ids)
    mean = float(interactions.rating.mean(dtype=np.float64))
    # Of ratings that are all the same, rounding alone may make something else than 0 of the deviation.
    scale = float(interactions.rating.std(dtype=np.float64)) if np.ptp(interactions.rating) else 1.0
    ratings = _Ratings.of(interactions, ((interactions.rating - mean) / scale).astype(np.float64))
    by_user, by_movie = ratings, ratings.transposed
    known = np.column_stack([np.ones(n_movies), np.log1p(by_movie.count), features]).astype(np.float64)
    known_gram = known.T @ known + config.feature_ridge * np.eye(known.shape[1])

    size = 1 + config.dim
    eye = np.eye(size)
    start = np.random.default_rng(seed).normal(scale=0.3, size=(n_users, size))
    start[:, 0] = 0.0
    people = Side(start, np.ones(n_users), 0.1 * eye)
    person_mean: Floats = np.zeros((n_users, size))
    movie_mean: Floats = np.zeros((n_movies, size))
    person_precision: Floats = 2.0 * eye
    movie_precision: Floats = 2.0 * eye
    constant: Floats = np.zeros(size)
    history: Floats = np.zeros((n_movies, size))
    audience: Floats = np.zeros((n_users, size))
    by_feature: Floats = np.zeros((known.shape[1], size))
    precision = 1.5  # of the noise, in units of the ratings' variance

    for _ in range(config.sweeps):
        noise = config.temper * precision

        # Movies, given people; then what a movie is expected to be.
        sums = by_movie.sums(people)
        movies, cov = posterior(sums, people, movie_mean, movie_precision, noise)
        target = movies.mean - known @ by_feature
        audience = _ridge_on_sets(by_movie, target, config.movie_audience, audience, config.conjugate_steps)
        from_audience = product(by_movie.rated, audience) / by_movie.root_count
        by_feature = np.linalg.solve(known_gram, known.T @ (movies.mean - from_audience))
        movie_mean = known @ by_feature + from_audience
        scatter = _scatter(movies.mean - movie_mean, cov) + config.feature_ridge * by_feature.T @ by_feature
        scatter += config.movie_audience * audience.T @ audience
        movie_precision = np.linalg.inv(scatter / (n_movies + 1))

        # People, given movies, as Stars.fold_in does it with this prior; then what a person should be.
        prior = (person_precision, constant, history)
        sums = by_user.sums(movies)
        people, cov = posterior(sums, movies, person_mean, person_precision, noise)
        target = people.mean - constant
        history = _ridge_on_sets(by_user, target, config.person_history, history, config.conjugate_steps)
        from_history = product(by_user.rated, history) / by_user.root_count
        constant = (people.mean - from_history).mean(axis=0)
        person_mean = constant + from_history
        scatter = _scatter(people.mean - person_mean, cov) + config.person_history * history.T @ history
        person_precision = np.linalg.inv(scatter / (n_users + 1))

        precision = len(interactions.rating) / _expected_error(by_movie, sums, people, movies)

    # The prior that made these people, not the one learned from them afterwards: fold-in must repeat it.
    return _tables(people, movies, prior, noise, by_movie.count, (mean, scale), rating_scale)


def _tables(
    people: Side,
    movies: Side,
    prior: tuple[Floats, Floats, Floats],
    noise: float,
    count: Indices,
    standard: tuple[float, float],
    rating_scale: tuple[float, float],
) -> StarTables:
    """What has been learned, for the store.

    prior: a person's precision, mean, and what each movie that they rated adds to it. count: ratings of each
    movie. standard: the mean and the scale of the standardised ratings.
    """
    person_precision, constant, history = prior
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


def _rows(matrix: Floats) -> Rows:
    return tuple(tuple(row) for row in matrix.tolist())


@dataclass(frozen=True, slots=True)
class _Ratings:
    """Standardised ratings by row (a person's, or a movie's) and column (the other's)."""

    rated: csr_array
    """1 for each rating."""
    raters: csr_array
    """The same, rows and columns exchanged."""
    values: csr_array
    """The ratings themselves."""
    count: Indices
    """(rows,): how many each row has."""
    squares: float
    """The sum of the squares of all ratings."""

    @classmethod
    def of(cls, interactions: Interactions, value: Floats) -> "_Ratings":
        """By person. value: float64 (ratings,)."""
        rated, values = (by_person(interactions, entries) for entries in (np.ones(len(value)), value))
        return cls(rated, rated.T.tocsr(), values, interactions.counts, float(value @ value))

    @property
    def transposed(self) -> "_Ratings":
        """By movie, where these are by person."""
        count = np.diff(self.raters.indptr).astype(np.int64)
        return _Ratings(self.raters, self.rated, self.values.T.tocsr(), count, self.squares)

    @property
    def root_count(self) -> Floats:
        """(rows, 1): the root of each row's count, at least 1."""
        return np.sqrt(np.maximum(self.count, 1))[:, None]

    def sums(self, other: Side) -> RatingSums:
        """What they say of the rows, given the columns."""
        design, bias = other.design, other.mean[:, :1]
        size = design.shape[1]
        products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
        added = product(self.rated, np.column_stack([products, bias * design, other.spread]))
        return RatingSums(
            count=self.count,
            gram=added[:, : size * size].reshape(-1, size, size),
            moment=product(self.values, design) - added[:, size * size : -1],
            spread=added[:, -1],
        )


def _scatter(miss: Floats, cov: Floats) -> Floats:
    """How far rows are from what was expected of them, with a little added so that it can be inverted."""
    scatter: Floats = miss.T @ miss + cov + 0.1 * np.eye(len(cov))
    return scatter


def _ridge_on_sets(ratings: _Ratings, target: Floats, ridge: float, table: Floats, steps: int) -> Floats:
    """A few conjugate-gradient steps from `table` towards the one for which the sum of its rows at what each
    row rated, divided by the root of their count, is nearest to `target`."""
    rated, raters, root = ratings.rated, ratings.raters, ratings.root_count

    def normal(t: Floats) -> Floats:
        return product(raters, product(rated, t) / root**2) + ridge * t

    residual = product(raters, target / root) - normal(table)
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
    rating_sums = product(by_movie.values, np.ones((len(people.mean), 1)))[:, 0]
    squares = by_movie.squares - 2 * bias @ rating_sums + bias**2 @ by_movie.count
    explained = np.einsum("nd,nde,ne->", people.mean, sums.gram, people.mean)
    error = squares - 2 * (people.mean * sums.moment).sum() + explained

    open_movie = np.einsum("nd,de,ne->n", people.design, movies.cov, people.design)
    open_person = np.einsum("nd,de,ne->n", movies.design, people.cov, movies.design)
    both = (people.cov[1:, 1:] * movies.cov[1:, 1:]).sum()
    people_spread = product(by_movie.rated, people.spread[:, None])[:, 0]
    left_open = sums.spread @ (open_movie + both * people.spread) + people_spread @ open_person
    return float(error + left_open)
