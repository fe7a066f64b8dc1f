"""Files as services write them, in their languages: right films, right stars, and nothing else."""
# ruff: noqa: E501 (lines as long as the services write them)

import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from movierec_cli.errors import DataError, UsageError
from movierec_cli.profiles.kinds import State
from movierec_cli.profiles.rating_files import RatingFile, read_rating_file

Film = tuple[str, int | None, float | str]
"""Title, year, and the stars, "seen" or "planned"."""


def read(path: Path, content: str | bytes, **options: object) -> RatingFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_rating_file(path, lambda _: {}, **options)  # type: ignore[arg-type]


def films(export: RatingFile) -> list[Film]:
    return [
        (own.title, own.year, "planned" if row.planned else own.stars if own.stars is not None else "seen")
        for row in export.rows
        if (own := row.own)
    ]


def left_out(export: RatingFile) -> Counter[str]:
    return Counter(row.left_out for row in export.rows if row.left_out)


def problems(export: RatingFile) -> list[str]:
    return [row.problem for row in export.rows if row.problem]


# ---- IMDb, in other languages ----

ITALIAN = """Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres
tt0093191,9,2023-01-31,Il cielo sopra Berlino,Der Himmel über Berlin,https://www.imdb.com/title/tt0093191/,Film,7.9,128,1987,Drama
tt0303461,8,2023-02-01,Firefly,Firefly,https://www.imdb.com/title/tt0303461/,Serie TV,9,44,2002,Action
tt7366338,8,2023-02-01,Chernobyl,Chernobyl,https://www.imdb.com/title/tt7366338/,Mini serie TV,9.3,330,2019,Drama
tt0959621,8,2023-02-02,Pilot,Pilot,https://www.imdb.com/title/tt0959621/,Episodio TV,9,58,2008,Crime
tt0109424,7,2023-02-02,Hong Kong Express,Chung Hing sam lam,https://www.imdb.com/title/tt0109424/,Film,8,102,1994,Drama
tt0000001,6,2023-02-03,Un corto,,https://www.imdb.com/title/tt0000001/,Cortometraggio,5,3,1994,Short
tt0000002,6,2023-02-03,Da vedere in tv,,https://www.imdb.com/title/tt0000002/,Film TV,5,3,1995,Drama
"""


def test_imdb_in_italian(tmp_path: Path) -> None:
    export = read(tmp_path / "ratings.csv", ITALIAN)
    assert export.source == "IMDb"
    assert films(export) == [
        ("Il cielo sopra Berlino", 1987, 4.5),
        ("Hong Kong Express", 1994, 3.5),
        ("Un corto", 1994, 3.0),
        ("Da vedere in tv", 1995, 3.0),
    ]
    assert left_out(export) == {"TV series": 2, "TV episode": 1}
    first = next(row.own for row in export.rows if row.own)
    assert (first.described.titles, first.imdb_id) == (
        ("Der Himmel über Berlin", "Il cielo sopra Berlino"),
        "tt0093191",
    )


GERMAN = """Const;Ihre Bewertung;Bewertungsdatum;Titel;Originaltitel;URL;Titeltyp;IMDb-Bewertung;Jahr
tt0118694;8;2023-05-01;In the Mood for Love;Fa yeung nin wah;u;Film;8,1;2000
tt0944947;8;2023-05-01;Game of Thrones;Game of Thrones;u;Fernsehserie;9,2;2011
tt0116282;9;2023-05-02;Fargo;Fargo;u;Spielfilm;8,1;1996
"""


def test_imdb_in_german(tmp_path: Path) -> None:
    export = read(tmp_path / "bewertungen.csv", GERMAN)
    assert films(export) == [("In the Mood for Love", 2000, 4.0), ("Fargo", 1996, 4.5)]
    assert [row.own.rated_on for row in export.rows if row.own] == ["2023-05-01", "2023-05-02"]
    assert left_out(export) == {"TV series": 1}


IMDB_LIST = """Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Year,Your Rating,Date Rated
1,tt0113277,2024-01-01,2024-01-01,,Heat,Heat,u,Movie,8.3,1995,,
2,tt0078748,2024-01-02,2024-01-02,,Alien,Alien,u,Movie,8.5,1979,9,2023-01-01
3,tt0903747,2024-01-02,2024-01-02,,Breaking Bad,Breaking Bad,u,TV Series,9.5,2008,,
"""


def test_imdbs_watchlist_has_films_that_were_rated_too(tmp_path: Path) -> None:
    for name in ("WATCHLIST.csv", "a5a1-4711.csv"):
        export = read(tmp_path / name, IMDB_LIST)
        assert films(export) == [("Heat", 1995, "planned"), ("Alien", 1979, 4.5)]
        assert left_out(export) == {"TV series": 1}


# ---- Trakt ----


def trakt_movie(title: str, year: int, imdb: str, tmdb: int) -> dict[str, object]:
    return {"title": title, "year": year, "ids": {"trakt": 1, "slug": "s", "imdb": imdb, "tmdb": tmdb}}


SHOW = {
    "title": "Lost",
    "year": 2004,
    "ids": {"trakt": 2, "slug": "lost", "tvdb": 73739, "imdb": "tt0411008"},
}
HEAT = trakt_movie("Heat", 1995, "tt0113277", 949)
ALIEN = trakt_movie("Alien", 1979, "tt0078748", 348)
DUNE = trakt_movie("Dune", 2021, "tt1160419", 438631)
TRAKT: dict[str, object] = {
    "ratings-movies.json": [
        {"rated_at": "2024-05-01T10:00:00.000Z", "rating": 9, "type": "movie", "movie": HEAT}
    ],
    "ratings-shows.json": [
        {"rated_at": "2024-05-01T10:00:00.000Z", "rating": 8, "type": "show", "show": SHOW}
    ],
    "ratings-episodes.json": [
        {
            "rated_at": "2024-05-01T10:00:00.000Z",
            "rating": 8,
            "type": "episode",
            "episode": {"season": 1, "number": 2, "title": "Tabula Rasa", "ids": {"imdb": "tt0631190"}},
            "show": SHOW,
        }
    ],
    "watched-movies.json": [
        {"plays": 2, "last_watched_at": "2024-04-30T20:00:00.000Z", "movie": HEAT},
        {"plays": 1, "last_watched_at": "2024-04-01T20:00:00.000Z", "movie": ALIEN},
    ],
    "watched-shows.json": [
        {"plays": 3, "last_watched_at": "2024-04-01T20:00:00.000Z", "show": SHOW, "seasons": []}
    ],
    "lists-watchlist.json": [
        {"rank": 1, "listed_at": "2024-06-01T00:00:00.000Z", "type": "movie", "movie": DUNE}
    ],
    "collection-movies.json": [{"collected_at": "2024-01-01T00:00:00.000Z", "movie": DUNE}],
    "user-profile.json": {"username": "me", "name": "Me", "vip": False},
}
TRAKT_FILMS: list[Film] = [
    ("Dune", 2021, "planned"),
    ("Heat", 1995, "seen"),
    ("Alien", 1979, "seen"),
    ("Heat", 1995, 4.5),
]


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def check_trakt(export: RatingFile) -> None:
    assert export.source == "Trakt"
    assert films(export) == TRAKT_FILMS
    assert left_out(export) == {"TV series": 2, "TV episode": 1}
    by_title = {row.own.title: row.own for row in export.rows if row.own and row.own.stars}
    assert (by_title["Heat"].imdb_id, by_title["Heat"].tmdb_id, by_title["Heat"].rated_on) == (
        "tt0113277",
        949,
        "2024-05-01",
    )


@pytest.mark.parametrize("around", ["", "trakt-export-me/"])
def test_trakts_zip(tmp_path: Path, around: str) -> None:
    files = {around + name: json.dumps(content) for name, content in TRAKT.items()}
    check_trakt(read(tmp_path / "trakt.zip", zipped(files)))


def test_trakts_zip_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "trakt"
    folder.mkdir()
    for name, content in TRAKT.items():
        (folder / name).write_text(json.dumps(content))
    check_trakt(read_rating_file(folder, lambda _: {}))


def test_one_file_of_trakt(tmp_path: Path) -> None:
    history = [
        {"id": 1, "watched_at": "2024-04-01T20:00:00.000Z", "action": "scrobble", "type": "movie", "movie": ALIEN},
        {"id": 2, "watched_at": "2024-04-02T20:00:00.000Z", "action": "watch", "type": "episode", "show": SHOW,
         "episode": {"season": 1, "number": 1, "title": "Pilot", "ids": {}}},
    ]  # fmt: skip
    export = read(tmp_path / "history-1.json", json.dumps(history))
    assert films(export) == [("Alien", 1979, "seen")]
    assert left_out(export) == {"TV episode": 1}


# ---- Letterboxd ----

LETTERBOXD = {
    "profile.csv": "Date Joined,Username\n2020-01-01,me\n",
    "ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n2023-04-01,Heat,1995,https://boxd.it/2a,4.5\n",
    "watched.csv": "Date,Name,Year,Letterboxd URI\n2023-04-01,Heat,1995,https://boxd.it/2a\n"
    "2023-04-04,Alien,1979,https://boxd.it/2d\n",
    "watchlist.csv": "Date,Name,Year,Letterboxd URI\n2023-05-01,Dune,2021,https://boxd.it/2x\n",
    "lists/best.csv": "Letterboxd list export v7\n",
    "likes/films.csv": "Date,Name,Year,Letterboxd URI\n2023-04-01,Brazil,1985,https://boxd.it/2q\n",
}


def test_letterboxd_unpacked(tmp_path: Path) -> None:
    for name, text in LETTERBOXD.items():
        (tmp_path / "letterboxd" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "letterboxd" / name).write_text(text)
    assert films(read_rating_file(tmp_path / "letterboxd", lambda _: {})) == [
        ("Dune", 2021, "planned"),
        ("Heat", 1995, "seen"),
        ("Alien", 1979, "seen"),
        ("Heat", 1995, 4.5),
    ]


LIST = """Letterboxd list export v7
Date,Name,Tags,URL,Description
2024-01-05,The nineties,90s,https://boxd.it/abc,A list

Position,Name,Year,URL,Description
1,Heat,1995,https://boxd.it/2a,
2,"Good, the Bad and the Ugly, The",1966,https://boxd.it/2b,again
"""


def test_a_list_of_letterboxd_is_films_to_be_watched_unless_it_is_said(tmp_path: Path) -> None:
    export = read(tmp_path / "nineties.csv", LIST)
    assert export.source == "Letterboxd"
    assert films(export) == [("Heat", 1995, "planned"), ("Good, the Bad and the Ugly, The", 1966, "planned")]
    assert "--seen" in export.assumed[0]
    seen = read(tmp_path / "nineties.csv", LIST, unrated=State.SEEN)
    assert films(seen) == [("Heat", 1995, "seen"), ("Good, the Bad and the Ugly, The", 1966, "seen")]
    assert seen.assumed == ()


def test_a_list_is_what_it_or_its_file_is_called(tmp_path: Path) -> None:
    def shown(file: str, name: str, description: str = "") -> str:
        export = read(tmp_path / file, LIST.replace("The nineties", name).replace("A list", description))
        one, other = (film[2] for film in films(export))
        assert one == other
        assert ["--watchlist" in sentence for sentence in export.assumed] == [True] * (one == "seen")
        return str(one)

    assert shown("list.csv", "The nineties", "All of them seen when they came out.") == "seen"
    assert shown("list.csv", "Best of the nineties") == "seen"
    assert shown("favourites.csv", "The nineties") == "seen"
    assert shown("list.csv", "The nineties", "Those I have not seen yet.") == "planned"
    assert shown("watchlist-2024.csv", "Best of the nineties") == "planned"


def test_check_ins_of_imdb_were_seen(tmp_path: Path) -> None:
    text = (
        "Position,Const,Created,Modified,Description,Title,URL,Title Type,IMDb Rating,Year\n"
        "1,tt0116282,2025-03-01,2025-03-01,,Fargo,https://www.imdb.com/title/tt0116282/,Movie,8.1,1996\n"
    )
    assert films(read(tmp_path / "check-ins.csv", text)) == [("Fargo", 1996, "seen")]
    assert films(read(tmp_path / "list.csv", text)) == [("Fargo", 1996, "planned")]


# ---- Netflix ----

VIEWING = """Title,Date
"The Crown: Season 1: Wolferton Splash","12/31/23"
"Pulp Fiction","12/30/23"
"Haus des Geldes: Teil 1: Folge 1","1/2/23"
"Dark: Staffel 2: Anfänge und Enden","1/2/23"
"The Queen's Gambit: Limited Series: Openings","1/3/23"
"Star Wars: Episode IV: A New Hope","1/4/23"
"La casa de papel: Temporada 1: Episodio 1","1/4/23"
"""


def test_netflix_viewing_history(tmp_path: Path) -> None:
    export = read(tmp_path / "NetflixViewingHistory.csv", VIEWING)
    assert films(export) == [
        ("Pulp Fiction", None, "seen"),
        ("Star Wars: Episode IV: A New Hope", None, "seen"),
    ]
    assert [row.own.rated_on for row in export.rows if row.own] == ["2023-12-30", "2023-01-04"]
    assert left_out(export) == {"TV episode": 5}


THUMBS = """Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Device Model,Event Utc Ts,Region View Date
Me,Heat,thumb,,2,TV,2021-05-01 10:00:00,2021-05-01
Me,Alien,thumb,,3,TV,2021-05-02 10:00:00,2021-05-02
Me,Speed,thumb,,1,TV,2021-05-03 10:00:00,2021-05-03
Me,Fargo,star,4,,TV,2016-05-03 10:00:00,2016-05-03
Me,Dark: Season 1,thumb,,2,TV,2021-05-03 10:00:00,2021-05-03
"""


def test_netflix_ratings_are_thumbs(tmp_path: Path) -> None:
    export = read(tmp_path / "Ratings.csv", THUMBS)
    assert films(export) == [
        ("Heat", None, 4.0),
        ("Alien", None, 5.0),
        ("Speed", None, 1.5),
        ("Fargo", None, 4.0),
    ]
    assert left_out(export) == {"TV episode": 1}


# ---- Simkl, Yamtrack, TMDB ----

SIMKL = """SIMKL_ID,Title,Type,Year,Watchlist,LastEpWatched,WatchedDate,Rating,Memo,TVDB,TMDB,IMDB
53536,Heat,movie,1995,completed,,2024-01-01 20:00:00,9,,,949,tt0113277
53537,Alien,movie,1979,completed,,2024-01-02 20:00:00,,,,348,tt0078748
53538,Dune,movie,2021,plantowatch,,,,,,438631,tt1160419
17465,Lost,tv,2004,watching,s1e2,2024-01-02 20:00:00,8,,73739,4607,tt0411008
40190,Akira,anime,1988,completed,,2024-01-02 20:00:00,8,,,149,tt0094625
53539,Brazil,movie,1985,hold,,,,,,68,tt0088846
"""


def test_simkl_csv(tmp_path: Path) -> None:
    export = read(tmp_path / "SimklBackup.csv", SIMKL)
    assert films(export) == [("Heat", 1995, 4.5), ("Alien", 1979, "seen"), ("Dune", 2021, "planned")]
    assert left_out(export) == {"TV series": 1, "anime": 1, "begun and not finished": 1}
    assert [row.own.tmdb_id for row in export.rows if row.own] == [949, 348, 438631]


def test_simkl_json(tmp_path: Path) -> None:
    ids = {"simkl": 53536, "imdb": "tt0113277", "tmdb": "949"}
    content = {
        "movies": [
            {"last_watched_at": "2024-01-01T00:00:00Z", "status": "completed", "user_rating": 9,
             "movie": {"title": "Heat", "year": 1995, "ids": ids}},
            {"last_watched_at": None, "status": "plantowatch", "user_rating": None,
             "movie": {"title": "Dune", "year": 2021, "ids": {"imdb": "tt1160419"}}},
        ],
        "shows": [{"status": "completed", "user_rating": 7, "show": {"title": "Lost", "year": 2004, "ids": {}}}],
        "anime": [{"status": "completed", "user_rating": 7, "show": {"title": "Akira", "year": 1988, "ids": {}}}],
    }  # fmt: skip
    export = read(tmp_path / "SimklBackup.json", json.dumps(content))
    assert films(export) == [("Heat", 1995, 4.5), ("Dune", 2021, "planned")]
    assert left_out(export) == {"TV series": 1, "anime": 1}


YAMTRACK = """media_id,source,media_type,title,image,season_number,episode_number,score,status,notes,start_date,end_date
949,tmdb,movie,Heat,http://i,,,9.0,Completed,,2024-01-01,2024-01-01
348,tmdb,movie,Alien,http://i,,,,Completed,,,2024-01-02
438631,tmdb,movie,Dune,http://i,,,,Planning,,,
4607,tmdb,tv,Lost,http://i,,,8,In progress,,,
4607,tmdb,season,Lost,http://i,1,,8,Completed,,,
4607,tmdb,episode,Lost,http://i,1,2,,,,,2024-01-02
1,mal,anime,Cowboy Bebop,http://i,,,9,Completed,,,
2,mal,manga,Berserk,http://i,,,9,Completed,,,
3,igdb,game,Portal,http://i,,,9,Completed,,,
4,openlibrary,book,Dune,http://i,,,9,Completed,,,
"""


def test_yamtrack(tmp_path: Path) -> None:
    export = read(tmp_path / "yamtrack.csv", YAMTRACK)
    assert films(export) == [("Heat", None, 4.5), ("Alien", None, "seen"), ("Dune", None, "planned")]
    assert left_out(export) == {
        "TV series": 1,
        "TV season": 1,
        "TV episode": 1,
        "anime": 1,
        "manga": 1,
        "video game": 1,
        "book": 1,
    }
    assert [row.own.tmdb_id for row in export.rows if row.own] == [949, 348, 438631]


TMDB = """TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated
949,tt0113277,movie,Heat,1995-12-15T00:00:00Z,,,7.9,9,2024-01-01T00:00:00Z
4607,tt0411008,tv,Lost,2004-09-22T00:00:00Z,,,8,8,2024-01-01T00:00:00Z
"""


def test_tmdb_has_everybodys_rating_beside_ones_own(tmp_path: Path) -> None:
    export = read(tmp_path / "ratings.csv", TMDB)
    assert films(export) == [("Heat", 1995, 4.5)]
    assert left_out(export) == {"TV series": 1}


# ---- Kinorium, Kinopoisk, Douban, Criticker, Moviepilot, Kodi, Jellyfin ----

KINORIUM = (
    "ListTitle\tTitle\tOriginal Title\tType\tYear\tMy rating\tDate\n"
    "Оценки\tСхватка\tHeat\tФильм\t1995\t9\t2024-01-01\n"
    "Буду смотреть\tДюна\tDune\tФильм\t2021\t\t2024-01-02\n"
    "Оценки\tОстаться в живых\tLost\tСериал\t2004\t8\t2024-01-03\n"
    "Оценки\tСтранные дни\t\tФильм\t1995\t7\t2024-01-03\n"
)


def test_kinorium_is_utf_16_with_tabs(tmp_path: Path) -> None:
    export = read(tmp_path / "votes.csv", KINORIUM.encode("utf-16"))
    assert films(export) == [("Схватка", 1995, 4.5), ("Дюна", 2021, "planned"), ("Странные дни", 1995, 3.5)]
    assert left_out(export) == {"TV series": 1}
    assert export.rows[0].own
    assert export.rows[0].own.original_title == "Heat"


def test_russian_in_an_encoding_from_before_utf_8(tmp_path: Path) -> None:
    text = "Название;Оригинальное название;Год;Моя оценка;Рейтинг КП\nСхватка;Heat;1995;9;8,1\nСталкер;;1979;10;8,1\n"
    export = read(tmp_path / "kinopoisk.csv", text.encode("cp1251"))
    assert films(export) == [("Схватка", 1995, 4.5), ("Сталкер", 1979, 5.0)]
    assert "Windows-1251" in export.assumed[0]


def test_douban(tmp_path: Path) -> None:
    text = (
        "标题,原名,年份,豆瓣评分,我的评分,状态,创建时间\n"
        "盗火线,Heat,1995,8.7,5,看过,2024-01-01 10:00:00\n"
        "沙丘,Dune,2021,7.7,,想看,2024-01-02 10:00:00\n"
        "异形,Alien,1979,8.3,,看过,2024-01-02 10:00:00\n"
    )
    assert films(read(tmp_path / "douban.csv", text)) == [
        ("盗火线", 1995, 5.0),
        ("沙丘", 2021, "planned"),
        ("异形", 1979, "seen"),
    ]
    in_gb = read(tmp_path / "douban.csv", text.encode("gb18030"))
    assert [film[0] for film in films(in_gb)] == ["盗火线", "沙丘", "异形"]


CRITICKER = """<?xml version="1.0" encoding="UTF-8"?>
<recentratings>
<film><filmid>1</filmid><filmname>Heat</filmname><filmyear>1995</filmyear><filmlink>http://c/f/Heat/</filmlink>
<img>http://c/i.jpg</img><rating>90</rating><quote>Good &amp; long</quote><reviewdate>Feb 27, 2008</reviewdate>
<tier>9</tier><imdbid>tt0113277</imdbid></film>
<film><filmid>2</filmid><filmname>Thelma &amp; Louise</filmname><filmyear>1991</filmyear><filmlink>x</filmlink>
<img>y</img><rating>7</rating><quote/><reviewdate>Mar 1, 2008</reviewdate><tier>1</tier><imdbid>tt0103074</imdbid></film>
</recentratings>
"""


def test_critickers_xml_is_out_of_100(tmp_path: Path) -> None:
    export = read(tmp_path / "criticker.xml", CRITICKER)
    assert export.source == "Criticker"
    assert films(export) == [("Heat", 1995, 4.5), ("Thelma & Louise", 1991, 0.5)]
    own = export.rows[0].own
    assert own
    assert (own.imdb_id, own.rated_on) == ("tt0113277", "2008-02-27")


def test_kodi_and_jellyfin(tmp_path: Path) -> None:
    kodi = (
        "<videodb><movie><title>Il cielo sopra Berlino</title><originaltitle>Der Himmel über Berlin</originaltitle>"
        "<userrating>9</userrating><year>1987</year><playcount>2</playcount><lastplayed>2024-01-01</lastplayed>"
        '<uniqueid type="imdb">tt0093191</uniqueid><uniqueid type="tmdb">144</uniqueid></movie>'
        "<movie><title>Heat</title><userrating>0</userrating><year>1995</year><playcount>1</playcount></movie>"
        "<movie><title>Dune</title><userrating>0</userrating><year>2021</year><playcount>0</playcount></movie>"
        "<tvshow><title>Lost</title><userrating>8</userrating><year>2004</year></tvshow></videodb>"
    )
    export = read(tmp_path / "videodb.xml", kodi)
    assert films(export) == [("Il cielo sopra Berlino", 1987, 4.5), ("Heat", 1995, "seen")]
    assert left_out(export) == {"TV series": 1, "without a rating": 1}
    assert export.rows[0].own
    assert (export.rows[0].own.imdb_id, export.rows[0].own.tmdb_id) == ("tt0093191", 144)
    jellyfin = {
        "Items": [
            {"Name": "Heat", "ProductionYear": 1995, "Type": "Movie", "ProviderIds": {"Imdb": "tt0113277", "Tmdb": "949"},
             "UserData": {"Played": True, "PlayCount": 1, "LastPlayedDate": "2024-01-01T00:00:00Z"}},
            {"Name": "Dune", "ProductionYear": 2021, "Type": "Movie", "ProviderIds": {},
             "UserData": {"Played": False, "PlayCount": 0}},
            {"Name": "Lost", "ProductionYear": 2004, "Type": "Series", "UserData": {"Played": True}},
        ]
    }  # fmt: skip
    export = read(tmp_path / "library.json", json.dumps(jellyfin))
    assert films(export) == [("Heat", 1995, "seen")]
    assert left_out(export) == {"TV series": 1, "neither rated nor seen": 1}


# ---- what has no films ----


def test_books_and_anime_are_left_out(tmp_path: Path) -> None:
    goodreads = (
        "Book Id,Title,Author,ISBN,ISBN13,My Rating,Average Rating,Number of Pages,Year Published,Exclusive Shelf\n"
        "1,Dune,Frank Herbert,x,y,5,4.2,600,1965,read\n"
    )
    export = read(tmp_path / "goodreads_library_export.csv", goodreads)
    assert (films(export), left_out(export)) == ([], {"book": 1})
    mal = (
        "<myanimelist><myinfo><user_id>1</user_id><user_name>me</user_name></myinfo><anime>"
        "<series_animedb_id>1</series_animedb_id><series_title><![CDATA[Cowboy Bebop]]></series_title>"
        "<series_type>TV</series_type><my_score>9</my_score><my_status>Completed</my_status></anime></myanimelist>"
    )
    export = read(tmp_path / "animelist.xml", mal)
    assert (films(export), left_out(export)) == ([], {"anime": 1})


BOMB = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<r><film><title>&b;</title><rating>5</rating></film></r>"""


@pytest.mark.parametrize(
    ("name", "content", "what", "hint"),
    [
        ("a.xlsx", zipped({"[Content_Types].xml": "x", "xl/workbook.xml": "x"}), "an Excel workbook", "as CSV"),
        ("a.ods", zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument", "as CSV"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an Excel workbook", "as CSV"),
        ("a.pdf", b"%PDF-1.7\n", "a PDF file", "as CSV"),
        ("a.csv", b"\n<!DOCTYPE html><html><table>", r"a web page \(HTML\)", "export to CSV"),
        ("a.html", b"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL>", r"a web page \(HTML\)", "as CSV"),
        ("a.xls", b"<html xmlns:o='x'><table><tr>", r"a web page \(HTML\)", "as CSV"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00", "a gzip archive", "Unpack"),
        ("a.yaml", b"- title: Heat\n", "a YAML file", "as CSV"),
        ("a.toml", b"[[film]]\n", "a TOML file", "as CSV"),
        ("a.xml", BOMB.encode(), "defines entities", "again"),
        ("a.xml", b"<r><film><title>x</title>", "damaged XML", "again"),
        ("a.json", b'[{"title": "x"', "damaged JSON", "again"),
        ("a.json", b"[" * 100_000, "damaged JSON", "again"),
    ],
)  # fmt: skip
def test_other_files_are_told_what_they_are(
    tmp_path: Path, name: str, content: bytes, what: str, hint: str
) -> None:
    with pytest.raises(DataError, match=what) as error:
        read(tmp_path / name, content)
    assert hint in (error.value.hint or "")


# ---- any table ----


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title,Original Title,Rating\nSchlacht,Heat,4\n,Alien,5\nBrazil,,3\n", ["Heat", "Alien", "Brazil"]),
        ("original_title,pl_title,rating\nHeat,Gorączka,4\n,Obcy,5\n", ["Heat", "Obcy"]),
        ("titre,titre original,note\nL'Impasse,Carlito's Way,4\n", ["Carlito's Way"]),
        ("タイトル,原題,評価\nヒート,Heat,4\nエイリアン,,5\n", ["Heat", "エイリアン"]),
        ("Titel (Original);Titel;Bewertung (1-10)\nHeat;Heat - die Abrechnung;8\n", ["Heat"]),
    ],
)  # fmt: skip
def test_every_column_of_titles_is_tried_the_original_one_first(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    export = read(tmp_path / "t.csv", text)
    assert [row.own.described.titles[0] for row in export.rows if row.own] == expected


def test_every_column_of_ratings_is_tried_row_by_row(tmp_path: Path) -> None:
    text = "Title,Rating,Rating10,max_rating\nA,4.5,9,5\nB,,7,\nC,3,,4\nD,,,\n"
    assert films(read(tmp_path / "t.csv", text)) == [("A", None, 4.5), ("B", None, 3.5), ("C", None, 3.75)]


@pytest.mark.parametrize(
    "name", ["Your Rating", "You rated", "my_rating", "Bewertung", "Il tuo voto", "Моя оценка"]
)
def test_what_ones_own_rating_is_called(tmp_path: Path, name: str) -> None:
    assert films(read(tmp_path / "t.csv", f"Title;IMDb Rating;{name}\nHeat;8,3;4,5\n")) == [
        ("Heat", None, 4.5)
    ]


def test_letters_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"rates with letters \(A-\)") as error:
        read(tmp_path / "t.csv", "title,grade\nHeat,A-\nAlien,B\nBrazil,C+\n")
    assert "9/10" in (error.value.hint or "")
    one = read(tmp_path / "t.csv", "title,grade\nHeat,4\nAlien,B\nBrazil,3\n")
    assert problems(one) == [
        "the rating 'B' is a letter, not a number or stars, such as 4.5, 4,5, 9/10, 85% or ★★★★½"
    ]


def test_columns_can_be_said(tmp_path: Path) -> None:
    text = "Werk;Wie war's;Jahrgang\nHeat;9/10;1995\n"
    with pytest.raises(DataError, match="Werk, Wie war's, Jahrgang") as error:
        read(tmp_path / "t.csv", text)
    assert '--column "title=Werk"' in (error.value.hint or "")
    said = ("title=Werk", "rating=Wie war's", "year=jahrgang")
    assert films(read(tmp_path / "t.csv", text, said=said)) == [("Heat", 1995, 4.5)]
    for wrong in ("title", "mood=Werk", "title=Film"):
        with pytest.raises(UsageError, match=r"--column|no column"):
            read(tmp_path / "t.csv", text, said=(wrong,))


def test_what_is_said_of_a_column_wins(tmp_path: Path) -> None:
    text = "Title,Rating,Second opinion\nHeat,2,5\n"
    assert films(read(tmp_path / "t.csv", text, said=("rating=Second opinion",))) == [("Heat", None, 5.0)]


def test_excels_line_about_the_separator_is_no_header(tmp_path: Path) -> None:
    assert films(read(tmp_path / "t.csv", "sep=;\r\nTitel;Bewertung\r\nHeat;4,5\r\n")) == [
        ("Heat", None, 4.5)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_html_entities_are_text(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["Title", "Rating"],
        ["Thelma &amp; Louise", "4"],
        ["Lion King&#x2c; The", "5"],
        ["L&eacute;on", "3"],
    ]
    text = "\n".join(delimiter.join(row) for row in rows)
    assert [film[0] for film in films(read(tmp_path / "t.csv", text))] == [
        "Thelma & Louise",
        "Lion King, The",
        "Léon",
    ]


def days(export: RatingFile) -> list[str | None]:
    return [row.own.rated_on for row in export.rows if row.own]


def test_one_row_says_for_all_whether_the_day_comes_first(tmp_path: Path) -> None:
    day_first = read(tmp_path / "t.csv", "title,rating,date\nA,4,05/06/2025\nB,4,31/12/2025\n")
    assert (days(day_first), len(day_first.assumed)) == (["2025-06-05", "2025-12-31"], 1)
    month_first = read(tmp_path / "t.csv", "title,rating,date\nA,4,05/06/2025\nB,4,12/31/2025\n")
    assert days(month_first) == ["2025-05-06", "2025-12-31"]
    nothing = read(tmp_path / "t.csv", "title,rating,date\nA,4,05/06/2025\nB,4,7/8/2025\n")
    assert days(nothing) == [None, None]
    assert any("05/06/2025" in sentence and "none was taken" in sentence for sentence in nothing.assumed)


def test_seen_without_a_rating(tmp_path: Path) -> None:
    text = "title,year,watched,plays,status\nA,1990,2024-01-01,,\nB,1991,,2,\nC,1992,,,Completed\nD,1993,,0,\nE,1994,no,,\n"
    export = read(tmp_path / "t.csv", text)
    assert films(export) == [("A", 1990, "seen"), ("B", 1991, "seen"), ("C", 1992, "seen")]
    assert left_out(export) == {"neither rated nor seen": 2}


def test_a_programme_without_a_word_about_seeing_is_to_be_watched(tmp_path: Path) -> None:
    export = read(tmp_path / "festival.csv", "Titel;Jahr\nHeat;1995\n")
    assert films(export) == [("Heat", 1995, "planned")]
    everything = read(tmp_path / "t.csv", "title,rating\nHeat,5\n", unrated=State.PLANNED)
    assert films(everything) == [("Heat", None, "planned")]


def test_in_a_folder_what_has_no_films_is_passed_over_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "films.csv").write_text("title,rating\nHeat,5\n")
    (folder / "weights.csv").write_text("day,kilos\n2024-01-01,70\n")
    export = read_rating_file(folder, lambda _: {})
    assert films(export) == [("Heat", None, 5.0)]
    assert any("weights.csv" in sentence for sentence in export.assumed)


# ---- more of the kinds ----


@pytest.mark.parametrize(
    ("name", "text", "expected", "gone"),
    [
        ("imdb.csv", "Const,Votre note,Date de la note,Titre,Type de titre,Année\ntt1,9,2022-01-31,Heat,Film,1995\ntt2,9,,Lost,Série télévisée,2004\n",
         [("Heat", 1995, 4.5)], {"TV series": 1}),
        ("plex.csv", "Title,Year,Type,User Rating,View Count,Last Viewed At\nHeat,1995,movie,9.0,2,2023-01-01\nAlien,1979,movie,,1,\nDune,2021,movie,,0,\nLost,2004,show,8,3,\n",
         [("Heat", 1995, 4.5), ("Alien", 1979, "seen")], {"without a rating": 1, "TV series": 1}),
        ("trakt.csv", "rated_at,type,title,year,trakt_rating,trakt_id,rating\n2020-01-01T00:00:00Z,movie,Heat,1995,8.1,1,4\n2020-01-01T00:00:00Z,show,Lost,2004,8,2,8\n",
         [("Heat", 1995, 2.0)], {"TV series": 1}),
        ("mal.csv", "series_title,series_type,my_score,my_status\nAkira,Movie,9,Completed\nMonster,TV,9,Completed\n", [("Akira", None, 4.5)], {"anime": 1}),
        ("marks.csv", "タイトル,原題,区分,スコア\n乱,Ran,Mark!,4.0\n嫌われ,,Mark!,-\nレオン,Leon,Clip!,-\n", [("乱", None, 4.0), ("嫌われ", None, "seen"), ("レオン", None, "planned")], {}),
        ("anilist.json", '{"lists":[{"entries":[{"score":9,"media":{"title":{"romaji":"Akira"},"type":"ANIME"}}]}]}', [], {"anime": 1}),
        ("me.json", '{"format_version":2,"name":"me","ratings":[{"title":"Heat","year":1995,"imdb_id":null,"stars":4.5,"rated_on":null},{"title":"Alien","year":1979,"imdb_id":null,"stars":null,"rated_on":null}],"watchlist":[{"title":"Dune","year":2021,"imdb_id":null,"stars":null,"rated_on":null}],"hidden":[{"title":"Titanic","year":1997,"imdb_id":null,"stars":null,"rated_on":null}]}',
         [("Heat", 1995, 4.5), ("Alien", 1979, "seen"), ("Dune", 2021, "planned")], {}),
        ("programme.txt", "Heat (1995)\nAlien (1979)\n", [("Heat", 1995, "planned"), ("Alien", 1979, "planned")], {}),
        ("tvtime.csv", "movie_name,release_date,watch_date,rating\nHeat,1995-12-15,2021-03-04,\n", [("Heat", 1995, "seen")], {}),
        ("notes.csv", "Film,Note /20,Commentaire\nHeat,17,bien\nAmélie,15,\n", [("Heat", None, 4.25), ("Amélie", None, 3.75)], {}),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)  # fmt: skip
def test_other_files(
    tmp_path: Path, name: str, text: str, expected: list[Film], gone: dict[str, int]
) -> None:
    export = read(tmp_path / name, text)
    assert films(export) == expected
    assert left_out(export) == gone


def test_polish_and_japanese_from_before_utf_8(tmp_path: Path) -> None:
    polish = "Tytuł;Tytuł oryginalny;Rok;Ocena\nGorączka;Heat;1995;9\nŻądło;The Sting;1973;8\n".encode(
        "cp1250"
    )
    japanese = "タイトル,原題,年,評価\nヒート,Heat,1995,★★★★☆\n".encode("shift_jis")
    assert films(read(tmp_path / "p.csv", polish)) == [("Gorączka", 1995, 4.5), ("Żądło", 1973, 4.0)]
    assert films(read(tmp_path / "j.csv", japanese)) == [("ヒート", 1995, 4.0)]
    assert films(read(tmp_path / "w.csv", "Titel;Stars\nAlien³;4\n¿Qué he hecho?;3\n".encode("cp1252"))) == [
        ("Alien³", None, 4.0),
        ("¿Qué he hecho?", None, 3.0),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "John Wick: Chapter 4",
        "It: Chapter Two",
        "Insidious: Chapter 2",
        "Star Wars: Episode 4: A New Hope",
        "Star Wars: Episode IV - A New Hope",
        "Samurai Fiction (SF: Episode One)",
        "Kill Bill: Vol. 1",
        "Dune: Part Two",
        "The Lord of the Rings: The Return of the King",
        "Season of the Witch",
    ],
)
def test_films_that_only_look_like_episodes(tmp_path: Path, title: str) -> None:
    export = read(tmp_path / "NetflixViewingHistory.csv", f'Title,Date\n"{title}","1/13/24"\n')
    assert [film[0] for film in films(export)] == [title]


# ---- the kinds that other people's files have shown ----

WITH_CATEGORIES = """Titre;Titre original;Année;{column};Note
Le Cinquième Élément;The Fifth Element;1997;Film;8
Dune;Dune;1965;Livre;9
Les Soprano;The Sopranos;1999;Série;9
Half-Life 2;;2004;Jeu vidéo;9
OK Computer;;1997;Album;9
"""


@pytest.mark.parametrize("column", ["Catégorie", "Kategorie", "Categoría", "Media", "Категория"])
def test_kinds_stand_in_columns_of_many_names(tmp_path: Path, column: str) -> None:
    export = read(tmp_path / "collection.csv", WITH_CATEGORIES.format(column=column))
    assert films(export) == [("Le Cinquième Élément", 1997, 4.0)]
    assert left_out(export) == {"book": 1, "TV series": 1, "video game": 1, "music": 1}


def test_a_category_that_is_a_genre_says_no_kind(tmp_path: Path) -> None:
    text = "Title,Category,Rating\nHeat,Crime,4\nFargo,Comedy,5\n"
    assert films(read(tmp_path / "t.csv", text)) == [("Heat", None, 4.0), ("Fargo", None, 5.0)]


def test_filmaffinity_says_series_behind_the_title_and_tv_behind_films(tmp_path: Path) -> None:
    text = (
        "Title;Year;Your rating\nFriends (Serie de TV);1994;8\nChernobyl (Miniserie de TV);2019;9\n"
        "El diablo sobre ruedas (TV);1971;7\nHate (La Haine);1995;9\nLost [TV Series];2004;6\n"
    )
    export = read(tmp_path / "filmaffinity.csv", text)
    assert films(export) == [
        ("El diablo sobre ruedas (TV)", 1971, 3.5),
        ("Hate (La Haine)", 1995, 4.5),
    ]
    assert left_out(export) == {"TV series": 3}


def test_want_to_see_may_stand_in_place_of_a_rating(tmp_path: Path) -> None:
    text = "Title,Year,Your Rating\nHeat,1995,4.5/5\nScream,1996,Want to See\nCongo,1995,bad\n"
    export = read(tmp_path / "rotten.csv", text)
    assert films(export) == [("Heat", 1995, 4.5), ("Scream", 1996, "planned")]
    assert problems(export) == ["the rating 'bad' is not a number"]
    flixster = [{"movie": {"title": title, "year": 1995}, "score": score}
                for title, score in (("Clueless", "4.5"), ("Casino", "3"), ("Jumanji", "WTS"))]  # fmt: skip
    assert films(read(tmp_path / "flixster.json", json.dumps(flixster))) == [
        ("Clueless", 1995, 4.5),
        ("Casino", 1995, 3.0),
        ("Jumanji", 1995, "planned"),
    ]


@pytest.mark.parametrize(
    ("text", "kept", "reason"),
    [
        pytest.param(
            "rank,title,aka,year,imdburl,checked\n"
            "1,The Godfather,Le Parrain,1972,http://www.imdb.com/title/tt0068646/,yes\n"
            "2,Casablanca,,1942,http://www.imdb.com/title/tt0034583/,no\n",
            {"The Godfather": "seen"},
            {"neither rated nor seen": 1},
            id="iCheckMovies ticks what was seen",
        ),
        pytest.param(
            "Title,Status,My score,Last watched at\nHeat,Completed,,\nCongo,Dropped,,2024-01-01\n"
            "Eraser,Dropped,2,2024-01-01\nCasper,Abgebrochen,,\n",
            {"Heat": "seen", "Eraser": 2.0},
            {"begun and not finished": 2},
            id="what was dropped was not seen unless it is rated",
        ),
    ],
)
def test_what_was_not_seen_is_left_out(
    tmp_path: Path, text: str, kept: dict[str, str | float], reason: dict[str, int]
) -> None:
    export = read(tmp_path / "films.csv", text)
    assert {title: shown for title, _, shown in films(export)} == kept
    assert left_out(export) == reason


def test_nothing_is_said_of_a_list_whose_films_are_all_rated(tmp_path: Path) -> None:
    old = (
        '"position","const","created","Title","Title type","You rated","IMDb Rating","Year","URL"\n'
        '"1","tt0116282","Wed Mar  5 00:00:00 2014","Fargo","Feature Film","9","8.1","1996","http://www.imdb.com/title/tt0116282/"\n'
    )
    export = read(tmp_path / "old.csv", old)
    assert (films(export), export.assumed) == ([("Fargo", 1996, 4.5)], ())
    planned = read(tmp_path / "old.csv", old.replace('"9"', '""'))
    assert films(planned) == [("Fargo", 1996, "planned")]
    assert ["--seen" in sentence for sentence in planned.assumed] == [True]


def test_a_service_has_empty_files_for_what_a_person_has_none_of(tmp_path: Path) -> None:
    files = {name: json.dumps(content) for name, content in TRAKT.items()} | {"ratings-seasons.json": "[]"}
    export = read(tmp_path / "trakt.zip", zipped(files))
    assert (films(export), export.assumed) == (TRAKT_FILMS, ())
    with pytest.raises(DataError, match=r"a\.json has nothing in it\."):
        read(tmp_path / "a.json", "[]")


def test_xml_is_called_xml(tmp_path: Path) -> None:
    export = read(tmp_path / "a.xml", "<all><movie><title>Heat</title><rating>4</rating></movie></all>")
    assert (export.source, films(export)) == ("XML", [("Heat", None, 4.0)])


def test_a_list_of_letterboxd_may_be_described_in_several_lines(tmp_path: Path) -> None:
    text = (
        "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n"
        '2024-03-01,"Best, of the best",,https://boxd.it/a,"My all time\n\nfavourites"\n\n'
        "Position,Name,Year,URL,Description\n1,Brazil,1985,https://boxd.it/1,\n"
    )
    assert films(read(tmp_path / "best.csv", text)) == [("Brazil", 1985, "seen")]


@pytest.mark.parametrize(
    "header", ["Titel,Datum", "Titre,Date", "Título,Fecha", "Название,Дата", "Date,Title"]
)
def test_a_title_and_a_day_and_nothing_else_is_a_history(tmp_path: Path, header: str) -> None:
    row = "31/12/23,Heat\n" if header.startswith("Date") else 'Heat,"31/12/23"\n'
    export = read(tmp_path / "history-of-mine.csv", f"{header}\n{row}")
    assert (export.source, films(export)) == ("Netflix", [("Heat", None, "seen")])
    programme = read(tmp_path / "programme.csv", "Film,Datum\nHeat,31.12.2024\n")
    assert films(programme) == [("Heat", None, "planned")]


@pytest.mark.parametrize("yes", ["yes", "TRUE", "1", "x", "✓", "ja"])
def test_a_column_called_watchlist_says_it_with_yes(tmp_path: Path, yes: str) -> None:
    rows = f"Psycho,1960,{yes},\nVertigo,1958,{yes},{yes}\nGigi,1958,no,no\n"
    export = read(tmp_path / "icm.csv", f"title,year,watchlist,checked\n{rows}")
    assert films(export) == [("Psycho", 1960, "planned"), ("Vertigo", 1958, "seen")]
    assert left_out(export) == {"neither rated nor seen": 1}


def test_the_watchlist_of_trakt_may_be_among_its_lists(tmp_path: Path) -> None:
    film = {"type": "movie", "movie": {"title": "Ran", "year": 1985, "ids": {"trakt": 5}}}
    for name in ("lists/watchlist.json", "lists/horror.json", "collection/movies.json"):
        path = tmp_path / "ann" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([{"rank": 1, "listed_at": "2020-01-01T00:00:00Z", **film}]))
    export = read_rating_file(tmp_path / "ann", lambda _: {})
    assert [(row.file, row.planned) for row in export.rows] == [("lists/watchlist.json", True)]


def test_what_kind_a_library_has(tmp_path: Path) -> None:
    export = read(
        tmp_path / "plex.csv", "Title,Year,User Rating,Library Type\nSe7en,1995,8,movie\nYou,2018,8,show\n"
    )
    assert films(export) == [("Se7en", 1995, 4.0)]
    assert left_out(export) == {"TV series": 1}


HEADERS = {
    "Dutch": "Titel;Originele titel;Jaar;Mijn cijfer;Gezien op",
    "Turkish": "Film Adı;Orijinal Adı;Yıl;Puanım;İzlenme Tarihi",
    "Korean": "제목;원제;연도;내 평점;관람일",
    "Swedish": "Titel;Originaltitel;År;Mitt omdöme;Sedd den",
    "Portuguese": "Título;Nome original;Ano de produção;Minha classificação;Assistido em",
    "Czech": "Název;Původní název;Rok výroby;Moje hodnocení;Zhlédnuto dne",
}


@pytest.mark.parametrize("language", HEADERS)
def test_columns_in_more_languages(tmp_path: Path, language: str) -> None:
    rows = "X;Star Wars;1977;10;31.12.2021\nY;;1996;;1.1.2022\n"
    export = read(tmp_path / "f.csv", f"{HEADERS[language]}\n{rows}")
    assert films(export) == [("X", 1977, 5.0), ("Y", 1996, "seen")]
    first = next(row.own for row in export.rows if row.own)
    assert (first.original_title, first.rated_on) == ("Star Wars", "2021-12-31")


def test_justwatch_has_lists_by_name(tmp_path: Path) -> None:
    text = (
        "title,original_title,release_year,object_type,list\nFargo – Blutiger Schnee,Fargo,1996,movie,seenlist\n"
        "Dark,Dark,2017,show,seenlist\nDie Verurteilten,,1994,movie,watchlist\nDas Piano,,1993,movie,likelist\n"
    )
    export = read(tmp_path / "justwatch.csv", text)
    assert [film[2] for film in films(export)] == ["seen", "planned", "seen"]
    assert left_out(export) == {"TV series": 1}


@pytest.mark.parametrize(
    ("name", "shelf"),
    [
        ("movies seen 2023", "seen"),
        ("watch_history", "seen"),
        ("gesehen", "seen"),
        ("NotWatched", "planned"),
        ("films I haven't seen", "planned"),
        ("to be watched", "planned"),
        ("unseen", "planned"),
        ("festival", "planned"),
    ],
)
def test_the_name_of_a_file_says_what_its_films_are(tmp_path: Path, name: str, shelf: str) -> None:
    assert films(read(tmp_path / f"{name}.csv", "Title,Year\nFargo,1996\n")) == [("Fargo", 1996, shelf)]


# ---- typed by hand ----


@pytest.mark.parametrize("mark", ["", "- ", "* ", "- [x] ", "1. ", "12) "])
def test_films_a_line_with_or_without_ratings(tmp_path: Path, mark: str) -> None:
    typed = (
        "Heat (1995) - 4/5",
        "M (1931): 4,5",
        "101 Dalmatians (1996) ★½",
        "Gigi (1958), 70%",
        "Ran (1985) 9/10",
    )
    export = read(tmp_path / "mine.txt", "".join(f"{mark}{line}\n" for line in typed))
    assert films(export) == [
        ("Heat", 1995, 4.0),
        ("M", 1931, 4.5),
        ("101 Dalmatians", 1996, 1.5),
        ("Gigi", 1958, 3.5),
        ("Ran", 1985, 4.5),
    ]
    plain = read(tmp_path / "mine.txt", f"{mark}Heat (1995)\n\n{mark}Me, Myself & Irene (2000)\n")
    state = "seen" if "x" in mark else "planned"
    assert films(plain) == [("Heat", 1995, state), ("Me, Myself & Irene", 2000, state)]


@pytest.mark.parametrize("mark", ["", "- ", "3. "])
def test_a_text_file_of_titles_a_line(tmp_path: Path, mark: str) -> None:
    text = f"{mark}Fargo\n\n{mark}Good, the Bad and the Ugly, The\n{mark}101 Dalmatians\n"
    expected = [
        (title, None, "planned") for title in ("Fargo", "Good, the Bad and the Ugly, The", "101 Dalmatians")
    ]
    assert films(read(tmp_path / "festival.txt", text)) == expected


def test_a_film_without_its_year_among_films_with_theirs(tmp_path: Path) -> None:
    found = films(read(tmp_path / "mine.csv", "Heat (1995)\nFargo\nRan (1985)\n"))
    assert found == [("Heat", 1995, "planned"), ("Fargo", None, "planned"), ("Ran", 1985, "planned")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mine.csv", "Fargo\nHeat\n"),  # its first line would be the name of a column
        ("mine.txt", "Filmnavn,Karakter\nFargo,4\nHeat,5\n"),  # a table, whose columns nobody knows
        ("letter.txt", "Dear friend,\n" + 30 * "the film was long " + "\n"),
    ],
)
def test_what_may_be_no_list_of_titles_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(DataError, match="has no column for titles"):
        read(tmp_path / name, text)


def test_a_text_file_whose_first_line_names_the_titles(tmp_path: Path) -> None:
    assert films(read(tmp_path / "mine.txt", "Title\nFargo\n")) == [("Fargo", None, "planned")]


def test_a_table_in_markdown(tmp_path: Path) -> None:
    text = (
        "# Seen\n\n| Film | Year | Rating |\n|:-----|:----:|-----:|\n| [[Fargo]] | 1996 | 5/5 |\n"
        "| Evita | 1996 | |\n"
    )
    export = read(tmp_path / "seen.md", text)
    assert films(export)[:1] == [("Fargo", 1996, 5.0)]
    assert (len(export.rows), problems(export)) == (2, [])


PAGE = """---
tags: [movies]
---

# Movie log

Everything I saw, out of five.

| Title | Year | Rating | Watched |
|:------|-----:|:------:|---------|
| [[Pulp Fiction]] | 1994 | ★★★★★ | 2025-01-04 |
| **Clerks** | 1994 | | 2025-06-07 |
| [M*A*S*H](https://example.org/mash) | 1970 | 4/5 | 2025-06-08 |

Last changed today.

## To watch

- [ ] [[The Third Man]] (1949)
- [ ] *Barton Fink*
- The Hudsucker Proxy (1994) #coens #comedy

## Chores

- [ ] tidy this page
"""


@pytest.mark.parametrize("said", ["title: Movie log", "title: Movie log\nyear: 2025"])
def test_a_page_with_tables_is_no_note_about_a_film(tmp_path: Path, said: str) -> None:
    page = PAGE.replace("tags: [movies]", said)
    assert films(read(tmp_path / "Movies.md", page)) == films(read(tmp_path / "Page.md", PAGE))


def test_a_page_in_markdown_with_a_table_and_a_list(tmp_path: Path) -> None:
    export = read(tmp_path / "Movies.md", PAGE)
    assert films(export) == [
        ("The Third Man", 1949, "planned"),
        ("Barton Fink", None, "planned"),
        ("The Hudsucker Proxy", 1994, "planned"),
        ("Pulp Fiction", 1994, 5.0),
        ("Clerks", 1994, "seen"),
        ("M*A*S*H", 1970, 4.0),
    ]
    lines = {row.title: row.line for row in export.rows}
    assert [lines["Clerks"], lines["The Hudsucker Proxy (1994)"]] == [12, 21]


def test_a_typed_list_with_headings_in_capitals_and_days_behind(tmp_path: Path) -> None:
    text = (
        "Mes films - carnet 2025\n\nVUS\nLa Haine (1995) - 5/5\nPulp Fiction (1994) - 9/10 - vu le 31/12/2025\n"
        "Léon (1994) - vu le 14/07/2025\nFargo (1996)\n\nÀ VOIR\nJules et Jim (1962)\n"
    )
    for encoding in ("utf-8", "cp1252"):
        export = read(tmp_path / "mes_films.txt", text.encode(encoding))
        assert films(export) == [
            ("La Haine", 1995, 5.0),
            ("Pulp Fiction", 1994, 4.5),
            ("Léon", 1994, "seen"),
            ("Fargo", 1996, "seen"),
            ("Jules et Jim", 1962, "planned"),
        ]
        days = {row.own.title: row.own.rated_on for row in export.rows if row.own}
        assert (days["Pulp Fiction"], days["Léon"]) == ("2025-12-31", "2025-07-14")


def test_a_list_whose_lines_end_with_bare_years(tmp_path: Path) -> None:
    assert films(read(tmp_path / "mine.txt", "Fargo 1996\nHeat, 1995\nBlade Runner 2049\n2001 1968\n")) == [
        ("Fargo", 1996, "planned"),
        ("Heat", 1995, "planned"),
        ("Blade Runner", 2049, "planned"),
        ("2001", 1968, "planned"),
    ]
    few = "Blade Runner 2049\nHeat\nFargo\n"
    assert films(read(tmp_path / "mine.txt", few))[0] == ("Blade Runner 2049", None, "planned")


def test_asterisks_are_stars_and_not_emphasis(tmp_path: Path) -> None:
    text = (
        "MY FILMS\n========\n\n* Pulp Fiction (1994) *****\n* Fargo (1996) ****1/2\n* *Heat* (1995) ***\n"
        "* Batman & Robin (1997) *\n"
    )
    assert films(read(tmp_path / "films.txt", text)) == [
        ("Pulp Fiction", 1994, 5.0),
        ("Fargo", 1996, 4.5),
        ("Heat", 1995, 3.0),
        ("Batman & Robin", 1997, 1.0),
    ]
    underlined = (
        "MY FILMS\n========\n\nLoved\n-----\n* Fargo (1996) *****\n\nFilms I want to see\n-----------\n* Heat (1995)\n"
        "\nOthers\n------\n* Casino (1995) **\n"
    )
    export = read(tmp_path / "films.txt", underlined)
    assert films(export) == [("Fargo", 1996, 5.0), ("Heat", 1995, "planned"), ("Casino", 1995, 2.0)]
    assert len(export.rows) == 3
    table = "| Film | Year | Rating |\n|---|---|---|\n| *Fargo* | 1996 | **** |\n| Heat | 1995 | *** |\n"
    assert films(read(tmp_path / "films.md", table)) == [("Fargo", 1996, 4.0), ("Heat", 1995, 3.0)]


def test_a_film_that_a_list_says_was_not_seen_is_to_be_watched(tmp_path: Path) -> None:
    """In a person's own words; what a collection of films has not played is in nobody's plans."""
    own = "Titel;Jahr;Gesehen;Note\nFargo;1996;ja;8\nSunset Blvd.;1950;nein;\n"
    assert films(read(tmp_path / "filme.csv", own))[1] == ("Sunset Blvd.", 1950, "planned")
    swedish = "Titel;År;Betyg;Sedd;Sett datum\nPsycho;1960;7,5/10;Ja;2023-12-30\nFargo;1996;;Nej;\n"
    assert films(read(tmp_path / "filmer.csv", swedish))[1] == ("Fargo", 1996, "planned")
    other = "title,year,is_watched,watched_at\nFargo,1996,true,2022-08-01\nHeat,1995,false,\n"
    assert films(read(tmp_path / "movies.csv", other)) == [("Fargo", 1996, "seen"), ("Heat", 1995, "planned")]
    played = "Title,Year,Played,Play Count\nFargo,1996,true,2\nHeat,1995,false,0\n"
    assert films(read(tmp_path / "library.csv", played)) == [("Fargo", 1996, "seen")]


def test_an_address_says_what_is_no_film(tmp_path: Path) -> None:
    text = (
        "user_vote,original_title,year,link\n9,Fargo,1996,https://www.filmweb.pl/film/Fargo-1996-1\n"
        "9,Dekalog,1989,https://www.filmweb.pl/serial/Dekalog-1989-2\n"
        "8,Portal 2,2011,https://www.criticker.com/game/Portal-2/\n"
    )
    export = read(tmp_path / "votes.csv", text)
    assert [film[0] for film in films(export)] == ["Fargo"]
    assert left_out(export) == {"TV series": 1, "video game": 1}


def test_shorts_are_films_in_many_languages(tmp_path: Path) -> None:
    words = ["Corto", "Cortometraje", "Court métrage", "Kurzfilm", "Kısa film", "Krátký film", "Rövidfilm"]
    rows = "".join(f"A Close Shave,1995,{word},8\n" for word in words)
    export = read(tmp_path / "films.csv", f"Title,Year,Title Type,Your Rating\n{rows}")
    assert (len(films(export)), left_out(export)) == (len(words), {})


def test_japanese_from_before_utf_8(tmp_path: Path) -> None:
    text = "タイトル,原題,公開年,評価\nスター・ウォーズ,Star Wars,1977,4.5\nファーゴ,Fargo,1996,4.0\n"
    for encoding in ("cp932", "gb18030"):
        export = read(tmp_path / "films.csv", text.encode(encoding))
        assert films(export) == [("スター・ウォーズ", 1977, 4.5), ("ファーゴ", 1996, 4.0)]
    western = read(tmp_path / "films.csv", "Titre;Année;Note\nL'été écrit;1996;4\n".encode("cp1252"))
    assert films(western) == [("L'été écrit", 1996, 4.0)]


# ---- likes, states in other columns, shops, totals, headings ----


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        ("liked", "👍", "👎"),
        ("Liked?", "true", "false"),
        ("Gefällt mir", "ja", "nein"),
        ("Me gusta", "sí", "no"),
        ("Нравится", "да", "нет"),
        ("like", "1", "0"),
    ],
)
def test_a_column_that_asks_whether_a_film_is_liked(tmp_path: Path, column: str, yes: str, no: str) -> None:
    content = f"title,year,{column}\nFargo,1996,{yes}\nTwister,1996,{no}\nBabe,1995,\n"
    export = read(tmp_path / "films.csv", content)
    assert films(export) == [("Fargo", 1996, 4.0), ("Twister", 1996, 1.5)]
    assert left_out(export) == {"without a rating": 1}


def test_what_is_no_favourite_is_not_disliked(tmp_path: Path) -> None:
    content = "Title,Year,Favourite,Watched\nFargo,1996,true,2023-01-05\nTwister,1996,false,2023-01-06\n"
    assert films(read(tmp_path / "films.csv", content)) == [("Fargo", 1996, 4.0), ("Twister", 1996, "seen")]
    content = "Title,Year,Rating,Liked\nFargo,1996,9,yes\nTwister,1996,7,no\nBabe,1995,,yes\nSpeed,1994,,no\n"
    export = read(tmp_path / "rated.csv", content)
    assert films(export) == [("Fargo", 1996, 4.5), ("Twister", 1996, 3.5), ("Babe", 1995, 4.0)]


def test_a_state_in_a_column_of_types_and_one_in_a_columns_name(tmp_path: Path) -> None:
    tv_time = """type,movie_name,release_date,entity_type
towatch,The Fifth Element,1997-05-07 00:00:00,movie
watch,Groundhog Day,1993-02-12 00:00:00,movie
rewatch,Alien,1979-05-25 00:00:00,movie
"""
    assert films(read(tmp_path / "tracking.csv", tv_time)) == [
        ("The Fifth Element", 1997, "planned"),
        ("Groundhog Day", 1993, "seen"),
        ("Alien", 1979, "seen"),
    ]
    german = "Titel;Jahr;Meine Bewertung;Vorgemerkt\nHeat;1995;9;nein\nRan;1985;;ja\n"
    assert films(read(tmp_path / "liste.csv", german)) == [("Heat", 1995, 4.5), ("Ran", 1985, "planned")]


def test_shops_call_titles_products_and_name_the_edition_behind_them(tmp_path: Path) -> None:
    content = "Product,Rating\nTwister (1996),4.0\nFargo [DVD],5.0\nPlatoon [dt./OV],3\nHeat (Blu-ray),4\n"
    assert films(read(tmp_path / "reviews.csv", content)) == [
        ("Twister", 1996, 4.0),
        ("Fargo", None, 5.0),
        ("Platoon", None, 3.0),
        ("Heat", None, 4.0),
    ]
    assert films(read(tmp_path / "p.csv", "Produkt;Sterne\nVertigo;4,5\n")) == [("Vertigo", None, 4.5)]


def test_sums_below_a_table_are_no_films(tmp_path: Path) -> None:
    content = "Title;Year;Rating;\nAverage;2020;4;\nFargo;1996;4,5;\nTotal;;8,5;\nDurchschnitt:;;4,25;\n"
    export = read(tmp_path / "films.csv", content)
    assert films(export) == [("Average", 2020, 4.0), ("Fargo", 1996, 4.5)]
    assert left_out(export) == {"sum or mean": 2}
    russian = "№;Название;Год;Оценка (из 10)\n1;Fargo;1996;9,5\nВсего;1;;\n"
    export = read(tmp_path / "r.csv", russian.encode("cp1251"))
    assert (films(export), left_out(export)) == ([("Fargo", 1996, 4.75)], {"sum or mean": 1})


def test_headings_of_a_list_say_what_the_films_below_are(tmp_path: Path) -> None:
    content = "# Seen in 2023\n\n* Fargo (1996) - 9/10\n* Twister (1996)\n\n## Want to see\n\n* M (1931)\n"
    export = read(tmp_path / "films.md", content)
    assert films(export) == [("Fargo", 1996, 4.5), ("Twister", 1996, "seen"), ("M", 1931, "planned")]
    assert [row.line for row in export.rows] == [3, 4, 8]


def test_ratings_in_words_are_refused_and_marks_with_a_plus_are_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"rates with words \(excellent\)"):
        read(tmp_path / "w.csv", "Title,Year,Rating\nFargo,1996,excellent\nAlien,1979,good\n")
    both = "Title,Rated,Rating\nFargo,PG,4\nAlien,PG,5\n"
    assert films(read(tmp_path / "b.csv", both)) == [("Fargo", None, 4.0), ("Alien", None, 5.0)]
    italian = "Titolo;Voto /10\nFargo;7+\nAlien;9-\nHeat;8½\n"
    assert [film[2] for film in films(read(tmp_path / "v.csv", italian))] == [3.5, 4.5, 4.25]
    czech = "Název;Moje hodnocení\nAlien;★★★★★\nShowgirls;odpad!\n"
    assert [film[2] for film in films(read(tmp_path / "c.csv", czech))] == [5.0, 0.5]


def test_fields_within_fields_and_years_beside_titles(tmp_path: Path) -> None:
    jellyfin = "Name,ProductionYear,Type,UserData.Played\nBabe,1995,Movie,True\nCasper,1995,Movie,False\n"
    assert films(read(tmp_path / "j.csv", jellyfin)) == [("Babe", 1995, "seen")]
    content = "Movie (Year),Percent\nFargo (1996),95%\n"
    assert films(read(tmp_path / "m.csv", content)) == [("Fargo", 1996, 4.75)]
    polish = "Tytuł;Obejrzany;Moja ocena\nHeat;12.03.2022;9/10\n".encode("cp1250")
    assert films(read(tmp_path / "p.csv", polish)) == [("Heat", None, 4.5)]


def test_a_film_of_kodi_alone_and_ryot(tmp_path: Path) -> None:
    nfo = """<movie><title>Die üblichen Verdächtigen</title><originaltitle>The Usual Suspects</originaltitle>
<userrating>9</userrating><premiered>1995-07-19</premiered><actor><name>Kevin Spacey</name><role>x</role></actor></movie>"""
    assert films(read(tmp_path / "movie.nfo", nfo)) == [("Die üblichen Verdächtigen", 1995, 4.5)]
    ryot = {
        "metadata": [
            {
                "lot": "movie",
                "title": "Heat",
                "seen_history": [{"ended_on": "2022-01-01"}],
                "reviews": [{"rating": "85"}],
            },
            {"lot": "show", "title": "Friends", "seen_history": [{"ended_on": "2022-01-01"}], "reviews": []},
        ]
    }
    export = read(tmp_path / "ryot.json", json.dumps(ryot))
    assert (films(export), left_out(export)) == ([("Heat", None, 4.25)], {"TV series": 1})
    planned = [{"collection_name": "Watchlist"}]
    without_titles = [
        {
            "lot": "movie",
            "source": "tmdb",
            "identifier": "275",
            "source_id": "Fargo",
            "seen_history": [],
            "collections": planned,
        },
        {
            "lot": "movie",
            "source": "tmdb",
            "identifier": "9",
            "source_id": "Evita",
            "seen_history": [],
            "collections": ["Watchlist"],
        },
        {
            "lot": "book",
            "source": "tmdb",
            "identifier": "8",
            "source_id": "Dune",
            "seen_history": [],
            "collections": planned,
        },
    ]
    export = read(tmp_path / "ryot.json", json.dumps({"metadata": without_titles}))
    assert films(export) == [("Fargo", None, "planned"), ("Evita", None, "planned")]
    series = [{"showName": "Fargo", "seasonName": "Season 1", "rating": 9}]
    export = read(tmp_path / "diary.json", json.dumps(series))
    assert (films(export), left_out(export)) == ([], {"TV series": 1})


def test_a_players_product_is_no_title_beside_a_title(tmp_path: Path) -> None:
    """Tautulli names the program that played a film; two films of one year would be one by it."""
    history = """date,product,media_type,title,year,watched_status
1690000000,Plex for Roku,movie,The Omen,1976,1
1690086400,Plex for Roku,movie,Carrie,1976,1
1690172800,Plex for Roku,episode,The Body,2001,1
"""
    export = read(tmp_path / "tautulli_history.csv", history)
    assert films(export) == [("The Omen", 1976, "seen"), ("Carrie", 1976, "seen")]
    assert all(row.own.original_title is None for row in export.rows if row.own)
    assert left_out(export) == {"TV episode": 1}


def test_a_rating_named_after_a_service_is_ones_own_beside_the_day_of_rating(tmp_path: Path) -> None:
    """Without such a day it is everybody's, and beside another rating as well."""
    rows = "2023-01-01T19:00:00Z,Fargo,1996,9\n2023-01-02T19:00:00Z,Alien,1979,4\n"
    export = read(tmp_path / "mine.csv", f"rated_at,title,year,trakt_rating\n{rows}")
    assert films(export) == [("Fargo", 1996, 4.5), ("Alien", 1979, 2.0)]
    with_own = "rated_at,title,trakt_rating,my rating\n2023-01-01,Fargo,9,6/10\n"
    assert films(read(tmp_path / "own.csv", with_own)) == [("Fargo", None, 3.0)]
    undated = read(tmp_path / "list.csv", f"listed_at,title,year,trakt_rating\n{rows}")
    assert films(undated) == [("Fargo", 1996, "planned"), ("Alien", 1979, "planned")]


@pytest.mark.parametrize(
    ("header", "seen", "planned", "begun"),
    [
        ("Filme,Situação,Nota (0 a 5)", "já vi", "quero ver", "larguei"),
        ("Titel,Läge,Betyg (av 5)", "sedd", "vill se", "avbruten"),
        ("Cím,Állapot,Osztályzat (1-5)", "megnézve", "megnézendő", "félbehagyva"),
        ("Ταινία,Κατάσταση,Βαθμός (στα 5)", "την είδα", "θέλω να τη δω", "την παράτησα"),
        ("Назва,Статус,Моя оцінка (з 5)", "переглянуто", "хочу подивитися", "покинув"),
        ("Film,Viděno,Hodnocení (z 5)", "ano", "chci vidět", "nedokoukáno"),
        ("片名,狀態,評分（滿分5分）", "看過", "想看", "棄看"),
        ("Titre,Statut,Ma note (sur 5)", "Vu", "Envie de voir", "abandonné"),
        ("Title,Anything,Stars (1–5)", "✅ Seen", "🍿 Up next", "🚫 Gave up"),
    ],
)
def test_states_in_the_languages_of_those_who_keep_a_table(
    tmp_path: Path, header: str, seen: str, planned: str, begun: str
) -> None:
    rows = f"Heat,{seen},4\nFargo,{planned},\nAlien,{begun},\nTwister,{seen},\nRan,{seen},2\n"
    export = read(tmp_path / "mine.csv", f"{header}\n{rows}")
    assert films(export) == [
        ("Heat", None, 4.0),
        ("Fargo", None, "planned"),
        ("Twister", None, "seen"),
        ("Ran", None, 2.0),
    ]
    assert left_out(export) == {"begun and not finished": 1}


IN_OTHER_ALPHABETS = {
    "cp1253": ("Windows-1253", "Ταινία;Έτος;Βαθμός (στα 10)\nΗ αιωνιότητα και μια μέρα;1998;9\n"),
    "cp1254": ("Windows-1254", "Sıra;Film Adı;Yıl;Puanım (10 üzerinden)\n1;Eşkıya;1996;9\n"),
    "big5": ("Big5", "編號;片名;年份;評分（滿分10分）\n1;重慶森林;1994;9\n"),
    "cp1250": ("Windows-1250", "Co jsem viděl;;\nFilm;Rok;Hodnocení (z 10)\nKolja, můj příběh;1996;9\n"),
}


@pytest.mark.parametrize("encoding", IN_OTHER_ALPHABETS)
def test_encodings_of_other_alphabets(tmp_path: Path, encoding: str) -> None:
    name, content = IN_OTHER_ALPHABETS[encoding]
    export = read(tmp_path / "mine.csv", content.encode(encoding))
    [(title, _, stars)] = films(export)
    assert (title in content, stars) == (True, 4.5)
    assert export.assumed[0] == f"mine.csv is not UTF-8 text; it was read as {name}."


def test_a_report_of_a_player_and_the_dutch_vote(tmp_path: Path) -> None:
    emby = """DateCreated\tItemType\tItemName\tPlaybackMethod\tClientName\tPlayDuration
2023-01-01 20:10:33.44\tMovie\tCrimson Tide\tDirectPlay\tEmby for Android TV\t6000
2023-01-02 20:10:33.44\tEpisode\tThe Office - s01e01 - Pilot\tTranscode\tEmby Web\t1300
"""
    export = read(tmp_path / "report.tsv", emby)
    assert (films(export), left_out(export)) == ([("Crimson Tide", None, "seen")], {"TV episode": 1})
    dutch = '"Titel";"Jaar";"Mijn stem (max. 5,0)";"Gemiddelde"\n"Antonia";"1995";"4,0";"3,07"\n"Gemiddeld";"";"4,0";""\n'
    export = read(tmp_path / "stemmen.csv", dutch)
    assert (films(export), left_out(export)) == ([("Antonia", 1995, 4.0)], {"sum or mean": 1})


def test_plexs_pictures_are_no_thumbs(tmp_path: Path) -> None:
    plex = """<MediaContainer size="1"><Video type="movie" title="Glory" year="1989" userRating="9.0" viewCount="1"
rating="7.1" thumb="/library/metadata/101/thumb/1"/><Video type="movie" title="Congo" year="1995" viewCount="1"
thumb="/library/metadata/102/thumb/1"/></MediaContainer>"""
    assert films(read(tmp_path / "library.xml", plex)) == [("Glory", 1989, 4.5), ("Congo", 1995, "seen")]


def test_a_folder_of_another_service_with_letterboxds_file_names(tmp_path: Path) -> None:
    folder = tmp_path / "movary"
    folder.mkdir()
    (folder / "history.csv").write_text(
        "title,year,watchedAt\nKingpin,1996,2023-01-01\nHeat,1995,2023-01-02\n"
    )
    (folder / "ratings.csv").write_text("title,year,userRating\nHeat,1995,9\nFargo,1996,2\n")
    (folder / "watchlist.csv").write_text("title,year,addedAt\nRan,1985,2023-01-01\n")
    found = films(read_rating_file(folder, lambda _: {}))
    assert set(found) == {
        ("Kingpin", 1996, "seen"),
        ("Heat", 1995, "seen"),
        ("Heat", 1995, 4.5),
        ("Fargo", 1996, 1.0),
        ("Ran", 1985, "planned"),
    }


def test_a_column_of_any_name_says_kinds_where_all_its_values_are_some(tmp_path: Path) -> None:
    content = "Titre;Quoi;Étoiles\nLa Haine (1995);Film;★★★★\nLe Bureau;Série;★★★★★\nNikita;Film;★★★\n"
    export = read(tmp_path / "vus.csv", content)
    assert films(export) == [("La Haine", 1995, 4.0), ("Nikita", None, 3.0)]
    assert left_out(export) == {"TV series": 1}
    for said in ("à finir", "un film comme une série"):  # a word without a meaning, and an opinion
        mixed = content.replace(";Série;", f";{said};")
        assert len(films(read(tmp_path / "autre.csv", mixed))) == 3


def test_a_column_of_seen_films_may_say_that_one_is_to_be_seen(tmp_path: Path) -> None:
    content = "Title,Year,Seen?,Rating\nFargo,1996,✅,9/10\nHoop Dreams,1994,want to watch,\nAlien,1979,✅,\n"
    assert films(read(tmp_path / "log.csv", content)) == [
        ("Fargo", 1996, 4.5),
        ("Hoop Dreams", 1994, "planned"),
        ("Alien", 1979, "seen"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"Heat (1995)": 9, "Fargo (1996)": 8.5}, [("Heat", 1995, 4.5), ("Fargo", 1996, 4.25)]),
        ({"Heat": 9, "Fargo": "7/10"}, [("Heat", None, 4.5), ("Fargo", None, 3.5)]),
        (
            {"ratings": {"Heat (1995)": "9/10"}, "to watch": ["Alien (1979)"]},
            [("Heat", 1995, 4.5), ("Alien", 1979, "planned")],
        ),
        ({"watched": ["Heat"], "watchlist": ["Alien"]}, [("Heat", None, "seen"), ("Alien", None, "planned")]),
        ({"5": ["Heat (1995)"], "3.5": ["Alien"]}, [("Heat", 1995, 5.0), ("Alien", None, 3.5)]),
        (["Heat (1995)", "Alien (1979)"], [("Heat", 1995, "planned"), ("Alien", 1979, "planned")]),
    ],
)
def test_json_with_titles_and_ratings_alone(tmp_path: Path, content: object, expected: list[Film]) -> None:
    assert films(read(tmp_path / "mine.json", json.dumps(content))) == expected


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:letterboxd="https://letterboxd.com" xmlns:tmdb="https://themoviedb.org">
<channel><title>Letterboxd - Ada</title><link>https://letterboxd.com/ada/</link><description>Letterboxd - Ada</description>
<item><title>Heat, 1995 - ★★★★½</title><letterboxd:watchedDate>2023-02-10</letterboxd:watchedDate>
<letterboxd:filmTitle>Heat</letterboxd:filmTitle><letterboxd:filmYear>1995</letterboxd:filmYear>
<letterboxd:memberRating>4.5</letterboxd:memberRating><tmdb:movieId>949</tmdb:movieId></item>
<item><title>Ran, 1985</title><letterboxd:watchedDate>2023-02-11</letterboxd:watchedDate>
<letterboxd:filmTitle>Ran</letterboxd:filmTitle><letterboxd:filmYear>1985</letterboxd:filmYear><tmdb:movieId>11645</tmdb:movieId></item>
</channel></rss>"""


def test_a_feed_names_its_films_beside_its_titles(tmp_path: Path) -> None:
    export = read(tmp_path / "rss.xml", FEED)
    assert films(export) == [("Heat", 1995, 4.5), ("Ran", 1985, "seen")]
    assert [row.own.tmdb_id for row in export.rows if row.own] == [949, 11645]


def test_another_title_may_stand_beside_the_year(tmp_path: Path) -> None:
    export = read(tmp_path / "mine.txt", "Le Parrain (The Godfather, 1972) - 9/10\nHeat (1995) - 8/10\n")
    found = [(row.own.title, row.own.year, row.own.original_title) for row in export.rows if row.own]
    assert found == [("Le Parrain", 1972, "The Godfather"), ("Heat", 1995, None)]


def test_json_of_numbers_has_no_films(tmp_path: Path) -> None:
    counts = {"version": 2, "stats": {"films": 8, "hours": 9}, "genres": ["Drama"]}
    with pytest.raises(DataError, match=r"me\.json has nothing in it\."):
        read(tmp_path / "me.json", json.dumps(counts))


def test_json_of_titles_and_of_wrappers(tmp_path: Path) -> None:
    by_title = {
        "Dave (1993)": {"rating": "8/10", "seen": "2023-01-01"},
        "Heat (1995)": {"rating": "", "seen": ""},
    }
    export = read(tmp_path / "mine.json", json.dumps(by_title))
    assert films(export) == [("Dave", 1993, 4.0)]
    watcharr = [
        {
            "status": "FINISHED",
            "rating": 7,
            "content": {"title": "Jumanji", "type": "movie", "release_date": "1995"},
        },
        {
            "status": "PLANNED",
            "rating": None,
            "content": {"title": "Fargo", "type": "movie", "release_date": "1996"},
        },
        {
            "status": "DROPPED",
            "rating": None,
            "content": {"title": "Speed", "type": "movie", "release_date": "1994"},
        },
    ]
    assert films(read(tmp_path / "w.json", json.dumps(watcharr))) == [
        ("Jumanji", 1995, 3.5),
        ("Fargo", 1996, "planned"),
    ]
    stremio = [
        {
            "name": "Babe",
            "type": "movie",
            "year": "1995",
            "state": {"timesWatched": 1, "lastWatched": "2023-01-01"},
        },
        {"name": "Ran", "type": "movie", "year": "1985", "state": {"timesWatched": 0, "lastWatched": ""}},
    ]
    assert films(read(tmp_path / "library.json", json.dumps(stremio))) == [("Babe", 1995, "seen")]


def test_what_is_ones_own_stands_before_what_everybody_thinks(tmp_path: Path) -> None:
    products = [
        {
            "title": "Diva",
            "yearOfProduction": 1981,
            "rating": 7.1,
            "otherUserInfos": {"isDone": True, "rating": 9},
        },
        {
            "title": "Kids",
            "yearOfProduction": 1995,
            "rating": 7.1,
            "otherUserInfos": {"isDone": True, "rating": None},
        },
        {
            "title": "Ran",
            "yearOfProduction": 1985,
            "rating": 7.1,
            "otherUserInfos": {"isDone": False, "isWished": True, "rating": None},
        },
    ]
    senscritique = {"data": {"user": {"username": "lucille", "collection": {"products": products}}}}
    assert films(read(tmp_path / "collection.json", json.dumps(senscritique))) == [
        ("Diva", 1981, 4.5),
        ("Kids", 1995, "seen"),
        ("Ran", 1985, "planned"),
    ]


def test_justwatchs_entries_say_the_state(tmp_path: Path) -> None:
    def node(title: str, **entries: object) -> dict[str, object]:
        nothing = dict.fromkeys(("watchlistEntryV2", "seenlistEntry", "likelistEntry", "dislikelistEntry"))
        content = {"title": title, "originalReleaseYear": 1993}
        return {"node": {"objectType": "MOVIE", "content": content, **nothing, **entries}}

    made = {"createdAt": "2023-01-01T10:00:00Z"}
    edges = [
        node("Sneakers", watchlistEntryV2=made),
        node("Dave", seenlistEntry=made),
        node("Babe", seenlistEntry=made, likelistEntry=made),
        node("Speed", seenlistEntry=made, dislikelistEntry=made),
    ]
    lists = {"data": {"titleListV2": {"totalCount": 4, "edges": edges}}}
    assert films(read(tmp_path / "justwatch.json", json.dumps(lists))) == [
        ("Sneakers", 1993, "planned"),
        ("Dave", 1993, "seen"),
        ("Babe", 1993, 4.0),
        ("Speed", 1993, 1.5),
    ]


def test_a_film_with_a_day_and_no_rating_among_rated_ones_was_seen(tmp_path: Path) -> None:
    """A day that is not said to be that of an entry: "Added" or "Created" says nothing."""
    text = (
        "Название;Год;Моя оценка;Дата\nФарго;1996;9;01.07.2023\nДень сурка;1993;;09.07.2023\nТитаник;1997;;\n"
    )
    export = read(tmp_path / "оценки.csv", text)
    assert films(export) == [("Фарго", 1996, 4.5), ("День сурка", 1993, "seen")]
    assert left_out(export) == {"without a rating": 1}
    added = read(tmp_path / "films.csv", text.replace("Дата", "Date added"))
    assert films(added) == [("Фарго", 1996, 4.5)]


MINE = """MOVIES I HAVE SEEN
(stars out of five)

HORROR
------
Fly, The (1986) ***
12 Monkeys, 1995 ****
Alien (1979) ***1/2 - seen with subtitles

TV SHOWS
--------
The X-Files *****

STILL TO SEE
------------
Das Boot (1981)

GAVE UP HALFWAY
---------------
Evita (1996)
"""


def test_a_text_file_with_a_preamble_and_headings_of_many_kinds(tmp_path: Path) -> None:
    export = read(tmp_path / "mine.txt", MINE)
    shown = {title: shown for title, _, shown in films(export)}
    assert shown == {"Fly, The": 3.0, "12 Monkeys": 4.0, "Alien": 3.5, "Das Boot": "planned"}
    assert left_out(export) == {"TV series": 1, "begun and not finished": 1}


def test_a_film_without_a_year_at_the_head_of_a_list_is_no_preamble(tmp_path: Path) -> None:
    text = "Alien\nHeat\n\nFargo (1996)\nCasino (1995)\nEvita (1996)\nBabe (1995)\nSpeed (1994)\n"
    export = read(tmp_path / "mine.txt", text)
    assert [film[0] for film in films(export)] == [
        "Alien",
        "Heat",
        "Fargo",
        "Casino",
        "Evita",
        "Babe",
        "Speed",
    ]


def test_a_film_among_simkls_anime_and_half_a_film(tmp_path: Path) -> None:
    anime = [
        {"status": "completed", "user_rating": 9, "anime_type": kind, "show": {"title": title, "year": 1988}}
        for title, kind in (("Akira", "movie"), ("Gunbuster", "ova"), ("Ranma", "tv"))
    ]
    export = read(tmp_path / "SimklBackup.json", json.dumps({"anime": anime}))
    assert (films(export), left_out(export)) == ([("Akira", 1988, 4.5)], {"anime": 2})
    text = "Titel;År;Sedd;Betyg\nPsycho;1960;ja;9/10\nBorta med vinden;1939;halva;\n"
    export = read(tmp_path / "filmer.csv", text)
    assert (films(export), left_out(export)) == ([("Psycho", 1960, 4.5)], {"begun and not finished": 1})


def test_a_series_name_said_twice_with_a_number_is_an_episodes(tmp_path: Path) -> None:
    text = (
        'Title,Date\n"Stranger Things: Stranger Things 4: Chapitre un : Le club du Hellfire",15/08/2023\n'
        "Pulp Fiction,16/08/2023\n"
    )
    export = read(tmp_path / "NetflixViewingHistory.csv", text)
    assert ([film[0] for film in films(export)], left_out(export)) == (["Pulp Fiction"], {"TV episode": 1})
