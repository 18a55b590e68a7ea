"""What makes a report an emergency: a dangerous answer wherever it goes, a policy, a merged report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.citizens.participation import Reopening, Withdrawal, reopen_or_appeal, withdraw
from service.domain.casework.transitions import transition
from service.domain.city.reference import Reference, load_reference
from service.domain.reports.alarms import is_dangerous, raise_missed
from service.domain.rules.rulebook import Rulebook, RulebookCache
from service.models import Emergency, Event, Report
from tests.domain.emergencies.stage import LIVE, alarm, make_dangers, sent, types
from tests.support.people import Cast, reporter_of
from tests.support.small_city import IN_W1, IN_W2, NOON, OUTSIDE

LATER = NOON + timedelta(minutes=3)
NEAR = (IN_W1[0] + 0.00005, IN_W1[1])


@pytest.fixture
def book(session: Session, reference: Reference, cast: Cast) -> Rulebook:
    return make_dangers(session)


def step(session: Session, person: Any, report: Report, to: str, **wish: Any) -> Report:
    session.refresh(report, ["version", "status"])
    body = Transition.model_validate({"to": to, "version": report.version, **wish})
    books, reference = RulebookCache(), load_reference(session)
    return transition(session, CaseContext(reference, books, person.asker, LATER), report.id, body)


@pytest.mark.parametrize(
    ("category", "place"),
    [("litter", IN_W1), ("noise", IN_W1), ("litter", OUTSIDE), ("tip_off", IN_W2)],
    ids=["assigned", "no rule", "outside", "never public"],
)
def test_a_dangerous_answer_rings_wherever_the_report_goes(
    session: Session, book: Rulebook, category: str, place: tuple[float, float]
) -> None:
    report = sent(session, book, category, place, answers=LIVE)
    row = alarm(session, report)
    assert row and (row.reason, row.since, row.ring_at) == ("danger", NOON, NOON)
    assert report.priority == 1
    told = session.scalars(select(Event).where(Event.type == "report.emergency")).one()
    assert not told.public


def test_other_answers_do_not_ring(session: Session, book: Rulebook) -> None:
    report = sent(session, book, answers={"condition": "hanging"})
    assert alarm(session, report) is None
    assert report.priority == 2


@pytest.mark.parametrize(
    ("answers", "dangerous"),
    [
        ({"condition": "live"}, True),
        ({"condition": "hanging"}, False),
        ({"signs": ["hanging", "live"]}, True),
        ({"signs": ["hanging"]}, False),
        ({"condition": ["live"]}, True),
        ({"note": "live"}, False),
        ({}, False),
    ],
)
def test_danger_is_the_same_for_python_and_for_the_sweep(
    session: Session, book: Rulebook, answers: dict[str, Any], dangerous: bool
) -> None:
    report = sent(session, book, routed=False, answers=answers)
    assert is_dangerous(book.reference, report.category_id, report.attributes) is dangerous
    assert raise_missed(session, book.reference, NOON) == int(dangerous)
    assert raise_missed(session, book.reference, NOON) == 0
    assert (alarm(session, report) is not None) is dangerous


def test_a_policy_that_calls_the_hotline_rings(session: Session, book: Rulebook) -> None:
    row = alarm(session, sent(session, book, "street_light"))
    assert row and row.reason == "policy"


def test_a_suspected_duplicate_rings_too(session: Session, book: Rulebook) -> None:
    sent(session, book, "illegal_ad")
    suspected = sent(session, book, "illegal_ad", NEAR, LATER, answers=LIVE)
    assert (suspected.status, suspected.triage_reason) == ("triage", "suspected_duplicate")
    assert alarm(session, suspected)


def test_what_a_dangerous_report_is_merged_into_rings(session: Session, book: Rulebook) -> None:
    original = sent(session, book, "hanging_cable")
    assert alarm(session, original) is None
    duplicate = sent(session, book, "hanging_cable", NEAR, LATER, answers=LIVE)
    assert duplicate.status == "duplicate"
    row = alarm(session, original)
    assert row and (row.reason, row.ring_at) == ("merged", LATER)
    session.refresh(original)
    assert original.priority == 1
    assert alarm(session, duplicate) is None


def test_merged_by_hand_the_original_rings_instead(session: Session, book: Rulebook, cast: Cast) -> None:
    original, duplicate = sent(session, book, "noise"), sent(session, book, "noise", IN_W2, answers=LIVE)
    step(session, cast.triage, duplicate, "duplicate", duplicate_of=original.code)
    assert (own := alarm(session, duplicate)) and own.ended_at == LATER and own.ring_at is None
    assert (row := alarm(session, original)) and row.ring_at == LATER
    # Whatever becomes of the original, it stays one as long as the dangerous report belongs to it.
    step(session, cast.triage, original, "assigned", lead="city-cables")
    assert (row := alarm(session, original)) and row.ended_at is None
    step(session, cast.triage, duplicate, "triage", reason="Việc khác")
    assert (own := alarm(session, duplicate)) and (own.since, own.ended_at) == (LATER, None)


def test_a_persons_policy_makes_an_emergency_and_unmakes_it(
    session: Session, book: Rulebook, cast: Cast
) -> None:
    report = sent(session, book, "noise")
    step(session, cast.triage, report, "assigned", lead="city-cables", policy="emergency")
    assert (row := alarm(session, report)) and (row.reason, row.ring_at) == ("policy", LATER)
    step(session, cast.department, report, "triage", reason="Không phải việc của phòng")
    assert (row := alarm(session, report)) and row.ended_at is None
    step(session, cast.triage, report, "assigned", lead="ward-W1", policy="standard")
    assert (row := alarm(session, report)) and row.ended_at == LATER
    assert report.priority == 2


def test_a_corrected_category_makes_an_emergency(session: Session, book: Rulebook, cast: Cast) -> None:
    report = sent(session, book, "noise")
    step(session, cast.triage, report, "assigned", lead="ward-W1", category="street_light")
    assert alarm(session, report)


def test_what_ended_rings_no_more_and_begins_anew_when_it_is_taken_up(
    session: Session, book: Rulebook, cast: Cast
) -> None:
    report = sent(session, book, "noise", answers=LIVE)
    step(session, cast.triage, report, "rejected", reason="Không rõ")
    assert (row := alarm(session, report)) and row.ring_at is None and row.ended_at == LATER
    again = LATER + timedelta(hours=1)
    reopen_or_appeal(
        session, book.reference, reporter_of(report), report.code, Reopening(reason="Vẫn tóe lửa"), again
    )
    assert (row := alarm(session, report)) and (row.since, row.ring_at, row.ended_at) == (again, again, None)
    assert types(session, report).count("report.emergency") == 2


def test_repeated_routing_and_looking_add_nothing(session: Session, book: Rulebook) -> None:
    report = sent(session, book, answers=LIVE)
    raise_missed(session, book.reference, NOON)
    assert session.scalar(select(func.count()).select_from(Emergency)) == 1
    assert types(session, report) == ["report.received", "report.assigned", "report.emergency"]


def test_a_withdrawn_report_ends(session: Session, book: Rulebook, cast: Cast) -> None:
    report = sent(session, book, "noise", answers=LIVE)
    withdraw(session, reporter_of(report), report.code, Withdrawal(), LATER)
    assert raise_missed(session, book.reference, LATER) == 0
