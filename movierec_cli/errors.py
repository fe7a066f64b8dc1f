"""What can go wrong for a user, as one exception that carries the way out."""

from collections.abc import Iterable


class MovieRecError(Exception):
    """Work that could not be done, for a reason the user can act on.

    `message` says what happened, with the value given, as a whole sentence; `hint` is the command or step
    that puts it right, by default the kind's `usual_hint`. The command line prints both on stderr and exits
    with `exit_code`.
    """

    exit_code = 1
    usual_hint: str | None = None

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message if message.endswith((".", "?", "!", ":")) else f"{message}."
        self.hint = hint or self.usual_hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n{self.hint}"


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """ "1 film", "2,000 films". nouns: of more than one, by default with an s."""
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


def sizes_text(people: int, movies: int, ratings: int) -> str:
    """ "943 people, 1,682 movies, 100,000 ratings"."""
    sizes = (counted(people, "person", "people"), counted(movies, "movie"), counted(ratings, "rating"))
    return ", ".join(sizes)


class UsageError(MovieRecError):
    """An argument that can never be right: exit code 2, like an unknown option."""

    exit_code = 2
    usual_hint = "How it is used: movierec COMMAND --help"


class DataError(MovieRecError):
    """A file that does not say what its layout promises."""

    usual_hint = "Correct the file, or give another one, and run the command again."


class DownloadError(MovieRecError):
    """A download that did not arrive whole and verified."""

    usual_hint = "Try again later, or from elsewhere: movierec fetch --from PATH|URL"


class NotFoundError(MovieRecError):
    """A dataset, run, person or movie that is not there."""

    @classmethod
    def movie(cls, movie_id: int, dataset: str) -> "NotFoundError":
        """There is no such movie_id in the dataset in use."""
        return cls(
            f"There is no movie with id {movie_id} in {dataset}.",
            'Look for it by its title: movierec similar "TITLE"',
        )


class StoreError(MovieRecError):
    """A database that cannot be read or written."""


class UnreachableError(MovieRecError):
    """An object store that does not answer, or not to us."""


class ClusterError(MovieRecError):
    """A Ray cluster that is not there, does not take us, or loses the work."""


class PlotError(MovieRecError):
    """A picture that cannot be drawn, for lack of a library or because the model has no such picture."""


class TrainingError(MovieRecError):
    """A training run that cannot go on; the model in use stays as it was."""

    @classmethod
    def diverged(cls, epoch: int, learning_rate: float) -> "TrainingError":
        """The loss is NaN or infinite."""
        return cls(
            f"The loss is not finite in epoch {epoch} with learning rate {learning_rate:g}. "
            "The model in use stays as it was.",
            f"Try a smaller step: movierec train --learning-rate {learning_rate / 10:g}",
        )


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The end of an error message: the one of `names` that `name` was perhaps meant to be, or nothing."""
    from rapidfuzz import fuzz, process  # only where something is wrong

    nearest = process.extractOne(name[:100].lower(), list(names), scorer=fuzz.ratio, score_cutoff=60)
    return f" Did you mean {nearest[0]}?" if nearest else ""
