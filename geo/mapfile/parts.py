"""Streets, landmarks, water and house numbers as a map file gives them, and why a file is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from shapely.geometry import MultiLineString, Point
from shapely.geometry.base import BaseGeometry


class MapFileRefused(Exception):
    """Map file that is not taken; its sentence says why and what to mend."""


@dataclass(frozen=True, slots=True)
class FeatureNames:
    """Name of a thing as it is shown, and the others it is looked for by."""

    shown: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StreetFeature:
    """Stretch of a street. `bridge` are the names of the bridge it runs over, where the file tells them."""

    names: FeatureNames
    road_class: str
    is_bridge: bool
    bridge: FeatureNames
    geometry: MultiLineString


@dataclass(frozen=True, slots=True)
class LandmarkPart:
    """Named thing; `extent_m` is how far it reaches from its place."""

    names: FeatureNames
    kind: str
    rank: int
    location: Point
    extent_m: float


@dataclass(frozen=True, slots=True)
class WaterPart:
    """River, canal, lake: lines or polygons."""

    names: FeatureNames
    kind: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class House:
    """House number, its street as the file writes it, and its place."""

    number: str
    street: str
    location: Point


@dataclass(slots=True)
class SkippedCounts:
    """Count of features left out, by the reason."""

    reasons: Counter[str] = field(default_factory=Counter)

    def out(self, reason: str, count: int = 1) -> None:
        """Add to a reason."""
        if count:
            self.reasons[reason] += count


@dataclass(frozen=True, slots=True)
class MapParts:
    """All that files brought; None for a part that no file was given for."""

    streets: Sequence[StreetFeature] | None = None
    landmarks: Sequence[LandmarkPart] | None = None
    houses: Sequence[House] = ()
    waters: Sequence[WaterPart] | None = None
    left: SkippedCounts = field(default_factory=SkippedCounts)
