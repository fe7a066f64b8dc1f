"""movierec fetch"""

import csv
import io
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from movierec_cli.cli._completion import complete_release
from movierec_cli.cli._console import err, interruptible, note, out
from movierec_cli.cli._options import FormatOption, HomeOption, OutputFormat
from movierec_cli.cli.views.hits import print_data
from movierec_cli.errors import UsageError, sizes_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress as RichProgress

    from movierec_cli.datasets.library import ListedDataset
    from movierec_cli.datasets.shelf import FetchedDataset

_FIELDS = (
    *("name", "here", "people", "movies", "ratings", "lowest_rating", "highest_rating", "layout"),
    *("download_bytes", "checksum", "path", "source", "licence", "first_year", "last_year"),
)


def fetch(
    dataset: Annotated[
        str | None,
        typer.Argument(
            help="A MovieLens release, for example ml-1m.",
            show_default="ml-100k",
            autocompletion=complete_release,
        ),
    ] = None,
    *,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="PATH|URL",
            help="Take it from a folder, a zip archive or a web address, in any MovieLens layout.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="What to call it here.", show_default=False)
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            "--scale",
            metavar="LOWEST-HIGHEST",
            help="The ratings that --from could have, such as 0-10.",
            show_default="found by the ratings",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch anew; the old copy stays until the new one is good.")
    ] = False,
    list_all: Annotated[
        bool, typer.Option("--list", help="Show the releases, and which datasets are here.")
    ] = False,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Fetch a MovieLens dataset, or take in one of your own."""
    from movierec_cli.datasets import library
    from movierec_cli.vectors.scale import parse_scale

    if list_all:
        if dataset or source or name or scale or force:
            raise UsageError("--list goes with none of DATASET, --from, --name, --scale and --force")
        _print_list(library.list_datasets(home), output_format)
        return
    if source and dataset and name:
        raise UsageError("With --from, a dataset has one name: give DATASET or --name, not both")
    go_on = "The same command goes on from where it was."
    with interruptible(lambda: go_on), TerminalProgress() as progress:
        fetched = library.fetch(
            library.DEFAULT_DATASET if source or dataset is None else dataset,
            source=source,
            name=name or (dataset if source else None),
            scale=None if scale is None else parse_scale(scale),
            home=home,
            force=force,
            progress=progress,
        )
    _say_what_is_here(fetched)


class TerminalProgress:
    """A bar with size, speed and time left on a terminal; nothing but the sentences elsewhere."""

    def __init__(self) -> None:
        self._bar: RichProgress | None = None
        self._task: Any = None

    def __enter__(self) -> "TerminalProgress":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def say(self, message: str) -> None:
        note(message)

    def start(self, total: int | None, done: int) -> None:
        from rich import progress

        console = err()
        if not console.is_terminal:
            return
        columns = (
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
        )
        self._bar = progress.Progress(*columns, console=console, transient=True)
        self._task = self._bar.add_task("", total=total, completed=done)
        self._bar.start()

    def advance(self, amount: int) -> None:
        if self._bar:
            self._bar.advance(self._task, amount)

    def stop(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None


def _say_what_is_here(fetched: "FetchedDataset") -> None:
    there = "is already here" if fetched.already_there else "is here"
    note(f"{fetched.name} {there}: {fetched.path}")
    note(sizes_text(fetched.people, fetched.movies, fetched.ratings))
    note(f"Scale: {fetched.scale.text}")
    note(f"Source: {fetched.source}")
    if fetched.lacks:
        note(f"This copy lacks: {', '.join(fetched.lacks)}")
    if not fetched.already_there:
        note(f"Licence: {fetched.licence}")
        if fetched.citation:
            note(f"Cite: {fetched.citation}")
    note(f"Next: movierec train{_dataset_option(fetched.name)}")


def _dataset_option(name: str) -> str:
    return "" if name == "ml-100k" else f" --dataset {name}"


def _print_list(listed: "Sequence[ListedDataset]", output_format: OutputFormat) -> None:
    match output_format:
        case OutputFormat.TABLE:
            _print_table(listed)
        case OutputFormat.JSON:
            print_data(json.dumps([_record(dataset) for dataset in listed], ensure_ascii=False, indent=2))
        case OutputFormat.CSV:
            text = io.StringIO()
            writer = csv.DictWriter(text, _FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(_record(dataset) for dataset in listed)
            print_data(text.getvalue().rstrip("\n"))


def _record(dataset: "ListedDataset") -> dict[str, Any]:
    release, fetched = dataset.release, dataset.fetched
    facts = fetched or release
    values = (
        dataset.name,
        fetched is not None,
        facts and facts.people,
        facts and facts.movies,
        facts and facts.ratings,
        facts and facts.rating_scale[0],
        facts and facts.rating_scale[1],
        facts and facts.layout,
        release and release.size,
        release and (release.sha256 or release.md5),
        str(fetched.path) if fetched else None,
        fetched and fetched.source,
        facts and facts.licence,
        *(release.years if release else (None, None)),
    )
    return dict(zip(_FIELDS, values, strict=True))


def _print_table(listed: "Sequence[ListedDataset]") -> None:
    from rich import box
    from rich.table import Table

    table = Table(
        title="Datasets", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False
    )
    table.add_column("Name", overflow="fold")
    for heading in ("Download", "People", "Movies", "Ratings", "Years", "Scale"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Here")
    for dataset in listed:
        record, release = _record(dataset), dataset.release
        about = "" if release is None or release.size_is_exact else "~"
        table.add_row(
            dataset.name,
            "" if release is None else f"{about}{release.size / 1e6:,.1f} MB",
            *(f"{record[count]:,}" for count in ("people", "movies", "ratings")),
            "" if release is None else "{}-{}".format(*release.years),
            _ends(record["lowest_rating"], record["highest_rating"]),
            "yes" if dataset.fetched else "",
        )
    out().print(table)
    note(
        "Years are those of the films. movierec fetch NAME fetches one. MovieLens is free for research; "
        "see the licence of each release."
    )


def _ends(lowest: float, highest: float) -> str:
    """A scale as --scale takes it, in as few characters as there can be."""
    return "likes" if lowest == highest else f"{lowest:g}-{highest:g}"
