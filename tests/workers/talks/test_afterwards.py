"""After a report was sent: what is written next, what its steps say, and how all of it is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.notices.channels import Channels
from service.domain.notices.kinds import RECEIVED, REPLY
from service.domain.notices.reach import citizens
from service.domain.privacy.erasure import erase_reporter
from service.domain.reports.drafts import Submission, check_submission
from service.domain.reports.reports import submit
from service.domain.talks import idle_talks
from service.domain.talks.dialogue.state import read_dialogue
from service.domain.talks.links import conversation_draft_of, form_address, form_token
from service.errors import Gone
from service.models import (
    Comment,
    Conversation,
    Event,
    InboxEntry,
    PendingDeletion,
    Photo,
    Report,
)
from service.models.reports.event import ActorKind
from service.sending.channels import CHANNELS
from service.sending.envelope import SendFailed
from service.sending.talk_notices import TalkNotices
from tests.sending.envelopes import envelope
from tests.support.photo_stage import jpeg
from tests.support.small_city import IN_W1
from tests.workers.talks.conftest import VAULT, Chat
from tests.workers.talks.zalo_double import OA_ID, PERSON

ALL: Channels = CHANNELS


def set_status(chat: Chat, report: Report, status: str) -> None:
    with unit_of_work(chat.engine) as session:
        values = {"status": status, "id": report.id, "now": chat.now}
        held = ", paused_at = :now, routed_at = :now" if status == "waiting" else ""
        lead = "lead_id = (SELECT min(id) FROM department), policy_id = (SELECT min(id) FROM deadline_policy)"
        session.execute(text(f"UPDATE report SET status = :status, {lead}{held} WHERE id = :id"), values)


def test_words_later_are_asked_about_and_added(chat: Chat, sent: Report) -> None:
    chat.write("vẫn còn nhiều lắm")
    [asked] = chat.work()
    assert sent.code in asked
    chat.write("1")
    [added] = chat.work()
    assert sent.code in added
    with unit_of_work(chat.engine) as session:
        assert session.scalars(select(Comment.text)).all() == ["vẫn còn nhiều lắm"]


def test_words_to_a_question_are_the_answer_and_the_case_goes_on(chat: Chat, sent: Report) -> None:
    set_status(chat, sent, "waiting")
    chat.write("sau lưng trường học")
    [said] = chat.work()
    assert sent.code in said
    with unit_of_work(chat.engine) as session:
        [answer] = session.scalars(select(Comment)).all()
        assert (answer.kind, answer.text) == ("answer", "sau lưng trường học")
        assert session.get_one(Report, sent.id).status != "waiting"


def test_photos_soon_after_belong_to_it(chat: Chat, sent: Report) -> None:
    chat.zalo.media = {"/late.jpg": jpeg(3)}
    chat.photo("/late.jpg")
    [said] = chat.work()
    chat.work()
    assert sent.code in said
    with unit_of_work(chat.engine) as session:
        assert session.scalar(text("SELECT count(*) FROM photo WHERE report_id = :id"), {"id": sent.id}) == 1


def test_its_status_is_told_and_that_of_strangers_only_where_it_is_public(chat: Chat, sent: Report) -> None:
    chat.write(sent.code.lower().replace("-", " "))
    [own] = chat.work()
    assert "?s=" in own
    chat.write("SML-2222-22")
    [unknown] = chat.work()
    assert "SML-2222-22" in unknown


def test_words_about_a_strangers_report_go_to_a_person_and_the_own_one_stays_in_mind(
    chat: Chat, sent: Report
) -> None:
    chat.write("SML-2222-22 vẫn còn rác đó nghe, họ mới lấy có mấy bao nhỏ hôm qua thôi")
    [said] = chat.work()[:1]
    assert "SML-2222-22" in said
    assert chat.talk().state == "waiting_person"
    state = read_dialogue(VAULT.open_json(chat.talk().draft))
    assert state.last_code == sent.code


def test_what_was_forgotten_is_added_at_once(chat: Chat, sent: Report) -> None:
    chat.write("à quên, ở trong kiệt nha")
    [added] = chat.work()
    assert sent.code in added
    with unit_of_work(chat.engine) as session:
        assert session.scalars(select(Comment.text)).all() == ["à quên, ở trong kiệt nha"]


def test_a_step_is_told_in_the_conversation_within_its_window(chat: Chat, sent: Report) -> None:
    sender = TalkNotices(chat.talks.delivery_of("zalo"), OA_ID, chat.engine, VAULT.key)
    talk = chat.talk()
    sender.send(envelope(str(talk.id), short="Đã phân công", link="https://x.example/r/1"))
    assert chat.zalo.sent[-1] == (PERSON, "Đã phân công\nhttps://x.example/r/1")
    with unit_of_work(chat.engine) as session:
        session.get_one(Conversation, talk.id).last_in_at = chat.now - timedelta(hours=49)
    with pytest.raises(SendFailed) as late:
        sender.send(replace(envelope(str(talk.id)), id=uuid4()))
    assert late.value.for_good
    with pytest.raises(SendFailed):
        sender.send(envelope(str(uuid4())))


def test_the_code_is_told_once(chat: Chat, sent: Report) -> None:
    with unit_of_work(chat.engine) as session:
        report = session.get_one(Report, sent.id)
        event = session.scalars(select(Event).where(Event.report_id == sent.id)).first()
        assert event is not None
        session.expunge(event)
        event.actor = ActorKind.SYSTEM
        told = {each.name: citizens(session, ALL, report, event, each) for each in (RECEIVED, REPLY)}
    assert [each.channel for each in told["reply"]] == ["zalo"]
    assert told["received"] == [], "the conversation said it as the report was stored"


def test_the_link_opens_the_form_with_what_was_said_until_it_was_sent(chat: Chat) -> None:
    chat.write("loại litter đổ bừa")
    chat.work()
    talk = chat.talk()
    token = form_token(VAULT.key, talk, chat.now)
    with unit_of_work(chat.engine) as session:
        address = form_address(session, VAULT, token, chat.now)
        assert f"draft={talk.draft_report_id}" in address
        assert "category=litter" in address
        for wrong, when in (
            (token, chat.now + timedelta(days=2)),
            (token[:-2] + "AA", chat.now),
            ("x", chat.now),
        ):
            with pytest.raises(Gone):
                form_address(session, VAULT, wrong, when)


def test_a_report_sent_by_the_form_has_the_photos_and_is_told_of_at_once(chat: Chat) -> None:
    chat.write("loại litter đổ bừa")
    chat.zalo.media = {"/pile.jpg": jpeg(3)}
    chat.photo("/pile.jpg")
    chat.work()
    talk = chat.talk()
    with unit_of_work(chat.engine) as session:
        begun = conversation_draft_of(session, talk.draft_report_id)
        assert (begun and (begun.channel, begun.photos)) == ("zalo", 1)
        assert conversation_draft_of(session, uuid4()) is None
        token = form_token(VAULT.key, talk, chat.now)
        place = {"lon": IN_W1[0], "lat": IN_W1[1]}
        sent = Submission.model_validate(
            {"id": talk.draft_report_id, "category": "litter", "location": place, "description": "Rác"}
        )
        draft = check_submission(load_reference(session), sent, now=chat.now, language="vi", channel="portal")
        code = submit(session, draft).code
    [told] = chat.work()
    assert code in told
    assert chat.work() == []
    with unit_of_work(chat.engine) as session:
        assert session.scalars(select(Photo.report_id)).all() == [talk.draft_report_id]
        assert conversation_draft_of(session, talk.draft_report_id) is None
        with pytest.raises(Gone):
            form_address(session, VAULT, token, chat.now)


def test_silence_leaves_what_is_unfinished_to_the_desk(chat: Chat) -> None:
    chat.write("loại litter")
    chat.work()
    chat.now += timedelta(minutes=25)
    chat.talks.sweep()
    assert len(chat.work()) == 1  # reminded, once
    chat.talks.sweep()
    assert chat.work() == []
    chat.now += timedelta(hours=25)
    chat.talks.sweep()
    assert chat.talk().state == "waiting_person"


def test_erasing_takes_the_person_their_words_and_the_raw_deliveries(chat: Chat, sent: Report) -> None:
    with unit_of_work(chat.engine) as session:
        assert erase_reporter(session, session.get_one(Report, sent.id), chat.now).contact
    with unit_of_work(chat.engine) as session:
        talk = session.scalars(select(Conversation)).one()
        assert (talk.person, talk.name, talk.draft, talk.state) == (None, None, None, "closed")
        assert session.scalar(select(func.count()).where(InboxEntry.payload.is_not(None))) == 0
        assert session.scalar(text("SELECT count(*) FROM talk_message WHERE text IS NOT NULL")) == 0
        assert session.scalar(select(func.count()).select_from(PendingDeletion)) == 0


def test_old_conversations_are_erased_when_nothing_open_hangs_on_them(chat: Chat, sent: Report) -> None:
    with unit_of_work(chat.engine) as session:
        reference = load_reference(session)
        later = chat.now + timedelta(days=400)
        assert idle_talks.erase_old(session, reference, later) == 0
        session.execute(text("UPDATE report SET status = 'rejected' WHERE id = :id"), {"id": sent.id})
        session.execute(text("UPDATE report SET updated_at = created_at WHERE id = :id"), {"id": sent.id})
        assert idle_talks.erase_old(session, reference, later) == 1
