"""Finding a number's case or a request to a carrier; what one may not know of is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.numbers.rights import READ, cases_read, readable_old_sightings
from service.domain.reports.events import Actor
from service.domain.works.access import visible_works
from service.errors import NotFound
from service.i18n import N_
from service.models import (
    AdNumber,
    AdNumberCase,
    CarrierRequest,
    OldSighting,
    Report,
    Role,
    Sighting,
    Work,
    WorkKind,
)
from service.models.reports.event import ActorKind

Side = TypeVar("Side", AdNumberCase, CarrierRequest)

NO_NUMBER = N_("Không có số này.")
NO_CASE = N_("Không có việc này. Hãy xem lại mã.")
NO_REQUEST = N_("Không có công văn này. Hãy xem lại mã.")


@dataclass(frozen=True, slots=True)
class NumberCaseWork:
    """Case of a number and the work that it is."""

    work: Work
    side: AdNumberCase
    number: AdNumber


@dataclass(frozen=True, slots=True)
class CarrierRequestWork:
    """Request to a carrier and the work that it is."""

    work: Work
    side: CarrierRequest


def readable_number(
    session: Session, reference: Reference, actor: Actor, number_id: int, *, lock: bool = False
) -> AdNumber:
    """Return a number that stands on a report or in a case of this reader. Raises NotFound.

    Locked, nobody counts it or opens a case meanwhile.
    """
    query = select(AdNumber).where(AdNumber.id == number_id)
    query = query.with_for_update(key_share=True) if lock else query
    number = session.scalars(query.execution_options(populate_existing=lock)).first()
    if number is None or not knows_number(session, reference, actor, number_id):
        raise NotFound(NO_NUMBER)
    return number


def knows_number(session: Session, reference: Reference, actor: Actor, number_id: int) -> bool:
    """Return whether a colleague reads a report with this number, or has a part in its case."""
    known = select(AdNumber.id).where(AdNumber.id == number_id, known_numbers(reference, actor))
    return session.scalar(known) is not None


def known_numbers(reference: Reference, actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `AdNumber` for those of this reader: on a report that they read, in an old list
    or a case of theirs, and for the city's unit the verified ones of so many wards that it is to lead.
    """
    if actor.kind != ActorKind.STAFF or actor.role not in READ:
        return false()
    seen = exists().where(
        Sighting.number_id == AdNumber.id, Report.id == Sighting.report_id, cases_read(actor)
    )
    old = exists().where(OldSighting.number_id == AdNumber.id, readable_old_sightings(actor))
    if actor.role not in (Role.DEPARTMENT, Role.MANAGER, Role.TRIAGE):
        return seen | old
    led = exists().where(
        AdNumberCase.number_id == AdNumber.id, Work.id == AdNumberCase.work_id, visible_works(actor)
    )
    terms = reference.config.numbers
    city = reference.department_by_code.get(terms.department or "")
    if city is None or city.id not in actor.departments:
        return or_(seen, old, led)
    return or_(seen, old, led, AdNumber.verified_at.is_not(None) & (AdNumber.wards >= terms.wards))


def number_of_case(session: Session, work_id: UUID) -> int:
    """Return the id of the number that a case is about."""
    return session.get_one(AdNumberCase, work_id).number_id


def find_case(session: Session, actor: Actor, code: str, *, lock: bool = False) -> NumberCaseWork:
    """Return the number's case of that code. Raises NotFound also for who may not know of it."""
    work, side = _find(session, actor, code, AdNumberCase, WorkKind.AD_NUMBER, NO_CASE, lock=lock)
    return NumberCaseWork(work, side, session.get_one(AdNumber, side.number_id))


def find_request(session: Session, actor: Actor, code: str, *, lock: bool = False) -> CarrierRequestWork:
    """Return the request of that code: a carrier finds what was sent to it, and nothing else."""
    kind = WorkKind.CARRIER_REQUEST
    return CarrierRequestWork(*_find(session, actor, code, CarrierRequest, kind, NO_REQUEST, lock=lock))


def _find(
    session: Session, actor: Actor, code: str, side: type[Side], kind: WorkKind, none: str, *, lock: bool
) -> tuple[Work, Side]:
    query = (
        select(Work, side)
        .join(side, side.work_id == Work.id)
        .where(Work.kind == kind, Work.code == code.strip().upper()[:20], visible_works(actor))
    )
    if lock:
        query = query.with_for_update(of=(Work, side)).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(none)
    return row[0], row[1]
