"""What the Tab key offers: titles, datasets, profiles and runs, read from files with nothing slow loaded.

What is missing or damaged offers nothing and says nothing, for the shell would show it in the command line.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import typer

from movierec_cli.errors import MovieRecError
from movierec_cli.home import TITLES_FILE, Home
from movierec_cli.system.storage import storage_at

MOST = 50
"""How many titles are offered."""
_ARTICLE = re.compile(r"(?:the|a|an|les|le|la|il|el|der|das) |l'")


def complete_title(ctx: typer.Context, incomplete: str) -> list[str]:
    """Titles with their years that begin with the text, without their article if it is not in it.

    The best known come first. Case and accents make no difference.
    """
    return [_Offer(_spelt(title, incomplete)) for title in islice(_titles(_home(ctx), incomplete), MOST)]


def complete_release(incomplete: str) -> list[str]:
    """Releases that `fetch` knows by name."""
    from movierec_cli.datasets.catalog import CATALOG

    return _beginning(CATALOG, incomplete)


def complete_dataset(ctx: typer.Context, incomplete: str) -> list[str]:
    """Datasets that have been fetched."""
    from movierec_cli.datasets.shelf import names_here

    return _beginning(_there(ctx, names_here), incomplete)


def complete_profile(ctx: typer.Context, incomplete: str) -> list[str]:
    """Profiles that have ratings of somebody's own."""
    from movierec_cli.profiles.profile import list_profiles

    return _beginning(_there(ctx, list_profiles), incomplete)


def complete_run(ctx: typer.Context, incomplete: str) -> list[str]:
    """Runs, the newest first."""
    return _beginning(reversed(_there(ctx, _runs)), incomplete)


class _Offer(str):
    """A text that typer offers although it does not begin with what was typed: "Godfather" for "godf"."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        return True


def _home(ctx: typer.Context) -> Home:
    return Home.resolve(ctx.params.get("home"))


def _there(ctx: typer.Context, names: Callable[[Home], Iterable[str]]) -> list[str]:
    try:
        return list(names(_home(ctx)))
    except (OSError, MovieRecError):
        return []


def _runs(home: Home) -> list[str]:
    runs = storage_at(home.runs)
    return [run_id for run_id in runs.folders("MANIFEST") if runs.has(f"{run_id}/run.json")]


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _titles(home: Home, incomplete: str) -> Iterator[str]:
    wanted = _folded(incomplete)
    try:
        run_id = storage_at(home.root).read(home.current.name).decode("utf-8").strip()
        titles = storage_at(home.runs / Path(run_id).name).read(TITLES_FILE).decode("utf-8")
    except (OSError, ValueError, MovieRecError):
        return
    for line in titles.split("\n"):
        label = line.rstrip("\r")
        folded = _folded(label)
        if wanted not in folded:
            continue
        article = _ARTICLE.match(folded)
        for start in (0, article.end()) if article else (0,):
            if folded.startswith(wanted, start) and label.isprintable() and label:
                yield label[start:]
                break


def _folded(text: str) -> str:
    """Without case and accents, letter by letter."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", char.lower())[:1] for char in text)


def _spelt(title: str, incomplete: str) -> str:
    """The title as the shell at hand takes it."""
    match os.environ.get("_MOVIEREC_COMPLETE"):
        case "complete_bash":
            return _quoted_for_bash(title)
        case "complete_zsh":  # it drops what does not go on from the very letters that were typed
            return incomplete + title[len(incomplete) :]
        case _:
            return title


def _quoted_for_bash(title: str) -> str:
    """Escaped for the quotes that the word on the command line begins with, if any; bash does not do it."""
    try:
        word = os.environ["COMP_WORDS"].split("\n")[int(os.environ["COMP_CWORD"])]
    except (LookupError, ValueError):
        word = ""
    if word.startswith('"'):
        return re.sub(r'(["$`\\])', r"\\\1", title)
    if word.startswith("'"):
        return title.replace("'", r"'\''")
    return re.sub(r"([^\w.,/+-])", r"\\\1", title)
