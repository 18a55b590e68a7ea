"""News of the reports that a browser remembers, and what a report's page counts and asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.city.reference import Reference
from service.domain.queries.conversation import count_other_witnesses, open_question
from service.domain.queries.report_news import RememberedReport, latest_news, read_report_news
from service.domain.queries.timeline import timeline
from service.domain.reports.access import NOBODY, Asker
from service.domain.reports.events import SYSTEM, record
from service.models import EventData, EventType, Report
from tests.support.factories import make_report
from tests.support.small_city import NOON


@pytest.fixture
def waiting(session: Session, reference: Reference) -> Report:
    report = make_report(session, reference, "waiting")
    reason: EventData = {"reason": "Hẻm số mấy?"}
    record(session, report, EventType.WAITING, actor=SYSTEM, at=NOON, data=reason)
    session.flush()
    return report


def test_a_question_counts_for_its_reporter_alone(session: Session, waiting: Report) -> None:
    own = read_report_news(session, [RememberedReport(waiting.code, own=True, seen=0)])
    followed = read_report_news(session, [RememberedReport(waiting.code, own=False, seen=0)])
    assert (set(own.questions), own.count) == ({waiting.code}, 1)
    assert (len(followed.questions), followed.count) == (0, 0)


def test_what_went_on_since_one_looked_counts_until_one_looks(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "assigned")
    seen = latest_news(session, [report.code])[report.code][2]
    assert seen > 0
    assert not read_report_news(session, [RememberedReport(report.code, own=False, seen=seen)]).count
    record(session, report, EventType.ACCEPTED, actor=SYSTEM, at=NOON + timedelta(hours=1))
    record(session, report, EventType.NOTED, actor=SYSTEM, at=NOON + timedelta(hours=2), public=False)
    session.flush()
    news = read_report_news(session, [RememberedReport(report.code, own=False, seen=seen)])
    assert (set(news.updated), len(news.questions)) == ({report.code}, 0)
    assert not read_report_news(session, [RememberedReport(report.code, own=False, seen=0)]).count, (
        "never looked"
    )


def test_what_is_not_public_is_told_to_its_reporter_alone(
    session: Session, reference: Reference, waiting: Report
) -> None:
    waiting.published = False
    session.flush()
    assert not read_report_news(session, [RememberedReport(waiting.code, own=False, seen=1)]).count
    assert read_report_news(session, [RememberedReport(waiting.code, own=True, seen=1)]).count == 1


def test_the_open_question_names_who_asks_and_until_when(
    session: Session, reference: Reference, waiting: Report
) -> None:
    events = timeline(session, reference, NOBODY, waiting.code, now=NOON).items
    question = open_question(reference, waiting, events, [])
    assert question is not None
    assert (question.text, question.until) == ("Hẻm số mấy?", NOON + timedelta(days=10))
    assert question.by
    waiting.status = "in_progress"  # type: ignore[assignment]
    assert open_question(reference, waiting, events, []) is None


def test_others_are_followers_and_senders_of_merged_reports(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "assigned")
    assert count_other_witnesses(session, report.id) == 0
    for _ in range(2):
        add_follower(session, reference, Asker(key=b"k" * 40), report.code, Follow(), language="vi", now=NOON)
    make_report(session, reference, "duplicate", duplicate_of_id=report.id)
    assert count_other_witnesses(session, report.id) == 3
