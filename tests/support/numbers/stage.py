"""Numbers in a test: seen, confirmed, in a case, asked of a carrier, as the routes do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from service.domain.number_cases.access import CarrierRequestWork, NumberCaseWork
from service.domain.number_cases.answers import give_answers
from service.domain.number_cases.cases import open_number_case, take_case_step
from service.domain.number_cases.forms import CarrierAnswers, NewCase, NewRequest
from service.domain.number_cases.requests import make_request, take_request_step
from service.domain.numbers.sightings import NumberSeen, enter_sighting
from service.domain.works.forms import WorkStep
from service.models import AdNumber, Photo, Report
from tests.support.factories import make_photo, make_report
from tests.support.people import KEY, Person
from tests.support.works.stage import WorksStage

NEAR, FAR_OFF = (107.52, 16.42), (107.523, 16.42)
"""Two places some 300 m apart."""
DIGITS = "0951234507"
BASIS = "Khoản 3 Điều 119 Luật Xử lý vi phạm hành chính"


@dataclass
class NumbersStage(WorksStage):
    """One city with numbers on advertisements."""

    def ad(self, place: tuple[float, float] = NEAR, **columns: Any) -> Report:
        """A report of an advertisement, led by the cables department."""
        columns = {"device_hash": uuid4().bytes, "at": self.now, **columns}
        return make_report(
            self.session, self.reference, "in_progress", category="illegal_ad", place=place, **columns
        )

    def see(
        self, person: Person, digits: str = DIGITS, place: tuple[float, float] = NEAR, **columns: Any
    ) -> AdNumber:
        """The person confirms the number on a new report."""
        report = self.ad(place, **columns)
        enter_sighting(self.session, person.asker, report.id, NumberSeen(number=digits), now=self.now)
        return self.number(digits)

    def number(self, digits: str = DIGITS) -> AdNumber:
        """The number as it is stored."""
        query = select(AdNumber).where(AdNumber.e164 == f"+84{digits[1:]}")
        return self.session.scalars(query.execution_options(populate_existing=True)).one()

    def verified(self, person: Person, digits: str = DIGITS) -> AdNumber:
        """A number that two senders saw at two places."""
        self.see(person, digits)
        return self.see(person, digits, FAR_OFF)

    def open(self, person: Person, number: AdNumber, **said: Any) -> NumberCaseWork:
        """The person opens its case."""
        body = NewCase.model_validate({"id": str(uuid4()), **said})
        return open_number_case(self.ctx(person), number.id, body)[0]

    def go(
        self, person: Person, found: NumberCaseWork, to: str, reason: str = "", **data: Any
    ) -> NumberCaseWork:
        """The person takes a step of the case."""
        body = {"to": to, "version": found.work.version, "reason": reason, "data": data}
        return take_case_step(self.ctx(person), found.work.code, WorkStep.model_validate(body))

    def to_suspend(self, person: Person, found: NumberCaseWork) -> NumberCaseWork:
        """The owner was invited and refused."""
        day = {"document": "12/GM-UBND", "dated": "2026-03-04", "appear_by": "2026-03-11"}
        self.go(person, found, "invited", **day)
        return self.go(person, found, "to_suspend", "Chủ thuê bao từ chối", basis=BASIS)

    def request(
        self, person: Person, numbers: list[Any], purpose: str = "trace", carrier: str = "telecom"
    ) -> CarrierRequestWork:
        """The person drafts a request."""
        body = {
            "id": str(uuid4()),
            "carrier": carrier,
            "purpose": purpose,
            "numbers": numbers,
            "basis": BASIS,
        }
        return make_request(self.ctx(person), NewRequest.model_validate(body))[0]

    def send(
        self, person: Person, found: CarrierRequestWork, to: str = "sent", **data: Any
    ) -> CarrierRequestWork:
        """The person sends it, or takes another step."""
        data = {"document": "45/SVHTT", "dated": "2026-03-04", **data} if to == "sent" else data
        body = {"to": to, "version": found.work.version, "reason": "Rút", "data": data}
        return take_request_step(self.ctx(person), found.work.code, WorkStep.model_validate(body))

    def answer(self, person: Person, found: CarrierRequestWork, *items: dict[str, Any]) -> CarrierRequestWork:
        """The person answers some numbers."""
        body = CarrierAnswers.model_validate({"items": list(items)})
        return give_answers(self.ctx(person), KEY, found.work.code, body)

    def on_the_spot(self, person: Person, distance_m: float | None) -> AdNumber:
        """The person confirms a number on a photo of their own."""
        report = self.ad()
        photo = make_photo(
            self.session, report, "evidence", staff_id=person.account.id, distance_m=distance_m
        )
        assert self.session.get(Photo, photo) is not None
        seen = NumberSeen(number=DIGITS, photo_id=photo)
        enter_sighting(self.session, person.asker, report.id, seen, now=self.now)
        return self.number()

    def at(self, moment: datetime) -> None:
        """The time goes on."""
        self.now = moment
