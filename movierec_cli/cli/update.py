"""movierec update"""

from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.console import interruptible, model_in_use, note, working
from movierec_cli.cli.options import HomeOption
from movierec_cli.errors import counted, sizes_text


def update(
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="PATH",
            help="Add the ratings of a file in a MovieLens layout, or of a folder with one or with Parquet.",
            show_default="what the dataset has now",
        ),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Bring new ratings and new people into the model in use, in seconds and without training."""
    with interruptible(model_in_use(home)), working("Folding in what is new"):
        report = movierec.update(source, home=home)
    if report.unknown_ratings:
        movies = counted(report.unknown_movies, "movie")
        takes = f"Train again to have them: movierec train --dataset {report.dataset}"
        if source is not None:
            takes = "To have them, train on a dataset that knows them: movierec fetch --from FOLDER"
        note(
            f"Left out: {counted(report.unknown_ratings, 'rating')} of {movies} that the run does not know. "
            f"{takes}"
        )
    if report.run_id is None:
        note(f"Nothing is new. The run {report.update.of} stays in use.")
        return
    changed = update_text(report.update)
    note(f"{changed[0].upper()}{changed[1:]}, in {report.seconds:.1f} s.")
    note(f"In use: {report.run_id}, {sizes_text(report.people, report.movies, report.ratings)}.")
    if source is not None:
        note(
            f"The ratings that only {source} has are in this run and not in the dataset {report.dataset}. "
            "The next training will not have them, nor will an update without --from."
        )


def update_text(update: "movierec.UpdateFacts") -> str:
    """ "3 people are new, 12 have other ratings"; who is gone, only where somebody is."""
    people = counted(update.new, "person is new", "people are new")
    changed = f"{update.changed:,} {'has' if update.changed == 1 else 'have'} other ratings"
    gone = f", {update.gone:,} {'is' if update.gone == 1 else 'are'} gone" if update.gone else ""
    return f"{people}, {changed}{gone}"
