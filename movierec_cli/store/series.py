"""Films that people call by their number in a series, where the title has none."""

from movierec_cli.store.movies import Movies
from movierec_cli.titles.bare_names import parts_of
from movierec_cli.titles.keys import loosen, natural_title, normalise

_LONGEST_SERIES = 30


def place_in_series(title: str, movies: Movies) -> tuple[int, ...]:
    """The film that "Star Trek 2" or "die hard 3" means, where it has a subtitle in place of its number.

    The films of a series, in the order of their years, must have numbers that are their places, as far as
    they have any, and at least one must. Returns the movie_id, () where there is none.
    """
    series, _, place = loosen(normalise(natural_title(title))).rpartition(" ")
    if not series or not place.isdigit() or not 1 < int(place) < _LONGEST_SERIES:
        return ()
    films = []
    names = (f"'{series}%'", f"'%| {series}%'", f"'the {series}%'")
    condition = " OR ".join(f"search_text LIKE {name}" for name in names)
    for row in movies.table.rows(["movie_id", "title", "year"], condition):
        main = loosen(normalise("".join(parts_of(row["title"])[:1])))
        number = main.removeprefix(series).strip()
        if row["year"] is not None and main.startswith(series) and (not number or number.isdigit()):
            films.append((row["year"], int(number or 0), row["movie_id"]))
    films.sort()
    numbered = [(position, number) for position, (_, number, _) in enumerate(films, start=1) if number]
    if len(films) < int(place) or not numbered or any(position != number for position, number in numbered):
        return ()
    year, number_there, movie_id = films[int(place) - 1]
    alone = sum(film[0] == year for film in films) == 1
    return (movie_id,) if alone and not number_there else ()
