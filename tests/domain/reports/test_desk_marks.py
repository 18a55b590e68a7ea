"""What brings a report before the coordinator, and what takes it off their desk again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.transitions import transition
from service.domain.city.reference import Reference
from service.domain.reports.desk_marks import KINDS, kinds_of, put_on_desk, reason_kind, take_off_desk
from service.domain.reports.events import FOLLOWER, REPORTER, SYSTEM
from service.domain.reports.lifecycle import StatusChange, move
from service.domain.rules.rulebook import RulebookCache
from service.models import Report, Status
from tests.support.factories import make_photo, make_report
from tests.support.people import Cast, Person
from tests.support.small_city import NOON

LATER = NOON + timedelta(hours=5)


def marks(report: Report) -> tuple[list[str], object]:
    return list(report.desk_reasons), report.desk_since


def step(
    session: Session, reference: Reference, person: Person, report: Report, to: str, **wish: Any
) -> None:
    sent = Transition.model_validate({"to": to, "version": report.version, "reason": "Có lý do", **wish})
    transition(session, CaseContext(reference, RulebookCache(), person.asker, LATER), report.id, sent)


@pytest.mark.parametrize("why", [why for reasons in KINDS.values() for why in reasons])
def test_every_reason_has_one_kind(why: str) -> None:
    assert [kind for kind, reasons in KINDS.items() if why in reasons] == [reason_kind(why)]


def test_an_unknown_reason_is_for_a_person_to_route() -> None:
    assert kinds_of(["appeal", "no_rule", "something new"]) == ["unrouted", "appeal"]


@pytest.mark.parametrize("why", ["no_rule", "outside", "suspected_duplicate", "suspected_spam"])
def test_what_routing_could_not_do_is_on_the_desk(session: Session, reference: Reference, why: str) -> None:
    report = make_report(session, reference)
    assert marks(report) == ([], None)
    move(session, report, StatusChange(Status.TRIAGE, SYSTEM, LATER, changes={"triage_reason": why}))
    assert marks(report) == ([why], LATER)


def test_a_refusal_and_an_appeal_come_back(session: Session, reference: Reference, cast: Cast) -> None:
    refused = make_report(session, reference, "assigned")
    step(session, reference, cast.department, refused, "triage")
    assert marks(refused) == (["refused"], LATER)
    rejected = make_report(session, reference, "rejected")
    wish = StatusChange(Status.TRIAGE, REPORTER, LATER, reason="Xem lại", changes={"triage_reason": "appeal"})
    move(session, rejected, wish)
    assert marks(rejected) == (["appeal"], LATER)


@pytest.mark.parametrize("who", [REPORTER, FOLLOWER])
def test_a_case_that_citizens_reopen_is_on_the_desk_while_it_is_worked_on(
    session: Session, reference: Reference, cast: Cast, who: object
) -> None:
    report = make_report(session, reference, "closed")
    move(session, report, StatusChange("in_progress", who, LATER, reason="Vẫn còn"))  # type: ignore[arg-type]
    assert marks(report) == (["reopened"], LATER)
    step(session, reference, cast.department, report, "waiting")
    assert marks(report) == (["reopened"], LATER)
    step(session, reference, cast.department, report, "in_progress")
    step(session, reference, cast.department, report, "resolved", evidence=[make_photo(session, report)])
    assert marks(report) == ([], None), "done again: there is nothing to look at any more"


def test_what_a_coordinator_reopens_needs_no_coordinator(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "closed")
    step(session, reference, cast.triage, report, "in_progress")
    assert marks(report) == ([], None)


@pytest.mark.parametrize(("to", "wish"), [("assigned", {"lead": "ward-W1"}), ("rejected", {})])
def test_whatever_a_coordinator_does_takes_it_off(
    session: Session, reference: Reference, cast: Cast, to: str, wish: dict[str, object]
) -> None:
    report = make_report(session, reference, "triage", triage_reason="no_rule")
    put_on_desk(report, "flagged", NOON)
    step(session, reference, cast.triage, report, to, **wish)
    assert marks(report) == ([], None)


def test_a_flag_stays_whatever_a_department_does(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "assigned")
    assert put_on_desk(report, "flagged", NOON)
    assert not put_on_desk(report, "flagged", LATER)
    step(session, reference, cast.department, report, "in_progress")
    assert marks(report) == (["flagged"], NOON)


def test_who_waits_already_waits_since_then(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "assigned")
    put_on_desk(report, "flagged", NOON)
    step(session, reference, cast.department, report, "triage")
    assert marks(report) == (["flagged", "refused"], NOON)
    take_off_desk(report)
    assert report.desk_reasons == ["refused"], "what waits for triage needs a decision"
