"""The words that services have, in their languages, for a film, for another kind of thing, and for its state."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


def folded(text: str) -> str:
    """Letters and digits only, small and without accents: how words of files are compared."""
    small = text.casefold()
    if not small.isascii():
        decomposed = (
            unicodedata.normalize("NFKD", small).replace("ł", "l").replace("ø", "o").replace("đ", "d")
        )
        small = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "", small)


FILM = "film"
SERIES, EPISODE, SEASON = "TV series", "TV episode", "TV season"

_WORDS = {
    FILM: (
        *(
            "film",
            "films",
            "movie",
            "movies",
            "feature",
            "feature film",
            "motion picture",
            "short",
            "short film",
        ),
        *(
            "tvmovie",
            "tv movie",
            "tvshort",
            "tv short",
            "tvspecial",
            "tv special",
            "special",
            "video",
            "standup",
        ),
        *(
            "stand-up comedy",
            "documentary",
            "documentary film",
            "concert",
            "animation",
            "cartoon",
            "theatrical",
        ),
        *(
            "direct to video",
            "spielfilm",
            "kurzfilm",
            "fernsehfilm",
            "dokumentarfilm",
            "dokumentation",
            "kino",
        ),
        *("zeichentrickfilm", "long métrage", "court métrage", "téléfilm", "documentaire", "vidéo", "cinéma"),
        *("película", "peli", "cortometraje", "largometraje", "telefilme", "película de tv", "documental"),
        *(
            "filme",
            "filme para tv",
            "curta-metragem",
            "curta",
            "longa-metragem",
            "documentário",
            "especial de tv",
        ),
        *("cortometraggio", "lungometraggio", "film tv", "film per la tv", "documentario", "speciale tv"),
        *(
            "fabularny",
            "krótkometrażowy",
            "dokument",
            "dokumentalny",
            "krótki metraż",
            "animacja",
            "speelfilm",
        ),
        *(
            "korte film",
            "tv-film",
            "langfilm",
            "kortfilm",
            "spelfilm",
            "elokuva",
            "lyhytelokuva",
            "tv-elokuva",
        ),
        *(
            "фильм",
            "фильмы",
            "кино",
            "мультфильм",
            "мультфильмы",
            "короткометражка",
            "короткометражный фильм",
        ),
        *(
            "телефильм",
            "документальный фильм",
            "полнометражный фильм",
            "художественный фильм",
            "видео",
            "кінофільм",
        ),
        *(
            "фільм",
            "мультфільм",
            "филм",
            "ταινία",
            "celovečerní film",
            "filmy",
            "mozifilm",
            "rövidfilm",
            "tévéfilm",
        ),
        *("sinema filmi", "kısa film", "tv filmi", "belgesel", "dizi filmi", "lungmetraj", "scurtmetraj"),
        *(
            "映画",
            "劇場版",
            "短編映画",
            "ドキュメンタリー",
            "电影",
            "電影",
            "短片",
            "纪录片",
            "紀錄片",
            "影片",
        ),
        *("영화", "단편영화", "다큐멘터리", "फ़िल्म", "फिल्म", "मूवी", "فيلم", "סרט", "phim", "ภาพยนตร์"),
    ),
    SERIES: (
        *("tv", "tv show", "show", "shows", "tvshow", "tvshows", "series", "tv series", "tvseries", "serial"),
        *(
            "miniseries",
            "mini series",
            "tv mini series",
            "tvminiseries",
            "limited series",
            "web series",
            "sitcom",
        ),
        *("reality", "reality tv", "talk show", "fernsehserie", "serie", "serien", "tv-serie", "miniserie"),
        *(
            "serie tv",
            "mini serie tv",
            "série",
            "séries",
            "série télévisée",
            "mini-série",
            "minissérie",
            "soap",
        ),
        *(
            "feuilleton",
            "émission de télévision",
            "serie de tv",
            "séries de tv",
            "telenovela",
            "programa de tv",
        ),
        *("сериал", "сериалы", "мини-сериал", "мультсериал", "тв-сериал", "телесериал", "тв шоу", "серіал"),
        *(
            "seriál",
            "sorozat",
            "tévésorozat",
            "dizi",
            "mini dizi",
            "tv dizisi",
            "televisiesarja",
            "sarja",
            "tv-sarja",
        ),
        *(
            "drama series",
            "テレビドラマ",
            "ドラマ",
            "テレビ",
            "连续剧",
            "電視劇",
            "电视剧",
            "电视",
            "剧集",
            "综艺",
        ),
        *(
            "드라마",
            "시리즈",
            "टीवी सीरीज़",
            "مسلسل",
            "סדרה",
            "σειρά",
            "televisieserie",
            "tv-program",
            "tvprogram",
        ),
    ),
    EPISODE: (
        *(
            "episode",
            "episodes",
            "tv episode",
            "tvepisode",
            "pilot",
            "tvpilot",
            "tv pilot",
            "folge",
            "épisode",
        ),
        *(
            "episodio",
            "episodio tv",
            "episódio",
            "odcinek",
            "эпизод",
            "серия",
            "aflevering",
            "avsnitt",
            "afsnit",
        ),
        *(
            "jakso",
            "epizoda",
            "epizód",
            "bölüm",
            "エピソード",
            "集",
            "에피소드",
            "एपिसोड",
            "episode de serie",
        ),
    ),
    SEASON: (
        "season",
        "tv season",
        "staffel",
        "saison",
        "temporada",
        "stagione",
        "sezon",
        "сезон",
        "seizoen",
    ),
    "anime": ("anime", "tv anime", "ova", "ona", "アニメ", "аниме", "动漫", "動漫", "动画", "애니메이션"),
    "manga": ("manga", "light novel", "novel", "manhwa", "manhua", "one-shot", "漫画", "манга", "만화"),
    "video game": (
        *(
            "game",
            "games",
            "videogame",
            "video game",
            "videospiel",
            "spiel",
            "jeu vidéo",
            "jeu",
            "videojuego",
        ),
        *("videogioco", "jogo", "jogo eletrônico", "gra", "gra wideo", "игра", "видеоигра", "tv-spel"),
        *("ゲーム", "游戏", "遊戲", "게임", "boardgame", "board game"),
    ),
    "book": (
        *(
            "book",
            "books",
            "buch",
            "livre",
            "libro",
            "livro",
            "książka",
            "книга",
            "boek",
            "bok",
            "kirja",
            "kniha",
        ),
        *("könyv", "kitap", "本", "書籍", "书", "图书", "책", "audiobook", "ebook"),
    ),
    "comic": ("comic", "comics", "bande dessinée", "fumetto", "cómic", "comicbook"),
    "podcast": ("podcast", "podcastseries", "podcast series", "podcastepisode", "podcast episode", "подкаст"),
    "music": (
        "music",
        "album",
        "song",
        "track",
        "artist",
        "musik",
        "musique",
        "música",
        "musica",
        "音乐",
        "音楽",
    ),
    "music video": (
        "musicvideo",
        "music video",
        "musikvideo",
        "clip",
        "videoclip",
        "vidéo musicale",
        "clipe",
    ),
    "person": ("person", "people", "actor", "director"),
}
_KINDS = {folded(word): kind for kind, words in _WORDS.items() for word in words}
_STEMS = (
    ("music video", r"music ?video|musikvideo|videoclip"),
    ("podcast", r"podcast|подкаст"),
    ("anime", r"\banime|аниме|アニメ"),
    ("manga", r"\bmanga|манга|漫画"),
    (EPISODE, r"episod|épisod|episód|эпизод|folge\b|odcinek|aflevering|avsnitt|エピソード"),
    (SEASON, r"\bseason|staffel|\bsaison|temporada|stagione|сезон"),
    (
        SERIES,
        r"seri[eaá]|séri[ea]|сериал|серіал|\bshow|sorozat|\bdizi|sarja|剧|ドラマ|드라마|सीरीज|telenovela|sitcom",
    ),
    (
        FILM,
        r"film|movie|pelíc|pelic|фильм|фільм|філм|elokuva|kino|映画|电影|電影|영화|cortometra|métrage|metraje",
    ),
    ("video game", r"game|videospiel|videojuego|videogioco|\bjogo|игра|ゲーム|游戏"),
    ("book", r"\bbook|\bbuch\b|livre|libro|книга"),
)
_STEM_PATTERNS = [(kind, re.compile(pattern)) for kind, pattern in _STEMS]


@lru_cache(maxsize=1 << 10)
def kind_of(text: str) -> str | None:
    """FILM, or the name of another kind; None for a word that says neither.

    Whole words decide; else the first part of a word that does, so that "Fernsehserie" is a series and
    "Fernsehfilm" a film.
    """
    known = _KINDS.get(folded(text))
    if known is None:
        small = text.casefold()
        known = next((kind for kind, pattern in _STEM_PATTERNS if pattern.search(small)), None)
    return known


class State(StrEnum):
    """What somebody has done with a film."""

    SEEN = "seen"
    PLANNED = "planned"
    BEGUN = "begun"


_STATES = {
    State.SEEN: (
        *(
            "completed",
            "complete",
            "watched",
            "seen",
            "finished",
            "viewed",
            "done",
            "rated",
            "dropped",
            "abandoned",
        ),
        *(
            "history",
            "rewatched",
            "rewatching",
            "gesehen",
            "abgeschlossen",
            "fertig",
            "abgebrochen",
            "vu",
            "vus",
        ),
        *(
            "terminé",
            "visto",
            "vista",
            "vistas",
            "completado",
            "completada",
            "completato",
            "visti",
            "assistido",
        ),
        *(
            "obejrzane",
            "obejrzany",
            "ukończone",
            "просмотрено",
            "просмотрен",
            "смотрел",
            "посмотрел",
            "завершено",
        ),
        *(
            "любимые фильмы",
            "посмотрено",
            "брошено",
            "gezien",
            "voltooid",
            "sedd",
            "sett",
            "set",
            "nähty",
            "izlendi",
        ),
        *(
            "izledim",
            "zhlédnuto",
            "megnézve",
            "看过",
            "看過",
            "已看",
            "観た",
            "見た",
            "鑑賞済み",
            "봤어요",
            "read",
            "2",
        ),
        *("переглянуто", "favourites", "favorites", "favoriten"),
    ),
    State.PLANNED: (
        *(
            "plantowatch",
            "plan to watch",
            "planning",
            "planned",
            "plan",
            "watchlist",
            "to watch",
            "towatch",
            "wishlist",
        ),
        *(
            "want to watch",
            "want to see",
            "wanttowatch",
            "watch later",
            "unwatched",
            "not watched",
            "backlog",
            "queue",
        ),
        *(
            "interested",
            "to see",
            "to-see",
            "to be watched",
            "merkliste",
            "geplant",
            "will ich sehen",
            "noch sehen",
        ),
        *(
            "vormerkliste",
            "à voir",
            "envie",
            "envies",
            "liste d'envies",
            "prévu",
            "por ver",
            "pendiente",
            "pendientes",
        ),
        *(
            "quiero ver",
            "planeado",
            "lista de seguimiento",
            "da vedere",
            "da guardare",
            "quero ver",
            "para assistir",
        ),
        *(
            "planejado",
            "do obejrzenia",
            "chcę zobaczyć",
            "chcę obejrzeć",
            "planowane",
            "буду смотреть",
            "запланировано",
        ),
        *(
            "хочу посмотреть",
            "в планах",
            "смотреть позже",
            "wil ik zien",
            "gepland",
            "vill se",
            "vil se",
            "katsottava",
        ),
        *(
            "izlenecek",
            "izleyeceğim",
            "chci vidět",
            "megnézendő",
            "想看",
            "見たい",
            "観たい",
            "ウォッチリスト",
            "보고싶어요",
        ),
        *("plan to read", "to read", "toread", "хочу переглянути"),
    ),
    State.BEGUN: (
        *(
            "watching",
            "current",
            "currently watching",
            "in progress",
            "inprogress",
            "on hold",
            "onhold",
            "hold",
        ),
        *(
            "paused",
            "started",
            "continue",
            "läuft",
            "am schauen",
            "pausiert",
            "en cours",
            "en pause",
            "viendo",
        ),
        *(
            "en curso",
            "in corso",
            "assistindo",
            "oglądam",
            "смотрю",
            "отложено",
            "в процессе",
            "在看",
            "視聴中",
        ),
    ),
}
_STATE_OF = {folded(word): state for state, words in _STATES.items() for word in words}


def state_of(text: str) -> State | None:
    """What a word in a column of states says, None for one that says nothing."""
    return _STATE_OF.get(folded(text))


_WATCHLIST = re.compile(
    r"watch ?list|wish ?list|plan ?to ?watch|to ?watch\b|want ?to|merkliste|a ?voir\b|da ?vedere|por ?ver\b|queue"
    r"|буду смотреть|想看|見たい|planned"
)
_HISTORY = re.compile(
    r"watched|history|viewing|viewed|\bseen|diary|\blikes|favou?rites|gesehen|\bvus?\b|\bvisti\b|просмотр|看过"
)


def shelf_of_file(name: str) -> State | None:
    """What the name of a file says of all the films in it."""
    words = unicodedata.normalize(
        "NFC", re.sub(r"[\W_]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", name))
    ).casefold()
    if _WATCHLIST.search(words):
        return State.PLANNED
    return State.SEEN if _HISTORY.search(words) else None


_NO = frozenset(
    map(
        folded, ("0", "false", "no", "n", "none", "null", "nein", "non", "нет", "nie", "never", "not watched")
    )
) | {"", "unwatched", "unseen", "notseen", "00000000"}


def says_yes(text: str) -> bool:
    """Whether a cell below "Watched", "Plays" or "Last watched" says that the film was watched."""
    return bool(text) and folded(text) not in _NO
