"""Which column of a file means what, by what it is called in the languages that services speak."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from movierec_cli.errors import UsageError
from movierec_cli.profiles.kinds import folded

_NAMES: dict[str, tuple[str, ...]] = {
    "original_title": (
        *(
            "original title",
            "title original",
            "titre original",
            "titre vo",
            "originaltitel",
            "titel original",
        ),
        *("titolo originale", "título original", "tytuł oryginalny", "oryginalny tytuł", "original name"),
        *(
            "оригинальное название",
            "название оригинал",
            "оригинал",
            "原題",
            "原名",
            "原标题",
            "外文名",
            "英文名",
        ),
        *("orijinal ad", "orijinal isim", "eredeti cím", "originální název", "originaltittel", "título orig"),
        *("alkuperäinen nimi", "oorspronkelijke titel", "originele titel", "оригінальна назва", "原标题名"),
        *("englishtitle", "title english", "english name", "international title", "primary title"),
    ),
    "title": (
        *(
            "title",
            "name",
            "movie",
            "film",
            "movie title",
            "film title",
            "movie name",
            "film name",
            "title name",
        ),
        *("titel", "filmtitel", "titre", "titre du film", "titolo", "título", "tytuł", "polski tytuł", "nom"),
        *(
            "название",
            "название фильма",
            "русское название",
            "фильм",
            "назва",
            "标题",
            "片名",
            "电影",
            "电影名",
        ),
        *(
            "中文名",
            "名称",
            "電影",
            "條目",
            "条目",
            "タイトル",
            "作品名",
            "映画",
            "제목",
            "영화",
            "cím",
            "název",
        ),
        *(
            "název filmu",
            "tittel",
            "nimi",
            "elokuva",
            "başlık",
            "film adı",
            "titlu",
            "naslov",
            "τίτλος",
            "nazwa",
        ),
        *("nombre", "nome", "película", "filme", "local title", "series title"),
    ),
    "year": (
        *(
            "year",
            "release year",
            "movie year",
            "film year",
            "production year",
            "release date",
            "released",
            "jahr",
        ),
        *(
            "year released",
            "start year",
            "erscheinungsjahr",
            "produktionsjahr",
            "année",
            "année de sortie",
            "annee",
        ),
        *(
            "année de production",
            "año",
            "ano",
            "anno",
            "rok",
            "rok produkcji",
            "год",
            "год выпуска",
            "рік",
            "年份",
        ),
        *(
            "年",
            "上映年份",
            "上映日期",
            "公開年",
            "製作年",
            "연도",
            "év",
            "år",
            "jaar",
            "vuosi",
            "yıl",
            "an",
            "έτος",
        ),
        *(
            "premiered",
            "premiere date",
            "erscheinungsdatum",
            "date de sortie",
            "fecha de estreno",
            "data di uscita",
        ),
        *(
            "data premiery",
            "дата выхода",
            "año de estreno",
            "ano de lançamento",
            "anno di uscita",
            "yapım yılı",
        ),
    ),
    "own_rating": (
        *(
            "your rating",
            "you rated",
            "my rating",
            "user rating",
            "my score",
            "your score",
            "own rating",
            "my vote",
        ),
        *(
            "personal rating",
            "star rating",
            "ihre bewertung",
            "deine bewertung",
            "meine bewertung",
            "meine wertung",
        ),
        *(
            "eigene bewertung",
            "votre note",
            "ma note",
            "votre évaluation",
            "mon évaluation",
            "mi nota",
            "tu nota",
        ),
        *(
            "mi voto",
            "tu voto",
            "su voto",
            "mi calificación",
            "tu calificación",
            "mi puntuación",
            "tu puntuación",
        ),
        *(
            "su calificación",
            "il tuo voto",
            "il mio voto",
            "mio voto",
            "tuo voto",
            "voto personale",
            "la tua valutazione",
        ),
        *(
            "la mia valutazione",
            "minha nota",
            "minha avaliação",
            "sua nota",
            "sua avaliação",
            "a sua classificação",
        ),
        *(
            "twoja ocena",
            "moja ocena",
            "моя оценка",
            "ваша оценка",
            "твоя оценка",
            "мій рейтинг",
            "моя оцінка",
        ),
        *(
            "我的评分",
            "个人评分",
            "個人評分",
            "我的評分",
            "マイ評価",
            "自分の評価",
            "내 평점",
            "moje hodnocení",
        ),
        *(
            "min bedömning",
            "mitt betyg",
            "mijn beoordeling",
            "jouw beoordeling",
            "uw beoordeling",
            "oma arvio",
        ),
        *(
            "puanım",
            "verdiğim puan",
            "min vurdering",
            "min karakter",
            "my rate",
            "rating by me",
            "my stars",
            "ocena",
        ),
        *(
            "rated by me",
            "star value",
            "myratings",
            "userrating",
            "ratingvalue",
            "personal score",
            "vlastní hodnocení",
        ),
    ),
    "rating": (
        *(
            "stars",
            "rating",
            "score",
            "rate",
            "rated",
            "vote",
            "mark",
            "grade",
            "bewertung",
            "sterne",
            "wertung",
        ),
        *(
            "note",
            "étoiles",
            "évaluation",
            "nota",
            "voto",
            "stelle",
            "valutazione",
            "calificación",
            "puntuación",
        ),
        *(
            "estrellas",
            "puntos",
            "avaliação",
            "estrelas",
            "оценка",
            "оцінка",
            "评分",
            "評分",
            "評価",
            "点数",
            "평점",
        ),
        *(
            "별점",
            "hodnocení",
            "betyg",
            "beoordeling",
            "waardering",
            "arvosana",
            "arvio",
            "puan",
            "értékelés",
        ),
        *(
            "pontszám",
            "vurdering",
            "karakter",
            "βαθμολογία",
            "points",
            "punkte",
            "value",
            "рейтинг",
            "classificação",
        ),
    ),
    "max_rating": ("max rating", "rating max", "best rating", "max score", "scale", "rating scale", "out of"),
    "thumbs": ("thumbs value", "thumbs", "thumb"),
    "watched": (
        *(
            "watched date",
            "date watched",
            "watched at",
            "last watched at",
            "last watched",
            "watched on",
            "seen on",
        ),
        *(
            "date seen",
            "viewed on",
            "date viewed",
            "last viewed at",
            "last played",
            "last played date",
            "lastplayed",
        ),
        *(
            "date finished",
            "finished",
            "finished at",
            "end date",
            "completed at",
            "completed on",
            "region view date",
        ),
        *(
            "start time",
            "view date",
            "viewed at",
            "played at",
            "seen at",
            "watched",
            "seen",
            "viewed",
            "played",
        ),
        *(
            "is watched",
            "plays",
            "play count",
            "view count",
            "watch count",
            "times watched",
            "gesehen am",
            "gesehen",
        ),
        *(
            "angesehen am",
            "vu le",
            "vu",
            "date de visionnage",
            "fecha vista",
            "fecha de visionado",
            "visto el",
        ),
        *(
            "vista el",
            "visto il",
            "visto",
            "data visione",
            "visto em",
            "data obejrzenia",
            "obejrzano",
            "obejrzany",
        ),
        *(
            "дата просмотра",
            "просмотрен",
            "просмотрено",
            "观看日期",
            "看过日期",
            "鑑賞日",
            "視聴日",
            "datum gezien",
        ),
        *(
            "izlenme tarihi",
            "katsottu",
            "zhlédnuto",
            "sett dato",
            "last viewed",
            "first watched at",
            "viewing date",
        ),
    ),
    "date": (
        *(
            "rated on",
            "date rated",
            "rated at",
            "rating date",
            "review date",
            "date",
            "bewertet am",
            "bewertungsdatum",
        ),
        *(
            "datum",
            "date de notation",
            "date d'évaluation",
            "fecha de voto",
            "fecha de calificación",
            "fecha",
        ),
        *(
            "fecha de puntuación",
            "data voto",
            "data valutazione",
            "data di valutazione",
            "data",
            "data da avaliação",
        ),
        *(
            "data oceny",
            "дата оценки",
            "дата",
            "打分日期",
            "评分日期",
            "创建时间",
            "標記日期",
            "日期",
            "評価日",
            "日付",
        ),
        *(
            "voted on",
            "vote date",
            "timestamp",
            "event utc ts",
            "date added",
            "added at",
            "listed at",
            "added",
        ),
        *(
            "created at",
            "created",
            "updated at",
            "modified",
            "user rated at",
            "added to watchlist at",
            "last rated at",
        ),
        *("dátum", "tarih", "päivämäärä", "dato", "날짜", "打分时间", "标记时间", "评分时间"),
    ),
    "imdb_id": (
        *(
            "imdb id",
            "const",
            "tconst",
            "imdb",
            "imdb url",
            "imdb link",
            "imdb number",
            "imdb code",
            "imdbid",
        ),
        *("url", "link", "guid", "ids imdb"),
    ),
    "tmdb_id": (
        "tmdb id",
        "tmdb",
        "themoviedb id",
        "themoviedb",
        "moviedb id",
        "tmdb url",
        "tmdb link",
        "ids tmdb",
    ),
    "movie_id": ("movie id", "item id"),
    "user_id": ("user id", "user", "username", "profile name"),
    "kind": (
        *(
            "title type",
            "media type",
            "type",
            "kind",
            "content type",
            "item type",
            "entry type",
            "titeltyp",
            "typ",
        ),
        *(
            "type de titre",
            "tipo de título",
            "tipo di titolo",
            "tipo",
            "tipo titolo",
            "тип",
            "类型",
            "類型",
            "種類",
        ),
        *(
            "rodzaj",
            "art",
            "titelart",
            "тип тайтла",
            "series type",
            "soort",
            "tür",
            "유형",
            "category",
            "format",
        ),
    ),
    "status": (
        *(
            "status",
            "state",
            "watch status",
            "my status",
            "user status",
            "read status",
            "exclusive shelf",
            "shelf",
        ),
        *(
            "list title",
            "list name",
            "list",
            "watchlist",
            "statut",
            "estado",
            "stato",
            "статус",
            "список",
            "状态",
        ),
        *("狀態", "ステータス", "상태", "liste", "lista", "stav", "durum", "tila"),
    ),
    "season": ("season number", "season", "staffel", "saison", "temporada", "stagione"),
    "episode": ("episode number", "episode", "episode title"),
    "extra": ("supplemental video type",),
}
"""What a column is for -> what it may be called, the best name first."""
_MEANING = {}
for _use, _words in _NAMES.items():
    for _rank, _word in enumerate(_words):
        _MEANING.setdefault(folded(_word), (_use, _rank))

SAYABLE = {
    "title": "title",
    "original_title": "original_title",
    "year": "year",
    "rating": "own_rating",
    "max_rating": "max_rating",
    "date": "date",
    "watched": "watched",
    "status": "status",
    "kind": "kind",
    "imdb_id": "imdb_id",
    "tmdb_id": "tmdb_id",
    "movie_id": "movie_id",
    "user_id": "user_id",
}
"""What `--column` may say -> the use that it is."""

_TOKEN = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+|[^\W\d_]+")
_TITLE_TOKENS = frozenset(
    "title titel titre titolo título titulo tytuł название tittel název cím name".split()
)
_NO_TITLE = frozenset(
    "type id ids slug url link series show episode season album book sort list count typ genre length user file"
    " profile first last artist author director grandparent parent".split()
)
_ORIGINAL = frozenset("original originale originaltitel oryginalny orig native vo en english eng".split())
_RATING_TOKENS = frozenset("rating score stars bewertung note nota voto ocena оценка 评分 評価".split())
_OTHERS = frozenset(
    "imdb tmdb average avg mean public community critic critics metascore metacritic tomato tomatoes rt global"
    " durchschnitt moyenne media medio promedio średnia count votes num number kinopoisk кп trakt letterboxd simkl"
    " audience content age parental mpaa certification key site type".split()
)
_OTHERS_PARTS = ("豆瓣", "imdb", "кинопоиск", "средн", "平均", "метакрит")
_SCALE_BEHIND = re.compile(
    r"[\s_]*[(\[]?\s*(?:/|out\s+of|von|sur|su|de|из|1\s*[-–]|0\s*[-–]|0[.,]5\s*[-–])\s*(?P<scale>5|10|20|100)\s*[)\]]?\s*$"
    r"|(?P<bare>10|100)\s*$|[(\[]\s*(?P<percent>%)\s*[)\]]\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RatingColumn:
    """A column that ratings stand in."""

    name: str
    own: bool
    """Whether it says that they are the person's own, not everybody's."""
    scale: float | None
    """What its name says that they are out of."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file by what they are for, the best first; names as in Sheet.columns."""

    uses: Mapping[str, tuple[str, ...]]
    ratings: tuple[RatingColumn, ...] = ()
    all_names: frozenset[str] = field(default_factory=frozenset)

    def of(self, use: str) -> tuple[str, ...]:
        """The columns for a use."""
        return self.uses.get(use, ())

    @property
    def titles(self) -> tuple[str, ...]:
        """Original titles before local ones."""
        return self.of("original_title") + self.of("title")

    @property
    def known(self) -> int:
        """How many uses there are columns for."""
        return len(self.uses) + bool(self.ratings)


def recognise(header: Sequence[str], said: Mapping[str, str] | None = None) -> Columns:
    """What the columns of a header mean. `said`: use, as in SAYABLE -> a column's name, which wins."""
    ranked: dict[str, list[tuple[int, str]]] = {}
    ratings: list[tuple[int, RatingColumn]] = []
    said_for = {folded(column): SAYABLE[use] for use, column in (said or {}).items()}
    for position, title in enumerate(header):
        name = folded(title)
        if not name:
            continue
        if name in said_for:
            use, rank = said_for[name], -1
        else:
            use, rank = _meaning(title, name, position)
        if use in {"rating", "own_rating"}:
            bare = _SCALE_BEHIND.search(title)
            ratings.append((rank, RatingColumn(name, use == "own_rating", _scale(bare))))
        elif use:
            ranked.setdefault(use, []).append((rank, name))
    ratings.sort(key=lambda one: (one[0] >= 0, not one[1].own, one[0]))
    uses = {use: tuple(dict.fromkeys(name for _, name in sorted(found))) for use, found in ranked.items()}
    for use in set(said_for.values()) & uses.keys():  # what was said is meant, and nothing beside it
        uses[use] = tuple(name for name in uses[use] if name in said_for)
    kept = [column for _, column in ratings]
    if "own_rating" in said_for.values():
        kept = [column for column in kept if column.name in said_for]
    return Columns(uses, tuple(kept), frozenset(map(folded, header)))


def parse_said(texts: Iterable[str], header: Sequence[str], name: str) -> dict[str, str]:
    """The `--column` options as use -> column. Raises UsageError for a use or a column that there is not."""
    said = {}
    for text in texts:
        use, equals, column = text.partition("=")
        use = folded(use)
        use = next((one for one in SAYABLE if folded(one) == use), "")
        if not equals or not use:
            raise UsageError(
                f"--column {text!r} does not say what a column means.",
                f"Give USE=COLUMN, where USE is one of {', '.join(SAYABLE)}: --column title={header[0] or 'Titel'}",
            )
        if folded(column) not in {folded(one) for one in header}:
            raise UsageError(
                f"{name} has no column {column!r}.",
                f"Its columns are {', '.join(filter(None, header))}."[:400],
            )
        said[use] = column
    return said


def uses_of(names: Iterable[str]) -> set[str]:
    """What columns are for that are called as `folded` makes it, as far as their whole names say it."""
    return {_MEANING[name][0] for name in names if name in _MEANING}


def _meaning(title: str, name: str, position: int) -> tuple[str, int]:
    """(use, rank) of a column: by its whole name, by its name without a scale, or by the words in it."""
    if name in _MEANING:
        return _MEANING[name]
    bare = folded(_SCALE_BEHIND.sub("", title))
    if bare in _MEANING and _MEANING[bare][0] in {"rating", "own_rating"}:
        return _MEANING[bare]
    without_brackets = folded(re.sub(r"[(\[].*?[)\]]", "", title))
    if without_brackets in _MEANING and not _speaks_of_others(title, name):
        use, rank = _MEANING[without_brackets]
        original = use == "title" and bool(_ORIGINAL & _tokens(title))
        return ("original_title" if original else use), rank + 50
    tokens = _tokens(title)
    if tokens & _TITLE_TOKENS and not tokens & _NO_TITLE:
        return ("original_title" if tokens & _ORIGINAL else "title"), 100 + position
    if tokens & _RATING_TOKENS and not _speaks_of_others(title, name) and len(tokens) <= 3:
        return "rating", 100 + position
    return "", 0


def _tokens(title: str) -> set[str]:
    return {token.casefold() for token in _TOKEN.findall(title)}


def _speaks_of_others(title: str, name: str) -> bool:
    return bool(_tokens(title) & _OTHERS) or any(part in name for part in _OTHERS_PARTS)


def _scale(match: re.Match[str] | None) -> float | None:
    if match is None:
        return None
    return 100.0 if match["percent"] else float(match["scale"] or match["bare"])
