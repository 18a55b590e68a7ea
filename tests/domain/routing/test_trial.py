"""Trying draft rules over past reports, and the account of a report's own routing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.domain.reports.reports import submit
from service.domain.routing.dispatch import route_many
from service.domain.routing.trial import RuleTrial, TrialResult, try_rules
from service.domain.routing.why import RoutingAccount, explain_routing
from service.domain.rules.rulebook import Rulebook, load_rulebook
from service.errors import Invalid
from service.models import Event, Report, Role
from service.models.reports.event import ActorKind
from tests.support.small_city import IN_W1, IN_W2, NOON, OUTSIDE, draft, make_small_city

LATER = NOON + timedelta(hours=1)
STAFF = Asker(Actor(ActorKind.STAFF, 1, Role.TRIAGE))


@pytest.fixture
def book(session: Session) -> Rulebook:
    make_small_city(session)
    return load_rulebook(session)


def routed(session: Session, book: Rulebook, code: str, place: tuple[float, float]) -> Report:
    receipt = submit(session, draft(book.reference.category_by_code[code].id, place))
    route_many(session, book, [receipt.id], NOON)
    return session.get_one(Report, receipt.id)


def tried(session: Session, book: Rulebook, **wish: object) -> TrialResult:
    return try_rules(session, book, RuleTrial(**wish), now=LATER, language="vi")


def why(session: Session, book: Rulebook, report: Report, asker: Asker = STAFF) -> RoutingAccount:
    return explain_routing(session, book, asker, report.code, now=LATER, language="vi")


def rule(number: int, category: str, lead: str | dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"number": number, "categories": [category], "lead": lead, "policy": "standard", **more}


def test_a_changed_rule_shows_whom_it_would_have_moved(session: Session, book: Rulebook) -> None:
    moved = routed(session, book, "litter", IN_W1)
    routed(session, book, "hanging_cable", IN_W1)

    result = tried(session, book, rules=[rule(1, "litter", "city-cables")])

    assert (result.tried, result.changed, result.complete) == (2, 1, True)
    (change,) = result.items
    assert (change.code, change.category, change.ward) == (moved.code, "litter", "W1")
    assert (change.before.lead, change.after.lead) == ("ward-W1", "city-cables")
    assert change.after.explanation.startswith("Quy tắc 1:")
    assert [(flow.before, flow.after, flow.reports) for flow in result.flows] == [
        ("ward-W1", "city-cables", 1)
    ]


def test_a_rule_left_out_leaves_its_reports_to_people(session: Session, book: Rulebook) -> None:
    routed(session, book, "litter", IN_W1)
    result = tried(session, book, without=[1])
    assert (result.unrouted_before, result.unrouted_after, result.changed) == (0, 1, 1)
    assert result.items[0].after.lead is None


def test_a_new_rule_takes_what_nobody_had(session: Session, book: Rulebook) -> None:
    routed(session, book, "noise", IN_W2)
    result = tried(session, book, rules=[rule(9, "noise", "ward", areas=["W2"])])
    assert (result.unrouted_before, result.unrouted_after) == (1, 0)
    assert result.items[0].after.lead == "ward-W2"


def test_the_same_rules_change_nothing_and_nothing_is_written(session: Session, book: Rulebook) -> None:
    report = routed(session, book, "litter", IN_W1)
    before = (report.version, session.scalar(select(func.count()).select_from(Event)))
    result = tried(session, book, rules=[rule(1, "litter", "ward")])
    assert (result.tried, result.changed, result.items) == (1, 0, [])
    session.refresh(report)
    assert (report.version, session.scalar(select(func.count()).select_from(Event))) == before


def test_only_reports_of_the_period_and_inside_the_city_are_tried(session: Session, book: Rulebook) -> None:
    routed(session, book, "litter", OUTSIDE)
    routed(session, book, "litter", IN_W1)
    assert tried(session, book).tried == 1
    assert tried(session, book, since=NOON + timedelta(minutes=1)).tried == 0
    assert not tried(session, book, limit=1).complete


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (rule(1, "no-such-category", "ward"), "categories"),
        (rule(1, "litter", "no-such-department"), "lead"),
        (rule(1, "litter", "ward", areas=["W9"]), "areas"),
        (rule(1, "litter", "ward") | {"policy": "whenever"}, "policy"),
        (rule(1, "litter", "ward", supports=["nobody"]), "supports"),
        (rule(1, "litter", {"select": "attribute:owner", "mapping": {"x": "nobody"}}), "lead"),
    ],
)
def test_every_mistake_of_a_draft_is_named(
    session: Session, book: Rulebook, wrong: dict[str, object], where: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        tried(session, book, rules=[rule(3, "illegal_ad", "ward"), wrong])
    assert [error.loc for error in refusal.value.errors] == [("body", "rules", 1, where)]


def test_a_condition_that_says_nothing_is_a_mistake(session: Session, book: Rulebook) -> None:
    with pytest.raises(Invalid) as refusal:
        tried(session, book, rules=[rule(1, "litter", "ward", when=[{"op": "sounds_like"}])], without=[77])
    assert [error.loc for error in refusal.value.errors] == [("body", "rules", 0), ("body", "without", 0)]


def test_the_account_tells_decision_losers_and_counting(session: Session, book: Rulebook) -> None:
    report = routed(session, book, "hanging_cable", IN_W1)

    told = why(session, book, report)

    assert told.state == "routed"
    assert told.rule is not None
    assert (told.rule.number, told.rule.version, told.rule.name) == (2, 1, "Quy tắc 2")
    assert told.lead is not None
    assert told.lead.code == "city-cables"
    assert told.executor is not None
    assert told.executor.code == "telecom"
    assert told.explanation is not None
    assert "phường W1" in told.explanation
    assert told.resolution is not None
    assert told.resolution.due_at == report.due_at
    assert len(told.resolution.steps) >= 3
    assert told.acceptance is not None


def test_what_waits_has_no_account_yet(session: Session, book: Rulebook) -> None:
    receipt = submit(session, draft(book.reference.category_by_code["litter"].id))
    assert why(session, book, session.get_one(Report, receipt.id)).state == "waiting"


def test_suspicions_are_told_to_staff_alone(session: Session, book: Rulebook) -> None:
    first = routed(session, book, "illegal_ad", IN_W1)
    receipt = submit(session, draft(book.reference.category_by_code["illegal_ad"].id, at=LATER))
    route_many(session, book, [receipt.id], LATER)
    report = session.get_one(Report, receipt.id)

    inside, outside = why(session, book, report), why(session, book, report, Asker())

    assert inside.suspicion is not None
    assert (inside.suspicion.code, inside.triage_reason) == (first.code, "suspected_duplicate")
    assert (outside.suspicion, outside.triage_reason) == (None, None)
    assert outside.explanation == inside.explanation
