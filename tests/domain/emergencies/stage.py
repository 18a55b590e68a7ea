"""The city of the factories with a dangerous answer and an emergency policy, for tests of emergencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import load_reference
from service.domain.reports.reports import submit
from service.domain.routing.dispatch import route_many
from service.domain.rules.rulebook import Rulebook, load_rulebook
from service.models import Category, City, DeadlinePolicy, Emergency, Event, Report, RoutingRule
from tests.support.factories import URGENT
from tests.support.small_city import IN_W1, LONG_AGO, NOON, draft

QUESTION = {
    "code": "condition",
    "label": {"vi": "Tình trạng"},
    "datatype": "singlevaluelist",
    "order": 1,
    "values": [
        {"key": "live", "name": {"vi": "Tóe lửa"}, "danger": True},
        {"key": "hanging", "name": {"vi": "Sà xuống"}},
    ],
}
SEVERAL = {**QUESTION, "code": "signs", "datatype": "multivaluelist", "order": 2}
LIVE = {"condition": "live"}


def make_dangers(session: Session) -> Rulebook:
    """Dangerous answers for every root category, and a policy `emergency` that a rule gives to noise."""
    session.execute(update(Category).values(questions=[QUESTION, SEVERAL]))
    spec = {**URGENT, "hotline": True}
    session.add(
        DeadlinePolicy(code="emergency", version=1, name={"vi": "Khẩn cấp"}, spec=spec, valid_from=LONG_AGO)
    )
    rule = {"categories": ["street_light"], "lead": "ward", "policy": "emergency", "executor": None}
    session.add(RoutingRule(number=9, version=1, name={"vi": "Quy tắc 9"}, spec=rule, valid_from=LONG_AGO))
    session.execute(update(City).values(revision=City.revision + 1))
    session.flush()
    load_reference(session)
    return load_rulebook(session)


def sent(
    session: Session,
    book: Rulebook,
    category: str = "litter",
    place: tuple[float, float] = IN_W1,
    at: datetime = NOON,
    *,
    answers: Mapping[str, object] | None = None,
    routed: bool = True,
) -> Report:
    """A report with these answers, routed at once."""
    receipt = submit(session, draft(book.reference.category_by_code[category].id, place, at=at))
    session.execute(update(Report).where(Report.id == receipt.id).values(attributes=answers or {}))
    if routed:
        route_many(session, book, [receipt.id], at)
    return session.get_one(Report, receipt.id, populate_existing=True)


def alarm(session: Session, report: Report) -> Emergency | None:
    """The report's emergency as the database has it."""
    return session.scalar(
        select(Emergency).where(Emergency.report_id == report.id).execution_options(populate_existing=True)
    )


def types(session: Session, report: Report) -> list[str]:
    """The types of the report's events, in their order."""
    return list(session.scalars(select(Event.type).where(Event.report_id == report.id).order_by(Event.id)))
