"""movierec predict: from the database, for one person or for a file of pairs."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

import movierec_cli
from movierec_cli.questions.recommender import Recommender
from tests.support import Checkerboard, Cli, Stored


def stars_from_the_tables(stored: Stored, user_id: int, movie_id: int) -> float:
    """The inner product of the stored vectors, within the scale."""
    person = stored.users["star_vector"][list(stored.user_ids).index(user_id)]
    movie = stored.movie_matrix("star_vector")[list(stored.movies["movie_id"]).index(movie_id)]
    return float(np.clip(np.dot(person, movie), 1.0, 5.0))


def test_a_person_and_titles(cli: Cli, checkerboard_home: Path, stored: Stored) -> None:
    user_id, movie_ids = int(stored.user_ids[0]), [int(movie) for movie in stored.movies["movie_id"][:2]]
    names = [f"id:{movie_id}" for movie_id in movie_ids]
    result = cli("predict", str(user_id), *names, "--format", "json", home=checkerboard_home)
    assert (result.code, result.err) == (0, "")
    answers = json.loads(result.out)
    assert [answer["movie_id"] for answer in answers] == movie_ids
    for answer in answers:
        assert answer["user_id"] == user_id
        expected = stars_from_the_tables(stored, user_id, answer["movie_id"])
        assert answer["predicted_rating"] == pytest.approx(expected, abs=1e-5)
        assert answer["knows_user"] and answer["knows_movie"]


def test_the_table_shows_title_and_stars(cli: Cli, checkerboard_home: Path, stored: Stored) -> None:
    title = stored.movies["title"][3]
    result = cli("predict", str(stored.user_ids[5]), title, home=checkerboard_home)
    assert result.code == 0
    assert title in result.out
    expected = stars_from_the_tables(stored, int(stored.user_ids[5]), int(stored.movies["movie_id"][3]))
    assert f" {expected:.1f} " in result.out
    assert max(len(line) for line in result.out.splitlines()) <= 80


def test_a_profile_and_titles(cli: Cli, own_home: Path) -> None:
    """What the same person is predicted to give in a list."""
    for movie, stars in ((0, "5"), (2, "5"), (5, "1")):
        assert cli("rate", f"film {movie}", stars, home=own_home).code == 0
    expected = {
        hit.movie.movie_id: hit.predicted_rating
        for hit in Recommender.open(own_home).recommend("me", top=99, include_seen=True)
    }
    ids = [Checkerboard.movie_id(movie) for movie in (4, 7, 0)]
    lines = (("me", "film 4", "film 7", "Film 0"), ("--as", "me", "film 4", "film 7", "Film 0"))
    for argv in lines:
        answers = json.loads(cli("predict", *argv, "-f", "json", home=own_home).out)
        assert [(one["movie_id"], one["user_id"], one["profile"]) for one in answers] == [
            (movie_id, None, "me") for movie_id in ids
        ]
        for one in answers:
            assert one["predicted_rating"] == pytest.approx(expected[one["movie_id"]], abs=1e-5)
    rows = list(csv.reader(io.StringIO(cli("predict", *lines[0], "-f", "csv", home=own_home).out)))
    assert rows[0] == ["user_id", "movie_id", "predicted_rating", "profile"]
    assert [(row[0], row[3]) for row in rows[1:]] == [("", "me")] * 3
    table = cli("predict", *lines[0], home=own_home).out
    assert "Film 7" in table
    assert "None" not in table
    assert movierec_cli.predict("me", "film 4", home=own_home).predicted_rating == pytest.approx(
        expected[ids[0]], abs=1e-5
    )
    unknown = cli("predict", "me", "id:99999", "-f", "json", home=own_home)
    assert "Movie id 99999 is not in checkerboard" in unknown.err
    assert [one["knows_movie"] for one in json.loads(unknown.out)] == [False]


def test_a_profile_that_is_not_there(cli: Cli, own_home: Path) -> None:
    result = cli("predict", "bob", "film 4", home=own_home)
    assert (result.code, result.out) == (1, "")
    assert "There is no profile 'bob'" in result.err


def test_pairs_from_a_file(cli: Cli, checkerboard_home: Path, stored: Stored, tmp_path: Path) -> None:
    """More pairs than are looked up one by one, in their order, other columns left alone."""
    rng = np.random.default_rng(0)
    pairs = [
        (int(rng.choice(stored.user_ids)), int(rng.choice(stored.movies["movie_id"]))) for _ in range(700)
    ]
    file = tmp_path / "pairs.csv"
    lines = [f"{movie_id},x,{user_id}" for user_id, movie_id in pairs]
    file.write_text("\n".join(["movie_id,note,user_id", *lines]) + "\n", encoding="utf-8-sig")
    result = cli("predict", "--pairs", str(file), "--format", "csv", home=checkerboard_home)
    assert (result.code, result.err) == (0, "")
    rows = list(csv.reader(io.StringIO(result.out)))
    assert rows[0] == ["user_id", "movie_id", "predicted_rating"]
    assert [(int(row[0]), int(row[1])) for row in rows[1:]] == pairs
    for user_id, movie_id, predicted in rows[1:]:
        expected = stars_from_the_tables(stored, int(user_id), int(movie_id))
        assert float(predicted) == pytest.approx(expected, abs=1e-5)


def test_the_unknown_count_as_average_and_it_is_said(
    cli: Cli, checkerboard_home: Path, stored: Stored, tmp_path: Path
) -> None:
    user_id, movie_id = int(stored.user_ids[0]), int(stored.movies["movie_id"][0])
    file = tmp_path / "pairs.csv"
    file.write_text(f"user_id,movie_id\n{user_id},99999\n88888,{movie_id}\n88888,99999\n", encoding="utf-8")
    result = cli("predict", "--pairs", str(file), "--format", "json", home=checkerboard_home)
    assert result.code == 0
    answers = json.loads(result.out)
    known = [(answer["knows_user"], answer["knows_movie"]) for answer in answers]
    assert known == [(True, False), (False, True), (False, False)]
    assert all(1 <= answer["predicted_rating"] <= 5 for answer in answers)
    assert "User 88888 is not in checkerboard" in result.err
    assert "Movie id 99999 is not in checkerboard" in result.err
    overall = float(np.mean([star for given in stored.users["ratings"] for star in given]))
    assert answers[2]["predicted_rating"] == pytest.approx(overall, abs=0.7)
    by_argument = cli("predict", str(user_id), "id:99999", "--format", "json", home=checkerboard_home)
    assert json.loads(by_argument.out)[0]["predicted_rating"] == answers[0]["predicted_rating"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("user_id,movie\n1,2\n", "no column movie_id"),
        ("user_id,movie_id\n1,two\n", "line 2: movie_id is 'two'"),
        ("user_id,movie_id\n1,2\n1\n", "line 3: movie_id is None"),
        ("user_id,movie_id\n1.5,2\n", "line 2: user_id is '1.5'"),
        (f"user_id,movie_id\n1,{2**64}\n", "beyond 64 bits"),
        ("user_id,movie_id\n", "no pairs"),
        ("", "no column user_id"),
    ],
)
def test_a_bad_file_is_named_with_its_line(
    cli: Cli, checkerboard_home: Path, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(content, encoding="utf-8")
    result = cli("predict", "--pairs", str(file), home=checkerboard_home)
    assert (result.code, result.out) == (1, "")
    assert said in " ".join(result.err.split())
    assert "pairs.csv" in result.err.replace("\n", "")


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_is_none(cli: Cli, checkerboard_home: Path, tmp_path: Path, name: str) -> None:
    result = cli("predict", "--pairs", str(tmp_path / name), home=checkerboard_home)
    assert (result.code, result.out) == (1, "")
    assert "cannot be read" in " ".join(result.err.split())


@pytest.mark.parametrize(
    "arguments",
    [[], ["42"], ["42", "Movie", "--pairs", "x.csv"], ["--as", "me", "--pairs", "x.csv"], ["--as", "me"]],
)
def test_either_titles_or_pairs(cli: Cli, checkerboard_home: Path, arguments: list[str]) -> None:
    result = cli("predict", *arguments, home=checkerboard_home)
    assert (result.code, result.out) == (2, "")


def test_the_articles_model_predicts_no_stars(cli: Cli, article_home: Path) -> None:
    result = cli("predict", str(Checkerboard.user_id(0)), "id:1", home=article_home)
    assert (result.code, result.out) == (2, "")
    assert "predicts no stars" in result.err


def test_recommend_shows_the_same_stars(checkerboard_home: Path, stored: Stored) -> None:
    recommender = Recommender.open(checkerboard_home)
    for user_id in map(int, stored.user_ids[:5]):
        for hit in recommender.recommend(user_id):
            expected = stars_from_the_tables(stored, user_id, hit.movie.movie_id)
            assert hit.predicted_rating == pytest.approx(expected, abs=1e-5)
