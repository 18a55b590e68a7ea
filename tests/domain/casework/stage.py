"""Taking steps with a case in a test, as the routes do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.extensions import ExtensionTerms, extend
from service.domain.casework.transitions import transition
from service.domain.city.reference import Reference
from service.domain.reports.access import Asker
from service.domain.rules.rulebook import RulebookCache
from service.models import Comment, Event, EventType, Report
from tests.support.people import Person
from tests.support.small_city import NOON


@dataclass
class Stage:
    """One city; `now` is the time of the next step."""

    session: Session
    reference: Reference
    now: datetime = NOON
    books: RulebookCache = field(default_factory=RulebookCache)

    def step(self, person: Person, report: Report, to: str, **wish: Any) -> Report:
        """The person moves the report on, from the version it has now."""
        body = Transition.model_validate({"to": to, "version": report.version, **wish})
        return transition(self.session, self.context(person), report.id, body)

    def context(self, person: Person, now: datetime | None = None) -> CaseContext:
        """The person acts, at the stage's time or at another."""
        return CaseContext(self.reference, self.books, self._asker(person), now or self.now)

    def extend(self, person: Person, report: Report, amount: int, unit: str, **wish: object) -> Report:
        """The person asks for more time."""
        values = {"amount": amount, "unit": unit, "reason": "Chờ vật tư", "version": report.version, **wish}
        body = ExtensionTerms.model_validate(values)
        return extend(self.session, self.reference, self._asker(person), report.id, body, self.now)

    def events(self, report: Report) -> list[Event]:
        """The report's events in order."""
        query = select(Event).where(Event.report_id == report.id).order_by(Event.id)
        return list(self.session.scalars(query))

    def types(self, report: Report) -> list[EventType]:
        """The types of its events since it was received."""
        return [event.type for event in self.events(report)][1:]

    def comments(self, report: Report) -> list[tuple[str, bool, str]]:
        """(kind, public, text) of each comment."""
        query = (
            select(Comment).where(Comment.report_id == report.id).order_by(Comment.created_at, Comment.kind)
        )
        return [(comment.kind, comment.public, comment.text) for comment in self.session.scalars(query)]

    def department(self, code: str) -> int:
        """The id of a department."""
        return self.reference.department_by_code[code].id

    @staticmethod
    def _asker(person: Person) -> Asker:
        return person.asker
