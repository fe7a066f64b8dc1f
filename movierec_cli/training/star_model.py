"""Learning to predict stars: a factor model whose people are integrated out, so that anybody folds in.

    stars(person, movie) = mean + movie bias + person bias + person . movie

It is matrix factorisation learned by variational Bayes (Lim and Teh, "Variational Bayesian approach to movie
rating prediction", KDD Cup 2007), with what makes Bayesian factorisation machines strong (Rendle, Zhang and
Koren, "On the difficulty of evaluating baselines", 2019): priors whose means are regressions.

- A movie's prior mean is a learned function of its genres, decade, number of ratings, and of who rated it.
- A person's prior mean is a learned function of which movies they rated (the implicit feedback of SVD++).
- Prior covariances and the noise are estimated from the data, so that nothing depends on the rating scale.

A sweep takes time in proportion to ratings * dim^2, and memory in proportion to ratings and tables.
People and their ratings are in parts with the workers (star_parts.py), movies are here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from movierec_cli.datasets.interactions import Interactions
from movierec_cli.training import star_parts as part
from movierec_cli.training.data import ignore
from movierec_cli.training.everybody import Everybody, whole
from movierec_cli.training.star_parts import Learned, Ratings
from movierec_cli.vectors.arrays import Floats, Indices, Matrix, SmallIndices, Vector
from movierec_cli.vectors.stars import Side, SmallMatrix, Stars, posteriors


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
    user_vectors: Everybody[Matrix]
    """float32 (people, 2 + dim) of each part: the star vectors."""

    def predict(self, user_index: SmallIndices, movie_index: SmallIndices) -> Vector:
        """Stars for pairs of rows, float32 (n,)."""
        return self.shared.predict(whole(self.user_vectors)[user_index], self.movie_vectors[movie_index])


def fit(
    people: Everybody[Interactions],
    features: Matrix,
    rating_scale: tuple[float, float],
    seed: int,
    on_part: Callable[[float], None] = ignore,
    config: StarConfig = CONFIG,
) -> StarTables:
    """Learn from all ratings of `people`. features: 0/1 float32 (movies, n), see content.movie_features.

    on_part: told after each sweep what share of the work it was.
    """
    count: Indices = people.added(Interactions.rating_counts)
    ratings = int(count.sum())
    mean, scale = standard = _standard(people, ratings)
    known = np.column_stack([np.ones(len(count)), np.log1p(count), features]).astype(np.float64)
    learning, with_some = _Learning(known, config, seed), 0
    if ratings > config.many:
        with_some = config.sweeps - config.sweeps_of_many
    cost = min(1.0, config.many / ratings)
    work = with_some * cost + config.sweeps - with_some
    if with_some:
        learning.of(_some(people, config.many / ratings, seed).each(part.standardised, mean, scale))
    for sweep in range(config.sweeps):
        if sweep == with_some:
            learning.of(people.each(part.standardised, mean, scale))
        learning.sweep(precisely=sweep == config.sweeps - 1)
        on_part((cost if sweep < with_some else 1) / work)
    return _tables(learning, count, standard, rating_scale)


def _standard(people: Everybody[Interactions], ratings: int) -> tuple[float, float]:
    """The mean and the standard deviation of all ratings, of which there are so many."""
    mean = float(people.added(part.total) / ratings)
    lowest, highest = zip(*people.each(part.extremes), strict=True)
    if min(lowest) == max(highest):  # rounding alone may make something else than 0 of the deviation
        return mean, 1.0
    return mean, float(np.sqrt(people.added(part.deviations, mean) / ratings))


def _some(people: Everybody[Interactions], share: float, seed: int) -> Everybody[Interactions]:
    """About such a share of the people, at random."""
    chosen = np.flatnonzero(np.random.default_rng(seed).random(people.people) < share)
    return people.of_some(chosen, Interactions.of_some)


class _Learning:
    """Both sides as they are known so far, and what is expected of them."""

    people: Everybody[Side]
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
        self._people_cov: Floats = 0.1 * np.eye(size)
        self._constant: Floats = np.zeros(size)
        self._history: Floats = np.zeros((movies, size))
        self._by_feature: Floats = np.zeros((known.shape[1], size))
        self._precision = 1.5  # of the noise, in units of the ratings' variance

    def of(self, ratings: Everybody[Ratings]) -> None:
        """Learn from these ratings from now on: of people as the movies know them, or else at random."""
        size = len(self._constant)
        self._ratings = ratings
        self._movie_count: Indices = ratings.added(part.movie_count)
        self._squares: float = ratings.added(part.squares)
        self._rating_sums: Floats = ratings.added(part.rating_sums)
        self._audience = ratings.each(part.zeros, size)
        if hasattr(self, "movies"):
            self._person_mean = ratings.each(part.expected, self._history, self._constant)
            self._learn_people(self.movies)
            return
        rng, starts = np.random.default_rng(self._seed), []
        for people in ratings.sizes:
            start = rng.normal(scale=0.3, size=(people, size))
            start[:, 0] = 0.0
            starts.append(Side(start, np.ones(people), self._people_cov))
        self.people = ratings.beside(starts)
        self._person_mean = self._audience

    def sweep(self, *, precisely: bool = False) -> None:
        """Learn both sides once, each from the other. precisely: people as fold-in makes them, in float64."""
        config = self._config
        self.noise = config.temper * self._precision
        movies, cov = self._learned_movies()
        self._expect_movies(movies, cov)
        self.prior = (self._person_precision, self._constant, self._history)
        learned, cov = self._learn_people(movies, np.float64 if precisely else np.float32)
        self._expect_people(cov)
        self._precision = self._movie_count.sum() / self._expected_error(learned, movies)
        self.movies = movies

    def _learned_movies(self) -> tuple[Side, Floats]:
        """Movies, given people, and the sum of the movies' covariances."""
        added = self._ratings.added(part.movie_sums, self.people)
        sums = part.unpacked(added, self._movie_count, len(self._constant))
        rows = posteriors(sums, self._people_cov, self._movie_mean, self._movie_precision, self.noise)
        return rows.side(int(self._movie_count.sum())), rows.total

    def _expect_movies(self, movies: Side, cov: Floats) -> None:
        """What a movie is expected to be. cov: the sum of the movies' covariances."""
        config, known, ratings = self._config, self._known, self._ratings
        root, ridge = part.root_of(self._movie_count), config.movie_audience

        def normal(table: Everybody[Floats]) -> Everybody[Floats]:
            return table.each(part.ridged, ratings, table.added(part.by_raters, ratings) / root**2, ridge)

        goal = ratings.each(part.of_movies, (movies.mean - known @ self._by_feature) / root)
        self._audience = part.conjugate_steps(normal, goal, self._audience, config.conjugate_steps)
        from_audience = self._audience.added(part.by_raters, ratings) / root
        self._by_feature = np.linalg.solve(self._known_gram, known.T @ (movies.mean - from_audience))
        self._movie_mean = known @ self._by_feature + from_audience
        scatter = _scatter(part.gram(movies.mean - self._movie_mean), cov)
        scatter += config.feature_ridge * self._by_feature.T @ self._by_feature
        scatter += ridge * self._audience.added(part.gram)
        self._movie_precision = np.linalg.inv(scatter / (len(movies.mean) + 1))

    def _learn_people(
        self, movies: Side, dtype: type[np.float32 | np.float64] = np.float32
    ) -> tuple[Everybody[Learned], Floats]:
        """People, given movies, as Stars.fold_in does it; also the sum of their covariances."""
        learned = self._ratings.each(
            part.learned, self._person_mean, movies, self._person_precision, self.noise, dtype
        )
        cov, weighted = learned.added(part.covariances)
        ratings = int(self._movie_count.sum())
        self._people_cov = weighted / max(1, ratings)
        self.people = learned.each(part.side, ratings, weighted)
        return learned, cov

    def _expect_people(self, cov: Floats) -> None:
        """What a person is expected to be. cov: the sum of people's covariances."""
        config, people, ratings, ridge = self._config, self.people, self._ratings, self._config.person_history

        def normal(history: Everybody[Floats]) -> Everybody[Floats]:
            (table,) = history
            return Everybody.here(ratings.added(part.there_and_back, table) + ridge * table, len(table))

        goal, table = (
            Everybody.here(each, len(each))
            for each in (people.added(part.back_from, ratings, self._constant), self._history)
        )
        (self._history,) = part.conjugate_steps(normal, goal, table, config.conjugate_steps)
        from_history = ratings.each(part.expected, self._history, 0.0)
        self._constant = people.added(part.beyond, from_history) / self._ratings.people
        self._person_mean = from_history.each(part.plus, self._constant, 1.0)
        scatter = _scatter(people.added(part.scatter, self._person_mean), cov)
        scatter += ridge * self._history.T @ self._history
        self._person_precision = np.linalg.inv(scatter / (self._ratings.people + 1))

    def _expected_error(self, learned: Everybody[Learned], movies: Side) -> float:
        """Squared errors, and what the posteriors leave open, summed over the ratings.

        What is added up here has been added up over each person's or each movie's ratings before.
        """
        bias, people_cov = movies.mean[:, 0], self._people_cov
        explained, open_movie, spreads = learned.added(part.errors_of)
        error = self._squares - 2 * bias @ self._rating_sums + bias**2 @ self._movie_count + explained
        open_person = np.einsum("nd,de,ne->n", movies.design, people_cov, movies.design)
        both = (people_cov[1:, 1:] * movies.cov[1:, 1:]).sum() / max(np.trace(people_cov[1:, 1:]), 1e-12)
        people_spread = self._ratings.added(part.movie_spreads, self.people)
        return float(error + open_movie + both * spreads + people_spread @ open_person)


def _scatter(scatter: Floats, cov: Floats) -> Floats:
    """How far rows are from what was expected of them, with a little added so that it can be inverted."""
    return scatter + cov + 0.1 * np.eye(len(cov))


def _tables(
    learned: "_Learning",
    count: Indices,
    standard: tuple[float, float],
    rating_scale: tuple[float, float],
) -> StarTables:
    """What has been learned, for the store.

    count: ratings of each movie. standard: the mean and the scale of the standardised ratings.
    """
    movies = learned.movies
    person_precision, constant, history = learned.prior
    mean, scale = standard
    movie_vectors = np.column_stack([mean + scale * movies.mean[:, 0], movies.design]).astype(np.float32)
    share = count / count.sum()
    shared = Stars(
        mean=mean,
        scale=scale,
        lowest=rating_scale[0],
        highest=rating_scale[1],
        noise_precision=learned.noise,
        movie_cov=_rows(movies.cov),
        person_mean=tuple(constant.tolist()),
        person_precision=_rows(person_precision),
        any_movie=tuple((share @ movie_vectors).astype(np.float32).tolist()),
    )
    return StarTables(
        shared=shared,
        movie_vectors=movie_vectors,
        movie_histories=np.column_stack([history, movies.spread]).astype(np.float32),
        user_vectors=learned.people.each(part.star_vectors, scale),
    )


def _rows(matrix: Floats) -> SmallMatrix:
    return tuple(tuple(row) for row in matrix.tolist())
