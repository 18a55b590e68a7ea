"""Demo conversations: some by each channel that the demo has, made once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.talks import SAID, demo_talks
from service.domain.talks.vault import Vault
from service.models import Conversation
from service.pages.dev import facebook, mailbox, zalo
from service.pages.dev.telephone import PEOPLE
from tests.support.factories import found_city
from tests.support.small_city import NOON


def test_people_wrote_by_each_channel_and_a_second_time_nobody_does(session: Session) -> None:
    found_city(session)
    vault, accounts = Vault(b"k" * 40), {"zalo": "1", "facebook": "2", "email": "a@b.example"}
    assert demo_talks(session, vault, accounts, at=NOON) == len(SAID)
    assert demo_talks(session, vault, accounts, at=NOON) == 0
    talks = session.scalars(select(Conversation)).all()
    assert {each.channel for each in talks} == set(accounts)
    assert all(each.state == "bot" and each.answer_at is not None for each in talks)


def test_the_telephones_to_try_begin_with_an_empty_conversation() -> None:
    tried = {f"{zalo.PERSON}{n}" for n in PEOPLE} | {f"{facebook.PERSON}{n}" for n in PEOPLE}
    tried |= {address for _, address in mailbox.PEOPLE.values()}
    assert len(tried) == 9
    assert tried.isdisjoint(person for _, person, _, _ in SAID)


def test_a_channel_that_the_demo_has_not_is_left_out(session: Session) -> None:
    found_city(session)
    assert demo_talks(session, Vault(b"k" * 40), {"zalo": "1"}, at=NOON) == 2
