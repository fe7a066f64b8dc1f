"""The command line of a benchmark: what the top of its file says is its help."""

import argparse


def parser_of(text: str | None) -> argparse.ArgumentParser:
    """A parser that shows `text` as it is written."""
    return argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
