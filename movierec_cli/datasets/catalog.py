"""Every MovieLens release that can be fetched by name: where it is, how to verify it, its licence."""

from collections.abc import Iterable
from dataclasses import dataclass

from movierec_cli.errors import NotFoundError

CITATION = (
    "F. M. Harper and J. A. Konstan, The MovieLens Datasets: History and Context, "
    "ACM Transactions on Interactive Intelligent Systems 5(4), 2015, doi:10.1145/2827872"
)
_NO_SHARING = "Free for research. No commercial use and no redistribution without GroupLens' permission."
_SAME_TERMS = (
    "Free for research. No commercial use without permission; redistribution on the same terms only."
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


def _address(name: str) -> str:
    return f"https://files.grouplens.org/datasets/movielens/{name}.zip"


CATALOG: dict[str, Release] = {
    release.name: release
    for release in (
        Release(
            name="ml-100k",
            url=_address("ml-100k"),
            size=4_924_029,
            layout="tab",
            rating_scale=(1.0, 5.0),
            people=943,
            movies=1_682,
            ratings=100_000,
            years=(1922, 1998),
            licence=_NO_SHARING,
            sha256="50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
            md5="0e33842e24a9c977be4e0107933c0723",
            in_package_index=True,
        ),
        Release(
            name="ml-1m",
            url=_address("ml-1m"),
            size=5_917_549,
            layout="double-colon",
            rating_scale=(1.0, 5.0),
            people=6_040,
            movies=3_883,
            ratings=1_000_209,
            years=(1919, 2000),
            licence=_NO_SHARING,
            sha256="a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
            md5="c4d9eecfca2ab87c1945afe126590906",
        ),
        Release(
            name="ml-10m",
            url=_address("ml-10m"),
            size=65_566_137,
            layout="double-colon",
            rating_scale=(0.5, 5.0),
            people=69_878,
            movies=10_681,
            ratings=10_000_054,
            years=(1915, 2008),
            licence=_NO_SHARING,
            md5="ce571fd55effeba0271552578f2648bd",
        ),
        Release(
            name="ml-20m",
            url=_address("ml-20m"),
            size=198_702_078,
            layout="csv",
            rating_scale=(0.5, 5.0),
            people=138_493,
            movies=27_278,
            ratings=20_000_263,
            years=(1891, 2015),
            licence=_SAME_TERMS,
            sha256="96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3",
            md5="cd245b17a1ae2cc31bb14903e1204af3",
        ),
        Release(
            name="ml-25m",
            url=_address("ml-25m"),
            size=261_978_986,
            layout="csv",
            rating_scale=(0.5, 5.0),
            people=162_541,
            movies=62_423,
            ratings=25_000_095,
            years=(1874, 2019),
            licence=_SAME_TERMS,
            sha256="8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
            md5="6b51fb2759a8657d3bfcbfc42b592ada",
        ),
        Release(
            name="ml-32m",
            url=_address("ml-32m"),
            size=238_950_008,
            layout="csv",
            rating_scale=(0.5, 5.0),
            people=200_948,
            movies=87_585,
            ratings=32_000_204,
            years=(1874, 2023),
            licence=_SAME_TERMS,
            sha256="e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee",
            checksum_is_final=False,
        ),
        Release(
            name="ml-latest-small",
            url=_address("ml-latest-small"),
            size=1_000_000,
            size_is_exact=False,
            layout="csv",
            rating_scale=(0.5, 5.0),
            people=610,
            movies=9_742,
            ratings=100_836,
            years=(1902, 2018),
            licence=_SAME_TERMS,
            sha256="696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
            checksum_is_final=False,
        ),
        Release(
            name="ml-latest",
            url=_address("ml-latest"),
            size=335_000_000,
            size_is_exact=False,
            layout="csv",
            rating_scale=(0.5, 5.0),
            people=330_975,
            movies=86_537,
            ratings=33_832_162,
            years=(1874, 2023),
            licence=_SAME_TERMS,
            checksum_is_final=False,
        ),
    )
}


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


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The end of an error message: the one of `names` that `name` was perhaps meant to be, or nothing."""
    from rapidfuzz import fuzz, process  # shell completion reads the catalogue too

    nearest = process.extractOne(name[:100].lower(), list(names), scorer=fuzz.ratio, score_cutoff=60)
    return f" Did you mean {nearest[0]}?" if nearest else ""
