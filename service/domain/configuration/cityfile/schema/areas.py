"""`areas.yaml`, `former_units.csv`, `streets.csv`, `landmarks.csv`: units in force, what they were made of,
streets and landmarks.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from service.domain.city.config import Code, Text
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.domain.configuration.cityfile.schema.city import Latitude, Longitude


class AreasHeader(CityFileModel):
    """Head of `areas.yaml`: since when its units are in force, how committees are called.

    In the names of a committee `{kind}` and `{name}` stand for those of its unit, the kind in the language
    of the name.
    """

    valid_from: date | None = None
    committee: NameByLanguage = NameByLanguage(vi="UBND {kind} {name}", en="{name} {kind} People's Committee")


class UnitPart(CityFileModel):
    """Ward, commune or the like: its official code, its name without the kind, other spellings."""

    code: Code
    name: Text
    kind: Text
    other_names: tuple[Text, ...] = ()

    @property
    def full_name(self) -> str:
        """`Phường Phú Xuân`."""
        return f"{self.kind[0].upper()}{self.kind[1:]} {self.name}"


class GroupPart(CityFileModel):
    """A named set of units that rules can speak of."""

    code: Code
    name: NameByLanguage
    units: tuple[Code, ...]


class FormerUnitPart(CityFileModel):
    """A unit that no longer exists, its centre, and the unit it went into."""

    code: Code
    name: Text
    kind: Text
    district: str = ""
    lon: Longitude
    lat: Latitude
    unit: Code


class StreetPart(CityFileModel):
    """A street and where it is, within `radius_m`. `district`: what tells it from others of its name."""

    name: Text
    district: str = ""
    lon: Longitude
    lat: Latitude
    radius_m: Annotated[float, Field(gt=0, le=50_000)] = 1000

    def spec(self) -> list[object]:
        """Return what `City.config` keeps of it."""
        return [self.name, self.district, self.lon, self.lat, self.radius_m]


class LandmarkListPart(CityFileModel):
    """A landmark that people name, and where it is, within `radius_m`."""

    name: Text
    kind: Annotated[Text, Field(pattern=r"^[a-z]+$")]
    lon: Longitude
    lat: Latitude
    radius_m: Annotated[float, Field(gt=0, le=50_000)] = 300

    def spec(self) -> list[object]:
        """Return what `City.config` keeps of it."""
        return [self.name, self.kind, self.lon, self.lat, self.radius_m]
