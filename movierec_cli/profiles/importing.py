"""Bringing an export into a profile: what each row came to, and nothing overwritten in silence."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.profiles.containers import WANTED
from movierec_cli.profiles.editing import Films, editing
from movierec_cli.profiles.episodes import beginnings, series_without_seasons
from movierec_cli.profiles.kinds import EPISODE, State
from movierec_cli.profiles.merging import Change, Conflict, bring, plan
from movierec_cli.profiles.profile import DEFAULT_PROFILE, OwnRating, checked_name
from movierec_cli.profiles.rating_files import FileRow, Source, read_rating_file
from movierec_cli.profiles.rows import NO_KINDS
from movierec_cli.store.identify import identify
from movierec_cli.store.movie import Movie
from movierec_cli.store.movies import Movies
from movierec_cli.store.runs import Run, current_run
from movierec_cli.system.files import check_target, path_of, whole_file

UNMATCHED_FIELDS = (
    *("file", "line", "outcome", "reason", "title", "year", "imdb_id", "stars", "rated_on"),
    *("original_title", "tmdb_id", "status", "kind"),
)
"""The columns of the file of unmatched rows, which can be imported itself."""
_NAMED = 5
"""So many series are named."""


class ByTitle(NamedTuple):
    """A row without a year or an id, and the movie that has its title."""

    row: FileRow
    movie: Movie


class Outcome(StrEnum):
    """What a row of a file is, in the dataset in use."""

    MATCHED = "matched"
    ABSENT = "not in the dataset"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "not looked up"
    LEFT_OUT = "left out"
    UNREADABLE = "unreadable"


class ImportSummary(NamedTuple):
    """What an import did."""

    profile: str
    source: Source
    dataset: str | None
    """None where nothing is trained yet, and nothing was looked up."""
    rows: tuple[tuple[FileRow, Outcome], ...]
    """Every row below the headers with its outcome; each is counted in `outcomes` once."""
    changes: Mapping[Change, int]
    """What the films came to in the profile; with `repeated` and `not_kept` they add up to the rows that are
    neither left out nor unreadable."""
    repeated: int
    """Rows about a film that another row of the file decided; the file shows that, or the profile."""
    not_kept: int
    """Rows that name no film that a profile could hold."""
    conflicts: tuple[Conflict, ...]
    assumed: tuple[str, ...]
    """Sentences about what the file does not say itself."""
    by_title: tuple[ByTitle, ...] = ()
    """Rows that were matched by their titles alone."""

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How many rows came to what."""
        return Counter(outcome for _, outcome in self.rows)

    @property
    def shelves(self) -> Counter[str]:
        """How many rows are about films "rated", "seen" without a rating, and "planned"."""
        return Counter(_shelf(row) for row, _ in self.rows if row.own)

    @property
    def left_out(self) -> Counter[str]:
        """How many rows were left out, by what they are about or why."""
        return Counter(row.left_out for row, _ in self.rows if row.left_out)


def import_ratings(
    file: Path | str,
    *,
    profile: str = DEFAULT_PROFILE,
    overwrite: bool = False,
    scale: float | None = None,
    columns: Sequence[str] = (),
    unrated: Literal["seen", "watchlist"] | None = None,
    unmatched: Path | str | None = None,
    home: Path | str | None = None,
) -> ImportSummary:
    """Bring the films of a file, a zip or a folder into a profile: see `read_rating_file` for what and how.

    Of several rows about a film the latest counts. Where the profile has another rating for the film, the
    later of the two days wins; where a day is unknown or both are the same, the profile's stays, and is
    reported as a conflict, unless `overwrite`, with which the file's always wins. A film that was only
    watched never replaces a rating; one to be watched goes to the watchlist unless it has been watched. Films
    that the dataset in use does not have are kept all the same, for another dataset.

    columns: what columns mean, as "title=Titel". unrated: what films without a rating are; "watchlist" takes
    all of the file for films to be watched. unmatched: a CSV file to write with the rows that are not
    matched, with UNMATCHED_FIELDS. When anything raises, the profile stays as it was: DataError for a file
    that cannot be read as a whole, UsageError for a column that is not there, StoreError for a database or
    profile that cannot be read, MovieRecError where `unmatched` cannot be written.
    """
    place, profile, file = Home.resolve(home), checked_name(profile), path_of(file, WANTED)
    if unmatched is not None:
        unmatched = check_target(unmatched, (".csv",), f"movierec import {file} --unmatched unmatched.csv")
        if unmatched.resolve() == file.resolve():
            raise UsageError(f"--unmatched {unmatched} is the file to import.", "Name another one to write.")
    run = _run_in_use(place)
    movies = Movies(run) if run else None
    state = {"seen": State.SEEN, "watchlist": State.PLANNED}[unrated] if unrated else None
    given = read_rating_file(file, partial(_movies_by_id, file, movies), scale, columns, state)
    identified = _identified(given.rows, movies)
    looks_for_series = movies is not None and given.source is Source.NETFLIX
    found, series = _without_series(given.rows, identified) if looks_for_series else (given.rows, set())
    rows = tuple(
        (row, _outcome(row, ids, movies is not None)) for row, ids in zip(found, identified, strict=True)
    )
    holdable = [row for row in found if row.own and not row.ambiguous]
    films, planned = _latest(holdable)
    with editing(place, profile) as draft:
        changes, conflicts = bring(draft, films, overwrite)
        changes.update(plan(draft, own) for own in planned)
        if unmatched is not None:
            _write_unmatched(unmatched, rows)
    return ImportSummary(
        profile=profile,
        source=given.source,
        dataset=run.facts.dataset.name if run else None,
        rows=rows,
        changes=changes,
        repeated=len(holdable) - changes.total(),
        not_kept=sum(row.ambiguous or row.movie_id is not None for row in found),
        conflicts=tuple(conflicts),
        assumed=(*given.assumed, *_taken_for_series(series)),
        by_title=_by_title(found, identified, movies),
    )


def _shelf(row: FileRow) -> str:
    if row.planned:
        return "planned"
    return "seen" if row.own is None or row.own.stars is None else "rated"


def _run_in_use(home: Home) -> Run | None:
    try:
        return current_run(home)
    except NotFoundError:
        return None


def _movies_by_id(file: Path, movies: Movies | None, movie_ids: set[int]) -> dict[int, Movie]:
    if movies is None:
        raise NotFoundError(
            f"{file} has movie ids and no titles, and only a trained model knows what they mean.",
            "Train on the dataset that the ids are from, and import it then: movierec train",
        )
    return movies.by_id(movie_ids)


def _identified(rows: Sequence[FileRow], movies: Movies | None) -> list[tuple[int, ...] | None]:
    """For every row what `identify` says, () for those that are about no film."""
    films = [row.own.described for row in rows if row.own]
    found = iter(identify(films, movies) if movies else [()] * len(films))
    return [next(found) if row.own else () for row in rows]


def _without_series(
    rows: Sequence[FileRow], identified: Sequence[tuple[int, ...] | None]
) -> tuple[tuple[FileRow, ...], set[str]]:
    """The rows without the episodes that only other rows show to be some, and the names of their series."""
    series = series_without_seasons(
        (row.title, ids != (), row.own.rated_on if row.own else None)
        for row, ids in zip(rows, identified, strict=True)
    )
    of_rows = [series.intersection(beginnings(row.title)) if row.own else set() for row in rows]
    left = tuple(
        row._replace(own=None, left_out=EPISODE, described=row.own) if names else row
        for row, names in zip(rows, of_rows, strict=True)
    )
    return left, set().union(*of_rows)


def _taken_for_series(series: set[str]) -> tuple[str, ...]:
    if not series:
        return ()
    names = sorted(series)
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return (
        f"Taken for series, as several titles begin with their names and none is a film of the dataset: "
        f"{', '.join(names[:_NAMED])}{more}.",
    )


def _by_title(
    rows: Sequence[FileRow], identified: Sequence[tuple[int, ...] | None], movies: Movies | None
) -> tuple[ByTitle, ...]:
    alone = [
        (row, ids[0])
        for row, ids in zip(rows, identified, strict=True)
        if ids and row.own and row.own.by_title_alone and not row.ambiguous
    ]
    if not alone or movies is None:
        return ()
    by_id = movies.by_id({movie_id for _, movie_id in alone})
    return tuple(ByTitle(row, by_id[movie_id]) for row, movie_id in alone)


def _outcome(row: FileRow, movie_ids: tuple[int, ...] | None, looked_up: bool) -> Outcome:
    if row.problem:
        return Outcome.UNREADABLE
    if row.left_out:
        return Outcome.LEFT_OUT
    if row.own is None:
        return Outcome.ABSENT
    if row.ambiguous:
        return Outcome.AMBIGUOUS
    if not looked_up:
        return Outcome.UNKNOWN
    if movie_ids is None:
        return Outcome.AMBIGUOUS
    return Outcome.MATCHED if movie_ids else Outcome.ABSENT


def _latest(rows: Sequence[FileRow]) -> tuple[Films, tuple[OwnRating, ...]]:
    """Each film once: those that were watched, the most decisive last, and those to be watched that were not.

    A rating rather than none, of the most trusted file, of the last day, furthest down.
    """
    files = list(dict.fromkeys(row.file for row in rows))
    watched = [(files.index(row.file), row.own) for row in rows if row.own and not row.planned]
    watched.sort(key=lambda film: (film[1].stars is not None, film[0], film[1].rated_on or ""))
    films = Films(own for _, own in watched)
    planned = Films(row.own for row in rows if row.own and row.planned and not films.find(row.own))
    return films, planned.ratings


def _write_unmatched(path: Path, rows: Sequence[tuple[FileRow, Outcome]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(UNMATCHED_FIELDS)
    for row, outcome in rows:
        if outcome is Outcome.MATCHED:
            continue
        own = row.own or row.described
        film = (
            (own.title, own.year, own.imdb_id, own.stars, own.rated_on) if own else (row.title, *[None] * 4)
        )
        shelf = _shelf(row) if row.own else None
        more = (own.original_title, own.tmdb_id, shelf) if own else (None, None, None)
        reason = row.problem or row.left_out or ("" if row.movie_id is None else f"id:{row.movie_id}")
        kind = row.left_out if row.left_out not in NO_KINDS else None
        writer.writerow((row.file, row.line, outcome, reason, *film, *more, kind))
    with whole_file(path) as draft:
        draft.write_text(text.getvalue(), encoding="utf-8", newline="")
