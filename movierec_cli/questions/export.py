"""Everyone's recommendations in one file, or as parts in a folder or an object store."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from movierec_cli.errors import MovieRecError, UsageError
from movierec_cli.home import SCHEMES, Home, place_at
from movierec_cli.questions.everyone import PEOPLE_AT_ONCE, AllMovies, Block, recommendation_blocks
from movierec_cli.questions.export_files import WRITERS, parquet_writer
from movierec_cli.store.runs import current_run
from movierec_cli.store.table import open_table
from movierec_cli.system.files import as_given, check_suffix, check_target, names_a_folder, whole_file
from movierec_cli.system.storage import storage_at
from movierec_cli.system.workers import HERE, Workers, in_order

PEOPLE_A_PART = 16 * PEOPLE_AT_ONCE
"""Whoever computes them: the parts are always the same ones."""
SUCCESS = "_SUCCESS"
"""The file that comes when all parts are there."""

PeopleDone = Callable[[int, int], None]
"""Called with (people done, people in all)."""


def export(
    path: Path | str,
    *,
    top: int = 10,
    home: Path | str | None = None,
    progress: PeopleDone | None = None,
    workers: Workers = HERE,
) -> int:
    """Write `top` recommendations for every person to a .csv, .jsonl or .parquet file, or as parts.

    Columns: user_id, rank, movie_id, title, score; people in ascending user_id; movies they have rated are
    left out. A file appears whole or not at all, and an older one of that name stays until then. A path that
    ends in a slash, or an address such as s3://BUCKET/PREFIX, gets Parquet files, part-00000.parquet and so
    on, and when all of them are there an empty file _SUCCESS. workers: who computes what is written; it is
    the same. Returns the number of rows.

    Raises UsageError for another suffix, NotFoundError without a model, UnreachableError where an object
    store does not answer.
    """
    in_parts, example = names_a_folder(path), "movierec export recommendations.csv"
    scheme, is_address, _ = as_given(path).partition("://")
    if in_parts or (is_address and scheme.lower() in SCHEMES):
        place = place_at(path, "Recommendations")
        if not in_parts:
            check_suffix(place, tuple(WRITERS), example)
    else:
        place = check_target(path, tuple(WRITERS), example)
    if top < 1:
        raise UsageError(f"--top {top}: ask for at least 1 movie.", "For example: --top 10")
    run = current_run(Home.resolve(home))
    people = open_table(run.folder, "users").count()
    asked = _Export(run.folder, AllMovies.read(run), top, range(people), progress, workers)
    return asked.write_parts(place) if in_parts else asked.write_file(place)


@dataclass(frozen=True, slots=True)
class _Export:
    """What is written, wherever it is. Both ways return the number of rows."""

    run: Path
    """Its folder."""
    all_movies: AllMovies
    top: int
    everybody: range
    progress: PeopleDone | None
    workers: Workers

    def write_file(self, path: Path) -> int:
        rows = 0
        storage = storage_at(path.parent)
        storage.scratch.mkdir(parents=True, exist_ok=True)
        with (
            whole_file(storage.scratch / path.name) as draft,
            WRITERS[path.suffix.lower()](draft, self.all_movies) as write,
        ):
            for block in self._blocks():
                write(block)
                rows += len(block.rank)
        storage.put_in(path.name)
        return rows

    def write_parts(self, place: Path) -> int:
        """The parts of an older export are replaced, or removed where there are fewer now."""
        storage, kept = storage_at(place), self.workers.keep(self.all_movies)
        names = [f"part-{number:05}.parquet" for number in range(len(self._parts))]
        storage.remove(SUCCESS)
        calls = (
            self.workers.call(_write_part, place, name, self.run, kept, self.top, part)
            for name, part in zip(names, self._parts, strict=True)
        )
        sizes, rows = {}, 0
        for name, part, written in zip(names, self._parts, in_order(self.workers, calls), strict=True):
            sizes[name] = written.bytes
            rows += written.rows
            self._done(part.stop)
        found = storage.files()
        for name in names:
            if found.get(name) != sizes[name]:
                raise MovieRecError(
                    f"{name} is not in {place}, but a worker has written it.",
                    "Name a place that all machines of the cluster share, such as s3://BUCKET/PREFIX/.",
                )
        for name in found:
            if re.fullmatch(r"part-\d{5,}\.parquet", name) and name not in sizes:
                storage.remove(name)
        storage.write(SUCCESS, b"")
        return rows

    @property
    def _parts(self) -> list[range]:
        return [self.everybody[low:][:PEOPLE_A_PART] for low in self.everybody[::PEOPLE_A_PART]]

    def _blocks(self) -> Iterator[Block]:
        done = 0
        if self.workers is HERE:
            for people, block in recommendation_blocks(self.run, self.all_movies, self.top, self.everybody):
                yield block
                done += people
                self._done(done)
            return
        kept = self.workers.keep(self.all_movies)
        calls = (self.workers.call(_blocks_of, self.run, kept, self.top, part) for part in self._parts)
        for part, blocks in zip(self._parts, in_order(self.workers, calls), strict=True):
            yield from blocks
            self._done(part.stop)

    def _done(self, people: int) -> None:
        if self.progress:
            self.progress(people, len(self.everybody))


def _blocks_of(run: Path, all_movies: AllMovies, top: int, some: range) -> list[Block]:
    return [block for _, block in recommendation_blocks(run, all_movies, top, some)]


@dataclass(frozen=True, slots=True)
class _Written:
    bytes: int
    rows: int


def _write_part(place: Path, name: str, run: Path, all_movies: AllMovies, top: int, some: range) -> _Written:
    file, rows = io.BytesIO(), 0
    with parquet_writer(file, all_movies) as write:
        for block in _blocks_of(run, all_movies, top, some):
            write(block)
            rows += len(block.rank)
    storage_at(place).write(name, file.getvalue())
    return _Written(file.tell(), rows)
