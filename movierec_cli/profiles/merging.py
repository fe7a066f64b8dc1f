"""Films of a file in a profile that knows some of them: what is later stays, and the same changes nothing."""

from collections import Counter
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from movierec_cli.profiles.editing import Draft, Films, with_more
from movierec_cli.profiles.profile import OwnRating


class Conflict(NamedTuple):
    """A film with another rating in the profile than in the file, and no telling which is the later."""

    kept: OwnRating
    refused: OwnRating


class Change(StrEnum):
    """What a film of a file came to in the profile."""

    NEW = "new"
    REPLACED = "replaced"
    SAME = "same"
    OLDER = "older"
    CONFLICT = "conflict"
    SEEN = "seen already"


def plan(draft: Draft, own: OwnRating) -> Change:
    """Put a film to be watched on the watchlist, unless it has been watched."""
    if draft.find(own):
        return Change.SEEN
    if draft.watchlist.find(own):
        return Change.SAME
    draft.watchlist.put(own)
    return Change.NEW


def bring(draft: Draft, films: Films, overwrite: bool) -> tuple[Counter[Change], list[Conflict]]:
    """Bring films that were watched into the draft, of which the last is the most decisive.

    No film changes an entry that another of them has decided: where the draft takes two for one film, the
    more decisive counts alone. So the same films change nothing when they are brought again, even where their
    ids and those of the draft contradict each other.
    """
    if not draft:
        draft.take(films)
        return +Counter({Change.NEW: len(films.ratings)}), []
    mark = draft.mark
    decided: set[OwnRating] = set()
    changes: Counter[Change] = Counter()
    conflicts = []
    for own in reversed(films.ratings):
        about = draft.find(own)
        if not decided.isdisjoint(about):
            continue
        change, kept = _merge(draft, own, about, overwrite)
        decided.update(about if change in (Change.OLDER, Change.CONFLICT) else [kept])
        changes[change] += 1
        if change is Change.CONFLICT:
            conflicts.append(Conflict(kept, own))
    draft.turn(mark)  # new ones are in the order of the films
    return changes, conflicts[::-1]


def _merge(draft: Draft, own: OwnRating, about: list[OwnRating], overwrite: bool) -> tuple[Change, OwnRating]:
    """Bring one film into the draft; also the entry that the draft has for it afterwards.

    about: the entries that it finds there. One keeps its title and year, by which other films of the file may
    find it.
    """
    if not about:
        draft.put(own)
        return Change.NEW, own
    before = max(about, key=lambda entry: entry.rated_on or "")
    if len(about) > 1 and own.imdb_id is None and own.tmdb_id is None:  # namesakes, told apart by their ids
        return Change.CONFLICT, before
    days = [entry.rated_on for entry in (before, own) if entry.rated_on]
    if own.stars in {None, before.stars}:
        change, stars = Change.SAME, before.stars
        day = max(days, default=None) if own.stars == before.stars else before.rated_on
    elif before.stars is None or overwrite or (len(days) == 2 and days[1] > days[0]):
        change = Change.NEW if before.stars is None else Change.REPLACED
        stars, day = own.stars, own.rated_on
    else:
        return (Change.OLDER if len(days) == 2 and days[1] < days[0] else Change.CONFLICT), before
    after = replace(with_more(before, own), stars=stars, rated_on=day)
    if about != [after]:
        draft.remove(own)
        draft.put(after)
    return change, after
