"""Poles out of a list: whose each is, where it stands, who hangs there; all of a file or nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from sqlalchemy.dialects.postgresql import insert

from geo.points import BBox
from service.domain.cables.access import cables_of, company_ids, require_planning
from service.domain.cables.poles_beside import link_poles
from service.domain.city.office_lists import find_headings
from service.domain.kernel.formats.csv_text import read_csv_cells
from service.domain.kernel.texts import fold, tidy
from service.domain.kernel.written_days import read_day
from service.domain.works.actions import ActionContext
from service.errors import FieldError, Invalid, TooLarge, invalid
from service.i18n import N_
from service.models import Pole

MOST_POLES = 20_000
MOST_WRONG = 20
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "ma", "ma cot", "so cot", "so hieu"),
    "lon": ("lon", "lng", "longitude", "x", "kinh do"),
    "lat": ("lat", "latitude", "y", "vi do"),
    "owner": ("owner", "chu cot", "don vi quan ly"),
    "attached": ("attached", "don vi treo", "don vi co cap", "cap cua"),
    "seen_on": ("seen_on", "seen on", "ngay", "ngay kiem tra"),
}
_NEEDED = frozenset({"code", "lon", "lat"})


@dataclass(frozen=True, slots=True)
class _Row:
    """A pole as it was understood."""

    code: str
    owner_id: int
    lon: float
    lat: float
    attached: tuple[int, ...]
    seen_on: date | None


def rows_of_csv(data: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file by the names of its headings; those are its first row, or the first
    with the columns that are needed. Raises Invalid, TooLarge.
    """
    rows = [row for row in read_csv_cells(data) if any(map(str.strip, row))]
    found = find_headings(rows, COLUMNS, _NEEDED)
    first = found[0] if found else 0
    names = rows[first] if rows else []
    if len(rows) - first - 1 > MOST_POLES:
        raise TooLarge(N_("Danh sách quá dài, mỗi lần nhận tối đa {most} cột."), most=MOST_POLES)
    return [dict(zip_longest(names, row[: len(names)], fillvalue="")) for row in rows[first + 1 :]]


def take_poles(ctx: ActionContext, rows: Sequence[Mapping[str, str]]) -> int:
    """Add the poles of a list and change those that are there, by owner and code; how many.

    Raises Forbidden for who does not keep the plan; Invalid, naming up to twenty rows that cannot be taken.
    """
    require_planning(ctx.reference, ctx.actor)
    if not rows:
        raise invalid(["file"], N_("Tệp không có cột nào."))
    if len(rows) > MOST_POLES:
        raise TooLarge(N_("Danh sách quá dài, mỗi lần nhận tối đa {most} cột."), most=MOST_POLES)
    names = _names(rows[0])
    wrong: list[FieldError] = []
    found: dict[tuple[int, str], _Row] = {}
    units = _units(ctx)
    for number, row in enumerate(rows, 1):
        read = _read(ctx, {key: tidy(row.get(name, "")) for key, name in names.items()}, units)
        if isinstance(read, str):
            wrong.append(FieldError(("body", "file", number), read))
        else:
            found[read.owner_id, read.code] = read
    if wrong:
        raise Invalid(N_("Có dòng chưa đúng nên chưa nhập dòng nào."), errors=wrong[:MOST_WRONG])
    _store(ctx, list(found.values()))
    return len(found)


def _names(row: Mapping[str, str]) -> dict[str, str]:
    folded = {fold(name).strip(): name for name in row}
    found = {}
    for key, known in COLUMNS.items():
        if name := next((folded[each] for each in known if each in folded), None):
            found[key] = name
    if missing := _NEEDED - found.keys():
        raise invalid(["file"], N_("Thiếu cột dữ liệu: {names}."), names=", ".join(sorted(missing)))
    return found


def _units(ctx: ActionContext) -> dict[str, int]:
    """Return units by their code and both their names, folded."""
    found: dict[str, int] = {}
    for unit in ctx.reference.departments.values():
        for name in (unit.code, *unit.name.values(), *(unit.short_name or {}).values()):
            if unit.active:
                found.setdefault(fold(name), unit.id)
    return found


def _read(ctx: ActionContext, fields: Mapping[str, str], units: Mapping[str, int]) -> _Row | str:
    """Return the pole, or the sentence that says why the row is none."""
    if not 0 < len(fields["code"]) <= 100:
        return N_("Dòng này thiếu mã cột.")
    try:
        lon, lat = (float(fields[name].replace(",", ".")) for name in ("lon", "lat"))
    except ValueError:
        return N_("Tọa độ của dòng này không phải số.")
    box = BBox(*ctx.reference.config.bbox)
    if not (math.isfinite(lon) and math.isfinite(lat) and box.contains(lon, lat)):
        if box.contains(lat, lon):
            return N_("Kinh độ và vĩ độ bị đổi chỗ. Hãy ghi kinh độ trước, vĩ độ sau.")
        return N_("Cột của dòng này nằm ngoài thành phố.")
    owner = units.get(fold(fields.get("owner") or cables_of(ctx.reference).pole_owner or ""))
    if owner is None:
        return N_("Không rõ đơn vị chủ cột của dòng này.")
    known = set(company_ids(ctx.reference))
    parts = [part.strip() for part in re.split(r"[,;]", fields.get("attached", "")) if part.strip()]
    attached = [units.get(fold(part)) for part in parts]
    companies = sorted({each for each in attached if each is not None and each in known})
    if None in attached or len(companies) != len(set(attached)):
        return N_("Có đơn vị treo cáp của dòng này không phải đơn vị có cáp.")
    day = _day(fields.get("seen_on", ""))
    if day is None and fields.get("seen_on"):
        return N_("Ngày của dòng này chưa đúng, ví dụ đúng: 05/03/2026.")
    return _Row(fields["code"], owner, round(lon, 6), round(lat, 6), tuple(companies), day)


def _day(text: str) -> date | None:
    try:
        return read_day(text[:10]) if text else None
    except ValueError:
        return None


def _store(ctx: ActionContext, rows: Sequence[_Row]) -> None:
    for at in range(0, len(rows), 1000):
        new = insert(Pole).values(
            [
                {
                    "code": row.code,
                    "owner_id": row.owner_id,
                    "lon": row.lon,
                    "lat": row.lat,
                    "attached_ids": list(row.attached),
                    "seen_on": row.seen_on,
                }
                for row in rows[at : at + 1000]
            ]
        )
        columns = {name: new.excluded[name] for name in ("lon", "lat", "attached_ids", "seen_on")}
        put = new.on_conflict_do_update(index_elements=[Pole.owner_id, Pole.code], set_=columns)
        ids = ctx.session.scalars(put.returning(Pole.id)).all()
        link_poles(ctx.session, ctx.reference, Pole.id.in_(ids))
    ctx.session.expire_all()
