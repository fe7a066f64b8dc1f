"""What is held out of everybody's ratings to choose the best epoch by, and who is judged."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array, vstack

from movierec_cli.datasets.interactions import Interactions, hold_out, joined
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.ranking.evidence import Evidence, worth_of
from movierec_cli.training.validation import RankingTask, some_of
from movierec_cli.vectors.arrays import Flags, Indices, Matrix

SHARE = 0.05
"""Of everybody's ratings."""
Halves = tuple[Interactions, Interactions]
"""What is learned from, and what is held out."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Everybody's ratings in two, and the people who are judged."""

    seen: Everybody[Interactions]
    """What is learned from."""
    places: Everybody[Indices]
    """Where those who are judged are in their parts."""
    task: RankingTask
    """Of these people alone."""

    @classmethod
    def of(cls, people: Everybody[Interactions], rating_scale: tuple[float, float], seed: int) -> Self:
        """At random; those are judged for whom something relevant is held out, or a sample of them."""
        ratings = np.cumsum([0, *people.each(_count)])
        halves = people.each(_halves, seed, people.beside(ratings[:-1].tolist()))
        judged = np.flatnonzero(np.concatenate(list(halves.each(_has_relevant, rating_scale))))
        places = people.places(some_of(judged))
        seen, held_out = (joined(parts) for parts in zip(*halves.each(_of_some, places), strict=True))
        return cls(halves.each(_seen), places, RankingTask(seen, held_out, *reversed(rating_scale)))


@dataclass(frozen=True, slots=True)
class Sample:
    """What members are weighed against each other by."""

    histories: csr_array
    """Of those who are judged, float32 (people, movies)."""
    worth: Matrix
    """Everybody's, float32 (movies,): see Evidence."""
    ratings: int
    """Everybody's."""

    @classmethod
    def of(cls, evidence: Everybody[Evidence], places: Everybody[Indices]) -> Self:
        """places: of those who are judged."""
        histories = csr_array(vstack(list(evidence.each(_histories, places)), format="csr"))
        return cls(histories, worth_of(evidence), int(evidence.added(_size)))


def _count(interactions: Interactions) -> int:
    return len(interactions.rating)


def _size(evidence: Evidence) -> int:
    return len(evidence.target)


def _halves(interactions: Interactions, seed: int, first: int) -> Halves:
    return hold_out(interactions, SHARE, seed=seed, first=first)


def _seen(halves: Halves) -> Interactions:
    return halves[0]


def _has_relevant(halves: Halves, rating_scale: tuple[float, float]) -> Flags:
    return RankingTask(*halves, *reversed(rating_scale)).liked.counts > 0


def _of_some(halves: Halves, places: Indices) -> Halves:
    seen, held_out = (half.of_some(places) for half in halves)
    return seen, held_out


def _histories(evidence: Evidence, places: Indices) -> csr_array:
    return evidence.histories[places]
