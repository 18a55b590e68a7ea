"""The demo's unit that follows up numbers, and what its two people do on a day before today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.number_cases.access import CarrierRequestWork, NumberCaseWork
from service.domain.number_cases.answers import give_answers
from service.domain.number_cases.cases import open_number_case, take_case_step
from service.domain.number_cases.forms import (
    CarrierAnswers,
    NewCase,
    NewPublication,
    NewRequest,
    PublicationStep,
)
from service.domain.number_cases.publicity.listings import draft_publication, take_publication_step
from service.domain.number_cases.requests import make_request, take_request_step
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.domain.works.forms import WorkStep
from service.models import AdNumber, Staff
from service.models.reports.event import ActorKind

BASIS = "khoản 3 Điều 119, Điều 125 Luật Xử lý vi phạm hành chính"


@dataclass(frozen=True, slots=True)
class Office:
    """Unit that leads the cases, with its two people; days are counted back from `at`."""

    session: Session
    reference: Reference
    calendar: Calendar
    key: bytes
    drafter: Staff
    leader: Staff
    at: datetime

    def ctx(self, days_ago: int, *, leader: bool = False) -> ActionContext:
        """Return the context of an action of one of its people on that day."""
        person = self.leader if leader else self.drafter
        unit = person.department_id
        below = self.reference.departments_below(unit) if unit else frozenset()
        actor = Actor(ActorKind.STAFF, person.id, person.role, unit, below, person.name)
        at = self.at - timedelta(days=days_ago)
        return ActionContext(self.session, self.reference, self.calendar, actor, at)

    def day(self, days_ago: int) -> date:
        """Return that day in the city."""
        return self.calendar.local(self.at - timedelta(days=days_ago)).date()

    def open(self, number: AdNumber, days_ago: int) -> NumberCaseWork:
        """Open the case of a number."""
        return open_number_case(self.ctx(days_ago), number.id, NewCase(id=uuid4()))[0]

    def step(
        self, found: NumberCaseWork, to: str, days_ago: int, reason: str = "", **data: object
    ) -> NumberCaseWork:
        """Take a step of a case."""
        body = {"to": to, "version": found.work.version, "reason": reason, "data": data}
        return take_case_step(self.ctx(days_ago), found.work.code, WorkStep.model_validate(body))

    def invite(self, found: NumberCaseWork, days_ago: int, number: str = "12/GM-UBND") -> NumberCaseWork:
        """Invite the owner for a day two weeks and a half later."""
        dated, appear_by = self.day(days_ago), self.day(days_ago - 17)
        return self.step(found, "invited", days_ago, document=number, dated=dated, appear_by=appear_by)

    def publish(self, cases: Sequence[NumberCaseWork], number: str, days_ago: int) -> None:
        """Draft a list of cases, which the leader publishes on the next day."""
        items = [
            {
                "case": each.work.code,
                "decision": f"{15 + at}/QĐ-UBND",
                "decided_on": self.day(days_ago + 1),
                "signer": "Chủ tịch",
                "basis": BASIS,
                "words": ("Cho vay nhanh", "Khoan cắt bê tông", "Sim số, thu nợ")[at % 3],
            }
            for at, each in enumerate(cases)
        ]
        head = {"id": uuid4(), "number": number, "dated": self.day(days_ago), "signer": "Chủ tịch"}
        body = NewPublication.model_validate({**head, "items": items})
        list_, _ = draft_publication(self.ctx(days_ago), body)
        step = PublicationStep(to="published")
        take_publication_step(self.ctx(days_ago - 1, leader=True), list_.id, step)

    def ask(
        self, carrier: str, purpose: str, cases: Sequence[NumberCaseWork], days_ago: int
    ) -> CarrierRequestWork:
        """Send a carrier a letter about the numbers of these cases."""
        numbers = [each.number.id for each in cases]
        body = {"id": uuid4(), "carrier": carrier, "purpose": purpose, "numbers": numbers, "basis": BASIS}
        found, _ = make_request(self.ctx(days_ago), NewRequest.model_validate(body))
        data = {"document": f"{40 + days_ago}/UBND-VX", "dated": self.day(days_ago)}
        step = {"to": "sent", "version": found.work.version, "data": data}
        return take_request_step(self.ctx(days_ago), found.work.code, WorkStep.model_validate(step))

    def answer(self, found: CarrierRequestWork, items: Sequence[Mapping[str, object]], days_ago: int) -> None:
        """Enter what a carrier answered."""
        body = CarrierAnswers.model_validate({"items": list(items)})
        give_answers(self.ctx(days_ago), self.key, found.work.code, body)
