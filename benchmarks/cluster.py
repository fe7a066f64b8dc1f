"""What --cluster costs and gives: whole commands without it, with one worker and with two.

    python benchmarks/cluster.py HOME DATASET [--rounds 3]

HOME has DATASET fetched. It is trained with --epochs 0, and everyone's lists are exported; the three ways
take turns, after a round that only warms the caches. Seconds are those of the whole process, with starting
Ray; peak memory is that of the command alone, without its workers. What is exported must be the same bytes.
It prints Markdown.
"""

import sys
import tempfile
from pathlib import Path

from children import HEAD, interleaved, row
from described import parser_of

WAYS = {
    "alone": [],
    "one worker": ["--cluster", "local", "--workers", "1"],
    "two workers": ["--cluster", "local", "--workers", "2"],
}


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("dataset")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    movierec = [sys.executable, "-m", "movierec_cli"]
    home = ["--home", str(asked.home)]
    with tempfile.TemporaryDirectory() as folder:
        files = {way: Path(folder, f"{way}.csv") for way in WAYS}
        commands = {
            f"train {asked.dataset} --epochs 0": {
                way: [*movierec, "train", asked.dataset, "--epochs", "0", *home, *options]
                for way, options in WAYS.items()
            },
            "export": {
                way: [*movierec, "export", str(files[way]), *home, *options] for way, options in WAYS.items()
            },
        }
        print(HEAD)
        for name, ways in commands.items():
            measured = interleaved(ways, asked.rounds)
            for way, of_way in measured.items():
                print(row(f"{name}, {way}", of_way, measured["alone"]), flush=True)
        assert len({path.read_bytes() for path in files.values()}) == 1


if __name__ == "__main__":
    main()
