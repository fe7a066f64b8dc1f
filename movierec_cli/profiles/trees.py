"""JSON and XML as rows: every object with a title in it, whatever is around it."""

import json
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from movierec_cli.errors import DataError
from movierec_cli.profiles.columns import uses_of
from movierec_cli.profiles.kinds import FILM, kind_of, state_of
from movierec_cli.profiles.notation import parse_rating
from movierec_cli.profiles.sheet import Record, Sheet, decode
from movierec_cli.profiles.words import folded
from movierec_cli.titles.keys import split_year

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEEPEST = 40
_OPEN = {*"ids providerids uniqueids uniqueid movie film item media rating title content node state".split()}
"""Objects within an object whose fields are as good as its own."""
_OWN = {*"otheruserinfos userinfos userdata".split()}
"""Those whose fields are somebody's own, and better than everybody's beside them."""
_ABOUT = {*"show series episode season anime book game track album person".split()}
"""Objects within an object that say that it is about something else than a film."""
_OF_A_FILM = {*"reviews seenhistory watches plays collections".split()}
"""Lists within an object, of which the last entry's fields are as good as its own."""
_GROUPS = {*"entries items films movies".split()}
"""Lists within an object that has only a name, and is no film then."""
_NO_ROWS = {*"hidden people genres tags cast crew directors actors seasons user owner".split()}
_ROOTS = {*"movie film tvshow episodedetails".split()}
"""Root elements of XML files about one thing."""
_THUMBS = {"likelist": "up", "dislikelist": "down"}
_ENTRY = re.compile(r"entry(?:v\d)?$")
_ITEMS = {*"item entry".split()}
"""Elements within an element that has a title of its own, and is no film then."""
_OF_ANIME = ("animetype", "seriestype")
"""What says that something in a list of anime is a film: Simkl's word, and MyAnimeList's."""
_TITLES = frozenset({"title", "original_title"})
KIND, STATE = "kind", "status"


def read_json(content: bytes, name: str) -> Sheet:
    """The objects of a JSON file, or of a file with one on each line. Raises DataError for what is none."""
    text, encoding = decode(content)
    try:
        found = _parse_json(text)
        return _sheet(list(_objects(found, {})), encoding, "entry")
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} is damaged JSON: {error}", "Export it, or download it, again.") from None


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].rstrip().endswith("}"):
            raise
        return [json.loads(line) for line in lines]


def _objects(value: Any, known: dict[str, str], depth: int = 0) -> Iterator[dict[str, str]]:
    """The rows below a value; `known` is what the names above it say of all of them."""
    if depth > _DEEPEST:
        raise RecursionError("it is nested too deeply")
    if isinstance(value, list) and _are_titles(value, known):
        yield from (known | {"title": one} for one in value)
    elif isinstance(value, list):
        for one in value:
            yield from _objects(one, known, depth + 1)
    elif isinstance(value, dict) and _is_by_title(value, depth):
        for title, one in value.items():
            yield _joined(known, {"title": title} | _flat(one if isinstance(one, dict) else {"rating": one}))
    elif isinstance(value, dict):
        row = _flat(value)
        uses = uses_of(row)
        is_group = "title" not in row and any(folded(key) in _GROUPS and one for key, one in value.items())
        if uses & _TITLES and (uses - _TITLES or KIND in row) and not is_group:
            yield _joined(known, row)
            return
        found = [
            inner
            for key, one in value.items()
            if isinstance(one, list | dict) and (folded(key) not in _NO_ROWS or len(value) == 1)
            for inner in _objects(one, known | _said_by(key), depth + 1)
        ]
        yield from found
        if not found and uses and not is_group:
            yield _joined(known, row)


def _is_by_title(value: dict[str, Any], depth: int) -> bool:
    """Whether an object has films by their titles: {"Heat (1995)": {"rating": 9}}, {"Heat (1995)": 9}.

    Without years it must be all there is, and have nothing but ratings.
    """
    if any(isinstance(one, list) for one in value.values()):
        return False
    rated = len(value) > 1 and all(map(_is_rating, value.values()))
    return _have_years(value) or (not depth and rated and not uses_of(map(folded, value)))


def _are_titles(value: list[Any], known: dict[str, str]) -> bool:
    """Whether a list has nothing but titles: with years, or where it is said what they are."""
    if not value or not all(isinstance(one, str) for one in value):
        return False
    return _have_years(value) or bool(known.keys() & {STATE, "rating"})


def _have_years(titles: Collection[str]) -> bool:
    return 2 * sum(split_year(title)[1] is not None for title in titles) > len(titles)


def _is_rating(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        written = parse_rating(str(value))
    except ValueError:
        return False
    return written is not None and 0 < written.value <= 10


def _joined(known: dict[str, str], row: dict[str, str]) -> dict[str, str]:
    """A row with what is known of it; that it is no film is not taken back by what is in it."""
    if any(kind_of(row.get(name, "")) == FILM for name in _OF_ANIME):
        return known | row | {KIND: FILM}
    other_kind = {KIND: known[KIND]} if known.get(KIND, FILM) != FILM else {}
    return known | row | other_kind


def _said_by(key: str) -> dict[str, str]:
    """What the name of a list says of the things in it."""
    kind, state = kind_of(key), state_of(key)
    said = {KIND: kind} if kind else {}
    said |= {"rating": key} if _is_rating(key) else {}
    return said | ({STATE: state.value} if state else {})


def _flat(value: dict[str, Any]) -> dict[str, str]:
    """Name -> text of what an object holds, and what the objects within it hold."""
    row: dict[str, str] = {}
    for key, held in value.items():
        name = folded(key)
        one = held[-1] if name in _OF_A_FILM and isinstance(held, list) and held else held
        if isinstance(one, dict):
            entry = _ENTRY.sub("", name)  # JustWatch: {"seenlistEntry": {...}}
            if entry in _THUMBS:
                row["thumbs"] = _THUMBS[entry]
            elif state := state_of(entry) if entry != name else None:
                row[STATE] = state.value
            if name in _ABOUT:
                row[KIND] = _more_exact(row.get(KIND), kind_of(key) or key)
            inner = _flat(one)
            if name in _OWN:
                row |= inner
            elif name in _OPEN | _ABOUT | _OF_A_FILM:
                for inner_name, text in inner.items():
                    row[inner_name] = row.get(inner_name) or text
            else:
                row |= {name + inner_name: text for inner_name, text in inner.items()}
        elif isinstance(one, bool):
            row[name] = "true" if one else "false"
        elif one is None or isinstance(one, str | int | float):
            row[name] = "" if one is None else str(one).strip()
    if "lot" in row and not row.get("title") and not row.get("sourceid", "").isdigit():
        row["title"] = row.get("sourceid", "")  # what Ryot calls the title
    return row


def _more_exact(known: str | None, kind: str) -> str:
    """An episode has a show beside it, and is an episode."""
    return known if known is not None and known != FILM and kind == kind_of("show") else kind


def _sheet(rows: list[dict[str, str]], encoding: str, unit: str) -> Sheet:
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    records = tuple(Record(number, row) for number, row in enumerate(rows, start=1))
    return Sheet(names, names, encoding, records, unit=unit)


def read_xml(content: bytes, name: str) -> Sheet:
    """The elements of an XML file that hold others with text. Raises DataError for damage and for traps."""
    root = _parse_xml(content, name)
    return _sheet(list(_elements(root, {})), "UTF-8", "element")


def _parse_xml(content: bytes, name: str) -> "Element":
    from xml.etree.ElementTree import TreeBuilder
    from xml.parsers import expat

    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def no_entities(*_: object) -> None:
        raise DataError(
            f"{name} defines entities, which an export of films has no need of; it is not read.",
            "Export it, or download it, again.",
        )

    parser.EntityDeclHandler = no_entities
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, ValueError, LookupError) as error:
        raise DataError(f"{name} is damaged XML: {error}", "Export it, or download it, again.") from None


def _elements(element: "Element", known: dict[str, str], depth: int = 0) -> Iterator[dict[str, str]]:
    """The rows in an element: those below it that hold several texts, and say their kind by their names."""
    if depth > _DEEPEST:
        return
    row = {folded(_local(child.tag)): (child.text or "").strip() for child in element if len(child) == 0}
    row |= {folded(key): value.strip() for key, value in element.attrib.items() if folded(key) not in row}
    for child in element:
        kind_of_id = folded(child.attrib.get("type", ""))
        if folded(_local(child.tag)) == "uniqueid" and kind_of_id in {"imdb", "tmdb"}:
            row[f"{kind_of_id}id"] = (child.text or "").strip()
    said = known | _said_by(_local(element.tag))
    if any(folded(_local(child.tag)) in _ITEMS and len(child) for child in element):
        row = {}
    if "filmtitle" in row:  # beside a sentence that is the title of an item in a feed
        row["title"] = row["filmtitle"]
    if (depth or folded(_local(element.tag)) in _ROOTS) and _is_row(row):
        yield _joined(said, row)
        return
    for child in element:
        if len(child) or len(child.attrib) > 1:
            yield from _elements(child, said, depth + 1)


def _is_row(row: dict[str, str]) -> bool:
    uses = uses_of(row)
    return bool(uses & _TITLES) and len(row) > 1


def _local(tag: str) -> str:
    """The name of an element; whose it is stays with an id."""
    prefix, _, name = tag.rpartition(":")
    return tag if prefix in {"imdb", "tmdb"} else name
