"""Numbers with their cases, and requests, as they are told to colleagues and to the carrier that is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, true

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import department_brief
from service.domain.number_cases.access import CarrierRequestWork, known_numbers, readable_number
from service.domain.number_cases.offence_history import (
    has_new_poster,
    newest_posters,
    next_offence,
    posters_since_invited,
    proposed_lead,
    units_with_posters,
)
from service.domain.number_cases.old_lists.imports import OldSightingView, old_sightings
from service.domain.number_cases.requests import carrier_of
from service.domain.number_cases.sanctions import is_listable
from service.domain.number_cases.subscribers import is_owner_known, may_read_owner
from service.domain.numbers.crops import with_crops
from service.domain.numbers.telephones import of_e164
from service.domain.works.access import visible_works
from service.domain.works.actions import ActionContext
from service.domain.works.lifecycles import EXECUTOR, LEAD, work_roles, work_steps
from service.domain.works.views import ReadModel, is_work_late, open_steps
from service.models import (
    AdNumber,
    AdNumberCase,
    CarrierRequest,
    CarrierRequestNumber,
    Work,
    WorkStatus,
)

NumberState = Literal["todo", "open", "invited", "to_suspend", "suspended", "complied", "confirmed"]
MOST = 200


class CaseView(ReadModel):
    """Case of a number. `actions` are the steps that the asker may take; `act` is the code of a penalty;
    `seen_since_invited` are confirmed posters that were photographed after the owner was invited.
    """

    id: UUID
    code: str
    status: str
    version: int
    offence: int
    lead: UnitBrief | None
    note: str
    invited_on: date | None
    invite_document: str
    appear_by: date | None
    appeared_on: date | None
    seen_since_invited: int
    basis: str
    statement: str
    remedy: str
    complied_on: date | None
    suspended_from: date | None
    suspended_to: date | None
    sanction_document: str
    sanctioned_on: date | None
    sanction_signer: str
    sanction_basis: str
    act: str
    fine_vnd: int | None
    paid_on: date | None
    listable: bool
    due_at: datetime | None
    late: bool
    created_at: datetime
    closed_at: datetime | None
    actions: list[str]


class AnsweredNumber(ReadModel):
    """Number in a request with its answer; the ward and the day are of the newest poster, which is `pictured`
    where its photo shows the number.
    """

    id: int
    number: str
    shown: str
    ward: str
    seen_on: date | None
    sighting_id: int | None
    pictured: bool
    answer: str | None
    ported_to: UnitBrief | None
    action: str
    action_on: date | None
    note: str


class CarrierRequestView(ReadModel):
    """Request to a carrier: what it asks on which basis, and what is answered so far."""

    id: UUID
    code: str
    title: str
    purpose: str
    status: str
    version: int
    carrier: UnitBrief | None
    lead: UnitBrief | None
    note: str
    basis: str
    document: str
    channel: str
    sent_on: date | None
    answered_on: date | None
    due_at: datetime | None
    late: bool
    numbers: list[AnsweredNumber]
    actions: list[str]
    may_answer: bool
    may_change: bool


class RegisteredNumber(ReadModel):
    """Number of the register. `next_offence` is what a case opened now would count as, null where there is
    one and where no new poster was seen since the last.
    """

    id: int
    number: str
    shown: str
    kind: str
    carrier: UnitBrief | None
    carrier_asked_on: date | None
    sightings: int
    places: int
    wards: int
    first_seen: datetime | None
    last_seen: datetime | None
    verified: bool
    proposed_lead: UnitBrief | None
    case: CaseView | None
    next_offence: int | None


@dataclass(frozen=True, slots=True)
class NumberStory:
    """Everything of a number beside its posters: cases and requests, the newest first."""

    number: RegisteredNumber
    cases: Sequence[CaseView]
    requests: Sequence[CarrierRequestView]
    old: Sequence[OldSightingView]
    reads_owner: bool
    may_open: bool


def list_register(
    ctx: ActionContext, state: NumberState, *, part: ColumnElement[bool] | None = None
) -> list[RegisteredNumber]:
    """Return the numbers of this reader in that state, repeat offenders first: `todo` are verified, have
    no case and a poster since the last one.
    """
    running = exists().where(AdNumberCase.number_id == AdNumber.id, AdNumberCase.running)
    if state == "confirmed":
        condition = AdNumber.sightings > 0
    elif state == "todo":
        condition = AdNumber.verified_at.is_not(None) & ~running & has_new_poster(ctx.reference.timezone)
    else:
        condition = exists().where(
            AdNumberCase.number_id == AdNumber.id,
            AdNumberCase.running,
            Work.id == AdNumberCase.work_id,
            Work.status == WorkStatus(state),
        )
    ended = (
        select(func.count())
        .where(AdNumberCase.number_id == AdNumber.id, ~AdNumberCase.running)
        .scalar_subquery()
    )
    query = (
        select(AdNumber)
        .where(condition, known_numbers(ctx.reference, ctx.actor), true() if part is None else part)
        .order_by(ended.desc(), AdNumber.last_seen.desc().nulls_last(), AdNumber.id.desc())
    )
    return tell_numbers(ctx, list(ctx.session.scalars(query.limit(MOST))))


def number_story(ctx: ActionContext, number_id: int) -> NumberStory:
    """Return a number with its cases and requests. Raises NotFound where the reader knows nothing of it."""
    number = readable_number(ctx.session, ctx.reference, ctx.actor, number_id)
    [view] = tell_numbers(ctx, [number])
    cases = ctx.session.execute(
        select(Work, AdNumberCase)
        .join(AdNumberCase, AdNumberCase.work_id == Work.id)
        .where(AdNumberCase.number_id == number_id, visible_works(ctx.actor))
        .order_by(Work.created_at.desc(), Work.id)
    ).all()
    requested = exists().where(
        CarrierRequestNumber.request_id == CarrierRequest.work_id,
        CarrierRequestNumber.number_id == number_id,
    )
    requests = ctx.session.execute(
        select(Work, CarrierRequest)
        .join(CarrierRequest, CarrierRequest.work_id == Work.id)
        .where(requested, visible_works(ctx.actor))
        .order_by(Work.created_at.desc(), Work.id)
    ).all()
    leads = may_read_owner(ctx.session, ctx.actor, number_id)
    proposed = proposed_lead(ctx.session, ctx.reference, number)
    mine = ctx.actor.departments & {*units_with_posters(ctx.session, number.id), proposed}
    return NumberStory(
        view,
        [tell_case(ctx, work, side) for work, side in cases],
        [tell_request(ctx, CarrierRequestWork(work, side), only=number_id) for work, side in requests],
        old_sightings(ctx.session, ctx.reference, ctx.calendar, ctx.actor, number_id),
        reads_owner=leads and is_owner_known(ctx.session, number_id),
        may_open=view.next_offence is not None and bool(mine),
    )


def tell_numbers(ctx: ActionContext, numbers: Sequence[AdNumber]) -> list[RegisteredNumber]:
    """Return numbers as they are told, each with its running case where the reader may know of it."""
    ids = [number.id for number in numbers]
    running = {
        side.number_id: tell_case(ctx, work, side)
        for work, side in ctx.session.execute(
            select(Work, AdNumberCase)
            .join(AdNumberCase, AdNumberCase.work_id == Work.id)
            .where(AdNumberCase.number_id.in_(ids), AdNumberCase.running, visible_works(ctx.actor))
        )
    }
    return [_tell_number(ctx, number, running.get(number.id)) for number in numbers]


def tell_case(ctx: ActionContext, work: Work, side: AdNumberCase) -> CaseView:
    """Return a case as it is told."""
    own = {name: getattr(side, name) for name in CaseView.model_fields if hasattr(side, name)}
    of_work = {
        name: getattr(work, name)
        for name in ("id", "code", "status", "version", "note", "due_at", "created_at", "closed_at")
    }
    return CaseView(
        **own,
        **of_work,
        lead=department_brief(ctx.reference.departments.get(work.lead_id)),
        seen_since_invited=posters_since_invited(ctx.session, ctx.calendar, side),
        listable=is_listable(work, side),
        late=is_work_late(work, ctx.now),
        actions=[str(each) for each in open_steps(work_steps(work, ctx.actor), side)],
    )


def tell_request(
    ctx: ActionContext, request: CarrierRequestWork, *, only: int | None = None
) -> CarrierRequestView:
    """Return a request as it is told; with `only`, of its numbers that one."""
    work, side = request.work, request.side
    own = {name: getattr(side, name) for name in CarrierRequestView.model_fields if hasattr(side, name)}
    of_work = {
        name: getattr(work, name) for name in ("id", "code", "title", "status", "version", "note", "due_at")
    }
    parts = work_roles(ctx.actor, work)
    return CarrierRequestView(
        **own,
        **of_work,
        carrier=department_brief(ctx.reference.departments.get(side.carrier_id)),
        lead=department_brief(ctx.reference.departments.get(work.lead_id)),
        late=is_work_late(work, ctx.now),
        numbers=_numbers_of_request(ctx, work.id, only),
        actions=[str(each) for each in work_steps(work, ctx.actor)],
        may_answer=bool(parts & {LEAD, EXECUTOR}) and work.status == WorkStatus.SENT,
        may_change=LEAD in parts and work.status == WorkStatus.DRAFT,
    )


def list_requests(ctx: ActionContext, *, running: bool = True) -> list[CarrierRequestView]:
    """Return the requests of this reader by deadline, drafts first; a carrier's are those sent to it."""
    query = (
        select(Work, CarrierRequest)
        .join(CarrierRequest, CarrierRequest.work_id == Work.id)
        .where(visible_works(ctx.actor))
        .order_by(Work.due_at.nulls_first(), Work.created_at.desc(), Work.id)
    )
    if running:
        query = query.where(Work.closed_at.is_(None))
    found = ctx.session.execute(query.limit(MOST)).all()
    return [tell_request(ctx, CarrierRequestWork(work, side)) for work, side in found]


def _tell_number(ctx: ActionContext, number: AdNumber, case: CaseView | None) -> RegisteredNumber:
    phone, units = of_e164(number.e164), ctx.reference.departments
    own = {name: getattr(number, name) for name in RegisteredNumber.model_fields if hasattr(number, name)}
    offence = None
    if case is None and number.verified_at is not None:
        offence = next_offence(ctx.session, ctx.calendar, number.id)
    carrier, lead = carrier_of(ctx.reference, number), proposed_lead(ctx.session, ctx.reference, number)
    return RegisteredNumber(
        **own,
        number=phone.digits,
        carrier=department_brief(units.get(carrier)) if carrier else None,
        verified=number.verified_at is not None,
        proposed_lead=department_brief(units.get(lead)) if lead else None,
        case=case,
        next_offence=offence,
    )


def _numbers_of_request(ctx: ActionContext, request: UUID, only: int | None) -> list[AnsweredNumber]:
    query = (
        select(CarrierRequestNumber, AdNumber)
        .join(AdNumber, AdNumber.id == CarrierRequestNumber.number_id)
        .where(CarrierRequestNumber.request_id == request, true() if only is None else AdNumber.id == only)
        .order_by(AdNumber.e164)
    )
    rows = ctx.session.execute(query).all()
    posters = newest_posters(ctx.session, [number.id for _, number in rows])
    pictured = with_crops(ctx.session, [sighting for sighting, _, _ in posters.values()])
    units, wards = ctx.reference.departments, ctx.reference.wards
    found = []
    for row, number in rows:
        sighting, ward, seen_at = posters.get(number.id, (None, None, None))
        found.append(
            AnsweredNumber(
                id=number.id,
                number=of_e164(number.e164).digits,
                shown=number.shown,
                ward=wards[ward].name if ward is not None and ward in wards else "",
                seen_on=ctx.calendar.local(seen_at).date() if seen_at else None,
                sighting_id=sighting,
                pictured=sighting in pictured,
                answer=row.answer,
                ported_to=department_brief(units.get(row.ported_to)) if row.ported_to else None,
                action=row.action,
                action_on=row.action_on,
                note=row.note,
            )
        )
    return found
