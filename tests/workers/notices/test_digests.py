"""The mail of the morning: how the work of a colleague stands when it is sent."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.notices.preferences import choose_for_staff, choose_morning_mail
from service.domain.reports.events import SYSTEM
from service.models import City, EventType, Report, Staff
from service.sending.channels import CHANNELS
from service.sending.envelope import Envelope
from tests.support.notice_stage import Post
from tests.support.people import make_cast


@pytest.fixture
def ids(post: Post) -> dict[str, int]:
    """Department and coordinator of the standing cast, with an address of their name."""
    with unit_of_work(post.engine) as session:
        found = {
            name: person.account.id for name, person in make_cast(session, post.reference).everyone().items()
        }
        for name in ("department", "triage"):
            session.get_one(Staff, found[name]).email = f"{name}@hue.example"
    return found


def tomorrow(post: Post) -> dict[str, Envelope]:
    """What is sent at eight the next morning, by recipient."""
    post.pass_time(hours=20)
    post.module.digest()
    return {mail.recipient.partition("@")[0]: mail for mail in post.mail}


def end(post: Post, report: UUID) -> None:
    with unit_of_work(post.engine) as session:
        session.execute(
            update(Report)
            .where(Report.id == report)
            .values(status="closed", desk_since=None, desk_reasons=[])
        )


def test_a_department_reads_how_its_work_stands_when_it_is_sent(post: Post, ids: dict[str, int]) -> None:
    late = post.report(contact=None, due_at=post.now + timedelta(hours=1), address="12 Lê Lợi, W1")
    post.report(contact=None, due_at=post.now + timedelta(hours=25))
    settled = post.report(contact=None, due_at=post.now + timedelta(hours=1))
    post.report("assigned", contact=None, due_at=post.now + timedelta(days=9))
    end(post, settled)

    mail = tomorrow(post)["department"]

    assert mail.subject == "Hôm nay: 1 trễ hạn, 1 đến hạn hôm nay, 1 chờ tiếp nhận"
    with unit_of_work(post.engine) as session:
        code, gone = session.get_one(Report, late).code, session.get_one(Report, settled).code
    [line] = [line for line in mail.text.splitlines() if code in line and "Lê Lợi" in line]
    assert "hạn 13:00 04/03" in line and "gửi hôm qua" in line
    assert f"/case/{code}" in mail.text and gone not in mail.text + mail.html
    assert mail.link.endswith("/queue")


def test_what_a_coordinator_settled_meanwhile_is_not_told(post: Post, ids: dict[str, int]) -> None:
    reports = [post.report("triage", contact=None) for _ in range(2)]
    refused = {"from": "assigned", "reason": "Nhầm"}
    post.tell(*(post.event(each, EventType.REFUSED, data=refused) for each in reports))
    end(post, reports[0])

    mail = tomorrow(post)["triage"]

    with unit_of_work(post.engine) as session:
        gone, waits = (session.get_one(Report, each).code for each in reports)
    assert mail.subject == "Hôm nay: 1 chờ điều phối"
    assert gone not in mail.text and f"/desk?case={waits}" in mail.text
    assert mail.link.endswith("/desk")


def test_a_unit_with_many_new_cases_is_told_of_them_once_a_day(post: Post, ids: dict[str, int]) -> None:
    with unit_of_work(post.engine) as session:
        city = session.scalars(select(City)).one()
        city.config = {**city.config, "digest_above": 1}
        city.revision += 1
    first = post.report("assigned", contact=None)
    post.tell(post.event(first, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))
    assert len(post.mail) == 1

    for urgent in (False, True):
        report = post.report("assigned", contact=None, priority=1 if urgent else 2)
        post.tell(post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))
        assert len(post.mail) == (2 if urgent else 1)

    with unit_of_work(post.engine) as session:
        choose_for_staff(session, CHANNELS, ids["department"], "email", "at_once", now=post.now)
    another = post.report("assigned", contact=None)
    post.tell(post.event(another, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))
    assert len(post.mail) == 3


def test_who_has_nothing_to_do_or_wants_none_is_left_in_peace(post: Post, ids: dict[str, int]) -> None:
    post.report("triage", contact=None)
    post.report(contact=None, due_at=post.now)
    with unit_of_work(post.engine) as session:
        choose_morning_mail(session, ids["department"], False)
        choose_for_staff(session, CHANNELS, ids["triage"], "email", "never", now=post.now)
        session.get_one(Staff, ids["other_department"]).email = "other@hue.example"

    assert tomorrow(post) == {}


def test_it_is_told_once_and_not_on_a_day_off(post: Post, ids: dict[str, int]) -> None:
    post.report(contact=None, due_at=post.now)
    tomorrow(post)
    post.module.digest()
    post.send()
    assert len(post.mail) == 1
    post.pass_time(hours=72)  # from Thursday to Sunday
    post.module.digest()
    post.send()
    assert len(post.mail) == 1


def test_a_day_of_a_unit_with_many_cases_is_one_mail_the_next_morning(
    post: Post, ids: dict[str, int]
) -> None:
    with unit_of_work(post.engine) as session:
        city = session.scalars(select(City)).one()
        city.config = {**city.config, "digest_above": 1}
        city.revision += 1
        choose_morning_mail(session, ids["department"], False)  # no mail of the morning that is there anyway
    told: list[UUID] = []
    for _ in range(6):  # from noon to six in the evening
        told.append(post.report("assigned", contact=None))
        post.tell(post.event(told[-1], EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))
        post.pass_time(hours=1)
        post.module.digest()
        post.send()
    assert len(post.mail) == 1  # the first, when the unit had not many yet

    post.pass_time(hours=14)
    post.module.digest()
    post.send()

    assert len(post.mail) == 2
    with unit_of_work(post.engine) as session:
        codes = [session.get_one(Report, each).code for each in told[1:]]
    assert all(code in post.mail[1].text for code in codes)
