"""movierec predict"""

from pathlib import Path
from typing import Annotated

import typer

import movierec_cli as movierec
from movierec_cli.cli.completion import complete_profile, complete_title
from movierec_cli.cli.console import note
from movierec_cli.cli.options import AsOption, FormatOption, HomeOption, OutputFormat, file_option
from movierec_cli.cli.output import write
from movierec_cli.cli.slips import film_instead, in_quotes
from movierec_cli.cli.text import some_of
from movierec_cli.errors import MovieRecError, UsageError


def predict(
    who: Annotated[
        str | None,
        typer.Argument(
            help="A profile's name, or a person's id in the dataset.", autocompletion=complete_profile
        ),
    ] = None,
    titles: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TITLE", help='Titles ("Star Wars") or ids ("id:50").', autocompletion=complete_title
        ),
    ] = None,
    pairs: Annotated[
        str | None,
        file_option("--pairs", "Predict for every line of a CSV file with user_id and movie_id."),
    ] = None,
    profile: AsOption = None,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Predict how many stars you, or a person, would give some movies."""
    from movierec_cli.cli.views import predictions

    titles = list(titles or ())
    if profile is not None and who is not None:
        who, titles = profile, [who, *titles]
    if (who is None or not titles) if pairs is None else (who is not None or profile is not None):
        raise _unclear(who, home)
    recommender = movierec.Recommender.open(home)
    if pairs is not None:
        answers = recommender.predict_pairs(*movierec.read_pairs(pairs))
    else:
        answers = _of_somebody(recommender, who or "", titles, home)
    write(
        output_format,
        content=lambda: predictions.content(answers),
        rows=lambda: predictions.rows(answers),
        table=lambda: predictions.table(answers, recommender.movies({answer.movie_id for answer in answers})),
    )
    unknown_users = {one.user_id for one in answers if one.user_id is not None and not one.knows_user}
    unknown_movies = {answer.movie_id for answer in answers if not answer.knows_movie}
    name = recommender.run.facts.dataset.name
    if unknown_users:
        note(f"{_some('user', unknown_users)} not in {name}, so this is what the average person would give.")
    if unknown_movies:
        note(
            f"{_some('movie id', unknown_movies)} not in {name}, so this is what an average movie would get."
        )


def _unclear(who: str | None, home: Path | None) -> UsageError:
    is_somebody = who is None or isinstance(movierec.parse_who(who), int)
    if not is_somebody and who in {"me", *(one.name for one in movierec.list_profiles(home=home))}:
        is_somebody = True
    someone, title = (who or "me", "Star Wars") if is_somebody else ("me", who or "")
    return UsageError(
        "Give either somebody and titles, or --pairs.",
        f"For example: movierec predict {someone} {in_quotes(title)}, or: movierec predict --pairs pairs.csv",
    )


def _of_somebody(
    recommender: "movierec.Recommender", who: str, titles: list[str], home: Path | None
) -> "list[movierec.Prediction]":
    from movierec_cli.cli.views.hits import note_match, note_nothing_rated

    movie_ids = recommender.movie_ids(titles, on_match=note_match)
    known = movierec.parse_who(who)
    if isinstance(known, int):
        return recommender.predict_for(known, movie_ids)
    try:
        person = recommender.person(known)
    except MovieRecError as error:
        more = "".join(f" {in_quotes(title)}" for title in titles)
        way_out = f"Name whom it is for: movierec predict me {{title}}{more}"
        raise film_instead(error, [who], way_out, home) from None
    note_nothing_rated([person], recommender)
    return recommender.predict_for(person, movie_ids)


def _some(kind: str, values: set[int]) -> str:
    """ "User 7 is", or "User 7, 8, 9, and 12 more are"."""
    shown = some_of([str(value) for value in sorted(values)], 3)
    return f"{kind.capitalize()} {shown} {'is' if len(values) == 1 else 'are'}"
