"""One small set of ratings and movies, spelled out, and its files in each of the MovieLens layouts.

Six ratings by three people of four movies: one with an accent, one with commas and a translation in its
title, two that share their title and year.
"""

import codecs
import io
import zipfile
from pathlib import Path

from tests.support import table

RATINGS = [
    (int(user_id), int(movie_id), int(rating), int(timestamp))
    for user_id, movie_id, rating, timestamp in table(
        """
        1 | 10 | 5 | 881250949
        1 | 20 | 3 | 881250950
        2 | 10 | 4 | 881250951
        2 | 30 | 1 | 881250952
        3 | 20 | 2 | 881250953
        3 | 30 | 5 | 881250954
        """
    )
]
"""(user_id, movie_id, rating, timestamp)"""

MOVIES = [
    (10, "Misérables, Les", 1995, ("Drama", "Musical")),
    (20, "City of Lost Children, The (Cité des enfants perdus, La)", 1995, ("Adventure", "Sci-Fi")),
    (30, "Hugo Pool", 1997, ("Romance",)),
    (40, "Hugo Pool", 1997, ()),
]
"""(movie_id, title, year, genres); nobody has rated the last"""

FLAGS = {  # u.item's 19 flags: unknown, Action, Adventure, ... in the order of u.genre
    10: "0|0|0|0|0|0|0|0|1|0|0|0|1|0|0|0|0|0|0",
    20: "0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|1|0|0|0",
    30: "0|0|0|0|0|0|0|0|0|0|0|0|0|0|1|0|0|0|0",
    40: "1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0",
}


def lines_of_movies(line: str) -> str:
    """A line for each movie, from its movie_id, title with year, and genres."""
    return "".join(
        line.format(movie_id, f"{title} ({year})", "|".join(genres) or "(no genres listed)") + "\n"
        for movie_id, title, year, genres in MOVIES
    )


def separated_ratings(separator: str) -> bytes:
    """A line for each rating."""
    return "".join(f"{separator.join(map(str, rating))}\n" for rating in RATINGS).encode()


def tab_files(encoding: str = "latin-1") -> dict[str, bytes]:
    """ml-100k's layout; the last movie has no dates and no address."""
    about = {
        movie_id: "|||" if movie_id == 40 else f"05-Jan-{year}||http://us.imdb.com/M/{movie_id}|"
        for movie_id, _, year, _ in MOVIES
    }
    items = "".join(
        f"{movie_id}|{title} ({year})|{about[movie_id]}{FLAGS[movie_id]}\n"
        for movie_id, title, year, _ in MOVIES
    )
    return {
        "u.data": separated_ratings("\t"),
        "u.item": items.encode(encoding),
        "u.user": b"1|24|M|technician|85711\n2|53|F|other|94043\n3|23|M|writer|T8H1N\n",
    }


def double_colon_files(encoding: str = "latin-1") -> dict[str, bytes]:
    """ml-1m's layout, and with UTF-8, ml-10m's."""
    movies = lines_of_movies("{}::{}::{}")
    return {"ratings.dat": separated_ratings("::"), "movies.dat": movies.encode(encoding)}


def csv_files() -> dict[str, bytes]:
    """The layout of ml-20m and later."""
    movies = lines_of_movies('{},"{}",{}')
    ratings = "".join(f"{u},{m},{r}.0,{t}\n" for u, m, r, t in RATINGS)
    return {
        "ratings.csv": f"userId,movieId,rating,timestamp\n{ratings}".encode(),
        "movies.csv": f"movieId,title,genres\n{movies}".encode(),
        "links.csv": b"movieId,imdbId,tmdbId\n10,0113828,48750\n20,0112682,902\n30,0119347,\n",
    }


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """Put the files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def zipped(files: dict[str, bytes], top: str = "sample/") -> bytes:
    """An archive of the files inside one folder, as GroupLens makes them."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(top + name, data)
    return content.getvalue()


SPELLINGS = [
    tab_files(),
    tab_files("utf-8"),
    double_colon_files(),
    double_colon_files("utf-8"),
    csv_files(),
    {name: codecs.BOM_UTF8 + content for name, content in tab_files("utf-8").items()},
    {name: codecs.BOM_UTF8 + content for name, content in csv_files().items()},
    {name: content.replace(b"\n", b"\r\n") for name, content in tab_files().items()},
    {name: content.replace(b"\n", b"\r\n") for name, content in double_colon_files().items()},
    {name: content.replace(b"\n", b"\r\n") for name, content in csv_files().items()},
    {name: content.rstrip(b"\n") for name, content in tab_files().items()},
    {name: content.replace(b"\n", b"\n\n") for name, content in csv_files().items()},
]
"""The same ratings and movies in every layout, encoding and kind of line end."""
