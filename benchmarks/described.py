"""The command line of a benchmark: what the top of its file says is its help."""

import argparse
from pathlib import Path


def parser_of(text: str | None) -> argparse.ArgumentParser:
    """A parser that shows `text` as it is written."""
    return argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)


def parser_of_a_split(text: str | None) -> argparse.ArgumentParser:
    """One that takes a folder, the seed of its split, and the epochs to train for."""
    parser = parser_of(text)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=50)
    return parser
