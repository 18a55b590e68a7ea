"""Selection of reports by a manager: read from an address, as SQL, and as a part of counted facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.figures.counted_days import Scope
from service.domain.figures.packs import midnight
from service.domain.figures.reckon import ReportColumns
from service.domain.queries.conditions import conditions
from service.domain.queries.manage.outcomes import OUTCOMES
from service.domain.queries.manage.periods import Period, read_period
from service.domain.reports.events import Actor
from service.domain.reports.filters import Circle, FilterReader, Filters, Params, read_near
from service.errors import NotFound
from service.i18n import N_
from service.models import LateHolder, Report, Role

NOBODY = "none"
"""The code in an address that means: without a department, without a ward."""

Ids = frozenset[int]


@dataclass(frozen=True, slots=True)
class Selection:
    """Reports of a period by department, category, ward, what became of them, rule and place.

    None means no such condition, an id of 0 a report that has none. `period` None is all time. Where `held`,
    a report that was handed on after its first deadline is of the department that let it pass: `with_moved`
    says which those are.
    """

    period: Period | None
    departments: Ids | None = None
    categories: Ids | None = None
    wards: Ids | None = None
    outcome: str = ""
    rule: int | None = None
    near: Circle | None = None
    held: bool = False
    moved_in: frozenset[UUID] = frozenset()
    moved_out: frozenset[UUID] = frozenset()

    def scope(self) -> Scope:
        """Return the scope of the backlog: all time, the hidden ones too, as it is older than the period."""
        return Scope(
            categories=self.categories, wards=self.wards, departments=self.departments, published=False
        )

    def number(self, facts: ReportColumns) -> int:
        """Return how many of `facts` (of `scope`) are meant; a place is not looked at."""
        found = facts.between(self.period.first, self.period.last) if self.period else facts
        mask = OUTCOMES[self.outcome].mask(found.marks)
        if self.rule is not None:
            mask &= found.rule == self.rule
        return int(np.count_nonzero(mask)) + len(self.moved_in) - len(self.moved_out)

    def conditions(self, zone: ZoneInfo, now: datetime) -> list[ColumnElement[bool]]:
        """Return the selection as conditions on `Report`."""
        found = [OUTCOMES[self.outcome].condition(now)]
        if self.period:
            found.append(Report.created_at >= midnight(self.period.first, zone))
            found.append(Report.created_at < midnight(self.period.last, zone, 1))
        for column, ids in (
            (Report.lead_id, None if self.moved_in or self.moved_out else self.departments),
            (Report.category_id, self.categories),
            (Report.ward_id, self.wards),
        ):
            if ids is not None:
                found.append(_among(column, ids))
        if self.departments is not None and (self.moved_in or self.moved_out):
            own = and_(_among(Report.lead_id, self.departments), Report.id.not_in(sorted(self.moved_out)))
            found.append(or_(own, Report.id.in_(sorted(self.moved_in))))
        if self.rule is not None:
            number = Report.routing["rule"]["number"].as_integer()
            found.append(number == self.rule if self.rule else number.is_(None))
        return found + (conditions(Filters(near=self.near), now) if self.near else [])


def with_moved(session: Session, selection: Selection, zone: ZoneInfo, now: datetime) -> Selection:
    """Return the selection with the late reports that count for other departments than lead them: a few,
    found by their own table.
    """
    if not selection.held or selection.departments is None or selection.period is None:
        return selection
    ids, first, last = sorted(selection.departments), selection.period.first, selection.period.last
    rows = session.execute(
        select(LateHolder.report_id, LateHolder.unit_id, Report.lead_id)
        .join(Report, Report.id == LateHolder.report_id)
        .where(OUTCOMES["late_first"].condition(now))
        .where(or_(LateHolder.unit_id.in_(ids), Report.lead_id.in_(ids)))
        .where(Report.created_at >= midnight(first, zone), Report.created_at < midnight(last, zone, 1))
    ).all()
    held = {row.report_id for row in rows if row.unit_id in selection.departments}
    led = {row.report_id for row in rows if row.lead_id in selection.departments}
    return replace(selection, held=False, moved_in=frozenset(held - led), moved_out=frozenset(led - held))


def read_selection(reference: Reference, actor: Actor, params: Params, now: datetime) -> Selection:
    """Return what the address asks for, within what the person may see: a manager's department and those
    below it, or their wards.

    `exact` names what is taken without those below it: `department`, `category` or both. Raises Invalid for
    what cannot be read, NotFound for a department or a ward that is not theirs.
    """
    zone = ZoneInfo(reference.timezone)
    reader = FilterReader(params)
    period = None
    if (kind := reader.text("period") or "month") != "all":
        today = now.astimezone(zone).date()
        period = read_period(kind, reader.text("at"), reader.text("from"), reader.text("to"), today)
    exact = reader.text("exact").split(",")
    rule = params.get("rule")
    found = Selection(
        period=period,
        departments=_departments(reader, reference, actor, exact="department" in exact),
        categories=_categories(reader, reference, exact="category" in exact),
        wards=_wards(reader, reference, own_wards(actor)),
        outcome=reader.text("outcome"),
        rule=rule if isinstance(rule, int) else None,
        near=read_near(reader),
    )
    if found.outcome not in OUTCOMES:
        reader.wrong("outcome", N_("Hãy chọn một trong: {expected}."), expected=", ".join(OUTCOMES))
    reader.check()
    return found


def own_departments(actor: Actor) -> Ids | None:
    """Return the departments whose reports the person manages; None is the whole city."""
    return actor.departments if actor.role == Role.MANAGER and actor.departments else None


def own_wards(actor: Actor) -> Ids | None:
    """Return the wards whose reports the person manages, by every boundary they had; None is the city."""
    return actor.wards if actor.role == Role.MANAGER else None


def bounded_parameters(reference: Reference, actor: Actor, params: Params) -> dict[str, object]:
    """Return what an address asks for with the department or the group of wards that bounds the person, where
    it names nothing narrower: for the words over a file.
    """
    own = {}
    view = reference.departments.get(actor.department_id or 0)
    if own_departments(actor) is not None and view is not None:
        own["department"] = view.code
    if (wards := own_wards(actor)) is not None:
        groups = reference.config.area_groups
        own["ward"] = next((each.code for each in groups if reference.ward_ids(each.code) == wards), "")
    return {**params, **{name: code for name, code in own.items() if not params.get(name)}}


def department_of(reference: Reference, actor: Actor, params: Params) -> int | None:
    """Return the one department whose figures are asked for:
    the one named or the manager's own; None: the city.
    """
    view = reference.department_by_code.get(FilterReader(params).text("department"))
    if view is not None:
        return view.id
    return actor.department_id if own_departments(actor) is not None else None


def _departments(reader: FilterReader, reference: Reference, actor: Actor, *, exact: bool) -> Ids | None:
    own = own_departments(actor)
    code = reader.text("department")
    if not code:
        return own
    view = reference.department_by_code.get(code)
    found = frozenset({0}) if code == NOBODY else frozenset({view.id} if view else ())
    if view and not exact:
        found = reference.departments_below(view.id)
    if not found or (own is not None and not found <= own):
        raise NotFound(N_("Không có đơn vị “{code}”."), code=code)
    return found


def _categories(reader: FilterReader, reference: Reference, *, exact: bool) -> Ids | None:
    code = reader.text("category")
    if not code:
        return None
    view = reference.category_by_code.get(code)
    if view is None:
        reader.wrong("category", N_("Không có loại phản ánh “{code}”."), code=code)
        return None
    return frozenset({view.id}) if exact else reference.categories_below(code)


def _wards(reader: FilterReader, reference: Reference, own: Ids | None) -> Ids | None:
    code = reader.text("ward")
    if not code:
        return own
    found = frozenset({0}) if code == NOBODY else reference.ward_ids(code)
    if not found:
        reader.wrong("ward", N_("Không có phường, xã “{code}”."), code=code)
    elif own is not None and not found <= own:
        raise NotFound(N_("Không có phường, xã “{code}”."), code=code)
    return found


def _among(column: SQLColumnExpression[int | None], ids: Ids) -> ColumnElement[bool]:
    known = sorted(ids - {0})
    found = column.in_(known)
    return or_(found, column.is_(None)) if 0 in ids else found
