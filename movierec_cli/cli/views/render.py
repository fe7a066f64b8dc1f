"""Answers as a Rich table, JSON or CSV. Tables round for the eye; JSON and CSV keep every digit."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from movierec_cli.questions.answers import Contribution, Hit

FIELDS = (
    "rank",
    "movie_id",
    "title",
    "year",
    "genres",
    "score",
    "predicted_rating",
    "mean_rating",
    "rating_count",
    "imdb_id",
    "tmdb_id",
)
"""The fields of every list of movies, in this order, in JSON and CSV."""
SHOWN_REASONS, SHOWN_AGAINST = 3, 1
TOO_LITTLE = 0.005
"""A contribution below this would be shown as 0.00."""


def hit_record(hit: Hit) -> dict[str, Any]:
    """One hit as a dictionary with the keys of FIELDS; what is unknown is None.

    A film of a list has `place` as well. For several people there is `people`, a list of {name, score,
    predicted_rating}; explained it has `explanation`: {because, despite, other_ratings, general}, the first
    two being lists of {movie_id, title, year, rating, contribution}; all the contributions, other_ratings and
    general add up to the score.
    """
    movie = hit.movie
    record: dict[str, Any] = {
        "rank": hit.rank,
        "movie_id": movie.movie_id,
        "title": movie.title,
        "year": movie.year,
        "genres": list(movie.genres),
        "score": hit.score,
        "predicted_rating": hit.predicted_rating,
        "mean_rating": movie.mean_rating,
        "rating_count": movie.rating_count,
        "imdb_id": movie.imdb_id,
        "tmdb_id": movie.tmdb_id,
    }
    if hit.place is not None:
        record["place"] = hit.place
    if hit.people:
        record["people"] = [asdict(person) for person in hit.people]
    if hit.explanation:
        record["explanation"] = {
            "because": [_reason_record(reason) for reason in hit.explanation.because],
            "despite": [_reason_record(reason) for reason in hit.explanation.despite],
            "other_ratings": hit.explanation.other_ratings,
            "general": hit.explanation.general,
        }
    return record


def _reason_record(reason: Contribution) -> dict[str, Any]:
    return {
        "movie_id": reason.movie.movie_id,
        "title": reason.movie.title,
        "year": reason.movie.year,
        "rating": reason.rating,
        "contribution": reason.contribution,
    }


def to_json(hits: Sequence[Hit]) -> str:
    """A JSON array with one object per hit; [] when there is none."""
    return json.dumps([hit_record(hit) for hit in hits], ensure_ascii=False, indent=2)


def to_csv(hits: Sequence[Hit]) -> str:
    """CSV with a header line; lists joined by "|", unknown values empty.

    For films of a list FIELDS are followed by place, for several people by each one's score and
    predicted_rating ("score 42"), where it is explained by because_movie_ids, because_titles,
    because_ratings, because_contributions, the same of despite, other_ratings and general.
    """
    records = [_flat_record(hit) for hit in hits]
    text = io.StringIO()
    writer = csv.DictWriter(text, records[0] if records else FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().rstrip("\n")


def _flat_record(hit: Hit) -> dict[str, Any]:
    record = hit_record(hit)
    for person in record.pop("people", ()):
        record[f"score {person['name']}"] = person["score"]
        record[f"predicted_rating {person['name']}"] = person["predicted_rating"]
    if explanation := record.pop("explanation", None):
        for reasons in ("because", "despite"):
            for name in ("movie_id", "title", "rating", "contribution"):
                record[f"{reasons}_{name}s"] = [reason[name] for reason in explanation[reasons]]
        record["other_ratings"] = explanation["other_ratings"]
        record["general"] = explanation["general"]
    return {
        name: "|".join(map(str, value)) if isinstance(value, list) else value
        for name, value in record.items()
    }


def to_table(hits: Sequence[Hit], title: str, score_name: str) -> Any:
    """A rich.table.Table that fits 80 columns; long titles and genre lists wrap between words.

    Each person's own score, or where a score comes from, takes the place of what is known of the movies, and
    where a film of a list stands that of how many have rated it.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    predicted = any(hit.predicted_rating is not None for hit in hits)
    placed = any(hit.place is not None for hit in hits)
    details = [_details(hit) for hit in hits]
    table = Table(
        title=Text(printable(title), style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    id_width = max((len(str(hit.movie.movie_id)) for hit in hits), default=1)
    title_width = _longest_word(hits, most=max(5, 19 - id_width))  # both fit beside the other columns
    table.add_column("#", justify="right", no_wrap=True, style="dim")
    table.add_column("Title", style="bold", overflow="fold", min_width=title_width)
    table.add_column("Year", no_wrap=True)
    if any(details):
        heading = "Because you rated" if hits[0].explanation else "Each one's score (stars)"
        table.add_column(heading, overflow="fold")
    else:
        table.add_column("Genres", style="cyan", overflow="fold")
    table.add_column(score_name, justify="right", no_wrap=True)
    if predicted:
        table.add_column("Stars", justify="right", no_wrap=True)
    if not any(details):
        table.add_column("Mean", justify="right", no_wrap=True)
        if not placed:
            table.add_column("Ratings", justify="right", no_wrap=True)
    if placed:
        table.add_column("Place", justify="right", no_wrap=True)
    table.add_column("id", justify="right", no_wrap=True, min_width=id_width, style="dim")
    for hit, detail in zip(hits, details, strict=True):
        movie = hit.movie
        cells: list[str | Text] = [
            str(hit.rank),
            Text(printable(movie.title)),
            "" if movie.year is None else str(movie.year),
            Text("\n".join(map(printable, detail or [", ".join(movie.genres)]))),
            f"{hit.score:.2f}",
        ]
        if predicted:
            cells.append("" if hit.predicted_rating is None else f"{hit.predicted_rating:.1f}")
        if not detail:
            cells.append("" if movie.mean_rating is None else f"{movie.mean_rating:.1f}")
            if not placed:
                cells.append(str(movie.rating_count))
        if placed:
            cells.append(f"{hit.place:,}")
        table.add_row(*cells, str(movie.movie_id))
    return table


def _details(hit: Hit) -> list[str]:
    """Line by line what it is to each person, or what its score comes from; none in a plain answer."""
    if hit.explanation:
        found = hit.explanation
        because, despite = (
            [reason for reason in reasons[:most] if abs(reason.contribution) >= TOO_LITTLE]
            for reasons, most in ((found.because, SHOWN_REASONS), (found.despite, SHOWN_AGAINST))
        )
        everything = sum(reason.contribution for reason in (*found.because, *found.despite))
        shown = sum(reason.contribution for reason in (*because, *despite))
        other = found.other_ratings + everything - shown
        others = f"others {other:+.2f}, " if abs(other) >= TOO_LITTLE else ""  # none, or too little to show
        return [
            *(_reason(one) for one in because),
            *(f"in spite of {_reason(one)}" for one in despite),
            f"{others}general {found.general:+.2f}",
        ]
    return [
        f"{person.name}: {person.score:.2f}"
        + ("" if person.predicted_rating is None else f" ({person.predicted_rating:.1f})")
        for person in hit.people
    ]


def _reason(reason: Contribution) -> str:
    return f"{reason.movie.title} {reason.rating:g} ({reason.contribution:+.2f})"


def _longest_word(hits: Sequence[Hit], most: int) -> int:
    """The width that breaks no word of a title, up to `most`: Rich would share what is missing."""
    return min(most, max((len(word) for hit in hits for word in hit.movie.title.split()), default=1))


def printable(text: str) -> str:
    """`text` with every control character shown as U+FFFD: data never steers the terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
