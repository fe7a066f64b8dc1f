"""What is new is folded into a run as a training or a question would do it, and all else stays as it was."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from pyarrow import parquet

from movierec_cli import overview
from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.library import fetch
from movierec_cli.errors import DataError, NotFoundError, UsageError
from movierec_cli.home import Home
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.audit import verify
from movierec_cli.store.runs import current_run
from movierec_cli.training.train import train
from movierec_cli.training.update import update
from tests.support import Checkerboard, Cli, Stored, home_with, vector_of, write_csv_layout

MOVIE = Checkerboard.movie_id
CHANGED, REPEATED, NEW, LATE = Checkerboard.user_id(4), Checkerboard.user_id(9), 5, 10_000
"""Somebody with two more ratings and another one; with the ratings they had; and two who are new."""
GIVEN = {
    CHANGED: {Checkerboard.unrated_movie: 4.0, MOVIE(4): 2.0, MOVIE(6): 1.0},
    REPEATED: {MOVIE(1): 5.0},
    NEW: {MOVIE(2): 5.0, MOVIE(7): 1.0, MOVIE(8): 4.0},
    LATE: {MOVIE(3): 5.0},
}
"""In the order of time: user_id -> movie_id -> stars."""


def write_ratings(file: Path, rows: Iterable[tuple[int, int, float, int]]) -> Path:
    lines = [",".join(map(str, row)) for row in rows]
    file.write_text("\n".join(["userId,movieId,rating,timestamp", *lines]) + "\n")
    return file


def given_rows() -> list[tuple[int, int, float, int]]:
    """GIVEN as a file has it, its lines in no order."""
    rows = [
        (user_id, movie_id, stars, 2_000_000 + place)
        for user_id, given in GIVEN.items()
        for place, (movie_id, stars) in enumerate(given.items())
    ]
    return rows[::-1]


@pytest.fixture(scope="module")
def before(checkerboard: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the checkerboard, fetched and computed. For reading only."""
    home = home_with(checkerboard, tmp_path_factory.mktemp("before"), "board")
    train("board", epochs=0, home=home)
    return home


@pytest.fixture
def home(before: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(before, tmp_path / "home"))


@pytest.fixture(scope="module")
def updated(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which GIVEN has been added from a file. For reading only."""
    place = tmp_path_factory.mktemp("updated")
    shutil.copytree(before, place / "home")
    report = update(write_ratings(place / "new.csv", given_rows()), home=place / "home")
    facts = report.update
    assert (facts.changed, facts.new, facts.gone) == (1, 2, 0)
    assert (report.unknown_movies, report.unknown_ratings) == (0, 0)
    assert report.run_id == current_run(Home(place / "home")).run_id
    return place / "home"


def expected_ratings(before: Stored, user_id: int) -> dict[int, float]:
    """Oldest first: what they had, without what they have rated again, and then what is new."""
    had = before.ratings(user_id) if user_id in before.user_ids else {}
    given = GIVEN.get(user_id, {})
    new = {movie_id: stars for movie_id, stars in given.items() if had.get(movie_id) != stars}
    return {one: stars for one, stars in had.items() if one not in new} | new


def star_vector_of(stored: Stored, ratings: dict[int, float]) -> npt.NDArray[np.float64]:
    """The star vector of somebody with these ratings: the mean of their posterior, as its definition has it.

    A prior from which movies they rated, and for each rating a normal likelihood around what the movie's
    uncertain bias and factors make of it.
    """
    stars = stored.model["stars"]
    rows = [stored.movies["movie_id"].index(movie_id) for movie_id in ratings]
    vectors, histories = stored.movie_matrix("star_vector")[rows], stored.movie_matrix("star_history")[rows]
    bias = (vectors[:, 0] - stars["mean"]) / stars["scale"]
    standard = (np.array(list(ratings.values())) - stars["mean"]) / stars["scale"]
    design = np.column_stack([np.ones(len(rows)), vectors[:, 2:]])
    expected = np.array(stars["person_mean"]) + histories[:, :-1].sum(axis=0) / np.sqrt(len(rows))
    precision = np.array(stars["person_precision"])
    shared, noise = np.array(stars["movie_cov"]), stars["noise_precision"]
    left, right = precision.copy(), precision @ expected
    for row, spread, target in zip(design, histories[:, -1], standard - bias, strict=True):
        uncertain = np.zeros_like(shared)
        uncertain[1:, 1:] = spread * shared[1:, 1:]
        with_bias = np.concatenate([[0.0], spread * shared[0, 1:]])
        left += noise * (np.outer(row, row) + uncertain)
        right += noise * (row * target - with_bias)
    return np.concatenate([[1.0], np.linalg.solve(left, right) * stars["scale"]])


def test_people_with_new_ratings_get_the_vectors_of_the_definition(before: Path, updated: Path) -> None:
    then, now = Stored.read(before), Stored.read(updated)
    assert now.user_ids == sorted([*then.user_ids, NEW, LATE])
    for user_id in (CHANGED, NEW, LATE):
        ratings = expected_ratings(then, user_id)
        assert list(now.ratings(user_id).items()) == list(ratings.items())
        place = now.user_ids.index(user_id)
        np.testing.assert_allclose(
            now.users["score_vector"][place], vector_of(then, ratings), rtol=1e-4, atol=1e-5
        )
        np.testing.assert_allclose(
            now.users["star_vector"][place], star_vector_of(then, ratings), rtol=1e-3, atol=1e-4
        )


def test_all_others_are_as_they_were_bit_by_bit(before: Path, updated: Path) -> None:
    then, now = Stored.read(before), Stored.read(updated)
    assert set(now.users) == set(then.users)
    others = [user_id for user_id in then.user_ids if user_id != CHANGED]
    assert REPEATED in others
    for column in then.users:
        was, is_now = (
            [stored.users[column][stored.user_ids.index(one)] for one in others] for stored in (then, now)
        )
        assert was == is_now, column


def test_movies_keep_their_vectors_and_are_counted_anew(before: Path, updated: Path) -> None:
    then, now = Stored.read(before), Stored.read(updated)
    counted = ("mean_rating", "rating_count", "rating_histogram")
    for column in set(then.movies) - set(counted):
        assert now.movies[column] == then.movies[column], column
    given = [stars for user_id in now.user_ids for stars in now.ratings(user_id).items()]
    for place, movie_id in enumerate(now.movies["movie_id"]):
        stars = [one for rated, one in given if rated == movie_id]
        assert now.movies["rating_count"][place] == len(stars)
        assert now.movies["rating_histogram"][place] == [stars.count(half / 2) for half in range(1, 11)]
        mean = now.movies["mean_rating"][place]
        assert mean == pytest.approx(np.mean(stars)) if stars else mean is None
    facts = now.run.facts.dataset
    assert (facts.people, facts.ratings) == (62, len(given))
    assert (facts.first_user_id, facts.last_user_id) == (Checkerboard.user_id(0), LATE)
    by_count = sorted(now.movies["rating_count"], reverse=True)
    titles = (now.run.folder / "titles.txt").read_text().splitlines()
    counts = {
        f"{title} ({year})" if year else title: count
        for title, year, count in zip(
            *(now.movies[column] for column in ("title", "year", "rating_count")), strict=True
        )
    }
    assert [counts[title] for title in titles] == by_count


@pytest.mark.parametrize("user_id", [CHANGED, NEW, LATE])
def test_an_updated_person_is_recommended_what_a_profile_of_these_ratings_is(
    updated: Path, user_id: int
) -> None:
    from movierec_cli.questions.answers import Rating

    recommender = Recommender.open(updated)
    ratings = Stored.read(updated).ratings(user_id)
    somebody = recommender.fold_in([Rating(*given) for given in ratings.items()])
    of_dataset, folded_in = (recommender.recommend(who, top=10) for who in (user_id, somebody))
    assert [hit.movie.movie_id for hit in of_dataset] == [hit.movie.movie_id for hit in folded_in]
    for mine, theirs in zip(of_dataset, folded_in, strict=True):
        assert mine.score == pytest.approx(theirs.score, rel=1e-5)
        assert mine.predicted_rating == pytest.approx(theirs.predicted_rating, rel=1e-5)


def test_the_run_says_what_it_is_an_update_of(before: Path, updated: Path) -> None:
    assert list(verify(updated).values()) == [[], []]
    summaries = overview.runs(updated)
    assert [run.update_of for run in summaries] == [None, summaries[0].run_id]
    first, second = (current_run(Home(home)).facts for home in (before, updated))
    assert (second.model, second.training) == (first.model, first.training)
    assert first.update is None


def fetch_again(home: Path, dataset: Dataset, folder: Path) -> None:
    fetch(source=write_csv_layout(dataset, folder), name="board", home=home, force=True)


def test_a_dataset_that_was_fetched_again(home: Path, checkerboard: Dataset, tmp_path: Path) -> None:
    """A person's latest rating is another one, one person is gone, and a movie is new, with one rating."""
    from dataclasses import replace

    ratings = checkerboard.ratings.copy()
    of_one = ratings[ratings["user_id"] == CHANGED]
    latest = of_one["timestamp"].idxmax()
    ratings.loc[latest, "rating"] = 3.0
    ratings = ratings[ratings["user_id"] != REPEATED]
    ratings.loc[len(checkerboard.ratings)] = [NEW, 9_999, 5.0, 3_000_000]
    ratings.loc[len(checkerboard.ratings) + 1] = [NEW, MOVIE(0), 5.0, 3_000_001]
    ratings = ratings.astype(checkerboard.ratings.dtypes)
    movies = checkerboard.movies.copy()
    movies.loc[len(movies)] = movies.iloc[0]
    movies.loc[len(movies) - 1, "movie_id"] = 9_999
    fetch_again(home, replace(checkerboard, ratings=ratings, movies=movies), tmp_path / "again")
    then = Stored.read(home)
    report = update(home=home)
    now = Stored.read(home)
    assert (report.update.changed, report.update.new, report.update.gone) == (1, 1, 1)
    assert (report.unknown_movies, report.unknown_ratings) == (1, 1)
    assert now.user_ids == sorted({*then.user_ids, NEW} - {REPEATED})
    assert now.ratings(NEW) == {MOVIE(0): 5.0}
    assert now.ratings(CHANGED) == then.ratings(CHANGED) | {list(then.ratings(CHANGED))[-1]: 3.0}
    expected = vector_of(then, now.ratings(CHANGED))
    place = now.user_ids.index(CHANGED)
    np.testing.assert_allclose(now.users["score_vector"][place], expected, rtol=1e-4, atol=1e-5)
    others = [user_id for user_id in then.user_ids if user_id not in (CHANGED, REPEATED)]
    for user_id in others:
        assert (
            now.users["score_vector"][now.user_ids.index(user_id)]
            == then.users["score_vector"][then.user_ids.index(user_id)]
        )


def test_the_same_ratings_in_another_order_are_nothing_new(
    home: Path, checkerboard: Dataset, tmp_path: Path
) -> None:
    """One person gave theirs the other way round. Then somebody else does, and changes two for each other."""
    from dataclasses import replace

    ratings = checkerboard.ratings.copy()
    of_one = ratings["user_id"] == REPEATED
    ratings.loc[of_one, "timestamp"] = ratings.loc[of_one, "timestamp"].to_numpy()[::-1]
    fetch_again(home, replace(checkerboard, ratings=ratings), tmp_path / "turned")
    report = update(home=home)
    assert (report.run_id, report.update.changed, report.update.new, report.update.gone) == (None, 0, 0, 0)
    of_other = ratings["user_id"] == CHANGED
    ratings.loc[of_other, "timestamp"] = ratings.loc[of_other, "timestamp"].to_numpy()[::-1]
    lowest, highest = (ratings.loc[of_other, "rating"].agg(which) for which in ("idxmin", "idxmax"))
    ratings.loc[[lowest, highest], "rating"] = ratings.loc[[highest, lowest], "rating"].to_numpy()
    fetch_again(home, replace(checkerboard, ratings=ratings), tmp_path / "exchanged")
    report = update(home=home)
    assert report.run_id and (report.update.changed, report.update.new, report.update.gone) == (1, 0, 0)


def test_where_nothing_is_new_nothing_is_written(cli: Cli, home: Path) -> None:
    run = current_run(Home(home))
    result = cli("update", home=home)
    assert (result.code, result.out) == (0, "")
    assert f"Nothing is new. The run {run.run_id} stays in use." in " ".join(result.err.split())
    assert len(overview.runs(home)) == 1


def test_a_trained_network_goes_on_with_the_run(own_home: Path, tmp_path: Path) -> None:
    network = (current_run(Home(own_home)).folder / "model.keras").read_bytes()
    update(write_ratings(tmp_path / "new.csv", given_rows()), home=own_home)
    assert (current_run(Home(own_home)).folder / "model.keras").read_bytes() == network


def test_update_as_it_is_typed(cli: Cli, home: Path, tmp_path: Path) -> None:
    rows = [*given_rows(), (NEW, 9_999, 5.0, 1), (LATE, 9_999, 5.0, 1), (77_777, 9_998, 5.0, 1)]
    folder = tmp_path / "folder"
    folder.mkdir()
    write_ratings(folder / "ratings.csv", rows)
    first = current_run(Home(home)).run_id
    result = cli("update", "--from", str(folder), home=home)
    assert (result.code, result.out) == (0, "")
    said = " ".join(result.err.split())
    assert "Left out: 3 ratings of 2 movies that the run does not know." in said
    assert "movierec fetch --from FOLDER" in said
    assert f"The ratings that only {folder} has are in this run and not in the dataset" in said
    assert "2 people are new, 1 has other ratings, in" in said
    assert f"In use: {current_run(Home(home)).run_id}, 62 people, 31 movies," in said
    assert f"Update of {first}: 2 people are new, 1 has other ratings" in " ".join(
        cli("info", home=home).out.split()
    )
    assert f"is that of {first}, of which it is an update." in " ".join(cli("runs", home=home).err.split())


def test_ratings_in_parquet_are_those_of_the_file(home: Path, updated: Path, tmp_path: Path) -> None:
    columns = dict(
        zip(("user", "movie", "rating", "timestamp"), zip(*given_rows(), strict=True), strict=True)
    )
    (tmp_path / "lake").mkdir()
    parquet.write_table(pa.table(columns), tmp_path / "lake" / "part-0.parquet")
    update(tmp_path / "lake", home=home)
    assert Stored.read(home).users == Stored.read(updated).users


def test_people_are_written_in_pieces(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are written at once."""
    from movierec_cli.training import tables

    then = Stored.read(home)
    monkeypatch.setattr(tables, "PEOPLE_AT_ONCE", 7)
    update(write_ratings(tmp_path / "new.csv", [(LATE, MOVIE(3), 5.0, 1)]), home=home)
    now = Stored.read(home)
    assert {name: values[:-1] for name, values in now.users.items()} == then.users
    assert now.ratings(LATE) == {MOVIE(3): 5.0}


def test_what_cannot_be_read_leaves_the_run_in_use(cli: Cli, home: Path, tmp_path: Path) -> None:
    run = current_run(Home(home)).run_id
    beyond = write_ratings(tmp_path / "beyond.csv", [(1, MOVIE(0), 9.0, 1)])
    with pytest.raises(
        DataError, match=r"line 2: the rating is '9.0', beyond the scale from 0.5 to 5"
    ) as caught:
        update(beyond, home=home)
    assert caught.value.hint == "Put the file right. Ratings of board go from 0.5 to 5."
    with pytest.raises(DataError, match="there is no such file"):
        update(tmp_path / "missing.csv", home=home)
    with pytest.raises(DataError, match="is an address"):
        update("https://example.org/ratings.csv", home=home)
    assert current_run(Home(home)).run_id == run
    (home / "datasets" / "board" / "dataset.json").unlink()
    with pytest.raises(NotFoundError, match="no dataset called 'board'"):
        update(home=home)


def test_nobody_can_be_folded_into_the_articles_model(article_home: Path) -> None:
    with pytest.raises(UsageError, match="knows only the people it was trained on"):
        update(home=article_home)


def test_before_training_there_is_nothing_to_update(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no trained model"):
        update(home=tmp_path)
