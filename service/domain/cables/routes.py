"""Routes of the plan: added with their sections, changed; a promise that moves says why."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.cables.access import cables_of, company_ids, find_route, require_planning
from service.domain.cables.events import record_route
from service.domain.cables.forms import NewRoute, NewSection, RouteChange
from service.domain.cables.lines import read_line
from service.domain.cables.poles_beside import link_route
from service.domain.cables.quarters import quarter_days, quarter_of, quarter_words, read_quarter
from service.domain.city.search.words import street_key
from service.domain.works.actions import ActionContext
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work
from service.domain.works.lifecycles import begin_life
from service.domain.works.notices import tell_concerned
from service.domain.works.terms import due_on, starts_on
from service.domain.works.units import unit_id
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import (
    Area,
    CableRoute,
    CableSection,
    Plan,
    PlanRow,
    Work,
    WorkEventType,
    WorkKind,
)

AMBER_DAYS = timedelta(days=30)
"""So long before the end of the quarter a section turns amber."""
_TITLES = {
    "underground": N_("Hạ ngầm cáp {company}: {street}"),
    "tidy": N_("Bó gọn cáp {company}: {street}"),
    "remove_old": N_("Thu hồi cáp cũ {company}: {street}"),
}


def route_key(street: str, from_words: str, to_words: str) -> str:
    """Return what routes are compared by."""
    return "|".join((street_key(street), street_key(from_words), street_key(to_words)))


def make_route(ctx: ActionContext, form: NewRoute) -> CableRoute:
    """Add a route and its sections. Raises Forbidden, Conflict where the plan has it already, Invalid."""
    require_planning(ctx.reference, ctx.actor)
    key = route_key(form.street, form.from_words, form.to_words)
    known = ctx.session.scalar(select(CableRoute.id).where(CableRoute.key == key))
    if known is not None:
        raise Conflict(N_("Tuyến này đã có trong kế hoạch."), extra={"route": known})
    office = unit_id(ctx.reference, cables_of(ctx.reference).office, "office")
    quarter = _promised(ctx, form.quarter)
    route = CableRoute(
        key=key,
        plan_row_id=_plan_row(ctx.session, form),
        street=form.street,
        from_words=form.from_words,
        to_words=form.to_words,
        lead_id=office,
        quarter=quarter,
        quarter_first=_first_promise(ctx, form.quarter_first, quarter),
        duct=form.duct,
        created_at=ctx.now,
        created_by=ctx.actor.staff_id,
        updated_at=ctx.now,
    )
    owner = form.pole_owner or cables_of(ctx.reference).pole_owner
    route.pole_owner_id = unit_id(ctx.reference, owner, "pole_owner") if owner else None
    route.duct_owner_id = unit_id(ctx.reference, form.duct_owner, "duct_owner") if form.duct_owner else None
    _set_line(ctx, route, form.geometry, form.length_m)
    ctx.session.add(route)
    ctx.session.flush()
    if form.geometry is not None:
        link_route(ctx.session, ctx.reference, route)
    record_route(ctx, route, WorkEventType.ROUTE_PLANNED, {"quarter": quarter})
    _add_sections(ctx, route, form.sections)
    return route


def change_route(ctx: ActionContext, route_id: int, form: RouteChange) -> CableRoute:
    """Change a route. Another quarter moves the open sections' deadlines; the first promise stays.

    Raises NotFound, Forbidden, Conflict for a stale version, Invalid.
    """
    require_planning(ctx.reference, ctx.actor)
    route = find_route(ctx.session, ctx.reference, route_id, lock=True)
    if route.version != form.version:
        raise Conflict(
            N_("Có người vừa cập nhật tuyến này (phiên bản {version}). Hãy xem bản mới rồi quyết định."),
            extra={"version": route.version},
            version=route.version,
        )
    if form.quarter is not None:
        _promise(ctx, route, _promised(ctx, form.quarter, now=route.quarter), form.reason)
    for name in ("from_words", "to_words", "duct"):
        if (value := getattr(form, name)) is not None:
            setattr(route, name, value)
    _rename(ctx.session, route)
    for name in ("pole_owner", "duct_owner"):
        if name in form.model_fields_set:
            code = getattr(form, name)
            setattr(route, f"{name}_id", unit_id(ctx.reference, code, name) if code else None)
    if form.geometry is not None or form.length_m is not None:
        _set_line(ctx, route, form.geometry, form.length_m)
    if form.geometry is not None:
        link_route(ctx.session, ctx.reference, route)
    _add_sections(ctx, route, form.sections)
    said = sorted(form.model_fields_set - {"version", "reason", "quarter", "sections"})
    if said:
        record_route(ctx, route, WorkEventType.ROUTE_CHANGED, {"fields": said}, public=False)
    route.version, route.updated_at = route.version + 1, ctx.now
    ctx.session.flush()
    return route


def section_due(ctx: ActionContext, quarter: str) -> datetime:
    """Return when a section is due: when work ends on the last day of its quarter."""
    return due_on(ctx.calendar, quarter_days(quarter)[1])


def _promised(ctx: ActionContext, words: str, now: str = "") -> str:
    today = ctx.calendar.local(ctx.now).date()
    quarter = read_quarter(words, today.year)
    if quarter is None:
        raise invalid(["quarter"], N_("Hãy ghi quý theo mẫu 2026-Q3 hoặc Quý III/2026."))
    if quarter != now and quarter < quarter_of(today):
        raise invalid(["quarter"], N_("Quý này đã qua. Hãy hẹn một quý ở phía trước."))
    return quarter


def _first_promise(ctx: ActionContext, words: str | None, quarter: str) -> str:
    first = read_quarter(words, ctx.calendar.local(ctx.now).year) if words else quarter
    if first is None or first > quarter:
        raise invalid(["quarter_first"], N_("Quý hứa lần đầu phải trước hoặc trùng quý hiện nay."))
    return first


def _promise(ctx: ActionContext, route: CableRoute, quarter: str, reason: str) -> None:
    if quarter == route.quarter:
        return
    if not reason:
        raise invalid(["reason"], N_("Cần nêu lý do đổi quý hoàn thành; người dân sẽ đọc lý do này."))
    data = {"from": route.quarter, "to": quarter, "first": route.quarter_first, "reason": reason}
    route.quarter = quarter
    record_route(ctx, route, WorkEventType.CABLE_PROMISED, data)
    due = section_due(ctx, quarter)
    open_works = (
        select(Work)
        .join(CableSection, CableSection.work_id == Work.id)
        .where(CableSection.route_id == route.id, Work.closed_at.is_(None), Work.done_at.is_(None))
        .with_for_update(of=Work)
    )
    for work in ctx.session.scalars(open_works):
        work.due_at, work.amber_at = due, due - AMBER_DAYS
        work.version, work.updated_at = work.version + 1, ctx.now


def _rename(session: Session, route: CableRoute) -> None:
    key = route_key(route.street, route.from_words, route.to_words)
    other = select(CableRoute.id).where(CableRoute.key == key, CableRoute.id != route.id)
    if session.scalar(other) is not None:
        raise Conflict(N_("Tuyến này đã có trong kế hoạch."))
    route.key = key


def _set_line(ctx: ActionContext, route: CableRoute, geometry: object, length_m: int | None) -> None:
    if geometry is None:
        length = length_m or route.length_m
        if not length:
            raise invalid(["length_m"], N_("Cần vẽ tuyến hoặc ghi chiều dài (mét)."))
        route.length_m = length
        return
    text, metres = read_line(ctx.reference, geometry)
    route.geom, route.length_m = text, length_m or metres
    line = func.ST_GeomFromEWKT(text)
    within = select(Area.id).where(Area.valid_to.is_(None), func.ST_Intersects(Area.geom, line))
    route.ward_ids = list(ctx.session.scalars(within.order_by(Area.id)))


def _add_sections(ctx: ActionContext, route: CableRoute, sections: list[NewSection]) -> None:
    """Add the sections that the route lacks; a company's part that is there stays as it is."""
    owners = set(company_ids(ctx.reference))
    own = select(CableSection.company_id, CableSection.what).where(CableSection.route_id == route.id)
    known = {(company, str(what)) for company, what in ctx.session.execute(own)}
    new: list[tuple[int, NewSection]] = []
    for number, each in enumerate(sections):
        company = unit_id(ctx.reference, each.company, "sections")
        if company not in owners:
            raise invalid(
                ["sections", number, "company"], N_("“{code}” không phải đơn vị có cáp."), code=each.company
            )
        if (company, str(each.what)) not in known:
            known.add((company, str(each.what)))
            new.append((company, each))
    codes = next_codes(ctx.session, "V", ctx.calendar.local(ctx.now).year, len(new))
    for code, (company, each) in zip(codes, new, strict=True):
        _add_section(ctx, route, code, company, each)


def _add_section(ctx: ActionContext, route: CableRoute, code: str, company: int, form: NewSection) -> None:
    due = section_due(ctx, route.quarter)
    office = ctx.reference.departments[route.lead_id]
    named = ctx.reference.departments[company]
    title = _TITLES[form.what].format(
        company=(named.short_name or named.name).get("vi", named.code), street=route.street
    )
    work = Work(
        id=uuid4(),
        code=code,
        kind=WorkKind.CABLE_SECTION,
        title=title[:300],
        plan_row_id=route.plan_row_id,
        lead_id=route.lead_id,
        keeper_id=route.lead_id,
        director_id=office.parent_id or office.id,
        executor_id=company,
        starts_at=starts_on(ctx.calendar, ctx.calendar.local(ctx.now).date()),
        due_at=due,
        first_due_at=section_due(ctx, route.quarter_first),
        amber_at=due - AMBER_DAYS,
        ward_id=route.ward_ids[0] if route.ward_ids else None,
        needs_photo=True,
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=ctx.actor.staff_id,
    )
    begin_life(work)
    ctx.session.add(work)
    ctx.session.flush()
    metres = form.metres or route.length_m
    ctx.session.add(
        CableSection(work_id=work.id, route_id=route.id, company_id=company, what=form.what, metres=metres)
    )
    type_ = WorkEventType.CABLE_PLANNED
    data = {"title": work.title, "quarter": quarter_words(route.quarter), "metres": metres}
    event = record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data=data)
    tell_concerned(ctx.session, ctx.reference, work, event, ctx.now)
    ctx.session.flush()


def _plan_row(session: Session, form: NewRoute) -> int | None:
    if form.plan is None or form.position is None:
        return None
    row = (
        select(PlanRow.id)
        .join(Plan, Plan.id == PlanRow.plan_id)
        .where(Plan.code == form.plan.upper(), PlanRow.position == form.position)
    )
    found = session.scalar(row)
    if found is None:
        raise invalid(["position"], N_("Kế hoạch không có dòng này."))
    return found
