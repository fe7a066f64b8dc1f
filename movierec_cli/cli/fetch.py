"""movierec fetch"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

import movierec_cli as movierec
from movierec_cli.cli.completion import complete_release
from movierec_cli.cli.console import WIDE, err, interruptible, note
from movierec_cli.cli.options import DEFAULT_DATASET, FormatOption, HomeOption, OutputFormat
from movierec_cli.cli.output import Rows, write
from movierec_cli.cli.table import Column, Room, Table
from movierec_cli.errors import UsageError, sizes_text

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress


def fetch(
    dataset: Annotated[
        str | None,
        typer.Argument(
            help="A MovieLens release, for example ml-1m.",
            show_default=DEFAULT_DATASET,
            autocompletion=complete_release,
        ),
    ] = None,
    *,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="PATH|URL",
            help="Take it from a folder (also s3://BUCKET/PREFIX), a zip archive or a web address, in any "
            "MovieLens layout or in Parquet.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What to call it here.")] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            "--scale",
            metavar="LOWEST-HIGHEST",
            help="The lowest and the highest rating that there can be, such as 0-10.",
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
    if list_all:
        if dataset or source or name or scale or force:
            raise UsageError("--list cannot be combined with DATASET, --from, --name, --scale or --force.")
        listed = movierec.list_datasets(home)
        records = [_record(dataset) for dataset in listed]
        write(output_format, rows=lambda: Rows(list(records[0]), records), table=lambda: _table(listed))
        return
    if source and dataset and name:
        raise UsageError("DATASET and --name both name what --from gets.", "Give one of them.")
    go_on = "The same command goes on from where it was."
    with interruptible(lambda: go_on), TerminalProgress() as progress:
        fetched = movierec.fetch(
            DEFAULT_DATASET if source or dataset is None else dataset,
            source=source,
            name=name or (dataset if source else None),
            scale=None if scale is None else movierec.parse_scale(scale),
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
            progress.BarColumn(bar_width=40 if console.width >= WIDE else 6),
            progress.DownloadColumn(),
            *([progress.TransferSpeedColumn()] if console.width >= WIDE else []),
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


def _say_what_is_here(fetched: "movierec.FetchedDataset") -> None:
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
    return "" if name == DEFAULT_DATASET else f" --dataset {name}"


def _record(dataset: "movierec.ListedDataset") -> dict[str, Any]:
    release, fetched = dataset.release, dataset.fetched
    facts = fetched or release
    return {
        "name": dataset.name,
        "here": fetched is not None,
        "people": facts and facts.people,
        "movies": facts and facts.movies,
        "ratings": facts and facts.ratings,
        "lowest_rating": facts and facts.rating_scale[0],
        "highest_rating": facts and facts.rating_scale[1],
        "layout": facts and facts.layout,
        "download_bytes": release and release.size,
        "checksum": release and (release.sha256 or release.md5),
        "path": str(fetched.path) if fetched else None,
        "source": fetched and fetched.source,
        "licence": facts and facts.licence,
        "first_year": release and release.years[0],
        "last_year": release and release.years[1],
    }


def _table(listed: "Sequence[movierec.ListedDataset]") -> Table:
    records = [_record(dataset) for dataset in listed]
    releases = [dataset.release for dataset in listed]

    def counts(name: str, goes: int) -> Column:
        texts = [f"{record[name.lower()]:,}" for record in records]
        return Column(name, texts, right=True, goes=goes)

    sizes = ["" if one is None else _megabytes(one.size, one.size_is_exact) for one in releases]
    years = ["" if one is None else "{}-{}".format(*one.years) for one in releases]
    scales = [_ends(record["lowest_rating"], record["highest_rating"]) for record in records]
    return Table(
        [
            Column("Name", [dataset.name for dataset in listed], Room.WRAPPED, line="{}"),
            Column("Download", sizes, right=True, goes=5, line="{}"),
            *(counts("People", 1), counts("Movies", 3), counts("Ratings", 4)),
            Column("Years", years, right=True, goes=6),
            Column("Scale", scales, right=True, goes=2),
            Column("Here", ["yes" if dataset.fetched else "" for dataset in listed], line="{}"),
        ],
        "Datasets",
        "Years are those of the films. movierec fetch NAME fetches one. MovieLens is free for research; see "
        "the licence of each release.",
    )


def _megabytes(size: int, is_exact: bool) -> str:
    """Bytes in as few characters as say it: "4.9 MB", "~335 MB"."""
    megabytes = size / 1e6
    return f"{'' if is_exact else '~'}{megabytes:,.{1 if megabytes < 10 else 0}f} MB"


def _ends(lowest: float, highest: float) -> str:
    """A scale as --scale takes it, in as few characters as there can be."""
    return "likes" if lowest == highest else f"{lowest:g}-{highest:g}"
