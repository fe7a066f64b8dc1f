"""Whole-process time and peak memory of questions, against the scripts that one would write without movierec.

    python benchmarks/questions.py [--rounds 15] [--home DIR]

It needs a trained model in DIR (default: as for movierec). Processes take turns; it prints a Markdown table
with medians, spread and ratios. The naive scripts import lancedb, open the same tables, search and print;
`--help` and completion are compared with a typer program of one command in the same environment.
"""

import sys
import tempfile
from pathlib import Path

from children import HEAD, interleaved, row
from described import parser_of

from movierec_cli.home import Home
from movierec_cli.store.runs import current_run

NAIVE_RECOMMEND = """
import sys
import lancedb
database = lancedb.connect(sys.argv[1])
users, movies = database.open_table("users"), database.open_table("movies")
person = users.search().where(f"user_id = {sys.argv[2]}").limit(1).to_list()[0]
rated = set(person["movie_ids"])
hits = (
    movies.search(person["score_vector"], vector_column_name="score_vector")
    .distance_type("dot").limit(10 + len(rated)).select(["movie_id", "title", "year", "_distance"]).to_list()
)
for hit in [hit for hit in hits if hit["movie_id"] not in rated][:10]:
    print(hit["title"], hit["year"], 1 - hit["_distance"])
"""
NAIVE_SIMILAR = """
import sys
import lancedb
movies = lancedb.connect(sys.argv[1]).open_table("movies")
movie = movies.search().where(f"title = '{sys.argv[2]}'").limit(1).to_list()[0]
hits = (
    movies.search(movie["similar_vector"], vector_column_name="similar_vector")
    .distance_type("dot").limit(11).select(["movie_id", "title", "year", "_distance"]).to_list()
)
for hit in hits[1:]:
    print(hit["title"], hit["year"], 1 - hit["_distance"])
"""
ONE_COMMAND = """
import typer
app = typer.Typer()
@app.command()
def hello(name: str = typer.Argument(help="Whom to greet."), count: int = 1) -> None:
    \"\"\"Greet somebody.\"\"\"
    for _ in range(count):
        print(f"Hello, {name}")
app(prog_name="hello")
"""


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--home", default=None)
    parser.add_argument("--user", default="42")
    parser.add_argument("--title", default="Star Wars")
    arguments = parser.parse_args()
    home = Home.resolve(arguments.home)
    folder = str(current_run(home).folder)
    environment = {"MOVIEREC_HOME": str(home.root), "COLUMNS": "80"}
    with tempfile.TemporaryDirectory() as scratch:
        hello = Path(scratch) / "hello.py"
        hello.write_text(ONE_COMMAND)
        movierec = [str(Path(sys.executable).with_name("movierec"))]
        python = [sys.executable, "-c"]
        questions = {
            f"movierec recommend {arguments.user}": [*movierec, "recommend", arguments.user, "--top", "10"],
            "the naive script": [*python, NAIVE_RECOMMEND, folder, arguments.user],
            f'movierec similar "{arguments.title}"': [*movierec, "similar", arguments.title],
            "its naive script": [*python, NAIVE_SIMILAR, folder, arguments.title],
            "movierec --help": [*movierec, "--help"],
            "one-command typer program --help": [sys.executable, str(hello), "--help"],
        }
        asked = list(interleaved(questions, arguments.rounds, environment).items())
        completing = {"COMP_WORDS": "movierec re", "COMP_CWORD": "1"}
        completing |= {f"_{name}_COMPLETE": "complete_bash" for name in ("MOVIEREC", "HELLO")}
        completions = {
            "movierec, completion of `re`": movierec,
            "one-command typer program, completion": [sys.executable, str(hello)],
        }
        asked += interleaved(completions, arguments.rounds, environment | completing).items()
    print(HEAD)
    for ours, theirs in zip(asked[::2], asked[1::2], strict=True):
        print(row(*ours, against=theirs[1]))
        print(row(*theirs, against=theirs[1]))


if __name__ == "__main__":
    main()
