"""Every MovieLens release that can be fetched by name: where it is, how to verify it, its licence."""

from dataclasses import dataclass
from pathlib import Path

from movierec_cli.errors import NotFoundError, did_you_mean
from movierec_cli.system.typed_json import from_json, parse

CITATION = (
    "F. M. Harper and J. A. Konstan, The MovieLens Datasets: History and Context, "
    "ACM Transactions on Interactive Intelligent Systems 5(4), 2015, doi:10.1145/2827872"
)


@dataclass(frozen=True, slots=True)
class Release:
    """One MovieLens release.

    size: bytes of the archive, rounded where `size_is_exact` is false.
    sha256, md5: of the archive, where known.
    checksum_is_final: false where GroupLens replaces the archive now and then, or the checksum was seen in
        one place only. A mismatch is then only reported, and the archive's own CRCs decide.
    years: of its first and its last film.
    layout: "tab" (u.data), "double-colon" (ratings.dat) or "csv" (ratings.csv).
    in_package_index: whether the release also comes in a wheel, for when GroupLens cannot be reached.
    """

    name: str
    url: str
    size: int
    layout: str
    rating_scale: tuple[float, float]
    people: int
    movies: int
    ratings: int
    years: tuple[int, int]
    licence: str
    size_is_exact: bool = True
    sha256: str | None = None
    md5: str | None = None
    checksum_is_final: bool = True
    in_package_index: bool = False
    citation: str = CITATION


CATALOG = {
    release.name: release
    for release in from_json(list[Release], parse(Path(__file__).with_suffix(".json").read_text("utf-8")))
}
"""The releases of catalog.json by their names, in its order."""


def newest_release(than: int) -> Release | None:
    """The release with the latest films, the smallest of several; None where none has any after `than`."""
    newest = min(CATALOG.values(), key=lambda release: (-release.years[1], release.size))
    return newest if newest.years[1] > than else None


def find_release(name: str) -> Release:
    """The release called `name`, whatever its capitals.

    Raises NotFoundError naming every release, and the nearest one where the name looks like a slip.
    """
    release = CATALOG.get(name.lower())
    if release is not None:
        return release
    raise NotFoundError(
        f"There is no MovieLens release called {name[:100]!r}.{did_you_mean(name, CATALOG)}",
        hint=f"The releases are {', '.join(CATALOG)}. For data of your own: movierec fetch --from FOLDER",
    )
