"""What a person would accept: `similar`, `--like` one film, and lists of people who hate a kind of films.

    python benchmarks/taste.py [--home DIR] [--accepted FILE] [--haters FILE] [--series FILE] [--show]

The home holds a trained run of a fetched ml-100k. The lists of films (see film_lists.py) are those of tests/
where no others are named; they were written by hand, from what films are like and not from ratings. Beside
movierec's answers stand the ten nearest by item-kNN and by adjusted cosine, computed here from all ratings of
the dataset. It prints Markdown; --show adds the ten of everybody who hates one kind and loves another.

First table: `accepted` is the share of the ten that the list accepts, `obscure` the share with under 10
ratings or a mean below half of the highest rating, `most rated` the share that are among the 20 most rated
movies, `series` the share of the others of a film's series that are in its ten.

Second table, for each kind: somebody gives its first seven films the lowest rating, and somebody else gives
them the highest. Films in common of both tens; of the hater's ten how many are among the 10 nearest of a
hated film, by item-kNN and by `similar`; how many are predicted to get less than 3 of 5, and how many of
these though better ones were left that are not near a hated film. Third table: the same of somebody who hates
one kind and loves the next one of the list, and how many are among the 10 nearest of a film that they love.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from described import parser_of
from film_lists import ACCEPTED, HATERS, SERIES, Film, Films, Wanted

from movierec_cli import load_dataset
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.questions.answers import Hit, Rating
from movierec_cli.questions.people import Person
from movierec_cli.questions.recommender import Recommender

TOP = 10
RATED_OF_A_KIND = 7
FEW_RATINGS, BAD_MEAN, LEAST = 10, 0.5, 0.6
"""Under so many ratings, or below such a share of the highest rating, a movie is obscure; predicted below the
last share it should not be in anybody's ten."""
MOST_RATED = 20
WRONG = "near hated, item-kNN | near hated, `similar` | below 3 of 5 | though better were left"

Matrix = npt.NDArray[np.float32]
Nearest = Callable[[int], list[int]]
"""From a movie_id to the movie_ids of the ten that are most like it."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a dataset's ratings say of its movies. movie_ids: ascending, the columns of `ratings`.

    ratings: float32 (people, movies), 0 where there is none.
    """

    movie_ids: npt.NDArray[np.int64]
    ratings: Matrix
    obscure: frozenset[int]
    most_rated: frozenset[int]

    @classmethod
    def of(cls, dataset: Dataset) -> "Catalogue":
        movie_ids = dataset.movies["movie_id"].to_numpy()
        people, rows = np.unique(dataset.ratings["user_id"].to_numpy(), return_inverse=True)
        columns = np.searchsorted(movie_ids, dataset.ratings["movie_id"].to_numpy())
        ratings = np.zeros((len(people), len(movie_ids)), np.float32)
        ratings[rows, columns] = dataset.ratings["rating"]
        counts = np.count_nonzero(ratings, axis=0)
        mean = ratings.sum(axis=0) / np.maximum(counts, 1)
        obscure = (counts < FEW_RATINGS) | (mean < BAD_MEAN * dataset.rating_scale[1])
        most = np.argsort(-counts, kind="stable")[:MOST_RATED]
        return cls(
            movie_ids, ratings, frozenset(movie_ids[obscure].tolist()), frozenset(movie_ids[most].tolist())
        )

    def item_knn(self) -> Nearest:
        """By the cosine of the movies' columns of ratings (Sarwar et al., 2001)."""
        return self._nearest(self.ratings)

    def adjusted_cosine(self) -> Nearest:
        """The same of ratings less the person's mean. Lengths are of the whole columns: of the people alone
        whom two movies share, two ratings would make a movie the nearest of all."""
        rated = self.ratings != 0
        mean = self.ratings.sum(axis=1) / np.maximum(rated.sum(axis=1), 1)
        return self._nearest(np.where(rated, self.ratings - mean[:, None], 0).astype(np.float32))

    def _nearest(self, columns: Matrix) -> Nearest:
        unit = columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-9)

        def nearest(movie_id: int) -> list[int]:
            row = int(np.searchsorted(self.movie_ids, movie_id))
            likeness = unit[:, row] @ unit
            likeness[row] = -np.inf
            best: list[int] = self.movie_ids[np.argsort(-likeness, kind="stable")[:TOP]].tolist()
            return best

        return nearest


def ids(hits: Sequence[Hit]) -> list[int]:
    return [hit.movie.movie_id for hit in hits]


def share(lists: Sequence[tuple[list[int], Collection[int]]]) -> float:
    """Of pairs of a list and the movie_ids that count: the mean share of TOP that do."""
    return float(np.mean([len({*some} & {*counting}) / TOP for some, counting in lists]))


def series_recall(nearest: Nearest, series: list[list[Film]]) -> float:
    """The share of the others of a member's series that are in its ten, averaged over all members."""
    figures = []
    for members in series:
        for member in members:
            found = {*nearest(member[0])}
            others = [other for other in members if other != member]
            figures.append(np.mean([bool(found & {*other}) for other in others]))
    return float(np.mean(figures))


def print_likeness(
    contenders: dict[str, Nearest], wanted: list[Wanted], series: list[list[Film]], catalogue: Catalogue
) -> None:
    print(f"{len(wanted)} films with accepted ones, {len(series)} series\n")
    print("| ten of | accepted | obscure | most rated | series |")
    print("| --- | --- | --- | --- | --- |")
    for name, nearest in contenders.items():
        tens = [nearest(one.film[0]) for one in wanted]
        accepted = share([(ten, one.accepted) for ten, one in zip(tens, wanted, strict=True)])
        obscure = share([(ten, catalogue.obscure) for ten in tens])
        most_rated = share([(ten, catalogue.most_rated) for ten in tens])
        recall = series_recall(nearest, series)
        print(f"| {name} | {accepted:.3f} | {obscure:.1%} | {most_rated:.2f} | {recall:.3f} |", flush=True)


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks for lists of people who hate and love some films, and counts what should not be in them."""

    recommender: Recommender
    item_knn: Nearest
    similar: Nearest

    def person(self, hated: Sequence[Film], loved: Sequence[Film]) -> Person:
        """Somebody who gave the lowest and the highest rating to some films."""
        lowest, highest = self.recommender.run.facts.dataset.rating_scale
        ratings = [Rating(film[0], lowest) for film in hated] + [Rating(film[0], highest) for film in loved]
        return self.recommender.fold_in(ratings)

    def ten(self, person: Person) -> list[Hit]:
        return self.recommender.recommend(person, top=TOP)

    def wrong(self, person: Person, hits: list[Hit], hated: Sequence[Film]) -> list[int]:
        """Of somebody's ten, how many are near a hated film, by item-kNN and by `similar`; how many are
        predicted too low; and how many of these though better ones were left."""
        everything = self.recommender.recommend(person, top=self.recommender.run.facts.dataset.movies)
        near_hated = {other for film in hated for other in self.similar(film[0])}
        low = sum(map(self._is_low, hits))
        left = {*ids([hit for hit in everything if not self._is_low(hit)])} - {*ids(hits)} - near_hated
        return [
            near(self.item_knn, hits, hated),
            near(self.similar, hits, hated),
            low,
            min(low, len(left)),
        ]

    def _is_low(self, hit: Hit) -> bool:
        least = LEAST * self.recommender.run.facts.dataset.rating_scale[1]
        return hit.predicted_rating is not None and hit.predicted_rating < least


def near(nearest: Nearest, hits: list[Hit], films: Sequence[Film]) -> int:
    """How many of some hits are among the ten nearest of one of the films."""
    return len({*ids(hits)} & {other for film in films for other in nearest(film[0])})


def print_haters(judge: Judge, kinds: dict[str, list[Film]]) -> None:
    print(f"\n| hates | in common | {WRONG} |")
    print("| --- " * 6 + "|")
    rows = []
    for kind, films in kinds.items():
        hater = judge.person(films, [])
        hates, loves = judge.ten(hater), judge.ten(judge.person([], films))
        rows.append([len({*ids(hates)} & {*ids(loves)}), *judge.wrong(hater, hates, films)])
        print(f"| {kind} | {' | '.join(map(str, rows[-1]))} |", flush=True)
    total = np.sum(rows, axis=0).tolist()
    print(f"| all, of {TOP * len(rows)} | {' | '.join(map(str, total))} |", flush=True)


def print_mixed(judge: Judge, kinds: dict[str, list[Film]], show: bool) -> None:
    print(f"\n| hates | loves | near loved, `similar` | {WRONG} |")
    print("| --- " * 7 + "|")
    names, rows, lists = list(kinds), [], []
    for hated, loved in zip(names, [*names[1:], names[0]], strict=True):
        person = judge.person(kinds[hated], kinds[loved])
        hits = judge.ten(person)
        lists.append(f"- Hates {hated}, loves {loved}: {', '.join(hit.movie.label for hit in hits)}")
        rows.append([near(judge.similar, hits, kinds[loved]), *judge.wrong(person, hits, kinds[hated])])
        print(f"| {hated} | {loved} | {' | '.join(map(str, rows[-1]))} |", flush=True)
    total = np.sum(rows, axis=0).tolist()
    print(f"| all, of {TOP * len(rows)} | | {' | '.join(map(str, total))} |", flush=True)
    if show:
        print("", *lists, sep="\n")


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--home", default=None)
    parser.add_argument("--accepted", type=Path, default=ACCEPTED)
    parser.add_argument("--haters", type=Path, default=HATERS)
    parser.add_argument("--series", type=Path, default=SERIES)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    recommender = Recommender.open(arguments.home)
    dataset = load_dataset(recommender.run.facts.dataset.name, home=arguments.home)
    films, catalogue = Films.of(dataset), Catalogue.of(dataset)
    similar: Nearest = lambda movie_id: ids(recommender.similar(movie_id, top=TOP))  # noqa: E731
    contenders: dict[str, Nearest] = {
        "item-kNN, cosine": catalogue.item_knn(),
        "item-kNN, adjusted cosine": catalogue.adjusted_cosine(),
        "movierec similar": similar,
        "movierec recommend --like": lambda movie_id: ids(recommender.recommend(like=[movie_id], top=TOP)),
    }
    wanted, series = films.accepted(arguments.accepted), films.series(arguments.series)
    print_likeness(contenders, wanted, series, catalogue)
    kinds = {name: some[:RATED_OF_A_KIND] for name, some in films.kinds(arguments.haters).items()}
    judge = Judge(recommender, contenders["item-kNN, cosine"], similar)
    print_haters(judge, kinds)
    print_mixed(judge, kinds, arguments.show)


if __name__ == "__main__":
    main()
