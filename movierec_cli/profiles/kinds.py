"""The words that services have, in their languages, for films, for other things, and for their state."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from movierec_cli.profiles.words import folded, read_words

FILM = "film"
SERIES, EPISODE, SEASON = "TV series", "TV episode", "TV season"

_KINDS = {folded(word): kind for kind, words in read_words("kinds").items() for word in words}
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


@lru_cache(maxsize=1 << 10)
def kind_of(text: str) -> str | None:
    """FILM, or the name of another kind; None for a word that says neither.

    Whole words decide; else the first part of a word that does, so that "Fernsehserie" is a series and
    "Fernsehfilm" a film.
    """
    known = _KINDS.get(folded(text))
    if known is None:
        small = text.casefold()
        known = next((kind for kind, pattern in _STEMS if re.search(pattern, small)), None)
    return known


_TOTALS = frozenset(map(folded, read_words("totals")["total"]))


def says_total(text: str) -> bool:
    """Whether a cell begins a sum or a mean below a table: "Total", "Durchschnitt:"."""
    return folded(text.partition(":")[0]) in _TOTALS


_BEHIND = re.compile(r"[(\[]([^()\[\]]+)[)\]]\s*$")
_SEASON_BEHIND = re.compile(
    r"(?:第\s*[一二三四五六七八九十\d]+\s*[季期]|(?:シーズン|시즌|\b(?:staffel|saison|temporada|stagione|seizoen|сезон))\s*\d+"
    r"|\b\d+\s*сезон|\bseason (?:1|one))\s*(?:$|/)",
    re.IGNORECASE,
)
_ENDS_OF_SEASONS = frozenset("季期eEнН")
"""The letters that the title of a season may end with, if not with a number: looked at first, for speed."""
_TV_FILM = frozenset({"tv"})


def kind_behind(title: str) -> str | None:
    """What a title says at its end: SERIES for "Friends (Serie de TV)", while "(TV)" stands behind films, and
    SEASON for "Dark Staffel 2"; in English only for the first one, as there is a film "Open Season 2"."""
    last = title.rstrip()[-1:]
    if (last in _ENDS_OF_SEASONS or last.isdecimal() or "/" in title) and _SEASON_BEHIND.search(title):
        return SEASON
    match = _BEHIND.search(title) if last in {")", "]"} else None
    is_series = match and match[1].casefold() not in _TV_FILM and kind_of(match[1]) == SERIES
    return SERIES if is_series else None


_IN_ADDRESS = re.compile(
    r"https?://[^/\s]+/(?:[a-z]{2}/)?(?P<kind>serials?|series|serie|tv|tv-?shows?|shows?|games?|books?|anime)/",
    re.IGNORECASE,
)


def kind_in_address(text: str) -> str | None:
    """What an address says that it is about, where it is no film: ".../serial/Dekalog-1989"."""
    match = _IN_ADDRESS.match(text) if text.count("/") > 3 else None
    return kind_of(match["kind"].removesuffix("s")) if match else None


class State(StrEnum):
    """What somebody has done with a film."""

    SEEN = "seen"
    PLANNED = "planned"
    BEGUN = "begun"


_STATE_OF = {folded(word): State(state) for state, words in read_words("states").items() for word in words}


@lru_cache(maxsize=1 << 10)
def state_of(text: str) -> State | None:
    """What a word in a column of states says, None for one that says nothing."""
    return _STATE_OF.get(folded(text))


@lru_cache(maxsize=1 << 10)
def state_in_place_of_a_rating(text: str) -> State | None:
    """What is written where no rating is: "Want to see"."""
    return None if any(letter.isdigit() for letter in text) else state_of(text)


_WATCHLIST = re.compile(
    r"watch ?list|wish ?list|plan ?to ?watch|to ?watch\b|\bto ?see\b|want ?to|merkliste|a ?voir\b|da ?vedere"
    r"|por ?ver\b|queue|буду смотреть|想看|見たい|planned|to be (?:watched|seen)"
    r"|(?:\bun|\bnot |\bnever |n t )(?:yet )?(?:watched|seen)"
)
_HISTORY = re.compile(
    r"watched|flickchart|history|viewing|viewed|playback|\bseen|diary|\blikes|gesehen|\bvus?\b|\bvisti\b|просмотр|看过"
    r"|check ?ins?\b|\bbest\b|favou?rit|lieblings|meilleur|préféré|preferid|migliori|mejores|melhores"
    r"|ulubion|любим|лучш"
)


def shelf_of_file(name: str) -> State | None:
    """What the name of a file says of all the films in it."""
    words = unicodedata.normalize(
        "NFC", re.sub(r"[\W_]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", name))
    ).casefold()
    if _WATCHLIST.search(words):
        return State.PLANNED
    return State.SEEN if _HISTORY.search(words) else None


_ANSWERS = read_words("answers")
_YES, _NO = frozenset(map(folded, _ANSWERS["yes"])) - {""}, frozenset(map(folded, _ANSWERS["no"]))
_NOT_SEEN = _NO | {"", "00", "05", "00000000", *map(folded, read_words("not_seen")["not seen"])}
_SIGNS = {sign: answer == "yes" for answer, words in _ANSWERS.items() for sign in words if not folded(sign)}


def answer_of(text: str) -> bool | None:
    """Whether a cell says yes or no, None where it says neither: "true", "nein", "✓", "x"."""
    word = folded(text)
    if word:
        return True if word in _YES else False if word in _NO else None
    return _SIGNS.get(text.replace("\ufe0f", "").strip())


def says_yes(text: str) -> bool:
    """Whether a cell below "Watched", "Plays" or "Last watched" says that the film was watched."""
    return folded(text) not in _NOT_SEEN if folded(text) else bool(answer_of(text))


def state_by_name(column: str, text: str) -> State | None:
    """What a column says that is called by a state, such as "Watchlist", where a cell in it is "yes"."""
    return state_of(column) if answer_of(text) else None
