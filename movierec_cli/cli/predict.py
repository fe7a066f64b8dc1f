"""movierec predict"""

from pathlib import Path
from typing import Annotated

import typer

from movierec_cli.cli._completion import complete_title
from movierec_cli.cli._options import FormatOption, HomeOption, OutputFormat


def predict(
    user: Annotated[
        int | None, typer.Argument(help="A person's id in the dataset.", show_default=False)
    ] = None,
    titles: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TITLE",
            help='Titles ("Star Wars") or ids ("id:50").',
            show_default=False,
            autocompletion=complete_title,
        ),
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option("--pairs", help="Predict for every line of a CSV file with user_id and movie_id."),
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
    home: HomeOption = None,
) -> None:
    """Predict how many stars a person would give a movie."""
    from movierec_cli.cli._console import note, out
    from movierec_cli.cli.views import predictions
    from movierec_cli.cli.views.hits import note_match, print_data
    from movierec_cli.errors import UsageError
    from movierec_cli.questions.predicting import read_pairs
    from movierec_cli.questions.recommender import Recommender
    from movierec_cli.store.finder import typed_id

    if (user is None or not titles) if pairs is None else (user is not None):
        raise UsageError(
            "Give either a user and titles, or --pairs.",
            'For example: movierec predict 42 "Star Wars", or: movierec predict --pairs pairs.csv',
        )
    recommender = Recommender.open(home)
    if pairs is not None:
        user_ids, movie_ids = read_pairs(pairs)
    else:
        assert user is not None
        movie_ids = []
        for title in titles or []:
            if (movie_id := typed_id(title)) is None:
                match = recommender.find(title)
                note_match(title, match)
                movie_id = match.movie.movie_id
            movie_ids.append(movie_id)
        user_ids = [user] * len(movie_ids)
    answers = recommender.predict_pairs(user_ids, movie_ids)
    match output_format:
        case OutputFormat.JSON:
            print_data(predictions.to_json(answers))
        case OutputFormat.CSV:
            print_data(predictions.to_csv(answers))
        case OutputFormat.TABLE:
            movies = recommender.movies({answer.movie_id for answer in answers})
            out().print(predictions.to_table(answers, movies))
    unknown_users = {answer.user_id for answer in answers if not answer.knows_user}
    unknown_movies = {answer.movie_id for answer in answers if not answer.knows_movie}
    name = recommender.run.facts.dataset.name
    if unknown_users:
        note(f"{_some('user', unknown_users)} not in {name}: what the average person would give.")
    if unknown_movies:
        note(f"{_some('movie id', unknown_movies)} not in {name}: what an average movie would get.")


def _some(kind: str, values: set[int]) -> str:
    """ "user 7 is", or "user 7, 8, 9 and 12 more are"."""
    shown = ", ".join(str(value) for value in sorted(values)[:3])
    more = f" and {len(values) - 3:,} more" if len(values) > 3 else ""
    return f"{kind.capitalize()} {shown}{more} {'is' if len(values) == 1 else 'are'}"
