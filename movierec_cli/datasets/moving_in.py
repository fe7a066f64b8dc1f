"""A new dataset, from the files that were fetched to its place in a home folder."""

import json
import shutil
from datetime import UTC, datetime

from movierec_cli.datasets.catalog import Release
from movierec_cli.datasets.layouts import CSV, PIPE, DatasetFiles
from movierec_cli.datasets.parse import survey_files
from movierec_cli.datasets.shelf import (
    FORMAT_VERSION,
    MANIFEST_FILE,
    DatasetManifest,
    FetchedDataset,
    Shelf,
    Source,
)
from movierec_cli.datasets.survey import DatasetSurvey, count_pairs
from movierec_cli.system.files import FileFacts, sync
from movierec_cli.system.typed_json import to_json

_OWN_LICENCE = "Whatever terms you have it under; MovieLens itself is for research, not for redistribution."


def move_in(
    shelf: Shelf,
    files: DatasetFiles,
    source: Source,
    lacks: tuple[str, ...],
    release: Release | None,
    scale: tuple[float, float] | None = None,
) -> FetchedDataset:
    """Read the files, and only when they are good, put them in the dataset's place.

    scale: the ends of the ratings' scale; None where it is to be found by them. Files below `raw` are
    moved, all others copied. Only for who holds the lock.
    """
    survey = survey_files(files, shelf.name, scale)
    ratings = count_pairs(files.ratings, files.ratings_layout, survey.ratings)
    shelf.clear(shelf.new)
    shelf.new.mkdir()
    facts = {}
    for file_name, path in files.named().items():
        copy = shelf.new / file_name
        if path.is_relative_to(shelf.raw):
            path.rename(copy)
        else:
            shutil.copyfile(path, copy)
        sync(copy)
        facts[file_name] = FileFacts.of(copy)
    manifest = DatasetManifest(
        format_version=FORMAT_VERSION,
        name=shelf.name,
        layout=files.ratings_layout,
        source=source,
        lacks=tuple(dict.fromkeys((*lacks, *_lacking(files, survey)))),
        people=len(survey.ratings.user_ids),
        movies=len(survey.movies),
        ratings=ratings,
        rating_scale=survey.ratings.scale.ends,
        scale=survey.ratings.scale,
        licence=release.licence if release else _OWN_LICENCE,
        citation=release.citation if release else None,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=facts,
    )
    (shelf.new / MANIFEST_FILE).write_text(json.dumps(to_json(manifest), indent=2) + "\n", "utf-8")
    sync(shelf.new / MANIFEST_FILE)
    sync(shelf.new)
    if shelf.target.exists():  # one killed between the next two lines is put right by `recover`
        shelf.target.rename(shelf.old)
    shelf.new.rename(shelf.target)
    sync(shelf.home.datasets)
    shelf.clear(shelf.old)
    return shelf.fetched()


def _lacking(files: DatasetFiles, survey: DatasetSurvey) -> list[str]:
    lacking = []
    if files.movies is None:
        lacking += ["titles", "years", "genres"]
    elif files.movies_layout == PIPE and survey.movies["release_date"].isna().all():
        lacking += ["release dates"]
    elif files.movies_layout == CSV and files.links is None:
        lacking += ["IMDb and TMDB ids"]
    if not survey.ratings.has_times:
        lacking += ["times of the ratings"]
    return lacking
