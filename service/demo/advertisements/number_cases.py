"""Demo cases of numbers that are nobody's, in every stage, with two letters to carriers: one is late, one
was answered in part with a ported number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.number_cases.access import FoundCase, FoundRequest
from service.domain.number_cases.answers import give_answers
from service.domain.number_cases.cases import open_number_case, take_case_step
from service.domain.number_cases.forms import (
    CarrierAnswers,
    NewCase,
    NewPublication,
    NewRequest,
    PublicationStep,
)
from service.domain.number_cases.listings import draft_publication, take_publication_step
from service.domain.number_cases.requests import make_request, take_request_step
from service.domain.numbers.sightings import NumberSeen, add_seen
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.domain.works.acting import Hand
from service.domain.works.forms import WorkStep
from service.models import DONE, OPEN, AdNumber, AdNumberCase, Report, Role, Staff, WorkStatus

STAGES: tuple[tuple[str, ...], ...] = (
    (),
    ("open",),
    ("open", "invited"),
    ("open", "invited", "to_suspend"),
    ("open", "invited", "to_suspend", "listed"),
    ("open", "invited", "to_suspend", "listed", "suspended"),
    ("open", "invited", "complied"),
    ("open", "invited", "complied", "closed"),
)
BASIS = "khoản 3 Điều 119, Điều 125 Luật Xử lý vi phạm hành chính"
APART = 0.0015
CARRIERS = ("viettel", "vnpt")


@dataclass(frozen=True, slots=True)
class _Office:
    """Unit that leads the cases, with its two people, at the time of the next step."""

    session: Session
    reference: Reference
    calendar: Calendar
    drafter: Staff
    leader: Staff
    at: datetime

    def hand(self, person: Staff, days_ago: int = 0) -> Hand:
        unit = person.department_id
        below = self.reference.departments_below(unit) if unit else frozenset()
        actor = Actor("staff", person.id, person.role, unit, below, person.name)
        at = self.at - timedelta(days=days_ago)
        return Hand(self.session, self.reference, self.calendar, actor, at)

    def day(self, days_ago: int) -> date:
        return self.calendar.local(self.at - timedelta(days=days_ago)).date()


def demo_number_cases(session: Session, reference: Reference, key: bytes, *, at: datetime) -> int:
    """Make the cases unless there are any, for the unit of the demo's department; how many."""
    if session.scalar(select(AdNumberCase.work_id).limit(1)) is not None:
        return 0
    people = {each.username: each for each in session.scalars(select(Staff).where(Staff.demo))}
    drafter, leader = people.get("demo.department"), people.get("demo.manager")
    if drafter is None or leader is None or drafter.department_id is None:
        return 0
    office = _Office(session, reference, load_calendar(session, reference), drafter, leader, at)
    pair = _two_places(session, reference, drafter.department_id)
    if pair is None:
        return 0
    cases = []
    for place, stages in enumerate(STAGES):
        number = _verified(office, f"09512340{place:02}", pair)
        if stages:
            cases.append(_live(office, number, stages, key))
    _ask(office, key, cases)
    return len(cases)


def _two_places(session: Session, reference: Reference, unit: int) -> tuple[Report, Report] | None:
    """Return two reports of the unit that are far enough apart to be two posters."""
    kinds = reference.categories_below("illegal_ad") if "illegal_ad" in reference.category_by_code else ()
    query = select(Report).where(
        Report.category_id.in_(kinds), Report.lead_id == unit, Report.status.in_(OPEN | DONE)
    )
    reports = session.scalars(query.order_by(Report.created_at, Report.id).limit(200)).all()
    for one in reports:
        for two in reports:
            if abs(one.lon - two.lon) + abs(one.lat - two.lat) > APART:
                return one, two
    return None


def _verified(office: _Office, digits: str, pair: Sequence[Report]) -> AdNumber:
    asker = Asker(staff=Actor("staff", role=Role.TRIAGE))
    for place, report in enumerate(pair):
        report.device_hash = report.device_hash or bytes([place + 1]) * 16
        office.session.flush()
        seen = NumberSeen(number=digits)
        add_seen(office.session, asker, report.id, seen, now=office.at - timedelta(days=40))
    return office.session.scalars(select(AdNumber).where(AdNumber.e164 == f"+84{digits[1:]}")).one()


def _live(office: _Office, number: AdNumber, stages: Sequence[str], key: bytes) -> FoundCase:
    found, _ = open_number_case(office.hand(office.drafter, 38), number.id, NewCase(id=uuid4()))
    steps: dict[str, tuple[int, str, dict[str, object]]] = {
        "invited": (37, "", {"document": "12/GM-UBND", "dated": office.day(37), "appear_by": office.day(20)}),
        "to_suspend": (18, "Chủ thuê bao không đến", {"basis": BASIS}),
        "suspended": (6, "", {"suspended_from": office.day(6)}),
        "complied": (33, "", {"remedy": "Đã gỡ và cam kết không dán", "removed": True}),
        "closed": (2, "", {}),
    }
    for stage in stages[1:]:
        if stage == "listed":
            _publish(office, found)
            continue
        days, reason, data = steps[stage]
        body = {"to": stage, "version": found.work.version, "reason": reason, "data": data}
        hand = office.hand(office.drafter, days)
        take_case_step(hand, found.work.code, WorkStep.model_validate(body))
    return found


def _publish(office: _Office, found: FoundCase) -> None:
    item = {
        "case": found.work.code,
        "decision": "15/QĐ-UBND",
        "decided_on": office.day(12),
        "signer": "Chủ tịch",
        "basis": BASIS,
        "words": "Cho vay nhanh",
    }
    body = NewPublication.model_validate({"id": uuid4(), "number": "20/TB-UBND", "items": [item]})
    list_, _ = draft_publication(office.hand(office.drafter, 11), body)
    take_publication_step(office.hand(office.leader, 10), list_.id, PublicationStep(to="published"))


def _ask(office: _Office, key: bytes, cases: Sequence[FoundCase]) -> None:
    """Ask a carrier for the owners, which answers in part, and another one to suspend, which is late."""
    known = [code for code in CARRIERS if code in office.reference.department_by_code]
    running = [each for each in cases if each.side.running]
    if len(known) < len(CARRIERS) or len(running) < 3:
        return
    trace = _letter(office, known[0], "trace", running[:3], 9)
    answers = [
        {"number": running[0].number.id, "answer": "ours"},
        {"number": running[1].number.id, "answer": "ported", "ported_to": known[1]},
    ]
    hand = office.hand(office.drafter, 5)
    give_answers(hand, key, trace.work.code, CarrierAnswers.model_validate({"items": answers}))
    waiting = [each for each in running if each.work.status == WorkStatus.TO_SUSPEND]
    _letter(office, known[1], "suspend", waiting, 15)


def _letter(
    office: _Office, carrier: str, purpose: str, cases: Sequence[FoundCase], days_ago: int
) -> FoundRequest:
    hand = office.hand(office.drafter, days_ago)
    numbers = [each.number.id for each in cases]
    body = {"id": uuid4(), "carrier": carrier, "purpose": purpose, "numbers": numbers, "basis": BASIS}
    found, _ = make_request(hand, NewRequest.model_validate(body))
    data = {"document": f"{40 + days_ago}/UBND-VX", "dated": office.day(days_ago)}
    step = {"to": "sent", "version": found.work.version, "data": data}
    take_request_step(hand, found.work.code, WorkStep.model_validate(step))
    return found
