"""A conversation by Zalo, from its events to the report and back, over the protocol."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.people.staff import NewAccount, add_account
from service.domain.reports.events import Actor
from service.domain.talks import desk, tokens
from service.domain.talks.outgoing import Addressee
from service.models import ChannelToken, InboxEntry, Photo, Role, Subscription, TalkFile
from service.models.reports.event import ActorKind
from service.models.talks.talk import InboxState, TalkFileState
from tests.support.photo_stage import jpeg
from tests.support.small_city import IN_W1
from tests.workers.talks.conftest import VAULT, Chat
from tests.workers.talks.zalo_double import OA_ID, PERSON


def test_words_photos_and_a_place_in_any_order_become_one_report(chat: Chat) -> None:
    chat.zalo.media = {"/one.jpg": jpeg(1), "/two.jpg": jpeg(2)}
    chat.photo("/one.jpg")
    chat.write("loại litter")
    chat.place(*IN_W1)
    chat.photo("/two.jpg")
    [answer] = chat.work()

    [report] = chat.reports()
    assert report.code in answer
    assert (report.channel, report.lon, report.lat) == ("zalo", *IN_W1)
    assert report.id != chat.talk().draft_report_id
    chat.work()
    with unit_of_work(chat.engine) as session:
        assert session.scalar(select(func.count(Photo.id)).where(Photo.report_id == report.id)) == 2
        [wish] = session.scalars(select(Subscription).where(Subscription.report_id == report.id)).all()
        assert (wish.channel, wish.recipient, wish.reporter) == ("zalo", str(chat.talk().id), True)


def test_one_sentence_in_three_messages_is_answered_once(chat: Chat) -> None:
    for part in ("ad ơi", "loại litter", "nhiều lắm"):
        chat.write(part)
    assert chat.work(seconds=2) == []
    assert len(chat.work()) == 1
    assert chat.work() == []


def test_a_repetition_by_the_channel_is_kept_once_and_answered_once(chat: Chat) -> None:
    event = chat.write("loại litter")
    assert not chat.keep(event)
    assert len(chat.work()) == 1
    assert not chat.keep(event)
    assert chat.work() == []


def test_who_it_is_and_what_was_said_is_nowhere_in_plain(chat: Chat) -> None:
    chat.write("Zimbarronimo litter")
    chat.work()
    with unit_of_work(chat.engine) as session:
        for table in ("inbox", "conversation", "talk_message"):
            rows = session.scalars(text(f"SELECT row_to_json({table})::text FROM {table}")).all()
            assert rows
            assert "zimbarronimo" not in "\n".join(rows).lower()
            assert PERSON not in "\n".join(rows)
    assert VAULT.open(chat.talk().person) == PERSON


def test_a_person_who_answers_elsewhere_silences_the_machine(chat: Chat) -> None:
    chat.write("loại litter")
    chat.work()
    echo = {
        "sender": {"id": OA_ID, "admin_id": "7"},
        "recipient": {"id": PERSON},
        "event_name": "oa_send_text",
        "message": {"text": "Chào anh", "msg_id": "e1"},
        "timestamp": str(int(chat.now.timestamp() * 1000)),
    }
    chat.keep(echo)
    chat.work()
    assert chat.talk().state == "person"
    chat.write("còn nữa")
    assert chat.work() == []


def test_given_back_the_machine_answers_what_nobody_has_answered(chat: Chat) -> None:
    def act(what: Callable[..., None], *more: object) -> None:
        with unit_of_work(chat.engine) as session:
            what(session, *more)

    chat.write("loại litter")
    chat.work()
    talk, actor = chat.talk().id, Actor(ActorKind.STAFF, None, Role.TRIAGE)
    act(desk.take_talk, actor, talk, chat.now)
    chat.place(*IN_W1)
    assert chat.work() == []
    act(desk.give_to_machine, actor, talk, chat.now)
    assert len(chat.work()) == 1
    assert len(chat.reports()) == 1
    act(desk.take_talk, actor, talk, chat.now)
    chat.write("cảm ơn chị, còn nữa")
    chat.work()
    chat.now += timedelta(seconds=5)
    with unit_of_work(chat.engine) as session:
        account = add_account(
            session, load_reference(session), NewAccount("lan", "Lan", "triage"), None, at=chat.now
        )
        mine = Actor(ActorKind.STAFF, account.id, Role.TRIAGE)
    act(desk.answer_person, VAULT, mine, talk, "Dạ em ghi rồi", chat.now)
    assert chat.work() == ["Dạ em ghi rồi"]
    act(desk.give_to_machine, mine, talk, chat.now)
    assert chat.work() == [], "a colleague has answered it"


def test_an_expired_token_is_renewed_once_by_twenty_workers(chat: Chat) -> None:
    chat.zalo.access = "another"  # what is stored is over
    delivery = chat.talks.delivery_of("zalo")
    to = Addressee(uuid4(), "zalo", OA_ID, PERSON, chat.now)
    with ThreadPoolExecutor(20) as pool:
        sent = list(pool.map(lambda n: delivery.deliver(to, f"tin {n}"), range(20)))
    assert len(sent) == len(set(sent)) == 20
    assert chat.zalo.refreshes == 1


def test_a_spent_refresh_token_is_told_to_administrators(chat: Chat) -> None:
    chat.zalo.access, chat.zalo.refresh = "another", "another"
    chat.write("loại litter")
    assert chat.work() == []
    with unit_of_work(chat.engine) as session:
        assert "-14020" in session.get_one(ChannelToken, ("zalo", OA_ID)).problem
        pair = tokens.TokenPair("another", "another", chat.now + timedelta(hours=25))
        tokens.store_pair(session, VAULT.key, "zalo", OA_ID, pair, chat.now)
    assert len(chat.work(seconds=30)) == 1  # nothing was lost, nor tried in vain


def test_an_account_that_sends_again_is_red_no_more_but_while_its_token_cannot_be_renewed(chat: Chat) -> None:
    def problem() -> str:
        with unit_of_work(chat.engine) as session:
            return session.get_one(ChannelToken, ("zalo", OA_ID)).problem

    chat.zalo.errors = [-211]
    chat.write("loại litter")
    assert chat.work() == []
    assert problem() == "Zalo: -211"
    assert len(chat.work(seconds=30)) == 1
    assert problem() == ""
    with unit_of_work(chat.engine) as session:
        tokens.note_problem(session, "zalo", OA_ID, "Zalo OAuth: -14020", chat.now)
    chat.write("ở đâu đó")
    assert len(chat.work()) == 1
    assert problem() == "Zalo OAuth: -14020", "the access token lasts some hours; then nothing goes"


@pytest.mark.parametrize(("error", "state"), [(-230, "given_up"), (-213, "given_up"), (-32, "waiting")])
def test_errors_end_a_message_or_put_it_off(chat: Chat, error: int, state: str) -> None:
    chat.zalo.errors = [error]
    chat.write("loại litter")
    assert chat.work() == []
    assert [each.state for each in chat.said(outgoing=True)] == [state]


def test_what_zalo_could_not_do_is_tried_twice(chat: Chat) -> None:
    chat.zalo.errors = [-200] * 9
    chat.write("loại litter")
    assert chat.work() == []
    assert [each.state for each in chat.said(outgoing=True)] == ["waiting"]
    assert chat.work(seconds=30) == []
    assert chat.work(seconds=300) == []
    assert ([each.state for each in chat.said(outgoing=True)], len(chat.zalo.errors)) == (["given_up"], 7)


def test_what_cannot_be_read_stands_in_nobodys_way(chat: Chat) -> None:
    broken = {
        "event_name": "user_send_text",
        "sender": {"id": "1"},
        "message": {"msg_id": "x"},
        "timestamp": "?",
    }
    chat.keep(broken)
    chat.write("loại litter")
    assert len(chat.work()) == 1
    for _ in range(5):
        chat.work()
    with unit_of_work(chat.engine) as session:
        assert set(session.scalars(select(InboxEntry.state))) == {InboxState.UNREADABLE, InboxState.DONE}


def test_media_is_fetched_from_named_hosts_alone(chat: Chat) -> None:
    chat.zalo.url = "http://169.254.169.254"
    chat.photo("/latest/meta-data")
    chat.work()
    with unit_of_work(chat.engine) as session:
        [file] = session.scalars(select(TalkFile)).all()
    assert (file.state, file.url) == (TalkFileState.REFUSED, None)
    assert "refused" in file.why_not
