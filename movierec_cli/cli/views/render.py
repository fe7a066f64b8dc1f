"""Lists of movies for the sink: tables round for the eye, JSON and CSV keep every digit."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import movierec_cli as movierec
from movierec_cli.cli.output import Rows
from movierec_cli.cli.table import Column, Room, Table, bar
from movierec_cli.cli.text import printable

WHICH_FILM = ("rank", "movie_id", "title", "year", "genres")
OF_EVERYBODY = ("mean_rating", "rating_count", "imdb_id", "tmdb_id")
FIELDS = (*WHICH_FILM, "score", "predicted_rating", *OF_EVERYBODY)
"""The fields of every list of movies, in this order, in JSON and CSV."""
SHOWN_REASONS, SHOWN_AGAINST = 3, 1
ALIKE = 5
"""How many characters a bar has that says how like two movies are."""
TOO_LITTLE = 0.005
"""A contribution below this would be shown as 0.00."""


def hit_record(hit: "movierec.Hit") -> dict[str, Any]:
    """One hit as a dictionary with the keys of FIELDS; what is unknown is None.

    A film of a list has `place` as well. For several people there is `people`, a list of {name, score,
    predicted_rating}; explained it has `explanation`: {because, despite, other_ratings, general}, the first
    two being lists of {movie_id, title, year, rating, contribution}; all the contributions, other_ratings and
    general add up to the score.
    """
    known = {"rank": hit.rank, "score": hit.score, "predicted_rating": hit.predicted_rating}
    known |= asdict(hit.movie)
    record: dict[str, Any] = {name: known[name] for name in FIELDS}
    if hit.place is not None:
        record["place"] = hit.place
    if hit.people:
        record["people"] = [person._asdict() for person in hit.people]
    if hit.explanation:
        record["explanation"] = {
            "because": [_reason_record(reason) for reason in hit.explanation.because],
            "despite": [_reason_record(reason) for reason in hit.explanation.despite],
            "other_ratings": hit.explanation.other_ratings,
            "general": hit.explanation.general,
        }
    return record


def _reason_record(reason: "movierec.Contribution") -> dict[str, Any]:
    return {
        "movie_id": reason.movie.movie_id,
        "title": reason.movie.title,
        "year": reason.movie.year,
        "rating": reason.rating,
        "contribution": reason.contribution,
    }


def content(hits: "Sequence[movierec.Hit]") -> list[dict[str, Any]]:
    """For JSON: one object per hit; none where there is none."""
    return [hit_record(hit) for hit in hits]


def rows(hits: "Sequence[movierec.Hit]") -> Rows:
    """For CSV: FIELDS, and what some questions add.

    For films of a list FIELDS are followed by place, for several people by each one's score and
    predicted_rating ("score 42"), where it is explained by because_movie_ids, because_titles,
    because_ratings, because_contributions, the same of despite, other_ratings and general.
    """
    records = [_flat_record(hit) for hit in hits]
    return Rows(list(records[0]) if records else FIELDS, records)


def _flat_record(hit: "movierec.Hit") -> dict[str, Any]:
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
    return record


def table(hits: "Sequence[movierec.Hit]", title: str, *, alike: bool = False) -> Table:
    """What a person reads first comes first: rank, title, year, predicted stars, genres.

    alike: scores are cosines, and a bar shows them: full for 1, empty for 0. No other score is shown.
    Each person's own stars, or where a score comes from, take the place of what is known of the movies, and
    where a film of a list stands that of how many have rated it.
    """
    movies = [hit.movie for hit in hits]
    predicted = [_rounded(hit.predicted_rating) for hit in hits]
    placed = any(hit.place is not None for hit in hits)
    details = ["\n".join(map(printable, _details(hit))) for hit in hits]
    columns = [
        Column("#", [str(hit.rank) for hit in hits], right=True, style="dim", line="{}"),
        title_column([movie.title for movie in movies]),
        year_column([movie.year for movie in movies]),
    ]
    if any(predicted):
        columns.append(Column("Stars", predicted, right=True, goes=6, line="{} stars"))
    if any(details):
        heading = "Because you rated" if any(hit.explanation for hit in hits) else "Each one's stars"
        columns.append(Column(heading, details, Room.WRAPPED, least=30, under=True))
    else:
        columns.append(genres_column([movie.genres for movie in movies]))
    if alike:
        columns.append(Column("Alike", [bar(hit.score, ALIKE) for hit in hits], style="cyan", goes=4))
    if not any(details):
        columns.append(mean_column([movie.mean_rating for movie in movies]))
        if not placed:
            columns.append(count_column([movie.rating_count for movie in movies]))
    if placed:
        places = ["" if hit.place is None else f"{hit.place:,}" for hit in hits]
        columns.append(Column("Place", places, right=True, goes=5))
    columns.append(id_column([movie.movie_id for movie in movies]))
    caption = "The place of a film is the one among all that could be recommended." if placed else ""
    return Table(columns, title, caption)


def title_column(titles: Sequence[str]) -> Column:
    """It never goes, and goes on in the next line, between words."""
    return Column("Title", list(map(printable, titles)), Room.WRAPPED, style="bold", least=24, line="{}")


def year_column(years: Sequence[int | None]) -> Column:
    """The last to go."""
    return Column("Year", ["" if year is None else str(year) for year in years], goes=7, line="({})")


def genres_column(genres: Sequence[Sequence[str]]) -> Column:
    """In one line, shortened where that is too long; the narrowest has room for two."""
    return Column(
        "Genres", [", ".join(names) for names in genres], Room.SHORTENED, style="cyan", goes=3, least=16
    )


def mean_column(means: Sequence[float | None]) -> Column:
    """What everybody has given, on average."""
    return Column("Mean", [_rounded(mean) for mean in means], right=True, goes=2)


def count_column(counts: Sequence[int | None]) -> Column:
    """How many have rated it: the first to go."""
    texts = ["" if count is None else str(count) for count in counts]
    return Column("Ratings", texts, right=True, goes=1)


def id_column(movie_ids: Sequence[int]) -> Column:
    """It never goes."""
    texts = [str(movie_id) for movie_id in movie_ids]
    return Column("id", texts, right=True, style="dim", line="id:{}")


def _rounded(stars: float | None) -> str:
    return "" if stars is None else f"{stars:.1f}"


def _details(hit: "movierec.Hit") -> list[str]:
    """Line by line what it is to each person, or what its score comes from; none in a plain answer."""
    if not hit.explanation:
        return [
            f"{person.name}: {person.predicted_rating:.1f}"
            for person in hit.people
            if person.predicted_rating is not None
        ]
    found = hit.explanation
    because, despite = (
        [reason for reason in reasons[:most] if abs(reason.contribution) >= TOO_LITTLE]
        for reasons, most in ((found.because, SHOWN_REASONS), (found.despite, SHOWN_AGAINST))
    )
    everything = sum(reason.contribution for reason in (*found.because, *found.despite))
    shown = sum(reason.contribution for reason in (*because, *despite))
    other = found.other_ratings + everything - shown
    others = [f"all other ratings ({other:+.2f})"] if abs(other) >= TOO_LITTLE else []
    return [
        *(_reason(one) for one in because),
        *(f"in spite of {_reason(one)}" for one in despite),
        *others,
        f"what everybody likes ({found.general:+.2f})",
        f"in all {hit.score:.2f}",
    ]


def _reason(reason: "movierec.Contribution") -> str:
    return f"{reason.movie.title} {reason.rating:g} ({reason.contribution:+.2f})"
