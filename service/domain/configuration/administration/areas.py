"""Areas as administrators change them: a file kept, compared, put in force; old ones stay."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.boundaries.answers import AreaFileRead, FindingRead, UnitNames, UnitRead
from geo.shapes import multipolygon, to_wkb
from service.domain.city.config import read_config
from service.domain.configuration.administration.changes import (
    EditStamp,
    lock_configuration,
    mark_by_hand,
    record_change,
)
from service.domain.kernel.audit import write_entry
from service.domain.rules.rulebook import load_rules
from service.errors import Conflict, NotFound
from service.i18n import N_
from service.models import Area, AreaUpload, City

KIND = "area"
State = Literal["new", "changed", "renamed", "same", "gone"]
MOST_FINDINGS = 500


class UnitFeature(TypedDict):
    """Unit as an upload keeps it: a feature of GeoJSON."""

    type: Literal["Feature"]
    properties: UnitNames
    geometry: dict[str, object]


@dataclass(frozen=True, slots=True)
class AreaComparison:
    """A unit of the file beside the one in force; `moved` is the share of its surface that is otherwise."""

    code: str
    name: str
    state: State
    moved: float


def store_areas(session: Session, stamp: EditStamp, name: str, read: AreaFileRead) -> AreaUpload:
    """Keep a file as it was read and checked, with what the city has to say of it."""
    findings = list(read["findings"])[:MOST_FINDINGS]
    outside = _outside(session, read["units"])
    row = AreaUpload(
        name=name[:200],
        created_at=stamp.at,
        staff_id=stamp.staff_id,
        ok=bool(read["ok"]) and bool(read["units"]) and not outside,
        units={"type": "FeatureCollection", "features": [_feature(unit) for unit in read["units"]]},
        findings=[*outside, *findings],
        in_force_at=None,
    )
    session.add(row)
    session.flush()
    after = {"name": row.name, "units": len(read["units"]), "ok": row.ok}
    write_entry(session, "areas.uploaded", str(row.id), at=stamp.at, staff_id=stamp.staff_id, after=after)
    return row


def list_uploads(session: Session) -> list[AreaUpload]:
    """Return all files, the newest first."""
    return list(session.scalars(select(AreaUpload).order_by(AreaUpload.id.desc())))


def find_area_upload(session: Session, upload_id: int) -> AreaUpload:
    """Return one file. Raises NotFound."""
    row = session.get(AreaUpload, upload_id)
    if row is None:
        raise NotFound(N_("Không có tệp ranh giới này."))
    return row


def delete_upload(session: Session, stamp: EditStamp, upload_id: int) -> None:
    """Throw a file away. Raises NotFound, Conflict for one that came into force."""
    row = find_area_upload(session, upload_id)
    if row.in_force_at is not None:
        raise Conflict(N_("Tệp này đã được áp dụng nên được giữ lại."))
    session.delete(row)
    write_entry(
        session, "areas.dropped", str(row.id), at=stamp.at, staff_id=stamp.staff_id, before={"name": row.name}
    )


def compare_areas(session: Session, row: AreaUpload) -> list[AreaComparison]:
    """Return unit by unit what would change; units in force that the file does not have are `gone`."""
    now = _in_force(session)
    shapes = _shapes(session)
    found = []
    for feature in row.units["features"]:
        code, name = feature["properties"]["code"], feature["properties"]["full_name"]
        old, new = shapes.get(code), _geometry(feature)
        if old is None:
            found.append(AreaComparison(code, name, "new", 1.0))
            continue
        if now[code].digest != _digest(new):
            found.append(AreaComparison(code, name, "changed", _moved(old, new)))
            continue
        called = _names_of(feature, now[code]) == _names(now[code])
        found.append(AreaComparison(code, name, "same" if called else "renamed", 0.0))
    listed = {each.code for each in found}
    gone = [AreaComparison(code, now[code].full_name, "gone", 1.0) for code in sorted(now.keys() - listed)]
    return [*found, *gone]


def put_areas_in_force(session: Session, stamp: EditStamp, upload_id: int) -> AreaUpload:
    """Close the areas that change or end and open the new ones. Reports keep the area they lie in.

    Raises NotFound, Conflict for a file with errors or one that came into force already.
    """
    lock_configuration(session)
    row = find_area_upload(session, upload_id)
    if not row.ok:
        raise Conflict(N_("Tệp ranh giới còn lỗi. Hãy sửa rồi tải lên lại."))
    if row.in_force_at is not None:
        raise Conflict(N_("Tệp này đã được áp dụng."))
    now = _in_force(session)
    fresh = [_area(feature, now, row, stamp) for feature in row.units["features"]]
    changed = [each for each in fresh if each.code not in now or now[each.code].digest != each.digest]
    renamed = _rename(now, fresh)
    gone = now.keys() - {each.code for each in fresh}
    refuse_named_areas(session, gone)
    for code in [*(each.code for each in changed), *gone]:
        if code in now:
            now[code].valid_to = stamp.at
        mark_by_hand(session, stamp, KIND, code)
    # Only one area of a unit may be in force, so the old ones are closed first.
    session.flush()
    session.add_all(changed)
    row.in_force_at = stamp.at
    for code in renamed:
        mark_by_hand(session, stamp, KIND, code)
    after = {
        "file": row.name,
        "changed": sorted(each.code for each in changed),
        "renamed": renamed,
        "ended": sorted(gone),
    }
    record_change(session, stamp, "areas.in_force", (KIND, row.name), after=after)
    return row


def _rename(now: Mapping[str, Area], fresh: Sequence[Area]) -> list[str]:
    """Return the codes of units that keep their outline and take a new name where they stand, as reports
    see it.
    """
    found = []
    for new in fresh:
        old = now.get(new.code)
        if old is not None and old.digest == new.digest and _names(old) != _names(new):
            old.name, old.full_name, old.unit_kind = _names(new)
            found.append(new.code)
    return sorted(found)


def _names(row: Area) -> tuple[str, str, str]:
    return row.name, row.full_name, row.unit_kind


def _names_of(feature: UnitFeature, known: Area | None) -> tuple[str, str, str]:
    """Return the names a unit of the file will have; what the file does not say stays as it is."""
    said = feature["properties"]
    return (
        said["name"] or (known.name if known else said["code"]),
        said["full_name"] or (known.full_name if known else said["code"]),
        said["kind"] or (known.unit_kind if known else ""),
    )


def refuse_named_areas(session: Session, gone: Collection[str]) -> None:
    """Raise Conflict for units that would end while rules in force are for them alone."""
    numbers = [str(rule.number) for rule in load_rules(session) if set(rule.areas or ()) & set(gone)]
    if numbers:
        raise Conflict(
            N_("Các quy tắc {numbers} còn nhắc đến phường, xã không có trong tệp. Hãy đổi chúng trước."),
            extra={"rules": numbers, "areas": sorted(gone)},
            numbers=", ".join(numbers),
        )


def _in_force(session: Session) -> dict[str, Area]:
    return {row.code: row for row in session.scalars(select(Area).where(Area.valid_to.is_(None)))}


def _shapes(session: Session) -> dict[str, BaseGeometry]:
    query = select(Area.code, func.ST_AsBinary(Area.geom)).where(Area.valid_to.is_(None))
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in session.execute(query)}


def _feature(unit: UnitRead) -> UnitFeature:
    named = UnitNames(code=unit["code"], name=unit["name"], full_name=unit["full_name"], kind=unit["kind"])
    return UnitFeature(type="Feature", properties=named, geometry=unit["geometry"])


def _geometry(feature: UnitFeature) -> MultiPolygon:
    return multipolygon(shape(feature["geometry"]))


def _digest(geometry: MultiPolygon) -> str:
    """Return the surface as the loading of a city makes it, so that the same surface is known as the same."""
    return hashlib.sha256(to_wkb(shapely.normalize(geometry))).hexdigest()[:32]


def _moved(old: BaseGeometry, new: MultiPolygon) -> float:
    whole = shapely.area(shapely.union(old, new))
    return float(shapely.area(shapely.symmetric_difference(old, new)) / whole) if whole else 1.0


def _area(feature: UnitFeature, now: dict[str, Area], row: AreaUpload, stamp: EditStamp) -> Area:
    said, geometry = feature["properties"], _geometry(feature)
    known = now.get(said["code"])
    name, full_name, kind = _names_of(feature, known)
    return Area(
        code=said["code"],
        name=name,
        full_name=full_name,
        unit_kind=kind,
        other_names=known.other_names if known else "",
        geom=from_shape(geometry, srid=4326),
        approximate=False,
        source=row.name,
        digest=_digest(geometry),
        valid_from=stamp.at,
        valid_to=None,
    )


def _outside(session: Session, units: list[UnitRead]) -> list[FindingRead]:
    """Return units that do not touch the city's box: the file is another city's, or its axes are swapped."""
    west, south, east, north = read_config(session.scalars(select(City.config)).one()).bbox
    box = shapely.box(west, south, east, north)
    return [
        {
            "kind": "outside",
            "severity": "error",
            "message": "lies outside the city",
            "code": unit["code"],
            "others": [],
            "figures": {},
        }
        for unit in units
        if not shapely.intersects(box, shape(unit["geometry"]))
    ]
