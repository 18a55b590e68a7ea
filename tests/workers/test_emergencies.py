"""The worker that rings: at once, after 5 and 15 minutes, until somebody takes it; each step once."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from uuid import UUID

import pytest
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.city.reference import ReferenceCache
from service.domain.emergencies import alarm_calls
from service.domain.emergencies.duty import DutyChange, change_duty
from service.domain.emergencies.takers import count_unreached, read_alarms, take_emergency
from service.domain.notices.preferences import choose_for_staff
from service.domain.people.devices import Browser, keep_device
from service.domain.people.sessions import open_session
from service.domain.people.staff import NewAccount, actor_for, add_account
from service.domain.reports.access import Asker
from service.domain.reports.alarms import raise_alarm
from service.errors import Conflict, Forbidden, NotFound
from service.models import City, Department, Emergency, Message, Report, Staff
from service.sending.channels import CHANNELS
from service.sending.envelope import SendFailed
from tests.support.notice_stage import Post
from tests.support.people import KEY, make_cast
from tests.support.small_city import LONG_AGO, NOON

ENDPOINT = "https://push.example/abc"
BROWSER = Browser(
    endpoint=ENDPOINT,
    p256dh="BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    auth="tBHItJI5svbpez7KI4CCXg",
)


@dataclass
class Bell:
    """The task under test, and who may be told."""

    post: Post
    module: ModuleType
    hoa: int
    an: int

    def ring(self, **span: float) -> int:
        self.post.pass_time(**span)
        rung: int = self.module.ring()
        return rung

    def raise_one(self, status: str = "triage", reason: str = "danger") -> UUID:
        report_id = self.post.report(status, contact=None)
        with unit_of_work(self.post.engine) as session:
            raise_alarm(session, session.get_one(Report, report_id), reason, self.post.now)
        return report_id

    def row(self, report_id: UUID) -> Emergency:
        with unit_of_work(self.post.engine) as session:
            return session.get_one(Emergency, report_id)

    def asker(self, staff_id: int) -> Asker:
        with unit_of_work(self.post.engine) as session:
            account = session.get_one(Staff, staff_id)
            return Asker(staff=actor_for(account, self.post.reference), key=KEY)

    def got(self) -> dict[str, list[str]]:
        return {
            name: [each.recipient for each in box.got] for name, box in self.post.boxes.items() if box.got
        }


@pytest.fixture
def bell(post: Post, monkeypatch: pytest.MonkeyPatch) -> Bell:
    module = importlib.import_module("workers.emergencies")
    monkeypatch.setattr(module, "engine", lambda: post.engine)
    monkeypatch.setattr(module, "now", lambda: post.now)
    with unit_of_work(post.engine) as session:
        cast = make_cast(session, post.reference)
        hoa = cast.triage.account
        hoa.email, hoa.phone, hoa.name = "hoa@hue.example", "+84905000001", "Hoa"
        new = NewAccount("an", "An", "triage", email="an@hue.example")
        an = add_account(session, post.reference, new, None, at=LONG_AGO)
        week = open_session(session, hoa, "bearer", at=NOON)
        keep_device(session, BROWSER, language="vi", now=NOON, staff_id=hoa.id, session_id=week.id)
        hoa_id, an_id = hoa.id, an.id
    return Bell(post, module, hoa_id, an_id)


def on_duty(bell: Bell, staff_id: int) -> None:
    with unit_of_work(bell.post.engine) as session:
        phone = session.get_one(Staff, staff_id).phone
        wish = DutyChange(on_duty=True, phone=phone)
        change_duty(session, bell.post.reference, staff_id, wish, bell.post.now)


def test_it_rings_at_once_and_after_5_and_15_minutes(bell: Bell) -> None:
    report_id = bell.raise_one()
    rung = []
    for minutes in (0, 3, 2, 5, 4, 1, 30):
        before = len(bell.post.boxes["sms"].got)
        bell.ring(minutes=minutes)
        rung.append(len(bell.post.boxes["sms"].got) - before)
    assert rung == [1, 0, 1, 0, 0, 1, 0]
    assert len(bell.post.boxes["push"].got) == 3
    assert sorted({mail.recipient for mail in bell.post.mail}) == ["an@hue.example", "hoa@hue.example"]
    assert len(bell.post.mail) == 6
    assert (bell.row(report_id).rung, bell.row(report_id).ring_at) == (3, None)


def test_what_it_says(bell: Bell) -> None:
    bell.raise_one()
    bell.ring()
    bell.ring(minutes=5)
    first, second = bell.post.boxes["sms"].got
    assert first.subject.startswith("KHẨN CẤP: SML-")
    assert first.short.startswith("KHẨN CẤP: ") and "Tôi nhận" in first.short
    assert "5 phút chưa ai nhận" in second.short and "5 phút chưa ai nhận" in second.subject
    assert "/desk?case=SML-" in first.link
    assert all(each.urgent for box in bell.post.boxes.values() for each in box.got)


def test_those_on_duty_are_told_whatever_they_chose(bell: Bell) -> None:
    with unit_of_work(bell.post.engine) as session:
        for channel in ("email", "push"):
            choose_for_staff(session, CHANNELS, bell.hoa, channel, "never", now=NOON)
    on_duty(bell, bell.hoa)
    bell.raise_one()
    bell.ring()
    assert bell.got()["email"] == ["hoa@hue.example"]
    assert {name: len(each) for name, each in bell.got().items()} == {"email": 1, "push": 1, "sms": 1}


def test_a_step_that_came_late_is_told_once(bell: Bell) -> None:
    report_id = bell.raise_one()
    bell.ring(minutes=40)
    bell.ring(minutes=1)
    assert len(bell.post.boxes["sms"].got) == 1
    assert bell.row(report_id).rung == 3


def test_a_lost_or_doubled_task_is_harmless(bell: Bell) -> None:
    report_id = bell.raise_one()
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        bell.module.ring()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(bell.post.boxes["sms"].got) == 1
    # The step is claimed by its occasion: even with the row set back nobody is told it twice.
    with unit_of_work(bell.post.engine) as session:
        session.execute(update(Emergency).values(ring_at=bell.post.now, rung=0))
    bell.ring()
    assert len(bell.post.boxes["sms"].got) == 1
    assert bell.row(report_id).rung == 1


def taking(bell: Bell, staff_id: int, report_id: UUID) -> str:
    try:
        with unit_of_work(bell.post.engine) as session:
            take_emergency(session, bell.asker(staff_id), report_id, bell.post.now)
    except Conflict as refused:
        return str(refused.params["name"])
    return ""


def test_who_takes_it_ends_the_ringing_and_what_waits(bell: Bell) -> None:
    bell.post.boxes["sms"].fail = SendFailed("away", away=True)
    report_id = bell.raise_one()
    bell.ring()
    assert taking(bell, bell.an, report_id) == ""
    assert taking(bell, bell.an, report_id) == ""  # the answer was lost and they press again
    assert taking(bell, bell.hoa, report_id) == "An"
    bell.post.boxes["sms"].fail = None
    mails = len(bell.post.mail)
    bell.ring(minutes=5)
    bell.post.send()
    assert len(bell.post.mail) == mails and not bell.post.boxes["sms"].got
    row = bell.row(report_id)
    assert (row.taken_by, row.taken_at, row.ring_at) == (bell.an, NOON, None)
    with unit_of_work(bell.post.engine) as session:
        assert read_alarms(session, bell.post.reference, bell.post.now).items == []
        sms = session.scalars(select(Message).where(Message.channel == "sms")).one()
        assert (sms.state, sms.error) == ("dropped", "taken")


def test_of_two_at_one_moment_one_has_it(bell: Bell) -> None:
    report_id = bell.raise_one()
    together, said = threading.Barrier(2), {}

    def press(staff_id: int) -> None:
        together.wait()
        said[staff_id] = taking(bell, staff_id, report_id)

    threads = [threading.Thread(target=press, args=(each,)) for each in (bell.hoa, bell.an)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    row = bell.row(report_id)
    names = {bell.hoa: "Hoa", bell.an: "An"}
    assert said[row.taken_by or 0] == ""
    [other] = set(names) - {row.taken_by}
    assert said[other] == names[row.taken_by or 0]


def test_only_coordinators_take_and_only_what_rings(bell: Bell) -> None:
    report_id, calm = bell.raise_one("assigned"), bell.post.report("triage", contact=None)
    with unit_of_work(bell.post.engine) as session:
        department = session.scalars(select(Staff).where(Staff.username == "department")).one().id
    with unit_of_work(bell.post.engine) as session, pytest.raises(Forbidden):
        take_emergency(session, bell.asker(department), report_id, NOON)
    with unit_of_work(bell.post.engine) as session, pytest.raises(NotFound):
        take_emergency(session, bell.asker(bell.an), calm, NOON)


def test_a_report_that_ended_is_told_no_more(bell: Bell) -> None:
    report_id = bell.raise_one()
    bell.ring()
    with unit_of_work(bell.post.engine) as session:
        session.execute(update(Report).where(Report.id == report_id).values(status="withdrawn"))
    bell.ring(minutes=5)
    assert len(bell.post.boxes["sms"].got) == 1
    assert bell.row(report_id).ended_at


def unreached(bell: Bell) -> int:
    with unit_of_work(bell.post.engine) as session:
        return count_unreached(session, bell.post.now)


def test_it_is_shown_when_nobody_is_reached(bell: Bell) -> None:
    for box in bell.post.boxes.values():
        box.fail = SendFailed("away", away=True)
    bell.raise_one()
    bell.ring()
    assert unreached(bell) == 0  # a second is no time
    bell.post.pass_time(minutes=2)
    assert unreached(bell) == 1
    for box in bell.post.boxes.values():
        box.fail = None
    bell.post.send()
    assert unreached(bell) == 0


def nobody_has_an_address(bell: Bell) -> None:
    with unit_of_work(bell.post.engine) as session:
        session.execute(update(Staff).values(email=None, phone=None))
        keep_device(session, BROWSER, language="vi", now=NOON, staff_id=None)
        session.connection().exec_driver_sql("DELETE FROM push_device")


def test_without_any_address_it_is_shown_at_once(bell: Bell) -> None:
    nobody_has_an_address(bell)
    bell.raise_one()
    bell.ring()
    assert unreached(bell) == 1
    with unit_of_work(bell.post.engine) as session:
        [alarm] = read_alarms(session, bell.post.reference, bell.post.now).items
        assert alarm.reached is False


def test_without_any_address_the_department_that_coordinates_is_told(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody_has_an_address(bell)
    with unit_of_work(bell.post.engine) as session:
        desk = session.scalars(select(Department).where(Department.code == "city-cables")).one()
        desk.email = "truc@hue.example"
        city = session.get_one(City, 1)
        city.config = {**city.config, "triage_department": "city-cables"}
        city.revision += 1
    bell.raise_one()
    monkeypatch.setattr(bell.post.sending, "_reference", ReferenceCache())
    bell.ring()
    assert bell.got() == {"email": ["truc@hue.example"]}


def test_a_flood_of_emergencies_does_not_empty_the_account(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm_calls, "MOST_SMS_AN_HOUR", 3)
    for _ in range(5):
        bell.raise_one()
        bell.ring(seconds=1)
    assert len(bell.post.boxes["sms"].got) == 3
    assert len(bell.post.boxes["push"].got) == 5
    bell.post.pass_time(hours=1, minutes=1)
    bell.ring()
    assert len(bell.post.boxes["sms"].got) == 6  # the five ring again: three of them by SMS


def test_an_emergency_overtakes_what_waits(bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work(bell.post.engine) as session:
        old = {
            "channel": "email",
            "audience": "staff",
            "notice": "staff_step",
            "language": "vi",
            "not_before": NOON - timedelta(hours=1),
            "fresh_until": NOON + timedelta(days=1),
            "created_at": NOON - timedelta(hours=1),
        }
        session.add_all(Message(occasion=f"old:{n}", recipient=f"{n}@x.example", **old) for n in range(30))
    bell.raise_one()
    bell.ring()
    assert {mail.recipient for mail in bell.post.mail} == {"hoa@hue.example", "an@hue.example"}


def test_what_nobody_raised_is_found(bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    find: Callable[..., int] = bell.module.find
    monkeypatch.setattr(bell.module, "ring", lambda: seen.append("rung"))
    monkeypatch.setattr(bell.module.alarms, "raise_missed", lambda *_: 2)
    assert (find(), seen) == (2, ["rung"])


def test_the_scheduler_calls_both(bell: Bell) -> None:
    app = importlib.import_module("workers.app")
    scheduled = {entry["task"] for entry in app.SCHEDULE.values()}
    assert {"workers.emergencies.ring", "workers.emergencies.find"} <= scheduled
    assert "workers.emergencies" in app.celery_app.conf.include
