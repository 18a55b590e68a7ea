"""Points split among inspectors: ward by ward, or each a stretch of what lies together."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class SplitPoint(Generic[Key]):
    """Point to be given to somebody."""

    key: Key
    lon: float
    lat: float
    ward_id: int | None


def split_by_ward(points: Sequence[SplitPoint[Key]], people: Sequence[int]) -> Mapping[Key, int]:
    """Return who looks at what: a ward stays with one person, the fullest goes to who has least."""
    wards: dict[int, list[SplitPoint[Key]]] = defaultdict(list)
    for each in points:
        wards[each.ward_id or 0].append(each)
    load, found = dict.fromkeys(people, 0), dict[Key, int]()
    for _, inside in sorted(wards.items(), key=lambda ward: (-len(ward[1]), ward[0])):
        chosen = min(people, key=lambda person: (load[person], people.index(person)))
        load[chosen] += len(inside)
        found.update((each.key, chosen) for each in inside)
    return found


def split_by_place(points: Sequence[SplitPoint[Key]], people: Sequence[int]) -> Mapping[Key, int]:
    """Return who looks at what: as many for each, give or take one, all of a direction from the middle."""
    if not points:
        return {}
    east = sum(each.lon for each in points) / len(points)
    north = sum(each.lat for each in points) / len(points)
    around = sorted(
        range(len(points)),
        key=lambda n: (math.atan2(points[n].lat - north, points[n].lon - east), n),
    )
    return {points[n].key: people[turn * len(people) // len(points)] for turn, n in enumerate(around)}
