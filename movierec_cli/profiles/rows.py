"""One file's rows as entries of a profile: which film, how many stars, seen or to be seen, or why none."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from math import inf
from typing import NamedTuple

from movierec_cli.errors import DataError
from movierec_cli.profiles.columns import DAY_WORDS, Columns, RatingColumn
from movierec_cli.profiles.days import DayOrder, order_of, parse_day
from movierec_cli.profiles.episodes import is_episode
from movierec_cli.profiles.fields import MOVIE_ID, FilmColumns, whole_number
from movierec_cli.profiles.kinds import (
    EPISODE,
    FILM,
    SEASON,
    State,
    kind_behind,
    kind_in_address,
    kind_of,
    says_total,
    state_of,
)
from movierec_cli.profiles.notation import is_drawn
from movierec_cli.profiles.opinions import Opinions, Reading
from movierec_cli.profiles.profile import OwnRating
from movierec_cli.profiles.sheet import Record, Sheet
from movierec_cli.profiles.sources import Origin, Source
from movierec_cli.profiles.states import StateWords
from movierec_cli.store.movie import Movie

NOT_RATED = "without a rating"
NOT_FINISHED = "begun and not finished"
NOT_SEEN = "neither rated nor seen"
NO_KINDS = frozenset({NOT_RATED, NOT_FINISHED, NOT_SEEN})
"""Why a row about a film may be left out."""

_EXAMPLES = ((0, "Titel"), (1, "Bewertung"))
"""The columns of an example, by their places, and what they are called where there are none."""

TOTAL = "sum or mean"
"""What a row below a table is about."""

_WORDS, _DIFFERENT = 3, 20
"""A kind or a state has so many words at most, unlike an opinion of a film; and so many of them there are."""

MoviesById = Callable[[set[int]], Mapping[int, Movie]]
"""Those of the movies that the dataset in use has, by movie_id."""


class FileRow(NamedTuple):
    """One row of a file, which is an entry for a profile, or one of the others."""

    file: str
    line: int
    title: str
    """As the file has it."""
    own: OwnRating | None = None
    """The entry."""
    planned: bool = False
    """Whether it is a film to be watched."""
    ambiguous: bool = False
    """Where the file has two films of its title and year."""
    movie_id: int | None = None
    """A MovieLens id that the dataset does not have."""
    left_out: str | None = None
    """What the row is about instead of a film that was rated, seen or planned ("TV series")."""
    problem: str | None = None
    """Why it cannot be read."""
    unit: str = "line"
    """What `line` counts."""
    described: OwnRating | None = None
    """What can be read of a row that is no entry, to be put right by hand."""

    @property
    def place(self) -> str:
        """Where it stands: "films.csv, line 14"."""
        return f"{self.file}, {self.unit} {self.line}"


class Part:
    """One file, and what its columns mean. Raises DataError where they make no films."""

    def __init__(self, sheet: Sheet, columns: Columns, origin: Origin, reading: Reading) -> None:
        self.sheet, self.columns, self.origin, self.reading = sheet, columns, origin, reading
        self._films = FilmColumns(columns)
        self._first_total = self._line_of_first_total()
        self._counted: dict[str, Counter[str]] = {}
        self._kinds = _columns_that_say(columns.of("kind"), self._texts, kind_of)
        self._kinds += self._by_values(kind_of, FILM)
        if origin.source is Source.MOVIEREC:
            self._kinds = columns.of("kind")
        others = set(columns.of("kind")) - set(self._kinds)
        may_be_states = (*columns.of("status"), *columns.of("watched"), *others)
        self._states = _columns_that_say(may_be_states, self._texts, state_of)
        self._states = self._states or self._by_values(state_of, State.SEEN)
        self._words = StateWords(columns, self._states)
        numbered = (("episode", EPISODE), ("season", SEASON))
        self._numbered = [(kind, name) for use, kind in numbered for name in columns.of(use)]
        self._extras = columns.of("extra")
        self._addresses = [name for name in sheet.columns if next(self._values(name), "").startswith("http")]
        self._check()
        self._opinions = self._own_opinions()
        self._orders: dict[str, DayOrder] = {}
        self._unclear_days: list[str] = []
        for name in (*columns.of("watched"), *columns.of("date")):
            self._orders[name], unclear = order_of(self._texts(name))
            self._unclear_days = self._unclear_days or unclear

    def rows(self, movies_by_id: MoviesById) -> list[FileRow]:
        """Every record as what it says."""
        movies: Mapping[int, Movie] = {}
        if self.origin.source is Source.MOVIELENS:
            texts = {text for name in self.columns.of("movie_id") for text in self._texts(name)}
            movies = movies_by_id({int(text) for text in texts if MOVIE_ID.fullmatch(text)})
        return [self._row(record, movies) for record in self.sheet.records]

    def assumed(self, rows: Iterable[FileRow]) -> Iterator[str]:
        """Sentences about what the file leaves open. rows: what `rows` gave."""
        name = self.reading.name
        if self.sheet.encoding not in {"UTF-8", "UTF-16"}:
            yield f"{name} is not UTF-8 text; it was read as {self.sheet.encoding}."
        is_known = self.origin.all_about or self.origin.source is Source.MOVIEREC
        scale = None if is_known else self._opinions.guessed_scale()
        if scale:
            yield (
                f"The ratings in {name} are taken to be out of {scale:g}, as none that makes sense is "
                "higher; if they are not, give --scale."
            )
        if self._unclear_days:
            which = f"The days in {name}, such as {' and '.join(self._unclear_days)},"
            if len(self._unclear_days) > 1:
                yield f"{which} have the day first in some rows and the month in others; none was taken."
            else:
                yield f"{which} may have the day or the month first, and no row tells; none was taken."
        if not self.origin.is_list or self.reading.unrated is not None:
            return
        if self.reading.shelf is State.SEEN and any(row.own and row.own.stars is None for row in rows):
            yield (
                f"{name} is taken for films that have been seen, because its name or its description says "
                "so; if they are to be watched, give --watchlist."
            )
        if self.reading.shelf is None and any(row.planned for row in rows):
            yield (
                f"{name} does not say that its films have been seen, so they are taken for films to be "
                "watched; if you have seen them, give --seen."
            )

    def _values(self, name: str) -> Iterator[str]:
        """The texts in a column that are not empty, of the rows that can be read."""
        for record in self.sheet.records:
            text = record.values.get(name, "")
            if text and not record.problem and record.line < self._first_total:
                yield text

    def _texts(self, name: str) -> Counter[str]:
        """The same, each once, and how many rows have it."""
        if name not in self._counted:
            self._counted[name] = Counter(self._values(name))
        return self._counted[name]

    def _by_values(self, meaning: Callable[[str], object], wanted: object) -> tuple[str, ...]:
        """Columns of no known name that have a few short words, all with a meaning, some the wanted one."""
        known = {name for names in self.columns.uses.values() for name in names}
        known |= {column.name for column in self.columns.ratings}
        found = []
        for name in self.sheet.columns:
            if name in known:
                continue
            texts = self._texts(name)
            if len(texts) > _DIFFERENT or texts.total() == len(texts):
                continue
            meanings = {meaning(text) if len(text.split()) <= _WORDS else None for text in texts}
            if wanted in meanings and None not in meanings:
                found.append(name)
        return tuple(found)

    def _check(self) -> None:
        if not self.sheet.records and self.sheet.unit == "line" and not self.columns.titles:
            raise _without_titles(self.sheet, self.reading.name)
        if not (self.columns.titles or self.columns.of("movie_id") or self._no_films_at_all()):
            raise _without_titles(self.sheet, self.reading.name)
        people = {text for name in self.columns.of("user_id") for text in self._texts(name)}
        if len(people) > 1:
            raise DataError(
                f"{self.reading.name} has the ratings of {len(people):,} people, and a profile is one "
                "person's.",
                "A whole dataset is fetched: movierec fetch --from FOLDER. Of a household's file, keep one "
                "person's rows.",
            )

    def _no_films_at_all(self) -> bool:
        records = self.sheet.records
        return bool(records) and all(self._other_kind(record.values, "") for record in records)

    def _own_opinions(self) -> Opinions:
        """Raises DataError where the ratings are letters or words."""
        all_planned = self.reading.shelf is State.PLANNED and not self._states
        nobodys = "predictedrating" in self.sheet.columns or self.reading.unrated is State.PLANNED
        drawn = () if self.columns.ratings else self._by_values(is_drawn, True)
        ratings = self.columns.ratings or tuple(RatingColumn(name, False, None) for name in drawn)
        columns = self.columns._replace(ratings=() if nobodys else ratings)
        return Opinions(columns, self._texts, self.reading, self.origin.scale, only_own=all_planned)

    def _row(self, record: Record, movies: Mapping[int, Movie]) -> FileRow:
        values = record.values
        titles = self._films.titles(values)
        title = titles[-1] if titles else ""
        row = partial(FileRow, self.reading.name, record.line, title, unit=self.sheet.unit)
        try:
            if record.problem:
                raise ValueError(record.problem)
            is_total = record.line >= self._first_total
            other_kind = TOTAL if is_total else self._other_kind(values, title)
            if other_kind:
                return row(left_out=other_kind, described=self._described(values, titles))
            stars, own_stars = self._opinions.stars(values)
            state = self._state(values, stars, own_stars)
            if not isinstance(state, State):
                return row(left_out=state, described=self._described(values, titles))
            planned, day = state is State.PLANNED, self._day(values)
            known = None if planned else stars
            if self.origin.source is not Source.MOVIELENS:
                return row(own=self._films.film(values, titles, known, day), planned=planned)
            movie_id = whole_number(values.get(self.columns.of("movie_id")[0], ""))
            if movie_id not in movies:
                return row(movie_id=movie_id)
            return row(own=OwnRating.of(movies[movie_id], known, day), planned=planned)
        except ValueError as error:
            return row(problem=str(error), described=self._described(values, titles))

    def _line_of_first_total(self) -> float:
        """Where the sums and means below a table begin: the last rows that say so and have no year."""
        first = inf
        for record in reversed(self.sheet.records if self.sheet.unit == "line" else ()):
            texts = [text for text in record.values.values() if text]
            dated = any(record.values.get(name) for name in self.columns.of("year"))
            if dated or not any(map(says_total, texts[:2])):
                break
            first = record.line
        return first

    def _described(self, values: Mapping[str, str], titles: list[str]) -> OwnRating | None:
        try:
            return self._films.film(values, titles, None, self._day(values))
        except ValueError:
            return None

    def _other_kind(self, values: Mapping[str, str], title: str) -> str | None:
        """What the row is about, where it is no film."""
        kinds = [kind_of(text) or text.lower() for name in self._kinds if (text := values.get(name, ""))]
        if self.origin.all_about and FILM not in kinds:
            return self.origin.all_about
        other = next((kind for kind in kinds if kind != FILM), None) if kinds else None
        by_address = None
        for name in self._addresses:
            by_address = by_address or kind_in_address(values.get(name, ""))
        if other is None and kinds:
            return by_address
        if other in {None, "TV series"}:
            for kind, name in self._numbered:
                if values.get(name, "") not in {"", "0", "-1"}:
                    return kind
        if other is None and self._extras and any(map(values.get, self._extras)):
            return "trailer"
        if other is None and is_episode(title, self.origin.source is Source.NETFLIX):
            return EPISODE
        return other or kind_behind(title) or by_address

    def _state(self, values: Mapping[str, str], stars: float | None, own: bool) -> State | str:
        """Seen (rated or not) or planned, or why it is neither."""
        if self.reading.unrated is State.PLANNED:
            return State.PLANNED
        if stars is not None and own:
            return State.SEEN
        said, watched = self._words.of(values, self._opinions.ratings)
        planned = said is State.PLANNED or (said is None and self.reading.shelf is State.PLANNED)
        if planned:
            return State.PLANNED
        if stars is not None:
            return State.SEEN
        finished = said is State.SEEN or (watched and said is not State.BEGUN)
        if finished or self.reading.unrated is State.SEEN:
            return State.SEEN
        if said is State.BEGUN:
            return NOT_FINISHED
        if self.origin.is_list and self.reading.shelf is not State.SEEN:
            return State.PLANNED
        if (
            self.origin.source is Source.MOVIEREC
            and "outcome" not in values
            and "ratedon" in self.sheet.columns
        ):
            return State.SEEN  # a profile's history: whatever has no stars was watched
        if (self.origin.history or self.reading.shelf is State.SEEN) and not self.columns.of("watched"):
            return State.SEEN
        has_day = DAY_WORDS & set(self._orders) and self._day(values)
        if has_day and self.origin.source is Source.OTHER and not self.columns.of("watched"):
            return State.SEEN
        asks = self.columns.ratings or any(map(self.columns.of, ("thumbs", "liked", "favourite")))
        return NOT_RATED if asks else NOT_SEEN

    def _day(self, values: Mapping[str, str]) -> str | None:
        for name, order in self._orders.items():
            day = parse_day(values.get(name, ""), order)
            if day:
                return day
        return None


def _without_titles(sheet: Sheet, name: str) -> DataError:
    header = [title for title in sheet.header if title.strip()]
    first, second = (header[place][:40] if len(header) > place else word for place, word in _EXAMPLES)
    return DataError(
        f"{name} has no column for titles that is known; its columns are {', '.join(header)[:300]!r}.",
        "Say what they mean, with their own names: movierec import FILE "
        f'--column "title={first}" --column "rating={second}"; the first line must name the columns.',
    )


def _columns_that_say(
    names: Iterable[str], texts: Callable[[str], Counter[str]], meaning: Callable[[str], object]
) -> tuple[str, ...]:
    """Those of the columns of which at least a tenth of the values have a meaning."""
    kept = []
    for name in names:
        counts = texts(name)
        with_meaning = sum(count for text, count in counts.items() if meaning(text) is not None)
        if 10 * with_meaning >= counts.total() > 0:
            kept.append(name)
    return tuple(kept)
