"""Routes of the plan: added with their sections, changed; a promise that moves says why."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.cables.access import cables_of, company_ids, find_route, require_planning
from service.domain.cables.forms import NewRoute, NewSection, RouteChange
from service.domain.cables.lines import read_line
from service.domain.cables.poles_beside import link_route
from service.domain.cables.quarters import quarter_days, quarter_of, quarter_words, read_quarter
from service.domain.cables.recording import record_route
from service.domain.city.search.words import street_key
from service.domain.works.acting import Hand
from service.domain.works.codes import next_codes
from service.domain.works.lifecycles import begin_life
from service.domain.works.notices import tell_concerned
from service.domain.works.recording import record_work
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


def make_route(hand: Hand, asked: NewRoute) -> CableRoute:
    """Add a route and its sections. Raises Forbidden, Conflict where the plan has it already, Invalid."""
    require_planning(hand.reference, hand.actor)
    key = route_key(asked.street, asked.from_words, asked.to_words)
    known = hand.session.scalar(select(CableRoute.id).where(CableRoute.key == key))
    if known is not None:
        raise Conflict(N_("Tuyến này đã có trong kế hoạch."), extra={"route": known})
    office = unit_id(hand.reference, cables_of(hand.reference).office, "office")
    quarter = _promised(hand, asked.quarter)
    route = CableRoute(
        key=key,
        plan_row_id=_plan_row(hand.session, asked),
        street=asked.street,
        from_words=asked.from_words,
        to_words=asked.to_words,
        lead_id=office,
        quarter=quarter,
        quarter_first=_first_promise(hand, asked.quarter_first, quarter),
        duct=asked.duct,
        created_at=hand.now,
        created_by=hand.actor.staff_id,
        updated_at=hand.now,
    )
    owner = asked.pole_owner or cables_of(hand.reference).pole_owner
    route.pole_owner_id = unit_id(hand.reference, owner, "pole_owner") if owner else None
    route.duct_owner_id = (
        unit_id(hand.reference, asked.duct_owner, "duct_owner") if asked.duct_owner else None
    )
    _set_line(hand, route, asked.geometry, asked.length_m)
    hand.session.add(route)
    hand.session.flush()
    if asked.geometry is not None:
        link_route(hand.session, hand.reference, route)
    record_route(hand, route, WorkEventType.ROUTE_PLANNED, {"quarter": quarter})
    _add_sections(hand, route, asked.sections)
    return route


def change_route(hand: Hand, route_id: int, asked: RouteChange) -> CableRoute:
    """Change a route. Another quarter moves the open sections' deadlines; the first promise stays.

    Raises NotFound, Forbidden, Conflict for a stale version, Invalid.
    """
    require_planning(hand.reference, hand.actor)
    route = find_route(hand.session, hand.reference, route_id, lock=True)
    if route.version != asked.version:
        raise Conflict(
            N_("Có người vừa cập nhật tuyến này (phiên bản {version}). Hãy xem bản mới rồi quyết định."),
            extra={"version": route.version},
            version=route.version,
        )
    if asked.quarter is not None:
        _promise(hand, route, _promised(hand, asked.quarter, now=route.quarter), asked.reason)
    for name in ("from_words", "to_words", "duct"):
        if (value := getattr(asked, name)) is not None:
            setattr(route, name, value)
    _rename(hand.session, route)
    for name in ("pole_owner", "duct_owner"):
        if name in asked.model_fields_set:
            code = getattr(asked, name)
            setattr(route, f"{name}_id", unit_id(hand.reference, code, name) if code else None)
    if asked.geometry is not None or asked.length_m is not None:
        _set_line(hand, route, asked.geometry, asked.length_m)
    if asked.geometry is not None:
        link_route(hand.session, hand.reference, route)
    _add_sections(hand, route, asked.sections)
    said = sorted(asked.model_fields_set - {"version", "reason", "quarter", "sections"})
    if said:
        record_route(hand, route, WorkEventType.ROUTE_CHANGED, {"fields": said}, public=False)
    route.version, route.updated_at = route.version + 1, hand.now
    hand.session.flush()
    return route


def section_due(hand: Hand, quarter: str) -> datetime:
    """Return when a section is due: when work ends on the last day of its quarter."""
    return due_on(hand.calendar, quarter_days(quarter)[1])


def _promised(hand: Hand, words: str, now: str = "") -> str:
    today = hand.calendar.local(hand.now).date()
    quarter = read_quarter(words, today.year)
    if quarter is None:
        raise invalid(["quarter"], N_("Hãy ghi quý theo mẫu 2026-Q3 hoặc Quý III/2026."))
    if quarter != now and quarter < quarter_of(today):
        raise invalid(["quarter"], N_("Quý này đã qua. Hãy hẹn một quý ở phía trước."))
    return quarter


def _first_promise(hand: Hand, words: str | None, quarter: str) -> str:
    first = read_quarter(words, hand.calendar.local(hand.now).year) if words else quarter
    if first is None or first > quarter:
        raise invalid(["quarter_first"], N_("Quý hứa lần đầu phải trước hoặc trùng quý hiện nay."))
    return first


def _promise(hand: Hand, route: CableRoute, quarter: str, reason: str) -> None:
    if quarter == route.quarter:
        return
    if not reason:
        raise invalid(["reason"], N_("Cần nêu lý do đổi quý hoàn thành; người dân sẽ đọc lý do này."))
    data = {"from": route.quarter, "to": quarter, "first": route.quarter_first, "reason": reason}
    route.quarter = quarter
    record_route(hand, route, WorkEventType.CABLE_PROMISED, data)
    due = section_due(hand, quarter)
    open_works = (
        select(Work)
        .join(CableSection, CableSection.work_id == Work.id)
        .where(CableSection.route_id == route.id, Work.closed_at.is_(None), Work.done_at.is_(None))
        .with_for_update(of=Work)
    )
    for work in hand.session.scalars(open_works):
        work.due_at, work.amber_at = due, due - AMBER_DAYS
        work.version, work.updated_at = work.version + 1, hand.now


def _rename(session: Session, route: CableRoute) -> None:
    key = route_key(route.street, route.from_words, route.to_words)
    other = select(CableRoute.id).where(CableRoute.key == key, CableRoute.id != route.id)
    if session.scalar(other) is not None:
        raise Conflict(N_("Tuyến này đã có trong kế hoạch."))
    route.key = key


def _set_line(hand: Hand, route: CableRoute, geometry: object, length_m: int | None) -> None:
    if geometry is None:
        length = length_m or route.length_m
        if not length:
            raise invalid(["length_m"], N_("Cần vẽ tuyến hoặc ghi chiều dài (mét)."))
        route.length_m = length
        return
    text, metres = read_line(hand.reference, geometry)
    route.geom, route.length_m = text, length_m or metres
    line = func.ST_GeomFromEWKT(text)
    within = select(Area.id).where(Area.valid_to.is_(None), func.ST_Intersects(Area.geom, line))
    route.ward_ids = list(hand.session.scalars(within.order_by(Area.id)))


def _add_sections(hand: Hand, route: CableRoute, asked: list[NewSection]) -> None:
    """Add the sections that the route lacks; a company's part that is there stays as it is."""
    owners = set(company_ids(hand.reference))
    own = select(CableSection.company_id, CableSection.what).where(CableSection.route_id == route.id)
    known = {(company, str(what)) for company, what in hand.session.execute(own)}
    new: list[tuple[int, NewSection]] = []
    for number, each in enumerate(asked):
        company = unit_id(hand.reference, each.company, "sections")
        if company not in owners:
            raise invalid(
                ["sections", number, "company"], N_("“{code}” không phải đơn vị có cáp."), code=each.company
            )
        if (company, str(each.what)) not in known:
            known.add((company, str(each.what)))
            new.append((company, each))
    codes = next_codes(hand.session, "V", hand.calendar.local(hand.now).year, len(new))
    for code, (company, each) in zip(codes, new, strict=True):
        _add_section(hand, route, code, company, each)


def _add_section(hand: Hand, route: CableRoute, code: str, company: int, asked: NewSection) -> None:
    due = section_due(hand, route.quarter)
    office = hand.reference.departments[route.lead_id]
    named = hand.reference.departments[company]
    title = _TITLES[asked.what].format(
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
        starts_at=starts_on(hand.calendar, hand.calendar.local(hand.now).date()),
        due_at=due,
        first_due_at=section_due(hand, route.quarter_first),
        amber_at=due - AMBER_DAYS,
        ward_id=route.ward_ids[0] if route.ward_ids else None,
        needs_photo=True,
        created_at=hand.now,
        updated_at=hand.now,
        created_by=hand.actor.staff_id,
    )
    begin_life(work)
    hand.session.add(work)
    hand.session.flush()
    metres = asked.metres or route.length_m
    hand.session.add(
        CableSection(work_id=work.id, route_id=route.id, company_id=company, what=asked.what, metres=metres)
    )
    type_ = WorkEventType.CABLE_PLANNED
    data = {"title": work.title, "quarter": quarter_words(route.quarter), "metres": metres}
    event = record_work(hand.session, work, type_, actor=hand.actor, at=hand.now, data=data)
    tell_concerned(hand.session, hand.reference, work, event, hand.now)
    hand.session.flush()


def _plan_row(session: Session, asked: NewRoute) -> int | None:
    if asked.plan is None or asked.position is None:
        return None
    row = (
        select(PlanRow.id)
        .join(Plan, Plan.id == PlanRow.plan_id)
        .where(Plan.code == asked.plan.upper(), PlanRow.position == asked.position)
    )
    found = session.scalar(row)
    if found is None:
        raise invalid(["position"], N_("Kế hoạch không có dòng này."))
    return found
