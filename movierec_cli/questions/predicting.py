"""Predicted stars for pairs of people and movies, and such pairs read from CSV."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from movierec_cli.errors import DataError, UsageError
from movierec_cli.questions.answers import Prediction
from movierec_cli.questions.people import People, Person, Who, parse_who
from movierec_cli.store.lookup import rows_by_id
from movierec_cli.store.query import Row
from movierec_cli.system.files import path_of, unreadable
from movierec_cli.vectors.arrays import Vector
from movierec_cli.vectors.stars import Stars

COLUMNS = ("user_id", "movie_id")


def read_pairs(file: Path | str) -> tuple[list[int], list[int]]:
    """The user_id and movie_id columns of a CSV file with a header; other columns are left alone.

    Raises DataError for a file that cannot be read, lacks a column, or has something else than a whole
    number in one, naming file and line.
    """
    wanted = "a CSV file with the columns user_id and movie_id"
    file = path_of(file, wanted)
    user_ids: list[int] = []
    movie_ids: list[int] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise DataError(
                    f"{file} has no column {' and no column '.join(missing)}.",
                    "Its first line must name the columns: user_id,movie_id",
                )
            twice = [name for name in COLUMNS if (reader.fieldnames or []).count(name) > 1]
            if twice:
                raise DataError(f"{file} has the column {twice[0]} twice.")
            for row in reader:
                user_ids.append(_whole_number(file, reader.line_num, "user_id", row["user_id"]))
                movie_ids.append(_whole_number(file, reader.line_num, "movie_id", row["movie_id"]))
    except OSError as error:
        raise unreadable(file, error, wanted) from None
    except UnicodeDecodeError:
        raise DataError(f"{file} is not UTF-8 text.") from None
    except csv.Error as error:
        raise DataError(f"{file} is not CSV: {error}.") from None
    if not user_ids:
        raise DataError(f"{file} has no pairs below its header.")
    return user_ids, movie_ids


def _whole_number(file: Path, line: int, column: str, text: str | None) -> int:
    try:
        number = int(text or "")
    except ValueError:
        raise DataError(f"{file}, line {line}: {column} is {text!r}, not a whole number.") from None
    if not -(2**63) <= number < 2**63:
        raise DataError(f"{file}, line {line}: {column} {text} is beyond 64 bits.")
    return number


def predict_for(who: Who, movie_ids: Sequence[int], people: People) -> list[Prediction]:
    """Stars that somebody would give some movies: see Recommender.predict_for."""
    known = who if isinstance(who, Person) else parse_who(who)
    if isinstance(known, int):
        return predict_pairs([known] * len(movie_ids), movie_ids, people)
    average = _star_model(people).any_movie
    person = people.person(known)
    vectors = _star_vectors(people.movies.rows(movie_ids, ["star_vector"]))
    stars = people.predicted([person], np.stack([vectors.get(movie_id, average) for movie_id in movie_ids]))
    return [
        Prediction(None, movie_id, rating, knows_movie=movie_id in vectors, profile=person.name)
        for movie_id, rating in zip(movie_ids, stars[0].tolist(), strict=True)
    ]


def predict_pairs(user_ids: Sequence[int], movie_ids: Sequence[int], people: People) -> list[Prediction]:
    """Stars for pairs of ids: see Recommender.predict_pairs."""
    star_model = _star_model(people)
    user_vectors = _star_vectors(rows_by_id(people.users, "user_id", user_ids, ["star_vector"]))
    movie_vectors = _star_vectors(people.movies.rows(movie_ids, ["star_vector"]))
    nobody, any_movie = star_model.any_person(), np.array(star_model.any_movie, dtype=np.float32)
    stars = star_model.predict(
        np.stack([user_vectors.get(user_id, nobody) for user_id in user_ids]),
        np.stack([movie_vectors.get(movie_id, any_movie) for movie_id in movie_ids]),
    )
    return [
        Prediction(user_id, movie_id, float(rating), user_id in user_vectors, movie_id in movie_vectors)
        for user_id, movie_id, rating in zip(user_ids, movie_ids, stars, strict=True)
    ]


def _star_model(people: People) -> Stars:
    if people.stars is None:
        raise UsageError(
            f"The model in use ({people.run.facts.model.kind}) predicts no stars.",
            "Train the one that does: movierec train",
        )
    return people.stars


def _star_vectors(rows: Mapping[int, Row]) -> dict[int, Vector]:
    return {one: np.array(row["star_vector"], dtype=np.float32) for one, row in rows.items()}
