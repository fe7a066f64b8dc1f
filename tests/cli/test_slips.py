"""What people type instead of what a command takes: it is done, or the command that they mean is said."""

import json
import shlex
from pathlib import Path

import pytest

from tests.support import Checkerboard, Cli, CliResult, table


def said(result: CliResult) -> str:
    return " ".join(result.err.split())


@pytest.mark.parametrize(
    ("line", "film", "instead"),
    table(
        """
        recommend 'Die Hard'     | Die Hard (1988) | movierec recommend --like "Die Hard"
        recommend Die Hard       | Die Hard (1988) | movierec recommend --like "Die Hard"
        recommend se7en          | Se7en (1995)    | movierec recommend --like "se7en"
        recommend 3 se7en        | Se7en (1995)    | movierec recommend --like "se7en"
        history Se7en            | Se7en (1995)    | movierec show "Se7en"
        predict Se7en 'Die Hard' | Se7en (1995)    | movierec predict me "Se7en" "Die Hard"
        """
    ),
)
def test_a_film_in_the_place_of_a_person(
    cli: Cli, titles_home: Path, line: str, film: str, instead: str
) -> None:
    result = cli(*shlex.split(line), home=titles_home)
    assert result.code in {1, 2}
    assert result.out == ""
    assert f"{film} is a film, and there is no profile" in said(result)
    assert said(result).endswith(instead)


@pytest.mark.parametrize(
    ("words", "instead"),
    [("1,2", "1 2"), ("'1, 2 & anna'", "1 2 anna"), ("3 'me+anna'", "me anna")],
)
def test_several_people_in_one_word(cli: Cli, titles_home: Path, words: str, instead: str) -> None:
    result = cli("recommend", *shlex.split(words), home=titles_home)
    assert (result.code, result.out) == (2, "")
    assert said(result).endswith(f"Put a space between two names: movierec recommend {instead}")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("recommend 1 -n abc", "--top 'abc': give a whole number from 1 to 100,000."),
        ("history 1 --top 0", "--top '0': give a whole number from 1 to 100,000."),
        ("train --epochs x", "--epochs 'x': give a whole number from 0."),
        ("train --seed -1", "--seed '-1': give a whole number from 0."),
        ("recommend 1 --diversity much", "--diversity 'much': give a number."),
        ("recommend 1 --format xml", "--format 'xml': give one of table, json, csv."),
    ],
)
def test_a_wrong_value_is_answered_with_what_is_right(
    cli: Cli, titles_home: Path, line: str, complaint: str
) -> None:
    result = cli(*shlex.split(line), home=titles_home)
    assert (result.code, result.out) == (2, "")
    usage = f"How it is used: movierec {line.split(maxsplit=1)[0]} --help"
    assert said(result) == f"Error: {complaint} {usage}"


def test_what_is_no_film_either_is_no_profile(cli: Cli, titles_home: Path) -> None:
    for command in ("recommend", "history"):
        assert "There is no profile 'starwrs'" in cli(command, "starwrs", home=titles_home).err


@pytest.mark.parametrize("line", ["show 50", "similar 50", "rate 50 4", "seen 50", "hide 50", "search 50"])
def test_an_id_in_the_place_of_a_title(cli: Cli, titles_home: Path, line: str) -> None:
    result = cli(*line.split(), "--home", str(titles_home))
    assert (result.code, result.out) == (1, "")
    assert "id:50 is Star Wars (1977)." in said(result)


@pytest.mark.parametrize(
    ("line", "instead"),
    table(
        """
        recommend --user 42 | movierec recommend 42
        recommend --user-id=42 --top 3 | movierec recommend 42
        history --user 42 | movierec history 42
        similar --title 'Star Wars' | movierec similar "Star Wars"
        show --movie-id 50 | movierec show id:50
        recommend --profile bob | --as bob
        rate Heat 4 --profile bob | --as bob
        recommend 42 --limit 5 | --top 5
        recommend 42 --json | --format json
        fetch --dataset ml-1m | movierec fetch ml-1m
        similar Star Wars | movierec similar "Star Wars"
        search the empire strikes back | movierec search "the empire strikes back"
        rate Star Wars 4 | movierec rate "Star Wars" 4
        rate Star Wars | movierec rate "Star Wars" 4.5
        rate 4.5 Alien | movierec rate "Alien" 4.5
        info please | movierec info --help
        plot map 'my map.html' | movierec plot map --output "my map.html"
        predict me | movierec predict me "Star Wars", or: movierec predict --pairs pairs.csv
        predict 3 | movierec predict 3 "Star Wars", or: movierec predict --pairs pairs.csv
        predict Alien | movierec predict me "Alien", or: movierec predict --pairs pairs.csv
        rate Alien | movierec rate "Alien" 4.5, or: movierec rate --remove "Alien"
        train --resume --epochs 0 | Train without it: movierec train
        """
    ),
)
def test_the_command_that_is_meant_is_said(
    cli: Cli, checkerboard_home: Path, line: str, instead: str
) -> None:
    result = cli(*shlex.split(line), home=checkerboard_home)
    assert (result.code, result.out) == (2, "")
    assert said(result).endswith(instead)


@pytest.mark.parametrize(
    ("line", "said_of_it"),
    table(
        """
        info --hoem x | There is no option --hoem. Did you mean --home? How it is used: movierec info --help
        recommend --xyzzy | There is no option --xyzzy. How it is used: movierec recommend --help
        --versoin | There is no option --versoin. Did you mean --version? How it is used: movierec --help
        plot map -z | There is no option -z. How it is used: movierec plot map --help
        recommend 1 -z | There is no option -z. How it is used: movierec recommend --help
        recommend 1 --top | --top is missing its value. How it is used: movierec recommend --help
        recommend 1 --watchlist=yes | --watchlist takes no value. How it is used: movierec recommend --help
        rate | TITLE is missing. How it is used: movierec rate --help
        similar | TITLE is missing. How it is used: movierec similar --help
        recomend 1 | There is no command 'recomend'. Did you mean recommend? All commands: movierec --help
        plot mapp | There is no command 'mapp'. Did you mean map? All commands: movierec plot --help
        xyzzy | There is no command 'xyzzy'. All commands: movierec --help
        """
    ),
)
def test_a_line_that_cannot_be_read_gets_the_way_out(
    cli: Cli, checkerboard_home: Path, line: str, said_of_it: str
) -> None:
    result = cli(*shlex.split(line), home=checkerboard_home)
    assert (result.code, result.out) == (2, "")
    assert said(result) == f"Error: {said_of_it}"


def test_an_unknown_command_does_not_steer_the_terminal(cli: Cli) -> None:
    assert said(cli("xyz\x1b[31m")).startswith("Error: There is no command 'xyz\ufffd[31m'.")


def test_other_words_behind_two_hyphens_are_words(cli: Cli, checkerboard_home: Path) -> None:
    titled = cli("similar", "--", "--user", home=checkerboard_home)
    assert (titled.code, "No movie is called '--user'" in said(titled)) == (1, True)


@pytest.mark.parametrize("command", [(), ("rate",), ("plot", "map")])
def test_help_is_a_command_too(cli: Cli, command: tuple[str, ...]) -> None:
    plain = cli(*command, "--help")
    assert plain.code == 0
    assert "Usage" in plain.out
    assert cli("help", *command) == plain
    if command[:1] == ("plot",):
        assert cli("plot", "help", "map") == plain


def test_a_dataset_may_be_named_without_an_option(cli: Cli, tmp_path: Path) -> None:
    for command in ("train", "evaluate"):
        results = [cli(command, *argv, home=tmp_path) for argv in (["mine"], ["--dataset", "mine"])]
        assert results[0] == results[1]
        assert results[0].code == 1
        assert "'mine'" in results[0].err
        both = cli(command, "mine", "--dataset", "other", home=tmp_path)
        assert both.code == 2
        assert "mine and --dataset other" in said(both)


def test_genres_and_decades_as_people_write_them(cli: Cli, titles_home: Path) -> None:
    """Of the films of TITLES those of the eighties that are Sci-Fi."""
    argv = ("recommend", "9", "--genre", "scifi", "--year", "80s", "--include-seen", "-f", "json")
    records = json.loads(cli(*argv, home=titles_home).out)
    assert {record["movie_id"] for record in records} == {172, 450}
    slip = cli("recommend", "9", "--genre", "horor", home=titles_home)
    assert said(slip) == "Error: --genre 'horor': there is no such genre. Did you mean Horror?"


def test_somebody_of_the_dataset_is_no_slip(cli: Cli, checkerboard_home: Path) -> None:
    assert cli("recommend", str(Checkerboard.user_id(0)), home=checkerboard_home).code == 0
