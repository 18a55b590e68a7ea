"""The bot in a company's group over the protocol: told once and masked, heard as notes, moved by nothing."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from pydantic_core import to_json
from sqlalchemy import Engine, select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.people.staff import NewAccount, add_account
from service.domain.reports.events import SYSTEM, record
from service.domain.talks.groups import incoming, members, posts
from service.domain.talks.groups.done import done_claim, tells_done
from service.domain.talks.groups.group_words import without_mentions
from service.domain.talks.inbox import Delivery, store_delivery
from service.errors import Forbidden, Invalid, NotFound
from service.models import Comment, CompanyGroup, EventType, GroupPost, Photo, Report, Staff, Status
from service.sending.zalo.bot.bot_api import event_key
from service.settings import get_settings
from tests.support.factories import found_city, make_report
from tests.support.mail.letters import photo
from tests.support.sinks import Answering, answering
from tests.workers.talks.conftest import VAULT

CHAT, TOKEN = "group-77", "12:abc"


@dataclass
class Bot:
    """The platform's side, the group's companies, and the worker between them."""

    engine: Engine
    groups: Any
    now: datetime
    url: str = ""
    sent: list[dict[str, str]] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)

    def say(self, number: str, text: str, **message: Any) -> None:
        """A message of the group as the hook keeps it."""
        told = {
            "message_id": number,
            "from": {"id": "u1", "display_name": "Nguyễn A", "is_bot": False},
            "chat": {"id": CHAT, "chat_type": "GROUP"},
            "text": text,
            **message,
        }
        event = {"ok": True, "result": {"event_name": "message.text.received", "message": told}}
        with unit_of_work(self.engine) as session:
            store_delivery(
                session,
                VAULT,
                Delivery("zalo-bot", "bot", event_key(event), to_json(event).decode()),
                self.now,
            )

    def work(self) -> list[str]:
        before = len(self.sent)
        self.groups.exchange()
        self.now += timedelta(minutes=1)
        return [each.get("text") or each["caption"] for each in self.sent[before:]]

    def notes(self) -> list[str]:
        with unit_of_work(self.engine) as session:
            return list(session.scalars(select(Comment.text).order_by(Comment.created_at)))


@contextmanager
def platform(bot: Bot) -> Iterator[str]:
    """The double, running."""

    class Handler(Answering, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if not self.path.startswith(f"/bot{TOKEN}/send"):
                self.tell(404, b"{}")
            elif bot.errors:
                code = bot.errors.pop(0)
                self.tell(200, json.dumps({"ok": False, "error_code": code, "description": "no"}).encode())
            else:
                bot.sent.append(body)
                told = {"ok": True, "result": {"message_id": f"p{len(bot.sent)}"}}
                self.tell(200, json.dumps(told).encode())

        def do_GET(self) -> None:
            data = bot.media.get(self.path)
            self.tell(200 if data else 404, data or b"")

    with answering(Handler) as url:
        yield url


@pytest.fixture
def bot(
    worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bot]:
    """A city with a bot that was called in a group."""
    groups = importlib.import_module("workers.talks.groups")
    # An evening: in the morning of a working day each group also reads what is open.
    evening = (datetime.now(UTC) - timedelta(days=1)).replace(hour=14, minute=0)
    made = Bot(clean_engine, groups, evening)
    with platform(made) as url:
        made.url = url
        told = {"BOT_TOKEN": TOKEN, "BOT_SECRET": "word-of-8", "BOT_URL": url, "MEDIA_HOSTS": "127.0.0.1"}
        for name, value in told.items():
            monkeypatch.setenv(f"HIENTRUONG_ZALO_{name}", value)
        monkeypatch.setenv("HIENTRUONG_WEBHOOK_NETWORKS", "127.0.0.0/8")
        get_settings.cache_clear()
        monkeypatch.setattr(groups, "engine", lambda: clean_engine)
        monkeypatch.setattr(groups, "now", lambda: made.now)
        with unit_of_work(clean_engine) as session:
            found_city(session)
        made.say("hello", "@bot chào")
        made.work()
        yield made


def link(bot: Bot, code: str = "sanitation") -> None:
    with unit_of_work(bot.engine) as session:
        group = session.scalars(select(CompanyGroup)).one()
        incoming.link_group(session, load_reference(session), group.id, code, None, bot.now)


def assign(bot: Bot, words: str = "Dây sà xuống", executor: str = "sanitation") -> Report:
    """A case that a company got just now."""
    bot.now += timedelta(seconds=1)
    with unit_of_work(bot.engine) as session:
        reference = load_reference(session)
        report = make_report(session, reference, "assigned", executor=executor, description=words)
        record(session, report, EventType.ASSIGNED, actor=SYSTEM, at=bot.now)
        return report


def test_a_company_is_told_once_of_what_it_gets_and_of_nothing_else(bot: Bot) -> None:
    before = assign(bot)
    link(bot)
    report = assign(bot, "Gọi 0905 123 456 hỏi Lan [@all] @minh nhé " + "dài " * 200)
    assign(bot, executor="cables-room")
    [told] = bot.work()
    assert report.code in told
    assert before.code not in told
    assert f"/case/{report.code}" in told
    for hidden in ("0905", "123 456", "[@", "@"):
        assert hidden not in told
    assert len(told) < 600
    assert bot.work() == []
    with unit_of_work(bot.engine) as session:
        record(session, session.get_one(Report, report.id), EventType.HANDED_ON, actor=SYSTEM, at=bot.now)
    assert len(bot.work()) == 1  # another assignment is another message


def test_a_quoted_answer_becomes_a_note_with_its_photo_and_moves_nothing(bot: Bot) -> None:
    link(bot)
    report = assign(bot)
    bot.work()
    bot.media = {"/a.jpg": photo(1)}
    bot.say("2", "@bot xong rồi nhé @demo.triage", quote_msg_id="p1", photo=f"{bot.url}/a.jpg")
    bot.say("2", "@bot xong rồi nhé", quote_msg_id="p1")  # delivered again
    bot.say("3", f"@bot {report.code} không phải dây bên em")
    bot.say("4", "@bot ăn cơm chưa")
    bot.work()
    first, second = bot.notes()
    assert "xong rồi" in first
    assert "(nhóm Zalo, Nguyễn A)" in first
    assert "@" not in first
    assert "không phải dây bên em" in second
    with unit_of_work(bot.engine) as session:
        assert session.get_one(Report, report.id).status == Status.ASSIGNED
        [kept] = session.scalars(select(Photo).where(Photo.report_id == report.id)).all()
        assert (kept.kind, kept.published) == ("evidence", False)
        assert not any(session.scalars(select(Comment.public)))


def test_a_group_reads_and_writes_in_its_own_cases_alone(bot: Bot) -> None:
    other = assign(bot, executor="cables-room")
    bot.say("2", f"@bot {other.code} xong")  # no company's group yet
    bot.work()
    link(bot)
    bot.say("3", f"@bot {other.code} xong")
    bot.work()
    assert bot.notes() == []
    with unit_of_work(bot.engine) as session:
        with pytest.raises(NotFound):
            incoming.link_group(session, load_reference(session), 999, "sanitation", None, bot.now)
        group = session.scalars(select(CompanyGroup)).one()
        with pytest.raises(Invalid):
            incoming.link_group(session, load_reference(session), group.id, "nobody", None, bot.now)


def test_a_refusal_is_shown_and_a_worker_that_died_posts_nothing_twice(bot: Bot) -> None:
    link(bot)
    assign(bot)
    bot.errors = [403]
    assert bot.work() == []
    with unit_of_work(bot.engine) as session:
        assert "403" in session.scalars(select(CompanyGroup.problem)).one()
        assert session.scalars(select(GroupPost.state)).one() == "given_up"
    assign(bot)
    bot.errors = [429]
    assert bot.work() == []
    assert len(bot.work()) == 1
    assign(bot)
    with unit_of_work(bot.engine) as session:
        posts.note_assignments(session, bot.now)
        assert posts.claim_posts(session, load_reference(session), "https://x", bot.now, 5)
    bot.now += timedelta(minutes=3)
    assert bot.work() == []
    with unit_of_work(bot.engine) as session:
        assert (
            session.scalars(select(GroupPost.state).order_by(GroupPost.id.desc()).limit(1)).one() == "unknown"
        )


@pytest.mark.parametrize("words", ["[@all] chào", "[@123", "chào @minh", "a@b.vn"])
def test_nobody_is_called_by_a_citizens_words(words: str) -> None:
    assert "@" not in without_mentions(words)


def code_for(bot: Bot, department: str = "sanitation", role: str = "executor") -> tuple[str, int]:
    """A colleague of a department with a code for the group."""
    with unit_of_work(bot.engine) as session:
        reference = load_reference(session)
        new = NewAccount(f"of.{department}", f"Cán bộ {department}", role, department)
        account = add_account(session, reference, new, None, at=bot.now)
        return members.issue_link_code(session, reference, VAULT, account, bot.now), account.id


def claim_at(bot: Bot, report: Report) -> str | None:
    with unit_of_work(bot.engine) as session:
        claim = done_claim(session, session.get_one(Report, report.id))
        return claim.name if claim else None


def test_a_known_colleagues_done_is_a_suggestion_and_nobody_elses(bot: Bot) -> None:
    link(bot, "cables-room")
    stranger, _ = code_for(bot, "cables-room", "department")
    link(bot)
    report = assign(bot)
    bot.work()
    bot.say("2", "@bot xong rồi", quote_msg_id="p1")
    bot.work()
    assert claim_at(bot, report) is None
    code, staff_id = code_for(bot)
    bot.say("3", f"@bot {stranger}")  # of another department
    assert bot.work() == []
    bot.say("4", f"@bot {code.lower()}")
    [known] = bot.work()
    assert "Đã xác nhận" in known
    bot.say("5", f"@bot {code}", **{"from": {"id": "u2", "display_name": "B", "is_bot": False}})
    assert bot.work() == []  # spent
    bot.say("6", "@bot chưa xong đâu", quote_msg_id="p1")
    bot.work()
    assert claim_at(bot, report) is None
    bot.say("7", "@bot xong rồi nhé", quote_msg_id="p1")
    bot.work()
    with unit_of_work(bot.engine) as session:
        account = session.get_one(Staff, staff_id)
        assert session.get_one(Report, report.id).status == Status.ASSIGNED
        name, account.active = account.name, False
    assert claim_at(bot, report) == name
    assert any(name in each for each in bot.notes())
    with unit_of_work(bot.engine) as session:
        record(session, session.get_one(Report, report.id), EventType.RESOLVED, actor=SYSTEM, at=bot.now)
    assert claim_at(bot, report) is None
    bot.say("8", "@bot xong", quote_msg_id="p1")  # the account was disabled meanwhile
    bot.work()
    assert claim_at(bot, report) is None


def test_a_code_ends_and_is_given_only_where_there_is_a_group(bot: Bot) -> None:
    with pytest.raises(Forbidden):
        code_for(bot)
    link(bot)
    code, staff_id = code_for(bot)
    bot.now += members.GOOD_FOR
    bot.say("2", f"@bot {code}")
    assert bot.work() == []
    with unit_of_work(bot.engine) as session:
        member = members.membership(session, staff_id)
        assert member is not None and member.person_hash is None


def test_each_morning_a_group_reads_what_is_open_late_first_and_once(bot: Bot) -> None:
    link(bot)
    bot.now = datetime(2026, 9, 15, 0, 29, tzinfo=UTC)
    with unit_of_work(bot.engine) as session:
        reference = load_reference(session)
        for day in (16, 14):
            due = datetime(2026, 9, day, 9, tzinfo=UTC)
            make_report(
                session, reference, "assigned", executor="sanitation", due_at=due, address="12 Lê Lợi"
            )
        make_report(session, reference, "closed", executor="sanitation")
    assert bot.work() == []  # 07:29
    [told] = bot.work()
    head, late, later, _ = told.split("\n")
    assert "sáng 15/09: 2 hồ sơ đang mở, 1 quá hạn" in head
    assert "Quá hạn 16:00 14/09/2026" in late
    assert "Hạn 16:00 16/09/2026" in later
    assert bot.work() == []


@pytest.mark.parametrize(
    ("words", "done"),
    [
        ("xong", True),
        ("da xong anh nhe", True),
        ("Đã xử lý chiều nay", True),
        ("bên em hoàn thành rồi, không còn dây nào", True),
        ("xong chưa?", False),
        ("xong chua", False),
        ("mai xong", False),
        ("sắp xong", False),
        ("không xong được", False),
        ("đã nhận", False),
        ("dự kiến hoàn thành thứ 6", False),
    ],
)
def test_only_words_that_say_so_say_that_it_is_done(words: str, done: bool) -> None:
    assert tells_done(words) is done
