"""What the stars in a list promise, and whether the rank beside them says more: MovieLens 100K.

    python benchmarks/shown_stars.py [--home DIR]

Trains on 80 % of everybody's ratings, drawn at random, and looks at what people gave the movies of the rest:
by the stars that a list would show, to one decimal, and by the place that the movie has in the person's own
ranking of all that they had not rated. The home has a fetched ml-100k. It prints Markdown.
"""

import itertools
from dataclasses import replace

import numpy as np
from described import parser_of

from movierec_cli import load_dataset
from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.training.data import TrainingData, TrainingOptions
from movierec_cli.training.everybody import divided, whole
from movierec_cli.training.ranking import fitting

STARS = (1, 3, 3.5, 4, 4.5, 5.1)
PLACES = (1, 11, 51, 201, 10_000)


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--home", default=None)
    arguments = parser.parse_args()
    dataset = load_dataset("ml-100k", home=arguments.home)
    seen, held_out = hold_out(Interactions.from_dataset(dataset), 0.2, seed=0)
    model = fitting.fit(replace(TrainingData.of(dataset), people=divided(seen)), TrainingOptions())
    people, movies = held_out.user_index, held_out.movie_index
    assert model.predict_stars
    shown = np.round(model.predict_stars(people, movies), 1)
    scores = whole(model.user_vectors["score_vector"]) @ model.movie_vectors["score_vector"].T
    scores[seen.user_index, seen.movie_index] = -np.inf
    place = (-scores).argsort(axis=1).argsort(axis=1)[people, movies] + 1
    print("| stars | place | ratings | 4 or 5 | 5 | 1 or 2 |")
    print("| --- | --- | --- | --- | --- | --- |")
    for low, high in itertools.pairwise(STARS):
        of_these = (shown >= low) & (shown < high)
        line(f"{low:g} to {high - 0.1:.1f}", "any", held_out.rating[of_these])
        for first, end in itertools.pairwise(PLACES):
            there = of_these & (place >= first) & (place < end)
            line("", f"{first} to {end - 1}" if end < PLACES[-1] else f"from {first}", held_out.rating[there])


def line(stars: str, place: str, given: np.ndarray) -> None:
    """What people gave some of the movies."""
    shares = (np.mean(given >= 4), np.mean(given == 5), np.mean(given <= 2))
    print(f"| {stars} | {place} | {len(given):,} | {' | '.join(f'{share:.0%}' for share in shares)} |")


if __name__ == "__main__":
    main()
