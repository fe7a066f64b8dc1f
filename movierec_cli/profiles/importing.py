"""Bringing an export into a profile: what each row came to, and nothing overwritten in silence."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from movierec_cli.errors import NotFoundError, UsageError
from movierec_cli.outfile import check_target, whole_file
from movierec_cli.paths import Home
from movierec_cli.profiles.editing import Draft, editing
from movierec_cli.profiles.exports import ExportRow, Source, read_export
from movierec_cli.profiles.matching import identify
from movierec_cli.profiles.profile import DEFAULT_PROFILE, OwnRating, checked_name
from movierec_cli.records import Movie
from movierec_cli.store.movies import Movies
from movierec_cli.store.reader import TableReader, open_table
from movierec_cli.store.runs import Run, current_run

UNMATCHED_FIELDS = ("file", "line", "outcome", "reason", "title", "year", "imdb_id", "stars", "rated_on")
"""The columns of the file of unmatched rows, which can be imported itself."""


class Outcome(StrEnum):
    """What a row of a file is, in the dataset in use."""

    MATCHED = "matched"
    ABSENT = "not in the dataset"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "not looked up"
    LEFT_OUT = "left out"
    UNREADABLE = "unreadable"


class Change(StrEnum):
    """What a film of a file came to in the profile."""

    NEW = "new"
    REPLACED = "replaced"
    SAME = "same"
    OLDER = "older"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A film with another rating in the profile than in the file, and no telling which is the later."""

    kept: OwnRating
    refused: OwnRating


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did.

    rows: every row below the headers with its outcome; each is counted in `outcomes` once. changes: what the
    films came to in the profile; `repeated` rows are about a film that another row of the file decided, and
    `not_kept` rows name no film that a profile could hold, so changes, repeated and not_kept add up to the
    rows that are neither left out nor unreadable. dataset: None where nothing is trained yet, and nothing
    was looked up. assumed: sentences about what the file does not say itself.
    """

    profile: str
    source: Source
    dataset: str | None
    rows: tuple[tuple[ExportRow, Outcome], ...]
    changes: Mapping[Change, int]
    repeated: int
    not_kept: int
    conflicts: tuple[Conflict, ...]
    assumed: tuple[str, ...]

    @property
    def outcomes(self) -> Counter[Outcome]:
        return Counter(outcome for _, outcome in self.rows)


def import_ratings(
    file: Path | str,
    *,
    profile: str = DEFAULT_PROFILE,
    overwrite: bool = False,
    scale: float | None = None,
    unmatched: Path | str | None = None,
    home: Path | str | None = None,
) -> ImportSummary:
    """Bring the ratings of a file into a profile: see `read_export` for the files, and for `scale`.

    Of several rows about a film the latest counts. Where the profile has another rating for the film, the
    later of the two days wins; where a day is unknown or both are the same, the profile's stays, and is
    reported as a conflict, unless `overwrite`, with which the file's always wins. A film that was only
    watched never replaces a rating. Films that the dataset in use does not have are kept all the same, for
    another dataset.

    unmatched: a CSV file to write with the rows that are not matched, with UNMATCHED_FIELDS. When anything
    raises, the profile stays as it was: DataError for a file that cannot be read as a whole, StoreError for a
    database or profile that cannot, MovieRecError where `unmatched` cannot be written.
    """
    place, profile, file = Home.resolve(home), checked_name(profile), Path(file)
    if unmatched is not None:
        unmatched = check_target(unmatched, (".csv",), f"movierec import {file} --unmatched unmatched.csv")
        if unmatched.resolve() == file.resolve():
            raise UsageError(f"--unmatched {unmatched} is the file to import.", "Name another one to write.")
    run = _run_in_use(place)
    movies = open_table(run.folder, "movies") if run else None
    export = read_export(file, partial(_movies_by_id, file, run), scale)
    rows = tuple(zip(export.rows, _outcomes(export.rows, movies), strict=True))
    holdable = [row for row in export.rows if row.own and not row.ambiguous]
    films = _latest(holdable)
    changes: Counter[Change] = Counter()
    conflicts = []
    with editing(place, profile) as draft:
        for own in films:
            change, kept = _merge(draft, own, overwrite)
            changes[change] += 1
            if change is Change.CONFLICT:
                conflicts.append(Conflict(kept, own))
        if unmatched is not None:
            _write_unmatched(unmatched, rows)
    return ImportSummary(
        profile=profile,
        source=export.source,
        dataset=run.facts.dataset.name if run else None,
        rows=rows,
        changes=changes,
        repeated=len(holdable) - len(films),
        not_kept=sum(row.ambiguous or row.movie_id is not None for row in export.rows),
        conflicts=tuple(conflicts),
        assumed=export.assumed,
    )


def _run_in_use(home: Home) -> Run | None:
    try:
        return current_run(home)
    except NotFoundError:
        return None


def _movies_by_id(file: Path, run: Run | None, movie_ids: set[int]) -> dict[int, Movie]:
    if run is None:
        raise NotFoundError(
            f"{file} has movie ids and no titles, which takes a trained model to understand.",
            "Train on the dataset that the ids are from, and import it then: movierec train",
        )
    return Movies(run).by_id(movie_ids)


def _outcomes(rows: Sequence[ExportRow], movies: TableReader | None) -> list[Outcome]:
    films = [row.own for row in rows if row.own]
    identified = iter(identify(films, movies) if movies else ())
    return [_outcome(row, next(identified, None) if row.own else None, movies is not None) for row in rows]


def _outcome(row: ExportRow, movie_ids: tuple[int, ...] | None, looked_up: bool) -> Outcome:
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


def _latest(rows: Sequence[ExportRow]) -> tuple[OwnRating, ...]:
    """Each film once: a rating rather than none, of the most trusted file, of the last day, furthest down."""
    files = list(dict.fromkeys(row.file for row in rows))
    films = [(files.index(row.file), row.own) for row in rows if row.own]
    films.sort(key=lambda film: (film[1].stars is not None, film[0], film[1].rated_on or ""))
    return Draft(own for _, own in films).ratings


def _merge(draft: Draft, own: OwnRating, overwrite: bool) -> tuple[Change, OwnRating]:
    """Bring one film into the draft; also the entry that the draft has for it afterwards."""
    about = draft.find(own)
    if not about:
        draft.put(own)
        return Change.NEW, own
    before = max(about, key=lambda entry: entry.rated_on or "")
    if len(about) > 1 and own.imdb_id is None:  # namesakes that only their IMDb ids tell apart
        return Change.CONFLICT, before
    days = [entry.rated_on for entry in (before, own) if entry.rated_on]
    if own.stars in {None, before.stars}:
        day = max(days, default=None) if own.stars == before.stars else before.rated_on
        completed = replace(before, imdb_id=before.imdb_id or own.imdb_id, rated_on=day)
        if about != [completed]:
            draft.put(completed)
        return Change.SAME, completed
    if before.stars is None:
        draft.put(own)
        return Change.NEW, own
    if overwrite or (len(days) == 2 and days[1] > days[0]):
        draft.put(own)
        return Change.REPLACED, own
    return (Change.OLDER if len(days) == 2 and days[1] < days[0] else Change.CONFLICT), before


def _write_unmatched(path: Path, rows: Sequence[tuple[ExportRow, Outcome]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(UNMATCHED_FIELDS)
    for row, outcome in rows:
        if outcome is Outcome.MATCHED:
            continue
        own = row.own
        film = (own.title, own.year, own.imdb_id, own.stars, own.rated_on) if own else (row.title,)
        reason = row.problem or row.left_out or ("" if row.movie_id is None else f"id:{row.movie_id}")
        writer.writerow((row.file, row.line, outcome, reason, *film, *[None] * (5 - len(film))))
    with whole_file(path) as draft:
        draft.write_text(text.getvalue(), encoding="utf-8", newline="")
