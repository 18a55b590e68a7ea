"""Workers killed between any two of their steps: nobody is told twice, nothing is reported twice or lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.talks import outgoing
from service.domain.talks.outgoing import LEASE
from service.models import Conversation, ConversationReport, InboxEntry, TalkMessage
from service.models.talks.talk import InboxState
from tests.support.small_city import IN_W1
from tests.workers.talks.conftest import VAULT, Chat
from tests.workers.talks.zalo_double import OA_ID

PEOPLE = tuple(f"55{n}" for n in range(8))


class KilledError(BaseException):
    """The process ends here: what was committed stays, what was not is gone."""


class Fate:
    """Kills at the beginning, before or behind the commit of a transaction, now and then."""

    def __init__(self, seed: int) -> None:
        self.random, self.share, self.killed = random.Random(seed), 0.0, 0

    def strike(self) -> None:
        if self.random.random() < self.share:
            self.killed += 1
            raise KilledError

    @contextmanager
    def unit_of_work(self, engine: Engine) -> Iterator[Session]:
        self.strike()
        with unit_of_work(engine) as session:
            yield session
            self.strike()
        self.strike()


def write(chat: Chat, person: str, name: str, message: Mapping[str, object]) -> None:
    chat.number += 1
    at = chat.now + timedelta(milliseconds=chat.number)
    chat.keep(
        {
            "sender": {"id": person},
            "recipient": {"id": OA_ID},
            "event_name": name,
            "message": {"msg_id": f"k{chat.number}", **message},
            "timestamp": str(int(at.timestamp() * 1000)),
        }
    )


def run(chat: Chat, rounds: int) -> None:
    def tried(step: Callable[[], object]) -> None:
        with suppress(KilledError):
            step()

    for _ in range(rounds):
        tried(chat.talks.read)
        tried(lambda: chat.talks.send("zalo"))
        chat.now += timedelta(seconds=5)


def test_killed_workers_tell_nobody_twice_and_lose_nothing(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    fate = Fate(13)
    monkeypatch.setattr(chat.talks, "unit_of_work", fate.unit_of_work)
    fate.share = 0.15
    for person in PEOPLE:
        write(chat, person, "user_send_text", {"text": "ad ơi"})
        write(chat, person, "user_send_text", {"text": "loại litter"})
    run(chat, 12)
    coordinates = {"coordinates": {"latitude": str(IN_W1[1]), "longitude": str(IN_W1[0])}}
    for person in PEOPLE:
        place = {"attachments": [{"type": "location", "payload": coordinates}]}
        write(chat, person, "user_send_location", place)
    run(chat, 12)
    fate.share = 0.0
    chat.now += LEASE
    run(chat, 3)
    assert fate.killed > 5

    told = Counter(chat.zalo.sent)
    assert [each for each, times in told.items() if times > 1] == []
    with unit_of_work(chat.engine) as session:
        assert set(session.scalars(select(InboxEntry.state))) == {InboxState.DONE}
        talks = {VAULT.open(each.person): each for each in session.scalars(select(Conversation))}
        assert sorted(talks) == sorted(PEOPLE)
        reports = Counter(session.scalars(select(ConversationReport.conversation_id)))
        for person, talk in talks.items():
            assert talk.answer_at is None
            rows = select(TalkMessage).where(TalkMessage.conversation_id == talk.id).order_by(TalkMessage.id)
            messages = session.scalars(rows).all()
            assert [VAULT.open(each.text) for each in messages if not each.outgoing and each.text] == [
                "ad ơi",
                "loại litter",
            ]
            answers = [each for each in messages if each.outgoing]
            sent = [VAULT.open(each.text) for each in answers if each.state == "sent"]
            heard = [text for who, text in chat.zalo.sent if who == person]
            assert [text for text in heard if text in sent] == sent  # in the order in which they were said
            if talk.state == "bot":
                assert answers[-1].state == "sent"
            assert reports[talk.id] == 1 or talk.state == "waiting_person"
        assert len(chat.reports()) == sum(reports.values())
        assert sum(reports.values()) >= len(PEOPLE) // 2


def test_an_answer_that_was_cut_off_is_on_the_desk_until_the_person_goes_on(chat: Chat) -> None:
    def cut_off() -> Conversation:
        chat.talks.read()
        chat.now += timedelta(seconds=5)
        chat.talks.read()
        with unit_of_work(chat.engine) as session:
            assert len(outgoing.claim_words(session, VAULT, "zalo", chat.now, 1)) == 1
        chat.now += LEASE
        return chat.talk()

    chat.write("loại litter")
    assert cut_off().state == "bot"
    chat.write("ở đâu đó")  # they have the question
    chat.talks.read()
    chat.talks.send("zalo")
    assert chat.talk().state == "bot"
    assert cut_off().state == "bot"
    chat.talks.send("zalo")
    assert (chat.talk().state, chat.talk().caution) == ("waiting_person", "lost")
    assert chat.zalo.sent == []


def test_an_answer_that_the_channel_refuses_for_good_is_on_the_desk(chat: Chat) -> None:
    chat.write("loại litter")
    chat.zalo.errors = [-213]
    assert chat.work() == []
    assert (chat.talk().state, chat.talk().caution) == ("waiting_person", "unsaid")
