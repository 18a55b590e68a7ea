"""`areas.yaml` and `former_units.csv`: the units in force, sets of them, and the units they were made of."""

from __future__ import annotations

from datetime import date

from service.domain.cityfile.schema.base import Code, Named, Strict, Text
from service.domain.cityfile.schema.city import Latitude, Longitude


class AreasHead(Strict):
    """What `areas.yaml` says beside its lists: since when its units are in force, how committees are called.

    In the names of a committee `{kind}` and `{name}` stand for those of its unit.
    """

    valid_from: date | None = None
    committee: Named = Named(vi="UBND {kind} {name}", en="People's Committee of {name}")


class UnitPart(Strict):
    """One ward, commune or the like: its official code, its name without the kind, other spellings."""

    code: Code
    name: Text
    kind: Text
    other_names: tuple[Text, ...] = ()

    @property
    def full_name(self) -> str:
        """`Phường Phú Xuân`."""
        return f"{self.kind[0].upper()}{self.kind[1:]} {self.name}"


class GroupPart(Strict):
    """A named set of units that rules can speak of."""

    code: Code
    name: Named
    units: tuple[Code, ...]


class FormerUnitPart(Strict):
    """A unit that no longer exists, its centre, and the unit it went into."""

    code: Code
    name: Text
    kind: Text
    district: str = ""
    lon: Longitude
    lat: Latitude
    unit: Code
