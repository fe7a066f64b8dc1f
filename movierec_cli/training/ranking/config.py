"""The settings of the ranking model. docs/experiments.md has what each is worth."""

from dataclasses import dataclass

STEPS = 10
"""An epoch takes so many steps where people are few, or else fifty epochs would teach too little ..."""
SMALLEST_BATCH, LARGEST_BATCH = 32, 128
"""... with batches of so many people at least, and at most."""


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """Defaults chosen on validation parts of three datasets, random and temporal."""

    dim: int = 128
    """Numbers that the towers learn for each movie and each person."""
    learning_rate: float = 5e-3
    """It rises over the first tenth of the epochs, and falls to zero while the model learns from all
    ratings."""
    batch_size: int | None = None
    """People in a training step. None leaves it to `people_in_a_step`."""
    history_dropout: float = 0.5
    """The share of a person's ratings that a step hides from the user tower."""
    noise: float = 0.2
    """Standard deviation of what is added to people's vectors in training."""
    mixup: float = 0.25
    """At most this share of another person is mixed in (Zhang et al., "mixup", ICLR 2018)."""
    weight_decay: float = 1e-3
    """Divided by the root of the number of people: what the sum of the towers' squares counts in the loss."""
    prefix_share: float = 0.45
    """The share of people shown with the first part of their history only, to predict what came after."""
    neutral: float = 0.3
    """The place on the scale of a rating that says nothing, 1.5 of 5: what is lower speaks against."""
    recency: float = 1.0
    """A rating counts 1 / sqrt(1 + recency x the share of the person's ratings that came later) as a target,
    because taste drifts."""
    shrinkage: float = 10.0
    """In ratings: with so many a person's own part has reached 0.7 of its length."""
    bias_share: float = 0.85
    """How much of a movie's learned bias counts in scores; the rest would show everybody the same few."""
    computed_share: float = 0.5
    """The spread of the computed member's scores, as a share of the trained scores' spread, up to 100,000
    ratings. It grows with their cube root, up to 1: see computed.py."""
    computed_ridge: float = 3.0
    """The computed member's ridge, as a multiple of the smallest squared singular value that it keeps, where
    movies have fifty ratings on average. It is more where they have more: see computed.py."""

    def people_in_a_step(self, people: int) -> int:
        """The batch size that was asked for, or the one for a dataset of so many people."""
        return self.batch_size or min(max(people // STEPS, SMALLEST_BATCH), LARGEST_BATCH)
