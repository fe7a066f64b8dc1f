"""A profile's films among the movies of the dataset in use."""

from collections.abc import Sequence
from dataclasses import dataclass

from movierec_cli.profiles.profile import OwnRating, Profile
from movierec_cli.store.identify import identify
from movierec_cli.store.movies import Movies
from movierec_cli.vectors.scale import RatingScale


@dataclass(frozen=True, slots=True)
class Match:
    """An entry of a profile and the dataset's movie that it is about.

    rating: the entry's stars on the dataset's scale, None for a film that was only watched, and where there
        are likes alone, for one that was not liked.
    """

    own: OwnRating
    movie_id: int
    rating: float | None


@dataclass(frozen=True, slots=True)
class MatchedProfile:
    """A profile in terms of one dataset.

    matches: oldest first, one for each movie (the latest rating where two entries are about one).
    duplicate_ids: movies that are the same films as some of the matches, entered in the dataset once more,
    and movies that are hidden.
    unmatched: entries that the dataset does not have. ambiguous: entries that fit several of its movies.
    """

    name: str
    matches: tuple[Match, ...]
    duplicate_ids: frozenset[int]
    unmatched: tuple[OwnRating, ...]
    ambiguous: tuple[OwnRating, ...]

    @property
    def rated(self) -> tuple[tuple[int, float], ...]:
        """(movie_id, rating on the dataset's scale) of everything rated, oldest first, each movie once."""
        return tuple((match.movie_id, match.rating) for match in self.matches if match.rating is not None)

    @property
    def by_title(self) -> tuple[Match, ...]:
        """The matches that nothing but a title has made."""
        return tuple(match for match in self.matches if match.own.by_title_alone)

    @property
    def seen(self) -> frozenset[int]:
        """The movie_id of everything rated or watched, under each id that the dataset has for it."""
        return self.duplicate_ids | {match.movie_id for match in self.matches}


def match_profile(profile: Profile, movies: Movies, rating_scale: Sequence[float]) -> MatchedProfile:
    """Find the entries of `profile` among the `movies`; `rating_scale` is its (lowest, highest) rating.

    See `identify` for what an entry is taken for, and RatingScale.of_stars for its rating. Raises StoreError.
    """
    lowest, highest = rating_scale
    scale = RatingScale(lowest, highest)
    matches: dict[int, Match] = {}
    all_ids: set[int] = set()
    unmatched, ambiguous = [], []
    films = (*profile.ratings, *profile.hidden)
    identified = identify([own.described for own in films], movies)
    for ids in identified[len(profile.ratings) :]:
        all_ids.update(ids or ())
    for own, ids in zip(profile.ratings, identified, strict=False):
        if ids is None:
            ambiguous.append(own)
        elif not ids:
            unmatched.append(own)
        else:
            movie_id = ids[0]
            all_ids.update(ids)
            if own.stars is not None:
                matches.pop(movie_id, None)  # the later of two ratings counts, and counts as given then
                matches[movie_id] = Match(own, movie_id, scale.of_stars(own.stars))
            else:
                matches.setdefault(movie_id, Match(own, movie_id, None))
    return MatchedProfile(
        profile.name,
        tuple(matches.values()),
        frozenset(all_ids - matches.keys()),
        tuple(unmatched),
        tuple(ambiguous),
    )
