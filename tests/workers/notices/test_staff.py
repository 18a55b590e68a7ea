"""What colleagues are told, and who of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.notices.preferences import choose_for_staff
from service.domain.reports.events import REPORTER, SYSTEM, Actor
from service.models import City, Department, EventType, Report, Role, Staff
from service.models.reports.event import ActorKind
from service.sending.channels import CHANNELS
from tests.support.notice_stage import Post
from tests.support.people import make_cast
from tests.support.small_city import NOON


@pytest.fixture
def ids(post: Post) -> dict[str, int]:
    """The standing cast by name, each with an address of their name."""
    with unit_of_work(post.engine) as session:
        found = {
            name: person.account.id for name, person in make_cast(session, post.reference).everyone().items()
        }
        for name, staff_id in found.items():
            session.get_one(Staff, staff_id).email = f"{name}@hue.example"
    return found


def recipients(post: Post) -> set[str]:
    return {mail.recipient.partition("@")[0] for mail in post.mail}


def test_a_case_is_told_to_the_department_that_is_to_work_on_it(post: Post, ids: dict[str, int]) -> None:
    report = post.report("assigned", contact=None, executor="telecom")
    post.tell(post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))

    assert recipients(post) == {"department", "executor"}
    assert {mail.link.rsplit("/", 2)[1] for mail in post.mail} == {"case"}


def test_a_room_without_people_is_told_through_the_department_above(post: Post, ids: dict[str, int]) -> None:
    with unit_of_work(post.engine) as session:
        session.get_one(Staff, ids["room"]).active = False
    report = post.report("assigned", contact=None, lead="cables-room")
    post.tell(post.event(report, EventType.HANDED_ON, data={"from": "assigned"}))

    assert recipients(post) == {"department"}


def test_who_holds_the_case_hears_of_the_answer_alone(post: Post, ids: dict[str, int]) -> None:
    report = post.report(contact=None, holder_id=ids["department"])
    post.tell(post.event(report, EventType.RESUMED, actor=REPORTER))

    [mail] = post.mail
    assert mail.recipient == "department@hue.example"
    assert "đã trả lời" in mail.subject.lower()


def test_who_did_it_is_not_told(post: Post, ids: dict[str, int]) -> None:
    report = post.report("assigned", contact=None)
    actor = Actor(ActorKind.STAFF, staff_id=ids["department"], role=Role.DEPARTMENT)
    post.tell(post.event(report, EventType.HANDED_ON, actor=actor))
    assert post.mail == []


def test_who_is_mentioned_reads_the_note(post: Post, ids: dict[str, int]) -> None:
    from service.domain.casework.case.words import say

    report = post.report(contact=None)
    with unit_of_work(post.engine) as session:
        row = session.get_one(Report, report)
        note = say(session, row, "note", "Nhờ anh xem giúp", public=False, actor=SYSTEM, at=post.now)
    private = {"comment": str(note.id), "mentions": [ids["inspector"]]}
    post.tell(post.event(report, EventType.NOTED, public=False, private=private))

    [mail] = post.mail
    assert mail.recipient == "inspector@hue.example"
    assert "Nhờ anh xem giúp" in mail.text


def test_a_deadline_is_told_to_those_the_event_names(post: Post, ids: dict[str, int]) -> None:
    report = post.report(contact=None)
    named = [{"role": "manager", "department": "city-cables"}, {"role": "triage", "department": None}]
    post.tell(
        post.event(report, EventType.OVERDUE, actor=SYSTEM, public=False, private={"recipients": named})
    )

    assert recipients(post) == {"manager", "triage"}


def test_more_time_is_asked_of_the_manager_with_its_reason(post: Post, ids: dict[str, int]) -> None:
    report = post.report()
    private = {
        "reason": "Chờ vật tư về",
        "before": "2026-03-09T10:00:00+00:00",
        "after": "2026-03-12T10:00:00+00:00",
    }
    asked: dict[str, Any] = {"data": {"unit": "working_days", "amount": 3}, "private": private}
    post.tell(post.event(report, EventType.EXTENSION_ASKED, public=False, **asked))

    [mail] = post.mail
    assert mail.recipient == "manager@hue.example"
    assert "Chờ vật tư về" in mail.text
    assert "Xin thêm 3 ngày làm việc" in mail.text and "3 ngày làm việc" in mail.subject
    assert "17:00, 09/03/2026" in mail.text and "17:00, 12/03/2026" in mail.html
    assert mail.link.endswith("#extension")


@pytest.mark.parametrize("granted", [True, False])
def test_who_asked_for_more_time_hears_what_became_of_it(
    post: Post, ids: dict[str, int], granted: bool
) -> None:
    report = post.report(contact=None)
    manager = Actor(ActorKind.STAFF, staff_id=ids["manager"], role=Role.MANAGER)
    type_ = EventType.EXTENDED if granted else EventType.EXTENSION_DECLINED
    private = {"asked_by": ids["department"]}
    post.tell(post.event(report, type_, actor=manager, public=False, private=private))

    assert recipients(post) == {"department"}
    assert ("Được gia hạn" if granted else "Không được gia hạn") in post.mail[0].subject


def test_the_desk_is_told_once_a_day_unless_it_chose_otherwise(post: Post, ids: dict[str, int]) -> None:
    report = post.report("triage", contact=None)
    post.tell(post.event(report, EventType.REFUSED, data={"from": "assigned", "reason": "Không phải"}))
    assert post.mail == []
    with unit_of_work(post.engine) as session:
        choose_for_staff(session, CHANNELS, ids["triage"], "email", "at_once", now=post.now)

    post.tell(post.event(report, EventType.APPEALED, data={"from": "rejected", "reason": "Xem lại"}))

    assert recipients(post) == {"triage"}


def test_a_colleague_who_chose_never_hears_nothing_and_who_left_neither(
    post: Post, ids: dict[str, int]
) -> None:
    report = post.report("assigned", contact=None, executor="telecom")
    with unit_of_work(post.engine) as session:
        choose_for_staff(session, CHANNELS, ids["department"], "email", "never", now=post.now)
        session.scalars(select(Staff).where(Staff.id == ids["executor"])).one().active = False

    post.tell(post.event(report, EventType.ASSIGNED, data={"from": "triage"}))

    assert post.mail == []


def test_who_is_given_a_case_is_told(post: Post, ids: dict[str, int]) -> None:
    report = post.report("in_progress", contact=None)
    giver = Actor(ActorKind.STAFF, staff_id=ids["manager"], role=Role.MANAGER)
    given = {"holder_id": ids["room"], "holder": "An", "before": None}
    post.tell(post.event(report, EventType.ENTRUSTED, actor=giver, public=False, private=given))

    [mail] = post.mail
    assert mail.recipient == "room@hue.example"
    assert "giao cho bạn" in mail.subject.lower()


@pytest.mark.parametrize("taker", ["nobody", "oneself"])
def test_taking_a_case_oneself_or_from_everybody_tells_nobody(
    post: Post, ids: dict[str, int], taker: str
) -> None:
    report = post.report("in_progress", contact=None)
    giver = Actor(ActorKind.STAFF, staff_id=ids["department"], role=Role.DEPARTMENT)
    given = {"holder_id": ids["department"] if taker == "oneself" else None}
    post.tell(post.event(report, EventType.ENTRUSTED, actor=giver, public=False, private=given))

    assert post.mail == []


def test_who_keeps_a_case_hears_that_a_colleague_accepted_it(post: Post, ids: dict[str, int]) -> None:
    report = post.report("in_progress", contact=None)
    clerk = Actor(ActorKind.STAFF, staff_id=ids["department"], role=Role.DEPARTMENT)
    post.tell(post.event(report, EventType.ACCEPTED, actor=clerk, private={"holder_id": ids["room"]}))

    assert recipients(post) == {"room"}


def test_who_supports_a_case_is_told_of_it(post: Post, ids: dict[str, int]) -> None:
    report = post.report("assigned", contact=None, supports=["ward-W2"])
    post.tell(post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))

    assert recipients(post) == {"department", "other_department"}


def test_who_supports_hears_of_the_end_and_of_being_released(post: Post, ids: dict[str, int]) -> None:
    ended = post.report("closed", contact=None, supports=["ward-W2"])
    post.tell(post.event(ended, EventType.CLOSED, actor=SYSTEM))
    assert recipients(post) == {"other_department"}
    assert "Hoàn thành" in post.mail[0].subject

    released = {"released": [post.reference.department_by_code["ward-W2"].id]}
    alone = post.report(contact=None)
    post.tell(post.event(alone, EventType.PARTS_CHANGED, private=released))
    assert [mail.recipient for mail in post.mail[1:]] == ["other_department@hue.example"]


def test_a_mail_says_kind_street_and_deadline_and_how_the_citizen_begins(
    post: Post, ids: dict[str, int]
) -> None:
    words = "Đống rác to, gọi 0905 123 456. " + "Mùi hôi quá chừng. " * 30
    report = post.report(
        "assigned", contact=None, address="12 Lê Lợi, Phường W1", description=words, due_at=NOON
    )
    post.tell(post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))

    [mail] = post.mail
    assert mail.subject.startswith("[SML-") and "12 Lê Lợi" in mail.subject
    assert mail.subject.endswith("hạn 12:00 04/03")
    assert "Đống rác to" in mail.text and "0905" not in mail.text + mail.html
    assert "…”" in mail.text and len(mail.text) < 1200


def test_a_coordinator_is_led_to_the_desk_and_a_department_to_the_case(
    post: Post, ids: dict[str, int]
) -> None:
    report = post.report(contact=None)
    private = {"recipients": [{"role": "triage", "department": None}]}
    post.tell(post.event(report, EventType.DEADLINE_WARNED, public=False, private=private))

    pages = {mail.recipient.partition("@")[0]: mail.link.split("/")[3] for mail in post.mail}
    assert pages["triage"].startswith("desk?case=") and pages["department"] == "case"


def test_a_unit_nobody_answers_for_is_told_at_its_own_address(post: Post, ids: dict[str, int]) -> None:
    with unit_of_work(post.engine) as session:
        session.get_one(Staff, ids["other_department"]).email = None
        unit = session.scalars(select(Department).where(Department.code == "ward-W2")).one()
        unit.email = "Phuong@hue.example"
        session.scalars(select(City)).one().revision += 1
    report = post.report("assigned", contact=None, lead="ward-W2")
    post.tell(post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))

    assert recipients(post) == {"phuong"}


def test_a_late_acceptance_says_so_and_which_step(post: Post, ids: dict[str, int]) -> None:
    report = post.report("assigned", contact=None)
    roles = [{"role": "manager", "department": "city-cables"}, {"role": "triage", "department": None}]
    told = {"step": "accept", "due_at": "2026-03-04T02:00:00+00:00", "to": ["manager", "triage"]}
    private = {"recipients": roles}
    warned: dict[str, Any] = {"actor": SYSTEM, "public": False}
    post.tell(post.event(report, EventType.DEADLINE_WARNED, **warned, data=told, private=private))

    assert recipients(post) == {"department", "manager", "triage"}
    mail = post.mail[0]
    assert "Quá hạn tiếp nhận" in mail.subject and "hạn 09:00 04/03" in mail.subject
    assert "Hạn tiếp nhận 09:00" in mail.text and "chưa tiếp nhận" in mail.text
    amber = post.report(contact=None)
    post.tell(post.event(amber, EventType.DEADLINE_WARNED, **warned, data={"step": "amber"}))
    assert "Sắp hết hạn xử lý" in post.mail[-1].subject
