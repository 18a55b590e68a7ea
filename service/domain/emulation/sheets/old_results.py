"""Results of earlier movements out of a workbook: places and points as they were announced elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.emulation.access import find_movement, may_direct, pool_units
from service.domain.emulation.formulas import competition_ranks
from service.domain.kernel.audit import write_entry
from service.domain.kernel.texts import fold
from service.domain.plans.imports.blocks import Content, GridTable
from service.domain.reports.events import Actor
from service.domain.works.events import record_movement
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.i18n.rounding import round_half_up
from service.models import Criterion, Movement, MovementStanding, MovementState, WorkEventType
from service.models.emulation.movement import NotRanked

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unit": ("don vi", "ten don vi", "ma don vi"),
    "points": ("tong diem", "diem", "tong so diem"),
    "place": ("hang", "xep hang"),
}
MOST_ROWS, MOST_POINTS = 1000, 200


@dataclass(frozen=True, slots=True)
class OldResult:
    """Result of a unit, by its code or name; `row` is counted as the workbook does."""

    row: int
    unit: str
    points: float | None
    place: int | None


def read_old_results(content: Content) -> list[OldResult]:
    """Return the rows of the first table with units and points. Raises Invalid, naming the row."""
    for block in content.blocks:
        head = _columns(block) if isinstance(block, GridTable) else None
        if isinstance(block, GridTable) and head is not None:
            return _rows(block, *head)
    raise invalid(["file"], N_("Tệp cần một bảng có cột “Đơn vị” và “Tổng điểm”."))


def take_old_results(
    session: Session,
    reference: Reference,
    calendar: Calendar,
    actor: Actor,
    number: int,
    rows: Sequence[OldResult],
    now: datetime,
) -> Movement:
    """Announce a draft whose period is over with results that were reckoned elsewhere: they have no figures
    to open. The same rows again change nothing, as the movement is no draft any more.

    Raises NotFound; Forbidden for who does not lead the issuer; Conflict; Invalid, naming the row.
    """
    movement = find_movement(session, actor, number, lock=True)
    if not may_direct(actor, movement.issuer_id):
        raise Forbidden(N_("Bạn không quyết định bước này của phong trào."))
    if movement.state != MovementState.DRAFT:
        raise Conflict(N_("Chỉ nhập kết quả cũ cho phong trào còn dự thảo."), extra={"state": movement.state})
    if calendar.local(now).date() <= movement.last:
        message = N_("Kỳ thi đua chưa kết thúc (ngày cuối {day}).")
        raise Conflict(message, day=f"{movement.last:%d/%m/%Y}")
    found = _matched(reference, movement, rows)
    session.execute(delete(Criterion).where(Criterion.movement_id == number))
    for pool in movement.pools:
        points = [found[unit].points for unit in pool["units"]]
        for unit, own, place in zip(pool["units"], points, competition_ranks(points), strict=True):
            rank = found[unit].place
            if rank is not None and place is not None and rank != place:
                message = N_("Dòng {row}: ghi hạng {said} nhưng theo điểm là hạng {place}.")
                raise invalid(["file"], message, row=found[unit].row, said=rank, place=place)
            standing = MovementStanding(movement_id=number, unit_id=unit, pool=pool["name"], parts=[])
            standing.points, standing.place = own, place
            standing.not_ranked = NotRanked(cases=None, needs=0) if own is None else None
            session.add(standing)
    movement.state, movement.announced_at, movement.frozen_at = MovementState.ANNOUNCED, now, now
    movement.version += 1
    session.flush()
    record_movement(session, movement, WorkEventType.STANDING_ANNOUNCED, actor=actor, at=now)
    facts = {"state": str(movement.state), "units": len(found)}
    write_entry(session, "standing.imported", str(number), at=now, staff_id=actor.staff_id, after=facts)
    return movement


def _matched(reference: Reference, movement: Movement, rows: Sequence[OldResult]) -> dict[int, OldResult]:
    """Return the row of each unit of the pools. Raises Invalid for rows of none, of two, and for none."""
    names: dict[str, set[int]] = {}
    units = pool_units(movement)
    for unit in units:
        view = reference.departments[unit]
        for name in {view.code, *view.name.values(), *view.short_name.values()}:
            names.setdefault(fold(name), set()).add(unit)
    found: dict[int, OldResult] = {}
    for row in rows:
        meant = names.get(fold(row.unit), set())
        if len(meant) != 1:
            message = N_("Dòng {row}: không rõ “{unit}” là đơn vị nào của phong trào.")
            raise invalid(["file"], message, row=row.row, unit=row.unit)
        [unit] = meant
        if unit in found:
            message = N_("Dòng {row}: “{unit}” có hai dòng.")
            raise invalid(["file"], message, row=row.row, unit=row.unit)
        found[unit] = row
    for unit in units:
        if unit not in found:
            name = reference.departments[unit].name["vi"]
            raise invalid(["file"], N_("Bảng thiếu “{unit}”."), unit=name)
    return found


def _rows(table: GridTable, first: int, columns: Mapping[str, int]) -> list[OldResult]:
    found = []
    for at, row in enumerate(table.rows[first + 1 : first + 1 + MOST_ROWS], first + 2):
        cells = {name: row[column].text.strip() for name, column in columns.items() if column < len(row)}
        if not cells.get("unit"):
            continue
        points, place = _number(at, cells.get("points", "")), _number(at, cells.get("place", ""))
        found.append(OldResult(at, cells["unit"][:300], points, int(place) if place is not None else None))
    return found


def _number(row: int, text: str) -> float | None:
    if text in ("", "-", "–"):
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1
    if not 0 <= value <= MOST_POINTS:
        raise invalid(["file"], N_("Dòng {row}: “{text}” không phải số điểm."), row=row, text=text)
    return float(round_half_up(value, 1))


def _columns(table: GridTable) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(table.rows[:10]):
        texts = [fold(cell.text) for cell in row]
        columns = {
            name: next(texts.index(word) for word in words if word in texts)
            for name, words in _COLUMNS.items()
            if any(word in texts for word in words)
        }
        if "unit" in columns and "points" in columns:
            return at, columns
    return None
