"""Demo poles along the routes, accounts that see the cables, and questions whose some cables are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.signins import CABLE_ACCOUNTS, PASSWORD
from service.domain.cables.access import company_ids
from service.domain.city.city import load_calendar
from service.domain.city.reference import DepartmentView, Reference
from service.domain.claims.answers import answer_claim
from service.domain.claims.forms import ClaimReply, ClaimsRequest
from service.domain.claims.requests import ask_companies
from service.domain.claims.unclaimed import expire_claims
from service.domain.people import staff
from service.domain.people.passwords import hash_password
from service.domain.people.staff import NewAccount
from service.domain.reports.access import Asker
from service.domain.reports.events import SYSTEM, Actor
from service.domain.works.actions import ActionContext
from service.models import HELD, CableRoute, CableSection, Claim, Pole, Report, Role, Status
from service.models.reports.event import ActorKind

POLES_A_ROUTE = 25
OLD = timedelta(days=6)
COMPANY_ANSWERS: tuple[tuple[str, ...], ...] = (
    ("mine", "", "", ""),
    ("not_mine", "not_mine", "silent"),
    ("not_mine", "not_mine", "not_mine"),
    ("", ""),
)
"""What each company says in each case: 12 questions, two cables that nobody owns, one still asked."""


def demo_claims(session: Session, reference: Reference, *, at: datetime) -> None:
    """Make them once, in a city that keeps a plan of cables, as far as there are cases to ask about."""
    rules = reference.config.cables
    office = reference.department_by_code.get(rules.office) if rules else None
    if rules is None or reference.config.works is None or office is None:
        return
    companies = [reference.departments[each] for each in company_ids(reference)]
    if not companies or session.scalar(select(Claim.id).limit(1)) is not None:
        return
    _accounts(session, reference, office, companies, at)
    _poles(session, reference, at)
    kinds = [kind.id for kind in reference.categories.values() if rules.category in kind.path]
    free = (Report.category_id.in_(kinds), Report.status.in_(sorted(HELD)), Report.executor_id.is_(None))
    cases = select(Report).where(*free, Report.lead_id == office.id)
    old = session.scalars(
        cases.where(Report.created_at < at - OLD).order_by(Report.created_at.desc()).limit(3)
    ).all()
    new = session.scalars(
        cases.where(Report.created_at >= at - OLD).order_by(Report.created_at.desc()).limit(1)
    ).all()
    for report, answers in [
        *zip(old, COMPANY_ANSWERS, strict=False),
        *zip(new, COMPANY_ANSWERS[3:], strict=False),
    ]:
        _ask(session, reference, report, office, companies, answers, at)
    _expire(session, reference, at)
    _done_by_companies(session, reference, office, companies, kinds)


def _accounts(
    session: Session,
    reference: Reference,
    office: DepartmentView,
    companies: Sequence[DepartmentView],
    at: datetime,
) -> None:
    units = {Role.DEPARTMENT: office.code, Role.EXECUTOR: companies[0].code}
    password_hash = hash_password(PASSWORD)
    for each in CABLE_ACCOUNTS:
        if staff.find_account(session, each.username) is None:
            new = NewAccount(
                each.username, each.name, each.role, department=units[Role(each.role)], demo=True
            )
            staff.add_account(session, reference, new, password_hash, at=at)


def _poles(session: Session, reference: Reference, at: datetime) -> None:
    """Poles along each route, with the companies that have cables there."""
    owner = reference.department_by_code.get(
        (reference.config.cables and reference.config.cables.pole_owner) or ""
    )
    if owner is None:
        return
    routes = session.execute(
        select(CableRoute.id, func.ST_AsBinary(CableRoute.geom)).where(CableRoute.geom.is_not(None))
    ).all()
    for route, line in routes:
        there = session.scalars(select(CableSection.company_id).where(CableSection.route_id == route))
        attached = sorted(set(there))
        shape = shapely.from_wkb(bytes(line))
        for number in range(POLES_A_ROUTE):
            point = shapely.line_interpolate_point(
                shapely.line_merge(shape), number / POLES_A_ROUTE, normalized=True
            )
            session.add(
                Pole(
                    code=f"T{route:02d}-{number + 1:02d}",
                    owner_id=owner.id,
                    lon=round(point.x, 6),
                    lat=round(point.y, 6),
                    route_id=route,
                    attached_ids=attached,
                    seen_on=at.astimezone(ZoneInfo(reference.timezone)).date(),
                )
            )
    session.flush()


def _ctx(
    session: Session, reference: Reference, unit: DepartmentView, role: Role, at: datetime
) -> ActionContext:
    below = reference.departments_below(unit.id)
    actor = Actor(ActorKind.STAFF, role=role, department_id=unit.id, departments=below)
    return ActionContext(session, reference, load_calendar(session, reference), actor, at)


def _ask(
    session: Session,
    reference: Reference,
    report: Report,
    office: DepartmentView,
    companies: Sequence[DepartmentView],
    answers: Sequence[str],
    at: datetime,
) -> None:
    recent = report.created_at >= at - OLD
    asking = _ctx(session, reference, office, Role.DEPARTMENT, at if recent else report.created_at + OLD / 12)
    request = ClaimsRequest(companies=[each.code for each in companies[: len(answers)]])
    claims = ask_companies(asking, Asker(staff=asking.actor), report.id, request)
    for number, (claim, answer) in enumerate(zip(claims, answers, strict=False)):
        if answer in ("mine", "not_mine"):
            later = asking.now + timedelta(hours=2 + number / 4)
            ctx = _ctx(session, reference, reference.departments[claim.company_id], Role.EXECUTOR, later)
            reply = ClaimReply.model_validate({"answer": answer})
            answer_claim(ctx, claim.id, reply)


def _done_by_companies(
    session: Session,
    reference: Reference,
    office: DepartmentView,
    companies: Sequence[DepartmentView],
    kinds: Sequence[int],
) -> None:
    """Closed cases of the office were done by companies in turn, the first of each month by the company that
    has an account: it finds its own of last month.
    """
    done = (Report.category_id.in_(kinds), Report.status == Status.CLOSED, Report.executor_id.is_(None))
    query = select(Report).where(*done, Report.lead_id == office.id)
    zone = ZoneInfo(reference.timezone)
    turn: Counter[str] = Counter()
    for report in session.scalars(query.order_by(Report.created_at, Report.id)):
        month = f"{report.created_at.astimezone(zone):%Y-%m}"
        report.executor_id = companies[turn[month] % len(companies)].id
        turn[month] += 1


def _expire(session: Session, reference: Reference, at: datetime) -> None:
    calendar = load_calendar(session, reference)
    expire_claims(ActionContext(session, reference, calendar, SYSTEM, at))
