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

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.models.linear import conjugate_gradient
from movierec_cli.models.sparse import SparseMatrix
from movierec_cli.models.trained import Indices
from movierec_cli.stars import Floats, Matrix, Rows, Side, Stars, Vector, posterior


@dataclass(frozen=True, slots=True)
class StarConfig:
    """Chosen on validation parts of the training folds of ML-100K; docs/model.md has the figures."""

    dim: int = 10  # 16 gain 0.001 RMSE for twice the time; 24 and 32 nothing more
    sweeps: int = 12  # 20 gain 0.002 RMSE
    temper: float = 0.9  # the share of the likelihood that counts: mean-field posteriors are too sure
    person_history: float = 3.0  # ridge, in people, on what having rated a movie says; 2 to 5 are alike
    movie_audience: float = 3.0  # ridge, in movies, on what a person's rating a movie says of it
    feature_ridge: float = 1.0  # ridge, in movies, on genres and decades; 0.3 to 3 are alike
    conjugate_steps: int = 2  # per sweep, from the last solution on: 4 are no better


@dataclass(frozen=True, slots=True)
class StarTables:
    """What predicts stars, for the store: see stars.Stars for the shapes."""

    shared: Stars
    movie_vectors: Matrix
    movie_histories: Matrix
    user_vectors: Matrix

    @property
    def user_factors(self) -> Matrix:
        """float32 (people, dim): what the inner products that are personal are made of, with ..."""
        return self.user_vectors[:, 2:]

    @property
    def movie_factors(self) -> Matrix:
        """... the movies', float32 (movies, dim)."""
        return self.movie_vectors[:, 2:]

    def predict(self, user_index: Indices, movie_index: Indices) -> Vector:
        """Stars for pairs of rows, float32 (n,)."""
        return self.shared.predict(self.user_vectors[user_index], self.movie_vectors[movie_index])


def fit(
    interactions: Interactions,
    features: Matrix,
    rating_scale: tuple[float, float],
    *,
    seed: int,
    config: StarConfig | None = None,
) -> StarTables:
    """Learn from all of `interactions`. features: 0/1 float32 (movies, n), see features.movie_features."""
    config = config or StarConfig()
    n_users, n_movies = len(interactions.user_ids), len(interactions.movie_ids)
    mean = float(interactions.rating.mean(dtype=np.float64))
    scale = float(interactions.rating.std(dtype=np.float64)) or 1.0
    by_user, by_movie = _grouped(interactions, mean, scale)
    rated = SparseMatrix.of(
        interactions.user_index, interactions.movie_index, np.ones(len(by_user.value)), (n_users, n_movies)
    )
    known = np.column_stack([np.ones(n_movies), np.log1p(by_movie.count), features]).astype(np.float64)
    known_gram = known.T @ known + config.feature_ridge * np.eye(known.shape[1])
    root_user = np.sqrt(np.maximum(by_user.count, 1))[:, None]
    root_movie = np.sqrt(np.maximum(by_movie.count, 1))[:, None]

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
        movies, cov = posterior(by_movie, people, movie_mean, movie_precision, noise)
        target = movies.mean - known @ by_feature
        audience = _ridge_on_sets(
            rated.transposed, root_movie, target, config.movie_audience, audience, config.conjugate_steps
        )
        from_audience = rated.transposed.times(audience) / root_movie
        by_feature = np.linalg.solve(known_gram, known.T @ (movies.mean - from_audience))
        movie_mean = known @ by_feature + from_audience
        scatter = _scatter(movies.mean - movie_mean, cov) + config.feature_ridge * by_feature.T @ by_feature
        scatter += config.movie_audience * audience.T @ audience
        movie_precision = np.linalg.inv(scatter / (n_movies + 1))

        # People, given movies, as Stars.fold_in does it with this prior; then what a person should be.
        prior = (person_precision, constant, history)
        people, cov = posterior(by_user, movies, person_mean, person_precision, noise)
        target = people.mean - constant
        history = _ridge_on_sets(
            rated, root_user, target, config.person_history, history, config.conjugate_steps
        )
        from_history = rated.times(history) / root_user
        constant = (people.mean - from_history).mean(axis=0)
        person_mean = constant + from_history
        scatter = _scatter(people.mean - person_mean, cov) + config.person_history * history.T @ history
        person_precision = np.linalg.inv(scatter / (n_users + 1))

        precision = len(by_user.value) / _expected_error(by_user, people, movies)

    # The prior that made these people, not the one learned from them afterwards: fold-in must repeat it.
    person_precision, constant, history = prior
    movie_vectors = np.column_stack([mean + scale * movies.mean[:, 0], movies.design]).astype(np.float32)
    share = by_movie.count / len(by_user.value)
    shared = Stars(
        mean=mean,
        scale=scale,
        lowest=rating_scale[0],
        highest=rating_scale[1],
        noise_precision=noise,
        movie_cov=movies.cov,
        person_mean=constant,
        person_precision=person_precision,
        any_movie=(share @ movie_vectors).astype(np.float32),
    )
    return StarTables(
        shared=shared,
        movie_vectors=movie_vectors,
        movie_histories=np.column_stack([history, movies.spread]).astype(np.float32),
        user_vectors=np.column_stack([np.ones(n_users), people.mean * scale]).astype(np.float32),
    )


def _grouped(interactions: Interactions, mean: float, scale: float) -> tuple[Rows, Rows]:
    """The standardised ratings by person and by movie."""
    value = ((interactions.rating - mean) / scale).astype(np.float32)
    by_user = Rows(interactions.row_splits, interactions.movie_index, value)
    order = np.argsort(interactions.movie_index, kind="stable")
    counts = np.bincount(interactions.movie_index, minlength=len(interactions.movie_ids))
    start = np.concatenate([[0], np.cumsum(counts)])
    return by_user, Rows(start, interactions.user_index[order], value[order])


def _scatter(miss: Floats, cov: Floats) -> Floats:
    """How far rows are from what was expected of them, with a little added so that it can be inverted."""
    scatter: Floats = miss.T @ miss + cov + 0.1 * np.eye(len(cov))
    return scatter


def _ridge_on_sets(
    sets: SparseMatrix, root: Floats, target: Floats, ridge: float, table: Floats, steps: int
) -> Floats:
    """A few conjugate-gradient steps towards: target ~ the sum of the table's rows in each row's set, divided
    by the root of their number. sets: 1 for what is in a row's set. root: (rows, 1)."""

    def normal(t: Floats) -> Floats:
        return sets.transposed.times(sets.times(t) / root**2) + ridge * t

    return conjugate_gradient(normal, sets.transposed.times(target / root), table, steps)


def _expected_error(by_user: Rows, people: Side, movies: Side) -> float:
    """Squared errors, and what the posteriors leave open, summed over the ratings."""
    open_movie = np.einsum("nd,de,ne->n", people.design, movies.cov, people.design)
    open_person = np.einsum("nd,de,ne->n", movies.design, people.cov, movies.design)
    both = float((people.cov[1:, 1:] * movies.cov[1:, 1:]).sum())
    total = 0.0
    for low, high in by_user.blocks():
        part = slice(by_user.start[low], by_user.start[high])
        person, movie = np.repeat(np.arange(low, high), by_user.count[low:high]), by_user.column[part]
        error = by_user.value[part] - people.mean[person, 0] - movies.mean[movie, 0]
        error -= np.einsum("nd,nd->n", people.mean[person, 1:], movies.mean[movie, 1:])
        m, p = movies.spread[movie], people.spread[person]
        total += float(error @ error + m @ open_movie[person] + p @ open_person[movie] + both * (m @ p))
    return total
