"""Putting a case at its right place while it is open: in another ward the rules run again.

What would come of it is foreseen first and shown; the same plan is then carried out (`refiling.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from geoalchemy2.elements import WKTElement
from pydantic import Field, FiniteFloat
from sqlalchemy.orm import Session

from geo.locator import Located
from service.domain.casework.case.assignment import Assignment, current_supports
from service.domain.casework.case.case import Case, Transition, Words
from service.domain.casework.case.context import CaseContext
from service.domain.casework.case.repeats import request_digest, was_carried_out
from service.domain.casework.refiling import (
    CorrectionEvent,
    RefilingPlan,
    account_of_refiling,
    carry_out_refiling,
    check_refiling,
    foresee_refiling,
)
from service.domain.city.reference import Reference, WardView
from service.domain.kernel.texts import tidy
from service.domain.kernel.times import utc, utc_text
from service.domain.numbers.registry import count_moved
from service.domain.reports.access import find_report, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.rules.routing import premises_unit, routing_facts
from service.domain.rules.rulebook import Rulebook
from service.errors import invalid
from service.i18n import N_, Language, translate
from service.models import EventData, EventType, Report
from service.models.reports.report import StoredRouting

_SAME_PLACE = 1e-6
"""Degrees, about a tenth of a metre: closer is the pin that was there."""


class PointIn(StrictBody):
    """A point somebody set by hand, in WGS 84 degrees."""

    lon: FiniteFloat
    lat: FiniteFloat


class RelocateRequest(StrictBody):
    """Request to correct a case's place. `address` left out stays as it is; the lead stays with
    `keep_lead`.
    """

    location: PointIn
    address: Annotated[str, Field(max_length=500)] | None = None
    reason: Words = ""
    keep_lead: bool = False
    version: Annotated[int, Field(ge=1, strict=True)]


@dataclass(frozen=True, slots=True)
class RelocationPlan:
    """Consequences of another place. `refiling` is None where the ward stays: then the pin alone moves."""

    ward: WardView
    distance_m: float
    address: str
    refiling: RefilingPlan | None

    @property
    def account(self) -> StoredRouting:
        """Return what the place adds to the account of the routing."""
        return {"ward_distance_m": round(self.distance_m, 1)}


def preview_relocating(
    session: Session,
    ctx: CaseContext,
    name: str | UUID,
    request: RelocateRequest,
) -> tuple[Report, RelocationPlan]:
    """Return the report as it is, and what the request would make of it. Nothing changes. Raises as
    `relocate`.
    """
    access = find_report(session, ctx.asker, name, now=ctx.now)
    _check(access.report, access.actor, request)
    book = ctx.books.get(session)
    plan = _plan(session, ctx.reference, book, access.report, access.actor, request, ctx.now)
    return access.report, plan


def relocate(
    session: Session,
    ctx: CaseContext,
    name: str | UUID,
    request: RelocateRequest,
) -> Report:
    """Move the case's pin, and give it the parts and the deadline that the rules have for the new ward.

    Raises NotFound; Forbidden for who neither leads nor coordinates; Conflict for a stale version and for a
    case that has ended; Invalid for a place outside the city or that is the same.
    """
    access = lock_report(session, ctx.asker, name, now=ctx.now)
    report, actor = access.report, access.actor
    digest = request_digest(request, verb=EventType.RELOCATED)
    if was_carried_out(session, report, actor, digest):
        return report
    _check(report, actor, request)
    book = ctx.books.get(session)
    plan = _plan(session, ctx.reference, book, report, actor, request, ctx.now)
    reason = tidy(request.reason) or _why_it_moves(report, plan)
    transition = Transition(to=report.status, reason=reason, version=request.version)
    case = Case(session, ctx.reference, ctx.books, report, actor, transition, ctx.now)
    data = _told(ctx.reference, report, plan, tidy(request.reason))
    event = CorrectionEvent(type=EventType.RELOCATED, digest=digest, data=data)
    account: StoredRouting = account_of_refiling(case, book, plan.refiling) if plan.refiling else {}
    routing: StoredRouting = {**account, **plan.account}
    carry_out_refiling(
        case, plan.refiling, routing, event, lambda: _put(session, report, request.location, plan)
    )
    return report


def assignment_after(reference: Reference, report: Report, plan: RelocationPlan) -> Assignment:
    """Return who would have which part afterwards: those of now where the ward stays."""
    if plan.refiling:
        return plan.refiling.assignment
    known = reference.departments
    supports = tuple(current_supports(reference, report))
    return Assignment(known.get(report.lead_id or 0), supports, known.get(report.executor_id or 0))


def _check(report: Report, actor: Actor, request: RelocateRequest) -> None:
    check_refiling(
        report,
        actor,
        request.version,
        forbidden=N_("Chỉ điều phối viên hoặc đơn vị chủ trì được sửa vị trí."),
        ended=N_("Phản ánh này đã kết thúc hoặc đang chờ kiểm tra nên không sửa vị trí được nữa."),
    )


def _plan(
    session: Session,
    reference: Reference,
    book: Rulebook,
    report: Report,
    actor: Actor,
    request: RelocateRequest,
    now: datetime,
) -> RelocationPlan:
    point = request.location
    address = report.address if request.address is None else tidy(request.address)
    near = max(abs(point.lon - report.lon), abs(point.lat - report.lat)) < _SAME_PLACE
    if near and address == report.address:
        raise invalid(["location"], N_("Phản ánh đang ở đúng chỗ này. Hãy chọn điểm khác hoặc sửa địa chỉ."))
    found = _located(book, point)
    ward = reference.wards[found.area_id]
    unit = premises_unit(book, point.lon, point.lat)
    if ward.id == report.ward_id and not (book.rules.by_premises and unit != _unit_there(book, report)):
        return RelocationPlan(ward, found.distance_m, address, None)
    facts = replace(
        routing_facts(book, report),
        ward=ward.code,
        ward_kind=ward.unit_kind,
        premises=unit,
    )
    keep = request.keep_lead
    refiling = foresee_refiling(session, reference, book, report, actor, facts, now, keep_lead=keep)
    return RelocationPlan(ward, found.distance_m, address, refiling)


def _unit_there(book: Rulebook, report: Report) -> str | None:
    return premises_unit(book, report.lon, report.lat)


def _located(book: Rulebook, point: PointIn) -> Located:
    inside = -180 <= point.lon <= 180 and -90 <= point.lat <= 90
    found = book.locator.locate(point.lon, point.lat) if inside else None
    if found is None:
        raise invalid(["location"], N_("Điểm này nằm ngoài địa bàn thành phố. Hãy chọn điểm khác."))
    return found


def _why_it_moves(report: Report, plan: RelocationPlan) -> str:
    """Return what its sender reads of a handing on for which nobody wrote a reason."""
    language: Language = "en" if report.language == "en" else "vi"
    return translate(N_("Vị trí đúng thuộc {ward}."), language, ward=plan.ward.full_name)


def _told(reference: Reference, report: Report, plan: RelocationPlan, reason: str) -> EventData:
    before = reference.wards.get(report.ward_id or 0)
    refiling = plan.refiling
    due_at = refiling.times.get("due_at", report.due_at) if refiling else report.due_at
    data: EventData = {
        "reason": reason,
        "before": utc_text(report.due_at),
        "after": utc_text(utc(due_at)) if due_at else None,
        **(refiling.assignment.event_data() if refiling else {}),
    }
    if before == plan.ward:
        return data
    return {**data, "ward": plan.ward.full_name, "ward_before": before.full_name if before else None}


def _put(session: Session, report: Report, point: PointIn, plan: RelocationPlan) -> None:
    report.location = WKTElement(f"POINT({point.lon!r} {point.lat!r})", srid=4326)
    report.accuracy_m = None
    report.address = plan.address
    report.ward_id = plan.ward.id
    if report.routing:
        report.routing = {**report.routing, **plan.account}
    session.flush()
    session.refresh(report, ["lon", "lat"])
    count_moved(session, [report.id])
