"""Areas put in force: official ones from a boundary file, else approximate ones; old ones are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.shapes import to_wkb
from geo.voronoi import approximate_areas
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.schema.areas import UnitPart
from service.domain.configuration.cityload.ledger import Columns, Ledger, What
from service.models import Area

KIND = "area"
DERIVED = "former_units.csv"
Rows = dict[str, Area]


@dataclass(frozen=True, slots=True)
class UnitArea:
    """The area of one unit as it is to be."""

    geometry: MultiPolygon
    approximate: bool
    source: str

    @property
    def digest(self) -> str:
        """Return a digest of a surface, the same wherever its rings begin."""
        return hashlib.sha256(to_wkb(shapely.normalize(self.geometry))).hexdigest()[:32]

    def is_as(self, row: Area) -> bool:
        """Return whether the row in force shows the same."""
        return (row.digest, row.approximate) == (self.digest, self.approximate)


def load_areas(session: Session, ledger: Ledger, folder: Folder, now: datetime, *, asked: bool) -> None:
    """Close the areas that changed or ended and open the new ones; names are mended in place.

    `asked`: a boundary file was named for this load, so it wins over what was uploaded here.
    """
    rows: Rows = {row.code: row for row in session.scalars(select(Area).where(Area.valid_to.is_(None)))}
    units = {item.value.code: item.value for item in folder.units if item.value}
    drawn = _official(folder) if folder.boundaries is not None else _approximate(folder, rows)
    fresh = []
    for code, unit in units.items():
        row, new = rows.get(code), drawn.get(code)
        if row is not None and (new is None or new.is_as(row)):
            stays: What = "unchanged" if new else "kept"
            ledger.tell(KIND, code, "changed" if _rename(row, _names(unit)) else stays)
        elif new is not None and (asked or not ledger.disputes(KIND, code)):
            since = now if row else _since(session, folder, code, now)
            fresh.append(_new(code, new, _names(unit), since))
            ledger.tell(KIND, code, "changed" if row else "added")
            if row:
                row.valid_to = now
    for code in sorted(rows.keys() - units.keys()):
        if not ledger.disputes(KIND, code):
            rows[code].valid_to = now
            ledger.tell(KIND, code, "retired")
    # Only one area of a unit may be in force, so the old ones are closed first.
    session.flush()
    session.add_all(fresh)
    session.flush()


def _official(folder: Folder) -> dict[str, UnitArea]:
    boundaries = folder.boundaries or ()
    attribution = folder.city.attribution if folder.city else None
    return {each.code: UnitArea(each.geometry, False, attribution or each.source) for each in boundaries}


def _approximate(folder: Folder, rows: Rows) -> dict[str, UnitArea]:
    """Derived areas, unless official ones are in force: beside those they would only overlap."""
    if any(not row.approximate for row in rows.values()):
        return {}
    parts = [item.value for item in folder.former_units if item.value]
    shapes = approximate_areas([(part.lon, part.lat, part.unit) for part in parts])
    return {code: UnitArea(shape, True, DERIVED) for code, shape in shapes.items()}


def _names(unit: UnitPart) -> Columns:
    return {
        "name": unit.name,
        "full_name": unit.full_name,
        "unit_kind": unit.kind,
        "other_names": ", ".join(unit.other_names),
    }


def _rename(row: Area, names: Columns) -> bool:
    """Mend the names of an area that stays; whether there was anything to mend."""
    renamed = any(getattr(row, key) != value for key, value in names.items())
    for key, value in names.items():
        setattr(row, key, value)
    return renamed


def _new(code: str, drawn: UnitArea, names: Columns, since: datetime) -> Area:
    return Area(
        code=code,
        valid_from=since,
        valid_to=None,
        geom=from_shape(drawn.geometry, srid=4326),
        approximate=drawn.approximate,
        source=drawn.source,
        digest=drawn.digest,
        **names,
    )


def _since(session: Session, folder: Folder, code: str, now: datetime) -> datetime:
    """Return when a unit's first area came into force: the day the folder says, if it is past."""
    known = session.scalar(select(Area.id).where(Area.code == code).limit(1))
    if known is not None or folder.areas.valid_from is None or folder.city is None:
        return now
    day = datetime.combine(folder.areas.valid_from, time(0), ZoneInfo(folder.city.timezone))
    return min(day, now)


def count_approximate(session: Session) -> int:
    """Return how many areas in force are approximate."""
    query = select(func.count()).select_from(Area).where(Area.valid_to.is_(None), Area.approximate)
    return session.scalar(query) or 0
