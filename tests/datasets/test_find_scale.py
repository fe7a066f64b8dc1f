"""The scale of a dataset of one's own: found by its ratings or given, kept, and followed by what reads it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from movierec_cli.datasets.library import article_table, fetch, list_datasets, load_dataset
from movierec_cli.errors import DataError, MovieRecError, UsageError
from movierec_cli.vectors.scale import RatingScale
from tests.datasets.samples import tab_files, write

STARS = [1, 2, 3, 4, 5] * 100


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def csv_of(ratings: Sequence[object]) -> dict[str, bytes]:
    """One person's ratings of movies 0, 1, 2, ..., as they are written."""
    lines = "".join(f"7,{movie},{rating}\n" for movie, rating in enumerate(ratings))
    return {"ratings.csv": f"userId,movieId,rating\n{lines}".encode()}


def tabs_of(ratings: Sequence[object]) -> dict[str, bytes]:
    return {"u.data": "".join(f"7\t{movie}\t{rating}\t9\n" for movie, rating in enumerate(ratings)).encode()}


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([0, 3, 10], RatingScale(0, 10, 1)),
        ([1, 3, 10], RatingScale(1, 10, 1)),
        ([6, 7], RatingScale(1, 10, 1)),
        ([0, 3.5, 9], RatingScale(0, 10, 0.5)),
        ([1, 3.5, 9], RatingScale(1, 10, 0.5)),
        ([0.5, 3.5, 9], RatingScale(0, 10, 0.5)),
        ([0, 7.3, 8.8], RatingScale(0, 10, 0.1)),
        ([0, 7.31, 8.8], RatingScale(0, 10)),
        ([0, 55, 100], RatingScale(0, 100, 1)),
        ([1, 55, 99], RatingScale(1, 100, 1)),
        ([20, 60, 100], RatingScale(0, 100, 1)),
        ([0, 1, 1], RatingScale(0, 1, 1)),
        ([0, "0.2", "0.6"], RatingScale(0, 1, 0.2)),
        ([0, "0.25", 1], RatingScale(0, 1, 0.25)),
        ([0, 1, 5], RatingScale(0, 5, 1)),
        ([0, 1.5, 4], RatingScale(0, 5, 0.5)),
        ([-1, 0, 1], RatingScale(-1, 1, 1)),
        ([-9.95, 0.15, 9.9], RatingScale(-10, 10)),
        ([-5, 3, 4], RatingScale(-5, 5, 1)),
        ([-60, 88.5], RatingScale(-100, 100, 0.5)),
    ],
    ids=str,
)
@pytest.mark.parametrize("files_of", [csv_of, tabs_of])
def test_the_scale_is_found_by_the_ratings(
    home: Path, tmp_path: Path, files_of: object, ratings: list[object], scale: RatingScale
) -> None:
    assert callable(files_of)
    fetched = fetch(source=write(tmp_path / "own", files_of(ratings)), home=home)
    assert fetched.scale == scale
    dataset = load_dataset("own", home=home)
    assert dataset.scale == scale
    assert dataset.rating_scale == fetched.rating_scale == (scale.lowest, scale.highest)
    assert dataset.ratings["rating"].tolist() == pytest.approx([float(str(rating)) for rating in ratings])


@pytest.mark.parametrize("ratings", [[1, 2, 5], [2, 3], [0.5, 4], [3.7, 1], [5]], ids=str)
def test_what_fits_stars_is_stars(home: Path, tmp_path: Path, ratings: list[float]) -> None:
    """As it was before there were other scales: whole stars in a file that could say halves may be halves."""
    half, whole = RatingScale(0.5, 5, 0.5), RatingScale(1, 5, 1)
    assert fetch(source=write(tmp_path / "csv", csv_of(ratings)), home=home).scale == half
    expected = whole if all(float(rating).is_integer() for rating in ratings) else half
    assert fetch(source=write(tmp_path / "tabs", tabs_of(ratings)), home=home).scale == expected


@pytest.mark.parametrize("value", [1, 5, 3.5, 0, -1, 100, 12345])
def test_ratings_that_are_all_the_same_are_likes(home: Path, tmp_path: Path, value: float) -> None:
    fetched = fetch(source=write(tmp_path / "likes", csv_of([value] * 4)), home=home)
    assert fetched.scale == RatingScale(1, 1)
    assert fetched.scale.likes_alone
    dataset = load_dataset("likes", home=home)
    assert dataset.scale == RatingScale(1, 1)
    assert dataset.ratings["rating"].tolist() == [1, 1, 1, 1]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ratings=st.lists(st.integers(-1000, 1000).map(lambda number: number / 10), min_size=1, max_size=30))
def test_whatever_is_found_is_kept_and_holds_every_rating(tmp_path: Path, ratings: list[float]) -> None:
    home, source = tmp_path / "home", write(tmp_path / "own", csv_of(ratings))
    try:
        fetched = fetch(source=source, home=home, force=True)
    except DataError as error:  # too few ratings far from the others, of either sign
        assert error.hint and "--scale " in error.hint
        return
    dataset = load_dataset("own", home=home)
    assert dataset.scale == fetched.scale == list_datasets(home)[-1].fetched.scale  # type: ignore[union-attr]
    assert dataset.ratings["rating"].between(*dataset.rating_scale).all()
    assert fetched.scale.likes_alone == (len(ratings) > 1 and len(set(ratings)) == 1)


# ---- what is no scale ----


@pytest.mark.parametrize(
    ("ratings", "line", "value", "likely"),
    [
        ([3, 5000, 4], 3, "'5000'", "--scale 0-5000"),
        ([3, -400.5], 3, "'-400.5'", "--scale -401-401"),
        ([*STARS, 55], 502, "'55'", "--scale 0-100"),
        ([*STARS, 7, 5], 502, "'7'", "--scale 0-10"),
        ([7, 8, 10, -1, 9], 5, "'-1'", "--scale -10-10"),
        ([*STARS, -1], 502, "'-1'", "--scale -5-5"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rating_that_no_scale_explains_is_told_with_the_way_out(
    home: Path, tmp_path: Path, ratings: list[float], line: int, value: str, likely: str
) -> None:
    source = write(tmp_path / "own", csv_of(ratings))
    with pytest.raises(DataError) as caught:
        fetch(source=source, home=home)
    assert caught.value.message.startswith(f"ratings.csv, line {line}: the rating is {value}, ")
    assert caught.value.hint and caught.value.hint.endswith(likely)
    lowest, highest = likely.removeprefix("--scale ").rsplit("-", 1)
    said = (float(lowest), float(highest))
    assert fetch(source=source, scale=said, home=home).rating_scale == said


def test_few_far_ratings_are_mistakes_and_one_in_a_hundred_is_none(home: Path, tmp_path: Path) -> None:
    few, enough = [*STARS, 9, 9, 9, 9, 9], [*STARS, 9, 9, 9, 9, 9, 9]  # 5 of 505, 6 of 506
    with pytest.raises(DataError, match="line 502: the rating is '9'"):
        fetch(source=write(tmp_path / "few", csv_of(few)), home=home)
    assert fetch(source=write(tmp_path / "enough", csv_of(enough)), home=home).scale == RatingScale(1, 10, 1)


def test_the_first_line_at_fault_is_told_whatever_its_fault(home: Path, tmp_path: Path) -> None:
    files = {"u.data": b"1\t2\t3\t4\n1\tx\t3\t4\n1\t4\t5000\t4\n"}
    with pytest.raises(DataError) as caught:
        fetch(source=write(tmp_path / "own", files), home=home)
    assert caught.value.message.startswith("u.data, line 2: the movie id is 'x'")
    assert "--scale" not in str(caught.value)


# ---- a scale that is given ----


@pytest.mark.parametrize(
    ("ratings", "ends", "step"),
    [
        ([1, 4, 10], (0, 10), 1.0),
        ([1, 4, 10], (0.5, 10), 0.5),
        ([1, 4, 5], (0, 10), 1.0),
        ([1, 4, 5], (1, 5), 1.0),
        ([0.5, 4, 5], (0.5, 5), 0.5),
        ([0.5, 1], (0, 1), 0.5),
        ([3, 3, 3], (1, 5), 1.0),
        ([3, -1, 8], (-10, 10), 1.0),
        ([3, 500], (0, 5000), 1.0),
        ([3.14, 2], (0, 4), None),
    ],
    ids=str,
)
def test_a_scale_that_is_given_is_taken(
    home: Path, tmp_path: Path, ratings: list[float], ends: tuple[float, float], step: float | None
) -> None:
    fetched = fetch(source=write(tmp_path / "own", csv_of(ratings)), scale=ends, home=home)
    dataset = load_dataset("own", home=home)
    assert fetched.scale == dataset.scale == RatingScale(*ends, step)
    assert dataset.ratings["rating"].tolist() == pytest.approx(ratings)


@pytest.mark.parametrize(("ends", "line", "value"), [((0, 9), 4, "'10'"), ((2, 10), 2, "'1'")])
def test_a_rating_beyond_the_scale_that_is_given_is_told(
    home: Path, tmp_path: Path, ends: tuple[float, float], line: int, value: str
) -> None:
    with pytest.raises(DataError) as caught:
        fetch(source=write(tmp_path / "own", csv_of([1, 4, 10])), scale=ends, home=home)
    lowest, highest = ends
    assert caught.value.message == (
        f"ratings.csv, line {line}: the rating is {value}, beyond the scale from {lowest} to {highest}."
    )
    assert caught.value.hint and "--scale" in caught.value.hint
    assert not (home / "datasets" / "own").exists()


def test_a_scale_is_of_a_source_and_must_be_one(home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--scale goes with --from"):
        fetch("ml-100k", scale=(0, 10), home=home)
    with pytest.raises(UsageError, match="no scale of ratings"):
        fetch(source=write(tmp_path / "own", csv_of([1, 2])), scale=(10, 0), home=home)
    assert not home.exists()


def test_what_is_here_on_another_scale_is_not_taken_for_what_is_asked_for(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "own", csv_of([1, 4, 10]))
    fetch(source=source, home=home)
    assert fetch(source=source, scale=(1, 10), home=home).already_there
    with pytest.raises(MovieRecError, match="another scale of ratings: 1 to 10, whole steps") as caught:
        fetch(source=source, scale=(0, 10), home=home)
    assert caught.value.hint and "--force" in caught.value.hint
    assert fetch(source=source, scale=(0, 10), home=home, force=True).rating_scale == (0, 10)
    again = fetch(source=source, home=home)
    assert again.already_there and again.rating_scale == (0, 10)
    assert load_dataset("own", home=home).rating_scale == (0, 10)


def test_the_articles_table_is_on_the_scale_that_is_given(home: Path, tmp_path: Path) -> None:
    files = tab_files() | {"u.data": b"1\t10\t4\t1\n2\t10\t4\t2\n"}
    source = write(tmp_path / "own", files)
    fetch(source=source, name="found", home=home)
    fetch(source=source, name="given", scale=(1, 5), home=home)
    assert article_table("found", home=home)["rating"].tolist() == [1, 1]
    assert article_table("given", home=home)["rating"].tolist() == [4, 4]


# ---- dataset.json ----


def facts_of(home: Path) -> tuple[Path, dict[str, object]]:
    path = home / "datasets" / "own" / "dataset.json"
    return path, json.loads(path.read_text())


def test_the_facts_say_the_scale(home: Path, tmp_path: Path) -> None:
    fetch(source=write(tmp_path / "own", csv_of([0, 4, 10])), home=home)
    facts = facts_of(home)[1]
    assert facts["rating_scale"] == [0.0, 10.0]
    assert facts["scale"] == {"lowest": 0.0, "highest": 10.0, "step": 1.0}


@pytest.mark.parametrize(
    ("ratings", "kept", "scale"),
    [([1, 4.5], [0.5, 5.0], RatingScale(0.5, 5, 0.5)), ([1, 4], [1.0, 5.0], RatingScale(1, 5, 1))],
)
def test_a_dataset_that_an_older_movierec_fetched_still_loads(
    home: Path, tmp_path: Path, ratings: list[float], kept: list[float], scale: RatingScale
) -> None:
    """Its facts had the ends of the scale and no step."""
    fetch(source=write(tmp_path / "own", tabs_of(ratings)), home=home)
    path, facts = facts_of(home)
    del facts["scale"]
    assert facts["rating_scale"] == kept
    path.write_text(json.dumps(facts))
    assert load_dataset("own", home=home).scale == scale
    assert list_datasets(home)[-1].fetched.scale == scale  # type: ignore[union-attr]
    assert fetch(source=tmp_path / "own", home=home).already_there


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rating_scale", [1]),
        ("scale", {"lowest": 0.0}),
        ("scale", {"lowest": 0.0, "highest": 10.0, "step": "1"}),
        ("scale", [0.0, 10.0, 1.0]),
    ],
)
def test_facts_of_another_kind_are_refused(home: Path, tmp_path: Path, key: str, value: object) -> None:
    fetch(source=write(tmp_path / "own", csv_of([0, 4, 10])), home=home)
    path, facts = facts_of(home)
    path.write_text(json.dumps(facts | {key: value}))
    with pytest.raises(DataError, match=rf"dataset.json cannot be read: {key}"):
        load_dataset("own", home=home)
