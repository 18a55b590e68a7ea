"""After a report was sent: short answers to a question, complaints, a second problem, and silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.notices.kinds import REPLY
from service.domain.notices.plan import Occasion, claim_new
from service.domain.notices.reach import citizens
from service.domain.talks.dialogue.silence import wants_news, wants_silence
from service.domain.talks.dialogue.state import read_dialogue
from service.models import Comment, Conversation, Event, Report, Status
from service.models.reports.event import ActorKind
from service.sending.channels import CHANNELS
from tests.support.photo_stage import jpeg
from tests.support.small_city import IN_W1
from tests.workers.talks.conftest import VAULT, Chat
from tests.workers.talks.test_afterwards import set_status


def answers(chat: Chat) -> list[tuple[str, str]]:
    with unit_of_work(chat.engine) as session:
        return [(each.kind, each.text) for each in session.scalars(select(Comment))]


def status_of(chat: Chat, report: Report) -> Status:
    with unit_of_work(chat.engine) as session:
        return session.get_one(Report, report.id).status


@pytest.mark.parametrize("words", ["không", "dạ đúng rồi", "ok", "không biết", "2"])
def test_short_words_answer_the_citys_question(chat: Chat, sent: Report, words: str) -> None:
    set_status(chat, sent, "waiting")
    chat.write(words)
    [said] = chat.work()
    assert sent.code in said
    assert answers(chat) == [("answer", words)]
    assert status_of(chat, sent) == Status.IN_PROGRESS


@pytest.mark.parametrize("words", ["cảm ơn ad", "chào ad"])
def test_thanks_and_a_greeting_answer_nothing(chat: Chat, sent: Report, words: str) -> None:
    set_status(chat, sent, "waiting")
    chat.write(words)
    chat.work()
    assert (answers(chat), status_of(chat, sent)) == ([], Status.WAITING)


def test_a_photo_and_a_place_answer_the_citys_question_however_late(chat: Chat, sent: Report) -> None:
    set_status(chat, sent, "waiting")
    chat.now += timedelta(hours=3)
    chat.zalo.media = {"/asked.jpg": jpeg(3)}
    chat.photo("/asked.jpg")
    said = chat.work()
    chat.work()
    assert sent.code in said[0]
    assert status_of(chat, sent) == Status.IN_PROGRESS
    with unit_of_work(chat.engine) as session:
        assert session.scalar(text("SELECT count(*) FROM photo WHERE report_id = :id"), {"id": sent.id}) == 1
    set_status(chat, sent, "waiting")
    chat.place(*IN_W1)
    chat.work()
    assert f"{IN_W1[1]:.5f}, {IN_W1[0]:.5f}" in answers(chat)[-1][1]
    assert status_of(chat, sent) == Status.IN_PROGRESS


def test_the_question_about_an_older_report_is_answered_there(chat: Chat, sent: Report) -> None:
    chat.write("2")
    chat.write("loại litter")
    chat.place(*IN_W1)
    chat.work()
    assert len(chat.reports()) == 2
    set_status(chat, sent, "waiting")
    chat.write("sau lưng trường học")
    [said] = chat.work()
    assert sent.code in said
    assert status_of(chat, sent) == Status.IN_PROGRESS


def test_who_complains_about_a_closed_report_is_told_how_to_open_it_again(chat: Chat, sent: Report) -> None:
    with unit_of_work(chat.engine) as session:
        values = {"id": sent.id, "now": chat.now}
        session.execute(text("UPDATE report SET status = 'closed', closed_at = :now WHERE id = :id"), values)
    chat.write("vẫn còn nguyên đó, có ai dọn mô")
    chat.work()
    chat.write("1")
    added, way = chat.work()
    assert sent.code in added
    assert "mở lại" in way and f"/r/{sent.code}?s=" in way
    chat.now += timedelta(days=40)
    chat.write("à quên, có cả kim tiêm")
    assert len(chat.work()) == 1, "it cannot be opened again any more"


def test_the_second_problem_of_a_message_begins_when_the_first_was_sent(chat: Chat) -> None:
    chat.write("loại litter")
    chat.work()
    with unit_of_work(chat.engine) as session:
        talk = session.scalars(select(Conversation)).one()
        state = read_dialogue(VAULT.open_json(talk.draft))
        talk.draft = VAULT.seal_json(replace(state, later="đống loại litter thứ hai").as_json())
    chat.place(*IN_W1)
    chat.work()
    said = [VAULT.open(each.text) for each in chat.said(outgoing=True)]
    [begun] = chat.work() or said[-1:]
    assert begun.startswith("Việc thứ hai anh/chị đã nhắn: “đống loại litter thứ hai”.\n")
    chat.place(IN_W1[0] + 0.002, IN_W1[1])
    chat.work()
    first, second = chat.reports()
    assert (first.description, second.description) == ("loại litter", "đống loại litter thứ hai")


def told(chat: Chat, report: Report, occasion: str) -> int:
    """How many messages a reply of the city to the report makes."""
    with unit_of_work(chat.engine) as session:
        event = session.scalars(select(Event).where(Event.report_id == report.id)).first()
        assert event is not None
        session.expunge(event)
        event.actor = ActorKind.SYSTEM
        people = citizens(session, CHANNELS, session.get_one(Report, report.id), event, REPLY)
        about = Occasion(occasion, "reply", chat.now, {}, report.id)
        zone = load_reference(session).timezone
        return claim_new(session, about, people, CHANNELS, chat.now, zone)


def test_who_wants_no_more_news_gets_none_until_they_say_so(chat: Chat, sent: Report) -> None:
    assert told(chat, sent, "before") == 1
    chat.write("dừng nhắn")
    [stopped] = chat.work()
    assert "báo lại" in stopped
    assert told(chat, sent, "meanwhile") == 0
    chat.write("báo lại")
    assert len(chat.work()) == 1
    assert told(chat, sent, "after") == 1


def test_stop_drops_what_is_begun_and_is_no_report(chat: Chat) -> None:
    chat.write("stop")
    chat.work()
    assert not chat.talk().begun
    chat.write("loại litter")
    chat.work()
    assert chat.talk().begun
    chat.write("đừng nhắn nữa")
    chat.work()
    assert (chat.talk().begun, chat.reports()) == (False, [])


@pytest.mark.parametrize(
    "words",
    [
        *(
            "dừng nhắn",
            "đừng nhắn nữa",
            "dung nhan tin nua",
            "STOP",
            "ngừng gửi tin cho tôi",
            "tắt thông báo",
        ),
        *("không nhận tin nữa", "ad ơi đừng nhắn tin cho em nữa", "please stop messaging me", "huỷ đăng ký"),
    ],
)
def test_silence_is_asked_for_in_many_words(words: str) -> None:
    assert wants_silence(words)
    assert not wants_news(words)


@pytest.mark.parametrize(
    "words", ["không gửi nữa", "đừng gửi", "đúng", "đúng nhận", "hủy", "khỏi gửi", "xe dừng đỗ", "thôi"]
)
def test_other_words_ask_for_no_silence(words: str) -> None:
    assert not wants_silence(words)
